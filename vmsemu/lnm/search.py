"""Translation as one process sees it: table arguments through the two directories, names through the tables.

A table argument is translated iteratively through LNM$PROCESS_DIRECTORY and LNM$SYSTEM_DIRECTORY, so a user's own definition of LNM$FILE_DEV
in the first hides the system's. Searches use all tables that come out and that the process may read; creation uses the first of them.

fidelity: that a search passes over a table it may not read, and fails with SS.NOPRIV when there is no other, is inferred.

Source: System Services Reference, $TRNLNM; User's Manual, "Logical name translation".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vmsemu.lnm.node import LogicalNames
from vmsemu.lnm.table import MAX_TABLE_NAME, AccessMode, LogicalName, LogicalNameTable, Scope
from vmsemu.tables.facilities import SS

MAX_DEPTH = 10
_USER = AccessMode.USER
_PRIVATE, _SHARED, _GROUP, _JOB = Scope.PRIVATE, Scope.SHARED, Scope.GROUP, Scope.JOB
Tables = tuple[LogicalNameTable, ...]


class TableSearch:
    """The directories of a process, and translation through them. `may_read` says which guarded tables it may read; None is all of them."""

    node: LogicalNames
    group: int
    directory: LogicalNameTable
    process_table: LogicalNameTable
    job: LogicalNameTable
    group_name: str

    def __init__(self) -> None:
        self.may_read: Callable[[LogicalNameTable], bool] | None = None
        self._resolved: dict[str, Tables] = {}
        self._guarded: dict[str, Tables] = {}
        self._resolved_at = -1

    # -- tables --------------------------------------------------------------------------------------------------------------------

    def resolve(self, table: str) -> Tables:
        """The tables to search for a table argument; empty when there is none. Errors: SS.TOOMANYLNAM, SS.NOPRIV."""
        if self.directory.version + self.node.directory.version == self._resolved_at:
            found = self._resolved.get(table)
            if found is not None:
                return found
        found = self.resolve_all(table)
        if table in self._resolved:
            return found
        readable = tuple(each for each in found if self.readable(each))
        if not readable:
            raise SS.NOPRIV.error()
        return readable

    def resolve_all(self, table: str) -> Tables:
        """The same, those that may not be read among them. Errors: SS.TOOMANYLNAM."""
        generation = self.directory.version + self.node.directory.version
        if generation != self._resolved_at:
            self._resolved.clear()
            self._guarded.clear()
            self._resolved_at = generation
        found = self._resolved.get(table)
        if found is None:
            found = self._guarded.get(table)
        if found is None:
            # As long as nothing was entered in its directory, a process searches what the others of its group do, behind its own two tables.
            others = self.node.searches(self.group) if self.directory.version == 0 else {}
            if table in others:
                found = self._resolved[table] = (self.process_table, self.job, *others[table])
                return found
            out: dict[int, LogicalNameTable] = {}
            self._collect(table, out, 0)
            found = tuple(out.values())
            if not any(map(self._is_guarded, found)):
                self._resolved[table] = found
                if found[:2] == (self.process_table, self.job) and all(each.scope is not _PRIVATE for each in found[2:]):
                    others[table] = found[2:]
            elif all(each.scope is not _JOB or each is self.job for each in found):  # another job's table goes without a word
                self._guarded[table] = found
        return found

    def _collect(self, table: str, out: dict[int, LogicalNameTable], depth: int) -> None:
        if depth > MAX_DEPTH:
            raise SS.TOOMANYLNAM.error()
        entries = self.directory._names.get(table) or self.node.directory._names.get(table)
        if entries is None:
            return
        entry = entries[0]
        if entry.target is not None:
            out.setdefault(id(entry.target), entry.target)
            return
        for translation in entry.translations:
            self._collect(translation.equivalence, out, depth + 1)

    def _is_guarded(self, table: LogicalNameTable) -> bool:
        """Protection decides who reads it: a table that somebody made, another group's, another job's."""
        scope = table.scope
        if scope is _SHARED:
            return True
        return (scope is _GROUP and table.name != self.group_name) or (scope is _JOB and table is not self.job)

    def readable(self, table: LogicalNameTable) -> bool:
        """May the process translate the names of a table?"""
        return not self._is_guarded(table) or self.may_read is None or self.may_read(table)

    def table_for_change(self, table: str, mode: AccessMode = _USER) -> LogicalNameTable:
        """The table a creation at `mode` goes into. Errors: SS.NOLOGTAB, SS.IVLOGTAB, SS.TOOMANYLNAM, SS.NOPRIV (the table is of an outer mode)."""
        if not 1 <= len(table) <= MAX_TABLE_NAME:
            raise SS.IVLOGTAB.error()
        found = self.resolve_all(table)
        if not found:
            raise SS.NOLOGTAB.error()
        if found[0].mode > mode:
            raise SS.NOPRIV.error()
        return found[0]

    def tables(self, table: str = "LNM$DCL_LOGICAL") -> Tables:
        """The tables SHOW LOGICAL lists, in order."""
        return self.resolve(table)

    def all_tables(self) -> list[LogicalNameTable]:
        """Every table: those of the process's own directory, then those of the system's, by name."""
        return [entry.target for directory in (self.directory, self.node.directory) for entry in directory if entry.target is not None]

    # -- translation ---------------------------------------------------------------------------------------------------------------

    def translate(
        self, name: str, table: str = "LNM$FILE_DEV", *, mode: AccessMode = _USER, case_blind: bool = False
    ) -> LogicalName | None:
        """One level of translation: the name in the first table that has it in a mode the caller may see."""
        places: Tables | None = None
        if self.directory.version + self.node.directory.version == self._resolved_at:
            places = self._resolved.get(table)
        if places is None:
            places = self.resolve(table)
        if mode is _USER and not case_blind:
            for place in places:
                names = place._names
                if name in names:
                    return names[name][0]
            return None
        for place in places:
            found = place.get(name, mode, case_blind=case_blind)
            if found is not None:
                return found
        return None

    def defined(self, names: set[str], table: str = "LNM$FILE_DEV") -> set[str]:
        """Those of some names that `translate` would find."""
        found: set[str] = set()
        for place in self.resolve(table):
            if place._names:
                found |= place._names.keys() & names
        return found

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
