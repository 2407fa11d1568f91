"""SET COMMAND: add verbs of a .CLD file to the process's command table, or take verbs out. Source: DCL Dictionary, SET COMMAND.

Object files and tables in files are refused: the process's own table is the only one that can be changed.
"""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.tables.cld import CldSourceError
from vmsemu.tables.command import compile_cld
from vmsemu.tables.facilities import CLI

_REFUSED = ("LISTING", "OBJECT", "OUTPUT", "TABLE")


async def set_command(ctx: ImageContext) -> ImageResult:
    """The change is for this process, and for the subprocesses it makes later."""
    if any(ctx.cli.present(qualifier) for qualifier in _REFUSED):
        raise CLI.CMDGONE.error()
    table = ctx.dcl.table.copy()
    for verb in ctx.cli.values("DELETE"):
        if not table.remove(verb.upper()):
            raise CLI.IVVERB.error()
    for item in ctx.cli.parameters("P2"):
        try:
            with ctx.files.open(item.text, default=".CLD") as file:
                source, name = "\n".join(file.lines()), file.spec.to_text()
        except VmsError as error:
            raise CLI.OPENIN.error(item.text, cause=error) from None
        try:
            added = compile_cld(source, name)
            table.merge(added)
            added.compile_all()
        except CldSourceError as error:
            ctx.write(f" {error}")
            raise CLI.INVTAB.error() from None
    ctx.dcl.table = table
    return None
