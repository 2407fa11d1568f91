"""Privileges: the bits of the privilege quadword ($PRVDEF) and immutable sets of them.

Source: OpenVMS Guide to System Security, "Assigning privileges"; $PRVDEF.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum

from vmsemu.tables.facilities import CLI


class Privilege(IntEnum):
    """Bit numbers, PRV$V_name."""

    CMKRNL = 0
    CMEXEC = 1
    SYSNAM = 2
    GRPNAM = 3
    ALLSPOOL = 4
    IMPERSONATE = 5
    DETACH = 5
    DIAGNOSE = 6
    LOG_IO = 7
    GROUP = 8
    ACNT = 9
    PRMCEB = 10
    PRMMBX = 11
    PSWAPM = 12
    ALTPRI = 13
    SETPRI = 13
    SETPRV = 14
    TMPMBX = 15
    WORLD = 16
    MOUNT = 17
    OPER = 18
    EXQUOTA = 19
    NETMBX = 20
    VOLPRO = 21
    PHY_IO = 22
    BUGCHK = 23
    PRMGBL = 24
    SYSGBL = 25
    PFNMAP = 26
    SHMEM = 27
    SYSPRV = 28
    BYPASS = 29
    SYSLCK = 30
    SHARE = 31
    UPGRADE = 32
    DOWNGRADE = 33
    GRPPRV = 34
    READALL = 35
    IMPORT = 36
    AUDIT = 37
    SECURITY = 38


class PrivilegeSet(int):
    """A privilege mask. Iterates as it is displayed: alphabetically, IMPERSONATE at the place of its old name DETACH."""

    __slots__ = ()
    NONE: PrivilegeSet
    ALL: PrivilegeSet

    @classmethod
    def of(cls, *privileges: Privilege) -> PrivilegeSet:
        mask = 0
        for privilege in privileges:
            mask |= 1 << privilege
        return cls(mask)

    @classmethod
    def from_names(cls, names: Iterable[str], base: PrivilegeSet | None = None) -> PrivilegeSet:
        """Apply names such as SYSPRV, NOOPER, ALL, NOALL to `base`, in order. Errors: CLI.IVKEYW."""
        mask = int(base) if base is not None else 0
        for name in names:
            word = name.upper()
            negated = word.startswith("NO")
            found = _MASKS.get(word[2:] if negated else word)
            if found is None:
                raise CLI.IVKEYW.error()
            mask = mask & ~found if negated else mask | found
        return cls(mask)

    def __contains__(self, privilege: Privilege) -> bool:
        return bool(int(self) >> privilege & 1)

    def __iter__(self) -> Iterator[Privilege]:
        mask = int(self)
        return (p for p in DISPLAY_ORDER if mask >> p & 1)

    def __or__(self, other: int) -> PrivilegeSet:
        return PrivilegeSet(int(self) | int(other))

    def __and__(self, other: int) -> PrivilegeSet:
        return PrivilegeSet(int(self) & int(other))

    def __sub__(self, other: int) -> PrivilegeSet:
        return PrivilegeSet(int(self) & ~int(other))

    def names(self) -> list[str]:
        """The names in display order."""
        return [p.name for p in self]

    def to_bytes8(self) -> bytes:
        """The privilege quadword, little-endian."""
        return int(self).to_bytes(8, "little")

    @classmethod
    def from_bytes8(cls, data: bytes) -> PrivilegeSet:
        return cls(int.from_bytes(data, "little") & int(cls.ALL))


DISPLAY_ORDER = tuple(sorted(Privilege, key=lambda p: "DETACH" if p is Privilege.DETACH else p.name))
PrivilegeSet.NONE = PrivilegeSet(0)
PrivilegeSet.ALL = PrivilegeSet.of(*Privilege)
_MASKS = {"ALL": int(PrivilegeSet.ALL)} | {name: 1 << bit for name, bit in Privilege.__members__.items()}
