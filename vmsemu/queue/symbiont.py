"""The symbiont interface: what a print or server symbiont sees of the job controller.

A symbiont is a coroutine `async def entry(symbiont: SymbiontContext)` declared with `@symbiont("NAME")`. It runs in a process SYMBIONT_n as long as a
queue with /PROCESSOR=NAME is started:

    @symbiont("TCPIP$SMTP_SYMBIONT")
    async def smtp_symbiont(symbiont: SymbiontContext) -> None:
        while True:
            message = await symbiont.port.read_message()
            if isinstance(message, StartTask):
                symbiont.port.task_complete(message.stream, await deliver(message))

Each request is acknowledged by reading the next one, as the SMB routines do by returning its code. A start that fails is answered with
`stream_failed`. A task that must stop (STOP/QUEUE/ABORT, /REQUEUE, /RESET, DELETE/ENTRY) is interrupted: the wait it is in raises
TaskStopped, and the symbiont answers with task_complete as after any other failure. A symbiont with several streams reads a StopTask
instead. When the last stream has stopped the process is deleted.

Source: Utility Routines Manual, "Symbiont/job controller interface (SMB)".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

from vmsemu.base.condition import ConditionValue, MessageDefinition, VmsError
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.kernel.event import WaitQueue
from vmsemu.kernel.task import ProcessState
from vmsemu.queue.entry import NO_FLAGS
from vmsemu.queue.jbc import JBC
from vmsemu.queue.status import DeviceStatus, FileFlags, QueueKind

if TYPE_CHECKING:
    from vmsemu.kernel.kernel import Kernel
    from vmsemu.services.process import Process
    from vmsemu.services.rms import ProcessFiles
    from vmsemu.services.system import System


@dataclass(frozen=True, slots=True, eq=False)
class StartStream:
    """START/QUEUE on a stopped queue: serve it on this stream."""

    stream: int
    queue: str
    device: str = ""
    library: str = ""


@dataclass(slots=True, eq=False)
class StartTask:
    """A file of a job to process. `queue` is where the job was submitted, `executor_queue` where it runs; `file_number` counts from 1."""

    stream: int
    entry_number: int
    job_name: str
    file_specification: str
    username: str
    uic: Uic
    account: str
    queue: str
    executor_queue: str
    time_queued: VmsTime
    priority: int
    parameters: Sequence[str | None] = ()
    note: str = ""
    form: str = ""
    file_flags: FileFlags = NO_FLAGS
    file_number: int = 1
    file_count: int = 1
    copy_number: int = 1
    copies: int = 1
    restarting: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class StopStream:
    """STOP/QUEUE/NEXT, after the current task: end this stream."""

    stream: int


@dataclass(frozen=True, slots=True, eq=False)
class ResetStream:
    """STOP/QUEUE/RESET: the task has been stopped; end this stream."""

    stream: int


@dataclass(frozen=True, slots=True, eq=False)
class StopTask:
    """STOP/QUEUE/ABORT, for symbionts with several streams: stop the task of this one."""

    stream: int


@dataclass(frozen=True, slots=True, eq=False)
class PauseTask:
    """STOP/QUEUE: pause."""

    stream: int


@dataclass(frozen=True, slots=True, eq=False)
class ResumeTask:
    """START/QUEUE on a paused queue: go on."""

    stream: int


Request = StartStream | StartTask | StopStream | ResetStream | StopTask | PauseTask | ResumeTask


class TaskStopped(VmsError):
    """Raised in the wait of a symbiont whose task is to be stopped."""

    def __init__(self) -> None:
        super().__init__(JBC.JOBABORT())


class JobController(Protocol):
    """The job controller's side of a port."""

    def acknowledged(self, port: SymbiontPort, request: Request) -> None: ...

    def task_taken(self, port: SymbiontPort, request: StartTask) -> bool:
        """The symbiont is about to read it; False when the task is wanted no more."""
        ...

    def task_complete(self, port: SymbiontPort, stream: int, condition: ConditionValue, retry: VmsTime | None, retain: bool) -> None: ...

    def stream_failed(self, port: SymbiontPort, stream: int, condition: ConditionValue) -> None: ...

    def device_status(self, port: SymbiontPort, stream: int, status: DeviceStatus) -> None: ...


