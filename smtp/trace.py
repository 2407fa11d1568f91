"""Protocol data as the logs show it: nonprinting characters as backslash and hexadecimal digits, so CR LF is `\\d\\a`.

Source: Management 17.5, TCPIP$SMTP_SYMB_TRACE. fidelity: the words before the data are not known.
"""

from __future__ import annotations

from collections.abc import Iterator

_PIECE = 4096
"""Octets of protocol in one line of a log; a record of a file has less than 32 KB."""

_SHOWN = {byte: (chr(byte) if 32 <= byte < 127 else f"\\{byte:x}") for byte in range(256)}


def shown(data: bytes) -> str:
    """`250 OK\\d\\a`"""
    return "".join([_SHOWN[byte] for byte in data])


def traced(direction: str, data: bytes) -> str:
    """`recv buf=250 OK\\d\\a`"""
    return f"{direction} buf={shown(data)}"


def traced_lines(direction: str, data: bytes) -> Iterator[str]:
    """A line of the log for each line of the data, long ones in pieces."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start, start + _PIECE) + 1 or min(start + _PIECE, len(data))
        yield traced(direction, data[start:end])
        start = end
