"""SET PASSWORD: the dialogue that changes one's own primary password. Source: DCL Dictionary, SET PASSWORD.

The new password is in the authorization file before the command ends. No dictionary and no history are kept.
"""

from __future__ import annotations

from vmsemu.formats.uafdef import UafFlags
from vmsemu.images.common.gaps import refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.images.set.facility import SET
from vmsemu.security.password import check_new_password
from vmsemu.tables.facilities import SS


async def set_password(ctx: ImageContext) -> ImageResult:
    """Ask for the old password, the new one, and the new one again. Errors: SET.PWDNOTVAL, SET.PWDNOTVER, SS.INVPWDLEN, ..."""
    refuse(ctx, "GENERATE", "SECONDARY", "SYSTEM")
    record = ctx.system.sysuaf.require(ctx.process.username)
    if record.flags & UafFlags.LOCKPWD:
        raise SET.PWDLOCKED.error()
    old = await ctx.read("Old password: ", echo=False)
    new = await ctx.read("New password: ", echo=False)
    again = await ctx.read("Verification: ", echo=False)
    if not record.accepts(old.upper().replace(" ", "")):
        raise SET.PWDNOTVAL.error()
    word = check_new_password(new, record.password_minimum)
    if word != again.upper().replace(" ", ""):
        raise SET.PWDNOTVER.error()
    if record.accepts(word):
        raise SS.PWDNOTDIF.error()
    ctx.system.sysuaf.put(record.with_password(word, ctx.now))
    await ctx.kernel.durable()
    return SS.NORMAL
