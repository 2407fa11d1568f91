"""Queues: attributes, state, and the jobs in them.

A queue is an execution queue (jobs run in it), a generic queue (`generic`; jobs wait for a target), or a logical queue (`assigned_to`; a stopped
output queue whose jobs go to another). Sizes are blocks, working sets are pagelets, priorities 0-15 for processes.

Source: DCL Dictionary, INITIALIZE/QUEUE, SHOW QUEUE; System Services Reference, $GETQUI.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

from vmsemu.base.protection import Protection
from vmsemu.base.time import DeltaTime
from vmsemu.base.uic import Uic
from vmsemu.queue.entry import NO_CHARACTERISTICS, Entry
from vmsemu.queue.form import DEFAULT_FORM
from vmsemu.queue.pending import PendingJobs
from vmsemu.queue.status import JobStatus, QueueKind, QueueStatus, Retention, RunState

SYSTEM_UIC = Uic(1, 4)
READ, SUBMIT, MANAGE, DELETE = 1, 2, 4, 8
QUEUE_PROTECTION = Protection(MANAGE, DELETE, READ, SUBMIT)
"""System:Manage, Owner:Delete, Group:Read, World:Submit."""

PRINT_PROCESSOR = "PRTSMB"
DEFAULT_LIBRARY = "SYSDEVCTL"
_RUNNING = RunState.RUNNING
_BATCH = QueueKind.BATCH
_HOLDING, _TIMED_RELEASE, _RETAINED = int(JobStatus.HOLDING), int(JobStatus.TIMED_RELEASE), int(JobStatus.RETAINED)


class QueueAttributes(TypedDict, total=False):
    """What INITIALIZE/QUEUE, START/QUEUE and SET QUEUE may set. The names are those of Queue."""

    acl: tuple[str, ...]
    autostart_on: Sequence[tuple[str, str]]
    base_priority: int
    block_minimum: int
    block_maximum: int
    characteristics: frozenset[int]
    closed: bool
    cpu_default: DeltaTime | None
    cpu_maximum: DeltaTime | None
    default_options: Sequence[str]
    default_form: str
    description: str
    device: str
    disable_swapping: bool
    enable_generic: bool
    form_mounted: str
    job_limit: int
    library: str
    no_initial_ff: bool
    node: str
    owner: Uic
    processor: str
    protection: Protection
    rad: int | None
    record_blocking: bool
    retain: Retention
    schedule_size: bool
    separate: Sequence[str]
    targets: Sequence[str]
    ws_default: int
    ws_extent: int
    ws_quota: int


ATTRIBUTES = frozenset(QueueAttributes.__annotations__)


@dataclass(slots=True, eq=False)
class Queue:
    """One queue. `cpu_default` and `cpu_maximum`: None is none, 0 is infinite."""

    name: str
    kind: QueueKind
    generic: bool = False
    targets: Sequence[str] = ()
    node: str = ""
    device: str = ""
    autostart_on: Sequence[tuple[str, str]] = ()
    autostart_active: bool = False
    base_priority: int = 4
    block_minimum: int = 0
    block_maximum: int = 0
    characteristics: frozenset[int] = NO_CHARACTERISTICS
    closed: bool = False
    cpu_default: DeltaTime | None = None
    cpu_maximum: DeltaTime | None = None
    default_options: Sequence[str] = ()
    default_form: str = DEFAULT_FORM
    description: str = ""
    disable_swapping: bool = False
    enable_generic: bool = True
    form_mounted: str = DEFAULT_FORM
    job_limit: int = 1
    library: str = DEFAULT_LIBRARY
    no_initial_ff: bool = False
    owner: Uic = SYSTEM_UIC
    processor: str = ""
    protection: Protection = QUEUE_PROTECTION
    acl: tuple[str, ...] = ()
    rad: int | None = None
    record_blocking: bool = True
    retain: Retention = Retention.NONE
    schedule_size: bool = True
    separate: Sequence[str] = ()
    ws_default: int = 0
    ws_extent: int = 0
    ws_quota: int = 0
    assigned_to: str = ""
    state: RunState = RunState.STOPPED
    # not kept over a restart
    lowercase: bool = False
    remote: bool = False
    stalled: bool = False
    unavailable: bool = False
    pending: PendingJobs = field(default_factory=PendingJobs, repr=False)
    executing: dict[int, Entry] = field(default_factory=dict, repr=False)
    holding: dict[int, Entry] = field(default_factory=dict, repr=False)
    timed: dict[int, Entry] = field(default_factory=dict, repr=False)
    retained: dict[int, Entry] = field(default_factory=dict, repr=False)

    @property
    def is_batch(self) -> bool:
        return self.kind is _BATCH

    @property
    def routes(self) -> bool:
        """Jobs do not run in it; they go on to another queue."""
        return self.generic or bool(self.assigned_to)

    @property
    def started(self) -> bool:
        return self.state is _RUNNING

    @property
    def stopped(self) -> bool:
        return self.state is RunState.STOPPED

    @property
    def autostart(self) -> bool:
        return bool(self.autostart_on)

    @property
    def slots(self) -> int:
        """How many jobs may run at the same time."""
        return self.job_limit if self.kind is _BATCH else 1

    @property
    def has_room(self) -> bool:
        """It can take a job now."""
        if self.state is not _RUNNING or self.stalled or self.unavailable:
            return False
        return len(self.executing) < (self.job_limit if self.kind is _BATCH else 1)

    @property
    def sized(self) -> bool:
        return bool(self.block_minimum or self.block_maximum)

    @property
    def status(self) -> QueueStatus:
        """QUI$_QUEUE_STATUS as it is now."""
        bits = self.state.value
        if self.state is _RUNNING and self.executing:
            bits = QueueStatus.BUSY if len(self.executing) >= self.slots else QueueStatus.AVAILABLE
        for on, bit in (
            (self.closed, QueueStatus.CLOSED),
            (self.stalled, QueueStatus.STALLED),
            (self.unavailable, QueueStatus.UNAVAILABLE),
            (self.lowercase, QueueStatus.LOWERCASE),
            (self.remote, QueueStatus.REMOTE),
            (self.kind is QueueKind.SERVER, QueueStatus.SERVER),
            (self.autostart and not self.autostart_active, QueueStatus.AUTOSTART_INACTIVE),
        ):
            if on:
                bits |= bit
        return bits

    @property
    def job_count(self) -> int:
        return len(self.executing) + len(self.pending) + len(self.holding) + len(self.timed) + len(self.retained)

    def jobs(self) -> Iterator[Entry]:
        """Every job in the order of display: executing, pending in scheduling order, holding, timed release, retained.

        fidelity: the order of the states is inferred.
        """
        yield from self.executing.values()
        yield from self.pending
        yield from self.holding.values()
        yield from sorted(self.timed.values(), key=lambda e: (e.after or 0, e.serial))
        yield from self.retained.values()

    def place(self, state: JobStatus) -> dict[int, Entry]:
        """Where jobs of that state are kept (all but pending ones)."""
        bits = int(state)
        if bits & _HOLDING:
            return self.holding
        if bits & _TIMED_RELEASE:
            return self.timed
        if bits & _RETAINED:
            return self.retained
        return self.executing
