"""Send From File on a running node: the callable routine and the image."""

from __future__ import annotations

from typing import Any

import pytest

from smtp.send_from_file import tcpip_smtp_send_from_file
from tests.smtp.node.smtp_world import SMTP, OutsideServer, SmtpWorld
from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.services.stream import CallbackOutput, ListInput

MAIL = ["MAIL FROM:<me@example.net>", "RCPT TO:<a@dest.example.org>", "RCPT TO:<system>", "DATA", "Subject: x", "", "text", "."]
SPEC = "SYS$SYSDEVICE:[STUDENT]M.TXT"
SFF = "$ MCR TCPIP$SYSTEM:TCPIP$SMTP_SFF.EXE"


@pytest.fixture
def world() -> SmtpWorld:
    return SmtpWorld()


def call(world: SmtpWorld, *arguments: Any, user: str = "STUDENT") -> str:
    """The routine, called by an image of that user: the control file, or the idents of the failure."""
    found: list[str] = []

    async def main(process: Any) -> None:
        try:
            found.append(await tcpip_smtp_send_from_file(process, *arguments))
        except VmsError as error:
            found.append(" ".join(message.definition.ident for message in error.message.chain()))

    process = world.node.login(user, ListInput([]), CallbackOutput(lambda text: None), main)
    world.kernel.run_until_done(lambda: process.ended.done, VmsTime(world.kernel.now + DeltaTime.of(minutes=5)))
    world.settle()
    return found[0]


def test_the_routine_queues_the_file_under_the_name_of_its_caller(world: SmtpWorld) -> None:
    server = OutsideServer(world, "192.0.2.11")
    world.write(SPEC, *MAIL, protection="S:RWED,O:RWED,G:RE,W:RE")
    lines: list[str] = []
    spec = call(world, SPEC, lines.append, 1)
    assert "_STUDENT.TCPIP_ALPHA1" in spec
    assert lines[0] == "sender: <me@example.net>" and "submitted to TCPIP$SMTP_ALPHA1_00" in lines[-1]
    assert server.messages == [
        (
            "me@example.net",
            ["a@dest.example.org"],
            [
                "Received: by alpha1.example.com (V5.1-15, OpenVMS V7.3 Alpha);",
                "\tMon, 14 May 2001 10:00:00 +0000 (GMT)",
                "Subject: x",
                "",
                "text",
                ".",
            ],
        )
    ]
    ((header, _),) = world.messages("SYSTEM")
    assert (header.from_, header.subject) == ('SMTP%"me@example.net"', "x")
    assert world.control_files() == [] and world.entries() == []


def test_the_promise_is_given_only_after_the_commit(world: SmtpWorld) -> None:
    world.dcl("$ TCPIP STOP MAIL")
    world.write(SPEC, *MAIL, protection="S:RWED,O:RWED,G:RE,W:RE")
    call(world, SPEC)
    again = SmtpWorld(world.store, clock=VmsTime(world.kernel.now + DeltaTime.of(hours=1)))
    assert len(again.messages("SYSTEM")) == 1


def test_the_file_is_read_with_the_rights_of_the_caller(world: SmtpWorld) -> None:
    world.write("SYS$SYSDEVICE:[000000]SECRET.TXT", *MAIL, protection="S:RWED,O:RWED,G,W")
    assert call(world, "SYS$SYSDEVICE:[000000]SECRET.TXT") == "SFFERROR PRV NOPRIV"
    assert call(world, "SYS$SYSDEVICE:[000000]NONE.TXT") == "SFFERROR FNF"
    assert world.control_files() == [] and world.entries() == []


@pytest.mark.parametrize(("user", "result"), [("STUDENT", "SFFERROR NOPRIV"), ("SYSTEM", "_SYSTEM.TCPIP_ALPHA1")])
def test_the_logical_name_makes_a_privilege_necessary(world: SmtpWorld, user: str, result: str) -> None:
    world.dcl("$ DEFINE/SYSTEM TCPIP$SMTP_SFF_REQUIRES_PRIV 1")
    world.write(SPEC, *MAIL, protection="S:RWED,O:RWED,G:RE,W:RE")
    assert result in call(world, SPEC, user=user)


def test_a_format_error_names_the_line_and_queues_nothing(world: SmtpWorld) -> None:
    world.write(SPEC, *MAIL[:3], protection="S:RWED,O:RWED,G:RE,W:RE")
    assert call(world, SPEC) == "SFFERROR SFFLINE"
    assert world.entries() == []
    out = world.dcl("$ SET NOON", f"{SFF} {SPEC}", "$ SHOW SYMBOL $SEVERITY")
    assert "%TCPIP-E-SFFERROR, error sending mail from file SYS$SYSDEVICE:[STUDENT]M.TXT\n-TCPIP-E-SFFLINE, line 4: DATA expected\n" in out
    assert '$SEVERITY == "2"' in out


def test_the_image_logs_to_a_file_of_its_user(world: SmtpWorld) -> None:
    world.write(SPEC, *MAIL)
    out = world.dcl(f"{SFF} {SPEC} -log SYS$SYSDEVICE:[STUDENT]X.LOG -loglevel 1", f"{SFF} NONE.TXT -log SYS$SYSDEVICE:[STUDENT]Y.LOG")
    assert "sender" not in out
    log = world.text("SYS$SYSDEVICE:[STUDENT]X.LOG")
    assert log[:3] == ["sender: <me@example.net>", "recipient: <a@dest.example.org>", "recipient: <system>"]
    assert world.text("SYS$SYSDEVICE:[STUDENT]Y.LOG")[0].startswith("%TCPIP-E-SFFERROR, error sending mail from file NONE.TXT")


def test_the_message_is_read_from_the_lines_of_a_procedure(world: SmtpWorld) -> None:
    world.dcl("$ TCPIP STOP MAIL")
    world.dcl(f"{SFF} SYS$INPUT:", *MAIL)
    assert len(world.control_files()) == 1 and world.control_files()[0].endswith("_SYSTEM.TCPIP_ALPHA1;1")


def test_without_a_queue_manager_nothing_is_left_behind(world: SmtpWorld) -> None:
    world.write(SPEC, *MAIL)
    out = world.dcl("$ STOP/QUEUE/MANAGER/CLUSTER", f"{SFF} {SPEC}")
    assert "%TCPIP-E-SFFERROR" in out
    assert world.directory(f"{SMTP}*.TCPIP_*;*") == []
