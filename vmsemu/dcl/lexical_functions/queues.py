"""F$GETQUI.

Source: DCL Dictionary; queues.md 9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmsemu.base.condition import VmsError
from vmsemu.dcl.errors import at_segment
from vmsemu.dcl.lexical_functions.registry import lexical
from vmsemu.dcl.values import Value, to_string, wrap
from vmsemu.tables.facilities import CLI, SS

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter


@lexical
def f_getqui(dcl: Interpreter, function: str, item: str = "", object: Value = "", flags: str = "") -> Value:
    """One fact about queues, jobs, files, forms, characteristics or the queue manager; nothing where there is no (further) object.

    Errors: CLI.IVKEYW; JBC.JOBQUEDIS without a queue manager.
    """
    from vmsemu.queue.getqui import FLAGS, FUNCTIONS, getqui
    from vmsemu.queue.jbc import JBC

    word = function.strip().upper()
    if word and word not in FUNCTIONS:
        raise at_segment(CLI.IVKEYW, word)
    chosen = [flag.strip().upper() for flag in flags.split(",") if flag.strip()]
    for flag in chosen:
        if flag not in FLAGS:
            raise at_segment(CLI.IVKEYW, flag)
    try:
        found = getqui(dcl.process, word, item.strip(), to_string(object), chosen)
    except VmsError as error:
        if error.matches(JBC.INVITMCOD):
            raise at_segment(CLI.IVKEYW, item.strip().upper()) from None
        if error.matches(JBC.JOBQUEDIS):
            raise  # fidelity: that this one is shown, and the others give nothing, is recalled
        if error.message.definition.facility == "JBC" or error.matches(SS.NOSUCHDEV):
            return ""
        raise
    if found is None:
        return ""
    if isinstance(found, bool):
        return "TRUE" if found else "FALSE"
    return wrap(found) if isinstance(found, int) else found
