"""One logical name, and the table that holds names.

A table keeps, for each name, one entry per access mode, outermost (least privileged) first, because that is the one a translation finds.
Names are compared as they are; a case-blind look-up also sees names that differ in case only.

Source: System Services Reference, $CRELNM, $TRNLNM, $DELLNM (LNMDEF); User's Manual, "Logical names".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum, IntEnum, IntFlag
from typing import TYPE_CHECKING, NamedTuple

from vmsemu.tables.facilities import SS

if TYPE_CHECKING:
    from vmsemu.base.protection import Protection
    from vmsemu.base.uic import Uic

MAX_NAME = 255
MAX_TABLE_NAME = 31
MAX_TRANSLATIONS = 128


class AccessMode(IntEnum):
    """The mode a name was created from; a smaller number is more privileged."""

    KERNEL = 0
    EXEC = 1
    SUPER = 2
    USER = 3

    @property
    def short(self) -> str:
        """As SHOW LOGICAL prints it."""
        return ("kernel", "exec", "super", "user")[self]

    @property
    def long(self) -> str:
        """As F$TRNLNM item ACCESS_MODE returns it."""
        return ("KERNEL", "EXECUTIVE", "SUPERVISOR", "USER")[self]


class NameAttribute(IntFlag):
    """LNM$M_ bits of a name."""

    NONE = 0
    NO_ALIAS = 0x1
    CONFINE = 0x2
    CRELOG = 0x4
    TABLE = 0x8
    CLUSTERWIDE = 0x10000000


Attributes = NameAttribute | Iterable["NameAttribute | str"]


class Scope(Enum):
    """Whose a table is; it decides which privilege a change needs."""

    PRIVATE = "process"
    JOB = "job"
    GROUP = "group"
    SYSTEM = "system"
    SHARED = "shareable"


class Translation(NamedTuple):
    """One equivalence name with its attributes.

    A process-permanent file has the number that RMS knows it by; on VMS it stands, after an escape character and a zero, in four bytes before
    the equivalence name, which every display leaves out.
    """

    equivalence: str
    concealed: bool = False
    terminal: bool = False
    internal_file: int = 0


class LogicalName(NamedTuple):
    """A name at one mode in one table. `table` is the table's display name; `target` is set when the name is itself a table's name."""

    name: str
    mode: AccessMode
    attributes: NameAttribute
    translations: tuple[Translation, ...]
    table: str
    target: LogicalNameTable | None = None

    @property
    def equivalence(self) -> str:
        """The first equivalence name ("" for a table)."""
        return self.translations[0].equivalence if self.translations else ""

    @property
    def equivalences(self) -> tuple[str, ...]:
        return tuple(t.equivalence for t in self.translations)

    @property
    def max_index(self) -> int:
        return len(self.translations) - 1

    @property
    def is_table(self) -> bool:
        return self.target is not None

    @property
    def concealed(self) -> bool:
        return bool(self.translations) and self.translations[0].concealed

    @property
    def terminal(self) -> bool:
        return bool(self.translations) and self.translations[0].terminal

    @property
    def size(self) -> int:
        """Bytes charged to the table's quota. fidelity: 32 bytes of header and 4 per translation are inferred."""
        return 32 + len(self.name) + sum([4 + len(t.equivalence) for t in self.translations])


class Generation:
    """A count of changes, shared by the tables that are changed together."""

    __slots__ = ("count",)

    def __init__(self) -> None:
        self.count = 0


