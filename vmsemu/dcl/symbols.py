"""Symbols: local tables of the command levels, the global table, abbreviations, and the scope that hides them.

A table maps full names to values; names defined with `*` also have every accepted shorter spelling in `abbreviations`. Lookup goes through the
current level's table, the outer levels' tables, then the global one. `names` counts every spelling that is defined anywhere, so that a
statement can ask with one look whether its verb might be a symbol; P1 to P8 are always in it, because nearly every level has them.

Source: OpenVMS User's Manual, "Defining symbols", "Symbol tables"; DCL Dictionary, SET SYMBOL.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vmsemu.dcl.values import Value
from vmsemu.tables.facilities import CLI

NAME_LIMIT = 255
PERMANENT = ("$STATUS", "$SEVERITY", "$RESTART")
STATUS_NAMES = ("$SEVERITY", "$STATUS")
CONTROL_WORDS = frozenset(("IF", "GOTO"))
PARAMETERS = ("P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8")
_EMPTY: dict[str, Value] = dict.fromkeys(PARAMETERS, "")


class SymbolTable:
    """The symbols of one command level, or the global ones."""

    __slots__ = ("abbreviations", "minimum", "values")

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.abbreviations: dict[str, str] = {}
        self.minimum: dict[str, int] = {}

    def find(self, name: str) -> str | None:
        """The full name that `name` refers to in this table."""
        if name in self.values:
            return name
        return self.abbreviations.get(name)

    def spellings(self, full: str) -> list[str]:
        """Every spelling that reaches the symbol."""
        least = self.minimum.get(full)
        return [full] if least is None else [full[:n] for n in range(least, len(full) + 1)]

    def shown_name(self, full: str) -> str:
        """The name as SHOW SYMBOL prints it, with its `*`."""
        least = self.minimum.get(full)
        return full if least is None else f"{full[:least]}*{full[least:]}"

    def check_conflict(self, full: str, least: int | None) -> None:
        """Refuse a definition that an existing abbreviation makes ambiguous. Errors: CLI.ABSYMD."""
        taken = self.abbreviations.get(full)
        if taken is not None and taken != full:
            raise CLI.ABSYMD.error()
        if least is None:
            return
        for count in range(least, len(full)):
            short = full[:count]
            other = self.abbreviations.get(short)
            if short in self.values or (other is not None and other != full):
                raise CLI.ABSYMD.error()


class SymbolScope:
    """What SET SYMBOL/SCOPE hides at one level and the levels inside it."""

    __slots__ = ("globals_hidden", "locals_hidden")

    def __init__(self, locals_hidden: bool = False, globals_hidden: bool = False) -> None:
        self.locals_hidden = locals_hidden
        self.globals_hidden = globals_hidden

    def changed(self, hide_locals: bool | None, hide_globals: bool | None) -> SymbolScope:
        """This one with what is not None in place of what it has."""
        return SymbolScope(
            self.locals_hidden if hide_locals is None else hide_locals, self.globals_hidden if hide_globals is None else hide_globals
        )

    def keywords(self) -> str:
        """F$ENVIRONMENT("SYMBOL_SCOPE")."""
        return f"{'NO' if self.locals_hidden else ''}LOCAL,{'NO' if self.globals_hidden else ''}GLOBAL"


_NOTHING_HIDDEN = SymbolScope()


class _Level:
    __slots__ = ("chain", "general", "table", "verb", "verb_chain")

    def __init__(self, chain: list[SymbolTable], verb_chain: list[SymbolTable]) -> None:
        self.table = SymbolTable()
        self.general = _NOTHING_HIDDEN
        self.verb = _NOTHING_HIDDEN
        self.chain = [self.table, *chain]
        self.verb_chain = [self.table, *verb_chain]


class SymbolSpace:
    """All symbols of one interpreter. `locals` is the current level's table."""

    def __init__(self) -> None:
        self.globals = SymbolTable()
        self.names: dict[str, int] = dict.fromkeys(PARAMETERS, 1)
        self.shadow = 0
        self._levels = [_Level([self.globals], [self.globals])]
        self._use(self._levels[0])

    # -- levels ---------------------------------------------------------------------------------------------------------------------

    def push(self, parameters: list[str]) -> SymbolTable:
        """Enter a command level with its P1 to P8; those that are not given are empty."""
        level = _Level(self._chain, self._verb_chain)
        self._levels.append(level)
        self._use(level)
        level.table.values = _EMPTY.copy()
        if parameters:
            level.table.values.update(zip(PARAMETERS, parameters, strict=False))
        return level.table

    def pop(self) -> None:
        """Leave a command level: its symbols and its scope are gone."""
        table = self._levels.pop().table
        for full in table.values:
            if full not in PARAMETERS or table.abbreviations:
                self._forget(table, full)
        self._use(self._levels[-1])

    def set_scope(self, *, verb: bool, general: bool, hide_locals: bool | None, hide_globals: bool | None) -> None:
        """SET SYMBOL/SCOPE at the current level; None leaves a part as it is."""
        level = self._levels[-1]
        if verb:
            level.verb = level.verb.changed(hide_locals, hide_globals)
        if general:
            level.general = level.general.changed(hide_locals, hide_globals)
        level.chain = self._build(verb=False)
        level.verb_chain = self._build(verb=True)
        self._use(level)

    def scope(self, *, verb: bool = False) -> SymbolScope:
        """The scope in effect: an inner level inherits what outer ones hide."""
        scopes = [level.verb if verb else level.general for level in self._levels]
        return SymbolScope(scopes[-1].locals_hidden, any(s.globals_hidden for s in scopes))

    def _use(self, level: _Level) -> None:
        self.locals = level.table
        self._chain = level.chain
        self._verb_chain = level.verb_chain

    def _build(self, *, verb: bool) -> list[SymbolTable]:
        chain: list[SymbolTable] = []
        for level in reversed(self._levels):
            chain.append(level.table)
            if (level.verb if verb else level.general).locals_hidden:
                break
        if not self.scope(verb=verb).globals_hidden:
            chain.append(self.globals)
        return chain

    # -- values ---------------------------------------------------------------------------------------------------------------------

    def get(self, name: str) -> Value | None:
        """The value of a symbol as seen from the current level."""
        return _search(self._chain, name)

    def get_verb(self, word: str) -> Value | None:
        """The value of a symbol that stands where a verb is expected."""
        return _search(self._verb_chain, word) if word in self.names else None

    def locate(self, name: str) -> tuple[SymbolTable, str] | None:
        """The table and the full name that `name` refers to."""
        for table in self._chain:
            full = table.find(name)
            if full is not None:
                return table, full
        return None

    def define(self, name: str, value: Value, *, global_: bool = False) -> None:
        """Define a symbol; `name` is upper case and may hold one `*`. Errors: CLI.SYMLNG, CLI.ABSYMD, CLI.GBLNDF."""
        if global_ and self.globals not in self._chain:
            raise CLI.GBLNDF.error()
        if global_ and name in STATUS_NAMES:
            return  # fidelity: inferred; the success of the assignment is in the symbol right afterwards
        table = self.globals if global_ else self.locals
        least: int | None = None
        if "*" in name:
            least = name.index("*")
            name = name.replace("*", "", 1)
        if len(name) > NAME_LIMIT:
            raise CLI.SYMLNG.error()
        table.check_conflict(name, least)
        known = name in table.values
        if known and least is not None and table.minimum.get(name) != least:
            self._forget(table, name)
            known = False
        table.values[name] = value
        if not known:
            self._enter(table, name, least)

    def define_parameters(self, parameters: Sequence[str]) -> None:
        """P1 to P8 of the current level; those that are not given are empty. Errors: CLI.ABSYMD."""
        values = _EMPTY | dict(zip(PARAMETERS, parameters, strict=False))
        if not self.locals.abbreviations:  # nothing to conflict with, and their spellings are not counted
            self.locals.values.update(values)
            return
        for name, value in values.items():
            self.define(name, value)

    def delete(self, name: str, *, global_: bool = False) -> str:
        """Delete a symbol of the current level or a global one; returns its full name. Errors: CLI.UNDSYM, CLI.PERMSYM."""
        table = self.globals if global_ else self.locals
        if name in PERMANENT:
            raise CLI.PERMSYM.error()
        full = table.find(name)
        if full is None:
            raise CLI.UNDSYM.error()
        self._forget(table, full)
        del table.values[full]
        table.minimum.pop(full, None)
        return full

    def delete_all(self, *, global_: bool = False) -> list[str]:
        """Delete every symbol of the current level, or every global one; returns their names."""
        table = self.globals if global_ else self.locals
        return [self.delete(name, global_=global_) for name in sorted(table.values) if name not in PERMANENT]

    def all_visible(self) -> Iterator[tuple[str, Value, bool]]:
        """Each symbol visible from the current level once: name (with its `*`), value, whether global."""
        seen: set[str] = set()
        for table in self._chain:
            for full, value in table.values.items():
                if full not in seen:
                    seen.add(full)
                    yield table.shown_name(full), value, table is self.globals

    # -- the count of spellings --------------------------------------------------------------------------------------------------------

    def _enter(self, table: SymbolTable, full: str, least: int | None) -> None:
        if least is not None:
            table.minimum[full] = least
        for spelling in table.spellings(full):
            if least is not None:
                table.abbreviations[spelling] = full
            if spelling not in PARAMETERS:
                self.names[spelling] = self.names.get(spelling, 0) + 1
            if spelling in CONTROL_WORDS:
                self.shadow += 1

    def _forget(self, table: SymbolTable, full: str) -> None:
        for spelling in table.spellings(full):
            table.abbreviations.pop(spelling, None)
            if spelling in PARAMETERS:
                continue
            count = self.names.get(spelling, 0) - 1
            if count > 0:
                self.names[spelling] = count
            else:
                self.names.pop(spelling, None)
            if spelling in CONTROL_WORDS:
                self.shadow -= 1


def _search(chain: list[SymbolTable], name: str) -> Value | None:
    for table in chain:
        value = table.values.get(name)
        if value is not None:
            return value
        if table.abbreviations:
            full = table.abbreviations.get(name)
            if full is not None:
                return table.values[full]
    return None
