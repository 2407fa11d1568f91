"""EDT's text buffers: lines with line numbers, and a current line. Source: EDT Reference Manual, "Line numbers".

A line number has up to five decimals; it is kept as an integer of hundred-thousandths. Lines that were read are numbered 1, 2, 3 ...; a line
put between two others takes the coarsest number that fits. When none fits, everything after it is numbered anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field

UNIT = 100_000
_STEPS = (UNIT, UNIT // 10, UNIT // 100, UNIT // 1000, UNIT // 10_000, 1)
_TEXT_COLUMN = 12


@dataclass
class Line:
    """One line of a buffer."""

    number: int
    text: str

    def shown(self, *, numbers: bool = True) -> str:
        """As TYPE displays it. fidelity: the number's columns are recalled."""
        if not numbers:
            return self.text
        whole, part = divmod(self.number, UNIT)
        decimals = f".{part:05}".rstrip("0").rstrip(".")
        return f"{whole:5}{decimals}".ljust(_TEXT_COLUMN) + self.text


@dataclass
class Buffer:
    """A named buffer. `at` is the index of the current line; len(lines) stands for the end, [EOB]."""

    name: str
    lines: list[Line] = field(default_factory=list)
    at: int = 0
    changed: bool = False

    def load(self, texts: list[str]) -> None:
        """Fill an empty buffer with the lines of a file."""
        self.lines = [Line(n * UNIT, text) for n, text in enumerate(texts, 1)]
        self.at = 0

    def insert(self, index: int, texts: list[str]) -> None:
        """Put lines before the one at `index`. The current line stays the one it was, or becomes the line after the new ones."""
        if not texts:
            return
        before = self.lines[index - 1].number if index else 0
        after = self.lines[index].number if index < len(self.lines) else None
        step = next((s for s in _STEPS if after is None or before + s * len(texts) < after), None)
        new = [Line(before + (step or UNIT) * n, text) for n, text in enumerate(texts, 1)]
        self.lines[index:index] = new
        if self.at >= index:
            self.at += len(new)
        if step is None:
            self.renumber(index + len(new), new[-1].number // UNIT * UNIT + UNIT)
        self.changed = True

    def delete(self, first: int, last: int) -> None:
        """Remove the lines first <= index < last; the line after them becomes the current one."""
        del self.lines[first:last]
        self.at = first
        self.changed = True

    def renumber(self, index: int = 0, start: int = UNIT, step: int = UNIT) -> None:
        """Number the lines from `index` on anew."""
        for line in self.lines[index:]:
            line.number = start
            start += step

    def texts(self) -> list[str]:
        return [line.text for line in self.lines]

    def index_of(self, number: int) -> int:
        """The index of the first line whose number is at least `number`."""
        return next((at for at, line in enumerate(self.lines) if line.number >= number), len(self.lines))
