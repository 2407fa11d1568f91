"""The kernel: ready queue, timer heap, the door for host events, and the commit at the end of each tick.

Theory of operation. A tick runs every ready task, highest priority first and in order of readiness within a priority, until none is ready or
the tick's budget is spent. Then everything written so far is committed at once, and the tasks that wait for durability go on.
Between ticks the driver (virtual, host or scaled time) delivers timers that are due and host events that were posted.

A node that nobody watches may gather the writes of several ticks in one commit (`deferral`). What somebody waits for (`durable`) is committed as soon
as a tick has nothing to do, with all that was written before it, and no later than GATHERING after he began to wait; only what nobody waits for may
take the whole deferral to reach the medium.

When a medium refuses the commit, it is offline: nothing runs and nobody is told that anything is durable, while the same commit is tried
again every few seconds (mount verification). When it comes through, everything goes on where it stood; after an hour the node gives up.

Keys are `(time, priority, serial)`; ties never depend on chance. Times are VmsTime (100 ns units).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Any, Protocol

from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.kernel.clock import Clock
from vmsemu.kernel.task import ProcessState, Task, Wait

DEFAULT_PRIORITY = 4
MOUNT_VERIFICATION = DeltaTime.of(seconds=10)
FEW_TIMERS = 1000
MVTIMEOUT = DeltaTime.of(seconds=3600)
GATHERING = DeltaTime(50_000)  # 5 ms
QUANTUM_COST = 50  # a task that gives way has computed for a quantum: timers and host events shall not wait for many of these
_CUR, _COM = ProcessState.CUR, ProcessState.COM


class Committer(Protocol):
    """A store that takes part in the commit at the end of a tick."""

    @property
    def dirty(self) -> bool: ...

    def commit(self) -> None: ...


class CommitError(Exception):
    """A committer could not write. `final`: a part of what it had to write is lost, so trying again is no use."""

    final = False


class Watcher(Protocol):
    """Who wants to know that a medium went offline, and how that ended."""

    def offline(self, committer: Committer, error: CommitError) -> None: ...

    def online(self, committer: Committer) -> None: ...

    def given_up(self, committer: Committer) -> None: ...


class _Offline:
    """A medium that refused a commit: since when, and when to try again."""

    __slots__ = ("committer", "retry", "since")

    def __init__(self, committer: Committer, now: VmsTime) -> None:
        self.committer = committer
        self.since = now
        self.retry = VmsTime(now + MOUNT_VERIFICATION)


class Timer:
    """A timer queue entry. `cancel` is final; a fired timer is cancelled."""

    __slots__ = ("_queue", "action", "when")

    def __init__(self, when: VmsTime, action: Callable[[], None] | None, queue: TimerQueue) -> None:
        self.when = when
        self.action = action
        self._queue = queue

    def cancel(self) -> None:
        if self.action is not None:
            self.action = None
            self._queue.cancelled()


class TimerQueue:
    """The timers in order of time and of setting. Those that were cancelled are taken out when they are the most: nearly every timer is the end of
    a wait that is over long before."""

    __slots__ = ("_cancelled", "_heap", "_serial")

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Timer]] = []
        self._serial = count()
        self._cancelled = 0

    def __len__(self) -> int:
        return len(self._heap)

    def set(self, when: VmsTime, action: Callable[[], None]) -> Timer:
        timer = Timer(when, action, self)
        heappush(self._heap, (int(when), next(self._serial), timer))
        return timer

    def cancelled(self) -> None:
        self._cancelled += 1
        if self._cancelled > FEW_TIMERS and self._cancelled * 2 > len(self._heap):
            self._heap = [entry for entry in self._heap if entry[2].action is not None]
            heapify(self._heap)
            self._cancelled = 0

    def next(self) -> VmsTime | None:
        """The time of the first one; None when there is none."""
        heap = self._heap
        while heap and heap[0][2].action is None:
            heappop(heap)
            self._cancelled -= 1
        return heap[0][2].when if heap else None

    def take(self) -> Timer:
        """The first one, taken out; `next` has just been asked."""
        return heappop(self._heap)[2]


class Kernel:
    """One node's kernel. Time, chance and the outside come in through `clock` and `post`."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.current: Task | None = None
        self.committers: list[Committer] = []
        self.watchers: list[Watcher] = []
        self.patient = True  # whoever wants the node to end now sets it to False: a medium that is offline is not waited for
        self.on_bugcheck: Callable[[Task, BaseException], None] | None = None
        self.wake_driver: Callable[[], None] | None = None
        self.budget = 4000
        self.deferral = DeltaTime(0)
        """How long what nobody waits for may stay uncommitted; 0: to the end of the tick."""
        self.commits = 0
        self._ready: list[tuple[int, int, Task]] = []
        self._timers = TimerQueue()
        self._serial = count()
        self._posted: deque[tuple[Callable[..., None], tuple[Any, ...]]] = deque()
        self._durable: list[Callable[[Any], None]] = []
        self._offline: _Offline | None = None
        self._commit_due: VmsTime | None = None
        self._gathering: VmsTime | None = None
        self._hasty = False
        self._began = self.clock.now()

    @property
    def now(self) -> VmsTime:
        """The node's system time. It stands still while a task runs: a task that computes is shorter than anybody looks."""
        return self.clock.now() if self.current is None else self._began

    # -- tasks ---------------------------------------------------------------------------------------------------------------------

    def start(self, body: Coroutine[Wait, Any, Any], name: str, priority: int = DEFAULT_PRIORITY) -> Task:
        """Make `body` a task, ready to run at the next tick."""
        task = Task(self, body, name, priority)
        self.make_ready(task)
        return task

    def make_ready(self, task: Task) -> None:
        """Put a task at the end of its priority's ready queue."""
        heappush(self._ready, (-task.priority, next(self._serial), task))
        if self.wake_driver is not None and self.current is None:
            self.wake_driver()

    def _run(self, task: Task, began: VmsTime) -> VmsTime:
        """Run the task to its next wait. `began` is now; the answer is the time at which it has stopped."""
        self._began = began
        self.current = task
        task.state = _CUR
        try:
            error = task.take_pending()
            request = task.body.throw(error) if error is not None else task.body.send(task.value)
        except StopIteration as stop:
            self._finish(task, stop.value, None)
        except (KeyboardInterrupt, SystemExit):
            # The host wants to end the whole node, not this task.
            task.finished = True
            raise
        except BaseException as error:
            self._finish(task, None, error)
        else:
            task.value = None
            self._wait(task, request)
        finally:
            self.current = None
            ended = self.clock.now()
            task.cpu += int(ended) - int(began)
        return ended

    def _wait(self, task: Task, request: Any) -> None:
        if isinstance(request, Wait):
            task.wait(request)
        else:
            # Not one of ours: the body awaits something of another scheduler.
            task.interrupt(TypeError(f"{task.name} awaits {request!r}, which the kernel does not know"))
            task.wait(Wait(_COM, lambda task: None))

    def _finish(self, task: Task, result: Any, error: BaseException | None) -> None:
        task.finished = True
        task.result = result
        task.error = error
        if not task.on_exit and error is not None:
            if self.on_bugcheck is None:
                raise error
            self.on_bugcheck(task, error)
        actions, task.on_exit = task.on_exit, []
        for action in actions:
            action(task)

    # -- timers --------------------------------------------------------------------------------------------------------------------

    def call_at(self, when: VmsTime, action: Callable[[], None]) -> Timer:
        """Run `action` at `when` (or at once, in the next tick, if that is past)."""
        timer = self._timers.set(when, action)
        if self.wake_driver is not None and self.current is None:
            self.wake_driver()
        return timer

    def next_deadline(self) -> VmsTime | None:
        """The time of the earliest live timer, or of the commit that was put off; of the next try, while a medium is offline."""
        if self._offline is not None:
            return self._offline.retry
        due, commit = self._timers.next(), self._commit_due
        return commit if commit is not None and (due is None or commit < due) else due

    def _fire_timers(self, now: VmsTime) -> None:
        """Run the actions that are due, in order; those they set for the past wait for the next tick."""
        due: list[Timer] = []
        while (when := self._timers.next()) is not None and when <= now:
            due.append(self._timers.take())
        for timer in due:
            action, timer.action = timer.action, None
            if action is not None:
                action()

    # -- the door for host events ---------------------------------------------------------------------------------------------------

    def post(self, handler: Callable[..., None], *arguments: Any) -> None:
        """The one door for host events; may be called from any host thread. `handler(*arguments)` runs at the next tick."""
        self._posted.append((handler, arguments))
        if self.wake_driver is not None:
            self.wake_driver()

    # -- the tick --------------------------------------------------------------------------------------------------------------------

    @property
    def idle(self) -> bool:
        """Nothing is ready, posted or waiting for a commit; only a timer or a host event can change anything."""
        return self._offline is not None or not (self._ready or self._posted or self._durable)

    def tick(self) -> None:
        """Deliver what is due, run what is ready, commit. Errors: CommitError when a medium stayed offline for too long."""
        if self._offline is not None and not self._verify():
            return
        busy = bool(self._posted)
        while self._posted:
            handler, arguments = self._posted.popleft()
            handler(*arguments)
        now = self.clock.now()
        self._fire_timers(now)
        budget = self.budget
        ready = self._ready
        busy = busy or bool(ready)
        while ready and budget > 0:
            task = heappop(ready)[2]
            if task.suspended:
                task.hold()
            elif not task.finished:
                now = self._run(task, now)
            budget -= QUANTUM_COST if task.state is _COM else 1
        if not self._put_off(busy, now):
            self._commit_or_wait()

    def _put_off(self, busy: bool, now: VmsTime) -> bool:
        """May what is not committed wait for a later tick? Those who wait for it do so while others come to wait too, but not for long."""
        if not self.deferral or self._hasty:
            return False
        if self._durable:
            if self._gathering is None:
                self._gathering = VmsTime(now + GATHERING)
            return busy and now < self._gathering
        if self._commit_due is not None:
            return now < self._commit_due
        if any(c.dirty for c in self.committers):
            self._commit_due = VmsTime(now + self.deferral)
        return True

    def _commit_or_wait(self) -> None:
        """As commit; a medium that refuses is offline from now on."""
        try:
            self.commit()
        except CommitError as error:
            refused = next((c for c in self.committers if c.dirty), None)
            if refused is None or error.final or not (self.watchers and self.patient):
                raise
            self._offline = _Offline(refused, self.clock.now())
            for watcher in self.watchers:
                watcher.offline(refused, error)

    def _verify(self) -> bool:
        """Try the commit of the medium that is offline again, when it is time to; True when everything may go on."""
        offline = self._offline
        now = self.clock.now()
        if offline is None or (self.patient and now < offline.retry):
            return offline is None
        try:
            self.commit()
        except CommitError as error:
            if error.final or not self.patient or now - offline.since >= MVTIMEOUT:
                for watcher in self.watchers:
                    watcher.given_up(offline.committer)
                raise
            offline.retry = VmsTime(now + MOUNT_VERIFICATION)
            return False
        self._offline = None
        for watcher in self.watchers:
            watcher.online(offline.committer)
        return True

    def commit(self) -> None:
        """Commit every dirty store, then release those who wait for durability. Errors: CommitError."""
        for committer in self.committers:
            if committer.dirty:
                committer.commit()
        self.commits += 1
        self._commit_due = self._gathering = None
        self._hasty = False
        if self._durable:
            waiting, self._durable = self._durable, []
            for wake in waiting:
                wake(None)

    def commit_soon(self) -> None:
        """Put off nothing at the end of this tick: what was written says that somebody outside has done his part."""
        self._hasty = True

    async def durable(self) -> None:
        """Return when everything written so far is on stable storage (the barrier before a promise is made)."""
        if not any(c.dirty for c in self.committers):
            return

        def arm(task: Task) -> None:
            self._durable.append(task.waker())

        await Wait(ProcessState.LEF, arm)

    def run_until_idle(self) -> None:
        """Virtual time: tick until only a timer could change anything. Time does not move."""
        self._settle()

    def _settle(self) -> VmsTime | None:
        """As run_until_idle; the time of the next timer."""
        while True:
            self.tick()
            due = self.next_deadline()
            if self.idle and (due is None or due > self.clock.now()):
                return due

    def run_until(self, when: VmsTime) -> None:
        """Virtual time: run, moving the clock from timer to timer, up to and including `when`."""
        while True:
            due = self._settle()
            if due is None or due > when:
                self.clock.advance_to(when)
                return
            self.clock.advance_to(due)

    def run_until_done(self, condition: Callable[[], bool], limit: VmsTime | None = None) -> bool:
        """Virtual time: run, moving the clock, until `condition()` holds; False when nothing is left to run or `limit` is reached."""
        while True:
            due = self._settle()
            if condition():
                return True
            if due is None or (limit is not None and due > limit):
                return False
            self.clock.advance_to(due)


def give_way() -> Awaitable[None]:
    """Let the other ready tasks run (end of quantum)."""

    def arm(task: Task) -> None:
        task.waker()(None)

    return Wait(_COM, arm)


async def sleep_until(kernel: Kernel, when: VmsTime, state: ProcessState = ProcessState.HIB) -> None:
    """Hibernate until the system time reaches `when`."""

    def arm(task: Task) -> Callable[[], None]:
        wake = task.waker()
        return kernel.call_at(when, lambda: wake(None)).cancel

    await Wait(state, arm)


async def sleep(kernel: Kernel, delta: DeltaTime, state: ProcessState = ProcessState.HIB) -> None:
    """Hibernate for `delta`."""
    await sleep_until(kernel, VmsTime(kernel.now + delta), state)
