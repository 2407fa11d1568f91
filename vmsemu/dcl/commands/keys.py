"""DEFINE/KEY, DELETE/KEY, SET KEY, SHOW KEY, RECALL.

The definitions are kept in `Interpreter.keys` by (state, key); the terminal front asks for them there.
Source: DCL Dictionary; DCL reference 8.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vmsemu.dcl.command import routine
from vmsemu.dcl.commands.history import exchange_history
from vmsemu.dcl.errors import at_segment
from vmsemu.dcl.lines import unquoted
from vmsemu.tables.command import ParsedCommand
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

_SYNONYMS = {"FIND": "E1", "INSERT_HERE": "E2", "REMOVE": "E3", "SELECT": "E4", "PREV_SCREEN": "E5", "NEXT_SCREEN": "E6", "HELP": "F15", "DO": "F16"}
_KEYS = frozenset((
    *(f"PF{n}" for n in range(1, 5)), *(f"KP{n}" for n in range(10)), "PERIOD", "COMMA", "MINUS", "ENTER", "LEFT", "RIGHT",
    *(f"E{n}" for n in range(1, 7)), *(f"F{n}" for n in range(6, 21)), "HELP", "DO",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeyDefinition:
    """What a key types."""

    text: str
    terminate: bool
    echo: bool
    erase: bool
    set_state: str
    lock_state: bool


def _key_name(dcl: Interpreter, text: str) -> str:
    """The key, synonyms converted with a message. Errors: CLI.IVKEYNAM."""
    name = text.upper()
    if name in _SYNONYMS and name not in ("HELP", "DO"):
        dcl.put_message(CLI.KEYCNV(name, _SYNONYMS[name]))
        name = _SYNONYMS[name]
    if name not in _KEYS:
        raise at_segment(CLI.IVKEYNAM, name)
    return name


@routine("DEFINE_KEY")
def define_key(dcl: Interpreter, command: ParsedCommand) -> None:
    """DEFINE/KEY key text."""
    name = _key_name(dcl, command.value("P1") or "")
    definition = KeyDefinition(
        text=command.value("P2") or "",
        terminate=command.present("TERMINATE"),
        echo=not command.negated("ECHO"),
        erase=command.present("ERASE"),
        set_state=(command.value("SET_STATE") or "").upper(),
        lock_state=command.present("LOCK_STATE"),
    )
    for state in command.values("IF_STATE") or [dcl.key_state]:
        dcl.keys[(state.upper(), name)] = definition
        if not command.negated("LOG"):
            dcl.put_message(CLI.DEFKEY(state.upper(), name))


@routine("DELETE_KEY")
def delete_key(dcl: Interpreter, command: ParsedCommand) -> None:
    """DELETE/KEY key or /ALL. Errors: CLI.UNDKEY."""
    for state in command.values("STATE") or [dcl.key_state]:
        if command.present("ALL"):
            names = sorted(key for where, key in dcl.keys if where == state.upper())
        else:
            names = [_key_name(dcl, command.value("P1") or "")]
        for name in names:
            if dcl.keys.pop((state.upper(), name), None) is None:
                raise CLI.UNDKEY.error(state.upper(), name)
            if not command.negated("LOG"):
                dcl.put_message(CLI.DELKEY(state.upper(), name))


@routine("SET_KEY")
def set_key(dcl: Interpreter, command: ParsedCommand) -> None:
    """SET KEY/STATE=state."""
    dcl.key_state = (command.value("STATE") or "DEFAULT").upper()
    if not command.negated("LOG"):
        dcl.put_message(CLI.SETKEY(dcl.key_state))


@routine("SHOW_KEY")
def show_key(dcl: Interpreter, command: ParsedCommand) -> None:
    """SHOW KEY key or /ALL. Errors: CLI.UNDKEY. fidelity: the layout is inferred."""
    name = (command.value("P2") or "").upper()
    for state in [s.upper() for s in command.values("STATE")] or [dcl.key_state]:
        found = sorted(key for where, key in dcl.keys if where == state and (command.present("ALL") or key == name))
        if not found and not command.present("ALL"):
            raise CLI.UNDKEY.error(state, name)
        dcl.output.write(f"{state} key state definitions:")
        for key in found:
            definition = dcl.keys[(state, key)]
            dcl.output.write(f'  {key} = "{definition.text}"')
            if command.present("FULL"):
                words = [("" if on else "no") + word for word, on in (("echo", definition.echo), ("terminate", definition.terminate))]
                dcl.output.write(f"    ({','.join(words)},{'lock' if definition.lock_state else 'nolock'})")


@routine("RECALL", keeps_status=True)
def recall(dcl: Interpreter, command: ParsedCommand) -> None:
    """RECALL n, RECALL text, RECALL/ALL, /ERASE, /INPUT, /OUTPUT. Errors: CLI.CMDNOTFND."""
    history = dcl.history
    if command.present("ERASE"):
        history.clear()
        return
    if command.present("INPUT") or command.present("OUTPUT"):
        exchange_history(dcl, command)
        return
    if command.present("ALL"):
        for number, line in enumerate(reversed(history), 1):
            dcl.output.write(f"{number:3d} {line}")
        return
    wanted = unquoted(command.value("P1") or "1")
    if wanted.isdigit():
        found = history[-int(wanted)] if 1 <= int(wanted) <= len(history) else None
    else:
        found = next((line for line in reversed(history) if line.lstrip("$ \t").upper().startswith(wanted.upper())), None)
    if found is None:
        raise CLI.CMDNOTFND.error()
    type_in = getattr(dcl.process.input, "keys", None)
    if type_in is not None:
        type_in(list(found))
