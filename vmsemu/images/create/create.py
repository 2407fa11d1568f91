"""CREATE: make text files from SYS$INPUT, and directories. Source: DCL Dictionary, CREATE and CREATE/DIRECTORY."""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.base.protection import Protection
from vmsemu.base.uic import Uic
from vmsemu.images.common.gaps import refuse
from vmsemu.images.common.output import shown_spec
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.tables.facilities import RMS, SS
from vmsemu.tables.message import Facility

CREATE = Facility(__package__, "create.msg")
_MAXIMUM_VERSIONS = 32767


@image("CREATE")
async def create(ctx: ImageContext) -> ImageResult:
    """CREATE file[,...] and CREATE/DIRECTORY."""
    refuse(ctx, "VOLUME")
    if ctx.cli.present("DIRECTORY"):
        return create_directories(ctx)
    related = ""
    for item in ctx.cli.parameters("P1"):
        await _create_file(ctx, item.text, related)
        related = item.text
    return SS.NORMAL


def _owner(ctx: ImageContext) -> Uic | None:
    """/OWNER_UIC: somebody the process may give files to. Errors: SS.NOPRIV, SS.NOSUCHID."""
    text = ctx.cli.value("OWNER_UIC")
    if text is None:
        return None
    owner = ctx.system.rights.parse_owner(text)
    if not ctx.files.security.may_own(owner):
        raise SS.NOPRIV.error()
    return owner


def _version_limit(ctx: ImageContext) -> int | None:
    """/VERSION_LIMIT; a value out of range is told and left out."""
    if not ctx.cli.present("VERSION_LIMIT"):
        return None
    limit = ctx.cli.integer("VERSION_LIMIT")
    if 0 <= limit <= _MAXIMUM_VERSIONS:
        return limit
    ctx.put_message(CREATE.BADVALUE.error(ctx.cli.value("VERSION_LIMIT")))
    return None


async def _create_file(ctx: ImageContext, text: str, related: str) -> None:
    """Records from SYS$INPUT to its end, into a variable length file with carriage return control."""
    try:
        stream = ctx.files.create(text, related=related, protection=",".join(ctx.cli.values("PROTECTION")), owner=_owner(ctx))
    except VmsError as error:
        raise CREATE.OPENOUT.error(shown_spec(ctx, text, related=related), cause=error) from None
    try:
        while True:
            try:
                line = await ctx.read()
            except VmsError as error:
                if error.matches(RMS.EOF):
                    break
                raise
            stream.put_text(line)
        stream.close()
    except VmsError as error:
        raise CREATE.WRITEERR.error(stream.spec, cause=error) from None
    if ctx.cli.present("LOG"):
        ctx.put_message(CREATE.CREATED(stream.spec))


def create_directories(ctx: ImageContext) -> ImageResult:
    """CREATE/DIRECTORY: each with the parents that are missing."""
    status: ImageResult = SS.NORMAL
    limit = _version_limit(ctx)
    for item in ctx.cli.parameters("P1"):
        try:
            made = ctx.files.create_directory(
                item.text, owner=_owner(ctx), version_limit=limit, allocation=ctx.cli.integer("ALLOCATION", 1)
            )
            if made.created:
                _protect(ctx, made.spec)
        except VmsError as error:
            status = ctx.put_message(CREATE.DIRNOTCRE.error(item.text, cause=error.message.cause or error))  # LIB$CREATE_DIR has one status
            continue
        if not made.created:
            ctx.put_message(CREATE.EXISTS(item.text))
        elif ctx.cli.present("LOG"):
            ctx.put_message(CREATE.CREATED(made.spec))
    return status


def _protect(ctx: ImageContext, directory: FileSpec) -> None:
    """/PROTECTION of a new directory: classes that it leaves out keep what they have from the directory above."""
    code = ",".join(ctx.cli.values("PROTECTION"))
    if not code:
        return
    parent, _, name = directory.directory[1:-1].rpartition(".")
    found = ctx.files.find(directory.with_fields(directory=f"[{parent or '000000'}]", name=name, type=".DIR", version=";1"))
    ctx.files.modify(found, protection=Protection.from_text(code, found.header.protection))
