"""Processes as the rest of the system sees them: identity, rights, names, files, streams, accounting.

The process's code is a kernel task; this is its PCB, JIB and control region. PIDs are extended PIDs (shown as 8 hex digits).
Source: SHOW PROCESS, $GETJPI; OpenVMS System Services.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import ConditionValue
from vmsemu.base.privilege import PrivilegeSet
from vmsemu.base.protection import Protection
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.kernel.event import Completion
from vmsemu.kernel.task import ProcessState, Task
from vmsemu.services.stream import InputStream, NullStream, OutputStream
from vmsemu.tables.facilities import SS

if TYPE_CHECKING:
    from vmsemu.lnm.names import ProcessNames
    from vmsemu.security.access import Credentials
    from vmsemu.services.rms import ProcessFiles
    from vmsemu.services.system import System


class ProcessMode(Enum):
    """F$MODE and JPI$_MODE."""

    INTERACTIVE = "INTERACTIVE"
    BATCH = "BATCH"
    NETWORK = "NETWORK"
    OTHER = "OTHER"


@dataclass
class Accounting:
    """What SHOW PROCESS and LOGOUT/FULL count. cpu is in 10 ms ticks."""

    buffered_io: int = 0
    direct_io: int = 0
    page_faults: int = 0
    cpu: int = 0
    volumes: int = 0
    images: int = 0


class ControlY(BaseException):
    """Ctrl/Y (or Ctrl/C without a handler) typed at the terminal of an interactive process; caught by DCL only."""


class ProcessDeleted(BaseException):
    """$DELPRC or STOP: the process must run down at once. Caught by the process main line only."""


class ForcedExit(BaseException):
    """$FORCEX: the image must run down; DCL goes on."""


@dataclass
class Process:
    """One process. `symbols` and everything else private to DCL lives in the interpreter, not here."""

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
    login_time: VmsTime = VmsTime(0)
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
    suspended: bool = False
    files: ProcessFiles = field(init=False)
    ended: Completion[ConditionValue] = field(init=False)

    def __post_init__(self) -> None:
        from vmsemu.services.rms import ProcessFiles

        self.files = ProcessFiles(self)
        self.ended = Completion(self.system.kernel)

    @property
    def credentials(self) -> Credentials:
        """Whom the access checks see, with the privileges that are on now."""
        from vmsemu.security.access import Credentials

        return Credentials(self.uic, self.privileges, self.rights)

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

    def require(self, privilege: Any) -> None:
        """Raise SS.NOPRIV unless the privilege is on."""
        if privilege not in self.privileges:
            raise SS.NOPRIV.error()


class ProcessTable:
    """Every process of the node, in order of creation."""

    FIRST = 0x20200101

    def __init__(self) -> None:
        self._by_pid: dict[int, Process] = {}
        self._next = self.FIRST

    def __iter__(self) -> Iterator[Process]:
        return iter(list(self._by_pid.values()))

    def __len__(self) -> int:
        return len(self._by_pid)

    def new_pid(self) -> int:
        pid = self._next
        self._next += 1
        return pid

    def add(self, process: Process) -> None:
        self._by_pid[process.pid] = process

    def remove(self, process: Process) -> None:
        self._by_pid.pop(process.pid, None)

    def by_pid(self, pid: int) -> Process:
        """Errors: SS.NONEXPR. A pid without the node part (the low 16 bits) is accepted, as the utilities accept it."""
        found = self._by_pid.get(pid)
        if found is None and pid < 0x10000:
            found = next((p for p in self._by_pid.values() if p.pid & 0xFFFF == pid), None)
        if found is None:
            raise SS.NONEXPR.error()
        return found

    def by_name(self, name: str, group: int | None = None) -> Process | None:
        """The process of that name (names are unique within a UIC group)."""
        return next((p for p in self._by_pid.values() if p.name == name and (group is None or p.uic.group == group)), None)
