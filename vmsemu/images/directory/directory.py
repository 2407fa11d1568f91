"""DIRECTORY: list files. Source: DCL Dictionary, DIRECTORY; layouts as on V7.3."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from vmsemu.base.condition import VmsError
from vmsemu.images.common.gaps import accept, refuse
from vmsemu.images.common.output import TextOutput, shown_spec
from vmsemu.images.common.paging import Pager
from vmsemu.images.common.printing import print_listing
from vmsemu.images.common.selection import Selection, VersionCount, input_files
from vmsemu.images.context import ImageContext
from vmsemu.images.directory.columns import Columns
from vmsemu.images.directory.detail import Detail
from vmsemu.images.directory.selecting import Select
from vmsemu.images.registry import ImageResult, image
from vmsemu.services.rms import FoundFile
from vmsemu.tables.facilities import RMS, SS
from vmsemu.tables.message import Facility

DIRECT = Facility(__package__, "directory.msg")
_LISTING = "SYS$DISK:[]DIRECTORY.LIS"


@dataclass
class _Totals:
    """What the Total lines count."""

    files: int = 0
    used: int = 0
    allocated: int = 0
    directories: int = 0

    def add(self, other: _Totals) -> None:
        self.files += other.files
        self.used += other.used
        self.allocated += other.allocated
        self.directories += 1


@dataclass
class _Listing:
    """One DIRECTORY command: writes headings, entries and totals as files come."""

    ctx: ImageContext
    write: Callable[[str], None]
    detail: Detail
    columns: Columns
    select: Select
    heading: str = ""
    totals: _Totals = field(default_factory=_Totals)
    grand: _Totals = field(default_factory=_Totals)

    def show(self, found: FoundFile) -> None:
        heading = f"{found.spec.node}{found.spec.device}{found.spec.directory}"
        if heading != self.heading:
            self.end_directory()
            self.heading = heading
            self.totals = _Totals()
            if self._entries or self.ctx.cli.present("TOTAL"):
                if self.ctx.cli.present("HEADING"):
                    self.write("")
                    self.write(f"Directory {heading}")
                    self.write("")
        self.totals.files += 1
        self.totals.used += found.header.used_blocks
        self.totals.allocated += found.header.allocated
        if self._entries:
            self._entry(found)

    @property
    def _entries(self) -> bool:
        return not (self.ctx.cli.present("TOTAL") or self.ctx.cli.present("GRAND_TOTAL"))

    def _entry(self, found: FoundFile) -> None:
        whole = found.spec if not self.ctx.cli.present("HEADING") else found.spec.with_fields(node="", device="", directory="")
        name = self.select.shown(whole)
        fault = self.detail.fault(found) if self.detail.full or self.detail.any else None
        if fault is not None:
            for line in self.detail.fault_lines(name, fault):
                self.write(line)
        elif self.detail.full:
            if self.totals.files > 1:
                self.write("")
            for line in self.detail.full_lines(name, found):
                self.write(line)
        elif self.detail.any:
            for line in self.columns.add_entry(self.detail.lines(name, found)):
                self.write(line)
        elif self.ctx.cli.present("HEADING"):
            for line in self.columns.add(name):
                self.write(line)
        else:
            self.write(name)

    def end_directory(self) -> None:
        if not self.heading:
            return
        for line in self.columns.finish():
            self.write(line)
        self.grand.add(self.totals)
        if self.ctx.cli.present("TRAILING") and not self.ctx.cli.present("GRAND_TOTAL"):
            if self._entries:
                self.write("")
            self.write(f"Total of {self._count(self.totals)}")

    def _count(self, totals: _Totals) -> str:
        text = f"{totals.files} file{'' if totals.files == 1 else 's'}"
        return text + self.detail.block_total(totals.used, totals.allocated) + "."

    def end(self) -> None:
        self.end_directory()
        grand = self.ctx.cli.present("GRAND_TOTAL")
        if (self.grand.directories > 1 and self.ctx.cli.present("TRAILING")) or (grand and self.grand.directories):
            plural = "y" if self.grand.directories == 1 else "ies"
            self.write("")
            self.write(f"Grand total of {self.grand.directories} director{plural}, {self._count(self.grand)}")


@image("DIRECTORY")
async def directory(ctx: ImageContext) -> ImageResult:
    """List the files of the specifications, directory by directory."""
    refuse(ctx, "FTP", "TITLE")
    accept(ctx, "BRIEF", "STYLE")
    selection, select = Selection.of(ctx), Select.of(ctx)
    output = _output(ctx)
    pager = Pager(ctx, None if output is None else output.write)
    lines: list[str] = []
    detail = Detail.of(ctx)
    listing = _Listing(ctx, lines.append, detail, Columns.of(ctx, detail.fields_width), select)
    versions = ctx.cli.integer("VERSIONS", 0)
    status: ImageResult = SS.NORMAL
    counted = VersionCount()
    failed = False
    for asked, found, error in input_files(ctx, "P1", "*.*;*", lost=True):
        if found is None:
            assert error is not None
            if not error.matches(RMS.FNF):
                status = ctx.put_message(DIRECT.OPENIN.error(asked, cause=error))
                failed = True
            continue
        too_many = versions and counted.next(asked, found) > versions
        if selection.wants(found) and select.wants(found) and not too_many:
            listing.show(found)
            await pager.show(lines)
            lines.clear()
            if pager.stopped:
                return SS.NORMAL
    listing.end()
    await pager.show(lines)
    if output is not None:
        output.close()
    if not listing.grand.directories and not failed:
        raise DIRECT.NOFILES.error()
    if output is not None and ctx.cli.present("PRINTER"):
        await print_listing(ctx, output.spec, DIRECT.CREJOB)
    return status


def _output(ctx: ImageContext) -> TextOutput | None:
    """The file of /OUTPUT and /PRINTER. Errors: DIRECT.OPENOUT."""
    name = ctx.cli.value("OUTPUT")
    if name is None and not ctx.cli.present("PRINTER"):
        return None
    try:
        return TextOutput(ctx.files.create(name or "", default=_LISTING), DIRECT.WRITEERR)
    except VmsError as error:
        raise DIRECT.OPENOUT.error(shown_spec(ctx, name or "", _LISTING), cause=error) from None
