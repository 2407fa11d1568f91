"""The record formats of sequential files: for each a reader and a writer, on the bytes VMS would have on the disk.

A reader takes the next record out of a stream's window and moves the stream; a writer checks a record and appends its bytes.
Source: RMS Reference Manual, "Record formats"; Guide to OpenVMS File Applications.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from struct import Struct
from typing import TYPE_CHECKING

from vmsemu.files.attributes import BLOCK, MAXIMUM_RECORD, CarriageControl, RecordAttributes, RecordFormat
from vmsemu.files.contents import CHUNK
from vmsemu.tables.facilities import RMS

if TYPE_CHECKING:
    from vmsemu.files.sequential import SequentialFile

WINDOW = 8 * CHUNK
STREAMS = (RecordFormat.STM, RecordFormat.STMLF, RecordFormat.STMCR)
PRN_DEFAULT = b"\x01\x8d"
_PACK = Struct("<H").pack
_KEPT = 256
_COUNTS = tuple(_PACK(length) for length in range(_KEPT))
_PADDED_COUNTS = tuple(b"\0" + count for count in _COUNTS)


def _read_counted(f: SequentialFile) -> bytes:
    """VAR: a count word, the record, a pad byte to even length. Errors: RMS.IRC when the count leads beyond the end of the file."""
    position = f._position
    at = position - f._base
    data = f._data
    if at < 0 or at + 2 > len(data):
        f._load(position, 2)
        data, at = f._data, 0
    end = at + 2 + (data[at] | data[at + 1] << 8)
    if end > len(data):
        if f._load(position, end - at) < end - at:
            raise RMS.IRC.error(position // BLOCK + 1)
        data, end, at = f._data, end - at, 0
    f._current = position
    f._position = f._current_end = position + end - at + (end - at & 1)
    return data[at + 2 : end]


def _write_counted(f: SequentialFile, record: bytes, header: bytes) -> None:
    length = len(record)
    if length > (f.attributes.maximum_size or MAXIMUM_RECORD):
        raise RMS.RSZ.error()
    f._append(b"%b%b\0" % (_PACK(length), record) if length & 1 else _PACK(length) + record, length)


def is_counted(writer: Writer) -> bool:
    """Does it write each record as a count and bytes, wherever blocks end (VAR)?"""
    return writer is _write_counted


def counted(records: Sequence[bytes]) -> bytes:
    """Records of a VAR file as they follow each other: a count, and a pad byte behind a record of odd length."""
    pieces: list[bytes] = []
    append = pieces.append
    counts = _COUNTS
    for record in records:
        length = len(record)
        append(counts[length] if length < _KEPT else counts[0][:-2] + _PACK(length))
        append(record)
        counts = _PADDED_COUNTS if length & 1 else _COUNTS
    if counts is _PADDED_COUNTS:
        append(b"\0")
    return b"".join(pieces)


def _read_counted_blocked(f: SequentialFile) -> bytes:
    """VAR that does not span blocks: a count of 0xFFFF means the rest of the block is not used."""
    while True:
        position = f._position
        if position % BLOCK == BLOCK - 1:
            f._position = position + 1
            continue
        at = position - f._base
        if at < 0 or at + 2 > len(f._data):
            f._load(position, 2)
            at = 0
        if f._data[at : at + 2] != b"\xff\xff":
            return _read_counted(f)
        f._position = (position // BLOCK + 1) * BLOCK


def _write_counted_blocked(f: SequentialFile, record: bytes, header: bytes) -> None:
    length = len(record)
    if length > min(f.attributes.maximum_size or MAXIMUM_RECORD, BLOCK - 2):
        raise RMS.RSZ.error()
    left = -f._control.size % BLOCK
    data = _PACK(length) + record + (b"\0" if length & 1 else b"")
    if left and len(data) > left:
        f._append((b"\xff\xff"[:left]).ljust(left, b"\0") + data, length, skip=left)
    else:
        f._append(data, length)


def _read_vfc(f: SequentialFile) -> bytes:
    """VFC: as VAR, the record begins with its fixed control area."""
    whole = _read_counted(f)
    size = f.attributes.control_size or 2
    f.record_header = whole[:size]
    return whole[size:]


def _write_vfc(f: SequentialFile, record: bytes, header: bytes) -> None:
    size = f.attributes.control_size or 2
    if not header:
        header = PRN_DEFAULT if f.attributes.carriage & CarriageControl.PRN and size == 2 else bytes(size)
    length = len(record)
    if length > (f.attributes.maximum_size or MAXIMUM_RECORD - size):
        raise RMS.RSZ.error()
    if len(header) != size:
        raise RMS.RHB.error()
    data = b"%b%b%b" % (_PACK(size + length), header, record)
    f._append(data + b"\0" if len(data) & 1 else data, length)


def _read_fixed(f: SequentialFile) -> bytes:
    """FIX: records of one size, padded to even length."""
    size = f.attributes.maximum_size or BLOCK
    position = f._position
    at = position - f._base
    if at < 0 or at + size > len(f._data):
        if f._load(position, size) < size:
            raise RMS.EOF.error()
        at = 0
    f._current = position
    f._position = f._current_end = position + size + (size & 1)
    return f._data[at : at + size]


def _write_fixed(f: SequentialFile, record: bytes, header: bytes) -> None:
    if len(record) != (f.attributes.maximum_size or BLOCK):
        raise RMS.RSZ.error()
    f._append(record + b"\0" if len(record) & 1 else record, len(record))


def _blocked_start(position: int, size: int) -> int:
    """Where a fixed record of `size` bytes that does not span blocks starts, from `position` on."""
    left = -position % BLOCK
    return position + left if left and size > left else position


def _read_fixed_blocked(f: SequentialFile) -> bytes:
    f._position = _blocked_start(f._position, f.attributes.maximum_size)
    return _read_fixed(f)


def _write_fixed_blocked(f: SequentialFile, record: bytes, header: bytes) -> None:
    if len(record) != f.attributes.maximum_size:
        raise RMS.RSZ.error()
    skip = _blocked_start(f._control.size, len(record)) - f._control.size
    f._append(bytes(skip) + record + (b"\0" if len(record) & 1 else b""), len(record), skip)


def _read_undefined(f: SequentialFile) -> bytes:
    """UDF has no records; a reader gets blocks."""
    position = f._position
    length = min(BLOCK, f.end() - position)
    if length <= 0:
        raise RMS.EOF.error()
    at = position - f._base
    if at < 0 or at + length > len(f._data):
        f._load(position, length)
        at = 0
    f._current = position
    f._position = f._current_end = position + length
    return f._data[at : at + length]


def _write_undefined(f: SequentialFile, record: bytes, header: bytes) -> None:
    f._append(record, len(record))


def _read_until(f: SequentialFile, search: Callable[[bytes, int], tuple[int, int]], skip_nulls: bool) -> bytes:
    """A record up to its terminator; `search(data, start)` gives (end of record, start of the next) or (-1, -1)."""
    position = f._position
    at = position - f._base
    if at < 0 or at >= len(f._data):
        f._load(position, 1)
        at = 0
    while True:
        data = f._data
        if skip_nulls:
            while at < len(data) and data[at] == 0:
                at += 1
        end, following = search(data, at)
        complete = f._base + len(data) >= f.end()
        if end >= 0 and (following < len(data) or complete):
            break
        if complete:
            if at >= len(data):
                f._position = f.end()
                raise RMS.EOF.error()
            end = following = len(data)
            break
        start = f._base + at
        f._load(start, max(WINDOW, 2 * (len(data) - at)))
        at = 0
    f._current = f._base + at
    f._position = f._current_end = f._base + following
    return data[at:end]


def _search_lf(data: bytes, start: int) -> tuple[int, int]:
    at = data.find(b"\n", start)
    return at, at + 1


def _search_cr(data: bytes, start: int) -> tuple[int, int]:
    at = data.find(b"\r", start)
    return at, at + 1


def _search_stream(data: bytes, start: int) -> tuple[int, int]:
    """STM: CRLF ends a record and is not part of it; LF, VT and FF alone end it and are."""
    best = -1
    for stop in (b"\n", b"\x0b", b"\x0c"):
        at = data.find(stop, start, best if best >= 0 else len(data))
        if at >= 0:
            best = at
    if best < 0:
        return -1, -1
    if data[best] == 10 and best > start and data[best - 1] == 13:
        return best - 1, best + 1
    return best + 1, best + 1


def _read_stmlf(f: SequentialFile) -> bytes:
    return _read_until(f, _search_lf, False)


def _read_stmcr(f: SequentialFile) -> bytes:
    return _read_until(f, _search_cr, False)


def _read_stm(f: SequentialFile) -> bytes:
    return _read_until(f, _search_stream, True)


def _write_stream(f: SequentialFile, record: bytes, header: bytes) -> None:
    if len(record) > (f.attributes.maximum_size or MAXIMUM_RECORD):
        raise RMS.RSZ.error()
    f._append(encode(f.attributes, record, header), len(record))


def encode(attributes: RecordAttributes, record: bytes, header: bytes) -> bytes:
    """The bytes of one record, for a writer that does not care for speed."""
    form = attributes.format
    if form is RecordFormat.STMLF:
        return record + b"\n"
    if form is RecordFormat.STMCR:
        return record + b"\r"
    if form is RecordFormat.STM:
        return record if record[-1:] in (b"\n", b"\x0b", b"\x0c") else record + b"\r\n"
    if form is RecordFormat.UDF:
        return record
    body = header + record if form is RecordFormat.VFC else record
    counted = body if form is RecordFormat.FIX else _PACK(len(body)) + body
    return counted + b"\0" if len(counted) & 1 else counted


def format_of(attributes: RecordAttributes) -> tuple[Reader, Writer]:
    """The reader and writer for files with these attributes."""
    if int(attributes.carriage) & _BLK and attributes.format in BLOCKED:
        return BLOCKED[attributes.format]
    return FORMATS[attributes.format]


_BLK = int(CarriageControl.BLK)
Reader = Callable[["SequentialFile"], bytes]
Writer = Callable[["SequentialFile", bytes, bytes], None]

FORMATS: dict[RecordFormat, tuple[Reader, Writer]] = {
    RecordFormat.UDF: (_read_undefined, _write_undefined),
    RecordFormat.FIX: (_read_fixed, _write_fixed),
    RecordFormat.VAR: (_read_counted, _write_counted),
    RecordFormat.VFC: (_read_vfc, _write_vfc),
    RecordFormat.STM: (_read_stm, _write_stream),
    RecordFormat.STMLF: (_read_stmlf, _write_stream),
    RecordFormat.STMCR: (_read_stmcr, _write_stream),
}
BLOCKED: dict[RecordFormat, tuple[Reader, Writer]] = {
    RecordFormat.VAR: (_read_counted_blocked, _write_counted_blocked),
    RecordFormat.FIX: (_read_fixed_blocked, _write_fixed_blocked),
}
