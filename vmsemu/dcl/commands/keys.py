"""DEFINE/KEY, DELETE/KEY, SET KEY, SHOW KEY.

The definitions are a KeyTable (terminal/keypad.py, imported where a key is meant) in the interpreter's command line, where the terminal
finds them. Source: DCL Dictionary; DCL reference 8.3.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vmsemu.base.condition import VmsError
from vmsemu.dcl.command import routine
from vmsemu.dcl.errors import at_segment
from vmsemu.dcl.refusals import happens_anyway
from vmsemu.tables.command import ParsedCommand
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter
    from vmsemu.terminal.keypad import KeyDefinition, KeyTable

_STATE = re.compile(r"[A-Z0-9_$]{1,39}\Z")


def _keys(dcl: Interpreter) -> KeyTable:
    """The process's key table, made at first use."""
    from vmsemu.terminal.keypad import KeyTable

    if dcl.command_line.keys is None:
        dcl.command_line.keys = KeyTable()
    table: KeyTable = dcl.command_line.keys
    return table


def _key_name(dcl: Interpreter, text: str) -> str:
    """The key, a synonym converted with a message. Errors: CLI.IVKEYNAM."""
    from vmsemu.terminal.keypad import definable_key

    word = text.upper()
    name = definable_key(word)
    if name is None:
        raise at_segment(CLI.IVKEYNAM, word)
    if name != word:
        dcl.put_message(CLI.KEYCNV(word, name))
    return name


def _state_name(text: str) -> str:
    """A state. Errors: CLI.IVVALU. fidelity: the condition for a bad name of a state is inferred."""
    word = text.upper()
    if not _STATE.match(word):
        raise at_segment(CLI.IVVALU, word)
    return word


def _states(dcl: Interpreter, command: ParsedCommand, qualifier: str) -> list[str]:
    return [_state_name(s) for s in command.values(qualifier)] or [_keys(dcl).locked_state]


@routine("DEFINE_KEY")
def define_key(dcl: Interpreter, command: ParsedCommand) -> None:
    """DEFINE/KEY key text. Errors: CLI.CONFLICT for /NOECHO without /TERMINATE, /LOCK_STATE without /SET_STATE, /SET_STATE with /TERMINATE."""
    from vmsemu.terminal.keypad import KeyDefinition

    name = _key_name(dcl, command.value("P1") or "")
    set_state = command.value("SET_STATE") if command.present("SET_STATE") else None
    definition = KeyDefinition(
        text=command.value("P2") or "",
        terminate=command.present("TERMINATE"),
        echo=not command.negated("ECHO"),
        erase=command.present("ERASE"),
        set_state=_state_name(set_state) if set_state is not None else "",
        lock_state=command.present("LOCK_STATE"),
    )
    _check(definition)
    for state in _states(dcl, command, "IF_STATE"):
        _keys(dcl).definitions[state, name] = definition
        if not command.negated("LOG"):
            dcl.put_message(CLI.DEFKEY(state, name))


def _check(definition: KeyDefinition) -> None:
    """Errors: CLI.CONFLICT with the qualifier that does not go with the others."""
    if not definition.echo and not definition.terminate:
        raise at_segment(CLI.CONFLICT, "NOECHO")
    if definition.lock_state and not definition.set_state:
        raise at_segment(CLI.CONFLICT, "LOCK_STATE")
    if definition.set_state and definition.terminate:
        raise at_segment(CLI.CONFLICT, "SET_STATE")


@routine("DELETE_KEY")
def delete_key(dcl: Interpreter, command: ParsedCommand) -> None:
    """DELETE/KEY key or /ALL. Errors: CLI.UNDKEY."""
    table = _keys(dcl)
    everything = command.present("ALL")
    name = "" if everything else _key_name(dcl, command.value("P1") or "")
    failures: list[VmsError] = []
    for state in _states(dcl, command, "STATE"):
        for key in table.keys_in(state) if everything else [name]:
            if table.definitions.pop((state, key), None) is None:
                failures.append(CLI.UNDKEY.error(state, key))
            elif not command.negated("LOG"):
                dcl.put_message(CLI.DELKEY(state, key))
    _report(dcl, failures)


def _report(dcl: Interpreter, failures: list[VmsError]) -> None:
    """Display all failures; the last is that of the command."""
    for failure in failures[:-1]:
        dcl.put_message(failure.message)
    if failures:
        raise failures[-1]


@routine("SET_KEY")
def set_key(dcl: Interpreter, command: ParsedCommand) -> None:
    """SET KEY/[NO]STATE[=state]: without a state, DEFAULT. /NOSTATE leaves it."""
    if command.negated("STATE"):
        return
    state = _state_name(command.value("STATE") or "DEFAULT")
    _keys(dcl).set_state(state)
    if not command.negated("LOG"):
        dcl.put_message(CLI.SETKEY(state))


@routine("SHOW_KEY")
def show_key(dcl: Interpreter, command: ParsedCommand) -> None:
    """SHOW KEY key or /ALL, /DIRECTORY. Errors: CLI.UNDKEY. fidelity: the layout is that of the DCL Dictionary as recalled."""
    happens_anyway(command, "BRIEF")
    table = _keys(dcl)
    if command.present("DIRECTORY"):
        for state in table.states():
            dcl.output.write(state)
        return
    word = None if command.present("ALL") else command.value("P2")
    if word is None and not command.present("ALL"):
        raise CLI.INSFPRM.error()
    name = "" if word is None else _key_name(dcl, word)
    failures: list[VmsError] = []
    for state in _shown_states(dcl, command):
        found = [key for key in table.keys_in(state) if not name or key == name]
        if found:
            dcl.output.write(f"{state} keypad definitions:")
        elif name:
            failures.append(CLI.UNDKEY.error(state, name))
        for key in found:
            dcl.output.write(_shown(key, table.definitions[state, key], full=command.present("FULL")))
    _report(dcl, failures)


def _shown_states(dcl: Interpreter, command: ParsedCommand) -> list[str]:
    """The states of /STATE, else the present one; for /ALL without a state every one."""
    if command.present("ALL") and not command.values("STATE"):
        return _keys(dcl).states()
    return _states(dcl, command, "STATE")


def _shown(key: str, definition: KeyDefinition, *, full: bool) -> str:
    text = f'  {key} = "{definition.text}"'
    if not full:
        return text
    settings = {"echo": definition.echo, "terminate": definition.terminate, "erase": definition.erase, "lock": definition.lock_state}
    words = [("" if on else "no") + word for word, on in settings.items()]
    if definition.set_state:
        words.append(f"state={definition.set_state}")
    return f"{text} ({','.join(words)})"
