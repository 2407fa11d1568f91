"""SHOW WORKING_SET: the limits of the process's working set, in pagelets. Source: DCL Dictionary, SHOW WORKING_SET; captured display."""

from __future__ import annotations

from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.tables.facilities import SS


async def show_working_set(ctx: ImageContext) -> ImageResult:
    """Limit, quota and extent of the process; quota and extent its account allows."""
    quotas = ctx.process.quotas
    ctx.write(f"  Working Set      /Limit={quotas.wsdefault:<5} /Quota={quotas.wsquota:<8}/Extent={quotas.wsextent}")
    ctx.write(f"  Adjustment enabled      Authorized Quota={quotas.wsquota:<6}Authorized Extent={quotas.wsextent}")
    return SS.NORMAL
