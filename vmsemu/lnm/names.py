"""Logical names of a node and of a process: directories, tables, search lists of tables, translation.

Two directories hold the names of tables: LNM$SYSTEM_DIRECTORY (one per node) and LNM$PROCESS_DIRECTORY (one per process). A table argument
is translated through them, the process directory first, until real tables come out; searches use all of them, creation uses the first.

`ProcessNames.generation` grows with every change that could alter a translation of that process, so callers may keep results beside it.
Left out: the four hidden bytes of process-permanent file names, and names shared by the members of a cluster (there is one member).

Source: System Services Reference, $TRNLNM, $CRELNM, $CRELNT, $DELLNM; User's Manual, "Logical name tables".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import TYPE_CHECKING

from vmsemu.lnm.table import (
    MAX_NAME,
    MAX_TABLE_NAME,
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

if TYPE_CHECKING:
    from vmsemu.base.protection import Protection
    from vmsemu.base.uic import Uic

__all__ = [
    "AccessMode",
    "LogicalName",
    "LogicalNameTable",
    "LogicalNames",
    "NameAttribute",
    "ProcessNames",
    "Scope",
    "TableCreation",
    "Translation",
]

MAX_DEPTH = 10
_TABLE_NAME = re.compile(r"[A-Z0-9$_]{1,31}\Z")
_FIRST_JOB_ADDRESS = 0x80BF1D40
_JOB_BLOCK_SIZE = 0xC0
_KERNEL, _EXEC, _SUPER, _USER = AccessMode.KERNEL, AccessMode.EXEC, AccessMode.SUPER, AccessMode.USER


class TableCreation(Enum):
    """What CREATE/NAME_TABLE did."""

    CREATED = "created"
    EXISTS = "exists"
    SUPERSEDED = "superseded"


def _list(name: str, directory: str, *equivalences: str) -> LogicalName:
    """A directory entry that names other tables."""
    return LogicalName(name, _KERNEL, NameAttribute.NONE, tuple(Translation(e) for e in equivalences), directory)


def _table_entry(
    table: LogicalNameTable, directory: str, mode: AccessMode = _KERNEL, attributes: NameAttribute = NameAttribute.NONE
) -> LogicalName:
    return LogicalName(table.name, mode, attributes | NameAttribute.TABLE, (), directory, table)


class LogicalNames:
    """The names all processes of the node share: system directory, system, cluster, group and job tables."""

    def __init__(self) -> None:
        self.changes = Generation()
        self.directory = LogicalNameTable("LNM$SYSTEM_DIRECTORY", self.changes, Scope.SYSTEM)
        self.system_table = self._add("LNM$SYSTEM_TABLE")
        self.clusterwide = self._add("LNM$CLUSTER_TABLE")
        self.cluster_table = self._add("LNM$SYSCLUSTER_TABLE", self.clusterwide)
        self.directory.put(_table_entry(self.directory, self.directory.name))
        for name, *equivalences in (
            ("LNM$DIRECTORIES", "LNM$PROCESS_DIRECTORY", "LNM$SYSTEM_DIRECTORY"),
            ("LNM$SYSTEM", "LNM$SYSTEM_TABLE", "LNM$SYSCLUSTER"),
            ("LNM$SYSCLUSTER", "LNM$SYSCLUSTER_TABLE"),
            ("LNM$CLUSTER", "LNM$CLUSTER_TABLE"),
            ("LNM$FILE_DEV", "LNM$PROCESS", "LNM$JOB", "LNM$GROUP", "LNM$SYSTEM"),
            ("LNM$DCL_LOGICAL", "LNM$FILE_DEV"),
            ("LNM$PERMANENT_MAILBOX", "LNM$SYSTEM"),
        ):
            self.directory.put(_list(name, self.directory.name, *equivalences))
        self._groups: dict[int, LogicalNameTable] = {}
        self._free_jobs: list[int] = []
        self._next_job = _FIRST_JOB_ADDRESS
        self._group_entries: dict[int, LogicalName] = {}

    def _add(self, name: str, parent: LogicalNameTable | None = None, scope: Scope = Scope.SYSTEM) -> LogicalNameTable:
        table = LogicalNameTable(name, self.changes, scope, parent=parent or self.directory)
        self.directory.put(_table_entry(table, self.directory.name))
        return table

    def group_table(self, group: int) -> LogicalNameTable:
        """LNM$GROUP_gggggg, made when the group is first seen."""
        table = self._groups.get(group)
        if table is None:
            table = self._groups[group] = self._add(f"LNM$GROUP_{group:06o}", scope=Scope.GROUP)
        return table

    def group_entry(self, group: int) -> LogicalName:
        """The process directory's LNM$GROUP for that group (equal for all its processes)."""
        entry = self._group_entries.get(group)
        if entry is None:
            table = self.group_table(group)
            entry = self._group_entries[group] = _list("LNM$GROUP", "LNM$PROCESS_DIRECTORY", table.name)
        return entry

    def create_job_table(self, quota: int = 0) -> LogicalNameTable:
        """LNM$JOB_xxxxxxxx for a new job; `quota` in bytes, 0 is no limit. The number stands for the address of the job block."""
        if self._free_jobs:
            address = self._free_jobs.pop()
        else:
            address = self._next_job
            self._next_job += _JOB_BLOCK_SIZE
        name = f"LNM$JOB_{address:08X}"
        table = LogicalNameTable(name, Generation(), Scope.JOB, parent=self.directory, quota=quota)
        self.directory._names[name] = [_table_entry(table, "LNM$SYSTEM_DIRECTORY")]
        return table

    def delete_job_table(self, table: LogicalNameTable) -> None:
        """The job ended."""
        if self.directory._names.pop(table.name, None) is not None:
            self._free_jobs.append(int(table.name[-8:], 16))

    def define_system(self, name: str, *equivalences: str | Translation, mode: AccessMode = _EXEC, attributes: Attributes = ()) -> bool:
        """Define a name in LNM$SYSTEM_TABLE, as the startup procedures do."""
        return _enter(self.system_table, name, equivalences, mode, attributes)

    def translate_system(self, name: str) -> LogicalName | None:
        """A name of the system or cluster table, for callers that are no process."""
        return self.system_table.get(name) or self.cluster_table.get(name)


