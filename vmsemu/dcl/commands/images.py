"""RUN, MCR, CONTINUE, and the commands that act on an interrupted image; DECK and EOD; card-deck relics.

Source: DCL Dictionary; DCL reference 3.6, 3.8, 3.11, 3.13.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vmsemu.dcl.activation import continue_image, run_file
from vmsemu.dcl.command import routine
from vmsemu.dcl.requests import RESUME
from vmsemu.tables.command import ParsedCommand
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter


@routine("RUN")
def run(dcl: Interpreter, command: ParsedCommand) -> Any:
    """RUN image. Qualifiers that create a process are a syntax of their own, served by an image."""
    if command.present("DEBUG"):
        raise CLI.CMDGONE.error()
    return run_file(dcl, command.value("P1") or "")


@routine("MCR")
def mcr(dcl: Interpreter, command: ParsedCommand) -> Any:
    """MCR image [line]: an image of SYS$SYSTEM with the rest as its command line."""
    return run_file(dcl, command.value("P1") or "", command.value("P2") or "", default="SYS$SYSTEM:.EXE", verb="MCR")


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


@routine("DEBUG", "DEPOSIT", "EXAMINE", "EOJ", "JOB", "PASSWORD")
def not_here(dcl: Interpreter, command: ParsedCommand) -> Any:
    """Commands for image memory and for card decks, which this machine does not have. Errors: CLI.CMDGONE."""
    raise CLI.CMDGONE.error()
