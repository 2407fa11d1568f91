"""$GETQUI by item name, with its wildcard contexts, as F$GETQUI and programs ask.

Theory of operation. A context (one per process) remembers where DISPLAY_QUEUE, DISPLAY_JOB, DISPLAY_FILE, DISPLAY_ENTRY and the others
stand. A call with a wildcard goes to the next object; DISPLAY_JOB works within the current queue, DISPLAY_FILE within the current job.
FREEZE_CONTEXT asks again about the same object. Past the last object the context is gone. Of a job that the caller may not read DISPLAY_JOB
tells what concerns those who wait behind it: number, size and state; DISPLAY_ENTRY passes it over.

Source: System Services Reference, $GETQUI; DCL Dictionary, F$GETQUI.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import MessageDefinition
from vmsemu.base.wildcard import is_wild, match
from vmsemu.queue.access import may_read_entry
from vmsemu.queue.batch import entry_of
from vmsemu.queue.entry import Entry, JobFile
from vmsemu.queue.getqui_items import CHARACTERISTIC, FILE, FORM, JOB, MANAGER, QUEUE, ItemValue
from vmsemu.queue.jbc import JBC
from vmsemu.queue.manager import MANAGER_NAME, QueueManager
from vmsemu.queue.queue import Queue
from vmsemu.queue.status import JobStatus, QueueKind

if TYPE_CHECKING:
    from vmsemu.services.process import Process

CONTEXT = "GETQUI"
FUNCTIONS = (
    "CANCEL_OPERATION", "DISPLAY_CHARACTERISTIC", "DISPLAY_ENTRY", "DISPLAY_FILE", "DISPLAY_FORM", "DISPLAY_JOB", "DISPLAY_MANAGER",
    "DISPLAY_QUEUE", "TRANSLATE_QUEUE",
)  # fmt: skip
FLAGS = (
    "ALL_JOBS", "BATCH", "EXECUTING_JOBS", "FREEZE_CONTEXT", "GENERIC", "HOLDING_JOBS", "PENDING_JOBS", "PRINTER", "RETAINED_JOBS", "SERVER",
    "SYMBIONT", "TERMINAL", "THIS_JOB", "TIMED_RELEASE_JOBS", "WILDCARD",
)  # fmt: skip
_JOB_SETS = {
    "EXECUTING_JOBS": lambda e: e.executing,
    "HOLDING_JOBS": lambda e: bool(e.state & JobStatus.HOLDING),
    "PENDING_JOBS": lambda e: bool(e.state & JobStatus.PENDING),
    "RETAINED_JOBS": lambda e: e.retained,
    "TIMED_RELEASE_JOBS": lambda e: bool(e.state & JobStatus.TIMED_RELEASE),
}
_TOLD_TO_ALL = frozenset(("AFTER_TIME", "COMPLETED_BLOCKS", "ENTRY_NUMBER", "INTERVENING_BLOCKS", "INTERVENING_JOBS", "JOB_SIZE"))
_KINDS = {"BATCH": QueueKind.BATCH, "PRINTER": QueueKind.PRINTER, "SERVER": QueueKind.SERVER, "TERMINAL": QueueKind.TERMINAL}


@dataclass(slots=True)
class _Walk:
    """A wildcard operation: the object it stands on and those that follow. `key` is what was asked for."""

    key: str
    rest: Iterator[Any]
    current: Any = None


@dataclass(slots=True)
class GetquiContext:
    """The operations in progress of one process, by function; `queue` and `job` are what DISPLAY_JOB and DISPLAY_FILE refer to."""

    walks: dict[str, _Walk] = field(default_factory=dict)
    queue: Queue | None = None
    job: Entry | None = None

    def cancel(self) -> None:
        self.walks.clear()
        self.queue = self.job = None


def getqui(process: Process, function: str, item: str = "", object_id: str = "", flags: Sequence[str] = ()) -> ItemValue | None:
    """One call. The result is a string, a number, or a truth value; None when `item` is empty.

    Errors: JBC.JOBQUEDIS; NOMOREQUE, NOMOREJOB, NOMOREENT, NOMOREFILE, NOMOREFORM, NOMORECHAR at the end of a wildcard; NOSUCHQUE,
    NOSUCHENT, NOSUCHFORM, NOSUCHCHAR; NOQUECTX, NOJOBCTX without a context; INVFUNCOD, INVITMCOD.
    """
    context = process.attributes.setdefault(CONTEXT, GetquiContext())
    manager = process.system.part(QueueManager)
    call = _Call(manager, process, context, object_id.strip().upper(), frozenset(f.upper() for f in flags))
    word = function.upper()
    if word in ("", "CANCEL_OPERATION"):
        context.cancel()
        return None
    if word == "DISPLAY_MANAGER":
        return _item(MANAGER, manager, manager, item)
    manager.running_database()
    handler: Callable[[_Call], Any] | None = _HANDLERS.get(word)
    if handler is None:
        raise JBC.INVFUNCOD.error()
    if word == "TRANSLATE_QUEUE":
        return manager.find_queue(call.object_id, process.names).name
    found = handler(call)
    if isinstance(found, Entry) and not call.may_read(found):
        return _inaccessible(manager, found, item.upper())
    return _item(_ITEMS[word], manager, found, item)


def _item(table: dict[str, Callable[[QueueManager, Any], ItemValue]], manager: QueueManager, found: Any, item: str) -> ItemValue | None:
    if not item:
        return None
    reader = table.get(item.upper())
    if reader is None:
        raise JBC.INVITMCOD.error()
    return reader(manager, found)


def _inaccessible(manager: QueueManager, entry: Entry, item: str) -> ItemValue | None:
    """An item of a job that the caller has no Read access to. Errors: JBC.NOPRIV for what it may not know."""
    if item == "JOB_STATUS":
        return int(entry.state | JobStatus.INACCESSIBLE)
    if item == "JOB_INACCESSIBLE":
        return True
    if item and item in JOB and item not in _TOLD_TO_ALL and item.removeprefix("JOB_") not in JobStatus.__members__:
        raise JBC.NOPRIV.error()
    return _item(JOB, manager, entry, item)


@dataclass(frozen=True, slots=True)
class _Call:
    manager: QueueManager
    process: Process
    context: GetquiContext
    object_id: str
    flags: frozenset[str]

    # -- the functions ------------------------------------------------------------------------------------------------------------------

    def queue(self) -> Queue:
        if "THIS_JOB" in self.flags:
            return self.manager.queues[self._this_job().queue]
        if not self._wild() and self.object_id:
            found = self.manager.find_queue(self.object_id, self.process.names)
        else:
            found = self._step("DISPLAY_QUEUE", self._queues, JBC.NOMOREQUE)
        self.context.queue, self.context.job = found, None
        return found

    def job(self) -> Entry:
        if "THIS_JOB" in self.flags:
            return self._this_job()
        queue = self.context.queue
        if queue is None:
            raise JBC.NOQUECTX.error()
        found: Entry = self._step("DISPLAY_JOB", lambda: self._jobs(queue), JBC.NOMOREJOB, key=queue.name)
        self.context.job = found
        return found

    def entry(self) -> Entry:
        if "THIS_JOB" in self.flags:
            return self._this_job()
        if self.object_id.isdecimal():
            found = self.manager.find_entry(int(self.object_id))
            if not self.may_read(found):
                raise JBC.NOSUCHENT.error()
        else:
            found = self._step("DISPLAY_ENTRY", self._entries, JBC.NOMOREENT)
        self.context.job = found
        self.context.queue = self.manager.queues[found.queue]
        return found

    def file(self) -> tuple[Entry, int, JobFile]:
        job = self._this_job() if "THIS_JOB" in self.flags else self.context.job
        if job is None:
            raise JBC.NOJOBCTX.error()
        if not self.may_read(job):
            raise JBC.NOPRIV.error()
        found: tuple[Entry, int, JobFile] = self._step(
            "DISPLAY_FILE", lambda: ((job, at, file) for at, file in enumerate(job.files)), JBC.NOMOREFILE, key=str(job.number)
        )
        return found

    def form(self) -> Any:
        if not self._wild() and self.object_id:
            return self.manager.form(self.object_id)
        forms = sorted(self.manager.forms.values(), key=lambda f: f.name)
        return self._step("DISPLAY_FORM", lambda: (f for f in forms if match(self.object_id or "*", f.name)), JBC.NOMOREFORM)

    def characteristic(self) -> Any:
        known = sorted(self.manager.characteristics.values(), key=lambda c: c.name)
        if not self._wild() and self.object_id:
            found = next((c for c in known if self.object_id in (c.name, str(c.number))), None)
            if found is None:
                raise JBC.NOSUCHCHAR.error()
            return found
        return self._step("DISPLAY_CHARACTERISTIC", lambda: (c for c in known if match(self.object_id or "*", c.name)), JBC.NOMORECHAR)

    # -- walking ------------------------------------------------------------------------------------------------------------------------

    def _wild(self) -> bool:
        return is_wild(self.object_id) or "WILDCARD" in self.flags

    def _step(self, function: str, begin: Callable[[], Iterator[Any]], end: MessageDefinition, key: str = "") -> Any:
        """The next object, or the same one with FREEZE_CONTEXT. Another pattern or object begins anew."""
        walks = self.context.walks
        key = key or self.object_id
        walk = walks.get(function)
        if walk is None or (walk.key != key and key):
            walk = walks[function] = _Walk(key, begin())
            walk.current = next(walk.rest, None)
            self._forget_below(function)
        elif "FREEZE_CONTEXT" not in self.flags:
            walk.current = next(walk.rest, None)
            self._forget_below(function)
        if walk.current is None:
            del walks[function]
            raise end.error()
        return walk.current

    def _forget_below(self, function: str) -> None:
        below = {"DISPLAY_QUEUE": ("DISPLAY_JOB", "DISPLAY_FILE"), "DISPLAY_JOB": ("DISPLAY_FILE",), "DISPLAY_ENTRY": ("DISPLAY_FILE",)}
        for word in below.get(function, ()):
            self.context.walks.pop(word, None)

    def _queues(self) -> Iterator[Queue]:
        kinds = {kind for word, kind in _KINDS.items() if word in self.flags}
        if "SYMBIONT" in self.flags:
            kinds |= set(QueueKind) - {QueueKind.BATCH}
        for queue in list(self.manager.queues.values()):
            if kinds and queue.kind not in kinds:
                continue
            if "GENERIC" in self.flags and not queue.generic:
                continue
            if match(self.object_id or "*", queue.name):
                yield queue

    def _jobs(self, queue: Queue) -> Iterator[Entry]:
        return (entry for entry in list(queue.jobs()) if self._chosen(entry))

    def _entries(self) -> Iterator[Entry]:
        for entry in sorted(self.manager.entries.values(), key=lambda e: e.number):
            if self._chosen(entry) and self.may_read(entry):
                yield entry

    def may_read(self, entry: Entry) -> bool:
        return may_read_entry(self.process.credentials, self.manager.queues[entry.queue], entry)

    def _chosen(self, entry: Entry) -> bool:
        if "ALL_JOBS" not in self.flags and entry.username != self.process.username:
            return False
        sets = [test for word, test in _JOB_SETS.items() if word in self.flags]
        return not sets or any(test(entry) for test in sets)

    def _this_job(self) -> Entry:
        number = entry_of(self.process)
        entry = self.manager.entries.get(number) if number is not None else None
        if entry is None:
            raise JBC.NOSUCHJOB.error()
        return entry


_HANDLERS: dict[str, Callable[[_Call], Any]] = {
    "DISPLAY_QUEUE": _Call.queue,
    "DISPLAY_JOB": _Call.job,
    "DISPLAY_ENTRY": _Call.entry,
    "DISPLAY_FILE": _Call.file,
    "DISPLAY_FORM": _Call.form,
    "DISPLAY_CHARACTERISTIC": _Call.characteristic,
    "TRANSLATE_QUEUE": lambda call: None,
}
_ITEMS: dict[str, dict[str, Callable[[QueueManager, Any], ItemValue]]] = {
    "DISPLAY_QUEUE": QUEUE,
    "DISPLAY_JOB": JOB,
    "DISPLAY_ENTRY": JOB,
    "DISPLAY_FILE": FILE,
    "DISPLAY_FORM": FORM,
    "DISPLAY_CHARACTERISTIC": CHARACTERISTIC,
}


__all__ = ["FLAGS", "FUNCTIONS", "MANAGER_NAME", "GetquiContext", "getqui"]
