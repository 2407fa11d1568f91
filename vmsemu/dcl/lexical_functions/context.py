"""F$CONTEXT, F$CSID, F$PID: going through the processes of the node, and through the nodes.

A context is kept by the interpreter; the context symbol holds its address, a text of eight digits. After the last object, and after CANCEL, the
symbol is no context any more, and the next call with it begins anew.
Source: DCL Dictionary; DCL reference 4.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from vmsemu.base.condition import VmsError
from vmsemu.dcl.errors import at_segment
from vmsemu.dcl.lexical_functions.registry import SymbolName, lexical
from vmsemu.dcl.values import Value, to_string
from vmsemu.services.creprc import check_control
from vmsemu.services.process import Process
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter
    from vmsemu.dcl.lexical_functions.selection import Test

_FIRST_ADDRESS, _CONTEXT_SIZE = 0x7AE60040, 0x40


@dataclass
class ProcessContext:
    """What F$CONTEXT selected, and how far F$PID has come."""

    type = "PROCESS_CONTEXT"
    selections: list[Test] = field(default_factory=list)
    processes: Iterator[Process] | None = None
    finished: bool = False

    @property
    def kind(self) -> str:
        """What F$TYPE says of the symbol."""
        return "" if self.finished else self.type

    def selects(self, dcl: Interpreter, process: Process) -> bool:
        try:
            check_control(process, dcl.process)
        except VmsError:
            return False
        return all(test(process) for test in self.selections)


@dataclass
class NodeContext:
    """How far F$CSID has come."""

    type = "CLUSTER_SYSTEM_CONTEXT"
    nodes: Iterator[str]
    finished: bool = False

    @property
    def kind(self) -> str:
        return "" if self.finished else self.type


Context = TypeVar("Context", ProcessContext, NodeContext)


def _context(dcl: Interpreter, symbol: str, kind: type[Context]) -> Context | None:
    """The context of a symbol; None when the symbol is undefined, null, or its context has ended. Errors: CLI.NOTCTX, CLI.INVCTXTYP."""
    value = dcl.find_symbol(symbol)
    if value is None or value == "":
        return None
    found = dcl.contexts.get(to_string(value))
    if found is None:
        raise CLI.NOTCTX.error()
    if found.finished:
        return None
    if not isinstance(found, kind):
        raise CLI.INVCTXTYP.error()
    return found


def _keep(dcl: Interpreter, symbol: str, context: Context) -> Context:
    """Give the context an address, that of the one the symbol had before when it has ended, and the symbol that address."""
    address = to_string(dcl.find_symbol(symbol) or "")
    if address not in dcl.contexts:
        address = f"{_FIRST_ADDRESS + _CONTEXT_SIZE * len(dcl.contexts):08X}"
    dcl.contexts[address] = context
    dcl.symbols.define(symbol, address)
    return context


@lexical
def f_context(dcl: Interpreter, type: str, symbol: SymbolName, item: str, value: Value = "", qualifier: str = "EQL") -> str:
    """Build the selection that F$PID uses. Errors: CLI.IVKEYW; CLI.NOTCTX, CLI.INVCTXTYP; CLI.FRZNCTX after the first F$PID."""
    from vmsemu.dcl.lexical_functions.selection import selection

    if type.strip().upper() != "PROCESS":
        raise at_segment(CLI.IVKEYW, type.strip().upper())
    name = item.strip().upper()
    context = _context(dcl, symbol, ProcessContext)
    if name == "CANCEL":
        if context is not None:
            context.finished = True
        return ""
    test = selection(dcl, name, to_string(value), qualifier.strip().upper() or "EQL")
    if context is None:
        context = _keep(dcl, symbol, ProcessContext())
    if context.processes is not None:
        raise CLI.FRZNCTX.error()
    context.selections.append(test)
    return ""


@lexical
def f_pid(dcl: Interpreter, symbol: SymbolName) -> str:
    """The next process identification; nothing after the last. Without GROUP or WORLD only the own UIC's processes are seen."""
    context = _context(dcl, symbol, ProcessContext)
    if context is None:
        context = _keep(dcl, symbol, ProcessContext())
    if context.processes is None:
        context.processes = iter(dcl.system.processes)
    for process in context.processes:
        if not process.ended.done and context.selects(dcl, process):
            return f"{process.pid:08X}"
    context.finished = True
    return ""


@lexical
def f_csid(dcl: Interpreter, symbol: SymbolName) -> str:
    """The next cluster system identification, nothing after the last: a node outside a cluster sees itself, with the identification zero."""
    from vmsemu.services.cluster import members
    from vmsemu.services.getsyi import getsyi

    context = _context(dcl, symbol, NodeContext)
    if context is None:
        # fidelity: what a standalone node answers first is inferred from the wildcard rules of $GETSYI
        context = _keep(dcl, symbol, NodeContext(iter([str(getsyi(member, "NODE_CSID")) for member in members(dcl.system)])))
    found = next(context.nodes, None)
    if found is None:
        context.finished = True
        return ""
    return found
