"""The redo log of a medium: what was committed since rows were last brought into its database.

Theory of operation. A commit appends one record, in one write and one sync, where the database would write a page for nearly every row. When the log
has grown long its rows go into the database in one transaction, each once however often it was written, and the log begins again at its start. The
database counts how often that has happened (the generation); a record is of one generation and has a serial number in it, so what is left of
earlier ones behind the last record is never taken for more. A record that was not written whole ends the log: nobody was told of it.

Layout of a record, numbers little-endian: generation (8), serial (4), length of the body (4), number of rows (4), CRC-32 of all that and the body (4).
The body: for each row the lengths of key and value (4 and 4; ABSENT for a row that was deleted), then all keys and values.

The file grows by zeroes ahead of what is written: to sync a file that has not grown costs half.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from os import pwrite, unlink
from pathlib import Path
from struct import Struct, pack, unpack_from
from zlib import crc32

_HEAD = Struct("<QIII")
_CHECK = Struct("<I")
_ABSENT = 0xFFFFFFFF
_GROWTH = 256 * 1024

fdatasync = os.fdatasync if hasattr(os, "fdatasync") else os.fsync

Rows = Mapping[bytes, bytes | None]


class RedoLog:
    """The log in one file, which is made when the first record is written. `size` is where the next record goes, in bytes."""

    def __init__(self, path: Path, generation: int) -> None:
        self.path = path
        self.size = 0
        self._generation = generation
        self._serial = 0
        self._file: int | None = None
        self._allocated = 0

    def begin(self) -> None:
        """Start over in the next generation: the database has everything."""
        self._generation += 1
        self._serial = self.size = 0

    def append(self, rows: Rows) -> None:
        """Write a record and make it durable. Errors: OSError; the next record is written in the place of this one then, whatever is left of it."""
        record = _record(self._generation, self._serial, rows)
        file = self._file if self._file is not None else self._open()
        end = self.size + len(record)
        if end > self._allocated:
            _write(file, bytes(end + _GROWTH - self._allocated), self._allocated)
            self._allocated = end + _GROWTH
        _write(file, record, self.size)
        fdatasync(file)
        self.size = end
        self._serial += 1

    def replay(self) -> dict[bytes, bytes | None]:
        """The rows of the log that an earlier opener left, each as it was written last."""
        rows: dict[bytes, bytes | None] = {}
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return rows
        at = serial = 0
        while (found := _read(data, at, self._generation, serial)) is not None:
            more, at = found
            rows.update(more)
            serial += 1
        return rows

    def remove(self) -> None:
        """Delete the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
        with suppress(FileNotFoundError):
            unlink(self.path)

    def _open(self) -> int:
        """Make the file, with a name that outlives a crash."""
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self._allocated = os.fstat(self._file).st_size
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return self._file


def _write(file: int, data: bytes, at: int) -> None:
    while data:
        written = pwrite(file, data, at)
        at += written
        data = data[written:]


def _record(generation: int, serial: int, rows: Rows) -> bytes:
    lengths: list[int] = []
    parts: list[bytes] = []
    for key, value in rows.items():
        parts.append(key)
        if value is None:
            lengths += (len(key), _ABSENT)
        else:
            parts.append(value)
            lengths += (len(key), len(value))
    body = pack(f"<{len(lengths)}I", *lengths) + b"".join(parts)
    head = _HEAD.pack(generation, serial, len(body), len(rows))
    return head + _CHECK.pack(crc32(body, crc32(head))) + body


def _read(data: bytes, at: int, generation: int, serial: int) -> tuple[dict[bytes, bytes | None], int] | None:
    """The rows of the record at `at` and where it ends; None when the wanted record is not there whole."""
    body = at + _HEAD.size + _CHECK.size
    if body > len(data):
        return None
    head = data[at : at + _HEAD.size]
    found, number, length, count = _HEAD.unpack(head)
    end = body + length
    if (found, number) != (generation, serial) or end > len(data) or count * 8 > length:
        return None
    if _CHECK.unpack_from(data, at + _HEAD.size)[0] != crc32(data[body:end], crc32(head)):
        return None
    lengths = unpack_from(f"<{2 * count}I", data, body)
    rows: dict[bytes, bytes | None] = {}
    place = body + 8 * count
    for key_length, value_length in zip(lengths[::2], lengths[1::2], strict=True):
        key = data[place : place + key_length]
        place += key_length
        if value_length == _ABSENT:
            rows[key] = None
        else:
            rows[key] = data[place : place + value_length]
            place += value_length
    return rows, end
