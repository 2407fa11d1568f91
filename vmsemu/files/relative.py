"""Relative files: numbered cells in buckets, each empty or with a record, on the bytes VMS would have on the disk.

Theory of operation. The prologue is block 1; buckets follow, and cells of one size lie in a bucket without crossing its end. A cell is a
control byte and the record as its format has it: FIX the bytes, VAR a count word and the bytes, VFC the control area before them. Every
call reads and writes the volume at once; one window of bytes, shared by all streams on a file and written through, saves reading again.
Buckets that were never written read as zeros, which is what empty cells are.

Source: RMS Reference Manual; Guide to OpenVMS File Applications, "Relative files". fidelity: the bits of the control byte and the
prologue's offsets are recalled.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from struct import Struct, pack_into, unpack_from

from vmsemu.files.attributes import BLOCK, MAXIMUM_RECORD, CarriageControl, RecordAttributes, RecordFormat
from vmsemu.files.contents import CHUNK
from vmsemu.files.control import Access, FileControl, Share
from vmsemu.files.header import FileHeader
from vmsemu.files.open_stream import OpenStream
from vmsemu.files.volume import Volume
from vmsemu.tables.facilities import RMS

PRESENT = 0x08
DELETED = 0x04
NO_MAXIMUM = 2147483647
MAXIMUM_BUCKET = 63
_FIRST_BUCKET = BLOCK
_COUNT = Struct("<H")
_WINDOW = 2 * CHUNK


def cell_size(attributes: RecordAttributes) -> int:
    """The bytes of a cell."""
    size = 1 + (attributes.maximum_size or BLOCK)
    if attributes.format is RecordFormat.FIX:
        return size
    return size + 2 + ((attributes.control_size or 2) if attributes.format is RecordFormat.VFC else 0)


def with_bucket(attributes: RecordAttributes) -> RecordAttributes:
    """The attributes with a bucket size: without one, the blocks that hold one cell. Errors: RMS.BKS, RMS.MRS."""
    needed = -(-cell_size(attributes) // BLOCK)
    if attributes.bucket_size > MAXIMUM_BUCKET:
        raise RMS.BKS.error()
    if needed > (attributes.bucket_size or MAXIMUM_BUCKET):
        raise RMS.MRS.error()
    return attributes if attributes.bucket_size else replace(attributes, bucket_size=needed)


@dataclass(slots=True)
class Prologue:
    """Block 1 of a relative file. `maximum_number` is 0 when the number of records has no limit."""

    bucket_size: int
    maximum_number: int = 0
    end_block: int = 2

    def to_bytes(self) -> bytes:
        data = bytearray(BLOCK)
        data[11] = self.bucket_size
        pack_into("<HxxII", data, 104, 2, self.maximum_number or NO_MAXIMUM, self.end_block)
        pack_into("<H", data, 116, 1)
        pack_into("<H", data, 510, sum(unpack_from("<255H", data)) & 0xFFFF)
        return bytes(data)

    @classmethod
    def from_bytes(cls, data: bytes) -> Prologue:
        maximum, end = unpack_from("<II", data, 108)
        return cls(data[11], 0 if maximum == NO_MAXIMUM else maximum, end)


class Cells:
    """What all streams on one relative file share: where its cells are, and a window of its bytes. Errors: RMS.PLG for another prologue."""

    __slots__ = ("base", "bucket", "cell", "control", "per_bucket", "prologue", "window")

    def __init__(self, control: FileControl) -> None:
        attributes = control.header.attributes
        self.control = control
        self.cell = cell_size(attributes)
        self.prologue = Prologue(with_bucket(attributes).bucket_size)
        if control.size:
            self.prologue = Prologue.from_bytes(control.volume.read_at(control.header, 0, BLOCK))
            if self.prologue.bucket_size * BLOCK < self.cell:
                raise RMS.PLG.error()
        self.bucket = self.prologue.bucket_size * BLOCK
        self.per_bucket = self.bucket // self.cell
        self.window = bytearray()
        self.base = 0

    @property
    def last(self) -> int:
        """The highest number for which there is a cell."""
        return max(self.control.size - _FIRST_BUCKET, 0) // self.bucket * self.per_bucket

    def at(self, number: int) -> int:
        """The byte of the file at which a cell begins."""
        bucket, slot = divmod(number - 1, self.per_bucket)
        return _FIRST_BUCKET + bucket * self.bucket + slot * self.cell

    def load(self, at: int, length: int) -> int:
        """Bring bytes into the window; where they are in it."""
        base = self.base
        if not base <= at <= base + len(self.window) - length:
            control = self.control
            base = self.base = at - (at - _FIRST_BUCKET) % self.bucket
            self.window = bytearray(control.volume.read_at(control.header, base, max(_WINDOW, self.bucket)))
        return at - base

    def write(self, at: int, data: bytes) -> None:
        """Write bytes of one cell, to the volume and the window."""
        control = self.control
        control.volume.write(control.header, at, data)
        start = at - self.base
        if 0 <= start <= len(self.window) - len(data):
            self.window[start : start + len(data)] = data
        else:
            self.window.clear()
        control.modified = True

    def next(self, number: int) -> int:
        """The first cell from `number` on that has a record; 0 when there is none."""
        last, per_bucket = self.last, self.per_bucket
        while number <= last:
            at = self.load(self.at(number), self.cell)
            if self.window[at] & (PRESENT | DELETED) == PRESENT:
                return number
            left = per_bucket - (number - 1) % per_bucket
            if left > 1 and not any(self.window[at : at + left * self.cell : self.cell]):
                number += left
            else:
                number += 1
        return 0

    def highest(self) -> int:
        """The last cell that has a record; 0 when there is none."""
        number = self.last
        while number and not self.is_there(number):
            number -= 1
        return number

    def is_there(self, number: int) -> bool:
        """Has the cell a record?"""
        if number > self.last:
            return False
        at = self.load(self.at(number), self.cell)
        return self.window[at] & (PRESENT | DELETED) == PRESENT

    def make_room(self, number: int) -> None:
        """Have buckets up to the cell, and the prologue. Errors: RMS.FUL."""
        control = self.control
        size = _FIRST_BUCKET + -(-number // self.per_bucket) * self.bucket
        if size <= control.size:
            return
        header, volume = control.header, control.volume
        volume.extend(header, size // BLOCK)
        self.prologue.end_block = size // BLOCK + 1
        volume.write(header, 0, self.prologue.to_bytes())
        header.size = control.size = control.tail_base = size
        control.initial = header.allocated
        volume.write_header(header)


class RelativeFile(OpenStream):
    """One record stream on a relative file. Record numbers start at 1."""

    __slots__ = ("_cells", "_current", "_next")

    def __init__(self, control: FileControl, access: Access, *, read: bool = True) -> None:
        if control.indexed is None:
            control.indexed = Cells(control)
        self._cells: Cells = control.indexed
        super().__init__(control, access, read)
        self._next = 1
        self._current = 0

    @classmethod
    def lay_out(cls, volume: Volume, made: FileHeader, maximum_number: int = 0, *, share: Share = Share.NONE) -> RelativeFile:
        """Write the prologue of a file just made, and open it. `maximum_number` limits its records (0: no limit)."""
        control = volume.open_files[made.fid.number] = FileControl(volume, made)
        file = cls(control, control.claim(True, share))
        file._cells.prologue.maximum_number = maximum_number
        file._cells.make_room(0)
        return file

    @property
    def prologue(self) -> Prologue:
        return self._cells.prologue

    def prologue_is_good(self) -> bool:
        """Is block 1 what a relative file begins with?"""
        control = self._control
        return control.volume.read_at(control.header, 0, BLOCK) == self._cells.prologue.to_bytes()

    def rewind(self) -> None:
        self._check_open()
        self._next, self._current = 1, 0

    def go_to_end(self) -> None:
        """Make the cell after the last record the next one (RAB$V_EOF)."""
        self._next, self._current = self._cells.highest() + 1, 0

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
        self._current = 0
        number = self._cells.next(self._next)
        if not number:
            raise RMS.EOF.error()
        return self._take(number)

    def get_record(self, number: int) -> bytes:
        """The record of a cell. After an error there is no current record.

        Errors: RMS.RNF when the cell is empty, RMS.KEY for a number below 1, RMS.MRN above the limit.
        """
        self._check(self.can_read)
        self._current = 0
        self._check_number(number)
        if not self._cells.is_there(number):
            raise RMS.RNF.error()
        return self._take(number)

    get_rfa = get_record

    def _take(self, number: int) -> bytes:
        """Make the record of a cell the current one and return it."""
        self._current, self._next = number, number + 1
        cells = self._cells
        at = cells.load(cells.at(number), cells.cell) + 1
        format = self.attributes.format
        if format is RecordFormat.FIX:
            return bytes(cells.window[at : at + cells.cell - 1])
        at += 2
        record = bytes(cells.window[at : at + _COUNT.unpack_from(cells.window, at - 2)[0]])
        if format is RecordFormat.VFC:
            size = self.attributes.control_size or 2
            self.record_header, record = record[:size], record[size:]
        return record

    def put(self, record: bytes, header: bytes = b"", *, number: int = 0) -> None:
        """Fill a cell: the given one, or the next. Errors: RMS.REX when it is not empty, RMS.KEY, RMS.MRN, RMS.RSZ, RMS.FUL."""
        self._check(self.can_write)
        self._check_size(record)
        number = number or self._next
        self._check_number(number)
        if self._cells.is_there(number):
            raise RMS.REX.error()
        self._cells.make_room(number)
        self._fill(number, record, header)
        self._current, self._next = number, number + 1

    def update(self, record: bytes, header: bytes = b"") -> None:
        """Replace the current record. Errors: RMS.CUR, RMS.RSZ, RMS.DEL when another stream deleted it."""
        self._check(self.can_write)
        self._check_size(record)
        number = self.rfa()
        if not self._cells.is_there(number):
            raise RMS.DEL.error()
        self._fill(number, record, header or self.record_header)

    def delete(self) -> None:
        """Empty the current cell; its bytes stay and are marked. Errors: RMS.CUR."""
        self._check(self.can_write)
        cells = self._cells
        cells.write(cells.at(self.rfa()), bytes([PRESENT | DELETED]))
        self._current = 0

    def _fill(self, number: int, record: bytes, header: bytes) -> None:
        """Write a cell that has room."""
        attributes, cells = self.attributes, self._cells
        length = len(record)
        if attributes.format is RecordFormat.VFC:
            size = attributes.control_size or 2
            if not header:
                header = b"\x01\x8d" if attributes.carriage & CarriageControl.PRN and size == 2 else bytes(size)
            if len(header) != size:
                raise RMS.RHB.error()
            record = header + record
        counted = record if attributes.format is RecordFormat.FIX else _COUNT.pack(len(record)) + record
        cells.write(cells.at(number), b"\x08" + counted)
        self._control.longest = max(self._control.longest, length)

    def _check_size(self, record: bytes) -> None:
        limit = self.attributes.maximum_size or BLOCK
        if len(record) > min(limit, MAXIMUM_RECORD) or (self.attributes.format is RecordFormat.FIX and len(record) != limit):
            raise RMS.RSZ.error()

    def _check_number(self, number: int) -> None:
        if number < 1:
            raise RMS.KEY.error()
        if number > (self._cells.prologue.maximum_number or NO_MAXIMUM):
            raise RMS.MRN.error()

    def _check(self, allowed: bool) -> None:
        if not allowed:
            self._check_open()
            raise RMS.FAC.error()

    def at_end(self) -> bool:
        """No record follows."""
        return not self._cells.next(self._next)
