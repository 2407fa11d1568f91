"""A task: one coroutine that the scheduler runs, and the requests it may yield.

Theory of operation. A process body is a coroutine. It waits only by awaiting a `Wait`, which yields itself to the scheduler. The wait is over
when somebody calls `Task.wake(value)` with that wait (an event flag set, a timer, a mailbox write), or when `Task.interrupt(error)` breaks it
(Ctrl/Y, $FORCEX, $DELPRC). A wait that is over can not be woken twice: late wakers are ignored. A suspended task is woken as any other, but
stays off the ready queue until it is resumed.

Source: OpenVMS Internals and Data Structures, "Scheduling" (state names only).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Generator
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vmsemu.kernel.kernel import Kernel


class ProcessState(Enum):
    """The state column of SHOW SYSTEM."""

    CUR = "CUR"
    COM = "COM"
    LEF = "LEF"
    HIB = "HIB"
    SUSP = "SUSP"
    MWAIT = "MWAIT"
    RWAST = "RWAST"
    RWMBX = "RWMBX"
    MUTEX = "MUTEX"


# Names of the module: to take a member from an enumeration costs as much as a call, and this is done for every turn of a task.
_CUR, _COM = ProcessState.CUR, ProcessState.COM


class Wait:
    """The one request a task yields: stop until woken. `state` is what SHOW SYSTEM shows meanwhile.

    `arm(task)` registers with whatever will wake the task and returns how to undo that registration.
    """

    __slots__ = ("arm", "state")

    def __init__(self, state: ProcessState, arm: Callable[[Task], Callable[[], None] | None]) -> None:
        self.state = state
        self.arm = arm

    def __await__(self) -> Generator[Wait, Any, Any]:
        return (yield self)


class Task:
    """A coroutine under the scheduler. Its result, or the error that ended it, goes to `on_exit`. `cpu` is the time it ran, in 100 ns."""

    __slots__ = (
        "_disarm",
        "_held",
        "_pending",
        "_wake_serial",
        "body",
        "cpu",
        "error",
        "finished",
        "kernel",
        "name",
        "on_exit",
        "priority",
        "result",
        "state",
        "suspended",
        "value",
    )

    def __init__(self, kernel: Kernel, body: Coroutine[Wait, Any, Any], name: str, priority: int) -> None:
        self.kernel = kernel
        self.body = body
        self.name = name
        self.priority = priority
        self.state = _COM
        self.finished = False
        self.cpu = 0
        self.result: Any = None
        self.error: BaseException | None = None
        self.value: Any = None
        self.on_exit: list[Callable[[Task], None]] = []
        self._disarm: Callable[[], None] | None = None
        self._pending: BaseException | None = None
        self._wake_serial = 0
        self.suspended = False
        self._held = False

    def wait(self, request: Wait) -> None:
        """Enter a wait (called by the kernel only)."""
        self.state = request.state
        self._wake_serial += 1
        serial = self._wake_serial
        try:
            disarm = request.arm(self)
        except BaseException as error:
            # What arming raises belongs to the body, at the place where it waits.
            self._pending, disarm = error, None
        if self._wake_serial != serial:
            if disarm is not None:
                disarm()
            return
        self._disarm = disarm
        if self._pending is not None:
            self._make_ready(None)

    def waker(self) -> Callable[[Any], None]:
        """A function that ends the wait being armed, once. Later calls do nothing."""
        serial = self._wake_serial

        def wake(value: Any = None) -> None:
            if serial == self._wake_serial and not self.finished:
                self._make_ready(value)

        return wake

    def interrupt(self, error: BaseException) -> None:
        """Break the present wait with `error`, or deliver it at the task's next wait.

        A second one before delivery replaces the first, unless the first has the higher `rank` (an attribute of the error, 0 without).
        """
        if self.finished:
            return
        if self._pending is not None and getattr(self._pending, "rank", 0) > getattr(error, "rank", 0):
            return
        self._pending = error
        if self.state is not _COM and self.state is not _CUR:
            self._make_ready(None)

    def suspend(self) -> None:
        """Keep the task from running until it is resumed. The running task stops at its next wait."""
        self.suspended = True

    def resume(self) -> None:
        """Let a suspended task run again; what woke it meanwhile is delivered now."""
        self.suspended = False
        if self._held:
            self._held = False
            self.kernel.make_ready(self)

    def hold(self) -> None:
        """Leave the ready queue until resumed (called by the kernel only)."""
        self._held = True

    def take_pending(self) -> BaseException | None:
        """The undelivered interrupt, removed."""
        error, self._pending = self._pending, None
        return error

    @property
    def interrupted(self) -> bool:
        return self._pending is not None

    def _make_ready(self, value: Any) -> None:
        self._wake_serial += 1
        disarm, self._disarm = self._disarm, None
        if disarm is not None:
            disarm()
        self.value = value
        self.state = _COM
        self.kernel.make_ready(self)


def waiting(state: ProcessState, arm: Callable[[Task], Callable[[], None] | None]) -> Awaitable[Any]:
    """Await this to stop until `task.waker()`, taken inside `arm`, is called."""
    return Wait(state, arm)
