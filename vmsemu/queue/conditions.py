"""Completion conditions as text, for displays and broadcasts: the facilities every floor knows, and those that were added.

Source: $GETMSG.
"""

from __future__ import annotations

from vmsemu.base.condition import ConditionValue, MessageDefinition
from vmsemu.queue.jbc import JBC
from vmsemu.services.putmsg import facility_name
from vmsemu.tables.facilities import CLI, LIB, RMS, SS

_FACILITIES = (SS, JBC, RMS, CLI, LIB)


def definition_of(condition: ConditionValue) -> MessageDefinition | None:
    """The message of a condition."""
    for facility in _FACILITIES:
        found = facility.by_value(condition)
        if found is not None:
            return found
    return None


def condition_line(condition: ConditionValue) -> str:
    """`%SYSTEM-F-ABORT, abort`; parameters of the message are not known and stay as directives."""
    found = definition_of(condition)
    letter = condition.severity.letter
    if found is None:
        return f"%NONAME-{letter}-NOMSG, Message number {int(condition) & 0xFFFFFFFF:08X}"
    return f"%{facility_name(found)}-{letter}-{found.ident}, {found.text}"
