"""RENAME: change name, type, version or directory of files on one device. Source: DCL Dictionary, RENAME."""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.images.common.gaps import accept
from vmsemu.images.common.selection import Confirmation, Selection, input_files
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.services.rms import FileError, ProcessFiles
from vmsemu.tables.facilities import RMS, SS
from vmsemu.tables.message import Facility

RENAME = Facility(__package__, "rename.msg")


@image("RENAME")
async def rename(ctx: ImageContext) -> ImageResult:
    """Each input to the output specification; the version is kept when that name has none yet, else the next."""
    accept(ctx, "STYLE")
    selection, confirmation = Selection.of(ctx), Confirmation(ctx)
    status: ImageResult = SS.NORMAL
    for asked, found, error in list(input_files(ctx, "P1", "")):
        if found is None:
            status = ctx.put_message(RENAME.SEARCHFAIL.error(asked, cause=error))
            continue
        if not selection.wants(found) or not await confirmation.allows(f"RENAME {found.spec}"):
            continue
        target = ctx.cli.value("P2") or ""
        try:
            made = ctx.files.rename(
                found, target, new_version=not ctx.cli.negated("NEW_VERSION"), every_version=asked.version == ";*",
                inherit=ctx.cli.present("INHERIT_SECURITY"),
            )  # fmt: skip
        except VmsError as failure:
            if failure.matches(RMS.PRV) and getattr(failure, "spec", None) == found.spec:
                status = ctx.put_message(RENAME.OPENIN.error(found.spec, cause=failure))
                continue
            status = ctx.put_message(RENAME.OPENOUT.error(_shown(ctx.files, failure, found.spec, target), cause=failure))
            continue
        if ctx.cli.present("LOG"):
            ctx.put_message(RENAME.RENAMED(found.spec, made))
    return status


def _shown(files: ProcessFiles, failure: VmsError, source: FileSpec, target: str) -> FileSpec:
    """The output as messages show it, with the fields it takes from its input; as typed when it does not parse."""
    try:
        spec = failure.spec if isinstance(failure, FileError) else files.names.spec(target)
    except VmsError:
        return FileSpec(name=target)
    return spec.with_fields(name=spec.name or source.name, type=spec.type if spec.type not in ("", ".") else source.type)
