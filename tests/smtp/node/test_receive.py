"""Mail from the network into the node: receiver, control file, queue, MAIL."""

from __future__ import annotations

import pytest

from smtp.control_file.control_file import ControlFile
from smtp.node import SmtpNode
from tests.smtp.node.smtp_world import CLIENT, NODE, SMTP, OutsideServer, SmtpWorld, read_reply
from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime
from vmsemu.services.creprc import stop_process
from vmsemu.services.process import ProcessMode
from vmsemu.tables.facilities import SS


@pytest.fixture
def world() -> SmtpWorld:
    return SmtpWorld()


def stop_queues(world: SmtpWorld) -> None:
    world.dcl("$ TCPIP STOP MAIL")


def test_a_message_for_a_user_arrives_in_his_mail_file(world: SmtpWorld) -> None:
    assert (
        world.send("jones@sender.example.org", ["student@alpha1.example.com"], "Subject: Hi\nX-VMS-To: ME\n\nHello\n.dot") == b"250 OK\r\n"
    )
    ((header, body),) = world.messages("STUDENT")
    assert (header.from_, header.to, header.cc, header.subject) == ('SMTP%"jones@sender.example.org"', "ME", "", "Hi")
    assert body == [
        "Hello",
        ".dot",
        "================== RFC 822 Headers ==================",
        "Return-Path: jones@sender.example.org",
        "Received: by alpha1.example.com (V5.1-15, OpenVMS V7.3 Alpha);",
        "\tMon, 14 May 2001 10:00:00 +0000 (GMT)",
        "Subject: Hi",
        "X-VMS-To: ME",
    ]
    assert world.control_files() == [] and world.entries() == []


def test_the_banner_names_node_and_version(world: SmtpWorld) -> None:
    assert world.talk() == [
        b"220 alpha1.example.com V5.1-15, OpenVMS V7.3 Alpha ready at Mon, 14 May 2001 10:00:00 +0000 (GMT) \r\n",
    ]


def test_the_control_file_is_named_after_time_user_and_node_and_waits_in_the_generic_queue(world: SmtpWorld) -> None:
    stop_queues(world)
    world.send("jones@sender.example.org", ["student@alpha1.example.com", "system@alpha1"], "x")
    assert world.control_files() == ["01051410000000_TCPIP$SMTP.TCPIP_ALPHA1;1"]
    (entry,) = world.entries()
    assert (entry.name, entry.queue, entry.username) == ("01051410000000_TCPIP$SMTP", "TCPIP$SMTP_ALPHA1_00", "TCPIP$SMTP")
    with world.files().open(f"{SMTP}{world.control_files()[0]}") as file:
        stored = ControlFile.from_bytes(b"".join(file), "X")
        assert file.header.owner.to_text() == "[3655,3]"
    assert [r.address.to_text() for r in stored.recipients] == ["student@alpha1.example.com", "system@alpha1"]
    world.dcl("$ TCPIP START MAIL")
    world.settle()
    assert len(world.messages("STUDENT")) == len(world.messages("SYSTEM")) == 1
    assert world.control_files() == []


def test_two_messages_in_one_hundredth_are_two_versions(world: SmtpWorld) -> None:
    stop_queues(world)
    for _ in range(2):
        world.send("a@sender.example.org", ["student@alpha1.example.com"], "x")
    assert [name.rpartition(";")[2] for name in world.control_files()] == ["2", "1"]
    assert len({entry.files[0].spec for entry in world.entries()}) == 2


def test_a_version_limit_of_the_directory_takes_no_message_away(world: SmtpWorld) -> None:
    world.dcl("$ TCPIP STOP MAIL", f"$ SET DIRECTORY/VERSION_LIMIT=1 {SMTP}")
    lines = [b"HELO client.example.net"]
    for number in range(3):
        lines += [
            b"MAIL FROM:<a@sender.example.org>",
            b"RCPT TO:<student@alpha1.example.com>",
            b"DATA",
            b"Subject: %d\r\n\r\n.\r\n" % number,
        ]
    world.talk(*lines)
    assert len(world.control_files()) == len(world.entries()) == 3
    world.dcl("$ TCPIP START MAIL")
    world.settle()
    assert sorted(header.subject for header, _ in world.messages("STUDENT")) == ["0", "1", "2"]


