"""DIFFERENCES: the sections in which two files differ. Source: DCL Dictionary, DIFFERENCES.

Exit status: %X006C8009 when the files agree, %X006C8013 when they differ; procedures test both. Left out (refused): /PARALLEL, /SLP,
hexadecimal and octal listings, /SEARCH and its companions, /PAGE.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vmsemu.base.condition import VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.images.common.gaps import refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.differences.compare import Section, sections
from vmsemu.images.differences.records import Ignoring, Record, delimiters, header_lines
from vmsemu.images.registry import ImageResult, image
from vmsemu.services.rms import RecordFile
from vmsemu.tables.facilities import RMS
from vmsemu.tables.message import Facility

DIFF = Facility(__package__, "differences.msg")
_OPTIONS = ("BLANK_LINES", "CASE", "COMMENTS", "FORM_FEEDS", "HEADER", "SPACING", "TRAILING_SPACES")
_SECTION_LINE, _FILE_LINE = "*" * 12, "*" * 6


@dataclass(frozen=True, slots=True)
class _File:
    spec: FileSpec
    records: list[Record]


@dataclass
class _Listing:
    """Where the lines go and how a record is shown."""

    write: Callable[[str], None]
    numbers: bool

    def record(self, record: Record, mark: str = "") -> None:
        self.write(f"{mark}{record.number:5}   {record.text}" if self.numbers else f"{mark}{record.text}")

    def side(self, file: _File, at: int, end: int, after: int) -> None:
        """One file's part of a section, with the records that agree again after it."""
        self.write(f"File {file.spec}")
        for record in file.records[at : end + after]:
            self.record(record)


@image("DIFFERENCES")
async def differences(ctx: ImageContext) -> ImageResult:
    """Compare, list, sum up."""
    refuse(ctx, "PARALLEL", "SLP", "SEARCH", "HIGHLIGHT", "EXACT", "PAGE", "WIDTH", "WRAP", "MODE.HEXADECIMAL", "MODE.OCTAL")
    refuse(ctx, "IGNORE.EXACT", "IGNORE.PRETTY")
    first, second = _files(ctx)
    window = ctx.cli.integer("WINDOW") if ctx.cli.present("WINDOW") else None
    found = sections(
        [record.key for record in first.records], [record.key for record in second.records], ctx.cli.integer("MATCH", 3), window
    )
    output = _output(ctx, first.spec)
    listing = _Listing(ctx.write if output is None else output.put_text, not ctx.cli.negated("NUMBER"))
    shown = _limited(ctx, found)
    _list(ctx, listing, first, second, shown)
    for line in _summary(ctx, first, second, found, output):
        listing.write(line)
    if output is not None:
        output.close()
    if len(shown) < len(found):
        return ctx.put_message(DIFF.MAXDIF())
    return DIFF.DIFFERENT if found else DIFF.SAMEFILE


def _files(ctx: ImageContext) -> tuple[_File, _File]:
    """Both files; the second is by default the next lower version of the first. Errors: DIFF.OPENIN."""
    first = _open(ctx, ctx.cli.value("FILE_1") or "", "")
    name = ctx.cli.value("FILE_2")
    if name is None:
        spec = FileSpec(first.spec.node, first.spec.device, first.spec.directory, first.spec.name, first.spec.type, _lower(ctx, first.spec))
        second = _open(ctx, spec.to_text(), "")
    else:
        second = _open(ctx, name, first.spec.with_fields(version=""))
    texts = [_texts(ctx, file) for file in (first, second)]
    ignoring = _ignoring(ctx, first.spec)
    return _File(first.spec, ignoring.records(texts[0])), _File(second.spec, ignoring.records(texts[1]))


def _lower(ctx: ImageContext, spec: FileSpec) -> str:
    """The version below that of the file. Errors: DIFF.OPENIN when there is none."""
    number = spec.version_number or 0
    lower = [
        found.spec.version_number or 0
        for found in ctx.files.search(spec.with_fields(version=";*"))
        if (found.spec.version_number or 0) < number
    ]
    if not lower:
        raise DIFF.OPENIN.error(spec.with_fields(version=";-1"), cause=RMS.FNF)
    return f";{max(lower)}"


def _open(ctx: ImageContext, name: str, default: FileSpec | str) -> RecordFile:
    try:
        return ctx.files.open(name, default=default, shared=True)
    except VmsError as error:
        raise DIFF.OPENIN.error(ctx.files.parse(name, default), cause=error) from None


def _texts(ctx: ImageContext, file: RecordFile) -> list[str]:
    with file:
        try:
            return list(file.lines())
        except VmsError as error:
            raise DIFF.READERR.error(file.spec, cause=error) from None


