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
from collections.abc import Sequence
from dataclasses import dataclass

from smtp.message.address import NULL, Address, AddressError, parse_path
from smtp.message.headers import split_message

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
    body: tuple[bytes, ...]

    @classmethod
    def from_lines(cls, records: Sequence[bytes]) -> SendFile:
        """Read the records of the file. Errors: SendFileError."""
        lines = [record.removesuffix(b"\r") for record in records]
        sender = _path(_MAIL, lines, 0, "MAIL FROM:<address>")
        recipients: dict[tuple[str, str], Address] = {}
        at = 1
        while at < len(lines) and _DATA.match(_text(lines[at])) is None:
            recipient = _path(_RCPT, lines, at, "RCPT TO:<address> or DATA")
            if recipient is NULL:
                raise SendFileError(at + 1, "a recipient can not be empty")
            recipients.setdefault(recipient.key, recipient)
            at += 1
        if not recipients:
            raise SendFileError(at + 1, "RCPT TO:<address> expected")
        if at == len(lines):
            raise SendFileError(at + 1, "DATA expected")
        headers, body = split_message(lines[at + 1 :])
        return cls(sender, tuple(recipients.values()), tuple(headers), tuple(body))


def _text(line: bytes) -> str:
    return line.decode("latin-1")


def _path(form: re.Pattern[str], lines: Sequence[bytes], at: int, expected: str) -> Address:
    """The address of an envelope line. Errors: SendFileError."""
    found = form.match(_text(lines[at])) if at < len(lines) else None
    if found is None:
        raise SendFileError(at + 1, f"{expected} expected")
    try:
        address, rest = parse_path(found[1])
    except AddressError as error:
        raise SendFileError(at + 1, str(error)) from None
    if rest:
        raise SendFileError(at + 1, f"text after the address: {rest}")
    return NULL if address.is_null else address
