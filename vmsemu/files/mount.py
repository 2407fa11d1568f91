"""The device table of a node: disks with their volumes, the null device, and whatever devices higher floors add.

A device is anything with `name` (`DKA0:`) and `device_class`; record devices (terminals, mailboxes, NLA0:) also offer `open_stream`.
Source: SHOW DEVICES; System Services Reference, $GETDVI.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import Any, Protocol

from vmsemu.files.volume import Volume
from vmsemu.store.port import Store
from vmsemu.tables.facilities import RMS, SS

DISK_BLOCKS = 4_110_480
_SHORT = re.compile(r"((?:\$\d+\$)?[A-Z]{2})([A-Z]?)(\d*)\Z")


class DeviceClass(IntEnum):
    """DVI$_DEVCLASS."""

    DISK = 1
    TAPE = 2
    SCOM = 32
    CARD = 65
    TERM = 66
    LP = 67
    WORKSTATION = 70
    REALTIME = 96
    BUS = 128
    MAILBOX = 160
    MISC = 200


class Device(Protocol):
    """What every device has."""

    @property
    def name(self) -> str:
        """`DKA0:`, with its colon and without underscore."""
        ...

    @property
    def device_class(self) -> DeviceClass: ...


class DiskDevice:
    """A disk drive, with a volume when one is mounted.

    `medium` opens the pack that lies in the drive, `blocks` is its size; a drive without one cannot be mounted. `mounting` belongs to
    services/mount.py: how the volume was mounted, and by whom. `gone` is told when it was dismounted. A `remote` one is a folder of the host.
    """

    device_class = DeviceClass.DISK

    def __init__(self, name: str, volume: Volume | None = None, medium: Callable[[], Store] | None = None) -> None:
        self.name = name
        self.volume = volume
        self.medium = medium
        self.gone: Callable[[], None] | None = None
        self.remote = False
        self.blocks = DISK_BLOCKS
        self.mounting: Any = None
        self.error_count = 0
        self.mount_count = 1 if volume is not None else 0

    @property
    def mounted(self) -> bool:
        return self.volume is not None


class NullStream:
    """NLA0: as a stream: reads are at end of file, writes vanish."""

    name = "NLA0:"
    is_terminal = False

    def write(self, text: str) -> None:
        pass

    def write_raw(self, text: str) -> None:
        pass

    async def read(self, prompt: str = "", *, echo: bool = True, deadline: Any = None) -> str:
        raise RMS.EOF.error()

    def close(self) -> None:
        pass


class NullDevice:
    """NLA0:"""

    name = "NLA0:"
    device_class = DeviceClass.MAILBOX

    def open_stream(self, process: Any, mode: str) -> NullStream:
        return NullStream()


class DeviceTable:
    """The devices of a node by name. `generation` grows when a disk comes, goes, or changes its volume."""

    def __init__(self) -> None:
        self._devices: dict[str, Device] = {}
        self._found: dict[str, Device] = {}
        self.generation = 0
        self.add(NullDevice())

    def add(self, device: Device) -> None:
        """Errors: SS.DUPLNAM when there is one of that name."""
        if device.name in self._devices:
            raise SS.DUPLNAM.error()
        self._devices[device.name] = device
        self._came_or_went(device)

    def remove(self, device: Device) -> None:
        if self._devices.pop(device.name, None) is not None:
            self._came_or_went(device)

    def _came_or_went(self, device: Device) -> None:
        """Sockets and terminals do so all the time, and nobody keeps them."""
        if isinstance(device, DiskDevice):
            self.changed()
        else:
            self._found.clear()

    def changed(self) -> None:
        """A volume was mounted or dismounted: what callers keep about devices is void."""
        self.generation += 1
        self._found.clear()

    def find(self, name: str) -> Device:
        """The device of a physical name, with or without `_` and `:`; `DK` is DKA0, `DKB` is DKB0.

        Errors: SS.NOSUCHDEV; SS.IVDEVNAM when it cannot be the name of a device.
        """
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = self._search(name)
        return found

    def _search(self, name: str) -> Device:
        word = name.upper().lstrip("_").removesuffix(":")
        found = self._devices.get(word + ":")
        if found is None and (parts := _SHORT.match(word)):
            found = self._devices.get(f"{parts[1]}{parts[2] or 'A'}{parts[3] or '0'}:")
        if found is None:
            raise (SS.NOSUCHDEV if re.fullmatch(r"[A-Z0-9$_]+", word) else SS.IVDEVNAM).error()
        return found

    def find_or_none(self, name: str) -> Device | None:
        """As find, None when there is no such device."""
        word = name.upper().lstrip("_").removesuffix(":")
        return self._devices.get(word + ":")

    def disk(self, name: str) -> DiskDevice:
        """A disk by name. Errors: SS.NOSUCHDEV, SS.IVDEVNAM."""
        found = self.find(name)
        if not isinstance(found, DiskDevice):
            raise SS.IVDEVNAM.error()
        return found

    def volume(self, name: str) -> Volume:
        """The volume mounted on a disk. Errors: SS.NOSUCHDEV, SS.IVDEVNAM, SS.DEVNOTMOUNT."""
        volume = self.disk(name).volume
        if volume is None:
            raise SS.DEVNOTMOUNT.error()
        return volume

    def mount(self, device: DiskDevice, volume: Volume) -> None:
        """Errors: SS.DEVMOUNT."""
        if device.volume is not None:
            raise SS.DEVMOUNT.error()
        device.volume = volume
        device.mount_count = 1
        self.changed()

    def dismount(self, device: DiskDevice) -> None:
        """Errors: SS.DEVNOTMOUNT; SS.DEVACTIVE while files are open."""
        if device.volume is None:
            raise SS.DEVNOTMOUNT.error()
        if device.volume.open_files:
            raise SS.DEVASSIGN.error()
        device.volume = None
        device.mount_count = 0
        self.changed()

    def __iter__(self) -> Iterator[Device]:
        """The devices in order of name, units in order of number."""
        return iter(sorted(self._devices.values(), key=lambda device: device_order(device.name)))

    def __len__(self) -> int:
        return len(self._devices)


def device_order(name: str) -> tuple[str, int]:
    """DKA2: before DKA10:"""
    found = re.match(r"(.*?)(\d*):?\Z", name)
    assert found is not None
    return found[1], int(found[2] or 0)
