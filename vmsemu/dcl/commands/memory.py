"""EXAMINE, DEPOSIT, DEBUG: commands for the memory of the image that Ctrl/Y interrupted.

Images of this machine have no memory of their own, so no address can be read or written from user mode. VMS shows asterisks for the contents of
such a place, and so do these commands; the location and the data are evaluated before that, with all their errors. The debugger is an image
that is not on the system disk.

Source: DCL Dictionary, DEBUG, DEPOSIT, EXAMINE.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vmsemu.dcl.command import routine
from vmsemu.dcl.evaluate import value
from vmsemu.dcl.expression import read_expression
from vmsemu.dcl.refusals import happens_anyway
from vmsemu.dcl.values import to_integer
from vmsemu.tables.command import ParsedCommand
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

_PIECES = re.compile(r'"[^"]*(?:"|$)|%[XODxod][0-9A-Fa-f]+|[A-Za-z_$][\w$]*|\.[A-Za-z]+\.?|\.|[0-9][0-9A-Fa-f]*|.')
_RADIX = (("HEXADECIMAL", "%X"), ("DECIMAL", "%D"), ("OCTAL", "%O"))
_DIGITS = (("BYTE", 2), ("WORD", 4), ("LONGWORD", 8))
_CURRENT = 0  # the current location; a DEPOSIT that fails does not move it


@routine("EXAMINE", keeps_status=True)
def examine(dcl: Interpreter, command: ParsedCommand) -> None:
    """EXAMINE location[:location]."""
    happens_anyway(command, "ASCII")  # no location can be read, so none is shown
    rest = _locations(dcl, command, _in_radix(command, command.value("P1") or ""))
    if rest:
        raise CLI.EXPSYN.error()


@routine("DEPOSIT", keeps_status=True)
def deposit(dcl: Interpreter, command: ParsedCommand) -> None:
    """DEPOSIT location=data[,...]. Errors: CLI.EXPSYN; those of the expressions."""
    place, equals, data = (command.value("P1") or "").partition("=")
    if not equals or not data.strip():
        raise CLI.EXPSYN.error()
    if not command.present("ASCII"):
        _data(dcl, _in_radix(command, data))
    if _locations(dcl, command, _in_radix(command, place)):
        raise CLI.EXPSYN.error()


def _in_radix(command: ParsedCommand, text: str) -> str:
    """The text with the radix of the command written before each bare number, and the period replaced by the current location."""
    prefix = next((p for name, p in _RADIX if command.present(name)), "%X")

    def replaced(piece: str) -> str:
        if piece[0].isdigit():
            return prefix + piece
        return f"%X{_CURRENT:X}" if piece == "." else piece

    return "".join(replaced(piece) for piece in _PIECES.findall(text))


def _data(dcl: Interpreter, text: str) -> None:
    at = 0
    while True:
        node, at = read_expression(text, at)
        value(node)(dcl)
        if text[at : at + 1] != ",":
            break
        at += 1
    if at < len(text):
        raise CLI.EXPSYN.error()


def _locations(dcl: Interpreter, command: ParsedCommand, text: str) -> str:
    """Evaluate a location or a range of them and show what can be seen there; returns the rest of the text.

    fidelity: the number of asterisks is not known; there are as many as digits. Of a range the first place is shown.
    """
    node, at = read_expression(text)
    first = last = to_integer(value(node)(dcl)) & 0xFFFFFFFF
    if text[at : at + 1] == ":":
        node, at = read_expression(text, at + 1)
        last = to_integer(value(node)(dcl)) & 0xFFFFFFFF
    if last < first:
        raise CLI.INVRANGE.error()
    digits = next((count for name, count in _DIGITS if command.present(name)), 8)
    if at >= len(text):
        dcl.output.write(f"{first:08X}:  {'*' * digits}")
    return text[at:]


def activate_debugger(dcl: Interpreter) -> None:
    """Find the debugger. Errors: CLI.ACTIMAGE with CLI.IMAGEFNF below it, as SYS$LIBRARY:DEBUG.EXE is not there."""
    from vmsemu.dcl.activation import image_of_file

    image_of_file(dcl, "DEBUG", "SYS$SHARE:.EXE", "DEBUG")


@routine("DEBUG")
def debug(dcl: Interpreter, command: ParsedCommand) -> None:
    """DEBUG: the debugger, on the interrupted image. Errors: see activate_debugger."""
    activate_debugger(dcl)
