"""F$GETQUI.

Source: DCL Dictionary; queues.md 9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmsemu.dcl.lexical_functions.registry import lexical
from vmsemu.dcl.values import Value

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter


@lexical
def f_getqui(dcl: Interpreter, function: str, item: str = "", object: Value = "", flags: str = "") -> Value:
    """One fact about queues, jobs, files, forms, characteristics or the queue manager."""
    from vmsemu.dcl.queue_context import getqui

    return getqui(dcl, function, item, object, flags)
