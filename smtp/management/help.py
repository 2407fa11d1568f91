"""HELP at the prompt TCPIP>: the topics of commands/tcpip_help.hlp (TCPIP$UCP_HELP.HLB of the product, in our own words)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from vmsemu.base.condition import ConditionValue
from vmsemu.images.context import ImageContext
from vmsemu.images.help.help import help_dialogue
from vmsemu.tables.facilities import SS
from vmsemu.tables.help import HelpTopic, compile_help


async def show_help(ctx: ImageContext) -> ConditionValue:
    """HELP [topic ...]"""
    await help_dialogue(ctx, help_library(), ctx.cli.value("TOPIC") or "")
    return SS.NORMAL.value


@cache
def help_library() -> HelpTopic:
    """The topics."""
    return compile_help((files("smtp.images.tcpip_ucp") / "commands" / "tcpip_help.hlp").read_text("ascii"))
