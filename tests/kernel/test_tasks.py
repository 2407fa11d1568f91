"""Tasks: who runs when, what ends a wait, what happens to results and errors."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.kernel.clock import VirtualClock
from vmsemu.kernel.event import EventFlag
from vmsemu.kernel.kernel import GATHERING, Kernel, give_way, sleep, sleep_until
from vmsemu.kernel.task import ProcessState, Task, waiting

START = VmsTime.of(2001, 5, 14, 10)


class Break(BaseException):
    """A low-ranked interrupt."""


class Delete(BaseException):
    """A high-ranked interrupt."""

    rank = 2


@pytest.fixture
def kernel() -> Kernel:
    return Kernel(VirtualClock(START))


def watched(task: Task) -> Task:
    task.on_exit.append(lambda _: None)
    return task


def test_the_highest_priority_runs_first_and_equals_in_order_of_readiness(kernel: Kernel) -> None:
    seen: list[str] = []

    async def body(name: str) -> None:
        seen.append(name)

    for name, priority in (("a", 4), ("b", 4), ("c", 9), ("d", 1)):
        kernel.start(body(name), name, priority)
    kernel.run_until_idle()
    assert seen == ["c", "a", "b", "d"]


def test_giving_way_lets_the_others_run_in_turn(kernel: Kernel) -> None:
    seen: list[str] = []

    async def body(name: str) -> None:
        for at in range(3):
            seen.append(f"{name}{at}")
            await give_way()

    kernel.start(body("a"), "a")
    kernel.start(body("b"), "b")
    kernel.run_until_idle()
    assert seen == ["a0", "b0", "a1", "b1", "a2", "b2"]


def test_a_loop_that_gives_way_does_not_keep_timers_from_firing(kernel: Kernel) -> None:
    stop = False

    async def spin() -> None:
        while not stop:
            await give_way()

    def finish() -> None:
        nonlocal stop
        stop = True

    task = kernel.start(spin(), "spin")
    kernel.tick()
    assert not task.finished
    kernel.call_at(kernel.now, finish)
    kernel.run_until_idle()
    assert task.finished


def test_the_result_and_the_error_of_a_body_reach_on_exit(kernel: Kernel) -> None:
    async def good() -> int:
        return 5

    async def bad() -> None:
        raise RuntimeError("broken")

    ends: list[Task] = []
    for body in (good(), bad()):
        kernel.start(body, "x").on_exit.append(ends.append)
    kernel.run_until_idle()
    assert ends[0].result == 5
    assert str(ends[1].error) == "broken"


def test_an_error_nobody_waits_for_is_a_bugcheck_of_that_task_alone(kernel: Kernel) -> None:
    seen: list[str] = []

    async def bad() -> None:
        raise RuntimeError

    async def good() -> None:
        await sleep(kernel, DeltaTime.of(seconds=1))
        seen.append("good")

    kernel.on_bugcheck = lambda task, error: seen.append(task.name)
    kernel.start(bad(), "bad")
    kernel.start(good(), "good")
    kernel.run_until(VmsTime(START + DeltaTime.of(seconds=2)))
    assert seen == ["bad", "good"]


def test_the_end_of_the_host_program_is_no_bugcheck(kernel: Kernel) -> None:
    async def body() -> None:
        raise KeyboardInterrupt

    kernel.on_bugcheck = lambda task, error: None
    kernel.start(body(), "x")
    with pytest.raises(KeyboardInterrupt):
        kernel.tick()


def test_a_task_shows_the_state_of_its_wait(kernel: Kernel) -> None:
    flag = EventFlag(kernel)

    async def body() -> None:
        await flag.wait()
        await sleep(kernel, DeltaTime.of(seconds=1))

    task = kernel.start(body(), "x")
    assert task.state is ProcessState.COM
    kernel.run_until_idle()
    assert task.state is ProcessState.LEF
    flag.set()
    kernel.run_until_idle()
    assert task.state is ProcessState.HIB


def test_virtual_time_jumps_from_timer_to_timer(kernel: Kernel) -> None:
    seen: list[str] = []

    async def body(hours: int) -> None:
        await sleep(kernel, DeltaTime.of(hours=hours))
        seen.append(kernel.now.to_text()[12:17])

    for hours in (3, 1, 2):
        kernel.start(body(hours), str(hours))
    kernel.run_until(VmsTime.of(2001, 5, 14, 12))
    assert seen == ["11:00", "12:00"]
    assert kernel.now == VmsTime.of(2001, 5, 14, 12)
    assert kernel.run_until_done(lambda: len(seen) == 3)
    assert kernel.now == VmsTime.of(2001, 5, 14, 13)


def test_run_until_done_stops_at_its_limit(kernel: Kernel) -> None:
    task = kernel.start(sleep(kernel, DeltaTime.of(hours=5)), "x")  # type: ignore[arg-type]
    assert not kernel.run_until_done(lambda: task.finished, VmsTime.of(2001, 5, 14, 11))
    assert kernel.now == START


def test_timers_of_one_moment_fire_in_the_order_in_which_they_were_set(kernel: Kernel) -> None:
    seen: list[int] = []
    when = VmsTime(START + DeltaTime.of(1))
    timers = [kernel.call_at(when, lambda at=at: seen.append(at)) for at in range(5)]  # type: ignore[misc]
    timers[2].cancel()
    kernel.run_until(when)
    assert seen == [0, 1, 3, 4]


def test_a_timer_may_cancel_another_of_the_same_moment(kernel: Kernel) -> None:
    seen: list[str] = []
    kernel.call_at(START, lambda: other.cancel())
    other = kernel.call_at(START, lambda: seen.append("other"))
    kernel.tick()
    assert seen == []
    assert kernel.next_deadline() is None


def test_a_timer_set_for_the_past_waits_for_the_next_tick(kernel: Kernel) -> None:
    count = 0

    def again() -> None:
        nonlocal count
        count += 1
        kernel.call_at(VmsTime(0), again)

    kernel.call_at(VmsTime(0), again)
    kernel.tick()
    assert count == 1
    kernel.tick()
    assert count == 2


def test_an_interrupt_breaks_a_wait_and_the_late_waker_is_ignored(kernel: Kernel) -> None:
    seen: list[str] = []

    async def body() -> None:
        try:
            await sleep(kernel, DeltaTime.of(hours=1))
        except Break:
            seen.append("broken")
        await sleep(kernel, DeltaTime.of(hours=3))
        seen.append(kernel.now.to_text()[12:17])

    task = kernel.start(body(), "x")
    kernel.run_until_idle()
    task.interrupt(Break())
    kernel.run_until(VmsTime.of(2001, 5, 14, 20))
    assert seen == ["broken", "13:00"]


def test_an_interrupt_of_a_running_task_arrives_at_its_next_wait(kernel: Kernel) -> None:
    seen: list[str] = []

    async def body() -> None:
        task.interrupt(Break())
        seen.append("still running")
        try:
            await give_way()
        except Break:
            seen.append("broken")

    task = kernel.start(body(), "x")
    kernel.run_until_idle()
    assert seen == ["still running", "broken"]


def test_a_lower_interrupt_does_not_replace_a_higher_one(kernel: Kernel) -> None:
    async def body() -> None:
        await sleep(kernel, DeltaTime.of(1))

    for errors, wins in (([Delete(), Break()], Delete), ([Break(), Delete()], Delete)):
        task = watched(kernel.start(body(), "x"))
        kernel.run_until_idle()
        for error in errors:
            task.interrupt(error)
        kernel.run_until_idle()
        assert isinstance(task.error, wins)


def test_a_task_can_be_interrupted_before_it_ever_ran(kernel: Kernel) -> None:
    async def body() -> None:
        raise AssertionError("ran")

    task = watched(kernel.start(body(), "x"))
    task.interrupt(Delete())
    kernel.run_until_idle()
    assert isinstance(task.error, Delete)


def test_a_finished_task_takes_no_interrupts_and_no_wakeups(kernel: Kernel) -> None:
    wakers: list[Callable[[object], None]] = []

    async def body() -> None:
        await waiting(ProcessState.LEF, lambda task: wakers.append(task.waker()))

    task = kernel.start(body(), "x")
    kernel.run_until_idle()
    wakers[0](None)
    wakers[0](None)
    kernel.run_until_idle()
    task.interrupt(Break())
    wakers[0](None)
    kernel.run_until_idle()
    assert task.finished
    assert task.error is None


def test_a_wait_that_ends_while_it_is_armed_is_disarmed(kernel: Kernel) -> None:
    disarmed: list[bool] = []

    async def body() -> object:
        def arm(task: Task) -> Callable[[], None]:
            task.waker()("at once")
            return lambda: disarmed.append(True)

        return await waiting(ProcessState.LEF, arm)

    task = kernel.start(body(), "x")
    kernel.run_until_idle()
    assert (task.result, disarmed) == ("at once", [True])


def test_what_arming_raises_arrives_where_the_body_waits(kernel: Kernel) -> None:
    def arm(task: Task) -> None:
        raise LookupError

    async def body() -> str:
        try:
            await waiting(ProcessState.LEF, arm)
        except LookupError:
            return "caught"
        return "missed"

    task = kernel.start(body(), "x")
    kernel.run_until_idle()
    assert task.result == "caught"


def test_awaiting_what_the_kernel_does_not_know_fails_that_task_alone(kernel: Kernel) -> None:
    class Foreign:
        def __await__(self):  # type: ignore[no-untyped-def]
            yield "a future"

    async def body() -> None:
        await Foreign()

    task = watched(kernel.start(body(), "x"))
    other = kernel.start(sleep_until(kernel, START), "y")  # type: ignore[arg-type]
    kernel.run_until_idle()
    assert isinstance(task.error, TypeError)
    assert other.finished


def test_a_suspended_task_runs_only_when_it_is_resumed(kernel: Kernel) -> None:
    seen: list[str] = []

    async def body() -> None:
        await sleep(kernel, DeltaTime.of(hours=1))
        seen.append(kernel.now.to_text()[12:17])

    task = kernel.start(body(), "x")
    kernel.run_until_idle()
    task.suspend()
    kernel.run_until(VmsTime.of(2001, 5, 14, 12))
    assert seen == []
    task.resume()
    kernel.run_until_idle()
    assert seen == ["12:00"]


def test_resuming_a_task_that_still_waits_changes_nothing(kernel: Kernel) -> None:
    flag = EventFlag(kernel)

    async def main() -> None:
        await flag.wait()

    task = kernel.start(main(), "x")
    kernel.run_until_idle()
    task.suspend()
    task.resume()
    kernel.run_until_idle()
    assert not task.finished
    flag.set()
    kernel.run_until_idle()
    assert task.finished


def test_posted_events_run_at_the_next_tick_and_wake_the_driver(kernel: Kernel) -> None:
    woken: list[bool] = []
    seen: list[int] = []
    kernel.wake_driver = lambda: woken.append(True)
    kernel.post(seen.append, 1)
    kernel.post(seen.append, 2)
    assert seen == []
    assert not kernel.idle
    kernel.tick()
    assert seen == [1, 2]
    assert kernel.idle
    assert woken == [True, True]


def test_timers_that_were_cancelled_do_not_pile_up(kernel: Kernel) -> None:
    fired: list[int] = []
    late = VmsTime(START + DeltaTime.of(hours=1))
    for at in range(20_000):
        kernel.call_at(late, lambda: fired.append(0)).cancel()
        if at % 5000 == 0:
            kernel.call_at(VmsTime(START + DeltaTime(1 + at)), lambda at=at: fired.append(at))
    assert len(kernel._timers) < 3000
    kernel.run_until(late)
    assert fired == [0, 5000, 10_000, 15_000]


class Medium:
    """Counts its commits."""

    def __init__(self) -> None:
        self.dirty = False
        self.commits = 0

    def commit(self) -> None:
        self.dirty = False
        self.commits += 1


def write_in_a_tick(kernel: Kernel, medium: Medium, then: Callable[[], object] = lambda: None) -> None:
    async def body() -> None:
        medium.dirty = True
        then()

    kernel.start(body(), "writer")
    kernel.tick()


def test_what_nobody_waits_for_is_committed_when_the_deferral_is_over() -> None:
    clock = VirtualClock(START)
    kernel, medium = Kernel(clock), Medium()
    kernel.committers.append(medium)
    kernel.deferral = DeltaTime(1000)
    write_in_a_tick(kernel, medium)
    assert medium.commits == 0
    assert kernel.next_deadline() == START + 1000
    write_in_a_tick(kernel, medium)
    clock.advance_to(VmsTime(START + 999))
    kernel.tick()
    assert medium.commits == 0
    clock.advance_to(VmsTime(START + 1000))
    kernel.tick()
    assert (medium.commits, kernel.next_deadline()) == (1, None)


def test_what_somebody_waits_for_is_committed_once_nothing_else_is_to_do_with_all_before_it() -> None:
    kernel, medium = Kernel(VirtualClock(START)), Medium()
    kernel.committers.append(medium)
    kernel.deferral = DeltaTime.of(hours=1)
    write_in_a_tick(kernel, medium)
    waiters = [kernel.start(kernel.durable(), "waiter")]
    kernel.tick()
    waiters.append(kernel.start(kernel.durable(), "another"))
    kernel.tick()
    assert medium.commits == 0
    kernel.tick()
    assert (medium.commits, medium.dirty) == (1, False)
    kernel.tick()
    assert all(waiter.finished for waiter in waiters)


def test_who_waits_does_not_wait_for_long_however_busy_the_node_is() -> None:
    clock = VirtualClock(START)
    kernel, medium = Kernel(clock), Medium()
    kernel.committers.append(medium)
    kernel.deferral = DeltaTime.of(hours=1)
    write_in_a_tick(kernel, medium)
    kernel.start(kernel.durable(), "waiter")
    kernel.tick()
    clock.advance_to(VmsTime(START + GATHERING - 1))
    write_in_a_tick(kernel, medium)
    assert medium.commits == 0
    clock.advance_to(VmsTime(START + GATHERING))
    write_in_a_tick(kernel, medium)
    assert medium.commits == 1


def test_what_must_not_be_forgotten_is_not_put_off() -> None:
    kernel, medium = Kernel(VirtualClock(START)), Medium()
    kernel.committers.append(medium)
    kernel.deferral = DeltaTime.of(hours=1)
    write_in_a_tick(kernel, medium, kernel.commit_soon)
    assert medium.commits == 1
    write_in_a_tick(kernel, medium)
    assert medium.commits == 1
