"""A control file: one SMTP message with its envelope and the state of its delivery.

Invariants: `to_bytes` and `from_bytes` are inverse; recipients keep their place and their size, so that noting a result changes bytes but
moves none; a file that fails the internal consistency check is refused as TCPIP.CFCORRUPT and is never read in part.

A text of more than LONG bytes is not held in memory: `from_source` checks the whole file piece by piece and leaves a body that reads its lines
anew whenever they are asked for; long_text.py writes one. construct is imported at first use, because it takes longer to load than a small image
runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import chain, islice
from types import ModuleType
from typing import Any
from zlib import crc32

from smtp.facility import TCPIP
from smtp.message.address import Address, AddressError
from smtp.message.body import Body, LongText
from vmsemu.base.condition import VmsError
from vmsemu.base.time import VmsTime
from vmsemu.tables.facilities import RMS

_BLOCK = 512
LONG = 256 * 1024
LINE_SIZE = 0xFFFF - 1  # the count of a record is a word and includes its letter
_PIECE = 128 * 1024

Source = Callable[[int, int], bytes]
"""Bytes of a control file: from that offset, so many. Errors: those of whoever reads them."""


class RecipientState(IntEnum):
    """SHOW MAIL /RECIPIENT classes."""

    UNSENT = 0
    SENT = 1
    FAILED = 2


@dataclass(slots=True)
class Recipient:
    """One recipient and what became of it; `reason` is the last reply or condition in words."""

    address: Address
    state: RecipientState = RecipientState.UNSENT
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TextRecords:
    """The records of headers and text, which do not change: what the header block tells of them, and their first bytes, which may share a
    block with the recipients."""

    header_lines: int
    body_lines: int
    length: int
    check: int
    start: bytes


@dataclass(slots=True)
class ControlFile:
    """The contents. `user` created it; lines are without their ends. `body` is a tuple, or a LongText."""

    created: VmsTime
    user: str
    return_path: Address
    recipients: list[Recipient]
    headers: tuple[bytes, ...]
    body: Body
    attempts: int = 0
    last_attempt: VmsTime = field(default_factory=lambda: VmsTime(0))
    text: TextRecords | None = field(default=None, init=False, repr=False, compare=False)
    """Known once it has been written or read."""

    @property
    def unsent(self) -> list[Recipient]:
        return [r for r in self.recipients if r.state is RecipientState.UNSENT]

    @property
    def failed(self) -> list[Recipient]:
        return [r for r in self.recipients if r.state is RecipientState.FAILED]

    def check(self) -> None:
        """Refuse what `from_bytes` could not read again. Errors: TCPIP.INVADDR; RMS.RSZ for a line of more than 65,534 bytes."""
        self.check_envelope()
        if max(map(len, chain(self.headers, self.body)), default=0) > LINE_SIZE:
            raise RMS.RSZ.error()

    def check_envelope(self) -> None:
        """Errors: TCPIP.INVADDR."""
        paths = [recipient.address for recipient in self.recipients]
        for address in paths if self.return_path.is_null else [self.return_path, *paths]:
            text = address.to_text()
            try:
                same = Address.from_text(text) == address
            except AddressError:
                same = False
            if not same:
                raise TCPIP.INVADDR.error(text)

    def to_bytes(self) -> bytes:
        """Whole blocks, ready to be written. The contents pass `check`."""
        headers, body = [b"H" + line for line in self.headers], [b"B" + line for line in self.body]
        text: bytes = _layout().joined(headers + body)
        self.text = TextRecords(len(headers), len(body), len(text), crc32(text), text[:_BLOCK])
        envelope = self._envelope(self.text)
        return b"".join((envelope, text, bytes(-(len(envelope) + len(text)) % _BLOCK)))

    def changing_blocks(self) -> bytes:
        """The first blocks of the file, all that noting a result can change. It has been written or read before."""
        assert self.text is not None
        envelope = self._envelope(self.text)
        rest = -len(envelope) % _BLOCK
        return b"".join((envelope, self.text.start[:rest].ljust(rest, b"\0")))

    def envelope_size(self) -> int:
        """Where the records of headers and text begin."""
        return _BLOCK + len(self._recipient_records(_layout()))

    def _recipient_records(self, layout: ModuleType) -> bytes:
        records: bytes = layout.joined([b"R" + self._recipient_bytes(layout, r) for r in self.recipients])
        return records

    def _envelope(self, text: TextRecords) -> bytes:
        """The header with its checksum, and the records of the recipients."""
        layout = _layout()
        recipients = self._recipient_records(layout)
        user = self.user.encode("latin-1")[: layout.USER_SIZE]
        path = self.return_path.to_text().encode("latin-1")
        header: bytes = layout.HEADER.build(
            {
                "version": layout.VERSION,
                "created": int(self.created),
                "last_attempt": int(self.last_attempt),
                "attempts": min(self.attempts, 0xFFFF),
                "recipients": len(self.recipients),
                "header_lines": text.header_lines,
                "body_lines": text.body_lines,
                "length": len(recipients) + text.length,
                "user_length": len(user),
                "user": user.ljust(layout.USER_SIZE, b"\0"),
                "path_length": len(path),
                "path": path.ljust(layout.PATH_SIZE, b"\0"),
                "text_check": text.check,
                "reserved": bytes(_BLOCK - 4 - layout.HEADER_USED),
            }
        )
        return b"".join((header, crc32(recipients, crc32(header)).to_bytes(4, "little"), recipients))

    @staticmethod
    def _recipient_bytes(layout: ModuleType, recipient: Recipient) -> bytes:
        reason = recipient.reason.encode("latin-1", "replace")[: layout.REASON_SIZE]
        fields = {
            "state": int(recipient.state),
            "reason_length": len(reason),
            "reason": reason.ljust(layout.REASON_SIZE, b"\0"),
            "address": recipient.address.to_text().encode("latin-1"),
        }
        built: bytes = layout.RECIPIENT.build(fields)
        return built

    @classmethod
    def from_bytes(cls, data: bytes, name: str) -> ControlFile:
        """Read and check a control file; `name` is for the message. Errors: TCPIP.CFCORRUPT, with the first thing that is wrong."""
        layout = _layout()
        header = _header(layout, data, len(data), name)
        records = data[_BLOCK : _BLOCK + header.length]
        count = header.recipients + header.header_lines + header.body_lines
        try:
            lines = layout.split(records, count)
        except layout.PARSE_ERRORS as error:
            raise _corrupt(name, _CUT_OFF) from error
        first_header, first_body = header.recipients, header.recipients + header.header_lines
        start = sum(map(len, lines[:first_header])) + 2 * first_header
        text = records[start:]
        check = crc32(text)
        if header.version == layout.FIRST_VERSION:
            sound = _checksum(data) == crc32(records, crc32(data[: _BLOCK - 4]))
        else:
            sound = _checksum(data) == crc32(records[:start], crc32(data[: _BLOCK - 4])) and header.text_check == check
        if not sound:
            raise _corrupt(name, _WRONG_CHECKSUM)
        kinds = b"".join(line[:1] for line in lines)
        if (
            sum(map(len, lines)) + 2 * count != header.length
            or kinds != b"R" * header.recipients + b"H" * header.header_lines + b"B" * header.body_lines
        ):
            raise _corrupt(name, _DISAGREE)
        headers, body = tuple(line[1:] for line in lines[first_header:first_body]), tuple(line[1:] for line in lines[first_body:])
        file = cls._of(layout, header, lines[:first_header], headers, body, name)
        file.text = TextRecords(len(headers), len(body), len(text), check, text[:_BLOCK])
        return file

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
            start = _BLOCK + sum(map(len, recipients)) + 2 * len(recipients)
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
        first_body = start + sum(map(len, headers)) + 2 * len(headers)

        def lines() -> Iterator[bytes]:
            return _body_lines(layout, _pieces(source, first_body, end), header.body_lines, name)

        file = cls._of(layout, header, recipients, tuple(line[1:] for line in headers), LongText(lines), name)
        beginning = source(start, min(_BLOCK, end - start))
        file.text = TextRecords(header.header_lines, header.body_lines, end - start, text_check, beginning)
        return file

    @classmethod
    def _of(
        cls, layout: ModuleType, header: Any, recipients: list[bytes], headers: tuple[bytes, ...], body: Body, name: str
    ) -> ControlFile:
        """The file of a parsed header. Errors: TCPIP.CFCORRUPT for values that can not be."""
        try:
            return cls(
                created=VmsTime(header.created),
                user=header.user[: header.user_length].decode("latin-1"),
                return_path=_address(header.path[: header.path_length]),
                recipients=[_recipient(layout.RECIPIENT.parse(record[1:])) for record in recipients],
                headers=headers,
                body=body,
                attempts=header.attempts,
                last_attempt=VmsTime(header.last_attempt),
            )
        except (AddressError, ValueError, *layout.PARSE_ERRORS) as error:
            raise _corrupt(name, "an address or a state is invalid") from error


_CUT_OFF = "a record is cut off"
_WRONG_CHECKSUM = "the checksum is wrong"
_DISAGREE = "the records do not agree with the header"


def _layout() -> ModuleType:
    from smtp.control_file import layout

    return layout


def _header(layout: ModuleType, block: bytes, size: int, name: str) -> Any:
    """The header of a file of `size` bytes, when that size and the version are right."""
    if len(block) < _BLOCK or block[:6] != layout.MAGIC:
        raise _corrupt(name, "no control file header")
    header = layout.HEADER.parse(block[: _BLOCK - 4])
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
    """The next records, all of one kind. Errors: IndexError when there are not so many."""
    found = list(islice(records, count))
    if len(found) < count or any(record[:1] != kind for record in found):
        raise IndexError
    return found


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
    return Address.from_text(raw.decode("latin-1")) if raw else Address("")


def _recipient(fields: Any) -> Recipient:
    reason = fields.reason[: fields.reason_length].decode("latin-1")
    return Recipient(_address(fields.address), RecipientState(fields.state), reason)


def _corrupt(name: str, what: str) -> VmsError:
    return TCPIP.CFCORRUPT.error(name, what)
