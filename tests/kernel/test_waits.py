"""Event flags, completions, wait queues, and the barrier before a promise."""

from __future__ import annotations

import pytest

from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.kernel.clock import VirtualClock
from vmsemu.kernel.event import Completion, EventFlag, TimedOut, WaitQueue
from vmsemu.kernel.kernel import Kernel
from vmsemu.kernel.task import Task

START = VmsTime.of(2001, 5, 14, 10)
NOON = VmsTime.of(2001, 5, 14, 12)


class Break(BaseException):
    """An interrupt."""


@pytest.fixture
def kernel() -> Kernel:
    return Kernel(VirtualClock(START))


def start_waiter(kernel: Kernel, flag: EventFlag, seen: list[str], name: str) -> Task:
    async def body() -> None:
        await flag.wait()
        seen.append(name)

    return kernel.start(body(), name)


def test_setting_a_flag_releases_everyone_in_order_of_waiting(kernel: Kernel) -> None:
    flag, seen = EventFlag(kernel), list[str]()
    for name in "abc":
        start_waiter(kernel, flag, seen, name)
    kernel.run_until_idle()
    assert seen == []
    flag.set()
    kernel.run_until_idle()
    assert seen == ["a", "b", "c"]


def test_a_flag_stays_set_until_it_is_cleared(kernel: Kernel) -> None:
    flag, seen = EventFlag(kernel), list[str]()
    flag.set()
    start_waiter(kernel, flag, seen, "a")
    kernel.run_until_idle()
    flag.clear()
    start_waiter(kernel, flag, seen, "b")
    kernel.run_until_idle()
    assert seen == ["a"]


def test_an_interrupted_waiter_does_not_disturb_the_others(kernel: Kernel) -> None:
    flag, seen = EventFlag(kernel), list[str]()
    tasks = [start_waiter(kernel, flag, seen, name) for name in "abc"]
    for task in tasks:
        task.on_exit.append(lambda _: None)
    kernel.run_until_idle()
    tasks[1].interrupt(Break())
    kernel.run_until_idle()
    flag.set()
    kernel.run_until_idle()
    assert seen == ["a", "c"]


def test_a_wait_times_out_at_its_deadline_and_no_timer_is_left_behind(kernel: Kernel) -> None:
    flag = EventFlag(kernel)

    async def body() -> str:
        try:
            await flag.wait(deadline=NOON)
        except TimedOut:
            return kernel.now.to_text()[12:17]
        return "set"

    late, early = kernel.start(body(), "late"), None
    kernel.run_until(VmsTime(NOON + DeltaTime.of(hours=1)))
    assert late.result == "12:00"
    kernel.clock = VirtualClock(START)
    early = kernel.start(body(), "early")
    kernel.run_until_idle()
    flag.set()
    kernel.run_until_idle()
    assert early.result == "set"
    assert kernel.next_deadline() is None


def test_a_completion_gives_its_first_value_to_all(kernel: Kernel) -> None:
    completion: Completion[int] = Completion(kernel)
    tasks = [kernel.start(completion.wait(), "x") for _ in range(2)]
    kernel.run_until_idle()
    assert not completion.done
    completion.complete(5)
    completion.complete(6)
    completion.fail(RuntimeError())
    tasks.append(kernel.start(completion.wait(), "x"))
    kernel.run_until_idle()
    assert [task.result for task in tasks] == [5, 5, 5]


def test_a_completion_that_failed_raises_where_it_is_awaited(kernel: Kernel) -> None:
    completion: Completion[int] = Completion(kernel)
    completion.fail(LookupError("gone"))
    task = kernel.start(completion.wait(), "x")
    task.on_exit.append(lambda _: None)
    kernel.run_until_idle()
    assert str(task.error) == "gone"


def start_reader(kernel: Kernel, queue: WaitQueue[int], seen: list[tuple[str, int]], name: str) -> Task:
    async def body() -> None:
        seen.append((name, await queue.get()))

    task = kernel.start(body(), name)
    task.on_exit.append(lambda _: None)
    return task


def test_a_wait_queue_keeps_the_order_of_items_and_of_readers(kernel: Kernel) -> None:
    queue, seen = WaitQueue[int](kernel), list[tuple[str, int]]()
    for name in "abc":
        start_reader(kernel, queue, seen, name)
    kernel.run_until_idle()
    for item in (1, 2, 3, 4):
        queue.put(item)
    kernel.run_until_idle()
    assert seen == [("a", 1), ("b", 2), ("c", 3)]
    queue.put_back(0)
    assert (queue.get_nowait(), queue.get_nowait(), queue.get_nowait(), len(queue)) == (0, 4, None, 0)


def test_an_item_goes_to_the_next_reader_when_the_chosen_one_is_interrupted(kernel: Kernel) -> None:
    queue, seen = WaitQueue[int](kernel), list[tuple[str, int]]()
    first = start_reader(kernel, queue, seen, "first")
    start_reader(kernel, queue, seen, "second")
    kernel.run_until_idle()
    queue.put(1)
    first.interrupt(Break())
    kernel.run_until_idle()
    assert seen == [("second", 1)]


def test_reading_an_empty_queue_times_out(kernel: Kernel) -> None:
    queue = WaitQueue[int](kernel)

    async def body() -> str:
        try:
            return str(await queue.get(deadline=NOON))
        except TimedOut:
            return "timed out"

    task = kernel.start(body(), "x")
    kernel.run_until(NOON)
    assert task.result == "timed out"


class Store:
    """A committer that counts."""

    def __init__(self) -> None:
        self.dirty = False
        self.commits = 0

    def commit(self) -> None:
        self.commits += 1
        self.dirty = False


def test_the_barrier_returns_only_after_the_commit_of_what_was_written(kernel: Kernel) -> None:
    store = Store()
    kernel.committers.append(store)
    seen: list[str] = []

    async def body(name: str) -> None:
        store.dirty = True
        seen.append(f"{name} wrote")
        await kernel.durable()
        seen.append(f"{name} after {store.commits}")

    for name in "ab":
        kernel.start(body(name), name)
    kernel.run_until_idle()
    assert seen == ["a wrote", "b wrote", "a after 1", "b after 1"]


def test_the_barrier_does_not_wait_when_nothing_was_written(kernel: Kernel) -> None:
    store = Store()
    kernel.committers.append(store)
    task = kernel.start(kernel.durable(), "x")
    kernel.tick()
    assert task.finished
    assert store.commits == 0


def test_a_store_that_cannot_commit_lets_nobody_pass_the_barrier(kernel: Kernel) -> None:
    class Broken(Store):
        def commit(self) -> None:
            raise RuntimeError("disk gone")

    store = Broken()
    kernel.committers.append(store)

    async def body() -> None:
        store.dirty = True
        await kernel.durable()

    task = kernel.start(body(), "x")
    with pytest.raises(RuntimeError, match="disk gone"):
        kernel.tick()
    assert not task.finished
