"""Clients that are slow, idle, deaf or many: what the receiver does about them, and what its log says."""

from __future__ import annotations

import pytest

from tests.smtp.node.smtp_world import NODE, SMTP, SmtpWorld, read_reply
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.kernel.kernel import sleep
from vmsemu.net.port import Connection
from vmsemu.services.process import ProcessMode

ENVELOPE = (b"HELO c", b"MAIL FROM:<a@sender.example.org>", b"RCPT TO:<student@alpha1.example.com>")
LOG = f"{SMTP}TCPIP$SMTP_RECV_RUN.LOG"


@pytest.fixture
def world() -> SmtpWorld:
    return SmtpWorld()


async def dialogue(world: SmtpWorld, *lines: bytes) -> Connection:
    """Connect, read the banner, send each line and read its reply."""
    connection = await world.client.connect(NODE, 25)
    await read_reply(connection)
    for line in lines:
        connection.write(line + b"\r\n")
        await read_reply(connection)
    return connection


def receivers(world: SmtpWorld) -> list[str]:
    return [p.name for p in world.system.processes if p.mode is ProcessMode.NETWORK]


def test_the_control_file_of_a_slow_message_is_there_while_it_comes_and_bears_the_time_it_was_begun(world: SmtpWorld) -> None:
    world.dcl("$ TCPIP STOP MAIL")

    async def body() -> list[str]:
        connection = await dialogue(world, *ENVELOPE, b"DATA")
        connection.write(b"Subject: slow\r\n")
        await sleep(world.kernel, DeltaTime.of(seconds=5))
        there = world.control_files()
        connection.write(b"\r\nhello\r\n.\r\n")
        assert await read_reply(connection) == b"250 OK\r\n"
        return there

    half_written = world.run(body())
    assert half_written == ["01051410000100_TCPIP$SMTP.TCPIP_ALPHA1;1"] == world.control_files()
    assert [entry.name for entry in world.entries()] == ["01051410000100_TCPIP$SMTP"]
    world.dcl("$ TCPIP START MAIL")
    world.settle()
    ((_, text),) = world.messages("STUDENT")
    assert text[0] == "hello"
    assert world.control_files() == []


@pytest.mark.parametrize("end", ["timeout", "reset", "close"])
def test_a_half_written_control_file_is_deleted_when_the_message_does_not_come_to_its_end(world: SmtpWorld, end: str) -> None:
    world.dcl("$ TCPIP SET CONFIGURATION SMTP/RECEIVE_TIMEOUT=2")
    seen: list[list[str]] = []

    async def body() -> bytes:
        connection = await dialogue(world, *ENVELOPE, b"DATA")
        connection.write(b"Subject: half\r\n")
        await sleep(world.kernel, DeltaTime.of(seconds=100))
        seen.append(world.control_files())
        if end == "timeout":
            return await read_reply(connection)
        if end == "reset":
            connection.abort()  # type: ignore[attr-defined]
        else:
            connection.close()
        return b""

    started = world.kernel.now
    reply = world.run(body())
    world.settle()
    assert [len(names) for names in seen] == [1]
    assert world.control_files() == [] and world.entries() == [] and receivers(world) == []
    if end == "timeout":
        assert reply == b"421 alpha1.example.com Timeout, closing transmission channel\r\n"
        assert world.kernel.now - started == DeltaTime.of(minutes=2)


def test_a_large_message_that_is_refused_leaves_nothing(world: SmtpWorld) -> None:
    text = (b"z" * 78 + b"\r\n") * 4000 + b"z" * 2000 + b"\r\n.\r\n"
    assert world.talk(*ENVELOPE, b"DATA", text)[-1] == b"500 Line too long\r\n"
    assert world.control_files() == []
    assert world.talk(*ENVELOPE, b"DATA", (b"z" * 78 + b"\r\n") * 4000 + b".\r\n")[-1] == b"250 OK\r\n"
    ((_, body),) = world.messages("STUDENT")
    assert len(body) >= 4000


def test_a_hundred_idle_clients_do_not_hinder_the_one_that_sends(world: SmtpWorld) -> None:
    world.dcl("$ TCPIP SET SERVICE SMTP/LIMIT=150", "$ TCPIP DISABLE SERVICE SMTP", "$ TCPIP ENABLE SERVICE SMTP")

    async def body() -> tuple[bytes, list[Connection]]:
        idle = [await dialogue(world, *lines) for lines in ((), ENVELOPE, (*ENVELOPE, b"DATA"), ENVELOPE[:1]) for _ in range(25)]
        started = world.kernel.now
        sender = await dialogue(world, *ENVELOPE, b"DATA")
        sender.write(b"x\r\n.\r\n")
        reply = await read_reply(sender)
        assert world.kernel.now == started
        return reply, idle

    reply, _ = world.run(body())
    assert reply == b"250 OK\r\n"
    world.settle()
    assert len(world.messages("STUDENT")) == 1
    assert len(receivers(world)) == 101
    world.advance(DeltaTime.of(minutes=5))
    assert receivers(world) == []
    assert world.control_files() == []


def test_a_flood_of_commands_ends_the_session_and_frees_its_process(world: SmtpWorld) -> None:
    async def body() -> bytes:
        connection = await world.client.connect(NODE, 25)
        connection.write(b"NOOP\r\n" * 50_000)
        data = b""
        while more := await connection.read():
            data += more
        return data

    replies = world.run(body()).split(b"\r\n")
    assert replies[1:-2] == [b"250 OK"] * 100
    assert replies[-2].startswith(b"421 ")
    world.settle()
    assert receivers(world) == []


