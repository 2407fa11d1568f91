"""EDT's range specifications: which lines a command means. Source: EDT Reference Manual, "Specifying ranges".

    .  number  'string'  -'string'  BEGIN  END  LAST  WHOLE  BEFORE  REST  SELECT (screen mode makes one)
    a:b  a THRU b   a#n  a FOR n   a+n  a-n   a,b  a AND b   [a] ALL 'string'   =buffer range

fidelity: LAST, the current line of the buffer before this one, is recalled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vmsemu.images.edt.buffer import UNIT, Buffer

_NUMBER = re.compile(r"\d+(?:\.\d{1,5})?")
_WORD = re.compile(r"%?([A-Za-z]+)")
_BUFFER = re.compile(r"=([A-Za-z][A-Za-z0-9_]*)\s*")
_WHOLE_WORDS = {"WHOLE": 1, "BEFORE": 3, "REST": 1}  # how short they may be
_ONE_WORDS = {"BEGIN": 1, "END": 1, "LAST": 1, "SELECT": 3}
_MINIMUM = 2


class EdtError(Exception):
    """What EDT says instead of carrying out a command."""


@dataclass
class Range:
    """The lines a specification names: indexes in ascending order, whether one was written at all, and whether it can mean many lines."""

    buffer: Buffer
    indexes: list[int]
    given: bool
    spans: bool = False

    @property
    def first(self) -> int:
        return self.indexes[0] if self.indexes else len(self.buffer.lines)

    @property
    def end(self) -> int:
        """One beyond the last line."""
        return self.indexes[-1] + 1 if self.indexes else len(self.buffer.lines)


class RangeReader:
    """Reads a range at the start of a command's rest. `buffers` gives a buffer by name, making it when it is new.

    `previous` is the buffer that LAST goes back to; with `exact` strings must agree in case.
    """

    def __init__(
        self, text: str, buffer: Buffer, buffers: dict[str, Buffer], previous: Buffer | None = None, *, exact: bool = False
    ) -> None:
        self.text = text
        self.buffer = buffer
        self._buffers = buffers
        self._previous = previous
        self._spans = False
        self._case = str if exact else str.upper

    def read(self, default: str = ".") -> Range:
        """The range; `default` when none is written. `self.text` is what follows it. Errors: EdtError."""
        self._skip()
        given = self._buffer_name()
        if not self.text or self.text[0] in '/"':
            return Range(self.buffer, self._default("WHOLE" if given else default), given, given or default == "WHOLE")
        if self._word(("ALL",)) is not None:
            return Range(self.buffer, self._all(list(range(len(self.buffer.lines)))), True, True)
        indexes = self._span()
        while self._take((",", "AND")):
            indexes = sorted({*indexes, *self._span()})
        return Range(self.buffer, self._all(indexes), True, self._spans)

    def _all(self, indexes: list[int]) -> list[int]:
        """ALL 'string' after a range, or alone: those of its lines that have the string."""
        self._skip()
        if (word := self._word(("ALL",), 3)) is None:
            return indexes
        self.text = self.text[word:]
        self._skip()
        wanted, case = self._case(self._string()), self._case
        return [at for at in indexes if wanted in case(self.buffer.lines[at].text)]

    def _default(self, default: str) -> list[int]:
        count = len(self.buffer.lines)
        if default == "WHOLE":
            return list(range(count))
        if default == "":
            return []
        return [self.buffer.at] if self.buffer.at < count else []

    def _buffer_name(self) -> bool:
        match = _BUFFER.match(self.text)
        if match is None:
            return False
        name = match[1].upper()
        self.buffer = self._buffers.setdefault(name, Buffer(name))
        self.text = self.text[match.end() :]
        return True

    def _span(self) -> list[int]:
        """One element: a whole-word range, or a line with what extends it."""
        count = len(self.buffer.lines)
        self._skip()
        for word, least in _WHOLE_WORDS.items():
            if (length := self._word((word,), least)) is not None:
                self.text = self.text[length:]
                self._spans = True
                at = self.buffer.at
                return list({"WHOLE": range(count), "BEFORE": range(at), "REST": range(at, count)}[word])
        first = self._line(self.buffer.at)
        count = len(self.buffer.lines)
        if self._take((":", "THRU")):
            self._spans = True
            last = self._line(first)
            return list(range(min(first, last), min(max(first, last) + 1, count)))
        if self._take(("#", "FOR")):
            self._spans = True
            length = self._count()
            return list(range(first, min(first + length, count)))
        return [first] if first < count else []

    def _line(self, here: int) -> int:
        """One line with its offsets. Errors: EdtError."""
        self._skip()
        index = self._simple_line(here)
        while True:
            self._skip()
            if self.text[:1] == "+":
                self.text = self.text[1:]
                index += self._count()
            elif self.text[:1] == "-" and self.text[1:2].isdigit():
                self.text = self.text[1:]
                index -= self._count()
            else:
                return max(0, min(index, len(self.buffer.lines)))

    def _simple_line(self, here: int) -> int:
        text, buffer = self.text, self.buffer
        if text[:1] == ".":
            self.text = text[1:]
            return buffer.at
        if (match := _NUMBER.match(text)) is not None:
            self.text = text[match.end() :]
            whole, _, part = match[0].partition(".")
            return buffer.index_of(int(whole) * UNIT + int(part.ljust(5, "0")[:5]))
        if text[:1] in "'\"" or (text[:1] == "-" and text[1:2] in ("'", '"')):
            return self._search(here)
        if text[:1] in "+-":
            return buffer.at
        for word, least in _ONE_WORDS.items():
            if (length := self._word((word,), least)) is not None:
                self.text = self.text[length:]
                return self._named(word)
        raise EdtError("Unrecognized command" if text[:1].isalpha() else "Error in range specification")

    def _named(self, word: str) -> int:
        """BEGIN, END, LAST, SELECT. Errors: EdtError."""
        if word == "SELECT":
            raise EdtError("No select range active")
        if word == "LAST" and self._previous is not None:
            self.buffer = self._previous
            return self.buffer.at
        return 0 if word == "BEGIN" else len(self.buffer.lines)

    def _search(self, here: int) -> int:
        """The next line with a string, or with a minus sign before it the one before. Errors: EdtError."""
        backward = self.text[:1] == "-"
        self.text = self.text[1:] if backward else self.text
        wanted, case = self._case(self._string()), self._case
        lines = self.buffer.lines
        order = range(here - 1, -1, -1) if backward else range(here, len(lines))
        for index in order:
            if wanted in case(lines[index].text):
                return index
        raise EdtError("String was not found")

    def _string(self) -> str:
        quote = self.text[:1]
        if quote not in ("'", '"') or not quote:
            raise EdtError("Error in range specification")
        inside, _, self.text = self.text[1:].partition(quote)
        return inside

    def _count(self) -> int:
        self._skip()
        match = re.match(r"\d+", self.text)
        if match is None:
            return 1
        self.text = self.text[match.end() :]
        return min(int(match[0]), 1_000_000)

    def _take(self, words: tuple[str, str]) -> bool:
        """Read a separator, as its sign or as its word."""
        self._skip()
        sign, word = words
        if self.text.startswith(sign):
            self.text = self.text[len(sign) :]
            return True
        length = self._word((word,), len(word))
        if length is None:
            return False
        self.text = self.text[length:]
        return True

    def _word(self, words: tuple[str, ...], least: int = _MINIMUM) -> int | None:
        """The length of an abbreviated keyword (with or without %) at the start of the text."""
        match = _WORD.match(self.text)
        if match is None:
            return None
        typed = match[1].upper()
        if len(typed) < least or not any(word.startswith(typed) for word in words):
            return None
        return match.end()

    def _skip(self) -> None:
        self.text = self.text.lstrip(" \t")
