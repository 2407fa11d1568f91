"""SET MESSAGE: which parts of messages are displayed, and the message file of the process.

The messages of the file come before those of the system; there is one such file at a time. Source: DCL Dictionary, SET MESSAGE.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from vmsemu.base.condition import MessageDefinition, VmsError
from vmsemu.formats.message_section import BLOCK, from_blocks, name_in
from vmsemu.images.context import ImageContext
from vmsemu.images.message_files import message_files
from vmsemu.images.registry import ImageResult
from vmsemu.images.set.facility import SET
from vmsemu.services.putmsg import NO_PARTS
from vmsemu.tables.facilities import RMS, SS

_PARTS = {"FACILITY": "facility", "SEVERITY": "severity", "IDENTIFICATION": "ident", "TEXT": "text"}
_CONDITION = 0x0FFFFFF8
_POINTERS = 4

Finder = Callable[[int], MessageDefinition | None]


async def set_message(ctx: ImageContext) -> ImageResult:
    """SET [NO]MESSAGE [file]: parts not named stay as they are; NOMESSAGE switches off all that are not named."""
    changes = {name: True for qualifier, name in _PARTS.items() if ctx.cli.present(qualifier)}
    changes |= {name: False for qualifier, name in _PARTS.items() if ctx.cli.negated(qualifier)}
    file = ctx.cli.value("P2")
    if ctx.cli.present("DELETE"):
        ctx.dcl.message_files = ()
    elif file is not None:
        ctx.dcl.message_files = tuple(open_messages(ctx, file))
    base = NO_PARTS if (ctx.cli.value("P1") or "").startswith("NO") else ctx.dcl.message_parts
    ctx.dcl.message_parts = replace(base, **changes)
    return None


def open_messages(ctx: ImageContext, text: str, depth: int = 0) -> list[Finder]:
    """What looks messages up in an image, and in the files that it points to. Errors: SET.OPENIN."""
    try:
        with ctx.files.open(text, default="SYS$MESSAGE:.EXE" if depth else ".EXE") as file:
            spec = file.spec.to_text()
            blocks = _blocks(file.get)
    except VmsError as error:
        found = getattr(error, "spec", None)
        # fidelity: how SET MESSAGE reports a file it cannot use is inferred
        raise SET.OPENIN.error(found.to_text() if found is not None else text, cause=error) from None
    name = name_in(blocks[0]) if blocks else None
    if name is not None:
        messages = message_files().get(name, {})
        return [lambda value: messages.get(value & _CONDITION)]
    section = from_blocks(blocks)
    if section is None:
        raise SET.OPENIN.error(spec, cause=SS.BADIMGHDR)
    finders: list[Finder] = [section.find]
    for pointer in section.pointers if depth < _POINTERS else ():
        finders += open_messages(ctx, pointer, depth + 1)
    return finders


def _blocks(get: Callable[[], bytes]) -> list[bytes]:
    blocks: list[bytes] = []
    try:
        while True:
            blocks.append(get().ljust(BLOCK, b"\0"))
    except VmsError as error:
        if not error.matches(RMS.EOF):
            raise
    return blocks
