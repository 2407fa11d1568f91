"""One suite for every store: an ordered map with transactions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vmsemu.store import sqlite as sqlite_module
from vmsemu.store.faulty import FaultyStore
from vmsemu.store.memory import MemoryStore
from vmsemu.store.port import Store, StoreError
from vmsemu.store.sqlite import SqliteStore

KINDS = ["memory", "sqlite", "faulty"]


def make(kind: str, folder: Path) -> Store:
    if kind == "sqlite":
        return SqliteStore(folder / "disk.vms")
    return FaultyStore(MemoryStore()) if kind == "faulty" else MemoryStore()


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = make(request.param, tmp_path)
    yield made
    made.close()


def everything(store: Store, reverse: bool = False) -> list[tuple[bytes, bytes]]:
    return list(store.scan(b"", b"\xff" * 8, reverse))


def test_a_key_that_was_never_put_is_absent(store: Store) -> None:
    assert store.get(b"A") is None


def test_a_store_reads_its_own_writes_before_commit(store: Store) -> None:
    store.put(b"A", b"1")
    assert store.get(b"A") == b"1"
    assert everything(store) == [(b"A", b"1")]


def test_a_scan_is_in_byte_order_and_leaves_out_the_high_key(store: Store) -> None:
    for key in (b"B", b"A", b"C", b"AB", b"A\0"):
        store.put(key, key.lower())
    store.commit()
    store.put(b"AA", b"aa")
    store.delete(b"B")
    assert [key for key, _ in store.scan(b"A", b"C")] == [b"A", b"A\0", b"AA", b"AB"]
    assert [key for key, _ in store.scan(b"A", b"C", reverse=True)] == [b"AB", b"AA", b"A\0", b"A"]


def test_an_empty_value_is_not_an_absent_key(store: Store) -> None:
    store.put(b"A", b"")
    store.commit()
    assert store.get(b"A") == b""


def test_deleting_an_absent_key_does_nothing(store: Store) -> None:
    store.delete(b"A")
    store.commit()
    assert everything(store) == []


def test_rollback_returns_to_the_last_commit(store: Store) -> None:
    store.put(b"A", b"1")
    store.put(b"B", b"1")
    store.commit()
    store.put(b"A", b"2")
    store.delete(b"B")
    store.put(b"C", b"2")
    store.rollback()
    assert everything(store) == [(b"A", b"1"), (b"B", b"1")]


def test_a_store_is_dirty_only_between_a_write_and_its_commit(store: Store) -> None:
    before = store.dirty
    store.put(b"A", b"1")
    written = store.dirty
    store.commit()
    assert (before, written, store.dirty) == (False, True, False)


def test_closing_twice_is_allowed(store: Store) -> None:
    store.close()
    store.close()


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.binary(max_size=2), st.binary(max_size=3)),
        st.tuples(st.just("delete"), st.binary(max_size=2), st.just(b"")),
        st.tuples(st.just("commit"), st.just(b""), st.just(b"")),
        st.tuples(st.just("rollback"), st.just(b""), st.just(b"")),
        st.tuples(st.just("stop"), st.just(b""), st.just(b"")),
    ),
    max_size=30,
)


def stopped(store: Store, folder: Path) -> Store:
    """The store as the next program finds it when this one was killed: a store in memory has nothing to find, and is rolled back."""
    if not isinstance(store, SqliteStore):
        store.rollback()
        return store
    assert store._database is not None
    store._database.close()
    return SqliteStore(folder / "disk.vms")


@pytest.mark.parametrize("log", [0, 60, 1 << 20], ids=["always full", "full soon", "long"])
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, low=st.binary(max_size=2), high=st.binary(max_size=2))
def test_a_store_agrees_with_a_dictionary(
    tmp_path_factory: pytest.TempPathFactory, kind: str, log: int, steps: list, low: bytes, high: bytes
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite_module, "LOG_BYTES", log)
        patch.setattr(sqlite_module, "LOGGED_BYTES", max(6, log // 2))
        agrees(tmp_path_factory.mktemp("model"), kind, steps, low, high)


def agrees(folder: Path, kind: str, steps: list, low: bytes, high: bytes) -> None:
    store = make(kind, folder)
    model: dict[bytes, bytes] = {}
    committed: dict[bytes, bytes] = {}
    for what, key, value in steps:
        if what == "put":
            store.put(key, value)
            model[key] = value
        elif what == "delete":
            store.delete(key)
            model.pop(key, None)
        elif what == "commit":
            store.commit()
            committed = dict(model)
        else:
            store = stopped(store, folder) if what == "stop" else store
            store.rollback()
            model = dict(committed)
    assert everything(store) == sorted(model.items())
    inside = sorted(row for row in model.items() if low <= row[0] < high)
    assert list(store.scan(low, high)) == inside
    assert list(store.scan(low, high, reverse=True)) == inside[::-1]
    store.close()


def test_a_large_transaction_spills_and_is_still_one_transaction(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_module, "SPILL_BYTES", 100)
    store = SqliteStore(tmp_path / "disk.vms")
    store.put(b"A", b"committed")
    store.commit()
    for number in range(50):
        store.put(b"K%02d" % number, b"x" * 20)
    store.delete(b"A")
    assert len(everything(store)) == 50
    store.rollback()
    assert everything(store) == [(b"A", b"committed")]
    store.close()


def test_a_faulty_store_fails_when_told_and_keeps_what_was_committed() -> None:
    inner = MemoryStore()
    store = FaultyStore(inner)
    store.put(b"A", b"1")
    store.commit()
    store.fail_after(1)
    store.put(b"A", b"2")
    with pytest.raises(StoreError):
        store.commit()
    assert list(inner.committed().scan(b"", b"Z")) == [(b"A", b"1")]




def test_a_refused_commit_changes_nothing_and_may_be_tried_again() -> None:
    inner = MemoryStore()
    store = FaultyStore(inner)
    store.put(b"A", b"1")
    store.fail_commits(2)
    for _ in range(2):
        with pytest.raises(StoreError):
            store.commit()
        assert everything(inner.committed()) == []
    assert (store.dirty, store.get(b"A")) == (True, b"1")
    store.commit()
    assert everything(inner.committed()) == [(b"A", b"1")]
