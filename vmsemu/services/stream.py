"""Process-permanent files: what SYS$INPUT, SYS$OUTPUT, SYS$ERROR and SYS$COMMAND are open on.

A stream moves text records (str; byte values 0-255 as DEC MCS / ISO Latin-1 code points). Writing never waits; reading may.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from vmsemu.base.time import VmsTime
from vmsemu.files.mount import NullStream as NullStream
from vmsemu.tables.facilities import RMS


class OutputStream(Protocol):
    """A place for records: a terminal, a log file, a mailbox, NLA0:."""

    @property
    def is_terminal(self) -> bool: ...

    def write(self, text: str) -> None:
        """Write one record (a line)."""
        ...

    def write_raw(self, text: str) -> None:
        """Write text without carriage control (prompts, screen sequences). On a record file it is one record."""
        ...

    def close(self) -> None: ...


class InputStream(Protocol):
    """A source of records. `name` is the device or file specification shown in messages."""

    @property
    def name(self) -> str: ...

    @property
    def is_terminal(self) -> bool: ...

    async def read(self, prompt: str = "", *, echo: bool = True, deadline: VmsTime | None = None) -> str:
        """The next record. Errors: RMS.EOF at end or Ctrl/Z; RMS.TMO when `deadline` passes."""
        ...

    def close(self) -> None: ...


class ListInput:
    """Records from a list (data lines of a procedure, standard input of the host command)."""

    is_terminal = False

    def __init__(self, records: Iterable[str], name: str = "SYS$INPUT:") -> None:
        self._records = iter(records)
        self.name = name

    async def read(self, prompt: str = "", *, echo: bool = True, deadline: VmsTime | None = None) -> str:
        for record in self._records:
            return record
        raise RMS.EOF.error()

    def close(self) -> None:
        pass


class CallbackOutput:
    """Hands each piece of text to a function: whole lines with their newline, raw text as it is."""

    is_terminal = False

    def __init__(self, sink: Callable[[str], None]) -> None:
        self._sink = sink

    def write(self, text: str) -> None:
        self._sink(text + "\n")

    def write_raw(self, text: str) -> None:
        self._sink(text)

    def close(self) -> None:
        pass
