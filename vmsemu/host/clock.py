"""Host time as the node's system time: the host's local time, or an epoch of the operator's choice that runs on from there."""

from __future__ import annotations

from datetime import datetime
from time import monotonic_ns

from vmsemu.base.time import TICKS_PER_SECOND, VmsTime


class HostClock:
    """Runs with the host. It never goes back, whatever the host's wall clock does."""

    def __init__(self, start: VmsTime | None = None) -> None:
        self._offset = int(start if start is not None else host_time()) - monotonic_ns() // 100

    def now(self) -> VmsTime:
        return VmsTime(monotonic_ns() // 100 + self._offset)

    def advance_to(self, when: VmsTime) -> None:
        pass


def host_time() -> VmsTime:
    """The host's local time now."""
    now = datetime.now()
    base = VmsTime.of(now.year, now.month, now.day, now.hour, now.minute, now.second)
    return VmsTime(int(base) + now.microsecond * (TICKS_PER_SECOND // 1_000_000))


def utc_offset_seconds() -> int:
    """The host's offset from UTC, east positive."""
    return int(datetime.now().astimezone().utcoffset().total_seconds())  # type: ignore[union-attr]
