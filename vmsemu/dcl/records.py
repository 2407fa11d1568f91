"""Files that DCL opened: OPEN, READ, WRITE, CLOSE work on these, by logical name.

The process-permanent names SYS$INPUT, SYS$COMMAND, SYS$OUTPUT and SYS$ERROR are always open, SYS$PIPE in a segment of PIPE. A name that is not
open is translated, so that `DEFINE OUT SYS$OUTPUT` makes OUT usable.

Source: DCL reference 3.9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import VmsError
from vmsemu.base.time import TICKS_PER_SECOND, VmsTime
from vmsemu.dcl.streams import put_line
from vmsemu.services.record_file import RecordFile
from vmsemu.tables.facilities import CLI, RMS

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

PERMANENT = ("SYS$INPUT", "SYS$COMMAND", "SYS$OUTPUT", "SYS$ERROR")


class OpenRecordFile:
    """One name that OPEN opened: a file, or a stream on a record device. `current` tells that the last thing done was to read a record."""

    def __init__(self, target: Any, *, readable: bool, writable: bool) -> None:
        self.file: RecordFile | None = target if isinstance(target, RecordFile) else None
        self.stream: Any = None if self.file is not None else target
        self.readable = readable
        self.writable = writable
        self.current = False

    def write(self, text: str) -> None:
        """Errors: RMS.FAC when it is open for reading only."""
        if not self.writable:
            raise RMS.FAC.error()
        self.current = False
        if self.file is not None:
            put_line(self.file, text)
        else:
            self.stream.write(text)

    def update(self, text: str) -> None:
        """WRITE/UPDATE: replace the record read last. Errors: RMS.FAC, RMS.CUR, RMS.IOP."""
        if not (self.readable and self.writable):
            raise RMS.FAC.error()
        if self.file is None:
            raise RMS.IOP.error()
        if not self.current:
            raise RMS.CUR.error()
        self.file.update(text.encode("latin-1", "replace"))
        self.current = False

    def delete(self) -> None:
        """READ/DELETE: delete the record read last. Errors: RMS.FAC, RMS.IOP, RMS.RNL."""
        if not self.writable:
            raise RMS.FAC.error()
        assert self.file is not None
        self.file.delete()
        self.current = False

    def close(self) -> None:
        if self.file is not None:
            self.file.close()
        else:
            self.stream.close()


class OpenedStream:
    """A name that OPEN opened as images and redirections use it: they go on where it is, and closing leaves it open."""

    def __init__(self, name: str, opened: OpenRecordFile) -> None:
        self.name = name
        self._opened = opened
        self.is_terminal = bool(getattr(opened.stream, "is_terminal", False))

    def write(self, text: str) -> None:
        self._opened.write(text)

    def write_raw(self, text: str) -> None:
        if text.strip("\r\n"):
            self.write(text.strip("\r\n"))

    async def read(self, prompt: str = "", *, echo: bool = True, deadline: VmsTime | None = None) -> str:
        """Errors: RMS.FAC when it is open for writing only, RMS.EOF."""
        opened = self._opened
        if not opened.readable:
            raise RMS.FAC.error()
        if opened.file is not None:
            return opened.file.get_text()
        text: str = await opened.stream.read(prompt, echo=echo, deadline=deadline)
        return text

    def close(self) -> None:
        pass


class OpenFiles:
    """The names that are open in one process."""

    def __init__(self, dcl: Interpreter) -> None:
        self._dcl = dcl
        self._files: dict[str, OpenRecordFile] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def add(self, name: str, file: OpenRecordFile, device: str) -> None:
        """Enter a name that was opened; it becomes a logical name of the process table."""
        self._files[name] = file
        self._dcl.process.names.define(name, ["_" + device.lstrip("_")])

    def stream(self, name: str) -> OpenedStream | None:
        """A name that is open, for others than READ and WRITE; None when it is not."""
        opened = self._files.get(name)
        return OpenedStream(name, opened) if opened is not None else None

    def find(self, name: str) -> OpenRecordFile | str:
        """What a name is open on: a file, or one of the permanent names. Errors: CLI.UNDFIL."""
        word = name.upper().removesuffix(":")
        for _ in range(10):
            found = self._files.get(word)
            if found is not None:
                return found
            if word in PERMANENT:
                return word
            entry = self._dcl.process.names.translate(word)
            if entry is None or not entry.translations:
                break
            if word == "SYS$PIPE":
                return word
            word = entry.equivalence.upper().removesuffix(":")
        raise CLI.UNDFIL.error()

    def close(self, name: str) -> None:
        """CLOSE. Errors: CLI.UNDFIL, those of the close."""
        word = name.upper().removesuffix(":")
        found = self._files.pop(word, None)
        if found is None:
            raise CLI.UNDFIL.error()
        try:
            self._dcl.process.names.delete(word)
        except VmsError:
            pass
        found.close()

    def close_all(self) -> None:
        for name in list(self._files):
            try:
                self.close(name)
            except VmsError:
                continue

    def write(self, name: str, text: str) -> None:
        """WRITE. Errors: CLI.UNDFIL, those of $PUT."""
        found = self.find(name)
        if isinstance(found, OpenRecordFile):
            found.write(text)
        elif found == "SYS$ERROR":
            self._dcl.redirections.error_stream().write(text)
        elif found == "SYS$OUTPUT":
            self._dcl.output.write(text)
        else:
            self._dcl.process.output.write(text)

    async def read_stream(self, stream: Any, prompt: str, seconds: int | None) -> str:
        """READ from a terminal or another stream. Errors: RMS.EOF, RMS.TMO."""
        deadline = None if seconds is None else VmsTime(self._dcl.system.now + seconds * TICKS_PER_SECOND)
        text: str = await stream.read(prompt if getattr(stream, "is_terminal", False) else "", deadline=deadline)
        return text
