"""What the queue manager knows: queues, entries, forms, characteristics, and how they are found.

The base of QueueManager. Names of queues may be logical names. Entry numbers run from 1 to 9999 and begin again; when more than half of the range
is in use it grows tenfold.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sortedcontainers import SortedDict

from vmsemu.base.extended import upper
from vmsemu.base.privilege import PrivilegeSet
from vmsemu.queue.access import SUBMIT, may
from vmsemu.queue.database import QueueDatabase
from vmsemu.queue.entry import Entry
from vmsemu.queue.form import SYSTEM_FORM, Characteristic, Form
from vmsemu.queue.jbc import JBC
from vmsemu.queue.pending import PendingJobs, Requirements
from vmsemu.queue.queue import Queue
from vmsemu.queue.records import ManagerRecord
from vmsemu.queue.status import JobStatus, PendingReason, QueueKind, RunState
from vmsemu.security.access import Credentials

if TYPE_CHECKING:
    from vmsemu.lnm.names import ProcessNames
    from vmsemu.services.system import System

FIRST_RANGE = 9999
_NAME = re.compile(r"(?=.*[A-Z])[A-Z0-9$_]{1,31}\Z")
_TRANSLATIONS = 10
_NO_REASON = PendingReason(0)


class QueueState:
    """The objects of one queue database, in memory. `database` is None while the queue manager does not run; `running_on` is its node."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.kernel = system.kernel
        self.database: QueueDatabase | None = None
        self.queues: SortedDict[str, Queue] = SortedDict()
        self.entries: dict[int, Entry] = {}
        self.forms: dict[str, Form] = {SYSTEM_FORM.name: SYSTEM_FORM}
        self.characteristics: dict[str, Characteristic] = {}
        self.record = ManagerRecord()
        self.running_on = ""
        self.last_entry = 0
        self.last_serial = 0
        self.sizes_matter = False
        self._range = FIRST_RANGE
        self._feeders: dict[str, tuple[Queue, ...]] = {}
        self._targets: dict[str, tuple[Queue, ...]] = {}

    def running_database(self) -> QueueDatabase:
        """Errors: JBC.JOBQUEDIS."""
        if self.database is None:
            raise JBC.JOBQUEDIS.error()
        return self.database

    # -- looking up -------------------------------------------------------------------------------------------------------------------

    def translate_queue(self, name: str, names: ProcessNames | None = None) -> str:
        """The name a queue name stands for after logical name translation, upper case."""
        word = upper(name.strip())
        for _ in range(_TRANSLATIONS):
            found = names.translate(word) if names is not None else self.system.logical_names.translate_system(word)
            if found is None or not found.translations:
                break
            word = found.translations[0].equivalence.upper()
        return word.removesuffix(":")

    def find_queue(self, name: str, names: ProcessNames | None = None) -> Queue:
        """The queue of that name, or of what it stands for. Errors: JBC.JOBQUEDIS, JBC.NOSUCHQUE, JBC.INVQUENAM."""
        self.running_database()
        queue = self.queues.get(name) if names is None else None
        if queue is None:
            word = self.translate_queue(name, names)
            queue = self.queues.get(word)
            if queue is None:
                raise (JBC.NOSUCHQUE if _NAME.match(word) else JBC.INVQUENAM).error()
        return queue

    def find_entry(self, number: int) -> Entry:
        """Errors: JBC.JOBQUEDIS, JBC.NOSUCHENT."""
        self.running_database()
        entry = self.entries.get(number)
        if entry is None:
            raise JBC.NOSUCHENT.error()
        return entry

    def check_name(self, name: str) -> str:
        """A name for a new queue, form or characteristic. Errors: JBC.INVQUENAM."""
        word = upper(name)
        if _NAME.match(word) is None:
            raise JBC.INVQUENAM.error()
        return word

    def form(self, name: str) -> Form:
        """A form by name or number. Errors: JBC.NOSUCHFORM."""
        found = self.forms.get(upper(name))
        if found is None and name.isdecimal():
            found = next((f for f in self.forms.values() if f.number == int(name)), None)
        if found is None:
            raise JBC.NOSUCHFORM.error()
        return found

    def characteristic_number(self, name: str) -> int:
        """A characteristic by name, or a number from 0 to 127. Errors: JBC.NOSUCHCHAR."""
        found = self.characteristics.get(upper(name))
        if found is not None:
            return found.number
        if name.isdecimal() and int(name) <= 127:
            return int(name)
        raise JBC.NOSUCHCHAR.error()

    # -- generic and logical queues ---------------------------------------------------------------------------------------------------

    def targets(self, queue: Queue) -> tuple[Queue, ...]:
        """The execution queues that a generic or logical queue feeds, in the order of its list (or of their names)."""
        found = self._targets.get(queue.name)
        if found is None:
            if queue.assigned_to:
                wanted: list[str] = [queue.assigned_to]
            elif queue.targets:
                wanted = list(queue.targets)
            else:
                wanted = [q.name for q in self.queues.values() if q.kind is queue.kind and q.enable_generic and self._same_processor(queue, q)]
            found = tuple(q for name in wanted if (q := self.queues.get(name)) is not None and not q.routes)
            self._targets[queue.name] = found
        return found

    @staticmethod
    def _same_processor(generic: Queue, queue: Queue) -> bool:
        return not generic.processor or generic.processor == queue.processor

    def feeders(self, queue: Queue) -> tuple[Queue, ...]:
        """The generic and logical queues that feed an execution queue."""
        found = self._feeders.get(queue.name)
        if found is None:
            found = tuple(q for q in self.queues.values() if q.routes and queue in self.targets(q))
            self._feeders[queue.name] = found
        return found

    def queues_changed(self) -> None:
        """A queue came, went, or changed what decides where jobs go."""
        self._targets.clear()
        self._feeders.clear()
        for queue in self.queues.values():
            if queue.generic and (targets := self.targets(queue)) and targets[0].kind is not queue.kind:
                queue.kind = targets[0].kind
        sized = any(q.sized for q in self.queues.values())
        if sized != self.sizes_matter:
            self.sizes_matter = sized
            for queue in self.queues.values():
                self.reorder(queue)

    def reorder(self, queue: Queue) -> None:
        """Build the list of pending jobs anew after a change of what decides their order."""
        waiting = list(queue.pending)
        queue.pending = PendingJobs(by_size=queue.schedule_size and not queue.is_batch)
        for entry in waiting:
            queue.pending.add(entry, self.requirements(entry))

    # -- what jobs require ------------------------------------------------------------------------------------------------------------

    def requirements(self, entry: Entry) -> Requirements:
        form = self.forms.get(entry.form) if entry.form else None
        return Requirements(
            entry.characteristics, form.stock_name if form is not None else "", entry.lowercase, entry.uic, entry.size if self.sizes_matter else 0
        )

    def mismatch(self, queue: Queue, wanted: Requirements, routed: bool) -> PendingReason:
        """Why an execution queue can not take a job with these requirements; 0 when it can. `routed`: the job comes from another queue."""
        reason = _NO_REASON
        if not wanted.characteristics <= queue.characteristics:
            reason |= PendingReason.CHAR_MISMATCH
        if queue.kind is not QueueKind.BATCH:
            if queue.kind is not QueueKind.SERVER:
                mounted = self.forms.get(queue.form_mounted, SYSTEM_FORM)
                stock = wanted.stock or self.forms.get(queue.default_form, SYSTEM_FORM).stock_name
                if stock != mounted.stock_name:
                    reason |= PendingReason.STOCK_MISMATCH
            if queue.block_maximum and wanted.size > queue.block_maximum:
                reason |= PendingReason.JOB_SIZE_MAX
            if wanted.size < queue.block_minimum:
                reason |= PendingReason.JOB_SIZE_MIN
            if wanted.lowercase and not queue.lowercase:
                reason |= PendingReason.LOWERCASE_MISMATCH
        if routed and (queue.acl or not queue.protection.world & SUBMIT):
            if not may(Credentials(wanted.uic, PrivilegeSet.NONE), queue, SUBMIT):
                reason |= PendingReason.NO_ACCESS
        return reason

    def pending_reason(self, entry: Entry) -> PendingReason:
        """Why a pending job waits."""
        queue = self.queues[entry.queue]
        if not queue.routes:
            reason = self.mismatch(queue, self.requirements(entry), False)
            return reason or self._state_reason(queue)
        if queue.state is not RunState.RUNNING:
            return PendingReason.QUEUE_STATE
        targets = self.targets(queue)
        reasons = [self.mismatch(q, self.requirements(entry), True) or self._state_reason(q) for q in targets]
        busy = [r for r in reasons if r & PendingReason.QUEUE_BUSY]
        return busy[0] if busy else reasons[0] if reasons else PendingReason.QUEUE_STATE

    @staticmethod
    def _state_reason(queue: Queue) -> PendingReason:
        running = queue.state in (RunState.RUNNING, RunState.STARTING) and not queue.stalled and not queue.unavailable
        return PendingReason.QUEUE_BUSY if running else PendingReason.QUEUE_STATE

    # -- placing entries --------------------------------------------------------------------------------------------------------------

    def place(self, entry: Entry, state: JobStatus) -> None:
        """Put an entry into its queue in that state."""
        entry.state = state
        queue = self.queues[entry.queue]
        if state & JobStatus.PENDING:
            queue.pending.add(entry, self.requirements(entry))
        else:
            queue.place(state)[entry.number] = entry

    def withdraw(self, entry: Entry) -> Queue:
        """Take an entry out of the list it is in, and out of the timer queue."""
        queue = self.queues[entry.queue]
        if entry.state & JobStatus.PENDING:
            queue.pending.remove(entry)
        else:
            queue.place(entry.state).pop(entry.number, None)
        if entry.timer is not None:
            entry.timer.cancel()
            entry.timer = None
        return queue

    def next_number(self) -> int:
        """An entry number that is free."""
        entries = self.entries
        while 2 * len(entries) > self._range:
            self._range = self._range * 10 + 9
        number = self.last_entry
        while True:
            number = number + 1 if number < self._range else 1
            if number not in entries:
                return number

    def forget(self, entry: Entry) -> None:
        """Remove an entry that is in no list any more from memory and from the journal."""
        del self.entries[entry.number]
        database = self.running_database()
        if entry.number == self.last_entry:
            self.save_record(running=True)
        database.delete_entry(entry.number)

    def save_record(self, *, running: bool) -> None:
        self.record = ManagerRecord(running, self.last_entry, self.last_serial, self.record.directory, self.record.nodes)
        if self.database is not None:
            self.database.save_manager(self.record)
