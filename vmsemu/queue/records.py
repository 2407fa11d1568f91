"""The records of the queue files as bytes. The layout is private to the queue manager; a leading version byte guards it.

A record is a structure of fixed fields, a count of texts, their lengths (words), and the texts in ISO Latin-1. All integers little-endian.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from struct import Struct, error, unpack_from
from typing import NamedTuple

from vmsemu.base.condition import ConditionValue
from vmsemu.base.protection import Protection
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.base.uic import Uic
from vmsemu.queue.entry import Entry, JobFile
from vmsemu.queue.form import Characteristic, Form
from vmsemu.queue.jbc import JBC
from vmsemu.queue.queue import Queue
from vmsemu.queue.status import FileFlags, FormFlags, JobStatus, QueueKind, Retention, RunState

VERSION = 1
_ENTRY = Struct("<BIIIQIQIHHBQQHqIIIIQQBH")
_FILE = Struct("<IIHII")
_QUEUE = Struct("<BBIBBBIIHHHHIQQIIIIH")
_FORM = Struct("<BHHHHHHHI")
_MANAGER = Struct("<BBIQ")
_KINDS = tuple(QueueKind)
_NO_TIME = -1


class ManagerRecord(NamedTuple):
    """The queue manager itself: whether it was running, where its files are, and the last entry number and serial given out."""

    running: bool = True
    last_entry: int = 0
    last_serial: int = 0
    directory: str = ""
    nodes: tuple[str, ...] = ("*",)


@lru_cache(maxsize=256)
def _lengths(count: int) -> Struct:
    """A count and so many lengths."""
    return Struct(f"<{1 + count}H")


def _texts(texts: Sequence[str]) -> bytes:
    """A count, the lengths, the texts."""
    count = len(texts)
    return _lengths(count).pack(count, *map(len, texts)) + "".join(texts).encode("latin-1", "replace")


def _read_texts(data: bytes, at: int) -> list[str]:
    count = int.from_bytes(data[at : at + 2], "little")
    lengths = unpack_from(f"<{count}H", data, at + 2)
    at += 2 + 2 * count
    out = []
    for length in lengths:
        out.append(data[at : at + length].decode("latin-1"))
        at += length
    return out


def pack_entry(e: Entry) -> bytes:
    """An entry with its files. What only matters while the job runs is left out."""
    flags = (
        e.hold | e.notify << 1 | e.restart << 2 | e.lowercase << 3 | e.log_null << 4 | e.log_keep << 5 | e.log_print << 6
        | e.restarting << 7 | (e.after is not None) << 8 | (e.retain_until is not None) << 9 | (e.condition is not None) << 10
    )  # fmt: skip
    parameters = tuple(["" if p is None else "=" + p for p in e.parameters]) if e.parameters else ()
    fixed = _ENTRY.pack(
        VERSION, e.number, e.state, flags, e.serial, e.uic.to_long(), e.submitted, e.size, e.priority, e.copies, e.retain._value_,
        e.after or 0, e.retain_until or 0, len(e.files), _NO_TIME if e.cpu_limit is None else e.cpu_limit,
        e.ws_default, e.ws_extent, e.ws_quota, 0 if e.condition is None else int(e.condition), e.completed or 0, 0, len(parameters), len(e.characteristics),
    )  # fmt: skip
    files = b"".join([_FILE.pack(f.blocks, f.flags, f.copies, f.first_page, f.last_page) for f in e.files])
    numbers = bytes(sorted(e.characteristics)) if e.characteristics else b""
    return fixed + files + numbers + _texts((
        e.name, e.queue, e.origin, e.username, e.account, e.note, e.form, e.operator_request, e.cli, e.log_file, e.log_queue, e.checkpoint,
        e.completion_queue, *parameters, *[f.spec for f in e.files],
    ))  # fmt: skip


def unpack_entry(data: bytes) -> Entry:
    """Errors: JBC.INTERNALERROR for a record that is not an entry."""
    try:
        return _unpack_entry(data)
    except (error, ValueError, IndexError):
        raise JBC.INTERNALERROR.error() from None


def _unpack_entry(data: bytes) -> Entry:
    (
        version, number, state, flags, serial, uic, submitted, size, priority, copies, retain, after, until, files, cpu,
        ws_default, ws_extent, ws_quota, condition, completed, _, parameters, characteristics,
    ) = _ENTRY.unpack_from(data)  # fmt: skip
    if version != VERSION:
        raise ValueError
    at = _ENTRY.size
    parts = [_FILE.unpack_from(data, at + n * _FILE.size) for n in range(files)]
    at += files * _FILE.size
    numbers = frozenset(data[at : at + characteristics])
    (name, queue, origin, username, account, note, form, request, cli, log_file, log_queue, checkpoint, done_in, *more) = _read_texts(
        data, at + characteristics
    )
    return Entry(
        number, name, queue, origin, username, Uic.from_long(uic), VmsTime(submitted), serial,
        tuple(
            JobFile(spec, blocks, FileFlags(file_flags), count, first, last)
            for spec, (blocks, file_flags, count, first, last) in zip(more[parameters:], parts, strict=True)
        ),
        JobStatus(state), account, size, priority,
        tuple(p[1:] if p else None for p in more[:parameters]),
        VmsTime(after) if flags & 256 else None, bool(flags & 1), note, bool(flags & 2), bool(flags & 4), Retention(retain),
        VmsTime(until) if flags & 512 else None, numbers, form, copies, bool(flags & 8), request, cli,
        None if cpu == _NO_TIME else DeltaTime(cpu), ws_default, ws_extent, ws_quota, log_file, bool(flags & 16), bool(flags & 32),
        bool(flags & 64), log_queue, checkpoint, bool(flags & 128), ConditionValue(condition) if flags & 1024 else None,
        VmsTime(completed) if completed else None, done_in,
    )  # fmt: skip


def pack_queue(q: Queue) -> bytes:
    """A queue without its jobs."""
    flags = (
        q.generic | q.closed << 1 | q.disable_swapping << 2 | q.enable_generic << 3 | q.no_initial_ff << 4 | q.record_blocking << 5
        | q.schedule_size << 6 | q.autostart_active << 7 | (q.rad is not None) << 8
    )  # fmt: skip
    fixed = _QUEUE.pack(
        VERSION, _KINDS.index(q.kind), flags, q.base_priority, q.retain.value, q.state is RunState.RUNNING, q.block_minimum, q.block_maximum,
        q.job_limit, q.protection.to_word(), q.rad or 0, len(q.characteristics), q.owner.to_long(),
        0 if q.cpu_default is None else q.cpu_default + 1, 0 if q.cpu_maximum is None else q.cpu_maximum + 1,
        q.ws_default, q.ws_extent, q.ws_quota, 0, len(q.targets),
    )  # fmt: skip
    lists = [*q.targets, str(len(q.autostart_on)), *(f"{node}::{device}" for node, device in q.autostart_on)]
    for texts in (q.default_options, q.separate, q.acl):
        lists += [str(len(texts)), *texts]
    return fixed + bytes(sorted(q.characteristics)) + _texts((
        q.name, q.node, q.device, q.default_form, q.description, q.form_mounted, q.library, q.processor, q.assigned_to, *lists,
    ))  # fmt: skip


def unpack_queue(data: bytes) -> Queue:
    """Errors: JBC.INTERNALERROR for a record that is not a queue."""
    try:
        return _unpack_queue(data)
    except (error, ValueError, IndexError):
        raise JBC.INTERNALERROR.error() from None


def _unpack_queue(data: bytes) -> Queue:
    (
        version, kind, flags, base, retain, running, low, high, limit, protection, rad, characteristics, owner, cpu_default, cpu_maximum,
        ws_default, ws_extent, ws_quota, _, targets,
    ) = _QUEUE.unpack_from(data)  # fmt: skip
    if version != VERSION:
        raise ValueError
    at = _QUEUE.size
    texts = iter(_read_texts(data, at + characteristics))
    name, node, device, default_form, description, mounted, library, processor, assigned = (next(texts) for _ in range(9))
    routes = tuple(next(texts) for _ in range(targets))
    autostart, options, separate, acl = (tuple(next(texts) for _ in range(int(next(texts)))) for _ in range(4))
    return Queue(
        name, _KINDS[kind], generic=bool(flags & 1), targets=routes, node=node, device=device,
        autostart_on=tuple((n, d) for n, _, d in (a.partition("::") for a in autostart)), autostart_active=bool(flags & 128),
        base_priority=base, block_minimum=low, block_maximum=high, characteristics=frozenset(data[at : at + characteristics]),
        closed=bool(flags & 2), cpu_default=DeltaTime(cpu_default - 1) if cpu_default else None,
        cpu_maximum=DeltaTime(cpu_maximum - 1) if cpu_maximum else None, default_options=options, default_form=default_form,
        description=description, disable_swapping=bool(flags & 4), enable_generic=bool(flags & 8), form_mounted=mounted, job_limit=limit,
        library=library, no_initial_ff=bool(flags & 16), owner=Uic.from_long(owner), processor=processor,
        protection=Protection.from_word(protection), acl=acl, rad=rad if flags & 256 else None, record_blocking=bool(flags & 32),
        retain=Retention(retain), schedule_size=bool(flags & 64), separate=separate, ws_default=ws_default, ws_extent=ws_extent,
        ws_quota=ws_quota, assigned_to=assigned, state=RunState.RUNNING if running else RunState.STOPPED,
    )  # fmt: skip


def pack_form(f: Form) -> bytes:
    return _FORM.pack(VERSION, f.number, f.length, f.width, f.bottom, f.top, f.left, f.right, f.flags) + _texts(
        (f.name, f.description, f.stock, *f.setup)
    )


def unpack_form(data: bytes) -> Form:
    _, number, length, width, bottom, top, left, right, flags = _FORM.unpack_from(data)
    name, description, stock, *setup = _read_texts(data, _FORM.size)
    return Form(name, number, description, stock, length, width, bottom, top, left, right, FormFlags(flags), tuple(setup))


def pack_characteristic(c: Characteristic) -> bytes:
    return bytes((VERSION, c.number)) + _texts((c.name,))


def unpack_characteristic(data: bytes) -> Characteristic:
    return Characteristic(_read_texts(data, 2)[0], data[1])


def pack_manager(m: ManagerRecord) -> bytes:
    return _MANAGER.pack(VERSION, m.running, m.last_entry, m.last_serial) + _texts((m.directory, *m.nodes))


def unpack_manager(data: bytes) -> ManagerRecord:
    _, running, last, serial = _MANAGER.unpack_from(data)
    directory, *nodes = _read_texts(data, _MANAGER.size)
    return ManagerRecord(bool(running), last, serial, directory, tuple(nodes))
