"""The logical names of a process: definition, deletion, tables of its own, and what image rundown and SPAWN do with them.

Two directories hold the names of tables: LNM$SYSTEM_DIRECTORY (one per node, node.py) and LNM$PROCESS_DIRECTORY (one per process). Table
arguments are translated through them (search.py).

`ProcessNames.generation()` grows with every change that could alter a translation of that process, so callers may keep results beside it.

Source: System Services Reference, $CRELNM, $CRELNT, $DELLNM; User's Manual, "Logical name tables".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import Enum
from typing import TYPE_CHECKING

from vmsemu.lnm.node import SHAREABLE_PROTECTION, LogicalNames, drop_descendants, enter, list_entry, table_entry
from vmsemu.lnm.search import TableSearch
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

_TABLE_NAME = re.compile(r"[A-Z0-9$_]{1,31}\Z")
_SUPER, _USER = AccessMode.SUPER, AccessMode.USER
_CONFINE = NameAttribute.CONFINE
_PRIVATE = Scope.PRIVATE


class TableCreation(Enum):
    """What CREATE/NAME_TABLE did."""

    CREATED = "created"
    EXISTS = "exists"
    SUPERSEDED = "superseded"


_LNM_PROCESS = list_entry("LNM$PROCESS", "LNM$PROCESS_DIRECTORY", "LNM$PROCESS_TABLE")
_LNM_TEMPORARY_MAILBOX = list_entry("LNM$TEMPORARY_MAILBOX", "LNM$PROCESS_DIRECTORY", "LNM$JOB")


class ProcessNames(TableSearch):
    """The logical names one process sees. A subprocess is given its master's `job` table."""

    def __init__(self, node: LogicalNames, group: int, job: LogicalNameTable | None = None, *, job_quota: int = 0) -> None:
        super().__init__()
        self.node = node
        self.group = group
        self.changes = Generation()
        self.job = job if job is not None else node.create_job_table(job_quota)
        self.directory = LogicalNameTable("LNM$PROCESS_DIRECTORY", self.changes, _PRIVATE)
        self.process_table = LogicalNameTable("LNM$PROCESS_TABLE", self.changes, _PRIVATE, parent=self.directory)
        group_entry = node.group_entry(group)
        self.group_name = group_entry.translations[0].equivalence
        self.directory._names = {
            "LNM$PROCESS_DIRECTORY": [table_entry(self.directory, "LNM$PROCESS_DIRECTORY")],
            "LNM$PROCESS_TABLE": [table_entry(self.process_table, "LNM$PROCESS_DIRECTORY")],
            "LNM$PROCESS": [_LNM_PROCESS],
            "LNM$JOB": [list_entry("LNM$JOB", "LNM$PROCESS_DIRECTORY", self.job.name)],
            "LNM$GROUP": [group_entry],
            "LNM$TEMPORARY_MAILBOX": [_LNM_TEMPORARY_MAILBOX],
        }
        self._user_names: list[tuple[LogicalNameTable, str]] = []

    def generation(self) -> int:
        """Grows whenever a translation made through this object could change."""
        return self.changes.count + self.job._changes.count + self.node.changes.count

    # -- tables --------------------------------------------------------------------------------------------------------------------

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
        """CREATE/NAME_TABLE. A quota is taken from that of the table above. A clusterwide table is never superseded.

        Errors: SS.IVLOGNAM, SS.IVLOGTAB, SS.NOLOGTAB, SS.NOPRIV, SS.DUPLNAM, SS.EXLNMQUOTA, SS.PARENT_DEL (it would supersede a table
        above it). After an error everything is as before.
        """
        if _TABLE_NAME.match(name) is None:
            raise SS.IVLOGNAM.error()
        above = self.table_for_change(parent, mode)
        private = above.scope is Scope.PRIVATE
        directory = self.directory if private else self.node.directory
        old = next((entry for entry in directory.entries(name) if entry.mode == mode), None)
        clusterwide = above.common & NameAttribute.CLUSTERWIDE
        if old is not None and old.target is not None and not (supersede and not old.target.common & NameAttribute.CLUSTERWIDE):
            return TableCreation.EXISTS
        if any(entry.mode < mode and entry.attributes & NameAttribute.NO_ALIAS for entry in directory.entries(name)):
            raise SS.DUPLNAM.error()
        self._check_room(above, quota, old.target if old is not None else None)
        mask = name_attributes(attributes) if private else name_attributes(attributes) & ~_CONFINE
        table = LogicalNameTable(
            name,
            self.changes if private else self.node.changes,
            Scope.PRIVATE if private else Scope.SHARED,
            mode=mode,
            parent=above,
            quota=quota,
            owner=owner,
            protection=None if private else protection or SHAREABLE_PROTECTION,
            common=clusterwide | (mask & _CONFINE) | (above.common & _CONFINE),
        )
        if old is not None and old.target is not None:
            directory.remove_exactly(name, mode)
            drop_descendants(old.target, self.directory, self.node.directory)
        above.take(quota)
        above.has_children = True
        entry = table_entry(table, directory.name, mode, mask | table.common)
        self._displace(directory, name, lambda: directory.put(entry))
        if mode == _USER and private:
            self._user_names.append((directory, name))
        return TableCreation.SUPERSEDED if old is not None else TableCreation.CREATED

    def _check_room(self, above: LogicalNameTable, quota: int, old: LogicalNameTable | None) -> None:
        """May a table with that quota be made below `above`, in place of `old`? Errors: SS.PARENT_DEL, SS.EXLNMQUOTA."""
        here: LogicalNameTable | None = above
        while old is not None and here is not None:
            if here is old:
                raise SS.PARENT_DEL.error()
            here = here.parent
        holder = above.holder
        if holder is not None:
            free = self._charged(old) if old is not None and old.parent is not None and old.parent.holder is holder else 0
            if holder.used + quota - free > holder.quota:
                raise SS.EXLNMQUOTA.error()

    def _charged(self, table: LogicalNameTable) -> int:
        """The bytes that a table and those below it take of the quota above it."""
        if table.quota:
            return table.quota
        return sum(entry.size for entry in table) + sum(self._charged(each) for each in self.all_tables() if each.parent is table)

    def _displace(self, directory: LogicalNameTable, name: str, put: Callable[[], bool]) -> bool:
        """Put an entry into a directory; tables whose entries it displaces are deleted."""
        before = directory.entries(name)
        superseded = put()
        kept = directory.entries(name)
        self._delete_tables(each for each in before if each not in kept)
        return superseded

    def _delete_tables(self, entries: Iterable[LogicalName]) -> None:
        """What goes with directory entries that were taken out: the tables they named, and those below."""
        for entry in entries:
            if entry.target is not None:
                drop_descendants(entry.target, self.directory, self.node.directory)

    def is_process_table(self, table: str) -> bool:
        """Does a table argument name the process table, with no list in between that the user redefined?"""
        return table == "LNM$PROCESS_TABLE" or (table == "LNM$PROCESS" and self.directory._names["LNM$PROCESS"][0] is _LNM_PROCESS)

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
        place = self.process_table if table == "LNM$PROCESS_TABLE" else self.table_for_change(table, mode)
        if place is self.directory or place is self.node.directory:
            if _TABLE_NAME.match(name) is None:
                raise SS.IVLOGNAM.error()
            superseded = self._displace(place, name, lambda: enter(place, name, equivalences, mode, attributes))
        else:
            superseded = enter(place, name, equivalences, mode, attributes)
        if mode == _USER and place.scope is Scope.PRIVATE:
            self._user_names.append((place, name))
        return superseded

    def delete(self, name: str, table: str = "LNM$PROCESS_TABLE", mode: AccessMode = _SUPER) -> None:
        """Delete a name at `mode` and outer modes from the first table that has it. Errors: SS.IVLOGNAM, SS.NOLOGNAM."""
        if not 1 <= len(name) <= MAX_NAME:
            raise SS.IVLOGNAM.error()
        for place in self.resolve_all(table):
            entries = place.entries(name)
            if any(e.mode >= mode for e in entries):
                self._delete_tables(place.remove(name, mode))
                return
        raise SS.NOLOGNAM.error()

    def delete_all(self, table: str = "LNM$PROCESS_TABLE", mode: AccessMode = _SUPER) -> None:
        """DEASSIGN/ALL: delete every name of the table at `mode` and outer modes. Errors: SS.NOLOGTAB."""
        self._delete_tables(self.table_for_change(table).remove_all(mode))

    # -- process life --------------------------------------------------------------------------------------------------------------

    def delete_user_mode(self) -> None:
        """Image rundown: user-mode names and tables of the process's own go; those in shareable tables stay."""
        if self._user_names:
            for table, name in self._user_names:
                self._delete_tables(table.remove_exactly(name, _USER))
            self._user_names = []

    def forget(self) -> None:
        """The process has ended: let go of its own tables."""
        self.may_read = None
        self.directory._names = {}

    def copy_to(self, other: ProcessNames) -> None:
        """What SPAWN copies: supervisor- and user-mode names and tables of the process's own that are not confined.

        User-mode names live there as here, until the first image of the subprocess ends.
        """
        _copy_names(self.process_table, other, other.process_table)
        _copy_names(self.directory, other, other.directory)
        self._copy_tables(self.directory, other)
        self._copy_tables(self.process_table, other)

    def _copy_tables(self, parent: LogicalNameTable, other: ProcessNames) -> None:
        for entry in list(self.directory):
            table = entry.target
            if table is None or table.parent is not parent or entry.mode < _SUPER or entry.attributes & _CONFINE:
                continue
            other.create_table(table.name, parent=parent.name, mode=table.mode, quota=table.quota, attributes=entry.attributes)
            copy = next(each.target for each in other.directory.entries(table.name) if each.mode == entry.mode)
            assert copy is not None
            _copy_names(table, other, copy)
            self._copy_tables(table, other)


def _copy_names(source: LogicalNameTable, other: ProcessNames, target: LogicalNameTable) -> None:
    for entry in source:
        if entry.target is None and entry.mode >= _SUPER and not entry.attributes & _CONFINE:
            target.put(entry)
            if entry.mode == _USER:
                other._user_names.append((target, entry.name))
