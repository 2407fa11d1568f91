"""F$CONTEXT, F$PID: going through the processes of the node.

A context is kept by the interpreter; the context symbol holds its address, a text of eight digits.
Source: DCL Dictionary; DCL reference 4.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import VmsError
from vmsemu.base.wildcard import match
from vmsemu.dcl.errors import at_segment
from vmsemu.dcl.lexical_functions.registry import SymbolName, lexical
from vmsemu.dcl.values import Value, number_in, to_string
from vmsemu.services.creprc import check_control
from vmsemu.services.getjpi import getjpi
from vmsemu.services.process import Process
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

_SELECTIONS = frozenset((
    "ACCOUNT", "AUTHPRI", "CURPRIV", "GRP", "HW_MODEL", "HW_NAME", "JOBPRCCNT", "JOBTYPE", "MASTER_PID", "MEM", "MODE", "NODE_CSID",
    "NODENAME", "OWNER", "PRCCNT", "PRCNAM", "PRI", "PRIB", "STATE", "STS", "TERMINAL", "UIC", "USERNAME",
))  # fmt: skip
_QUALIFIERS = frozenset(("EQL", "NEQ", "GEQ", "GTR", "LEQ", "LSS", "ALL", "ANY"))
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "GEQ": lambda a, b: a >= b,
    "GTR": lambda a, b: a > b,
    "LEQ": lambda a, b: a <= b,
    "LSS": lambda a, b: a < b,
}


@dataclass
class ProcessContext:
    """What F$CONTEXT selected, and how far F$PID has come."""

    selections: list[tuple[str, str, str]] = field(default_factory=list)
    processes: Iterator[Process] | None = None
    finished: bool = False

    @property
    def kind(self) -> str:
        return "" if self.finished else "PROCESS_CONTEXT"

    def selects(self, dcl: Interpreter, process: Process) -> bool:
        try:
            check_control(process, dcl.process)
        except VmsError:
            return False
        return all(_matches(dcl, process, *selection) for selection in self.selections)


def _matches(dcl: Interpreter, process: Process, item: str, wanted: str, qualifier: str) -> bool:
    if item in ("HW_MODEL", "HW_NAME"):
        profile = dcl.system.profile
        have: Value = profile.hw_model if item == "HW_MODEL" else profile.hw_name
    else:
        have = getjpi(process, item)
    if qualifier in _COMPARE:
        return _COMPARE[qualifier](_number(have), _number(wanted))
    words = [w.strip() for w in wanted.upper().split(",")]
    text = to_string(have).strip().upper()
    if qualifier in ("ALL", "ANY"):
        held = {w.strip() for w in text.split(",")}
        return (all if qualifier == "ALL" else any)(w in held for w in words)
    number = number_in(wanted)
    if isinstance(have, int) and number is not None:
        hit = have == number
    else:
        hit = any(match(w, text) for w in words)
    return hit != (qualifier == "NEQ")


def _number(value: Value) -> int:
    if isinstance(value, int):
        return value
    number = number_in(value)
    return number if number is not None else 0


def _context(dcl: Interpreter, symbol: str) -> ProcessContext | None:
    """The context of a symbol; None when the symbol is undefined, null, or its context has ended. Errors: CLI.NOTCTX."""
    value = dcl.find_symbol(symbol)
    if value is None or value == "":
        return None
    found = dcl.contexts.get(to_string(value))
    if found is None:
        raise CLI.NOTCTX.error()
    if not isinstance(found, ProcessContext):
        raise CLI.INVCTXTYP.error()
    return None if found.finished else found


def _new_context(dcl: Interpreter, symbol: str) -> ProcessContext:
    context = ProcessContext()
    address = f"{0x7AE60000 + 0x40 * (len(dcl.contexts) + 1):08X}"
    dcl.contexts[address] = context
    dcl.symbols.define(symbol, address)
    return context


@lexical
def f_context(dcl: Interpreter, type: str, symbol: SymbolName, item: str, value: Value = "", qualifier: str = "EQL") -> str:
    """Build the selection that F$PID uses."""
    if type.strip().upper() != "PROCESS":
        raise at_segment(CLI.IVKEYW, type.strip().upper())
    name, how = item.strip().upper(), qualifier.strip().upper() or "EQL"
    context = _context(dcl, symbol)
    if name == "CANCEL":
        if context is not None:
            context.finished = True
        return ""
    if name not in _SELECTIONS:
        raise at_segment(CLI.IVKEYW, name)
    if how not in _QUALIFIERS:
        raise at_segment(CLI.IVKEYW, how)
    if context is None:
        context = _new_context(dcl, symbol)
    if context.processes is not None:
        raise CLI.FRZNCTX.error()
    context.selections.append((name, to_string(value), how))
    return ""


@lexical
def f_pid(dcl: Interpreter, symbol: SymbolName) -> str:
    """The next process identification; nothing after the last."""
    context = _context(dcl, symbol)
    if context is None:
        context = _new_context(dcl, symbol)
    if context.processes is None:
        context.processes = iter(dcl.system.processes)
    for process in context.processes:
        if context.selects(dcl, process):
            return f"{process.pid:08X}"
    context.finished = True
    return ""
