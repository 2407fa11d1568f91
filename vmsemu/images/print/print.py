"""PRINT: enter files in an output queue. Source: DCL Dictionary, PRINT."""

from __future__ import annotations

from vmsemu.images.common.gaps import refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.queman.jobs import create_job, job_attributes, job_files, show_reply
from vmsemu.images.registry import ImageResult, image
from vmsemu.queue.jbc import JBC
from vmsemu.tables.message import Facility

PRINT = Facility(__package__, "print.msg")
DEFAULT_QUEUE = "SYS$PRINT"


@image("PRINT")
async def print_files(ctx: ImageContext) -> ImageResult:
    """One job of all the files; its reply comes when the job is durable."""
    refuse(ctx, "REMOTE", "SETUP", "STYLE")
    attributes = job_attributes(ctx)
    files = await job_files(ctx, ".LIS", PRINT.OPENIN, to_read=True)
    queue = ctx.cli.value("QUEUE") or ctx.cli.value("DEVICE") or DEFAULT_QUEUE
    entry = create_job(ctx, queue, files, attributes, PRINT.CREJOB)
    await ctx.kernel.durable()
    show_reply(ctx, entry)
    return JBC.NORMAL
