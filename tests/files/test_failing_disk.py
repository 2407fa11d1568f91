"""A disk that is full, or fails, at each moment of a set of commands: the volume stays sound and what is said are VMS's own messages.

One node, one user; the same procedure runs again and again, each time with the next allocation refused, or the next commit refused or cut off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from vmsemu.files.verify import problems
from vmsemu.files.volume import Volume
from vmsemu.images.message_files import message_files
from vmsemu.scenario.document import parse_scenario
from vmsemu.scenario.world import World
from vmsemu.startup.boot import SYSTEM_DISK
from vmsemu.store.faulty import FaultyStore
from vmsemu.tables.facilities import RMS, SS

SCENARIO = """---
nodes:
  ALPHA1: {domain: example.com, users: [SMITH]}
---
"""
PROCEDURE = """\
$ SET NOON
$ SET DEFAULT SYS$LOGIN
$ CREATE/DIRECTORY [.NEW]
$ CREATE [.NEW]A.TXT
a line
$ COPY [.NEW]A.TXT [.NEW]B.TXT
$ COPY BIG.DAT [.NEW]
$ RENAME [.NEW]B.TXT [.NEW]LONGER_NAME_OF_A_FILE.TXT
$ APPEND BIG.DAT [.NEW]A.TXT
$ OPEN/WRITE F [.NEW]C.TXT
$ WRITE F "a record"
$ CLOSE F
$ SUBMIT/HOLD/NOPRINT/NAME=HELD RUN.COM
$ MAIL/SUBJECT="Full" [.NEW]A.TXT SMITH
$ DELETE/ENTRY='$ENTRY'
$ DELETE [.NEW]*.*;*
$ SET SECURITY/PROTECTION=O:RWED NEW.DIR
$ DELETE NEW.DIR;
$ WRITE SYS$OUTPUT "the end"
"""
DECLARED = {definition.ident for messages in message_files().values() for definition in messages.values()}
_MESSAGE = re.compile(r"[%-]([A-Z][A-Z0-9]*)-[SIWEF]-([A-Z][A-Z0-9$_]*), ")


class Machine:
    """A node with Smith at a terminal, and RUN.COM in his directory."""

    def __init__(self) -> None:
        self.world = World(parse_scenario(SCENARIO, "failing"))
        self.node = self.world.node("ALPHA1")
        self.terminal, self.process = self.world.session("ALPHA1", "SMITH")
        self.write("RUN.COM", PROCEDURE.splitlines())
        self.write("BIG.DAT", ["x" * 100] * 200)
        self.run("SET DEFAULT SYS$LOGIN")
        assert healthy(self.run_all())

    @property
    def volume(self) -> Volume:
        return self.node.system.devices.volume(SYSTEM_DISK)

    @property
    def store(self) -> FaultyStore:
        assert isinstance(self.volume.store, FaultyStore)
        return self.volume.store

    def write(self, name: str, lines: list[str]) -> None:
        with self.process.files.create("SYS$LOGIN:" + name) as file:
            for line in lines:
                file.put_text(line)

    def run(self, command: str) -> list[str]:
        """Type a command and wait for the next prompt."""
        self.terminal.type(command)
        self.world.run_until(lambda: self.terminal.waiting_prompt is not None)
        return self.terminal.take_screen()

    def run_all(self) -> list[str]:
        return self.run("@RUN")

    def tidy(self) -> None:
        """Away with what a run that failed in the middle left."""
        for command in ("DELETE [.NEW]*.*;*", "SET SECURITY/PROTECTION=O:RWED NEW.DIR", "DELETE NEW.DIR;*"):
            self.run(command)

    @contextmanager
    def refusing(self, number: int) -> Iterator[list[str]]:
        """The allocation of that number finds no block free, and every one after it; the list tells which there were."""
        volume: Any = self.volume
        seen: list[str] = []
        create, extend = volume.create, volume.extend

        def count(what: str) -> None:
            seen.append(what)
            if len(seen) >= number:
                raise RMS.FUL.error(cause=SS.DEVICEFULL)

        def full_create(directory: Any, name: str, *arguments: Any, **options: Any) -> Any:
            volume.next_version(directory, name, arguments[0] if arguments else 0)
            count("create " + name)
            return create(directory, name, *arguments, **options)

        def full_extend(header: Any, blocks: int) -> None:
            if volume.clusters(blocks) > header.allocated:
                count("extend " + header.name)
            extend(header, blocks)

        volume.create, volume.extend = full_create, full_extend
        try:
            yield seen
        finally:
            del volume.create, volume.extend


@pytest.fixture(scope="module")
def machine() -> Machine:
    return Machine()


def healthy(screen: list[str]) -> bool:
    """Did everything work?"""
    return screen[-1] == "the end" and not any(_MESSAGE.match(line) for line in screen)


def check_messages(screen: list[str]) -> None:
    """Only messages that are declared, and none of a fault of ours."""
    for line in screen:
        found = _MESSAGE.match(line)
        if found is not None:
            assert found[2] != "BUGCHECK", screen
            assert found[2] in DECLARED, line


def test_an_allocation_refused_at_each_moment_leaves_a_sound_volume(machine: Machine) -> None:
    with machine.refusing(1_000_000) as seen:
        machine.run_all()
    allocations = len(seen)
    assert allocations > 6
    refusals = 0
    for number in range(1, allocations + 1):
        with machine.refusing(number):
            screen = machine.run_all()
        check_messages(screen)
        refusals += any("DEVICEFULL" in line for line in screen)
        assert problems(machine.volume) == [], number
        machine.tidy()
    assert refusals == allocations
    assert healthy(machine.run_all())


@pytest.mark.parametrize("clusters", range(0, 9))
def test_a_disk_with_so_little_left_is_used_to_its_end(machine: Machine, clusters: int) -> None:
    volume = machine.volume
    blocks = volume.blocks
    volume.blocks = volume.blocks - volume.free_blocks + clusters * volume.cluster
    try:
        check_messages(machine.run_all())
        assert volume.free_blocks >= 0
        assert problems(volume) == []
    finally:
        volume.blocks = blocks
        machine.tidy()


def test_a_commit_refused_at_each_moment_is_waited_for(machine: Machine) -> None:
    before = machine.world.kernel.commits
    machine.run_all()
    ticks = machine.world.kernel.commits - before
    for number in range(1, ticks + 1, max(ticks // 12, 1)):
        store = machine.store
        commit, left = store.commit, [number]

        def counted(commit: Any = commit, left: list[int] = left, store: FaultyStore = store) -> None:
            left[0] -= 1
            if left[0] == 0:
                store.fail_commits(2)
            commit()

        store.commit = counted  # type: ignore[method-assign]
        assert healthy(machine.run_all())
        del store.commit  # type: ignore[method-assign]
        assert problems(machine.volume) == []


def test_a_power_failure_at_each_commit_leaves_a_sound_volume(machine: Machine) -> None:
    store = machine.store
    commit = store.commit
    states = []

    def watched() -> None:
        commit()
        states.append(store.committed())

    store.commit = watched  # type: ignore[method-assign]
    machine.run_all()
    del store.commit  # type: ignore[method-assign]
    assert len(states) > 3
    for state in states:
        assert problems(Volume(state, lambda: machine.world.kernel.now)) == []
