"""SHOW ACCOUNTING: what the accounting file is told. Source: DCL Dictionary, SHOW ACCOUNTING. fidelity: columns as remembered."""

from __future__ import annotations

from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.opcom.accounting import AccountingClass, AccountingManager
from vmsemu.tables.facilities import SS

_WORDS = (
    (AccountingClass.PROCESS, "any process termination"),
    (AccountingClass.IMAGE, "image execution"),
    (AccountingClass.INTERACTIVE, "interactive job termination"),
    (AccountingClass.LOGIN_FAILURE, "login failures"),
    (AccountingClass.SUBPROCESS, "subprocess termination"),
    (AccountingClass.DETACHED, "detached job termination"),
    (AccountingClass.BATCH, "batch job termination"),
    (AccountingClass.NETWORK, "network job termination"),
    (AccountingClass.PRINT, "all print jobs"),
    (AccountingClass.MESSAGE, "user messages"),
)


async def show_accounting(ctx: ImageContext) -> ImageResult:
    """A line for each class that is enabled."""
    enabled = ctx.system.part(AccountingManager).enabled
    if not enabled:
        ctx.write("Accounting is currently disabled.")
        return SS.NORMAL
    ctx.write("Accounting is currently enabled to log the following activities:")
    ctx.write()
    for each, words in _WORDS:
        if enabled & each:
            ctx.write(f"        {each.name:<16}{words}")
    return SS.NORMAL
