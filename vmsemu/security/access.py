"""Access checks: protection classes, access control lists, and the privileges that go round them.

`check_access` answers; the caller turns a refusal into RMS.PRV or SS.NOPRIV. Access masks are those of Protection plus CONTROL.

Order: BYPASS; READALL for read and control; the first identifier ACE whose identifiers are all held; then the classes System, Owner, Group,
World. When an ACE was found but did not grant, only the System and Owner classes are left.

Source: Guide to System Security, "How the system determines access"; ACL Editor manual for the text of entries.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from vmsemu.base.privilege import PrivilegeSet
from vmsemu.base.protection import Protection
from vmsemu.base.uic import Uic
from vmsemu.security.acl import FILE_ACCESS, AccessNames, Ace, ace_of

READ, WRITE, EXECUTE, DELETE, CONTROL = 1, 2, 4, 8, 16
MAX_SYSTEM_GROUP = 0o10
_BYPASS, _SYSPRV, _GRPPRV, _READALL = 1 << 29, 1 << 28, 1 << 34, 1 << 35


@dataclass(frozen=True, slots=True, eq=False)
class Credentials:
    """Who asks: UIC, the privileges that are on, and the identifiers held (the name of the UIC among them).

    What is known about somebody's access is kept by the object: take it from `credentials_of`.
    """

    uic: Uic
    privileges: PrivilegeSet
    rights: tuple[str, ...] = ()
    is_system: bool = field(init=False)
    """In the System class whoever the owner is: a system group, or SYSPRV."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "is_system", self.uic.group <= MAX_SYSTEM_GROUP or bool(int(self.privileges) & _SYSPRV))


@lru_cache(maxsize=512)
def credentials_of(uic: Uic, privileges: PrivilegeSet, rights: tuple[str, ...]) -> Credentials:
    """The same object for all processes of the same rights."""
    return Credentials(uic, privileges, rights)


@lru_cache(maxsize=512)
def identifier_ace(text: str, names: AccessNames = FILE_ACCESS) -> Ace | None:
    """The entry of that text when it decides about access: an identifier entry without the option DEFAULT; else None."""
    ace = ace_of(text, names)
    return ace if ace is not None and ace.kind == "IDENTIFIER" and "DEFAULT" not in ace.options else None


def applies_to(ace: Ace, who: Credentials) -> bool:
    """Every identifier of the entry is held."""
    return all(_holds(who, identifier) for identifier in ace.identifiers)


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


def check_access(
    who: Credentials, owner: Uic, protection: Protection, acl: Sequence[str], wanted: int, names: AccessNames = FILE_ACCESS
) -> bool:
    """True when `who` may have all of `wanted` (a mask) of an object with that owner, protection and ACL; `names` are those of its class."""
    privileges = int(who.privileges)
    if privileges & _BYPASS:
        return True
    if privileges & _READALL:
        wanted &= ~(READ | CONTROL | (EXECUTE if names is FILE_ACCESS else 0))
    if not wanted:
        return True
    refused = False
    for text in acl:
        ace = identifier_ace(text, names)
        if ace is not None and applies_to(ace, who):
            if wanted & ~_implied(ace.access, names) == 0:
                return True
            refused = True
            break
    granted = _granted_by_class(who, owner, protection, refused)
    return wanted & ~granted == 0 or wanted & ~_implied(granted, names) == 0


def _implied(granted: int, names: AccessNames) -> int:
    """Whoever may read a file may execute it."""
    return granted | EXECUTE if granted & READ and names is FILE_ACCESS else granted


def _granted_by_class(who: Credentials, owner: Uic, protection: Protection, refused: bool) -> int:
    """What the classes grant together; group and world count only when no ACE refused."""
    uic, granted = who.uic, 0
    same_group = uic.group == owner.group
    if who.is_system or (same_group and int(who.privileges) & _GRPPRV):
        granted |= protection.system | CONTROL
    if same_group and uic.member == owner.member:
        granted |= protection.owner | CONTROL
    if refused:
        return granted
    if same_group:
        granted |= protection.group
    return granted | protection.world
