"""RFC 822 header fields: found in a message's lines, read with folds undone, kept as they came.

Lines are bytes without their CRLF. Field names compare case-blind. Text is ISO Latin-1, so that every byte has a character.
Source: RFC 822 3; the order of fields is the order received (captured messages keep it).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import starmap
from typing import NamedTuple

from smtp.message.address import Address, AddressError

_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:")
_FOLD_OR_FIELD = re.compile(rb"[ \t]|([!-9;-~]+)[ \t]*:")
_SYMBOL = re.compile(r'\\.?|::|[^\\"()<>:,;]+|.', re.DOTALL)
_PARTED = re.compile(r'[\\"(:,;]')
_BRACKET = re.compile(r"<([^<>]*)>\s*\Z")
_AT = re.compile(r"\s*@\s*")


class HeaderField(NamedTuple):
    """One field: its name and its lines as received, folds and all."""

    name: str
    lines: Sequence[bytes]

    @property
    def text(self) -> str:
        """The value with folds undone and blanks at both ends removed."""
        return _text(self.lines)


class HeaderBlock:
    """The header fields of one message, in order."""

    __slots__ = ("_fields", "_named")

    def __init__(self) -> None:
        self._fields: list[tuple[str, list[bytes]]] = []
        self._named: dict[str, list[list[bytes]]] = {}

    @classmethod
    def from_lines(cls, lines: Iterable[bytes]) -> HeaderBlock:
        block = cls()
        fields, named = block._fields, block._named
        field: list[bytes] | None = None
        for line in lines:
            found = _FOLD_OR_FIELD.match(line)
            if found is None:
                field = None
            elif found[1] is not None:
                name, field = found[1].decode("latin-1"), [line]
                fields.append((name, field))
                named.setdefault(name.lower(), []).append(field)
            elif field is not None:
                field.append(line)
        return block

    def __iter__(self) -> Iterator[HeaderField]:
        return starmap(HeaderField, self._fields)

    def get(self, name: str) -> str | None:
        """The text of the first field of that name."""
        found = self._named.get(name.lower())
        return _text(found[0]) if found is not None else None

    def addressees(self, name: str) -> str:
        """The text of all fields of that name, which hold addresses, as if they were one; empty when there is none."""
        return ", ".join([text for field in self._named.get(name.lower(), ()) if (text := _text(field))])

    def lines(self, name: str) -> list[bytes]:
        """The lines of all fields of that name."""
        return [line for field in self._named.get(name.lower(), ()) for line in field]

    def count(self, name: str) -> int:
        return len(self._named.get(name.lower(), ()))


def _text(lines: Sequence[bytes]) -> str:
    value = lines[0].partition(b":")[2]
    if len(lines) > 1:
        value = b" ".join([part.strip() for part in (value, *lines[1:])])
    return value.decode("latin-1").strip()


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
        pattern = _FOLD_OR_FIELD
    return None


def is_header_line(line: bytes, *, first: bool) -> bool:
    """A field, or the fold of one: the first line is none."""
    return (_FIELD if first else _FOLD_OR_FIELD).match(line) is not None


def first_address(text: str) -> Address | None:
    """The first address of a structured field such as From: or Reply-To:; None when there is none."""
    return next(_addresses(text), None)


def addresses(text: str) -> list[Address]:
    """The addresses of a structured field: `a@b`, `Name <a@b>`, `a@b (Name)`, and the members of groups. Blanks may stand around the @."""
    return list(_addresses(text))


def _addresses(text: str) -> Iterator[Address]:
    for mailbox in _mailboxes(text):
        bracket = _BRACKET.search(mailbox)
        candidate = (bracket[1] if bracket else mailbox).strip()
        if '"' not in candidate:
            candidate = _AT.sub("@", candidate)
        try:
            yield Address.from_text(candidate)
        except AddressError:
            continue


def _mailboxes(text: str) -> Iterator[str]:
    """The pieces between commas, with comments and group names removed; quoted strings and angle brackets protect what is in them.

    Two colons belong to the name of a node, which is not that of a group.
    """
    if _PARTED.search(text) is None:
        yield text
        return
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
