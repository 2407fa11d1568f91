"""The SQLite store: one file, one opener, crash-safe."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from vmsemu.store import redo
from vmsemu.store import sqlite as sqlite_module
from vmsemu.store.port import StoreError
from vmsemu.store.sqlite import SqliteStore


def test_the_closed_file_alone_is_the_whole_medium(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "a.vms")
    store.put(b"A", b"1")
    store.commit()
    store.close()
    assert os.listdir(tmp_path) == ["a.vms"]
    shutil.copy(tmp_path / "a.vms", tmp_path / "b.vms")
    copy = SqliteStore(tmp_path / "b.vms")
    assert copy.get(b"A") == b"1"
    copy.close()


def test_what_is_not_committed_is_gone_after_close(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "a.vms")
    store.put(b"A", b"1")
    store.close()
    again = SqliteStore(tmp_path / "a.vms")
    assert again.get(b"A") is None
    again.close()


def test_a_second_opener_is_told_who_has_the_file(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "a.vms")
    with pytest.raises(StoreError, match=r"in use by another node.*not changed"):
        SqliteStore(tmp_path / "a.vms")
    store.put(b"A", b"1")
    store.commit()
    store.close()


def test_a_second_opener_in_another_program_is_refused_too(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "a.vms")
    program = f"import sqlite3; sqlite3.connect({str(tmp_path / 'a.vms')!r}, timeout=0).execute('SELECT * FROM rows')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "locked" in done.stderr
    store.close()


def test_a_database_of_somebody_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE t (x)")
    other.commit()
    other.close()
    before = (tmp_path / "other.db").read_bytes()
    with pytest.raises(StoreError, match="not a disk of this machine"):
        SqliteStore(tmp_path / "other.db")
    assert (tmp_path / "other.db").read_bytes() == before
    assert os.listdir(tmp_path) == ["other.db"]


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"shopping list\n" * 100)
    with pytest.raises(StoreError, match="not a disk of this machine"):
        SqliteStore(tmp_path / "notes.txt")
    assert (tmp_path / "notes.txt").read_bytes() == b"shopping list\n" * 100


def test_a_missing_file_is_not_made_when_creation_is_not_wanted(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no disk file"):
        SqliteStore(tmp_path / "a.vms", create=False)
    assert os.listdir(tmp_path) == []


def test_a_killed_program_leaves_the_last_committed_state(tmp_path: Path) -> None:
    program = (
        "import os, signal\n"
        "from vmsemu.store.sqlite import SqliteStore\n"
        f"store = SqliteStore({str(tmp_path / 'a.vms')!r})\n"
        "store.put(b'A', b'1'); store.commit()\n"
        "store.put(b'A', b'2'); store.put(b'B', b'2'); store._hand_over(store._pending)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[2])
    assert done.returncode == -signal.SIGKILL
    store = SqliteStore(tmp_path / "a.vms")
    assert list(store.scan(b"", b"Z")) == [(b"A", b"1")]
    store.close()


def test_a_store_that_fails_to_commit_keeps_its_writes_for_another_try(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "a.vms")
    store.put(b"A", b"1")
    store.commit()
    assert store._database is not None
    store._database.execute("PRAGMA max_page_count = 4")
    store.put(b"B", b"x" * 300_000)
    with pytest.raises(StoreError, match="full"):
        store.commit()
    assert store.get(b"B") == b"x" * 300_000
    store._database.execute("PRAGMA max_page_count = 100000")
    store.commit()
    store.close()
    again = SqliteStore(tmp_path / "a.vms")
    assert again.get(b"B") == b"x" * 300_000
    again.close()


def limited(path: Path, pages: int) -> SqliteStore:
    """A store on a medium that has room for so many pages."""
    store = SqliteStore(path)
    assert store._database is not None
    store._database.execute(f"PRAGMA max_page_count = {pages}")
    return store


def test_writing_more_than_fits_is_refused_at_the_commit_and_not_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_module, "SPILL_BYTES", 30_000)
    monkeypatch.setattr(sqlite_module, "LOGGED_BYTES", 30_000)
    store = limited(tmp_path / "a.vms", 10)
    store.put(b"A", b"x" * 300_000)
    store.put(b"B", b"1")
    with pytest.raises(StoreError, match="full") as caught:
        store.commit()
    assert not caught.value.final
    assert store._database is not None
    store._database.execute("PRAGMA max_page_count = 1000")
    store.commit()
    store.close()
    again = SqliteStore(tmp_path / "a.vms")
    assert [key for key, _ in again.scan(b"", b"Z")] == [b"A", b"B"]
    again.close()


def test_a_transaction_of_which_a_part_is_lost_is_never_committed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_module, "SPILL_BYTES", 10_000)
    store = limited(tmp_path / "a.vms", 10)
    store.put(b"A", b"committed")
    store.commit()
    for number in range(10):
        store.put(b"K%d" % number, b"x" * 11_000)
    for _ in range(2):
        with pytest.raises(StoreError) as caught:
            store.commit()
        assert caught.value.final
    store.rollback()
    assert list(store.scan(b"", b"Z")) == [(b"A", b"committed")]
    store.close()


@pytest.mark.parametrize("recent", [0, 700, 1 << 20])
def test_a_read_gives_what_was_written_last_however_much_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recent: int
) -> None:
    monkeypatch.setattr(sqlite_module, "SPILL_BYTES", 3000)
    monkeypatch.setattr(sqlite_module, "RECENT_BYTES", recent)
    store = SqliteStore(tmp_path / "a.vms")
    committed: dict[bytes, bytes] = {}
    for turn in range(60):
        now = dict(committed)
        for number in range(turn % 7):
            key = b"K%d" % ((turn * 5 + number) % 11)
            if (turn + number) % 5 == 0:
                store.delete(key)
                now.pop(key, None)
            else:
                now[key] = b"%d " % turn * (1 if number % 2 else 300)
                store.put(key, now[key])
            assert all(store.get(b"K%d" % n) == now.get(b"K%d" % n) for n in range(11))
        if turn % 4 == 3:
            store.rollback()
        else:
            store.commit()
            committed = now
        assert all(store.get(b"K%d" % n) == committed.get(b"K%d" % n) for n in range(11))
        assert dict(store.scan(b"", b"Z")) == committed
    store.close()


def test_what_is_in_the_log_only_outlives_a_killed_program(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "a.vms")
    for number in range(3):
        store.put(b"A", b"%d" % number)
        store.put(b"B%d" % number, b"")
        store.commit()
    store.delete(b"B1")
    store.commit()
    for name in os.listdir(tmp_path):
        shutil.copy(tmp_path / name, tmp_path / name.replace("a.", "killed."))
    store.close()
    killed = SqliteStore(tmp_path / "killed.vms")
    assert list(killed.scan(b"", b"Z")) == [(b"A", b"2"), (b"B0", b""), (b"B2", b"")]
    killed.close()
    assert sorted(os.listdir(tmp_path)) == ["a.vms", "killed.vms"]


def test_a_record_that_is_not_whole_ends_the_log(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "a.vms")
    for number in range(3):
        store.put(b"A%d" % number, b"x" * 100)
        store.commit()
    shutil.copy(tmp_path / "a.vms", tmp_path / "b.vms")
    shutil.copy(tmp_path / "a.vms-wal", tmp_path / "b.vms-wal")
    log = bytearray((tmp_path / "a.vms-redo").read_bytes())
    log[log.rindex(b"A1") + 50] ^= 1
    (tmp_path / "b.vms-redo").write_bytes(log)
    store.close()
    damaged = SqliteStore(tmp_path / "b.vms")
    assert [key for key, _ in damaged.scan(b"", b"Z")] == [b"A0"]
    damaged.close()


def test_a_log_of_an_earlier_time_is_not_taken_for_a_new_one(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "a.vms")
    store.put(b"A", b"old")
    store.commit()
    shutil.copy(tmp_path / "a.vms-redo", tmp_path / "kept")
    store.close()
    store = SqliteStore(tmp_path / "a.vms")
    store.put(b"A", b"new")
    store.commit()
    store.close()
    shutil.copy(tmp_path / "kept", tmp_path / "a.vms-redo")
    store = SqliteStore(tmp_path / "a.vms")
    assert store.get(b"A") == b"new"
    store.close()


@pytest.mark.parametrize("what", ["pwrite", "fdatasync"])
def test_a_log_that_cannot_be_written_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    store = SqliteStore(tmp_path / "a.vms")
    store.put(b"A", b"1")
    store.commit()

    def refuse(*arguments: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(redo, what, refuse)
        store.put(b"A", b"2")
        for _ in range(2):
            with pytest.raises(StoreError, match="No space left") as caught:
                store.commit()
            assert not caught.value.final and store.dirty
    store.put(b"B", b"2")
    store.commit()
    assert not store.dirty
    for name in os.listdir(tmp_path):
        shutil.copy(tmp_path / name, tmp_path / name.replace("a.", "killed."))
    store.close()
    killed = SqliteStore(tmp_path / "killed.vms")
    assert list(killed.scan(b"", b"Z")) == [(b"A", b"2"), (b"B", b"2")]
    killed.close()


def test_after_a_sync_that_failed_the_records_are_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SqliteStore(tmp_path / "a.vms")
    store.put(b"A", b"1")
    store.commit()

    def lose(file: int) -> None:
        os.truncate(tmp_path / "a.vms-redo", 0)  # what a medium may make of what it has not taken
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(redo, "fdatasync", lose)
        store.put(b"A", b"2")
        with pytest.raises(StoreError):
            store.commit()
    writes: list[bytes] = []
    monkeypatch.setattr(redo, "pwrite", lambda file, data, at: writes.append(bytes(data)) or len(data))
    store.commit()
    assert len(writes) == 1 and writes[0].endswith(b"A2")
    store.close()


def test_a_disk_of_the_first_format_is_opened_and_kept(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "a.vms")
    old.executescript(
        f"PRAGMA application_id = {sqlite_module.APPLICATION_ID}; PRAGMA user_version = 1;"
        "CREATE TABLE rows (key BLOB PRIMARY KEY NOT NULL, value BLOB NOT NULL);"
        "INSERT INTO rows VALUES (x'41', x'31');"
    )
    old.close()
    for value in (b"1", b"2"):
        store = SqliteStore(tmp_path / "a.vms")
        assert store.get(b"A") == value
        store.put(b"A", b"2")
        store.commit()
        store.close()


def test_a_close_for_which_the_file_has_no_room_keeps_the_log(tmp_path: Path) -> None:
    store = limited(tmp_path / "a.vms", 6)
    store.put(b"A", b"x" * 100_000)
    store.commit()
    with pytest.raises(StoreError, match="full"):
        store.close()
    again = SqliteStore(tmp_path / "a.vms")
    assert again.get(b"A") == b"x" * 100_000
    again.close()
