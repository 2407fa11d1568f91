"""What the two ends of a MAIL-11 link say when it is made, the status records, and the attributes of a foreign file: declared with construct.

Source: captures of OpenVMS V7.3 (bytes 0 to 3, the block and CC bits, format and attributes); public programs that speak MAIL-11 (the other bits);
the attribute items of MAIL's foreign protocols. fidelity: that the items are the same on a link is inferred.
"""

from __future__ import annotations

import struct
from enum import IntEnum, IntFlag
from typing import Any

from construct import Byte, ConstructError, Default, GreedyRange, Int16ul, Int32ul, Prefixed, Struct, Terminated
from construct import GreedyBytes as Data


class IoMode(IntFlag):
    """What a client wants to send, and what a server accepts."""

    WANT_BLOCK = 0x001
    ACCEPT_BLOCK = 0x002
    WANT_ADD = 0x004
    ACCEPT_ADD = 0x008
    WANT_CC = 0x010
    ACCEPT_CC = 0x020
    WANT_ID = 0x040
    ACCEPT_ID = 0x080
    WANT_FOREIGN = 0x100
    ACCEPT_FOREIGN = 0x200


class FileItem(IntEnum):
    """Types of attribute items."""

    MESSAGE_FLAGS = 1
    EXTENSION = 10
    RECORD_FORMAT = 12  # with the organization in the high nibble
    RECORD_ATTRIBUTES = 13
    LONGEST_RECORD = 14
    BUCKET_SIZE = 15
    HEADER_SIZE = 16
    MAXIMUM_RECORD = 17


_ITEM_SIZES = {
    FileItem.MESSAGE_FLAGS: 4, FileItem.EXTENSION: 2, FileItem.RECORD_FORMAT: 1, FileItem.RECORD_ATTRIBUTES: 1, FileItem.LONGEST_RECORD: 2,
    FileItem.BUCKET_SIZE: 1, FileItem.HEADER_SIZE: 1, FileItem.MAXIMUM_RECORD: 2,
}  # fmt: skip

PARSE_ERRORS = (ConstructError, struct.error, IndexError)
PROTOCOL_VERSION, ECO = 3, 1
SYSTEM_VMS = 7
FORMAT_VARIABLE = 2
ATTRIBUTES_CR = 2

CONFIGURATION: Any = Struct(
    "version" / Default(Byte, PROTOCOL_VERSION),
    "eco" / Default(Byte, ECO),
    "customer_eco" / Default(Byte, 0),
    "system" / Default(Byte, SYSTEM_VMS),
    "options" / Default(Int32ul, 0),
    "io_mode" / Default(Int32ul, 0),
    "record_format" / Default(Byte, FORMAT_VARIABLE),
    "record_attributes" / Default(Byte, ATTRIBUTES_CR),
    "organization" / Default(Byte, 0),
    "spare" / Default(Byte, 0),
).compile()
"""The 16 bytes of user data in a connect and in its acceptance."""

STATUS: Any = Int32ul
"""A VMS condition value; 1 is success."""

FILE_ATTRIBUTES: Any = Struct("rows" / GreedyRange(Struct("type" / Int16ul, "value" / Prefixed(Int16ul, Data))), Terminated)
"""Items of type, length and value."""


def pack_attributes(items: dict[FileItem, int]) -> bytes:
    """The attribute record of a foreign file."""
    rows = [{"type": item, "value": value.to_bytes(_ITEM_SIZES[item], "little")} for item, value in items.items()]
    packed: bytes = FILE_ATTRIBUTES.build({"rows": rows})
    return packed


def unpack_attributes(record: bytes) -> dict[int, int]:
    """Every item of an attribute record by its type. Errors: PARSE_ERRORS."""
    return {row.type: int.from_bytes(row.value, "little") for row in FILE_ATTRIBUTES.parse(record).rows}
