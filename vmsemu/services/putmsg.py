"""$PUTMSG: the one place where `%FACILITY-S-IDENT, text` is formatted.

The facility of the command interpreter is CLI in the message file; DCL puts its own name in the first line of its messages and nowhere else.
A part that is switched off goes with its separator; a line of text alone has no `%`.

Source: System Services Reference, $PUTMSG; SET MESSAGE for the parts that can be switched off.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from vmsemu.base.condition import Message, MessageDefinition
from vmsemu.base.fao import fao


@dataclass(frozen=True, slots=True)
class MessageParts:
    """Which parts of a message are displayed (SET MESSAGE)."""

    facility: bool = True
    severity: bool = True
    ident: bool = True
    text: bool = True


ALL_PARTS = MessageParts()
NO_PARTS = MessageParts(False, False, False, False)
DCL, CLI = "DCL", "CLI"
"""The name of the facility as DCL shows it, and its name in the message file."""


def message_lines(message: Message, parts: MessageParts = ALL_PARTS) -> list[str]:
    """The lines of a message and of those chained below it."""
    lines = []
    for at, part in enumerate(message.chain()):
        line = format_message(part if at == 0 else in_utility(part), "%" if at == 0 else "-", parts)
        if line:
            lines.append(line)
    return lines


def facility_name(definition: MessageDefinition) -> str:
    """The facility of a message as the message file has it. fidelity: that $GETMSG and F$MESSAGE say CLI is inferred from that."""
    return CLI if definition.facility == DCL else definition.facility


def in_utility(message: Message) -> Message:
    """A message as anybody but DCL shows it: conditions of the command parser carry the facility CLI. Source: tcpip.md 1.2 (inferred)."""
    definition = message.definition
    return message if definition.facility != DCL else Message(replace(definition, facility=CLI), message.parameters, message.cause)


def format_message(message: Message, lead: str = "%", parts: MessageParts = ALL_PARTS) -> str:
    """One line: `%FACILITY-S-IDENT, text`, without the parts that are switched off."""
    definition = message.definition
    words = []
    if parts.facility:
        words.append(definition.facility)
    if parts.severity:
        words.append(message.value.severity.letter)
    if parts.ident:
        words.append(definition.ident)
    text = fao(definition.text, message.parameters) if parts.text else ""
    if not words:
        return text
    prefix = lead + "-".join(words)
    return f"{prefix}, {text}" if parts.text else prefix
