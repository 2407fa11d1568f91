"""The symbiont on a running node: remote delivery, retries, bounces, lists, forwarding, lost and corrupt control files."""

from __future__ import annotations

import pytest

from smtp.control_file.control_file import ControlFile, RecipientState
from tests.smtp.node.smtp_world import SMTP, OutsideServer, SmtpWorld
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.kernel.clock import VirtualClock

HALF_HOUR, HOUR = DeltaTime.of(minutes=30), DeltaTime.of(hours=1)


@pytest.fixture
def world() -> SmtpWorld:
    made = SmtpWorld()
    made.dcl("$ TCPIP SET CONFIGURATION SMTP/OPTIONS=RELAY")
    made.dcl("$ TCPIP STOP MAIL", "$ TCPIP START MAIL")
    return made


def relay(world: SmtpWorld, *recipients: str, sender: str = "jones@sender.example.org", text: str = "Subject: s\n\nbody\n.dot") -> None:
    assert world.send(sender, list(recipients), text) == b"250 OK\r\n"
    world.settle()


def stored(world: SmtpWorld) -> ControlFile:
    (name,) = world.control_files()
    with world.files().open(f"{SMTP}{name}", shared=True) as file:
        return ControlFile.from_bytes(b"".join(file), name)


def test_mail_for_another_host_goes_to_its_best_mail_exchanger(world: SmtpWorld) -> None:
    best, other = OutsideServer(world, "192.0.2.11"), OutsideServer(world, "192.0.2.12")
    relay(world, "a@dest.example.org", "b@dest.example.org")
    ((sender, recipients, lines),) = best.messages
    assert (sender, recipients) == ("jones@sender.example.org", ["a@dest.example.org", "b@dest.example.org"])
    assert lines[0] == "Received: by alpha1.example.com (V5.1-15, OpenVMS V7.3 Alpha);"
    assert lines[2:] == ["Subject: s", "", "body", ".dot"]
    assert other.sessions == 0
    assert world.control_files() == [] and world.entries() == []


def test_the_next_exchanger_is_tried_when_the_best_refuses_or_is_not_there(world: SmtpWorld) -> None:
    other = OutsideServer(world, "192.0.2.12")
    relay(world, "a@dest.example.org")
    assert len(other.messages) == 1
    busy = OutsideServer(world, "192.0.2.11", BANNER="421 busy")
    relay(world, "a@dest.example.org")
    assert (busy.sessions, len(other.messages)) == (1, 2)


def test_a_host_that_is_away_is_tried_again_after_half_an_hour_and_then_hourly(world: SmtpWorld) -> None:
    created = world.kernel.now
    relay(world, "a@dest.example.org")
    times = []
    for _ in range(3):
        (entry,) = world.entries()
        assert entry.after is not None
        times.append(entry.after - created)
        world.kernel.run_until(entry.after)
        world.settle()
    assert times == [HALF_HOUR, HALF_HOUR + HOUR, HALF_HOUR + HOUR + HOUR]
    assert stored(world).attempts == 4
    assert "host is unreachable" in stored(world).recipients[0].reason
    server = OutsideServer(world, "192.0.2.11")
    world.advance(HOUR)
    assert len(server.messages) == 1
    assert world.control_files() == [] and world.entries() == []


def test_after_three_days_the_message_comes_back_to_its_sender(world: SmtpWorld) -> None:
    world.dcl('$ TCPIP SET CONFIGURATION SMTP/INTERVAL=(MAX="0 02:00:00.00")', "$ TCPIP STOP MAIL", "$ TCPIP START MAIL")
    home = OutsideServer(world, "192.0.2.11", **{"RCPT TO:<A@DEST.EXAMPLE.ORG>": "450 mailbox busy"})
    relay(world, "a@dest.example.org")
    world.advance(DeltaTime.of(hours=3))
    ((sender, recipients, lines),) = home.messages
    assert (sender, recipients) == ("", ["jones@sender.example.org"])
    assert "Subject: Undeliverable Mail" in lines
    assert any("not delivered in time; last attempt: mx2.example.org" in line for line in lines)
    assert world.entries() == [] and world.control_files() == []


