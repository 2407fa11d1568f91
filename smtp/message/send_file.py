"""The input file of Send From File: an envelope in SMTP's own words, then a message as RFC 822 has it.

    MAIL FROM:<sender>         exactly one; the path may be empty
    RCPT TO:<recipient>        one or more
    DATA
    headers, an empty line, the text

A tab may stand where the blank is; words are case-blind. What follows DATA is taken as it stands to the end of the file: a line of one dot does
not end it (fidelity: inferred, since the file ends by itself). Lines may end with the CR that is not needed.

Source: notes of the product's engineer on Send From File, 1996 (format); Management 17.7. fidelity: what is refused, and how, is ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from smtp.message.address import NULL, Address, AddressError, parse_path
from smtp.message.body import Body, LongText, is_long
from smtp.message.headers import is_header_line

_MAIL = re.compile(r"MAIL[ \t]+FROM[ \t]*:(.*)\Z", re.IGNORECASE)
_RCPT = re.compile(r"RCPT[ \t]+TO[ \t]*:(.*)\Z", re.IGNORECASE)
_DATA = re.compile(r"DATA[ \t]*\Z", re.IGNORECASE)


class SendFileError(Exception):
    """A file that can not be sent; `line` counts from 1, the argument says what was expected."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line
        self.what = what


@dataclass(frozen=True, slots=True)
class SendFile:
    """What the file asks for. Lines are without their ends."""

    sender: Address
    recipients: tuple[Address, ...]
    headers: tuple[bytes, ...]
    body: Body

    @classmethod
    def from_lines(cls, records: Body) -> SendFile:
        """Read the records of the file; the body of a LongText is one. Errors: SendFileError."""
        lines = _Lines(records)
        sender = _path(_MAIL, lines, "MAIL FROM:<address>")
        recipients: dict[tuple[str, str], Address] = {}
        while (line := lines.next()) is not None and _DATA.match(_text(line)) is None:
            recipient = _address(_RCPT, line, lines.number, "RCPT TO:<address> or DATA")
            if recipient is NULL:
                raise SendFileError(lines.number, "a recipient can not be empty")
            recipients.setdefault(recipient.key, recipient)
        if not recipients:
            raise SendFileError(lines.number, "RCPT TO:<address> expected")
        if line is None:
            raise SendFileError(lines.number, "DATA expected")
        headers: list[bytes] = []
        while (line := lines.next()) is not None and is_header_line(line, first=not headers):
            headers.append(line)
        before = lines.number if not line else lines.number - 1
        body = LongText(lambda: lines.after(before)) if is_long(records) else tuple(lines.after(before))
        return cls(sender, tuple(recipients.values()), tuple(headers), body)


class _Lines:
    """The records one after the other, without the CR that is not needed. `number` is that of the last one, from 1, or of the end."""

    def __init__(self, records: Body) -> None:
        self._records = records
        self._source = iter(records)
        self.number = 0

    def next(self) -> bytes | None:
        self.number += 1
        line = next(self._source, None)
        return line.removesuffix(b"\r") if line is not None else None

    def after(self, number: int) -> Iterator[bytes]:
        """All lines behind that one."""
        return (record.removesuffix(b"\r") for record in islice(iter(self._records), number, None))


def _text(line: bytes) -> str:
    return line.decode("latin-1")


def _path(form: re.Pattern[str], lines: _Lines, expected: str) -> Address:
    """The address of the next line, which is one of the envelope. Errors: SendFileError."""
    return _address(form, lines.next() or b"", lines.number, expected)


def _address(form: re.Pattern[str], line: bytes, number: int, expected: str) -> Address:
    """Errors: SendFileError."""
    found = form.match(_text(line))
    if found is None:
        raise SendFileError(number, f"{expected} expected")
    try:
        address, rest = parse_path(found[1])
    except AddressError as error:
        raise SendFileError(number, str(error)) from None
    if rest:
        raise SendFileError(number, f"text after the address: {rest}")
    return NULL if address.is_null else address
