"""The keys of SORT and MERGE: /KEY and what the bytes of each data type sort as.

A key is extracted as a value that Python compares; a record that is too short is padded with nulls.

Source: DCL Dictionary, SORT, /KEY; OpenVMS Calling Standard for the data types.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from vmsemu.tables.message import Facility

SORT = Facility(__package__, "sort.msg")
MAXIMUM_KEYS = 255
_MAXIMUM_SIZE = 32767
_BINARY_SIZES = (1, 2, 4, 8, 16)
_IEEE = {"S_FLOATING": "<f", "T_FLOATING": "<d"}
_VAX_FLOAT = {"F_FLOATING": (4, 8, 128), "D_FLOATING": (8, 8, 128), "G_FLOATING": (8, 11, 1024)}  # bytes, exponent bits, excess
_FLOAT_SIZES = {"F_FLOATING": 4, "S_FLOATING": 4, "D_FLOATING": 8, "G_FLOATING": 8, "T_FLOATING": 8, "H_FLOATING": 16}
_OVERPUNCH = {"{": (0, 1), "}": (0, -1)} | {chr(65 + n): (n + 1, 1) for n in range(9)} | {chr(74 + n): (n + 1, -1) for n in range(9)}
KINDS = (
    "BINARY", "DECIMAL", "ZONED", "PACKED_DECIMAL", "F_FLOATING", "D_FLOATING", "G_FLOATING", "H_FLOATING", "S_FLOATING", "T_FLOATING",
    "CHARACTER",
)  # fmt: skip


class Key(Protocol):
    """What records are ordered by: a field of the command line, or a key of a specification file."""

    @property
    def descending(self) -> bool: ...
    def raw(self, record: bytes) -> bytes: ...
    def extractor(self, collate: Callable[[bytes], Any]) -> Callable[[bytes], Any]: ...


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key field: `position` counts from 1; `size` is bytes (digits for the decimal types)."""

    position: int
    size: int
    kind: str = "CHARACTER"
    descending: bool = False
    signed: bool = True
    leading_sign: bool = False
    separate_sign: bool = False
    number: int = 0

    @property
    def length(self) -> int:
        """Bytes of the record the key takes."""
        if self.kind == "PACKED_DECIMAL":
            return self.size // 2 + 1
        return self.size + (1 if self.kind == "DECIMAL" and self.separate_sign else 0)

    def check(self) -> None:
        """Errors: SORT.BAD_KEY, SORT.BAD_LEN."""
        if self.position < 1 or self.position > _MAXIMUM_SIZE:
            raise SORT.BAD_KEY.error()
        if (self.kind == "BINARY" and self.size not in _BINARY_SIZES) or not 1 <= self.size <= _MAXIMUM_SIZE:
            raise SORT.BAD_LEN.error()

    def raw(self, record: bytes) -> bytes:
        """The bytes of the field; what the record has not is nulls."""
        start = self.position - 1
        return record[start : start + self.length].ljust(self.length, b"\0")

    def extractor(self, collate: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
        """A function from a record to the value of the key; `collate` turns characters into their order."""
        start, length = self.position - 1, self.length
        end = start + length
        if self.kind == "CHARACTER":  # the nulls that fill a field need not be there to compare it
            if collate is bytes:
                return lambda record: record[start:end].rstrip(b"\0")
            return lambda record: collate(record[start:end].rstrip(b"\0"))
        convert = self.converter()

        def extract(record: bytes) -> Any:
            return convert(record[start:end].ljust(length, b"\0"))

        return extract

    def converter(self) -> Callable[[bytes], Any]:
        """A function from the bytes of a field that is no text to its value."""
        kind = self.kind
        if kind == "BINARY":
            signed = self.signed
            return lambda data: int.from_bytes(data, "little", signed=signed)
        if kind in _IEEE:
            layout = struct.Struct(_IEEE[kind])
            return lambda data: layout.unpack(data)[0]
        if kind in _VAX_FLOAT:
            return lambda data: _vax_float(data, *_VAX_FLOAT[kind][1:])
        if kind == "H_FLOATING":
            return _h_float
        if kind == "PACKED_DECIMAL":
            return _packed
        return self._decimal

    def _decimal(self, data: bytes) -> int:
        """Decimal digits with the sign where the key says: overpunched on a digit, or a character of its own."""
        text = data.decode("latin-1").strip(" \0")
        if self.separate_sign:
            sign, digits = (text[:1], text[1:]) if self.leading_sign else (text[-1:], text[:-1])
            return _number(digits, -1 if sign == "-" else 1)
        at = 0 if self.leading_sign else len(text) - 1
        if text and text[at] in _OVERPUNCH:
            digit, sign_of = _OVERPUNCH[text[at]]
            return _number(text[:at] + str(digit) + text[at + 1 :], sign_of)
        if text and self.kind == "ZONED" and "p" <= text[at] <= "y":
            return _number(text[:at] + str(ord(text[at]) - ord("p")) + text[at + 1 :], -1)
        if text[:1] in "+-":
            return _number(text[1:], -1 if text[:1] == "-" else 1)
        return _number(text, 1)


def _number(digits: str, sign: int) -> int:
    return sign * int(digits) if digits.isascii() and digits.isdigit() else 0


def _packed(data: bytes) -> int:
    digits = data.hex()
    return _number(digits[:-1], -1 if digits[-1] in "bd" else 1)


def _vax_bits(data: bytes) -> int:
    """The bits of a VAX floating number, sign first: its words are in PDP-11 order."""
    return int.from_bytes(b"".join(data[at : at + 2][::-1] for at in range(0, len(data), 2)), "big")


def _h_float(data: bytes) -> Fraction:
    """H_floating, exactly: 15 bits of exponent, 112 of fraction."""
    bits = _vax_bits(data)
    exponent = bits >> 112 & 0x7FFF
    if exponent == 0:
        return Fraction(0)
    value = Fraction(bits & (1 << 112) - 1 | 1 << 112, 1 << 113) * Fraction(2) ** (exponent - 16384)
    return -value if bits >> 127 else value


def _vax_float(data: bytes, exponent_bits: int, excess: int) -> float:
    """F_, D_ and G_floating: a hidden bit, no zero sign."""
    bits = _vax_bits(data)
    width = len(data) * 8
    fraction_bits = width - 1 - exponent_bits
    exponent = bits >> fraction_bits & (1 << exponent_bits) - 1
    if exponent == 0:
        return 0.0
    fraction = (bits & (1 << fraction_bits) - 1 | 1 << fraction_bits) / (1 << fraction_bits + 1)
    try:
        value = fraction * 2.0 ** (exponent - excess)
    except OverflowError:
        value = float("inf")
    return -value if bits >> width - 1 else value


def key_value(keys: Sequence[Key], collate: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    """What records of these keys, most significant first, are ordered by (all ascending; see `ordered` for descending)."""
    extractors = [key.extractor(collate) for key in keys]
    if len(extractors) == 1:
        return extractors[0]
    if len(extractors) == 2:
        first, second = extractors
        return lambda record: (first(record), second(record))
    return lambda record: tuple(extract(record) for extract in extractors)


def ordered(records: list[bytes], keys: Sequence[Key], collate: Callable[[bytes], Any]) -> list[bytes]:
    """The records in order; those with equal keys keep their order."""
    out = list(records)
    for run in reversed(_runs(keys)):
        out.sort(key=key_value(run, collate), reverse=run[0].descending)
    return out


def in_order(records: list[bytes], keys: Sequence[Key], collate: Callable[[bytes], Any]) -> bool:
    """Are the records in the order of the keys?"""
    return ordered(records, keys, collate) == records


def _runs(keys: Sequence[Key]) -> list[list[Key]]:
    """Neighbouring keys of the same direction together, so that one sort serves them."""
    runs: list[list[Key]] = []
    for key in keys:
        if runs and runs[-1][0].descending == key.descending:
            runs[-1].append(key)
        else:
            runs.append([key])
    return runs


def float_size(kind: str) -> int | None:
    """The size a floating type implies, in bytes; None for the types that need SIZE."""
    return _FLOAT_SIZES.get(kind)
