"""Mail from OpenVMS Mail to internet addresses: the SMTP% protocol."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.smtp.node.smtp_world import OutsideServer, SmtpWorld
from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.mail.message import Message, compose_from
from vmsemu.services.stream import CallbackOutput, ListInput


@pytest.fixture
def world() -> SmtpWorld:
    return SmtpWorld()


def send(
    world: SmtpWorld, recipients: Sequence[str], message: Message, user: str = "STUDENT", setup: Sequence[tuple[str, str]] = ()
) -> list[str]:
    """What the utility does for SEND; the messages of a failure."""
    failures: list[str] = []

    async def main(process: Any) -> None:
        for name, value in setup:
            process.names.define(name, [value])
        try:
            transport = world.mail.transport("SMTP")
            for recipient in recipients:
                transport.check_user(process, recipient)  # type: ignore[attr-defined]
            await transport.send(process, recipients, message)
        except VmsError as error:
            failures.append(error.message.definition.ident)

    process = world.node.login(user, ListInput([]), CallbackOutput(lambda text: None), main)
    world.kernel.run_until_done(lambda: process.ended.done, VmsTime(world.kernel.now + DeltaTime.of(minutes=5)))
    world.settle()
    return failures


def message(**fields: Any) -> Message:
    values = {
        "from_": compose_from("STUDENT", "John Student"),
        "to": "a@dest.example.org",
        "subject": "Greetings",
        "body_lines": ["Hello", ".x"],
    }
    return Message(**(values | fields))


def test_a_message_arrives_with_the_headers_of_the_product(world: SmtpWorld) -> None:
    server = OutsideServer(world, "192.0.2.11")
    assert send(world, ["a@dest.example.org"], message(to='SMTP%"a@dest.example.org"')) == []
    assert server.messages == [
        (
            "student@alpha1.example.com",
            ["a@dest.example.org"],
            [
                "Date: Mon, 14 May 2001 10:00:00 +0000 (GMT)",
                "Message-Id: <01051410000000@alpha1.example.com>",
                "From: student@alpha1.example.com (John Student)",
                "To: a@dest.example.org",
                'X-VMS-To: SMTP%"a@dest.example.org"',
                "Subject: Greetings",
                "",
                "Hello",
                ".x",
            ],
        )
    ]


def test_the_control_file_carries_the_name_of_the_sender_and_belongs_to_the_smtp_account(world: SmtpWorld) -> None:
    assert send(world, ["a@dest.example.org"], message()) == []
    assert world.control_files() == ["01051410000000_STUDENT.TCPIP_ALPHA1;1"]
    (entry,) = world.entries()
    assert entry.username == "STUDENT"
    with world.files().open(f"SYS$SPECIFIC:[TCPIP$SMTP]{world.control_files()[0]}", shared=True) as file:
        assert file.header.owner.to_text() == "[3655,3]"


def test_copies_stand_in_cc_and_both_lines_are_kept_as_typed(world: SmtpWorld) -> None:
    server = OutsideServer(world, "192.0.2.11")
    send(
        world, ["a@dest.example.org", "b@dest.example.org"], message(to='SMTP%"a@dest.example.org"', cc='SMTP%"b@dest.example.org",SYSTEM')
    )
    lines = server.messages[0][2]
    assert "To: a@dest.example.org" in lines and "Cc: b@dest.example.org" in lines
    assert 'X-VMS-Cc: SMTP%"b@dest.example.org",SYSTEM' in lines


def test_the_user_s_own_from_is_used_unless_it_is_prohibited(world: SmtpWorld) -> None:
    server = OutsideServer(world, "192.0.2.11")
    for value, expected in (
        ("bill.smith@x.example", "From: bill.smith@x.example (John Student)"),
        ("bill.smith@x.example (Phone: 1)", "From: bill.smith@x.example (Phone: 1)"),
        ("bill.smith", "From: bill.smith@alpha1.example.com"),
        ("not legal at all@", "From: student@alpha1.example.com (John Student)"),
    ):
        send(world, ["a@dest.example.org"], message(), setup=[("TCPIP$SMTP_FROM", value)])
        assert server.messages[-1][2][2] == expected
    send(world, ["a@dest.example.org"], message(), setup=[("TCPIP$SMTP_FROM", "x@y.example"), ("TCPIP$SMTP_PROHIBIT_USER_HEADERS", "1")])
    assert server.messages[-1][2][2] == "From: student@alpha1.example.com (John Student)"


def test_the_substitute_domain_hides_the_host(world: SmtpWorld) -> None:
    server = OutsideServer(world, "192.0.2.11")
    world.dcl("$ TCPIP SET CONFIGURATION SMTP/SUBSTITUTE_DOMAIN=NAME=EXAMPLE.COM", "$ TCPIP STOP MAIL", "$ TCPIP START MAIL")
    send(world, ["a@dest.example.org"], message())
    sender, _, lines = server.messages[0]
    assert sender == "student@example.com"
    assert "From: student@example.com (John Student)" in lines


def test_the_eighth_bit_is_cleared_unless_the_option_leaves_it(world: SmtpWorld) -> None:
    server = OutsideServer(world, "192.0.2.11")
    send(world, ["a@dest.example.org"], message(body_lines=["Gr\u00fc\u00dfe"]))
    world.dcl("$ TCPIP SET CONFIGURATION SMTP/OPTIONS=EIGHT_BIT", "$ TCPIP STOP MAIL", "$ TCPIP START MAIL")
    send(world, ["a@dest.example.org"], message(body_lines=["Gr\u00fc\u00dfe"]))
    assert [m[2][-1] for m in server.messages] == ["Gr|_e", "Gr\u00fc\u00dfe"]


def test_mail_to_a_user_of_this_node_through_smtp_has_no_jacket(world: SmtpWorld) -> None:
    send(world, ["system@alpha1.example.com"], message(to='SMTP%"system@alpha1.example.com"'))
    ((header, body),) = world.messages("SYSTEM")
    assert header.from_ == 'SMTP%"student@alpha1.example.com"'
    assert body == ["Hello", ".x"]


@pytest.mark.parametrize("address", ["nohost", "a@", "a b@dest.example.org", "@dest.example.org"])
def test_what_is_no_internet_address_is_refused_when_it_is_typed(world: SmtpWorld, address: str) -> None:
    assert send(world, [address], message()) == ["INVADDR"]
    assert world.control_files() == []


def test_a_name_of_another_mail_world_becomes_a_quoted_local_part(world: SmtpWorld) -> None:
    server = OutsideServer(world, "192.0.2.11")
    send(world, ["a@dest.example.org"], message(from_="OTHER::JONES"))
    assert server.messages[0][0] == '"OTHER::JONES"@alpha1.example.com'
