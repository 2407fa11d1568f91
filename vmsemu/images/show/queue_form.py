"""SHOW QUEUE/FORM. Source: DCL Dictionary, SHOW QUEUE/FORM."""

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


async def show_queue_form(ctx: ImageContext) -> ImageResult:
    """SHOW QUEUE/FORM [name]. Errors: JBC.NOSUCHFORM."""
    manager = ctx.system.part(QueueManager)
    manager.running_database()
    accept(ctx, "ALL")
    pattern = (ctx.cli.value("P2") or "*").upper()
    if not any(match(pattern, name) for name in manager.forms):
        raise JBC.NOSUCHFORM.error()
    write_lines(ctx, display.form_lines(manager.forms.values(), pattern, full=ctx.cli.present("FULL")))
    return SS.NORMAL
