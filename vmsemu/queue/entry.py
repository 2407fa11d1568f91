"""Queue entries: one job and its files.

An entry is in exactly one state at a time (`state`), and in one queue: `queue`, where it stands now, and `origin`, where it was submitted
and to which it goes back when it is requeued. Sizes are blocks.

Source: DCL Dictionary, SUBMIT, PRINT, SET ENTRY; System Services Reference, $SNDJBC and $GETQUI item codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from vmsemu.base.condition import ConditionValue
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.base.uic import Uic
from vmsemu.queue.status import FileFlags, JobStatus, Retention

if TYPE_CHECKING:
    from vmsemu.kernel.event import Completion
    from vmsemu.kernel.kernel import Timer

DEFAULT_PRIORITY = 100
NO_FLAGS = FileFlags(0)
NO_CHARACTERISTICS: frozenset[int] = frozenset()


class JobFile(NamedTuple):
    """One file of a job: its full file specification with version, its size in blocks, and the options that stand after it."""

    spec: str
    blocks: int = 0
    flags: FileFlags = NO_FLAGS
    copies: int = 1
    first_page: int = 0
    last_page: int = 0


class JobAttributes(TypedDict, total=False):
    """What may be said of a job when it is submitted (SUBMIT, PRINT) or later (SET ENTRY). The names are those of Entry."""

    name: str
    account: str
    parameters: Sequence[str | None]
    after: VmsTime | None
    hold: bool
    priority: int
    note: str
    notify: bool
    restart: bool
    retain: Retention
    retain_until: VmsTime | None
    characteristics: frozenset[int]
    form: str
    copies: int
    lowercase: bool
    operator_request: str
    cli: str
    cpu_limit: DeltaTime | None
    ws_default: int
    ws_extent: int
    ws_quota: int
    log_file: str
    log_null: bool
    log_keep: bool
    log_print: bool
    log_queue: str
    checkpoint: str


ATTRIBUTES = frozenset(JobAttributes.__annotations__)


@dataclass(slots=True, eq=False)
class Entry:
    """A job in a queue. `serial` is its place in the order of submission; `condition` its completion status when it has ended."""

    number: int
    name: str
    queue: str
    origin: str
    username: str
    uic: Uic
    submitted: VmsTime
    serial: int
    files: tuple[JobFile, ...]
    state: JobStatus = JobStatus.PENDING
    account: str = ""
    size: int = 0
    priority: int = DEFAULT_PRIORITY
    parameters: Sequence[str | None] = ()
    after: VmsTime | None = None
    hold: bool = False
    note: str = ""
    notify: bool = False
    restart: bool = False
    retain: Retention = Retention.DEFAULT
    retain_until: VmsTime | None = None
    characteristics: frozenset[int] = NO_CHARACTERISTICS
    form: str = ""
    copies: int = 1
    lowercase: bool = False
    operator_request: str = ""
    cli: str = ""
    cpu_limit: DeltaTime | None = None
    ws_default: int = 0
    ws_extent: int = 0
    ws_quota: int = 0
    log_file: str = ""
    log_null: bool = False
    log_keep: bool = False
    log_print: bool = True
    log_queue: str = ""
    checkpoint: str = ""
    restarting: bool = False
    condition: ConditionValue | None = None
    completed: VmsTime | None = None
    completion_queue: str = ""
    # while it runs
    pid: int = 0
    file_index: int = 0
    copies_done: int = 0
    abort_condition: ConditionValue | None = None
    requeue: Requeue | None = None
    timer: Timer | None = None
    group: object = None
    finished: Completion[ConditionValue] | None = field(default=None, repr=False)

    @property
    def executing(self) -> bool:
        """It occupies a job slot of an execution queue."""
        return bool(self.state & _RUNNING)

    @property
    def retained(self) -> bool:
        return bool(self.state & JobStatus.RETAINED)


@dataclass(frozen=True, slots=True)
class Requeue:
    """How a job that is being stopped goes back into a queue (STOP/QUEUE/REQUEUE)."""

    queue: str = ""
    hold: bool = False
    priority: int | None = None


_RUNNING = JobStatus.EXECUTING | JobStatus.STARTING | JobStatus.SUSPENDED | JobStatus.STALLED | JobStatus.ABORTING | JobStatus.COMPLETING