def test_a_recipient_refused_for_good_is_bounced_at_once_and_the_others_get_their_mail(world: SmtpWorld) -> None:
    server = OutsideServer(world, "192.0.2.11", **{"RCPT TO:<BAD@DEST.EXAMPLE.ORG>": "550 no such user"})
    relay(world, "good@dest.example.org", "bad@dest.example.org", "student@alpha1.example.com")
    assert [m[1] for m in server.messages] == [["good@dest.example.org"], ["jones@sender.example.org"]]
    bounce = server.messages[1][2]
    assert "From: TCPIP$SMTP@alpha1.example.com" in bounce
    at = bounce.index("  <bad@dest.example.org>")
    assert bounce[at + 1] == "    mx1.example.org: 550 no such user"
    assert "  <good@dest.example.org>" not in bounce
    assert bounce[-2:] == ["body", ".dot"]
    assert len(world.messages("STUDENT")) == 1


def test_a_deferred_recipient_waits_while_the_others_are_done(world: SmtpWorld) -> None:
    server = OutsideServer(world, "192.0.2.11", **{"RCPT TO:<LATER@DEST.EXAMPLE.ORG>": "450 later"})
    relay(world, "now@dest.example.org", "later@dest.example.org")
    assert [r.state for r in stored(world).recipients] == [RecipientState.SENT, RecipientState.UNSENT]
    server.answers.clear()
    world.advance(HALF_HOUR)
    assert [m[1] for m in server.messages] == [["now@dest.example.org"], ["later@dest.example.org"]]


def test_an_unknown_domain_is_bounced_and_a_silent_name_server_is_not(world: SmtpWorld) -> None:
    home = OutsideServer(world, "192.0.2.11")
    relay(world, "x@nowhere.example.org")
    assert any("nowhere.example.org: unknown or invalid host" in line for line in home.messages[0][2])
    world.zone.faults["silent.example.org"] = "SERVFAIL"
    relay(world, "x@silent.example.org")
    assert len(world.entries()) == 1 and len(home.messages) == 1


def test_an_unknown_local_user_is_bounced_to_the_sender(world: SmtpWorld) -> None:
    home = OutsideServer(world, "192.0.2.11")
    relay(world, "nobody@alpha1.example.com")
    ((_, recipients, lines),) = home.messages
    assert recipients == ["jones@sender.example.org"]
    assert "    %MAIL-E-NOSUCHUSR, no such user NOBODY" in lines


def test_a_local_sender_gets_his_bounce_in_mail(world: SmtpWorld) -> None:
    relay(world, "nobody@alpha1.example.com", sender="student@alpha1.example.com")
    ((header, _),) = world.messages("STUDENT")
    assert (header.from_, header.subject) == ('SMTP%"TCPIP$SMTP@alpha1.example.com"', "Undeliverable Mail")


def test_the_postmaster_alias_is_the_sender_of_bounces(world: SmtpWorld) -> None:
    world.dcl('$ DEFINE/SYSTEM TCPIP$SMTP_POSTMASTER_ALIAS "Postmaster"', "$ TCPIP STOP MAIL", "$ TCPIP START MAIL")
    relay(world, "nobody@alpha1.example.com", sender="student@alpha1.example.com")
    assert world.messages("STUDENT")[0][0].from_ == 'SMTP%"Postmaster@alpha1.example.com"'


def test_a_bounce_that_can_not_be_delivered_goes_to_the_postmaster_who_is_the_system_manager(world: SmtpWorld) -> None:
    assert world.mail.profile("POSTMASTER").forwarding == "SYSTEM"
    relay(world, "nobody@alpha1.example.com", sender="gone@alpha1.example.com")
    ((header, body),) = world.messages("SYSTEM")
    assert header.subject == "Undeliverable Mail"
    assert "  <nobody@alpha1.example.com>" in body
    assert world.control_files() == [] and world.entries() == []


def test_lost_mail_stays_in_the_directory_without_an_entry(world: SmtpWorld) -> None:
    world.forward("POSTMASTER", "")
    relay(world, "nobody@alpha1.example.com", sender="gone@alpha1.example.com")
    assert world.entries() == []
    (name,) = world.control_files()
    assert "_SYSTEM.TCPIP_ALPHA1" in name
    assert stored(world).recipients[0].state is RecipientState.FAILED
    assert "neither deliverable nor returnable" in world.log()


