"""SET QUEUE: change the attributes of a queue, running or not. Source: DCL Dictionary, SET QUEUE."""

from __future__ import annotations

from vmsemu.images.context import ImageContext
from vmsemu.images.queman.attributes import queue_attributes
from vmsemu.images.queman.values import manager_of
from vmsemu.images.registry import ImageResult
from vmsemu.queue.jbc import JBC


async def set_queue(ctx: ImageContext) -> ImageResult:
    """SET QUEUE/qualifiers name"""
    manager, names = manager_of(ctx), ctx.process.names
    name = ctx.cli.parameters("P2")[0].text
    attributes = queue_attributes(ctx, manager.translate_queue(name, names))
    manager.set_queue(name, credentials=ctx.process.credentials, names=names, **attributes)
    await ctx.kernel.durable()
    return JBC.NORMAL
