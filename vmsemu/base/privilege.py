"""Privileges: the bits of the privilege quadword ($PRVDEF) and immutable sets of them."""

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
    """A privilege mask. Iterates in alphabetical order, as it is displayed."""

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
        """Apply names such as SYSPRV, NOOPER, ALL, NOALL to `base`. Errors: CLI.IVKEYW."""
        mask = int(base) if base is not None else 0
        for name in names:
            word = name.upper()
            negated = word.startswith("NO") and word[2:] in (*Privilege.__members__, "ALL")
            word = word[2:] if negated else word
            if word == "ALL":
                mask = 0 if negated else int(cls.ALL)
            elif word in Privilege.__members__:
                bit = 1 << Privilege[word]
                mask = mask & ~bit if negated else mask | bit
            else:
                raise CLI.IVKEYW.error()
        return cls(mask)

    def __contains__(self, privilege: Privilege) -> bool:
        return bool(int(self) >> privilege & 1)

    def __iter__(self) -> Iterator[Privilege]:
        return iter(sorted((p for p in Privilege if int(self) >> p & 1), key=lambda p: p.name))

    def __or__(self, other: int) -> PrivilegeSet:
        return PrivilegeSet(int(self) | int(other))

    def __and__(self, other: int) -> PrivilegeSet:
        return PrivilegeSet(int(self) & int(other))

    def __sub__(self, other: int) -> PrivilegeSet:
        return PrivilegeSet(int(self) & ~int(other))

    def names(self) -> list[str]:
        return [p.name for p in self]


PrivilegeSet.NONE = PrivilegeSet(0)
PrivilegeSet.ALL = PrivilegeSet.of(*Privilege)
