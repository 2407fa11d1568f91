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

A client that has a file to send as it is asks for foreign transfer; then a record of attributes follows Subj:, and the file's bytes take the place of
the text. fidelity: a file of one zero byte arrives with two, as the end of the text looks so. Left out: block mode for text, which the server does
not accept, as V7.3 does not. Source: captures of V7.3; public programs that speak MAIL-11.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from vmsemu.base.condition import ConditionValue
from vmsemu.files.attributes import CarriageControl, Organization, RecordAttributes, RecordFormat
from vmsemu.formats.mail11 import CONFIGURATION, PARSE_ERRORS, STATUS, FileItem, IoMode, pack_attributes, unpack_attributes
from vmsemu.mail.message import ForeignBody, compose_from, split_from, to_bytes
from vmsemu.mail.record import MailFlags

OBJECT_NUMBER = 27
END = b"\0"
SUCCESS = STATUS.build(1)
_SENDER_WIDTH = 12
_PIECE = 8 * 512
_CARRIAGE = CarriageControl.FTN | CarriageControl.CR | CarriageControl.PRN | CarriageControl.BLK


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

    def __init__(self, *, foreign: bool = False) -> None:
        self.takes_foreign = False
        self._foreign = foreign
        self._cc = False
        self._value: ConditionValue | None = None
        self._lines: list[str] = []

    def connect_data(self) -> bytes:
        """User data of the connect: CC is wanted, the text comes in records, or a foreign file in blocks."""
        wanted = IoMode.WANT_CC
        if self._foreign:
            wanted |= IoMode.WANT_BLOCK | IoMode.WANT_FOREIGN
        data: bytes = CONFIGURATION.build({"io_mode": wanted})
        return data

    def accepted(self, data: bytes) -> None:
        """User data of the acceptance; none is the old protocol."""
        mode = _io_mode(data)
        self._cc = bool(mode & IoMode.ACCEPT_CC)
        self.takes_foreign = bool(mode & IoMode.ACCEPT_FOREIGN)

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
        yield from self._header(to, cc, subject)
        for line in lines:
            record = to_bytes(line)
            yield record if record != END else record + b" "
        yield END

    def file(self, to: str, cc: str, subject: str, body: ForeignBody) -> Iterator[bytes]:
        """The same for a foreign file, when `takes_foreign`."""
        yield from self._header(to, cc, subject)
        attributes = body.attributes
        yield pack_attributes({
            FileItem.MESSAGE_FLAGS: MailFlags.EXTNSTD, FileItem.EXTENSION: attributes.extension, FileItem.RECORD_FORMAT: attributes.rtype,
            FileItem.RECORD_ATTRIBUTES: attributes.carriage, FileItem.LONGEST_RECORD: body.longest, FileItem.BUCKET_SIZE: attributes.bucket_size,
            FileItem.HEADER_SIZE: attributes.control_size, FileItem.MAXIMUM_RECORD: attributes.maximum_size,
        })  # fmt: skip
        at, end = 0, len(body.data)
        while at < end:
            size = _PIECE + 1 if end - at == _PIECE + 1 else _PIECE  # a piece of one byte could look like the end
            piece = body.data[at : at + size]
            yield piece if piece != END else piece + END
            at += size
        yield END

    def _header(self, to: str, cc: str, subject: str) -> Iterator[bytes]:
        yield END
        yield to_bytes(to)
        if self._cc:
            yield to_bytes(cc)
        yield to_bytes(subject)


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
    foreign: ForeignBody | None = None


class _State(Enum):
    SENDER = auto()
    ADDRESSEES = auto()
    TO = auto()
    CC = auto()
    SUBJECT = auto()
    ATTRIBUTES = auto()
    TEXT = auto()
    DATA = auto()
    DONE = auto()


class Mail11Server:
    """The receiving side of one link."""

    def __init__(self) -> None:
        self.is_foreign = False
        self._cc = False
        self._data = bytearray()
        self._attributes: dict[int, int] = {}
        self._state = _State.SENDER
        self._envelope = Envelope()

    def accept(self, data: bytes) -> bytes:
        """User data of a connect; the result is that of its acceptance. CC is accepted, and blocks for a foreign file only."""
        wanted = _io_mode(data)
        self._cc, self.is_foreign = bool(wanted & IoMode.WANT_CC), bool(wanted & IoMode.WANT_FOREIGN)
        mode = IoMode.ACCEPT_CC if self._cc else IoMode(0)
        if self.is_foreign:
            mode |= IoMode.ACCEPT_BLOCK | IoMode.ACCEPT_FOREIGN
        answer: bytes = CONFIGURATION.build({"io_mode": mode})
        return answer if data else b""

    def receive(self, record: bytes) -> Sender | Addressee | Envelope | None:
        """A record from the client. Errors: ProtocolError for one behind the end of the message, and attributes that are none."""
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
                self._state = _State.ATTRIBUTES if self.is_foreign else _State.TEXT
            case _State.ATTRIBUTES:
                self._attributes = _attributes(record)
                self._state = _State.DATA
            case _State.DATA if record != END:
                self._data += record
            case _State.DATA:
                self._state = _State.DONE
                envelope.foreign = _foreign_body(self._attributes, bytes(self._data))
                return envelope
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


def _attributes(record: bytes) -> dict[int, int]:
    try:
        return unpack_attributes(record)
    except PARSE_ERRORS:
        raise ProtocolError("no attributes") from None


def _foreign_body(items: dict[int, int], data: bytes) -> ForeignBody:
    """Errors: ProtocolError for a file that cannot be."""
    rtype = items.get(FileItem.RECORD_FORMAT, 0)
    try:
        attributes = RecordAttributes(
            Organization(rtype >> 4), RecordFormat(rtype & 15), CarriageControl(items.get(FileItem.RECORD_ATTRIBUTES, 0) & _CARRIAGE),
            items.get(FileItem.MAXIMUM_RECORD, 0), items.get(FileItem.HEADER_SIZE, 0), items.get(FileItem.BUCKET_SIZE, 0),
            items.get(FileItem.EXTENSION, 0),
        )  # fmt: skip
    except ValueError:
        raise ProtocolError("no such file") from None
    if attributes.organization is not Organization.SEQUENTIAL:
        raise ProtocolError("no sequential file")
    return ForeignBody(attributes, data, items.get(FileItem.LONGEST_RECORD, 0))


def _io_mode(data: bytes) -> IoMode:
    if not data:
        return IoMode(0)
    try:
        return IoMode(CONFIGURATION.parse(data).io_mode)
    except PARSE_ERRORS:
        return IoMode(0)
