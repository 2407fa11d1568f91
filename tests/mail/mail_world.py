"""The node that tests of MAIL use."""

from dataclasses import replace

from vmsemu.base.privilege import PrivilegeSet
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.files.mount import DeviceTable, DiskDevice
from vmsemu.files.volume import Volume
from vmsemu.kernel.clock import VirtualClock
from vmsemu.kernel.kernel import Kernel
from vmsemu.lnm.names import LogicalNames, ProcessNames
from vmsemu.lnm.table import Translation
from vmsemu.mail.callable import Mail
from vmsemu.mail.mail_file import MailFile
from vmsemu.security.fresh import write_fresh_databases
from vmsemu.security.rights import RightsDatabase
from vmsemu.security.sysuaf import Sysuaf, UafFlags, UafRecord
from vmsemu.services.process import Process, ProcessMode, ProcessTable
from vmsemu.services.system import Entropy, Profile, System
from vmsemu.store.faulty import FaultyStore
from vmsemu.store.memory import MemoryStore

BOOT = VmsTime.of(2001, 5, 14, 10)


class Screen:
    """A terminal that keeps what is broadcast to it."""

    device_class = 66
    broadcast_enabled = True

    def __init__(self, name: str, owner: Process) -> None:
        self.name = name
        self.owner = owner
        self.shown: list[str] = []

    def broadcast(self, lines: list[str]) -> None:
        self.shown += lines


class MailWorld:
    """A node without DCL: accounts SMITH, JONES, NOMAIL (DisMail), mail, logical names."""

    def __init__(self, blocks: int = 100_000, *, node: str = "ALPHA1", kernel: Kernel | None = None) -> None:
        self.kernel = kernel or Kernel(VirtualClock(BOOT))
        self.store = store = FaultyStore(MemoryStore())
        Volume.initialize(store, "ALPHASYS", blocks=blocks, owner=Uic(1, 1), now=BOOT)
        self.volume = volume = Volume(store, lambda: self.kernel.now)
        for root in ("SYS0", "VMS$COMMON"):
            made = volume.create_directory(volume.find_directory(()), root, owner=Uic(1, 4))  # type: ignore[arg-type]
            volume.create_directory(made.fid, "SYSEXE", owner=Uic(1, 4))
        accounts = [
            UafRecord("SMITH", Uic(0o200, 0o201), directory="[SMITH]"),
            UafRecord("JONES", Uic(0o200, 0o202), directory="[JONES]"),
            UafRecord("NOMAIL", Uic(0o200, 0o203), directory="[NOMAIL]", flags=UafFlags.DISMAIL),
        ]
        write_fresh_databases(volume, BOOT, accounts, node=node)
        devices = DeviceTable()
        devices.add(DiskDevice("DKA0:", volume))
        names = LogicalNames()
        names.define_system("SYS$SYSDEVICE", "DKA0:")
        names.define_system("SYS$COMMON", Translation("DKA0:[VMS$COMMON.]", concealed=True, terminal=True))
        names.define_system("SYS$SYSTEM", "DKA0:[SYS0.SYSEXE]", "SYS$COMMON:[SYSEXE]")
        self.system = System(
            kernel=self.kernel, node_name=node, domain="example.com", profile=Profile(), boot_time=BOOT, devices=devices,
            logical_names=names, processes=ProcessTable(), sysuaf=Sysuaf(volume), rights=RightsDatabase(volume), entropy=Entropy(),
        )  # fmt: skip
        self.mail = Mail(self.system)
        self.system.add_part(self.mail)

    def process(self, username: str, *, privileges: PrivilegeSet | None = None) -> Process:
        """An interactive process without a task."""
        record = self.system.sysuaf.require(username)
        granted = record.default if privileges is None else privileges
        pid = self.system.processes.new_pid()
        process = Process(
            self.system, pid, f"{username}_{pid & 0xFFFF}", username, record.uic, ProcessMode.INTERACTIVE, granted, granted,
            ProcessNames(self.system.logical_names, record.uic.group), record=record,
        )  # fmt: skip
        process.names.define("SYS$DISK", ["DKA0:"])
        process.default_directory = record.directory
        self.system.processes.add(process)
        return process

    def log_in(self, username: str) -> Screen:
        """A user at a terminal."""
        process = self.process(username)
        screen = Screen(f"TNA{len(self.system.processes)}:", process)
        self.system.devices.add(screen)  # type: ignore[arg-type]
        return screen

    def set_profile(self, username: str, **changes: object) -> None:
        self.mail.profiles.put(replace(self.mail.profile(username), **changes))  # type: ignore[arg-type]

    def forward(self, username: str, address: str) -> None:
        self.set_profile(username, forwarding=address)

    def file(self, username: str) -> MailFile:
        opened = self.mail.open_of_user(username)
        assert opened is not None
        return opened

    def subjects(self, username: str, folder: str = "NEWMAIL") -> list[str]:
        """What lies in a folder of a user's mail file."""
        opened = self.mail.open_of_user(username)
        if opened is None:
            return []
        try:
            return [header.subject for header in opened.headers(folder)]
        finally:
            opened.close()

    def write_file(self, username: str, spec: str, lines: list[str]) -> None:
        file = self.process(username).files.create(spec)
        for line in lines:
            file.put_text(line)
        file.close()

    def close(self) -> None:
        self.kernel.run_until_idle()
