"""SYSMAN, the system management utility: RUN SYS$SYSTEM:SYSMAN and MCR SYSMAN [command].

Here so far: disk quotas. The other commands (DO, PARAMETERS, STARTUP, SET ENVIRONMENT, ...) are not recognized.
Source: System Management Utilities Reference, SYSMAN.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.images.common.asking import carry_out
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.images.sysman.diskquota import diskquota
from vmsemu.tables.cld import CommandTable
from vmsemu.tables.command import compile_cld
from vmsemu.tables.facilities import RMS, SS
from vmsemu.tables.help import HelpTopic, compile_help

PROMPT = "SYSMAN> "
_FOLDER = "commands"


@cache
def command_table() -> CommandTable:
    """The commands at SYSMAN>."""
    return compile_cld(_source("sysman_commands.cld"), "sysman_commands.cld")


@cache
def help_library() -> HelpTopic:
    """SYSMANHELP: the topics of HELP at SYSMAN>."""
    return compile_help(_source("sysmanhelp.hlp"))


def _source(name: str) -> str:
    return (files("vmsemu.images.sysman") / _FOLDER / name).read_text(encoding="utf-8")


@image("SYSMAN")
async def sysman(ctx: ImageContext) -> ImageResult:
    """One command from the command line, else commands until EXIT or end of file. The status is that of the last command."""
    if ctx.cli.line.strip():
        return (await _run(ctx, ctx.cli.line.strip()))[0]
    status: ConditionValue = SS.NORMAL.value
    while True:
        try:
            line = (await ctx.read(PROMPT)).strip()
        except VmsError as error:
            if not error.matches(RMS.EOF):
                raise
            return status
        if not line or line.startswith("!"):
            continue
        status, more = await _run(ctx, line)
        if not more:
            return SS.NORMAL


async def _run(ctx: ImageContext, line: str) -> tuple[ConditionValue, bool]:
    """Carry out one line: (status, shall more be read)."""
    return await carry_out(ctx, command_table(), help_library, line, lambda command: diskquota(ctx, command))
