"""Compiled messages in files: the object module that MESSAGE writes and the message section of an image that LINK makes of it.

An object module is a file of records, each a tag byte and fields; a text is a length byte and Latin-1 characters. A message section is the same records,
each with its length in a word before it, in 512-byte blocks behind a block that tells their number of bytes. The files of SYS$MESSAGE that belong to the
system carry a name only, as its images do. The formats are our own.

    1 HEADER   "MESSAGE", module, ident          2 MESSAGE  value, FAO count, user value, facility, ident, text
    3 SYMBOL   value, symbol                     4 POINTER  specification of the file that holds the texts
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from struct import Struct, error

from vmsemu.base.condition import ConditionValue, MessageDefinition

BLOCK = 512
_MARK = "MESSAGE"
_HEADER, _MESSAGE, _SYMBOL, _POINTER = 1, 2, 3, 4
_SECTION_MARK = b"MESSAGE SECTION\0"
_NAME_MARK = b"MESSAGE FILE "
_LONG = Struct("<I")
_WORD = Struct("<H")
_NUMBERS = Struct("<IBB")
_CONDITION = 0x0FFFFFF8


@dataclass
class MessageSection:
    """The messages of one or more object modules. `pointers` name files that hold further texts."""

    name: str = ""
    ident: str = ""
    messages: list[tuple[MessageDefinition, int]] = field(default_factory=list)
    symbols: dict[str, int] = field(default_factory=dict)
    pointers: list[str] = field(default_factory=list)

    def find(self, value: int) -> MessageDefinition | None:
        """The message whose condition is `value`, apart from severity and control bits."""
        return next((d for d, _ in self.messages if not (int(d.value) ^ value) & _CONDITION), None)


def to_records(section: MessageSection) -> list[bytes]:
    """The records of an object module."""
    records = [bytes([_HEADER]) + _text(_MARK) + _text(section.name) + _text(section.ident)]
    records += [
        bytes([_MESSAGE]) + _NUMBERS.pack(int(d.value), d.fao_count, user) + _text(d.facility) + _text(d.ident) + _text(d.text)
        for d, user in section.messages
    ]
    records += [bytes([_SYMBOL]) + _LONG.pack(value & 0xFFFFFFFF) + _text(symbol) for symbol, value in section.symbols.items()]
    records += [bytes([_POINTER]) + _text(pointer) for pointer in section.pointers]
    return records


def from_records(records: Iterable[bytes]) -> MessageSection | None:
    """The contents of an object module; None when the records are none of one."""
    section = MessageSection()
    started = False
    try:
        for record in records:
            fields = _Fields(record)
            tag = fields.byte()
            if tag == _HEADER:
                if fields.text() != _MARK:
                    return None
                started, section.name, section.ident = True, fields.text(), fields.text()
            elif not started:
                return None
            elif tag == _MESSAGE:
                value, count, user = fields.numbers(_NUMBERS)
                facility, ident, text = fields.text(), fields.text(), fields.text()
                section.messages.append((MessageDefinition(facility, ident, ConditionValue(value), text, count), user))
            elif tag == _SYMBOL:
                (value,) = fields.numbers(_LONG)
                section.symbols[fields.text()] = value
            elif tag == _POINTER:
                section.pointers.append(fields.text())
            else:
                return None
    except (IndexError, error):
        return None
    return section if started else None


def to_blocks(sections: Iterable[MessageSection]) -> list[bytes]:
    """The blocks of an image that holds message sections."""
    data = b"".join(_WORD.pack(len(r)) + r for section in sections for r in to_records(section))
    first = _SECTION_MARK + _LONG.pack(len(data))
    return [chunk.ljust(BLOCK, b"\0") for chunk in (first, *(data[at : at + BLOCK] for at in range(0, len(data), BLOCK)))]


def from_blocks(blocks: list[bytes]) -> MessageSection | None:
    """All messages of an image; None when it has no message section."""
    if not blocks or not is_section(blocks[0]):
        return None
    (size,) = _LONG.unpack_from(blocks[0], len(_SECTION_MARK))
    return from_records(_split(b"".join(blocks[1:])[:size]))


def is_section(block: bytes) -> bool:
    """Whether the first block of an image tells of a message section."""
    return block.startswith(_SECTION_MARK) and len(block) >= len(_SECTION_MARK) + _LONG.size


def named_block(name: str) -> bytes:
    """The only block of a file of SYS$MESSAGE that belongs to the system."""
    return (_NAME_MARK + name.encode("ascii")).ljust(BLOCK, b"\0")


def name_in(block: bytes) -> str | None:
    """The name in such a block."""
    return block[len(_NAME_MARK) :].rstrip(b"\0 \r\n").decode("latin-1") if block.startswith(_NAME_MARK) else None


def _split(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        (length,) = _WORD.unpack_from(data, at)
        yield data[at + 2 : at + 2 + length]
        at += 2 + length


def _text(text: str) -> bytes:
    data = text.encode("latin-1", "replace")
    return bytes([len(data)]) + data


class _Fields:
    """Reads the fields of a record. Errors: IndexError, struct.error past its end."""

    def __init__(self, record: bytes) -> None:
        self._record = record
        self._at = 0

    def byte(self) -> int:
        self._at += 1
        return self._record[self._at - 1]

    def numbers(self, layout: Struct) -> tuple[int, ...]:
        self._at += layout.size
        return layout.unpack_from(self._record, self._at - layout.size)

    def text(self) -> str:
        length = self.byte()
        self._at += length
        if self._at > len(self._record):
            raise IndexError
        return self._record[self._at - length : self._at].decode("latin-1")
