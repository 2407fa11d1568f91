"""DIFFERENCES: the sections in which two files differ. Source: DCL Dictionary, DIFFERENCES.

Exit status: %X006C8009 when the files agree, %X006C8013 when they differ; procedures test both. Left out (refused): /SEARCH and its
companions, which belong to /PAGE=SAVE.
"""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.images.common.output import TextOutput, shown_spec
from vmsemu.images.common.paging import Pager
from vmsemu.images.context import ImageContext
from vmsemu.images.differences.compare import Section, sections
from vmsemu.images.differences.listings import ComparedFile, Listing
from vmsemu.images.differences.records import Ignoring, delimiters, header_lines
from vmsemu.images.registry import ImageResult, image
from vmsemu.services.rms import RecordFile
from vmsemu.tables.facilities import RMS
from vmsemu.tables.message import Facility

DIFF = Facility(__package__, "differences.msg")
_OPTIONS = ("BLANK_LINES", "CASE", "COMMENTS", "FORM_FEEDS", "HEADER", "SPACING", "TRAILING_SPACES")
_EDITING = ("EDITED", "EXACT", "PRETTY")
_MODES = ("ASCII", "HEXADECIMAL", "OCTAL")
_OTHER_LISTINGS = ("CHANGE_BAR", "PARALLEL", "SEPARATED", "SLP")
_TERMINAL_WIDTH, _FILE_WIDTH, _NARROWEST = 80, 132, 48
_MATCH = 3


@image("DIFFERENCES")
async def differences(ctx: ImageContext) -> ImageResult:
    """Compare, list, sum up."""
    first, second = _files(ctx)
    window = ctx.cli.integer("WINDOW") if ctx.cli.present("WINDOW") else None
    found = sections(
        [record.key for record in first.records], [record.key for record in second.records], ctx.cli.integer("MATCH", _MATCH), window
    )
    output = _output(ctx, first.spec)
    pager = Pager(ctx, None if output is None else output.write)
    shown = _limited(ctx, found)
    lines = _listings(ctx, first, second, shown, to_file=output is not None)
    if not ctx.cli.present("SLP"):
        lines += _summary(ctx, first, second, found, output)
    await pager.show(lines)
    if output is not None:
        output.close()
    if len(shown) < len(found):
        return ctx.put_message(DIFF.MAXDIF())
    return DIFF.DIFFERENT if found else DIFF.SAMEFILE


def _files(ctx: ImageContext) -> tuple[ComparedFile, ComparedFile]:
    """Both files; the second is by default the next lower version of the first. Errors: DIFF.OPENIN."""
    first = _open(ctx, ctx.cli.value("FILE_1") or "", "")
    name = ctx.cli.value("FILE_2")
    if name is None:
        spec = FileSpec(first.spec.node, first.spec.device, first.spec.directory, first.spec.name, first.spec.type, _lower(ctx, first.spec))
        second = _open(ctx, spec.to_text(), "")
    else:
        second = _open(ctx, name, first.spec.with_fields(version=""))
    texts = [_texts(ctx, file) for file in (first, second)]
    return (
        ComparedFile(first.spec, _ignoring(ctx, 0, first.spec).records(texts[0])),
        ComparedFile(second.spec, _ignoring(ctx, 1, second.spec).records(texts[1])),
    )


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
        raise DIFF.OPENIN.error(shown_spec(ctx, name, str(default)), cause=error) from None


def _texts(ctx: ImageContext, file: RecordFile) -> list[str]:
    with file:
        try:
            return list(file.lines())
        except VmsError as error:
            raise DIFF.READERR.error(file.spec, cause=error) from None


