"""PURGE: delete all but the highest versions. Source: DCL Dictionary, PURGE."""

from __future__ import annotations

from collections.abc import Iterator

from vmsemu.base.condition import VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.images.common.failures import refusal
from vmsemu.images.common.gaps import refuse
from vmsemu.images.common.selection import Confirmation, Selection, VersionCount, input_files
from vmsemu.images.common.tally import DeletionTally
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.services.rms import FoundFile
from vmsemu.tables.facilities import RMS, SS
from vmsemu.tables.message import Facility

PURGE = Facility(__package__, "purge.msg")


@image("PURGE")
async def purge(ctx: ImageContext) -> ImageResult:
    """Keep the /KEEP highest versions of each file."""
    refuse(ctx, "ERASE", "STYLE")
    selection, confirmation = Selection.of(ctx), Confirmation(ctx)
    for item in ctx.cli.parameters("P1"):
        if _has_version(ctx, item.text):
            raise PURGE.PURGEVER.error()
    status: ImageResult = SS.NORMAL
    tally = DeletionTally(ctx, PURGE, "FILPURG")
    for asked, found, error in _victims(ctx, max(1, ctx.cli.integer("KEEP", 1))):
        if found is None:
            if error is not None and not error.matches(RMS.FNF):
                status = ctx.put_message(PURGE.SEARCHFAIL.error(asked, cause=error))
            continue
        if not selection.wants(found) or not await confirmation.allows(f"DELETE {found.spec}"):
            continue
        try:
            tally.erase(found)
        except VmsError as failure:
            status = ctx.put_message(PURGE.FILNOTPUR.error(found.spec, cause=refusal(failure)))
    tally.finish()
    if ctx.cli.present("LOG") and not tally.files:
        ctx.put_message(PURGE.NOFILPURG)
    return status


def _has_version(ctx: ImageContext, text: str) -> bool:
    """Was a version typed? What does not parse is told when it is searched for."""
    try:
        return bool(ctx.files.names.spec(text).version)
    except VmsError:
        return False


def _victims(ctx: ImageContext, keep: int) -> Iterator[tuple[FileSpec, FoundFile | None, VmsError | None]]:
    """The versions beyond the `keep` highest of each name."""
    versions = VersionCount()
    for asked, found, error in input_files(ctx, "P1", "*.*;*"):
        if found is None or versions.next(asked, found) > keep:
            yield asked, found, error
