"""Keys of indexed files: where they stand in a record, what type they have, and their order as byte strings.

Every key value is encoded so that the order of the bytes is the order of the values: integers big-endian with the sign turned, packed
decimals as a sign and their digits, descending keys complemented. A key that lies beyond the end of a short record is absent.

Source: RMS Reference Manual, XABKEY; FDL Reference, KEY section.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from struct import Struct

from vmsemu.tables.facilities import RMS


class KeyType(IntEnum):
    """XAB$B_DTP. Add 32 for descending."""

    STRING = 0
    INT2 = 1
    BIN2 = 2
    INT4 = 3
    BIN4 = 4
    PACKED = 5
    INT8 = 6
    BIN8 = 7
    COLLATED = 8
    DSTRING = 32
    DINT2 = 33
    DBIN2 = 34
    DINT4 = 35
    DBIN4 = 36
    DPACKED = 37
    DINT8 = 38
    DBIN8 = 39


DESCENDING = 32
_LONGEST_PACKED = 16
_SIZES = {KeyType.INT2: 2, KeyType.BIN2: 2, KeyType.INT4: 4, KeyType.BIN4: 4, KeyType.INT8: 8, KeyType.BIN8: 8}
_SIGNED = (KeyType.INT2, KeyType.INT4, KeyType.INT8)
_PACKED, _STRING = KeyType.PACKED, KeyType.STRING
_COMPLEMENT = bytes(255 - b for b in range(256))
_FIXED = Struct("<BBBBB")
_SEGMENT = Struct("<HB")


@dataclass(frozen=True, slots=True)
class KeyDefinition:
    """One key of an indexed file. Segments are (position, size) in bytes; numbers have one segment.

    `minimum_record` is how long a record must be to hold the whole key.
    """

    segments: tuple[tuple[int, int], ...]
    type: KeyType = KeyType.STRING
    duplicates: bool = False
    changes: bool = False
    null: int | None = None
    name: str = ""
    size: int = field(init=False, compare=False)
    minimum_record: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", sum(size for _, size in self.segments))
        object.__setattr__(self, "minimum_record", max((position + size for position, size in self.segments), default=0))

    @classmethod
    def string(cls, position: int, size: int, **options: object) -> KeyDefinition:
        """A string key of one segment."""
        return cls(((position, size),), **options)  # type: ignore[arg-type]

    @classmethod
    def integer(cls, position: int, type: KeyType = KeyType.BIN4, **options: object) -> KeyDefinition:
        """A binary key; its size follows from its type."""
        return cls(((position, _SIZES[KeyType(type & ~DESCENDING)]),), type, **options)  # type: ignore[arg-type]

    def check(self, number: int, maximum_size: int = 0) -> None:
        """Refuse a definition that RMS refuses for records of at most `maximum_size` bytes (0: any).

        Errors: RMS.DTP, RMS.SIZ, RMS.SEG, RMS.FLG, RMS.POS.
        """
        base = KeyType(self.type & ~DESCENDING)
        if base is KeyType.COLLATED:
            raise RMS.DTP.error(number)
        if not 0 < self.size <= 255 or not 0 < len(self.segments) <= 8:
            raise RMS.SIZ.error(number)
        if base is not _STRING:
            if len(self.segments) != 1:
                raise RMS.SEG.error(number)
            if self.size > _LONGEST_PACKED if base is _PACKED else self.size != _SIZES[base]:
                raise RMS.SIZ.error(number)
        if maximum_size and self.minimum_record > maximum_size:
            raise RMS.POS.error(number)
        if number == 0 and (self.changes or self.null is not None):
            raise RMS.FLG.error(number)

    def extract(self, record: bytes) -> bytes | None:
        """The encoded key of a record; None when the record is too short for it, or it is the null key."""
        segments = self.segments
        if len(segments) == 1:
            position, size = segments[0]
            raw = record[position : position + size]
            if len(raw) < size:
                return None
        else:
            if len(record) < self.minimum_record:
                return None
            raw = b"".join([record[position : position + size] for position, size in segments])
        if self.null is not None and raw.count(self.null) == len(raw):
            return None
        return raw if self.type == 0 else self.encode(raw)

    def encode(self, raw: bytes) -> bytes:
        """The value as bytes that sort. `raw` is as it stands in a record."""
        base = self.type & ~DESCENDING
        if base == _PACKED:
            raw = _packed_order(raw)
        elif base != _STRING:
            raw = raw[::-1]
            if base in _SIGNED:
                raw = bytes([raw[0] ^ 0x80]) + raw[1:]
        return raw.translate(_COMPLEMENT) if self.type & DESCENDING else raw

    def search_value(self, value: bytes | str | int) -> bytes:
        """What a caller looks for, encoded. A string shorter than the key is a generic key. Errors: RMS.KSZ."""
        if isinstance(value, int):
            if self.type & ~DESCENDING in (_STRING, _PACKED):
                raise RMS.KSZ.error()
            value = (value & ((1 << 8 * self.size) - 1)).to_bytes(self.size, "little")
        raw = value.encode("latin-1") if isinstance(value, str) else value
        length = len(raw)
        if length != self.size and (not 0 < length < self.size or self.type & ~DESCENDING != _STRING):
            raise RMS.KSZ.error()
        return raw if self.type == 0 else self.encode(raw)

    def to_bytes(self) -> bytes:
        flags = self.duplicates | self.changes << 1 | (self.null is not None) << 2
        name = self.name.encode("latin-1")
        segments = b"".join(_SEGMENT.pack(*segment) for segment in self.segments)
        return _FIXED.pack(self.type, flags, self.null or 0, len(self.segments), len(name)) + segments + name


def _packed_order(raw: bytes) -> bytes:
    """A packed decimal as bytes that sort: the digits with their sign, which is the last nibble, before them; complemented below zero."""
    digits = raw.hex()
    number = int(digits[:-1]) if digits[:-1].isdigit() else 0
    negative = digits[-1] in "bd" and number != 0
    text = str(number).rjust(len(digits), "0").encode()
    return b"-" + text.translate(_COMPLEMENT) if negative else b"0" + text


def pack_keys(keys: tuple[KeyDefinition, ...]) -> bytes:
    """The definitions of a file's keys, as the store keeps them."""
    return b"".join(key.to_bytes() for key in keys)


@lru_cache(maxsize=256)
def unpack_keys(data: bytes) -> tuple[KeyDefinition, ...]:
    keys, at = [], 0
    while at < len(data):
        type_, flags, null, segments, length = _FIXED.unpack_from(data, at)
        at += _FIXED.size
        places = tuple(_SEGMENT.unpack_from(data, at + n * _SEGMENT.size) for n in range(segments))
        at += segments * _SEGMENT.size
        name = data[at : at + length].decode("latin-1")
        at += length
        keys.append(KeyDefinition(places, KeyType(type_), bool(flags & 1), bool(flags & 2), null if flags & 4 else None, name))
    return tuple(keys)
