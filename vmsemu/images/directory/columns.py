"""The column arithmetic of a brief DIRECTORY listing: cells of 20 columns, long names over several cells."""

from __future__ import annotations

from dataclasses import dataclass

from vmsemu.images.context import ImageContext

DISPLAY_WIDTH = 80
NAME_WIDTH = 19


def terminal_width(ctx: ImageContext) -> int:
    """The width of the terminal the list goes to; of a file, 80."""
    return int(getattr(ctx.dcl.output, "width", 0) or DISPLAY_WIDTH) if ctx.cli.value("OUTPUT") is None else DISPLAY_WIDTH


@dataclass
class Columns:
    """Collects names into lines."""

    count: int
    name: int
    line: str = ""
    used: int = 0

    @classmethod
    def of(cls, ctx: ImageContext, fields: int | None = 0) -> Columns:
        """For names, or for entries whose detail takes `fields` columns more (None: whole lines).

        Entries with detail stand below each other unless /COLUMNS was typed.
        """
        cli = ctx.cli
        name = (int(cli.value("WIDTH.FILENAME") or 0) or NAME_WIDTH) + (fields or 0)
        if fields is None or (fields and not cli.typed("COLUMNS")):
            return cls(1, name)
        display = int(cli.value("WIDTH.DISPLAY") or 0) or terminal_width(ctx)
        return cls(max(1, min(cli.integer("COLUMNS", 4), display // (name + 1))), name)

    def add(self, text: str) -> list[str]:
        """Add a name; the lines that are full."""
        out: list[str] = []
        pitch = self.name + 1
        cells = 1 if len(text) <= self.name else -(-(len(text) + 1) // pitch)
        if self.used and self.used + cells > self.count:
            out.append(self._take())
        self.line += text.ljust(self.name)
        self.used += cells
        if self.used < self.count:
            self.line = self.line.ljust(self.used * pitch)
        else:
            out.append(self._take())
        return out

    def add_entry(self, lines: list[str]) -> list[str]:
        """Add the lines of an entry with its detail; one of several lines stands alone."""
        if self.count > 1 and len(lines) == 1:
            return self.add(lines[0])
        return [*self.finish(), *lines]

    def finish(self) -> list[str]:
        """The last, unfilled line."""
        return [self._take()] if self.used else []

    def _take(self) -> str:
        line, self.line, self.used = self.line, "", 0
        return line
