"""Messages too long to be held in memory: received as they come, delivered, sent on, returned; and what is left when they do not come to their end."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import pytest

from smtp.control_file import store
from smtp.control_file.control_file import LONG, ControlFile, RecipientState
from tests.smtp.node.smtp_world import NODE, SMTP, OutsideServer, SmtpWorld, read_reply
from vmsemu.base.time import DeltaTime
from vmsemu.kernel.kernel import sleep
from vmsemu.net.port import Connection
from vmsemu.services.process import ProcessMode

LOCAL, REMOTE, NOBODY = "student@alpha1.example.com", "smith@dest.example.org", "nobody@alpha1.example.com"
HEADERS = b"From: a@sender.example.org\r\nSubject: long\r\n\r\n"
LINES = [b"%076d" % number for number in range(12_000)] + [b".one dot", b"..", b"", b"end"]
WIRE = HEADERS + b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in LINES) + b".\r\n"


@pytest.fixture
def world() -> SmtpWorld:
    return SmtpWorld()


def envelope(*recipients: str) -> list[bytes]:
    return [b"HELO c", b"MAIL FROM:<a@sender.example.org>", *(f"RCPT TO:<{recipient}>".encode() for recipient in recipients), b"DATA"]


def check(lines: Sequence[bytes | str]) -> tuple[int, int]:
    """What a thousand lines are compared by, lest a failure prints them."""
    return len(lines), zlib.crc32(b"\n".join(line if isinstance(line, bytes) else line.encode("latin-1") for line in lines))


def read(world: SmtpWorld) -> ControlFile:
    (name,) = world.control_files()
    process = next(p for p in world.system.processes if p.username == "SYSTEM")
    return store.read(process, SMTP + name)


def test_a_long_message_reaches_a_user_and_another_host_line_for_line(world: SmtpWorld) -> None:
    outside = OutsideServer(world, "192.0.2.11")
    world.dcl("$ TCPIP SET CONFIGURATION SMTP/OPTIONS=RELAY")
    assert world.talk(*envelope(LOCAL, REMOTE), WIRE)[-1] == b"250 OK\r\n"
    ((header, text),) = world.messages("STUDENT")
    assert header.subject == "long"
    assert check(text[: len(LINES)]) == check(LINES)
    assert text[len(LINES)].startswith("======")
    ((_, _, lines),) = outside.messages
    assert lines[0].startswith("Received: by alpha1.example.com")
    first = lines.index("") + 1
    assert check(lines[first : first + len(LINES)]) == check(LINES)
    assert world.control_files() == [] and world.entries() == []


def test_a_long_message_to_nobody_comes_back_whole(world: SmtpWorld) -> None:
    outside = OutsideServer(world, "192.0.2.11")
    assert world.talk(*envelope(NOBODY), WIRE)[-1] == b"250 OK\r\n"
    ((_, recipients, lines),) = outside.messages
    assert recipients == ["a@sender.example.org"]
    last = lines.index("end") + 1
    assert check(lines[last - len(LINES) : last]) == check(LINES)
    assert world.control_files() == []


def test_what_is_noted_of_a_long_message_does_not_touch_its_text(world: SmtpWorld) -> None:
    world.dcl("$ TCPIP SET CONFIGURATION SMTP/OPTIONS=RELAY")
    assert world.talk(*envelope(LOCAL, "smith@[192.0.2.77]"), WIRE)[-1] == b"250 OK\r\n"
    file = read(world)
    assert [recipient.state for recipient in file.recipients] == [RecipientState.SENT, RecipientState.UNSENT]
    assert file.attempts == 1 and file.recipients[1].reason
    assert check(list(file.body)) == check(LINES) == check(list(file.body))
    assert file.text is not None and file.text.length > LONG and file.text.body_lines == len(LINES)


def test_forwarding_sends_a_long_message_on(world: SmtpWorld) -> None:
    outside = OutsideServer(world, "192.0.2.11")
    world.forward("STUDENT", f'SMTP%"{REMOTE}"')
    assert world.talk(*envelope(LOCAL), WIRE)[-1] == b"250 OK\r\n"
    ((_, _, lines),) = outside.messages
    first = lines.index("") + 1
    assert check(lines[first : first + len(LINES)]) == check(LINES)
    assert world.control_files() == []


def test_the_members_of_a_list_get_a_long_message_whole(world: SmtpWorld) -> None:
    world.write(f"{SMTP}TEAM.DIS", LOCAL, "system@alpha1.example.com")
    assert world.talk(*envelope("team@alpha1.example.com"), WIRE)[-1] == b"250 OK\r\n"
    for user in ("STUDENT", "SYSTEM"):
        ((_, text),) = world.messages(user)
        assert check(text[: len(LINES)]) == check(LINES)
    assert world.control_files() == []


@pytest.mark.parametrize(("placement", "before"), [("TOP_HEADERS", 6), ("NOHEADERS", 0)])
def test_the_headers_of_a_long_message_stand_where_they_are_wanted(world: SmtpWorld, placement: str, before: int) -> None:
    world.dcl(f"$ TCPIP SET CONFIGURATION SMTP/OPTIONS={placement}", "$ TCPIP STOP MAIL", "$ TCPIP START MAIL")
    assert world.talk(*envelope(LOCAL), WIRE)[-1] == b"250 OK\r\n"
    ((_, text),) = world.messages("STUDENT")
    assert check(text[before:]) == check(LINES)


def test_what_a_user_sends_from_a_long_file_leaves_whole(world: SmtpWorld) -> None:
    outside = OutsideServer(world, "192.0.2.11")
    text = [line.decode("latin-1") for line in LINES]
    world.write("SYS$SYSROOT:[SYSMGR]LONG.TXT", *text)
    world.dcl(f'$ MAIL SYS$SYSROOT:[SYSMGR]LONG.TXT "{REMOTE}"')
    world.settle()
    ((_, _, lines),) = outside.messages
    first = lines.index("") + 1
    assert check(lines[first:]) == check(LINES)


def test_bare_line_feeds_alone_do_not_make_the_receiver_hold_the_text(world: SmtpWorld) -> None:
    text = HEADERS + b"".join(b"%070d\n" % number for number in range(10_000)) + b"\r\n.\r\n"
    assert world.talk(*envelope(LOCAL), text)[-1] == b"250 OK\r\n"
    ((_, lines),) = world.messages("STUDENT")
    assert lines[:2] == ["0" * 70, "0" * 69 + "1"] and lines[9999] == "0" * 66 + "9999"


@pytest.mark.parametrize("place", [10, 11_000])
def test_a_line_that_is_too_long_is_refused_wherever_it_stands(world: SmtpWorld, place: int) -> None:
    lines = [b"x" * 70] * 12_000
    lines[place] = b"y" * 999
    assert world.talk(*envelope(LOCAL), HEADERS + b"\r\n".join(lines) + b"\r\n.\r\n")[-1] == b"500 Line too long\r\n"
    assert world.control_files() == [] and world.messages("STUDENT") == []


def test_a_header_that_is_too_long_is_refused_and_the_session_goes_on(world: SmtpWorld) -> None:
    field = b"X-Long: " + b"x" * 68 + b"\r\n"
    replies = world.talk(*envelope(LOCAL), field * 8000 + b"\r\nhello\r\n.\r\n", *envelope(LOCAL)[1:], field * 6000 + b"\r\nhello\r\n.\r\n")
    assert replies[len(envelope(LOCAL)) + 1].startswith(b"552 ")
    assert replies[-1] == b"250 OK\r\n"
    ((_, text),) = world.messages("STUDENT")
    assert text[0] == "hello"
    assert world.control_files() == []


def test_a_message_of_nothing_but_long_headers_is_one_without_text(world: SmtpWorld) -> None:
    assert world.talk(*envelope(LOCAL), (b"X-Long: " + b"x" * 68 + b"\r\n") * 5000 + b".\r\n")[-1] == b"250 OK\r\n"
    ((_, text),) = world.messages("STUDENT")
    assert text[0].startswith("======") and len(text) > 5000


def test_a_disk_that_fills_while_the_message_comes_refuses_it_and_keeps_nothing(world: SmtpWorld) -> None:
    volume = world.files().find(f"{SMTP}SMTP.CONFIG").volume
    blocks = volume.blocks
    volume.blocks -= volume.free_blocks - 900
    assert world.talk(*envelope(LOCAL), WIRE)[-1].startswith(b"451 ")
    assert world.control_files() == [] and world.entries() == []
    volume.blocks = blocks
    assert world.talk(*envelope(LOCAL), WIRE)[-1] == b"250 OK\r\n"
    assert len(world.messages("STUDENT")) == 1


async def half_a_message(world: SmtpWorld) -> Connection:
    connection = await world.client.connect(NODE, 25)
    await read_reply(connection)
    for line in envelope(LOCAL):
        connection.write(line + b"\r\n")
        await read_reply(connection)
    connection.write(WIRE[: len(WIRE) // 2])
    await sleep(world.kernel, DeltaTime.of(seconds=5))
    return connection


@pytest.mark.parametrize("end", ["timeout", "reset", "close"])
def test_half_a_long_message_goes_with_its_client_and_gives_its_blocks_back(world: SmtpWorld, end: str) -> None:
    volume = world.files().find(f"{SMTP}SMTP.CONFIG").volume
    world.dcl("$ SHOW TIME")
    free = volume.free_blocks
    connection = world.run(half_a_message(world))
    assert len(world.control_files()) == 1
    assert free - volume.free_blocks > len(WIRE) // 2 // 512 - 600
    if end == "timeout":
        world.advance(DeltaTime.of(minutes=6))
    elif end == "reset":
        connection.abort()
    else:
        connection.close()
    world.settle()
    assert world.control_files() == [] and world.messages("STUDENT") == []
    assert free - volume.free_blocks < 50


def test_what_a_killed_node_leaves_of_a_long_message_is_empty_and_goes_when_mail_starts(world: SmtpWorld) -> None:
    world.run(half_a_message(world))
    (name,) = world.control_files()
    after = SmtpWorld(world.store.committed())
    assert after.control_files() == [] and after.entries() == [] and after.messages("STUDENT") == []
    assert name.endswith(".TCPIP_ALPHA1;1")


def test_start_mail_leaves_a_message_that_is_coming_and_files_that_hold_anything(world: SmtpWorld) -> None:
    world.write(f"{SMTP}01051409000000_SMITH.TCPIP_ALPHA1", "something")
    world.write(f"{SMTP}01051409000000_SMITH.TCPIP_BETA1")
    world.write(f"{SMTP}01051409000000_JONES.TCPIP_ALPHA1")
    world.run(half_a_message(world))
    before = world.control_files()
    world.dcl("$ TCPIP START MAIL")
    assert len(before) == 4
    assert world.control_files() == [name for name in before if "JONES" not in name]
    assert [p for p in world.system.processes if p.mode is ProcessMode.NETWORK]


def test_a_long_file_is_sent_and_counted(world: SmtpWorld) -> None:
    text = [line.decode("latin-1") for line in LINES]
    world.write(
        "SYS$SYSROOT:[SYSMGR]LONG.TXT", "MAIL FROM:<a@sender.example.org>", f"RCPT TO:<{LOCAL}>", "DATA", "Subject: a file", "", *text
    )
    shown = world.dcl("$ MCR TCPIP$SYSTEM:TCPIP$SMTP_SFF.EXE SYS$SYSROOT:[SYSMGR]LONG.TXT -loglevel 1")
    assert f"lines: 1 of headers, {len(LINES)} of text" in shown
    world.settle()
    ((header, lines),) = world.messages("STUDENT")
    assert header.subject == "a file"
    assert check(lines[: len(LINES)]) == check(LINES)
