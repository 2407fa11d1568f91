"""PIPE: running sequences, pipelines and subshells.

Commands that are neither in a pipeline nor in a subshell run in this process; the others in subprocesses whose streams are joined.
fidelity: a writer is never held up by a reader that is slow.

Source: DCL reference 3.15.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.time import VmsTime
from vmsemu.dcl import engine
from vmsemu.dcl.accounts import refuse_captive
from vmsemu.dcl.command import routine
from vmsemu.dcl.commands.spawning import child_interpreter, copy_names
from vmsemu.dcl.lines import unquoted
from vmsemu.dcl.opening import open_input, open_output
from vmsemu.dcl.pipeline import Pipeline, Segment, Sequence, parse_pipe
from vmsemu.files.mount import DeviceClass
from vmsemu.kernel.event import TimedOut, WaitQueue
from vmsemu.services.creprc import create_process, stop_process
from vmsemu.services.mailbox import MailboxUnits
from vmsemu.services.process import Process
from vmsemu.services.stream import InputStream, OutputStream
from vmsemu.tables.command import ParsedCommand
from vmsemu.tables.facilities import CLI, RMS

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter


class PipeStream:
    """The join of two segments, a mailbox device: what one writes the other reads."""

    is_terminal = False
    device_class = DeviceClass.MAILBOX

    def __init__(self, dcl: Interpreter) -> None:
        system = dcl.system
        if MailboxUnits not in system.parts:
            system.add_part(MailboxUnits())
        self.name = system.part(MailboxUnits).take(system)
        self._records: WaitQueue[str | None] = WaitQueue(system.kernel)
        self._devices = system.devices
        self._devices.add(self)

    def open_stream(self, process: Process, mode: str) -> PipeStream:
        return self

    def write(self, text: str) -> None:
        self._records.put(text)

    def write_raw(self, text: str) -> None:
        for line in text.strip("\r\n").splitlines():
            self.write(line)

    async def read(self, prompt: str = "", *, echo: bool = True, deadline: VmsTime | None = None) -> str:
        try:
            record = await self._records.get(deadline=deadline)
        except TimedOut:
            raise RMS.TMO.error() from None
        if record is None:
            self._records.put_back(None)
            raise RMS.EOF.error()
        return record

    def end(self) -> None:
        """The writer is gone."""
        self._records.put(None)

    def reader_gone(self) -> None:
        self._devices.remove(self)

    def close(self) -> None:
        pass


@routine("PIPE")
async def pipe(dcl: Interpreter, command: ParsedCommand) -> Any:
    """PIPE command-sequence."""
    if not command.present("TRUSTED"):
        refuse_captive(dcl.process, CLI.CAPTSPAWN)
    sequence = parse_pipe(command.value("P1") or "")
    whole = Segment(subshell=sequence)
    for qualifier, kind in (("OUTPUT", ">"), ("INPUT", "<"), ("ERROR", "2>")):
        file = command.value(qualifier)
        if file is not None:
            whole.redirections[kind] = file
    symbols, names, keypad = (not command.negated(qualifier) for qualifier in ("SYMBOLS", "LOGICAL_NAMES", "KEYPAD"))
    runner = _Runner(dcl, symbols=symbols, names=names, keypad=keypad)
    if sequence.background:
        runner.spawn(Segment(subshell=Sequence(sequence.parts)), dcl.input, dcl.output)
        return None
    with _Redirected(dcl, whole):
        await runner.sequence(sequence)
    return ConditionValue(dcl.status)


class _Redirected:
    """Redirections in effect for a command of this process."""

    def __init__(self, dcl: Interpreter, segment: Segment) -> None:
        self._dcl = dcl
        self._redirections = segment.redirections
        self._level = dcl.level
        self._opened: list[Any] = []

    def __enter__(self) -> None:
        level, redirections = self._level, self._dcl.redirections
        self._old = level.output, level.input, redirections.error_override
        for kind, file in self._redirections.items():
            spec = unquoted(file)
            stream: Any = open_input(self._dcl, spec, ".DAT") if kind == "<" else open_output(self._dcl, spec, append=kind.endswith(">>"))
            self._opened.append(stream)
            if kind == "<":
                level.input = stream
            elif kind.startswith("2"):
                redirections.error_override = stream
            else:
                level.output = stream
        self._dcl.refresh_streams()

    def __exit__(self, *_: object) -> None:
        self._level.output, self._level.input, self._dcl.redirections.error_override = self._old
        self._dcl.refresh_streams()
        process = self._dcl.process
        for stream in self._opened:
            if stream not in (process.input, process.output, process.error, process.command):
                stream.close()


class _Runner:
    """What is copied to each subprocess: symbols, logical names, key definitions."""

    def __init__(self, dcl: Interpreter, *, symbols: bool, names: bool, keypad: bool) -> None:
        self._dcl = dcl
        self._keypad = keypad
        self._symbols = symbols
        self._names = names

    async def sequence(self, sequence: Sequence) -> None:
        """Run the pipelines in order; EXIT, STOP and LOGOUT in one end the rest with the level they leave."""
        level = self._dcl.level
        for separator, pipeline in sequence.parts:
            if self._dcl.ended or self._dcl.level is not level:
                break
            succeeded = bool(self._dcl.status & 1)
            if (separator == "&&" and not succeeded) or (separator == "||" and succeeded):
                continue
            await self.pipeline(pipeline)

    async def pipeline(self, pipeline: Pipeline) -> None:
        first = pipeline.segments[0]
        if len(pipeline.segments) > 1 or first.subshell is not None:
            await self._subprocesses(pipeline)
            return
        try:
            with _Redirected(self._dcl, first):
                await run_command(self._dcl, first.command)
        except VmsError as error:
            self._dcl.show_error(error)

    async def _subprocesses(self, pipeline: Pipeline) -> None:
        """Start every segment, wait for the last, delete those that still run."""
        source: InputStream = self._dcl.input
        children: list[Process] = []
        for number, segment in enumerate(pipeline.segments):
            last = number == len(pipeline.segments) - 1
            join = None if last else PipeStream(self._dcl)
            children.append(self.spawn(segment, source, join or self._dcl.output))
            if join is not None:
                children[-1].rundown.append(join.end)
                source = join
        self._dcl.status = int(await children[-1].ended.wait())
        for child in children[:-1]:
            if not child.ended.done:
                stop_process(self._dcl.system, child.pid, self._dcl.process)
                await child.ended.wait()

    def spawn(self, segment: Segment, source: InputStream, target: OutputStream) -> Process:
        """A subprocess that runs a segment."""
        process = self._dcl.process

        async def main(child: Process) -> ConditionValue:
            dcl = child_interpreter(child, self._dcl, symbols=self._symbols, keypad=self._keypad)
            try:
                runner = _Runner(dcl, symbols=self._symbols, names=self._names, keypad=self._keypad)
                with _Redirected(dcl, segment):
                    if segment.subshell is not None:
                        await runner.sequence(segment.subshell)
                    else:
                        await run_command(dcl, segment.command)
            except VmsError as error:
                dcl.show_error(error)
            finally:
                dcl.run_down()
            return ConditionValue(dcl.status)

        child = create_process(
            self._dcl.system, parent=process, input=source, output=target, error=process.error, command=process.command, main=main
        )
        if self._names:
            copy_names(process, child)
        if isinstance(source, PipeStream):
            child.names.define("SYS$PIPE", [source.name])
            child.rundown.append(source.reader_gone)
        return child


async def run_command(dcl: Interpreter, text: str) -> None:
    """Run one command of a PIPE line; its errors are displayed, ON is not applied until the whole line is done."""
    floor = len(dcl.levels)
    try:
        result = dcl.compiled(text)(dcl)
        while isinstance(result, Awaitable):
            result = await result
    except VmsError as error:
        dcl.show_error(error)
        return
    if len(dcl.levels) > floor:
        await engine.run(dcl, floor)
