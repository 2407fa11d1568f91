"""A running image, driven by hand: it can be left where it waits (Ctrl/Y), resumed (CONTINUE), or ended (EXIT, STOP, $FORCEX).

Theory of operation. The image is a coroutine. Each wait it asks for is armed on a stand-in for the task, so that it stays armed while the
process itself waits for something else at the DCL prompt; what wakes it meanwhile is remembered. The process waits on the stand-in. An image of a
process without a terminal, which nobody can type Ctrl/Y at, waits for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from types import coroutine
from typing import Any

from vmsemu.dcl.streams import HOLD
from vmsemu.kernel.task import Task, Wait
from vmsemu.services.process import ControlC, ControlY


class _HeldWait:
    """A wait of the image, armed once; it stands in for the task where the wait asks for a waker."""

    def __init__(self, request: Wait, task: Task) -> None:
        self.kernel = task.kernel
        self.priority = task.priority
        self.name = task.name
        self.state = request.state
        self.done = False
        self.value: Any = None
        self._outer: Callable[[Any], None] | None = None
        self._disarm: Callable[[], None] | None = None
        self._disarm = request.arm(self)  # type: ignore[arg-type]
        if self.done:
            self._take_out()

    def _take_out(self) -> None:
        """The wait is over: whatever else would have ended it forgets it."""
        disarm, self._disarm = self._disarm, None
        if disarm is not None:
            disarm()

    def waker(self) -> Callable[[Any], None]:
        def wake(value: Any = None) -> None:
            if not self.done:
                self.done = True
                self.value = value
                self._take_out()
                if self._outer is not None:
                    self._outer(None)

        return wake

    def arm(self, task: Task) -> None:
        """The process begins to wait for this."""
        outer = task.waker()
        if self.done:
            outer(None)
        else:
            self._outer = outer

    def leave(self) -> None:
        """The process no longer waits for this, but the image does."""
        self._outer = None

    def cancel(self) -> None:
        self.done = True
        self._take_out()


class RunningImage:
    """One activation of an image. `outer` is the image that asked DCL to run this one (a utility's own SPAWN or DCL command). With `held` it can be
    left where it waits."""

    def __init__(
        self, body: Coroutine[Any, Any, Any], name: str, file_mark: int = 0, outer: RunningImage | None = None, *, held: bool = True
    ) -> None:
        self.name = name
        self.file_mark = file_mark
        self.outer = outer
        self.exit_handlers: list[Callable[[], None]] = []
        self.over = False  # a read that nothing holds for DCL let Ctrl/Y through
        self._body = body
        self._held = held
        self._wait: _HeldWait | None = None
        self._value: Any = None

    @coroutine
    def run(self, task: Task) -> Generator[Wait, Any, Any]:
        """Run until the image ends; returns its result or raises what it raised.

        ControlY leaves the image as it is, to be run again. Any other interruption is thrown into the image, ControlC among them, which comes
        only to those that take it (services/control_c.py).
        """
        error: BaseException | None = None
        while True:
            if self._wait is None or error is not None:
                try:
                    request = self._body.throw(error) if error is not None else self._body.send(self._value)
                except StopIteration as stop:
                    return stop.value
                except ControlY:
                    self.over = True
                    raise
                error = None
                self._value = None
                if request is HOLD:
                    raise ControlY
                if not self._held:
                    try:
                        self._value = yield request
                    except BaseException as interruption:
                        error = interruption
                    continue
                self._wait = _HeldWait(request, task)
            wait = self._wait
            try:
                yield Wait(wait.state, wait.arm)
            except ControlY as interruption:
                if not isinstance(interruption, ControlC):
                    wait.leave()
                    raise
                wait.cancel()
                self._wait = None
                error = interruption
                continue
            except BaseException as interruption:
                wait.cancel()
                self._wait = None
                error = interruption
                continue
            self._wait = None
            self._value = wait.value

    def discard(self) -> None:
        """Give up an image that was activated and has not run yet."""
        self._body.close()

    def abandon(self, error: BaseException) -> None:
        """End the image at its present wait; it may clean up but not wait."""
        if self._wait is not None:
            self._wait.cancel()
            self._wait = None
        try:
            self._body.throw(error)
        except (StopIteration, type(error)):
            pass
        finally:
            self._body.close()
