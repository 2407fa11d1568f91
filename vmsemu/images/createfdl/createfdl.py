"""CREATE/FDL: make an empty file as a file definition says. Source: Record Management Utilities Reference Manual, CREATE/FDL."""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.images.common.designs import create_designed, finish_design, read_design
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.tables.facilities import SS
from vmsemu.tables.fdl import FDL


@image("CREATEFDL")
async def createfdl(ctx: ImageContext) -> ImageResult:
    """CREATE/FDL=fdl-file [file]; the definition's own name stands in when the command has none."""
    definition = ctx.cli.value("FDL") or ""
    design = await read_design(ctx, definition)
    name = ctx.cli.value("FILE") or design.name
    try:
        file = create_designed(ctx, name, design)
        file.close()
        finish_design(ctx, file.spec, design)
    except VmsError as error:
        raise FDL.CREATE.error(getattr(error, "spec", None) or ctx.files.parse(name), cause=error) from None
    if ctx.cli.present("LOG"):
        ctx.put_message(FDL.CREATED(file.spec))
    return SS.NORMAL
