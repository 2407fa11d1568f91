"""A small machine for the tests of DCL: two disks in memory, SYSTEM and SMITH, virtual time; what is typed goes in, what DCL writes comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.privilege import PrivilegeSet
from vmsemu.base.protection import Protection
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.dcl import session
from vmsemu.dcl.activation import ImageActivator
from vmsemu.files.mount import DeviceTable, DiskDevice
from vmsemu.files.volume import MFD, Volume
from vmsemu.images.activate import image_in
from vmsemu.images.commands import load_command_tables
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import find_image
from vmsemu.kernel.clock import VirtualClock
from vmsemu.kernel.kernel import Kernel
from vmsemu.lnm.names import LogicalNames
from vmsemu.security.fresh import write_fresh_databases
from vmsemu.security.rights import RightsDatabase
from vmsemu.security.sysuaf import Sysuaf, UafRecord
from vmsemu.services.creprc import create_process
from vmsemu.services.process import ControlY, Process, ProcessMode, ProcessTable
from vmsemu.services.rms import ProcessFiles
from vmsemu.services.stream import CallbackOutput, InputStream, ListInput, NullStream
from vmsemu.services.system import Entropy, Profile, System
from vmsemu.store.memory import MemoryStore
from vmsemu.tables.command import compile_cld
from vmsemu.tables.facilities import RMS

READABLE = Protection.from_text("S:RWED,O:RWED,G:RE,W:RE")
BOOT = VmsTime.of(2001, 12, 14, 13, 5, 30, 12)
SMITH = Uic(0o200, 0o201)
TEST_VERBS = """
DEFINE VERB PROBE
    IMAGE PROBE
    PARAMETER P1, VALUE(REQUIRED), PROMPT="What"
    PARAMETER P2, VALUE(TYPE=$REST_OF_LINE)
    QUALIFIER STATUS, VALUE(REQUIRED)
    QUALIFIER READ
