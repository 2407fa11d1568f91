"""Lines that are too long for the wire: a line has at most 998 octets before its CR LF.

A header line is folded before a blank, or behind a comma in a list without blanks, so that its field is the same for every reader; a body line,
or a header line without either, is cut.
Not an octet is lost. Source: RFC 821 4.5.3 (1000 octets with the CR LF); RFC 822 3.1.1 (folding).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from smtp.message.body import Body, is_long

LIMIT = 998


def wrapped_body(lines: Body) -> Iterable[bytes]:
    """Body lines, the long ones cut, to be read once."""
    if not is_long(lines) and all(len(line) <= LIMIT for line in lines):
        return lines
    return (piece for line in lines for piece in _cut(line))


def wrapped_headers(lines: Sequence[bytes]) -> Sequence[bytes]:
    """Header lines, the long ones folded."""
    if all(len(line) <= LIMIT for line in lines):
        return lines
    return [piece for line in lines for piece in _folded(line)]


def _cut(line: bytes) -> list[bytes]:
    return [line[at : at + LIMIT] for at in range(0, len(line), LIMIT)] or [line]


def _folded(line: bytes) -> Iterator[bytes]:
    """The pieces of a header line; each after the first begins with the blank at which it was folded, or with one that is added."""
    while len(line) > LIMIT:
        at = max(line.rfind(b" ", 1, LIMIT), line.rfind(b"\t", 1, LIMIT))
        if line[:at].endswith(b":") or not line[1:at].strip():
            at = line.rfind(b",", 1, LIMIT) + 1 or at
        if not line[1:at].strip():
            at = LIMIT
        yield line[:at]
        line = line[at:] if line[at : at + 1] in (b" ", b"\t") else b" " + line[at:]
    yield line
