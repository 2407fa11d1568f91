"""Processes as the rest of the system sees them: identity, rights, names, files, streams, accounting.

The process's code is a kernel task; this is its PCB, JIB and control region. PIDs are extended PIDs (shown as 8 hex digits). Processes are
made and ended by services/creprc.py.

Source: SHOW PROCESS, $GETJPI; OpenVMS System Services.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import ConditionValue
from vmsemu.base.privilege import PrivilegeSet
from vmsemu.base.protection import Protection
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.kernel.event import Completion, EventFlag
from vmsemu.kernel.task import ProcessState, Task
from vmsemu.security.access import Credentials, credentials_of
from vmsemu.security.sysuaf import Quotas
from vmsemu.services.rms import ProcessFiles
from vmsemu.services.stream import InputStream, NullStream, OutputStream
from vmsemu.tables.facilities import SS

if TYPE_CHECKING:
    from vmsemu.lnm.names import ProcessNames
    from vmsemu.security.sysuaf import UafRecord
    from vmsemu.services.system import System

MAX_PROCESS_NAME = 15
_CPU_TICK = 100_000  # of 100 ns


class ProcessMode(Enum):
    """F$MODE and JPI$_MODE."""

    INTERACTIVE = "INTERACTIVE"
    BATCH = "BATCH"
    NETWORK = "NETWORK"
    OTHER = "OTHER"


@dataclass(slots=True)
class Accounting:
    """What SHOW PROCESS and LOGOUT/FULL count."""

    buffered_io: int = 0
    direct_io: int = 0
    page_faults: int = 0
    volumes: int = 0
    images: int = 0
    task: Task | None = None

    @property
    def cpu(self) -> int:
        """Processor time in ticks of 10 ms."""
        return self.task.cpu // _CPU_TICK if self.task is not None else 0


class ControlY(BaseException):
    """Ctrl/Y (or Ctrl/C without a handler) typed at the terminal of an interactive process; caught by DCL only."""


class ControlC(ControlY):
    """Ctrl/C typed at a read. An image that takes it itself says so to its input (see dcl/streams.py); else it is Ctrl/Y."""


class ProcessDeleted(BaseException):
    """$DELPRC or STOP: the process must run down at once. Caught by the process main line only."""

    rank = 2


class ForcedExit(BaseException):
    """$FORCEX: the image must run down; DCL goes on."""

    rank = 1


_NO_QUOTAS = Quotas()
_NO_TIME = VmsTime(0)


@dataclass(eq=False, slots=True)
class Process:
    """One process. `symbols` and everything else private to DCL lives in the interpreter, not here.

    `privileges` are those on now, `authorized` those that may be turned on. `record` is the account it was made from. `default_directory` is
    the directory part only; the device is the translation of SYS$DISK. `rundown` actions run last first when the process ends.
    """

    system: System
    pid: int
    name: str
    username: str
    uic: Uic
    mode: ProcessMode
    authorized: PrivilegeSet
    privileges: PrivilegeSet
    names: ProcessNames
    account: str = ""
    rights: tuple[str, ...] = ()
    parent: Process | None = None
    base_priority: int = 4
    login_time: VmsTime = _NO_TIME
    default_directory: str = "[]"
    default_protection: Protection = Protection.DEFAULT
    terminal: str = ""
    job_type: str = ""
    image: str = ""
    task: Task | None = None
    input: InputStream = field(default_factory=NullStream)
    output: OutputStream = field(default_factory=NullStream)
    error: OutputStream | None = None
    command: InputStream | None = None
    accounting: Accounting = field(default_factory=Accounting)
    children: list[Process] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)
    final_status: ConditionValue = SS.NORMAL.value
    quotas: Quotas = _NO_QUOTAS
    record: UafRecord | None = None
    cli: str = ""
    rundown: list[Callable[[], None]] = field(default_factory=list)
    ended: Completion[ConditionValue] = field(init=False)
    _files: ProcessFiles | None = field(init=False, default=None)
    _wake: EventFlag | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.ended = Completion(self.system.kernel)

    def __repr__(self) -> str:
        return f"<Process {self.pid:08X} {self.name}>"

    @property
    def files(self) -> ProcessFiles:
        """The process's files, made at first use."""
        if self._files is None:
            self._files = ProcessFiles(self)
        return self._files

    def forget(self) -> None:
        """Let go of what was private to a process that has ended. A busy node ends hundreds in a second: what pointed at each other would pile
        up until the next garbage collection."""
        self.attributes.clear()
        self.rundown = []
        self._files = None
        self.names.forget()

    @property
    def has_files(self) -> bool:
        """`files` was used."""
        return self._files is not None

    @property
    def credentials(self) -> Credentials:
        """Whom the access checks see, with the privileges that are on now."""
        return credentials_of(self.uic, self.privileges, self.rights)

    @property
    def suspended(self) -> bool:
        """SUSP: the process does not run until it is resumed."""
        return self.task is not None and self.task.suspended

    @property
    def state(self) -> ProcessState:
        if self.suspended:
            return ProcessState.SUSP
        return self.task.state if self.task is not None else ProcessState.HIB

    @property
    def root(self) -> Process:
        """The master process of the job (the one that is nobody's subprocess)."""
        here = self
        while here.parent is not None:
            here = here.parent
        return here

    def tree(self) -> Iterator[Process]:
        """This process and everything below it, parents first."""
        yield self
        for child in list(self.children):
            yield from child.tree()

    def require(self, privilege: Any) -> None:
        """Raise SS.NOPRIV unless the privilege is on."""
        if privilege not in self.privileges:
            raise SS.NOPRIV.error()

    async def hibernate(self) -> None:
        """$HIBER: wait until woken; a wake that came before ends it at once."""
        if self._wake is None:
            self._wake = EventFlag(self.system.kernel)
        await self._wake.wait(state=ProcessState.HIB)
        self._wake.clear()

    def wake(self) -> None:
        """$WAKE."""
        if self._wake is None:
            self._wake = EventFlag(self.system.kernel)
        self._wake.set()


