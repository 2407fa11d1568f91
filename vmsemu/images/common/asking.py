"""Commands of a utility that has a prompt of its own (UAF>, SYSMAN>): parsed by its table, asking for the parameters that are missing."""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.images.context import ImageContext
from vmsemu.tables.cld import CommandTable
from vmsemu.tables.command import ParsedCommand, parse
from vmsemu.tables.facilities import CLI, RMS


async def parsed_command(ctx: ImageContext, table: CommandTable, line: str) -> ParsedCommand | None:
    """The command of a line; None when the user gave up at a prompt. Errors: CommandError; CLI.INSFPRM for an empty answer that is required."""
    extra: list[str] = []
    while True:
        found = parse(table, line, extra)
        if isinstance(found, ParsedCommand):
            return found
        try:
            answer = await ctx.read(found.prompt)
        except VmsError as error:
            if not error.matches(RMS.EOF):
                raise
            return None
        if not answer.strip() and found.required:
            raise CLI.INSFPRM.error()
        extra.append(answer)
