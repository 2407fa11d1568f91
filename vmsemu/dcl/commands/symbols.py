"""DELETE/SYMBOL, SET SYMBOL, SHOW SYMBOL.

Source: DCL Dictionary; DCL reference 2.1, 2.6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmsemu.base.wildcard import is_wild, match
from vmsemu.dcl.command import routine
from vmsemu.dcl.lines import upcase
from vmsemu.dcl.refusals import happens_anyway
from vmsemu.dcl.symbols import PERMANENT, STATUS_NAMES, SymbolTable
from vmsemu.dcl.values import Value
from vmsemu.tables.command import ParsedCommand
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter


def symbol_line(name: str, value: Value, *, global_: bool) -> str:
    """One line of SHOW SYMBOL."""
    sign = "==" if global_ else "="
    if isinstance(value, str):
        return f'  {name} {sign} "{value}"'
    return f"  {name} {sign} {value}   Hex = {value & 0xFFFFFFFF:08X}  Octal = {value & 0xFFFFFFFF:011o}"


@routine("SHOW_SYMBOL", keeps_status=True)
def show_symbol(dcl: Interpreter, command: ParsedCommand) -> None:
    """SHOW SYMBOL name: the current level's, an outer level's or the global one. Errors: CLI.UNDSYM, without a segment."""
    happens_anyway(command, "FULL", "LOG")  # values are never cut short
    pattern = upcase(command.value("P2") or "*")
    all_ = command.present("ALL")
    tables: list[tuple[SymbolTable, bool]] = []
    if not command.present("GLOBAL"):
        tables.append((dcl.symbols.locals, False))
    if command.present("GLOBAL") or (not command.present("LOCAL") and not all_):
        tables.append((dcl.symbols.globals, True))
    if not all_ and not is_wild(pattern):
        _show_one(dcl, command, pattern)
        return
    shown = 0
    for table, global_ in tables:
        for name in sorted(table.values):
            if match(pattern, name):
                dcl.output.write(symbol_line(table.shown_name(name), table.values[name], global_=global_))
                shown += 1
    if any(global_ for _, global_ in tables):
        for name in STATUS_NAMES:
            if match(pattern, name):
                dcl.output.write(symbol_line(name, dcl.status_symbol(name) or "", global_=True))
                shown += 1
    if not shown and not all_:
        raise CLI.UNDSYM.error()


def _show_one(dcl: Interpreter, command: ParsedCommand, name: str) -> None:
    found = dcl.symbols.locate(name)
    if command.present("LOCAL") or command.present("GLOBAL"):
        table = dcl.symbols.globals if command.present("GLOBAL") else dcl.symbols.locals
        full = table.find(name)
        found = (table, full) if full is not None else None
    if found is not None:
        table, full = found
        dcl.output.write(symbol_line(table.shown_name(full), table.values[full], global_=table is dcl.symbols.globals))
        return
    if name in STATUS_NAMES and not command.present("LOCAL"):
        dcl.output.write(symbol_line(name, dcl.status_symbol(name) or "", global_=True))
        return
    raise CLI.UNDSYM.error()


@routine("DELETE_SYMBOL")
def delete_symbol(dcl: Interpreter, command: ParsedCommand) -> None:
    """DELETE/SYMBOL name. Errors: CLI.UNDSYM, CLI.PERMSYM."""
    global_ = command.present("GLOBAL")
    kind = "GLOBAL" if global_ else "LOCAL"
    if command.present("ALL"):
        deleted = dcl.symbols.delete_all(global_=global_)
    else:
        name = upcase(command.value("P1") or "")
        if name in PERMANENT:
            raise CLI.PERMSYM.error()
        deleted = [dcl.symbols.delete(name, global_=global_)]
    if command.present("LOG"):
        for name in deleted:
            dcl.put_message(CLI.DELSYM(kind, name))


@routine("SET_SYMBOL", keeps_status=True)
def set_symbol(dcl: Interpreter, command: ParsedCommand) -> None:
    """SET SYMBOL/SCOPE=(...)."""
    hide_locals: bool | None = None
    hide_globals: bool | None = None
    for word in command.values("SCOPE"):
        if word.endswith("LOCAL"):
            hide_locals = word.startswith("NO")
        else:
            hide_globals = word.startswith("NO")
    happens_anyway(command, "ALL")
    verb, general = command.present("VERB"), command.present("GENERAL")
    both = verb == general
    dcl.symbols.set_scope(verb=verb or both, general=general or both, hide_locals=hide_locals, hide_globals=hide_globals)
