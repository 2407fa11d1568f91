"""/FIELD of a specification file: a named part of the record, or a constant. Source: HELP SORT Specification_File_Qualifiers /FIELD."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vmsemu.base.condition import VmsError
from vmsemu.images.sort.keys import KINDS, SortKey, float_size
from vmsemu.images.sort.specification_text import Reader

_MAXIMUM_NAME = 31
_MAXIMUM_DIGITS = 31
_WORDS = (
    "DIGITS", "LEADING_SIGN", "NAME", "OVERPUNCHED_SIGN", "POSITION", "SEPARATE_SIGN", "SIGNED", "SIZE", "TRAILING_SIGN", "UNSIGNED", "VALUE",
    *KINDS,
)  # fmt: skip
_DECIMAL = ("DECIMAL", "PACKED_DECIMAL", "ZONED")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the record, or a constant when `constant` is there."""

    name: str
    key: SortKey
    constant: str | int | None = None
    pad: bytes = b"\0"

    @property
    def is_text(self) -> bool:
        return self.key.kind == "CHARACTER"

    def sample(self) -> str | int:
        """Something of the type that values of the field have: only the like can be compared."""
        return "" if self.is_text else 0

    def raw(self, record: bytes) -> bytes:
        """The bytes of the field, filled to its size with the pad character when it is text."""
        if isinstance(self.constant, str):
            return self.constant.encode("latin-1", "replace").ljust(self.key.size, self.pad)[: self.key.size]
        if self.constant is not None:
            return self.constant.to_bytes(self.key.size, "little", signed=self.constant < 0)
        if not self.is_text:
            return self.key.raw(record)
        start = self.key.position - 1
        return record[start : start + self.key.size].ljust(self.key.size, self.pad)

    def extractor(self, collate: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
        """A function from a record to the value of the field, as SortKey.extractor."""
        if self.constant is None and (not self.is_text or self.pad == b"\0"):
            return self.key.extractor(collate)
        if isinstance(self.constant, int):
            number = self.constant
            return lambda record: number
        return lambda record: collate(self.raw(record))


def read_field(reader: Reader, pad: bytes) -> Field:
    """`(NAME=n,POSITION:p,SIZE:s,type)`, or `(NAME=n,VALUE:constant,SIZE:s)`. Errors: the reader's."""
    name, kind, numbers, words = "", "CHARACTER", {"POSITION": 0, "SIZE": 0, "DIGITS": 0}, set()
    constant: str | int | None = None
    for item in reader.items():
        word = item.word(_WORDS)
        if word in ("NAME", "VALUE", *numbers):
            item.expect("=", ":")
        if word == "NAME":
            name = item.next().text
        elif word == "VALUE":
            constant = item.next().text if item.peek().string else item.number()
        elif word in numbers:
            numbers[word] = item.number()
        elif word in KINDS:
            kind = word
        else:
            words.add(word)
        if not item.done:
            raise item.fail()
    if not name[:1].isalpha() or len(name) > _MAXIMUM_NAME or (constant is None) == (numbers["POSITION"] == 0):
        raise reader.fail()
    size = float_size(kind) or (numbers["DIGITS"] if kind in _DECIMAL else numbers["SIZE"])
    if isinstance(constant, str):
        size = size or len(constant)
    elif constant is not None:
        kind, size = "BINARY", size or 4
    if kind in _DECIMAL and size > _MAXIMUM_DIGITS:
        raise reader.fail()
    key = SortKey(numbers["POSITION"] or 1, size, kind, False, "UNSIGNED" not in words, "LEADING_SIGN" in words, "SEPARATE_SIGN" in words)
    try:
        key.check()
    except VmsError:
        raise reader.fail() from None
    return Field(name, key, constant, pad)
