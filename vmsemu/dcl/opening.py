"""Files that a command of DCL opens by itself: `@`, /INPUT, /OUTPUT, the redirections of PIPE. Failures are told as OPENIN and OPENOUT.

Source: DCL reference 1.9, 3.9 (texts of the errors).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmsemu.base.condition import VmsError
from vmsemu.dcl.lines import upcase
from vmsemu.dcl.streams import FileOutput
from vmsemu.services.stream import InputStream, OutputStream
from vmsemu.tables.facilities import CLI, RMS

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter


def full_specification(dcl: Interpreter, spec: str, default: str) -> str:
    """A specification as messages show it: completed, or as it was given when it cannot be."""
    try:
        return dcl.process.files.parse(spec, default=default).to_text()
    except VmsError:
        return upcase(spec)


def open_input(dcl: Interpreter, spec: str, default: str) -> InputStream:
    """A file, device or process-permanent name to read from. Errors: CLI.OPENIN with the RMS condition below it."""
    try:
        return dcl.redirections.open_input(spec, default)
    except VmsError as error:
        raise CLI.OPENIN.error(full_specification(dcl, spec, default), cause=error) from None


def open_output(dcl: Interpreter, spec: str, default: str = ".LIS", *, name: str = "", append: bool = False) -> OutputStream:
    """A new file (or with `append` the end of an old one), device or permanent name. Errors: CLI.OPENOUT with the RMS condition below it."""
    try:
        if append and not dcl.redirections.is_stream(spec):
            try:
                return FileOutput(dcl.process.files.open(spec, default=default, append=True))
            except VmsError as error:
                if not error.matches(RMS.FNF):
                    raise
        return dcl.redirections.create(spec, default, name)
    except VmsError as error:
        raise CLI.OPENOUT.error(full_specification(dcl, spec, default), cause=error) from None