def test_a_corrupt_control_file_is_logged_and_kept_and_the_next_one_is_delivered(world: SmtpWorld) -> None:
    world.dcl("$ TCPIP STOP MAIL")
    world.send("a@sender.example.org", ["student@alpha1.example.com"], "one")
    world.advance(DeltaTime.of(seconds=1))
    world.send("a@sender.example.org", ["student@alpha1.example.com"], "two")
    first = world.control_files()[0]
    with world.files().open(f"{SMTP}{first}", update=True) as file:
        block = bytearray(file.get())
        block[40] ^= 1
        file.update(bytes(block))
    world.dcl("$ TCPIP START MAIL")
    world.settle()
    assert [body[0] for _, body in world.messages("STUDENT")] == ["two"]
    assert world.control_files() == [first]
    assert world.entries() == []
    assert "%TCPIP-E-CFCORRUPT, control file" in world.log() and "checksum" in world.log()


def test_an_entry_whose_control_file_is_gone_ends_with_an_error(world: SmtpWorld) -> None:
    world.dcl("$ TCPIP STOP MAIL")
    world.send("a@sender.example.org", ["student@alpha1.example.com"], "one")
    world.files().erase(f"{SMTP}{world.control_files()[0]}")
    world.dcl("$ TCPIP START MAIL")
    world.settle()
    assert world.entries() == []
    assert "%TCPIP-E-CFREAD" in world.log() and "%RMS-E-FNF" in world.log().replace("-RMS", "%RMS")


def test_a_control_file_that_somebody_has_open_is_tried_again_and_delivered_once(world: SmtpWorld) -> None:
    world.dcl("$ TCPIP STOP MAIL")
    world.send("a@sender.example.org", ["student@alpha1.example.com"], "one")
    with world.files().open(f"{SMTP}{world.control_files()[0]}", update=True):
        world.dcl("$ TCPIP START MAIL")
        assert world.messages("STUDENT") == []
    assert len(world.entries()) == 1 and "-RMS-E-FLK" in world.log()
    world.advance(HALF_HOUR)
    assert len(world.messages("STUDENT")) == 1
    assert world.control_files() == [] and world.entries() == []


def test_a_corrupt_control_file_is_not_tried_again_by_later_starts_of_mail(world: SmtpWorld) -> None:
    world.dcl("$ TCPIP STOP MAIL")
    world.send("a@sender.example.org", ["student@alpha1.example.com"], "one")
    with world.files().open(f"{SMTP}{world.control_files()[0]}", update=True) as file:
        file.update(b"X" + file.get()[1:])
    for _ in range(3):
        world.dcl("$ TCPIP START MAIL")
        world.advance(HOUR)
        world.dcl("$ TCPIP STOP MAIL")
    assert len(world.control_files()) == 1 and world.entries() == []
    assert world.log().count("%TCPIP-E-CFCORRUPT") == 1
    assert "no control file header" in world.log()


def test_a_message_with_too_many_hops_is_bounced(world: SmtpWorld) -> None:
    relay(world, "student@alpha1.example.com", sender="student@alpha1.example.com", text="Received: x\n" * 16 + "Subject: loop\n\nx")
    ((header, body),) = world.messages("STUDENT")
    assert header.subject == "Undeliverable Mail"
    assert "    hop count exceeded 16" in body


def test_a_distribution_list_reaches_its_members(world: SmtpWorld) -> None:
    server = OutsideServer(world, "192.0.2.11")
    world.write(f"{SMTP}FRIENDS.DIS", "! my friends", "a@dest.example.org", "STUDENT", "not an address")
    relay(world, "friends@alpha1.example.com")
    assert server.messages[0][1] == ["a@dest.example.org"]
    assert server.messages[0][0] == "jones@sender.example.org"
    assert len(world.messages("STUDENT")) == 1
    assert "not an address" in world.log()


