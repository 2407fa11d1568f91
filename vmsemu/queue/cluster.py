"""One queue manager for a cluster: every member sees the same queues and jobs, and runs those queues that are on it.

Theory of operation. What is known (QueueState) belongs to the first member; the others are views of it, each with its own executors, its own
processes and its own node name. The files are open in the process QUEUE_MANAGER of one member. When that process ends with its node, the next
member takes over (queue/failover.py). Source: System Manager's Manual, "Managing the queue manager".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vmsemu.queue.batch import BatchExecutor
from vmsemu.queue.failover import manager_of
from vmsemu.queue.manager import QueueManager
from vmsemu.queue.symbiont_control import SymbiontExecutor
from vmsemu.services.cluster import members

if TYPE_CHECKING:
    from vmsemu.services.system import System

_COMMON = (
    "database", "queues", "entries", "forms", "characteristics", "record", "last_entry", "last_serial", "sizes_matter", "_range", "_feeders",
    "_targets", "running_on",
)  # fmt: skip


def join_queue_manager(system: System) -> QueueManager:
    """The queue manager of a node: its own, or the view of the one that its cluster has."""
    for member in members(system):
        found: QueueManager | None = member.parts.get(QueueManager)
        if found is not None and member is not system:
            return _MemberManager(system, found)
    return QueueManager(system)


def _common(name: str) -> Any:
    def read(self: _MemberManager) -> Any:
        return getattr(self.first, name)

    def write(self: _MemberManager, value: Any) -> None:
        setattr(self.first, name, value)

    return property(read, write)


class _MemberManager(QueueManager):
    """The queue manager as another member than the first sees it."""

    def __init__(self, system: System, known: QueueManager) -> None:
        self.first: QueueManager = known.first if isinstance(known, _MemberManager) else known
        self.system = system
        self.kernel = system.kernel
        self.batch = BatchExecutor(self)
        self.symbionts = SymbiontExecutor(self)
        self.autostart_enabled = False
        self._all_stopped = None


for _name in _COMMON:
    setattr(_MemberManager, _name, _common(_name))


def leave_queue_manager(system: System) -> None:
    """A node stops and others go on: the manager runs on, the jobs of the node wait again or have failed. Its processes are still there."""
    heir = next((manager_of(member) for member in members(system) if member is not system), None)
    if heir is not None:
        manager = manager_of(system)
        manager.symbionts.shut_down()
        manager.close(running=True)
        heir.node_left(system.node_name)
