"""LOGOUT, STOP, WAIT, CANCEL.

Source: DCL Dictionary; DCL reference 3.6, 3.13, 3.14.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime
from vmsemu.dcl.command import routine
from vmsemu.dcl.errors import at_segment
from vmsemu.dcl.refusals import happens_anyway
from vmsemu.dcl.requests import RESUME, Request
from vmsemu.kernel.kernel import sleep
from vmsemu.services.creprc import find_process, force_exit, stop_process
from vmsemu.services.schdwk import sys_canwak
from vmsemu.tables.command import ParsedCommand
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter
    from vmsemu.services.process import Process


@routine("WAIT", keeps_status=True)
def wait(dcl: Interpreter, command: ParsedCommand) -> Any:
    """WAIT delta-time."""
    text = command.value("P1") or ""
    try:
        length = DeltaTime.from_text(text)
    except VmsError:
        raise at_segment(CLI.IVDTIME, text) from None
    if text.startswith("-"):
        raise at_segment(CLI.IVDTIME, text)
    return sleep(dcl.system.kernel, length)


@routine("LOGOUT")
def logout(dcl: Interpreter, command: ParsedCommand) -> Request:
    """LOGOUT[/FULL]: the session shows the rest when it ends."""
    happens_anyway(command, "HANGUP")  # the line of a network terminal is dropped at every logout; others have none
    dcl.full_logout = command.present("FULL") or (dcl.full_logout and not command.present("BRIEF"))
    dcl.logout()
    return RESUME


def target_process(dcl: Interpreter, command: ParsedCommand) -> Process:
    """The process that a name or /IDENTIFICATION names. Errors: SS.NONEXPR, SS.NOPRIV, CLI.IVCHAR."""
    identification = command.value("IDENTIFICATION")
    if identification is None:
        return find_process(dcl.system, dcl.process, name=command.value("P1") or "")
    try:
        pid = int(identification, 16)
    except ValueError:
        raise at_segment(CLI.IVCHAR, identification) from None
    return find_process(dcl.system, dcl.process, pid=pid)


@routine("STOP", keeps_status=True)
def stop(dcl: Interpreter, command: ParsedCommand) -> Any:
    """STOP: without a process, back to level 0 (or end the interrupted image without its exit handlers); with one, delete it.

    STOP/IMAGE makes the image of a process exit ($FORCEX); the process goes on.
    """
    if command.value("P1") is None and not command.present("IDENTIFICATION"):
        dcl.stop_procedures()
        return RESUME
    target = target_process(dcl, command)
    if not command.present("IMAGE"):
        stop_process(dcl.system, target.pid, dcl.process)
    elif target.image:
        force_exit(dcl.system, target.pid, dcl.process)
    return None


@routine("CANCEL")
def cancel(dcl: Interpreter, command: ParsedCommand) -> None:
    """CANCEL [process]: its scheduled wakeups. Errors: SS.NONEXPR, SS.NOPRIV."""
    named = command.value("P1") is not None or command.present("IDENTIFICATION")
    sys_canwak(target_process(dcl, command) if named else dcl.process)
