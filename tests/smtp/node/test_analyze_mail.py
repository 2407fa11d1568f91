"""ANALYZE MAIL where a terminal session can not go: what happens meanwhile, what fails, what a crash leaves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import pytest

from smtp.control_file import store
from smtp.control_file.control_file import ControlFile, Recipient, RecipientState
from smtp.control_file.name import ControlFileName
from smtp.delivery.bounce import LOST, RETURNED
from smtp.management.analysis import Analysis
from smtp.management.analysis_plan import Plan, TimeFrame
from smtp.management.mail_entries import Confirmation
from smtp.message.address import NULL, Address
from smtp.node import SmtpNode
from tests.smtp.node.smtp_world import SMTP, SmtpWorld
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.queue.entry import JobFile
from vmsemu.store.memory import MemoryStore

HOST = "alpha1.example.com"
EVERYTHING = TimeFrame()


@pytest.fixture
def world() -> SmtpWorld:
    return SmtpWorld()


def manager_process(world: SmtpWorld) -> Any:
    return next(p for p in world.system.processes if p.username == "SYSTEM")


def control_file(world: SmtpWorld, subject: str, *recipients: Recipient, user: str = "SMITH", sender: Address = NULL) -> str:
    """A control file that no entry names."""
    process = manager_process(world)
    file = ControlFile(world.kernel.now, user, sender, list(recipients), (f"Subject: {subject}".encode(),), (b"text",))
    return store.write(process, file, ControlFileName.make(world.kernel.now, user, "ALPHA1")).spec


def entry_of(world: SmtpWorld, spec: str, queue: str = "TCPIP$SMTP_ALPHA1_00", user: str = "SMITH", **attributes: Any) -> Any:
    return world.queues.submit(queue, [JobFile(spec, 2)], username=user, uic=manager_process(world).uic, **attributes)


def to(user: str, state: RecipientState = RecipientState.UNSENT, reason: str = "") -> Recipient:
    return Recipient(Address(user, HOST), state, reason)


@dataclass
class Result:
    """What an analysis said, and its figures."""

    idents: list[str]
    figures: dict[str, int]


def analyze(world: SmtpWorld, plan: Plan = Plan(repair=EVERYTHING), ask: Callable[[], Awaitable[str]] | None = None) -> Result:
    """Run an analysis to its end; `ask` answers its questions."""
    said: list[Any] = []

    async def never() -> str:
        raise AssertionError("no question was expected")

    async def main() -> Result:
        process = manager_process(world)
        ctx: Any = SimpleNamespace(process=process, system=world.system, kernel=world.kernel, now=world.kernel.now)
        analysis = Analysis(ctx, plan, Confirmation(ask or never, asking=ask is not None), said.append)
        await analysis.run()
        figures = {message.definition.ident: message.parameters[0] for message in analysis.counters.messages()}
        return Result([message.definition.ident for message in said], {name[4:]: n for name, n in figures.items() if n})

    result: Result = world.run(main())
    world.settle()
    return result


def subjects(world: SmtpWorld, user: str) -> list[str]:
    return sorted(header.subject for header, _ in world.messages(user))


# -- time frames --------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "conflict"),
    [
        (TimeFrame(), TimeFrame(), True),
        (TimeFrame(), TimeFrame(before=VmsTime(5)), True),
        (TimeFrame(since=VmsTime(5)), TimeFrame(before=VmsTime(5)), False),
        (TimeFrame(since=VmsTime(4)), TimeFrame(before=VmsTime(5)), True),
        (TimeFrame(since=VmsTime(6)), TimeFrame(before=VmsTime(5)), False),
        (TimeFrame(since=VmsTime(1)), TimeFrame(since=VmsTime(9)), True),
        (TimeFrame(before=VmsTime(1)), TimeFrame(before=VmsTime(9)), True),
    ],
)
def test_time_frames_conflict_when_both_cover_a_time(one: TimeFrame, other: TimeFrame, conflict: bool) -> None:
    assert one.conflicts(other) is other.conflicts(one) is conflict
    covered = [one.covers(VmsTime(t)) and other.covers(VmsTime(t)) for t in range(12)]
    assert any(covered) is conflict


def test_what_delete_covers_is_not_repaired() -> None:
    plan = Plan(repair=TimeFrame(), delete=TimeFrame(before=VmsTime(5)))
    assert [plan.repairs(VmsTime(t)) for t in (4, 5)] == [False, True]
    assert [plan.deletes(VmsTime(t)) for t in (4, 5)] == [True, False]


# -- lost mail ------------------------------------------------------------------------------------------------------------------------------


def test_a_lost_bounce_is_tried_again_for_those_who_were_not_reached(world: SmtpWorld) -> None:
    control_file(
        world, "bounce", to("NOBODY", RecipientState.FAILED, f"{LOST}no such user"), to("SYSTEM", RecipientState.SENT),
        to("NOBODY2", RecipientState.FAILED, f"{RETURNED}no such user"),
    )  # fmt: skip
    assert analyze(world).figures == {"FILNOQ": 1, "SUBFIL": 1}
    assert subjects(world, "SYSTEM") == ["bounce"]  # as the postmaster, and once
    assert world.control_files() == []


def test_a_lost_bounce_that_is_lost_again_stays(world: SmtpWorld) -> None:
    world.mail.profiles.put(replace(world.mail.profile("POSTMASTER"), forwarding=""))
    spec = control_file(world, "bounce", to("NOBODY", RecipientState.FAILED, f"{LOST}no such user"))
    assert analyze(world).figures == {"FILNOQ": 1, "SUBFIL": 1}
    assert store.read(manager_process(world), spec).failed[0].reason.startswith(LOST)
    assert world.entries() == []


def test_a_bounce_that_is_lost_for_one_recipient_stays_when_another_one_gets_it_later(world: SmtpWorld) -> None:
    world.mail.profiles.put(replace(world.mail.profile("POSTMASTER"), forwarding=""))
    spec = control_file(world, "bounce", to("NOBODY"), Recipient(Address("green", "nowhere.example.org")))
    analyze(world)
    assert [r.state.name for r in store.read(manager_process(world), spec).recipients] == ["FAILED", "FAILED"]
    assert [r.reason.startswith(LOST) for r in store.read(manager_process(world), spec).recipients] == [True, True]


def test_nothing_changes_when_the_queue_takes_no_entries(world: SmtpWorld) -> None:
    reason = f"{LOST}no such user"
    spec = control_file(world, "bounce", to("NOBODY", RecipientState.FAILED, reason))
    assert world.dcl("$ SET QUEUE/CLOSE TCPIP$SMTP_ALPHA1_00") == ""
    lines = world.dcl("$ TCPIP ANALYZE MAIL/REPAIR").splitlines()
    assert "%JBC-E-QUE_CLOSED, queue is closed" in lines or any("QUE_CLOSED" in line for line in lines)
    assert "%TCPIP-I-ANA_SUBFIL, submitted 0 files to the generic queue" in lines
    assert store.read(manager_process(world), spec).failed[0].reason == reason


def test_without_queues_repair_fails_before_it_changes_anything(world: SmtpWorld) -> None:
    control_file(world, "one", to("SYSTEM"))
    world.dcl("$ TCPIP STOP MAIL", "$ DELETE/QUEUE TCPIP$SMTP_ALPHA1_00")
    assert world.dcl("$ TCPIP ANALYZE MAIL/REPAIR").splitlines() == [
        "%TCPIP-E-MAILERROR, error processing mail request",
        "-JBC-E-NOSUCHQUE, no such queue",
    ]
    assert "%TCPIP-I-ANA_FILNOQ, found 1 files with no queue entries" in world.dcl("$ TCPIP ANALYZE MAIL")


# -- what happens meanwhile ---------------------------------------------------------------------------------------------------------------


def test_a_message_that_is_coming_in_is_left_alone(world: SmtpWorld) -> None:
    begun = world.system.part(SmtpNode).begin(manager_process(world), "TCPIP$SMTP")
    result = analyze(world, Plan(delete=EVERYTHING))
    assert result.figures == {"FILACE": 1}
    assert world.directory(begun.spec) != []


def test_a_file_that_gets_its_entry_while_the_question_is_open_is_not_submitted_twice(world: SmtpWorld) -> None:
    spec = control_file(world, "one", to("SYSTEM"))

    async def ask() -> str:
        entry_of(world, spec, hold=True)
        return "Y"

    assert analyze(world, ask=ask).figures == {"FILNOQ": 1}
    assert len(world.entries()) == 1


def test_a_file_that_gets_its_entry_while_the_question_is_open_is_not_deleted(world: SmtpWorld) -> None:
    spec = control_file(world, "one", to("SYSTEM"))

    async def ask() -> str:
        entry_of(world, spec, hold=True)
        return "G"

    assert analyze(world, Plan(delete=EVERYTHING), ask).figures == {"FILNOQ": 1}
    assert len(world.control_files()) == 1


def test_a_corrupt_pair_that_is_held_while_the_question_is_open_stays(world: SmtpWorld) -> None:
    world.dcl("$ TCPIP STOP MAIL")
    world.write(f"{SMTP}01051409000000_SMITH.TCPIP_ALPHA1", "no control file")
    entry = entry_of(world, f"{SMTP}01051409000000_SMITH.TCPIP_ALPHA1;1")

    async def ask() -> str:
        world.queues.hold(entry.number)
        return "Y"

    assert analyze(world, ask=ask).figures == {"FEPAIR": 1, "FILCOR": 1}
    assert world.entries() == [entry]
    assert analyze(world).figures == {"FEPAIR": 1, "FILCOR": 1}
    assert len(world.control_files()) == 1


def test_a_file_that_is_gone_when_the_answer_comes_is_no_error(world: SmtpWorld) -> None:
    spec = control_file(world, "one", to("SYSTEM"))

    async def ask() -> str:
        store.erase(manager_process(world), spec)
        return "Y"

    assert analyze(world, ask=ask).figures == {"FILNOQ": 1}
    assert analyze(world).figures == {}


def test_end_of_file_at_the_question_leaves_the_rest_as_it_is(world: SmtpWorld) -> None:
    control_file(world, "one", to("SYSTEM"))
    control_file(world, "two", to("SYSTEM"))
    lines = world.dcl("$ TCPIP ANALYZE MAIL/DELETE/CONFIRM").splitlines()
    assert lines[-1] == "%TCPIP-I-ANA_FILCOR, found 0 corrupted CF files in Postmaster directory"
    assert len(world.control_files()) == 2


# -- entries that are not those of this node's SMTP -----------------------------------------------------------------------------------------


def test_entries_of_other_queues_are_left_alone_and_count_for_their_files(world: SmtpWorld) -> None:
    world.dcl("$ INITIALIZE/QUEUE/BATCH/START OTHER")
    gone = entry_of(world, f"{SMTP}01051409000000_SMITH.TCPIP_ALPHA1;1", "OTHER", hold=True)
    parked = entry_of(world, control_file(world, "parked", to("SYSTEM")), "OTHER", hold=True)
    assert analyze(world).figures == {}
    assert analyze(world, Plan(delete=EVERYTHING)).figures == {}
    assert world.entries() == [gone, parked]
    assert len(world.control_files()) == 1


def test_a_file_that_is_no_control_file_stays_when_its_entry_goes(world: SmtpWorld) -> None:
    world.dcl("$ TCPIP STOP MAIL")
    world.write("SYS$COMMON:[SYSMGR]REPORT.TXT", "not mail")
    entry_of(world, "SYS$COMMON:[SYSMGR]REPORT.TXT;1")
    assert analyze(world).figures == {"FEPAIR": 1, "DELQEN": 1}
    assert world.entries() == []
    assert world.text("SYS$COMMON:[SYSMGR]REPORT.TXT") == ["not mail"]


def test_remove_mail_deletes_no_file_but_the_control_file_of_the_user(world: SmtpWorld) -> None:
    world.dcl("$ TCPIP STOP MAIL")
    world.write("SYS$COMMON:[SYSMGR]REPORT.TXT", "not mail")
    entry_of(world, "SYS$COMMON:[SYSMGR]REPORT.TXT;1")
    entry_of(world, control_file(world, "of Jones", to("SYSTEM"), user="JONES"))
    world.dcl("$ TCPIP REMOVE MAIL SMITH/NOCONFIRM")
    assert world.entries() == []
    assert world.text("SYS$COMMON:[SYSMGR]REPORT.TXT") == ["not mail"]
    assert len(world.control_files()) == 1


def test_an_entry_made_with_another_name_of_the_directory_is_the_entry_of_its_file(world: SmtpWorld) -> None:
    world.dcl("$ TCPIP STOP MAIL")
    spec = control_file(world, "one", to("SYSTEM"))
    entry_of(world, spec.replace("SYS$SPECIFIC:[", "DKA0:[SYS0."))
    assert analyze(world).figures == {"FEPAIR": 1}


# -- a crash ---------------------------------------------------------------------------------------------------------------------------------


def test_a_crash_at_any_commit_of_a_repair_loses_and_doubles_nothing() -> None:
    world = SmtpWorld()
    world.dcl("$ TCPIP STOP MAIL")
    for number in range(3):
        control_file(world, f"lost {number}", to("SYSTEM"))
    control_file(world, "bounce", to("NOBODY", RecipientState.FAILED, f"{LOST}no such user"))
    entry_of(world, control_file(world, "held", to("SYSTEM")), hold=True)
    world.write(f"{SMTP}01051409000000_SMITH.TCPIP_ALPHA1", "no control file")
    entry_of(world, f"{SMTP}01051409000000_JONES.TCPIP_ALPHA1;1")
    world.settle()
    crashes: list[MemoryStore] = []
    commit = world.kernel.commit

    def watched() -> None:
        commit()
        crashes.append(world.store.committed())

    world.kernel.commit = watched  # type: ignore[method-assign]
    world.kernel.budget = 1  # a commit after each step
    assert analyze(world).figures == {"FEPAIR": 1, "DELQEN": 1, "FILNOQ": 5, "SUBFIL": 5, "FILDEL": 1, "FILCOR": 1}
    world.kernel.commit = commit  # type: ignore[method-assign]
    distinct = {frozenset(crash.scan(b"", b"\xff")): crash for crash in crashes}
    assert len(distinct) > 7
    for crash in distinct.values():
        again = SmtpWorld(crash, clock=VmsTime(world.kernel.now + DeltaTime.of(minutes=1)))
        again.dcl("$ TCPIP START MAIL")
        analyze(again)
        assert subjects(again, "SYSTEM") == ["bounce", "held", "lost 0", "lost 1", "lost 2"]
        assert again.control_files() == []
        assert again.entries() == []
