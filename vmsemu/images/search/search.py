"""SEARCH: the records of files that have certain strings in them. Source: DCL Dictionary, SEARCH.

/WRAP belongs to /PAGE=SAVE; without that it is what terminals do anyway. Left out (refused): /FTP.
fidelity: the column of /NUMBERS, the texts of /LOG and /STATISTICS and the names of its symbols are recalled, not captured.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from vmsemu.base.condition import VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.images.common.devices import read_records
from vmsemu.images.common.gaps import accept, refuse
from vmsemu.images.common.output import TextOutput, shown_spec
from vmsemu.images.common.paging import Pages
from vmsemu.images.common.selection import Confirmation, Selection, input_files
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.images.search.matching import Matcher
from vmsemu.images.search.text import Highlighter, formatted
from vmsemu.services.rms import FoundFile
from vmsemu.tables.facilities import SS
from vmsemu.tables.message import Facility

SEARCH = Facility(__package__, "search.msg")
_FILE_LINE = "*" * 30
_WINDOW_LINE = "*" * 15


@dataclass(frozen=True, slots=True)
class Window:
    """The records shown around a match: so many before and after it; `names_only` is /WINDOW=0."""

    before: int = 0
    after: int = 0
    given: bool = False
    names_only: bool = False

    @classmethod
    def of(cls, ctx: ImageContext) -> Window:
        """Read /WINDOW[=n | =(n1,n2)]. Errors: SEARCH.BADVALUE."""
        if not ctx.cli.present("WINDOW"):
            return cls()
        texts = ctx.cli.values("WINDOW")
        if any(not text.isdecimal() for text in texts):
            raise SEARCH.BADVALUE.error(next(text for text in texts if not text.isdecimal()))
        sizes = [int(text) for text in texts]
        if not sizes:
            return cls(2, 2, True)
        if len(sizes) > 1:
            return cls(sizes[0], sizes[1], True)
        around = max(sizes[0] - 1, 0)  # an even size has its extra record after the match
        return cls(around // 2, around - around // 2, True, sizes[0] == 0)


@dataclass
class _Counts:
    files: int = 0
    records: int = 0
    characters: int = 0
    matched: int = 0
    printed: int = 0


@dataclass
class _Search:
    """One SEARCH command."""

    ctx: ImageContext
    matcher: Matcher
    window: Window
    headings: bool
    format: str
    highlighter: Highlighter | None
    limit: int | None
    skip: int
    counts: _Counts = field(default_factory=_Counts)
    lines: list[str] = field(default_factory=list)

    def write(self, line: str) -> None:
        self.lines.append(line)

    def file(self, name: str, texts: list[str]) -> list[str]:
        """Search the records of one file: the lines that show what matches."""
        self.lines = []
        self._file(name, texts)
        self.counts.printed += len(self.lines)
        return self.lines

    def _file(self, name: str, texts: list[str]) -> None:
        matches = [at for at, text in enumerate(texts) if self.matcher(text)]
        self.counts.files += 1
        self.counts.records += len(texts)
        self.counts.characters += sum(map(len, texts))
        self.counts.matched += len(matches)
        if self.ctx.cli.present("LOG"):
            message = SEARCH.MATCHED(name, len(texts), len(matches)) if matches else SEARCH.NOMATCH(name, len(texts))
            self.ctx.put_message(message)
        matches = matches[self.skip :][: self.limit]
        if not matches:
            return
        if self.window.names_only:
            self.write(name)
            return
        if self.headings:
            for line in ("", _FILE_LINE, name, ""):
                self.write(line)
        if self.ctx.cli.present("REMAINING"):
            self._show(texts, range(matches[0], len(texts)))
            return
        self._windows(texts, matches)

    def _windows(self, texts: list[str], matches: list[int]) -> None:
        window, shown = self.window, -1
        for at in matches:
            first = max(at - window.before, shown + 1)
            if window.given and 0 <= shown < first - 1 and not self.ctx.cli.negated("HEADING"):
                self.write(_WINDOW_LINE)
            shown = min(at + window.after, len(texts) - 1)
            self._show(texts, range(first, shown + 1))

    def _show(self, texts: list[str], records: range) -> None:
        numbers = self.ctx.cli.present("NUMBERS")
        for at in records:
            text = texts[at]
            if self.highlighter is not None:
                line = self.highlighter.mark(text, self.matcher.spans(text), self.format)
            else:
                line = formatted(text, self.format)
            self.write(f"{at + 1:5}\t{line}" if numbers else line)


@image("SEARCH")
async def search(ctx: ImageContext) -> ImageResult:
    """Each file's matching records; several files have their names before them."""
    refuse(ctx, "FTP")
    accept(ctx, "STYLE", "WRAP")
    selection, confirmation = Selection.of(ctx), Confirmation(ctx)
    began, before = ctx.now, _usage(ctx)
    output = _output(ctx)
    job, pages = _search(ctx, output), Pages(ctx, _writer(ctx, output))
    status: ImageResult = SS.NORMAL
    for asked, found, error in input_files(ctx, "P1", "", devices=True):
        if found is None and error is not None:
            status = ctx.put_message(SEARCH.OPENIN.error(asked, cause=error))
            continue
        if found is not None and (not selection.wants(found) or not await confirmation.allows(f"SEARCH {found.spec}")):
            continue
        try:
            texts, name = await _records(ctx, found, asked.device)
        except VmsError as failure:
            status = ctx.put_message(SEARCH.OPENIN.error(found.spec if found else asked, cause=failure))
            continue
        await pages.show(job.file(name, texts))
        if pages.stopped:
            break
    if output is not None:
        output.close()
    if ctx.cli.present("STATISTICS"):
        if ctx.cli.present("STATISTICS.SYMBOLS"):
            _symbols(ctx, job.counts)
        _statistics(ctx, job.counts, began, before)
    if job.counts.matched == 0 and status is SS.NORMAL:
        ctx.put_message(SEARCH.NOMATCHES())
        return SEARCH.NOMATCHES  # procedures compare $STATUS with %X08D78053
    return status


