"""SHOW MEMORY: what of the machine's memory is in use, from the figures of $GETSYI. Source: DCL Dictionary, SHOW MEMORY.

fidelity: the geometry is captured on a VAX, the sections and their words on Alpha are recalled; pools have the sizes of their parameters.
Left out (refused): cache, buffer objects, granularity hint regions, reserved memory, the files one by one.
"""

from __future__ import annotations

from collections.abc import Callable

from vmsemu.images.common.gaps import accept, refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.services.getsyi import getsyi
from vmsemu.services.process import ProcessMode
from vmsemu.tables.facilities import SS

_PAGE = 8192
_SYSTEM_PAGES = 28761


async def show_memory(ctx: ImageContext) -> ImageResult:
    """All sections, or those asked for."""
    refuse(ctx, "BUFFER_OBJECTS", "CACHE", "FULL", "GH_REGIONS", "RESERVED", "UNIT")
    accept(ctx, "ALL")
    sections: dict[str, Callable[[ImageContext], None]] = {"PHYSICAL_PAGES": _physical, "SLOTS": _slots, "POOL": _pool, "FILES": _files}
    wanted = [word for word in sections if ctx.cli.present(word)] or list(sections)
    ctx.write(f"              System Memory Resources on {ctx.now.to_text()}")
    for word in wanted:
        ctx.write()
        sections[word](ctx)
    if len(wanted) == len(sections):
        ctx.write()
        ctx.write(f"Of the physical pages in use, {_SYSTEM_PAGES} pages are permanently allocated to OpenVMS.")
    return SS.NORMAL


def _item(ctx: ImageContext, name: str) -> int:
    return int(getsyi(ctx.system, name))


def _heading(ctx: ImageContext, title: str, *columns: str) -> None:
    ctx.write(f"{title:<30}{columns[0]:>10}" + "".join(f"{column:>12}" for column in columns[1:]))


def _row(ctx: ImageContext, title: str, *figures: int) -> None:
    ctx.write(f"{title:<28}" + "".join(f"{figure:>12}" for figure in figures))


def _physical(ctx: ImageContext) -> None:
    total, free, modified = _item(ctx, "PHYSICALPAGES"), _item(ctx, "FREE_PAGES"), _item(ctx, "MODIFIED_PAGES")
    _heading(ctx, "Physical Memory Usage (pages):", "Total", "Free", "In Use", "Modified")
    _row(ctx, f"  Main Memory ({total * _PAGE / 2**20:.2f}Mb)", total, free, total - free - modified, modified)


def _slots(ctx: ImageContext) -> None:
    used = len(ctx.system.processes)
    entries, balance = _item(ctx, "MAXPROCESSCNT"), _item(ctx, "BALSETCNT")
    _heading(ctx, "Slot Usage (slots):", "Total", "Free", "Resident", "Swapped")
    _row(ctx, "  Process Entry Slots", entries, entries - used, used, 0)
    system = sum(1 for process in ctx.system.processes if process.mode is ProcessMode.OTHER and process.name == "SWAPPER")
    _row(ctx, "  Balance Set Slots", balance, balance - used + system, used - system, 0)


def _pool(ctx: ImageContext) -> None:
    _heading(ctx, "Dynamic Memory Usage (bytes):", "Total", "Free", "In Use", "Largest")
    for title, parameter in (("  Nonpaged Dynamic Memory", "NPAGEDYN"), ("  Paged Dynamic Memory", "PAGEDYN")):
        size = _item(ctx, parameter)
        used = min(size // 2, 4096 * len(ctx.system.processes))
        _row(ctx, title, size, size - used, used, size - used)


def _files(ctx: ImageContext) -> None:
    _heading(ctx, "Paging File Usage (pages):", "", "Free", "Reservable", "Total")
    found = ctx.system.logical_names.translate_system("SYS$TOPSYS")
    root = found.equivalence if found is not None else "SYS0"
    for name in ("SWAPFILE", "PAGEFILE"):
        free, size = _item(ctx, f"{name}_FREE"), _item(ctx, f"{name}_PAGE")
        ctx.write(f"  DISK$ALPHASYS:[{root}.SYSEXE]{name}.SYS")
        ctx.write(" " * 40 + f"{free:>12}{free:>12}{size:>12}")
