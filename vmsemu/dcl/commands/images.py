"""RUN, MCR, CONTINUE; DECK and EOD; the cards JOB, PASSWORD and EOJ.

Source: DCL Dictionary; DCL reference 3.6, 3.8, 3.11, 3.13.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vmsemu.dcl.activation import continue_image, image_of_file, run_file
from vmsemu.dcl.command import NORMAL, compiled, routine
from vmsemu.dcl.lines import upcase
from vmsemu.dcl.procedure import Code
from vmsemu.dcl.requests import RESUME, Request
from vmsemu.tables.command import ParsedCommand
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter


@compiled("RUN")
def run(command: ParsedCommand) -> Code:
    """RUN image. Qualifiers that create a process are a syntax of their own, served by an image."""
    spec = command.value("P1") or ""
    if command.present("DEBUG"):
        return lambda dcl: _debugged(dcl, spec)
    return lambda dcl: run_file(dcl, spec)


def _debugged(dcl: Interpreter, spec: str) -> None:
    """RUN/DEBUG: the image must be there, and the debugger too."""
    from vmsemu.dcl.commands.memory import activate_debugger

    image_of_file(dcl, spec, ".EXE", upcase(spec))
    activate_debugger(dcl)
    dcl.status = NORMAL


@routine("MCR")
def mcr(dcl: Interpreter, command: ParsedCommand) -> Any:
    """MCR image [line]: an image of SYS$SYSTEM, or of the directory it names, with the rest as its command line.

    fidelity: that `MCR []X` takes the default device and not that of SYS$SYSTEM is inferred from procedures that use it.
    """
    image = command.value("P1") or ""
    default = ".EXE" if image[:1] in ("[", "<") else "SYS$SYSTEM:.EXE"
    return run_file(dcl, image, command.value("P2") or "", default=default, verb="MCR")


@routine("CONTINUE", keeps_status=True)
def continue_(dcl: Interpreter, command: ParsedCommand) -> Any:
    """CONTINUE: go on with what Ctrl/Y interrupted; nothing otherwise."""
    if not dcl.level.interrupted:
        return None
    dcl.end_level()
    level = dcl.level
    if level.retry:
        level.retry = False
        level.pc -= 1
    return continue_image(dcl) if dcl.image is not None else RESUME


@routine("DECK", keeps_status=True)
def deck(dcl: Interpreter, command: ParsedCommand) -> Any:
    """DECK with no image to read the data: the data is passed over with a message."""
    return None


@routine("EOD", keeps_status=True)
def eod(dcl: Interpreter, command: ParsedCommand) -> Any:
    """EOD: the end of data."""
    return None


@routine("EOJ")
def eoj(dcl: Interpreter, command: ParsedCommand) -> Request:
    """EOJ: the end of a batch job read from cards; anywhere else it logs the process out."""
    dcl.logout()
    return RESUME


@routine("JOB", "PASSWORD")
def card(dcl: Interpreter, command: ParsedCommand) -> None:
    """JOB, PASSWORD: cards that only a card reader understands. Errors: CLI.CMDGONE. fidelity: which error VMS gives is not known."""
    raise CLI.CMDGONE.error()
