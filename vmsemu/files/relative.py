"""Relative files: numbered cells, each empty or with a record. Kept as rows, sized as cells in buckets.

Source: RMS Reference Manual; Guide to OpenVMS File Applications, "Relative files".
"""

from __future__ import annotations

from struct import Struct

from vmsemu.base.condition import MessageDefinition
from vmsemu.files.attributes import BLOCK, MAXIMUM_RECORD, RecordFormat
from vmsemu.files.control import Access, FileControl
from vmsemu.files.header import FileHeader
from vmsemu.tables.facilities import RMS

_CELL = Struct(">cIBI")
_CELLS = 2
_LAST_CELL = 0xFFFFFFFF
DEFAULT_BUCKET = 2


class RelativeFile:
    """One record stream on a relative file. Record numbers start at 1."""

    __slots__ = ("_access", "_control", "_current", "_next", "attributes", "can_read", "can_write", "closed", "record_header")

    def __init__(self, control: FileControl, access: Access, *, read: bool = True) -> None:
        self._control = control
        self._access = access
        self.attributes = control.header.attributes
        self.can_read = read
        self.can_write = access.write
        self.closed = False
        self.record_header = b""
        self._next = 1
        self._current = 0

    @property
    def header(self) -> FileHeader:
        return self._control.header

    def _row(self, number: int) -> bytes:
        return _CELL.pack(b"I", self._control.header.fid.number, _CELLS, number)

    def rewind(self) -> None:
        self._check_open()
        self._next, self._current = 1, 0

    def place(self) -> tuple[int, int]:
        """Where the stream stands; `go_back` takes it there again."""
        return self._next, self._current

    def go_back(self, place: tuple[int, int]) -> None:
        self._next, self._current = place

    def rfa(self) -> int:
        """The number of the current record. Errors: RMS.CUR."""
        if not self._current:
            raise RMS.CUR.error()
        return self._current

    def get(self) -> bytes:
        """The next record that is there. Errors: RMS.EOF, RMS.FAC."""
        self._check(self.can_read)
        for key, data in self._control.volume.store.scan(self._row(self._next), self._row(_LAST_CELL)):
            self._current = int.from_bytes(key[-4:], "big")
            self._next = self._current + 1
            return data
        raise RMS.EOF.error()

    def get_record(self, number: int) -> bytes:
        """The record of a cell. Errors: RMS.RNF when the cell is empty, RMS.KEY for a number below 1."""
        self._check(self.can_read)
        if number < 1:
            raise RMS.KEY.error()
        data = self._control.volume.store.get(self._row(number))
        if data is None:
            raise RMS.RNF.error()
        self._current, self._next = number, number + 1
        return data

    get_rfa = get_record

    def put(self, record: bytes, header: bytes = b"", *, number: int = 0) -> None:
        """Fill a cell: the given one, or the next. Errors: RMS.REX when it is not empty, RMS.RSZ, RMS.FUL."""
        self._check(self.can_write)
        self._check_size(record)
        number = number or self._next
        store = self._control.volume.store
        if store.get(self._row(number)) is not None:
            raise RMS.REX.error()
        self._make_room(number)
        store.put(self._row(number), record)
        self._written(record)
        self._current, self._next = number, number + 1

    def update(self, record: bytes, header: bytes = b"") -> None:
        """Replace the current record. Errors: RMS.CUR, RMS.RSZ."""
        self._check(self.can_write)
        self._check_size(record)
        self._control.volume.store.put(self._row(self.rfa()), record)
        self._written(record)

    def delete(self) -> None:
        """Empty the current cell. Errors: RMS.CUR."""
        self._check(self.can_write)
        self._control.volume.store.delete(self._row(self.rfa()))
        self._control.modified = True
        self._current = 0

    def _written(self, record: bytes) -> None:
        self._control.modified = True
        self._control.longest = max(self._control.longest, len(record))

    def _make_room(self, number: int) -> None:
        """Allocate buckets up to the cell. Errors: RMS.FUL."""
        attributes, control = self.attributes, self._control
        bucket = attributes.bucket_size or DEFAULT_BUCKET
        cell = 1 + (attributes.maximum_size or BLOCK) + (0 if attributes.format is RecordFormat.FIX else 2)
        if attributes.format is RecordFormat.VFC:
            cell += attributes.control_size or 2
        per_bucket = max(bucket * BLOCK // cell, 1)
        blocks = 1 + -(-number // per_bucket) * bucket
        if blocks * BLOCK > control.size:
            header = control.header
            control.volume.extend(header, blocks)
            header.size = control.size = control.tail_base = blocks * BLOCK
            control.initial = header.allocated
            control.volume.write_header(header)

    def _check_size(self, record: bytes) -> None:
        limit = self.attributes.maximum_size
        if len(record) > (limit or MAXIMUM_RECORD) or (self.attributes.format is RecordFormat.FIX and len(record) != limit):
            raise RMS.RSZ.error()

    def _check(self, allowed: bool) -> None:
        if not allowed:
            self._check_open()
            raise RMS.FAC.error()

    def _check_open(self, condition: MessageDefinition = RMS.ISI) -> None:
        if self.closed:
            raise condition.error()

    def at_end(self) -> bool:
        """No record follows."""
        return next(iter(self._control.volume.store.scan(self._row(self._next), self._row(_LAST_CELL))), None) is None

    def flush(self) -> None:
        if self.can_write:
            self._control.flush()

    def close(self) -> None:
        """Close the stream. Errors: RMS.IFI when it is closed already."""
        self._check_open(RMS.IFI)
        self.closed = True
        self._control.close(self._access)
        self.can_read = self.can_write = False
