"""`@`: finding a command procedure and entering it.

Source: DCL reference 1.9; OpenVMS User's Manual, "Executing command procedures".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import VmsError
from vmsemu.dcl.errors import at_segment
from vmsemu.dcl.level import CommandLevel
from vmsemu.dcl.lines import split_parameters, unquoted, upcase
from vmsemu.dcl.opening import full_specification, open_output
from vmsemu.dcl.procedure import Code, Procedure
from vmsemu.dcl.requests import RESUME
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter
    from vmsemu.services.rms import RecordFile

LIMIT = 32
_TARGET = re.compile(r'@[ \t]*((?:"(?:[^"]|"")*"|<[^>]*>|\[[^\]]*\]|[^ \t/"<\[])*)')
_OUTPUT = re.compile(r'/[ \t]*(\w+)[ \t]*[=:][ \t]*("[^"]*"|[^ \t]+)')
DEFAULT = ".COM"


def compile_invocation(text: str) -> Code:
    """Compile `@file[/OUTPUT=spec] [p1 ... p8]`."""
    found = _TARGET.match(text)
    assert found is not None
    spec = unquoted(found[1])
    rest = text[found.end() :]
    output: str | None = None
    problem: VmsError | None = None
    while (qualifier := _OUTPUT.match(rest)) is not None or rest[:1] == "/":
        if qualifier is None or not "OUTPUT".startswith(upcase(qualifier[1])[:4]):
            problem = _bad_qualifier(rest)
            break
        output = unquoted(qualifier[2])
        rest = rest[qualifier.end() :]
    parameters = split_parameters(rest)

    def invoke(dcl: Interpreter) -> Any:
        if not spec:
            raise CLI.NOATFIL.error()
        if problem is not None:
            raise problem
        if len(parameters) > 8:
            raise CLI.DEFOVF.error()
        if dcl.depth + 1 >= LIMIT:
            raise CLI.STKOVF.error()
        if dcl.redirections.is_stream(spec):
            return _enter_device(dcl, spec, parameters)
        procedure, name = open_procedure(dcl, spec)
        stream = None if output is None else open_output(dcl, output)
        dcl.enter_procedure(procedure, name, parameters, stream)
        return RESUME

    return invoke


def _bad_qualifier(text: str) -> VmsError:
    """What is wrong with a qualifier of `@`."""
    word = upcase(re.match(r"/[ \t]*(\w*)", text)[1])  # type: ignore[index]
    if not word:
        return at_segment(CLI.NOKEYW, "/")
    return at_segment(CLI.VALREQ if "OUTPUT".startswith(word[:4]) else CLI.IVQUAL, word)


def _enter_device(dcl: Interpreter, spec: str, parameters: list[str]) -> Any:
    """`@TT:`: a level that reads commands from a device; jumps in it do nothing."""
    stream = dcl.redirections.open_input(spec)
    dcl.push_level(CommandLevel(dcl.level.depth + 1, stream=stream, name=stream.name), parameters)
    return RESUME


def open_procedure(dcl: Interpreter, spec: str, default: str = DEFAULT) -> tuple[Procedure, str]:
    """Read a procedure; returns it with its full specification. Errors: CLI.OPENIN with the RMS condition below it."""
    try:
        name, procedure = dcl.process.files.derive(spec, default, "procedure", lambda file: _read(dcl, file))
    except VmsError as error:
        raise CLI.OPENIN.error(full_specification(dcl, spec, default), cause=error) from None
    if isinstance(procedure, VmsError):
        raise procedure
    return procedure, name.to_text()


def _read(dcl: Interpreter, file: RecordFile) -> Procedure | VmsError:
    """The procedure in a file, or the error that ended it before the end of the file."""
    try:
        return dcl.load_procedure(list(file.lines()))
    except VmsError as error:
        return error
