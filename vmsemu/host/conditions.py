"""From the host's errors to conditions: the one table of the network."""

from __future__ import annotations

import errno

from vmsemu.base.condition import VmsError
from vmsemu.tables.facilities import SS


def condition_of(error: OSError) -> VmsError:
    """What an error of a socket means to the node."""
    number = error.errno
    if number == errno.ECONNREFUSED:
        return SS.REJECT.error()
    if number in (errno.ETIMEDOUT, errno.EAGAIN):
        return SS.TIMEOUT.error()
    if number in (errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE):
        return SS.LINKABORT.error()
    if number in (errno.EADDRINUSE, errno.EACCES):
        return SS.DUPLNAM.error()
    if number == errno.EBADF:
        return SS.LINKDISCON.error()
    return SS.UNREACHABLE.error()
