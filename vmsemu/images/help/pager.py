"""Lines a page at a time on a terminal, as HELP and HELP/MESSAGE show them."""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.images.context import ImageContext
from vmsemu.tables.facilities import RMS

_GO_ON = "Press RETURN to continue ... "
_ALWAYS_LEFT = 2


class Stop(Exception):
    """The reader has had enough: end of file at a prompt or a page."""


class Pager:
    """Pages unless /NOPAGE was given, or output goes to no screen."""

    def __init__(self, ctx: ImageContext) -> None:
        self._ctx = ctx
        self.page = 0 if ctx.cli.negated("PAGE") else int(getattr(ctx.dcl.input, "page", 0) or 0)

    async def show(self, lines: list[str]) -> None:
        """Write lines. Errors: Stop."""
        size = self.page - _ALWAYS_LEFT
        for at, line in enumerate(lines):
            if size > 0 and at and at % size == 0:
                self._ctx.write("")
                await read(self._ctx, _GO_ON)
            self._ctx.write(line)


async def read(ctx: ImageContext, prompt: str) -> str:
    """What the reader types. Errors: Stop at end of file."""
    try:
        return await ctx.read(prompt)
    except VmsError as error:
        if error.matches(RMS.EOF):
            raise Stop from None
        raise
