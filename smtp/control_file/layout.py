"""The binary layout of a control file, declared with construct.

    block 1       header, 512 bytes: see HEADER; its last longword is the checksum
    block 2 ...   records, one behind the other, no gaps; zero padding up to a multiple of 512 bytes

A record is a word, the length of what follows; then a letter, R (recipient), H (header line) or B (body line); then the data. All R come
first, then all H, then all B, as many as the header says. The checksum is the CRC-32 of the header without it and of the records.

fidelity: the product's layout is not published; it is known only that control files are binary, hold these things and can be checked.
"""

from __future__ import annotations

import struct
from typing import Any

from construct import Array, Byte, Bytes, Const, ConstructError, GreedyBytes, Int8ul, Int16ul, Int32ul, Int64ul, Prefixed, Struct, this

BLOCK = 512
MAGIC = b"SMTPCF"
VERSION = 1
USER_SIZE = 32
PATH_SIZE = 256
REASON_SIZE = 128
HEADER_USED = 6 + 2 + 8 + 8 + 2 + 2 + 4 + 4 + 4 + 1 + USER_SIZE + 2 + PATH_SIZE

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
    "reserved" / Bytes(BLOCK - 4 - HEADER_USED),
).compile()

RECORDS: Any = Struct("count" / Int32ul, "data" / Array(this.count, Prefixed(Int16ul, GreedyBytes))).compile()

RECIPIENT: Any = Struct(
    "state" / Byte,
    "reason_length" / Byte,
    "reason" / Bytes(REASON_SIZE),
    "address" / GreedyBytes,
).compile()
