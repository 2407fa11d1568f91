"""The main lines of processes that run DCL: interactive, batch, network and detached ones. Give them to create_process as `main`.

Source: DCL reference 3.14, 3.16; queues.md 5; system.md 2.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import Any

from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.dcl import engine
from vmsemu.dcl.accounts import has_flag, is_confined
from vmsemu.dcl.interpreter import Interpreter
from vmsemu.dcl.invocation import open_procedure
from vmsemu.dcl.level import CommandLevel
from vmsemu.dcl.logout import logout_lines
from vmsemu.dcl.procedure import Procedure
from vmsemu.queue.batch import BatchJob
from vmsemu.services.process import ControlY, Process, ProcessMode
from vmsemu.services.stream import OutputStream
from vmsemu.tables.facilities import CLI, RMS

Setup = Callable[[Interpreter], None]
Session = Coroutine[Any, Any, ConditionValue]
SYSTEM_LOGIN = "SYS$SYLOGIN"
USER_LOGIN = "LOGIN"


async def interactive(process: Process, *, login: bool = True, setup: Setup | None = None) -> ConditionValue:
    """Read and run commands from the process's input until LOGOUT, end of input, or (not at a terminal) EXIT. `setup` prepares the interpreter."""
    dcl = Interpreter(process)
    return await _session(dcl, login, setup, dcl.run_interactive, says_goodbye=True)


async def commands(process: Process, lines: Iterable[str], *, login: bool = False) -> ConditionValue:
    """Run each line as if it was typed."""
    dcl = Interpreter(process)

    async def body() -> None:
        for line in lines:
            await dcl.execute(line)
            if dcl.ended:
                break

    return await _session(dcl, login, None, body)


def procedure(
    process: Process, spec: str, parameters: Sequence[str] = (), *, login: bool = False, setup: Setup | None = None, accounting: bool = False
) -> Session:
    """Run a command procedure as the input of a process (detached and network processes); P1 to P8 are at level 0.

    A procedure that cannot be opened is the process's final status, its message displayed. With `accounting`, as after LOGOUT, the block
    "job terminated at" ends the output.
    """
    return _level_zero(process, spec, parameters, login=login, setup=setup, says_goodbye=accounting)


def network(process: Process, spec: str, parameters: Sequence[str] = (), *, login: bool = True) -> Session:
    """Run the command procedure of a network object."""
    return _level_zero(process, spec, parameters, login=login)


async def batch(
    process: Process, spec: str | Sequence[str], parameters: Sequence[str] = (), *, login: bool = True, restart: bool = False, setup: Setup | None = None
) -> ConditionValue:
    """Run the command procedures of a batch job, one after the other, with verification on; the log ends with the accounting block."""
    specs = [spec] if isinstance(spec, str) else list(spec)
    status = ConditionValue(1)
    for number, each in enumerate(specs):
        last = number == len(specs) - 1
        status = await _level_zero(process, each, parameters, login=login and number == 0, setup=setup, batch=True, restart=restart, says_goodbye=last)
        if not status and not last:
            break
    return status


async def batch_job(process: Process, job: BatchJob) -> ConditionValue:
    """Run a batch job as the queue manager describes it."""

    def setup(dcl: Interpreter) -> None:
        if job.restarting:
            dcl.symbols.define("BATCH$RESTART", job.restart_value, global_=True)

    return await batch(process, job.files, job.parameters, restart=job.restarting, setup=setup)


async def detached(process: Process, program: str, *, input: str = "", output: str = "", error: str = "", login: bool = False) -> ConditionValue:
    """The main line of a process that RUN creates: an image, or LOGINOUT, which reads commands from `input`."""
    files = process.files
    if output:
        process.output = _open_stream(process, output)
    process.error = _open_stream(process, error) if error else process.output
    name = files.parse(program, default=".EXE").name
    if name == "LOGINOUT":
        return await _level_zero(process, input or "NL:", (), login=login, says_goodbye=True)
    dcl = Interpreter(process)

    async def body() -> None:
        if input:
            dcl.process.names.define("SYS$INPUT", [input])
        await dcl.execute(f"RUN {program}")

    return await _session(dcl, False, None, body)


def _open_stream(process: Process, spec: str) -> OutputStream:
    """A record device or a new file; it is closed when the process ends."""
    stream = Interpreter(process).redirections.create(spec, ".LIS")
    process.rundown.append(stream.close)
    return stream


