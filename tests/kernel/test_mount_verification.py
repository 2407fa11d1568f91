"""A medium that refuses commits: everything waits, nothing is promised, nothing is lost; after an hour the node gives up."""

from __future__ import annotations

import pytest

from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.kernel.clock import VirtualClock
from vmsemu.kernel.kernel import CommitError, Committer, Kernel, sleep
from vmsemu.store.faulty import FaultyStore
from vmsemu.store.memory import MemoryStore
from vmsemu.store.port import StoreError

NOW = VmsTime.of(2001, 5, 14, 10)


class Told:
    def __init__(self) -> None:
        self.heard: list[str] = []

    def offline(self, committer: Committer, error: CommitError) -> None:
        self.heard.append("offline")

    def online(self, committer: Committer) -> None:
        self.heard.append("online")

    def given_up(self, committer: Committer) -> None:
        self.heard.append("given up")


class Machine:
    """A kernel whose one medium is `store`, and a task that writes, waits until that is durable, and works on."""

    def __init__(self) -> None:
        self.store = FaultyStore(MemoryStore())
        self.kernel = Kernel(VirtualClock(NOW))
        self.kernel.committers.append(self.store)
        self.told = Told()
        self.kernel.watchers.append(self.told)
        self.events: list[str] = []
        self.kernel.start(self.writer(), "WRITER")
        self.kernel.start(self.other(), "OTHER")

    async def writer(self) -> None:
        self.store.put(b"A", b"1")
        await self.kernel.durable()
        self.events.append(f"promised {(self.kernel.now - NOW) // 10_000_000}")

    async def other(self) -> None:
        await sleep(self.kernel, DeltaTime.of(seconds=3))
        self.events.append(f"other {(self.kernel.now - NOW) // 10_000_000}")

    def after(self, **delta: int) -> None:
        self.kernel.run_until(VmsTime(NOW + DeltaTime.of(**delta)))


def test_nothing_is_promised_and_nobody_runs_until_the_commit_comes_through() -> None:
    machine = Machine()
    machine.store.fail_commits(3)
    machine.after(seconds=25)
    assert (machine.events, machine.told.heard) == ([], ["offline"])
    machine.after(seconds=40)
    assert (sorted(machine.events), machine.told.heard) == (["other 30", "promised 30"], ["offline", "online"])
    assert machine.store.inner.committed().get(b"A") == b"1"  # type: ignore[attr-defined]


def test_after_an_hour_the_node_gives_up_with_what_was_committed() -> None:
    machine = Machine()
    machine.store.fail_commits(100_000)
    with pytest.raises(StoreError):
        machine.after(hours=2)
    assert machine.told.heard == ["offline", "given up"]
    assert machine.events == []
    assert machine.kernel.now - NOW == DeltaTime.of(hours=1)
    assert machine.store.inner.committed().get(b"A") is None  # type: ignore[attr-defined]


def test_a_node_that_is_to_end_does_not_wait() -> None:
    machine = Machine()
    machine.store.fail_commits(100_000)
    machine.after(seconds=12)
    machine.kernel.patient = False
    with pytest.raises(StoreError):
        machine.kernel.tick()
    assert machine.told.heard == ["offline", "given up"]


def test_a_medium_that_lost_a_part_of_the_transaction_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine()

    def lost() -> None:
        raise StoreError("lost", final=True)

    monkeypatch.setattr(machine.store, "commit", lost)
    with pytest.raises(StoreError, match="lost"):
        machine.after(seconds=1)
    assert machine.told.heard == []


def test_without_anybody_to_tell_a_refused_commit_is_an_error() -> None:
    machine = Machine()
    machine.kernel.watchers.clear()
    machine.store.fail_commits(1)
    with pytest.raises(StoreError):
        machine.after(seconds=1)
