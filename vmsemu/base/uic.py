"""User identification codes: [group,member], both octal; group 0-37776, member 0-177776. All ones stand for `*`.

Source: OpenVMS Guide to System Security, "User identification codes".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vmsemu.tables.facilities import CLI

WILD_GROUP = 0o37777
WILD_MEMBER = 0o177777
MAXIMUM_SYSTEM_GROUP = 0o10
_TEXT = re.compile(r"\s*(\[|<)?\s*([0-7]{1,6}|\*)\s*,\s*([0-7]{1,6}|\*)\s*(\]|>)?\s*")
_CLOSING = {None: None, "[": "]", "<": ">"}


@dataclass(frozen=True, slots=True)
class Uic:
    """A numeric UIC, or the longword of a general identifier as the owner of an object. Names belong to the rights database."""

    group: int
    member: int

    @classmethod
    def from_text(cls, text: str, *, wild: bool = False) -> Uic:
        """`[1,4]`, `<1,4>` or `1,4`, octal; with `wild` also `[200,*]` and `[*,*]`. Errors: CLI.INVUIC."""
        found = _TEXT.fullmatch(text)
        if found is None or _CLOSING[found[1]] != found[4] or ("*" in text and not wild) or (found[2] == "*" and found[3] != "*"):
            raise CLI.INVUIC.error()
        group = WILD_GROUP if found[2] == "*" else int(found[2], 8)
        member = WILD_MEMBER if found[3] == "*" else int(found[3], 8)
        if group > WILD_GROUP or member > WILD_MEMBER or (not wild and (group == WILD_GROUP or member == WILD_MEMBER)):
            raise CLI.INVUIC.error()
        return cls(group, member)

    @property
    def is_general(self) -> bool:
        """Not a UIC: the value of a general identifier, which may own files too."""
        return self.group > WILD_GROUP

    def to_text(self) -> str:
        """`[1,4]`; `%X80010001` for a general identifier."""
        if self.is_general:
            return f"%X{self.to_long():08X}"
        group = "*" if self.group == WILD_GROUP else f"{self.group:o}"
        member = "*" if self.member == WILD_MEMBER else f"{self.member:o}"
        return f"[{group},{member}]"

    def to_long(self) -> int:
        """The longword: group in the high word."""
        return (self.group << 16) | self.member

    @classmethod
    def from_long(cls, value: int) -> Uic:
        return cls(value >> 16 if value & 0x80000000 else (value >> 16) & 0x3FFF, value & 0xFFFF)

    def matches(self, other: Uic) -> bool:
        """True when `other` is this UIC, or one that its wildcards cover."""
        return self.group in (WILD_GROUP, other.group) and self.member in (WILD_MEMBER, other.member)

    def is_system(self, maximum_system_group: int = MAXIMUM_SYSTEM_GROUP) -> bool:
        """In the system category: group 1 to MAXSYSGROUP."""
        return 0 < self.group <= maximum_system_group
