"""SPAWN, ATTACH.

A job's terminal belongs to one process at a time; the others that could take it wait, each on an event flag kept in `TerminalSharing`.
Source: DCL Dictionary; DCL reference 3.14.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import ConditionValue, Message, VmsError
from vmsemu.dcl.accounts import refuse_captive
from vmsemu.dcl.command import routine
from vmsemu.dcl.commands.process import target_process
from vmsemu.dcl.errors import at_segment
from vmsemu.dcl.level import CommandLevel
from vmsemu.dcl.records import PERMANENT
from vmsemu.dcl.streams import FileInput
from vmsemu.kernel.event import EventFlag
from vmsemu.lnm.names import AccessMode
from vmsemu.services.creprc import create_process
from vmsemu.services.process import Process
from vmsemu.tables.command import ParsedCommand
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.errors import at_segment
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


def _sharing(dcl: Interpreter) -> TerminalSharing:
    if TerminalSharing not in dcl.system.parts:
        dcl.system.add_part(TerminalSharing())
    return dcl.system.part(TerminalSharing)


def own_terminal(process: Process) -> None:
    """Ctrl/Y at the terminal goes to this process from now on."""
    if hasattr(process.input, "owner"):
        process.input.owner = process


def _says(dcl: Interpreter, command: ParsedCommand, message: Message) -> None:
    """The messages of SPAWN are for people, or for those who ask for them."""
    if not command.negated("LOG") and (dcl.is_interactive or "LOG" in command.given):
        dcl.put_message(message)


@routine("SPAWN")
def spawn(dcl: Interpreter, command: ParsedCommand) -> Any:
    """SPAWN [command]. Errors: CLI.CAPTSPAWN, those of process creation."""
    refuse_captive(dcl.process, CLI.CAPTSPAWN)
    waits = not command.negated("WAIT")
    if command.present("NOTIFY"):
        raise CLI.NOTIFY.error() if waits else at_segment(CLI.IVQUAL, "NOTIFY")  # fidelity: its notice is not known, so it is refused
    if command.value("CLI") not in (None, "DCL") or command.present("TABLE"):
        raise CLI.NOSPAWN.error()
    child = _create(dcl, command)
    _says(dcl, command, CLI.SPAWNED(child.name))
    if not waits:
        return None
    if child.input is dcl.process.input:
        _says(dcl, command, CLI.ATTACHED(child.name))
    return _wait_for(dcl, command, child)


async def _wait_for(dcl: Interpreter, command: ParsedCommand, child: Process) -> ConditionValue | None:
    sharing, parent = _sharing(dcl), dcl.process
    ending: list[Process] = []

    def child_ends() -> None:
        ending.append(child)
        sharing.release(parent)

    child.rundown.append(child_ends)
    own_terminal(child)
    await sharing.wait(parent)
    own_terminal(parent)
    status = await child.ended.wait() if ending else None
    _says(dcl, command, CLI.RETURNED(parent.name))
    return status


def _create(dcl: Interpreter, command: ParsedCommand) -> Process:
    """Make the subprocess; it copies what it takes from us before it runs."""
    process = dcl.process
    line = command.value("P1")
    input_ = dcl.redirections.open_input(command.value("INPUT") or "") if command.present("INPUT") else process.input
    output = dcl.redirections.create(command.value("OUTPUT") or "", ".LIS") if command.present("OUTPUT") else None
    try:
        child = create_process(
            dcl.system, parent=process, name=(command.value("PROCESS") or "").upper(), input=input_, output=output or dcl.output,
            error=output or process.error, command=process.command, main=lambda child: _main(child, dcl, command, line),
        )  # fmt: skip
    except VmsError:
        if output is not None:
            output.close()
        raise
    if output is not None:
        child.rundown.append(output.close)
    if isinstance(input_, FileInput):
        child.rundown.append(input_.close)
    if not command.negated("LOGICAL_NAMES"):
        copy_names(process, child)
    return child


def copy_names(process: Process, child: Process) -> None:
    """Copy logical names to a subprocess, except those of its own open streams."""
    table = child.names.process_table
    own = {name: table.entries(name) for name in PERMANENT}
    process.names.copy_to(child.names)
    for name, entries in own.items():
        table.remove(name, AccessMode.KERNEL)
        for entry in entries:
            table.put(entry)


async def _main(child: Process, parent: Interpreter, command: ParsedCommand, line: str | None) -> ConditionValue:
    """The main line of a subprocess: one command, or commands from its input."""
    dcl = child_interpreter(child, parent, symbols=not command.negated("SYMBOLS"))
    prompt = command.value("PROMPT")
    if prompt is not None:
        dcl.prompt = prompt
    try:
        if line:
            await dcl.execute(line)
        if not dcl.ended and (not line or command.present("INPUT")):
            await dcl.run_interactive()
            if not line and child.input.is_terminal:
                dcl.output.write(f"  Process {child.name} logged out at {dcl.system.now.to_text()}")
    finally:
        dcl.run_down()
    return ConditionValue(dcl.status)


def child_interpreter(child: Process, parent: Interpreter, *, symbols: bool) -> Interpreter:
    """The interpreter of a subprocess, with what it copies from its parent."""
    from vmsemu.dcl.interpreter import Interpreter

    dcl = Interpreter(child, level=CommandLevel(0, stream=child.input))
    dcl.verify_procedure, dcl.verify_image, dcl.verify_prefix = parent.verify_procedure, parent.verify_image, parent.verify_prefix
    dcl.message_parts, dcl.prompt, dcl.table = parent.message_parts, parent.prompt, parent.table
    dcl.keys, dcl.key_state, dcl.control = dict(parent.keys), parent.key_state, set(parent.control)
    if symbols:
        for name, value, _ in list(parent.symbols.all_visible()):
            dcl.symbols.define(name, value, global_=True)
    return dcl


@routine("ATTACH")
def attach(dcl: Interpreter, command: ParsedCommand) -> Any:
    """ATTACH process: give it the terminal. Errors: CLI.REFUSED, SS.NONEXPR."""
    refuse_captive(dcl.process, CLI.CAPTSPAWN)
    target = target_process(dcl, command)
    if target not in _sharing(dcl).waiting or target.root is not dcl.process.root:
        raise CLI.REFUSED.error()
    return _attached(dcl, target)


async def _attached(dcl: Interpreter, target: Process) -> None:
    sharing = _sharing(dcl)
    own_terminal(target)
    sharing.release(target)
    await sharing.wait(dcl.process)
    own_terminal(dcl.process)
    if dcl.is_interactive:
        dcl.put_message(CLI.RETURNED(dcl.process.name))
