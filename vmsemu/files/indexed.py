"""Indexed files: records found by key, kept as rows of the store.

Theory of operation. Each record has a serial number in its file (its record file address) and one row. Each key has a row for each
record that has it: with unique keys the row's key is the key value and its value the serial number; with duplicates the serial number
ends the row's key, so equal keys come in the order in which they were put. Every call reads and writes the store at once, so all
streams on a file see the same records, and the store's transaction makes each call whole. The size of the file is what the records
would take in buckets (fidelity: an estimate).

Left out: record locks, buckets and their compression, areas. Source: RMS Reference Manual; Guide to OpenVMS File Applications, chapter
3.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct
from typing import Any

from vmsemu.base.condition import VmsError
from vmsemu.files.attributes import BLOCK, MAXIMUM_RECORD, Organization, RecordAttributes, RecordFormat
from vmsemu.files.control import Access, FileControl, Share
from vmsemu.files.header import FileHeader, FileId
from vmsemu.files.keys import KeyDefinition, pack_keys, unpack_keys
from vmsemu.files.open_stream import OpenStream
from vmsemu.files.volume import Volume
from vmsemu.store.port import Store
from vmsemu.tables.facilities import RMS

_SUB = Struct(">cIB")
_RECORD = Struct(">cIBQ")
_COUNTERS = Struct("<QQQ")
_SERIAL = Struct(">Q")
_DEFINITIONS, _COUNTS, _RECORDS, _KEYS = 0, 1, 2, 3
_RECORD_OVERHEAD = 11
_SIDR_OVERHEAD = 9
DEFAULT_BUCKET = 2
ASCENDING = 3
"""After so many records in the order of their keys more of them are expected."""
INDEXED_VAR = RecordAttributes(organization=Organization.INDEXED)
_FIX = RecordFormat.FIX


class IndexState:
    """What all streams on one indexed file share; it stays with the header of the file as long as that is in memory.

    Between the rows `low` and `high` of the primary key there are none, so records that come in the order of their keys need not be looked for
    before they are put.
    """

    __slots__ = (
        "ascending", "changes", "high", "key_prefixes", "keyed", "keys", "low", "next_serial", "number", "records", "space", "store",
    )  # fmt: skip

    def __init__(self, store: Store, number: int) -> None:
        self.store = store
        self.number = number
        self.changes = 0
        self.keys = unpack_keys(store.get(_SUB.pack(b"I", number, _DEFINITIONS)) or b"")
        self.keyed = max((key.minimum_record for key in self.keys), default=0)  # where the last key ends
        self.key_prefixes = [_SUB.pack(b"I", number, _KEYS + n) for n in range(len(self.keys))]
        data = store.get(_SUB.pack(b"I", number, _COUNTS))
        self.next_serial, self.records, self.space = _COUNTERS.unpack(data) if data is not None else (1, 0, 0)
        self.low = self.high = b""
        self.ascending = 0

    def entered(self, row: bytes) -> None:
        """A row of the primary key was put: the next one may come behind it."""
        if not self.low < row < self.high:
            self.ascending = self.ascending + 1 if row > self.low else 0
            self.high = row if self.ascending < ASCENDING else self._above(row)
        self.low = row

    def _above(self, row: bytes) -> bytes:
        """The next row of the primary key, or the end of its rows."""
        prefix = self.key_prefixes[0]
        end = prefix[:-1] + bytes([prefix[-1] + 1])
        return next(iter(self.store.scan(row + b"\0", end)), (end, b""))[0]

    def save(self) -> None:
        self.store.put(_SUB.pack(b"I", self.number, _COUNTS), _COUNTERS.pack(self.next_serial, self.records, self.space))


class IndexedFile(OpenStream):
    """One record stream on an indexed file. It has a key of reference, a next record and a current record."""

    __slots__ = ("_current", "_exact", "_index", "_position", "_state")

    def __init__(self, control: FileControl, access: Access, *, read: bool = True) -> None:
        if control.indexed is None:
            header = control.header
            if header.index is None:
                header.index = IndexState(control.volume.store, header.fid.number)
            control.indexed = header.index
            control.room = _usable_space(control.header, len(control.indexed.keys))
        super().__init__(control, access, read)
        self._state: IndexState = control.indexed
        self._index = 0
        self._position = b""
        self._current: int | None = None
        self._exact = b""

    @classmethod
    def create(
        cls, volume: Volume, directory: FileId, name: str, version: int = 0, *, keys: Sequence[KeyDefinition],
        attributes: RecordAttributes = INDEXED_VAR, share: Share = Share.ALL, **header: Any,
    ) -> IndexedFile:  # fmt: skip
        """Create an indexed file and open it. Errors: RMS.NPK without a key, those of KeyDefinition.check and Volume.create."""
        if not keys:
            raise RMS.NPK.error()
        for number, key in enumerate(keys):
            key.check(number, attributes.maximum_size)
        made = volume.create(directory, name, version, attributes=with_buckets(attributes), **header)
        return cls.lay_out(volume, made, keys, share=share)

    @classmethod
    def lay_out(cls, volume: Volume, made: FileHeader, keys: Sequence[KeyDefinition], *, share: Share = Share.ALL) -> IndexedFile:
        """Define the keys of a file just made, and open it."""
        volume.store.put(_SUB.pack(b"I", made.fid.number, _DEFINITIONS), pack_keys(tuple(keys)))
        control = volume.open_files[made.fid.number] = FileControl(volume, made)
        file = cls(control, control.claim(True, share))
        file._make_room(0)
        return file

    # -- facts ---------------------------------------------------------------------------------------------------------------------

    @property
    def keys(self) -> tuple[KeyDefinition, ...]:
        return self._state.keys

    @property
    def record_count(self) -> int:
        return self._state.records

    @property
    def changes(self) -> int:
        """Grows with every change of a record, through whatever stream: as long as it is the same, so are the records."""
        return self._state.changes

    def rfa(self) -> int:
        """The address of the current record. Errors: RMS.CUR."""
        if self._current is None:
            raise RMS.CUR.error()
        return self._current

    def place(self) -> tuple[int, bytes, int | None, bytes]:
        """Where the stream stands; `go_back` takes it there again."""
        return self._index, self._position, self._current, self._exact

    def go_back(self, place: tuple[int, bytes, int | None, bytes]) -> None:
        self._index, self._position, self._current, self._exact = place

    # -- reading -------------------------------------------------------------------------------------------------------------------

    def rewind(self, index: int = 0) -> None:
        """Go to the start of a key. Errors: RMS.KRF."""
        self._check_open()
        if not 0 <= index < len(self._state.keys):
            raise RMS.KRF.error()
        self._index = index
        self._position = b""
        self._current = None

    def next(self) -> bytes:
        """The next record by the key of reference. Errors: RMS.EOF."""
        if not self.can_read:
            raise self._refusal()
        self._current = None
        prefix = self._state.key_prefixes[self._index]
        low = self._position or prefix
        for row, value in self._state.store.scan(low, prefix[:-1] + bytes([prefix[-1] + 1])):
            return self._take(row, value)
        raise RMS.EOF.error()

    get = next

    def get_key(self, key: bytes | str | int, index: int = 0, match: str = "EQ") -> bytes:
        """The first record whose key matches: EQ, GE (at or after), GT (after); or the last one: LE, LT. A short string is a generic key.

        After an error there is no current record, and the next one stays what it was.
        Errors: RMS.RNF when there is none, RMS.KRF, RMS.KSZ.
        """
        found = self.find_key(key, index, match)
        if found is None:
            raise RMS.RNF.error()
        return found

    def find_key(self, key: bytes | str | int, index: int = 0, match: str = "EQ") -> bytes | None:
        """As get_key, but None when there is no such record. Errors: RMS.KRF, RMS.KSZ."""
        if not self.can_read:
            raise self._refusal()
        self._current = None
        state = self._state
        if not 0 <= index < len(state.keys):
            raise RMS.KRF.error()
        definition, prefix, store = state.keys[index], state.key_prefixes[index], state.store
        value = definition.search_value(key)
        if match == "EQ" and not definition.duplicates and len(value) == definition.size:
            row = prefix + value
            found = store.get(row) if not state.low < row < state.high else None
            if found is None:
                return None
            self._index = index
            return self._take(row, found)
        end = prefix[:-1] + bytes([prefix[-1] + 1])
        backwards = match in ("LE", "LT")
        low = prefix if backwards else prefix + value if match != "GT" else _after(prefix + value, end)
        high = prefix + value if match == "LT" else _after(prefix + value, end) if match in ("EQ", "LE") else end
        for row, found in store.scan(low, high, backwards):
            self._index = index
            return self._take(row, found)
        return None

    def find(self, key: bytes | str | int, index: int = 0, match: str = "EQ") -> None:
        """Make the matching record the current and the next one. Errors as get_key."""
        self.get_key(key, index, match)
        self._position = self._exact

    def get_rfa(self, rfa: int) -> bytes:
        """The record at an address. Errors: RMS.DEL when it is gone, RMS.RFA when there never was one."""
        if not self.can_read:
            raise self._refusal()
        self._current = None
        data = self._state.store.get(_RECORD.pack(b"I", self._state.number, _RECORDS, rfa))
        if data is None:
            raise (RMS.DEL if 0 < rfa < self._state.next_serial else RMS.RFA).error()
        self._current = rfa
        key = self._state.keys[self._index].extract(data)
        if key is not None:
            self._position = self._row(self._index, key, rfa) + b"\0"
        return data

    def _take(self, row: bytes, value: bytes) -> bytes:
        """Make the record of a key row the current one and return it."""
        (serial,) = _SERIAL.unpack(value or row[-8:])
        state = self._state
        data = state.store.get(_RECORD.pack(b"I", state.number, _RECORDS, serial))
        if data is None:
            raise RMS.TRE.error()
        self._current = serial
        self._exact = row
        self._position = row + b"\0"
        return data

    # -- writing -------------------------------------------------------------------------------------------------------------------

    def put(self, record: bytes, header: bytes = b"") -> None:
        """Add a record. Errors: RMS.DUP, RMS.RSZ, RMS.FUL, RMS.FAC; nothing is changed then."""
        if not self.can_write:
            raise self._refusal()
        state = self._state
        self._check_size(record)
        store = state.store
        serial = state.next_serial
        rows = []
        space = len(record) + _RECORD_OVERHEAD
        for prefix, definition in zip(state.key_prefixes, state.keys, strict=True):
            key = definition.extract(record)
            if key is None:
                continue
            if definition.duplicates:
                rows.append((prefix + key + _SERIAL.pack(serial), b""))
            else:
                row = prefix + key
                if not state.low < row < state.high and store.get(row) is not None:
                    raise RMS.DUP.error()
                rows.append((row, _SERIAL.pack(serial)))
            space += len(key) + _SIDR_OVERHEAD
        if state.space + space > self._control.room:
            self._make_room(space)
        put = store.put
        put(_RECORD.pack(b"I", state.number, _RECORDS, serial), record)
        for row, value in rows:
            put(row, value)
        state.entered(rows[0][0])
        state.next_serial = serial + 1
        state.changes += 1
        state.records += 1
        state.space += space
        state.save()
        self._written(len(record))
        self._current = serial

    def put_or_update(self, record: bytes) -> None:
        """Replace the record that has the primary key of this one, or add it when there is none ($PUT with RAB$V_UIF). Errors: as put, update."""
        key = self._state.keys[0].extract(record)
        if key is not None and self._is_there(key):
            self.update(record)
        else:
            self.put(record)

    def delete_key(self, key: bytes) -> None:
        """Delete the record of a primary key that has no duplicates, if there is one ($FIND and $DELETE). Errors: RMS.FAC."""
        if self._is_there(key):
            self.delete()

    def _is_there(self, key: bytes) -> bool:
        """Is there a record of this primary key, which has no duplicates? It becomes the current one."""
        state = self._state
        row = state.key_prefixes[0] + key
        known = state.store.get(row) if not state.low < row < state.high else None
        if known is None:
            return False
        (self._current,) = _SERIAL.unpack(known)
        return True

    def update(self, record: bytes, header: bytes = b"") -> None:
        """Replace the current record. Errors: RMS.CUR, RMS.CHG for a key that must not change, RMS.DUP, RMS.RSZ, RMS.FUL."""
        if not self.can_write:
            raise self._refusal()
        old, serial = self._current_record()
        self._check_size(record)
        state = self._state
        gone, new = [], []
        for index, definition in enumerate(state.keys) if old[: state.keyed] != record[: state.keyed] else ():
            before, after = definition.extract(old), definition.extract(record)
            if before == after:
                continue
            if not definition.changes:
                raise RMS.CHG.error()
            if before is not None:
                gone.append(self._row(index, before, serial))
            if after is not None:
                row = self._row(index, after, serial)
                if not definition.duplicates and state.store.get(row) is not None:
                    raise RMS.DUP.error()
                new.append((row, b"" if definition.duplicates else _SERIAL.pack(serial)))
        more = len(record) - len(old)
        if state.space + more > self._control.room:
            self._make_room(more)
        for row in gone:
            state.store.delete(row)
        for row, value in new:
            state.store.put(row, value)
        state.store.put(_RECORD.pack(b"I", state.number, _RECORDS, serial), record)
        state.changes += 1
        if more:
            state.space += more
            state.save()
        self._written(len(record))

    def delete(self) -> None:
        """Delete the current record. Errors: RMS.CUR, RMS.FAC."""
        if not self.can_write:
            raise self._refusal()
        old, serial = self._current_record()
        state = self._state
        space = len(old) + _RECORD_OVERHEAD
        for index, definition in enumerate(state.keys):
            key = definition.extract(old)
            if key is not None:
                state.store.delete(self._row(index, key, serial))
                space += len(key) + _SIDR_OVERHEAD
        state.store.delete(_RECORD.pack(b"I", state.number, _RECORDS, serial))
        state.changes += 1
        state.records -= 1
        state.space -= space
        state.save()
        self._control.modified = True
        self._current = None

    def _current_record(self) -> tuple[bytes, int]:
        serial = self._current
        if serial is None:
            raise RMS.CUR.error()
        data = self._state.store.get(_RECORD.pack(b"I", self._state.number, _RECORDS, serial))
        if data is None:
            raise RMS.DEL.error()
        return data, serial

    def _row(self, index: int, key: bytes, serial: int) -> bytes:
        row = self._state.key_prefixes[index] + key
        return row + _SERIAL.pack(serial) if self._state.keys[index].duplicates else row

    def _written(self, length: int) -> None:
        control = self._control
        control.modified = True
        if length > control.longest:
            control.longest = length

    def _make_room(self, more: int) -> None:
        """Allocate buckets for `more` bytes: a prologue, then buckets three quarters full. Errors: RMS.FUL."""
        control = self._control
        header = control.header
        keys = len(self._state.keys)
        bucket = self.attributes.bucket_size or DEFAULT_BUCKET
        buckets = max(2 * keys, -(-(self._state.space + more) // _usable_bytes(bucket)))
        wanted = max(_prologue(keys) + buckets * bucket, header.allocated + self.attributes.extension if header.allocated else 0)
        control.volume.extend(header, wanted)
        control.room = _usable_space(header, keys)
        header.size = control.size = control.tail_base = header.allocated * BLOCK
        control.initial = header.allocated
        control.volume.write_header(header)

    # -- checks and endings ----------------------------------------------------------------------------------------------------------

    def _check_size(self, record: bytes) -> None:
        attributes, length = self.attributes, len(record)
        if (
            not self._state.keys[0].minimum_record <= length <= (attributes.maximum_size or MAXIMUM_RECORD)
            or (attributes.format is _FIX and length != attributes.maximum_size)
        ):  # fmt: skip
            raise RMS.RSZ.error()

    def _refusal(self) -> VmsError:
        """Why the stream may not be read, or written."""
        return (RMS.ISI if self.closed else RMS.FAC).error()

    def at_end(self) -> bool:
        """No record follows."""
        prefix = self._state.key_prefixes[self._index]
        return next(iter(self._state.store.scan(self._position or prefix, prefix[:-1] + bytes([prefix[-1] + 1]))), None) is None


def _prologue(keys: int) -> int:
    """Blocks before the first bucket: key and area descriptors."""
    return 2 + keys // 5


def _usable_bytes(bucket: int) -> int:
    """What a bucket of that many blocks holds when it is three quarters full."""
    return bucket * BLOCK * 3 // 4


def _usable_space(header: FileHeader, keys: int) -> int:
    """How many bytes of records and keys fit in what is allocated."""
    bucket = header.attributes.bucket_size or DEFAULT_BUCKET
    return max(header.allocated - _prologue(keys), 0) // bucket * _usable_bytes(bucket)


def _after(prefix: bytes, end: bytes) -> bytes:
    """The lowest row key above all that begin with `prefix`."""
    stripped = prefix.rstrip(b"\xff")
    return min(stripped[:-1] + bytes([stripped[-1] + 1]), end) if stripped else end


def with_buckets(attributes: RecordAttributes) -> RecordAttributes:
    """The attributes with the organization set and a bucket size."""
    return RecordAttributes(
        Organization.INDEXED, attributes.format, attributes.carriage, attributes.maximum_size, attributes.control_size,
        attributes.bucket_size or DEFAULT_BUCKET, attributes.extension, attributes.global_buffers,
    )  # fmt: skip
