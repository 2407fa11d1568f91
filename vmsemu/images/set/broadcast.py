"""SET [NO]BROADCAST: which classes of broadcasts reach the terminal. Source: DCL Dictionary, SET BROADCAST."""

from __future__ import annotations

from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.services.brkthru import CLASSES, disabled_classes
from vmsemu.tables.facilities import SS


async def set_broadcast(ctx: ImageContext) -> ImageResult:
    """SET BROADCAST=(class,NOclass,ALL,NONE), in that order; classes that are not named stay as they are. SET NOBROADCAST is NONE."""
    disabled = disabled_classes(ctx.process)
    if (ctx.cli.value("OPTION") or "").startswith("NO"):
        disabled.update(ctx.cli.values("OPTION.BROADCAST") or CLASSES)
        return SS.NORMAL
    for word in ctx.cli.values("OPTION.BROADCAST"):
        if word == "ALL":
            disabled.clear()
        elif word == "NONE":
            disabled.update(CLASSES)
        elif word in CLASSES:
            disabled.discard(word)
        else:
            disabled.add(word.removeprefix("NO"))
    return SS.NORMAL
