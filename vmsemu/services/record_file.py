"""An open file of a process: its resultant specification and its record stream.

`get` and `put` are those of the stream itself, so that a record costs no extra call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.base.protection import Protection
from vmsemu.files.attributes import VAR_CR, RecordAttributes
from vmsemu.files.header import NO_FILE, NO_TIME, FileHeader
from vmsemu.files.indexed import IndexedFile
from vmsemu.files.rms import RecordStream
from vmsemu.files.sequential import SequentialFile
from vmsemu.tables.facilities import RMS

if TYPE_CHECKING:
    from vmsemu.base.condition import ConditionValue
    from vmsemu.base.uic import Uic
    from vmsemu.files.control import FileControl


class NullFile:
    """NLA0: as a file: at its end at once; what is written vanishes."""

    attributes: RecordAttributes = VAR_CR
    can_read = can_write = True
    record_header = b""

    def __init__(self, owner: Uic) -> None:
        self.closed = False
        self.header = FileHeader(NO_FILE, "", owner, Protection.DEFAULT, VAR_CR, NO_TIME, NO_TIME)

    def get(self) -> bytes:
        raise RMS.EOF.error()

    def put(self, record: bytes, header: bytes = b"") -> None:
        pass

    def rewind(self) -> None:
        pass

    def at_end(self) -> bool:
        return True

    def flush(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


class StreamFile(NullFile):
    """A record device (terminal, mailbox) or a process-permanent file as a file: writing works at once, reading is for `stream` to do.

    `stream` is an InputStream or OutputStream of services/stream.py.
    """

    def __init__(self, owner: Uic, stream: Any) -> None:
        super().__init__(owner)
        self.stream = stream

    def get(self) -> bytes:
        """Reading may wait, so it cannot be done here. Errors: RMS.IOP, always; read from `stream`."""
        raise RMS.IOP.error()

    def put(self, record: bytes, header: bytes = b"") -> None:
        self.stream.write(record.decode("latin-1"))

    def at_end(self) -> bool:
        return False


Stream = RecordStream | NullFile


class RecordFile:
    """A file that a process has open. Use it as a context manager, or close it; rundown closes what is left."""

    __slots__ = ("_closed", "file", "get", "put", "serial", "spec", "status")

    def __init__(self, file: Stream, spec: FileSpec, serial: int, closed: Callable[[RecordFile], None], status: ConditionValue) -> None:
        self.file = file
        self.spec = spec
        self.serial = serial
        self.status = status
        self.get: Callable[[], bytes] = file.get
        self.put: Callable[..., None] = file.put
        self._closed = closed

    # -- facts ---------------------------------------------------------------------------------------------------------------------

    @property
    def header(self) -> FileHeader:
        return self.file.header

    @property
    def attributes(self) -> RecordAttributes:
        return self.file.attributes

    @property
    def record_header(self) -> bytes:
        """The fixed control area of the last record of a VFC file."""
        return self.file.record_header

    @property
    def closed(self) -> bool:
        return self.file.closed

    @property
    def sequential(self) -> SequentialFile:
        """The stream of a sequential file. Errors: RMS.IOP for other organizations and devices."""
        if not isinstance(self.file, SequentialFile):
            raise RMS.IOP.error()
        return self.file

    @property
    def indexed(self) -> IndexedFile:
        """The stream of an indexed file. Errors: RMS.IOP for other organizations and devices."""
        if not isinstance(self.file, IndexedFile):
            raise RMS.IOP.error()
        return self.file

    @property
    def stream(self) -> Any:
        """The input or output stream, when this is a record device or a process-permanent file; else None."""
        return self.file.stream if isinstance(self.file, StreamFile) else None

    def _any(self) -> Any:
        if isinstance(self.file, NullFile):
            raise RMS.IOP.error()
        return self.file

    # -- records -------------------------------------------------------------------------------------------------------------------

    def get_text(self) -> str:
        """The next record as ISO Latin-1 text. Errors: as get."""
        return self.get().decode("latin-1")

    def put_text(self, text: str) -> None:
        """Write a record of ISO Latin-1 text; other characters become `?`. Errors: as put."""
        self.put(text.encode("latin-1", "replace"))

    def __iter__(self) -> Iterator[bytes]:
        """The records that follow, up to the end of the file."""
        get = self.get
        while True:
            try:
                record = get()
            except VmsError as error:
                if error.matches(RMS.EOF):
                    return
                raise
            yield record

    def lines(self) -> Iterator[str]:
        """The records that follow, as text."""
        for record in self:
            yield record.decode("latin-1")

    def at_end(self) -> bool:
        return self.file.at_end()

    def rewind(self, index: int = 0) -> None:
        """Go to the first record (of a key, in an indexed file)."""
        if index:
            self.indexed.rewind(index)
        else:
            self.file.rewind()

    def update(self, record: bytes) -> None:
        """Replace the current record. Errors: RMS.CUR, RMS.RSZ, RMS.CHG, ..."""
        self._any().update(record)

    def delete(self) -> None:
        """Delete the current record. Errors: RMS.CUR; RMS.IOP on sequential files."""
        self._any().delete()

    def truncate(self) -> None:
        """End a sequential file before the current record."""
        self.sequential.truncate()

    def get_key(self, key: bytes | str | int, index: int = 0, match: str = "EQ", *, lock: bool = True) -> bytes:
        """The first record of an indexed file whose key matches (EQ, GE, GT); `lock` false reads it whoever has locked it.

        Errors: RMS.RNF, RMS.KRF, RMS.KSZ, RMS.IOP, RMS.RLK.
        """
        stream = self.indexed
        read = stream.get_key if lock else getattr(stream, "get_key_unlocked", stream.get_key)
        return read(key, index, match)

    def get_unlocked(self) -> bytes:
        """The next record, whoever has locked it. Errors: as get."""
        record: bytes = getattr(self.file, "get_unlocked", self.get)()
        return record

    def rfa(self) -> Any:
        """The address of the current record. Errors: RMS.CUR."""
        return self._any().rfa()

    def get_rfa(self, rfa: Any) -> bytes:
        """The record at an address."""
        return self._any().get_rfa(rfa)

    def flush(self) -> None:
        self.file.flush()

    # -- ending --------------------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Close the file. A second close does nothing."""
        if not self.file.closed:
            self._closed(self)
            self.file.close()

    def __enter__(self) -> RecordFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def abandon(file: RecordFile) -> None:
    """Close without writing what is left, after a close that failed."""
    control: FileControl | None = getattr(file.file, "_control", None)
    access = getattr(file.file, "_access", None)
    if control is not None and access in control.accesses:
        control.abandon(access)
