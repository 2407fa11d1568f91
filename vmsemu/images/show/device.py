"""SHOW DEVICES: the devices of the node. Source: DCL Dictionary, SHOW DEVICES; columns as on V7.3."""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.files.mount import Device, DiskDevice
from vmsemu.images.common.gaps import accept, refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.images.show.device_files import file_lines
from vmsemu.images.show.device_full import full_lines
from vmsemu.services.getdvi import owner_of
from vmsemu.tables.facilities import SS

_DISK_HEADING = (
    "Device                  Device           Error    Volume         Free  Trans Mnt",
    " Name                   Status           Count     Label        Blocks Count Cnt",
)
_HEADING = ("Device                  Device           Error", " Name                   Status           Count")


async def show_device(ctx: ImageContext) -> ImageResult:
    """Disks with their volumes first, then the other devices."""
    refuse(ctx, "BITMAP", "HOST", "MSCP", "MULTIPATH_SET", "PATH", "REBUILD_STATUS", "RESOURCE", "SERVED", "WINDOWS", "COUNT")
    accept(ctx, "ALL", "BRIEF")
    devices = _named(ctx, ctx.cli.value("P2") or "")
    if ctx.cli.present("MOUNTED"):
        devices = [d for d in devices if isinstance(d, DiskDevice) and d.mounted]
    if ctx.cli.present("ALLOCATED"):
        devices = [d for d in devices if owner_of(ctx.system, d) is not None]
    if not devices:
        raise SS.NOSUCHDEV.error()
    if ctx.cli.present("FILES"):
        for device in devices:
            if isinstance(device, DiskDevice) and device.mounted:
                for line in file_lines(ctx, device):
                    ctx.write(line)
        return SS.NORMAL
    if ctx.cli.present("FULL"):
        for device in devices:
            for line in full_lines(ctx, device):
                ctx.write(line)
        ctx.write()
        return SS.NORMAL
    disks = [d for d in devices if isinstance(d, DiskDevice)]
    others = [d for d in devices if not isinstance(d, DiskDevice)]
    if disks:
        _heading(ctx, _DISK_HEADING)
        for disk in disks:
            ctx.write(_disk_row(ctx, disk))
    if others:
        _heading(ctx, _HEADING)
        for device in others:
            ctx.write(_row(ctx, device))
    return SS.NORMAL


def _named(ctx: ImageContext, text: str) -> list[Device]:
    """The devices that a name begins, or the one that a logical name stands for."""
    word = text.upper().lstrip("_").removesuffix(":")
    if word and not text.startswith("_") and ctx.process.names.translate(word) is not None:
        try:
            return [ctx.files.device_of(word + ":")]
        except VmsError:
            raise SS.NOSUCHDEV.error() from None
    word = word.removeprefix(ctx.system.node_name + "$")
    return [d for d in ctx.system.devices if d.name.startswith(word)]


def _heading(ctx: ImageContext, lines: tuple[str, str]) -> None:
    ctx.write()
    for line in lines:
        ctx.write(line)


def _status(ctx: ImageContext, device: Device) -> str:
    """The words of the column of states: `Mounted alloc` for who mounted it for himself alone."""
    volume = device.volume if isinstance(device, DiskDevice) else None
    if volume is not None and volume.write_locked:
        return "Mounted wrtlck"
    return ("Online" if volume is None else "Mounted") + (" alloc" if owner_of(ctx.system, device) is not None else "")


def _disk_row(ctx: ImageContext, disk: DiskDevice) -> str:
    volume = disk.volume
    row = f"{disk.name:<24}{_status(ctx, disk):<16}{disk.error_count:>6}"
    if volume is None:
        return row
    transactions = 1 + len(volume.open_files)
    return f"{row}  {volume.label:<12}{volume.free_blocks:>10}{transactions:>6}{disk.mount_count:>4}"


def _row(ctx: ImageContext, device: Device) -> str:
    return f"{device.name:<24}{_status(ctx, device):<16}{getattr(device, 'error_count', 0):>6}"
