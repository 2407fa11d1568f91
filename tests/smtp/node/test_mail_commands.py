"""SHOW MAIL, SEND MAIL and REMOVE MAIL where something is wrong, and what they leave untouched."""

from __future__ import annotations

import pytest

from smtp.control_file import store
from smtp.control_file.control_file import Recipient
from tests.smtp.node.smtp_world import SMTP, OutsideServer, SmtpWorld
from tests.smtp.node.test_analyze_mail import control_file, entry_of, manager_process, to
from vmsemu.base.time import DeltaTime

CORRUPT = f"{SMTP}01051409000000_SMITH.TCPIP_ALPHA1;1"


@pytest.fixture
def world() -> SmtpWorld:
    return SmtpWorld()


def contents(world: SmtpWorld, spec: str) -> bytes:
    with world.files().open(spec) as file:
        return bytes(file.sequential.read_bytes(0, file.sequential.end()))


def test_show_mail_goes_on_when_a_control_file_can_not_be_read(world: SmtpWorld) -> None:
    world.dcl("$ TCPIP STOP MAIL")
    world.write(CORRUPT, "no control file")
    entry_of(world, CORRUPT)
    entry_of(world, control_file(world, "two", to("SYSTEM")))
    lines = world.dcl("$ SET NOON", "$ TCPIP SHOW MAIL SMITH/FULL", "$ SHOW SYMBOL $STATUS").splitlines()
    assert sum("Pending (queue stopped)" in line for line in lines) == 2
    assert "         Recipients:    unsent  <SYSTEM@alpha1.example.com>" in lines
    assert lines[-2] == f"%TCPIP-E-CFCORRUPT, control file {CORRUPT} is corrupt: no control file header"
    assert lines[-1].startswith('  $STATUS == "%X176')


def test_who_queues_the_file_of_another_user_neither_reads_nor_deletes_it(world: SmtpWorld) -> None:
    world.dcl("$ TCPIP STOP MAIL")
    entry_of(world, control_file(world, "secret", to("SYSTEM"), user="SYSTEM"), user="STUDENT")
    assert "error reading control file" in world.dcl("$ TCPIP SHOW MAIL/FULL", user="STUDENT")
    assert "Recipients" not in world.dcl("$ TCPIP SHOW MAIL/FULL", user="STUDENT")
    world.write(f"{SMTP}01051409000000_SYSTEM.TCPIP_ALPHA1", "no control file")
    entry_of(world, f"{SMTP}01051409000000_SYSTEM.TCPIP_ALPHA1;1", user="STUDENT")
    world.dcl("$ TCPIP ANALYZE MAIL STUDENT/REPAIR", user="STUDENT")
    world.dcl("$ TCPIP REMOVE MAIL/NOCONFIRM", user="STUDENT")
    assert world.entries() == []
    assert len(world.control_files()) == 2


def test_nothing_in_a_control_file_steers_the_terminal(world: SmtpWorld) -> None:
    world.dcl("$ TCPIP STOP MAIL")
    recipient = to("SYSTEM")
    recipient.reason = "550 \x1b[2J\x07 gone"
    entry_of(world, control_file(world, "one", recipient))
    text = world.dcl("$ TCPIP SHOW MAIL SMITH/FULL")
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "550 \\1b[2J\\7 gone" in text


def test_send_mail_changes_no_control_file(world: SmtpWorld) -> None:
    server = OutsideServer(world, "192.0.2.11", MAIL="451 later")
    OutsideServer(world, "192.0.2.12", MAIL="451 later")
    world.write("SYS$MANAGER:NOTE.TXT", "hello")
    world.dcl('$ MAIL/SUBJECT=One SYS$MANAGER:NOTE.TXT "green@dest.example.org"')
    world.advance(DeltaTime.of(minutes=1))
    (entry,) = world.entries()
    before = contents(world, entry.files[0].spec)
    world.dcl("$ TCPIP SEND MAIL/ENTRY=1/AFTER=TOMORROW")
    assert contents(world, entry.files[0].spec) == before
    assert store.read(manager_process(world), entry.files[0].spec).attempts == 1
    server.answers.clear()
    world.dcl("$ TCPIP SEND MAIL/ENTRY=1")
    world.advance(DeltaTime.of(minutes=1))
    assert world.entries() == []
    assert len(server.messages) == 1


def test_send_mail_resubmits_what_is_retained_on_error(world: SmtpWorld) -> None:
    world.dcl("$ SET QUEUE/RETAIN=ERROR TCPIP$SMTP_ALPHA1_01")
    world.write(CORRUPT, "no control file")
    entry = entry_of(world, CORRUPT)
    world.settle()
    assert entry.retained
    world.dcl("$ TCPIP STOP MAIL", "$ TCPIP SEND MAIL SMITH/NOCONFIRM")
    assert not entry.retained
    assert entry.queue == "TCPIP$SMTP_ALPHA1_00"


def test_remove_mail_takes_an_entry_away_whose_file_is_gone(world: SmtpWorld) -> None:
    world.dcl("$ TCPIP STOP MAIL")
    entry_of(world, CORRUPT)
    assert world.dcl("$ TCPIP REMOVE MAIL SMITH/NOCONFIRM") == ""
    assert world.entries() == []


@pytest.mark.parametrize("sender", ["a@sender.example.org", ""])
def test_a_user_who_is_named_twice_gets_one_copy(world: SmtpWorld, sender: str) -> None:
    world.send(sender, ["system@alpha1.example.com", "system@ALPHA1.Example.COM", "SYSTEM@alpha1.example.com"], "Subject: once\n\nhello")
    assert [header.subject for header, _ in world.messages("SYSTEM")] == ["once"]
    assert world.entries() == []


def test_a_user_who_is_named_twice_in_a_control_file_has_one_fate(world: SmtpWorld) -> None:
    twice = [to("NOBODY"), to("nobody"), Recipient(to("system").address)]
    spec = control_file(world, "one", *twice)
    entry_of(world, spec)
    world.settle()
    assert [header.subject for header, _ in world.messages("SYSTEM")] == ["one", "one"]  # one as the postmaster
    assert world.control_files() == []
