"""How AUTHORIZE finds its authorization file: SYSUAF.DAT of the default directory, or what the logical name SYSUAF says.

The file of the running system is shared with LOGINOUT and the others; any other one is opened for AUTHORIZE alone to look at.
Source: System Management Utilities Reference, AUTHORIZE, "Usage summary".
"""

from __future__ import annotations

from typing import cast

from vmsemu.base.condition import VmsError
from vmsemu.files.attributes import Organization, RecordAttributes
from vmsemu.files.control import Share
from vmsemu.files.rms import open_file
from vmsemu.formats.uafdef import MAX_SIZE
from vmsemu.images.authorize.facility import UAF
from vmsemu.images.context import ImageContext
from vmsemu.security.access import READ, WRITE
from vmsemu.security.database import SYSUAF_KEYS, SYSUAF_PROTECTION, KeyedRecords, find_authorization_file
from vmsemu.security.fresh import initial_accounts
from vmsemu.security.sysuaf import Sysuaf
from vmsemu.services.file_search import FoundFile
from vmsemu.tables.facilities import RMS

_NAME, _TYPE = "SYSUAF", ".DAT"
_QUESTION = "Do you want to create a new file? "
_FIRST_RECORDS = ("DEFAULT", "SYSTEM")


async def open_sysuaf(ctx: ImageContext) -> Sysuaf | None:
    """The accounts to work on. When there is no file, ask whether to make one; None when it is not wanted. Errors: UAF.NAOFIL, UAF.INVRSP."""
    try:
        found = ctx.files.find(_NAME, _TYPE)
        if not ctx.files.security.allowed(found.header, READ | WRITE):
            raise RMS.PRV.error()
        return _opened(ctx, found)
    except VmsError as error:
        if not error.matches(RMS.FNF):
            raise UAF.NAOFIL.error(cause=error) from None
        ctx.put_message(UAF.NAOFIL.error(cause=error))
    answer = await _answer(ctx)
    if "NO".startswith(answer):
        return None
    if not "YES".startswith(answer):
        raise UAF.INVRSP.error()
    return _created(ctx)


async def _answer(ctx: ImageContext) -> str:
    try:
        return (await ctx.read(_QUESTION)).strip().upper()
    except VmsError as error:
        if error.matches(RMS.EOF):
            return ""
        raise


def _opened(ctx: ImageContext, found: FoundFile) -> Sysuaf:
    """Errors: those of RMS $OPEN."""
    if find_authorization_file(found.volume, _NAME + _TYPE) == found.header.fid and ctx.system.sysuaf.is_on(found.volume):
        return ctx.system.sysuaf
    file = cast(KeyedRecords, open_file(found.volume, found.header.fid, write=True, share=Share.ALL))
    ctx.on_rundown(file.close)
    return Sysuaf(file)


def _created(ctx: ImageContext) -> Sysuaf:
    """A new file with the records that a new system has. Errors: UAF.NAOFIL."""
    attributes = RecordAttributes(organization=Organization.INDEXED, maximum_size=MAX_SIZE)
    try:
        file = ctx.files.create_indexed(_NAME, SYSUAF_KEYS, default=_TYPE, attributes=attributes, protection=SYSUAF_PROTECTION)
    except VmsError as error:
        raise UAF.NAOFIL.error(cause=error) from None
    sysuaf = Sysuaf(cast(KeyedRecords, file.file))
    for record in initial_accounts():
        if record.username in _FIRST_RECORDS:
            sysuaf.put(record)
    return sysuaf
