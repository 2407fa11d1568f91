"""Batch jobs: one detached process BATCH_<entry> for each, its log file, and what follows its end.

The command interpreter is a floor above; the node gives its main line as `session` (see BatchSession). The process's output is the log; a job
that is paused is a suspended process. With /PRINTER the finished log goes to the log queue and is deleted after printing unless /KEEP;
when there is no such queue the log stays (fidelity: the job controller's note of that is not known). CPU limits are kept and displayed, not enforced.

Source: User's Manual, "Batch jobs"; DCL Dictionary, SUBMIT.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.files.attributes import CarriageControl, RecordAttributes, RecordFormat
from vmsemu.files.control import Share
from vmsemu.queue.entry import Entry, JobFile
from vmsemu.queue.jbc import JBC
from vmsemu.queue.queue import Queue
from vmsemu.queue.status import FileFlags, JobStatus, RunState
from vmsemu.services.creprc import create_process, resume_process, stop_process, suspend_process
from vmsemu.services.log_stream import LogStream
from vmsemu.services.process import Process, ProcessMode
from vmsemu.services.stream import NullStream

if TYPE_CHECKING:
    from vmsemu.queue.manager import QueueManager
    from vmsemu.services.rms import RecordFile

PRINT_QUEUE = "SYS$PRINT"
ENTRY_ATTRIBUTE = "QUEUE_ENTRY"
LOG_RECORDS = RecordAttributes(format=RecordFormat.VFC, carriage=CarriageControl.PRN, control_size=2)


@dataclass(frozen=True, slots=True)
class BatchJob:
    """What the main line of a batch process needs. `restart_value` becomes BATCH$RESTART when `restarting`."""

    entry_number: int
    name: str
    queue: str
    files: tuple[str, ...]
    parameters: tuple[str, ...]
    restarting: bool
    restart_value: str
    cli: str


BatchSession = Callable[[Process, BatchJob], Coroutine[Any, Any, ConditionValue]]
"""Runs the login procedures and the job's files in a process whose output is the log, writes the termination block, returns the status."""


class BatchExecutor:
    """Runs the jobs of batch queues."""

    def __init__(self, manager: QueueManager) -> None:
        self._manager = manager
        self.session: BatchSession | None = None

    # -- queues -------------------------------------------------------------------------------------------------------------------------

    def start_queue(self, queue: Queue) -> None:
        queue.state = RunState.RUNNING

    def pause(self, queue: Queue) -> None:
        queue.state = RunState.PAUSED
        for entry in queue.executing.values():
            self._each(entry, suspend_process)
            entry.state = JobStatus.SUSPENDED

    def resume(self, queue: Queue) -> None:
        queue.state = RunState.RUNNING
        for entry in queue.executing.values():
            self._each(entry, resume_process)
            entry.state = JobStatus.EXECUTING

    def _each(self, entry: Entry, action: Callable[..., Any]) -> None:
        try:
            action(self._manager.system, entry.pid)
        except VmsError:
            return

    def stop_queue(self, queue: Queue) -> None:
        self._manager.queue_stopped(queue)

    def reset(self, queue: Queue) -> None:
        if queue.executing:
            queue.state = RunState.RESETTING
            self._manager.abort_all(queue, JBC.QUERESET.value)
        else:
            self._manager.queue_stopped(queue)

    # -- jobs ---------------------------------------------------------------------------------------------------------------------------

    def start_job(self, queue: Queue, entry: Entry) -> None:
        """Create the process. Errors: JBC.FAILCREPRC, the cause chained (no such account, name in use)."""
        session, log = self.session, LogStream(self._manager.kernel)
        if session is None:
            raise JBC.FAILCREPRC.error()
        job = BatchJob(
            entry.number, entry.name, queue.name, tuple(f.spec for f in entry.files), tuple(p or "" for p in entry.parameters),
            entry.restarting, entry.checkpoint, entry.cli,
        )  # fmt: skip

        async def main(process: Process) -> ConditionValue:
            if not entry.log_null:
                log.open(self._open_log(process, entry))
            status = await session(process, job)
            self._delete_files(process, entry)
            return status

        try:
            process = create_process(
                self._manager.system, username=entry.username, name=f"BATCH_{entry.number}", mode=ProcessMode.BATCH, input=NullStream(),
                output=log, main=main, priority=queue.base_priority,
            )  # fmt: skip
        except VmsError as error:
            raise JBC.FAILCREPRC.error(cause=error) from error
        process.attributes[ENTRY_ATTRIBUTE] = entry.number
        process.attributes["QUEUE_JOB"] = entry.name, queue.name
        entry.pid = process.pid
        entry.state = JobStatus.EXECUTING
        assert process.task is not None
        process.task.on_exit.append(lambda task: self._ended(process, entry, log))

    def _open_log(self, process: Process, entry: Entry) -> RecordFile:
        """SYS$LOGIN:<job name>.LOG, or what /LOG_FILE says, missing parts from that. Others may read it meanwhile. Errors: those of creating."""
        default = f"SYS$LOGIN:{_safe(entry.name)}.LOG"
        return process.files.create(entry.log_file, default=default, attributes=LOG_RECORDS, share=Share.READ)

    @staticmethod
    def _delete_files(process: Process, entry: Entry) -> None:
        """SUBMIT/DELETE."""
        for file in entry.files:
            if file.flags & FileFlags.DELETE:
                try:
                    process.files.erase(file.spec)
                except VmsError:
                    continue

    def abort_job(self, queue: Queue, entry: Entry, condition: ConditionValue) -> None:
        try:
            stop_process(self._manager.system, entry.pid)
        except VmsError:
            self._manager.kernel.post(self._manager.job_finished, entry, condition)

    def _ended(self, process: Process, entry: Entry, log: LogStream) -> None:
        if entry.pid != process.pid:
            return
        requeued = entry.requeue is not None
        self._manager.job_finished(entry, process.final_status)
        if log.opened and entry.log_print and not requeued:
            self._print_log(process, entry, log.name)

    def _print_log(self, process: Process, entry: Entry, log: str) -> None:
        flags = FileFlags(0) if entry.log_keep else FileFlags.DELETE
        try:
            self._manager.submit(
                entry.log_queue or PRINT_QUEUE, [JobFile(log, _blocks(process, log), flags)], username=entry.username, uic=entry.uic,
                account=entry.account, name=entry.name, note=entry.note,
            )  # fmt: skip
        except VmsError:
            return


def _safe(name: str) -> str:
    """A job name as a file name: what a file name can not have is left out."""
    return "".join(c for c in name if c.isalnum() or c in "$_-") or "BATCH"


def _blocks(process: Process, spec: str) -> int:
    try:
        header = process.files.find(spec).header
    except VmsError:
        return 0
    return -(-header.size // 512)


def entry_of(process: Process) -> int | None:
    """The entry number of the batch job a process belongs to."""
    number: Sequence[int] | int | None = process.root.attributes.get(ENTRY_ATTRIBUTE)
    return number if isinstance(number, int) else None
