"""SET PROTECTION: the protection code of files (/DEFAULT is DCL's own). Source: DCL Dictionary, SET PROTECTION."""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.base.protection import Protection
from vmsemu.images.common.selection import Confirmation, Selection, input_files
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.images.set.facility import SET
from vmsemu.tables.facilities import SS


async def set_protection(ctx: ImageContext) -> ImageResult:
    """Classes that the code does not name keep what they have; without a code the process default is set."""
    code = ",".join(ctx.cli.values("P1.PROTECTION"))
    selection, confirmation = Selection.of(ctx), Confirmation(ctx)
    status: ImageResult = SS.NORMAL
    for asked, found, error in list(input_files(ctx, "P2", "")):
        if found is None:
            status = ctx.put_message(SET.SEARCHFAIL.error(asked, cause=error))
            continue
        if not selection.wants(found) or not await confirmation.allows(f"SET {found.spec}"):
            continue
        wanted = Protection.from_text(code, found.header.protection) if code else ctx.process.default_protection
        try:
            ctx.files.modify(found, protection=wanted)
        except VmsError as failure:
            status = ctx.put_message(SET.NOTSET.error(found.spec, cause=failure))
            continue
        if ctx.cli.present("LOG"):
            text = wanted.to_text().strip("()").split(",")
            ctx.put_message(SET.PROTECTED(found.spec, ",".join(f"{c}:{t}" for c, t in zip("SOGW", text, strict=True))))
    return status
