"""A control file: one SMTP message with its envelope and the state of its delivery.

Invariants: `to_bytes` and `from_bytes` are inverse; recipients keep their place and their size, so that noting a result changes bytes but
moves none; a file that fails the internal consistency check is refused as TCPIP.CFCORRUPT and is never read in part.

A file that is read is checked as a whole, but its text is taken apart only by who asks for its lines: most attempts during an outage never come to
DATA. A text of more than LONG bytes is not even held in memory: `from_source` checks the whole file piece by piece and leaves a body that reads its
lines anew whenever they are asked for; long_text.py writes one. construct is imported at first use, because it takes longer to load than a small
image runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache, lru_cache
from itertools import islice
from types import ModuleType
from typing import Any
from zlib import crc32

from smtp.facility import TCPIP
from smtp.message.address import NULL, Address, AddressError, reads_back
from smtp.message.body import Body, LongText
from vmsemu.base.condition import VmsError
from vmsemu.base.time import VmsTime

_BLOCK = 512
LONG = 256 * 1024
_PIECE = 128 * 1024
_NEVER = VmsTime(0)

Source = Callable[[int, int], bytes]
"""Bytes of a control file: from that offset, so many. Errors: those of whoever reads them."""


class RecipientState(IntEnum):
    """SHOW MAIL /RECIPIENT classes."""

    UNSENT = 0
    SENT = 1
    FAILED = 2


_UNSENT, _FAILED = RecipientState.UNSENT, RecipientState.FAILED


@dataclass(slots=True)
class Recipient:
    """One recipient and what became of it; `reason` is the last reply or condition in words."""

    address: Address
    state: RecipientState = RecipientState.UNSENT
    reason: str = ""


@dataclass(slots=True)
class TextRecords:
    """The records of headers and text, which do not change: what the header block tells of them, and their first bytes, which may share a
    block with the recipients."""

    header_lines: int
    body_lines: int
    length: int
    check: int
    start: bytes


class StoredLines:
    """The lines of a body that was read with its file, taken apart whenever they are asked for. Errors then: TCPIP.CFCORRUPT."""

    __slots__ = ("_at", "_count", "_name", "_records")

    def __init__(self, records: bytes, at: int, count: int, name: str) -> None:
        self._records = records
        self._at = at
        self._count = count
        self._name = name

    def __iter__(self) -> Iterator[bytes]:
        layout = _layout()
        try:
            lines, end = layout.split(self._records, self._count, b"B", self._at)
        except IndexError as error:
            raise _corrupt(self._name, _DISAGREE) from error
        if end != len(self._records):
            raise _corrupt(self._name, _DISAGREE)
        return iter(lines)

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, tuple | StoredLines) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(tuple(self))


@dataclass(slots=True)
class _Stored:
    """The first blocks of a file as the disk has them; where in them the fields of each recipient begin, and where the last one ends."""

    blocks: bytes
    places: list[int]
    end: int


@dataclass(slots=True)
class ControlFile:
    """The contents. `user` created it; lines are without their ends. `body` is a tuple, or what reads the lines of a file."""

    created: VmsTime
    user: str
    return_path: Address
    recipients: list[Recipient]
    headers: tuple[bytes, ...]
    body: Body
    attempts: int = 0
    last_attempt: VmsTime = _NEVER
    text: TextRecords | None = field(default=None, init=False, repr=False, compare=False)
    """Known once it has been written or read."""
    _stored: _Stored | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def unsent(self) -> list[Recipient]:
        return [r for r in self.recipients if r.state is _UNSENT]

    @property
    def failed(self) -> list[Recipient]:
        return [r for r in self.recipients if r.state is _FAILED]

    @property
    def is_new(self) -> bool:
        """There was no attempt yet at anybody."""
        return not self.attempts and not any(recipient.state or recipient.reason for recipient in self.recipients)

    def read_again(self) -> ControlFile:
        """One that `is_new`, has been written, and may have been used since, as `from_bytes` would read it."""
        recipients = [Recipient(recipient.address) for recipient in self.recipients]
        file = ControlFile(self.created, self.user, self.return_path, recipients, self.headers, self.body)
        file.text = self.text
        return file

    def check(self) -> None:
        """Refuse an envelope that `from_bytes` could not read again. Errors: TCPIP.INVADDR."""
        paths = [recipient.address for recipient in self.recipients]
        for address in paths if self.return_path.is_null else [self.return_path, *paths]:
            if not reads_back(address):
                raise TCPIP.INVADDR.error(address.to_text())

    def to_bytes(self) -> bytes:
        """Whole blocks, ready to be written. The envelope passes `check`. Errors: RMS.RSZ for a line of more than 65,534 bytes."""
        records = _layout().records
        body = tuple(self.body)
        text = records(b"H", self.headers) + records(b"B", body)
        self.text = TextRecords(len(self.headers), len(body), len(text), crc32(text), text[:_BLOCK])
        envelope = self._envelope(self.text)
        return b"".join((envelope, text, bytes(-(len(envelope) + len(text)) % _BLOCK)))

    def changing_blocks(self) -> bytes:
        """The first blocks of the file, all that noting a result can change: attempts and recipients. It has been written or read before."""
        if self._stored is not None:
            return self._noted(self._stored)
        assert self.text is not None
        envelope = self._envelope(self.text)
        rest = -len(envelope) % _BLOCK
        return b"".join((envelope, self.text.start[:rest].ljust(rest, b"\0")))

    def stored_blocks(self) -> bytes:
        """The same blocks as they were when the file was read, or when a result was noted last; nothing when that is not known."""
        return self._stored.blocks if self._stored is not None else b""

    def noted(self, blocks: bytes) -> None:
        """The blocks have been written."""
        if self._stored is not None:
            self._stored.blocks = blocks

    def _noted(self, stored: _Stored) -> bytes:
        layout = _layout()
        blocks = bytearray(stored.blocks)
        layout.TRIED.pack_into(blocks, layout.TRIED_AT, self.last_attempt, min(self.attempts, 0xFFFF))
        for at, recipient in zip(stored.places, self.recipients, strict=True):
            reason = recipient.reason.encode("latin-1", "replace")[: layout.REASON_SIZE]
            layout.RECIPIENT_FIELDS.pack_into(blocks, at, recipient.state, len(reason), reason)
        check = crc32(blocks[_BLOCK : stored.end], crc32(blocks[: _BLOCK - 4]))
        blocks[_BLOCK - 4 : _BLOCK] = check.to_bytes(4, "little")
        return bytes(blocks)

    def envelope_size(self) -> int:
        """Where the records of headers and text begin."""
        return _BLOCK + len(self._recipient_records(_layout()))

    def _recipient_records(self, layout: ModuleType) -> bytes:
        records: bytes = layout.records(b"R", [self._recipient_bytes(layout, r) for r in self.recipients])
        return records

    def _envelope(self, text: TextRecords) -> bytes:
        """The header with its checksum, and the records of the recipients."""
        layout = _layout()
        recipients = self._recipient_records(layout)
        user = self.user.encode("latin-1")[: layout.USER_SIZE]
        path = self.return_path.to_text().encode("latin-1")
        header: bytes = layout.HEADER_FIELDS.pack(
            layout.MAGIC,
            layout.VERSION,
            self.created,
            self.last_attempt,
            min(self.attempts, 0xFFFF),
            len(self.recipients),
            text.header_lines,
            text.body_lines,
            len(recipients) + text.length,
            len(user),
            user,
            len(path),
            path,
            text.check,
            layout.RESERVED,
        )
        return b"".join((header, crc32(recipients, crc32(header)).to_bytes(4, "little"), recipients))

    @staticmethod
    def _recipient_bytes(layout: ModuleType, recipient: Recipient) -> bytes:
        reason = recipient.reason.encode("latin-1", "replace")[: layout.REASON_SIZE]
        built: bytes = layout.RECIPIENT_FIELDS.pack(recipient.state, len(reason), reason) + recipient.address.to_text().encode("latin-1")
        return built

    @classmethod
    def from_bytes(cls, data: bytes, name: str) -> ControlFile:
        """Read and check a control file; `name` is for the message. Errors: TCPIP.CFCORRUPT, with the first thing that is wrong."""
        layout = _layout()
        header = _header(layout, data, len(data), name)
        end = _BLOCK + header.length
        try:
            recipients, start = layout.split(data, header.recipients, b"R", _BLOCK)
            headers, first_body = layout.split(data, header.header_lines, b"H", start)
        except IndexError as error:
            raise _corrupt(name, _CUT_OFF) from error
        text = data[start:end]
        check = crc32(text)
        if header.version == layout.FIRST_VERSION:
            sound = _checksum(data) == crc32(data[_BLOCK:end], crc32(data[: _BLOCK - 4]))
        else:
            sound = header.text_check == check and _checksum(data) == crc32(data[_BLOCK:start], crc32(data[: _BLOCK - 4]))
        if not sound:
            raise _corrupt(name, _WRONG_CHECKSUM)
        if first_body > end:
            raise _corrupt(name, _DISAGREE)
        body = StoredLines(text, first_body - start, header.body_lines, name)
        file = cls._of(layout, header, recipients, tuple(headers), body, name)
        file.text = TextRecords(header.header_lines, header.body_lines, len(text), check, text[:_BLOCK])
        file._store(layout, header, recipients, start, data)
        return file

    def _store(self, layout: ModuleType, header: Any, recipients: list[bytes], end: int, data: bytes) -> None:
        """Remember the first blocks of a file that is read; one of the first layout is written anew."""
        if header.version == layout.VERSION:
            places, at = [], _BLOCK + 3
            for record in recipients:
                places.append(at)
                at += len(record) + 3
            self._stored = _Stored(data[: -(-end // _BLOCK) * _BLOCK], places, end)

    @classmethod
    def from_source(cls, source: Source, size: int, name: str) -> ControlFile:
        """As from_bytes, for a file of `size` bytes; a long one is checked without holding it in memory.

        Errors: TCPIP.CFCORRUPT; those of the source, which is also asked whenever the lines of a long text are read.
        """
        if size <= LONG:
            return cls.from_bytes(source(0, size), name)
        layout = _layout()
        block = source(0, _BLOCK)
        header = _header(layout, block, size, name)
        end = _BLOCK + header.length
        try:
            recipients = _some(layout.split_pieces(_pieces(source, _BLOCK, end)), header.recipients, b"R")
            start = _BLOCK + sum(map(len, recipients)) + 3 * len(recipients)
            first = block[:-4] if start == _BLOCK else block[:-4] + source(_BLOCK, start - _BLOCK)
            check, text_check = crc32(first), 0
            for piece in _pieces(source, start, end):
                text_check = crc32(piece, text_check)
                if header.version == layout.FIRST_VERSION:
                    check = crc32(piece, check)
            if check != _checksum(block) or (header.version != layout.FIRST_VERSION and header.text_check != text_check):
                raise _corrupt(name, _WRONG_CHECKSUM)
            headers = _some(layout.split_pieces(_pieces(source, start, end)), header.header_lines, b"H")
        except IndexError as error:
            raise _corrupt(name, _CUT_OFF) from error
        first_body = start + sum(map(len, headers)) + 3 * len(headers)

        def lines() -> Iterator[bytes]:
            return _body_lines(layout, _pieces(source, first_body, end), header.body_lines, name)

        file = cls._of(layout, header, recipients, tuple(headers), LongText(lines), name)
        beginning = source(start, min(_BLOCK, end - start))
        file.text = TextRecords(header.header_lines, header.body_lines, end - start, text_check, beginning)
        file._store(layout, header, recipients, start, block + source(_BLOCK, start) if start > _BLOCK else block)
        return file

    @classmethod
    def _of(
        cls, layout: ModuleType, header: Any, recipients: list[bytes], headers: tuple[bytes, ...], body: Body, name: str
    ) -> ControlFile:
        """The file of a parsed header. Errors: TCPIP.CFCORRUPT for values that can not be."""
        try:
            return cls(
                VmsTime(header.created),
                header.user[: header.user_length].decode("latin-1"),
                _return_path(header.path[: header.path_length]),
                [_recipient(layout, record) for record in recipients],
                headers,
                body,
                header.attempts,
                VmsTime(header.last_attempt),
            )
        except (AddressError, ValueError, *layout.PARSE_ERRORS) as error:
            raise _corrupt(name, "an address or a state is invalid") from error


_STATES = tuple(RecipientState)
_CUT_OFF = "a record is cut off"
_WRONG_CHECKSUM = "the checksum is wrong"
_DISAGREE = "the records do not agree with the header"


@cache
def _layout() -> ModuleType:
    from smtp.control_file import layout

    return layout


def _header(layout: ModuleType, block: bytes, size: int, name: str) -> Any:
    """The header of a file of `size` bytes, when that size and the version are right."""
    if len(block) < _BLOCK or block[:6] != layout.MAGIC:
        raise _corrupt(name, "no control file header")
    header = layout.Header._make(layout.HEADER_FIELDS.unpack_from(block))
    if header.version not in (layout.FIRST_VERSION, layout.VERSION):
        raise _corrupt(name, f"unknown version {header.version}")
    if header.length > size - _BLOCK:
        raise _corrupt(name, "the file is too short")
    return header


def _checksum(block: bytes) -> int:
    return int.from_bytes(block[_BLOCK - 4 : _BLOCK], "little")


def _pieces(source: Source, start: int, end: int) -> Iterator[bytes]:
    for at in range(start, end, _PIECE):
        yield source(at, min(_PIECE, end - at))


def _some(records: Iterator[bytes], count: int, kind: bytes) -> list[bytes]:
    """The next records, all of one kind, without its letter. Errors: IndexError when there are not so many."""
    found = list(islice(records, count))
    if len(found) < count or any(record[:1] != kind for record in found):
        raise IndexError
    return [record[1:] for record in found]


def _body_lines(layout: ModuleType, pieces: Iterator[bytes], count: int, name: str) -> Iterator[bytes]:
    """The lines of a body. Errors: TCPIP.CFCORRUPT when the records are not those that the header tells of."""
    found = 0
    try:
        for record in layout.split_pieces(pieces):
            if record[:1] != b"B":
                raise IndexError
            found += 1
            yield record[1:]
    except IndexError as error:
        raise _corrupt(name, _CUT_OFF) from error
    if found != count:
        raise _corrupt(name, _DISAGREE)


def _address(raw: bytes) -> Address:
    return Address.from_text(raw.decode("latin-1")) if raw else NULL


_return_path = lru_cache(maxsize=256)(_address)


def _recipient(layout: ModuleType, record: bytes) -> Recipient:
    """Errors: AddressError, PARSE_ERRORS."""
    state, length, reason = layout.RECIPIENT_FIELDS.unpack_from(record)
    return Recipient(_address(record[layout.RECIPIENT_FIELDS.size :]), _STATES[state], reason[:length].decode("latin-1"))


def _corrupt(name: str, what: str) -> VmsError:
    return TCPIP.CFCORRUPT.error(name, what)
