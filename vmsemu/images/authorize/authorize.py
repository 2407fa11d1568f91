"""AUTHORIZE, the utility for user accounts and rights: RUN SYS$SYSTEM:AUTHORIZE and MCR AUTHORIZE [command], at the prompt UAF>.

Left out: network proxies, the system password, generated passwords. Source: System Management Utilities Reference, AUTHORIZE.
"""

from __future__ import annotations

from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.dcl.errors import segment_of
from vmsemu.images.authorize.commands import COMMANDS, command_table, help_library
from vmsemu.images.authorize.facility import UAF
from vmsemu.images.authorize.opening import open_sysuaf
from vmsemu.images.authorize.session import AuthorizeSession
from vmsemu.images.common.asking import parsed_command
from vmsemu.images.context import ImageContext
from vmsemu.images.help.help import help_dialogue
from vmsemu.images.registry import ImageResult, image
from vmsemu.services.putmsg import in_utility
from vmsemu.tables.facilities import RMS, SS

PROMPT = "UAF> "
CONTINUATION = "_UAF> "


@image("AUTHORIZE")
async def authorize(ctx: ImageContext) -> ImageResult:
    """One command from the command line, else commands until EXIT or end of file. Errors: UAF.NAOFIL."""
    sysuaf = await open_sysuaf(ctx)
    if sysuaf is None:
        return UAF.NAOFIL.value.shown()
    session = AuthorizeSession(ctx, sysuaf)
    line = ctx.cli.line.strip()
    if line:
        return (await _run(session, line))[0]
    more = True
    while more:
        try:
            line = await _line(ctx)
        except VmsError as error:
            if not error.matches(RMS.EOF):
                raise
            break
        if line and not line.startswith("!"):
            _, more = await _run(session, line)
    for message in session.leave():
        ctx.put_message(message)
    return SS.NORMAL


async def _line(ctx: ImageContext) -> str:
    """One command; a hyphen at the end of a line continues it on the next. Errors: RMS.EOF."""
    line = (await ctx.read(PROMPT)).strip()
    while line.endswith("-"):
        line = line[:-1].rstrip() + " " + (await ctx.read(CONTINUATION)).strip()
    return line


async def _run(session: AuthorizeSession, line: str) -> tuple[ConditionValue, bool]:
    """Carry out one line: (status, shall more be read)."""
    ctx = session.ctx
    try:
        command = await parsed_command(ctx, command_table(), line)
        if command is None:
            return SS.NORMAL.value, True
        if command.verb == "EXIT":
            return SS.NORMAL.value, False
        if command.verb == "HELP":
            await help_dialogue(ctx, help_library(), command.value("TOPIC") or "")
        else:
            COMMANDS[command.syntax](session, command)
    except VmsError as error:
        ctx.dcl.put_message(in_utility(error.message), segment_of(error))
        await ctx.kernel.durable()
        return error.message.value.shown(), True
    await ctx.kernel.durable()
    return SS.NORMAL.value, True