class ProcessTable:
    """Every process of the node, in order of creation."""

    FIRST = 0x101
    """The first identification of a standalone node; in a cluster the upper bits tell the node."""

    def __init__(self, first: int = FIRST) -> None:
        self._by_pid: dict[int, Process] = {}
        self._by_name: dict[tuple[int, str], Process] = {}
        self._next = first
        self.elsewhere: Callable[[], Iterable[ProcessTable]] = tuple

    def __iter__(self) -> Iterator[Process]:
        return iter(list(self._by_pid.values()))

    def __len__(self) -> int:
        return len(self._by_pid)

    def new_pid(self) -> int:
        pid = self._next
        self._next += 1
        return pid

    def add(self, process: Process) -> None:
        """Enter a process. Errors: SS.IVLOGNAM for a name that is too long, SS.DUPLNAM when its group has one of that name."""
        self.check_name(process.name, process.uic.group)
        self._by_pid[process.pid] = process
        self._by_name[process.uic.group, process.name] = process

    def remove(self, process: Process) -> None:
        self._by_pid.pop(process.pid, None)
        if self._by_name.get((process.uic.group, process.name)) is process:
            del self._by_name[process.uic.group, process.name]

    def rename(self, process: Process, name: str) -> None:
        """SET PROCESS/NAME. Errors: SS.IVLOGNAM, SS.DUPLNAM."""
        if name == process.name:
            return
        self.check_name(name, process.uic.group)
        del self._by_name[process.uic.group, process.name]
        process.name = name
        self._by_name[process.uic.group, name] = process

    def check_name(self, name: str, group: int) -> None:
        """Errors: SS.IVLOGNAM, SS.DUPLNAM."""
        if not 1 <= len(name) <= MAX_PROCESS_NAME:
            raise SS.IVLOGNAM.error()
        if (group, name) in self._by_name:
            raise SS.DUPLNAM.error()

    def by_pid(self, pid: int) -> Process:
        """Errors: SS.NONEXPR. A pid without the node part (the low 16 bits) is accepted, as the utilities accept it.

        The process may be on another member of the cluster.
        """
        found = self._by_pid.get(pid)
        if found is None and pid < 0x10000:
            found = next((p for p in self._by_pid.values() if p.pid & 0xFFFF == pid), None)
        if found is None and pid >= 0x10000:
            found = next((p for table in self.elsewhere() if (p := table._by_pid.get(pid)) is not None), None)
        if found is None:
            raise SS.NONEXPR.error()
        return found

    def by_name(self, name: str, group: int | None = None) -> Process | None:
        """The process of that name (names are unique within a UIC group)."""
        if group is not None:
            return self._by_name.get((group, name))
        return next((p for p in self._by_pid.values() if p.name == name), None)

    def unique_name(self, base: str, group: int, first: int = 1) -> str:
        """`base_n` with the smallest n that is free in the group (SPAWN, batch)."""
        number = first
        while True:
            tail = f"_{number}"
            name = base[: MAX_PROCESS_NAME - len(tail)] + tail
            if (group, name) not in self._by_name:
                return name
            number += 1

    def of_user(self, username: str) -> list[Process]:
        """The processes of a user name, in order of creation."""
        return [p for p in self._by_pid.values() if p.username == username]
