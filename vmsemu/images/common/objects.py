"""Protected objects by class, as SET SECURITY and SHOW SECURITY handle them: owner, protection and access control list.

Files, volumes, devices, queues and logical name tables. The other classes (event flag clusters, global sections, resource domains, capabilities,
the class of classes) have no objects here. Source: Guide to System Security, "Descriptions of object classes"; DCL Dictionary, SHOW SECURITY.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from vmsemu.base.condition import VmsError
from vmsemu.base.privilege import Privilege
from vmsemu.base.protection import Protection
from vmsemu.base.uic import Uic
from vmsemu.dcl.errors import at_segment
from vmsemu.files.mount import Device, DiskDevice
from vmsemu.images.common.devices import disk_drive
from vmsemu.images.context import ImageContext
from vmsemu.lnm.table import LogicalNameTable
from vmsemu.queue.manager import QueueManager
from vmsemu.queue.queue import Queue
from vmsemu.security.access import CONTROL, check_access
from vmsemu.security.acl import OBJECT_ACCESS, AccessNames
from vmsemu.services.device_security import device_profile, set_device_profile
from vmsemu.services.rms import FoundFile
from vmsemu.tables.facilities import CLI, SS

SYSTEM_UIC = Uic(1, 4)


@dataclass(frozen=True, slots=True)
class ObjectProfile:
    """The security profile of an object."""

    owner: Uic
    protection: Protection
    acl: tuple[str, ...] = ()


class ProtectedObject:
    """One object of a class other than FILE. `name` is as it is shown."""

    object_class = ""

    def __init__(self, ctx: ImageContext, name: str) -> None:
        self.ctx = ctx
        self.name = name

    @property
    def names(self) -> AccessNames:
        return OBJECT_ACCESS[self.object_class]

    def profile(self) -> ObjectProfile:
        raise NotImplementedError

    def store(self, profile: ObjectProfile) -> None:
        """Make the profile that of the object. Errors: those of its class."""
        raise NotImplementedError

    def change(self, profile: ObjectProfile) -> None:
        """As store, for who has control access and may give objects to the new owner. Errors: SS.NOPRIV."""
        now = self.profile()
        if not check_access(self.ctx.process.credentials, now.owner, now.protection, now.acl, CONTROL, self.names):
            raise SS.NOPRIV.error()
        if profile.owner != now.owner and not self.ctx.files.security.may_own(profile.owner):
            raise SS.NOPRIV.error()
        self.store(profile)


class VolumeObject(ProtectedObject):
    """A mounted volume, named by its device."""

    object_class = "VOLUME"

    def __init__(self, ctx: ImageContext, device: DiskDevice) -> None:
        super().__init__(ctx, device.name)
        if device.volume is None:
            raise SS.DEVNOTMOUNT.error()
        self.volume = device.volume

    def profile(self) -> ObjectProfile:
        return ObjectProfile(self.volume.owner, self.volume.protection, self.volume.attributes.acl)

    def store(self, profile: ObjectProfile) -> None:
        self.volume.describe(owner=profile.owner, protection=profile.protection)
        self.volume.set_attributes(replace(self.volume.attributes, acl=profile.acl))


class DeviceObject(ProtectedObject):
    """A device. Its profile lasts as long as the system runs."""

    object_class = "DEVICE"

    def __init__(self, ctx: ImageContext, device: Device) -> None:
        super().__init__(ctx, device.name)
        self.device = device

    def profile(self) -> ObjectProfile:
        return ObjectProfile(*device_profile(self.ctx.system, self.device))

    def store(self, profile: ObjectProfile) -> None:
        set_device_profile(self.ctx.system, self.device, (profile.owner, profile.protection, profile.acl))


class QueueObject(ProtectedObject):
    """A queue."""

    object_class = "QUEUE"

    def __init__(self, ctx: ImageContext, manager: QueueManager, queue: Queue) -> None:
        super().__init__(ctx, queue.name)
        self.manager = manager
        self.queue = queue

    def profile(self) -> ObjectProfile:
        return ObjectProfile(self.queue.owner, self.queue.protection, self.queue.acl)

    def change(self, profile: ObjectProfile) -> None:
        if Privilege.OPER in self.ctx.process.privileges:  # who has OPER manages every queue
            self.store(profile)
        else:
            super().change(profile)

    def store(self, profile: ObjectProfile) -> None:
        self.manager.set_queue(self.name, owner=profile.owner, protection=profile.protection, acl=profile.acl)


class TableObject(ProtectedObject):
    """A logical name table. Only what the tables keep can be changed: fidelity: owner and protection of shareable ones, no ACL."""

    object_class = "LOGICAL_NAME_TABLE"

    def __init__(self, ctx: ImageContext, table: LogicalNameTable, name: str) -> None:
        super().__init__(ctx, name)
        self.table = table

    def profile(self) -> ObjectProfile:
        return ObjectProfile(self.table.owner or SYSTEM_UIC, self.table.protection or Protection(15, 1, 1, 1))

    def store(self, profile: ObjectProfile) -> None:
        if profile.acl:
            raise SS.UNSUPPORTED.error()
        self.table.owner, self.table.protection = profile.owner, profile.protection


def class_of(text: str | None) -> str:
    """The object class a qualifier names; FILE without one. Errors: CLI.IVKEYW for what is no class, or has no objects here."""
    if text is None:
        return "FILE"
    word = text.upper()
    found = next((name for name in OBJECT_ACCESS if word and name.startswith(word)), None)
    if found is None:
        raise at_segment(CLI.IVKEYW, text)
    return found


def find_object(ctx: ImageContext, object_class: str, name: str) -> ProtectedObject:
    """The object of that name, not a file. Errors: SS.NOSUCHDEV, SS.DEVNOTMOUNT, SS.NOTFILEDEV, SS.NOLOGTAB, those of queues."""
    if object_class == "QUEUE":
        manager = ctx.system.part(QueueManager)
        return QueueObject(ctx, manager, manager.find_queue(name, ctx.process.names))
    if object_class == "LOGICAL_NAME_TABLE":
        tables = list(ctx.process.names.resolve(name))
        if not tables:
            raise SS.NOLOGTAB.error()
        return TableObject(ctx, tables[0], name.upper())
    if object_class == "VOLUME":
        return VolumeObject(ctx, disk_drive(ctx, name, SS.NOTFILEDEV))
    try:
        return DeviceObject(ctx, ctx.files.device_of(name if name.endswith(":") else name + ":"))
    except VmsError:
        raise SS.NOSUCHDEV.error() from None


def file_profile(found: FoundFile) -> ObjectProfile:
    """The security profile of a file."""
    return ObjectProfile(found.header.owner, found.header.protection, found.header.acl)


def object_protection(parts: Iterable[str], names: AccessNames, base: Protection) -> Protection:
    """`SYSTEM:RWPL` and so on with the letters of the class; classes that are not named keep `base`. Errors: CLI.IVPROT."""
    masks = {name: getattr(base, name) for name in ("system", "owner", "group", "world")}
    initials = [name[0] for name in names[:4]]
    for part in parts:
        word, _, letters = part.partition(":")
        if any(letter not in initials for letter in letters):
            raise at_segment(CLI.IVPROT, part)
        masks[word.lower()] = sum(1 << initials.index(letter) for letter in set(letters))
    return Protection(**masks)


def protection_text(protection: Protection, names: AccessNames) -> str:
    """`(System: RWED, Owner: RWED, Group: RE, World)`: a class without access stands alone."""
    out = []
    for word in ("System", "Owner", "Group", "World"):
        mask = getattr(protection, word.lower())
        letters = "".join(name[0] for at, name in enumerate(names[:4]) if mask >> at & 1)
        out.append(f"{word}: {letters}" if letters else word)
    return f"({', '.join(out)})"
