"""The SQLite store: one file of the host is one medium.

Theory of operation. Writes are gathered in memory and reach SQLite in one BEGIN ... COMMIT when the store is told to commit, so a row that
is written ten times in a tick is written once, and a transaction costs one sync of the write-ahead log. When the gathered rows grow beyond
a limit they are handed to SQLite early, inside the transaction that the commit will end. Reads look at the gathered rows first, then at those
that were read or written not long ago.

The file is held under an exclusive lock from open to close: a second opener is refused. Close empties the write-ahead log into the file, so
the file alone is the whole medium. A crash leaves file and log; the next open replays the log.

Choices that were measured (create a two-block file and commit, 10% of the files with eight times the content): a table with a rowid and a
unique index takes the same time as WITHOUT ROWID and a smaller file; pages of 4096 bytes write half the log of 8192 at the same speed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from heapq import merge
from pathlib import Path

from sortedcontainers import SortedList

from vmsemu.store.port import StoreError

APPLICATION_ID = 0x564D5344
FORMAT_VERSION = 1
PAGE_SIZE = 4096
CACHE_KIB = 16384
SPILL_BYTES = 8 * 1024 * 1024
RECENT_BYTES = 4 * 1024 * 1024
RECENT_ROW = 512
_ROW_COST = 150  # what a row takes in memory beside its value

_TABLE = "CREATE TABLE IF NOT EXISTS rows (key BLOB PRIMARY KEY NOT NULL, value BLOB NOT NULL)"
_GET = "SELECT value FROM rows WHERE key = ?"
_PUT = "INSERT OR REPLACE INTO rows VALUES (?, ?)"
_DELETE = "DELETE FROM rows WHERE key = ?"
_UP = "SELECT key, value FROM rows WHERE key >= ? AND key < ? ORDER BY key"
_DOWN = _UP + " DESC"


class SqliteStore:
    """A store in one SQLite file, which is made when it does not exist (unless `create` is false)."""

    def __init__(self, path: str | Path, *, create: bool = True) -> None:
        self.path = Path(path)
        self._pending: dict[bytes, bytes | None] = {}
        self._sorted: SortedList = SortedList()
        self._unsorted: list[bytes] = []
        self._bytes = 0
        self._recent: dict[bytes, bytes | None] = {}
        self._recent_bytes = 0
        self._begun = False
        self._spilled = False
        self._lost = ""
        self._database: sqlite3.Connection | None = _open(self.path, create)

    # -- reading -------------------------------------------------------------------------------------------------------------------

    def get(self, key: bytes) -> bytes | None:
        pending = self._pending
        if key in pending:
            return pending[key]
        recent = self._recent
        if key in recent:
            return recent[key]
        try:
            row = self._connection().execute(_GET, (key,)).fetchone()
        except sqlite3.Error as error:
            raise self._failure("could not be read", error) from error
        value = row[0] if row is not None else None
        self._keep(key, value)
        return value

    def _handed_over(self) -> None:
        """SQLite has the gathered rows now: what is kept of rows that were read must agree, and short rows are kept."""
        recent = self._recent
        for key, value in self._pending.items():
            if value is None or len(value) <= RECENT_ROW or key in recent:
                self._keep(key, value)

    def _keep(self, key: bytes, value: bytes | None) -> None:
        """Remember a row that SQLite has (None: that it has none). When there are too many, all are forgotten."""
        self._recent_bytes += _ROW_COST + (len(value) if value is not None else 0)
        if self._recent_bytes > RECENT_BYTES:
            self._recent.clear()
            self._recent_bytes = 0
        self._recent[key] = value

    def scan(self, low: bytes, high: bytes, reverse: bool = False) -> Iterator[tuple[bytes, bytes]]:
        try:
            stored: Iterator[tuple[bytes, bytes]] = self._connection().execute(_DOWN if reverse else _UP, (low, high))
        except sqlite3.Error as error:
            raise self._failure("could not be read", error) from error
        return self._overlaid(stored, low, high, reverse) if self._pending else stored

    def _overlaid(self, stored: Iterator[tuple[bytes, bytes]], low: bytes, high: bytes, reverse: bool) -> Iterator[tuple[bytes, bytes]]:
        """The stored rows with the gathered ones laid over them."""
        if self._unsorted:
            self._sorted.update(self._unsorted)
            self._unsorted = []
        pending = self._pending
        keys = list(self._sorted.irange(low, high, (True, False), reverse))
        if not keys:
            yield from stored
            return
        below = (row for row in stored if row[0] not in pending)
        above = ((key, value) for key in keys if (value := pending.get(key)) is not None)
        yield from merge(below, above, key=lambda row: row[0], reverse=reverse)

    # -- writing -------------------------------------------------------------------------------------------------------------------

    @property
    def dirty(self) -> bool:
        return bool(self._pending) or self._begun

    def put(self, key: bytes, value: bytes) -> None:
        if key not in self._pending:
            self._unsorted.append(key)
        self._pending[key] = value
        self._bytes += len(value)
        if self._bytes > SPILL_BYTES:
            self._spill()

    def delete(self, key: bytes) -> None:
        if key not in self._pending:
            self._unsorted.append(key)
        self._pending[key] = None

    def _spill(self) -> None:
        """Hand over before the commit, and stop keeping the rows in memory. What is refused stays there; the commit will tell."""
        try:
            self._hand_over()
        except StoreError:
            return
        self._spilled = True
        self._handed_over()
        self._pending.clear()
        self._sorted.clear()
        self._unsorted.clear()
        self._bytes = 0

    def _hand_over(self) -> None:
        """Give the gathered rows to SQLite, inside its transaction."""
        database = self._connection()
        try:
            if not self._begun:
                database.execute("BEGIN IMMEDIATE")
                self._begun = True
            gone = [(key,) for key, value in self._pending.items() if value is None]
            if gone:
                database.executemany(_DELETE, gone)
            database.executemany(_PUT, [row for row in self._pending.items() if row[1] is not None])
        except sqlite3.Error as error:
            self._undo_partial(database)
            raise self._failure("could not be written", error, final=bool(self._lost)) from error

    def _undo_partial(self, database: sqlite3.Connection) -> None:
        """After a failed write: keep what is gathered. What was handed over before in this transaction is lost with it."""
        if self._spilled:
            self._lost = "a part of the transaction that failed is lost"
            self._recent.clear()
        if database.in_transaction:
            database.execute("ROLLBACK")
        self._begun = False

    def commit(self) -> None:
        if self._lost:
            raise self._failure("cannot be written", self._lost, final=True)
        if not self.dirty:
            return
        database = self._connection()
        self._hand_over()
        try:
            database.execute("COMMIT")
        except sqlite3.Error as error:
            self._undo_partial(database)
            raise self._failure("could not be committed", error, final=bool(self._lost)) from error
        self._handed_over()
        self._forget()

    def rollback(self) -> None:
        if self._begun:
            self._connection().execute("ROLLBACK")
        self._lost = ""
        self._recent.clear()
        self._forget()

    def close(self) -> None:
        if self._database is None:
            return
        self.rollback()
        database, self._database = self._database, None
        try:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            database.close()
        except sqlite3.Error as error:
            raise self._failure("could not be closed", error) from error

    # -- odds and ends -------------------------------------------------------------------------------------------------------------

    def _forget(self) -> None:
        self._pending.clear()
        self._sorted.clear()
        self._unsorted.clear()
        self._bytes = 0
        self._begun = False
        self._spilled = False

    def _connection(self) -> sqlite3.Connection:
        if self._database is None:
            raise self._failure("is closed", "it was used after close")
        return self._database

    def _failure(self, what: str, why: object, *, final: bool = False) -> StoreError:
        return StoreError(
            f"The disk file {self.path} {what}: {why}. What was committed before is unchanged. "
            "Free some space or mend the medium; start the node again when it has ended.",
            final=final,
        )


def _open(path: Path, create: bool) -> sqlite3.Connection:
    """Connect, check that the file is ours, take the lock, lay out what a new file lacks: a crash may have come between the steps."""
    if not create and not path.exists():
        raise StoreError(f"There is no disk file {path}. Nothing was made. Check the name, or create a new disk there.")
    database = None
    try:
        database = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        (pages,) = database.execute("PRAGMA page_count").fetchone()
        if pages:
            _check_ours(database, path)
        else:
            database.execute(f"PRAGMA page_size = {PAGE_SIZE}")
            database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        database.execute("BEGIN EXCLUSIVE")
        if database.execute("PRAGMA user_version").fetchone()[0] == 0:
            database.execute(_TABLE)
            database.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
        database.execute("COMMIT")
    except sqlite3.Error as error:
        if database is not None:
            database.close()
        raise _explain(path, error) from error
    except StoreError:
        if database is not None:
            database.close()
        raise
    return database


def _check_ours(database: sqlite3.Connection, path: Path) -> None:
    """Refuse a database of somebody else, and one laid out by a later version."""
    (application,) = database.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise StoreError(f"The file {path} is a database, but not a disk of this machine. It was not changed. Name another file.")
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version > FORMAT_VERSION:
        raise StoreError(f"The disk file {path} has format {version}; this version reads up to {FORMAT_VERSION}. "
                         "It was not changed. Use a newer version of the program.")  # fmt: skip


def _explain(path: Path, error: sqlite3.Error) -> StoreError:
    text = str(error)
    if "locked" in text or "busy" in text:
        return StoreError(f"The disk file {path} is in use by another node. It was not changed. Attach to that node, or stop it first.")
    if "not a database" in text:
        return StoreError(f"The file {path} is not a disk of this machine. It was not changed. Name another file.")
    return StoreError(f"The disk file {path} cannot be opened: {text}. It was not changed. Check the name and the permissions.")
