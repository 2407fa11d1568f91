"""A small machine for the tests of RMS: two disks, a system root, an ordinary user and a privileged one."""

from __future__ import annotations

from typing import Any, cast

from vmsemu.base.privilege import PrivilegeSet
from vmsemu.base.protection import Protection
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.files.header import FileId
from vmsemu.files.mount import DeviceTable, DiskDevice
from vmsemu.files.volume import MFD, Volume
from vmsemu.kernel.clock import VirtualClock
from vmsemu.kernel.kernel import Kernel
from vmsemu.lnm.names import LogicalNames, ProcessNames
from vmsemu.lnm.table import Translation
from vmsemu.services.process import Process, ProcessMode, ProcessTable
from vmsemu.services.system import Entropy, Profile, System
from vmsemu.store.memory import MemoryStore
from vmsemu.store.port import Store

NOW = VmsTime.of(2001, 5, 14, 10)
SMITH = Uic(0o200, 1)
SYSTEM = Uic(1, 4)
OPEN_TO_ALL = Protection.from_text("S:RWE,O:RWE,G:RE,W:RE")


class RmsWorld:
    """`system` with DKA0: (system disk, SYS0 and common root) and DKA100: ([SMITH], [JONES])."""

    def __init__(self, store: Store | None = None, *, cluster: int = 9, blocks: int = 100_000) -> None:
        self.kernel = Kernel(VirtualClock(NOW))
        self.devices = DeviceTable()
        self.system_volume = self._disk("DKA0:", "ALPHASYS", MemoryStore(), cluster, 100_000)
        self.work = self._disk("DKA100:", "WORK", store if store is not None else MemoryStore(), cluster, blocks)
        self.names = LogicalNames()
        self.system = System(
            kernel=self.kernel, node_name="ALPHA1", domain="example.com", profile=Profile(), boot_time=NOW, devices=self.devices,
            logical_names=self.names, processes=ProcessTable(), sysuaf=cast(Any, None), rights=cast(Any, None), entropy=Entropy(),
        )  # fmt: skip
        self._roots()
        self.make_directory(self.work, "SMITH", SMITH)
        self.make_directory(self.work, "JONES", Uic(0o200, 2))

    def _disk(self, name: str, label: str, store: Store, cluster: int, blocks: int) -> Volume:
        Volume.initialize(store, label, blocks=blocks, now=NOW, cluster=cluster)
        volume = Volume(store, lambda: self.kernel.now)
        self.devices.add(DiskDevice(name, volume))
        self.kernel.committers.append(store)
        return volume

    def make_directory(self, volume: Volume, path: str, owner: Uic, protection: Protection = OPEN_TO_ALL) -> FileId:
        above, here = MFD, ()
        for name in path.split("."):
            here = (*here, name)
            found = volume.find_directory(here)
            above = found if found is not None else volume.create_directory(above, name, owner=owner, protection=protection).fid
        return above

    def _roots(self) -> None:
        volume = self.system_volume
        root = self.make_directory(volume, "SYS0", SYSTEM)
        common = self.make_directory(volume, "VMS$COMMON", SYSTEM)
        volume.enter(root, "SYSCOMMON.DIR", 1, common)
        for name in ("SYSEXE", "SYSMGR"):
            volume.create_directory(root, name, owner=SYSTEM, protection=OPEN_TO_ALL)
            volume.create_directory(common, name, owner=SYSTEM, protection=OPEN_TO_ALL)
        define = self.names.define_system
        define("SYS$SYSROOT", Translation("DKA0:[SYS0.]", concealed=True, terminal=True), "SYS$COMMON:")
        define("SYS$COMMON", Translation("DKA0:[SYS0.SYSCOMMON.]", concealed=True, terminal=True))
        define("SYS$SYSDEVICE", Translation("DKA0:", concealed=True, terminal=True))
        define("SYS$SYSTEM", "SYS$SYSROOT:[SYSEXE]")
        define("SYS$MANAGER", "SYS$SYSROOT:[SYSMGR]")
        define("NL", "NLA0:")

    def process(
        self, uic: Uic = SMITH, *, privileges: PrivilegeSet = PrivilegeSet.NONE, disk: str = "DKA100:", directory: str = "[SMITH]",
        rights: tuple[str, ...] = (),
    ) -> Process:  # fmt: skip
        names = ProcessNames(self.names, uic.group)
        names.define("SYS$DISK", [disk])
        pid = self.system.processes.new_pid()
        process = Process(
            system=self.system, pid=pid, name=f"TEST_{pid:X}", username="SMITH", uic=uic, mode=ProcessMode.OTHER,
            authorized=privileges, privileges=privileges, names=names, rights=rights, default_directory=directory,
        )  # fmt: skip
        self.system.processes.add(process)
        return process


def write(process: Process, spec: str, *lines: str, **options: Any) -> str:
    """Create a file with these records; return its resultant specification."""
    with process.files.create(spec, **options) as file:
        for line in lines:
            file.put_text(line)
    return file.spec.to_text()


def read(process: Process, spec: str) -> list[str]:
    with process.files.open(spec) as file:
        return list(file.lines())


def found(process: Process, spec: str, default: str = "") -> list[str]:
    return [file.spec.to_text() for file in process.files.search(spec, default)]
