"""Messages by condition value: what $STATUS, EXIT and F$MESSAGE display.

The text is looked up by facility and message number; the severity letter comes from the low bits of the value. Number 0 of the SYSTEM facility
is only SS$_NORMAL itself. Unknown values print NONAME-NOMSG.

Source: DCL reference 2.7, 3.6, 6.1 (seen on V7.3).
"""

from __future__ import annotations

from vmsemu.base.condition import ConditionValue, Message, MessageDefinition
from vmsemu.dcl.activation import ImageActivator
from vmsemu.services.system import System
from vmsemu.tables.facilities import CLI, LIB, RMS, SS

_LETTERS = "WSEIF???"
_SHARED = (SS, RMS, CLI, LIB)


def definition_for(system: System, value: int) -> MessageDefinition | None:
    """The definition with the facility and number of `value`."""
    if value & 0x0FFFFFF8 == 0:
        return SS.NORMAL if value & 7 == 1 else None
    for facility in _SHARED:
        found = facility.by_value(value)
        if found is not None:
            return found
    activator = system.parts.get(ImageActivator)
    return activator.find_message(value) if activator is not None else None


def message_for(system: System, value: int) -> Message:
    """The message that displays `value`, with its own severity; parameters are not known and print empty."""
    condition = ConditionValue(value)
    found = definition_for(system, value)
    if found is None:
        return Message(MessageDefinition("NONAME", "NOMSG", condition, "Message number !XL", 1), (value,))
    text = found.text if not found.fao_count else found.text.replace("!", "!!")
    return Message(MessageDefinition(found.facility, found.ident, condition, text))


def message_text(system: System, value: int) -> tuple[str, str, str, str]:
    """Facility, severity letter, ident and text of a value, FAO directives raw (F$MESSAGE)."""
    found = definition_for(system, value)
    letter = _LETTERS[value & 7]
    if found is None:
        return "NONAME", letter, "NOMSG", f"Message number {value & 0xFFFFFFFF:08X}"
    facility = "CLI" if found.facility == "DCL" else found.facility  # fidelity: CLI is inferred, as the message file names the facility
    return facility, letter, found.ident, found.text
