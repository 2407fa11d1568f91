"""The host driver: runs one node's kernel under host time, with the sockets and file descriptors of the host as its outside.

Theory of operation. One thread. `run` ticks the kernel while anything is ready, then waits in poll until a descriptor is ready, the
next timer is due, or somebody calls `wake` (signal handlers and other threads do, through a socket pair). Whatever a descriptor's handler
learns enters the kernel through `kernel.post`. A byte goes through the pair only where it can end a wait: between `_woken = False` and the
return of `poll`. What happens earlier is seen by what `run` looks at before it waits.

The system's own epoll (or poll, where there is none) rather than asyncio: a node starts in a quarter of the time, and a socket event costs a fifth.
With nothing to do the driver looks a few times more before it sleeps: a client on the same host answers sooner than a sleeper is woken.
"""

from __future__ import annotations

import select
import socket
from collections.abc import Callable
from typing import Any

from vmsemu.base.time import TICKS_PER_SECOND
from vmsemu.kernel.kernel import Kernel

Handler = Callable[[int], None]
READ, WRITE = 1, 2
_IN, _OUT = select.POLLIN, select.POLLOUT
_MASKS = (0, _IN, _OUT, _IN | _OUT)
_LONGEST_WAIT = 3600.0  # seconds; poll takes no more than some weeks
_GLANCES = 20


class HostDriver:
    """Drives `kernel` until told to stop."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self._poller: Any = select.epoll() if hasattr(select, "epoll") else select.poll()
        self._second = 1 if hasattr(select, "epoll") else 1000
        self._wake_in, self._wake_out = socket.socketpair()
        self._wake_in.setblocking(False)
        self._wake_out.setblocking(False)
        self._watched: dict[int, tuple[Handler, int]] = {}
        self.watch(self._wake_in, READ, self._drain)
        self._woken = True  # nobody waits in poll

    def wake(self) -> None:
        """End the present wait. Safe from signal handlers and threads."""
        if not self._woken:
            self._woken = True
            try:
                self._wake_out.send(b"\0")
            except OSError:
                pass

    def watch(self, descriptor: Any, events: int, handler: Handler) -> None:
        """Call `handler(events)` whenever the descriptor is ready for one of `events` (READ, WRITE), or broken. Errors: OSError (EPERM) for a file."""
        number = descriptor if isinstance(descriptor, int) else descriptor.fileno()
        if number in self._watched:
            self._poller.modify(number, _MASKS[events])
        else:
            self._poller.register(number, _MASKS[events])
        self._watched[number] = (handler, events)

    def unwatch(self, descriptor: Any) -> None:
        """Forget a descriptor, which is not closed yet; forgetting one twice is harmless."""
        number = descriptor if isinstance(descriptor, int) else descriptor.fileno()
        if self._watched.pop(number, None) is not None:
            self._poller.unregister(number)

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
        poll = self._poller.poll
        ready = poll(0)
        if not ready and timeout != 0.0:
            for _ in range(_GLANCES):
                ready = poll(0)
                if ready:
                    break
            else:
                ready = poll(None if timeout is None else timeout * self._second)
        self._woken = True
        watched = self._watched
        for number, mask in ready:
            # An earlier handler of this round may have had it forgotten.
            if number in watched:
                handler, events = watched[number]
                handler(events & ((READ if mask & ~_OUT else 0) | (WRITE if mask & ~_IN else 0)))

    def _drain(self, events: int) -> None:
        try:
            while self._wake_in.recv(4096):
                pass
        except BlockingIOError:
            pass

    def close(self) -> None:
        if hasattr(self._poller, "close"):
            self._poller.close()
        self._wake_in.close()
        self._wake_out.close()
