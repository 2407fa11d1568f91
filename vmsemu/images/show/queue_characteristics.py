"""SHOW QUEUE/CHARACTERISTICS. Source: DCL Dictionary, SHOW QUEUE/CHARACTERISTICS."""

from __future__ import annotations

from vmsemu.base.wildcard import match
from vmsemu.images.common.gaps import accept
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.images.show.queue import write_lines
from vmsemu.queue import display
from vmsemu.queue.jbc import JBC
from vmsemu.queue.manager import QueueManager
from vmsemu.tables.facilities import SS


async def show_queue_characteristics(ctx: ImageContext) -> ImageResult:
    """SHOW QUEUE/CHARACTERISTICS [name]. Errors: JBC.NOSUCHCHAR."""
    manager = ctx.system.part(QueueManager)
    manager.running_database()
    accept(ctx, "ALL")
    pattern = (ctx.cli.value("P2") or "*").upper()
    if not any(match(pattern, name) for name in manager.characteristics):
        raise JBC.NOSUCHCHAR.error()
    write_lines(ctx, display.characteristic_lines(manager.characteristics.values(), pattern))
    return SS.NORMAL
