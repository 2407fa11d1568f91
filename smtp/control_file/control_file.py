"""A control file: one SMTP message with its envelope and the state of its delivery.

Invariants: `to_bytes` and `from_bytes` are inverse; recipients keep their place and their size, so that noting a result changes bytes but
moves none; a file that fails the internal consistency check is refused as TCPIP.CFCORRUPT and is never read in part.
construct is imported at first use, because it takes longer to load than a small image runs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from itertools import chain
from types import ModuleType
from typing import Any
from zlib import crc32

from smtp.facility import TCPIP
from smtp.message.address import Address, AddressError
from vmsemu.base.condition import VmsError
from vmsemu.base.time import VmsTime
from vmsemu.tables.facilities import RMS

_BLOCK = 512
_LINE_SIZE = 0xFFFF - 1  # the count of a record is a word and includes its letter


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


@dataclass(slots=True)
class ControlFile:
    """The contents. `user` created it; lines are without their ends."""

    created: VmsTime
    user: str
    return_path: Address
    recipients: list[Recipient]
    headers: tuple[bytes, ...]
    body: tuple[bytes, ...]
    attempts: int = 0
    last_attempt: VmsTime = field(default_factory=lambda: VmsTime(0))
    _text: bytes | None = field(default=None, init=False, repr=False, compare=False)
    """The records of headers and body, which do not change any more once they have been written or read."""

    @property
    def unsent(self) -> list[Recipient]:
        return [r for r in self.recipients if r.state is RecipientState.UNSENT]

    @property
    def failed(self) -> list[Recipient]:
        return [r for r in self.recipients if r.state is RecipientState.FAILED]

    def check(self) -> None:
        """Refuse what `from_bytes` could not read again. Errors: TCPIP.INVADDR; RMS.RSZ for a line of more than 65,534 bytes."""
        paths = [recipient.address for recipient in self.recipients]
        for address in paths if self.return_path.is_null else [self.return_path, *paths]:
            text = address.to_text()
            try:
                same = Address.from_text(text) == address
            except AddressError:
                same = False
            if not same:
                raise TCPIP.INVADDR.error(text)
        if max(map(len, chain(self.headers, self.body)), default=0) > _LINE_SIZE:
            raise RMS.RSZ.error()

    def to_bytes(self) -> bytes:
        """Whole blocks, ready to be written. The contents pass `check`."""
        envelope, text = self._envelope(), self._text_records()
        return b"".join((envelope, text, bytes(-(len(envelope) + len(text)) % _BLOCK)))

    def changing_blocks(self) -> bytes:
        """The first blocks of `to_bytes`: all that noting a result can change."""
        envelope, text = self._envelope(), self._text_records()
        rest = -len(envelope) % _BLOCK
        return b"".join((envelope, text[:rest].ljust(rest, b"\0")))

    def _envelope(self) -> bytes:
        """The header with its checksum, and the records of the recipients."""
        layout = _layout()
        recipients: bytes = layout.joined([b"R" + self._recipient_bytes(layout, r) for r in self.recipients])
        text = self._text_records()
        user = self.user.encode("latin-1")[: layout.USER_SIZE]
        path = self.return_path.to_text().encode("latin-1")
        header: bytes = layout.HEADER.build(
            {
                "version": layout.VERSION,
                "created": int(self.created),
                "last_attempt": int(self.last_attempt),
                "attempts": min(self.attempts, 0xFFFF),
                "recipients": len(self.recipients),
                "header_lines": len(self.headers),
                "body_lines": len(self.body),
                "length": len(recipients) + len(text),
                "user_length": len(user),
                "user": user.ljust(layout.USER_SIZE, b"\0"),
                "path_length": len(path),
                "path": path.ljust(layout.PATH_SIZE, b"\0"),
                "reserved": bytes(_BLOCK - 4 - layout.HEADER_USED),
            }
        )
        check = crc32(text, crc32(recipients, crc32(header)))
        return b"".join((header, check.to_bytes(4, "little"), recipients))

    def _text_records(self) -> bytes:
        if self._text is None:
            text: bytes = _layout().joined([*[b"H" + line for line in self.headers], *[b"B" + line for line in self.body]])
            self._text = text
        return self._text

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
        header = _checked_header(layout, data, name)
        records = data[_BLOCK : _BLOCK + header.length]
        count = header.recipients + header.header_lines + header.body_lines
        try:
            lines = layout.split(records, count)
        except layout.PARSE_ERRORS as error:
            raise _corrupt(name, "a record is cut off") from error
        kinds = b"".join(line[:1] for line in lines)
        if (
            sum(map(len, lines)) + 2 * count != header.length
            or kinds != b"R" * header.recipients + b"H" * header.header_lines + b"B" * header.body_lines
        ):
            raise _corrupt(name, "the records do not agree with the header")
        first_header, first_body = header.recipients, header.recipients + header.header_lines
        try:
            file = cls(
                created=VmsTime(header.created),
                user=header.user[: header.user_length].decode("latin-1"),
                return_path=_address(header.path[: header.path_length]),
                recipients=[_recipient(layout.RECIPIENT.parse(line[1:])) for line in lines[:first_header]],
                headers=tuple(line[1:] for line in lines[first_header:first_body]),
                body=tuple(line[1:] for line in lines[first_body:]),
                attempts=header.attempts,
                last_attempt=VmsTime(header.last_attempt),
            )
        except (AddressError, ValueError) as error:
            raise _corrupt(name, "an address or a state is invalid") from error
        file._text = records[sum(map(len, lines[:first_header])) + 2 * first_header :]
        return file


def _layout() -> ModuleType:
    from smtp.control_file import layout

    return layout


def _checked_header(layout: ModuleType, data: bytes, name: str) -> Any:
    """The header of a file whose size, version and checksum are right."""
    if len(data) < _BLOCK or data[:6] != layout.MAGIC:
        raise _corrupt(name, "no control file header")
    header = layout.HEADER.parse(data[: _BLOCK - 4])
    if header.version != layout.VERSION:
        raise _corrupt(name, f"unknown version {header.version}")
    if header.length > len(data) - _BLOCK:
        raise _corrupt(name, "the file is too short")
    check = crc32(data[_BLOCK : _BLOCK + header.length], crc32(data[: _BLOCK - 4]))
    if check != int.from_bytes(data[_BLOCK - 4 : _BLOCK], "little"):
        raise _corrupt(name, "the checksum is wrong")
    return header


def _address(raw: bytes) -> Address:
    return Address.from_text(raw.decode("latin-1")) if raw else Address("")


def _recipient(fields: Any) -> Recipient:
    reason = fields.reason[: fields.reason_length].decode("latin-1")
    return Recipient(_address(fields.address), RecipientState(fields.state), reason)


def _corrupt(name: str, what: str) -> VmsError:
    return TCPIP.CFCORRUPT.error(name, what)
