"""A whole node that arbitrary input is given to, and the oracle: what must be true afterwards, whatever the input was.

Each machine is freshly booted, under virtual time, so that one case is reproduced by its input alone. Input goes in where users give it: at a
terminal key by key, and in files. True afterwards: no exception of ours reached a bugcheck; every process can be deleted, so nothing hangs;
every message shown is declared; and the node still answers SHOW TIME.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import vmsemu
from vmsemu.base.condition import ConditionValue
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.dcl import session
from vmsemu.scenario.document import Scenario
from vmsemu.scenario.world import World
from vmsemu.services.creprc import create_process, stop_process
from vmsemu.services.process import Process, ProcessMode
from vmsemu.services.stream import CallbackOutput, NullStream
from vmsemu.tables.message import Facility
from vmsemu.terminal.device import TerminalDevice

ROOT = Path(vmsemu.__file__).resolve().parents[1]
QUANTA = 15  # that the whole input of a machine may take, and as many again for what follows
TICKS = 2000  # for one step
TYPE_AHEAD = 60  # keys typed before somebody waits for more
SCREEN = 400_000  # characters that are kept
PATIENCE = DeltaTime.of(days=2)
CONTROL_Y, RETURN = "\x19", "\r"
_ENDS = (RETURN, CONTROL_Y, "\x1a", "\x03")
DIRECTORY = "SYS$SYSDEVICE:[SMITH]"
NAMED_KEYS = ("UP", "DOWN", "LEFT", "RIGHT", *(f"F{n}" for n in range(1, 21)), *(f"E{n}" for n in range(1, 7)), "PF1", "KP0", "ENTER")
_MESSAGE = re.compile(r"^[%-]([A-Z][A-Z0-9_$]*)-([WSEIF])-([A-Z0-9_$]+), ", re.MULTILINE)
_PYTHON = re.compile(r"Traceback \(most|<[\w.]+ object at 0x|<class '|%SYSTEM-\w-BUGCHECK")


class Finding(Exception):
    """Something that may not be. `signature` is the same for the same fault."""

    def __init__(self, what: str, signature: str) -> None:
        super().__init__(what)
        self.signature = signature


class FuzzMachine:
    """A node ALPHA1 with the SMTP product and the user SMITH."""

    def __init__(self, username: str = "SYSTEM", settings: dict[str, Any] | None = None) -> None:
        self.world = World(Scenario("fuzz", {"nodes": {"ALPHA1": {"users": ["SMITH"], "products": ["smtp"]}}, **(settings or {})}))
        self.node = self.world.node("ALPHA1")
        self.system = self.node.system
        self.kernel = self.world.kernel
        self.kernel.budget = 50
        self.username = username
        self.record = self.system.sysuaf.require("SYSTEM")
        self.dumps: list[BaseException] = []
        self.system.on_bugcheck = lambda process, error: self.dumps.append(error)
        self.kernel.on_bugcheck = lambda task, error: self.dumps.append(error)
        self.given: list[str] = []
        self.quanta = QUANTA
        self._probes = 0
        self._screen: list[str] = []
        self._shown = 0
        self.terminal: TerminalDevice | None = None
        self.process: Process | None = None

    # -- giving input -----------------------------------------------------------------------------------------------------------------

    def file(self, name: str, data: bytes) -> None:
        """Create a file of records (the lines of `data`) in SMITH's directory."""
        self.given.append(data.decode("latin-1"))
        files = self._idle_process().files
        with files.create(DIRECTORY + name) as file:
            for record in data.split(b"\n"):
                file.put(record[:32000])
        self._run(lambda: True)

    def log_in(self) -> TerminalDevice:
        """The terminal session of the user."""
        if self.terminal is not None:
            return self.terminal
        self.terminal = terminal = TerminalDevice(self.system, "FTA9:", self._show)
        self.system.devices.add(terminal)

        async def main(process: Process) -> ConditionValue:
            return await session.interactive(process, login=True)

        self.process = self.node.login(self.username, terminal, terminal, main, terminal=terminal.name)
        terminal.owner = self.process
        self.type_keys(f"SET DEFAULT {DIRECTORY}\r")
        return terminal

    def type_keys(self, keys: Sequence[str]) -> None:
        """Type keys, a line at a time, each when the node waits for more or has had enough time."""
        terminal, process = self.log_in(), self.process
        assert process is not None
        self.given.append("".join(keys))
        piece: list[str] = []
        for at, key in enumerate(keys):
            piece.append(key)
            if key in _ENDS or len(piece) == TYPE_AHEAD or at == len(keys) - 1:
                self.kernel.post(terminal.keys, piece)
                self._run(lambda: process.ended.done or terminal.reader.reads)
                piece = []

    def type_lines(self, *lines: str) -> None:
        """Type lines one after the other, each when the node waits."""
        for line in lines:
            self.type_keys(line + RETURN)

    def commands(self, *lines: str) -> list[str]:
        """What a process of SYSTEM shows that runs these commands."""
        shown: list[str] = []
        process = self._process(CallbackOutput(shown.append), lines)
        self._run(lambda: process.ended.done)
        if not process.ended.done:
            raise Finding(f"{lines} does not end", "probe hangs")
        return "".join(shown).splitlines()

    def _process(self, output: CallbackOutput, lines: Sequence[str]) -> Process:
        async def main(process: Process) -> ConditionValue:
            return await session.commands(process, lines)

        self._probes += 1
        return create_process(
            self.system, record=self.record, name=f"PROBE_{self._probes}", mode=ProcessMode.OTHER, input=NullStream(), output=output, main=main
        )

    def _idle_process(self) -> Process:
        return self._process(CallbackOutput(lambda text: None), [])

    # -- running ------------------------------------------------------------------------------------------------------------------------

    def _run(self, done: Any) -> bool:
        """Run for a limited time; True when it came to rest with `done()`."""
        limit = VmsTime(self.kernel.now + PATIENCE)
        for _ in range(TICKS):
            self.kernel.tick()
            due = self.kernel.next_deadline()
            if not self.kernel.idle or (due is not None and due <= self.kernel.now):
                self.quanta -= 1
                if self.quanta < 0:
                    return False
                continue
            if done():
                return True
            if due is None or due > limit:
                return False
            self.kernel.clock.advance_to(due)  # type: ignore[attr-defined]
        return False

    def _show(self, text: str) -> None:
        self._shown += len(text)
        if self._shown < SCREEN:
            self._screen.append(text)

    @property
    def screen(self) -> str:
        return "".join(self._screen).replace("\r\n", "\n")

    # -- the oracle ---------------------------------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Errors: Finding."""
        self.quanta = QUANTA
        if self.process is not None and not self.process.ended.done:
            self.type_keys(CONTROL_Y + RETURN)
        self._no_dump()
        self._end_all()
        self._no_dump()
        self._messages_declared()
        if self.system.devices.find_or_none("DKA0:") is not None:
            self.quanta = QUANTA
            shown = self.commands("SHOW TIME")
            if not any(re.fullmatch(r"  [ \d]\d-[A-Z]{3}-\d{4} \d\d:\d\d:\d\d", line) for line in shown):
                raise Finding(f"SHOW TIME answers {shown}", "probe fails")
        self._run(lambda: True)
        self._no_dump()

    def _no_dump(self) -> None:
        if self.dumps:
            error = self.dumps[0]
            raise Finding("".join(traceback.format_exception(error)), signature_of(error))

    def _end_all(self) -> None:
        """Whatever the session left must end when it is deleted."""
        process = self.process
        if process is None or process.ended.done:
            return
        self.quanta = QUANTA
        stop_process(self.system, process.pid)
        self._run(lambda: process.ended.done)
        if not process.ended.done:
            raise Finding(f"{process.name} cannot be deleted, state {process.task.state if process.task else None}", "cannot be deleted")

    def _messages_declared(self) -> None:
        given = "\n".join(self.given).upper() + _procedures()
        screen = self.screen
        for facility, severity, ident in _MESSAGE.findall(screen):
            if (facility, ident) not in declared_idents() and ident not in given and facility not in ("NONAME",):
                raise Finding(f"%{facility}-{severity}-{ident} is not declared", f"undeclared {facility} {ident}")
        python = _PYTHON.search(screen)
        if python is not None and python[0].upper() not in given:
            raise Finding(f"{python[0]!r} on the screen", f"python on the screen {python[0]}")


@cache
def _procedures() -> str:
    """The procedures of the system disk, which write messages of their own."""
    return "\n".join(path.read_text(encoding="utf-8").upper() for part in ("vmsemu", "smtp") for path in (ROOT / part).rglob("*.com"))


def signature_of(error: BaseException) -> str:
    """The kind of an exception and where in our sources it was raised."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "/vmsemu/" in frame.filename or "/smtp/" in frame.filename]
    if not ours:
        return type(error).__name__
    return f"{type(error).__name__} {Path(ours[-1].filename).name}:{ours[-1].name}"


@cache
def declared_idents() -> frozenset[tuple[str, str]]:
    """(facility as shown, ident) of every .msg file; DCL's own conditions are shown as CLI and as DCL."""
    found = set()
    for package in ("vmsemu", "smtp"):
        for path in (ROOT / package).rglob("*.msg"):
            module = ".".join(path.parent.relative_to(ROOT).parts)
            import_module(module)
            for definition in Facility(module, path.name).definitions.values():
                found.add((definition.facility, definition.ident))
                if definition.facility in ("CLI", "DCL"):
                    found |= {("CLI", definition.ident), ("DCL", definition.ident)}
    return frozenset(found)