def test_several_messages_in_one_session_become_several_control_files(world: SmtpWorld) -> None:
    transaction = [b"MAIL FROM:<a@sender.example.org>", b"RCPT TO:<student@alpha1.example.com>", b"DATA"]
    replies = world.talk(b"HELO c", *transaction, b"one\r\n.\r\n", *transaction, b"two\r\n.\r\n", b"QUIT")
    assert replies[-1] == b"221 alpha1.example.com Service closing transmission channel\r\n"
    assert [body[0] for _, body in world.messages("STUDENT")] == ["one", "two"]


def test_every_connection_has_a_process_and_a_log_of_its_own(world: SmtpWorld) -> None:
    async def body() -> None:
        connections = [await world.client.connect(NODE, 25) for _ in range(3)]
        for connection in connections:
            await read_reply(connection)
        receivers = [p for p in world.system.processes if p.mode is ProcessMode.NETWORK]
        assert [p.name for p in receivers] == ["TCPIP$SMTP_BG2", "TCPIP$SMTP_BG3", "TCPIP$SMTP_BG4"]
        assert {p.username for p in receivers} == {"TCPIP$SMTP"}
        assert receivers[0].names.translate("SYS$NET").equivalence == "BG2:"
        assert receivers[0].names.translate("SYS$REM_NODE").equivalence == CLIENT
        assert world.system.devices.find_or_none("BG3:") is not None
        for connection in connections:
            connection.close()

    world.run(body())
    world.settle()
    assert not [p for p in world.system.processes if p.mode is ProcessMode.NETWORK]
    assert world.system.devices.find_or_none("BG3:") is None
    assert len(world.directory(f"{SMTP}TCPIP$SMTP_RECV_RUN.LOG;*")) == 3


def test_the_eleventh_connection_is_refused_while_ten_are_open(world: SmtpWorld) -> None:
    async def body() -> None:
        connections = [await world.client.connect(NODE, 25) for _ in range(10)]
        for connection in connections:
            assert (await read_reply(connection)).startswith(b"220")
        more = await world.client.connect(NODE, 25)
        assert await read_reply(more) == b""
        connections[0].close()
        await read_reply(await world.client.connect(NODE, 25))

    world.run(body())


def test_mail_for_elsewhere_is_refused_unless_relaying_is_switched_on(world: SmtpWorld) -> None:
    dialogue = [b"HELO c", b"MAIL FROM:<a@sender.example.org>", b"RCPT TO:<x@dest.example.org>"]
    assert world.talk(*dialogue)[-1] == b"550 User not local, Relay disabled.\r\n"
    world.dcl("$ TCPIP SET CONFIGURATION SMTP/OPTIONS=RELAY")
    assert world.talk(*dialogue)[-1] == b"250 OK\r\n"


def test_local_aliases_count_as_local_after_a_restart_of_smtp(world: SmtpWorld) -> None:
    dialogue = [b"HELO c", b"MAIL FROM:<a@sender.example.org>", b"RCPT TO:<student@OurDomain.example>", b"DATA", b"x\r\n.\r\n"]
    assert world.talk(*dialogue[:3])[-1].startswith(b"550")
    world.write(f"{SMTP}TCPIP$SMTP_LOCAL_ALIASES.TXT", "!", "ourdomain.example")
    world.dcl("$ TCPIP STOP MAIL", "$ TCPIP START MAIL")
    assert world.talk(*dialogue)[-1] == b"250 OK\r\n"
    assert len(world.messages("STUDENT")) == 1


