"""SET ACCOUNTING: what is written into the accounting file, and a new file. Source: DCL Dictionary, SET ACCOUNTING."""

from __future__ import annotations

from vmsemu.base.privilege import Privilege
from vmsemu.images.common.gaps import refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.opcom.accounting import USUAL, AccountingClass, AccountingManager
from vmsemu.tables.facilities import CLI, SS


async def set_accounting(ctx: ImageContext) -> ImageResult:
    """/DISABLE[=(class,...)], then /ENABLE[=(class,...)], then /NEW_FILE; without classes, all. Takes OPER.

    Errors: SS.NOPRIV; SS.UNSUPPORTED for image accounting, which this machine does not do; those of creating a file.
    """
    refuse(ctx, "LOG")
    ctx.process.require(Privilege.OPER)
    books = ctx.system.part(AccountingManager)
    if not any(ctx.cli.present(qualifier) for qualifier in ("DISABLE", "ENABLE", "NEW_FILE")):
        raise CLI.INSFPRM.error()
    enabled = books.enabled
    if ctx.cli.present("DISABLE"):
        enabled &= ~(_classes(ctx, "DISABLE") or AccountingClass(1023))
    if ctx.cli.present("ENABLE"):
        wanted = _classes(ctx, "ENABLE") or USUAL
        if wanted & AccountingClass.IMAGE:
            raise SS.UNSUPPORTED.error()
        enabled |= wanted
    books.enabled = enabled
    if ctx.cli.present("NEW_FILE"):
        books.new_file()
    return SS.NORMAL


def _classes(ctx: ImageContext, qualifier: str) -> AccountingClass:
    found = AccountingClass(0)
    for word in ctx.cli.values(qualifier):
        found |= AccountingClass[word]
    return found
