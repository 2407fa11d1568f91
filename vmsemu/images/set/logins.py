"""SET LOGINS: how many interactive users may be logged in. Source: DCL Dictionary, SET LOGINS."""

from __future__ import annotations

from vmsemu.base.privilege import Privilege
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.images.set.facility import SET
from vmsemu.services.process import ProcessMode
from vmsemu.tables.facilities import SS

DEFAULT_LIMIT = 64


async def set_logins(ctx: ImageContext) -> ImageResult:
    """/INTERACTIVE[=n]: set the limit (OPER), then show it."""
    if ctx.cli.value("INTERACTIVE") is not None:
        ctx.process.require(Privilege.OPER)
        ctx.system.interactive_limit = ctx.cli.integer("INTERACTIVE", DEFAULT_LIMIT)
    current = sum(p.mode is ProcessMode.INTERACTIVE for p in ctx.system.processes)
    ctx.put_message(SET.INTSET(ctx.system.interactive_limit, current))
    return SS.NORMAL
