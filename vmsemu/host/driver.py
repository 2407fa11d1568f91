"""The host driver: runs one node's kernel under host time, with the sockets and file descriptors of the host as its outside.

Theory of operation. One thread. `run` ticks the kernel while anything is ready, then waits in the selector until a descriptor is ready, the
next timer is due, or somebody calls `wake` (signal handlers and other threads do, through a socket pair). Whatever a descriptor's handler
learns enters the kernel through `kernel.post`. A byte goes through the pair only where it can end a wait: between `_woken = False` and the
return of `select`. What happens earlier is seen by what `run` looks at before it waits.

Plain selectors rather than asyncio: a node starts in a quarter of the time, and a socket event costs a third.
"""

from __future__ import annotations

import selectors
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from vmsemu.base.time import TICKS_PER_SECOND
from vmsemu.kernel.kernel import Kernel

Handler = Callable[[int], None]
_LONGEST_WAIT = 3600.0  # seconds; the selector takes no more than some weeks


class HostDriver:
    """Drives `kernel` until told to stop."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self._selector = selectors.DefaultSelector()
        self._wake_in, self._wake_out = socket.socketpair()
        self._wake_in.setblocking(False)
        self._wake_out.setblocking(False)
        self._selector.register(self._wake_in, selectors.EVENT_READ, self._drain)
        self._watched: set[Any] = set()
        self._woken = True  # nobody waits in the selector

    def wake(self) -> None:
        """End the present wait. Safe from signal handlers and threads."""
        if not self._woken:
            self._woken = True
            try:
                self._wake_out.send(b"\0")
            except OSError:
                pass

    def watch(self, descriptor: Any, events: int, handler: Handler) -> None:
        """Call `handler(events)` whenever the descriptor is ready."""
        if descriptor in self._watched:
            self._selector.modify(descriptor, events, handler)
        else:
            self._selector.register(descriptor, events, handler)
            self._watched.add(descriptor)

    def unwatch(self, descriptor: Any) -> None:
        """Forget a descriptor; forgetting one twice is harmless."""
        if descriptor in self._watched:
            self._watched.remove(descriptor)
            with suppress(KeyError, ValueError):
                self._selector.unregister(descriptor)

    def run(self, done: Callable[[], bool]) -> None:
        """Run until `done()` holds."""
        kernel = self.kernel
        kernel.wake_driver = self.wake
        while not done():
            kernel.tick()
            self._woken = False
            if done():
                return
            self._poll(self._timeout() if kernel.idle else 0.0)

    def _timeout(self) -> float | None:
        due = self.kernel.next_deadline()
        if due is None:
            return None
        ticks = int(due) - int(self.kernel.now)
        return min(_LONGEST_WAIT, ticks / TICKS_PER_SECOND) if ticks > 0 else 0.0

    def _poll(self, timeout: float | None) -> None:
        ready = self._selector.select(timeout)
        self._woken = True
        for key, events in ready:
            key.data(events)

    def _drain(self, events: int) -> None:
        try:
            while self._wake_in.recv(4096):
                pass
        except BlockingIOError:
            pass

    def close(self) -> None:
        self._selector.close()
        self._wake_in.close()
        self._wake_out.close()
