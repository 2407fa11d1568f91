"""SET FILE and SET DIRECTORY: what the file header and the directory entry say. Source: DCL Dictionary, SET FILE and SET DIRECTORY."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from vmsemu.base.condition import Message, VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.base.privilege import Privilege
from vmsemu.base.protection import Protection
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.files.header import NO_TIME
from vmsemu.files.volume import MFD
from vmsemu.images.common.gaps import serve_only
from vmsemu.images.common.selection import Confirmation, Selection, input_files
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.images.set.facility import SET
from vmsemu.services.rms import FoundFile
from vmsemu.tables.facilities import LIB, RMS, SS

_SELECTION = ("BEFORE", "BY_OWNER", "CONFIRM", "CREATED", "EXCLUDE", "EXPIRED", "LOG", "MODIFIED", "SINCE")
_FILE = ("ENTER", "EXPIRATION_DATE", "EXTENSION", "GLOBAL_BUFFER", "OWNER_UIC", "PROTECTION", "REMOVE", "VERSION_LIMIT")
_MAXIMUM_VERSIONS = 32767


async def set_file(ctx: ImageContext) -> ImageResult:
    """Change each file as the qualifiers say; /ENTER and /REMOVE change its directory instead."""
    serve_only(ctx, *_FILE, *_SELECTION, negations=True)
    return await _each(ctx, input_files(ctx, "P2", ""))


async def set_directory(ctx: ImageContext) -> ImageResult:
    """The same for directories, which are named as directories."""
    serve_only(ctx, "OWNER_UIC", "VERSION_LIMIT", *_SELECTION, negations=True)
    return await _each(ctx, _directories(ctx))


def _directories(ctx: ImageContext) -> Iterator[tuple[FileSpec, FoundFile | None, VmsError | None]]:
    """The directory files of `[A.B]`, `[A...]` or `NAME.DIR`. Wildcards give the directories below."""
    for item in ctx.cli.parameters("P2"):
        asked = ctx.files.parse(item.text)
        for spec in _directory_files(asked):
            try:
                for found in ctx.files.search(spec.to_text()):
                    if found.header.is_directory:
                        yield asked, found, None
            except VmsError as error:
                yield asked, None, error


def _directory_files(asked: FileSpec) -> list[FileSpec]:
    """`DEV:[A.B]` is `DEV:[A]B.DIR`, `DEV:[A...]` is that and `DEV:[A...]*.DIR`."""
    if asked.name:
        return [asked.with_fields(type=asked.type if len(asked.type) > 1 else ".DIR", version=";1")]
    path = asked.directory[1:-1]
    tree = path.endswith("...")
    path = path.removesuffix("...")
    parent, _, name = path.rpartition(".")
    own = asked.with_fields(directory=f"[{parent or '000000'}]", name=name, type=".DIR", version=";1")
    out = [own] if name else []
    return [*out, asked.with_fields(name="*", type=".DIR", version=";1")] if tree else out


async def _each(ctx: ImageContext, files: Iterator[tuple[FileSpec, FoundFile | None, VmsError | None]]) -> ImageResult:
    selection, confirmation = Selection.of(ctx), Confirmation(ctx)
    status: ImageResult = SS.NORMAL
    for asked, found, error in list(files):
        if found is None:
            status = ctx.put_message(SET.SEARCHFAIL.error(asked, cause=error))
            continue
        if not selection.wants(found) or not await confirmation.allows(f"SET {found.spec}"):
            continue
        try:
            done = _change(ctx, found)
        except VmsError as failure:
            status = ctx.put_message(SET.NOTSET.error(found.spec, cause=failure))
            continue
        if ctx.cli.present("LOG"):
            ctx.put_message(done)
    return status


# fidelity: the texts of /LOG are recalled.
def _change(ctx: ImageContext, found: FoundFile) -> Message:
    """Do it to one file; what /LOG says. Errors: RMS.PRV, RMS.DEV, RMS.FEX, LIB.INVARG."""
    cli = ctx.cli
    if cli.present("ENTER"):
        return SET.ENTERED(found.spec, ctx.files.enter(found, cli.value("ENTER") or ""))
    if cli.present("REMOVE"):
        ctx.files.remove_entry(found)
        return SET.REMOVED(found.spec)
    ctx.files.modify(found, **_fields(ctx, found))
    if cli.present("VERSION_LIMIT") or cli.negated("VERSION_LIMIT"):
        _limit_versions(ctx, found)
    return SET.MODIFIED(found.spec)


def _fields(ctx: ImageContext, found: FoundFile) -> dict[str, object]:
    """The header fields that change."""
    cli = ctx.cli
    fields: dict[str, object] = {}
    attributes = found.header.attributes
    if cli.present("PROTECTION"):
        fields["protection"] = Protection.from_text(",".join(cli.values("PROTECTION")), found.header.protection)
    if cli.present("OWNER_UIC"):
        fields["owner"] = _owner(ctx)
    if cli.present("EXPIRATION_DATE"):
        fields["expires"] = VmsTime.from_text(cli.value("EXPIRATION_DATE") or "", ctx.now)
    elif cli.negated("EXPIRATION_DATE"):
        fields["expires"] = NO_TIME
    if cli.present("EXTENSION"):
        attributes = replace(attributes, extension=_within(cli.integer("EXTENSION"), 65535))
    if cli.present("GLOBAL_BUFFER"):
        attributes = replace(attributes, global_buffers=_within(cli.integer("GLOBAL_BUFFER"), 32767))
    if attributes != found.header.attributes:
        fields["attributes"] = attributes
    return fields


def _owner(ctx: ImageContext) -> Uic:
    """The new owner; giving a file to somebody else needs SYSPRV. Errors: SS.NOPRIV."""
    text = ctx.cli.value("OWNER_UIC")
    owner = ctx.system.rights.parse_uic(text) if text else ctx.process.uic
    if owner != ctx.process.uic:
        ctx.process.require(Privilege.SYSPRV)
    return owner


def _within(value: int, maximum: int) -> int:
    if not 0 <= value <= maximum:
        raise LIB.INVARG.error()
    return value


def _limit_versions(ctx: ImageContext, found: FoundFile) -> None:
    """Of a file: of its directory entry; of a directory: the default of files created in it. Errors: RMS.PRV."""
    limit = 0 if ctx.cli.negated("VERSION_LIMIT") else _within(ctx.cli.integer("VERSION_LIMIT"), _MAXIMUM_VERSIONS)
    if found.header.is_directory:
        ctx.files.modify(found, version_limit=limit)
    elif found.directory == MFD and ctx.process.uic.group > 1 and Privilege.SYSPRV not in ctx.process.privileges:
        raise RMS.PRV.error(cause=SS.NOPRIV())
    else:
        found.volume.set_version_limit(found.directory, found.name_type, limit)
