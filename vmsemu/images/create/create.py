"""CREATE: make text files from SYS$INPUT, and directories. Source: DCL Dictionary, CREATE and CREATE/DIRECTORY."""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.base.protection import Protection
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.tables.facilities import RMS, SS
from vmsemu.tables.message import Facility

CREATE = Facility(__package__, "create.msg")


@image("CREATE")
async def create(ctx: ImageContext) -> ImageResult:
    """CREATE file[,...] and CREATE/DIRECTORY."""
    if ctx.cli.present("DIRECTORY"):
        return create_directories(ctx)
    related = ""
    for item in ctx.cli.parameters("P1"):
        await _create_file(ctx, item.text, related)
        related = item.text
    return SS.NORMAL


def _protection(ctx: ImageContext) -> Protection | None:
    values = ctx.cli.values("PROTECTION")
    return Protection.from_text(",".join(values), ctx.process.default_protection) if values else None


async def _create_file(ctx: ImageContext, text: str, related: str) -> None:
    """Records from SYS$INPUT to its end, into a variable length file with carriage return control."""
    try:
        stream = ctx.files.create(text, related=related, protection=_protection(ctx))
    except VmsError as error:
        raise CREATE.OPENOUT.error(ctx.files.parse(text, "", related), cause=error) from None
    try:
        while True:
            try:
                line = await ctx.read()
            except VmsError as error:
                if error.matches(RMS.EOF):
                    break
                raise
            stream.put_text(line)
    finally:
        stream.close()
    if ctx.cli.present("LOG"):
        ctx.put_message(CREATE.CREATED(stream.spec))


def create_directories(ctx: ImageContext) -> ImageResult:
    """CREATE/DIRECTORY: each with the parents that are missing."""
    status: ImageResult = SS.NORMAL
    for item in ctx.cli.parameters("P1"):
        try:
            made = ctx.files.create_directory(item.text, protection=_protection(ctx))
        except VmsError as error:
            status = ctx.put_message(CREATE.DIRNOTCRE.error(item.text, cause=error))
            continue
        if not made.created:
            ctx.put_message(CREATE.EXISTS(item.text))
        elif ctx.cli.present("LOG"):
            ctx.put_message(CREATE.CREATED(made.spec))
    return status
