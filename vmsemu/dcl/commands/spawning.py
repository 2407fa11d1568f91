"""SPAWN: subprocesses with the context of their parent.

Source: DCL Dictionary; DCL reference 2.6, 3.14.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import ConditionValue, Message, VmsError
from vmsemu.dcl.accounts import refuse_captive
from vmsemu.dcl.command import routine
from vmsemu.dcl.commands.attaching import terminal_sharing
from vmsemu.dcl.level import CommandLevel
from vmsemu.dcl.opening import full_specification, open_input, open_output
from vmsemu.dcl.records import PERMANENT
from vmsemu.dcl.refusals import refuse_qualifiers
from vmsemu.dcl.streams import FileInput
from vmsemu.dcl.symbols import PERMANENT as PERMANENT_SYMBOLS
from vmsemu.dcl.values import to_string
from vmsemu.lnm.names import AccessMode
from vmsemu.services.brkthru import BroadcastClass, broadcast_to_terminal
from vmsemu.services.creprc import create_process
from vmsemu.services.process import Process
from vmsemu.services.stream import OutputStream
from vmsemu.tables.command import CommandTable, ParsedCommand
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

_DEFAULT_TABLE = "DCLTABLES"
_DEFAULT_PROMPT = "$ "
_SYMBOL_ROOM = 1024  # bytes for a symbol's name and value on their way to a subprocess; fidelity: the limit is inferred


def _says(dcl: Interpreter, command: ParsedCommand, message: Message) -> None:
    """The messages of SPAWN are for people, or for those who ask for them."""
    if not command.negated("LOG") and (dcl.is_interactive or "LOG" in command.given):
        dcl.put_message(message)


@routine("SPAWN")
def spawn(dcl: Interpreter, command: ParsedCommand) -> Any:
    """SPAWN [command]. Errors: CLI.CAPTSPAWN, CLI.NOTIFY, CLI.NOSPAWN, CLI.SPWNIO, CLI.OPENIN, CLI.OPENOUT, those of process creation."""
    refuse_qualifiers(command, "CARRIAGE_CONTROL")
    if not command.present("TRUSTED"):
        refuse_captive(dcl.process, CLI.CAPTSPAWN)
    waits = not command.negated("WAIT")
    if command.present("NOTIFY") and (waits or dcl.is_batch):
        raise CLI.NOTIFY.error()
    child = _create(dcl, command, waits)
    _says(dcl, command, CLI.SPAWNED(child.name))
    if command.present("NOTIFY"):
        child.rundown.insert(0, _notice(child))
    if not waits:
        return None
    if child.input is dcl.process.input:
        _says(dcl, command, CLI.ATTACHED(child.name))
    return _wait_for(dcl, command, child)


def _notice(child: Process) -> Callable[[], None]:
    """/NOTIFY: a broadcast when the subprocess has ended. fidelity: the text is recalled, not seen."""

    def tell() -> None:
        if child.terminal:
            broadcast_to_terminal(child.system, child.terminal, f"Subprocess {child.name} has completed", BroadcastClass.DCL)

    return tell


async def _wait_for(dcl: Interpreter, command: ParsedCommand, child: Process) -> ConditionValue | None:
    """Until the subprocess ends, whose status is the result, or attaches back."""
    ending: list[Process] = []
    child.rundown.append(lambda: ending.append(child))
    await terminal_sharing(dcl).lend(dcl.process, child)
    status = await child.ended.wait() if ending else None
    _says(dcl, command, CLI.RETURNED(dcl.process.name))
    return status


def _table(dcl: Interpreter, command: ParsedCommand) -> CommandTable:
    """The command table of the subprocess. Errors: CLI.NOSPAWN for MCR, CLI.ACTIMAGE for interpreters and tables that are not there."""
    from vmsemu.dcl.activation import image_of_file

    interpreter = command.value("CLI")
    if interpreter == "MCR":
        raise CLI.NOSPAWN.error()
    if interpreter not in (None, "DCL"):
        image_of_file(dcl, interpreter, "SYS$SYSTEM:.EXE", interpreter)
        raise CLI.NOSPAWN.error()
    table = command.value("TABLE")
    if table is None:
        return dcl.table
    if table != _DEFAULT_TABLE:
        image_of_file(dcl, table, "SYS$SHARE:.EXE", table)
        raise CLI.INVTAB.error()
    return dcl.system.parts.get(CommandTable) or dcl.table


def _create(dcl: Interpreter, command: ParsedCommand, waits: bool) -> Process:
    """Make the subprocess; it copies what it takes from us before it runs."""
    process, table = dcl.process, _table(dcl, command)
    line = command.value("P1")
    input_spec, output_spec = command.value("INPUT"), command.value("OUTPUT")
    if input_spec and output_spec and full_specification(dcl, input_spec, ".COM") == full_specification(dcl, output_spec, ".LIS"):
        raise CLI.SPWNIO.error()
    input_ = open_input(dcl, input_spec, ".COM") if input_spec else process.input
    output: OutputStream | None = None
    try:
        output = open_output(dcl, output_spec) if output_spec else None
        child = create_process(
            dcl.system, parent=process, name=(command.value("PROCESS") or "").upper(), input=input_, output=output or dcl.output,
            error=output or process.error, command=process.command, main=lambda child: _main(child, dcl, command, line, table, waits),
        )  # fmt: skip
    except VmsError:
        _close(dcl, input_, output)
        raise
    child.rundown.append(lambda: _close(dcl, input_, output))
    child.rundown.append(lambda: terminal_sharing(dcl).ended(child))
    if not command.negated("LOGICAL_NAMES"):
        copy_names(process, child)
    return child


def _close(dcl: Interpreter, input_: Any, output: OutputStream | None) -> None:
    """Close what SPAWN opened."""
    if isinstance(input_, FileInput):
        input_.close()
    if output is not None and output not in (dcl.process.output, dcl.process.error):
        output.close()


def copy_names(process: Process, child: Process) -> None:
    """Copy logical names to a subprocess, except those of its own open streams."""
    table = child.names.process_table
    own = {name: table.entries(name) for name in PERMANENT}
    process.names.copy_to(child.names)
    for name, entries in own.items():
        table.remove(name, AccessMode.KERNEL)
        for entry in entries:
            table.put(entry)


async def _main(
    child: Process, parent: Interpreter, command: ParsedCommand, line: str | None, table: CommandTable, waits: bool
) -> ConditionValue:
    """The main line of a subprocess: one command, or commands from its input."""
    dcl = child_interpreter(child, parent, symbols=not command.negated("SYMBOLS"), keypad=not command.negated("KEYPAD"))
    dcl.table = table
    if "PROMPT" in command.given:
        dcl.prompt = command.value("PROMPT") or _DEFAULT_PROMPT
    try:
        if line:
            await dcl.execute(line)
        if not dcl.ended and (not line or command.present("INPUT")):
            if child.input.is_terminal and not waits:
                await terminal_sharing(dcl).wait(child)  # fidelity: VMS lets both processes read; here ATTACH gives it the terminal
                dcl.put_message(CLI.RETURNED(child.name))
            await dcl.run_interactive()
            if not line and child.input.is_terminal:
                dcl.output.write(f"  Process {child.name} logged out at {dcl.system.now.to_text()}")
    finally:
        dcl.run_down()
    return ConditionValue(dcl.status)


def child_interpreter(child: Process, parent: Interpreter, *, symbols: bool, keypad: bool = True) -> Interpreter:
    """The interpreter of a subprocess, with what it copies from its parent."""
    from vmsemu.dcl.interpreter import Interpreter

    dcl = Interpreter(child, level=CommandLevel(0, stream=child.input))
    dcl.verify_procedure, dcl.verify_image, dcl.verify_prefix = parent.verify_procedure, parent.verify_image, parent.verify_prefix
    dcl.message_parts, dcl.message_files = parent.message_parts, parent.message_files
    dcl.prompt, dcl.table = parent.prompt, parent.table
    dcl.parsing = parent.parsing
    dcl.process.files.names.extended = parent.extended
    dcl.control.clear()
    dcl.control.update(parent.control)
    if keypad:
        dcl.command_line.keys = parent.command_line.copied_keys()
    if symbols:
        _copy_symbols(parent, dcl)
    return dcl


def _copy_symbols(parent: Interpreter, dcl: Interpreter) -> None:
    """All symbols that the parent sees become global ones, but those that are too long, which are named."""
    for name, value, _ in list(parent.symbols.all_visible()):
        if name in PERMANENT_SYMBOLS:
            continue
        if len(name) + len(to_string(value)) > _SYMBOL_ROOM:
            parent.put_message(CLI.SYMTOOLNG(name))
        else:
            dcl.symbols.define(name, value, global_=True)
