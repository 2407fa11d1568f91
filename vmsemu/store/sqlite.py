"""The SQLite store: one file of the host is one medium.

Theory of operation. Writes are gathered in memory, so a row that is written ten times in a tick is written once. A commit appends them to a redo log
(store/redo.py), which costs one write and one sync. What is in the log only is kept in memory, too, until the log has grown to LOG_BYTES; then it is
brought into the database in one BEGIN ... COMMIT. A large commit goes into the database at once, and takes along what the log has. When the gathered rows
grow beyond SPILL_BYTES they are handed to SQLite early, inside the transaction that the commit will end. Reads look at the gathered rows first, then at
those in the log, then at those that were read from the database or brought into it not long ago.

The file is held under an exclusive lock from open to close: a second opener is refused. Close brings everything into the file, so the file alone is
the whole medium. A crash leaves file, SQLite's write-ahead log and the redo log; the next open brings them together.

Choices that were measured (create a two-block file and commit, 10% of the files with eight times the content): a table with a rowid and a
unique index takes the same time as WITHOUT ROWID and a smaller file; pages of 4096 bytes write half the log of 8192 at the same speed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from heapq import merge
from itertools import islice
from pathlib import Path

from sortedcontainers import SortedList

from vmsemu.store.port import StoreError
from vmsemu.store.redo import RedoLog

APPLICATION_ID = 0x564D5344
FORMAT_VERSION = 2
PAGE_SIZE = 4096
CACHE_KIB = 16384
SPILL_BYTES = 8 * 1024 * 1024
LOG_BYTES = 1024 * 1024
LOGGED_BYTES = 256 * 1024
"""A commit of more goes into the database at once: it would be written twice otherwise."""
RECENT_BYTES = 4 * 1024 * 1024
RECENT_ROW = 512
_FIRST_BATCH = 4  # keys
_ROW_COST = 150  # what a row takes in memory beside its value

_Rows = dict[bytes, bytes | None]

_TABLE = "CREATE TABLE IF NOT EXISTS rows (key BLOB PRIMARY KEY NOT NULL, value BLOB NOT NULL)"
_REDO_TABLE = "CREATE TABLE IF NOT EXISTS redo (generation INTEGER NOT NULL)"
_GENERATION = "SELECT generation FROM redo"
_NEXT_GENERATION = "UPDATE redo SET generation = generation + 1"
_GET = "SELECT value FROM rows WHERE key = ?"
_PUT = "INSERT OR REPLACE INTO rows VALUES (?, ?)"
_DELETE = "DELETE FROM rows WHERE key = ?"
_UP = "SELECT key, value FROM rows WHERE key >= ? AND key < ? ORDER BY key"
_DOWN = _UP + " DESC"


class SqliteStore:
    """A store in one SQLite file, which is made when it does not exist (unless `create` is false)."""

    def __init__(self, path: str | Path, *, create: bool = True) -> None:
        self.path = Path(path)
        self._pending: _Rows = {}
        self._logged: _Rows = {}
        self._sorted: SortedList = SortedList()
        self._unsorted: list[bytes] = []
        self._bytes = 0
        self._recent: _Rows = {}
        self._recent_bytes = 0
        self._begun = False
        self._spilled = False
        self._lost = ""
        self._database: sqlite3.Connection | None = _open(self.path, create)
        (generation,) = self._database.execute(_GENERATION).fetchone()
        self._log = RedoLog(self.path.with_name(self.path.name + "-redo"), generation)
        try:
            self._recover()
        except StoreError:
            self._database.close()
            raise

    def _recover(self) -> None:
        """Bring in what an earlier opener has left in the log. Errors: StoreError."""
        try:
            self._logged = self._log.replay()
        except OSError as error:
            raise self._failure("could not be recovered", error) from error
        if self._logged:
            self._bring_in()

    # -- reading -------------------------------------------------------------------------------------------------------------------

    def get(self, key: bytes) -> bytes | None:
        if key in self._pending:
            return self._pending[key]
        if key in self._logged:
            return self._logged[key]
        if key in self._recent:
            return self._recent[key]
        try:
            row = self._connection().execute(_GET, (key,)).fetchone()
        except sqlite3.Error as error:
            raise self._failure("could not be read", error) from error
        value = row[0] if row is not None else None
        self._keep(key, value)
        return value

    def _handed_over(self, rows: _Rows) -> None:
        """SQLite has these rows now: what is kept of rows that were read must agree, and short rows are kept."""
        recent = self._recent
        for key, value in rows.items():
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
        return self._overlaid(stored, low, high, reverse) if self._pending or self._logged else stored

    def _overlaid(self, stored: Iterator[tuple[bytes, bytes]], low: bytes, high: bytes, reverse: bool) -> Iterator[tuple[bytes, bytes]]:
        """The stored rows with the gathered and the logged ones laid over them."""
        if self._unsorted:
            self._sorted.update(self._unsorted)
            self._unsorted = []
        if next(self._sorted.irange(low, high, (True, False)), None) is None:
            yield from stored
            return
        pending, logged = self._pending, self._logged
        below = (row for row in stored if row[0] not in pending and row[0] not in logged)
        yield from merge(below, self._above(low, high, reverse), key=lambda row: row[0], reverse=reverse)

    def _above(self, low: bytes, high: bytes, reverse: bool) -> Iterator[tuple[bytes, bytes]]:
        """The gathered and the logged rows. Their keys are taken in batches, small ones first: most scans are over after the first row."""
        pending, logged = self._pending, self._logged
        with_low, with_high, size = True, False, _FIRST_BATCH
        while True:
            keys = list(islice(self._sorted.irange(low, high, (with_low, with_high), reverse), size))
            for key in keys:
                value = pending[key] if key in pending else logged.get(key)
                if value is not None:
                    yield key, value
            if len(keys) < size:
                return
            if reverse:
                high, with_high = keys[-1], False
            else:
                low, with_low = keys[-1], False
            size *= 4

    # -- writing -------------------------------------------------------------------------------------------------------------------

    @property
    def dirty(self) -> bool:
        return bool(self._pending) or self._begun

    def put(self, key: bytes, value: bytes) -> None:
        pending = self._pending
        if key not in pending and key not in self._logged:
            self._unsorted.append(key)
        pending[key] = value
        self._bytes += len(value)
        if self._bytes > SPILL_BYTES:
            self._spill()

    def delete(self, key: bytes) -> None:
        if key not in self._pending and key not in self._logged:
            self._unsorted.append(key)
        self._pending[key] = None

    def commit(self) -> None:
        if self._lost:
            raise self._failure("cannot be written", self._lost, final=True)
        if not self.dirty:
            return
        if self._begun or self._bytes > LOGGED_BYTES:
            self._commit_in_database()
            return
        if self._log.size > LOG_BYTES:
            self._bring_in()
        try:
            self._log.append(self._pending)
        except OSError as error:
            raise self._failure("could not be committed", error) from error
        self._logged.update(self._pending)
        self._pending.clear()
        self._bytes = 0

    def _bring_in(self) -> None:
        """Bring the rows of the log into the database, in a transaction of their own. Errors: StoreError; nothing has changed then."""
        self._hand_over(self._logged)
        self._end_transaction()
        self._handed_over(self._logged)
        self._log_is_over()
        self._order(self._pending)

    def _commit_in_database(self) -> None:
        """Commit the gathered rows with SQLite, and those of the log with them. Errors: StoreError."""
        if self._logged:
            self._hand_over(self._logged)
        self._hand_over(self._pending)
        self._end_transaction()
        self._handed_over(self._logged)
        self._handed_over(self._pending)
        self._log_is_over()
        self._forget()

    def _spill(self) -> None:
        """Hand over before the commit, and stop keeping the rows in memory. What is refused stays there; the commit will tell."""
        try:
            if self._logged:
                self._bring_in()
            self._hand_over(self._pending)
        except StoreError:
            return
        self._spilled = True
        self._handed_over(self._pending)
        self._pending.clear()
        self._bytes = 0
        self._order({})

    def _hand_over(self, rows: _Rows) -> None:
        """Give rows to SQLite, inside its transaction. A bytearray is bound as it is; for bytes the module looks for an adapter each time."""
        database = self._connection()
        try:
            if not self._begun:
                database.execute("BEGIN IMMEDIATE")
                self._begun = True
            gone = [(bytearray(key),) for key, value in rows.items() if value is None]
            if gone:
                database.executemany(_DELETE, gone)
            database.executemany(_PUT, [(bytearray(key), bytearray(value)) for key, value in rows.items() if value is not None])
        except sqlite3.Error as error:
            self._undo_partial(database)
            raise self._failure("could not be written", error, final=bool(self._lost)) from error

    def _end_transaction(self) -> None:
        database = self._connection()
        try:
            database.execute(_NEXT_GENERATION)
            database.execute("COMMIT")
        except sqlite3.Error as error:
            self._undo_partial(database)
            raise self._failure("could not be committed", error, final=bool(self._lost)) from error
        self._begun = False

    def _undo_partial(self, database: sqlite3.Connection) -> None:
        """After a failed write: keep what is gathered. What was handed over before in this transaction is lost with it."""
        if self._spilled:
            self._lost = "a part of the transaction that failed is lost"
            self._recent.clear()
        if database.in_transaction:
            database.execute("ROLLBACK")
        self._begun = False

    def _log_is_over(self) -> None:
        """The database has what the log has."""
        self._logged.clear()
        self._log.begin()

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
        try:
            if self._logged:
                self._bring_in()
        finally:
            database, self._database = self._database, None
            try:
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                database.close()
            except sqlite3.Error as error:
                raise self._failure("could not be closed", error) from error
        self._log.remove()

    # -- odds and ends -------------------------------------------------------------------------------------------------------------

    def _forget(self) -> None:
        """Nothing is gathered any more."""
        self._pending.clear()
        self._bytes = 0
        self._begun = False
        self._spilled = False
        self._order(self._logged)

    def _order(self, rows: _Rows) -> None:
        """These are all the rows that are laid over those of the database."""
        self._sorted.clear()
        self._unsorted = list(rows)

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
        if database.execute("PRAGMA user_version").fetchone()[0] < FORMAT_VERSION:
            database.execute(_TABLE)
            database.execute(_REDO_TABLE)
            database.execute("INSERT INTO redo VALUES (0)")
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
