"""Standard input that is not a terminal, as a source of records: lines as they come, Ctrl/Z as the end of one read.

Lines are taken from the host as they arrive. A Ctrl/Z ends the read in which it stands: text before it is a record, then the read after that
is at end of file; then reading goes on behind it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable

from vmsemu.base.condition import VmsError
from vmsemu.base.time import VmsTime
from vmsemu.host.driver import READ, HostDriver
from vmsemu.kernel.event import TimedOut, WaitQueue
from vmsemu.kernel.kernel import Kernel
from vmsemu.tables.facilities import RMS

_END = None


class HostLines:
    """An InputStream over lines of the host."""

    name = "SYS$INPUT:"
    is_terminal = False

    def __init__(self, kernel: Kernel) -> None:
        self._records: WaitQueue[str | None] = WaitQueue(kernel)
        self._tail = b""
        self.ended = False
        self._over = False

    def feed(self, data: bytes) -> None:
        """More bytes of standard input (inside the kernel)."""
        *lines, self._tail = (self._tail + data).split(b"\n")
        for line in lines:
            self._line(line.removesuffix(b"\r"))

    def feed_lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._text(line)

    def finish(self) -> None:
        """Standard input is at its end (inside the kernel)."""
        if self._tail:
            self._line(self._tail)
            self._tail = b""
        self.ended = True
        self._records.put(_END)

    def _line(self, line: bytes) -> None:
        try:
            text = line.decode("utf-8").encode("latin-1", "replace").decode("latin-1")
        except UnicodeDecodeError:
            text = line.decode("latin-1")
        self._text(text)

    def _text(self, text: str) -> None:
        while "\x1a" in text:
            before, _, text = text.partition("\x1a")
            if before:
                self._records.put(before)
            self._records.put(_END)
            if not text:
                return
        self._records.put(text)

    @property
    def over(self) -> bool:
        """Nothing will come any more: the last record was read and the host is at end of file."""
        return self._over

    async def read(self, prompt: str = "", *, echo: bool = True, deadline: VmsTime | None = None) -> str:
        """The next line. Errors: RMS.EOF at Ctrl/Z and at the end, RMS.TMO."""
        if self._over:
            raise RMS.EOF.error()
        try:
            record = await self._records.get(deadline=deadline)
        except TimedOut:
            raise RMS.TMO.error() from None
        if record is None:
            if self.ended and not len(self._records):
                self._over = True
            raise RMS.EOF.error()
        return record

    def put_back(self, line: str) -> None:
        """Make `line` the next record again."""
        self._records.put_back(line)

    async def remaining(self) -> list[str]:
        """Every line up to the end of standard input; the end of one read (Ctrl/Z) is the line Ctrl/Z itself."""
        lines: list[str] = []
        while not self._over:
            try:
                lines.append(await self.read())
            except VmsError:
                if not self._over:
                    lines.append("\x1a")
        return lines

    def close(self) -> None:
        pass


def watch_standard_input(driver: HostDriver, lines: HostLines) -> None:
    """Feed `lines` from file descriptor 0 until it ends. A plain file is read at once; a pipe as data arrive."""
    if stat.S_ISREG(os.fstat(0).st_mode):
        while data := os.read(0, 1 << 16):
            lines.feed(data)
        lines.finish()
        return

    def ready(events: int) -> None:
        data = os.read(0, 1 << 16)
        if data:
            driver.kernel.post(lines.feed, data)
        else:
            driver.unwatch(0)
            driver.kernel.post(lines.finish)

    try:
        driver.watch(0, READ, ready)
    except PermissionError:
        lines.finish()
