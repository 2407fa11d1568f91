"""The items of $GETQUI: how each is read from a queue, a job, a file, a form, a characteristic, the manager.

Items are named as F$GETQUI names them: QUI$_ codes without the prefix, and the single bits of the status and flag masks (QUEUE_IDLE, JOB_HOLDING,
PEND_JOB_...). Values are strings, numbers or truth values; times are text.

Source: System Services Reference, $GETQUI; DCL Dictionary, F$GETQUI.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntFlag
from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import VmsError
from vmsemu.base.directory import split_directory
from vmsemu.base.filespec import FileSpec
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.files.header import FileId
from vmsemu.queue.access import protection_text
from vmsemu.queue.entry import Entry, JobFile
from vmsemu.queue.form import SYSTEM_FORM, Characteristic, Form
from vmsemu.queue.queue import Queue
from vmsemu.queue.status import (
    FileFlags,
    FormFlags,
    JobFlags,
    JobStatus,
    ManagerStatus,
    PendingReason,
    QueueFlags,
    QueueKind,
    QueueStatus,
    Retention,
)

if TYPE_CHECKING:
    from vmsemu.queue.manager import QueueManager

ItemValue = str | int | bool
Reader = Callable[["QueueManager", Any], ItemValue]


def _time(when: VmsTime | None) -> str:
    return when.to_text().lstrip() if when is not None else ""


def _limit(limit: DeltaTime | None) -> str:
    return limit.to_text()[3:] if limit is not None else ""


def _bits(prefix: str, kind: type[IntFlag], mask: Callable[[QueueManager, Any], int], skip: tuple[str, ...] = ()) -> dict[str, Reader]:
    """One truth-valued item for each bit of a mask."""

    def reader(bit: int) -> Reader:
        return lambda manager, found: bool(mask(manager, found) & bit)

    return {f"{prefix}{bit.name}": reader(bit) for bit in kind if bit.name not in skip}


def queue_flags(manager: QueueManager, q: Queue) -> QueueFlags:
    """QUI$_QUEUE_FLAGS."""
    flags = QueueFlags(0)
    for on, bit in (
        (q.is_batch, QueueFlags.BATCH),
        (q.cpu_default is not None, QueueFlags.CPU_DEFAULT),
        (q.cpu_maximum is not None, QueueFlags.CPU_LIMIT),
        (q.generic, QueueFlags.GENERIC),
        (q.enable_generic, QueueFlags.GENERIC_SELECTION),
        (q.schedule_size and not q.is_batch, QueueFlags.JOB_SIZE_SCHED),
        (q.retain is Retention.ALWAYS, QueueFlags.RETAIN_ALL),
        (q.retain is Retention.ERROR, QueueFlags.RETAIN_ERROR),
        (not q.disable_swapping, QueueFlags.SWAP),
        (q.kind is QueueKind.TERMINAL, QueueFlags.TERMINAL),
        (q.kind is QueueKind.PRINTER, QueueFlags.PRINTER),
        (bool(q.ws_default), QueueFlags.WSDEFAULT),
        (bool(q.ws_extent), QueueFlags.WSEXTENT),
        (bool(q.ws_quota), QueueFlags.WSQUOTA),
        (q.record_blocking and not q.is_batch, QueueFlags.RECORD_BLOCKING),
        (bool(q.acl), QueueFlags.ACL_SPECIFIED),
        (q.autostart, QueueFlags.AUTOSTART),
        (q.no_initial_ff, QueueFlags.NO_INITIAL_FF),
        (q.rad is not None, QueueFlags.RAD),
    ):
        if on:
            flags |= bit
    return flags | _option_flags(q)


def _option_flags(q: Queue) -> QueueFlags:
    """The bits of /DEFAULT and /SEPARATE."""
    flags = QueueFlags(0)
    for option in q.default_options:
        word, _, how = option.partition("=")
        name = {"FEED": "FILE_PAGINATE"}.get(word, f"FILE_{word}" + ("_ONE" if how == "ONE" else ""))
        flags |= QueueFlags[name] if name in QueueFlags.__members__ else QueueFlags(0)
    for option in q.separate:
        name = "JOB_" + option.partition("=")[0]
        flags |= QueueFlags[name] if name in QueueFlags.__members__ else QueueFlags(0)
    return flags


def job_flags(manager: QueueManager, e: Entry) -> JobFlags:
    """QUI$_JOB_FLAGS."""
    flags = JobFlags(0)
    for on, bit in (
        (e.cpu_limit is not None, JobFlags.CPU_LIMIT),
        (not e.log_keep and e.log_print, JobFlags.LOG_DELETE),
        (e.log_null, JobFlags.LOG_NULL),
        (e.log_print, JobFlags.LOG_SPOOL),
        (e.lowercase, JobFlags.LOWERCASE),
        (e.notify, JobFlags.NOTIFY),
        (e.restart, JobFlags.RESTART),
        (bool(e.ws_default), JobFlags.WSDEFAULT),
        (bool(e.ws_extent), JobFlags.WSEXTENT),
        (bool(e.ws_quota), JobFlags.WSQUOTA),
        (e.retain in (Retention.ALWAYS, Retention.UNTIL), JobFlags.RETENTION),
        (e.retain is Retention.ERROR, JobFlags.ERROR_RETENTION),
    ):
        if on:
            flags |= bit
    return flags


def _reason(manager: QueueManager, entry: Entry) -> PendingReason:
    return manager.pending_reason(entry) if entry.state & JobStatus.PENDING else PendingReason(0)


def _names(manager: QueueManager, numbers: frozenset[int]) -> str:
    names = {c.number: c.name for c in manager.characteristics.values()}
    return ",".join(names.get(n, str(n)) for n in sorted(numbers))


def _before(manager: QueueManager, entry: Entry) -> list[Entry]:
    """The pending jobs that will run before a pending job of the same queue."""
    if not entry.state & JobStatus.PENDING:
        return []
    out = []
    for other in manager.queues[entry.queue].pending:
        if other is entry:
            break
        out.append(other)
    return out


def _uic(manager: QueueManager, uic: Any) -> str:
    return manager.system.rights.uic_text(uic)


def _form(manager: QueueManager, name: str) -> Form:
    return manager.forms.get(name, SYSTEM_FORM)


def _pending_blocks(manager: QueueManager, q: Queue) -> int:
    return sum(e.size for e in q.pending)


QUEUE: dict[str, Reader] = {
    "ASSIGNED_QUEUE_NAME": lambda m, q: q.assigned_to,
    "AUTOSTART_ON": lambda m, q: ",".join(f"{node}::{device}" for node, device in q.autostart_on),
    "BASE_PRIORITY": lambda m, q: q.base_priority,
    "CHARACTERISTICS": lambda m, q: _names(m, q.characteristics),
    "CPU_DEFAULT": lambda m, q: _limit(q.cpu_default),
    "CPU_LIMIT": lambda m, q: _limit(q.cpu_maximum),
    "DEFAULT_FORM_NAME": lambda m, q: q.default_form,
    "DEFAULT_FORM_NUMBER": lambda m, q: _form(m, q.default_form).number,
    "DEFAULT_FORM_STOCK": lambda m, q: _form(m, q.default_form).stock_name,
    "DEVICE_NAME": lambda m, q: q.device,
    "EXECUTING_JOB_COUNT": lambda m, q: len(q.executing),
    "FORM_NAME": lambda m, q: q.form_mounted,
    "FORM_NUMBER": lambda m, q: _form(m, q.form_mounted).number,
    "FORM_STOCK": lambda m, q: _form(m, q.form_mounted).stock_name,
    "GENERIC_TARGET": lambda m, q: ",".join(q.targets),
    "HOLDING_JOB_COUNT": lambda m, q: len(q.holding),
    "JOB_LIMIT": lambda m, q: q.slots,
    "JOB_RESET_MODULES": lambda m, q: next((o.partition("=")[2].strip("()") for o in q.separate if o.startswith("RESET=")), ""),
    "JOB_SIZE_MAXIMUM": lambda m, q: q.block_maximum,
    "JOB_SIZE_MINIMUM": lambda m, q: q.block_minimum,
    "LIBRARY_SPECIFICATION": lambda m, q: "" if q.is_batch else q.library,
    "MANAGER_NAME": lambda m, q: "SYS$QUEUE_MANAGER",
    "OWNER_UIC": lambda m, q: _uic(m, q.owner),
    "PENDING_JOB_BLOCK_COUNT": _pending_blocks,
    "PENDING_JOB_COUNT": lambda m, q: len(q.pending),
    "PROCESSOR": lambda m, q: q.processor,
    "PROTECTION": lambda m, q: protection_text(q.protection),
    "QUEUE_DESCRIPTION": lambda m, q: q.description,
    "QUEUE_FLAGS": lambda m, q: int(queue_flags(m, q)),
    "QUEUE_NAME": lambda m, q: q.name,
    "QUEUE_STATUS": lambda m, q: int(q.status),
    "RAD": lambda m, q: q.rad if q.rad is not None else "",
    "RETAINED_JOB_COUNT": lambda m, q: len(q.retained),
    "SCSNODE_NAME": lambda m, q: q.node,
    "TIMED_RELEASE_JOB_COUNT": lambda m, q: len(q.timed),
    "WSDEFAULT": lambda m, q: q.ws_default,
    "WSEXTENT": lambda m, q: q.ws_extent,
    "WSQUOTA": lambda m, q: q.ws_quota,
    **_bits("QUEUE_", QueueStatus, lambda m, q: q.status, skip=("OPERATOR_REQUEST",)),
    **_bits("QUEUE_", QueueFlags, queue_flags, skip=("AUTOSTART",)),
    "QUEUE_AUTOSTART": lambda m, q: q.autostart,
}

JOB: dict[str, Reader] = {
    "ACCOUNT_NAME": lambda m, e: e.account,
    "AFTER_TIME": lambda m, e: _time(e.after),
    "CHARACTERISTICS": lambda m, e: _names(m, e.characteristics),
    "CHECKPOINT_DATA": lambda m, e: e.checkpoint,
    "CLI": lambda m, e: e.cli,
    "COMPLETED_BLOCKS": lambda m, e: sum(f.blocks for f in e.files[: e.file_index]),
    "CONDITION_VECTOR": lambda m, e: int(e.condition) if e.condition is not None else 0,
    "CPU_LIMIT": lambda m, e: _limit(e.cpu_limit),
    "ENTRY_NUMBER": lambda m, e: e.number,
    "FILE_COUNT": lambda m, e: len(e.files),
    "FORM_NAME": lambda m, e: e.form or m.queues[e.queue].default_form,
    "FORM_STOCK": lambda m, e: _form(m, e.form or m.queues[e.queue].default_form).stock_name,
    "INTERVENING_BLOCKS": lambda m, e: sum(other.size for other in _before(m, e)),
    "INTERVENING_JOBS": lambda m, e: len(_before(m, e)),
    "JOB_COMPLETION_QUEUE": lambda m, e: e.completion_queue,
    "JOB_COMPLETION_TIME": lambda m, e: _time(e.completed),
    "JOB_COPIES": lambda m, e: e.copies,
    "JOB_COPIES_CHKPT": lambda m, e: 0,
    "JOB_COPIES_DONE": lambda m, e: e.copies_done,
    "JOB_FLAGS": lambda m, e: int(job_flags(m, e)),
    "JOB_NAME": lambda m, e: e.name,
    "JOB_PID": lambda m, e: f"{e.pid:08X}" if e.pid else "",
    "JOB_RETENTION_TIME": lambda m, e: _time(e.retain_until),
    "JOB_SIZE": lambda m, e: e.size,
    "JOB_STATUS": lambda m, e: int(e.state),
    "LOG_QUEUE": lambda m, e: e.log_queue,
    "LOG_SPECIFICATION": lambda m, e: e.log_file,
    "NOTE": lambda m, e: e.note,
    "OPERATOR_REQUEST": lambda m, e: e.operator_request,
    "PENDING_JOB_REASON": lambda m, e: int(_reason(m, e)),
    "PRIORITY": lambda m, e: e.priority,
    "QUEUE_NAME": lambda m, e: e.queue,
    "REFUSAL_REASON": lambda m, e: "",
    "REQUEUE_PRIORITY": lambda m, e: e.requeue.priority or 0 if e.requeue is not None else 0,
    "REQUEUE_QUEUE_NAME": lambda m, e: e.requeue.queue if e.requeue is not None else "",
    "RESTART_QUEUE_NAME": lambda m, e: e.origin,
    "SUBMISSION_TIME": lambda m, e: _time(e.submitted),
    "UIC": lambda m, e: _uic(m, e.uic),
    "USERNAME": lambda m, e: e.username,
    "WSDEFAULT": lambda m, e: e.ws_default,
    "WSEXTENT": lambda m, e: e.ws_extent,
    "WSQUOTA": lambda m, e: e.ws_quota,
    **_bits("JOB_", JobFlags, job_flags),
    **_bits("JOB_", JobStatus, lambda m, e: e.state),
    **_bits("PEND_JOB_", PendingReason, _reason),
}


def _parameter(number: int) -> Reader:
    return lambda m, e: (e.parameters[number] or "") if number < len(e.parameters) else ""


JOB.update({f"PARAMETER_{number + 1}": _parameter(number) for number in range(8)})

_FileOf = tuple[Entry, int, JobFile]


def _executing(m: QueueManager, found: _FileOf) -> bool:
    entry, at, _ = found
    return entry.executing and entry.file_index == at


def _identification(m: QueueManager, spec: str) -> str:
    """28 bytes: the device as a counted string of 16, then file and directory identification; nothing when the file is gone."""
    name = FileSpec.from_text(spec)
    try:
        volume = m.system.devices.volume(name.device)
        directory = volume.find_directory(split_directory(name.directory))
        file = volume.lookup(directory, name.name + name.type, int(name.version[1:] or 0)) if directory is not None else None
    except (VmsError, ValueError):
        return ""
    if directory is None or file is None:
        return ""
    device = name.device.removesuffix(":").encode("latin-1")
    return (bytes((len(device),)) + device.ljust(15, b"\0") + _file_id(file) + _file_id(directory)).decode("latin-1")


def _file_id(fid: FileId) -> bytes:
    return (fid.number & 0xFFFF).to_bytes(2, "little") + fid.sequence.to_bytes(2, "little") + bytes((fid.rvn & 0xFF, fid.number >> 16))


FILE: dict[str, Reader] = {
    "FILE_COPIES": lambda m, f: f[2].copies,
    "FILE_COPIES_CHKPT": lambda m, f: 0,
    "FILE_COPIES_DONE": lambda m, f: f[0].copies_done if f[1] == f[0].file_index else 0,
    "FILE_FLAGS": lambda m, f: int(f[2].flags),
    "FILE_IDENTIFICATION": lambda m, f: _identification(m, f[2].spec),
    "FILE_SETUP_MODULES": lambda m, f: "",
    "FILE_SPECIFICATION": lambda m, f: f[2].spec,
    "FILE_STATUS": lambda m, f: 2 if _executing(m, f) else 0,
    "FILE_EXECUTING": _executing,
    "FILE_CHECKPOINTED": lambda m, f: False,
    "FIRST_PAGE": lambda m, f: f[2].first_page,
    "LAST_PAGE": lambda m, f: f[2].last_page,
    **_bits("FILE_", FileFlags, lambda m, f: f[2].flags),
}

FORM: dict[str, Reader] = {
    "FORM_DESCRIPTION": lambda m, f: f.description,
    "FORM_FLAGS": lambda m, f: int(f.flags),
    "FORM_LENGTH": lambda m, f: f.length,
    "FORM_MARGIN_BOTTOM": lambda m, f: f.bottom,
    "FORM_MARGIN_LEFT": lambda m, f: f.left,
    "FORM_MARGIN_RIGHT": lambda m, f: f.right,
    "FORM_MARGIN_TOP": lambda m, f: f.top,
    "FORM_NAME": lambda m, f: f.name,
    "FORM_NUMBER": lambda m, f: f.number,
    "FORM_SETUP_MODULES": lambda m, f: ",".join(f.setup),
    "FORM_STOCK": lambda m, f: f.stock_name,
    "FORM_WIDTH": lambda m, f: f.width,
    "PAGE_SETUP_MODULES": lambda m, f: "",
    **_bits("FORM_", FormFlags, lambda m, f: f.flags),
}


def _number(m: QueueManager, c: Characteristic) -> int:
    return c.number


CHARACTERISTIC: dict[str, Reader] = {
    "CHARACTERISTIC_NAME": lambda m, c: c.name,
    "CHARACTERISTIC_NUMBER": _number,
}

MANAGER: dict[str, Reader] = {
    "MANAGER_NAME": lambda m, _: "SYS$QUEUE_MANAGER",
    "MANAGER_NODES": lambda m, _: ",".join(m.record.nodes),
    "MANAGER_STATUS": lambda m, _: int(m.status),
    "QUEUE_DIRECTORY": lambda m, _: m.record.directory,
    "SCSNODE_NAME": lambda m, _: m.running_on if m.database is not None else "",
    **_bits("MANAGER_", ManagerStatus, lambda m, _: m.status),
}
