"""The loop that runs statements, and what follows a statement: errors, ON actions, Ctrl/Y.

Theory of operation. All command levels are one stack; the loop always runs the top one. In a procedure it calls closure after closure without
awaiting anything, for one quantum of statements, and then lets other processes run, which is also when interruptions arrive. A closure that
returns a request ends the tight loop: the request is awaited or carried out here. Errors are signalled as VmsError and end the tight loop
too. At a level that reads a stream, each line read is one statement.

Source: DCL reference 3.2 to 3.8.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import Severity, VmsError
from vmsemu.dcl.activation import abandon_image, continue_image
from vmsemu.dcl.level import CommandLevel, filter_line
from vmsemu.dcl.lines import continues, without_comment, without_hyphen
from vmsemu.dcl.procedure import NOWHERE, Code
from vmsemu.dcl.requests import CHECK, RESUME, Failed, Jump, LevelError, Returned
from vmsemu.dcl.statement import compile_statement
from vmsemu.dcl.streams import finish_data
from vmsemu.dcl.substitution import expand, needs_substitution
from vmsemu.kernel.kernel import give_way
from vmsemu.services.process import ControlY, ForcedExit
from vmsemu.tables.facilities import RMS

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

QUANTUM = range(2000)
TURNS = 100
LINES = 200


async def run(dcl: Interpreter, floor: int) -> None:
    """Run until no more than `floor` levels are left, or the process has ended its input.

    A turn that ends before its quantum, with a request or an error, has not given way: after some such turns that is done here.
    """
    turns = 0
    while len(dcl.levels) > floor and not dcl.ended:
        level = dcl.level
        turns += 1
        try:
            if turns % TURNS == 0:
                await give_way()
            if level.procedure is None:
                await _stream_statement(dcl, level)
            else:
                after = _procedure_statements(dcl, level, floor)
                if after is not None:
                    await after
        except ControlY:
            await _interrupted(dcl)
        except ForcedExit:
            pass


async def execute(dcl: Interpreter, line: str) -> None:
    """Run one typed line at the current level and the levels it enters."""
    floor = len(dcl.levels)
    level = dcl.level
    await _line(dcl, level, line)
    await run(dcl, floor)


def _procedure_statements(dcl: Interpreter, level: CommandLevel, floor: int) -> Awaitable[None] | None:
    """Run statements of procedures until one asks for more than a jump or another level, or the quantum ends; what is to be awaited then."""
    code, pc = _place(dcl, level)
    result: Any = None
    try:
        for _ in QUANTUM:
            result = code[pc](dcl)
            if result is None:
                pc += 1
            elif result.__class__ is int:
                pc = result
            elif result is RESUME:
                level.pc = pc + 1
                if len(dcl.levels) <= floor or dcl.ended or dcl.level.procedure is None:
                    return None
                level = dcl.level
                code, pc = _place(dcl, level)
            else:
                break
        else:
            level.pc = pc
            return give_way()
    except VmsError as error:
        level.pc = pc + 1
        result = _failed(dcl, error)
    level.pc = pc + 1
    return _carry_out(dcl, level, result)


def _place(dcl: Interpreter, level: CommandLevel) -> tuple[list[Code], int]:
    """Where a level that runs a procedure goes on: its code, with verification or without, and the unit."""
    if level.data_unit != NOWHERE:
        finish_data(level)
    procedure = level.procedure
    assert procedure is not None
    return procedure.verified if dcl.verify_procedure else procedure.code, level.pc


async def _stream_statement(dcl: Interpreter, level: CommandLevel) -> None:
    """Read one command from the level's stream and run it."""
    stream = level.stream or dcl.process.input
    try:
        line = await _read_command(dcl, level)
    except VmsError as error:
        if not error.matches(RMS.EOF):
            dcl.show_error(error)
        if not stream.is_terminal or not error.matches(RMS.EOF):
            _end_of_input(dcl, level)
        await give_way()
        return
    dcl.remember(line, stream)
    level.pc += 1
    if level.pc % LINES == 0:
        await give_way()
    await _line(dcl, level, line)


def _end_of_input(dcl: Interpreter, level: CommandLevel) -> None:
    if level is dcl.levels[0] or level.interrupted:
        dcl.ended = True
    else:
        dcl.end_level()


