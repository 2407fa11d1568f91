"""File protection: what System, Owner, Group and World may do (Read, Write, Execute, Delete; Control in ACLs).

Source: OpenVMS Guide to System Security, "Protection codes"; Files-11 header field FH2$W_FILEPROT.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from vmsemu.tables.facilities import CLI

READ, WRITE, EXECUTE, DELETE, CONTROL = 1, 2, 4, 8, 16
_LETTERS = "RWEDC"
_CLASSES = ("system", "owner", "group", "world")
_PART = re.compile(r"([A-Z]+)\s*(?:[:=]\s*([RWED]*))?")


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
        """`S:RWED,O:RWED,G:RE,W` with or without parentheses; a class without letters has no access, classes not named keep `base`.

        Errors: CLI.IVPROT.
        """
        masks = dict.fromkeys(_CLASSES, 0) if base is None else {c: getattr(base, c) for c in _CLASSES}
        body = text.strip()
        if body.startswith("(") and body.endswith(")"):
            body = body[1:-1].strip()
        for part in body.split(",") if body else ():
            found = _PART.fullmatch(part.strip().upper())
            name = next((c for c in _CLASSES if found is not None and c.startswith(found[1].lower())), None)
            if found is None or name is None:
                raise CLI.IVPROT.error()
            masks[name] = sum(1 << _LETTERS.index(c) for c in set(found[2] or ""))
        return cls(**masks)

    def classes(self) -> Iterator[tuple[str, str]]:
        """`("System", "RWED")` and so on, in the order of display."""
        for name in _CLASSES:
            yield name.capitalize(), letters(getattr(self, name))

    def to_text(self) -> str:
        """`(RWED,RWED,RE,)`, as DIRECTORY/PROTECTION shows it."""
        return "(" + ",".join(mask for _, mask in self.classes()) + ")"

    def to_long_text(self) -> str:
        """`System:RWED, Owner:RWED, Group:RE, World:`, as DIRECTORY/FULL shows it."""
        return ", ".join(f"{name}:{mask}" for name, mask in self.classes())

    def to_keyword_text(self) -> str:
        """`SYSTEM=RWED, OWNER=RWED, GROUP=RE, WORLD=`, as F$FILE_ATTRIBUTES returns it."""
        return ", ".join(f"{name.upper()}={mask}" for name, mask in self.classes())

    def to_word(self) -> int:
        """The protection word of a file header: four bits a class, system lowest, a set bit denies."""
        return 0xFFFF ^ (self.system & 15 | (self.owner & 15) << 4 | (self.group & 15) << 8 | (self.world & 15) << 12)

    @classmethod
    def from_word(cls, word: int) -> Protection:
        return cls(~word & 15, ~(word >> 4) & 15, ~(word >> 8) & 15, ~(word >> 12) & 15)

    def without(self, mask: int) -> Protection:
        """With `mask` taken from every class (a new directory has no delete access)."""
        return Protection(self.system & ~mask, self.owner & ~mask, self.group & ~mask, self.world & ~mask)


def letters(mask: int) -> str:
    """The letters of an access mask, in the order RWEDC."""
    return "".join(c for at, c in enumerate(_LETTERS) if mask >> at & 1)


Protection.DEFAULT = Protection(15, 15, 5, 0)
