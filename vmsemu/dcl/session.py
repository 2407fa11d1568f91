"""Main lines of processes that run DCL: interactive, batch, network, and a procedure without a login.

Each is a `main` for create_process: it makes the interpreter, runs the login procedures where there is a login, then the work, and returns the final
$STATUS. Source: DCL reference 3.16; System Manager's Manual, "Login procedures".
"""

from __future__ import annotations

from collections.abc import Sequence

from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.dcl import engine
from vmsemu.dcl.interpreter import Interpreter
from vmsemu.services.process import Process
from vmsemu.tables.facilities import CLI, RMS

_LOGIN_COMMANDS = ("SYS$SYLOGIN", "SYS$LOGIN:LOGIN.COM")


async def interactive(process: Process, *, login: bool = True) -> ConditionValue:
    """Login procedures, then commands from SYS$COMMAND until LOGOUT or its end."""
    return await _session(process, login=login)


async def commands(process: Process, lines: Sequence[str]) -> ConditionValue:
    """Each line as typed, without a login; the final $STATUS."""
    dcl = Interpreter(process)
    try:
        for line in lines:
            await dcl.execute(line)
            if dcl.ended:
                break
    finally:
        dcl.run_down()
    return _final(process, dcl)


async def procedure(process: Process, spec: str, parameters: Sequence[str]) -> ConditionValue:
    """A command procedure as the only work of the process, without a login."""
    return await _with_procedure(process, spec, parameters, login=False)


async def network(process: Process, spec: str, parameters: Sequence[str] = ()) -> ConditionValue:
    """A network process: the login procedures, then the procedure of the service."""
    return await _with_procedure(process, spec, parameters, login=True)


async def batch(process: Process, spec: str, parameters: Sequence[str] = ()) -> ConditionValue:
    """A batch job's procedure, after the login procedures."""
    return await _with_procedure(process, spec, parameters, login=True)


async def procedure_lines(process: Process, lines: Sequence[str], parameters: Sequence[str], *, login: bool = True) -> ConditionValue:
    """Lines from outside the machine as a command procedure."""
    dcl = Interpreter(process)
    try:
        if login:
            await _login(dcl)
        if not dcl.ended:
            floor = len(dcl.levels)
            dcl.enter_procedure(dcl.load_procedure(list(lines)), "SYS$INPUT:", list(parameters))
            await engine.run(dcl, floor)
    except VmsError as error:
        dcl.show_error(error)
    finally:
        dcl.run_down()
    return _final(process, dcl)


async def _session(process: Process, *, login: bool) -> ConditionValue:
    dcl = Interpreter(process)
    try:
        if login:
            await _login(dcl)
        if not dcl.ended:
            await dcl.run_interactive()
    finally:
        dcl.run_down()
    return _final(process, dcl)


async def _with_procedure(process: Process, spec: str, parameters: Sequence[str], *, login: bool) -> ConditionValue:
    dcl = Interpreter(process)
    try:
        if login:
            await _login(dcl)
        if not dcl.ended:
            await dcl.run_procedure(spec, list(parameters))
    except VmsError as error:
        dcl.show_error(error)
    finally:
        dcl.run_down()
    return _final(process, dcl)


async def _login(dcl: Interpreter) -> None:
    """SYLOGIN.COM, then the account's LOGIN.COM; one that is not there is passed over."""
    for spec in _LOGIN_COMMANDS:
        if spec.startswith("SYS$SYLOGIN") and dcl.process.names.translate("SYS$SYLOGIN") is None:
            continue
        try:
            await dcl.run_procedure(spec, [])
        except VmsError as error:
            if not error.matches(CLI.OPENIN, RMS.FNF):
                dcl.show_error(error)
        if dcl.ended:
            return
    dcl.status = int(CLI.NORMAL)


def _final(process: Process, dcl: Interpreter) -> ConditionValue:
    process.final_status = ConditionValue(dcl.status)
    return process.final_status
