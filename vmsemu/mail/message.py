"""A mail message as it travels: From, To, CC and Subj texts and the body, before it has a place in a mail file.

Text is DEC MCS / ISO Latin-1 in `str`. The From text is an address, with the personal name behind it when there is one:
`SMITH        "Fred Smith"` (the address padded to 12 columns, a blank, the name in quotation marks).

Source: mail file dumps and MAIL-11 captures; the padding follows the MAIL-11 sender record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from vmsemu.files.attributes import RecordAttributes

_PERSONAL_NAME = re.compile(r'(.*?\S)[ \t]+"([^"]*)"\s*$')
MAXIMUM_PERSONAL_NAME = 255
MAXIMUM_SENT_NAME = 127


@dataclass(frozen=True, slots=True)
class ForeignBody:
    """The body of a foreign-format message: a file as it is, with its record attributes and the length of its longest record."""

    attributes: RecordAttributes
    data: bytes
    longest: int = 0


class TextRecords(Sequence[str]):
    """The lines of a text that came as bytes, which are the records of a mail file as they are. Who reads the lines gets text."""

    __slots__ = ("records",)

    def __init__(self, records: Sequence[bytes]) -> None:
        self.records = records

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[str]:
        return (record.decode("latin-1") for record in self.records)

    def __getitem__(self, at: Any) -> Any:
        return [*self][at]


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `body_lines` are the text records; a foreign message has `foreign` instead.

    A long text need not be a sequence: anything that brings its records whenever it is read will do, so that they are not all in memory.
    """

    from_: str
    to: str = ""
    cc: str = ""
    subject: str = ""
    body_lines: Iterable[str] = ()
    foreign: ForeignBody | None = None

    @property
    def sender(self) -> str:
        """The address in the From text: where a reply goes."""
        return split_from(self.from_)[0]

    @property
    def personal_name(self) -> str:
        """The personal name in the From text, or an empty string."""
        return split_from(self.from_)[1]


def split_from(text: str) -> tuple[str, str]:
    """Address and personal name of a From text."""
    found = _PERSONAL_NAME.match(text)
    if found is None or found[1].count('"') % 2:
        return text.strip(), ""
    return found[1].strip(), found[2]


def compose_from(address: str, personal_name: str = "") -> str:
    """The From text of a sender."""
    return f'{address:<12} "{personal_name}"' if personal_name else address


def is_personal_name(text: str) -> bool:
    """What SET PERSONAL_NAME accepts: it begins with a letter and has neither a quotation mark nor adjacent blanks."""
    return 0 < len(text) <= MAXIMUM_PERSONAL_NAME and text[0].isalpha() and '"' not in text and "  " not in text


def to_bytes(text: str) -> bytes:
    """DEC MCS bytes of a text; what has no place there becomes a question mark."""
    return text.encode("latin-1", "replace")
