"""SYNCHRONIZE: wait until a job has ended; its completion status becomes that of the command. Source: DCL Dictionary, SYNCHRONIZE."""

from __future__ import annotations

from vmsemu.base.condition import ConditionValue
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.images.context import ImageContext
from vmsemu.images.queman.values import manager_of
from vmsemu.images.registry import ImageResult, image
from vmsemu.kernel.event import TimedOut
from vmsemu.queue.entry import Entry
from vmsemu.queue.jbc import JBC
from vmsemu.tables.facilities import SS

DEFAULT_QUEUE = "SYS$BATCH"
_INHIBIT = 0x10000000


@image("SYNCHRONIZE")
async def synchronize(ctx: ImageContext) -> ImageResult:
    """The job of /ENTRY, or the first own job of that name in the queue."""
    manager = manager_of(ctx)
    entry = _entry(ctx)
    completion = manager.completion(entry.number, ctx.process.credentials)
    deadline = None
    if ctx.cli.present("TIME_OUT"):
        deadline = VmsTime(ctx.now + DeltaTime.of(seconds=ctx.cli.integer("TIME_OUT")))
    try:
        status: ConditionValue = await completion.wait(deadline=deadline)
    except TimedOut:
        raise SS.TIMEOUT.error() from None
    return ConditionValue(status & ~_INHIBIT)


def _entry(ctx: ImageContext) -> Entry:
    """Errors: JBC.NOSUCHENT, JBC.NOSUCHJOB, JBC.NOSUCHQUE, JBC.EMPTYJOB without any job named."""
    manager = manager_of(ctx)
    if ctx.cli.present("ENTRY"):
        return manager.find_entry(ctx.cli.integer("ENTRY"))
    name = (ctx.cli.value("P1") or "").upper()
    if not name:
        raise JBC.MISREQPAR.error()
    queue = manager.find_queue(ctx.cli.value("QUEUE") or DEFAULT_QUEUE, ctx.process.names)
    for entry in sorted(manager.entries.values(), key=lambda e: e.serial):
        if entry.name.upper() == name and queue.name in (entry.queue, entry.origin) and entry.username == ctx.process.username:
            return entry
    raise JBC.NOSUCHJOB.error()
