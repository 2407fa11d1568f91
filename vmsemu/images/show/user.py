"""SHOW USERS: who is logged in. Source: DCL Dictionary, SHOW USERS; layout as on V7.3."""

from __future__ import annotations

from collections.abc import Sequence

from vmsemu.base.wildcard import match
from vmsemu.images.common.gaps import refuse
from vmsemu.images.common.nodes import chosen_nodes
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.services.process import Process, ProcessMode
from vmsemu.tables.facilities import SS

_KINDS = ("INTERACTIVE", "SUBPROCESS", "BATCH", "NETWORK")


async def show_user(ctx: ImageContext) -> ImageResult:
    """Counts of processes by user, with /FULL every process, with /TOTAL only their sums; of this node, or those of /NODE, or all of the cluster."""
    refuse(ctx, "PAGE", "TERMINALS", "UNITS")
    wanted, kinds = ctx.cli.value("P2") or "*", _kinds(ctx)
    shown = [p for node in chosen_nodes(ctx) for p in node.processes if _kind(p) in kinds and _named(wanted, p)]
    heading = not ctx.cli.negated("HEADING")
    if heading:
        ctx.write(f"      OpenVMS User Processes at {ctx.now.to_text()}")
        ctx.write(f"    Total number of users = {len({p.username for p in shown})},  number of processes = {len(shown)}")
    if ctx.cli.present("TOTAL"):
        return SS.NORMAL
    if heading:
        ctx.write()
    if ctx.cli.present("FULL"):
        _show_each(ctx, shown, heading)
    else:
        _show_counts(ctx, shown, heading)
    return SS.NORMAL


def _kinds(ctx: ImageContext) -> set[str]:
    """The kinds named; without one, all but network processes. A kind with NO is left out."""
    named = {kind for kind in _KINDS if ctx.cli.present(kind)}
    return (named or set(_KINDS[:3])) - {kind for kind in _KINDS if ctx.cli.negated(kind)}


def _kind(process: Process) -> str:
    """Which kind a process counts as; empty for those that are nobody's session."""
    if process.root.mode not in (ProcessMode.INTERACTIVE, ProcessMode.BATCH, ProcessMode.NETWORK):
        return ""
    return "SUBPROCESS" if process.parent is not None else process.mode.value


def _show_each(ctx: ImageContext, shown: Sequence[Process], heading: bool) -> None:
    if heading:
        ctx.write(" Username  Node   Process Name    PID     Terminal")
    places = {"SUBPROCESS": "(subprocess)", "BATCH": "(batch)", "NETWORK": "(network)"}
    for process in sorted(shown, key=lambda p: (p.username, p.pid)):
        place = places.get(_kind(process), process.terminal)
        ctx.write(f" {process.username:<10} {process.system.node_name:<5} {process.name:<13} {process.pid:08X}  {place}".rstrip())


def _show_counts(ctx: ImageContext, shown: Sequence[Process], heading: bool) -> None:
    """fidelity: the column of network processes is inferred; it is there when they are asked for."""
    network = "NETWORK" in _kinds(ctx)
    if heading:
        ctx.write(" Username  Node     Interactive  Subprocess   Batch" + ("  Network" if network else ""))
    for user, node in sorted({(p.username, p.system.node_name) for p in shown}):
        own = [_kind(p) for p in shown if p.username == user and p.system.node_name == node]
        widths = (11, 12, 9, 9)
        counts = "".join(f"{own.count(kind) or '':>{width}}" for kind, width in zip(_KINDS, widths, strict=True))
        ctx.write(f" {user:<11}{node:<6}{counts}".rstrip())


def _named(pattern: str, process: Process) -> bool:
    return match(pattern if "*" in pattern or "%" in pattern else pattern + "*", process.username)
