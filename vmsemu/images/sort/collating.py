"""The order of characters in SORT and MERGE: /COLLATING_SEQUENCE, and what a specification file changes in a sequence.

Theory of operation. A collation turns the bytes of a character key into a value that Python compares. A sequence gives each character a place;
modifications move characters, folding gives lower case the places of upper case, ignored characters are taken out. Where places tie,
TIE_BREAK lets the codes decide.

Left out: sequences of an NCS library, and characters of two letters. Source: DCL Dictionary, SORT, /COLLATING_SEQUENCE.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Collation = Callable[[bytes], Any]
_ALL = bytes(range(256))
_EBCDIC = bytes(range(256)).decode("latin-1").encode("cp500", "replace")
SEQUENCES = ("ASCII", "EBCDIC", "MULTINATIONAL")


def collation(sequence: str) -> Collation:
    """The collation of a sequence as it is; ASCII is `bytes` itself, which sorting knows as the one without work."""
    if sequence == "EBCDIC":
        return lambda data: data.translate(_EBCDIC)
    return _multinational if sequence == "MULTINATIONAL" else bytes


def _base(code: int, *, marks: bool) -> int:
    """The character a letter collates as: upper case, and without `marks` also without its accent. Codes are of ISO Latin-1."""
    char = chr(code)
    if not marks:
        char = unicodedata.normalize("NFD", char)[0]
    upper = char.upper()
    return ord(upper) if len(upper) == 1 and ord(upper) < len(_ALL) else ord(char)


_LETTERS = bytes(_base(code, marks=False) for code in range(256))
_MARKED = bytes(_base(code, marks=True) for code in range(256))
_LOWER_FIRST = bytes(ord(c.swapcase()) if c.isascii() and c.isalpha() else ord(c) for c in map(chr, range(256)))


def _multinational(data: bytes) -> tuple[bytes, bytes, bytes]:
    """Letters without accents first, then accents, then the codes with lower case before upper case."""
    return data.translate(_LETTERS), data.translate(_MARKED), data.translate(_LOWER_FIRST)


@dataclass
class Sequence:
    """A sequence that a specification file builds: `places` by character code; the last change wins."""

    places: list[float]
    ignored: bytes = b""
    tie_break: bool = False
    multinational: bool = False

    @classmethod
    def named(cls, name: str) -> Sequence:
        """One of SEQUENCES, for changing it."""
        table = {"ASCII": _ALL, "EBCDIC": _EBCDIC, "MULTINATIONAL": _LETTERS}[name]
        multinational = name == "MULTINATIONAL"
        return cls([float(place) for place in table], tie_break=multinational, multinational=multinational)

    @classmethod
    def listed(cls, characters: list[int]) -> Sequence:
        """A sequence given character by character; what is not listed collates after it, by its code. fidelity: that is inferred."""
        places = [float(len(_ALL) + code) for code in range(256)]
        for place, code in enumerate(characters):
            places[code] = float(place)
        return cls(places)

    def modify(self, code: int, relation: str, other: int) -> None:
        """Make a character collate as (=), directly after (>) or directly before (<) another."""
        place = self.places[other]
        if relation != "=":
            beyond = [p for p in self.places if (p > place if relation == ">" else p < place)]
            nearest = (min if relation == ">" else max)(beyond, default=place + (2.0 if relation == ">" else -2.0))
            place = (place + nearest) / 2
        self.places[code] = place

    def ignore(self, codes: list[int]) -> None:
        self.ignored += bytes(codes)

    def fold(self) -> None:
        """Lower case letters collate as upper case ones."""
        for code in range(256):
            upper = chr(code).upper()
            if chr(code).islower() and len(upper) == 1 and ord(upper) < len(_ALL):
                self.places[code] = self.places[ord(upper)]

    def collation(self) -> Collation:
        """The function from a key's characters to their value."""
        order = {place: at for at, place in enumerate(sorted(set(self.places)))}
        table = bytes(order[place] for place in self.places)
        ignored, multinational = self.ignored, self.multinational
        if not self.tie_break:
            return lambda data: data.translate(table, ignored)
        if multinational:
            return lambda data: (data.translate(table, ignored), _multinational(data))
        return lambda data: (data.translate(table, ignored), data)
