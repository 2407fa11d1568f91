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
        "store.put(b'A', b'2'); store.put(b'B', b'2'); store._hand_over()\n"
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
    store.put(b"B", b"x" * 100_000)
    with pytest.raises(StoreError, match="full"):
        store.commit()
    assert store.get(b"B") == b"x" * 100_000
    store._database.execute("PRAGMA max_page_count = 100000")
    store.commit()
    store.close()
    again = SqliteStore(tmp_path / "a.vms")
    assert again.get(b"B") == b"x" * 100_000
    again.close()


def limited(path: Path, pages: int) -> SqliteStore:
    """A store on a medium that has room for so many pages."""
    store = SqliteStore(path)
    assert store._database is not None
    store._database.execute(f"PRAGMA max_page_count = {pages}")
    return store


def test_writing_more_than_fits_is_refused_at_the_commit_and_not_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_module, "SPILL_BYTES", 30_000)
    store = limited(tmp_path / "a.vms", 10)
    store.put(b"A", b"x" * 100_000)
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
