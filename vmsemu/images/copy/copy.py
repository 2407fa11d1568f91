"""COPY: copy files, or join several into one. Source: DCL Dictionary, COPY."""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.images.common.gaps import accept, refuse
from vmsemu.images.common.selection import Confirmation, Selection, input_files
from vmsemu.images.context import ImageContext
from vmsemu.images.copy.copier import COPY, Copier
from vmsemu.images.registry import ImageResult, image
from vmsemu.tables.facilities import SS


@image("COPY")
async def copy(ctx: ImageContext) -> ImageResult:
    """Copy each input; several inputs to one named output are joined."""
    refuse(ctx, "FTP", "VOLUME")
    accept(ctx, "STYLE")
    selection, confirmation = Selection.of(ctx), Confirmation(ctx)
    target = ctx.cli.parameters("P2")[0]
    try:
        wanted = ctx.files.names.spec(target.text)
    except VmsError as failure:
        raise COPY.OPENOUT.error(target.text, cause=failure) from None
    copier = Copier.of(ctx, target, joining=_joins(ctx, wanted))
    status: ImageResult = SS.NORMAL
    for asked, found, error in input_files(ctx, "P1", "", devices=True):
        if found is None and error is not None:
            status = ctx.put_message(COPY.OPENIN.error(asked, cause=error))
            continue
        if found is not None and (not selection.wants(found) or not await confirmation.allows(copier.question(found))):
            continue
        copier.every_version = asked.version == ";*"
        try:
            if found is None:
                await copier.copy_device(asked.device)
            else:
                copier.copy(found)
        except VmsError as failure:
            status = ctx.put_message(failure)
    copier.finish()
    return copier.status if status is SS.NORMAL else status


def _joins(ctx: ImageContext, wanted: FileSpec) -> bool:
    """Several inputs and an output with a name of its own."""
    inputs = ctx.cli.parameters("P1")
    if not wanted.name or "*" in wanted.name or "*" in wanted.type or ctx.cli.negated("CONCATENATE"):
        return False
    return len(inputs) > 1 or "*" in inputs[0].text or "%" in inputs[0].text or "..." in inputs[0].text
