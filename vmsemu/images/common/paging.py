"""/PAGE of commands that display lines: a screen at a time on a terminal, with a prompt between screens.

/PAGE=SAVE, with its keys to go back, is left out; so are /SEARCH, /HIGHLIGHT, /EXACT and /WRAP of the commands where they belong to it.
fidelity: that /PAGE=SCROLL differs from CLEAR_SCREEN only in not clearing the screen is recalled. Source: DCL Dictionary, TYPE and DIRECTORY.
"""

from __future__ import annotations

from collections.abc import Callable

from vmsemu.base.condition import VmsError
from vmsemu.images.common.gaps import refuse
from vmsemu.images.context import ImageContext
from vmsemu.tables.facilities import RMS

PAGE_PROMPT = "Press RETURN for more..."
_LINES_LEFT = 2
_CLEAR_SCREEN = "\x1b[H\x1b[2J"


class Pages:
    """Where lines go: to a file, or to SYS$OUTPUT, there page by page when the command has /PAGE. `stopped` when the reader has had enough."""

    def __init__(self, ctx: ImageContext, to_file: Callable[[str], None] | None = None) -> None:
        if ctx.cli.present("PAGE.SAVE"):
            refuse(ctx, "PAGE")
        self._ctx = ctx
        self._write = to_file or ctx.write
        self._on_screen = to_file is None
        self._room = 0
        if ctx.cli.present("PAGE") and to_file is None and ctx.dcl.input.is_terminal:
            self._room = max(0, int(getattr(ctx.dcl.input, "page", 0) or 0) - _LINES_LEFT)
        self._clears = bool(self._room) and not ctx.cli.present("PAGE.SCROLL")
        self._shown = 0
        self.stopped = False

    def begin(self) -> None:
        """Clear the screen before lines that are not counted, or none: TYPE/PAGE NL: is how procedures do it."""
        cli, screen = self._ctx.cli, self._ctx.dcl.output
        if self._on_screen and screen.is_terminal and int(getattr(screen, "page", 0) or 0) and cli.present("PAGE") and not cli.present("PAGE.SCROLL"):
            screen.write_raw(_CLEAR_SCREEN)

    async def show(self, lines: list[str]) -> None:
        """Display lines, with a prompt after each screen; nothing more after Ctrl/Z at one."""
        for line in lines:
            if self._room and self._shown and self._shown % self._room == 0:
                await self._prompt()
            if self.stopped:
                return
            if self._clears and self._shown % self._room == 0:
                self._ctx.dcl.output.write_raw(_CLEAR_SCREEN)
            self._write(line)
            self._shown += 1

    async def _prompt(self) -> None:
        try:
            await self._ctx.read(PAGE_PROMPT)
        except VmsError as error:
            if not error.matches(RMS.EOF):
                raise
            self.stopped = True


class Pager(Pages):
    """Pages of a command whose /SEARCH, /HIGHLIGHT, /EXACT and /WRAP belong to /PAGE=SAVE."""

    def __init__(self, ctx: ImageContext, to_file: Callable[[str], None] | None = None) -> None:
        refuse(ctx, "SEARCH", "HIGHLIGHT", "EXACT", "WRAP")
        super().__init__(ctx, to_file)
