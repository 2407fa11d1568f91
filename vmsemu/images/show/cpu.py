"""SHOW CPU: the one processor of the machine. Source: DCL Dictionary, SHOW CPU.

fidelity: the wording of the Alpha display is recalled, not captured.
"""

from __future__ import annotations

from vmsemu.images.common.gaps import accept, refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.tables.facilities import SS


async def show_cpu(ctx: ImageContext) -> ImageResult:
    """/BRIEF is the default; /SUMMARY leaves out the processors. Errors: SS.BADPARAM for a processor that is not there."""
    refuse(ctx, "FULL")
    accept(ctx, "BRIEF", "ALL", "ACTIVE_SET")
    if any(number not in ("0", "00") for number in ctx.cli.values("P2")):
        raise SS.BADPARAM.error()
    ctx.write()
    ctx.write(f"System: {ctx.system.node_name}, {ctx.system.profile.hw_name}")
    ctx.write()
    ctx.write("CPU ownership sets:")
    ctx.write("   Active            0")
    ctx.write("   Configured        0")
    ctx.write()
    ctx.write("CPU state sets:")
    for state in ("Potential", "Autostart", "Powered Down", "Not Present", "Failover"):
        ctx.write(f"   {state:<18}{'0' if state in ('Potential', 'Autostart') else 'None'}")
    if not ctx.cli.present("SUMMARY"):
        ctx.write()
        ctx.write(f"CPU 0    State: RUN                CPUDB: 810C8000     Handle: {0:08X}")
        ctx.write(f"       Process: {ctx.process.name:<18} PID: {ctx.process.pid:08X}")
    return SS.NORMAL
