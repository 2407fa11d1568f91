"""SYS$INPUT, SYS$OUTPUT and SYS$COMMAND as DCL hands them to images: data lines of a procedure, files, held terminal reads.

Source: DCL reference 1.1, 3.11; files.md 2.2 (process-permanent files).
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from vmsemu.base.time import VmsTime
from vmsemu.dcl.procedure import NOWHERE
from vmsemu.files.attributes import CarriageControl, RecordAttributes, RecordFormat
from vmsemu.services.process import ControlC, ControlY
from vmsemu.services.record_file import RecordFile
from vmsemu.services.stream import InputStream
from vmsemu.tables.facilities import RMS

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter
    from vmsemu.dcl.level import CommandLevel

VFC_PRINT = RecordAttributes(format=RecordFormat.VFC, carriage=CarriageControl.PRN, control_size=2)
LINE = b"\x01\x8d"


class DataInput:
    """SYS$INPUT inside a procedure: the data records after the command that runs, up to the next command line (or through DECK to EOD)."""

    is_terminal = False

    def __init__(self, dcl: Interpreter, level: CommandLevel) -> None:
        self._dcl = dcl
        self.level = level
        self.name = level.name

    async def read(self, prompt: str = "", *, echo: bool = True, deadline: VmsTime | None = None) -> str:
        return self.next_record()

    def next_record(self) -> str:
        """Errors: RMS.EOF."""
        level = self.level
        procedure = level.procedure
        if procedure is None:
            raise RMS.EOF.error()
        units = procedure.units
        if level.data_unit == NOWHERE:
            at = level.pc
            if at < len(units) and units[at].word == "DECK":
                at += 1
            if at >= len(units) or not units[at].is_data:
                raise RMS.EOF.error()
            level.data_unit, level.data_record = at, 0
        records = units[level.data_unit].records
        if level.data_record >= len(records):
            self._end_of_data()
            raise RMS.EOF.error()
        record = records[level.data_record]
        level.data_record += 1
        if self._dcl.verify_image:
            self._dcl.output.write(" " * len(self._dcl.verification_prefix()) + record)
        return record

    def _end_of_data(self) -> None:
        """All of a run was read: the command goes on after it, past EOD, where a further DECK may begin."""
        level = self.level
        assert level.procedure is not None
        units = level.procedure.units
        at = level.data_unit + 1
        if at < len(units) and units[at].word == "EOD":
            at += 1
        level.pc, level.data_unit = at, NOWHERE

    def close(self) -> None:
        pass


def finish_data(level: CommandLevel) -> None:
    """The level goes on: data that was read is passed; what is left of a run is in the way and will be skipped with a message."""
    if level.data_unit == NOWHERE or level.procedure is None:
        return
    used = level.data_record >= len(level.procedure.units[level.data_unit].records)
    level.pc = level.data_unit + used
    level.data_unit = NOWHERE


class _Hold:
    """What an image yields when Ctrl/Y ended its terminal read: DCL keeps it until CONTINUE."""

    def __await__(self) -> Generator[_Hold, Any, None]:
        yield self


HOLD = _Hold()


class HeldInput:
    """A terminal as an image reads it: Ctrl/Y during a read leaves the image where it is, and CONTINUE reads again.

    An image with a Ctrl/C handler of its own sets `takes_control_c`; it gets ControlC then.
    """

    takes_control_c = False

    def __init__(self, stream: InputStream) -> None:
        self._stream = stream
        self.name = stream.name
        self.is_terminal = stream.is_terminal
        self._read_for_image = getattr(stream, "read_for_image", None)

    async def read(self, prompt: str = "", *, echo: bool = True, deadline: VmsTime | None = None) -> str:
        while True:
            try:
                if self._read_for_image is None:
                    return await self._stream.read(prompt, echo=echo, deadline=deadline)
                line: str = await self._read_for_image(prompt, echo=echo, deadline=deadline, takes_control_c=self.takes_control_c)
                return line
            except ControlY as interrupt:
                if self.takes_control_c and isinstance(interrupt, ControlC):
                    raise
                await HOLD

    def close(self) -> None:
        self._stream.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def put_line(file: RecordFile, text: str) -> None:
    """Write a record as DCL does: in a print file with a line feed before it and a carriage return after it."""
    record = text.encode("latin-1", "replace")
    if file.attributes.carriage & CarriageControl.PRN:
        file.put(record, LINE)
    else:
        file.put(record)


class FileOutput:
    """SYS$OUTPUT on a file: each write is one record."""

    is_terminal = False

    def __init__(self, file: RecordFile) -> None:
        self._file = file
        self.name = file.spec.to_text()

    def write(self, text: str) -> None:
        put_line(self._file, text)

    def write_raw(self, text: str) -> None:
        if text.strip("\r\n"):
            put_line(self._file, text.strip("\r\n"))

    def close(self) -> None:
        self._file.close()


class FileInput:
    """SYS$INPUT on a file."""

    is_terminal = False

    def __init__(self, file: RecordFile) -> None:
        self._file = file
        self.name = file.spec.to_text()

    async def read(self, prompt: str = "", *, echo: bool = True, deadline: VmsTime | None = None) -> str:
        return self._file.get_text()

    def close(self) -> None:
        self._file.close()


def hold_terminal(stream: InputStream) -> InputStream:
    """The stream as an image sees it."""
    return HeldInput(stream) if stream.is_terminal and not isinstance(stream, HeldInput) else stream


