"""What tasks wait on: event flags, one-shot completions, and queues of items.

All are plain objects: setting never waits, only waiting does. Waiters are released in the order in which they began to wait.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Generator
from typing import Any, Generic, TypeAlias, TypeVar

from vmsemu.base.time import VmsTime
from vmsemu.kernel.kernel import Kernel, Timer
from vmsemu.kernel.task import ProcessState, Task, Wait

T = TypeVar("T")


class TimedOut(Exception):
    """A wait's deadline passed. Callers turn it into their own condition (RMS.TMO, SS.TIMEOUT)."""


class _ObjectWait(Wait):
    """One task's wait on one object: its waker stands among those of the object until the wait ends for any reason."""

    __slots__ = ("_deadline", "_kernel", "_timer", "_wake", "_wakers")

    def __init__(self, wakers: _Wakers, kernel: Kernel, state: ProcessState, deadline: VmsTime | None) -> None:
        self.state = state
        self._wakers = wakers
        self._kernel = kernel
        self._deadline = deadline
        self._timer: Timer | None = None

    def arm(self, task: Task) -> Callable[[], None]:
        wake = self._wake = task.waker()
        self._wakers[wake] = None
        if self._deadline is not None:
            self._timer = self._kernel.call_at(self._deadline, self._expired)
        return self._disarm

    def _expired(self) -> None:
        self._wake(_TIMED_OUT)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._wakers.pop(self._wake, None)

    def __await__(self) -> Generator[Wait, Any, Any]:
        value = yield self
        if value is _TIMED_OUT:
            raise TimedOut
        return value


_Wakers: TypeAlias = dict[Callable[[Any], None], None]
"""The wakers of tasks that wait on one object, in order of arrival."""

_TIMED_OUT = object()


class _Over:
    """A wait for what is there already."""

    def __await__(self) -> Generator[Any, Any, Any]:
        return iter(())  # type: ignore[return-value]


_OVER = _Over()


class EventFlag:
    """A flag that stays set until it is cleared."""

    __slots__ = ("_kernel", "_wakers", "is_set")

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._wakers: _Wakers = {}
        self.is_set = False

    def set(self) -> None:
        self.is_set = True
        if self._wakers:
            wakers = list(self._wakers)
            self._wakers.clear()
            for wake in wakers:
                wake(None)

    def clear(self) -> None:
        self.is_set = False

    def wait(self, *, state: ProcessState = ProcessState.LEF, deadline: VmsTime | None = None) -> Awaitable[Any]:
        """Await this to go on when the flag is set; raises TimedOut at `deadline`."""
        return _OVER if self.is_set else _ObjectWait(self._wakers, self._kernel, state, deadline)


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

    __slots__ = ("_items", "_kernel", "_wakers")

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._items: deque[T] = deque()
        self._wakers: _Wakers = {}

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: T) -> None:
        self._items.append(item)
        self._release_one()

    def put_back(self, item: T) -> None:
        """Make `item` the next one to be taken."""
        self._items.appendleft(item)
        self._release_one()

    def _release_one(self) -> None:
        for wake in self._wakers:
            del self._wakers[wake]
            wake(None)
            return

    def get_nowait(self) -> T | None:
        return self._items.popleft() if self._items else None

    async def get(self, *, state: ProcessState = ProcessState.LEF, deadline: VmsTime | None = None) -> T:
        """The next item; raises TimedOut at `deadline`."""
        while not self._items:
            try:
                await _ObjectWait(self._wakers, self._kernel, state, deadline)
            except BaseException:
                # This task may have been chosen for an item that it will not take any more.
                if self._items:
                    self._release_one()
                raise
        return self._items.popleft()
