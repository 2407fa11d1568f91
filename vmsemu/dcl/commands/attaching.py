"""ATTACH, and the terminal that the processes of a job share.

A job's terminal belongs to one process at a time; the others that could take it wait, each on an event flag kept in `TerminalSharing`.
Source: DCL Dictionary; DCL reference 3.14.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vmsemu.dcl.accounts import refuse_captive
from vmsemu.dcl.command import routine
from vmsemu.dcl.commands.process import target_process
from vmsemu.kernel.event import EventFlag
from vmsemu.services.process import Process
from vmsemu.tables.command import ParsedCommand
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter


class TerminalSharing:
    """Who has the terminal of each job, and who waits for it (a part of the system)."""

    def __init__(self) -> None:
        self.waiting: dict[Process, EventFlag] = {}
        self._holders: dict[Process, Process] = {}

    def give(self, process: Process) -> None:
        """The terminal is this process's from now on, Ctrl/Y included; it goes on if it waited. When it ends, an ancestor gets the terminal."""
        self._holders[process.root] = process
        if hasattr(process.input, "owner"):
            process.input.owner = process
        flag = self.waiting.get(process)
        if flag is not None:
            flag.set()

    async def lend(self, process: Process, to: Process) -> None:
        """`process` gives the terminal to another and waits until it has it back."""
        self.give(to)
        await self.wait(process)

    async def wait(self, process: Process) -> None:
        """Wait until the terminal is given to the process."""
        flag = self.waiting[process] = EventFlag(process.system.kernel)
        try:
            await flag.wait()
        finally:
            self.waiting.pop(process, None)

    def ended(self, process: Process) -> None:
        """A process of the job ends: if it had the terminal, its nearest ancestor that waits gets it."""
        if self._holders.get(process.root) is not process:
            return
        del self._holders[process.root]
        parent = process.parent
        while parent is not None and parent not in self.waiting:
            parent = parent.parent
        if parent is not None:
            self.give(parent)


def terminal_sharing(dcl: Interpreter) -> TerminalSharing:
    if TerminalSharing not in dcl.system.parts:
        dcl.system.add_part(TerminalSharing())
    return dcl.system.part(TerminalSharing)


@routine("ATTACH")
def attach(dcl: Interpreter, command: ParsedCommand) -> Any:
    """ATTACH process: give it the terminal. Errors: CLI.REFUSED, SS.NONEXPR; CLI.INSFPRM when none is named (fidelity: inferred)."""
    refuse_captive(dcl.process, CLI.CAPTSPAWN)
    if command.value("P1") is None and not command.present("IDENTIFICATION"):
        raise CLI.INSFPRM.error()
    target = target_process(dcl, command)
    if target not in terminal_sharing(dcl).waiting or target.root is not dcl.process.root:
        raise CLI.REFUSED.error()
    return _attached(dcl, target)


async def _attached(dcl: Interpreter, target: Process) -> None:
    await terminal_sharing(dcl).lend(dcl.process, target)
    if dcl.is_interactive:
        dcl.put_message(CLI.RETURNED(dcl.process.name))
