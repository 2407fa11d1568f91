"""Symbol values: 32-bit integers and character strings, and the conversions between them.

Integers are two's complement longwords; arithmetic that overflows wraps without a message.
Source: OpenVMS User's Manual, "Symbol value conversion"; values seen on V7.3.
"""

from __future__ import annotations

import re

Value = int | str

MAXIMUM = 0x7FFFFFFF
MINIMUM = -0x80000000
_NUMBER = re.compile(r"[ \t]*([+-]?)[ \t]*(?:(\d+)|%[Xx]([0-9A-Fa-f]+)|%[Oo]([0-7]+)|%[Dd](\d+))[ \t]*$")


def wrap(value: int) -> int:
    """The signed longword with the same low 32 bits."""
    return ((value + 0x80000000) & 0xFFFFFFFF) - 0x80000000


def number_in(text: str) -> int | None:
    """The integer that the characters of `text` spell, or None when they spell none."""
    if len(text) < 10 and text.isascii() and text.isdigit():
        return int(text)
    found = _NUMBER.match(text)
    if found is None:
        return None
    sign, plain, hexadecimal, octal, decimal = found.groups()
    if hexadecimal is not None:
        value = int(hexadecimal, 16)
    elif octal is not None:
        value = int(octal, 8)
    else:
        value = int(plain or decimal)
    return wrap(-value if sign == "-" else value)


def to_integer(value: Value) -> int:
    """The integer a value stands for: numbers as written, 1 for a string that begins with T or Y, else 0."""
    if isinstance(value, int):
        return value
    number = number_in(value)
    if number is not None:
        return number
    return 1 if value.lstrip(" \t")[:1] in ("T", "t", "Y", "y") else 0


def to_string(value: Value) -> str:
    """The string a value stands for; an integer as signed decimal."""
    return value if isinstance(value, str) else str(value)


def is_true(value: Value) -> bool:
    """IF's view of a value: the low bit of its integer."""
    return bool((value if isinstance(value, int) else to_integer(value)) & 1)
