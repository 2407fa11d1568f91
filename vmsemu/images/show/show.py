"""SHOW: one module for each option; the syntax SHOW_QUEUE is the function `show_queue` of the module `queue`.

An option that the grammar has and no module serves answers with DCL's message for a command that is not there.
Source: DCL Dictionary, SHOW.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.services.record_file import RecordFile
from vmsemu.tables.facilities import CLI

_OWN_OUTPUT = ("SHOW_QUEUE", "SHOW_ENTRY")  # they open the file of /OUTPUT themselves


@image("SHOW")
async def show(ctx: ImageContext) -> ImageResult:
    """Hand the command to its option's module."""
    syntax = (ctx.cli.syntax or "").lower()
    option = syntax.removeprefix("show_").rstrip("s")
    for name in (syntax.removeprefix("show_"), option):
        module = f"vmsemu.images.show.{name}"
        if name and name != "show" and find_spec(module) is not None:
            handler = getattr(import_module(module), f"show_{name}", None)
            if handler is not None:
                result: ImageResult = await _answer(ctx, handler)
                return result
    raise CLI.CMDGONE.error()


@dataclass
class _ToFile(ImageContext):
    """SHOW .../OUTPUT=file: what the option writes goes into the file."""

    file: RecordFile | None = None

    def write(self, text: str = "") -> None:
        assert self.file is not None
        self.file.put_text(text)


async def _answer(ctx: ImageContext, handler: Callable[[ImageContext], Awaitable[ImageResult]]) -> ImageResult:
    """Run the option's module, with /OUTPUT into a file of type .LIS. Errors: those of the option and of $CREATE."""
    name = ctx.cli.value("OUTPUT")
    if not name or (ctx.cli.syntax or "").upper().startswith(_OWN_OUTPUT):
        return await handler(ctx)
    with ctx.files.create(name, default="SHOW.LIS") as file:
        return await handler(_ToFile(ctx.process, ctx.cli, ctx.dcl, ctx.name, file=file))
