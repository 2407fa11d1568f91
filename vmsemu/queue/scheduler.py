"""Which job runs next, and where.

An execution queue with room takes the best job among its own pending ones and those of the generic and logical queues that feed it: highest
priority first, then smaller jobs (/SCHEDULE=SIZE), then in order of submission. A generic queue offers its jobs to the target with the
most free room.

Source: System Manager's Manual, "How the queue manager schedules jobs".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.queue.entry import Entry
from vmsemu.queue.pending import Requirements
from vmsemu.queue.queue import Queue
from vmsemu.queue.state import QueueState
from vmsemu.queue.status import JobStatus, QueueKind, RunState

if TYPE_CHECKING:
    from vmsemu.base.time import VmsTime


class Executor(Protocol):
    """What runs the jobs of execution queues: batch processes, or symbionts. Calls do not wait; results come back through the manager."""

    def start_queue(self, queue: Queue) -> None:
        """From stopped. Sets the state to STARTING or RUNNING."""
        ...

    def start_job(self, queue: Queue, entry: Entry) -> None: ...

    def abort_job(self, queue: Queue, entry: Entry, condition: ConditionValue) -> None:
        """Ask a running job to end; `job_finished` follows."""
        ...

    def pause(self, queue: Queue) -> None: ...

    def resume(self, queue: Queue) -> None: ...

    def stop_queue(self, queue: Queue) -> None:
        """No job runs any more; the stream may end. Sets the state to STOPPED or STOPPING."""
        ...

    def reset(self, queue: Queue) -> None:
        """Abrupt stop: running jobs are aborted, then the queue is stopped."""
        ...


class Scheduler(QueueState):
    """Dispatching. The executors are set by QueueManager."""

    batch: Executor
    symbionts: Executor

    def executor(self, queue: Queue) -> Executor:
        """What runs the jobs of a queue, on the node it is on. Errors: JBC.NOSUCHNODE when that is not there."""
        here = self.at(queue.node)
        return here.batch if queue.kind is QueueKind.BATCH else here.symbionts

    def at(self, node: str) -> Scheduler:
        """See queue/failover.py."""
        raise NotImplementedError

    def schedule(self, queue: Queue) -> None:
        """Start what can be started in a queue, or from a generic or logical queue."""
        if not queue.routes:
            while queue.has_room and (entry := self._choose(queue)) is not None:
                self._dispatch(queue, entry)
        elif queue.state is RunState.RUNNING:
            while queue.pending and self._offer(queue):
                pass

    def start_at_once(self, entry: Entry) -> bool:
        """Start a job that is in no list yet, when nothing else waits that could come before it; False when it must be placed and scheduled."""
        queue = self.queues[entry.queue]
        if queue.state is not RunState.RUNNING:
            return False
        routed = queue.routes
        targets = self._with_room(queue) if routed else [queue] if queue.has_room else []
        if not targets:
            return False
        wanted = self.requirements(entry)
        for target in targets:
            if self._somebody_waits(target):
                return False
            if not self.mismatch(target, wanted, routed):
                self._start(target, entry)
                return True
        return False

    def _somebody_waits(self, queue: Queue) -> bool:
        """A job is pending that could run in this execution queue."""
        if queue.pending.count:
            return True
        for feeder in self.feeders(queue):  # noqa: SIM110 - a generator takes twice as long
            if feeder.pending.count:
                return True
        return False

    def _with_room(self, generic: Queue) -> list[Queue]:
        """The targets of a generic queue that can take a job, the one with the lowest load first."""
        targets = [q for q in self.targets(generic) if q.has_room]
        if len(targets) > 1:
            targets.sort(key=lambda q: len(q.executing) / q.slots)
        return targets

    def _offer(self, generic: Queue) -> bool:
        """Start one job of a generic queue on the target with the lowest load."""
        for target in self._with_room(generic):
            entry = self._choose(target)
            if entry is not None:
                self._dispatch(target, entry)
                return True
        return False

    def _choose(self, queue: Queue) -> Entry | None:
        """The job that an execution queue with room should run next."""
        best = queue.pending.first(lambda wanted: not self.mismatch(queue, wanted, False)) if queue.pending.count else None
        for feeder in self.feeders(queue):
            if feeder.pending.count and feeder.state is RunState.RUNNING:
                other = feeder.pending.first(lambda wanted: self._accepts_routed(queue, wanted))
                if other is not None and (best is None or (-other.priority, other.serial) < (-best.priority, best.serial)):
                    best = other
        return best

    def _accepts_routed(self, queue: Queue, wanted: Requirements) -> bool:
        return not self.mismatch(queue, wanted, True)

    def _dispatch(self, queue: Queue, entry: Entry) -> None:
        self.withdraw(entry)
        self._start(queue, entry)

    def _start(self, queue: Queue, entry: Entry) -> None:
        """Run a job that is in no list in an execution queue with room."""
        entry.queue = queue.name
        entry.file_index = entry.copies_done = 0
        entry.abort_condition = None
        entry.state = JobStatus.STARTING
        queue.executing[entry.number] = entry
        if queue.kind is not QueueKind.SERVER and not (entry.restart and not queue.is_batch):
            self.save_later(entry)
        try:
            self.executor(queue).start_job(queue, entry)
        except VmsError as error:
            self.kernel.post(self.job_finished, entry, error.value)

    def save_later(self, entry: Entry) -> None:
        """Record that a job runs. A full disk does not stop it: the journal then still says that the job waits."""
        if self.database is not None:
            try:
                self.database.save_entry(entry)
            except VmsError:
                pass

    def job_finished(self, entry: Entry, condition: ConditionValue, retry: VmsTime | None = None, retain: bool = False) -> None:
        raise NotImplementedError
