"""F$MESSAGE.

Source: DCL Dictionary; DCL reference 4.4, 6.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmsemu.dcl.errors import at_segment
from vmsemu.dcl.lexical_functions.registry import lexical
from vmsemu.dcl.status import message_text
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

_PARTS = ("FACILITY", "SEVERITY", "IDENT", "TEXT")


@lexical
def f_message(dcl: Interpreter, status: int, components: str = "") -> str:
    """The message of a condition value, FAO directives raw."""
    values = dict(zip(_PARTS, message_text(dcl, status), strict=True))
    chosen = [word.strip().upper() for word in components.split(",")] if components.strip() else list(_PARTS)
    for word in chosen:
        if word not in _PARTS:
            raise at_segment(CLI.IVKEYW, word)
    prefix = "-".join(values[part] for part in _PARTS[:3] if part in chosen)
    text = values["TEXT"] if "TEXT" in chosen else ""
    if not prefix:
        return text
    return f"%{prefix}, {text}" if "TEXT" in chosen else f"%{prefix}"
