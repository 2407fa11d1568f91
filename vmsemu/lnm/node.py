"""The logical names that all processes of a node share: system directory, system, cluster, group and job tables.

They live in memory: what a boot and its startup procedures do not define again is gone. The members of a cluster have LNM$CLUSTER_TABLE and
LNM$SYSCLUSTER_TABLE in common as long as one of them is there; fidelity: clusterwide tables that users make are known on their node only.

Source: User's Manual, "Logical name tables"; Guide to System Security, "Logical name tables" (owner and protection of new tables).
"""

from __future__ import annotations

from collections.abc import Iterable

from vmsemu.base.protection import Protection
from vmsemu.base.uic import WILD_MEMBER, Uic
from vmsemu.lnm.table import (
    MAX_NAME,
    AccessMode,
    Attributes,
    Generation,
    LogicalName,
    LogicalNameTable,
    NameAttribute,
    Scope,
    Translation,
    as_translations,
    name_attributes,
)
from vmsemu.tables.facilities import SS

_FIRST_JOB_ADDRESS = 0x80BF1D40
_JOB_BLOCK_SIZE = 0xC0
_KERNEL, _EXEC = AccessMode.KERNEL, AccessMode.EXEC
_TABLE = NameAttribute.TABLE
_SYSTEM_UIC = Uic(1, 4)
# The letter E stands for C, create, in the masks of tables.
SYSTEM_PROTECTION = Protection.from_text("S:RWE,O:RWE,G:R,W:R")
SHAREABLE_PROTECTION = Protection.from_text("S:RW,O:RW,G:R,W:R")
GROUP_PROTECTION = Protection.from_text("S:RWED,O:R,G:R,W")
JOB_PROTECTION = Protection.from_text("S:RWED,O:RWED,G,W")


def list_entry(name: str, directory: str, *equivalences: str) -> LogicalName:
    """A directory entry that names other tables."""
    return LogicalName(name, _KERNEL, NameAttribute.NONE, tuple(map(Translation, equivalences)), directory)


def table_entry(table: LogicalNameTable, directory: str, mode: AccessMode = _KERNEL, attributes: NameAttribute = _TABLE) -> LogicalName:
    """The directory entry of a table."""
    return LogicalName(table.name, mode, attributes if attributes is _TABLE else attributes | _TABLE, (), directory, table)


