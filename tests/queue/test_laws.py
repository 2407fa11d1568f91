"""Laws: the order of pending jobs is that of a sorted list; whatever happens, no job of a server queue is lost."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.queue.queue_world import BOOT, World, close_worlds
from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.base.uic import Uic
from vmsemu.kernel.kernel import sleep
from vmsemu.queue.entry import Entry
from vmsemu.queue.manager import StopMode
from vmsemu.queue.pending import PendingJobs, Requirements
from vmsemu.queue.symbiont import StartTask, TaskStopped, symbiont
from vmsemu.tables.facilities import SS

JOBS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 2), st.booleans()), max_size=30)


@given(JOBS, st.sets(st.integers(0, 2)), st.booleans())
def test_pending_jobs_come_in_the_order_of_a_sorted_list(jobs, accepted, by_size):
    pending = PendingJobs(by_size)
    model = []
    for serial, (priority, size, characteristic, removed) in enumerate(jobs, 1):
        entry = Entry(serial, "J", "Q", "Q", "SMITH", Uic(1, 1), BOOT, serial, (), priority=priority, size=size)
        pending.add(entry, Requirements(frozenset({characteristic}), "", False, entry.uic, 0))
        if removed:
            pending.remove(entry)
        else:
            model.append((-priority, size if by_size else 0, serial, characteristic))
    model.sort()
    assert [e.serial for e in pending] == [row[2] for row in model]
    assert len(pending) == len(model)
    first = pending.first(lambda wanted: bool(wanted.characteristics & accepted))
    assert (first.serial if first else None) == next((row[2] for row in model if row[3] in accepted), None)


OPERATIONS = st.lists(
    st.sampled_from([
        ("submit", ""), ("submit", ""), ("submit", "hold"), ("submit", "later"), ("stop", ""), ("reset", ""), ("next", ""), ("start", ""),
        ("start", ""), ("crash", ""), ("kill", ""), ("abort", ""), ("hold", 1), ("hold", 2), ("release", 1), ("release", 2), ("advance", 5),
        ("advance", 25), ("advance", 90),
    ]),
    min_size=5, max_size=30,
)  # fmt: skip


class Mail:
    """What the symbiont of this test delivered; every third try is put off."""

    def __init__(self) -> None:
        self.delivered: list[int] = []
        self.tries = 0


@settings(max_examples=80, deadline=None)
@given(OPERATIONS)
def test_no_job_is_lost_by_stops_crashes_and_retries(operations):
    mail = Mail()

    @symbiont("LAW_SYMBIONT")
    async def entry(context):
        while True:
            message = await context.port.read_message()
            if isinstance(message, StartTask):
                try:
                    await sleep(context.kernel, DeltaTime.of(seconds=20))
                except TaskStopped as stopped:
                    context.port.task_complete(message.stream, stopped.value)
                    continue
                mail.tries += 1
                if mail.tries % 3 == 0:
                    context.port.task_complete(message.stream, SS.TIMEOUT, VmsTime(context.now + DeltaTime.of(minutes=1)))
                else:
                    mail.delivered.append(message.entry_number)
                    context.port.task_complete(message.stream, SS.NORMAL)

    world = World()
    world.start()
    world.manager.initialize_queue("M1", processor="LAW_SYMBIONT")
    world.manager.initialize_queue("M0", generic=True, targets=("M1",))
    world.manager.start_queue("M0")
    world.manager.start_queue("M1")
    world.settle()
    submitted: set[int] = set()
    for what, argument in operations:
        world = carry_out(world, submitted, what, argument)
        check_lists(world)
    finish(world)
    assert submitted <= set(mail.delivered)
    close_worlds()


def carry_out(world: World, submitted: set[int], what: str, argument) -> World:
    manager = world.manager
    try:
        if what == "submit":
            after = VmsTime(world.kernel.now + DeltaTime.of(seconds=30)) if argument == "later" else None
            submitted.add(manager.submit("M0", ["DKA0:[X]X.T;1"], username="SMITH", uic=Uic(1, 1), hold=argument == "hold", after=after).number)
        elif what == "crash":
            world = world.crash()
            world.start(new=False)
        elif what == "advance":
            world.advance(seconds=argument)
        elif what == "kill":
            process = next((p for p in world.system.processes if p.name.startswith("SYMBIONT")), None)
            if process is not None:
                from vmsemu.services.creprc import stop_process

                stop_process(world.system, process.pid)
        elif what in ("hold", "release"):
            getattr(manager, what)(argument)
        elif what == "abort":
            submitted.difference_update(manager.queues["M1"].executing)
            manager.abort_job(manager.queues["M1"])
        elif what == "start":
            manager.start_queue("M1")
        else:
            manager.stop_queue("M1", {"stop": StopMode.PAUSE, "next": StopMode.NEXT, "reset": StopMode.RESET}[what])
    except VmsError:
        pass
    world.settle()
    return world


def check_lists(world: World) -> None:
    """Every entry is in one list of one queue."""
    numbers = [e.number for q in world.manager.queues.values() for e in q.jobs()]
    assert sorted(numbers) == sorted(world.manager.entries)


def finish(world: World) -> None:
    """Let everything run that can run."""
    world.advance(minutes=5)
    for number in list(world.manager.entries):
        carry_out(world, set(), "release", number)
    carry_out(world, set(), "start", "")
    world.advance(hours=2)
    assert not world.manager.entries
