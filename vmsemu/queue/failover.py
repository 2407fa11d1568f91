"""The queue manager in a cluster: on which member a queue runs, and who takes the manager over when its node stops.

Source: System Manager's Manual, "Managing the queue manager" (failover). fidelity: the order of failover is that of the places in the cluster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmsemu.base.condition import VmsError
from vmsemu.queue.entry import Requeue
from vmsemu.queue.files import QUEUE_MANAGER, open_database, report_open_failure, service_process
from vmsemu.queue.jbc import JBC
from vmsemu.queue.jobs import Jobs
from vmsemu.queue.queue import Queue
from vmsemu.queue.status import QueueKind, RunState
from vmsemu.services.cluster import Cluster, members

if TYPE_CHECKING:
    from vmsemu.queue.manager import QueueManager
    from vmsemu.services.rms import ProcessFiles
    from vmsemu.services.system import System


class Failover(Jobs):
    """The part of the queue manager that knows of other nodes."""

    def close(self, *, running: bool) -> None:
        raise NotImplementedError

    def _files(self) -> ProcessFiles:
        """The files of the process QUEUE_MANAGER of this node."""
        return service_process(self.system, QUEUE_MANAGER, lambda: self.close(running=True)).files

    def at(self, node: str) -> QueueManager:
        """The manager as a node of the cluster sees it; this one without a cluster. Errors: JBC.NOSUCHNODE."""
        if Cluster not in self.system.parts:
            return self  # type: ignore[return-value]
        member = self.system.part(Cluster).member(node or self.system.node_name)
        if member is None:
            raise JBC.NOSUCHNODE.error()
        return manager_of(member)

    def _heir(self) -> QueueManager | None:
        """The member where the manager runs when this node stops."""
        return next((manager_of(member) for member in members(self.system) if member is not self.system), None)

    def take_over(self) -> None:
        """Memory is as the disk, so that only the files have to be opened here. A failure goes to the operators."""
        files = self._files()
        try:
            database = open_database(files)
            database.entries()  # what is known of them is here; the database learns which records they have
        except VmsError as error:
            report_open_failure(self.system, files, error)
            return
        self.database = database
        self.running_on = self.system.node_name

    def node_left(self, node: str) -> None:
        """A member is gone: what ran there waits again or has failed, its queues are stopped."""
        for queue in self.queues.values():
            if queue.node != node or queue.routes or queue.stopped:
                continue
            queue.state = RunState.STOPPED
            for entry in list(queue.executing.values()):
                if entry.restart or queue.kind is QueueKind.SERVER:
                    entry.requeue = Requeue()
                self.job_finished(entry, JBC.SYSFAIL.value)

    def _is_here(self, queue: Queue) -> bool:
        """An execution queue of this node."""
        return not queue.routes and queue.node in ("", self.system.node_name)


def manager_of(system: System) -> QueueManager:
    """The queue manager as that node sees it."""
    from vmsemu.queue.manager import QueueManager

    return system.part(QueueManager)
