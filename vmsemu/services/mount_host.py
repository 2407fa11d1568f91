"""Folders of the host as DNFS devices: who may mount one, and the device that comes and goes with it.

Only the operator may: the very process that he logged in on the host's console. Everybody else, privileged or not, gets SS.NOPRIV, whatever
name he gives; so nothing that is typed, submitted or mailed can name a path of the host. What the operator mounted is a disk like any other:
protection says who may use it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress

from vmsemu.base.condition import VmsError
from vmsemu.files.host_folder import FolderMount, HostFolder, HostFolders
from vmsemu.files.host_volume import HostVolume
from vmsemu.files.mount import DiskDevice
from vmsemu.services.mount import MountKind, enter_volume
from vmsemu.services.process import Process
from vmsemu.tables.facilities import SS

DEVICE_NAME = re.compile(r"DNFS([1-9]\d{0,3}):")
MAXIMUM_LABEL = 12
DEFAULT_LABEL = "HOST"


def open_folder(process: Process, folder: str) -> HostFolder:
    """Open a folder for the operator. Errors: SS.NOPRIV for others, SS.NOSUCHDEV when this node has no host, those of the folder."""
    folders = process.system.part(HostFolders)
    if process.pid not in folders.operators:
        raise SS.NOPRIV.error()
    if folders.open is None:
        raise SS.NOSUCHDEV.error()
    return folders.open(folder)


def default_label(folder: HostFolder) -> str:
    """A volume label from the folder's own name."""
    return re.sub(r"[^A-Z0-9$_\-]", "_", folder.name.upper())[:MAXIMUM_LABEL].strip("_") or DEFAULT_LABEL


def mount_folder(
    process: Process, name: str, folder: HostFolder, kind: MountKind, *, label: str = "", logical_name: str = "", writable: bool = False
) -> DiskDevice:
    """Make the device and put the folder on it as a volume.

    Errors: SS.IVDEVNAM for a name that is not DNFSn:, SS.DEVMOUNT when it has one already; those of enter_volume. The folder is closed then.
    """
    system = process.system
    name = name.upper().lstrip("_").removesuffix(":") + ":"
    device = DiskDevice(name)
    device.remote = True
    try:
        if DEVICE_NAME.fullmatch(name) is None:
            raise SS.IVDEVNAM.error()
        if system.devices.find_or_none(name) is not None:
            raise SS.DEVMOUNT.error()
        label = label or default_label(folder)
        kernel = system.kernel
        volume = HostVolume(folder, lambda: kernel.now, label, process.uic, writable=writable)
        system.devices.add(device)
        device.gone = lambda: system.devices.remove(device)
        enter_volume(process, device, volume, kind, logical_name or f"DISK${label}")
    except VmsError:
        with suppress(VmsError):
            system.devices.remove(device)
        folder.close()
        raise
    return device


def mount_at_boot(process: Process, mounts: Iterable[FolderMount]) -> None:
    """The folders that the operator named when he started the node, for everybody."""
    for mount in mounts:
        mount_folder(process, mount.device, mount.folder, MountKind.SYSTEM, writable=mount.writable)
