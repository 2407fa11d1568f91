"""The job controller's side of symbionts: processes SYMBIONT_n, their streams, and the state of the queues they serve.

Theory of operation. Each started output queue has one stream of one symbiont process; a process serves as many queues as its image allows.
The queue's state follows the acknowledgements: START_STREAM idle, PAUSE_TASK paused, RESUME_TASK idle, STOP_STREAM and RESET_STREAM stopped.
A job's files are given one after the other, each copy as a task of its own. A symbiont that dies leaves its queues stopped and its job
waiting.

Source: Utility Routines Manual, "SMB"; the protocol's codes are SMBMSG$K_*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.time import VmsTime
from vmsemu.opcom.opcom import operator_message
from vmsemu.queue.entry import Entry, Requeue
from vmsemu.queue.jbc import JBC
from vmsemu.queue.queue import PRINT_PROCESSOR, Queue
from vmsemu.queue.status import DeviceStatus, FileFlags, JobStatus, QueueKind, RunState
from vmsemu.queue.symbiont import (
    PauseTask,
    Request,
    ResetStream,
    ResumeTask,
    StartStream,
    StartTask,
    StopStream,
    StopTask,
    SymbiontContext,
    SymbiontEntry,
    SymbiontLoader,
    SymbiontPort,
    TaskStopped,
    find_symbiont,
)
from vmsemu.services.creprc import create_process
from vmsemu.services.persona import as_user
from vmsemu.services.process import Process, ProcessDeleted, ProcessMode
from vmsemu.services.putmsg import message_lines
from vmsemu.services.stream import NullStream
from vmsemu.tables.facilities import CLI, SS

if TYPE_CHECKING:
    from vmsemu.kernel.task import Task
    from vmsemu.queue.manager import QueueManager

SYMBIONT_USER = "SYSTEM"
IMAGE_PACKAGES = ("vmsemu.images",)


class _Stream:
    """One queue served by one symbiont process, and the task it works on."""

    __slots__ = ("entry", "number", "queue", "request", "server", "taken")

    def __init__(self, server: _Server, number: int, queue: Queue) -> None:
        self.server = server
        self.number = number
        self.queue = queue
        self.request: StartTask | None = None
        self.entry: Entry | None = None
        self.taken = False


class _Server:
    """One symbiont process."""

    __slots__ = ("definition", "port", "process", "stopping", "streams")

    def __init__(self, definition: SymbiontEntry, port: SymbiontPort) -> None:
        self.definition = definition
        self.port = port
        self.process: Process | None = None
        self.streams: dict[int, _Stream] = {}
        self.stopping = False


class SymbiontExecutor:
    """Runs the jobs of output and server queues."""

    def __init__(self, manager: QueueManager) -> None:
        self._manager = manager
        self._servers: list[_Server] = []
        self._by_port: dict[SymbiontPort, _Server] = {}
        self._by_queue: dict[str, _Stream] = {}
        self._count = 0
        self.loader: SymbiontLoader = lambda name: find_symbiont(name, IMAGE_PACKAGES)

    # -- queues -------------------------------------------------------------------------------------------------------------------------

    def start_queue(self, queue: Queue) -> None:
        """Give the queue a stream. Errors: JBC.SYMCREPRC, the cause chained (CLI.IMAGEFNF when there is no such symbiont)."""
        processor = queue.processor or PRINT_PROCESSOR
        definition = self.loader(processor)
        if definition is None:
            raise JBC.SYMCREPRC.error(cause=CLI.IMAGEFNF(processor))
        server = next(
            (s for s in self._servers if s.definition == definition and not s.stopping and len(s.streams) < definition.streams), None
        )
        if server is None:
            server = self._create(definition)
        number = next(n for n in range(definition.streams) if n not in server.streams)
        stream = server.streams[number] = self._by_queue[queue.name] = _Stream(server, number, queue)
        queue.state = RunState.STARTING
        server.port.send(StartStream(stream.number, queue.name, queue.device, queue.library))

    def _create(self, definition: SymbiontEntry) -> _Server:
        system = self._manager.system
        server = _Server(definition, SymbiontPort(system.kernel, self))
        number = self._count + 1

        async def main(process: Process) -> ConditionValue:
            await definition.main(SymbiontContext(process, system, server.port))
            return SS.NORMAL.value

        try:
            server.process = create_process(
                system, username=SYMBIONT_USER, name=f"SYMBIONT_{number}", mode=ProcessMode.OTHER, input=NullStream(), output=NullStream(),
                main=main, login=False,
            )  # fmt: skip
        except VmsError as error:
            raise JBC.SYMCREPRC.error(cause=error) from error
        self._count = number
        server.process.image = definition.name
        assert server.process.task is not None
        server.process.task.on_exit.append(lambda task: self._server_ended(server, task))
        self._servers.append(server)
        self._by_port[server.port] = server
        return server

    def pause(self, queue: Queue) -> None:
        queue.state = RunState.PAUSING
        self._send(queue, PauseTask)

    def resume(self, queue: Queue) -> None:
        queue.state = RunState.RESUMING
        self._send(queue, ResumeTask)

    def stop_queue(self, queue: Queue) -> None:
        reset = queue.state is RunState.RESETTING
        queue.state = RunState.RESETTING if reset else RunState.STOPPING
        self._send(queue, ResetStream if reset else StopStream)

    def reset(self, queue: Queue) -> None:
        if queue.state is RunState.RESETTING:
            return
        queue.state = RunState.RESETTING
        if queue.executing:
            self._manager.abort_all(queue, JBC.QUERESET.value)
        else:
            self.stop_queue(queue)

    def _send(self, queue: Queue, kind: type[PauseTask | ResumeTask | StopStream | ResetStream]) -> None:
        stream = self._by_queue.get(queue.name)
        if stream is None:
            self._manager.queue_stopped(queue)
        else:
            stream.server.port.send(kind(stream.number))

    # -- jobs ---------------------------------------------------------------------------------------------------------------------------

    def start_job(self, queue: Queue, entry: Entry) -> None:
        """Errors: JBC.INTERNALERROR when the queue has no stream."""
        stream = self._by_queue.get(queue.name)
        if stream is None:
            raise JBC.INTERNALERROR.error()
        stream.entry = entry
        self._next_task(stream, entry)

    def _next_task(self, stream: _Stream, entry: Entry) -> None:
        file = entry.files[entry.file_index]
        stream.taken = False
        stream.request = StartTask(
            stream.number, entry.number, entry.name, file.spec, entry.username, entry.uic, entry.account, entry.origin, entry.queue,
            entry.submitted, entry.priority, entry.parameters, entry.note, entry.form or stream.queue.default_form, file.flags,
            entry.file_index + 1, len(entry.files), entry.copies_done + 1, file.copies * entry.copies, entry.restarting,
        )  # fmt: skip
        stream.server.port.send(stream.request)

    def abort_job(self, queue: Queue, entry: Entry, condition: ConditionValue) -> None:
        stream = self._by_queue.get(queue.name)
        if stream is None or stream.entry is not entry or not stream.taken:
            if stream is not None and stream.entry is entry:
                stream.request = stream.entry = None
            self._manager.kernel.post(self._manager.job_finished, entry, condition)
        elif stream.server.definition.streams > 1:
            stream.server.port.send(StopTask(stream.number))
        else:
            process = stream.server.process
            assert process is not None and process.task is not None
            process.task.interrupt(TaskStopped())

    # -- what symbionts say -------------------------------------------------------------------------------------------------------------

    def task_taken(self, port: SymbiontPort, request: StartTask) -> bool:
        stream = self._stream(port, request.stream)
        if stream is None or stream.request is not request:
            return False
        stream.taken = True
        if stream.entry is not None:
            self._manager.job_started(stream.entry)
        return True

    def task_complete(self, port: SymbiontPort, number: int, condition: ConditionValue, retry: VmsTime | None, retain: bool) -> None:
        stream = self._stream(port, number)
        if stream is None or stream.entry is None or not stream.taken:
            return
        entry = stream.entry
        done = retry is None and entry.abort_condition is None and condition
        if done and self._advance(entry):
            self._next_task(stream, entry)
            return
        stream.entry = stream.request = None
        if done:
            self._delete_files(stream.server, entry)
        self._manager.job_finished(entry, condition, retry, retain)

    @staticmethod
    def _advance(entry: Entry) -> bool:
        """Go to the next copy or file; False after the last."""
        entry.copies_done += 1
        if entry.copies_done < entry.files[entry.file_index].copies * entry.copies:
            return True
        entry.copies_done = 0
        entry.file_index += 1
        return entry.file_index < len(entry.files)

    @staticmethod
    def _delete_files(server: _Server, entry: Entry) -> None:
        """PRINT/DELETE, with the rights of the job's user."""
        for file in entry.files:
            if file.flags & FileFlags.DELETE and server.process is not None:
                try:
                    with as_user(server.process, entry.username, entry.uic):
                        server.process.files.erase(file.spec)
                except VmsError:
                    continue

    def acknowledged(self, port: SymbiontPort, request: Request) -> None:
        stream = self._stream(port, request.stream)
        if stream is None:
            return
        queue = stream.queue
        if isinstance(request, StartStream):
            self._manager.kind_found(queue, stream.server.definition.kind)
            if queue.state is RunState.STARTING:
                self._manager.queue_running(queue)
        elif isinstance(request, PauseTask) and queue.state is RunState.PAUSING:
            queue.state = RunState.PAUSED
            for entry in queue.executing.values():
                entry.state = JobStatus.SUSPENDED
        elif isinstance(request, ResumeTask) and queue.state is RunState.RESUMING:
            for entry in queue.executing.values():
                entry.state = JobStatus.EXECUTING
            self._manager.queue_running(queue)
        elif isinstance(request, StopStream | ResetStream):
            self._end_stream(stream)

    def stream_failed(self, port: SymbiontPort, number: int, condition: ConditionValue) -> None:
        stream = self._stream(port, number)
        if stream is not None:
            self._end_stream(stream)

    def device_status(self, port: SymbiontPort, number: int, status: DeviceStatus) -> None:
        stream = self._stream(port, number)
        if stream is None:
            return
        queue = stream.queue
        if status & DeviceStatus.SERVER:
            self._manager.kind_found(queue, QueueKind.SERVER)
        elif status & DeviceStatus.TERMINAL:
            self._manager.kind_found(queue, QueueKind.TERMINAL)
        queue.lowercase = bool(status & DeviceStatus.LOWERCASE)
        queue.remote = bool(status & DeviceStatus.REMOTE)
        queue.stalled = bool(status & DeviceStatus.STALLED)
        queue.unavailable = bool(status & DeviceStatus.UNAVAILABLE)
        for entry in queue.executing.values():
            if entry.state in (JobStatus.EXECUTING, JobStatus.STALLED):
                entry.state = JobStatus.STALLED if queue.stalled else JobStatus.EXECUTING
        self._manager.schedule(queue)

    # -- ends ---------------------------------------------------------------------------------------------------------------------------

    def _stream(self, port: SymbiontPort, number: int) -> _Stream | None:
        server = self._by_port.get(port)
        return server.streams.get(number) if server is not None else None

    def _end_stream(self, stream: _Stream) -> None:
        server = stream.server
        server.streams.pop(stream.number, None)
        self._by_queue.pop(stream.queue.name, None)
        self._manager.queue_stopped(stream.queue)
        if not server.streams:
            self._delete(server)

    @staticmethod
    def _delete(server: _Server) -> None:
        server.stopping = True
        if server.process is not None and server.process.task is not None:
            server.process.task.interrupt(ProcessDeleted())

    def _server_ended(self, server: _Server, task: Task) -> None:
        self._servers.remove(server)
        del self._by_port[server.port]
        streams = list(server.streams.values())
        server.streams.clear()
        if not server.stopping and streams:
            operator_message(self._manager.system, "JOB_CONTROL", message_lines(JBC.SYMDEL()))
        for stream in streams:
            self._by_queue.pop(stream.queue.name, None)
            self._manager.queue_stopped(stream.queue)
            entry, stream.entry = stream.entry, None
            if entry is not None:
                if entry.abort_condition is None and entry.requeue is None and (entry.restart or stream.queue.kind is QueueKind.SERVER):
                    entry.requeue = Requeue()
                self._manager.job_finished(entry, JBC.SYMDEL.value)

    def delete_all(self) -> None:
        """Delete every symbiont that still serves a queue; its jobs go back to wait."""
        for server in self._servers:
            if server.process is not None and server.process.task is not None:
                server.process.task.interrupt(ProcessDeleted())

    def shut_down(self) -> None:
        """The queue manager ends: so do the symbionts. Their jobs stay as the journal has them."""
        for server in self._servers:
            server.streams.clear()
            self._delete(server)
        self._by_queue.clear()
