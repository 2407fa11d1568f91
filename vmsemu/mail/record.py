"""The records of a mail file (MAIL.MAI): message headers, the text of short messages, information records.

Layout of a header, offsets in bytes: 0 DATIM (time received, the primary key), 8 length of the folder name, 9 folder name (39, zero
filled, the secondary key), 48 flags, 50 six zero bytes, 56 message number (EXTID), 64 items {word type, word length, data}. The text record
of a short message has the message number as its primary key and no folder. A record whose key is below 2**32 tells about the file.

fidelity: items 0 (From) and 7 (class) are known; 1 To, 2 Subj, 3 CC, the counted lines of a text record and the bodies of the information
records are ours. DATIM has its low word zero, as in real files; it is rounded up, so that a time on a hundredth shows as that hundredth.

Source: dumps of real mail files; $MAILDEF flags.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntFlag
from struct import Struct

from vmsemu.base.time import VmsTime
from vmsemu.mail.message import to_bytes

MAXIMUM_RECORD = 2048
MAXIMUM_FOLDER = 39
STEP = 0x10000

_HEADER = Struct("<QB39sH6xQ")
_TEXT = Struct("<Q40x")
_ITEM = Struct("<HH")
_COUNT = Struct("<H")
_QUAD = Struct("<Q")
_FROM, _TO, _SUBJECT, _CC, _CLASS = 0, 1, 2, 3, 7
_CLASS_ITEM = _ITEM.pack(_CLASS, 20) + bytes(20)
_NUMBER_TAG = 0x0005 << 48
_LOW48 = (1 << 48) - 1


class MailFlags(IntFlag):
    """Flags word of a header ($MAILDEF)."""

    NEWMSG = 0x0001
    REPLIED = 0x0002
    DWMAIL = 0x0004
    EXTMSG = 0x0008
    EXTFNF = 0x0010
    NOTRANS = 0x0020
    EXTNSTD = 0x0040
    MARKED = 0x0080
    RECMODE = 0x0100


@dataclass(slots=True)
class MailHeader:
    """A message header. `from_` holds the address and the personal name; `others` keeps items that are not ours, packed."""

    datim: VmsTime
    folder: str
    flags: MailFlags
    from_: str = ""
    to: str = ""
    cc: str = ""
    subject: str = ""
    extid: int = 0
    others: bytes = _CLASS_ITEM

    def __post_init__(self) -> None:
        if not self.extid:
            self.extid = message_number(self.datim)

    @property
    def external_name(self) -> str:
        """`MAIL$E491AEE300050094.MAI`: low longword of the message number, then the high one."""
        return f"MAIL${self.extid & 0xFFFFFFFF:08X}{self.extid >> 32:08X}.MAI"

    def to_bytes(self) -> bytes:
        folder = to_bytes(self.folder)
        fixed = _HEADER.pack(self.datim, len(folder), folder, self.flags, self.extid) + self.others
        texts = [text.encode("latin-1", "replace") for text in (self.from_, self.to, self.subject, self.cc)]
        excess = len(fixed) + 16 + sum(map(len, texts)) - MAXIMUM_RECORD
        while excess > 0:
            longest = max(range(4), key=lambda at: len(texts[at]))
            keep = max(len(texts[longest]) - excess, 255)
            excess -= len(texts[longest]) - keep
            texts[longest] = texts[longest][:keep]
        from_, to, subject, cc = texts
        return b"".join((
            fixed, _ITEM.pack(_FROM, len(from_)), from_, _ITEM.pack(_TO, len(to)), to,
            _ITEM.pack(_SUBJECT, len(subject)), subject, _ITEM.pack(_CC, len(cc)), cc,
        ))  # fmt: skip

    @classmethod
    def from_bytes(cls, data: bytes) -> MailHeader:
        datim, length, folder, flags, extid = _HEADER.unpack_from(data)
        texts = {_FROM: "", _TO: "", _SUBJECT: "", _CC: ""}
        others = b""
        for kind, value in _items(data, _HEADER.size):
            if kind in texts:
                texts[kind] = value.decode("latin-1")
            else:
                others += _ITEM.pack(kind, len(value)) + value
        return cls(
            VmsTime(datim), folder[:length].decode("latin-1"), MailFlags(flags),
            texts[_FROM], texts[_TO], texts[_CC], texts[_SUBJECT], extid, others,
        )  # fmt: skip


def folder_of(data: bytes) -> bytes:
    """The folder name of a packed header, without unpacking the rest; empty for other records."""
    return data[9 : 9 + data[8]]


def is_header(data: bytes) -> bool:
    """A message header, neither a text record nor an information record."""
    return len(data) >= _HEADER.size and data[8] != 0


def _items(data: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    end = len(data) - _ITEM.size
    while at <= end:
        kind, length = _ITEM.unpack_from(data, at)
        at += _ITEM.size
        yield kind, data[at : at + length]
        at += length


# -- times and message numbers --------------------------------------------------------------------------------------------------------


def round_time(now: int) -> VmsTime:
    """The first time at or after `now` that can be a DATIM."""
    return VmsTime(-(-int(now) // STEP) * STEP)


def message_number(datim: int) -> int:
    """EXTID of the message with this DATIM."""
    return (datim >> 16 & _LOW48) | _NUMBER_TAG


# -- the text of short messages -------------------------------------------------------------------------------------------------------

TEXT_THRESHOLD = 1500
"""A text that takes more bytes goes to a file of its own. With its counts it always fits a record."""
MAXIMUM_LINES = TEXT_THRESHOLD // 2
"""A text of more lines never fits."""


def fits(sizes: Sequence[int]) -> bool:
    """A text with lines of these sizes is short enough to lie in the mail file."""
    return sum(sizes) + 2 * len(sizes) <= TEXT_THRESHOLD


def pack_text(number: int, lines: Sequence[bytes]) -> bytes:
    parts = [_TEXT.pack(number)]
    for line in lines:
        parts.append(_COUNT.pack(len(line)))
        parts.append(line)
    return b"".join(parts)


def unpack_text(data: bytes) -> list[str]:
    at, end, lines = _TEXT.size, len(data) - 1, []
    while at < end:
        (length,) = _COUNT.unpack_from(data, at)
        at += 2
        lines.append(data[at : at + length].decode("latin-1"))
        at += length
    return lines


# -- information records --------------------------------------------------------------------------------------------------------------

LASTREAD, WASTENAME, FILEINFO, MW, NEWMSG = 1, 2, 3, 4, 5


def pack_information(key: int, value: bytes) -> bytes:
    return _TEXT.pack(key) + value


def information_value(data: bytes) -> bytes:
    return data[_TEXT.size :]


def quadword(value: int) -> bytes:
    return _QUAD.pack(value)
