"""MAIL-11, the protocol between the MAIL of two nodes, without input and output: records in, events and records out.

Theory of operation. A logical link carries whole records. When it is made the client says what it would like to send (16 bytes), the server what it
accepts. Then, client to server unless marked:

    sender, padded to 12 columns, the personal name behind it
    addressee                          <- status           as often as there are addressees
    one zero byte
    To: text, CC: text (when accepted), Subj: text
    the text, a record a line
    one zero byte                      <- a status for each addressee that was accepted, in order

A status is four bytes; one that is no success is followed by lines of text, as they are to be displayed, and a record of one zero byte. The client
waits for the status of each addressee before it sends the next record; everything behind them streams. A client that has nobody left, or does not
want to go on, disconnects. Nothing is stored before the zero byte behind the text has come: a link that breaks earlier leaves nothing.

A client without user data speaks the old protocol, which has no CC: record. Text is DEC MCS.

Left out: block mode and foreign files (the server does not accept them, as V7.3 does not for text). Source: captures of V7.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from vmsemu.base.condition import ConditionValue
from vmsemu.formats.mail11 import CONFIGURATION, PARSE_ERRORS, STATUS, IoMode
from vmsemu.mail.message import compose_from, split_from, to_bytes

OBJECT_NUMBER = 27
END = b"\0"
SUCCESS = STATUS.build(1)
_SENDER_WIDTH = 12


class ProtocolError(Exception):
    """The partner sent what has no place here."""


@dataclass(frozen=True, slots=True)
class Status:
    """The answer to an addressee, before or after the text. `lines` are those to display when it is no success."""

    value: ConditionValue
    lines: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.value)


# -- client ----------------------------------------------------------------------------------------------------------------------------------


class Mail11Client:
    """The sending side of one link."""

    def __init__(self) -> None:
        self._cc = False
        self._value: ConditionValue | None = None
        self._lines: list[str] = []

    def connect_data(self) -> bytes:
        """User data of the connect: CC is wanted, the text comes in records."""
        data: bytes = CONFIGURATION.build({"io_mode": IoMode.WANT_CC})
        return data

    def accepted(self, data: bytes) -> None:
        """User data of the acceptance; none is the old protocol."""
        self._cc = bool(_io_mode(data) & IoMode.ACCEPT_CC)

    def sender(self, from_text: str) -> bytes:
        """The sender's record: user name padded to 12, a blank and the personal name in quotation marks."""
        return to_bytes(compose_from(*split_from(from_text)).ljust(_SENDER_WIDTH))

    def addressee(self, text: str) -> bytes:
        return to_bytes(text)

    def receive(self, record: bytes) -> Status | None:
        """A record from the server; the status that it completes. Errors: ProtocolError."""
        if self._value is None:
            if len(record) != len(SUCCESS):
                raise ProtocolError("no status")
            value = ConditionValue(STATUS.parse(record))
            if value:
                return Status(value)
            self._value = value
            return None
        if record != END:
            self._lines.append(record.decode("latin-1"))
            return None
        found = Status(self._value, tuple(self._lines))
        self._value, self._lines = None, []
        return found

    def text(self, to: str, cc: str, subject: str, lines: Iterable[str]) -> Iterator[bytes]:
        """Every record behind the addressees. A line that is one zero byte would end the text, and gets a blank."""
        yield END
        yield to_bytes(to)
        if self._cc:
            yield to_bytes(cc)
        yield to_bytes(subject)
        for line in lines:
            record = to_bytes(line)
            yield record if record != END else record + b" "
        yield END


# -- server ----------------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sender:
    """The first record: who sends, without the node."""

    text: str


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody to be checked; answer with `Mail11Server.answer`."""

    text: str


@dataclass(slots=True)
class Envelope:
    """A message that has come whole; answer with a status for each addressee that was accepted."""

    to: str = ""
    cc: str = ""
    subject: str = ""
    lines: list[str] = field(default_factory=list)


class _State(Enum):
    SENDER = auto()
    ADDRESSEES = auto()
    TO = auto()
    CC = auto()
    SUBJECT = auto()
    TEXT = auto()
    DONE = auto()


class Mail11Server:
    """The receiving side of one link."""

    def __init__(self) -> None:
        self._cc = False
        self._state = _State.SENDER
        self._envelope = Envelope()

    def accept(self, data: bytes) -> bytes:
        """User data of a connect; the result is that of its acceptance. Only CC is ever accepted."""
        self._cc = bool(_io_mode(data) & IoMode.WANT_CC)
        answer: bytes = CONFIGURATION.build({"io_mode": IoMode.ACCEPT_CC if self._cc else 0})
        return answer if data else b""

    def receive(self, record: bytes) -> Sender | Addressee | Envelope | None:
        """A record from the client. Errors: ProtocolError for one behind the end of the message."""
        text = record.decode("latin-1")
        envelope = self._envelope
        match self._state:
            case _State.SENDER:
                self._state = _State.ADDRESSEES
                return Sender(text.rstrip(" "))
            case _State.ADDRESSEES if record != END:
                return Addressee(text)
            case _State.ADDRESSEES:
                self._state = _State.TO
            case _State.TO:
                envelope.to = text
                self._state = _State.CC if self._cc else _State.SUBJECT
            case _State.CC:
                envelope.cc = text
                self._state = _State.SUBJECT
            case _State.SUBJECT:
                envelope.subject = text
                self._state = _State.TEXT
            case _State.TEXT if record != END:
                envelope.lines.append(text)
            case _State.TEXT:
                self._state = _State.DONE
                return envelope
            case _:
                raise ProtocolError("record behind the message")
        return None

    @staticmethod
    def answer(status: Status) -> list[bytes]:
        """The records of a status."""
        if status:
            return [SUCCESS]
        return [STATUS.build(int(status.value) & 0xFFFFFFFF), *map(to_bytes, status.lines), END]


def _io_mode(data: bytes) -> IoMode:
    if not data:
        return IoMode(0)
    try:
        return IoMode(CONFIGURATION.parse(data).io_mode)
    except PARSE_ERRORS:
        return IoMode(0)
