"""The whole way of mail through a node, and what is left of it when the power fails at any moment.

A node on a SQLite store takes messages, delivers them, expands a list, sends, waits, tries again and returns, under virtual time, while everything that
reaches the files of the host is recorded. Each state that a power failure may leave of them (tests/store/crash_states.py) is booted again and worked
to its end. Then each recipient of each message that was answered with 250 before the failure must have been served: a user of this node exactly once,
everybody else at least once, and nothing may be left in queue or directory.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from smtp.delivery.local import LocalDelivery
from tests.smtp.node.smtp_world import BOOT, NODE, SMTP, ZONE, OutsideServer, SmtpWorld, read_reply
from tests.store.crash_states import CHECKPOINT_PAGES, DISK, Files, _apply, crash_points, digest, short_log, survivors
from tests.store.recorder import Event, Recorder, recording
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.kernel.kernel import Kernel, sleep
from vmsemu.store.memory import MemoryStore
from vmsemu.store.port import Store, StoreError
from vmsemu.store.sqlite import SqliteStore

SENDER, RELAY = "a@sender.example.org", "192.0.2.11"
USERS = ("STUDENT", "SYSTEM")
OUTSIDE = ("jones@dest.example.org", "member@dest.example.org")
RETURNED = ("nobody@alpha1.example.com", "far@away.example.org")
TO = (
    "student@alpha1.example.com",
    "nobody@alpha1.example.com",
    "jones@dest.example.org",
    "far@away.example.org",
    "staff@alpha1.example.com",
)
_ZONE = ZONE + "away.example.org. A 192.0.2.99\n"
_SHORT, _LONG = ["Body."], [f"{line:070d}" for line in range(4000)]  # one that is written into its control file as it comes
_WORK, _STEP = DeltaTime.of(hours=3), DeltaTime.of(minutes=5)

Key = tuple[str, str]


@dataclass
class Run:
    """What was recorded. `outside[n]` is what the n-th message that left served; `states` and `boots` count what was looked at, and `twice` is
    the most that hosts of the outside got twice in one of the states."""

    events: list[Event]
    names: list[str]
    outside: list[list[Key]]
    start: int
    states: int = 0
    boots: int = 0
    twice: int = 0

    def figures(self) -> str:
        """One line."""
        recipients = len(self.names) * (len(USERS) + len(OUTSIDE) + len(RETURNED))
        looked = f"{self.states:,} states looked at, {self.boots} different disks booted"
        return f"{recipients} recipients of {len(self.names)} messages: {looked}; at most {self.twice} sent twice by one crash"


@dataclass
class Outcome:
    """What a node made of a state: who got what in the end, and what is left."""

    users: Counter[Key] = field(default_factory=Counter)
    outside: Counter[Key] = field(default_factory=Counter)
    entries: int = 0
    files: int = 0
    unreadable: bool = False


class _Outside(list[Any]):
    """The messages a server of the outside took; each is told of."""

    def __init__(self, tell: Callable[[int], None]) -> None:
        self._tell = tell

    def append(self, message: Any) -> None:
        super().append(message)
        self._tell(len(self) - 1)


def _body(name: str) -> list[str]:
    """Each second message is a long one."""
    return _LONG if int(name[1:]) % 2 else _SHORT


def served(message: tuple[str, list[str], list[str]]) -> list[Key]:
    """Whom a message that left the node served: its recipients, or those that a returned one names."""
    sender, recipients, lines = message
    name = next(line[len("Subject: ") :] for line in reversed(lines) if line.startswith("Subject: m"))
    return [(name, r) for r in RETURNED if f"  <{r}>" in lines] if not sender else [(name, r) for r in recipients]


def _prepared() -> MemoryStore:
    """A disk with the list, one execution queue and short intervals."""
    world = SmtpWorld(zone=_ZONE)
    world.dcl(
        '$ TCPIP SET CONFIGURATION SMTP/OPTIONS=RELAY/INTERVAL=(INITIAL="0 00:30:00.00",RETRY="0 01:00:00.00",MAXIMUM="0 02:00:00.00")'
    )
    world.write(f"{SMTP}STAFF.DIS", "system@alpha1.example.com", "member@dest.example.org", protection="S:RWED,O:RWED,G:RE,W:RE")
    world.dcl(f"$ PURGE {SMTP}*.*")
    world.close()
    SmtpWorld.running.remove(world)
    return world.store.committed()


def _copy(source: Store, target: Store) -> None:
    for key, value in source.scan(b"", b"\xff"):
        target.put(key, value)
    target.commit()


def record(folder: Path, messages: int, *, budget: int = 1, early_reply: bool = False, delivery_apart: bool = False) -> Run | None:
    """Run the workload; None when SQLite cannot be watched here. The two switches break the rules, for controls.

    `budget` is how much may run before a commit; with 1 there is one at each place where a task waits, which is as often as can be.
    """
    disk = _prepared()
    with recording() as recorder, short_log():
        if recorder is None:
            return None
        store = SqliteStore(folder / DISK)
        assert store._database is not None
        store._database.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        _copy(disk, store)
        world = SmtpWorld(store, zone=_ZONE)  # type: ignore[arg-type]
        run = Run(recorder.events, [f"m{n}" for n in range(messages)], [], len(recorder.events))
        world.kernel.budget = budget
        original = LocalDelivery.deliver
        try:
            if early_reply:
                world.kernel.durable = _at_once  # type: ignore[method-assign]
            if delivery_apart:
                LocalDelivery.deliver = _apart(world.kernel, original)  # type: ignore[method-assign]
            _work(world, run, recorder)
        finally:
            LocalDelivery.deliver = original  # type: ignore[method-assign]
            world.close()
            SmtpWorld.running.remove(world)
        store.close()
    return run


async def _at_once() -> None:
    """A barrier that does not wait."""


def _apart(kernel: Kernel, original: Any) -> Any:
    """Local delivery whose commit does not wait for what the control file says of it."""

    def deliver(self: LocalDelivery, *arguments: Any) -> Any:
        result = original(self, *arguments)
        kernel.commit()
        return result

    return deliver


def _work(world: SmtpWorld, run: Run, recorder: Recorder) -> None:
    outside = OutsideServer(world, RELAY)

    def left(number: int) -> None:
        run.outside.append(served(outside.messages[number]))
        recorder.mark("outside", number)

    outside.messages = _Outside(left)

    async def client() -> None:
        connection = await world.client.connect(NODE, 25)
        await read_reply(connection)
        for number, name in enumerate(run.names):
            for line in ("HELO client.example.net", f"MAIL FROM:<{SENDER}>", *(f"RCPT TO:<{r}>" for r in TO), "DATA"):
                connection.write(line.encode() + b"\r\n")
                await read_reply(connection)
            text = f"Subject: {name}\r\n\r\n".encode() + "".join(line + "\r\n" for line in _body(name)).encode() + b".\r\n"
            if number % 2:  # one that pauses, so that its control file is begun
                connection.write(text[:9])
                await sleep(world.kernel, DeltaTime.of(seconds=3))
                text = text[9:]
            connection.write(text)
            reply = await read_reply(connection)
            assert reply == b"250 OK\r\n", reply
            recorder.mark("answered", number)
        connection.close()

    world.run(client())
    for _ in range(_WORK // _STEP):
        recorder.mark("clock", world.kernel.now)
        world.advance(_STEP)


def states(run: Run, subsets: int, chance: random.Random) -> Iterator[tuple[int, int, Files, list[Event]]]:
    """Each state: its serial number, the event it comes after, what is certainly there and what else survived."""
    serial = 0
    for at, certain, pending in crash_points(run.events):
        for survived in survivors(pending, chance, subsets) if at > run.start else ():
            serial += 1
            yield serial, at, certain, survived


def check(run: Run, folder: Path, *, subsets: int = 4, wanted: Callable[[int], bool] = lambda serial: True) -> list[str]:
    """Boot the states and let them work; what is wrong with them. `wanted` chooses among the states by their serial number."""
    wrong: list[str] = []
    known: dict[str, Outcome] = {}
    for serial, at, certain, survived in states(run, subsets, random.Random(1)):
        if not wanted(serial):
            continue
        run.states += 1
        try:
            disk, found = _surviving(folder, certain, survived)
        except StoreError as error:
            wrong.append(f"state {serial}, after event {at}: the store does not open: {error}")
            continue
        if found not in known:
            run.boots += 1
            known[found] = _outcome(disk, max((event.at for event in run.events[:at] if event.what == "clock"), default=int(BOOT)))
        wrong += [f"state {serial}, after event {at}: {text}" for text in _wrong_with(run, at, known[found])]
    return wrong


def _surviving(folder: Path, certain: Files, survived: list[Event]) -> tuple[MemoryStore, str]:
    """The rows of a state, and their digest."""
    for old in folder.glob(DISK + "*"):
        old.unlink()
    files = {name: bytearray(data) for name, data in certain.items()}
    _apply(files, survived)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    store = SqliteStore(folder / DISK)
    disk = MemoryStore()
    _copy(store, disk)
    assert store._database is not None
    store._database.close()
    return disk, digest(disk)


def _outcome(disk: MemoryStore, crashed: int) -> Outcome:
    """Boot the disk after the time of the crash and let it work until everything has found its end."""
    world = SmtpWorld(disk, clock=VmsTime(crashed + _STEP), zone=_ZONE)
    outside = OutsideServer(world, RELAY)
    world.advance(_WORK)
    result = Outcome(entries=len(world.entries()), files=len(world.control_files()))
    result.unreadable = "-E-CF" in world.log()
    for user in USERS:
        for header, text in world.messages(user):
            body = _body(header.subject)
            result.users[header.subject if text[: len(body)] == body else f"{header.subject}, damaged", user] += 1
    for message in outside.messages:
        result.outside.update(served(message))
    world.close()
    SmtpWorld.running.remove(world)
    return result


def _wrong_with(run: Run, at: int, outcome: Outcome) -> list[str]:
    marks = [event for event in run.events[:at] if event.what in ("answered", "outside")]
    answered = {run.names[event.at] for event in marks if event.what == "answered"}
    outside = outcome.outside + Counter(key for event in marks if event.what == "outside" for key in run.outside[event.at])
    run.twice = max(run.twice, sum(count - 1 for count in outside.values()))
    wrong = [f"{outcome.entries} queue entries are left"] if outcome.entries else []
    if outcome.unreadable:
        wrong.append("a queue entry had no control file that can be read")
    if outcome.files > len(run.names) - len(answered):
        wrong.append(f"{outcome.files} control files are left")
    for name in run.names:
        users = [outcome.users[name, user] for user in USERS]
        others = [outside[name, recipient] for recipient in (*OUTSIDE, *RETURNED)]
        if max(users) > 1:
            wrong.append(f"{name} was delivered twice: {users}")
        if name in answered and not all((*users, *others)):
            wrong.append(f"{name} was answered with 250, and is lost: {users} {others}")
        elif any(users) and not all((*users, *others)):
            wrong.append(f"{name} is half there: {users} {others}")
    return wrong
