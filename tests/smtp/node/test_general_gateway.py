"""Addresses of UUCP from the network: they leave the node, so they are relays."""

from __future__ import annotations

import pytest

from tests.smtp.node.smtp_world import OutsideServer, SmtpWorld

RELAYED, LOCAL = "far!away!jones@alpha1.example.com", "student@alpha1.example.com"


@pytest.fixture
def world() -> SmtpWorld:
    made = SmtpWorld()
    made.dcl("$ TCPIP SET CONFIGURATION SMTP/GATEWAY=GENERAL_PURPOSE=192.0.2.77", "$ TCPIP STOP MAIL", "$ TCPIP START MAIL")
    return made


def test_they_are_refused_when_this_host_does_not_relay(world: SmtpWorld) -> None:
    replies = world.talk(b"HELO c", b"MAIL FROM:<a@sender.example.org>", f"RCPT TO:<{RELAYED}>".encode(), f"RCPT TO:<{LOCAL}>".encode())
    assert replies[-2:] == [b"550 User not local, Relay disabled.\r\n", b"250 OK\r\n"]


def test_they_go_to_the_general_purpose_gateway_when_it_does(world: SmtpWorld) -> None:
    gateway = OutsideServer(world, "192.0.2.77")
    world.dcl("$ TCPIP SET CONFIGURATION SMTP/OPTIONS=RELAY")
    assert world.send("a@sender.example.org", [RELAYED], "Subject: s\n\nbody") == b"250 OK\r\n"
    world.settle()
    assert [recipients for _, recipients, _ in gateway.messages] == [[RELAYED]]
