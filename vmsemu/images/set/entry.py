"""SET ENTRY: change jobs that wait, release or requeue them. Source: DCL Dictionary, SET ENTRY."""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.images.common.gaps import refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.queman.jobs import job_attributes
from vmsemu.images.queman.values import bounded, manager_of
from vmsemu.images.registry import ImageResult
from vmsemu.images.set.facility import SET
from vmsemu.queue.entry import JobFile
from vmsemu.queue.jbc import JBC
from vmsemu.queue.status import FileFlags
from vmsemu.tables.valuetypes import number

_FILE_SWITCHES = {
    "BURST": FileFlags.BURST, "FEED": FileFlags.PAGINATE, "FLAG": FileFlags.FLAG, "HEADER": FileFlags.PAGE_HEADER,
    "PASSALL": FileFlags.PASSALL, "SPACE": FileFlags.DOUBLE_SPACE, "TRAILER": FileFlags.TRAILER,
}  # fmt: skip


async def set_entry(ctx: ImageContext) -> ImageResult:
    """Each entry of the list for itself; the ones that can not be changed are named."""
    refuse(ctx, "PAGES", "SETUP", "USER", negations=True)
    manager, cli = manager_of(ctx), ctx.cli
    attributes = job_attributes(ctx)
    release = cli.present("RELEASE") or cli.negated("HOLD") or cli.negated("AFTER")
    if cli.negated("HOLD"):
        attributes.pop("hold", None)
    status: ImageResult = JBC.NORMAL
    for item in cli.parameters("P2"):
        try:
            entry = manager.set_entry(
                number(item.text), credentials=ctx.process.credentials, queue=cli.value("REQUEUE"), names=ctx.process.names, release=release,
                **attributes,
            )  # fmt: skip
            files = tuple(_changed(ctx, f) for f in entry.files)
            if files != entry.files:
                manager.set_files(entry, files)
        except VmsError as error:
            status = ctx.put_message(SET.NOTSETE.error(item.text, cause=error))
    await ctx.kernel.durable()
    return status


def _changed(ctx: ImageContext, file: JobFile) -> JobFile:
    """/COPIES and the switches of a file apply to every file of the job."""
    flags = file.flags
    for word, bit in _FILE_SWITCHES.items():
        if ctx.cli.present(word):
            flags |= bit
        elif ctx.cli.negated(word):
            flags = FileFlags(flags & ~bit)
    copies = bounded(ctx, "COPIES", 1, 255) if ctx.cli.present("COPIES") else file.copies
    return file._replace(flags=flags, copies=copies)
