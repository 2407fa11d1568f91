"""What ANALYZE MAIL is asked to do, and what it counts: the time frames of /REPAIR and /DELETE, the plan, the figures of the summary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from smtp.facility import TCPIP
from vmsemu.base.condition import Message
from vmsemu.base.time import VmsTime


@dataclass(frozen=True, slots=True)
class TimeFrame:
    """The times of creation that /REPAIR or /DELETE covers: from `since` on, up to `before`, which is not covered itself."""

    since: VmsTime | None = None
    before: VmsTime | None = None

    def covers(self, when: VmsTime) -> bool:
        return (self.since is None or when >= self.since) and (self.before is None or when < self.before)

    def conflicts(self, other: TimeFrame) -> bool:
        """Is there a time that both cover?"""
        starts = [frame.since for frame in (self, other) if frame.since is not None]
        ends = [frame.before for frame in (self, other) if frame.before is not None]
        return not starts or not ends or max(starts) < min(ends)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done about problems. `delete` comes first where both cover a time; `hold` is the time of /HOLD."""

    user: str = "*"
    repair: TimeFrame | None = None
    delete: TimeFrame | None = None
    hold: VmsTime | None = None

    def repairs(self, when: VmsTime) -> bool:
        return self.repair is not None and self.repair.covers(when) and not self.deletes(when)

    def deletes(self, when: VmsTime) -> bool:
        return self.delete is not None and self.delete.covers(when)


@dataclass(slots=True)
class Counters:
    """The figures of the summary, in its order."""

    pairs: int = 0
    entries_deleted: int = 0
    without_entry: int = 0
    held: int = 0
    deleted: int = 0
    submitted: int = 0
    access_errors: int = 0
    unknown: int = 0
    corrupted: int = 0

    def messages(self) -> Iterator[Message]:
        yield TCPIP.ANA_FEPAIR(self.pairs)
        yield TCPIP.ANA_DELQEN(self.entries_deleted)
        yield TCPIP.ANA_FILNOQ(self.without_entry)
        yield TCPIP.ANA_FILHLD(self.held)
        yield TCPIP.ANA_FILDEL(self.deleted)
        yield TCPIP.ANA_SUBFIL(self.submitted)
        yield TCPIP.ANA_FILACE(self.access_errors)
        yield TCPIP.ANA_NONCFF(self.unknown)
        yield TCPIP.ANA_FILCOR(self.corrupted)
