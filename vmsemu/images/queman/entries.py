"""DELETE/ENTRY. Source: DCL Dictionary, DELETE/ENTRY."""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.images.context import ImageContext
from vmsemu.images.delete.delete import DELETE
from vmsemu.images.queman.facility import QUEMAN
from vmsemu.images.queman.values import manager_of
from vmsemu.images.registry import ImageResult
from vmsemu.queue.jbc import JBC
from vmsemu.tables.valuetypes import number


async def delete_entry(ctx: ImageContext) -> ImageResult:
    """DELETE/ENTRY=(n,...) [queue]: each entry for itself; the ones that can not be deleted are named."""
    manager = manager_of(ctx)
    queue = ctx.cli.value("P1")
    status: ImageResult = JBC.NORMAL
    for text in ctx.cli.values("ENTRY"):
        try:
            place = manager.find_queue(queue, ctx.process.names).name if queue else None
            manager.delete_entry(number(text), credentials=ctx.process.credentials, queue=place)
        except VmsError as error:
            about = DELETE.FILNOTDEL if error.matches(JBC.NOPRIV) else DELETE.SEARCHFAIL
            status = ctx.put_message(about.error(text, cause=error))
            continue
        if ctx.cli.present("LOG"):
            ctx.put_message(QUEMAN.ENTDEL(number(text)))
    await ctx.kernel.durable()
    return status
