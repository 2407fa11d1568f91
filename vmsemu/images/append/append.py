"""APPEND: add the records of files to the end of another. Source: DCL Dictionary, APPEND."""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.images.common.devices import read_records
from vmsemu.images.common.gaps import refuse
from vmsemu.images.common.making import OutputQualifiers, check_read_back
from vmsemu.images.common.output import output_spec
from vmsemu.images.common.selection import Confirmation, Selection, input_files
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.services.rms import FoundFile, RecordFile
from vmsemu.tables.facilities import RMS, SS
from vmsemu.tables.message import Facility

APPEND = Facility(__package__, "append.msg")


@image("APPEND")
async def append(ctx: ImageContext) -> ImageResult:
    """Each input's records go to the end of the output file."""
    refuse(ctx, "FTP")
    selection, confirmation = Selection.of(ctx), Confirmation(ctx)
    making = OutputQualifiers.of(ctx.cli)
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
        with source:
            warning = await _append(ctx, source, found, making)
        if warning is not None and status is SS.NORMAL:
            status = warning
    return status


async def _append(ctx: ImageContext, source: RecordFile, found: FoundFile | None, making: OutputQualifiers) -> ImageResult | None:
    """The records of one input; the status of a warning, if there was one. Errors: APPEND.READERR, OPENOUT, WRITEERR."""
    data = await read_records(ctx, source)
    if found is not None and ctx.cli.present("READ_CHECK"):
        with ctx.files.open(found) as again:
            check_read_back(data, again, APPEND.READERR, found.spec)
    target = _output(ctx, source, making)
    warning: ImageResult | None = None
    if target.attributes.format != source.attributes.format and found is not None:
        warning = ctx.put_message(APPEND.INCOMPAT(source.spec, target.spec))
    try:
        for record in data:
            target.put(record)
        target.close()
    except VmsError as error:
        raise APPEND.WRITEERR.error(target.spec, cause=error) from None
    if ctx.cli.present("WRITE_CHECK") and target.stream is None:
        with ctx.files.open(target.spec) as written:
            check_read_back(data, list(written)[-len(data) :] if data else (), APPEND.WRITEERR, target.spec)
    if ctx.cli.present("LOG"):
        ctx.put_message(APPEND.APPENDED(source.spec, target.spec, len(data)))
    return warning


def _output(ctx: ImageContext, source: RecordFile, making: OutputQualifiers) -> RecordFile:
    """The output at its end. Errors: APPEND.OPENOUT."""
    target = ctx.cli.value("P2") or ""
    spec = FileSpec(name=target)
    try:
        if ctx.files.permanent_stream(target) is not None:
            return ctx.files.open(target, append=True)
        spec = output_spec(ctx, target, source.spec, version=False)
        try:
            making.apply(ctx, ctx.files.find(spec))
            return ctx.files.open(spec, append=True)
        except VmsError as error:
            if not error.matches(RMS.FNF) or not ctx.cli.present("NEW_VERSION"):
                raise
        return ctx.files.create(
            spec, attributes=making.attributes(source.attributes), allocation=making.allocation or 0,
            protection=making.protection, characteristics=making.characteristics(),
        )  # fmt: skip
    except VmsError as error:
        shown = spec if spec.name == target else ctx.files.parse(spec)
        raise APPEND.OPENOUT.error(shown, cause=error) from None
