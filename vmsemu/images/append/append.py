"""APPEND: add the records of files to the end of another. Source: DCL Dictionary, APPEND."""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.images.common.devices import read_records
from vmsemu.images.common.gaps import refuse
from vmsemu.images.common.output import output_spec
from vmsemu.images.common.selection import Confirmation, Selection, input_files
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.services.rms import RecordFile
from vmsemu.tables.facilities import RMS, SS
from vmsemu.tables.message import Facility

APPEND = Facility(__package__, "append.msg")


@image("APPEND")
async def append(ctx: ImageContext) -> ImageResult:
    """Each input's records go to the end of the output file."""
    refuse(ctx, "FTP", "CONTIGUOUS", "ALLOCATION", "EXTENSION", "PROTECTION", "READ_CHECK", "WRITE_CHECK")
    selection, confirmation = Selection.of(ctx), Confirmation(ctx)
    status: ImageResult = SS.NORMAL
    for asked, found, error in input_files(ctx, "P1", "", devices=True):
        if found is None and error is not None:
            status = ctx.put_message(APPEND.OPENIN.error(asked, cause=error))
            continue
        if found is not None and (not selection.wants(found) or not await confirmation.allows(f"APPEND {found.spec}")):
            continue
        try:
            source = ctx.files.open(found or asked.device)
        except VmsError as failure:
            status = ctx.put_message(APPEND.OPENIN.error(found or asked, cause=failure))
            continue
        data = await read_records(ctx, source)
        source.close()
        target = _output(ctx, source)
        for record in data:
            target.put(record)
        target.close()
        if ctx.cli.present("LOG"):
            ctx.put_message(APPEND.APPENDED(source.spec, target.spec, len(data)))
    return status


def _output(ctx: ImageContext, source: RecordFile) -> RecordFile:
    spec = output_spec(ctx, ctx.cli.value("P2") or "", source.spec, version=False)
    try:
        return ctx.files.open(spec, append=True)
    except VmsError as error:
        if error.matches(RMS.FNF) and ctx.cli.present("NEW_VERSION"):
            return ctx.files.create(spec, attributes=source.attributes)
        raise APPEND.OPENOUT.error(ctx.files.parse(spec), cause=error) from None
