"""Small services as clients see them, over TCP and UDP, and the FINGER command."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.smtp.node.smtp_world import NODE, SmtpWorld
from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.tables.facilities import SS


@pytest.fixture(scope="module")
def world() -> Iterator[SmtpWorld]:
    """A node with every small service enabled."""
    world = SmtpWorld()
    world.dcl(
        "$ SET NOON", "$ @TCPIP$EXAMPLES:TCPIP$SIMPLE_SERVICES", "$ @SYS$MANAGER:TCPIP$CONFIG SERVER ENABLE", "$ TCPIP ENABLE SERVICE *"
    )
    yield world
    world.close()


def ask(world: SmtpWorld, port: int, *sent: bytes, enough: int = 1 << 30) -> bytes:
    """What a client gets who sends this and reads to the end, or until it is enough."""

    async def body() -> bytes:
        connection = await world.client.connect(NODE, port)
        for data in sent:
            connection.write(data)
        got = b""
        while len(got) < enough and (more := await connection.read()):
            got += more
        connection.close()
        return got

    got: bytes = world.run(body())
    world.settle()
    return got


def query(world: SmtpWorld, port: int, data: bytes) -> bytes:
    return world.run(world.client.query(NODE, port, data, deadline=VmsTime(world.kernel.now + DeltaTime.of(seconds=10))))


def test_echo_sends_back_every_byte(world: SmtpWorld) -> None:
    every = bytes(range(256)) * 300
    assert ask(world, 7, every, enough=len(every)) == every
    assert query(world, 7, b"\0\xff no line end") == b"\0\xff no line end"


def test_discard_answers_nothing(world: SmtpWorld) -> None:
    async def body() -> None:
        connection = await world.client.connect(NODE, 9)
        connection.write(b"x" * 100_000)
        with pytest.raises(VmsError) as caught:
            await connection.read(deadline=VmsTime(world.kernel.now + DeltaTime.of(seconds=5)))
        assert caught.value.matches(SS.TIMEOUT)
        connection.close()

    world.run(body())
    with pytest.raises(VmsError) as caught:
        query(world, 9, b"x")
    assert caught.value.matches(SS.TIMEOUT)


def test_daytime_is_told_by_a_procedure_of_dcl_alone(world: SmtpWorld) -> None:
    for answer in (ask(world, 13), query(world, 13, b"")):
        assert answer.startswith(b"Monday, 14-MAY-2001 1") and answer.endswith(b"\r\n")


def test_chargen_rotates_the_printing_characters(world: SmtpWorld) -> None:
    lines = ask(world, 19, enough=100 * 74)[: 100 * 74].split(b"\r\n")[:100]
    assert all(len(line) == 72 for line in lines)
    assert lines[0].startswith(b' !"#$') and lines[1].startswith(b'!"#$') and lines[95] == lines[0]
    assert query(world, 19, b"x").startswith(b' !"#$')


def test_finger_tells_of_users(world: SmtpWorld) -> None:
    assert ask(world, 79, b"\r\n") == b"No users logged in.\r\n"
    assert ask(world, 79, b"nobody\r\n") == b"nobody: no such user.\r\n"
    assert ask(world, 79, b"student@dest.example.org\r\n") == b"Finger forwarding service denied\r\n"
    assert ask(world, 79, b"/W student\r\n").splitlines()[-1] == b"No plan."
    world.dcl(
        "$ CREATE SYS$LOGIN:PLAN.TXT/PROTECTION=W:RE",
        "Learn\tVMS.",
        "$ SET SECURITY/PROTECTION=W:E SYS$SYSDEVICE:[000000]STUDENT.DIR",
        user="STUDENT",
    )
    assert ask(world, 79, b"STUDENT\r\n").splitlines()[-2:] == [b"Plan:", b"Learn\tVMS."]


def test_the_finger_command_asks_this_node_and_others(world: SmtpWorld) -> None:
    def finger(what: str) -> list[str]:
        return world.dcl('$ FINGER = "$SYS$SYSTEM:TCPIP$FINGER"', f"$ FINGER {what}", user="STUDENT").splitlines()

    assert finger("nobody") == ["nobody: no such user."]
    assert finger("nobody@192.0.2.1") == ["[192.0.2.1]", "nobody: no such user."]
    assert finger("@alpha1.example.com") == [
        "[alpha1.example.com]",
        "Username      Program         Login               Term/Location",
        "STUDENT       TCPIP$FINGER    14-MAY-2001 10:00",
    ]
    assert finger("x@192.0.2.2") == ["FINGER-I-CONNREF, Connection refused"]
    assert finger("x@nowhere.example.org") == ["%FINGER-E-UNKHOST, unknown host nowhere.example.org"]


def test_each_service_has_a_log_in_its_account(world: SmtpWorld) -> None:
    ask(world, 13)
    assert "TCPIP$DAYTIME_RUN.LOG" in world.dcl("$ DIRECTORY SYS$SYSDEVICE:[TCPIP$SIMPLE]*.LOG")


def test_the_small_services_are_taken_away_again() -> None:
    world = SmtpWorld()
    world.dcl("$ @TCPIP$EXAMPLES:TCPIP$SIMPLE_SERVICES ADD ECHO,DAYTIME")
    shown = world.dcl("$ TCPIP SHOW SERVICE")
    assert "ECHO" in shown and "DAYTIME" in shown and "DISCARD" not in shown
    world.dcl("$ @TCPIP$EXAMPLES:TCPIP$SIMPLE_SERVICES REMOVE ECHO")
    shown = world.dcl("$ TCPIP SHOW SERVICE")
    assert "ECHO" not in shown and "DAYTIME" in shown
