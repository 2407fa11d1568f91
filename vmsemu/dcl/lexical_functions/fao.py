"""F$FAO.

Source: DCL Dictionary; DCL reference 4.1.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmsemu.base.fao import fao
from vmsemu.dcl.lexical_functions.registry import lexical
from vmsemu.dcl.values import Value

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter


@lexical
def f_fao(dcl: Interpreter, control: str, *arguments: Value) -> str:
    """Format a string."""
    return fao(control, arguments, now=dcl.system.now, identifier=lambda value: _name(dcl, value))


def _name(dcl: Interpreter, value: int) -> str | None:
    found = dcl.system.rights.of_value(value & 0xFFFFFFFF)
    return found.name if found is not None else None
