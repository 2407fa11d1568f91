"""Every kind of volume there is, for the tests that hold for all of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.files.host_volume import HostVolume
from vmsemu.files.volume import Volume
from vmsemu.host.folder import Folder
from vmsemu.store.faulty import FaultyStore
from vmsemu.store.memory import MemoryStore
from vmsemu.store.port import Store
from vmsemu.store.sqlite import SqliteStore

NOW = VmsTime.of(2001, 5, 14, 10)
OWNER = Uic(1, 4)

STORES: dict[str, Callable[[Path], Store]] = {
    "memory": lambda folder: MemoryStore(),
    "sqlite": lambda folder: SqliteStore(folder / "disk.vms"),
    "faulty": lambda folder: FaultyStore(MemoryStore()),
}
DISKS = [*STORES, "memory, extended names", "memory, large clusters"]
KINDS = [*DISKS, "host folder"]


class Kind:
    """One volume, and how it is mounted again."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self.store: Store | None = None
        if name != "host folder":
            self.store = STORES[name.partition(",")[0]](folder)
            structure, cluster = (5, 0) if "extended" in name else (2, 9 if "large" in name else 1)
            Volume.initialize(self.store, "TEST", now=NOW, blocks=20_000, cluster=cluster, structure=structure)
            self.store.commit()
        self.volume = self._mounted()

    def _mounted(self) -> Volume:
        if self.store is None:
            return HostVolume(Folder(str(self.folder)), lambda: NOW, "TEST", OWNER, writable=True)
        return Volume(self.store, lambda: NOW)

    def remount(self) -> Volume:
        """Commit, forget everything, mount."""
        if self.store is not None:
            self.store.commit()
        if self.name == "sqlite":
            assert self.store is not None
            self.store.close()
            self.store = STORES["sqlite"](self.folder)
        self.volume = self._mounted()
        return self.volume

    def close(self) -> None:
        if self.store is not None:
            self.store.close()
