"""The queue database: QMAN$MASTER.DAT, SYS$QUEUE_MANAGER.QMAN$QUEUES and SYS$QUEUE_MANAGER.QMAN$JOURNAL.

All three are indexed files with one string key: the master file by a letter and a name (M the manager, F forms, C characteristics, Q the names
of the queues), the queue file by queue name, the journal by entry number and segment, since a job with many files may need more than one
record. Every call writes at once, so the kernel's durability barrier covers it.

Source: System Manager's Manual, "Managing the queue manager and queue database".
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct
from typing import Protocol

from vmsemu.base.condition import VmsError
from vmsemu.files.keys import KeyDefinition
from vmsemu.queue.entry import Entry
from vmsemu.queue.form import Characteristic, Form
from vmsemu.queue.jbc import JBC
from vmsemu.queue.queue import Queue
from vmsemu.queue.records import (
    ManagerRecord,
    pack_characteristic,
    pack_entry,
    pack_form,
    pack_manager,
    pack_queue,
    unpack_characteristic,
    unpack_entry,
    unpack_form,
    unpack_manager,
    unpack_queue,
)
from vmsemu.tables.facilities import RMS

MASTER_KEY = 32
QUEUE_KEY = 31
JOURNAL_KEY = 6
_JOURNAL = Struct(">IH")
_SEGMENT_SIZE = 16000


class KeyedFile(Protocol):
    """What the database asks of each of its files. Keys are of the file's fixed length."""

    def put(self, key: bytes, data: bytes) -> None:
        """Add the record of that key or replace it."""
        ...

    def delete(self, key: bytes) -> None:
        """Remove the record of that key, if there is one."""
        ...

    def records(self) -> Iterator[tuple[bytes, bytes]]: ...

    def close(self) -> None: ...


class RecordStream(Protocol):
    """An indexed record stream: IndexedFile, or what ProcessFiles opens."""

    def get(self) -> bytes: ...
    def rewind(self, index: int = 0) -> None: ...
    def put_or_update(self, record: bytes) -> None: ...
    def delete_key(self, key: bytes) -> None: ...
    def close(self) -> None: ...


class IndexedRecords:
    """A keyed file on the disk: an RMS indexed file whose records begin with their key."""

    def __init__(self, stream: RecordStream, key_size: int) -> None:
        self._stream = stream
        self._size = key_size

    def put(self, key: bytes, data: bytes) -> None:
        self._stream.put_or_update(key + data)

    def delete(self, key: bytes) -> None:
        self._stream.delete_key(key)

    def records(self) -> Iterator[tuple[bytes, bytes]]:
        self._stream.rewind()
        while True:
            try:
                record = self._stream.get()
            except VmsError as end:
                if end.matches(RMS.EOF):
                    return
                raise
            yield record[: self._size], record[self._size :]

    def close(self) -> None:
        self._stream.close()


def key_definition(size: int) -> KeyDefinition:
    """The one key of a queue file."""
    return KeyDefinition.string(0, size)


class QueueDatabase:
    """Typed access to the three files."""

    def __init__(self, master: KeyedFile, queues: KeyedFile, journal: KeyedFile) -> None:
        self._master = master
        self._queues = queues
        self._journal = journal
        self._segments: dict[int, int] = {}
        self.damaged: list[bytes] = []

    # -- the manager, forms, characteristics ------------------------------------------------------------------------------------------

    def manager(self) -> ManagerRecord | None:
        for key, data in self._master.records():
            if key[:1] == b"M":
                return unpack_manager(data)
        return None

    def save_manager(self, record: ManagerRecord) -> None:
        self._master.put(_MANAGER, pack_manager(record))

    def forms(self) -> list[Form]:
        return [unpack_form(data) for key, data in self._master.records() if key[:1] == b"F"]

    def save_form(self, form: Form) -> None:
        self._master.put(_master_key("F", form.name), pack_form(form))

    def delete_form(self, name: str) -> None:
        self._master.delete(_master_key("F", name))

    def characteristics(self) -> list[Characteristic]:
        return [unpack_characteristic(data) for key, data in self._master.records() if key[:1] == b"C"]

    def save_characteristic(self, characteristic: Characteristic) -> None:
        self._master.put(_master_key("C", characteristic.name), pack_characteristic(characteristic))

    def delete_characteristic(self, name: str) -> None:
        self._master.delete(_master_key("C", name))

    # -- queues -----------------------------------------------------------------------------------------------------------------------

    def queues(self) -> list[Queue]:
        return [unpack_queue(data) for _, data in self._queues.records()]

    def save_queue(self, queue: Queue, new: bool = False) -> None:
        """Errors: JBC.TOOMUCHINFO when the attributes do not fit in a record; those of RMS."""
        self._queues.put(queue.name.encode("latin-1").ljust(QUEUE_KEY), _fitting(pack_queue(queue)))
        if new:
            self._master.put(_master_key("Q", queue.name), b"SYS$QUEUE_MANAGER")

    def delete_queue(self, name: str) -> None:
        self._queues.delete(name.encode("latin-1").ljust(QUEUE_KEY))
        self._master.delete(_master_key("Q", name))

    # -- entries ----------------------------------------------------------------------------------------------------------------------

    def entries(self) -> list[Entry]:
        """Every entry of the journal. Records that can not be read are left in the file and listed in `damaged`."""
        whole: dict[int, bytes] = {}
        for key, data in self._journal.records():
            number, segment = _JOURNAL.unpack(key)
            whole[number] = whole.get(number, b"") + data
            self._segments[number] = segment + 1
        out = []
        for number, data in whole.items():
            try:
                out.append(unpack_entry(data))
            except VmsError:
                self.damaged.append(_JOURNAL.pack(number, 0))
        return out

    def save_entry(self, entry: Entry) -> None:
        """Write an entry. Errors: those of RMS (RMS.FUL)."""
        data = pack_entry(entry)
        number = entry.number
        if len(data) <= _SEGMENT_SIZE and self._segments.get(number, 1) == 1:
            self._journal.put(_JOURNAL.pack(number, 0), data)
            self._segments[number] = 1
            return
        pieces = [data[at : at + _SEGMENT_SIZE] for at in range(0, len(data), _SEGMENT_SIZE)]
        before = self._segments.get(number, 0)
        self._segments[number] = max(len(pieces), before)
        for at, piece in enumerate(pieces):
            self._journal.put(_JOURNAL.pack(number, at), piece)
        for at in range(len(pieces), before):
            self._journal.delete(_JOURNAL.pack(number, at))
        self._segments[number] = len(pieces)

    def delete_entry(self, number: int) -> None:
        for at in range(self._segments.pop(number, 0)):
            self._journal.delete(_JOURNAL.pack(number, at))

    def close(self) -> None:
        for file in (self._master, self._queues, self._journal):
            file.close()


def _master_key(kind: str, name: str) -> bytes:
    return (kind + name).encode("latin-1").ljust(MASTER_KEY)


_MANAGER = _master_key("M", "SYS$QUEUE_MANAGER")


def _fitting(data: bytes) -> bytes:
    if len(data) > 2 * _SEGMENT_SIZE - JOURNAL_KEY:
        raise JBC.TOOMUCHINFO.error()
    return data
