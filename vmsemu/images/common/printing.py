"""/PRINTER of commands that make listings: the file is queued to SYS$PRINT. Source: DCL Dictionary, DIRECTORY/PRINTER."""

from __future__ import annotations

from vmsemu.base.condition import MessageDefinition, VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.images.context import ImageContext

PRINT_QUEUE = "SYS$PRINT"


async def print_listing(ctx: ImageContext, spec: FileSpec, crejob: MessageDefinition) -> None:
    """Queue a listing for printing; the one that nobody named (no /OUTPUT) is deleted when it is printed. Errors: `crejob` with the cause."""
    # Nobody else needs the job controller.
    from vmsemu.images.queman.jobs import physical_spec
    from vmsemu.images.queman.values import manager_of
    from vmsemu.queue.entry import FileFlags, JobFile
    from vmsemu.queue.notify import job_reply

    found = ctx.files.find(spec)
    flags = FileFlags(0) if ctx.cli.value("OUTPUT") else FileFlags.DELETE
    process = ctx.process
    try:
        entry = manager_of(ctx).submit(
            PRINT_QUEUE, [JobFile(physical_spec(ctx, found), found.header.used_blocks, flags)], username=process.username, uic=process.uic,
            credentials=process.credentials, names=process.names, account=process.account, name=spec.name,
        )  # fmt: skip
    except VmsError as error:
        raise crejob.error(cause=error) from error
    await ctx.kernel.durable()
    for line in job_reply(manager_of(ctx), entry):
        ctx.write(line)
