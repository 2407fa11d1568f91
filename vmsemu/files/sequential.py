"""Record streams on sequential files: VAR, VFC, FIX, STM, STMLF, STMCR and UDF, on the bytes VMS would have on the disk.

Theory of operation. Reading goes through a window of the file's bytes, loaded many blocks at a time. Writing appends to the tail that
all streams on the file share (files/control.py) and reaches the volume in chunks; space is allocated before the bytes are taken, so a
full disk refuses the record and not a part of it. Each format has its own reader and writer, chosen once when the stream is opened.

Source: RMS Reference Manual, "Record formats"; I/O User's Reference. Record File Address = (virtual block, byte in it).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from vmsemu.files.attributes import BLOCK, MAXIMUM_RECORD, CarriageControl, RecordFormat
from vmsemu.files.contents import CHUNK
from vmsemu.files.control import Access, FileControl
from vmsemu.files.open_stream import OpenStream
from vmsemu.files.record_formats import STREAMS, WINDOW, counted, encode, format_of, is_counted
from vmsemu.tables.facilities import RMS

if TYPE_CHECKING:
    pass

TAIL = 4 * CHUNK
RECORDS_AT_ONCE = 200
_NO_HEADER = b""


class Rfa(NamedTuple):
    """A record's file address."""

    vbn: int
    offset: int

    @classmethod
    def of_byte(cls, at: int) -> Rfa:
        return cls(at // BLOCK + 1, at % BLOCK)

    @property
    def byte(self) -> int:
        return (self.vbn - 1) * BLOCK + self.offset


class SequentialFile(OpenStream):
    """One record stream. `get` and `put` are the format's own reader and writer."""

    __slots__ = ("_base", "_current", "_current_end", "_data", "_position", "_read", "_write")

    def __init__(self, control: FileControl, access: Access, *, read: bool, append: bool = False) -> None:
        OpenStream.__init__(self, control, access, read)
        self._data = b""
        self._base = 0
        self._position = 0
        self._current = -1
        self._current_end = -1
        self._read, self._write = format_of(self.attributes)
        if append:
            self._position = control.size

    # -- position ------------------------------------------------------------------------------------------------------------------

    def end(self) -> int:
        """Where the file ends for this stream: a reader sees what is flushed."""
        return self._control.size if self.can_write else self._control.header.size

    def rewind(self) -> None:
        self._check_open()
        self._position = 0
        self._current = -1

    def place(self) -> tuple[int, int, int]:
        """Where the stream stands; `go_back` takes it there again."""
        return self._position, self._current, self._current_end

    def go_back(self, place: tuple[int, int, int]) -> None:
        self._position, self._current, self._current_end = place

    def rfa(self) -> Rfa:
        """The address of the current record. Errors: RMS.CUR."""
        if self._current < 0:
            raise RMS.CUR.error()
        return Rfa.of_byte(self._current)

    def find(self, rfa: Rfa) -> None:
        """Make the record at `rfa` the next one. Errors: RMS.RFA, RMS.EOF."""
        self._check_open()
        if rfa.vbn < 1 or rfa.offset < 0:
            raise RMS.RFA.error()
        if rfa.byte >= self.end():
            raise RMS.EOF.error()
        self._position = rfa.byte

    def get_rfa(self, rfa: Rfa) -> bytes:
        """The record at an address."""
        self.find(rfa)
        return self.get()

    def get_record(self, number: int) -> bytes:
        """The record of that number, from 1 (keyed access to fixed length records). Errors: RMS.IOP, RMS.KEY, RMS.EOF."""
        if self.attributes.format is not RecordFormat.FIX:
            raise RMS.IOP.error()
        if number < 1:
            raise RMS.KEY.error()
        size = self.attributes.maximum_size
        stride = size + size % 2
        if self.attributes.carriage & CarriageControl.BLK:
            block, within = divmod(number - 1, BLOCK // stride)
            return self.get_rfa(Rfa(block + 1, within * stride))
        return self.get_rfa(Rfa.of_byte((number - 1) * stride))

    def at_end(self) -> bool:
        """No record follows."""
        return self._position >= self.end()

    # -- records -------------------------------------------------------------------------------------------------------------------

    def get(self) -> bytes:
        """The next record. Errors: RMS.EOF, RMS.FAC when not opened for reading, RMS.ISI when closed."""
        if not self.can_read:
            self._check_open()
            raise RMS.FAC.error()
        return self._read(self)

    def put(self, record: bytes, header: bytes = _NO_HEADER) -> None:
        """Add a record at the end; `header` is the fixed control area of a VFC record.

        Errors: RMS.NEF when not at the end, RMS.RSZ, RMS.FUL, RMS.FAC.
        """
        if not self.can_write or self._position < self._control.size:
            self._check_putting()
        self._write(self, record, header)

    def _check_putting(self) -> None:
        """Errors: RMS.NEF when not at the end, RMS.FAC."""
        if not self.can_write:
            self._check_open()
            raise RMS.FAC.error()
        if self._position < self._control.size:
            raise RMS.NEF.error()

    def put_all(self, records: Iterable[bytes]) -> None:
        """As put, one after the other. After an error some of them may be there."""
        source = iter(records)
        counts = is_counted(self._write)
        limit = self.attributes.maximum_size or MAXIMUM_RECORD
        while some := list(islice(source, RECORDS_AT_ONCE)):
            if not counts or (longest := max(map(len, some))) > limit:
                for record in some:
                    self.put(record)
                continue
            self._check_putting()
            self._append(counted(some), longest)
            last = len(some[-1])
            self._current = self._current_end - 2 - last - (last & 1)

    def _append(self, data: bytes, length: int, skip: int = 0) -> None:
        """Take the bytes of one record (`length` long as a record); `skip` of them precede it."""
        control = self._control
        if not control.tail:
            control.start_tail()
        at = control.size
        size = at + len(data)
        if size > control.room:
            control.make_room(size)
        control.tail += data
        control.size = self._position = self._current_end = size
        self._current = at + skip
        control.dirty = control.modified = True
        if length > control.longest:
            control.longest = length
        if len(control.tail) >= TAIL:
            control.write_tail()

    def update(self, record: bytes, header: bytes = _NO_HEADER) -> None:
        """Replace the current record by one of the same length.

        A stream file takes any length, and the bytes overwrite what is there: a shorter record leaves the end of the old one as a record.
        Errors: RMS.CUR, RMS.RSZ, RMS.FAC. fidelity: that the bytes of stream files are overwritten in place is inferred.
        """
        if not self.can_write:
            self._check_open()
            raise RMS.FAC.error()
        if self._current < 0:
            raise RMS.CUR.error()
        control = self._control
        control.write_tail()
        start, end = self._current, self._current_end
        old = control.volume.read_at(control.header, start, end - start)
        data = encode(self.attributes, record, header or old[2 : 2 + (self.attributes.control_size or 2)])
        if len(data) != end - start and self.attributes.format not in STREAMS:
            raise RMS.RSZ.error()
        control.volume.write(control.header, start, data)
        self._current_end = start + len(data)
        control.size = max(control.size, self._current_end)
        control.modified = True
        control.restart_tail()
        self._data = b""

    def delete(self) -> None:
        """Sequential files cannot lose a record. Errors: RMS.IOP, always."""
        raise RMS.IOP.error()

    def truncate(self) -> None:
        """End the file before the current record. Errors: RMS.CUR, RMS.FAC."""
        if not self.can_write:
            raise RMS.FAC.error()
        if self._current < 0:
            raise RMS.CUR.error()
        self.truncate_at(self._current)

    def truncate_at(self, size: int) -> None:
        """End the file after `size` bytes."""
        control = self._control
        control.flush()
        control.volume.truncate(control.header, size)
        control.size = size
        control.restart_tail()
        control.modified = True
        self._position = size
        self._current = -1
        self._data = b""

    # -- bytes ---------------------------------------------------------------------------------------------------------------------

    def read_bytes(self, offset: int, length: int) -> bytes:
        """Block I/O: bytes of the file, whatever its records are."""
        self._check_open()
        if self.can_write:
            self._control.write_tail()
        return self._control.volume.read_at(self._control.header, offset, min(length, self.end() - offset))

    def append_bytes(self, data: bytes) -> None:
        """Block I/O: bytes at the end of the file, whatever its records are."""
        if not self.can_write:
            raise RMS.FAC.error()
        self._position = self._control.size
        self._append(data, 0)

    def write_bytes(self, offset: int, data: bytes) -> None:
        """Block I/O: bytes over those that are there, whatever its records are. Errors: RMS.FAC, RMS.EOF beyond the end."""
        control = self._control
        if not self.can_write:
            raise RMS.FAC.error()
        if offset + len(data) > control.size:
            raise RMS.EOF.error()
        control.write_tail()
        control.volume.write(control.header, offset, data)
        control.modified = True
        control.restart_tail()
        self._data = b""

    # -- the window ----------------------------------------------------------------------------------------------------------------

    def _load(self, position: int, needed: int) -> int:
        """Bring bytes from `position` into the window; return how many of `needed` are there."""
        if self.can_write:
            self._control.write_tail()
        end = self.end()
        if position >= end:
            self._current = -1
            raise RMS.EOF.error()
        control = self._control
        self._data = control.volume.read_at(control.header, position, min(max(WINDOW, needed), end - position))
        self._base = position
        return min(len(self._data), needed)
