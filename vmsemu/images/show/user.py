"""SHOW USERS: who is logged in. Source: DCL Dictionary, SHOW USERS."""

from __future__ import annotations

from vmsemu.base.wildcard import match
from vmsemu.images.common.gaps import refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.services.process import Process, ProcessMode
from vmsemu.tables.facilities import SS


async def show_user(ctx: ImageContext) -> ImageResult:
    """Counts of processes by user, or with /FULL every process."""
    refuse(ctx, "BATCH", "CLUSTER", "HEADING", "INTERACTIVE", "NETWORK", "NODE", "PAGE", "SUBPROCESS", "TERMINALS", "TOTAL", "UNITS")
    wanted = ctx.cli.value("P2") or "*"
    shown = [p for p in ctx.system.processes if p.root.mode in (ProcessMode.INTERACTIVE, ProcessMode.BATCH) and _named(wanted, p)]
    users = sorted({p.username for p in shown})
    ctx.write(f"      OpenVMS User Processes at {ctx.now.to_text()}")
    ctx.write(f"    Total number of users = {len(users)},  number of processes = {len(shown)}")
    ctx.write()
    if ctx.cli.present("FULL"):
        ctx.write(" Username  Node   Process Name    PID     Terminal")
        for process in sorted(shown, key=lambda p: (p.username, p.pid)):
            kind = "(subprocess)" if process.parent is not None else "(batch)" if process.mode is ProcessMode.BATCH else process.terminal
            ctx.write(f" {process.username:<10} {ctx.system.node_name:<5} {process.name:<13} {process.pid:08X}  {kind}".rstrip())
        return SS.NORMAL
    ctx.write(" Username  Node     Interactive  Subprocess   Batch")
    for user in users:
        own = [p for p in shown if p.username == user]
        subprocesses = sum(p.parent is not None for p in own)
        batch = sum(p.mode is ProcessMode.BATCH and p.parent is None for p in own)
        interactive = len(own) - subprocesses - batch
        counts = f"{interactive or '':>11}{subprocesses or '':>12}{batch or '':>9}"
        ctx.write(f" {user:<11}{ctx.system.node_name:<6}{counts}".rstrip())
    return SS.NORMAL


def _named(pattern: str, process: Process) -> bool:
    return match(pattern if "*" in pattern or "%" in pattern else pattern + "*", process.username)
