"""Diagnostics of the SMTP components: the snapshot buffer and the numbers of source lines.

With a snapshot, diagnostics go into a circular buffer of so many blocks of 512 bytes, which is written to the log only when an error is signalled
or the component stops. Source: Management 17.5, TCPIP$SMTP_SYMB_SNAPSHOT_BLOCKS, _RECV_SNAPSHOT_BLOCKS and _LOG_LINE_NUMBERS.
fidelity: how a line with its number looks is not known.
"""

from __future__ import annotations

import sys
from collections import deque

from smtp.message.address import Address

BLOCK = 512


class Snapshot:
    """The circular buffer: the newest lines that fit into a number of blocks."""

    def __init__(self, blocks: int) -> None:
        self._lines: deque[str] = deque()
        self._size = 0
        self._limit = blocks * BLOCK

    def add(self, line: str) -> None:
        self._lines.append(line)
        self._size += len(line)
        while self._size > self._limit:
            self._size -= len(self._lines.popleft())

    def take(self) -> list[str]:
        """What is in it, oldest first; it is empty then."""
        lines = list(self._lines)
        self._lines.clear()
        self._size = 0
        return lines


def place_of_caller(depth: int = 2) -> str:
    """`courier 123`: module and line of the source that logs, `depth` calls up."""
    frame = sys._getframe(depth)
    return f"{frame.f_globals['__name__'].rpartition('.')[2]} {frame.f_lineno}"


def parsed(address: Address) -> str:
    """What the address parser made of an address, for TCPIP$SMTP_VMSMAIL_PARSE."""
    return f'parse {address.to_path()}: local part "{address.local}", domain "{address.domain}"'
