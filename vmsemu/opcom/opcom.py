"""OPCOM: messages for operators, shown on the terminals enabled as operators and kept in SYS$MANAGER:OPERATOR.LOG.

Left out: REQUEST with a reply, and the audit server's own blocks. The log is opened by the process OPCOM at the first message; while there is no such
process nothing is logged. A log that can not be written does not stop anybody.

Source: System Manager's Manual, "Using OPCOM"; blocks as seen on V7.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vmsemu.base.condition import VmsError
from vmsemu.base.time import VmsTime
from vmsemu.files.control import Share
from vmsemu.services.brkthru import BroadcastClass, broadcast_to_terminal
from vmsemu.services.cluster import members

if TYPE_CHECKING:
    from vmsemu.services.process import Process
    from vmsemu.services.rms import RecordFile
    from vmsemu.services.system import System

LOG_FILE = "SYS$MANAGER:OPERATOR.LOG"
PROCESS_NAME = "OPCOM"
CLASSES = (
    "CENTRAL", "PRINTER", "TAPES", "DISKS", "DEVICES", "CARDS", "NETWORK", "CLUSTER", "SECURITY", "LICENSE",
    *(f"OPER{n}" for n in range(1, 13)),
)  # fmt: skip
_BANNER = "%%%%%%%%%%%"
_WIDTH = 80


@dataclass(slots=True)
class Operator:
    """A terminal that receives operator messages, and the classes it wants."""

    terminal: str
    username: str
    classes: frozenset[str]


class OperatorCommunication:
    """The part of a node that knows its operators and writes the operator log."""

    def __init__(self, system: System) -> None:
        self._system = system
        self.operators: dict[str, Operator] = {}
        self.logging = True
        self._log: RecordFile | None = None
        self._writer: Process | None = None

    # -- operators ----------------------------------------------------------------------------------------------------------------------

    def enable(self, terminal: str, username: str, classes: Iterable[str] = CLASSES) -> None:
        """REPLY/ENABLE: the terminal becomes an operator for these classes, besides those it has."""
        operator = self.operators.get(terminal)
        if operator is None:
            operator = self.operators[terminal] = Operator(terminal, username, frozenset())
            self.block([f"Operator {self._device(terminal)} has been enabled, username {username}"])
        operator.classes = operator.classes | frozenset(classes)
        self.block(self.status_lines(operator), to=terminal)

    def disable(self, terminal: str, username: str, classes: Iterable[str] = CLASSES) -> None:
        """REPLY/DISABLE: fewer classes; without any the terminal is no operator any more."""
        operator = self.operators.get(terminal)
        if operator is None:
            return
        operator.classes = operator.classes - frozenset(classes)
        if operator.classes:
            self.block(self.status_lines(operator), to=terminal)
        else:
            self.block([f"Operator {self._device(terminal)} has been disabled, username {username}"])
            del self.operators[terminal]

    def status_lines(self, operator: Operator) -> list[str]:
        """`Operator status for operator ...` and the classes, wrapped."""
        lines, line = [f"Operator status for operator {self._device(operator.terminal)}"], ""
        words = [c for c in CLASSES if c in operator.classes]
        for at, word in enumerate(words):
            piece = word + ("," if at < len(words) - 1 else "")
            if line and len(line) + 1 + len(piece) > _WIDTH:
                lines.append(line)
                line = piece
            else:
                line = f"{line} {piece}" if line else piece
        return [*lines, line] if line else lines

    def _device(self, terminal: str) -> str:
        return f"_{self._system.node_name}${terminal.lstrip('_')}"

    # -- messages -----------------------------------------------------------------------------------------------------------------------

    def message(self, username: str, lines: Sequence[str], kind: str = "CENTRAL") -> None:
        """A message from a user or a component, to the operators of a class and the log."""
        self.block([f"Message from user {username} on {self._system.node_name}", *lines], kind=kind)

    def block(self, lines: Sequence[str], *, kind: str | None = None, to: str | None = None) -> None:
        """One OPCOM block: the banner with the time, and the lines. Operators of the whole cluster see it, unless it is for one terminal."""
        self._deliver([banner(self._system.now), *lines], kind, to)
        for member in members(self._system) if to is None else ():
            there: OperatorCommunication | None = member.parts.get(OperatorCommunication)
            if there is not None and there is not self:
                there._deliver([banner(self._system.now, self._system.node_name), *lines], kind, None)

    def _deliver(self, text: Sequence[str], kind: str | None, to: str | None) -> None:
        self._write_log(text)
        self._show(text, kind, to)

    def _show(self, text: Sequence[str], kind: str | None, to: str | None) -> None:
        """The block on the terminals of the operators who want it."""
        for operator in list(self.operators.values()):
            if (to is None or operator.terminal == to) and (kind is None or kind in operator.classes):
                try:
                    broadcast_to_terminal(self._system, operator.terminal, [*text, ""], BroadcastClass.OPCOM)
                except VmsError:
                    del self.operators[operator.terminal]

    # -- the log ------------------------------------------------------------------------------------------------------------------------

    def new_log(self, terminal: str = "OPA0:") -> None:
        """REPLY/LOG: close the log and begin a new version. Errors: those of creating a file."""
        self.close_log()
        self.logging = True
        writer = self._system.processes.by_name(PROCESS_NAME)
        if writer is not None:
            self._log = writer.files.create(LOG_FILE, share=Share.READ)
            self._writer = writer
            name = f"{self._system.node_name}::{self._log.spec}"
            text = [banner(self._system.now), f"Logfile has been initialized by operator {self._device(terminal)}", f"Logfile is {name}"]
            self._put(text)
            self._show(text, None, None)

    def end_log(self, terminal: str) -> None:
        """REPLY/NOLOG: close the log; nothing is logged until REPLY/LOG."""
        if self._log is not None and not self._log.closed:
            name = f"{self._system.node_name}::{self._log.spec}"
            self.block([f"Logfile was closed by operator {self._device(terminal)}", f"Logfile was {name}"])
        self.close_log()
        self.logging = False

    def close_log(self) -> None:
        log, self._log = self._log, None
        if log is not None:
            log.close()

    def _write_log(self, lines: Sequence[str]) -> None:
        if not self.logging:
            return
        try:
            if self._log is None or self._log.closed:
                self.new_log()
            self._put(lines)
        except VmsError:
            self._log = None

    def _put(self, lines: Sequence[str]) -> None:
        if self._log is not None:
            for line in (*lines, ""):
                self._log.put(line.encode("latin-1", "replace"))
            self._log.flush()


def banner(now: VmsTime, node: str = "") -> str:
    """`%%%%%%%%%%%  OPCOM   4-JUN-2025 12:42:26.99  %%%%%%%%%%%`; a block from another member of the cluster says so."""
    origin = f"    (from node {node} at {now.to_text()})" if node else ""
    return f"{_BANNER}  OPCOM  {now.to_text()}  {_BANNER}{origin}"


def operator_message(system: System, username: str, lines: Sequence[str], kind: str = "CENTRAL") -> None:
    """Tell the operators, on a node that has OPCOM."""
    opcom: OperatorCommunication | None = system.parts.get(OperatorCommunication)
    if opcom is not None:
        opcom.message(username, lines, kind)