async def _read_command(dcl: Interpreter, level: CommandLevel) -> str:
    """A line and its continuation lines, joined."""
    stream = level.stream or dcl.process.input
    line = await stream.read(dcl.prompt)
    while continues(line):
        line = without_hyphen(line) + await stream.read("_" + dcl.prompt)
    return line


async def _line(dcl: Interpreter, level: CommandLevel, line: str) -> None:
    """Substitute, compile and run one typed line."""
    text = line.lstrip(" \t").removeprefix("$")
    result: Any = None
    try:
        if level.blocks:
            text = filter_line(level, without_comment(text).strip(" \t"))
        if text:
            expanded = expand(dcl, text) if needs_substitution(text) else text
            result = dcl.compiled(without_comment(expanded).strip(" \t"))(dcl)
    except VmsError as error:
        result = _failed(dcl, error)
    await _carry_out(dcl, level, result)


async def _carry_out(dcl: Interpreter, level: CommandLevel, result: Any) -> None:
    """Do what a statement of `level` asked for. `level.pc` is already past it."""
    while result is not None and result is not RESUME:
        if result.__class__ is int:
            level.pc = result
            return
        if isinstance(result, Jump):
            level.pc = result.target
            return
        try:
            if result is CHECK:
                result = _check(dcl)
            elif isinstance(result, Failed):
                level.pc = result.target
                result = _failed(dcl, result.error)
            elif isinstance(result, Returned):
                level.pc = result.target
                result = CHECK
            else:
                result = await result
        except VmsError as error:
            result = _failed(dcl, error)
        except ControlY:
            level.retry = dcl.image is None and level is dcl.level
            raise
        if dcl.level is not level and result.__class__ is not int:
            level = dcl.level


def _failed(dcl: Interpreter, error: VmsError) -> Any:
    """Report an error; the result says how to go on."""
    dcl.show_error(error)
    if isinstance(error, LevelError):
        return _check(dcl, ends_level=True)
    return CHECK


def _check(dcl: Interpreter, *, ends_level: bool = False) -> Any:
    """Apply ON to a failing $STATUS. With `ends_level` the procedure ends even when no action was declared for the severity."""
    level = dcl.level
    if level.procedure is None or dcl.status & 1:
        return None
    severity = Severity(dcl.status & 7) if dcl.status & 7 <= Severity.FATAL else Severity.FATAL
    command = level.take_action(severity)
    if command is None:
        return dcl.exit(None) if ends_level else None
    if not command:
        return dcl.exit(None)
    return _action(dcl, command)


def _action(dcl: Interpreter, command: str) -> Any:
    """Run the command of an ON statement; labels are looked for from the statement that failed."""
    level = dcl.level
    after = level.pc
    level.pc = after - 1 if after > 0 else 0
    try:
        result = compile_statement(command, labels=False)(dcl)
    finally:
        level.pc = after
    return result


async def _go_on(dcl: Interpreter, level: CommandLevel) -> None:
    """Ctrl/Y is not enabled: what it broke off is done again."""
    if level.retry:
        level.retry = False
        level.pc -= 1
    if dcl.image is not None:
        await _carry_out(dcl, level, continue_image(dcl))


async def _interrupted(dcl: Interpreter) -> None:
    """Ctrl/Y: the level's own action, or a prompt at which CONTINUE resumes."""
    level = dcl.level
    if level.interrupted or (len(dcl.levels) == 1 and dcl.image is None and level.procedure is None):
        return
    if "Y" not in dcl.control:
        await _go_on(dcl, level)
        return
    if level.control_y:
        level.retry = False
        if dcl.image is not None:
            abandon_image(dcl, run_handlers=True)
        try:
            result = _action(dcl, level.control_y)
        except VmsError as error:
            result = _failed(dcl, error)
        await _carry_out(dcl, level, result)
        return
    bottom = dcl.levels[0]
    if bottom.procedure is not None:
        return
    prompt = CommandLevel(level.depth, stream=bottom.stream or dcl.process.input)
    prompt.interrupted = True
    dcl.levels.append(prompt)
    dcl.level = prompt
    dcl.refresh_streams()
