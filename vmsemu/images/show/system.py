"""SHOW SYSTEM: the processes of the node, or of the cluster. Source: DCL Dictionary, SHOW SYSTEM; columns as on V7.3."""

from __future__ import annotations

from collections.abc import Sequence

from vmsemu.base.time import DeltaTime
from vmsemu.base.wildcard import match
from vmsemu.images.common.gaps import refuse
from vmsemu.images.common.nodes import chosen_nodes
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.services.process import Process, ProcessMode
from vmsemu.services.system import System
from vmsemu.tables.facilities import SS

_HEADING = "  Pid    Process Name    State  Pri      I/O       CPU       Page flts  Pages"
_GAPS = (
    "EXACT", "FORMAT", "FULL", "GRAND_TOTAL", "IDENT", "IMAGE", "MULTITHREAD", "OWNER_UIC", "PAGE", "PRIORITY", "TOTAL", "UIC",
)  # fmt: skip
_CPU_TICK = 100_000


async def show_system(ctx: ImageContext) -> ImageResult:
    """Heading and one row for each process chosen by its name and by /BATCH, /NETWORK, /INTERACTIVE, /SUBPROCESS, /STATE."""
    refuse(ctx, *_GAPS)
    nodes = chosen_nodes(ctx)
    chosen = {node.node_name: [process for process in node.processes if _wanted(ctx, process)] for node in nodes}
    if (ctx.cli.value("PROCESS_NAME") or ctx.cli.values("PROCESS")) and not any(chosen.values()):
        raise SS.NONEXPR.error()
    for node in nodes:
        _show_node(ctx, node, chosen[node.node_name])
    return SS.NORMAL


def _show_node(ctx: ImageContext, system: System, chosen: Sequence[Process]) -> None:
    up = DeltaTime(int(ctx.now) - int(system.boot_time)).to_text()
    if not ctx.cli.negated("HEADING"):
        ctx.write(f"OpenVMS {system.profile.version}  on node {system.node_name}   {ctx.now.to_text()}   Uptime  {up[3:-3]}")
    if ctx.cli.negated("PROCESS"):
        return
    if not ctx.cli.negated("HEADING"):
        ctx.write(_HEADING)
    for process in chosen:
        ctx.write(_row(ctx, process))


def _wanted(ctx: ImageContext, process: Process) -> bool:
    cli = ctx.cli
    names = [name for name in (cli.value("PROCESS_NAME"), *cli.values("PROCESS")) if name]
    if names and not any(match(name, process.name) for name in names):
        return False
    if cli.present("STATE") and _state(ctx, process) not in cli.values("STATE"):
        return False
    chosen = [
        (cli.present("BATCH"), process.mode is ProcessMode.BATCH),
        (cli.present("NETWORK"), process.mode is ProcessMode.NETWORK),
        (cli.present("INTERACTIVE"), process.mode is ProcessMode.INTERACTIVE),
        (cli.present("SUBPROCESS"), process.parent is not None),
    ]
    asked = [fits for present, fits in chosen if present]
    return any(asked) if asked else True


def _state(ctx: ImageContext, process: Process) -> str:
    return "CUR" if process is ctx.process else process.state.value


def _row(ctx: ImageContext, process: Process) -> str:
    state = _state(ctx, process)
    count = process.accounting.buffered_io + process.accounting.direct_io
    cpu = DeltaTime(process.accounting.cpu * _CPU_TICK).to_text()
    kind = {ProcessMode.BATCH: "B", ProcessMode.NETWORK: "N"}.get(process.mode, "S" if process.parent is not None else " ")
    pages = 150 + process.pid % 256
    cpu_id = "0" if process is ctx.process else ""  # Alpha shows which processor runs the process
    return (
        f"{process.pid:08X} {process.name:<15} {state:<5}{cpu_id:>2}{process.base_priority:>3}{count:>9}{cpu:>16}"
        f"{process.accounting.page_faults:>10}{pages:>7}  {kind}"
    )
