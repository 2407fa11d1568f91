"""EDT's range specifications: which lines a command means. Source: EDT Reference Manual, "Specifying ranges".

    .  number  'string'  -'string'  BEGIN  END  LAST(=end)  WHOLE  BEFORE  REST  SELECT(left out)
    a:b  a THRU b   a#n  a FOR n   a+n  a-n   a,b  a AND b   ALL 'string'   =buffer range
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vmsemu.images.edt.buffer import UNIT, Buffer

_NUMBER = re.compile(r"\d+(?:\.\d{1,5})?")
_WORD = re.compile(r"%?([A-Za-z]+)")
_BUFFER = re.compile(r"=([A-Za-z][A-Za-z0-9_]*)\s*")
_WHOLE_WORDS = ("WHOLE", "BEFORE", "REST")
_ONE_WORDS = ("BEGIN", "END", "LAST")
_MINIMUM = 2


class EdtError(Exception):
    """What EDT says instead of carrying out a command."""


@dataclass
class Range:
    """The lines a specification names: indexes in ascending order, and whether one was written at all."""

    buffer: Buffer
    indexes: list[int]
    given: bool

    @property
    def first(self) -> int:
        return self.indexes[0] if self.indexes else len(self.buffer.lines)

    @property
    def end(self) -> int:
        """One beyond the last line."""
        return self.indexes[-1] + 1 if self.indexes else len(self.buffer.lines)


class RangeReader:
    """Reads a range at the start of a command's rest. `buffers` gives a buffer by name, making it when it is new."""

    def __init__(self, text: str, buffer: Buffer, buffers: dict[str, Buffer]) -> None:
        self.text = text
        self.buffer = buffer
        self._buffers = buffers

    def read(self, default: str = ".") -> Range:
        """The range; `default` when none is written. `self.text` is what follows it. Errors: EdtError."""
        self._skip()
        given = self._buffer_name()
        if not self.text or self.text[0] in "/\"":
            return Range(self.buffer, self._default("WHOLE" if given else default), given)
        if (word := self._word(("ALL",))) is not None:
            self.text = self.text[word:]
            self._skip()
            wanted = self._string()
            found = [at for at, line in enumerate(self.buffer.lines) if wanted.upper() in line.text.upper()]
            return Range(self.buffer, found, True)
        indexes = self._span()
        while self._take((",", "AND")):
            indexes = sorted({*indexes, *self._span()})
        return Range(self.buffer, indexes, True)

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
        for word in _WHOLE_WORDS:
            if (length := self._word((word,))) is not None:
                self.text = self.text[length:]
                at = self.buffer.at
                return list({"WHOLE": range(count), "BEFORE": range(at), "REST": range(at, count)}[word])
        first = self._line(self.buffer.at)
        if self._take((":", "THRU")):
            last = self._line(first)
            return list(range(min(first, last), min(max(first, last) + 1, count)))
        if self._take(("#", "FOR")):
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
        for word in _ONE_WORDS:
            if (length := self._word((word,))) is not None:
                self.text = self.text[length:]
                return 0 if word == "BEGIN" else len(buffer.lines)
        raise EdtError("Unrecognized command" if text[:1].isalpha() else "Error in range specification")

    def _search(self, here: int) -> int:
        """The next line with a string, or with a minus sign before it the one before. Errors: EdtError."""
        backward = self.text[:1] == "-"
        self.text = self.text[1:] if backward else self.text
        wanted = self._string().upper()
        lines = self.buffer.lines
        order = range(here - 1, -1, -1) if backward else range(here, len(lines))
        for index in order:
            if wanted in lines[index].text.upper():
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
        if len(typed) < (1 if self.text[0] == "%" else least) or not any(word.startswith(typed) for word in words):
            return None
        return match.end()

    def _skip(self) -> None:
        self.text = self.text.lstrip(" \t")
