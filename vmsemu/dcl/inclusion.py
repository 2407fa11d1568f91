"""`@file` in the middle of a command: the rest of the command is read from the file.

The file holds parameters and qualifiers, without a dollar sign, in records that hyphens continue. Apostrophes in it are replaced as in any line.
fidelity: what stands in the file after that one line, and on the command line after the specification, is taken to be nothing and to be appended.

Source: DCL reference 1.9.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import VmsError
from vmsemu.dcl.lines import continues, without_comment, without_hyphen
from vmsemu.dcl.opening import full_specification
from vmsemu.dcl.procedure import Code
from vmsemu.dcl.statement import Site
from vmsemu.dcl.substitution import expand
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

_PIECE = re.compile(r'"[^"]*(?:"|$)|(?P<mark>[ \t]@)[ \t]*(?P<spec>[^ \t/,]+)|.', re.DOTALL)
_DEFAULT = ".COM"
_DEPTH = 32


def _mark(line: str) -> re.Match[str] | None:
    return next((m for m in _PIECE.finditer(line) if m["mark"]), None)


def included_command(text: str, site: Site | None) -> Code | None:
    """The closure of a command in which `@file` stands for a part: the file is read each time. None when there is no such part."""
    if _mark(text) is None:
        return None

    def run(dcl: Interpreter) -> Any:
        line = text
        for _ in range(_DEPTH):
            found = _mark(line)
            if found is None:
                return dcl.compiled_translation(line, site)(dcl)
            line = line[: found.start()] + " " + _command_text(dcl, found["spec"]) + line[found.end() :]
        raise CLI.STKOVF.error()

    return run


def _command_text(dcl: Interpreter, spec: str) -> str:
    """The line that a file holds. Errors: CLI.OPENIN with the RMS condition below it."""
    try:
        file = dcl.process.files.open(spec, default=_DEFAULT)
    except VmsError as error:
        raise CLI.OPENIN.error(full_specification(dcl, spec, _DEFAULT), cause=error) from None
    with file:
        records = iter(file.lines())
        line = next(records, "")
        while continues(line):
            line = without_hyphen(line) + next(records, "")
    return expand(dcl, without_comment(line)).strip(" \t")
