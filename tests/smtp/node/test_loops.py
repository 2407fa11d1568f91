"""Mail that could go round for ever, and what a node writes differently when it leaves."""

from __future__ import annotations

import pytest

from tests.smtp.node.smtp_world import OutsideServer, SmtpWorld


@pytest.fixture
def world() -> SmtpWorld:
    made = SmtpWorld()
    made.dcl("$ TCPIP SET CONFIGURATION SMTP/OPTIONS=(RELAY,NOHEADERS)")
    restart(made)
    return made


def restart(world: SmtpWorld, *names: str) -> None:
    world.dcl(*(f"$ DEFINE/SYSTEM TCPIP$SMTP_{name} 1" for name in names), "$ TCPIP STOP MAIL", "$ TCPIP START MAIL")


def send(world: SmtpWorld, sender: str, recipient: str, text: str = "Subject: s\n\nbody") -> None:
    assert world.send(sender, [recipient], text) == b"250 OK\r\n"
    world.settle()


def test_forwarding_in_a_circle_is_counted_when_no_headers_are_written(world: SmtpWorld) -> None:
    world.forward("STUDENT", 'SMTP%"friend@alpha1.example.com"')
    world.forward("FRIEND", 'SMTP%"student@alpha1.example.com"')
    send(world, "system@alpha1.example.com", "student@alpha1.example.com")
    ((_, body),) = world.messages("SYSTEM")
    assert "    hop count exceeded 16" in body
    assert world.control_files() == [] and world.entries() == []


def test_a_bounce_that_is_forwarded_still_has_no_return_path(world: SmtpWorld) -> None:
    server = OutsideServer(world, "192.0.2.11")
    world.forward("STUDENT", 'SMTP%"student@dest.example.org"')
    send(world, "student@alpha1.example.com", "nobody@alpha1.example.com")
    ((sender, recipients, lines),) = server.messages
    assert (sender, recipients) == ("", ["student@dest.example.org"])
    assert "Subject: Undeliverable Mail" in lines


def test_bounces_of_forwarded_bounces_do_not_breed(world: SmtpWorld) -> None:
    server = OutsideServer(world, "192.0.2.11", RCPT="550 no")
    world.forward("TCPIP$SMTP", 'SMTP%"manager@dest.example.org"')
    world.forward("POSTMASTER", 'SMTP%"manager@dest.example.org"')
    send(world, "jones@sender.example.org", "nobody@alpha1.example.com")
    assert server.sessions == 17
    assert world.entries() == [] and len(world.control_files()) == 1
    assert world.log().count("message is neither deliverable nor returnable") == 1


def test_no_two_messages_of_one_moment_have_one_identification(world: SmtpWorld) -> None:
    server = OutsideServer(world, "192.0.2.11")
    for _ in range(5):
        send(world, "jones@sender.example.org", "nobody@alpha1.example.com")
    identifications = [line for _, _, lines in server.messages for line in lines if line.startswith("Message-Id:")]
    assert len(identifications) == len(set(identifications)) == 5


def test_mime_goes_through_as_it_came(world: SmtpWorld) -> None:
    server = OutsideServer(world, "192.0.2.11")
    world.dcl("$ TCPIP SET CONFIGURATION SMTP/OPTIONS=EIGHT_BIT")
    restart(world)
    text = "MIME-Version: 1.0\nContent-Type: text/plain;\n\tcharset=utf-8\nX-Odd:x\n\ncaf\xc3\xa9 \t\n.dot\n\n--x--\n"
    send(world, "jones@sender.example.org", "a@dest.example.org", text)
    assert server.messages[0][2][2:] == text.split("\n")


def test_eighth_bits_are_cleared_unless_they_are_wanted(world: SmtpWorld) -> None:
    server = OutsideServer(world, "192.0.2.11")
    send(world, "jones@sender.example.org", "a@dest.example.org", "Subject: s\n\ncaf\xe9")
    assert server.messages[0][2][-1] == "cafi"


def test_a_long_record_leaves_in_pieces_and_arrives_in_one(world: SmtpWorld) -> None:
    server = OutsideServer(world, "192.0.2.11")
    record = "0123456789" * 150
    world.write("SYS$SYSDEVICE:[000000]LONG.TXT", record, protection="S:RWED,O:RWED,G:RE,W:RE")
    world.dcl(*(f'$ MAIL SYS$SYSDEVICE:[000000]LONG.TXT "{to}"' for to in ("a@dest.example.org", "student@alpha1.example.com")))
    world.settle()
    assert server.messages[0][2][-2:] == [record[:998], record[998:]]
    assert world.messages("STUDENT")[0][1] == [record]


def test_addresses_of_message_router_become_simple_when_that_is_wanted(world: SmtpWorld) -> None:
    server = OutsideServer(world, "192.0.2.11")
    router = r'"MRGATE::\"A1::SMITH\""@alpha1.example.com'
    for names in ((), ("REWRITE_MTS_FROM",)):
        restart(world, *names)
        send(world, router, "a@dest.example.org", f"From: {router}\nSubject: s\n\nbody")
    kept, simple = server.messages
    assert kept[0] == router and f"From: {router}" in kept[2]
    assert simple[0] == "SMITH@alpha1.example.com" and "From: SMITH@alpha1.example.com" in simple[2]
