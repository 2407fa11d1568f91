"""Who may use a device: owner, protection (Read, Write, Physical, Logical) and access control list. It lasts until the system is booted again.

A device whose profile was never set has that of its kind, and its driver alone decides. Mailboxes keep their own owner and protection.
Source: Guide to System Security, "Devices"; DCL Dictionary, SET SECURITY.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vmsemu.base.protection import Protection
from vmsemu.base.uic import Uic
from vmsemu.files.mount import DeviceClass
from vmsemu.security.access import READ, check_access
from vmsemu.security.acl import OBJECT_ACCESS

if TYPE_CHECKING:
    from vmsemu.services.process import Process
    from vmsemu.services.system import System

DeviceProfile = tuple[Uic, Protection, tuple[str, ...]]
_SYSTEM = Uic(1, 4)
_RWPL = 15
_DISK = Protection(_RWPL, _RWPL, READ, 0)
_OTHER = Protection(_RWPL, _RWPL, 0, 0)


class DeviceProfiles:
    """The profiles that were set on this node, by device name."""

    def __init__(self) -> None:
        self.by_name: dict[str, DeviceProfile] = {}


def _profiles(system: System) -> DeviceProfiles:
    if DeviceProfiles not in system.parts:
        system.add_part(DeviceProfiles())
    return system.part(DeviceProfiles)


def device_profile(system: System, device: Any) -> DeviceProfile:
    """Owner, protection and ACL of a device."""
    found = _profiles(system).by_name.get(device.name)
    if found is not None:
        return found
    if device.device_class is DeviceClass.MAILBOX and hasattr(device, "owner_uic"):
        return device.owner_uic, device.protection, ()
    return _SYSTEM, _DISK if device.device_class is DeviceClass.DISK else _OTHER, ()


def set_device_profile(system: System, device: Any, profile: DeviceProfile) -> None:
    """SET SECURITY/CLASS=DEVICE."""
    _profiles(system).by_name[device.name] = profile
    if hasattr(device, "owner_uic"):
        device.owner_uic, device.protection = profile[:2]


def device_allowed(process: Process, device: Any, wanted: int) -> bool:
    """May the process do that with the device? One that it owns it may use in any case."""
    profile = _profiles(process.system).by_name.get(device.name)
    if profile is None or getattr(device, "owner", None) is process:
        return True
    owner, protection, acl = profile
    return check_access(process.credentials, owner, protection, acl, wanted, OBJECT_ACCESS["DEVICE"])
