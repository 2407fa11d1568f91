"""The descriptors that the host gives this program. Every connection of the node takes one, and the host sets a limit to them.

The limit is raised as far as the host lets us. When no descriptor is left all the same, a listener rests for a second at a time, so that clients
wait in the host's own queue until a connection ends, and the host's operator is told once.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable

from vmsemu.base.time import DeltaTime

REST = DeltaTime.of(seconds=1)
_ENOUGH = 65_536
_SHORT = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


def raise_limit() -> int:
    """Let this program have as many descriptors as it may; how many that are, 0 where the host does not tell."""
    try:
        import resource
    except ImportError:
        return 0
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _ENOUGH if hard == resource.RLIM_INFINITY else min(hard, _ENOUGH)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return soft
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):
        return soft
    return wanted


def is_shortage(error: OSError) -> bool:
    """The host has no descriptor, or no memory for one, left for us now."""
    return error.errno in _SHORT


def new_socket(host: str, kind: socket.SocketKind) -> socket.socket:
    """A socket for addresses like this one. Errors: OSError."""
    return socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, kind)


class Shortage:
    """Tells the operator, once, that connections have to wait. `tell` takes a line."""

    def __init__(self) -> None:
        self.tell: Callable[[str], None] = lambda text: None
        self._told = False

    def note(self, error: OSError) -> None:
        if not self._told:
            self._told = True
            self.tell(
                f"no connection can be taken: {error.strerror} (the host lets this program have {raise_limit() or 'no more'} open files). "
                "Clients wait until another connection ends. Raise the limit of open files (ulimit -n) and start the node again for more."
            )
