"""HELP at the prompt TCPIP>: the topics of the .hlp files in commands (TCPIP$UCP_HELP.HLB of the product, in our own words)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from vmsemu.base.condition import ConditionValue
from vmsemu.images.context import ImageContext
from vmsemu.images.help.help import help_dialogue
from vmsemu.tables.facilities import SS
from vmsemu.tables.help import HelpTopic, compile_help

_FILES = ("tcpip_help.hlp", "network_help.hlp")


async def show_help(ctx: ImageContext) -> ConditionValue:
    """HELP [topic ...]"""
    await help_dialogue(ctx, help_library(), ctx.cli.value("TOPIC") or "")
    return SS.NORMAL.value


@cache
def help_library() -> HelpTopic:
    """The topics."""
    folder, library = files("smtp.images.tcpip_ucp") / "commands", HelpTopic("")
    for name in _FILES:
        compile_help((folder / name).read_text("ascii"), library)
    return library
