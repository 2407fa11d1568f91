"""Condition values, message definitions, and the exception that carries a condition.

A condition is a 32-bit value; a message definition gives it a facility, an ident and a text. A `Message` is a definition with its
$FAO parameters and the messages chained to it; a `VmsError` raises one.

Source: Programming Concepts Manual, "condition value" field layout; MESSAGE utility.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

_IDENTITY = 0x0FFFFFF8  # facility and message number


class Severity(IntEnum):
    """The three severity bits of a condition value."""

    WARNING = 0
    SUCCESS = 1
    ERROR = 2
    INFORMATIONAL = 3
    FATAL = 4

    @property
    def letter(self) -> str:
        return "WSEIF"[self]


class ConditionValue(int):
    """A VMS condition: 32 bits. Severity bits 0-2, message number 3-15, facility 16-27, control 28-31. Truth is the low bit."""

    __slots__ = ()

    @property
    def severity(self) -> Severity:
        bits = self & 7
        return Severity(bits) if bits <= Severity.FATAL else Severity.FATAL

    @property
    def facility(self) -> int:
        return (self >> 16) & 0xFFF

    @property
    def inhibited(self) -> bool:
        """Bit 28 (STS$V_INHIB_MSG): the message has been shown already, or must not be."""
        return bool(self & 0x10000000)

    def shown(self) -> ConditionValue:
        """The same condition with STS$V_INHIB_MSG set."""
        return ConditionValue(self | 0x10000000)

    def same_condition(self, other: int) -> bool:
        """Equal apart from the control bits and severity (LIB$MATCH_COND)."""
        return (self ^ other) & _IDENTITY == 0

    def __bool__(self) -> bool:
        return bool(int(self) & 1)

    def __repr__(self) -> str:
        return f"%X{int(self):08X}"


@dataclass(frozen=True, slots=True)
class MessageDefinition:
    """One message of a compiled .MSG file: `%facility-severity-ident, text`. `text` is a $FAO control string."""

    facility: str
    ident: str
    value: ConditionValue
    text: str
    fao_count: int = 0

    @property
    def severity(self) -> Severity:
        return self.value.severity

    def __call__(self, *parameters: Any, cause: Message | MessageDefinition | None = None) -> Message:
        """This message with its $FAO parameters, ready for put_message; `cause` is chained below it with a hyphen."""
        return Message(self, parameters, _as_message(cause))

    def error(self, *parameters: Any, cause: VmsError | Message | MessageDefinition | None = None) -> VmsError:
        """The exception that signals this message."""
        below = cause.message if isinstance(cause, VmsError) else _as_message(cause)
        return VmsError(Message(self, parameters, below))

    def __int__(self) -> int:
        return int(self.value)


@dataclass(frozen=True, slots=True)
class Message:
    """A message definition with its $FAO parameters and the message chained below it."""

    definition: MessageDefinition
    parameters: tuple[Any, ...] = ()
    cause: Message | None = None

    @property
    def value(self) -> ConditionValue:
        return self.definition.value

    def chain(self) -> Iterator[Message]:
        """This message and those below it, in the order they are displayed."""
        here: Message | None = self
        while here is not None:
            yield here
            here = here.cause


class VmsError(Exception):
    """A signalled condition of severity warning, error or fatal. The only exception that crosses a floor."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message

    @property
    def value(self) -> ConditionValue:
        return self.message.value

    def matches(self, *definitions: MessageDefinition) -> bool:
        """True when the topmost condition is one of these."""
        value = int(self.message.definition.value)
        for definition in definitions:  # noqa: SIM110 - a generator takes twice as long
            if (value ^ definition.value) & _IDENTITY == 0:
                return True
        return False

    def __str__(self) -> str:
        chain = ((m.definition, m.parameters) for m in self.message.chain())
        return " / ".join(f"%{d.facility}-{d.severity.letter}-{d.ident} {parameters}" for d, parameters in chain)


def _as_message(what: Message | MessageDefinition | None) -> Message | None:
    return Message(what) if isinstance(what, MessageDefinition) else what
