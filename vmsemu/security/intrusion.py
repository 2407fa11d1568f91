"""The intrusion database: who failed to log in, from where, how often, and who is kept out for it.

Each failure makes or extends a suspect's record by the break-in time. A suspect with as many failures as the limit becomes an intruder and
is refused, whatever he types, until his record expires; the hiding time is stretched by chance up to one half.

Source: Guide to System Security, "Break-in detection"; SHOW INTRUSION. Parameters LGI_BRK_LIM, LGI_BRK_TMO, LGI_HID_TIM.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.tables.facilities import SS

_FIVE_MINUTES = DeltaTime.of(minutes=5)


class IntrusionClass(Enum):
    """The first column of SHOW INTRUSION."""

    NETWORK = "NETWORK"
    TERMINAL = "TERMINAL"
    TERM_USER = "TERM_USER"
    USERNAME = "USERNAME"


@dataclass(frozen=True, slots=True)
class IntrusionRecord:
    """One source: `TTA24:HAMMER`, `TTA24:`, `192.0.2.1::HAMMER` or a user name, by class."""

    kind: IntrusionClass
    source: str
    count: int
    expires: VmsTime
    intruder: bool

    @property
    def type(self) -> str:
        return "INTRUDER" if self.intruder else "SUSPECT"


@dataclass(frozen=True, slots=True)
class IntrusionLimits:
    """`limit` failures within `window` of each other make an intruder, kept out for `hiding`."""

    limit: int = 5
    window: DeltaTime = _FIVE_MINUTES
    hiding: DeltaTime = _FIVE_MINUTES


class IntrusionDatabase:
    """The records of one node; kept in memory, as on the real system."""

    def __init__(self, below: Callable[[int], int]) -> None:
        """`below(n)` gives a chance value 0 <= v < n."""
        self._below = below
        self._records: dict[tuple[IntrusionClass, str], IntrusionRecord] = {}

    def _find(self, kind: IntrusionClass, source: str, now: VmsTime) -> IntrusionRecord | None:
        found = self._records.get((kind, source))
        if found is not None and found.expires <= now:
            del self._records[kind, source]
            return None
        return found

    def is_intruder(self, kind: IntrusionClass, source: str, now: VmsTime) -> bool:
        """True while that source is kept out."""
        found = self._find(kind, source, now)
        return found is not None and found.intruder

    def note_failure(self, kind: IntrusionClass, source: str, now: VmsTime, limits: IntrusionLimits) -> IntrusionRecord:
        """Count a failure; the record as it is now."""
        old = self._find(kind, source, now)
        count = old.count + 1 if old is not None else 1
        if old is not None and old.intruder:
            record = replace(old, count=count)
        elif count >= limits.limit:
            stretch = int(limits.hiding) * self._below(501) // 1000
            record = IntrusionRecord(kind, source, count, VmsTime(now + limits.hiding + stretch), True)
        else:
            start = old.expires if old is not None else now
            record = IntrusionRecord(kind, source, count, VmsTime(start + limits.window), False)
        self._records[kind, source] = record
        return record

    def note_success(self, kind: IntrusionClass, source: str, now: VmsTime) -> None:
        """A suspect that logs in is none any more."""
        found = self._find(kind, source, now)
        if found is not None and not found.intruder:
            del self._records[kind, source]

    def records(self, now: VmsTime) -> list[IntrusionRecord]:
        """What SHOW INTRUSION lists, by class and source."""
        live = [r for r in self._records.values() if r.expires > now]
        return sorted(live, key=lambda r: (r.kind.value, r.source))

    def delete(self, source: str, now: VmsTime) -> None:
        """DELETE/INTRUSION_RECORD. Errors: SS.NOSUCHOBJECT when there is none of that source."""
        gone = [r for r in self.records(now) if r.source == source]
        if not gone:
            raise SS.NOSUCHOBJECT.error()
        for record in gone:
            del self._records[record.kind, record.source]
