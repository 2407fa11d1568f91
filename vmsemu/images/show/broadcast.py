"""SHOW BROADCAST. Source: DCL Dictionary, SHOW BROADCAST. fidelity: the layout is that of the manual's example as recalled."""

from __future__ import annotations

from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.services.brkthru import CLASSES, disabled_classes
from vmsemu.tables.facilities import SS


async def show_broadcast(ctx: ImageContext) -> ImageResult:
    """The classes of broadcasts that do not reach the terminal."""
    disabled = disabled_classes(ctx.process)
    if not disabled:
        ctx.write("Broadcasts are enabled for all classes")
        return SS.NORMAL
    ctx.write("Broadcasts are currently disabled for:")
    for name in CLASSES:
        if name in disabled:
            ctx.write(f"    {name}")
    return SS.NORMAL
