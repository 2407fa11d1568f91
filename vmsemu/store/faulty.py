"""A store that fails on purpose, for tests of recovery and for `fault` steps of scenarios."""

from __future__ import annotations

from collections.abc import Iterator

from vmsemu.store.port import Store, StoreError


class FaultyStore:
    """Passes everything on to `inner`, and fails when told.

    `fail_after(n)` lets n writes pass (put, delete; and commit when `commits` is true); from then on every write fails with
    StoreError until `heal()`. Reads go on working.
    """

    def __init__(self, inner: Store) -> None:
        self.inner = inner
        self.writes = 0
        self._left: int | None = None
        self._commits = True

    def fail_after(self, writes: int, *, commits: bool = True) -> None:
        """Fail every write after the next `writes` ones."""
        self._left = writes
        self._commits = commits

    def heal(self) -> None:
        """Stop failing."""
        self._left = None

    def _count(self) -> None:
        self.writes += 1
        if self._left is None:
            return
        if self._left <= 0:
            raise StoreError("The store was told to fail. Nothing more is written to it. Call heal() to let it go on.")
        self._left -= 1

    @property
    def dirty(self) -> bool:
        return self.inner.dirty

    def get(self, key: bytes) -> bytes | None:
        return self.inner.get(key)

    def put(self, key: bytes, value: bytes) -> None:
        self._count()
        self.inner.put(key, value)

    def delete(self, key: bytes) -> None:
        self._count()
        self.inner.delete(key)

    def scan(self, low: bytes, high: bytes, reverse: bool = False) -> Iterator[tuple[bytes, bytes]]:
        return self.inner.scan(low, high, reverse)

    def commit(self) -> None:
        if self._commits:
            self._count()
        self.inner.commit()

    def rollback(self) -> None:
        self.inner.rollback()

    def close(self) -> None:
        self.inner.close()