class SymbiontPort:
    """The mailbox between the job controller and one symbiont process."""

    def __init__(self, kernel: Kernel, controller: JobController) -> None:
        self._requests: WaitQueue[Request] = WaitQueue(kernel)
        self._controller = controller
        self._last: Request | None = None  # what is acknowledged next; a task is not

    def send(self, request: Request) -> None:
        """For the job controller: queue a request."""
        self._requests.put(request)

    # -- for the symbiont -----------------------------------------------------------------------------------------------------------

    async def read_message(self) -> Request:
        """The next request (SMB$READ_MESSAGE); acknowledges the one before."""
        while True:
            last, self._last = self._last, None
            if last is not None:
                self._controller.acknowledged(self, last)
            request = await self._requests.get(state=ProcessState.HIB)
            if not isinstance(request, StartTask):
                self._last = request
            elif not self._controller.task_taken(self, request):
                continue
            return request

    def check_for_message(self) -> bool:
        """A request waits (SMB$CHECK_FOR_MESSAGE)."""
        return len(self._requests) > 0

    def task_complete(
        self, stream: int, condition: ConditionValue | MessageDefinition, retry_time: VmsTime | None = None, retain: bool = False
    ) -> None:
        """TASK_COMPLETE: the file is done. With `retry_time` the job is held until then and comes again; `retain` keeps it in the queue."""
        self._controller.task_complete(self, stream, as_value(condition), retry_time, retain)

    def stream_failed(self, stream: int, condition: ConditionValue | MessageDefinition) -> None:
        """The answer to START_STREAM when the stream can not be served: the queue is stopped."""
        self._last = None
        self._controller.stream_failed(self, stream, as_value(condition))

    def device_status(self, stream: int, status: DeviceStatus) -> None:
        """TASK_STATUS with DEVICE_STATUS: what kind of device it is, and whether it is stalled or unavailable now."""
        self._controller.device_status(self, stream, status)


def as_value(condition: ConditionValue | MessageDefinition) -> ConditionValue:
    return condition.value if isinstance(condition, MessageDefinition) else ConditionValue(condition)


@dataclass(slots=True)
class SymbiontContext:
    """What a symbiont is given: its process, the system, and its port."""

    process: Process
    system: System
    port: SymbiontPort

    @property
    def kernel(self) -> Kernel:
        return self.system.kernel

    @property
    def now(self) -> VmsTime:
        return self.system.kernel.now

    @property
    def files(self) -> ProcessFiles:
        return self.process.files


SymbiontMain = Callable[[SymbiontContext], Coroutine[Any, Any, Any]]


@dataclass(frozen=True, slots=True)
class SymbiontEntry:
    """A symbiont image: its coroutine, what kind of queue it serves, how many queues one process serves."""

    name: str
    main: SymbiontMain
    kind: QueueKind = QueueKind.SERVER
    streams: int = 1


SymbiontLoader = Callable[[str], SymbiontEntry | None]
_ENTRIES: dict[str, SymbiontEntry] = {}


def symbiont(name: str, *, kind: QueueKind = QueueKind.SERVER, streams: int = 1) -> Callable[[SymbiontMain], SymbiontMain]:
    """Declare the coroutine of the symbiont image `name`."""

    def declare(main: SymbiontMain) -> SymbiontMain:
        _ENTRIES[name] = SymbiontEntry(name, main, kind, streams)
        return main

    return declare


def find_symbiont(name: str, packages: Sequence[str] = ()) -> SymbiontEntry | None:
    """The symbiont of that image name, from what is declared or by the rule of the image registry: `A$B` is module `a_b.a_b` of a package."""
    entry = _ENTRIES.get(name)
    if entry is not None or re.fullmatch(r"[A-Z][A-Z0-9_$]*", name) is None:
        return entry
    word = name.lower().replace("$", "_")
    for package in packages:
        if find_spec(f"{package}.{word}") is not None and find_spec(f"{package}.{word}.{word}") is not None:
            import_module(f"{package}.{word}.{word}")
            return _ENTRIES.get(name)
    return None