def test_a_member_of_a_list_whose_host_is_away_waits_while_the_others_have_their_mail(world: SmtpWorld) -> None:
    world.write(f"{SMTP}FRIENDS.DIS", "a@dest.example.org", "STUDENT", "SYSTEM")
    relay(world, "friends@alpha1.example.com")
    assert (len(world.messages("STUDENT")), len(world.messages("SYSTEM"))) == (1, 1)
    assert [r.state for r in stored(world).recipients[:3]] == [RecipientState.UNSENT, RecipientState.SENT, RecipientState.SENT]
    server = OutsideServer(world, "192.0.2.11")
    world.advance(HALF_HOUR)
    assert [m[1] for m in server.messages] == [["a@dest.example.org"]]
    assert (len(world.messages("STUDENT")), len(world.messages("SYSTEM"))) == (1, 1)


def test_a_queue_does_one_job_at_a_time_in_their_order(world: SmtpWorld) -> None:
    world.dcl("$ TCPIP STOP MAIL")
    for number in range(3):
        relay(world, "a@slow.example.org", text=f"Subject: {number}\n\nx")
    silent = world.internet.attach(world.kernel, "192.0.2.99").listen("0.0.0.0", 25)
    world.dcl('$ TCPIP SET HOST "silent.example.net" /ADDRESS=192.0.2.99')
    world.dcl('$ TCPIP SET MX_RECORD "slow.example.org" /GATEWAY="silent.example.net" /PREFERENCE=1')
    world.kernel.start(silent.accept(), "SILENT")
    world.dcl("$ TCPIP START MAIL")
    world.advance(DeltaTime.of(minutes=1))
    out = world.dcl("$ SHOW QUEUE/ALL TCPIP$SMTP_*")
    assert (out.count("Processing"), out.count("Pending")) == (1, 2)
    assert [entry.number for entry in world.entries() if entry.queue == "TCPIP$SMTP_ALPHA1_01"] == [1]


def test_a_list_can_be_named_by_its_file_but_only_one_the_smtp_account_may_read(world: SmtpWorld) -> None:
    world.write("SYS$SYSDEVICE:[000000]TEAM.TXT", "STUDENT", protection="S:RWED,O:RWED,G:RE,W:RE")
    world.write("SYS$SYSDEVICE:[000000]SECRET.TXT", "STUDENT", protection="S:RWED,O:RWED,G,W")
    relay(world, '"SYS$SYSDEVICE:[000000]TEAM.TXT"@alpha1.example.com')
    assert len(world.messages("STUDENT")) == 1
    relay(world, '"SYS$SYSDEVICE:[000000]SECRET.TXT"@alpha1.example.com', sender="student@alpha1.example.com")
    assert "    %MAIL-E-NOSUCHUSR, no such user SYS$SYSDEVICE:[000000]SECRET.TXT" in world.messages("STUDENT")[1][1]


def test_a_list_without_members_is_bounced_and_not_swallowed(world: SmtpWorld) -> None:
    world.write(f"{SMTP}EMPTY.DIS", "! nobody yet", "not an address")
    relay(world, "empty@alpha1.example.com", sender="student@alpha1.example.com")
    ((header, body),) = world.messages("STUDENT")
    assert header.subject == "Undeliverable Mail"
    assert "    the list has no members" in body


def test_lists_in_a_circle_come_to_an_end(world: SmtpWorld) -> None:
    world.write(f"{SMTP}ONE.DIS", "two@alpha1.example.com")
    world.write(f"{SMTP}TWO.DIS", "one@alpha1.example.com")
    relay(world, "one@alpha1.example.com", sender="student@alpha1.example.com")
    assert world.messages("STUDENT")[0][0].subject == "Undeliverable Mail"
    assert world.control_files() == []


def test_forwarding_to_an_internet_address_makes_a_new_control_file(world: SmtpWorld) -> None:
    server = OutsideServer(world, "192.0.2.11")
    world.forward("STUDENT", 'SMTP%"me@dest.example.org"')
    relay(world, "student@alpha1.example.com")
    ((sender, recipients, lines),) = server.messages
    assert (sender, recipients) == ("jones@sender.example.org", ["me@dest.example.org"])
    assert "From: jones@sender.example.org" in lines