def _ignoring(ctx: ImageContext, spec: FileSpec) -> Ignoring:
    given = {word for word in _OPTIONS if ctx.cli.present(f"IGNORE.{word}")}
    comment = ""
    if "COMMENTS" in given or ctx.cli.present("COMMENT_DELIMITER"):
        comment = delimiters(spec.type, ctx.cli.values("COMMENT_DELIMITER") if ctx.cli.present("COMMENT_DELIMITER") else None)
    return Ignoring(
        "BLANK_LINES" in given, "CASE" in given, comment, "FORM_FEEDS" in given,
        header_lines(ctx.cli.value("IGNORE.HEADER")) if "HEADER" in given else 0, "SPACING" in given, "TRAILING_SPACES" in given,
    )  # fmt: skip


def _limited(ctx: ImageContext, found: list[Section]) -> list[Section]:
    """The sections within /MAXIMUM_DIFFERENCES records."""
    if not ctx.cli.present("MAXIMUM_DIFFERENCES"):
        return found
    limit, shown = ctx.cli.integer("MAXIMUM_DIFFERENCES"), []
    for section in found:
        limit -= section.records
        if limit < 0:
            break
        shown.append(section)
    return shown


def _output(ctx: ImageContext, spec: FileSpec) -> RecordFile | None:
    """The file of /OUTPUT (type .DIF), None for SYS$OUTPUT. Errors: DIFF.OPENOUT."""
    name = ctx.cli.value("OUTPUT")
    if name is None:
        return None
    default = FileSpec(name=spec.name, type=".DIF")
    try:
        return ctx.files.create(name, default=default)
    except VmsError as error:
        raise DIFF.OPENOUT.error(ctx.files.parse(name, default), cause=error) from None


def _list(ctx: ImageContext, listing: _Listing, first: _File, second: _File, found: list[Section]) -> None:
    """The listings asked for; /MERGED=1 when none is."""
    if _merging(ctx):
        _merged(listing, first, second, found, ctx.cli.integer("MERGED", 1))
    if ctx.cli.present("SEPARATED"):
        for file, is_second in ((first, False), (second, True)):
            _separated(listing, file, found, is_second)
    if ctx.cli.present("CHANGE_BAR"):
        mark = next((value for value in ctx.cli.values("CHANGE_BAR") if len(value) == 1), "!")
        _change_bars(listing, first, found, mark)


def _merging(ctx: ImageContext) -> bool:
    """Is the merged listing wanted? It is what one gets without asking for another."""
    other = ctx.cli.present("CHANGE_BAR") or ctx.cli.present("SEPARATED") or ctx.cli.negated("MERGED")
    return ctx.cli.present("MERGED") or not other


def _merged(listing: _Listing, first: _File, second: _File, found: list[Section], after: int) -> None:
    for section in found:
        listing.write(_SECTION_LINE)
        listing.side(first, section.first_at, section.first_end, after)
        listing.write(_FILE_LINE)
        listing.side(second, section.second_at, section.second_end, after)
        listing.write(_SECTION_LINE)


def _separated(listing: _Listing, file: _File, found: list[Section], is_second: bool) -> None:
    """The records of one file that differ. fidelity: the headings are recalled."""
    listing.write(_SECTION_LINE)
    listing.write(f"File {file.spec}")
    for section in found:
        at, end = (section.second_at, section.second_end) if is_second else (section.first_at, section.first_end)
        for record in file.records[at:end]:
            listing.record(record)
    listing.write(_SECTION_LINE)


def _change_bars(listing: _Listing, file: _File, found: list[Section], mark: str) -> None:
    """The whole first file with a mark before each record that differs."""
    changed = {at for section in found for at in range(section.first_at, section.first_end)}
    listing.write(_SECTION_LINE)
    listing.write(f"File {file.spec}")
    for at, record in enumerate(file.records):
        listing.record(record, f"{mark} " if at in changed else "  ")
    listing.write(_SECTION_LINE)


def _summary(ctx: ImageContext, first: _File, second: _File, found: list[Section], output: RecordFile | None) -> list[str]:
    """The counts and the command as it was understood."""
    lines = [""] if found else []
    lines.append(f"Number of difference sections found: {len(found)}")
    lines.append(f"Number of difference records found: {sum(section.records for section in found)}")
    ignored = ",".join(word for word in _OPTIONS if ctx.cli.present(f"IGNORE.{word}"))
    command = f"DIFFERENCES /IGNORE=({ignored})"
    command += f"/MATCH={ctx.cli.integer('MATCH')}" if ctx.cli.present("MATCH") else ""
    command += f"/MERGED={ctx.cli.integer('MERGED', 1)}" if _merging(ctx) else ""
    command += "".join(f"/{word}" for word in ("SEPARATED", "CHANGE_BAR") if ctx.cli.present(word))
    command += f"/OUTPUT={output.spec}" if output is not None else ""
    return [*lines, "", command + "-", f"    {first.spec}-", f"    {second.spec}"]
