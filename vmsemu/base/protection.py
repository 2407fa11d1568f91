"""File protection: what System, Owner, Group and World may do (Read, Write, Execute, Delete; Control in ACLs)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from vmsemu.tables.facilities import CLI

_LETTERS = "RWED"
_CLASSES = ("system", "owner", "group", "world")


@dataclass(frozen=True, slots=True)
class Protection:
    """Access masks of the four classes: R=1 W=2 E=4 D=8."""

    system: int
    owner: int
    group: int
    world: int
    DEFAULT: ClassVar[Protection]

    @classmethod
    def from_text(cls, text: str, base: Protection | None = None) -> Protection:
        """`S:RWED,O:RWED,G:RE,W` with or without parentheses; classes not named keep `base`. Errors: CLI.IVPROT."""
        start = base if base is not None else cls(0, 0, 0, 0)
        masks = {c: getattr(start, c) for c in _CLASSES}
        body = text.strip()
        if body.startswith("(") and body.endswith(")"):
            body = body[1:-1]
        for part in filter(None, (p.strip() for p in body.split(","))):
            found = re.fullmatch(r"([A-Z]+)\s*(?:[:=]\s*([RWEDLP]*))?", part.upper())
            name = next((c for c in _CLASSES if found and c.startswith(found[1].lower())), None)
            if found is None or name is None:
                raise CLI.IVPROT.error()
            masks[name] = sum(1 << _LETTERS.index(c) for c in set((found[2] or "").replace("L", "D").replace("P", "R")))
        return cls(**masks)

    def to_text(self) -> str:
        """`(RWED,RWED,RE,)`"""
        return "(" + ",".join(letters(getattr(self, c)) for c in _CLASSES) + ")"

    def to_long_text(self) -> str:
        """`System:RWED, Owner:RWED, Group:RE, World:`"""
        return ", ".join(f"{c.capitalize()}:{letters(getattr(self, c))}" for c in _CLASSES)

    def to_word(self) -> int:
        """The protection word of a file header: four bits a class, system lowest, a set bit denies."""
        return sum((~getattr(self, c) & 15) << (4 * at) for at, c in enumerate(_CLASSES))

    @classmethod
    def from_word(cls, word: int) -> Protection:
        return cls(*(~(word >> (4 * at)) & 15 for at in range(4)))


def letters(mask: int) -> str:
    """The letters of an access mask, in the order RWED."""
    return "".join(c for at, c in enumerate(_LETTERS) if mask >> at & 1)


Protection.DEFAULT = Protection(15, 15, 5, 0)