class LogicalNameTable:
    """A table: names, scope, and what its owner may do with it. `version` grows with each change of this table.

    `quota` is in bytes; 0 is no limit of its own: what is entered is charged to `holder`, the nearest table above that has one (None: nobody).
    `common` are the attributes that every name of the table gets: a confined table confines its names, a clusterwide one marks them.
    """

    __slots__ = (
        "_changes", "_mixed", "_names", "common", "has_children", "holder", "mode", "name", "owner", "parent", "protection", "quota", "scope", "used",
        "version",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        changes: Generation,
        scope: Scope,
        *,
        mode: AccessMode = AccessMode.KERNEL,
        parent: LogicalNameTable | None = None,
        quota: int = 0,
        owner: Uic | None = None,
        protection: Protection | None = None,
        common: NameAttribute = NameAttribute.NONE,
    ) -> None:
        self.name = name
        self.scope = scope
        self.mode = mode
        self.parent = parent
        self.quota = quota
        self.holder: LogicalNameTable | None = self if quota else parent.holder if parent is not None else None
        self.common = common
        self.has_children = False
        self.used = 0
        self.version = 0
        self.owner = owner
        self.protection = protection
        self._changes = changes
        self._names: dict[str, list[LogicalName]] = {}
        self._mixed: dict[str, list[str]] = {}

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"<{self.name}: {len(self._names)} names>"

    def get(self, name: str, mode: AccessMode = AccessMode.USER, *, case_blind: bool = False) -> LogicalName | None:
        """The outermost entry that a caller asking for `mode` may see."""
        entries = self._names.get(name)
        if entries is None and case_blind:
            entries = self._names.get(name.upper())
            if entries is None:
                entries = next((self._names[other] for other in self._mixed.get(name.upper(), ())), None)
        if entries is None:
            return None
        if mode == AccessMode.USER:
            return entries[0]
        return next((entry for entry in entries if entry.mode <= mode), None)

    def entries(self, name: str, *, case_blind: bool = False) -> tuple[LogicalName, ...]:
        """Every entry of a name, outermost mode first."""
        entries = self._names.get(name)
        if entries is None and case_blind:
            found = self.get(name, case_blind=True)
            entries = self._names[found.name] if found is not None else None
        return tuple(entries) if entries is not None else ()

    def spellings(self, name: str) -> list[str]:
        """The names that differ from this one in case only, it among them."""
        folded = name.upper()
        return sorted([*([folded] if folded in self._names else []), *self._mixed.get(folded, ())])

    def __iter__(self) -> Iterator[LogicalName]:
        """Every entry, names ascending, outermost mode first."""
        for name in sorted(self._names):
            yield from self._names[name]

    def put(self, entry: LogicalName) -> bool:
        """Enter a name; True when an entry of the same mode was superseded. Errors: SS.DUPLNAM, SS.EXLNMQUOTA."""
        entries = self._names.get(entry.name)
        if entries is None:
            if self.holder is not None:
                self.take(entry.size)
            name = entry.name
            self._names[name] = [entry]
            folded = name.upper()
            if folded != name:
                self._mixed.setdefault(folded, []).append(name)
            self._changed()
            return False
        if len(entries) == 1 and entries[0].mode is entry.mode and self.holder is None:
            self._names[entry.name] = [entry]
            self._changed()
            return True
        if any(e.mode < entry.mode and e.attributes & NameAttribute.NO_ALIAS for e in entries):
            raise SS.DUPLNAM.error()
        outer_go = bool(entry.attributes & NameAttribute.NO_ALIAS)
        gone = [e for e in entries if e.mode == entry.mode or (outer_go and e.mode > entry.mode)]
        if self.holder is not None:
            self.take(entry.size - sum(e.size for e in gone))
        kept = [e for e in entries if e not in gone]
        kept.append(entry)
        kept.sort(key=lambda e: -e.mode)
        self._names[entry.name] = kept
        self._changed()
        return any(e.mode == entry.mode for e in gone)

    def remove(self, name: str, mode: AccessMode) -> list[LogicalName]:
        """Take out the entries of `name` at `mode` and at outer modes. Errors: SS.NOLOGNAM when there is none."""
        entries = self._names.get(name)
        gone = [e for e in entries if e.mode >= mode] if entries else []
        if entries is None or not gone:
            raise SS.NOLOGNAM.error()
        kept = [e for e in entries if e.mode < mode]
        if kept:
            self._names[name] = kept
        else:
            del self._names[name]
            self._forget_mixed(name)
        if self.holder is not None:
            self.holder.used -= sum(e.size for e in gone)
        self._changed()
        return gone

    def remove_all(self, mode: AccessMode) -> list[LogicalName]:
        """Take out every entry at `mode` and at outer modes."""
        gone: list[LogicalName] = []
        for name in sorted(self._names):
            if any(e.mode >= mode for e in self._names[name]):
                gone += self.remove(name, mode)
        return gone

    def remove_exactly(self, name: str, mode: AccessMode) -> list[LogicalName]:
        """Take out the entry of one mode, if it is there (image rundown)."""
        entries = self._names.get(name, [])
        gone = [e for e in entries if e.mode == mode]
        if not gone:
            return gone
        if len(entries) == 1:
            del self._names[name]
            self._forget_mixed(name)
        else:
            self._names[name] = [e for e in entries if e.mode != mode]
        if self.holder is not None:
            self.holder.used -= gone[0].size
        self._changed()
        return gone

    def take(self, size: int) -> None:
        """Charge bytes to whoever pays for this table. Errors: SS.EXLNMQUOTA."""
        holder = self.holder
        if holder is None:
            return
        if holder.used + size > holder.quota:
            raise SS.EXLNMQUOTA.error()
        holder.used += size

    def deleted(self) -> None:
        """The table is gone: the table above has the quota back that it gave, or the bytes that the names took."""
        above = self.parent.holder if self.parent is not None else None
        if above is not None:
            above.used -= self.quota or sum(entry.size for entry in self)

    def _changed(self) -> None:
        self._changes.count += 1
        self.version += 1

    def _forget_mixed(self, name: str) -> None:
        folded = name.upper()
        if folded != name:
            others = self._mixed[folded]
            others.remove(name)
            if not others:
                del self._mixed[folded]


def name_attributes(given: Attributes) -> NameAttribute:
    """Attributes as one mask, from a mask or from names such as "CONFINE"."""
    if isinstance(given, NameAttribute):
        return given
    mask = NameAttribute.NONE
    for each in given:
        mask |= NameAttribute[each.upper()] if isinstance(each, str) else each
    return mask


def as_translations(equivalences: Iterable[str | Translation]) -> tuple[Translation, ...]:
    """Check and freeze a list of equivalence names. Errors: SS.IVLOGNAM (length), SS.BADPARAM (more than 128, or none)."""
    out = tuple([e if isinstance(e, Translation) else Translation(e) for e in equivalences])
    if not out or len(out) > MAX_TRANSLATIONS:
        raise SS.BADPARAM.error()
    for each in out:
        if not 1 <= len(each.equivalence) <= MAX_NAME:
            raise SS.IVLOGNAM.error()
    return out