async def procedure_lines(process: Process, lines: Sequence[str], parameters: Sequence[str] = (), *, login: bool = True) -> ConditionValue:
    """Run records that are in no file of the node as a command procedure, as `@` would from the process's input."""
    dcl = Interpreter(process)

    async def body() -> None:
        dcl.enter_procedure(dcl.load_procedure(list(lines)), "", list(parameters))
        await engine.run(dcl, 1)

    return await _session(dcl, login, None, body)


def _level_zero(
    process: Process, spec: str, parameters: Sequence[str], *, login: bool, setup: Setup | None = None, batch: bool = False,
    restart: bool = False, says_goodbye: bool = False,
) -> Session:  # fmt: skip
    level = CommandLevel(0, procedure=_EMPTY, name="")
    dcl = Interpreter(process, level=level)

    def body() -> Awaitable[object] | None:
        try:
            level.procedure, level.name = open_procedure(dcl, spec)
        except VmsError as error:
            dcl.show_error(error)
            return None
        level.pc = 0
        dcl.ended = False
        dcl.define_parameters(list(parameters))
        return engine.run(dcl, 0)

    if batch:
        dcl.verify_procedure = dcl.verify_image = True
        dcl.symbols.define("$RESTART", "TRUE" if restart else "FALSE", global_=True)
    return _session(dcl, login, setup, body, says_goodbye=says_goodbye)


_EMPTY = Procedure([])


async def _session(
    dcl: Interpreter, login: bool, setup: Setup | None, body: Callable[[], Awaitable[object] | None], *, says_goodbye: bool = False
) -> ConditionValue:
    """Log in, run, say goodbye, run down."""
    process = dcl.process
    process.attributes["dcl"] = dcl
    try:
        if setup is not None:
            setup(dcl)
        if login:
            await _login(dcl)
        running = body() if not dcl.ended else None
        if running is not None:
            await running
        if says_goodbye or (dcl.logged_out and process.mode is not ProcessMode.INTERACTIVE):
            _say_goodbye(dcl)
    finally:
        dcl.run_down()
    return ConditionValue(dcl.status)


async def _login(dcl: Interpreter) -> None:
    """The system's login procedure, then the user's, each at level 1. What they leave in $STATUS does not matter.

    Ctrl/Y does nothing meanwhile for confined accounts, and afterwards for captive ones and those with DISCTLY, until SET CONTROL=Y. A captive
    account has only its procedures: without one, or when it has ended, the process logs out.
    """
    process = dcl.process
    captive = has_flag(process, "CAPTIVE") and process.mode is ProcessMode.INTERACTIVE
    if is_confined(process) or has_flag(process, "DISCTLY"):
        dcl.control.discard("Y")
    record = process.record
    user = record.lgicmd if record is not None and record.lgicmd else USER_LOGIN
    for spec, default in ((SYSTEM_LOGIN, "SYS$MANAGER:SYLOGIN.COM"), (user, "SYS$LOGIN:LOGIN.COM")):
        if spec == SYSTEM_LOGIN and process.names.translate(SYSTEM_LOGIN) is None:
            continue
        await _login_procedure(dcl, spec, default, captive=captive and spec is user)
        if dcl.ended:
            return
    if captive:
        _end_session(dcl, CLI.CAPTINT.error())
        return
    if has_flag(process, "RESTRICTED") and not has_flag(process, "DISCTLY"):
        dcl.control.add("Y")
    dcl.status = 1


def _end_session(dcl: Interpreter, error: VmsError) -> None:
    dcl.show_error(error)
    dcl.logout()


async def _login_procedure(dcl: Interpreter, spec: str, default: str, *, captive: bool = False) -> None:
    """Run one of them; a missing one is no error, except for captive accounts. fidelity: what shows CMDFILERR is inferred."""
    try:
        text, name = open_procedure(dcl, spec, default)
    except VmsError as error:
        cause = error.message.cause
        missing = cause is not None and any(cause.value.same_condition(d.value) for d in (RMS.FNF, RMS.DNF))
        if captive:
            _end_session(dcl, CLI.NOCMDPROC.error())
        elif not missing:
            dcl.show_error(CLI.CMDFILERR.error(cause=cause))
        return
    floor = len(dcl.levels)
    dcl.enter_procedure(text, name, [])
    try:
        await engine.run(dcl, floor)
    except ControlY:
        if not has_flag(dcl.process, "DISCTLY"):
            dcl.stop_procedures()


def _say_goodbye(dcl: Interpreter) -> None:
    process = dcl.process
    if process.parent is not None or (process.mode is ProcessMode.INTERACTIVE and not process.output.is_terminal):
        return
    terminated = process.mode is not ProcessMode.INTERACTIVE
    for line in logout_lines(process, full=dcl.full_logout or terminated, terminated=terminated):
        process.output.write(line)
