"""Commands of a utility that has a prompt of its own (UAF>, SYSMAN>): parsed by its table, asking for the parameters that are missing."""

from __future__ import annotations

from collections.abc import Callable

from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.dcl.errors import segment_of
from vmsemu.images.context import ImageContext
from vmsemu.images.help.help import help_dialogue
from vmsemu.services.putmsg import in_utility
from vmsemu.tables.cld import CommandTable
from vmsemu.tables.command import ParsedCommand, parse
from vmsemu.tables.facilities import CLI, RMS, SS
from vmsemu.tables.help import HelpTopic


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


async def carry_out(
    ctx: ImageContext, table: CommandTable, library: Callable[[], HelpTopic], line: str, perform: Callable[[ParsedCommand], object]
) -> tuple[ConditionValue, bool]:
    """Carry out one line: EXIT, HELP, or what `perform` does. What it wrote is durable then. Returns (status, shall more be read)."""
    try:
        command = await parsed_command(ctx, table, line)
        if command is None:
            return SS.NORMAL.value, True
        if command.verb == "EXIT":
            return SS.NORMAL.value, False
        if command.verb == "HELP":
            await help_dialogue(ctx, library(), command.value("TOPIC") or "")
        else:
            perform(command)
    except VmsError as error:
        ctx.dcl.put_message(in_utility(error.message), segment_of(error))
        await ctx.kernel.durable()
        return error.message.value.shown(), True
    await ctx.kernel.durable()
    return SS.NORMAL.value, True
