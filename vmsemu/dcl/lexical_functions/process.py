"""F$GETJPI, F$PROCESS.

Source: DCL Dictionary; DCL reference 4.2, 4.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmsemu.dcl.errors import at_segment
from vmsemu.dcl.lexical_functions.registry import lexical
from vmsemu.dcl.values import Value, wrap
from vmsemu.services.process import Process
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter


@lexical
def f_process(dcl: Interpreter) -> str:
    """The name of the process."""
    return dcl.process.name


def process_of(dcl: Interpreter, pid: str) -> Process:
    """The process that a PID names; the current one for an empty text. Errors: SS.NONEXPR, CLI.IVCHAR."""
    text = pid.strip()
    if not text:
        return dcl.process
    try:
        number = int(text, 16)
    except ValueError:
        raise at_segment(CLI.IVCHAR, text.upper()) from None
    return dcl.system.processes.by_pid(number) if number else dcl.process


@lexical
def f_getjpi(dcl: Interpreter, pid: str, item: str) -> Value:
    """One fact about a process. Errors: CLI.IVKEYW, CLI.IVCHAR; SS.NONEXPR; SS.NOPRIV for what the requester may not see."""
    from vmsemu.services.getjpi import find_jpi_item, getjpi

    name = item.strip().upper()
    if find_jpi_item(name) is None:
        raise at_segment(CLI.IVKEYW, name)
    value = getjpi(process_of(dcl, pid), name, dcl.process)
    return wrap(value) if isinstance(value, int) else value


