"""User identification codes: [group,member], both octal; group 0-37776, member 0-177776."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vmsemu.tables.facilities import CLI


@dataclass(frozen=True, slots=True)
class Uic:
    """A numeric UIC. Names belong to the rights database."""

    group: int
    member: int

    @classmethod
    def from_text(cls, text: str) -> Uic:
        """`[1,4]` or `1,4`, octal. Errors: CLI.INVUIC."""
        found = re.fullmatch(r"\s*[\[<]?\s*([0-7]{1,5})\s*,\s*([0-7]{1,6})\s*[\]>]?\s*", text)
        if found is None:
            raise CLI.INVUIC.error()
        group, member = int(found[1], 8), int(found[2], 8)
        if group > 0o37777 or member > 0o177777:
            raise CLI.INVUIC.error()
        return cls(group, member)

    def to_text(self) -> str:
        """`[1,4]`"""
        return f"[{self.group:o},{self.member:o}]"

    def to_long(self) -> int:
        return (self.group << 16) | self.member

    @classmethod
    def from_long(cls, value: int) -> Uic:
        return cls((value >> 16) & 0x3FFF, value & 0xFFFF)
