"""RENAME: change name, type, version or directory of files on one device. Source: DCL Dictionary, RENAME."""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.images.common.output import output_spec
from vmsemu.images.common.selection import Confirmation, Selection, input_files
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.tables.facilities import RMS, SS
from vmsemu.tables.message import Facility

RENAME = Facility(__package__, "rename.msg")


@image("RENAME")
async def rename(ctx: ImageContext) -> ImageResult:
    """Each input to the output specification; the version is kept when that name has none yet, else the next."""
    selection, confirmation = Selection.of(ctx), Confirmation(ctx)
    status: ImageResult = SS.NORMAL
    for asked, found, error in list(input_files(ctx, "P1", "")):
        if found is None:
            status = ctx.put_message(RENAME.SEARCHFAIL.error(asked, cause=error))
            continue
        if not selection.wants(found) or not await confirmation.allows(f"RENAME {found.spec}"):
            continue
        target = output_spec(ctx, ctx.cli.value("P2") or "", found.spec, version=True)
        try:
            made = _rename(ctx, found, target)
        except VmsError as failure:
            status = ctx.put_message(RENAME.OPENOUT.error(target, cause=failure))
            continue
        if ctx.cli.present("LOG"):
            ctx.put_message(RENAME.RENAMED(found.spec, made))
    return status


def _rename(ctx: ImageContext, found, target: str):  # type: ignore[no-untyped-def]
    from vmsemu.base.filespec import FileSpec

    spec = FileSpec.from_text(target)
    if not spec.version:
        spec = spec.with_fields(version=found.spec.version)
        typed = False
    else:
        typed = bool(FileSpec.from_text(ctx.cli.value("P2") or "").version.strip(";*"))
    try:
        return ctx.files.rename(found, spec.to_text())
    except VmsError as error:
        if not error.matches(RMS.FEX) or typed or ctx.cli.negated("NEW_VERSION"):
            raise
    return ctx.files.rename(found, spec.with_fields(version="").to_text())
