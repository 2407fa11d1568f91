"""The jobs that wait in one queue, in scheduling order.

Theory of operation. Whether an execution queue can take a job depends only on what the job requires: characteristics, stock, lowercase, the
user, its size. Jobs with the same requirements form a group, sorted by (priority, size, submission). The next job for a queue is the best of
the first jobs of those groups which the queue satisfies. So a job is added, removed or chosen in O(log n) however many jobs wait, and jobs
that nobody can take cost nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import merge
from typing import NamedTuple

from sortedcontainers import SortedList

from vmsemu.base.uic import Uic
from vmsemu.queue.entry import Entry

Key = tuple[int, int, int, Entry]


class Requirements(NamedTuple):
    """What a queue must offer to take a job. `size` is 0 while no queue has a block limit."""

    characteristics: frozenset[int]
    stock: str
    lowercase: bool
    uic: Uic
    size: int


class _Group:
    """The jobs with the same requirements, in order."""

    __slots__ = ("jobs", "requirements")

    def __init__(self, requirements: Requirements) -> None:
        self.requirements = requirements
        self.jobs = SortedList()


class PendingJobs:
    """A queue's pending jobs. `by_size`: among equal priorities smaller jobs first (/SCHEDULE=SIZE)."""

    __slots__ = ("_by_size", "_groups", "count")

    def __init__(self, by_size: bool = False) -> None:
        self._groups: dict[Requirements, _Group] = {}
        self._by_size = by_size
        self.count = 0

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Entry]:
        """All of them, in scheduling order."""
        return (key[3] for key in merge(*(g.jobs for g in self._groups.values())))

    def _key(self, entry: Entry) -> Key:
        return (-entry.priority, entry.size if self._by_size else 0, entry.serial, entry)

    def add(self, entry: Entry, requirements: Requirements) -> None:
        group = self._groups.get(requirements)
        if group is None:
            group = self._groups[requirements] = _Group(requirements)
        group.jobs.add(self._key(entry))
        entry.group = group
        self.count += 1

    def remove(self, entry: Entry) -> None:
        """Take a job out; its priority and size must not have changed since it was added."""
        group = entry.group
        assert isinstance(group, _Group)
        group.jobs.remove(self._key(entry))
        entry.group = None
        self.count -= 1
        if not group.jobs:
            del self._groups[group.requirements]

    def first(self, accepts: Callable[[Requirements], bool]) -> Entry | None:
        """The job to run next in a queue that `accepts` the requirements; None when there is no such job."""
        best: Key | None = None
        for group in self._groups.values():
            head = group.jobs[0]
            if (best is None or head < best) and accepts(group.requirements):
                best = head
        return best[3] if best is not None else None
