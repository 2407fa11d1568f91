"""A store that fails on purpose, for tests of recovery and for `fault` steps of scenarios."""

from __future__ import annotations

from collections.abc import Iterator

from vmsemu.store.memory import MemoryStore
from vmsemu.store.port import Store, StoreError


class FaultyStore:
    """Passes everything on to `inner`, and fails when told.

    `fail_commits(n)` is a medium that refuses: the next n commits fail, and change nothing. `fail_after(n)` is a machine that stops in the
    middle of something: n writes pass (put, delete; and commit when `commits` is true), and every one from then on fails with StoreError
    until `heal()`. Reads go on working.
    """

    def __init__(self, inner: Store) -> None:
        self.inner = inner
        self.get = inner.get
        self.writes = 0
        self._left: int | None = None
        self._commits = True
        self._refused = 0

    def fail_commits(self, number: int) -> None:
        """Refuse the next `number` commits."""
        self._refused = number

    def fail_after(self, writes: int, *, commits: bool = True) -> None:
        """Fail every write after the next `writes` ones."""
        self._left = writes
        self._commits = commits

    def heal(self) -> None:
        """Stop failing."""
        self._left = None
        self._refused = 0

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

    def put(self, key: bytes, value: bytes) -> None:
        self._count()
        self.inner.put(key, value)

    def delete(self, key: bytes) -> None:
        self._count()
        self.inner.delete(key)

    def scan(self, low: bytes, high: bytes, reverse: bool = False) -> Iterator[tuple[bytes, bytes]]:
        return self.inner.scan(low, high, reverse)

    def commit(self) -> None:
        if self._refused > 0:
            self._refused -= 1
            raise StoreError("The store was told to refuse commits. Nothing was changed. Call heal() to let it go on.")
        if self._commits:
            self._count()
        self.inner.commit()

    def rollback(self) -> None:
        self.inner.rollback()

    def close(self) -> None:
        self.inner.close()

    def committed(self) -> FaultyStore:
        """A sound store with what is committed, when the inner one is in memory: the medium as a crash at this moment would leave it."""
        assert isinstance(self.inner, MemoryStore)
        return FaultyStore(self.inner.committed())
