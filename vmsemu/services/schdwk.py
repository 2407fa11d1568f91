"""$SCHDWK and $CANWAK: wakeups of a process at a time, or again and again.

Source: System Services Reference, $SCHDWK, $CANWAK.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.services.process import Process

if TYPE_CHECKING:
    from vmsemu.kernel.kernel import Timer

_WAKEUPS = "scheduled_wakeups"
_SHORTEST = DeltaTime(100_000)  # 10 ms; a shorter interval is lengthened to this


class _Wakeup:
    """One request: a timer, set again after each wakeup when there is an interval."""

    def __init__(self, process: Process, when: VmsTime, interval: DeltaTime | None) -> None:
        self._process = process
        self._interval = interval
        self._when = when
        self._timer: Timer = process.system.kernel.call_at(when, self._due)

    def _due(self) -> None:
        if self._interval is None:
            _wakeups(self._process).remove(self)
        else:
            self._when = VmsTime(self._when + self._interval)
            self._timer = self._process.system.kernel.call_at(self._when, self._due)
        self._process.wake()

    def cancel(self) -> None:
        self._timer.cancel()


def _wakeups(process: Process) -> list[_Wakeup]:
    found: list[_Wakeup] = process.attributes.setdefault(_WAKEUPS, [])
    return found


def sys_schdwk(process: Process, when: VmsTime, interval: DeltaTime | None = None) -> None:
    """Wake the process at `when` (at once when that is past), and then at each interval. The end of the process cancels it."""
    if not _wakeups(process):
        process.rundown.append(lambda: sys_canwak(process))
    _wakeups(process).append(_Wakeup(process, when, None if interval is None else max(interval, _SHORTEST)))


def sys_canwak(process: Process) -> None:
    """Cancel all wakeups that are scheduled."""
    for wakeup in _wakeups(process):
        wakeup.cancel()
    _wakeups(process).clear()
