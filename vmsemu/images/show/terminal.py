"""SHOW TERMINAL. Source: DCL Dictionary, SHOW TERMINAL; layout as on V7.3 (DCL reference 7.6)."""

from __future__ import annotations

from typing import Any

from vmsemu.dcl.lexical_functions.devices import find_device
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.tables.facilities import SS
from vmsemu.terminal.characteristics import Characteristics

_COLUMNS, _COLUMN = 4, 19


async def show_terminal(ctx: ImageContext) -> ImageResult:
    """The settings of the terminal named, else of the process's own. Errors: SS.NOSUCHDEV, SS.IVDEVNAM for what is no terminal."""
    device: Any = find_device(ctx.dcl, ctx.cli.value("P2") or ctx.process.terminal or "SYS$COMMAND")
    settings: Characteristics | None = getattr(device, "permanent" if ctx.cli.present("PERMANENT") else "characteristics", None)
    if settings is None:
        raise SS.IVDEVNAM.error()  # fidelity: the condition is inferred
    owner = device.owner.name if device.owner is not None else "No Owner"
    ctx.write(f"Terminal: {'_' + device.name:<12}Device_Type: {settings.type.shown:<14}Owner: {owner}")
    ctx.write()
    ctx.write(
        f"   Input:{settings.input_speed:8d}     LFfill:{settings.lffill:3d}      Width:{settings.width:4d}      Parity: {settings.parity}"
    )
    ctx.write(f"   Output:{settings.output_speed:7d}     CRfill:{settings.crfill:3d}      Page:{settings.page:5d}")
    ctx.write()
    ctx.write("Terminal Characteristics:")
    shown = settings.shown()
    for at in range(0, len(shown), _COLUMNS):
        ctx.write("   " + "".join(f"{text:<{_COLUMN}}" for text in shown[at : at + _COLUMNS]).rstrip())
    return SS.NORMAL
