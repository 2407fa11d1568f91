"""ANALYZE/RMS_FILE: check a file, report on it, or write the definition that makes it. /INTERACTIVE and /UPDATE_HEADER are refused.

Source: Record Management Utilities Reference Manual, ANALYZE/RMS_FILE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.files.attributes import Organization
from vmsemu.files.fdl import describe
from vmsemu.files.relative import RelativeFile
from vmsemu.images.analyzrms.report import Report
from vmsemu.images.analyzrms.structure import KeyFigures, errors, key_figures
from vmsemu.images.common.gaps import accept, refuse
from vmsemu.images.common.selection import input_files
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.services.rms import FoundFile, RecordFile
from vmsemu.tables.facilities import SS
from vmsemu.tables.fdl import FileDefinition, Section, Value
from vmsemu.tables.message import Facility

ANLRMS = Facility(__package__, "analyzrms.msg")
_INPUT_TYPE, _REPORT_TYPE, _FDL_TYPE = ".DAT", ".ANL", ".FDL"


@image("ANALYZRMS")
async def analyzrms(ctx: ImageContext) -> ImageResult:
    """Of several reports asked for the order is /FDL, /STATISTICS, /SUMMARY, /CHECK. /FDL takes one file, the others lists and wildcards."""
    refuse(ctx, "UPDATE_HEADER")
    accept(ctx, "CHECK", "RMS_FILE")
    if ctx.cli.present("FDL"):
        return _write_definition(ctx)
    refuse(ctx, "INTERACTIVE")
    status: ImageResult = SS.NORMAL
    output = _report_file(ctx)
    write = ctx.write if output is None else output.put_text
    for asked, found, error in input_files(ctx, "FILE", _INPUT_TYPE):
        if found is None:
            status = ctx.put_message(ANLRMS.OPENIN.error(asked, cause=error))
            continue
        try:
            status = _analyze(ctx, found, write) or status
        except VmsError as failure:
            status = ctx.put_message(failure)
    if output is not None:
        output.close()
    return status


def _open(ctx: ImageContext, found: FoundFile) -> RecordFile:
    """Errors: ANLRMS.OPENIN."""
    try:
        return ctx.files.open(found)
    except VmsError as error:
        raise ANLRMS.OPENIN.error(found.spec, cause=error) from None


def _figures(file: RecordFile) -> list[KeyFigures]:
    return key_figures(file) if file.attributes.organization is Organization.INDEXED else []


def _owner(ctx: ImageContext, file: RecordFile) -> str:
    return ctx.system.rights.uic_text(file.header.owner)


def _report_file(ctx: ImageContext) -> RecordFile | None:
    """The file of /OUTPUT (type .ANL); None for SYS$OUTPUT. Errors: ANLRMS.OPENOUT."""
    if not ctx.cli.present("OUTPUT"):
        return None
    return _create(ctx, ctx.cli.value("OUTPUT") or "", _REPORT_TYPE)


def _create(ctx: ImageContext, name: str, type: str) -> RecordFile:
    default = ctx.files.parse(ctx.cli.parameters("FILE")[0].text).name + type
    try:
        return ctx.files.create(name, default=default)
    except VmsError as error:
        raise ANLRMS.OPENOUT.error(ctx.files.parse(name, default), cause=error) from None


def _analyze(ctx: ImageContext, found: FoundFile, write: Callable[[str], None]) -> ConditionValue | None:
    """The report of one file; with /NOOUTPUT only how many errors it has, which is the status."""
    statistics, summary = ctx.cli.present("STATISTICS"), ctx.cli.present("SUMMARY")
    title = "RMS File Statistics" if statistics else "RMS File Summary" if summary else "Check RMS File Integrity"
    with _open(ctx, found) as file:
        wrong = [] if summary else errors(file)
        if ctx.cli.negated("OUTPUT"):
            return ctx.put_message(ANLRMS.ERRORS(found.spec, len(wrong)))
        report = Report(title, ctx.now, file, _owner(ctx, file), _figures(file), statistics)
        for line in report.lines():
            write(line)
        for line in _verdict(ctx, wrong, summary):
            write(line)
    return None


def _verdict(ctx: ImageContext, wrong: list[str], summary: bool) -> Iterator[str]:
    """What the analysis uncovered, and the command again."""
    yield ""
    yield ""
    yield from wrong
    if not summary:
        count = len(wrong)
        yield f"The analysis uncovered {count or 'NO'} error{'' if count == 1 else 's'}."
        yield ""
        yield ""
    yield f"ANALYZE{ctx.cli.line.rstrip().upper()}"


# -- the definition -------------------------------------------------------------------------------------------------------------------------


def _write_definition(ctx: ImageContext) -> ImageResult:
    """/FDL: write the definition of one file. Errors: ANLRMS.NOWILD, ANLRMS.OPENIN, ANLRMS.OPENOUT."""
    items = ctx.cli.parameters("FILE")
    name = items[0].text
    if len(items) > 1 or ctx.files.parse(name, _INPUT_TYPE).has_wildcards:
        raise ANLRMS.NOWILD.error()
    try:
        found = ctx.files.find(name, _INPUT_TYPE)
    except VmsError as error:
        raise ANLRMS.OPENIN.error(getattr(error, "spec", name), cause=error) from None
    with _open(ctx, found) as file:
        text = _definition(ctx, file).to_text()
    with _create(ctx, ctx.cli.value("OUTPUT") or "", _FDL_TYPE) as output:
        for line in text.splitlines():
            output.put_text(line)
    return SS.NORMAL


def _definition(ctx: ImageContext, file: RecordFile) -> FileDefinition:
    """The definition of a file, and of an indexed one what was found in its areas and keys."""
    figures = _figures(file)
    maximum = file.file.prologue.maximum_number if isinstance(file.file, RelativeFile) else 0
    definition = describe(
        f"{ctx.now.to_text()[:20]}   OpenVMS ANALYZE/RMS_FILE Utility", file.header, str(file.spec), _owner(ctx, file),
        [each.definition for each in figures], maximum,
    )  # fmt: skip
    if not figures:
        return definition
    found = [Section("ANALYSIS_OF_AREA", 0, (("RECLAIMED_SPACE", 0),))]
    found += [Section("ANALYSIS_OF_KEY", each.number, tuple(_analysis(each))) for each in figures]
    return replace(definition, sections=(*definition.sections, *found))


def _analysis(figures: KeyFigures) -> Iterator[tuple[str, Value]]:
    """The attributes of an ANALYSIS_OF_KEY section."""
    yield "DATA_FILL", figures.data_fill
    yield "DATA_KEY_COMPRESSION", 0
    if figures.number == 0:
        yield "DATA_RECORD_COMPRESSION", 0
    yield "DATA_RECORD_COUNT", figures.records
    yield "DATA_SPACE_OCCUPIED", figures.data_space
    yield "DEPTH", figures.depth
    yield "INDEX_COMPRESSION", 0
    yield "INDEX_FILL", figures.index_fill
    yield "INDEX_SPACE_OCCUPIED", figures.index_space
    yield "LEVEL1_RECORD_COUNT", figures.data_buckets
    yield "MEAN_DATA_LENGTH", figures.mean_length
    yield "MEAN_INDEX_LENGTH", figures.index_length
