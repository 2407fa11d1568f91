"""DELETE: delete files. DELETE/ENTRY, /QUEUE and the like are served by the image QUEMAN. Source: DCL Dictionary, DELETE."""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.images.common.failures import refusal
from vmsemu.images.common.gaps import refuse
from vmsemu.images.common.selection import Confirmation, Selection, input_files
from vmsemu.images.common.tally import DeletionTally
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.tables.facilities import SS
from vmsemu.tables.message import Facility

DELETE = Facility(__package__, "delete.msg")


@image("DELETE")
async def delete(ctx: ImageContext) -> ImageResult:
    """DELETE file;version[,...]"""
    refuse(ctx, "ERASE", "STYLE")
    selection, confirmation = Selection.of(ctx), Confirmation(ctx)
    for item in ctx.cli.parameters("P1"):
        if not _has_version(ctx, item.text):
            raise DELETE.DELVER.error()
    status: ImageResult = SS.NORMAL
    tally = DeletionTally(ctx, DELETE, "FILDEL")
    for asked, found, error in input_files(ctx, "P1", ""):
        if found is None:
            status = ctx.put_message(DELETE.SEARCHFAIL.error(asked, cause=error))
            continue
        if not selection.wants(found) or not await confirmation.allows(f"DELETE {found.spec}"):
            continue
        try:
            tally.erase(found)
        except VmsError as failure:
            status = ctx.put_message(DELETE.FILNOTDEL.error(found.spec, cause=refusal(failure)))
    tally.finish()
    return status


def _has_version(ctx: ImageContext, text: str) -> bool:
    """Is there a version, typed or in the logical name? What does not parse is told when it is searched for."""
    try:
        return bool(ctx.files.names.spec(text).version or ctx.files.parse(text).version.strip(";"))
    except VmsError:
        return True