def test_the_promise_is_given_only_after_the_commit(world: SmtpWorld) -> None:
    stop_queues(world)
    commits: list[tuple[int, int]] = []

    async def body() -> bytes:
        connection = await world.client.connect(NODE, 25)
        await read_reply(connection)
        for line in (b"HELO c", b"MAIL FROM:<a@sender.example.org>", b"RCPT TO:<student@alpha1.example.com>", b"DATA"):
            connection.write(line + b"\r\n")
            await read_reply(connection)
        connection.write(b"x\r\n.\r\n")
        commits.append((world.kernel.commits, len(world.control_files())))
        reply = await read_reply(connection)
        commits.append((world.kernel.commits, len(world.control_files())))
        return reply

    assert world.run(body()) == b"250 OK\r\n"
    assert commits[1][0] > commits[0][0]
    assert (commits[0][1], commits[1][1]) == (0, 1)


def test_a_client_that_says_nothing_is_timed_out_and_leaves_nothing(world: SmtpWorld) -> None:
    async def body() -> tuple[bytes, DeltaTime]:
        connection = await world.client.connect(NODE, 25)
        await read_reply(connection)
        connection.write(b"HELO c\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<student@alpha1>\r\nDATA\r\n")
        for _ in range(1):
            await connection.read()
        connection.write(b"half a message")
        started = world.kernel.now
        reply = await read_reply(connection)
        while not reply.startswith(b"421"):
            reply = await read_reply(connection)
        return reply, world.kernel.now - started

    reply, waited = world.run(body())
    assert reply == b"421 alpha1.example.com Timeout, closing transmission channel\r\n"
    assert waited == DeltaTime.of(minutes=5)
    world.settle()
    assert world.control_files() == []
    assert "message not taken: timeout" in "".join(world.text(f"{SMTP}TCPIP$SMTP_RECV_RUN.LOG"))


def test_a_client_that_breaks_off_inside_the_text_leaves_nothing(world: SmtpWorld) -> None:
    async def body() -> None:
        connection = await world.client.connect(NODE, 25)
        connection.write(b"HELO c\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<student@alpha1>\r\nDATA\r\nhalf")
        await connection.read()
        connection.abort()

    world.run(body())
    world.settle()
    assert world.control_files() == [] and world.messages("STUDENT") == []
    assert not [p for p in world.system.processes if p.mode is ProcessMode.NETWORK]


def test_a_full_disk_refuses_the_message_for_now_and_leaves_nothing(world: SmtpWorld) -> None:
    volume = world.system.devices.volume("DKA0:")
    with world.files().create("SYS$SYSDEVICE:[000000]FILLER.DAT", allocation=max(0, volume.free_blocks - 20)):
        reply = world.send(
            "a@sender.example.org", ["student@alpha1.example.com"], "Subject: x\n\n" + "y" * 70 + "\n" + ("z" * 70 + "\n") * 300
        )
    assert reply == b"451 Requested action aborted: local error in processing\r\n"
    assert world.control_files() == [] and world.entries() == []
    world.files().erase("SYS$SYSDEVICE:[000000]FILLER.DAT;1")
    assert world.send("a@sender.example.org", ["student@alpha1.example.com"], "Subject: x\n\nok") == b"250 OK\r\n"
    assert len(world.messages("STUDENT")) == 1


def test_the_trace_shows_nonprinting_characters_in_hexadecimal(world: SmtpWorld) -> None:
    world.dcl("$ DEFINE/SYSTEM TCPIP$SMTP_RECV_TRACE 1")
    world.talk(b"NOOP")
    assert world.text(f"{SMTP}TCPIP$SMTP_RECV_RUN.LOG")[-2:] == ["recv buf=NOOP\\d\\a", "send buf=250 OK\\d\\a"]


def test_a_disabled_service_does_not_answer(world: SmtpWorld) -> None:
    world.dcl("$ TCPIP DISABLE SERVICE SMTP")

    async def body() -> None:
        with pytest.raises(VmsError) as caught:
            await world.client.connect(NODE, 25)
        assert caught.value.matches(SS.REJECT)

    world.run(body())
    world.dcl("$ TCPIP ENABLE SERVICE SMTP")
    assert world.talk()[0].startswith(b"220")


