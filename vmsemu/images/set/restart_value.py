"""SET RESTART_VALUE: where a batch job goes on when it is restarted. Source: DCL Dictionary, SET RESTART_VALUE."""

from __future__ import annotations

from vmsemu.images.context import ImageContext
from vmsemu.images.queman.values import manager_of
from vmsemu.images.registry import ImageResult
from vmsemu.queue.batch import entry_of
from vmsemu.queue.jbc import JBC


async def set_restart_value(ctx: ImageContext) -> ImageResult:
    """The value becomes BATCH$RESTART. Errors: JBC.NOSUCHJOB outside of a batch job."""
    entry = entry_of(ctx.process)
    if entry is None:
        raise JBC.NOSUCHJOB.error()
    manager_of(ctx).set_restart_value(entry, ctx.cli.value("OPTION.RESTART_VALUE") or "")
    await ctx.kernel.durable()
    return JBC.NORMAL