class LogicalNames:
    """The names all processes of the node share. `other` are those of another member of its cluster."""

    def __init__(self, other: LogicalNames | None = None) -> None:
        self.changes: Generation = Generation() if other is None else other.changes
        self.directory = LogicalNameTable(
            "LNM$SYSTEM_DIRECTORY", self.changes, Scope.SYSTEM, owner=_SYSTEM_UIC, protection=SYSTEM_PROTECTION
        )
        self.system_table = self._add("LNM$SYSTEM_TABLE")
        if other is None:
            self.clusterwide = self._add("LNM$CLUSTER_TABLE", common=NameAttribute.CLUSTERWIDE)
            self.cluster_table = self._add("LNM$SYSCLUSTER_TABLE", self.clusterwide, common=NameAttribute.CLUSTERWIDE)
        else:
            self.clusterwide, self.cluster_table = other.clusterwide, other.cluster_table
            for table in (self.clusterwide, self.cluster_table):
                self.directory.put(table_entry(table, self.directory.name))
        self.directory.put(table_entry(self.directory, self.directory.name))
        for name, *equivalences in (
            ("LNM$DIRECTORIES", "LNM$PROCESS_DIRECTORY", "LNM$SYSTEM_DIRECTORY"),
            ("LNM$SYSTEM", "LNM$SYSTEM_TABLE", "LNM$SYSCLUSTER"),
            ("LNM$SYSCLUSTER", "LNM$SYSCLUSTER_TABLE"),
            ("LNM$CLUSTER", "LNM$CLUSTER_TABLE"),
            ("LNM$FILE_DEV", "LNM$PROCESS", "LNM$JOB", "LNM$GROUP", "LNM$SYSTEM"),
            ("LNM$DCL_LOGICAL", "LNM$FILE_DEV"),
            ("LNM$PERMANENT_MAILBOX", "LNM$SYSTEM"),
        ):
            self.directory.put(list_entry(name, self.directory.name, *equivalences))
        self._groups: dict[int, LogicalNameTable] = {}
        self._free_jobs: list[int] = []
        self._next_job = _FIRST_JOB_ADDRESS
        self._group_entries: dict[int, LogicalName] = {}
        self._searches: dict[int, dict[str, tuple[LogicalNameTable, ...]]] = {}
        self._searches_at = -1

    def _add(
        self,
        name: str,
        parent: LogicalNameTable | None = None,
        scope: Scope = Scope.SYSTEM,
        owner: Uic = _SYSTEM_UIC,
        protection: Protection = SYSTEM_PROTECTION,
        common: NameAttribute = NameAttribute.NONE,
    ) -> LogicalNameTable:
        above = parent if parent is not None else self.directory
        table = LogicalNameTable(name, self.changes, scope, parent=above, owner=owner, protection=protection, common=common)
        self.directory.put(table_entry(table, self.directory.name))
        return table

    def group_table(self, group: int) -> LogicalNameTable:
        """LNM$GROUP_gggggg, made when the group is first seen."""
        table = self._groups.get(group)
        if table is None:
            owner = Uic(group, WILD_MEMBER)
            table = self._groups[group] = self._add(f"LNM$GROUP_{group:06o}", None, Scope.GROUP, owner, GROUP_PROTECTION)
        return table

    def group_entry(self, group: int) -> LogicalName:
        """The process directory's LNM$GROUP for that group (equal for all its processes)."""
        entry = self._group_entries.get(group)
        if entry is None:
            table = self.group_table(group)
            entry = self._group_entries[group] = list_entry("LNM$GROUP", "LNM$PROCESS_DIRECTORY", table.name)
        return entry

    def searches(self, group: int) -> dict[str, tuple[LogicalNameTable, ...]]:
        """What processes of a group search for a table argument, as far as it is in the directory of the system; to be added to."""
        if self.directory.version != self._searches_at:
            self._searches.clear()
            self._searches_at = self.directory.version
        return self._searches.setdefault(group, {})

    def create_job_table(self, quota: int = 0) -> LogicalNameTable:
        """LNM$JOB_xxxxxxxx for a new job; `quota` in bytes, 0 is no limit. The number stands for the address of the job block."""
        if self._free_jobs:
            address = self._free_jobs.pop()
        else:
            address = self._next_job
            self._next_job += _JOB_BLOCK_SIZE
        name = f"LNM$JOB_{address:08X}"
        table = LogicalNameTable(name, Generation(), Scope.JOB, parent=self.directory, quota=quota, protection=JOB_PROTECTION)
        self.directory._names[name] = [table_entry(table, "LNM$SYSTEM_DIRECTORY")]
        return table

    def delete_job_table(self, table: LogicalNameTable) -> None:
        """The job ended: its table goes, and the shareable tables below it."""
        if self.directory._names.pop(table.name, None) is None:
            return
        self._free_jobs.append(int(table.name[-8:], 16))
        if table.has_children:
            drop_descendants(table, self.directory)
        table.holder = None  # itself: it goes now, not at the next garbage collection

    def define_system(self, name: str, *equivalences: str | Translation, mode: AccessMode = _EXEC, attributes: Attributes = ()) -> bool:
        """Define a name in LNM$SYSTEM_TABLE, as the startup procedures do."""
        return enter(self.system_table, name, equivalences, mode, attributes)

    def translate_system(self, name: str) -> LogicalName | None:
        """A name of the system or cluster table, for callers that are no process."""
        entries = self.system_table._names.get(name) or self.cluster_table._names.get(name)
        return entries[0] if entries else None


def enter(table: LogicalNameTable, name: str, equivalences: Iterable[str | Translation], mode: AccessMode, attributes: Attributes) -> bool:
    """Put a name with its equivalence names into a table. Errors: SS.IVLOGNAM, SS.BADPARAM, those of LogicalNameTable.put."""
    if not 1 <= len(name) <= MAX_NAME:
        raise SS.IVLOGNAM.error()
    mask = name_attributes(attributes)
    if mask is not NameAttribute.NONE:
        mask &= ~(NameAttribute.TABLE | NameAttribute.CLUSTERWIDE)
    if table.common is not NameAttribute.NONE:
        mask |= table.common
    return table.put(LogicalName(name, mode, mask, as_translations(equivalences), table.name))


def drop_descendants(table: LogicalNameTable, *directories: LogicalNameTable) -> None:
    """A table is deleted: so are the tables below it, and what they took of its quota is free again. Its own entry is the caller's."""
    for directory in directories:
        for entry in list(directory):
            below = entry.target
            if below is not None and below.parent is table and below is not table:
                directory.remove_exactly(entry.name, entry.mode)
                drop_descendants(below, *directories)
    table.deleted()