def test_a_log_at_the_highest_version_does_not_stop_the_service(world: SmtpWorld) -> None:
    world.write(f"{SMTP}TCPIP$SMTP_RECV_RUN.LOG;32767", "no more")
    assert world.send("a@sender.example.org", ["student@alpha1.example.com"], "x") == b"250 OK\r\n"
    assert len(world.messages("STUDENT")) == 1


def test_the_receiver_run_by_hand_says_that_there_is_no_connection(world: SmtpWorld) -> None:
    assert "%SYSTEM-W-NOSUCHDEV, no such device available" in world.dcl("$ RUN SYS$SYSTEM:TCPIP$SMTP_RECEIVER")


def test_without_a_queue_manager_the_message_is_refused_for_now_and_leaves_nothing(world: SmtpWorld) -> None:
    world.dcl("$ STOP/QUEUE/MANAGER/CLUSTER")
    assert (
        world.send("a@sender.example.org", ["student@alpha1.example.com"], "x")
        == b"451 Requested action aborted: local error in processing\r\n"
    )
    assert world.control_files() == []
    assert any("JBC-E-JOBQUEDIS" in line for line in world.text(f"{SMTP}TCPIP$SMTP_RECV_RUN.LOG"))


def test_a_line_of_100_kb_is_refused_and_the_session_goes_on(world: SmtpWorld) -> None:
    assert world.talk(b"x" * 100_000, b"NOOP")[1:] == [b"500 Line too long\r\n", b"250 OK\r\n"]
    envelope = [b"HELO c", b"MAIL FROM:<a@sender.example.org>", b"RCPT TO:<student@alpha1.example.com>", b"DATA"]
    assert world.talk(*envelope, b"y" * 100_000 + b"\r\n.\r\n", b"NOOP")[-2:] == [b"500 Line too long\r\n", b"250 OK\r\n"]
    assert world.messages("STUDENT") == []


def test_a_receiver_that_is_stopped_takes_its_connection_with_it(world: SmtpWorld) -> None:
    async def body() -> bytes:
        connection = await world.client.connect(NODE, 25)
        await read_reply(connection)
        receiver = next(p for p in world.system.processes if p.mode is ProcessMode.NETWORK)
        stop_process(world.system, receiver.pid)
        return await read_reply(connection)

    assert world.run(body()) == b""
    assert world.send("a@sender.example.org", ["student@alpha1.example.com"], "x") == b"250 OK\r\n"


@pytest.mark.parametrize(
    "recipient",
    [
        r'"SMTP%\"x@dest.example.org\""@alpha1.example.com',
        '"SMTP%x@dest.example.org"@alpha1.example.com',
        "x%dest.example.org@alpha1.example.com",
        '"x@dest.example.org"@alpha1.example.com',
        '"x@dest.example.org"',
        '"@dest.example.org:x"@alpha1.example.com',
        '"student,x@dest.example.org"@alpha1.example.com',
        "dest.example.org!x@alpha1.example.com",
        '"BETA1::JONES"@alpha1.example.com',
        '"@SYS$SYSTEM:SYSUAF.DAT"@alpha1.example.com',
    ],
)
def test_no_form_of_a_local_address_is_a_way_to_another_host(world: SmtpWorld, recipient: str) -> None:
    outside = OutsideServer(world, "192.0.2.11")
    assert world.send("student@alpha1.example.com", [recipient], "Subject: relay\n\nx") == b"250 OK\r\n"
    world.settle()
    assert outside.messages == []
    ((header, body),) = world.messages("STUDENT")
    assert header.subject == "Undeliverable Mail"
    assert any("%MAIL-E-NOSUCHUSR" in line for line in body)


def test_a_server_whose_configuration_can_not_be_read_says_that_it_is_not_available(world: SmtpWorld) -> None:
    world.write("TCPIP$CONFIGURATION", "not a database")
    world.system.part(SmtpNode).forget()
    assert world.talk() == [b"421 alpha1.example.com Service not available, closing transmission channel\r\n"]
    assert any("%TCPIP-E-CONFIGERROR" in line for line in world.text(f"{SMTP}TCPIP$SMTP_RECV_RUN.LOG"))
