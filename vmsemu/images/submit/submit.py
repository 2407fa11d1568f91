"""SUBMIT: enter command procedures in a batch queue. Source: DCL Dictionary, SUBMIT."""

from __future__ import annotations

from vmsemu.images.common.gaps import refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.queman.jobs import create_job, job_attributes, job_files, show_reply
from vmsemu.images.registry import ImageResult, image
from vmsemu.queue.jbc import JBC
from vmsemu.tables.message import Facility

SUBMIT = Facility(__package__, "submit.msg")
DEFAULT_QUEUE = "SYS$BATCH"


@image("SUBMIT")
async def submit(ctx: ImageContext) -> ImageResult:
    """One job of all the files; its reply comes when the job is durable."""
    refuse(ctx, "REMOTE", "STYLE")
    attributes = job_attributes(ctx)
    files = await job_files(ctx, ".COM", SUBMIT.OPENIN)
    entry = create_job(ctx, ctx.cli.value("QUEUE") or DEFAULT_QUEUE, files, attributes, SUBMIT.CREJOB)
    await ctx.kernel.durable()
    show_reply(ctx, entry)
    return JBC.NORMAL
