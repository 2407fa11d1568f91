"""RECALL/INPUT and RECALL/OUTPUT: the recall buffer as a file, one command in each record, the oldest first.

Source: DCL Dictionary, RECALL. fidelity: the order of the records is inferred.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmsemu.base.condition import VmsError
from vmsemu.dcl.opening import full_specification
from vmsemu.dcl.streams import VFC_PRINT, put_line
from vmsemu.tables.command import ParsedCommand
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

_DEFAULT = ".LIS"


def exchange_history(dcl: Interpreter, command: ParsedCommand) -> None:
    """Write the buffer, then read commands into it. Errors: CLI.OPENOUT, CLI.OPENIN, with the RMS condition below."""
    from vmsemu.dcl.interpreter import RECALL_LIMIT

    files = dcl.process.files
    if command.present("OUTPUT"):
        spec = command.value("OUTPUT") or ""
        try:
            file = files.create(spec, default=_DEFAULT, attributes=VFC_PRINT)
        except VmsError as error:
            raise CLI.OPENOUT.error(full_specification(dcl, spec, _DEFAULT), cause=error) from None
        for line in dcl.history:
            put_line(file, line)
        file.close()
    if command.present("INPUT"):
        spec = command.value("INPUT") or ""
        try:
            file = files.open(spec, default=_DEFAULT)
        except VmsError as error:
            raise CLI.OPENIN.error(full_specification(dcl, spec, _DEFAULT), cause=error) from None
        dcl.history.extend(file.lines())
        file.close()
        del dcl.history[:-RECALL_LIMIT]