async def _records(ctx: ImageContext, found: FoundFile | None, device: str) -> tuple[list[str], str]:
    """The records of a file or a record device, as text, and its name."""
    with ctx.files.open(found or device, shared=True) as stream:
        return [record.decode("latin-1") for record in await read_records(ctx, stream)], stream.spec.to_text()


def _writer(ctx: ImageContext, output: TextOutput | None) -> Callable[[str], None] | None:
    """Where lines go that are not for SYS$OUTPUT: a file, or with /NOOUTPUT nowhere."""
    if ctx.cli.negated("OUTPUT"):
        return lambda line: None
    return None if output is None else output.write


def _search(ctx: ImageContext, output: TextOutput | None) -> _Search:
    """What the qualifiers ask for. Errors: SEARCH.OPENOUT."""
    cli = ctx.cli
    key = slice(None)
    if cli.present("KEY"):
        start = int(cli.value("KEY.POSITION") or "1") - 1
        if start < 0:
            raise SEARCH.BADVALUE.error(cli.value("KEY.POSITION"))
        key = slice(start, start + int(cli.value("KEY.SIZE") or "32767"))
    matcher = Matcher(
        cli.values("STRING"), (cli.values("MATCH") or ["OR"])[0], exact=cli.present("EXACT"),
        wildcards=cli.present("WILDCARD_MATCHING"), key=key,
    )  # fmt: skip
    items = ctx.cli.parameters("P1")
    several = len(items) > 1 or any(_is_wild(ctx, item.text) for item in items)
    headings = (several or cli.present("HEADING")) and not cli.negated("HEADING")
    marks, hardcopy = cli.values("HIGHLIGHT") or ["BOLD"], cli.present("HIGHLIGHT.HARDCOPY")
    if hardcopy:
        marks = [cli.value("HIGHLIGHT.HARDCOPY") or "OVERSTRIKE"]
    return _Search(
        ctx, matcher, Window.of(ctx), headings, (cli.values("FORMAT") or ["TEXT"])[0],
        Highlighter(marks, hardcopy=hardcopy) if cli.present("HIGHLIGHT") and (output is None or hardcopy) else None,
        cli.integer("LIMIT") if cli.present("LIMIT") else None, cli.integer("SKIP"),
    )  # fmt: skip


def _is_wild(ctx: ImageContext, text: str) -> bool:
    """Does a specification stand for several files? What does not parse is told when it is opened."""
    spec = shown_spec(ctx, text)
    return isinstance(spec, FileSpec) and spec.has_wildcards


def _output(ctx: ImageContext) -> TextOutput | None:
    """The file of /OUTPUT (SEARCH.LIS by default), None for SYS$OUTPUT. Errors: SEARCH.OPENOUT; SEARCH.WRITEERR when it is written."""
    if not ctx.cli.present("OUTPUT"):
        return None
    name = ctx.cli.value("OUTPUT") or ""
    try:
        return TextOutput(ctx.files.create(name, default="SEARCH.LIS"), SEARCH.WRITEERR)
    except VmsError as error:
        raise SEARCH.OPENOUT.error(shown_spec(ctx, name, "SEARCH.LIS"), cause=error) from None


def _usage(ctx: ImageContext) -> tuple[int, int, int, int]:
    counts = ctx.process.accounting
    return counts.buffered_io, counts.direct_io, counts.page_faults, counts.cpu * 100_000


def _symbols(ctx: ImageContext, counts: _Counts) -> None:
    """/STATISTICS=SYMBOLS: the counts as local symbols of the caller."""
    for name, count in (
        ("FILES_SEARCHED", counts.files), ("RECORDS_SEARCHED", counts.records), ("CHARACTERS_SEARCHED", counts.characters),
        ("RECORDS_MATCHED", counts.matched), ("LINES_PRINTED", counts.printed),
    ):  # fmt: skip
        ctx.dcl.set_symbol(f"SEARCH${name}", str(count))


def _statistics(ctx: ImageContext, counts: _Counts, began: VmsTime, before: tuple[int, int, int, int]) -> None:
    buffered, direct, faults, cpu = (now - then for now, then in zip(_usage(ctx), before, strict=True))
    rows = (
        ("Files searched:", counts.files, "Buffered I/O count:", str(buffered)),
        ("Records searched:", counts.records, "Direct I/O count:", str(direct)),
        ("Characters searched:", counts.characters, "Page faults:", str(faults)),
        ("Records matched:", counts.matched, "Elapsed CPU time:", DeltaTime(cpu).to_text()),
        ("Lines printed:", counts.printed, "Elapsed time:", DeltaTime(int(ctx.now) - int(began)).to_text()),
    )
    ctx.write()
    for left, count, right, value in rows:
        ctx.write(f"{left:21}{count:>11}          {right:20}{value:>15}")
