"""TYPE: display files. Source: DCL Dictionary, TYPE."""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.images.common.devices import read_records
from vmsemu.images.common.gaps import accept, refuse
from vmsemu.images.common.output import TextOutput, shown_spec
from vmsemu.images.common.paging import Pager
from vmsemu.images.common.rendering import rendered_lines
from vmsemu.images.common.selection import Confirmation, Selection, input_files
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.services.rms import FoundFile
from vmsemu.tables.facilities import SS
from vmsemu.tables.message import Facility

TYPE = Facility(__package__, "type.msg")
_LISTING = "SYS$DISK:[].LIS"


@image("TYPE")
async def type_files(ctx: ImageContext) -> ImageResult:
    """Each file's records as lines. With a list or wildcards each file is preceded by its specification."""
    refuse(ctx, "CONTINUOUS")
    accept(ctx, "STYLE")
    selection, confirmation = Selection.of(ctx), Confirmation(ctx)
    items = ctx.cli.parameters("P1")
    several = len(items) > 1 or ctx.cli.present("HEADER")
    status: ImageResult = SS.NORMAL
    output = _output(ctx)
    pager = Pager(ctx, None if output is None else output.write)
    for asked, found, error in input_files(ctx, "P1", ".LIS", devices=True):
        if found is None and error is None:
            pager.begin()
            await _show_device(ctx, asked.device, output)
            continue
        if found is None:
            status = ctx.put_message(TYPE.SEARCHFAIL.error(asked, cause=error))
            continue
        if not selection.wants(found) or not await confirmation.allows(f"TYPE {found.spec}"):
            continue
        try:
            await _show(ctx, found, pager, header=(several or asked.has_wildcards) and not ctx.cli.negated("HEADER"))
        except VmsError as failure:
            if failure.matches(TYPE.WRITEERR):
                raise
            status = ctx.put_message(TYPE.OPENIN.error(found.spec, cause=failure))
        if pager.stopped:
            break
    if output is not None:
        output.close()
    return status


def _output(ctx: ImageContext) -> TextOutput | None:
    """The file of /OUTPUT, None for SYS$OUTPUT."""
    name = ctx.cli.value("OUTPUT")
    if name is None:
        return None
    try:
        return TextOutput(ctx.files.create(name, default=_LISTING), TYPE.WRITEERR)
    except VmsError as error:
        raise TYPE.OPENOUT.error(shown_spec(ctx, name, _LISTING), cause=error) from None


async def _show_device(ctx: ImageContext, name: str, output: TextOutput | None) -> None:
    """A terminal's lines, or the data lines of a procedure, as they come."""
    with ctx.files.open(name, shared=True) as stream:
        for record in await read_records(ctx, stream):
            text = record.decode("latin-1")
            (ctx.write if output is None else output.write)(text)


async def _show(ctx: ImageContext, found: FoundFile, pager: Pager, *, header: bool) -> None:
    stream = ctx.files.open(found, shared=True)
    lines = rendered_lines(stream)
    stream.close()
    if ctx.cli.present("TAIL"):
        lines = lines[-ctx.cli.integer("TAIL", 23) :]
    await pager.show(["", found.spec.to_text(), "", *lines] if header else lines)
