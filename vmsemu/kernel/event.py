"""What tasks wait on: event flags, one-shot completions, and queues of items.

All are plain objects: setting never waits, only waiting does. Waiters are released in the order in which they began to wait.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from vmsemu.base.time import VmsTime
from vmsemu.kernel.kernel import Kernel
from vmsemu.kernel.task import ProcessState, Task, Wait

T = TypeVar("T")


class TimedOut(Exception):
    """A wait's deadline passed. Callers turn it into their own condition (RMS.TMO, SS.TIMEOUT)."""


class _Waiters:
    """The wakers of tasks that wait on one object, in order of arrival. A wait that ends for any reason takes its waker out."""

    __slots__ = ("_wakers",)

    def __init__(self) -> None:
        self._wakers: dict[Callable[[Any], None], None] = {}

    def __bool__(self) -> bool:
        return bool(self._wakers)

    def release_all(self, value: Any = None) -> None:
        wakers = list(self._wakers)
        self._wakers.clear()
        for wake in wakers:
            wake(value)

    def release_one(self, value: Any = None) -> bool:
        for wake in self._wakers:
            del self._wakers[wake]
            wake(value)
            return True
        return False

    async def wait(self, kernel: Kernel, state: ProcessState, deadline: VmsTime | None) -> Any:
        wakers = self._wakers

        def arm(task: Task) -> Callable[[], None]:
            wake = task.waker()
            wakers[wake] = None
            timer = None if deadline is None else kernel.call_at(deadline, lambda: wake(_TIMED_OUT))

            def disarm() -> None:
                if timer is not None:
                    timer.cancel()
                wakers.pop(wake, None)

            return disarm

        value = await Wait(state, arm)
        if value is _TIMED_OUT:
            raise TimedOut
        return value


_TIMED_OUT = object()


class EventFlag:
    """A flag that stays set until it is cleared."""

    __slots__ = ("_kernel", "_waiters", "is_set")

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._waiters = _Waiters()
        self.is_set = False

    def set(self) -> None:
        self.is_set = True
        self._waiters.release_all()

    def clear(self) -> None:
        self.is_set = False

    async def wait(self, *, state: ProcessState = ProcessState.LEF, deadline: VmsTime | None = None) -> None:
        """Return when the flag is set; raises TimedOut at `deadline`."""
        if not self.is_set:
            await self._waiters.wait(self._kernel, state, deadline)


class Completion(Generic[T]):
    """A result that arrives once: a value or an error."""

    __slots__ = ("_error", "_flag", "_value")

    def __init__(self, kernel: Kernel) -> None:
        self._flag = EventFlag(kernel)
        self._value: T | None = None
        self._error: BaseException | None = None

    @property
    def done(self) -> bool:
        return self._flag.is_set

    def complete(self, value: T) -> None:
        if not self._flag.is_set:
            self._value = value
            self._flag.set()

    def fail(self, error: BaseException) -> None:
        if not self._flag.is_set:
            self._error = error
            self._flag.set()

    async def wait(self, *, state: ProcessState = ProcessState.LEF, deadline: VmsTime | None = None) -> T:
        """The value; raises the error it failed with, or TimedOut at `deadline`."""
        await self._flag.wait(state=state, deadline=deadline)
        if self._error is not None:
            raise self._error
        return self._value  # type: ignore[return-value]


class WaitQueue(Generic[T]):
    """Items in order of arrival; `get` waits for the next one. Never full."""

    __slots__ = ("_items", "_kernel", "_waiters")

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._items: deque[T] = deque()
        self._waiters = _Waiters()

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: T) -> None:
        self._items.append(item)
        self._waiters.release_one()

    def put_back(self, item: T) -> None:
        """Make `item` the next one to be taken."""
        self._items.appendleft(item)
        self._waiters.release_one()

    def get_nowait(self) -> T | None:
        return self._items.popleft() if self._items else None

    async def get(self, *, state: ProcessState = ProcessState.LEF, deadline: VmsTime | None = None) -> T:
        """The next item; raises TimedOut at `deadline`."""
        while not self._items:
            try:
                await self._waiters.wait(self._kernel, state, deadline)
            except BaseException:
                # This task may have been chosen for an item that it will not take any more.
                if self._items:
                    self._waiters.release_one()
                raise
        return self._items.popleft()
