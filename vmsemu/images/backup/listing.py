"""/LIST: the files that BACKUP works on. fidelity: columns are inferred, and so is that a list of files has no heading of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from vmsemu.base.time import VmsTime
from vmsemu.images.context import ImageContext
from vmsemu.images.directory.detail import Detail, Widths
from vmsemu.services.rms import FoundFile, RecordFile

_NAME, _BLOCKS = 52, 8
_MINUTES = 17


@dataclass
class Listing:
    """Where the list goes, and what it has so far."""

    ctx: ImageContext
    full: bool
    file: RecordFile | None = None
    files: int = 0
    blocks: int = 0
    _write: Callable[[str], None] = field(init=False)

    def __post_init__(self) -> None:
        self._write = self.ctx.write if self.file is None else self.file.put_text

    @classmethod
    def of(cls, ctx: ImageContext) -> Listing | None:
        """The list that the command asks for; None without /LIST. Errors: those of $CREATE."""
        if not ctx.cli.present("LIST"):
            return None
        name = ctx.cli.value("LIST")
        return cls(ctx, ctx.cli.present("FULL"), ctx.files.create(name, default=".LIS") if name else None)

    def add(self, found: FoundFile) -> None:
        """One file."""
        self.files += 1
        self.blocks += found.header.used_blocks
        name = found.spec.directory + found.spec.file_name
        if self.full:
            detail = Detail(self.ctx, True, False, "ALL", (), False, False, False, False, False, Widths())
            for line in detail.full_lines(name, found):
                self._write(line)
            self._write("")
        else:
            self._write(f"{name:<{_NAME}}{found.header.used_blocks:>{_BLOCKS}}  {_minutes(found.header.created)}")

    def finish(self) -> None:
        self._write("")
        self._write(f"Total of {self.files} file{'' if self.files == 1 else 's'}, {self.blocks} block{'' if self.blocks == 1 else 's'}")
        if self.file is not None:
            self.file.close()


def _minutes(when: VmsTime) -> str:
    return when.to_text()[:_MINUTES] if when else ""


