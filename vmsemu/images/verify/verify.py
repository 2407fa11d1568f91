"""ANALYZE/DISK_STRUCTURE: report what does not belong together on a volume. Source: System Management Utilities Reference.

It reports only. Left out (refused): /REPAIR, listings and usage files, the check of every block and of record attributes.
"""

from __future__ import annotations

from vmsemu.files.verify import Kind, Problem, findings
from vmsemu.files.volume import MFD
from vmsemu.images.common.devices import disk_drive
from vmsemu.images.common.gaps import accept, serve_only
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.tables.facilities import SS
from vmsemu.tables.message import Facility

ANALDISK = Facility(__package__, "verify.msg")
_MESSAGES = {
    Kind.LOST: "LOSTHEADER", Kind.DANGLING: "BADDIRENT", Kind.TOO_LONG: "BADHEADER", Kind.STRAY: "BADHEADER", Kind.CROWDED: "BADDIRECTORY",
    Kind.FREE: "FREESPADRIFT",
}  # fmt: skip


@image("VERIFY")
async def verify(ctx: ImageContext) -> ImageResult:
    """One message for each thing that is wrong. Errors: SS.DEVNOTMOUNT."""
    serve_only(ctx, "DISK_STRUCTURE", "SHADOW", "CONFIRM")
    accept(ctx, "DISK_STRUCTURE", "SHADOW", "CONFIRM")
    device = disk_drive(ctx, ctx.cli.value("DEVICE") or "", SS.IVDEVNAM)
    volume = device.volume
    if volume is None or not hasattr(volume, "store"):
        raise SS.DEVNOTMOUNT.error()
    ctx.write(f"Analyze/Disk_Structure for _{device.name} started on {ctx.now.to_text()}")
    ctx.write()
    if volume.lookup(MFD, "QUOTA.SYS") is None:
        ctx.put_message(ANALDISK.OPENQUOTA(cause=SS.NOSUCHFILE))
    status: ImageResult = SS.NORMAL
    for problem in findings(volume):
        status = _report(ctx, problem)
    return status


def _report(ctx: ImageContext, problem: Problem) -> ImageResult:
    definition = ANALDISK.definitions[_MESSAGES[problem.kind]]
    return ctx.put_message(definition(problem.what) if problem.what else definition())
