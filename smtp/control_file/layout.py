"""The binary layout of a control file, declared with construct.

    block 1       header, 512 bytes: see HEADER; its last longword is the checksum
    block 2 ...   records, one behind the other, no gaps; zero padding up to a multiple of 512 bytes

A record is a word, the length of what follows; then a letter, R (recipient), H (header line) or B (body line); then the data. All R come
first, then all H, then all B, as many as the header says; there is one for each line of a message, so they are not left to construct, which would
take most of the time of an attempt.

The checksum is the CRC-32 of the header without it and of the R records. That of the H and B records stands in the header by itself, so that a
result can be noted without reading the text again, and a long text written before the header is. Version 1 had one CRC-32 of everything.

Each attempt at a message reads a header and its recipients and writes them again, so that is left to the struct module, which is told of the
declarations once.

fidelity: the product's layout is not published; it is known only that control files are binary, hold these things and can be checked.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from construct import Byte, Bytes, Const, FormatField, GreedyBytes, Int8ul, Int16ul, Int32ul, Int64ul, Struct

from vmsemu.tables.facilities import RMS

BLOCK = 512
MAGIC = b"SMTPCF"
FIRST_VERSION = 1
VERSION = 2
USER_SIZE = 32
PATH_SIZE = 256
REASON_SIZE = 128
HEADER_USED = 6 + 2 + 8 + 8 + 2 + 2 + 4 + 4 + 4 + 1 + USER_SIZE + 2 + PATH_SIZE + 4
LINE_SIZE = 0xFFFF - 1  # the count of a record is a word and includes its letter
_USUAL = 1024
"""Nearly all lines are shorter."""
RESERVED = bytes(BLOCK - 4 - HEADER_USED)

PARSE_ERRORS = (struct.error, IndexError)

HEADER: Any = Struct(
    "magic" / Const(MAGIC),
    "version" / Int16ul,
    "created" / Int64ul,
    "last_attempt" / Int64ul,
    "attempts" / Int16ul,
    "recipients" / Int16ul,
    "header_lines" / Int32ul,
    "body_lines" / Int32ul,
    "length" / Int32ul,
    "user_length" / Int8ul,
    "user" / Bytes(USER_SIZE),
    "path_length" / Int16ul,
    "path" / Bytes(PATH_SIZE),
    "text_check" / Int32ul,
    "reserved" / Bytes(BLOCK - 4 - HEADER_USED),
)

RECIPIENT: Any = Struct(
    "state" / Byte,
    "reason_length" / Byte,
    "reason" / Bytes(REASON_SIZE),
    "address" / GreedyBytes,
)


class Header(NamedTuple):
    """The fields of HEADER."""

    magic: bytes
    version: int
    created: int
    last_attempt: int
    attempts: int
    recipients: int
    header_lines: int
    body_lines: int
    length: int
    user_length: int
    user: bytes
    path_length: int
    path: bytes
    text_check: int
    reserved: bytes = RESERVED


def _packer(declared: Any, names: Iterable[str]) -> struct.Struct:
    """What the struct module makes of the first fields of a declaration, which have these names."""
    codes = []
    for name, field in zip(names, declared.subcons, strict=False):
        assert field.name == name
        kind = field.subcon
        codes.append(kind.fmtstr[1:] if isinstance(kind, FormatField) else f"{kind.sizeof()}s")
    return struct.Struct("<" + "".join(codes))


HEADER_FIELDS = _packer(HEADER, Header._fields)
RECIPIENT_FIELDS = _packer(RECIPIENT, ("state", "reason_length", "reason"))
TRIED = struct.Struct("<QH")
"""The time of the last attempt and the number of attempts, from TRIED_AT on: what changes in a header."""
TRIED_AT = len(MAGIC) + 2 + 8


def records(kind: bytes, lines: Sequence[bytes]) -> bytes:
    """Records of one kind, each with its length before it. Errors: RMS.RSZ for a line of more than LINE_SIZE bytes."""
    pieces = [b""] * (2 * len(lines))
    try:
        pieces[::2] = map(_heads(kind).__getitem__, map(len, lines))
    except IndexError:
        if max(map(len, lines)) > LINE_SIZE:
            raise RMS.RSZ.error() from None
        pieces[::2] = [_head(kind, len(line)) for line in lines]
    pieces[1::2] = lines
    return b"".join(pieces)


def _head(kind: bytes, length: int) -> bytes:
    """What stands before the data of a record."""
    return (length + 1).to_bytes(2, "little") + kind


@lru_cache(maxsize=3)
def _heads(kind: bytes) -> list[bytes]:
    return [_head(kind, length) for length in range(_USUAL)]


def split(data: bytes, count: int, kind: bytes, at: int = 0) -> tuple[list[bytes], int]:
    """`count` records of one kind from a place on, without their letter, and the place behind them.

    Errors: IndexError when the data end before, or there is a record of another kind.
    """
    records = []
    letter = kind[0]
    for _ in range(count):
        start = at + 2
        at = start + (data[at] | data[at + 1] << 8)
        if at == start or data[start] != letter:
            raise IndexError
        records.append(data[start + 1 : at])
    if at > len(data):
        raise IndexError
    return records, at


def split_pieces(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The records of data that come in pieces. Errors: IndexError when the last record is cut off."""
    rest = b""
    for piece in pieces:
        data = rest + piece if rest else piece
        at, end = 0, len(data)
        while at + 2 <= end:
            start = at + 2
            following = start + (data[at] | data[at + 1] << 8)
            if following > end:
                break
            yield data[start:following]
            at = following
        rest = data[at:]
    if rest:
        raise IndexError
