"""A small node for tests of the services: memory, virtual time, three accounts."""

import pytest

from vmsemu.base.privilege import PrivilegeSet
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.files.mount import DeviceTable, DiskDevice
from vmsemu.files.volume import Volume
from vmsemu.kernel.clock import VirtualClock
from vmsemu.kernel.kernel import Kernel
from vmsemu.lnm.names import LogicalNames
from vmsemu.security.fresh import write_fresh_databases
from vmsemu.security.rights import RightsDatabase
from vmsemu.security.sysuaf import Quotas, Sysuaf, UafRecord
from vmsemu.services.process import ProcessTable
from vmsemu.services.system import Entropy, Profile, System
from vmsemu.store.memory import MemoryStore

BOOT = VmsTime.of(2001, 5, 14, 10)


@pytest.fixture
def system():
    kernel = Kernel(VirtualClock(BOOT))
    store = MemoryStore()
    Volume.initialize(store, "ALPHASYS", blocks=100_000, owner=Uic(1, 1), now=BOOT)
    volume = Volume(store, lambda: kernel.now)
    for root in ("SYS0", "VMS$COMMON"):
        made = volume.create_directory(volume.find_directory(()), root, owner=Uic(1, 4))
        volume.create_directory(made.fid, "SYSEXE", owner=Uic(1, 4))
    accounts = [
        UafRecord("SMITH", Uic(0o200, 0o201), account="DOC", directory="[SMITH]", quotas=Quotas(prclm=2)),
        UafRecord("JONES", Uic(0o200, 0o202), directory="[JONES]"),
        UafRecord("OTHER", Uic(0o300, 1), directory="[OTHER]", default=PrivilegeSet.NONE, authorized=PrivilegeSet.NONE),
    ]
    write_fresh_databases(volume, BOOT, accounts)
    devices = DeviceTable()
    devices.add(DiskDevice("DKA0:", volume))
    names = LogicalNames()
    names.define_system("SYS$SYSDEVICE", "DKA0:")
    made = System(
        kernel=kernel,
        node_name="ALPHA1",
        domain="example.com",
        profile=Profile(),
        boot_time=BOOT,
        devices=devices,
        logical_names=names,
        processes=ProcessTable(),
        sysuaf=Sysuaf(volume),
        rights=RightsDatabase(volume),
        entropy=Entropy(),
    )
    yield made
    for process in made.processes:
        process.task.body.close()
