"""SET TERMINAL: page, width and broadcasts of a terminal. Source: DCL Dictionary, SET TERMINAL.

The other characteristics are those of the host's terminal and cannot be changed from here; they are refused.
"""

from __future__ import annotations

from typing import Any

from vmsemu.base.privilege import Privilege
from vmsemu.files.mount import DeviceClass
from vmsemu.images.common.gaps import serve_only
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.images.set.facility import SET
from vmsemu.tables.facilities import LIB, SS

_MAXIMUM = {"PAGE": 255, "WIDTH": 511}


async def set_terminal(ctx: ImageContext) -> ImageResult:
    """Set what the qualifiers name. Errors: SET.NOTSET for what is no terminal; CLI.IVQUAL."""
    cli = ctx.cli
    serve_only(ctx, *_MAXIMUM, "BROADCAST")
    device = _terminal(ctx)
    for name, maximum in _MAXIMUM.items():
        if cli.present(name):
            value = cli.integer(name)
            if not 0 <= value <= maximum:
                raise SET.NOTSET.error(device.name, cause=LIB.INVARG())
            setattr(device, name.lower(), value)
    if cli.present("BROADCAST"):
        device.broadcast_enabled = True
    elif cli.negated("BROADCAST"):
        device.broadcast_enabled = False
    return SS.NORMAL


def _terminal(ctx: ImageContext) -> Any:
    """The device of P2, else the one the process logged in at."""
    name = ctx.cli.value("P2") or ctx.process.terminal or "SYS$COMMAND"
    device: Any = ctx.system.devices.find_or_none(name) if name != "SYS$COMMAND" else None
    if device is None or device.device_class is not DeviceClass.TERM:
        raise SET.NOTSET.error(name, cause=SET.INVDEV() if device is not None else SS.NOSUCHDEV())
    if device.owner is not None and device.owner is not ctx.process:
        ctx.process.require(Privilege.LOG_IO)
    return device
