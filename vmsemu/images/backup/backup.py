"""BACKUP: copy files with everything their headers say, from directory to directory; compare and list files.

Left out (refused): save sets, journals, image, physical and incremental operations, tapes.
Source: System Management Utilities Reference Manual, BACKUP.
"""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.images.backup.copying import Copying
from vmsemu.images.backup.facility import BACKUP, cause_of
from vmsemu.images.backup.inputs import check_input, input_items
from vmsemu.images.backup.listing import Listing
from vmsemu.images.backup.outputs import Output
from vmsemu.images.backup.verifying import compare
from vmsemu.images.common.gaps import accept, refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.services.rms import FoundFile
from vmsemu.tables.facilities import CLI, RMS, SS
from vmsemu.tables.parsed import ParameterItem


@image("BACKUP")
async def backup(ctx: ImageContext) -> ImageResult:
    """A list when there is no output, else a comparison or a copy."""
    refuse(
        ctx, "SAVE_SET", "IMAGE", "PHYSICAL", "INCREMENTAL", "NOINCREMENTAL", "JOURNAL", "ANALYZE", "BLOCK_SIZE", "COMMENT", "CONVERT",
        "DENSITY", "ENCRYPT", "EXACT_ORDER", "GROUP_SIZE", "INITIALIZE", "INTERCHANGE", "LABEL", "MEDIA_FORMAT", "PROTECTION", "RELEASE_TAPE",
        "REWIND", "TAPE_EXPIRATION", "UNLOAD", "VOLUME", "WAIT",
    )  # fmt: skip
    accept(ctx, "ALIAS", "ASSIST", "BRIEF", "BUFFER_COUNT", "CRC", "FAST")
    outputs = ctx.cli.parameters("OUTPUT")
    if len(outputs) > 1:
        raise CLI.NOLIST.error()
    if ctx.cli.present("DELETE") and ctx.cli.present("RECORD"):
        raise CLI.CONFLICT.error()
    listing = Listing.of(ctx)
    chosen = list(input_items(ctx))
    status: ImageResult = BACKUP.NOFILES.value.shown() if any(found is None for _, found, _ in chosen) else SS.NORMAL
    if not outputs:
        for _, found, _ in chosen:
            if found is not None and listing is not None:
                listing.add(found)
    elif ctx.cli.present("COMPARE"):
        status = _compare(ctx, Output.of(ctx, outputs[0]), chosen, listing) or status
    else:
        status = await _copy(ctx, Output.of(ctx, outputs[0]), chosen, listing) or status
    if listing is not None:
        listing.finish()
    return status


Chosen = list[tuple[FileSpec, FoundFile | None, ParameterItem]]


async def _copy(ctx: ImageContext, output: Output, chosen: Chosen, listing: Listing | None) -> ImageResult:
    """Copy what was chosen before the first copy was made, so that copies are not copied. None when nothing failed."""
    copying = Copying(ctx, output, ctx.cli.present("LOG"))
    for asked, found, item in chosen:
        if found is None:
            continue
        if item.present("CONFIRM") and not found.header.is_directory:
            answer = await _confirmed(ctx, found)
            if answer is None:
                break
            if not answer:
                continue
        try:
            copying.copy(asked, found, item)
        except VmsError as error:
            copying.failed(error)
            continue
        if listing is not None:
            listing.add(found)
    if ctx.cli.present("VERIFY"):
        copying.verify()
    if ctx.cli.present("RECORD"):
        copying.record()
    if ctx.cli.present("DELETE"):
        copying.delete()
    return copying.worst


async def _confirmed(ctx: ImageContext, found: FoundFile) -> bool | None:
    """/CONFIRM; None at Ctrl/Z."""
    while True:
        try:
            answer = (await ctx.read(f"{found.spec}, copy? (Y or N): ")).strip().upper()
        except VmsError as error:
            if error.matches(RMS.EOF):
                return None
            raise
        if answer and "YES".startswith(answer):
            return True
        if answer and "NO".startswith(answer):
            return False


def _compare(ctx: ImageContext, output: Output, chosen: Chosen, listing: Listing | None) -> ImageResult:
    """/COMPARE: each input with the file that its copy would be. None when nothing failed."""
    worst: ImageResult = None
    for asked, found, item in chosen:
        if found is None or found.header.is_directory:
            continue
        spec = output.spec(asked, found.spec)
        try:
            check_input(ctx, found, item)
            compare(ctx, found, _other(ctx, spec))
        except VmsError as error:
            worst = ctx.put_message(error)
            continue
        if listing is not None:
            listing.add(found)
        if ctx.cli.present("LOG"):
            ctx.put_message(BACKUP.COMPARED(spec))
    return worst


def _other(ctx: ImageContext, spec: FileSpec) -> FoundFile:
    """Errors: BACKUP.OPENIN."""
    try:
        return ctx.files.find(spec)
    except VmsError as error:
        cause = SS.NOSUCHFILE() if error.matches(RMS.FNF) else cause_of(error)
        raise BACKUP.OPENIN.error(spec, cause=cause) from None
