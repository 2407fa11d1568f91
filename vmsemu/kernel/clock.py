"""The clock port. The kernel knows time only through one of these.

Units: VmsTime, 100 ns since 17-NOV-1858 00:00, as local time of the node.
"""

from __future__ import annotations

from typing import Protocol

from vmsemu.base.time import VmsTime


class Clock(Protocol):
    """What the kernel asks of a clock."""

    def now(self) -> VmsTime: ...

    def advance_to(self, when: VmsTime) -> None:
        """Move to `when` if the clock can be moved (virtual time); a host clock ignores it."""
        ...


class VirtualClock:
    """Time that stands still until it is moved. Every `now` within one instant is the same."""

    def __init__(self, start: VmsTime) -> None:
        self._now = start

    def now(self) -> VmsTime:
        return self._now

    def advance_to(self, when: VmsTime) -> None:
        if when > self._now:
            self._now = when
