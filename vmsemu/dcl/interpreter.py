"""The command interpreter of one process: its symbols, command levels, streams and status, and the calls that statements and images make.

The loop that runs statements is in engine.py, images in activation.py, the kinds of statements in statement.py.
Source: OpenVMS User's Manual, chapters 12 to 14; DCL reference 3.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from vmsemu.base.condition import ConditionValue, Message, MessageDefinition, VmsError
from vmsemu.base.fao import fao
from vmsemu.dcl import engine
from vmsemu.dcl.activation import ImageActivator, abandon_image
from vmsemu.dcl.caches import CompiledTexts, ProcedureCache
from vmsemu.dcl.errors import at_segment, segment_of
from vmsemu.dcl.evaluate import Test
from vmsemu.dcl.held import RunningImage
from vmsemu.dcl.level import CommandLevel, begin_block
from vmsemu.dcl.procedure import Code, Procedure
from vmsemu.dcl.records import OpenFiles
from vmsemu.dcl.redirection import Redirections
from vmsemu.dcl.requests import CHECK, RESUME, Parsing
from vmsemu.dcl.statement import Site
from vmsemu.dcl.streams import DataInput, hold_terminal
from vmsemu.dcl.symbols import SymbolSpace
from vmsemu.dcl.values import Value
from vmsemu.services.command_line import COMMAND_LINE, CommandLine
from vmsemu.services.process import Process, ProcessMode
from vmsemu.services.putmsg import ALL_PARTS, MessageParts, message_lines
from vmsemu.services.stream import InputStream, NullStream, OutputStream
from vmsemu.tables.command import CommandTable
from vmsemu.tables.facilities import CLI

LEVEL_LIMIT = 32
PARAMETERS = 8
RECALL_LIMIT = 254
_RECALL = re.compile(r"[$ \t]*REC(?:A[A-Z]*)?(?![A-Z0-9_$]|[ \t]*:?=)", re.IGNORECASE)
INHIBIT = 0x10000000


class Interpreter:
    """DCL in one process. `output` and `input` are SYS$OUTPUT and SYS$INPUT as the running image (or DCL itself) sees them."""

    def __init__(self, process: Process, *, level: CommandLevel | None = None) -> None:
        self.process = process
        self.system = process.system
        self.symbols = SymbolSpace()
        self.locals = self.symbols.locals.values
        self.holes: list[Value] = []
        self.table: CommandTable = self.system.parts.get(CommandTable) or CommandTable()
        self.status = int(CLI.NORMAL)
        self.levels = [level or CommandLevel(0, stream=process.input)]
        self.level = self.levels[0]
        self.verify_procedure = False
        self.verify_image = False
        self.verify_prefix = ""
        self.prompt = "$ "
        self.message_parts: MessageParts = ALL_PARTS
        self.message_files: tuple[Callable[[int], MessageDefinition | None], ...] = ()
        self.command_line = process.attributes[COMMAND_LINE] = CommandLine()
        self.control = self.command_line.control
        self.parsing = Parsing.of(self.is_batch, extended=False)
        self.history = self.command_line.history
        self.output_rate = ""
        self.full_logout = False
        self.logged_out = False
        self.image: RunningImage | None = None
        self.ended = False
        self.searches: dict[Any, Any] = {}
        self.contexts: dict[str, Any] = {}
        self.open_files: OpenFiles = OpenFiles(self)
        self.redirections = Redirections(self)
        self.output: OutputStream = process.output
        self._input: InputStream | None = None
        self._texts: CompiledTexts = self._cache(CompiledTexts)
        self._procedures: ProcedureCache = self._cache(ProcedureCache)
        files = process.files
        files.permanent, files.held = self.redirections.permanent_stream, self.redirections.held_stream
        self.refresh_streams()

    def _cache(self, kind: type[Any]) -> Any:
        parts = self.system.parts
        if kind not in parts:
            parts[kind] = kind()
        return parts[kind]

    # -- symbols --------------------------------------------------------------------------------------------------------------------

    def find_symbol(self, name: str) -> Value | None:
        """The value of a symbol; None when it is not defined."""
        found = self.symbols.get(name)
        return self.status_symbol(name) if found is None and name[:1] == "$" else found

    def status_symbol(self, name: str) -> str | None:
        """The value of the permanent global symbol $STATUS or $SEVERITY, None for another name."""
        if name == "$STATUS":
            return f"%X{self.status:08X}"
        return str(self.status & 7) if name == "$SEVERITY" else None

    def symbol(self, name: str) -> Value:
        """The value of a symbol in an expression. Errors: CLI.UNDSYM with the name."""
        found = self.find_symbol(name)
        if found is None:
            raise at_segment(CLI.UNDSYM, name)
        return found

    def get_symbol(self, name: str) -> Value | None:
        """LIB$GET_SYMBOL."""
        return self.find_symbol(name.upper())

    def set_symbol(self, name: str, value: Value, global_: bool = False) -> None:
        """LIB$SET_SYMBOL. Errors: CLI.SYMLNG, CLI.ABSYMD, CLI.GBLNDF."""
        self.symbols.define(name.upper(), value, global_=global_)

    # -- messages and status ----------------------------------------------------------------------------------------------------------

    def put_message(self, message: Message, segment: str | None = None) -> None:
        """Display a message on SYS$OUTPUT, and on SYS$ERROR when that is somewhere else; with the text that it is about, if any."""
        lines = message_lines(message, self.message_parts)
        if segment is not None and self.message_parts.text:
            lines.append(f" \\{segment}\\")
        error = self.redirections.error_stream()
        for line in lines:
            self.output.write(line)
        if error is not self.output:
            for line in lines:
                error.write(line)

    def show_error(self, error: VmsError) -> None:
        """Display an error of a DCL command and leave its condition in $STATUS."""
        self.put_message(error.message, segment_of(error))
        self.status = int(status_of(error))

    def show_status(self, *, image: bool = False) -> None:
        """Display the message of $STATUS, if it failed and was not displayed before; bit 28 of $STATUS stays as it is.

        `image` tells that an image exits with it, whose own messages are known.
        """
        if not self.status & (INHIBIT | 1):
            from vmsemu.dcl.status import message_for

            self.put_message(message_for(self, self.status, image=image))

    # -- levels ---------------------------------------------------------------------------------------------------------------------

    @property
    def depth(self) -> int:
        return self.level.depth

    @property
    def is_batch(self) -> bool:
        return self.process.mode is ProcessMode.BATCH

    @property
    def extended(self) -> bool:
        """SET PROCESS/PARSE_STYLE=EXTENDED."""
        return self.parsing in (Parsing.EXTENDED, Parsing.BATCH_EXTENDED)

    @property
    def is_interactive(self) -> bool:
        return self.process.mode is ProcessMode.INTERACTIVE

    def push_level(self, level: CommandLevel, parameters: list[str]) -> None:
        """Enter a level with P1 to P8. Errors: CLI.DEFOVF, CLI.STKOVF."""
        if len(parameters) > PARAMETERS:
            raise CLI.DEFOVF.error()
        if level.depth >= LEVEL_LIMIT:
            raise CLI.STKOVF.error()
        self.locals = self.symbols.push(parameters).values
        self.levels.append(level)
        self.level = level
        self._change_streams(level)

    def define_parameters(self, parameters: list[str]) -> None:
        """P1 to P8 of the current level."""
        self.symbols.define_parameters(parameters)

    def end_level(self) -> None:
        """Leave the current level; $STATUS stays."""
        level = self.levels.pop()
        self.level = self.levels[-1]
        if level.owns_output and level.output is not None:
            level.output.close()
        if not level.interrupted:
            self.symbols.pop()
            self.locals = self.symbols.locals.values
        self._change_streams(level)
        if self.level.abandoned:
            self._end_all_levels()

    def _end_all_levels(self) -> None:
        """Back to level 0."""
        for level in self.levels:
            level.abandoned = False
        while len(self.levels) > 1:
            self.end_level()

    def enter_procedure(self, procedure: Procedure, name: str, parameters: list[str], output: OutputStream | None = None) -> None:
        """`@`: a new level that runs `procedure`."""
        level = CommandLevel(self.level.depth + 1, procedure=procedure, name=name)
        level.output, level.owns_output = output, output is not None
        self.push_level(level, parameters)

    def enter_subroutine(self, start: int, parameters: list[str], output: str | None) -> None:
        """CALL: a new level in the same procedure."""
        here = self.level
        level = CommandLevel(here.depth + 1, procedure=here.procedure, name=here.name)
        level.subroutine = start
        level.pc = start + 1
        if level.depth < LEVEL_LIMIT and output is not None:
            level.output, level.owns_output = self.redirections.create(output, ".LIS", here.name), True
        self.push_level(level, parameters)

    def begin_block(self, test: Test) -> None:
        begin_block(self, self.level, test)

    def exit(self, status: int | None) -> Any:
        """EXIT [status] at the current level. At level 0 it ends a process that is not at a terminal."""
        if self.level.interrupted:
            self.leave_interrupted(run_handlers=True)
        self.status = self.status | INHIBIT if status is None else status
        if len(self.levels) == 1:
            if self.level.procedure is not None or not self._at_terminal():
                if self.level.procedure is not None:
                    self.show_status()  # fidelity: that the log of a job tells the status of its EXIT is remembered
                self.ended = True
                return RESUME
            self.show_status()
            return RESUME
        self.end_level()
        self.show_status()
        return RESUME if self.status & 1 else CHECK

    def end_of_procedure(self) -> Any:
        """The end of the file of the current level: $STATUS stays as it is."""
        if len(self.levels) == 1:
            self.ended = True
            return RESUME
        self.end_level()
        return RESUME if self.status & 1 else CHECK

    def remember(self, line: str, stream: InputStream) -> None:
        """Keep a typed command for RECALL, which is not kept itself."""
        if stream.is_terminal and line.strip() and _RECALL.match(line) is None:
            self.history.append(line)
            del self.history[:-RECALL_LIMIT]

    def verification_prefix(self) -> str:
        """What SET PREFIX puts before a verified line."""
        return fao(self.verify_prefix, [0], now=self.system.now) if self.verify_prefix else ""

    def _at_terminal(self) -> bool:
        return self.is_interactive and self.process.parent is None

    def logout(self) -> None:
        """LOGOUT: whatever runs ends, and then the process."""
        if self.is_interrupted:
            self.leave_interrupted(run_handlers=True)
        self.logged_out = True
        self.ended = True

    def stop_procedures(self) -> None:
        """STOP: back to level 0."""
        if self.image is not None and self.is_interrupted:
            abandon_image(self, run_handlers=False)
        self._end_all_levels()
        if self.level.procedure is not None:
            self.ended = True

    def leave_interrupted(self, *, run_handlers: bool) -> None:
        """Give up what Ctrl/Y interrupted: the image is run down, all procedures end (those started at the prompt go on)."""
        if self.image is not None:
            abandon_image(self, run_handlers=run_handlers)
        if self.level.interrupted:
            self._end_all_levels()
        else:
            for level in self.levels:
                level.abandoned = level.interrupted

    @property
    def is_interrupted(self) -> bool:
        """True at the prompt that Ctrl/Y gave, and in procedures started there."""
        return any([level.interrupted and not level.abandoned for level in self.levels])

    # -- streams --------------------------------------------------------------------------------------------------------------------

    def refresh_streams(self) -> None:
        """Work out SYS$OUTPUT and SYS$INPUT again (levels, definitions or the image changed)."""
        runs = self.image_runs
        self.output = self.redirections.output(for_image=runs)
        stream = self.redirections.input(for_image=runs)
        self._input = hold_terminal(stream) if stream is not None and runs else stream

    def _change_streams(self, level: CommandLevel) -> None:
        """A level was entered or left: SYS$OUTPUT changes when it has an output of its own."""
        self._input = None
        if level.output is not None:
            self.refresh_streams()

    @property
    def input(self) -> InputStream:
        """SYS$INPUT as the running image, or DCL itself, sees it."""
        if self._input is None:
            runs = self.image_runs
            redirected = self.redirections.input(for_image=runs)
            stream = redirected if redirected is not None else self.level_input()
            self._input = hold_terminal(stream) if runs else stream
        return self._input

    @property
    def image_runs(self) -> bool:
        """True while an image runs, false while it is interrupted."""
        return self.image is not None and not self.is_interrupted

    def level_input(self) -> InputStream:
        """SYS$INPUT of the current level."""
        if self.level.input is not None:
            return self.level.input
        if self.level.procedure is not None:
            return DataInput(self, self.level)
        return self.level.stream or self.process.input

    @property
    def command_input(self) -> InputStream:
        """SYS$COMMAND."""
        bottom = self.levels[0]
        command = self.process.command
        if bottom.procedure is not None and (command is None or isinstance(command, NullStream)):
            return DataInput(self, bottom)
        return command or self.process.input

    # -- running ----------------------------------------------------------------------------------------------------------------------

    def compiled(self, text: str) -> Code:
        """The closure of a typed command text, after phase 1."""
        return self._texts.statement(text)

    def compiled_translation(self, text: str, site: Site | None) -> Code:
        """The closure of a text whose verb came from a symbol."""
        return self._texts.translation(text, site)

    def load_procedure(self, records: list[str]) -> Procedure:
        """The procedure with these records."""
        return self._procedures.get(records)

    @property
    def activator(self) -> ImageActivator:
        """Whoever finds images. Errors: SS.NOSUCHDEV when the system has none."""
        return self.system.part(ImageActivator)

    def on_rundown(self, action: Callable[[], None]) -> None:
        """Declare an exit handler of the running image; without one, it runs when the process ends."""
        if self.image is not None:
            self.image.exit_handlers.append(action)

    async def execute(self, line: str) -> ConditionValue:
        """Run one command as if it was typed at the current level, and all that it starts; the result is $STATUS."""
        await engine.execute(self, line)
        return ConditionValue(self.status)

    async def run_procedure(self, spec: str, parameters: list[str], output: OutputStream | None = None) -> ConditionValue:
        """Run a command procedure to its end. Errors: CLI.OPENIN with the RMS condition below."""
        from vmsemu.dcl.invocation import open_procedure

        floor = len(self.levels)
        procedure, name = open_procedure(self, spec)
        self.enter_procedure(procedure, name, parameters, output)
        await engine.run(self, floor)
        return ConditionValue(self.status)

    async def run_interactive(self) -> ConditionValue:
        """Read and run commands from level 0 until LOGOUT or end of input."""
        await engine.run(self, 0)
        return ConditionValue(self.status)

    def run_down(self) -> None:
        """The process ends: files that DCL opened are closed, levels left."""
        if self.image is not None:
            abandon_image(self, run_handlers=True)
        while len(self.levels) > 1:
            self.end_level()
        self.open_files.close_all()
        self.redirections.close()
        self._input = None
        del self.open_files, self.redirections  # they point back here: all of it goes at once


def status_of(error: VmsError) -> ConditionValue:
    """What an error of a DCL command leaves in $STATUS: the condition below it, already shown; its own for CLI conditions."""
    if error.message.cause is not None:
        return error.message.cause.value.shown()
    return error.value if error.value.facility == CLI.NORMAL.value.facility else error.value.shown()
