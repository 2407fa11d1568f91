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
    """Who waits for the terminal of his job (a part of the system)."""

    def __init__(self) -> None:
        self.waiting: dict[Process, EventFlag] = {}

    async def wait(self, process: Process) -> None:
        """Give the terminal away until somebody attaches back or a child that had it ends."""
        flag = self.waiting[process] = EventFlag(process.system.kernel)
        try:
            await flag.wait()
        finally:
            self.waiting.pop(process, None)

    def release(self, process: Process) -> None:
        """Give the terminal to `process`, if it waits for it."""
        flag = self.waiting.get(process)
        if flag is not None:
            flag.set()


def terminal_sharing(dcl: Interpreter) -> TerminalSharing:
    if TerminalSharing not in dcl.system.parts:
        dcl.system.add_part(TerminalSharing())
    return dcl.system.part(TerminalSharing)


def own_terminal(process: Process) -> None:
    """Ctrl/Y at the terminal goes to this process from now on."""
    if hasattr(process.input, "owner"):
        process.input.owner = process


@routine("ATTACH")
def attach(dcl: Interpreter, command: ParsedCommand) -> Any:
    """ATTACH process: give it the terminal. Errors: CLI.REFUSED, SS.NONEXPR."""
    refuse_captive(dcl.process, CLI.CAPTSPAWN)
    target = target_process(dcl, command)
    if target not in terminal_sharing(dcl).waiting or target.root is not dcl.process.root:
        raise CLI.REFUSED.error()
    return _attached(dcl, target)


async def _attached(dcl: Interpreter, target: Process) -> None:
    sharing = terminal_sharing(dcl)
    own_terminal(target)
    sharing.release(target)
    await sharing.wait(dcl.process)
    own_terminal(dcl.process)
    if dcl.is_interactive:
        dcl.put_message(CLI.RETURNED(dcl.process.name))