def _ignoring(ctx: ImageContext, file: int, spec: FileSpec) -> Ignoring:
    """What does not count in the first (0) or the second (1) file: /COMMENT_DELIMITER may stand beside one of them."""
    given = {word for word in _OPTIONS if ctx.cli.present(f"IGNORE.{word}")}
    items = ctx.cli.parameters(f"P{file + 1}")
    answers = items[0] if items else ctx.cli
    comment = ""
    if "COMMENTS" in given or answers.present("COMMENT_DELIMITER"):
        comment = delimiters(spec.type, answers.values("COMMENT_DELIMITER") or None)
    return Ignoring(
        "BLANK_LINES" in given, "CASE" in given, comment, "FORM_FEEDS" in given,
        header_lines(ctx.cli.value("IGNORE.HEADER")) if "HEADER" in given else 0, "SPACING" in given, "TRAILING_SPACES" in given,
        next((word for word in reversed(_EDITING) if ctx.cli.present(f"IGNORE.{word}")), "EDITED"),
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


def _output(ctx: ImageContext, spec: FileSpec) -> TextOutput | None:
    """The file of /OUTPUT (type .DIF), None for SYS$OUTPUT. Errors: DIFF.OPENOUT; DIFF.WRITEERR when it is written."""
    name = ctx.cli.value("OUTPUT")
    if name is None:
        return None
    default = FileSpec(name=spec.name, type=".DIF")
    try:
        return TextOutput(ctx.files.create(name, default=default), DIFF.WRITEERR)
    except VmsError as error:
        raise DIFF.OPENOUT.error(shown_spec(ctx, name, default.to_text()), cause=error) from None


def _modes(ctx: ImageContext) -> list[str]:
    return [mode for mode in _MODES if ctx.cli.present(f"MODE.{mode}")] or ["ASCII"]


def _listings(ctx: ImageContext, first: ComparedFile, second: ComparedFile, found: list[Section], *, to_file: bool) -> list[str]:
    """The listings asked for, in each mode; /MERGED=1 when none is."""
    cli = ctx.cli
    wide = int(getattr(ctx.dcl.output, "width", 0) or _TERMINAL_WIDTH) if not to_file else _FILE_WIDTH
    width = max(cli.integer("WIDTH"), _NARROWEST) if cli.present("WIDTH") else None
    lines: list[str] = []
    for mode in _modes(ctx):
        listing = Listing(first, second, found, not cli.negated("NUMBER"), "" if mode == "ASCII" else mode, width, width or wide)
        _list(ctx, listing)
        lines += listing.lines
    return lines


def _list(ctx: ImageContext, listing: Listing) -> None:
    cli = ctx.cli
    match = cli.integer("MATCH", _MATCH)
    if cli.present("SLP"):
        listing.slp()
        return
    if _merging(ctx):
        listing.merged(min(cli.integer("MERGED", 1), match))
    if cli.present("SEPARATED"):
        both = not cli.values("SEPARATED")
        for word, is_second in (("MASTER", False), ("REVISION", True)):
            if both or cli.present(f"SEPARATED.{word}"):
                listing.separated(is_second=is_second)
    if cli.present("PARALLEL") and listing.sections:
        listing.parallel(min(cli.integer("PARALLEL"), match))
    for is_second, values in _change_bars(ctx):
        mark = next((value for value in values if len(value) == 1), "!")
        numbers = False if "NONUMBER" in values else True if "NUMBER" in values else None
        listing.change_bars(is_second=is_second, mark=mark, numbers=numbers)


def _change_bars(ctx: ImageContext) -> list[tuple[bool, list[str]]]:
    """Which files /CHANGE_BAR wants, and its values: the file it stands beside; after the verb, the first."""
    local = [
        (is_second, item.values("CHANGE_BAR"))
        for is_second, name in ((False, "P1"), (True, "P2"))
        for item in ctx.cli.parameters(name)
        if "CHANGE_BAR" in item.local and item.present("CHANGE_BAR")
    ]
    return local or ([(False, ctx.cli.values("CHANGE_BAR"))] if ctx.cli.present("CHANGE_BAR") else [])


def _merging(ctx: ImageContext) -> bool:
    """Is the merged listing wanted? It is what one gets without asking for another."""
    other = any(ctx.cli.present(word) for word in _OTHER_LISTINGS) or bool(_change_bars(ctx)) or ctx.cli.negated("MERGED")
    return ctx.cli.present("MERGED") or not other


def _summary(ctx: ImageContext, first: ComparedFile, second: ComparedFile, found: list[Section], output: TextOutput | None) -> list[str]:
    """The counts and the command as it was understood."""
    cli = ctx.cli
    lines = [""] if found else []
    lines.append(f"Number of difference sections found: {len(found)}")
    lines.append(f"Number of difference records found: {sum(section.records for section in found)}")
    ignored = ",".join(word for word in _OPTIONS if cli.present(f"IGNORE.{word}"))
    command = f"DIFFERENCES /IGNORE=({ignored})"
    command += f"/MATCH={cli.integer('MATCH')}" if cli.present("MATCH") else ""
    command += f"/MERGED={cli.integer('MERGED', 1)}" if _merging(ctx) else ""
    command += "".join(f"/{word}" for word in ("SEPARATED", "PARALLEL") if cli.present(word))
    command += "/CHANGE_BAR" if _change_bars(ctx) else ""
    command += f"/MODE=({','.join(_modes(ctx))})" if cli.present("MODE") else ""
    command += f"/WIDTH={cli.integer('WIDTH')}" if cli.present("WIDTH") else ""
    command += f"/OUTPUT={output.spec}" if output is not None else ""
    return [*lines, "", command + "-", f"    {first.spec}-", f"    {second.spec}"]
