"""AUTHORIZE, the utility for user accounts and rights: RUN SYS$SYSTEM:AUTHORIZE and MCR AUTHORIZE [command], at the prompt UAF>.

Left out: network proxies, the system password, generated passwords. Source: System Management Utilities Reference, AUTHORIZE.
"""

from __future__ import annotations

from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.images.authorize.commands import COMMANDS, command_table, help_library
from vmsemu.images.authorize.facility import UAF
from vmsemu.images.authorize.opening import open_sysuaf
from vmsemu.images.authorize.session import AuthorizeSession
from vmsemu.images.common.asking import carry_out
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
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
    return await carry_out(session.ctx, command_table(), help_library, line, lambda command: COMMANDS[command.syntax](session, command))
