"""SET: one module for each option; the syntax SET_QUEUE is the function `set_queue` of the module `queue`.

Source: DCL Dictionary, SET.
"""

from __future__ import annotations

from vmsemu.images.common.options import Handler, missing_option, option_handler
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image


def handler(syntax: str) -> Handler | None:
    """What serves a syntax; None when nothing does yet."""
    return option_handler("vmsemu.images.set", syntax)


@image("SET")
async def set_option(ctx: ImageContext) -> ImageResult:
    """Hand the command to its option's module."""
    serve = handler(ctx.cli.syntax)
    return await serve(ctx) if serve is not None else missing_option(ctx)
