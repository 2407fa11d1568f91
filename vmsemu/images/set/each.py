"""SET FILE, SET DIRECTORY, SET PROTECTION, SET SECURITY, SET ACL: the same change to each of many files, with selection, /CONFIRM and /LOG."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vmsemu.base.condition import Message, MessageDefinition, VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.images.common.selection import Confirmation, Selection
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.images.set.facility import SET
from vmsemu.services.rms import FoundFile
from vmsemu.tables.facilities import CLI, SS

Files = Iterator[tuple[FileSpec, FoundFile | None, VmsError | None]]
SELECTION = ("BEFORE", "BY_OWNER", "CONFIRM", "CREATED", "EXCLUDE", "EXPIRED", "LOG", "MODIFIED", "SINCE")


async def each_file(
    ctx: ImageContext, files: Files, change: Callable[[FoundFile], Message], *, not_set: MessageDefinition = SET.NOTSET, dated: bool = True
) -> ImageResult:
    """Do `change` to each file that is selected; it returns what /LOG says. What fails is told with `not_set`, and the rest goes on.

    Without `dated`, /BACKUP is something else than the date to select by.
    """
    selection, confirmation = Selection.of(ctx), Confirmation(ctx)
    if not dated and selection.date == "BACKUP":
        selection.date = "MODIFIED" if ctx.cli.present("MODIFIED") else "CREATED"
    status: ImageResult = SS.NORMAL
    for asked, found, error in list(files):
        if found is None:
            status = ctx.put_message(SET.SEARCHFAIL.error(asked, cause=error))
            continue
        if not selection.wants(found) or not await confirmation.allows(f"SET {found.spec}"):
            continue
        try:
            done = change(found)
        except VmsError as failure:
            status = ctx.put_message(not_set.error(found.spec, cause=failure))
            continue
        if ctx.cli.present("LOG"):
            ctx.put_message(done)
    return status


async def each_named(ctx: ImageContext, change: Callable[[str], str]) -> ImageResult:
    """Do `change` to each object that P2 names; it returns the name that /LOG says. Errors: those of the command line itself."""
    status: ImageResult = SS.NORMAL
    for item in ctx.cli.parameters("P2"):
        try:
            name = change(item.text)
        except VmsError as failure:
            if failure.matches(CLI.IVQUAL, CLI.IVPROT, CLI.IVVALU):
                raise
            status = ctx.put_message(SET.NOTSETE.error(item.text.upper(), cause=failure))
            continue
        if ctx.cli.present("LOG"):
            ctx.put_message(SET.MODIFIED(name))
    await ctx.kernel.durable()
    return status
