"""RECALL: the commands typed at a terminal, seen again, typed again, kept in a file.

Source: DCL Dictionary, RECALL; DCL reference 8.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmsemu.base.condition import VmsError
from vmsemu.dcl.command import routine
from vmsemu.dcl.lines import unquoted
from vmsemu.dcl.opening import full_specification
from vmsemu.dcl.refusals import refuse_qualifiers
from vmsemu.tables.command import ParsedCommand
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

RECALL_LIMIT = 254
_DEFAULT = ".LIS"


@routine("RECALL", keeps_status=True)
def recall(dcl: Interpreter, command: ParsedCommand) -> None:
    """RECALL [n|text], RECALL/ALL [text], /ERASE, /INPUT=file, /OUTPUT=file. Errors: CLI.CMDNOTFND, CLI.OPENIN, CLI.OPENOUT."""
    refuse_qualifiers(command, "PAGE")
    if command.present("ERASE"):
        dcl.history.clear()
    elif command.present("INPUT"):
        _read(dcl, command.value("INPUT") or "")
    elif command.present("OUTPUT"):
        _write(dcl, command.value("OUTPUT") or "")
    elif command.present("ALL"):
        wanted = unquoted(command.value("P1") or "")
        for number, line in enumerate(reversed(dcl.history), 1):
            if _begins(line, wanted):
                dcl.output.write(f"{number:3d} {line}")
    else:
        _recall_one(dcl, unquoted(command.value("P1") or "1"))


def _recall_one(dcl: Interpreter, wanted: str) -> None:
    """Put one command into the line that is typed next."""
    history = dcl.history
    if wanted.isdecimal():
        found = history[-int(wanted)] if 1 <= int(wanted) <= len(history) else None
    else:
        found = next((line for line in reversed(history) if _begins(line, wanted)), None)
    if found is None:
        raise CLI.CMDNOTFND.error()
    dcl.command_line.recalled = found


def _begins(line: str, wanted: str) -> bool:
    return line.lstrip("$ \t").upper().startswith(wanted.upper())


def _read(dcl: Interpreter, spec: str) -> None:
    """/INPUT: the lines of a file, oldest first, take the place of what is kept. fidelity: the default file type is inferred."""
    try:
        with dcl.process.files.open(spec, default=_DEFAULT) as file:
            lines = [line for line in file.lines() if line.strip()]
    except VmsError as error:
        raise CLI.OPENIN.error(full_specification(dcl, spec, _DEFAULT), cause=error) from None
    dcl.history[:] = lines[-RECALL_LIMIT:]


def _write(dcl: Interpreter, spec: str) -> None:
    """/OUTPUT: the commands, oldest first."""
    try:
        with dcl.process.files.create(spec, default=_DEFAULT) as file:
            for line in dcl.history:
                file.put_text(line)
    except VmsError as error:
        raise CLI.OPENOUT.error(full_specification(dcl, spec, _DEFAULT), cause=error) from None
