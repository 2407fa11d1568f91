"""$MOUNT, $DISMOU and $INIT_VOL: volumes on the drives of a node.

A private mount belongs to a job and goes with it; /SHARE, /GROUP and /SYSTEM mounts stay until DISMOUNT. While files are open a volume is
not dismounted; it can be marked for dismount, and then goes with its last file. A volume's writes are committed with those of the system
disk; its medium is let go of when it is dismounted.

Left out: foreign volumes, volume sets, tapes. Source: System Services Reference, $MOUNT, $DISMOU, $INIT_VOL.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any

from vmsemu.base.condition import VmsError
from vmsemu.base.privilege import Privilege
from vmsemu.base.uic import Uic
from vmsemu.files.mount import DiskDevice
from vmsemu.files.volume import Volume
from vmsemu.lnm.names import AccessMode
from vmsemu.security.access import READ
from vmsemu.services.process import Process
from vmsemu.services.quota import enforce_quotas
from vmsemu.store.port import Store, StoreError
from vmsemu.tables.facilities import SS


class MountKind(Enum):
    """For whom a volume is mounted."""

    PRIVATE = "PRIVATE"
    SHARE = "SHARE"
    GROUP = "GROUP"
    SYSTEM = "SYSTEM"

    @property
    def table(self) -> str:
        """Where the logical name of the volume goes."""
        return {MountKind.GROUP: "LNM$GROUP", MountKind.SYSTEM: "LNM$SYSTEM"}.get(self, "LNM$JOB")

    @property
    def privilege(self) -> Privilege | None:
        """What it takes to mount and dismount so."""
        return {MountKind.GROUP: Privilege.GRPNAM, MountKind.SYSTEM: Privilege.SYSNAM}.get(self)


@dataclass
class Mounting:
    """How the volume of a drive came there. `root` is the job's main process, for private mounts."""

    kind: MountKind
    root: Process
    logical_name: str
    marked: bool = False


def open_medium(device: DiskDevice) -> Store:
    """The pack in the drive. Errors: SS.DEVMOUNT; SS.MEDOFL when there is none, or it is nothing a drive of ours can read."""
    if device.volume is not None:
        raise SS.DEVMOUNT.error()
    if device.medium is None:
        raise SS.MEDOFL.error()
    try:
        return device.medium()
    except StoreError:
        raise SS.MEDOFL.error() from None


def read_volume(process: Process, store: Store) -> Volume | None:
    """The volume on a pack, None when it was never initialized."""
    kernel = process.system.kernel
    try:
        return Volume(store, lambda: kernel.now)
    except StoreError:
        return None


def enter_volume(process: Process, device: DiskDevice, volume: Volume, kind: MountKind, logical_name: str) -> None:
    """Put a volume that `read_volume` found into use, with its logical name.

    Errors: SS.DEVMOUNT, SS.DEVALLOC, those of names; SS.NOPRIV for one that may not be read, without VOLPRO.
    """
    system = process.system
    _check_allocation(process, device)
    if not process.files.security.volume_allowed(volume, READ) and Privilege.VOLPRO not in process.privileges:
        raise SS.NOPRIV.error()
    system.devices.mount(device, volume)
    enforce_quotas(system, volume)
    system.kernel.committers.append(volume.store)
    root = process.root
    device.mounting = Mounting(kind, root, logical_name)
    process.names.define(logical_name, [device.name], table=kind.table, mode=AccessMode.EXEC)
    if kind is MountKind.PRIVATE:
        root.accounting.volumes += 1
        root.rundown.append(partial(_job_ends, root, device, volume))


def _check_allocation(process: Process, device: DiskDevice) -> None:
    """Only the job that allocated a drive may use it. Errors: SS.DEVALLOC."""
    for other in process.system.processes:
        if device.name in other.attributes.get("allocated", ()) and other.root is not process.root:
            raise SS.DEVALLOC.error()


def _job_ends(root: Process, device: DiskDevice, volume: Volume) -> None:
    if device.volume is volume:
        dismount(root, device, mark=True)


def check_dismount(process: Process, device: DiskDevice) -> None:
    """Errors: SS.DEVNOTMOUNT; SS.NOPRIV for a volume that others may use; SS.DEVALLOC for another job's own volume."""
    if device.volume is None:
        raise SS.DEVNOTMOUNT.error()
    mounting: Mounting | None = device.mounting
    if mounting is None:
        return
    needed = mounting.kind.privilege
    if needed is not None and needed not in process.privileges and Privilege.SYSNAM not in process.privileges:
        raise SS.NOPRIV.error()
    if needed is None and mounting.root is not process.root and Privilege.SYSNAM not in process.privileges:
        raise SS.DEVALLOC.error()


def dismount(process: Process, device: DiskDevice, *, mark: bool = False) -> bool:
    """Take a volume out of use. With `mark`, one with open files goes when the last is closed; False tells that it waits for that.

    Errors: SS.DEVNOTMOUNT, SS.DEVASSIGN for open files.
    """
    volume = device.volume
    if volume is None:
        raise SS.DEVNOTMOUNT.error()
    if mark and volume.open_files:
        if device.mounting is not None:
            device.mounting.marked = True
        volume.when_idle = partial(_let_go, process, device, volume)
        return False
    _let_go(process, device, volume)
    return True


def _let_go(process: Process, device: DiskDevice, volume: Volume) -> None:
    """The volume's last writes become durable, its name and its place in the commit go, the medium is closed."""
    system = process.system
    system.devices.dismount(device)
    volume.when_idle = None
    mounting: Mounting | None = device.mounting
    device.mounting = None
    volume.store.commit()
    system.kernel.committers.remove(volume.store)
    volume.store.close()
    if device.gone is not None:
        device.gone()
    if mounting is None:
        return
    if mounting.kind is MountKind.PRIVATE:
        mounting.root.accounting.volumes -= 1
    names = mounting.root.names if mounting.kind.privilege is None else process.names
    with suppress(VmsError):  # someone may have deassigned it
        names.delete(mounting.logical_name, mounting.kind.table, AccessMode.EXEC)


def initialize_volume(process: Process, device: DiskDevice, label: str, *, owner: Uic, **options: Any) -> None:
    """Write an empty volume on the pack in a drive. The options are those of files/initialize.py; what is left out follows from the size.

    Errors: as open_medium; SS.NOPRIV for another owner's volume without VOLPRO; SS.BADPARAM for sizes that cannot be.
    """
    _check_allocation(process, device)
    store = open_medium(device)
    try:
        old = read_volume(process, store)
        if old is not None and old.owner not in (process.uic, Uic(0, 0)) and Privilege.VOLPRO not in process.privileges:
            raise SS.NOPRIV.error()
        Volume.initialize(store, label, now=process.system.now, blocks=device.blocks, owner=owner, **options)
        store.commit()
    finally:
        store.close()
