"""Record locks of streams that share a file with writers.

A stream that can write locks the record it reads and lets it go with its next read, with FREE, or when it is closed; UPDATE and DELETE need
the lock. A stream that only reads holds no lock but is refused a record that another has locked. A refused read leaves the stream where it
was, so that the same read may be tried again. A record that is read without lock (RAB$V_NLK, with RAB$V_RRL) is read whoever holds it.

Left out: waiting for a lock (RAB$V_WAT), several locks of one stream (RAB$V_ULK). Source: RMS Reference Manual, "Record locking".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from vmsemu.files.indexed import IndexedFile
from vmsemu.files.relative import RelativeFile
from vmsemu.files.sequential import SequentialFile
from vmsemu.tables.facilities import RMS

_Stream = Any if TYPE_CHECKING else object


class _Locking(_Stream):  # type: ignore[misc, valid-type]
    """The locking of a stream, over the stream class that follows it among the bases."""

    __slots__ = ()

    def get(self) -> bytes:
        """The next record, locked. Errors: RMS.RLK, those of the stream."""
        return self._locked(super().get)

    def get_key(self, key: bytes | str | int, index: int = 0, match: str = "EQ") -> bytes:
        return self._locked(super().get_key, key, index, match)

    def get_record(self, number: int) -> bytes:
        return self._locked(super().get_record, number)

    def get_rfa(self, rfa: Any) -> bytes:
        return self._locked(super().get_rfa, rfa)

    def get_unlocked(self) -> bytes:
        """The next record, whoever has locked it; it is not locked."""
        self.free()
        return super().get()

    def get_key_unlocked(self, key: bytes | str | int, index: int = 0, match: str = "EQ") -> bytes:
        """As get_key, whoever has locked the record; it is not locked."""
        self.free()
        return super().get_key(key, index, match)

    def update(self, record: bytes, header: bytes = b"") -> None:
        """Errors: RMS.RNL when the record is not locked, those of the stream."""
        self._check_locked()
        super().update(record, header)

    def delete(self) -> None:
        """Errors: RMS.RNL when the record is not locked, those of the stream."""
        self._check_locked()
        super().delete()
        self.free()

    def put(self, record: bytes, header: bytes = b"", **where: int) -> None:
        self.free()
        super().put(record, header, **where)

    def free(self) -> None:
        """$FREE: let go of the lock this stream holds."""
        control, access = self._control, self._access
        control.locks = {address: holder for address, holder in control.locks.items() if holder is not access}

    def close(self) -> None:
        self.free()
        super().close()

    def _locked(self, read: Callable[..., bytes], *arguments: Any) -> bytes:
        place = self.place()
        self.free()
        data = read(*arguments)
        control, access = self._control, self._access
        address = self.rfa()
        holder = control.locks.get(address)
        if holder is not None and holder is not access:
            self.go_back(place)
            raise RMS.RLK.error()
        if self.can_write:
            control.locks[address] = access
        return data

    def _check_locked(self) -> None:
        if self._control.locks.get(self.rfa()) is not self._access:
            raise RMS.RNL.error()


class LockingSequentialFile(_Locking, SequentialFile):
    """A sequential file that is shared with writers."""

    __slots__ = ()

    def get_key(self, key: bytes | str | int, index: int = 0, match: str = "EQ") -> bytes:
        """Errors: RMS.IOP, always."""
        raise RMS.IOP.error()


class LockingRelativeFile(_Locking, RelativeFile):
    """A relative file that is shared with writers."""

    __slots__ = ()

    def get_key(self, key: bytes | str | int, index: int = 0, match: str = "EQ") -> bytes:
        """Errors: RMS.IOP, always."""
        raise RMS.IOP.error()


class LockingIndexedFile(_Locking, IndexedFile):
    """An indexed file that is shared with writers."""

    __slots__ = ()