def test_forwarding_in_a_circle_comes_to_an_end(world: SmtpWorld) -> None:
    world.forward("STUDENT", 'SMTP%"student@alpha1.example.com"')
    relay(world, "student@alpha1.example.com", sender="system@alpha1.example.com")
    assert world.entries() == []
    assert [h.subject for h, _ in world.messages("SYSTEM")] == ["Undeliverable Mail"]


def test_headers_stand_where_the_configuration_wants_them(world: SmtpWorld) -> None:
    world.dcl("$ TCPIP SET CONFIGURATION SMTP/OPTIONS=TOP_HEADERS", "$ TCPIP STOP MAIL", "$ TCPIP START MAIL")
    relay(world, "student@alpha1.example.com")
    assert world.messages("STUDENT")[0][1][0] == "Return-Path: jones@sender.example.org"


def test_the_alternate_gateway_takes_what_is_outside_the_zone(world: SmtpWorld) -> None:
    gateway = OutsideServer(world, "192.0.2.99")
    world.dcl(
        "$ TCPIP SET CONFIGURATION SMTP/GATEWAY=ALTERNATE=192.0.2.99",
        "$ TCPIP SET CONFIGURATION SMTP/ZONE=EXAMPLE.COM",
        "$ TCPIP STOP MAIL",
        "$ TCPIP START MAIL",
    )
    relay(world, "x@dest.example.org")
    assert len(gateway.messages) == 1


def test_a_local_mx_record_decides_before_the_name_server(world: SmtpWorld) -> None:
    merlin = OutsideServer(world, "192.0.2.60")
    world.dcl(
        '$ TCPIP SET HOST "merlin.example.net" /ADDRESS=192.0.2.60',
        '$ TCPIP SET MX_RECORD "dest.example.org" /GATEWAY="merlin.example.net" /PREFERENCE=100',
    )
    relay(world, "x@dest.example.org")
    assert len(merlin.messages) == 1


def test_a_server_that_falls_silent_is_given_up_after_the_documented_time(world: SmtpWorld) -> None:
    silent = world.internet.attach(world.kernel, "192.0.2.11")
    listener = silent.listen("0.0.0.0", 25)
    held = []

    async def accept() -> None:
        while True:
            held.append(await listener.accept())

    world.kernel.start(accept(), "SILENT")
    relay(world, "a@dest.example.org")
    assert held and len(world.entries()) == 1
    world.advance(DeltaTime.of(minutes=6))
    (entry,) = world.entries()
    assert entry.after is not None
    assert "unreachable" in stored(world).recipients[0].reason or "timeout waiting for the reply to BANNER" in world.log()


def test_the_log_level_adds_control_files_headers_and_recipients_without_the_subject(world: SmtpWorld) -> None:
    world.dcl("$ DEFINE/SYSTEM TCPIP$SMTP_LOG_LEVEL 2", "$ TCPIP STOP MAIL", "$ TCPIP START MAIL")
    relay(world, "student@alpha1.example.com")
    log = world.log()
    assert "Next Open File: SYS$SPECIFIC:[TCPIP$SMTP]010514100000" in log
    assert "SUBJECT:<omitted>" in log and "sent: <student@alpha1.example.com>" in log


def test_a_message_accepted_before_a_crash_is_delivered_after_the_restart() -> None:
    world = SmtpWorld()
    world.dcl("$ TCPIP STOP MAIL")
    world.send("a@sender.example.org", ["student@alpha1.example.com"], "one")
    again = SmtpWorld(world.store, clock=VmsTime(world.kernel.now + HOUR))
    assert [body[0] for _, body in again.messages("STUDENT")] == ["one"]
    assert again.control_files() == [] and again.entries() == []


def test_an_attempt_that_a_crash_interrupts_is_made_again() -> None:
    world = SmtpWorld()
    world.dcl("$ TCPIP SET CONFIGURATION SMTP/OPTIONS=RELAY")
    world.send("a@sender.example.org", ["x@dest.example.org"], "one")
    assert len(world.entries()) == 1
    again = SmtpWorld(world.store, clock=VmsTime(world.kernel.now + HOUR))
    server = OutsideServer(again, "192.0.2.12")
    again.advance(HOUR)
    assert len(server.messages) == 1
    assert isinstance(again.kernel.clock, VirtualClock)
