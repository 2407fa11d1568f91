"""SHOW: one module for each option; the syntax SHOW_QUEUE is the function `show_queue` of the module `queue`.

Source: DCL Dictionary, SHOW.
"""

from __future__ import annotations

from dataclasses import dataclass

from vmsemu.images.common.options import Handler, missing_option, option_handler
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.services.record_file import RecordFile

_OWN_OUTPUT = ("SHOW_QUEUE", "SHOW_ENTRY")  # they open the file of /OUTPUT themselves


def handler(syntax: str) -> Handler | None:
    """What serves a syntax; None when nothing does yet."""
    return option_handler("vmsemu.images.show", syntax)


@image("SHOW")
async def show(ctx: ImageContext) -> ImageResult:
    """Hand the command to its option's module."""
    serve = handler(ctx.cli.syntax)
    return await _answer(ctx, serve) if serve is not None else missing_option(ctx)


@dataclass
class _ToFile(ImageContext):
    """SHOW .../OUTPUT=file: what the option writes goes into the file."""

    file: RecordFile | None = None

    def write(self, text: str = "") -> None:
        assert self.file is not None
        self.file.put_text(text)


async def _answer(ctx: ImageContext, handler: Handler) -> ImageResult:
    """Run the option's module, with /OUTPUT into a file of type .LIS. Errors: those of the option and of $CREATE."""
    name = ctx.cli.value("OUTPUT")
    if not name or (ctx.cli.syntax or "").upper().startswith(_OWN_OUTPUT):
        return await handler(ctx)
    with ctx.files.create(name, default="SHOW.LIS") as file:
        return await handler(_ToFile(ctx.process, ctx.cli, ctx.dcl, ctx.name, file=file))
