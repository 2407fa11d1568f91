"""SHOW SYSTEM: the processes of the node. Source: DCL Dictionary, SHOW SYSTEM; columns as on V7.3."""

from __future__ import annotations

from vmsemu.base.time import DeltaTime
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.services.process import Process, ProcessMode
from vmsemu.tables.facilities import SS

_HEADING = "  Pid    Process Name    State  Pri      I/O       CPU       Page flts  Pages"
_CPU_TICK = 100_000


async def show_system(ctx: ImageContext) -> ImageResult:
    """Heading and one row for each process chosen by /BATCH, /NETWORK, /SUBPROCESS."""
    system = ctx.system
    up = DeltaTime(int(ctx.now) - int(system.boot_time)).to_text()
    ctx.write(f"OpenVMS {system.profile.version}  on node {system.node_name}  {ctx.now.to_text()}  Uptime  {up[3:-3]}")
    if ctx.cli.negated("PROCESS"):
        return SS.NORMAL
    ctx.write(_HEADING)
    for process in system.processes:
        if _wanted(ctx, process):
            ctx.write(_row(ctx, process))
    return SS.NORMAL


def _wanted(ctx: ImageContext, process: Process) -> bool:
    cli = ctx.cli
    chosen = [
        (cli.present("BATCH"), process.mode is ProcessMode.BATCH),
        (cli.present("NETWORK"), process.mode is ProcessMode.NETWORK),
        (cli.present("SUBPROCESS"), process.parent is not None),
    ]
    asked = [fits for present, fits in chosen if present]
    return any(asked) if asked else True


def _row(ctx: ImageContext, process: Process) -> str:
    state = "CUR" if process is ctx.process else process.state.value
    count = process.accounting.buffered_io + process.accounting.direct_io
    cpu = DeltaTime(process.accounting.cpu * _CPU_TICK).to_text()
    kind = {ProcessMode.BATCH: "B", ProcessMode.NETWORK: "N"}.get(process.mode, "S" if process.parent is not None else " ")
    pages = 150 + process.pid % 256
    return (
        f"{process.pid:08X} {process.name:<15} {state:<5}{process.base_priority:>5}{count:>9}{cpu:>16}"
        f"{process.accounting.page_faults:>10}{pages:>7}  {kind}"
    )
