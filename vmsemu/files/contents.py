"""The contents of files as rows: chunks of the bytes a disk would hold, and the rows of indexed files.

A chunk is up to CHUNK bytes; what is missing at its end, or a missing chunk, reads as zeros. Plain functions on a store; the volume
decides who may call them and when.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from struct import Struct
from typing import TYPE_CHECKING

from vmsemu.files.attributes import Organization

if TYPE_CHECKING:
    from vmsemu.files.header import FileHeader
    from vmsemu.store.port import Store

CHUNK = 8192
_KEY = Struct(">cII")
_PREFIX = Struct(">cI")
INDEXED = b"I"
CHUNKED = b"C"
_BATCH = 64


def read(store: Store, number: int, offset: int, length: int) -> bytes:
    """`length` bytes from `offset`."""
    if length <= 0:
        return b""
    first, start = divmod(offset, CHUNK)
    last = (offset + length - 1) // CHUNK
    if first == last:
        data = store.get(_KEY.pack(b"C", number, first)) or b""
        piece = data[start : start + length]
        return piece if len(piece) == length else piece.ljust(length, b"\0")
    pieces = [(store.get(_KEY.pack(b"C", number, chunk)) or b"").ljust(CHUNK, b"\0") for chunk in range(first, last + 1)]
    return b"".join(pieces)[start : start + length]


def write_chunks(store: Store, number: int, offset: int, data: bytes) -> None:
    """Write chunks, from the beginning of one, in place of those that are there."""
    chunk = offset // CHUNK
    for at in range(0, len(data), CHUNK):
        store.put(_KEY.pack(b"C", number, chunk), data[at : at + CHUNK])
        chunk += 1


def write(store: Store, number: int, offset: int, data: bytes) -> None:
    """Write `data` at `offset`, keeping what is around it."""
    at, end = 0, len(data)
    chunk, start = divmod(offset, CHUNK)
    if start + end < CHUNK:  # nearly always
        key = _KEY.pack(b"C", number, chunk)
        known = store.get(key) or b""
        store.put(key, b"%b%b%b" % (known[:start].ljust(start, b"\0"), data, known[start + end :]))
        return
    while at < end:
        chunk, start = divmod(offset + at, CHUNK)
        piece = data[at : at + CHUNK - start]
        key = _KEY.pack(b"C", number, chunk)
        if start or len(piece) < CHUNK:
            old = store.get(key)
            if old is not None and (start or len(old) > len(piece)):
                piece = old[:start].ljust(start, b"\0") + piece + old[start + len(piece) :]
            elif start:
                piece = bytes(start) + piece
            at += min(CHUNK - start, end - at)
        else:
            at += CHUNK
        store.put(key, piece)


def truncate(store: Store, number: int, size: int, before: int) -> None:
    """Forget the bytes from `size` to `before`."""
    chunk, start = divmod(size, CHUNK)
    if start:
        key = _KEY.pack(b"C", number, chunk)
        old = store.get(key)
        if old is not None and len(old) > start:
            store.put(key, old[:start])
        chunk += 1
    for beyond in range(chunk, -(-before // CHUNK)):
        store.delete(_KEY.pack(b"C", number, beyond))


def delete_all(store: Store, number: int, header: FileHeader) -> None:
    """Forget the contents of a file."""
    if header.attributes.organization is Organization.SEQUENTIAL and not header.is_directory and header.allocated <= 16:
        if header.allocated:
            store.delete(_KEY.pack(b"C", number, 0))
        return
    for kind in (CHUNKED, INDEXED):
        for key, _ in _rows(store, kind, number):
            store.delete(key)


def copy(source_store: Store, source: int, store: Store, target: int) -> None:
    """Make the rows of `target` those of `source`."""
    for kind in (CHUNKED, INDEXED):
        for key, value in _rows(source_store, kind, source):
            store.put(_PREFIX.pack(kind, target) + key[5:], value)


def _rows(store: Store, kind: bytes, number: int) -> Iterator[tuple[bytes, bytes]]:
    """The rows of a file, a batch after the other: the caller may write, and a long file is never in memory as a whole."""
    low, high = _PREFIX.pack(kind, number), _PREFIX.pack(kind, number + 1)
    while True:
        batch = list(islice(store.scan(low, high), _BATCH))
        yield from batch
        if len(batch) < _BATCH:
            return
        low = batch[-1][0] + b"\0"
