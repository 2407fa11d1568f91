"""DISMOUNT: take a volume out of use. Source: DCL Dictionary, DISMOUNT."""

from __future__ import annotations

from vmsemu.base.condition import Message
from vmsemu.files.mount import DiskDevice
from vmsemu.images.common.devices import disk_drive
from vmsemu.images.common.gaps import accept, serve_only
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.services import mount
from vmsemu.tables.facilities import SS
from vmsemu.tables.message import Facility

DISM = Facility(__package__, "dismount.msg")


@image("DISMOUNT")
async def dismount(ctx: ImageContext) -> ImageResult:
    """A volume with open files stays, unless /OVERRIDE=CHECKS or /ABORT: then it goes with its last file."""
    serve_only(ctx, "ABORT", "CLUSTER", "OVERRIDE", "UNIT", "UNLOAD")
    accept(ctx, "CLUSTER", "UNIT", "UNLOAD")
    name = ctx.cli.value("DEVICE") or ""
    device = disk_drive(ctx, name, SS.DEVNOTMOUNT)
    if device.volume is not None and device.mounting is None:  # mounted by the bootstrap
        return _refuse(ctx, device, DISM.SYSDEV())
    mount.check_dismount(ctx.process, device)
    marking = ctx.cli.present("ABORT") or "CHECKS" in ctx.cli.values("OVERRIDE")
    count = len(device.volume.open_files) if device.volume is not None else 0
    if count and not marking:
        return _refuse(ctx, device, DISM.USERFILES(count))
    if not mount.dismount(ctx.process, device, mark=marking):
        ctx.put_message(DISM.MARKEDDMT(device.name))
    return SS.NORMAL


def _refuse(ctx: ImageContext, device: DiskDevice, reason: Message) -> ImageResult:
    """The reason is a message of its own; the command ends with the first."""
    status = ctx.put_message(DISM.CANNOTDMT.error(device.name))
    ctx.put_message(reason)
    return status
