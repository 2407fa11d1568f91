"""Messages by condition value: what $STATUS, EXIT and F$MESSAGE display.

The text is looked up by facility and message number; the severity letter comes from the low bits of the value. Number 0 of the SYSTEM facility
is only SS$_NORMAL itself. Unknown values print NONAME-NOMSG.

The message file that SET MESSAGE selected comes first, then the system message file (SYSMSG.EXE), which holds SYSTEM, RMS, CLI, LIB, SHR and JBC. The
messages of utilities are in files of their own: they are found while the utility's image is there, or when SET MESSAGE names their file.

Source: DCL reference 2.7, 3.6, 6.1 (seen on V7.3); DCL Dictionary, SET MESSAGE; System Services Reference, $GETMSG.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmsemu.base.condition import ConditionValue, Message, MessageDefinition
from vmsemu.dcl.activation import ImageActivator
from vmsemu.queue.jbc import JBC
from vmsemu.services.putmsg import facility_name
from vmsemu.tables.facilities import CLI, LIB, RMS, SHR, SS

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

_LETTERS = "WSEIF???"
_SYSTEM_MESSAGES = (SS, RMS, CLI, LIB, SHR, JBC)


def definition_for(dcl: Interpreter, value: int, *, image: bool = False) -> MessageDefinition | None:
    """The definition with the facility and number of `value`; with `image`, also in what images declare."""
    if value & 0x0FFFFFF8 == 0:
        return SS.NORMAL if value & 7 == 1 else None
    for find in (*dcl.message_files, *(f.by_value for f in _SYSTEM_MESSAGES)):
        found = find(value)
        if found is not None:
            return found
    activator = dcl.system.parts.get(ImageActivator) if image else None
    return activator.find_message(value) if activator is not None else None


def message_for(dcl: Interpreter, value: int, *, image: bool = False) -> Message:
    """The message that displays `value`, with its own severity; parameters are not known and print as directives."""
    condition = ConditionValue(value)
    found = definition_for(dcl, value, image=image)
    if found is None:
        return Message(MessageDefinition("NONAME", "NOMSG", condition, "Message number !XL", 1), (value,))
    text = found.text if not found.fao_count else found.text.replace("!", "!!")
    return Message(MessageDefinition(found.facility, found.ident, condition, text))


def message_text(dcl: Interpreter, value: int) -> tuple[str, str, str, str]:
    """Facility, severity letter, ident and text of a value, FAO directives raw (F$MESSAGE)."""
    found = definition_for(dcl, value)
    letter = _LETTERS[value & 7]
    if found is None:
        return "NONAME", letter, "NOMSG", f"Message number {value & 0xFFFFFFFF:08X}"
    return facility_name(found), letter, found.ident, found.text
