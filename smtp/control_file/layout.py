"""The binary layout of a control file, declared with construct.

    block 1       header, 512 bytes: see HEADER; its last longword is the checksum
    block 2 ...   records, one behind the other, no gaps; zero padding up to a multiple of 512 bytes

A record is a word, the length of what follows; then a letter, R (recipient), H (header line) or B (body line); then the data. All R come
first, then all H, then all B, as many as the header says; there is one for each line of a message, so they are not left to construct, which would
take most of the time of an attempt.

The checksum is the CRC-32 of the header without it and of the R records. That of the H and B records stands in the header by itself, so that a
result can be noted without reading the text again, and a long text written before the header is. Version 1 had one CRC-32 of everything.

fidelity: the product's layout is not published; it is known only that control files are binary, hold these things and can be checked.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import Any

from construct import Byte, Bytes, Const, ConstructError, GreedyBytes, Int8ul, Int16ul, Int32ul, Int64ul, Struct

BLOCK = 512
MAGIC = b"SMTPCF"
FIRST_VERSION = 1
VERSION = 2
USER_SIZE = 32
PATH_SIZE = 256
REASON_SIZE = 128
HEADER_USED = 6 + 2 + 8 + 8 + 2 + 2 + 4 + 4 + 4 + 1 + USER_SIZE + 2 + PATH_SIZE + 4

PARSE_ERRORS = (ConstructError, struct.error, IndexError)

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
).compile()

RECIPIENT: Any = Struct(
    "state" / Byte,
    "reason_length" / Byte,
    "reason" / Bytes(REASON_SIZE),
    "address" / GreedyBytes,
).compile()


def joined(records: Iterable[bytes]) -> bytes:
    """Records, each with its length before it."""
    return b"".join([piece for record in records for piece in (len(record).to_bytes(2, "little"), record)])


def split(data: bytes, count: int) -> list[bytes]:
    """The first `count` records. Errors: IndexError when the data end before."""
    records = []
    at = 0
    for _ in range(count):
        start = at + 2
        at = start + (data[at] | data[at + 1] << 8)
        records.append(data[start:at])
    if at > len(data):
        raise IndexError
    return records


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
