"""A shim below SQLite and the redo log that records every write, sync, truncation and deletion of their files, in order.

It is a VFS of SQLite's own interface, made with ctypes in the library that Python's sqlite3 uses: it calls the VFS that was there and notes what went
through. Source: SQLite documentation, "The OS interface" (sqlite3_vfs, sqlite3_file, sqlite3_io_methods).
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from vmsemu.store import redo

_POINTER = ctypes.c_void_p
_VFS_OPEN = 5  # in words: after iVersion, szOsFile, mxPathname (padded to two words), pNext, zName, pAppData
_METHOD_WORDS = {"write": 3, "truncate": 4, "sync": 5}  # after iVersion
_OPEN = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, ctypes.c_char_p, _POINTER, ctypes.c_int, _POINTER)
_DELETE = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, ctypes.c_char_p, ctypes.c_int)
_WRITE = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, _POINTER, ctypes.c_int, ctypes.c_int64)
_TRUNCATE = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, ctypes.c_int64)
_SYNC = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, ctypes.c_int)
_VFS_SIZE, _METHODS_SIZE = 22, 19  # words, of the longest version


class Event(NamedTuple):
    """`what` is write, sync, truncate, delete, or a mark of the workload; `at` the offset, the size or the mark's number."""

    what: str
    file: str = ""
    at: int = 0
    data: bytes = b""


class Recorder:
    """What went through since the shim was put in."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._names: dict[int, str] = {}
        self._kept: list[Any] = []
        self._tables: dict[int, Any] = {}

    def mark(self, what: str, number: int) -> None:
        """Note that the workload got so far."""
        self.events.append(Event(what, at=number))

    def _keep(self, kind: Any, function: Callable[..., int]) -> int:
        """The address of a Python function as one of C."""
        made = kind(function)
        self._kept.append(made)
        return ctypes.cast(made, _POINTER).value or 0

    def vfs(self, below: int) -> Any:
        """A VFS that calls the one at the address `below`."""
        words = (ctypes.c_uint64 * _VFS_SIZE).from_address(below)
        made = (ctypes.c_uint64 * _VFS_SIZE)(*words[: _VFS_SIZE if words[0] & 0xFFFFFFFF >= 3 else 19])
        name = ctypes.create_string_buffer(b"recorder")
        self._kept += [name, made]
        at = _VFS_OPEN
        made[at - 2] = ctypes.addressof(name)
        open_below, delete_below = _OPEN(words[at]), _DELETE(words[at + 1])

        def opened(_: int, path: bytes | None, file: int, flags: int, out: int) -> int:
            status = open_below(below, path, file, flags, out)
            if status == 0 and path is not None:
                self._wrap(file, os.path.basename(path.decode()))
            return status

        def deleted(_: int, path: bytes, sync: int) -> int:
            self.events.append(Event("delete", os.path.basename(path.decode())))
            return delete_below(below, path, sync)

        made[at] = self._keep(_OPEN, opened)
        made[at + 1] = self._keep(_DELETE, deleted)
        return made

    def put_before_the_log(self, patch: pytest.MonkeyPatch) -> None:
        """Note what the redo log does."""
        pwrite, fdatasync, unlink = redo.pwrite, redo.fdatasync, redo.unlink

        def name(file: int) -> str:
            return os.path.basename(os.readlink(f"/proc/self/fd/{file}"))

        def written(file: int, data: bytes, at: int) -> int:
            self.events.append(Event("write", name(file), at, bytes(data)))
            return pwrite(file, data, at)

        def synced(file: int) -> None:
            self.events.append(Event("sync", name(file)))
            fdatasync(file)

        def unlinked(path: Path) -> None:
            if path.exists():
                self.events.append(Event("delete", path.name))
            unlink(path)

        for what, function in (("pwrite", written), ("fdatasync", synced), ("unlink", unlinked)):
            patch.setattr(redo, what, function)

    def _wrap(self, file: int, name: str) -> None:
        self._names[file] = name
        methods = ctypes.c_uint64.from_address(file)
        if methods.value not in self._tables:
            self._tables[methods.value] = self._recording(methods.value)
        methods.value = ctypes.addressof(self._tables[methods.value])

    def _recording(self, below: int) -> Any:
        """The methods of a file, with those that change it replaced."""
        words = (ctypes.c_uint64 * _METHODS_SIZE).from_address(below)
        table = (ctypes.c_uint64 * _METHODS_SIZE)(*words)
        write, truncate = _WRITE(words[_METHOD_WORDS["write"]]), _TRUNCATE(words[_METHOD_WORDS["truncate"]])
        sync = _SYNC(words[_METHOD_WORDS["sync"]])

        def written(file: int, data: int, length: int, offset: int) -> int:
            self.events.append(Event("write", self._names[file], offset, ctypes.string_at(data, length)))
            return write(file, data, length, offset)

        def truncated(file: int, size: int) -> int:
            self.events.append(Event("truncate", self._names[file], size))
            return truncate(file, size)

        def synced(file: int, flags: int) -> int:
            self.events.append(Event("sync", self._names[file]))
            return sync(file, flags)

        table[_METHOD_WORDS["write"]] = self._keep(_WRITE, written)
        table[_METHOD_WORDS["truncate"]] = self._keep(_TRUNCATE, truncated)
        table[_METHOD_WORDS["sync"]] = self._keep(_SYNC, synced)
        return table


@contextmanager
def recording() -> Iterator[Recorder | None]:
    """Record what SQLite does with files that are opened inside; None when Python's SQLite cannot be reached from here."""
    name = ctypes.util.find_library("sqlite3")
    library = ctypes.CDLL(name) if name else None
    if library is None or not _same_library(library):
        yield None
        return
    library.sqlite3_vfs_find.restype = _POINTER
    library.sqlite3_vfs_find.argtypes = [ctypes.c_char_p]
    library.sqlite3_vfs_register.argtypes = [_POINTER, ctypes.c_int]
    library.sqlite3_vfs_unregister.argtypes = [_POINTER]
    before = library.sqlite3_vfs_find(None)
    recorder = Recorder()
    made = recorder.vfs(before)
    library.sqlite3_vfs_register(ctypes.addressof(made), 1)
    try:
        with pytest.MonkeyPatch.context() as patch:
            recorder.put_before_the_log(patch)
            yield recorder
    finally:
        library.sqlite3_vfs_unregister(ctypes.addressof(made))
        library.sqlite3_vfs_register(before, 1)


def _same_library(library: Any) -> bool:
    """Is it the library that Python's module is linked with? Both must at least have the same version, and the module must not have its own."""
    library.sqlite3_libversion.restype = ctypes.c_char_p
    if library.sqlite3_libversion().decode() != sqlite3.sqlite_version:
        return False
    import _sqlite3

    with open(_sqlite3.__file__, "rb") as module:
        return b"libsqlite3" in module.read()
