"""SET: one module for each option; the syntax SET_QUEUE is the function `set_queue` of the module `queue`.

An option that the grammar has and no module serves answers with DCL's message for a command that is not there.
Source: DCL Dictionary, SET.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.tables.facilities import CLI


@image("SET")
async def set_option(ctx: ImageContext) -> ImageResult:
    """Hand the command to its option's module."""
    syntax = (ctx.cli.syntax or "").lower()
    option = syntax.removeprefix("set_").rstrip("s")
    for name in (syntax.removeprefix("set_"), option):
        module = f"vmsemu.images.set.{name}"
        if name and name != "set" and find_spec(module) is not None:
            handler = getattr(import_module(module), f"set_{name}", None)
            if handler is not None:
                result: ImageResult = await handler(ctx)
                return result
    raise CLI.CMDGONE.error()