"""
_NO_FLAGS = UafRecord("X", Uic(1, 1)).flags


END = "\x1a"
INTERRUPT = "\x19"


class Typing:
    """A terminal that is typed at: prompts and lines are kept. END is Ctrl/Z, INTERRUPT Ctrl/Y; in the end somebody logs out."""

    is_terminal = True
    name = "OPA0:"

    def __init__(self, lines: Sequence[str | Callable[[], str]], screen: list[str]) -> None:
        self.lines = list(lines)
        self.screen = screen
        self.prompts: list[str] = []

    async def read(self, prompt: str = "", *, echo: bool = True, deadline: Any = None) -> str:
        self.prompts.append(prompt)
        line = self.lines.pop(0) if self.lines else "LOGOUT"
        if callable(line):
            line = line()
        if line == END:
            raise RMS.EOF.error()
        if line == INTERRUPT:
            raise ControlY
        self.screen.append(prompt + (line if echo else ""))
        return line

    def close(self) -> None:
        pass


class DclWorld:
    """`system` with DKA0: (system disk) and DUA1:, and ways to run DCL on it."""

    def __init__(self) -> None:
        self.kernel = Kernel(VirtualClock(BOOT))
        self.devices = DeviceTable()
        self.system_volume = self._disk("DKA0:", "ALPHASYS")
        self.volume = self._disk("DUA1:", "WORK")
        made = [self.system_volume.create_directory(MFD, root, owner=Uic(1, 4), protection=READABLE) for root in ("SYS0", "VMS$COMMON")]
        for root in made:
            for name in ("SYSEXE", "SYSMGR"):
                self.system_volume.create_directory(root.fid, name, owner=Uic(1, 4), protection=READABLE)
        self.volume.create_directory(MFD, "SMITH", owner=SMITH, protection=Protection.from_text("S:RWED,O:RWED,G:RE,W:E"))
        accounts = [UafRecord("SMITH", SMITH, account="DOC", device="DUA1:", directory="[SMITH]")]
        write_fresh_databases(self.system_volume, BOOT, accounts)
        names = LogicalNames()
        for name, value in (("SYS$SYSDEVICE", "DKA0:"), ("SYS$SYSTEM", "DKA0:[SYS0.SYSEXE]"), ("SYS$MANAGER", "DKA0:[SYS0.SYSMGR]"), ("NL", "NLA0:")):
            names.define_system(name, value)
        self.system = System(
            kernel=self.kernel, node_name="ALPHA1", domain="example.com", profile=Profile(), boot_time=BOOT, devices=self.devices,
            logical_names=names, processes=ProcessTable(), sysuaf=Sysuaf(self.system_volume), rights=RightsDatabase(self.system_volume),
            entropy=Entropy(),
        )  # fmt: skip
        self.images: dict[str, Any] = {}
        table = load_command_tables()
        table.merge(compile_cld(TEST_VERBS, "test"))
        self.system.add_part(table)
        self.system.add_part(ImageActivator(self._find_image, ImageContext, image_in, lambda value: None))
        self.output: list[str] = []
        self.failures: list[BaseException] = []
        self.system.on_bugcheck = lambda process, error: self.failures.append(error)
        self.dcl: Any = None

    def _disk(self, name: str, label: str) -> Volume:
        store = MemoryStore()
        Volume.initialize(store, label, blocks=100_000, owner=Uic(1, 1), now=BOOT)
        volume = Volume(store, lambda: self.kernel.now)
        self.devices.add(DiskDevice(name, volume))
        return volume

    def _find_image(self, name: str) -> Any:
        return self.images.get(name) or find_image(name)

    # -- files ------------------------------------------------------------------------------------------------------------------------

    def write(self, name: str, *lines: str, disk: str = "DUA1:[000000]") -> None:
        """Create a text file that everybody may read."""
        with self.files() as files, files.create(disk + name, protection=READABLE) as file:
            for line in lines:
                file.put_text(line)

    def read(self, name: str, *, disk: str = "DUA1:[000000]") -> list[str]:
        with self.files() as files, files.open(disk + name) as file:
            return list(file.lines())

    @contextmanager
    def files(self) -> Iterator[ProcessFiles]:
        """The files of a process of SYSTEM, default DUA1:[000000]."""
        yield self._process(_idle, NullStream()).files
        self.kernel.run_until_idle()

    # -- running ------------------------------------------------------------------------------------------------------------------------

    def _process(
        self, main: Any, source: InputStream, *, mode: ProcessMode = ProcessMode.INTERACTIVE, username: str = "SYSTEM", flags: Any = None
    ) -> Process:
        record = self.system.sysuaf.require(username)
        if username == "SYSTEM":
            record = replace(record, device="DUA1:", directory="[000000]", authorized=PrivilegeSet.ALL, default=PrivilegeSet.ALL)
        if flags is not None:
            record = replace(record, flags=flags)
        output = CallbackOutput(self._sink)
        output.is_terminal = source.is_terminal
        self.last = create_process(
            self.system, record=record, mode=mode, input=source, output=output, main=main, terminal="OPA0:" if source.is_terminal else ""
        )
        return self.last

    def _sink(self, text: str) -> None:
        self.output.append(text.removesuffix("\n"))

    def finish(self, process: Process) -> ConditionValue:
        """Run the machine until the process has ended."""
        self.kernel.run_until_done(lambda: process.ended.done)
        if self.failures:
            raise self.failures[0]
        assert process.ended.done
        return process.final_status

    def type(self, *lines: str, username: str = "SYSTEM", **options: Any) -> list[str]:
        """Run lines as typed commands; what DCL wrote."""
        self.output.clear()

        async def main(process: Process) -> ConditionValue:
            return await session.commands(process, lines)

        self.status = self.finish(self._process(main, ListInput([]), username=username, **options))
        return list(self.output)

    def run(self, *lines: str, parameters: str = "", **options: Any) -> list[str]:
        """Run lines (with their `$`) as a command procedure T.COM; what DCL wrote."""
        self.write("T.COM", *lines)
        return self.type("@DUA1:[000000]T.COM" + (" " + parameters if parameters else ""), **options)

    def terminal(self, *lines: str | Callable[[], str], username: str = "SYSTEM", **options: Any) -> list[str]:
        """Type lines at a terminal; the screen with prompts and what DCL wrote."""
        self.output.clear()

        async def main(process: Process) -> ConditionValue:
            return await session.interactive(process, login=False)

        self.typing = Typing([*lines, "LOGOUT"], self.output)
        self.status = self.finish(self._process(main, self.typing, username=username, **options))
        return list(self.output)

    def batch(self, *lines: str, parameters: Sequence[str] = (), login: bool = False, username: str = "SYSTEM") -> list[str]:
        """Run lines as a batch job; its log."""
        self.write("B.COM", *lines)
        self.output.clear()

        async def main(process: Process) -> ConditionValue:
            return await session.batch(process, "DUA1:[000000]B.COM", parameters, login=login)

        self.status = self.finish(self._process(main, NullStream(), mode=ProcessMode.BATCH, username=username))
        return list(self.output)


async def _idle(process: Process) -> ConditionValue:
    return ConditionValue(1)


def status_of(error: VmsError) -> int:
    return int(error.value)
