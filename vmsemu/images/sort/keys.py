"""The keys of SORT and MERGE: /KEY and what the bytes of each data type sort as.

A key is extracted as a value that Python compares; a record that is too short is padded with nulls.
Left out: H_FLOATING. Source: DCL Dictionary, SORT, /KEY; OpenVMS Calling Standard for the data types.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vmsemu.tables.message import Facility

SORT = Facility(__package__, "sort.msg")
MAXIMUM_KEYS = 255
_MAXIMUM_SIZE = 32767
_BINARY_SIZES = (1, 2, 4, 8, 16)
_IEEE = {"S_FLOATING": "<f", "T_FLOATING": "<d"}
_VAX_FLOAT = {"F_FLOATING": (4, 8, 128), "D_FLOATING": (8, 8, 128), "G_FLOATING": (8, 11, 1024)}  # bytes, exponent bits, excess
_FLOAT_SIZES = {"F_FLOATING": 4, "S_FLOATING": 4, "D_FLOATING": 8, "G_FLOATING": 8, "T_FLOATING": 8}
_OVERPUNCH = {"{": (0, 1), "}": (0, -1)} | {chr(65 + n): (n + 1, 1) for n in range(9)} | {chr(74 + n): (n + 1, -1) for n in range(9)}


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

    def extractor(self, collate: Callable[[bytes], bytes]) -> Callable[[bytes], Any]:
        """A function from a record to the value of the key; `collate` turns characters into their order."""
        start, length = self.position - 1, self.length
        end = start + length
        convert = self._converter(collate)

        def extract(record: bytes) -> Any:
            return convert(record[start:end].ljust(length, b"\0"))

        return extract

    def _converter(self, collate: Callable[[bytes], bytes]) -> Callable[[bytes], Any]:
        kind = self.kind
        if kind == "CHARACTER":
            return collate
        if kind == "BINARY":
            signed = self.signed
            return lambda data: int.from_bytes(data, "little", signed=signed)
        if kind in _IEEE:
            layout = struct.Struct(_IEEE[kind])
            return lambda data: layout.unpack(data)[0]
        if kind in _VAX_FLOAT:
            return lambda data: _vax_float(data, *_VAX_FLOAT[kind][1:])
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


def _vax_float(data: bytes, exponent_bits: int, excess: int) -> float:
    """F_, D_ and G_floating: words in PDP-11 order, a hidden bit, no zero sign."""
    words = [data[at : at + 2] for at in range(0, len(data), 2)]
    bits = int.from_bytes(b"".join(word[::-1] for word in words), "big")
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


def key_value(keys: list[SortKey], collate: Callable[[bytes], bytes]) -> Callable[[bytes], Any]:
    """What records of these keys, most significant first, are ordered by (all ascending; see `ordered` for descending)."""
    extractors = [key.extractor(collate) for key in keys]
    if len(extractors) == 1:
        return extractors[0]
    return lambda record: tuple(extract(record) for extract in extractors)


def ordered(records: list[bytes], keys: list[SortKey], collate: Callable[[bytes], bytes]) -> list[bytes]:
    """The records in order; those with equal keys keep their order."""
    out = list(records)
    for run in reversed(_runs(keys)):
        out.sort(key=key_value(run, collate), reverse=run[0].descending)
    return out


def in_order(records: list[bytes], keys: list[SortKey], collate: Callable[[bytes], bytes]) -> bool:
    """Are the records in the order of the keys?"""
    return ordered(records, keys, collate) == records


def _runs(keys: list[SortKey]) -> list[list[SortKey]]:
    """Neighbouring keys of the same direction together, so that one sort serves them."""
    runs: list[list[SortKey]] = []
    for key in keys:
        if runs and runs[-1][0].descending == key.descending:
            runs[-1].append(key)
        else:
            runs.append([key])
    return runs


def float_size(kind: str) -> int | None:
    """The size a floating type implies, in bytes; None for the types that need SIZE."""
    return _FLOAT_SIZES.get(kind)
