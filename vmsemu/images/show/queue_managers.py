"""SHOW QUEUE/MANAGERS. Source: DCL Dictionary, SHOW QUEUE/MANAGERS."""

from __future__ import annotations

from vmsemu.base.wildcard import match
from vmsemu.images.common.gaps import accept
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.images.show.queue import write_lines
from vmsemu.queue import display
from vmsemu.queue.files import MASTER_DEFAULT, MASTER_FILE
from vmsemu.queue.jbc import JBC
from vmsemu.queue.manager import MANAGER_NAME, QueueManager
from vmsemu.tables.facilities import SS


async def show_queue_managers(ctx: ImageContext) -> ImageResult:
    """SHOW QUEUE/MANAGERS [name]. Errors: JBC.NOSUCHQMGR."""
    manager = ctx.system.part(QueueManager)
    accept(ctx, "ALL")
    if not match((ctx.cli.value("P2") or "*").upper(), MANAGER_NAME):
        raise JBC.NOSUCHQMGR.error()
    master = ctx.files.parse(MASTER_FILE, MASTER_DEFAULT).to_text()
    write_lines(ctx, display.manager_lines(manager, MANAGER_NAME, master, full=ctx.cli.present("FULL")))
    return SS.NORMAL