def test_a_client_that_sends_byte_by_byte_holds_its_process_for_twenty_minutes_at_most(world: SmtpWorld) -> None:
    async def body() -> None:
        connection = await dialogue(world, *ENVELOPE, b"DATA")
        started = world.kernel.now
        while receivers(world):
            connection.write(b"x")
            await sleep(world.kernel, DeltaTime.of(minutes=4))
        assert world.kernel.now - started <= DeltaTime.of(minutes=24)

    world.run(body())
    assert world.control_files() == []


def test_a_client_that_does_not_take_its_replies_is_left_after_the_receive_timeout(
    world: SmtpWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vmsemu.net.simulated._WINDOW", 1000)

    async def body() -> DeltaTime:
        connection = await dialogue(world, *ENVELOPE)
        started = world.kernel.now
        while receivers(world):
            connection.write(b"RCPT TO:<student@alpha1.example.com>\r\n" * 200)
            await sleep(world.kernel, DeltaTime.of(minutes=1))
        return world.kernel.now - started

    assert world.run(body()) <= DeltaTime.of(minutes=6)


def failing(world: SmtpWorld, *names: str) -> list[str]:
    """A dialogue whose message can not be queued; the log with these logical names defined."""
    world.dcl(*(f"$ DEFINE/SYSTEM TCPIP$SMTP_{name}" for name in names), "$ STOP/QUEUE/MANAGER/CLUSTER")
    assert world.talk(*ENVELOPE, b"DATA", b"x\r\n.\r\n")[-1].startswith(b"451 ")
    return list(world.text(LOG))


def test_a_snapshot_is_logged_when_an_error_is_signalled_and_holds_the_newest_lines(world: SmtpWorld) -> None:
    world.dcl("$ DEFINE/SYSTEM TCPIP$SMTP_RECV_TRACE 1", "$ DEFINE/SYSTEM TCPIP$SMTP_RECV_SNAPSHOT_BLOCKS 1")
    world.talk(b"NOOP")
    assert not [line for line in world.text(LOG) if "buf=" in line]
    log = failing(world, "RECV_DEBUG 1")
    error = next(at for at, line in enumerate(log) if line.startswith("%JBC-E-JOBQUEDIS"))
    assert [line for line in log[:error] if "buf=" in line][-1] == "recv buf=.\\d\\a"
    assert not [line for line in log if "220 alpha1" in line], "one block does not hold the whole dialogue"
    assert sum(map(len, log[:error])) < 512 + 100


def test_line_numbers_stand_in_front_when_they_are_wanted(world: SmtpWorld) -> None:
    log = failing(world, "LOG_LINE_NUMBERS 1", "RECV_TRACE 1", "RECV_DEBUG 1")
    for text in ("recv buf=", "taken", "HELO c"):
        assert [line for line in log if text in line and line.startswith("tcpip_smtp_receiver ") and line.split()[1].rstrip(":").isdigit()]


def test_the_address_parser_is_logged_when_it_is_wanted(world: SmtpWorld) -> None:
    log = failing(world, "VMSMAIL_PARSE 1")
    assert 'parse <student@alpha1.example.com>: local part "student", domain "alpha1.example.com"' in log


def test_a_long_line_is_traced_in_pieces_without_loss(world: SmtpWorld) -> None:
    world.dcl("$ DEFINE/SYSTEM TCPIP$SMTP_RECV_TRACE 1")
    world.talk(b"x" * 100_000)
    assert sum(line.count("x") for line in world.text(LOG) if line.startswith("recv buf=")) == 100_000


def test_a_spam_event_is_a_record_of_accounting_when_the_site_asks_for_that(world: SmtpWorld) -> None:
    world.write(f"{SMTP}SMTP.CONFIG", "SPAM-Action: ACCOUNTING", "Bad-Clients: 192.0.2.2", protection="S:RWED,O:RWED,G:RE,W:RE")
    assert world.talk() == [b"421 Closing transmission channel.\r\n"]
    shown = world.dcl("$ ACCOUNTING/TYPE=USER/FULL")
    assert "NETWORK User Message" in shown and "Username:          TCPIP$SMTP" in shown and "Remote node addr:  192.0.2.2" in shown
    assert "User data:         SMTP SPAM event: bad client, client 192.0.2.2" in shown


def test_what_a_crash_in_the_middle_of_a_message_leaves_is_never_executed_and_goes_when_smtp_starts(world: SmtpWorld) -> None:
    async def body() -> None:
        connection = await dialogue(world, *ENVELOPE, b"DATA")
        connection.write(b"Subject: half\r\n")
        await sleep(world.kernel, DeltaTime.of(seconds=5))

    world.run(body())
    assert len(world.control_files()) == 1
    again = SmtpWorld(world.store, clock=VmsTime(world.kernel.now + DeltaTime.of(hours=1)))
    again.settle()
    assert again.control_files() == [] and again.entries() == [] and again.messages("STUDENT") == []
    assert again.send("a@sender.example.org", ["student@alpha1.example.com"], "Subject: whole\n\nx") == b"250 OK\r\n"
    assert [header.subject for header, _ in again.messages("STUDENT")] == ["whole"]
    assert again.control_files() == []
