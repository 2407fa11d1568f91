"""SHOW QUEUE. Source: DCL Dictionary, SHOW QUEUE."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from vmsemu.base.wildcard import is_wild, match
from vmsemu.images.common.gaps import accept
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.queue import display
from vmsemu.queue.access import may_read_entry
from vmsemu.queue.entry import Entry
from vmsemu.queue.jbc import JBC
from vmsemu.queue.manager import QueueManager
from vmsemu.queue.queue import Queue
from vmsemu.queue.status import JobStatus, QueueKind
from vmsemu.tables.facilities import SS

JOB_STATES: dict[str, Callable[[Entry], bool]] = {
    "EXECUTING": lambda e: e.executing,
    "HOLDING": lambda e: bool(e.state & JobStatus.HOLDING),
    "PENDING": lambda e: bool(e.state & JobStatus.PENDING),
    "RETAINED": lambda e: e.retained,
    "TIMED_RELEASE": lambda e: bool(e.state & JobStatus.TIMED_RELEASE),
}
"""What /BY_JOB_STATUS may name."""


async def show_queue(ctx: ImageContext) -> ImageResult:
    """Queues in alphabetical order, each with the own jobs, or with all of them."""
    manager = ctx.system.part(QueueManager)
    accept(ctx, "BRIEF")
    queues = _chosen_queues(ctx, manager)
    cli = ctx.cli
    by_status = cli.present("BY_JOB_STATUS")
    lines: list[str] = []
    for queue in queues:
        jobs = [e for e in queue.jobs() if _shown(ctx, queue, e) and wanted_state(ctx, e)]
        if by_status and not jobs:
            continue
        if cli.present("SUMMARY"):
            lines += display.summary_lines(manager, queue, [e for e in queue.jobs() if may_read_entry(ctx.process.credentials, queue, e)])
        else:
            lines += display.queue_lines(manager, queue, jobs, full=cli.present("FULL"), files=cli.present("FILES"))
    write_lines(ctx, lines)
    return SS.NORMAL


def _chosen_queues(ctx: ImageContext, manager: QueueManager) -> list[Queue]:
    """The queues that the parameter and the qualifiers name. Errors: JBC.JOBQUEDIS, JBC.NOSUCHQUE."""
    manager.running_database()
    patterns = [item.text.upper() for item in ctx.cli.parameters("P2")] or ["*"]
    found: list[Queue] = []
    for pattern in patterns:
        if is_wild(pattern):
            found += [q for q in manager.queues.values() if match(pattern, q.name) and q not in found]
        else:
            queue = manager.find_queue(pattern, ctx.process.names)
            found += [queue] if queue not in found else []
    chosen = [q for q in found if wanted_kind(ctx, q)]
    if not chosen:
        raise JBC.NOSUCHQUE.error()
    return chosen


def wanted_kind(ctx: ImageContext, queue: Queue) -> bool:
    """/BATCH, /DEVICE[=(PRINTER,SERVER,TERMINAL)], /GENERIC; without them every queue."""
    cli = ctx.cli
    if cli.present("GENERIC") and not queue.generic:
        return False
    kinds = {QueueKind[word] for word in cli.values("DEVICE")}
    if cli.present("BATCH") and cli.present("DEVICE"):
        return queue.is_batch or not kinds or queue.kind in kinds
    if cli.present("BATCH"):
        return queue.is_batch
    if cli.present("DEVICE"):
        return not queue.is_batch and (not kinds or queue.kind in kinds)
    return True


def wanted_state(ctx: ImageContext, entry: Entry) -> bool:
    """/BY_JOB_STATUS[=(state,...)]"""
    states = ctx.cli.values("BY_JOB_STATUS")
    return not states or any(JOB_STATES[word](entry) for word in states)


def _shown(ctx: ImageContext, queue: Queue, entry: Entry) -> bool:
    if not ctx.cli.present("ALL_JOBS"):
        return entry.username == ctx.process.username
    return may_read_entry(ctx.process.credentials, queue, entry)


def write_lines(ctx: ImageContext, lines: Iterable[str]) -> None:
    """To SYS$OUTPUT or to the file of /OUTPUT."""
    name = ctx.cli.value("OUTPUT")
    if not name:
        for line in lines:
            ctx.write(line)
        return
    with ctx.files.create(name, default="SYS$DISK:[]SHOW.LIS") as file:
        for line in lines:
            file.put_text(line)
