"""Access checks: protection classes, access control lists, and the privileges that go round them.

`check_access` answers; the caller turns a refusal into RMS.PRV or SS.NOPRIV. Access masks are those of Protection plus CONTROL.

Order: BYPASS; READALL for read and control; the first identifier ACE whose identifiers are all held; then the classes System, Owner, Group,
World. When an ACE was found but did not grant, only the System and Owner classes are left.

Source: Guide to System Security, "How the system determines access"; ACL Editor manual for the text of entries.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from vmsemu.base.privilege import PrivilegeSet
from vmsemu.base.protection import Protection
from vmsemu.base.uic import Uic

READ, WRITE, EXECUTE, DELETE, CONTROL = 1, 2, 4, 8, 16
MAX_SYSTEM_GROUP = 0o10
_BYPASS, _SYSPRV, _GRPPRV, _READALL = 1 << 29, 1 << 28, 1 << 34, 1 << 35
_ACCESS_BITS = {"READ": READ, "WRITE": WRITE, "EXECUTE": EXECUTE, "DELETE": DELETE, "CONTROL": CONTROL, "NONE": 0}


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who asks: UIC, the privileges that are on, and the identifiers held (the name of the UIC among them)."""

    uic: Uic
    privileges: PrivilegeSet
    rights: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IdentifierAce:
    """`(IDENTIFIER=A+B,OPTIONS=...,ACCESS=READ+WRITE)`, read from its text. `access` is a mask."""

    identifiers: tuple[str, ...]
    access: int
    options: frozenset[str] = frozenset()

    def applies_to(self, who: Credentials) -> bool:
        """Every identifier is held."""
        return all(_holds(who, identifier) for identifier in self.identifiers)


@lru_cache(maxsize=512)
def identifier_ace(text: str) -> IdentifierAce | None:
    """The identifier ACE of that text; None for other kinds (DEFAULT_PROTECTION, ALARM, AUDIT, CREATOR) and for text that is none."""
    found = re.fullmatch(r"\(\s*ID[A-Z]*\s*=\s*((?:\[[^\]]*\]|[^,\[\]])+)((?:,[^()]*)?)\)", text.strip(), re.IGNORECASE)
    if found is None:
        return None
    access, options = 0, frozenset[str]()
    for part in found[2].split(","):
        keyword, _, value = part.strip().upper().partition("=")
        words = [w.strip() for w in value.split("+") if w.strip()]
        if keyword and "ACCESS".startswith(keyword):
            for word in words:
                access |= next((bit for name, bit in _ACCESS_BITS.items() if name.startswith(word)), 0)
        elif keyword and "OPTIONS".startswith(keyword):
            options = frozenset(words)
    return IdentifierAce(tuple(i.strip().upper() for i in found[1].split("+")), access, options)


def _holds(who: Credentials, identifier: str) -> bool:
    if identifier in ("*", "[*,*]"):
        return True
    bare = identifier.strip("[]")
    if bare in who.rights:
        return True
    group, comma, member = bare.partition(",")
    if not comma:
        return False
    if member != "*" and not re.fullmatch(r"[0-7]+", member):
        return member in who.rights
    return group in ("*", f"{who.uic.group:o}") and member in ("*", f"{who.uic.member:o}")


def is_system(who: Credentials) -> bool:
    """In the System class whoever the owner is: a system group, or SYSPRV."""
    return who.uic.group <= MAX_SYSTEM_GROUP or bool(int(who.privileges) & _SYSPRV)


def check_access(who: Credentials, owner: Uic, protection: Protection, acl: Sequence[str], wanted: int) -> bool:
    """True when `who` may have all of `wanted` (a mask) of an object with that owner, protection and ACL."""
    privileges = int(who.privileges)
    if privileges & _BYPASS:
        return True
    if privileges & _READALL:
        wanted &= ~(READ | EXECUTE | CONTROL)
    if not wanted:
        return True
    refused = False
    for text in acl:
        ace = identifier_ace(text)
        if ace is not None and "DEFAULT" not in ace.options and ace.applies_to(who):
            if wanted & ~_implied(ace.access) == 0:
                return True
            refused = True
            break
    return wanted & ~_implied(_granted_by_class(who, owner, protection, refused)) == 0


def _implied(granted: int) -> int:
    """Whoever may read may execute."""
    return granted | EXECUTE if granted & READ else granted


def _granted_by_class(who: Credentials, owner: Uic, protection: Protection, refused: bool) -> int:
    """What the classes grant together; group and world count only when no ACE refused."""
    uic, granted = who.uic, 0
    same_group = uic.group == owner.group
    if is_system(who) or (same_group and int(who.privileges) & _GRPPRV):
        granted |= protection.system | CONTROL
    if same_group and uic.member == owner.member:
        granted |= protection.owner | CONTROL
    if refused:
        return granted
    if same_group:
        granted |= protection.group
    return granted | protection.world
