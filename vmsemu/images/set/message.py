"""SET MESSAGE: which parts of messages are displayed. Source: DCL Dictionary, SET MESSAGE.

Message files of users are refused: messages come from the .MSG files beside the code.
"""

from __future__ import annotations

from dataclasses import replace

from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.tables.facilities import CLI

_PARTS = {"FACILITY": "facility", "SEVERITY": "severity", "IDENTIFICATION": "ident", "TEXT": "text"}


async def set_message(ctx: ImageContext) -> ImageResult:
    """Switch parts on or off; those not named stay as they are."""
    if ctx.cli.value("P2") is not None or ctx.cli.present("DELETE"):
        raise CLI.CMDGONE.error()
    changes = {name: True for qualifier, name in _PARTS.items() if ctx.cli.present(qualifier)}
    changes |= {name: False for qualifier, name in _PARTS.items() if ctx.cli.negated(qualifier)}
    ctx.dcl.message_parts = replace(ctx.dcl.message_parts, **changes)
    return None
