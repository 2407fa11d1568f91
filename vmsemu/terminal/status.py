"""The line of Ctrl/T. Source: DCL reference 8.2; its spacing as seen on V7.3."""

from __future__ import annotations

from vmsemu.services.getjpi import getjpi
from vmsemu.services.process import Process

_TICKS_PER_SECOND = 100
_PAGELETS_PER_PAGE = 16


def status_line(process: Process) -> str:
    """Node, process name, time of day, image, CPU time (hours:minutes:seconds), page faults, I/O operations, pages in memory."""
    time = process.system.now.to_text()[12:20]
    seconds, ticks = divmod(int(getjpi(process, "CPUTIM")), _TICKS_PER_SECOND)
    cpu = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{ticks:02d}"
    counts = process.accounting
    pages = int(getjpi(process, "PPGCNT")) // _PAGELETS_PER_PAGE
    return (
        f"{process.system.node_name}::{process.name} {time}   {process.image or '(DCL)'}   CPU={cpu} PF={counts.page_faults}"
        f" IO={counts.buffered_io + counts.direct_io} MEM={pages}"
    )
