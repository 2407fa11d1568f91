"""Operations on jobs: submit, change, hold, release, delete, abort, requeue, and what happens when one ends.

All are plain calls. What a caller is promised is written in the call, so `await kernel.durable()` afterwards covers it; a full disk makes
the call fail and changes nothing.

Source: DCL Dictionary, SUBMIT, SET ENTRY, DELETE/ENTRY, STOP/QUEUE; System Services Reference, $SNDJBC.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Unpack

from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.privilege import Privilege
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.kernel.event import Completion
from vmsemu.opcom.accounting import accounting
from vmsemu.queue.access import DELETE, SUBMIT, require, require_entry
from vmsemu.queue.entry import ATTRIBUTES, DEFAULT_PRIORITY, Entry, JobAttributes, JobFile, Requeue
from vmsemu.queue.jbc import JBC
from vmsemu.queue.notify import notify_completion
from vmsemu.queue.queue import Queue
from vmsemu.queue.scheduler import Scheduler
from vmsemu.queue.status import JobStatus, QueueKind, Retention, RunState
from vmsemu.tables.facilities import SS

if TYPE_CHECKING:
    from vmsemu.lnm.names import ProcessNames
    from vmsemu.security.access import Credentials

MAXIMUM_PRIORITY = 100
"""SYSGEN MAXQUEPRI: what a user may ask for without OPER or ALTPRI."""
_MAX_NAME = 39
_ENDING = (RunState.STOP_PENDING, RunState.STOPPING, RunState.RESETTING)
_RUNNING_CHANGES = frozenset({"notify", "retain", "retain_until", "note", "log_print", "log_keep", "log_queue", "checkpoint", "restart"})


class Jobs(Scheduler):
    """The job half of the queue manager."""

    # -- submit -----------------------------------------------------------------------------------------------------------------------

    def submit(
        self, queue: str, files: Sequence[JobFile | str], *, username: str, uic: Uic, credentials: Credentials | None = None,
        names: ProcessNames | None = None, **attributes: Unpack[JobAttributes],
    ) -> Entry:  # fmt: skip
        """Create a job ($SNDJBC ENTER_FILE). It is durable at the end of the tick. `credentials` of None is the system.

        Errors: JBC.JOBQUEDIS, NOSUCHQUE, QUE_CLOSED, NOPRIV, EMPTYJOB, NOSUCHFORM; those of RMS when the journal can not be written.
        A priority above MAXQUEPRI is reduced to it without OPER or ALTPRI (compare `priority`, JBC.PRIOSMALL).
        """
        database = self.running_database()
        target = self.find_queue(queue, names)
        if target.closed:
            raise JBC.QUE_CLOSED.error()
        if credentials is not None:
            require(credentials, target, SUBMIT)
        if not files:
            raise JBC.EMPTYJOB.error()
        if "form" in attributes:
            attributes["form"] = self.form(attributes["form"]).name
        job_files = tuple([f if isinstance(f, JobFile) else JobFile(f) for f in files])
        attributes["name"] = (attributes.get("name") or _file_name(job_files[0].spec))[:_MAX_NAME]
        entry = Entry(
            number=self.next_number(), queue=target.name, origin=target.name, username=username, uic=uic, submitted=self.kernel.now,
            serial=self.last_serial + 1, files=job_files, **attributes,
        )  # fmt: skip
        entry.size = sum([f.blocks * f.copies for f in job_files])
        if entry.priority > MAXIMUM_PRIORITY:
            entry.priority = self._allowed_priority(entry.priority, credentials)
        if not target.is_batch and "restart" not in attributes:
            entry.restart = True
        entry.state = self._waiting_state(entry)
        try:
            database.save_entry(entry)
        except VmsError:
            database.delete_entry(entry.number)
            raise
        self.last_entry, self.last_serial = entry.number, entry.serial
        self.entries[entry.number] = entry
        self._wait(entry)
        return entry

    def _waiting_state(self, entry: Entry) -> JobStatus:
        if entry.hold:
            return JobStatus.HOLDING
        if entry.after is not None and entry.after > self.kernel.now:
            return JobStatus.TIMED_RELEASE
        return JobStatus.PENDING

    def _wait(self, entry: Entry) -> None:
        """Put an entry that is in no list where its state says, arm its timer, and schedule."""
        state = entry.state
        if state & JobStatus.PENDING:
            if not self.start_at_once(entry):
                self.place(entry, state)
                self.schedule(self.queues[entry.queue])
            return
        self.place(entry, state)
        if state & JobStatus.TIMED_RELEASE:
            assert entry.after is not None
            entry.timer = self.kernel.call_at(entry.after, partial(self._time_came, entry))

    def _time_came(self, entry: Entry) -> None:
        """The time of /AFTER or of a retry is reached. The journal needs no change: at a restart it is past as well."""
        if self.database is not None and entry.state & JobStatus.TIMED_RELEASE:
            self.withdraw(entry)
            entry.after = None
            entry.state = JobStatus.PENDING
            self._wait(entry)

    @staticmethod
    def _allowed_priority(wanted: int, who: Credentials | None) -> int:
        if who is None or Privilege.OPER in who.privileges or Privilege.ALTPRI in who.privileges:
            return wanted
        return max(MAXIMUM_PRIORITY, DEFAULT_PRIORITY)

    # -- change -----------------------------------------------------------------------------------------------------------------------

    def set_entry(
        self, number: int, *, credentials: Credentials | None = None, queue: str | None = None, names: ProcessNames | None = None,
        release: bool = False, **changes: Unpack[JobAttributes],
    ) -> Entry:  # fmt: skip
        """SET ENTRY. `queue` moves the job (/REQUEUE); `release` starts a held, timed or retained one (/RELEASE, /NOHOLD, /NOAFTER).

        Errors: JBC.NOSUCHENT, NOPRIV, EXECUTING, NOSUCHQUE, QUE_CLOSED, INCDSTQUE, NOSUCHFORM; those of RMS.
        """
        entry = self.find_entry(number)
        here = self.queues[entry.queue]
        require_entry(credentials, here, entry)
        if entry.executing:
            if queue is not None or release or not changes.keys() <= _RUNNING_CHANGES:
                raise JBC.EXECUTING.error()
            _apply(entry, changes)
            self._saved(entry)
            return entry
        target = self._destination(here, entry, queue, names, credentials)
        if changes.get("form"):
            changes["form"] = self.form(changes["form"]).name
        before = {name: getattr(entry, name) for name in (*changes, "queue", "origin", "state", "hold", "after", "condition", "completed")}
        self.withdraw(entry)
        resubmit = entry.retained and (release or queue is not None)
        if release:
            entry.hold, entry.after = False, None
        _apply(entry, changes)
        if "priority" in changes:
            entry.priority = self._allowed_priority(entry.priority, credentials) if entry.priority > MAXIMUM_PRIORITY else entry.priority
        if target is not None:
            entry.queue = entry.origin = target.name
        if resubmit:
            entry.condition = entry.completed = None
            entry.queue = entry.origin
        if not entry.retained or resubmit:
            entry.state = self._waiting_state(entry)
        try:
            self._saved(entry)
        except VmsError:
            for name, value in before.items():
                setattr(entry, name, value)
            self._rearm(entry)
            raise
        self._rearm(entry)
        return entry

    def _rearm(self, entry: Entry) -> None:
        """Back into its list after a change, a retained job with its retention timer."""
        if entry.retained:
            self.place(entry, JobStatus.RETAINED)
            self._arm_retention(entry)
        else:
            self._wait(entry)

    def _destination(
        self, here: Queue, entry: Entry, queue: str | None, names: ProcessNames | None, credentials: Credentials | None
    ) -> Queue | None:
        """Where a job is to be moved. Errors: JBC.NOSUCHQUE, QUE_CLOSED, NOPRIV, INCDSTQUE."""
        if queue is None:
            return None
        target = self.find_queue(queue, names)
        if target.closed:
            raise JBC.QUE_CLOSED.error()
        require(credentials, target, SUBMIT)
        if target.is_batch is not here.is_batch:
            raise JBC.INCDSTQUE.error()
        return target

    def set_files(self, entry: Entry, files: tuple[JobFile, ...]) -> None:
        """Change the options of the files of a job that waits. Errors: JBC.EXECUTING; those of RMS."""
        if entry.executing:
            raise JBC.EXECUTING.error()
        self.withdraw(entry)
        before, entry.files = entry.files, files
        entry.size = sum(f.blocks * f.copies for f in files)
        try:
            self._saved(entry)
        except VmsError:
            entry.files = before
            raise
        finally:
            self._rearm(entry)

    def hold(self, number: int, credentials: Credentials | None = None) -> Entry:
        """SET ENTRY/HOLD."""
        return self.set_entry(number, credentials=credentials, hold=True)

    def release(self, number: int, credentials: Credentials | None = None) -> Entry:
        """SET ENTRY/RELEASE."""
        return self.set_entry(number, credentials=credentials, release=True)

    def _saved(self, entry: Entry) -> None:
        self.running_database().save_entry(entry)

    # -- delete, abort, requeue -------------------------------------------------------------------------------------------------------

    def delete_entry(self, number: int, *, credentials: Credentials | None = None, queue: str | None = None) -> None:
        """DELETE/ENTRY: remove a job, aborting it when it runs. Errors: JBC.NOSUCHENT, NOPRIV."""
        entry = self.find_entry(number)
        here = self.queues[entry.queue]
        if queue is not None and queue not in (entry.queue, entry.origin):
            raise JBC.NOSUCHENT.error()
        require_entry(credentials, here, entry)
        if entry.executing:
            self._abort(here, entry, JBC.JOBDELETE.value)
            return
        self.withdraw(entry)
        self.forget(entry)
        if entry.finished is not None:
            entry.finished.complete(entry.condition if entry.condition is not None else JBC.JOBDELETE.value)

    def abort_job(self, queue: Queue, number: int | None = None, credentials: Credentials | None = None) -> None:
        """STOP/QUEUE/ABORT (the current job) and STOP/QUEUE/ENTRY. Errors: JBC.JOBNOTEXEC, NOSUCHENT, NOPRIV."""
        entry = self._running(queue, number)
        require_entry(credentials, queue, entry)
        self._abort(queue, entry, JBC.JOBABORT.value)

    def requeue_job(
        self, queue: Queue, number: int | None = None, *, to: str = "", names: ProcessNames | None = None, hold: bool = False,
        priority: int | None = None, credentials: Credentials | None = None,
    ) -> None:  # fmt: skip
        """STOP/QUEUE/REQUEUE: stop a running job and put it back. Errors: JBC.JOBNOTEXEC, NOSUCHENT, NORESTART, NOPRIV, those of a move."""
        entry = self._running(queue, number)
        require_entry(credentials, queue, entry)
        if queue.is_batch and not entry.restart:
            raise JBC.NORESTART.error()
        target = self._destination(queue, entry, to or None, names, credentials)
        entry.requeue = Requeue(target.name if target is not None else "", hold, priority)
        self._abort(queue, entry, JBC.JOBREQUEUE.value)

    def _running(self, queue: Queue, number: int | None) -> Entry:
        if number is not None:
            entry = self.find_entry(number)
            if entry.number not in queue.executing:
                raise JBC.JOBNOTEXEC.error()
            return entry
        for entry in queue.executing.values():
            return entry
        raise JBC.JOBNOTEXEC.error()

    def _abort(self, queue: Queue, entry: Entry, condition: ConditionValue) -> None:
        """Ask the executor to end a running job; asked twice, the first condition stays."""
        if entry.abort_condition is None:
            entry.abort_condition = condition
            entry.state = (entry.state & JobStatus.SUSPENDED) | JobStatus.ABORTING
            self.executor(queue).abort_job(queue, entry, condition)

    def abort_all(self, queue: Queue, condition: ConditionValue) -> None:
        """Abort every running job of a queue; those that can be restarted go back to wait."""
        for entry in list(queue.executing.values()):
            if (entry.restart or queue.kind is QueueKind.SERVER) and entry.requeue is None and entry.abort_condition is None:
                entry.requeue = Requeue()
            self._abort(queue, entry, condition)

    # -- the end of a job ---------------------------------------------------------------------------------------------------------------

    def job_started(self, entry: Entry) -> None:
        """The executor confirms that the job runs."""
        if entry.state & JobStatus.STARTING:
            entry.state = JobStatus.EXECUTING

    def job_finished(self, entry: Entry, condition: ConditionValue, retry: VmsTime | None = None, retain: bool = False) -> None:
        """A job left its slot: requeue it, hold it until `retry`, retain it, or forget it; then run the next one."""
        if entry.number not in self.entries or not entry.executing or self.database is None:
            return
        queue = self.withdraw(entry)
        entry.pid = 0
        requeue, entry.requeue = entry.requeue, None
        aborted = entry.abort_condition
        if requeue is not None:
            self._put_back(entry, requeue)
        elif retry is not None and aborted is None:
            self._retry(entry, retry)
        else:
            self._complete(queue, entry, aborted if aborted is not None else condition, retain)
        if not queue.executing and queue.state in _ENDING:
            self.executor(queue).stop_queue(queue)
        else:
            self.schedule(queue)

    def _put_back(self, entry: Entry, how: Requeue) -> None:
        entry.queue = entry.origin = how.queue or entry.origin
        entry.restarting = True
        entry.hold = how.hold
        if how.priority is not None:
            entry.priority = how.priority
        entry.state = self._waiting_state(entry)
        self.save_later(entry)
        self._wait(entry)

    def _retry(self, entry: Entry, when: VmsTime) -> None:
        entry.queue = entry.origin
        entry.after = when
        entry.state = self._waiting_state(entry)
        self.save_later(entry)
        self._wait(entry)

    def _complete(self, queue: Queue, entry: Entry, condition: ConditionValue, retain: bool) -> None:
        entry.condition = condition
        entry.completed = self.kernel.now
        entry.completion_queue = queue.name
        entry.queue = queue.name
        books = accounting(self.system)
        if books is not None and queue.kind is not QueueKind.BATCH:
            books.print_ended(queue.name, entry, condition)
        if retain or self._retained(queue, entry):
            self.place(entry, JobStatus.RETAINED)
            self.save_later(entry)
            self._arm_retention(entry)
        else:
            self.forget(entry)
        if entry.notify:
            notify_completion(self, entry, condition)
        if entry.finished is not None:
            entry.finished.complete(condition)

    def _retained(self, queue: Queue, entry: Entry) -> bool:
        """What queue and job ask for; whoever asks for more wins."""
        if entry.retain is Retention.UNTIL and entry.retain_until is not None and entry.retain_until > self.kernel.now:
            return True
        rules = (queue.retain, entry.retain)
        return Retention.ALWAYS in rules or (Retention.ERROR in rules and not entry.condition)

    def _arm_retention(self, entry: Entry) -> None:
        """A job retained until a time goes then, unless the queue's rule keeps it."""
        if entry.retain is Retention.UNTIL and entry.retain_until is not None:
            entry.timer = self.kernel.call_at(entry.retain_until, lambda: self._retention_over(entry))

    def _retention_over(self, entry: Entry) -> None:
        if self.database is not None and entry.number in self.entries and entry.retained:
            rule = self.queues[entry.queue].retain
            if rule is not Retention.ALWAYS and not (rule is Retention.ERROR and not entry.condition):
                self.withdraw(entry)
                self.forget(entry)

    def completion(self, number: int, credentials: Credentials | None = None) -> Completion[ConditionValue]:
        """What SYNCHRONIZE waits for: the job's completion status; done already for a retained job. Errors: JBC.NOSUCHENT."""
        entry = self.find_entry(number)
        require_entry(credentials, self.queues[entry.queue], entry)
        if entry.finished is None:
            entry.finished = Completion(self.kernel)
        if entry.retained:
            done: Completion[ConditionValue] = Completion(self.kernel)
            done.complete(entry.condition if entry.condition is not None else SS.NORMAL.value)
            return done
        return entry.finished

    def set_restart_value(self, number: int, value: str) -> None:
        """SET RESTART_VALUE ($SNDJBC BATCH_CHECKPOINT): what BATCH$RESTART will be if the job is restarted."""
        entry = self.find_entry(number)
        entry.checkpoint = value
        self._saved(entry)


def _apply(entry: Entry, changes: JobAttributes) -> None:
    for name, value in changes.items():
        assert name in ATTRIBUTES
        if name == "name":
            value = str(value)[:_MAX_NAME]
        setattr(entry, name, value)


def _file_name(spec: str) -> str:
    """The name field of a full file specification."""
    return spec[max(spec.rfind("]"), spec.rfind(">"), spec.rfind(":")) + 1 :].split(".", 1)[0].split(";", 1)[0]


__all__ = ["DELETE", "MAXIMUM_PRIORITY", "Jobs"]
