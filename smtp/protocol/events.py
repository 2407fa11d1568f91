"""What the two state machines tell their users. Plain values, which nobody changes; those marked "asks" must be answered with `accept` or `refuse`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from smtp.message.address import Address
from smtp.protocol.replies import Reply


@dataclass(slots=True)
class Hello:
    """The client named itself. Information only."""

    verb: str
    name: str


@dataclass(slots=True)
class SenderGiven:
    """MAIL FROM: asks whether mail of this sender is taken."""

    sender: Address


@dataclass(slots=True)
class RecipientGiven:
    """RCPT TO: asks whether mail for this recipient is taken."""

    recipient: Address


@dataclass(slots=True)
class TextReceived:
    """A part of a long message has come, which is not kept here. More of it, MessageReceived or TransactionAborted follows."""

    sender: Address
    recipients: tuple[Address, ...]
    lines: tuple[bytes, ...]


@dataclass(slots=True)
class MessageReceived:
    """A message has arrived whole: asks whether it is stored safely.

    `lines` are the records of the text (what is left of it behind those of TextReceived), without line ends, with the transparency dots removed;
    none holds a LF.
    """

    sender: Address
    recipients: tuple[Address, ...]
    lines: tuple[bytes, ...]


@dataclass(slots=True)
class TransactionAborted:
    """RSET, a refused message, a timeout or a lost connection ended a transaction that had begun. Nothing of it is to be kept."""

    reason: str


@dataclass(slots=True)
class SessionEnded:
    """The dialogue is over: send what is left to send, then close."""

    reason: str


ServerEvent = Hello | SenderGiven | RecipientGiven | TextReceived | MessageReceived | TransactionAborted | SessionEnded


class Outcome(Enum):
    """What became of one recipient on one host."""

    SENT = "sent"
    RETRY = "retry"
    FAILED = "failed"


@dataclass(slots=True)
class RecipientDone:
    """The client knows the fate of a recipient on this host; `reply` is the server's word, None when it said nothing."""

    recipient: Address
    outcome: Outcome
    reply: Reply | None
    reason: str = ""

    @property
    def text(self) -> str:
        return self.reply.to_text() if self.reply is not None else self.reason


ClientEvent = RecipientDone | SessionEnded
