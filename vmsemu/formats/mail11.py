"""What the two ends of a MAIL-11 link say when it is made, and the status records: declared with construct.

Source: captures of OpenVMS V7.3 (bytes 0 to 3, the block and CC bits, format and attributes); public programs that speak MAIL-11 (the other bits).
"""

from __future__ import annotations

import struct
from enum import IntFlag
from typing import Any

from construct import Byte, ConstructError, Default, Int32ul, Struct


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
