"""SHOW PROCESS: identity, privileges, quotas, accounting of one process. Source: DCL Dictionary, SHOW PROCESS; layouts as on V7.3."""

from __future__ import annotations

from collections.abc import Iterable

from vmsemu.base.time import DeltaTime
from vmsemu.images.common.gaps import refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.images.show.facility import SHOW
from vmsemu.images.show.privileges import DESCRIPTIONS, display_order
from vmsemu.services.creprc import find_process
from vmsemu.services.process import Process
from vmsemu.tables.facilities import SS

_GAPS = (
    "BUFFER_OBJECTS", "CASE_LOOKUP", "CONTINUOUS", "DUMP", "EXACT", "EXIT", "FULL", "INTERVAL", "MEMORY", "NEXT", "PAGE", "PARSE_STYLE", "RAD", "RDE",
)  # fmt: skip
_CPU_TICK = 100_000


async def show_process(ctx: ImageContext) -> ImageResult:
    """The header, then the sections that the qualifiers ask for."""
    refuse(ctx, *_GAPS)
    target = _target(ctx)
    cli = ctx.cli
    everything = cli.present("ALL")
    _header(ctx, target)
    sections = [name for name in ("QUOTAS", "ACCOUNTING", "PRIVILEGES", "RIGHTS", "SUBPROCESSES") if cli.present(name)]
    if everything or not sections:
        _body(ctx, target)
    if everything or "QUOTAS" in sections:
        _quotas(ctx, target)
    if everything or "ACCOUNTING" in sections:
        _accounting(ctx, target)
    if everything:
        ctx.write(" ")
    if everything or "PRIVILEGES" in sections:
        _privileges(ctx, target)
    if "RIGHTS" in sections and "PRIVILEGES" not in sections:
        _all_rights(ctx, target)
    if everything:
        for line in (" ", "Auto-unshelve: on", " ", "Image Dump: off", " ", "Scheduling class name: none"):
            ctx.write(line)
    if everything or "SUBPROCESSES" in sections:
        _tree(ctx, target)
    return SS.NORMAL


def _target(ctx: ImageContext) -> Process:
    """The process of /IDENTIFICATION or of the name; the own one otherwise. Errors: SS.NONEXPR, SS.NOPRIV, SHOW.INVQUAVAL."""
    text = ctx.cli.value("IDENTIFICATION")
    if text:
        try:
            pid = int(text, 16)
        except ValueError:
            raise SHOW.INVQUAVAL.error(text, "IDENTIFICATION") from None
        return find_process(ctx.system, ctx.process, pid=pid)
    name = ctx.cli.value("P2")
    return find_process(ctx.system, ctx.process, name=name) if name else ctx.process


def _header(ctx: ImageContext, target: Process) -> None:
    ctx.write()
    ctx.write(f"{ctx.now.to_text()}   User: {target.username:<17}Process ID:   {target.pid:08X}")
    ctx.write(f'{"":26}Node: {ctx.system.node_name:<17}Process name: "{target.name}"')
    ctx.write()


def _body(ctx: ImageContext, target: Process) -> None:
    ctx.write(f"{'Terminal:':<20}{target.terminal}")
    ctx.write(f"{'User Identifier:':<20}{ctx.system.rights.uic_text(target.uic)}")
    ctx.write(f"{'Base priority:':<20}{target.base_priority}")
    spec = ctx.files.default if target is ctx.process else "Not available"
    ctx.write(f"{'Default file spec:':<20}{spec}")
    if target.terminal:
        ctx.write()
        ctx.write(f"Devices allocated:  {ctx.system.node_name}${target.terminal}")


def _quotas(ctx: ImageContext, target: Process) -> None:
    record = ctx.system.sysuaf.get(target.username)
    quota = record.quotas if record is not None else None

    def value(name: str) -> int:
        return int(getattr(quota, name, 0) or 0)

    ctx.write()
    ctx.write("Process Quotas:")
    ctx.write(f" Account name: {target.account.ljust(8)}")
    for left, first, right, second in (
        ("CPU limit:", "Infinite", "Direct I/O limit:", value("diolm")),
        ("Buffered I/O byte count quota:", value("bytlm"), "Buffered I/O limit:", value("biolm")),
        ("Timer queue entry quota:", value("tqelm"), "Open file quota:", value("fillm")),
        ("Paging file quota:", value("pgflquota"), "Subprocess quota:", value("prclm")),
        ("Default page fault cluster:", 64, "AST quota:", value("astlm")),
        ("Enqueue quota:", value("enqlm"), "Shared file limit:", value("shrfillm")),
        ("Max detached processes:", value("maxdetach"), "Max active jobs:", value("maxjobs")),
    ):
        ctx.write(f" {left:<30}{first:>10}  {right:<20}{second:>7}")


def _accounting(ctx: ImageContext, target: Process) -> None:
    counts = target.accounting
    ctx.write()
    ctx.write("Accounting information:")
    for left, first, right, second in (
        ("Buffered I/O count:", counts.buffered_io, "Peak working set size:", 0),
        ("Direct I/O count:", counts.direct_io, "Peak virtual size:", 0),
        ("Page faults:", counts.page_faults, "Mounted volumes:", counts.volumes),
    ):
        ctx.write(f" {left:<19}{first:>10}  {right:<22}{second:>11}")
    ctx.write(f" {'Images activated:':<19}{counts.images:>10}")
    ctx.write(f" Elapsed CPU time:       {DeltaTime(counts.cpu * _CPU_TICK).to_text()}")
    ctx.write(f" Connect time:           {DeltaTime(int(ctx.now) - int(target.login_time)).to_text()}")


def _privileges(ctx: ImageContext, target: Process) -> None:
    ctx.write("Authorized privileges:")
    cells = [p.name[:10].ljust(10) for p in display_order(target.authorized)]
    for at in range(0, len(cells), 8):
        ctx.write((" " + "".join(cells[at : at + 8])).rstrip())
    ctx.write(" ")
    ctx.write("Process privileges:")
    for privilege in display_order(target.privileges):
        ctx.write(f" {privilege.name:<20} {DESCRIPTIONS[privilege]}")
    _all_rights(ctx, target)


def _all_rights(ctx: ImageContext, target: Process) -> None:
    _rights(ctx, "Process rights:", target.rights)
    _rights(ctx, "System rights:", (f"SYS$NODE_{ctx.system.node_name}",))


def _rights(ctx: ImageContext, title: str, names: Iterable[str]) -> None:
    ctx.write(" ")
    ctx.write(title)
    for name in names:
        ctx.write(f" {name:<33}")


def _tree(ctx: ImageContext, target: Process) -> None:
    members: list[tuple[int, Process]] = []

    def walk(process: Process, depth: int) -> None:
        members.append((depth, process))
        for child in process.children:
            walk(child, depth + 1)

    walk(target.root, 0)
    ctx.write()
    verb, plural = ("is", "") if len(members) == 1 else ("are", "es")
    ctx.write(f"There {verb} {len(members)} process{plural} in this job: ")
    ctx.write()
    for depth, process in members:
        ctx.write("  " + "  " * depth + process.name + (" (*)" if process is target else ""))
