"""A small node with a queue manager for the tests of queues: memory, virtual time, a few accounts, no command interpreter."""

from vmsemu.base.privilege import Privilege, PrivilegeSet
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.base.uic import Uic
from vmsemu.files.mount import DeviceTable, DiskDevice
from vmsemu.files.volume import Volume
from vmsemu.kernel.clock import VirtualClock
from vmsemu.kernel.kernel import Kernel, sleep
from vmsemu.lnm.names import LogicalNames
from vmsemu.lnm.table import Translation
from vmsemu.queue.manager import QueueManager
from vmsemu.queue.status import QueueKind
from vmsemu.queue.symbiont import StartTask, find_symbiont
from vmsemu.security.access import Credentials
from vmsemu.security.fresh import write_fresh_databases
from vmsemu.security.rights import RightsDatabase
from vmsemu.security.sysuaf import Sysuaf, UafRecord
from vmsemu.services.process import ProcessTable
from vmsemu.services.system import Entropy, Profile, System
from vmsemu.store.memory import MemoryStore
from vmsemu.tables.facilities import SS

BOOT = VmsTime.of(2001, 5, 14, 10)
SMITH = Credentials(Uic(0o200, 0o201), PrivilegeSet.NONE, ("SMITH",))
JONES = Credentials(Uic(0o200, 0o202), PrivilegeSet.NONE, ("JONES",))
OPERATOR = Credentials(Uic(0o300, 1), PrivilegeSet.of(Privilege.OPER), ("OTHER",))


def new_store() -> MemoryStore:
    """A disk as a fresh node has it."""
    store = MemoryStore()
    Volume.initialize(store, "ALPHASYS", blocks=100_000, owner=Uic(1, 1), now=BOOT)
    volume = Volume(store, lambda: BOOT)
    root = volume.find_directory(())
    common = volume.create_directory(root, "VMS$COMMON", owner=Uic(1, 4))
    for name in ("SYSEXE", "SYSMGR"):
        volume.create_directory(common.fid, name, owner=Uic(1, 4))
    for at, name in enumerate(("SMITH", "JONES", "OTHER")):
        volume.create_directory(root, name, owner=Uic(0o200, 0o201 + at))
    accounts = [
        UafRecord("SMITH", Uic(0o200, 0o201), account="DOC", directory="[SMITH]"),
        UafRecord("JONES", Uic(0o200, 0o202), directory="[JONES]"),
    ]
    write_fresh_databases(volume, BOOT, accounts)
    return store


WORLDS: list["World"] = []


def close_worlds() -> None:
    """End what the processes of every world were doing."""
    for world in WORLDS:
        for process in world.system.processes:
            process.task.body.close()
    WORLDS.clear()


class World:
    """One boot of the node on a disk. `sessions` is what batch jobs do, by the name of their first file."""

    def __init__(self, store: MemoryStore | None = None, now: VmsTime = BOOT) -> None:
        WORLDS.append(self)
        self.store = store or new_store()
        self.kernel = Kernel(VirtualClock(now))
        self.kernel.committers.append(self.store)
        volume = Volume(self.store, lambda: self.kernel.now)
        devices = DeviceTable()
        devices.add(DiskDevice("DKA0:", volume))
        names = LogicalNames()
        names.define_system("SYS$SYSDEVICE", "DKA0:")
        names.define_system("SYS$COMMON", Translation("DKA0:[VMS$COMMON.]", concealed=True, terminal=True))
        names.define_system("SYS$SYSTEM", "SYS$COMMON:[SYSEXE]")
        names.define_system("SYS$MANAGER", "SYS$COMMON:[SYSMGR]")
        self.system = System(
            kernel=self.kernel, node_name="ALPHA1", domain="example.com", profile=Profile(), boot_time=now, devices=devices,
            logical_names=names, processes=ProcessTable(), sysuaf=Sysuaf(volume), rights=RightsDatabase(volume), entropy=Entropy(),
        )  # fmt: skip
        self.bugs: list[BaseException] = []
        self.system.on_bugcheck = lambda process, error: self.bugs.append(error)
        self.manager = QueueManager(self.system)
        self.system.add_part(self.manager)
        self.manager.batch.session = self.session
        self.ran: list = []
        self.work = DeltaTime.of(seconds=10)
        self.status = SS.NORMAL.value

    async def session(self, process, job):
        self.ran.append(job)
        process.output.write(f"{job.name} begins")
        if self.work:
            await sleep(self.kernel, self.work)
        process.output.write(f"{job.name} ends")
        return self.status

    def start(self, new: bool = True) -> QueueManager:
        self.manager.start(new_version=new)
        self.settle()
        return self.manager

    def settle(self) -> None:
        self.kernel.run_until_idle()
        assert not self.bugs, self.bugs

    def advance(self, **delta: int) -> None:
        self.kernel.run_until(VmsTime(self.kernel.now + DeltaTime.of(**delta)))
        assert not self.bugs, self.bugs

    def submit(self, queue: str = "SYS$BATCH", file: str = "DKA0:[SMITH]WORK.COM;1", **attributes):
        return self.manager.submit(queue, [file], username="SMITH", uic=SMITH.uic, **attributes)

    def batch_queue(self, name: str = "SYS$BATCH", **attributes) -> None:
        self.manager.initialize_queue(name, kind=QueueKind.BATCH, **attributes)
        self.manager.start_queue(name)

    def server_queues(self, count: int = 1, **attributes) -> None:
        """MAIL_00 and its execution queues MAIL_01 and so on, served by `deliver`."""
        names = [f"MAIL_{n:02d}" for n in range(1, count + 1)]
        self.manager.symbionts.loader = lambda name: find_symbiont(name)
        for name in names:
            self.manager.initialize_queue(name, kind=QueueKind.PRINTER, processor="TEST_SYMBIONT", **attributes)
            self.manager.start_queue(name)
        self.settle()
        self.manager.initialize_queue("MAIL_00", kind=QueueKind.PRINTER, generic=True, targets=names)
        self.manager.start_queue("MAIL_00")
        self.settle()

    def crash(self) -> "World":
        """The host process is killed: what was committed is there, nothing else. The next boot comes a minute later."""
        self.kernel.commit()
        rows = list(self.store.scan(b"", b"\xff" * 16))
        store = MemoryStore()
        for key, value in rows:
            store.put(key, value)
        store.commit()
        return World(store, VmsTime(self.kernel.now + DeltaTime.of(minutes=1)))


class Deliveries:
    """What the test symbiont does: `answer(task)` gives (condition, retry time); `work` is how long it takes."""

    def __init__(self) -> None:
        self.tasks: list[StartTask] = []
        self.messages: list[str] = []
        self.work = DeltaTime(0)
        self.answer = lambda task: (SS.NORMAL, None)
