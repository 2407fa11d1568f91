"""SHOW DEVICES/FULL: everything about each device. Source: DCL Dictionary, SHOW DEVICES; layout as on V7.3-2 without what is newer than V7.3.

fidelity: cache sizes and geometry are those a small SCSI disk would have; devices that are neither disk nor terminal are inferred.
"""

from __future__ import annotations

from textwrap import wrap
from typing import Any

from vmsemu.base.protection import Protection
from vmsemu.base.time import DeltaTime
from vmsemu.dcl.lexical_functions.devices import f_getdvi
from vmsemu.files.home_block import VolumeAttributes
from vmsemu.files.mount import DeviceClass, DiskDevice, NullDevice
from vmsemu.images.common.objects import protection_text
from vmsemu.images.context import ImageContext
from vmsemu.security.acl import OBJECT_ACCESS
from vmsemu.services.device_security import device_profile
from vmsemu.services.getdvi import owner_of
from vmsemu.services.mount import MountKind

_LEFT, _RIGHT = 32, 39
_LINE = 79
_EXTENT_CACHE, _FILE_ID_CACHE, _BUFFERS = 64, 64, 500
Row = tuple[str, object, str, object]


def full_lines(ctx: ImageContext, device: Any) -> list[str]:
    """The paragraphs of one device; the first line is blank."""
    out = ["", *_sentence(ctx, device), "", *map(_pair, _device_rows(ctx, device))]
    if isinstance(device, DiskDevice) and device.mounted:
        out += ["", *map(_pair, _volume_rows(ctx, device)), ""]
        out += wrap(_volume_status(device), _LINE, initial_indent="  ", subsequent_indent="      ", break_on_hyphens=False)
    return out


def _volume_status(device: DiskDevice) -> str:
    """fidelity: the words for what a fresh volume does not have are inferred."""
    volume = device.volume
    assert volume is not None
    attributes = volume.attributes
    words = {
        f"ODS-{volume.structure}": True,
        "subject to mount verification": attributes.mount_verification,
        "do not unload on dismount": not attributes.unload,
        "erase on delete": attributes.erase,
        "file high-water marking": attributes.highwater,
        "write-back caching enabled": True,
    }
    return f"Volume Status:  {', '.join(word for word, shown in words.items() if shown)}."


def _pair(row: Row) -> str:
    left, first, right, second = row
    line = f"    {left}{str(first).rjust(_LEFT - len(left))}"
    return f"{line}    {right}{str(second).rjust(_RIGHT - len(right))}" if right else line


def _sentence(ctx: ImageContext, device: Any) -> list[str]:
    kinds = {DeviceClass.DISK: "Disk", DeviceClass.TERM: "Terminal"}
    words = [f"{kinds.get(device.device_class, 'Device')} {device.name}"]
    model = f_getdvi(ctx.dcl, device.name, "DEVICE_TYPE_NAME")
    if model and not isinstance(device, NullDevice):
        words.append(f"device type {model}")
    words.append("is online")
    words += ["allocated"] if isinstance(device, DiskDevice) and owner_of(ctx.system, device) is not None else []
    if isinstance(device, DiskDevice):
        words += ["mounted"] if device.mounted else []
        words += ["software write-locked"] if device.volume is not None and device.volume.write_locked else []
        words += ["file-oriented device", "shareable"]
        words.append("accessed via DFS or NFS" if device.remote else "error logging is enabled")
    else:
        words += ["record-oriented device", "carriage control"]
    return wrap(", ".join(words) + ".", _LINE, subsequent_indent="    ", break_on_hyphens=False)


def _device_rows(ctx: ImageContext, device: Any) -> list[Row]:
    """The block that every device has."""
    owner = owner_of(ctx.system, device)
    disk = isinstance(device, DiskDevice)
    uic = ctx.system.rights.uic_text(owner.uic) if owner is not None else "[SYSTEM]" if disk else "[0,0]"
    rows: list[Row] = [
        ("Error count", getattr(device, "error_count", 0), "Operations completed", getattr(device, "operations", 0)),
        ("Owner process", f'"{owner.name}"' if owner is not None else '""', "Owner UIC", uic),
        ("Owner process ID", f"{owner.pid if owner is not None else 0:08X}", "Dev Prot", _short(device_profile(ctx.system, device)[1], "DEVICE")),
        ("Reference count", _dvi(ctx, device, "REFCNT"), "Default buffer size", _dvi(ctx, device, "DEVBUFSIZ")),
    ]
    if disk and device.mounted:
        rows += [
            ("Total blocks", _dvi(ctx, device, "MAXBLOCK"), "Sectors per track", _dvi(ctx, device, "SECTORS")),
            ("Total cylinders", _dvi(ctx, device, "CYLINDERS"), "Tracks per cylinder", _dvi(ctx, device, "TRACKS")),
        ]
    return rows


def _retention_row(attributes: VolumeAttributes) -> list[Row]:
    """Shown only when files are to be kept for a time."""
    if not attributes.maximum_retention:
        return []
    times = (DeltaTime(time).to_text().strip().replace(" ", "-") for time in (attributes.minimum_retention, attributes.maximum_retention))
    minimum, maximum = times
    return [("Min ret. period", minimum, "Max ret. period", maximum)]


def _short(protection: Protection, object_class: str) -> str:
    """`S:RWPL,O:RWPL,G:R,W`: a class without access stands alone."""
    parts = protection_text(protection, OBJECT_ACCESS[object_class]).strip("()").split(", ")
    return ",".join(part.replace(part.partition(":")[0], part[0]).replace(": ", ":") for part in parts)


def _volume_rows(ctx: ImageContext, device: DiskDevice) -> list[Row]:
    """The block of a mounted volume."""
    volume = device.volume
    assert volume is not None
    return [
        ("Volume label", f'"{volume.label}"', "Relative volume number", 0),
        ("Cluster size", volume.cluster, "Transaction count", _dvi(ctx, device, "TRANSCNT")),
        ("Free blocks", volume.free_blocks, "Maximum files allowed", volume.maximum_files),
        ("Extend quantity", volume.attributes.extension, "Mount count", device.mount_count),
        ("Mount status", _mount_status(device), "Cache name", f'"_{device.name}XQPCACHE"'),
        ("Extent cache size", _EXTENT_CACHE, "Maximum blocks in extent cache", volume.free_blocks // 10),
        ("File ID cache size", _FILE_ID_CACHE, "Blocks in extent cache", 0),
        ("Quota cache size", 0, "Maximum buffers in FCP cache", _BUFFERS),
        *_retention_row(volume.attributes),
        ("Volume owner UIC", ctx.system.rights.uic_text(volume.owner), "Vol Prot", _short(volume.protection, "VOLUME")),
    ]


def _mount_status(device: DiskDevice) -> str:
    """For whom it is mounted; what the bootstrap mounted is everybody's."""
    kind = device.mounting.kind if device.mounting is not None else MountKind.SYSTEM
    return {MountKind.SYSTEM: "System", MountKind.GROUP: "Group"}.get(kind, "Process")


def _dvi(ctx: ImageContext, device: Any, item: str) -> object:
    return f_getdvi(ctx.dcl, device.name, item)
