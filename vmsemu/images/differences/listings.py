"""The listings of DIFFERENCES: merged, separated, parallel, with change bars, and as SLP commands.

fidelity: the headings of all but the merged listing are recalled, and so are the record headers of hexadecimal and octal ones.
Source: DCL Dictionary, DIFFERENCES.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import zip_longest

from vmsemu.base.filespec import FileSpec
from vmsemu.images.differences.compare import Section
from vmsemu.images.differences.records import Record
from vmsemu.images.dump.body import Body

_SECTION_LINE, _FILE_LINE = "*" * 12, "*" * 6
_CHANGED = " ***CHANGE***"
_SLP_SIGNS = "-/\\@<%"


@dataclass(frozen=True, slots=True)
class ComparedFile:
    """One of the two files: its name and the records that take part."""

    spec: FileSpec
    records: list[Record]

    def numbers(self, at: int, end: int) -> tuple[int, int]:
        """The numbers in the file of the first and the last of some records; of none, that of the record before them."""
        if at < end:
            return self.records[at].number, self.records[end - 1].number
        before = self.records[at - 1].number if at else 0
        return before, before


@dataclass
class Listing:
    """Lines as they are made. `radix` is empty for text; `width` is None where lines have any length."""

    first: ComparedFile
    second: ComparedFile
    sections: list[Section]
    numbers: bool = True
    radix: str = ""
    width: int | None = None
    display_width: int = 80
    lines: list[str] = field(default_factory=list)

    def _write(self, line: str) -> None:
        self.lines.append(line if self.width is None else line[: self.width])

    def _record(self, record: Record, mark: str = "", *, changed: bool = False, numbers: bool | None = None) -> None:
        if self.radix:
            size = len(record.text)
            self._write(f"RECORD NUMBER {record.number} ({record.number:08X}) LENGTH {size} ({size:08X}){_CHANGED if changed else ''}")
            for line in Body(4, self.radix, self.display_width).lines(record.text.encode("latin-1", "replace")):
                self._write(line)
            return
        self._write(
            f"{mark}{record.number:5}   {record.text}" if (self.numbers if numbers is None else numbers) else f"{mark}{record.text}"
        )

    def _side(self, file: ComparedFile, at: int, end: int, after: int) -> None:
        """One file's part of a section, with the records that agree again after it."""
        self._write(f"File {file.spec}")
        for record in file.records[at : end + after]:
            self._record(record)

    def merged(self, after: int) -> None:
        """/MERGED: section by section, both files."""
        for section in self.sections:
            self._write(_SECTION_LINE)
            self._side(self.first, section.first_at, section.first_end, after)
            self._write(_FILE_LINE)
            self._side(self.second, section.second_at, section.second_end, after)
            self._write(_SECTION_LINE)

    def separated(self, *, is_second: bool) -> None:
        """/SEPARATED: the records of one file that differ."""
        file = self.second if is_second else self.first
        self._write(_SECTION_LINE)
        self._write(f"File {file.spec}")
        for section in self.sections:
            at, end = (section.second_at, section.second_end) if is_second else (section.first_at, section.first_end)
            for record in file.records[at:end]:
                self._record(record)
        self._write(_SECTION_LINE)

    def change_bars(self, *, is_second: bool, mark: str, numbers: bool | None) -> None:
        """/CHANGE_BAR: a whole file with a mark before each record that differs."""
        file = self.second if is_second else self.first
        spans = [(s.second_at, s.second_end) if is_second else (s.first_at, s.first_end) for s in self.sections]
        changed = {at for first, end in spans for at in range(first, end)}
        self._write(_SECTION_LINE)
        self._write(f"File {file.spec}")
        for at, record in enumerate(file.records):
            self._record(record, f"{mark} " if at in changed else "  ", changed=at in changed, numbers=numbers)
        self._write(_SECTION_LINE)

    def parallel(self, after: int) -> None:
        """/PARALLEL: side by side; a record that is too long for its half goes on below."""
        half = (self.display_width - 3) // 2
        line = "-" * (2 * half + 3)
        self._write(line)
        self._beside(f"File {self.first.spec}", f"File {self.second.spec}", half)
        for section in self.sections:
            left, right = self.first.records, self.second.records
            numbers = [file.numbers(at, end)[0] for file, at, end in (
                (self.first, section.first_at, section.first_end), (self.second, section.second_at, section.second_end))]  # fmt: skip
            self._write("-".join(f" {number} ".center(half + 1, "-") for number in numbers))
            for a, b in zip_longest(
                left[section.first_at : section.first_end + after], right[section.second_at : section.second_end + after]
            ):
                self._beside(a.text if a else "", b.text if b else "", half)
        self._write(line)

    def _beside(self, left: str, right: str, half: int) -> None:
        left, right = left.expandtabs(), right.expandtabs()
        for at in range(0, max(len(left), len(right), 1), half):
            self._write(f"{left[at : at + half].ljust(half)} | {right[at : at + half]}".rstrip())

    def slp(self) -> None:
        """/SLP: commands for SUMSLP that turn the first file into the second."""
        for section in self.sections:
            first, last = self.first.numbers(section.first_at, section.first_end)
            self.lines.append(f"-{first},{last}" if section.first_at < section.first_end else f"-{first}")
            for record in self.second.records[section.second_at : section.second_end]:
                self.lines.append(f"<{record.text}" if record.text[:1] and record.text[0] in _SLP_SIGNS else record.text)
        self.lines.append("/")
