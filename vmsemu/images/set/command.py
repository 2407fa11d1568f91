"""SET COMMAND: the Command Definition Utility adds verbs of .CLD files to the process's command table, or takes verbs out.

Object files and tables in files are refused: there is no linker, and the process's own table is the only one that can be changed.
fidelity: the layout of listings and of errors with their source line is inferred.
Source: OpenVMS Command Definition, Librarian, and Message Utilities Manual, part 1; DCL Dictionary, SET COMMAND.
"""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.dcl.refusals import refuse_values
from vmsemu.images.common.gaps import accept, refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.services.putmsg import message_lines
from vmsemu.tables.cld import CldSourceError, CommandTable
from vmsemu.tables.command import compile_cld
from vmsemu.tables.facilities import CDU, CLI


async def set_command(ctx: ImageContext) -> ImageResult:
    """The change is for this process, and for the subprocesses it makes later. Definitions with errors change nothing."""
    refuse(ctx, "OBJECT")
    refuse_values(ctx.cli, "OUTPUT", "TABLE")
    accept(ctx, "REPLACE")
    files = ctx.cli.parameters("P2")
    if not files and not ctx.cli.present("DELETE"):
        raise CLI.INSFPRM.error()
    table = ctx.dcl.table.copy()
    worst: ImageResult = None
    for verb in ctx.cli.values("DELETE"):
        if not table.remove(verb.upper()):
            worst = ctx.put_message(CDU.NOSUCHVERB(verb.upper()))
    for item in files:
        for name, source in _sources(ctx, item.text):
            added, errors = _compiled(name, source)
            for error in errors:
                for line in _shown(error):
                    ctx.write(line)
                worst = error.message.value.shown()
            _list(ctx, name, source, errors)
            table.merge(added)
    if (worst is None or ctx.cli.present("DELETE")) and not ctx.cli.negated("OUTPUT"):
        ctx.dcl.table = table
    return worst


def _sources(ctx: ImageContext, spec: str) -> list[tuple[str, str]]:
    """The names and texts of the files of one specification. Errors: CDU.OPENIN."""
    out = []
    try:
        for found in ctx.files.search(spec, default=".CLD"):
            with ctx.files.open(found.spec.to_text()) as file:
                out.append((file.spec.to_text(), "\n".join(file.lines())))
    except VmsError as error:
        raise CDU.OPENIN.error(ctx.files.parse(spec, default=".CLD").to_text(), cause=error) from None
    return out


def _compiled(name: str, source: str) -> tuple[CommandTable, list[CldSourceError]]:
    try:
        added = compile_cld(source, name, exact=True)
    except CldSourceError as error:
        return CommandTable(), [error]
    return added, added.errors()


def _shown(error: CldSourceError) -> list[str]:
    """An error with the line it is in."""
    return [f"{error.line:>9} {error.source}", *message_lines(error.message)]


def _list(ctx: ImageContext, name: str, source: str, errors: list[CldSourceError]) -> None:
    """/LISTING[=file]: the numbered lines, errors below theirs. Errors: CDU.OPENOUT."""
    if not ctx.cli.present("LISTING"):
        return
    default = ctx.files.parse(name).with_fields(node="", device="", directory="", type=".LIS", version="").to_text()
    spec = ctx.cli.value("LISTING") or default
    try:
        with ctx.files.create(spec, default=default) as listing:
            for number, line in enumerate(source.split("\n"), 1):
                listing.put_text(f"{number:>9} {line}")
                for error in errors:
                    if error.line == number:
                        for text in message_lines(error.message):
                            listing.put_text(text)
    except VmsError as error:
        raise CDU.OPENOUT.error(spec, cause=error) from None
