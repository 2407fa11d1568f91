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
    for topic in [library, *library.children.values()]:
        for each in (topic, *topic.children.values()):
            _in_order(each)
    return library


def _in_order(topic: HelpTopic) -> None:
    """Put the objects of a command, which come from several files, into the order of their names; what is about the command itself follows."""
    objects = sorted(key for key, child in topic.children.items() if child.name.isupper() and key[0] != "/")
    topic.children = {key: topic.children[key] for key in [*objects, *(key for key in topic.children if key not in objects)]}
