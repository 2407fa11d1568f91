"""The memory store: for tests, lessons and machines that live as long as their process.

Source: the store port; nothing of VMS.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sortedcontainers import SortedDict


class MemoryStore:
    """A sorted map with an undo log."""

    __slots__ = ("_replace", "_rows", "_undo", "get")

    def __init__(self) -> None:
        self._rows: SortedDict = SortedDict()
        self._undo: dict[bytes, bytes | None] = {}
        self.get = self._rows.get
        self._replace = partial(dict.__setitem__, self._rows)

    @property
    def dirty(self) -> bool:
        return bool(self._undo)

    def put(self, key: bytes, value: bytes) -> None:
        old = self.get(key)
        self._undo.setdefault(key, old)
        if old is None:
            self._rows[key] = value
        else:
            self._replace(key, value)  # its place among the keys is the same

    def delete(self, key: bytes) -> None:
        old = self.get(key)
        if old is None:
            return
        self._undo.setdefault(key, old)
        del self._rows[key]

    def scan(self, low: bytes, high: bytes, reverse: bool = False) -> Iterator[tuple[bytes, bytes]]:
        rows = self._rows
        for key in rows.irange(low, high, (True, False), reverse):
            yield key, rows[key]

    def commit(self) -> None:
        self._undo.clear()

    def rollback(self) -> None:
        rows = self._rows
        for key, old in self._undo.items():
            if old is None:
                rows.pop(key, None)
            else:
                rows[key] = old
        self._undo.clear()

    def close(self) -> None:
        self.rollback()

    def committed(self) -> MemoryStore:
        """A new store with what is committed: the medium as a crash at this moment would leave it."""
        twin = MemoryStore()
        twin._rows.update(self._rows)
        for key, old in self._undo.items():
            if old is None:
                twin._rows.pop(key, None)
            else:
                twin._rows[key] = old
        return twin
