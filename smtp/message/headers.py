"""RFC 822 header fields: found in a message's lines, read with folds undone, kept as they came.

Lines are bytes without their CRLF. Field names compare case-blind. Text is ISO Latin-1, so that every byte has a character.
Source: RFC 822 3; the order of fields is the order received (captured messages keep it).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from smtp.message.address import Address, AddressError

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:")
_FIELD_OR_FOLD = re.compile(rb"[ \t]|[!-9;-~]+[ \t]*:")
_SYMBOL = re.compile(r"\\.?|::|.", re.DOTALL)
_AT = re.compile(r"\s*@\s*")


@dataclass(frozen=True, slots=True)
class HeaderField:
    """One field: its name and its lines as received, folds and all."""

    name: str
    lines: tuple[bytes, ...]

    @property
    def text(self) -> str:
        """The value with folds undone and blanks at both ends removed."""
        first = self.lines[0].split(b":", 1)[1]
        return b" ".join(part.strip() for part in (first, *self.lines[1:])).decode("latin-1").strip()


class HeaderBlock:
    """The header fields of one message, in order."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Sequence[HeaderField]) -> None:
        self._fields = tuple(fields)

    @classmethod
    def from_lines(cls, lines: Sequence[bytes]) -> HeaderBlock:
        fields: list[HeaderField] = []
        at = 0
        while at < len(lines):
            start = at
            at += 1
            while at < len(lines) and lines[at][:1] in (b" ", b"\t"):
                at += 1
            found = _FIELD.match(lines[start])
            if found is not None:
                fields.append(HeaderField(found[1].decode("latin-1"), tuple(lines[start:at])))
        return cls(fields)

    def __iter__(self) -> Iterator[HeaderField]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def get(self, name: str) -> str | None:
        """The text of the first field of that name."""
        lower = name.lower()
        return next((f.text for f in self._fields if f.name.lower() == lower), None)

    def addressees(self, name: str) -> str:
        """The text of all fields of that name, which hold addresses, as if they were one; empty when there is none."""
        lower = name.lower()
        return ", ".join(text for f in self._fields if f.name.lower() == lower and (text := f.text))

    def count(self, name: str) -> int:
        lower = name.lower()
        return sum(1 for f in self._fields if f.name.lower() == lower)


def split_message(lines: Sequence[bytes]) -> tuple[list[bytes], list[bytes]]:
    """Header lines and body lines. The empty line between them belongs to neither.

    A line that is neither field nor fold ends the header even without an empty line; it is the first line of the body.
    """
    end = header_end(lines)
    return (list(lines), []) if end is None else (list(lines[: end[0]]), list(lines[end[1] :]))


def header_end(lines: Sequence[bytes]) -> tuple[int, int] | None:
    """How many header lines there are, and where the body begins; None when all lines are header lines, so that more may follow."""
    pattern = _FIELD
    for at, line in enumerate(lines):
        if pattern.match(line) is None:
            return at, at + (not line)
        pattern = _FIELD_OR_FOLD
    return None


def is_header_line(line: bytes, *, first: bool) -> bool:
    """A field, or the fold of one: the first line is none."""
    return (_FIELD if first else _FIELD_OR_FOLD).match(line) is not None


def first_address(text: str) -> Address | None:
    """The first address of a structured field such as From: or Reply-To:; None when there is none."""
    return next(iter(addresses(text)), None)


def addresses(text: str) -> list[Address]:
    """The addresses of a structured field: `a@b`, `Name <a@b>`, `a@b (Name)`, and the members of groups. Blanks may stand around the @."""
    found = []
    for mailbox in _mailboxes(text):
        bracket = re.search(r"<([^<>]*)>\s*\Z", mailbox)
        candidate = (bracket[1] if bracket else mailbox).strip()
        if '"' not in candidate:
            candidate = _AT.sub("@", candidate)
        try:
            found.append(Address.from_text(candidate))
        except AddressError:
            continue
    return found


def _mailboxes(text: str) -> Iterator[str]:
    """The pieces between commas, with comments and group names removed; quoted strings and angle brackets protect what is in them.

    Two colons belong to the name of a node, which is not that of a group.
    """
    piece: list[str] = []
    depth, quoted, angle = 0, False, False
    for c in _SYMBOL.findall(text):
        if c.startswith("\\"):
            pass
        elif quoted:
            quoted = c != '"'
        elif depth or c == "(":
            depth += (c == "(") - (c == ")")
            continue
        elif c == '"':
            quoted = True
        elif c in "<>":
            angle = c == "<"
        elif c == ":" and not angle:
            piece.clear()
            continue
        elif c in ",;" and not angle:
            yield "".join(piece)
            piece.clear()
            continue
        if not depth:
            piece.append(c)
    yield "".join(piece)
