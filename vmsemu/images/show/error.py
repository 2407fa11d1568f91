"""SHOW ERROR: devices with errors. Source: DCL Dictionary, SHOW ERROR; captured display."""

from __future__ import annotations

from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.tables.facilities import SS


async def show_error(ctx: ImageContext) -> ImageResult:
    """Those that had errors; with /FULL processor, memory and every device."""
    full = ctx.cli.present("FULL")
    rows = [("CPU", 0), ("MEMORY", 0)] if full else []
    rows += [(device.name, int(getattr(device, "error_count", 0))) for device in ctx.system.devices]
    ctx.write("Device                           Error Count")
    for name, count in rows:
        if full or count:
            ctx.write(f"{name:<33}{count:>9}")
    return SS.NORMAL
