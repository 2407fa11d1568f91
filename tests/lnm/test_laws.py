"""A table, and the tables of a process, against plain models: modes, attributes, deletion, quotas."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from vmsemu.base.condition import VmsError
from vmsemu.lnm.names import (
    AccessMode,
    LogicalName,
    LogicalNames,
    LogicalNameTable,
    NameAttribute,
    ProcessNames,
    Scope,
    TableCreation,
    Translation,
)
from vmsemu.lnm.table import Generation
from vmsemu.tables.facilities import SS

MODES = st.sampled_from(list(AccessMode))
NAMES = st.sampled_from(["A", "B", "a", "AB", "Ab"])
VALUES = st.text("XYZ", min_size=1, max_size=30)
ATTRIBUTES = st.sampled_from(
    [NameAttribute.NONE, NameAttribute.NO_ALIAS, NameAttribute.CONFINE, NameAttribute.NO_ALIAS | NameAttribute.CONFINE]
)


def outcome(action, *conditions):
    """What an action returned, or which of the conditions it raised."""
    try:
        return action()
    except VmsError as error:
        return next(condition for condition in conditions if error.matches(condition))


class TableModel(RuleBasedStateMachine):
    """One table with a quota. The model: name -> mode -> (value, attributes)."""

    def __init__(self):
        super().__init__()
        self.table = LogicalNameTable("T", Generation(), Scope.PRIVATE, quota=400)
        self.model = {}

    @rule(name=NAMES, mode=MODES, value=VALUES, attributes=ATTRIBUTES)
    def put(self, name, mode, value, attributes):
        entry = LogicalName(name, mode, attributes, (Translation(value),), "T")
        was = self.model.get(name, {})
        kept = {m: e for m, e in was.items() if m != mode and not (m > mode and attributes & NameAttribute.NO_ALIAS)}
        after = self.size() - self.size_of(was) + self.size_of(kept) + entry.size
        got = outcome(lambda: self.table.put(entry), SS.DUPLNAM, SS.EXLNMQUOTA)
        if any(m < mode and e.attributes & NameAttribute.NO_ALIAS for m, e in was.items()):
            assert got is SS.DUPLNAM
        elif after > 400:
            assert got is SS.EXLNMQUOTA
        else:
            assert got is (mode in was)
            self.model[name] = {**kept, mode: entry}

    @rule(name=NAMES, mode=MODES)
    def remove(self, name, mode):
        was = self.model.get(name, {})
        got = outcome(lambda: self.table.remove(name, mode), SS.NOLOGNAM)
        gone = [m for m in sorted(was, reverse=True) if m >= mode]
        assert ([e.mode for e in got] if isinstance(got, list) else got) == (gone or SS.NOLOGNAM)
        self.keep(name, lambda m: m < mode)

    @rule(mode=MODES)
    def remove_all(self, mode):
        self.table.remove_all(mode)
        for name in list(self.model):
            self.keep(name, lambda m: m < mode)

    @rule(name=NAMES, mode=MODES)
    def remove_exactly(self, name, mode):
        self.table.remove_exactly(name, mode)
        self.keep(name, lambda m: m != mode)

    @rule(name=NAMES, mode=MODES)
    def look_up(self, name, mode):
        def best(spelling):
            seen = [m for m in self.model.get(spelling, {}) if m <= mode]
            return self.model[spelling][max(seen)] if seen else None

        assert self.table.get(name, mode) == best(name)
        alike = sorted(other for other in self.model if other.upper() == name.upper())
        assert self.table.spellings(name) == alike
        assert (self.table.get(name, case_blind=True) is not None) == bool(alike)

    @invariant()
    def the_table_holds_what_the_model_holds(self):
        listed = [(e.name, e.mode) for e in self.table]
        assert listed == [(name, mode) for name in sorted(self.model) for mode in sorted(self.model[name], reverse=True)]
        assert self.table.used == self.size()

    def keep(self, name, wanted):
        left = {m: e for m, e in self.model.get(name, {}).items() if wanted(m)}
        self.model.pop(name, None)
        if left:
            self.model[name] = left

    @staticmethod
    def size_of(entries):
        return sum(e.size for e in entries.values())

    def size(self):
        return sum(self.size_of(entries) for entries in self.model.values())


TABLES = st.sampled_from(["T1", "T2", "T3", "T4"])
PARENTS = st.sampled_from(["LNM$PROCESS_DIRECTORY", "LNM$SYSTEM_DIRECTORY", "T1", "T2", "T3"])


class Tables(RuleBasedStateMachine):
    """Tables below tables, private and shareable, all of supervisor mode. The model: name -> (parent, quota, names)."""

    def __init__(self):
        super().__init__()
        self.names = ProcessNames(LogicalNames(), 1)
        self.other = ProcessNames(self.names.node, 1)
        self.model = {}

    @rule(name=TABLES, parent=PARENTS, quota=st.sampled_from([0, 0, 120, 400]), supersede=st.booleans())
    def create(self, name, parent, quota, supersede):
        got = outcome(
            lambda: self.names.create_table(name, parent=parent, quota=quota, supersede=supersede),
            SS.NOLOGTAB,
            SS.EXLNMQUOTA,
            SS.PARENT_DEL,
        )
        if not parent.startswith("LNM$") and parent not in self.model:
            assert got is SS.NOLOGTAB
            return
        twin = self.twin(name, parent)
        if twin is not None and not supersede:
            assert got is TableCreation.EXISTS
        elif twin is None and name in self.model:
            # The same name in the other directory: the model keeps to one, so take it out again.
            if got is TableCreation.CREATED:
                where = "LNM$SYSTEM_DIRECTORY" if self.private(name) else "LNM$PROCESS_DIRECTORY"
                self.names.delete(name, where)
        elif twin is not None and self.is_above(name, parent):
            assert got is SS.PARENT_DEL
        elif got is SS.EXLNMQUOTA:
            assert quota > 0
            assert self.holder(parent) is not None
        else:
            assert got is (TableCreation.SUPERSEDED if twin is not None else TableCreation.CREATED)
            if twin is not None:
                self.drop(name)
            self.model[name] = (parent, quota, {})

    @rule(name=TABLES)
    def delete(self, name):
        if name in self.model:
            self.names.delete(name, "LNM$PROCESS_DIRECTORY" if self.private(name) else "LNM$SYSTEM_DIRECTORY")
            self.drop(name)

    @rule(table=TABLES, name=NAMES, value=VALUES)
    def define(self, table, name, value):
        got = outcome(lambda: self.names.define(name, [value], table=table), SS.NOLOGTAB, SS.EXLNMQUOTA)
        if table not in self.model:
            assert got is SS.NOLOGTAB
        elif got is not SS.EXLNMQUOTA:
            assert got is (name in self.model[table][2])
            self.model[table][2][name] = value
        else:
            assert self.holder(table) is not None

    @invariant()
    def the_same_tables_exist_with_the_same_names(self):
        found = {t.name: t for t in self.names.all_tables() if not t.name.startswith("LNM$")}
        assert sorted(found) == sorted(self.model)
        for name, (parent, _, values) in self.model.items():
            assert found[name].parent.name == parent
            assert {e.name: e.equivalence for e in found[name]} == values
            assert bool(self.other.resolve(name)) is not self.private(name)

    @invariant()
    def a_holder_is_charged_for_its_names_and_for_what_it_gave(self):
        for name, (_, quota, _) in self.model.items():
            table = self.names.resolve(name)[0]
            below = [n for n in self.model if self.holder(n) == name]
            gave = [q for n, (parent, q, _) in self.model.items() if q and self.holder(parent) == name]
            if quota:
                charged = sum(e.size for n in below for e in self.names.resolve(n)[0])
                assert table.used == charged + sum(gave) <= quota

    def private(self, name):
        parent = self.model[name][0]
        return parent == "LNM$PROCESS_DIRECTORY" or (parent in self.model and self.private(parent))

    def twin(self, name, parent):
        """A table of that name in the directory where one below `parent` would be."""
        if name not in self.model:
            return None
        private = parent == "LNM$PROCESS_DIRECTORY" or (parent in self.model and self.private(parent))
        return name if private == self.private(name) else None

    def holder(self, name):
        while name in self.model:
            if self.model[name][1]:
                return name
            name = self.model[name][0]
        return None

    def is_above(self, name, parent):
        """Is the table `parent`, or above it?"""
        while parent in self.model and parent != name:
            parent = self.model[parent][0]
        return parent == name

    def drop(self, name):
        for below in [n for n, (parent, _, _) in self.model.items() if parent == name]:
            self.drop(below)
        del self.model[name]


TestTable = TableModel.TestCase
TestTable.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestTables = Tables.TestCase
TestTables.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
