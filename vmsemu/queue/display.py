"""The displays of SHOW QUEUE and SHOW ENTRY as lines of text.

Source: DCL Dictionary, SHOW QUEUE and SHOW ENTRY; columns as parsed by published command procedures. fidelity: /SUMMARY, the words of pending reasons
and the blank line only after the last job of a brief list are inferred.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from vmsemu.base.time import DeltaTime
from vmsemu.base.wildcard import match
from vmsemu.queue.access import protection_text
from vmsemu.queue.conditions import condition_line
from vmsemu.queue.entry import Entry, JobFile
from vmsemu.queue.form import DEFAULT_FORM, SYSTEM_FORM, Characteristic, Form
from vmsemu.queue.notify import pending_words, short_time
from vmsemu.queue.queue import DEFAULT_LIBRARY, Queue
from vmsemu.queue.status import FileFlags, FormFlags, JobStatus, QueueKind, QueueStatus, Retention

if TYPE_CHECKING:
    from vmsemu.queue.manager import QueueManager

WIDTH = 80
OUTPUT_HEADING = ("  Entry  Jobname         Username     Blocks  Status", "  -----  -------         --------     ------  ------")
BATCH_HEADING = ("  Entry  Jobname         Username             Status", "  -----  -------         --------             ------")
_NAME_COLUMNS = 15
_STATE_WORDS = (
    (QueueStatus.ALIGNING, "aligning"),
    (QueueStatus.STOPPED, "stopped"),
    (QueueStatus.STARTING, "starting"),
    (QueueStatus.IDLE, "idle"),
    (QueueStatus.AVAILABLE, "available"),
    (QueueStatus.BUSY, "busy"),
    (QueueStatus.PAUSED, "paused"),
    (QueueStatus.PAUSING, "pausing"),
    (QueueStatus.RESUMING, "resuming"),
    (QueueStatus.RESETTING, "resetting"),
    (QueueStatus.STOP_PENDING, "stop pending"),
    (QueueStatus.STOPPING, "stopping"),
    (QueueStatus.STALLED, "stalled"),
    (QueueStatus.UNAVAILABLE, "device unavailable"),
    (QueueStatus.DISABLED, "disabled"),
    (QueueStatus.AUTOSTART_INACTIVE, "autostart inactive"),
    (QueueStatus.CLOSED, "closed"),
)
_JOB_WORDS = (
    (JobStatus.ABORTING, "Aborting"),
    (JobStatus.SUSPENDED, "Suspended"),
    (JobStatus.STALLED, "Stalled"),
    (JobStatus.STARTING, "Starting"),
    (JobStatus.HOLDING, "Holding"),
)
_EXECUTING_WORDS = {QueueKind.BATCH: "Executing", QueueKind.SERVER: "Processing"}
_FILE_WORDS = (
    (FileFlags.BURST, "/BURST"),
    (FileFlags.DELETE, "/DELETE"),
    (FileFlags.DOUBLE_SPACE, "/SPACE"),
    (FileFlags.PAGINATE, "/FEED"),
    (FileFlags.FLAG, "/FLAG"),
    (FileFlags.PAGE_HEADER, "/HEADER"),
    (FileFlags.PASSALL, "/PASSALL"),
    (FileFlags.TRAILER, "/TRAILER"),
)


def wrapped(words: Iterable[str], first: str, indent: str) -> list[str]:
    """Words on lines of at most 80 columns; `first` begins the first line."""
    lines, line = [], first
    for word in filter(None, words):
        if line.strip() and len(line) + 1 + len(word) > WIDTH:
            lines.append(line)
            line = indent + word
        else:
            line += word if not line or line.endswith(" ") else " " + word
    return [*lines, line] if line.strip() else lines


# -- queues ---------------------------------------------------------------------------------------------------------------------------


def kind_words(queue: Queue) -> str:
    """`Generic batch queue`, `Server queue`, `Logical queue`."""
    if queue.assigned_to:
        return "Logical queue"
    words = f"{queue.kind.value} queue"
    return f"Generic {words}" if queue.generic else words.capitalize()


def state_words(queue: Queue) -> list[str]:
    """What SHOW QUEUE says of the state; a generic queue that is started says nothing."""
    status = queue.status
    if queue.routes:
        status &= ~QueueStatus.IDLE
    return [word for bit, word in _STATE_WORDS if status & bit]


def header(manager: QueueManager, queue: Queue) -> str:
    """`Batch queue SYS$BATCH, idle, on ALPHA1::`"""
    parts = [f"{kind_words(queue)} {queue.name}", *state_words(queue)]
    if not queue.routes:
        device = queue.device
        shown = f'"{device}"' if ":" in device.removesuffix(":") else device
        parts.append(f"on {queue.node or manager.system.node_name}::{shown}")
        if not queue.is_batch:
            parts.append("mounted form " + form_words(manager, queue.form_mounted))
    if queue.assigned_to:
        parts.append(f"assigned to {queue.assigned_to}")
    return ", ".join(parts)


def form_words(manager: QueueManager, name: str) -> str:
    """The name of a form, with its stock when that has another name."""
    form = manager.forms.get(name, SYSTEM_FORM)
    return name if form.stock_name == form.name else f"{name} (stock={form.stock_name})"


def queue_qualifiers(manager: QueueManager, queue: Queue) -> list[str]:
    """The qualifiers of /FULL that differ from the default, and those always shown, in alphabetical order."""
    return [text for text in _queue_qualifiers(manager, queue) if text]


def _queue_qualifiers(manager: QueueManager, q: Queue) -> Iterator[str]:
    execution, output = not q.routes, not q.is_batch
    if q.autostart_on:
        yield "/AUTOSTART_ON=(" + ",".join(f"{node}::{device}" for node, device in q.autostart_on) + ")"
    if execution:
        yield f"/BASE_PRIORITY={q.base_priority}"
    if q.sized:
        yield f"/BLOCK_LIMIT=({_bound(q.block_minimum)},{_bound(q.block_maximum)})"
    yield _characteristics(manager, q.characteristics)
    for word, limit in (("CPUDEFAULT", q.cpu_default), ("CPUMAXIMUM", q.cpu_maximum)):
        yield _cpu_limit(word, limit)
    if execution and output:
        yield f"/DEFAULT=({','.join((*q.default_options, 'FORM=' + form_words(manager, q.default_form)))})"
    yield "/DISABLE_SWAPPING" if q.disable_swapping else ""
    if q.generic and q.targets:
        yield f"/GENERIC=({','.join(q.targets)})"
    if execution and q.is_batch:
        yield f"/JOB_LIMIT={q.job_limit}"
    yield f"/LIBRARY={q.library}" if output and q.library != DEFAULT_LIBRARY else ""
    yield "" if q.enable_generic or not execution else "/NOENABLE_GENERIC"
    yield "/NO_INITIAL_FF" if q.no_initial_ff else ""
    yield f"/OWNER={manager.system.rights.uic_text(q.owner)}"
    yield f"/PROCESSOR={q.processor}" if q.processor else ""
    yield f"/PROTECTION={protection_text(q.protection)}"
    yield "" if q.rad is None else f"/RAD={q.rad}"
    yield {Retention.ALWAYS: "/RETAIN=ALL", Retention.ERROR: "/RETAIN=ERROR"}.get(q.retain, "")
    yield "" if q.schedule_size or not output else "/SCHEDULE=(NOSIZE)"
    yield f"/SEPARATE=({','.join(q.separate)})" if q.separate else ""
    for word, size in (("WSDEFAULT", q.ws_default), ("WSEXTENT", q.ws_extent), ("WSQUOTA", q.ws_quota)):
        yield f"/{word}={size}" if size else ""


def _bound(value: int) -> str:
    return str(value) if value else '""'


def _cpu_limit(word: str, limit: DeltaTime | None) -> str:
    if limit is None:
        return ""
    return f"/{word}={limit.to_text().strip()[:-3] if limit else 'INFINITE'}"


def _characteristics(manager: QueueManager, numbers: frozenset[int]) -> str:
    if not numbers:
        return ""
    names = {c.number: c.name for c in manager.characteristics.values()}
    return "/CHARACTERISTICS=(" + ",".join(names.get(n, str(n)) for n in sorted(numbers)) + ")"


def queue_lines(manager: QueueManager, queue: Queue, jobs: Sequence[Entry], *, full: bool = False, files: bool = False) -> list[str]:
    """One queue of SHOW QUEUE with the jobs to be shown, and the blank line that ends it."""
    lines = [header(manager, queue)]
    if full:
        if queue.description:
            lines.append(queue.description)
        lines += wrapped(queue_qualifiers(manager, queue), "    ", "    ")
        lines += [f"         {ace}" for ace in queue.acl]
    lines.append("")
    if not jobs:
        return lines
    lines += BATCH_HEADING if queue.is_batch else OUTPUT_HEADING
    for entry in jobs:
        lines += entry_rows(manager, entry, blocks=not queue.is_batch)
        lines += entry_details(manager, entry, full=full, files=files)
        if full:
            lines.append("")
    return lines if full else [*lines, ""]


def summary_lines(manager: QueueManager, queue: Queue, jobs: Sequence[Entry]) -> list[str]:
    """One queue of SHOW QUEUE/SUMMARY."""
    def count(states: JobStatus) -> int:
        return sum(1 for e in jobs if e.state & states)

    running = sum(1 for e in jobs if e.executing)
    pending = f"{count(JobStatus.PENDING)} pending"
    if not queue.is_batch and count(JobStatus.PENDING):
        pending += f" ({sum(e.size for e in jobs if e.state & JobStatus.PENDING)} blocks)"
    words = (
        f"{running} executing", pending, f"{count(JobStatus.HOLDING)} holding", f"{count(JobStatus.TIMED_RELEASE)} timed release",
        f"{count(JobStatus.RETAINED)} retained",
    )  # fmt: skip
    return [header(manager, queue), "", f"  Job summary:  {', '.join(words)}", ""]


# -- jobs -----------------------------------------------------------------------------------------------------------------------------


def status_words(manager: QueueManager, entry: Entry) -> str:
    """The status column: `Holding until 23-DEC-2014 10:04`, `Pending (queue stopped)`, `Retained on error`."""
    state = entry.state
    if state & JobStatus.PENDING:
        return f"Pending ({pending_words(manager, entry)})"
    if state & JobStatus.TIMED_RELEASE and entry.after is not None:
        return f"Holding until {short_time(entry.after)}"
    if state & JobStatus.RETAINED:
        if entry.retain is Retention.UNTIL and entry.retain_until is not None and entry.timer is not None:
            return f"Retained until {short_time(entry.retain_until)}"
        return "Retained on completion" if entry.condition else "Retained on error"
    for bit, word in _JOB_WORDS:
        if state & bit:
            return word
    return _EXECUTING_WORDS.get(manager.queues[entry.queue].kind, "Printing")


def entry_rows(manager: QueueManager, entry: Entry, *, blocks: bool) -> list[str]:
    """The row of a job, and for a retained job how it ended. A name of more than 15 characters has a line of its own."""
    size = str(entry.size) if blocks else ""
    rest = f"{entry.username:<12} {size:>6}  {status_words(manager, entry)}"
    lines = [f"{entry.number:>7}  {entry.name:<{_NAME_COLUMNS}} {rest}"]
    if len(entry.name) > _NAME_COLUMNS:
        lines = [f"{entry.number:>7}  {entry.name}", f"{'':25}{rest}"]
    if entry.retained and entry.completed is not None:
        if entry.condition is not None and not entry.condition:
            lines.append("       " + condition_line(entry.condition))
        lines.append(f"         Completed {short_time(entry.completed)} on queue {entry.completion_queue}")
    return lines


def entry_details(manager: QueueManager, entry: Entry, *, full: bool, files: bool) -> list[str]:
    """What /FULL and /FILES add to a job."""
    lines = []
    if full:
        lines += wrapped(job_qualifiers(manager, entry), f"         Submitted {short_time(entry.submitted)}", "         ")
        if entry.note:
            lines.append(f"         /NOTE={_quoted(entry.note)}")
    if full or files:
        for at, file in enumerate(entry.files):
            lines += wrapped(_file_words(manager, entry, at, file), "         ", "         ")
    return lines


def job_qualifiers(manager: QueueManager, entry: Entry) -> list[str]:
    """The qualifiers of a job in alphabetical order."""
    return [text for text in _job_qualifiers(manager, entry) if text]


def _job_qualifiers(manager: QueueManager, e: Entry) -> Iterator[str]:
    queue = manager.queues[e.queue]
    yield _characteristics(manager, e.characteristics)
    yield _cpu_limit("CPUTIME", e.cpu_limit)
    if not queue.is_batch:
        yield f"/FORM={form_words(manager, e.form or queue.default_form)}"
        yield f"/JOB_COUNT={e.copies}" if e.copies > 1 else ""
    yield "/KEEP" if e.log_keep else ""
    yield f"/LOG={e.log_file}" if e.log_file else ""
    yield "/LOWERCASE" if e.lowercase else ""
    yield "/NOLOG" if e.log_null else ""
    yield "/NOPRINT" if queue.is_batch and not e.log_print else ""
    yield "/NOTIFY" if e.notify else ""
    yield f"/OPERATOR={_quoted(e.operator_request)}" if e.operator_request else ""
    if any(p is not None for p in e.parameters):
        yield "/PARAM=(" + ",".join(_quoted(p or "") for p in e.parameters) + ")"
    yield f"/PRINTER={e.log_queue}" if e.log_queue else ""
    yield f"/PRIORITY={e.priority}"
    yield f"/RESTART={e.origin}" if e.restart and queue.is_batch else ""
    yield {Retention.ALWAYS: "/RETAIN=ALWAYS", Retention.ERROR: "/RETAIN=ERROR"}.get(e.retain, "")
    if e.retain is Retention.UNTIL and e.retain_until is not None:
        yield f'/RETAIN=UNTIL="{short_time(e.retain_until)}"'
    for word, size in (("WSDEFAULT", e.ws_default), ("WSEXTENT", e.ws_extent), ("WSQUOTA", e.ws_quota)):
        yield f"/{word}={size}" if size else ""


def _file_words(manager: QueueManager, entry: Entry, at: int, file: JobFile) -> Iterator[str]:
    yield "File: " + device_spec(manager, file.spec)
    if entry.executing and at == entry.file_index:
        yield f"({_EXECUTING_WORDS.get(manager.queues[entry.queue].kind, 'Printing').lower()})"
    yield f"/COPIES={file.copies}" if file.copies > 1 else ""
    for bit, word in _FILE_WORDS:
        if file.flags & bit:
            yield word


def device_spec(manager: QueueManager, spec: str) -> str:
    """A file specification with the underscore that physical device names have."""
    device = spec.partition(":")[0]
    known = any(d.name == device + ":" for d in manager.system.devices)
    return "_" + spec if known else spec


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def entry_lines(manager: QueueManager, entries: Sequence[Entry], *, full: bool = False, files: bool = False) -> list[str]:
    """SHOW ENTRY: the heading, and each entry with the queue it is in."""
    lines = list(OUTPUT_HEADING)
    for entry in entries:
        queue = manager.queues[entry.queue]
        lines += entry_rows(manager, entry, blocks=True)
        words = kind_words(queue)
        states = state_words(queue)
        where = f"{states[0]} {words.lower()}" if states else words.lower()
        lines.append(f"         On {where} {queue.name}")
        lines += entry_details(manager, entry, full=full, files=files)
        lines.append("")
    return lines


# -- forms, characteristics, the manager ------------------------------------------------------------------------------------------------


def form_lines(forms: Iterable[Form], pattern: str = "*", *, full: bool = False) -> list[str]:
    """SHOW QUEUE/FORM."""
    lines = ["Form name                            Number   Description", "---------                            ------   -----------"]
    for form in sorted(forms, key=lambda f: f.name):
        if not match(pattern, form.name):
            continue
        name = form.name if form.stock_name == form.name else f"{form.name} (stock={form.stock_name})"
        lines.append(f"{name:<33}{form.number:>10}   {form.description}".rstrip())
        if full:
            lines += wrapped(_form_qualifiers(form), "    ", "    ")
    return lines


def _form_qualifiers(form: Form) -> list[str]:
    margins = [f"{word}={value}" for word, value in (("BOTTOM", form.bottom), ("LEFT", form.left), ("RIGHT", form.right), ("TOP", form.top)) if value]
    words = [f"/LENGTH={form.length}"]
    if margins:
        words.append(f"/MARGIN=({','.join(margins)})")
    if form.setup:
        words.append(f"/SETUP=({','.join(form.setup)})")
    if form.flags & FormFlags.SHEET_FEED:
        words.append("/SHEET_FEED")
    words.append(f"/STOCK={form.stock_name}")
    words += [f"/{bit.name}" for bit in (FormFlags.TRUNCATE, FormFlags.WRAP) if form.flags & bit]
    return [*words, f"/WIDTH={form.width}"]


def characteristic_lines(characteristics: Iterable[Characteristic], pattern: str = "*") -> list[str]:
    """SHOW QUEUE/CHARACTERISTICS."""
    lines = ["Characteristic name                  Number", "-------------------                  ------"]
    chosen = sorted((c for c in characteristics if match(pattern, c.name)), key=lambda c: c.name)
    return lines + [f"{c.name:<33}{c.number:>10}" for c in chosen]


def manager_lines(manager: QueueManager, name: str, master: str, *, full: bool = False) -> list[str]:
    """SHOW QUEUE/MANAGERS. fidelity: the indentation of /FULL is inferred."""
    state = (manager.status.name or "").lower().replace("_", " ")
    line = f"Queue manager {name}, {state}"
    if manager.database is not None:
        line += f", on {manager.running_on}::"
    if not full:
        return [line]
    return [
        f"Master file:  {master}", "", line, f"    /ON=({','.join(manager.record.nodes)})", f"    Database location:  {manager.record.directory}",
    ]  # fmt: skip


__all__ = [
    "DEFAULT_FORM", "characteristic_lines", "entry_lines", "form_lines", "header", "manager_lines", "queue_lines", "summary_lines",
]  # fmt: skip
