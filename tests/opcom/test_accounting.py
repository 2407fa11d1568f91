"""Records of the accounting file, and who writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.smtp.node.smtp_world import SmtpWorld
from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.formats.acrdef import AccountingRecord, Identity, Printed, ProcessKind, RecordType, Resources
from vmsemu.opcom.accounting import SPEC, AccountingClass, AccountingManager
from vmsemu.services.loginout import LoginSource, authenticate

TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40)
LONG = st.integers(0, 0xFFFFFFFF)
TIME = st.integers(0, 1 << 62).map(VmsTime)
IDENTITY = st.builds(
    Identity,
    LONG,
    LONG,
    LONG,
    st.integers(0, (1 << 64) - 1),
    st.integers(0, 255),
    TEXT,
    TEXT,
    TEXT,
    TEXT,
    TEXT,
    LONG,
    TEXT,
    TEXT,
    TEXT,
    TEXT,
)
RESOURCES = st.builds(Resources, TIME, *([LONG] * 10))
PRINTED = st.builds(Printed, LONG, TIME, TIME, *([LONG] * 4))


@given(
    st.builds(
        AccountingRecord,
        st.sampled_from(RecordType),
        TIME,
        st.sampled_from(ProcessKind),
        IDENTITY,
        st.none() | RESOURCES,
        st.none() | PRINTED,
        TEXT,
        TEXT,
        st.binary(max_size=255),
    )
)
def test_a_record_survives_its_file(record: AccountingRecord) -> None:
    assert AccountingRecord.from_bytes(record.to_bytes()) == record


@given(st.binary(max_size=80))
def test_bytes_that_are_no_record_are_none_and_nothing_breaks(data: bytes) -> None:
    AccountingRecord.from_bytes(data)
    good = AccountingRecord(RecordType.USER, VmsTime(1), identity=Identity(username="SMITH"), user_data=b"x").to_bytes()
    AccountingRecord.from_bytes(good[: len(data)])


@pytest.fixture
def world() -> SmtpWorld:
    return SmtpWorld()


def records(world: SmtpWorld) -> list[AccountingRecord]:
    """What the file holds."""
    world.system.part(AccountingManager).flush()
    with world.files().open(SPEC, shared=True) as file:
        found = [AccountingRecord.from_bytes(data) for data in file]
    assert None not in found
    return [record for record in found if record is not None]


def test_a_boot_and_the_end_of_startup_are_written_down(world: SmtpWorld) -> None:
    first, *rest = records(world)
    assert first.type is RecordType.SYSINIT
    assert [(r.type, r.kind, r.identity.username) for r in rest] == [(RecordType.PROCESS, ProcessKind.DETACHED, "SYSTEM")] * len(rest)


def test_records_wait_some_seconds_before_they_are_written(world: SmtpWorld) -> None:
    assert not world.directory(SPEC)
    world.advance(DeltaTime.of(seconds=10))
    assert world.directory(SPEC) == ["ACCOUNTNG.DAT;1"]


def test_a_connection_is_a_network_process_of_its_client(world: SmtpWorld) -> None:
    world.talk(b"QUIT")
    record = next(r for r in records(world) if r.kind is ProcessKind.NETWORK)
    assert record.identity.username == "TCPIP$SMTP" and record.identity.remote_address == "192.0.2.2"
    assert record.resources is not None and record.resources.status == 0x10000001 and record.resources.images == 1


def test_a_login_that_fails_is_written_down_with_its_reason(world: SmtpWorld) -> None:
    with pytest.raises(VmsError) as caught:
        authenticate(world.system, "intruder", "x", LoginSource("NETWORK", remote="192.0.2.99"))
    record = records(world)[-1]
    assert (record.type, record.identity.username, record.identity.remote_address) == (RecordType.LOGFAIL, "INTRUDER", "192.0.2.99")
    assert record.resources is not None and record.resources.status == caught.value.value


def test_jobs_of_output_queues_are_print_records(world: SmtpWorld) -> None:
    world.send("a@sender.example.org", ["student@alpha1.example.com"], "x")
    world.settle()
    printed = [r for r in records(world) if r.type is RecordType.PRINT]
    assert [(r.identity.queue, r.identity.username) for r in printed] == [("TCPIP$SMTP_ALPHA1_01", "TCPIP$SMTP")]
    assert printed[0].printed is not None and printed[0].printed.status & 1


def test_a_program_may_have_its_own_record_unless_messages_are_off(world: SmtpWorld) -> None:
    books = world.system.part(AccountingManager)
    process = next(p for p in world.system.processes if p.username == "SYSTEM")
    books.user_message(process, b"SPAM")
    books.enabled &= ~AccountingClass.MESSAGE
    books.user_message(process, b"more")
    assert [r.user_data for r in records(world) if r.type is RecordType.USER] == [b"SPAM"]


def test_a_file_that_can_not_be_written_is_told_once_and_written_again_later(world: SmtpWorld) -> None:
    world.dcl("$ RENAME SYS$SYSROOT:[000000]SYSMGR.DIR AWAY.DIR")
    books = world.system.part(AccountingManager)
    process = next(p for p in world.system.processes if p.username == "SYSTEM")
    for _ in range(3):
        books.user_message(process, b"lost")
        books.flush()
    world.dcl("$ RENAME SYS$SYSROOT:[000000]AWAY.DIR SYSMGR.DIR")
    books.user_message(process, b"kept")
    assert [r.user_data for r in records(world) if r.type is RecordType.USER][-1:] == [b"kept"]


def test_what_waits_is_written_when_the_node_stops(world: SmtpWorld) -> None:
    world.advance(DeltaTime.of(seconds=10))
    world.talk(b"QUIT")
    world.close()
    again = SmtpWorld(world.store)
    assert [r.kind for r in records(again) if r.kind is ProcessKind.NETWORK] == [ProcessKind.NETWORK]
    assert [r.type for r in records(again)].count(RecordType.SYSINIT) == 2


def test_a_node_that_stops_before_anything_was_written_loses_nothing(world: SmtpWorld) -> None:
    world.talk(b"QUIT")
    world.close()
    again = SmtpWorld(world.store)
    assert [r.type for r in records(again)].count(RecordType.SYSINIT) == 2
    assert [r.kind for r in records(again) if r.kind is ProcessKind.NETWORK] == [ProcessKind.NETWORK]