def _enter(table: LogicalNameTable, name: str, equivalences: Iterable[str | Translation], mode: AccessMode, attributes: Attributes) -> bool:
    if not 1 <= len(name) <= MAX_NAME:
        raise SS.IVLOGNAM.error()
    mask = name_attributes(attributes)
    if mask is not NameAttribute.NONE:
        mask &= ~NameAttribute.TABLE
    return table.put(LogicalName(name, mode, mask, as_translations(equivalences), table.name))


_LNM_PROCESS = _list("LNM$PROCESS", "LNM$PROCESS_DIRECTORY", "LNM$PROCESS_TABLE")
_LNM_TEMPORARY_MAILBOX = _list("LNM$TEMPORARY_MAILBOX", "LNM$PROCESS_DIRECTORY", "LNM$JOB")


class ProcessNames:
    """The logical names one process sees. A subprocess is given its master's `job` table."""

    def __init__(self, node: LogicalNames, group: int, job: LogicalNameTable | None = None, *, job_quota: int = 0) -> None:
        self.node = node
        self.group = group
        self.changes = Generation()
        self.job = job if job is not None else node.create_job_table(job_quota)
        self.directory = LogicalNameTable("LNM$PROCESS_DIRECTORY", self.changes, Scope.PRIVATE)
        self.process_table = LogicalNameTable("LNM$PROCESS_TABLE", self.changes, Scope.PRIVATE, parent=self.directory)
        self.directory._names.update(
            {
                "LNM$PROCESS_DIRECTORY": [_table_entry(self.directory, "LNM$PROCESS_DIRECTORY")],
                "LNM$PROCESS_TABLE": [_table_entry(self.process_table, "LNM$PROCESS_DIRECTORY")],
                "LNM$PROCESS": [_LNM_PROCESS],
                "LNM$JOB": [_list("LNM$JOB", "LNM$PROCESS_DIRECTORY", self.job.name)],
                "LNM$GROUP": [node.group_entry(group)],
                "LNM$TEMPORARY_MAILBOX": [_LNM_TEMPORARY_MAILBOX],
            }
        )
        self._user_names: list[tuple[LogicalNameTable, str]] = []
        self._resolved: dict[str, tuple[LogicalNameTable, ...]] = {}
        self._resolved_at = -1

    @property
    def generation(self) -> int:
        """Grows whenever a translation made through this object could change."""
        return self.changes.count + self.job._changes.count + self.node.changes.count

    # -- tables --------------------------------------------------------------------------------------------------------------------

    def resolve(self, table: str) -> tuple[LogicalNameTable, ...]:
        """The tables a table argument stands for; empty when there is none. Errors: SS.TOOMANYLNAM."""
        generation = self.directory.version + self.node.directory.version
        if generation != self._resolved_at:
            self._resolved.clear()
            self._resolved_at = generation
        found = self._resolved.get(table)
        if found is None:
            out: dict[int, LogicalNameTable] = {}
            self._collect(table, out, 0)
            found = tuple(out.values())
            if all(each.scope is not Scope.JOB or each is self.job for each in found):
                self._resolved[table] = found
        return found

    def _collect(self, table: str, out: dict[int, LogicalNameTable], depth: int) -> None:
        if depth > MAX_DEPTH:
            raise SS.TOOMANYLNAM.error()
        entry = self.directory.get(table) or self.node.directory.get(table)
        if entry is None:
            return
        if entry.target is not None:
            out.setdefault(id(entry.target), entry.target)
            return
        for translation in entry.translations:
            self._collect(translation.equivalence, out, depth + 1)

    def table_for_change(self, table: str) -> LogicalNameTable:
        """The table a creation goes into. Errors: SS.NOLOGTAB, SS.IVLOGTAB."""
        if not 1 <= len(table) <= MAX_TABLE_NAME:
            raise SS.IVLOGTAB.error()
        found = self.resolve(table)
        if not found:
            raise SS.NOLOGTAB.error()
        return found[0]

    def tables(self, table: str = "LNM$DCL_LOGICAL") -> tuple[LogicalNameTable, ...]:
        """The tables SHOW LOGICAL lists, in order."""
        return self.resolve(table)

    def all_tables(self) -> list[LogicalNameTable]:
        """Every table this process can name: of its own directory, then of the system's; the other jobs' and groups' are left out."""
        out = [e.target for e in self.directory if e.target is not None]
        for entry in self.node.directory:
            table = entry.target
            if table is None or (table.scope is Scope.JOB and table is not self.job):
                continue
            if table.scope is Scope.GROUP and table is not self.node.group_table(self.group):
                continue
            out.append(table)
        return out

    def create_table(
        self,
        name: str,
        *,
        parent: str = "LNM$PROCESS_DIRECTORY",
        mode: AccessMode = _SUPER,
        quota: int = 0,
        attributes: Attributes = (),
        supersede: bool = False,
        owner: Uic | None = None,
        protection: Protection | None = None,
    ) -> TableCreation:
        """CREATE/NAME_TABLE. Errors: SS.IVLOGNAM, SS.IVLOGTAB, SS.NOLOGTAB."""
        if _TABLE_NAME.match(name) is None:
            raise SS.IVLOGNAM.error()
        above = self.table_for_change(parent)
        private = above.scope is Scope.PRIVATE
        directory = self.directory if private else self.node.directory
        old = directory.get(name)
        if old is not None and old.target is not None and not (supersede and old.mode >= mode):
            return TableCreation.EXISTS
        table = LogicalNameTable(
            name,
            self.changes if private else self.node.changes,
            Scope.PRIVATE if private else Scope.SHARED,
            mode=mode,
            parent=above,
            quota=quota,
            owner=owner,
            protection=protection,
        )
        if old is not None and old.target is not None:
            self._delete_table(old.target)
        directory.put(_table_entry(table, directory.name, mode, name_attributes(attributes)))
        return TableCreation.SUPERSEDED if old is not None else TableCreation.CREATED

    def _delete_table(self, table: LogicalNameTable) -> None:
        """Delete a table's children; its directory entry is the caller's."""
        for directory in (self.directory, self.node.directory):
            for entry in list(directory):
                if entry.target is not None and entry.target.parent is table and entry.target is not table:
                    directory.remove(entry.name, entry.mode)
                    self._delete_table(entry.target)

    # -- names ---------------------------------------------------------------------------------------------------------------------

    def define(
        self,
        name: str,
        equivalences: Iterable[str | Translation],
        *,
        table: str = "LNM$PROCESS_TABLE",
        mode: AccessMode = _SUPER,
        attributes: Attributes = (),
    ) -> bool:
        """Create a name; True when it superseded one of the same mode in the same table. No privilege is checked (see services/trnlnm).

        Errors: SS.IVLOGNAM, SS.NOLOGTAB, SS.IVLOGTAB, SS.BADPARAM, SS.DUPLNAM, SS.EXLNMQUOTA, SS.TOOMANYLNAM.
        """
        if isinstance(equivalences, str):
            equivalences = (equivalences,)
        place = self.process_table if table == "LNM$PROCESS_TABLE" else self.table_for_change(table)
        if place is self.directory or place is self.node.directory:
            if _TABLE_NAME.match(name) is None:
                raise SS.IVLOGNAM.error()
        superseded = _enter(place, name, equivalences, mode, attributes)
        if mode == _USER and place.scope is Scope.PRIVATE:
            self._user_names.append((place, name))
        return superseded

    def delete(self, name: str, table: str = "LNM$PROCESS_TABLE", mode: AccessMode = _SUPER) -> None:
        """Delete a name at `mode` and outer modes from the first table that has it. Errors: SS.IVLOGNAM, SS.NOLOGNAM."""
        if not 1 <= len(name) <= MAX_NAME:
            raise SS.IVLOGNAM.error()
        for place in self.resolve(table):
            entries = place.entries(name)
            if any(e.mode >= mode for e in entries):
                for gone in place.remove(name, mode):
                    if gone.target is not None:
                        self._delete_table(gone.target)
                return
        raise SS.NOLOGNAM.error()

    def delete_all(self, table: str = "LNM$PROCESS_TABLE", mode: AccessMode = _SUPER) -> None:
        """DEASSIGN/ALL: delete every name of the table at `mode` and outer modes. Errors: SS.NOLOGTAB."""
        for gone in self.table_for_change(table).remove_all(mode):
            if gone.target is not None:
                self._delete_table(gone.target)

    def translate(
        self, name: str, table: str = "LNM$FILE_DEV", *, mode: AccessMode = _USER, case_blind: bool = False
    ) -> LogicalName | None:
        """One level of translation: the name in the first table that has it in a mode the caller may see."""
        if mode == _USER and not case_blind:
            for place in self.resolve(table):
                entries = place._names.get(name)
                if entries is not None:
                    return entries[0]
            return None
        for place in self.resolve(table):
            found = place.get(name, mode, case_blind=case_blind)
            if found is not None:
                return found
        return None

    def find_all(self, name: str, table: str = "LNM$DCL_LOGICAL", *, mode: AccessMode = _USER) -> Iterator[LogicalName]:
        """Every entry of a name, of every table and every mode the caller may see (SHOW LOGICAL)."""
        for place in self.resolve(table):
            for entry in place.entries(name, case_blind=True):
                if entry.mode <= mode:
                    yield entry

    def translate_fully(self, name: str, table: str = "LNM$FILE_DEV", *, mode: AccessMode = _USER) -> str:
        """Follow first equivalence names until one is terminal or is no logical name; a trailing colon is ignored when looking up.

        Errors: SS.TOOMANYLNAM after ten levels.
        """
        text = name
        for _ in range(MAX_DEPTH + 1):
            found = self.translate(text.removesuffix(":"), table, mode=mode)
            if found is None or not found.translations:
                return text
            text = found.equivalence
            if found.terminal:
                return text
        raise SS.TOOMANYLNAM.error()

    # -- process life --------------------------------------------------------------------------------------------------------------

    def delete_user_mode(self) -> None:
        """Image rundown: user-mode names of the process's own tables go."""
        if self._user_names:
            for table, name in self._user_names:
                table.remove_exactly(name, _USER)
            self._user_names = []

    def copy_to(self, other: ProcessNames) -> None:
        """What SPAWN copies: supervisor- and user-mode names of the process table that are not confined, and private tables with theirs."""
        for entry in self.process_table:
            if entry.mode >= _SUPER and not entry.attributes & NameAttribute.CONFINE:
                other.process_table.put(entry)
        for entry in list(self.directory):
            table = entry.target
            if table is None or table in (self.directory, self.process_table) or entry.attributes & NameAttribute.CONFINE:
                continue
            other.create_table(table.name, mode=table.mode, quota=table.quota, attributes=entry.attributes)
            copy = other.table_for_change(table.name)
            for each in table:
                if each.mode >= _SUPER and not each.attributes & NameAttribute.CONFINE:
                    copy.put(each)
