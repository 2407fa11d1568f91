"""How long the symbiont waits for the other side, which addresses it tries, and when it comes again, each to the exact second."""

from __future__ import annotations

import pytest

from smtp.control_file.control_file import ControlFile
from tests.smtp.node.smtp_world import SMTP, OutsideServer, SmtpWorld
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.kernel.kernel import sleep
from vmsemu.net.port import Connection

SENDER = "jones@sender.example.org"
PHASES = {"BANNER": 5, "HELO": 5, "MAIL": 5, "RCPT": 5, "DATA": 3, "TEXT": 10}
CONFIGURED = {"BANNER": 1, "HELO": 1, "MAIL": 2, "RCPT": 4, "DATA": 6, "TEXT": 7}


def started(*configuration: str) -> SmtpWorld:
    world = SmtpWorld()
    commands = [f"$ TCPIP SET CONFIGURATION SMTP{c}" for c in ("/OPTIONS=RELAY", *configuration)]
    assert world.dcl(*commands, "$ TCPIP STOP MAIL", "$ TCPIP START MAIL") == ""
    return world


class SilentServer:
    """A mail server that says nothing more from one phase on; it notes when it was called."""

    def __init__(self, world: SmtpWorld, address: str, phase: str) -> None:
        self.world = world
        self.phase = phase
        self.called: list[VmsTime] = []
        self.connections: list[Connection] = []
        listener = world.internet.attach(world.kernel, address).listen("0.0.0.0", 25)

        async def serve() -> None:
            while True:
                world.kernel.start(self._talk(await listener.accept()), f"silent {address}")

        world.kernel.start(serve(), address)

    async def _talk(self, connection: Connection) -> None:
        self.called.append(self.world.kernel.now)
        self.connections.append(connection)
        phase, data = "BANNER", b""
        while phase != self.phase:
            connection.write(b"354 go\r\n" if phase == "DATA" else b"250 ok\r\n")
            end = b"\r\n.\r\n" if phase == "DATA" else b"\r\n"
            while not data.endswith(end):
                data += await connection.read()
            phase, data = ("TEXT" if phase == "DATA" else data[:4].decode()), b""
        await connection.read()


def send(world: SmtpWorld, *recipients: str, text: str = "Subject: s\n\nbody") -> VmsTime:
    created = world.kernel.now
    assert world.send(SENDER, list(recipients), text) == b"250 OK\r\n"
    world.settle()
    return created


def stored(world: SmtpWorld) -> ControlFile:
    (name,) = world.control_files()
    with world.files().open(f"{SMTP}{name}", shared=True) as file:
        return ControlFile.from_bytes(b"".join(file), name)


def wait_for_retry(world: SmtpWorld) -> VmsTime:
    """Run until the job is held; returns until when."""
    world.kernel.run_until_done(lambda: world.entries()[0].after is not None)
    after: VmsTime = world.entries()[0].after
    return after


@pytest.mark.parametrize("phase", PHASES)
def test_each_phase_has_its_documented_timeout(phase: str) -> None:
    world = started()
    server = SilentServer(world, "192.0.2.11", phase)
    created = send(world, "x@dest.example.org")
    after = wait_for_retry(world)
    assert after - created == DeltaTime.of(minutes=PHASES[phase] + 30)
    assert server.called == [created]


@pytest.mark.parametrize("phase", CONFIGURED)
def test_each_phase_has_the_timeout_of_the_configuration(phase: str) -> None:
    world = started("/SEND_TIMEOUT=(INITIAL=1,MAIL=2,RECEIPT=4,DATA=6,TERMINATION=7)", '/INTERVAL=(INITIAL="0 00:10:00.00")')
    SilentServer(world, "192.0.2.11", phase)
    created = send(world, "x@dest.example.org")
    assert wait_for_retry(world) - created == DeltaTime.of(minutes=CONFIGURED[phase] + 10)
    assert f"timeout waiting for the reply to {'HELLO' if phase == 'HELO' else phase}" in world.log() or "unreachable" in world.log()


def test_a_message_that_was_taken_is_delivered_even_if_quit_is_never_answered() -> None:
    world = started()
    SilentServer(world, "192.0.2.11", "QUIT")
    created = send(world, "x@dest.example.org")
    world.kernel.run_until_done(lambda: not world.entries())
    assert world.control_files() == []
    assert world.kernel.now - created == DeltaTime.of(minutes=10)


class SlowReader(SilentServer):
    """A server that takes so many octets of a text every two minutes, and no more after `enough`."""

    def __init__(self, world: SmtpWorld, octets: int, enough: int) -> None:
        self.octets, self.enough, self.taken = octets, enough, 0
        super().__init__(world, "192.0.2.11", "TEXT")

    async def _talk(self, connection: Connection) -> None:
        for reply in (b"220 hello", b"250 ok", b"250 ok", b"250 ok", b"354 go"):
            connection.write(reply + b"\r\n")
            if not reply.startswith(b"354"):
                await connection.read()
        while self.taken < self.enough:
            await sleep(self.world.kernel, DeltaTime.of(minutes=2))
            piece = await connection.read(self.octets)
            self.taken += len(piece)
            if piece.endswith(b"\r\n.\r\n"):
                connection.write(b"250 kept\r\n")
                await connection.read()
                connection.write(b"221 bye\r\n")
                return


BIG = "Subject: big\n\n" + "\n".join(["x" * 990] * 4000)


def test_a_text_may_take_longer_than_any_timeout_as_long_as_it_moves() -> None:
    world = started()
    server = SlowReader(world, 1 << 19, 1 << 30)
    created = send(world, "x@dest.example.org", text=BIG)
    world.kernel.run_until_done(lambda: not world.entries())
    assert world.control_files() == [] and server.taken > 3_900_000
    assert world.kernel.now - created > DeltaTime.of(minutes=14)


def test_a_text_that_stands_still_is_given_up_after_the_data_timeout() -> None:
    world = started()
    SlowReader(world, 1 << 19, 1 << 20)
    created = send(world, "x@dest.example.org", text=BIG)
    assert wait_for_retry(world) - created == DeltaTime.of(minutes=2 + 2 + 3 + 30)


def test_an_address_that_two_exchangers_share_is_tried_once() -> None:
    world = SmtpWorld(zone="dest.example.org. MX 10 mx1.example.org.\ndest.example.org. MX 20 mx2.example.org.\n"
                           "mx1.example.org. A 192.0.2.11\nmx2.example.org. A 192.0.2.11\nsender.example.org. MX 5 mx1.example.org.\n")  # fmt: skip
    world.dcl("$ TCPIP SET CONFIGURATION SMTP/OPTIONS=RELAY")
    server = OutsideServer(world, "192.0.2.11", MAIL="451 later")
    send(world, "x@dest.example.org")
    assert server.sessions == 1


@pytest.mark.parametrize(("limit", "tried"), [(1, 1), (3, 3), (16, 5)])
def test_no_more_addresses_are_tried_than_the_configuration_allows(limit: int, tried: int) -> None:
    hosts = [f"192.0.2.{n}" for n in range(11, 16)]
    zone = "sender.example.org. MX 5 away.example.org.\naway.example.org. A 192.0.2.99\n"
    zone += "".join(f"dest.example.org. MX {n} mx{n}.example.org.\nmx{n}.example.org. A {a}\n" for n, a in enumerate(hosts))
    world = SmtpWorld(zone=zone)
    world.dcl("$ TCPIP SET CONFIGURATION SMTP/OPTIONS=RELAY", f"$ TCPIP SET CONFIGURATION SMTP/ADDRESS_RETRIES={limit}")
    world.dcl("$ TCPIP STOP MAIL", "$ TCPIP START MAIL")
    servers = [OutsideServer(world, a, MAIL="451 later") for a in hosts]
    send(world, "x@dest.example.org")
    assert [s.sessions for s in servers] == [1] * tried + [0] * (5 - tried)
    assert len(world.entries()) == 1


def test_a_message_is_tried_for_three_days_at_exact_times_and_returned_at_the_last_one() -> None:
    world = started()
    called = SilentServer(world, "192.0.2.11", "BANNER").called
    assert world.dcl("$ TCPIP SET CONFIGURATION SMTP/SEND_TIMEOUT=INITIAL=1", "$ TCPIP STOP MAIL", "$ TCPIP START MAIL") == ""
    created = send(world, "x@dest.example.org", "student@alpha1.example.com")
    world.kernel.run_until(VmsTime(created + DeltaTime.of(days=4)))
    minutes = [(when - created) // DeltaTime.of(minutes=1) for when in called if when - created <= DeltaTime.of(days=3)]
    # An attempt takes the minute of its timeout, and the interval begins at its end. The last call is the first attempt of the bounce: a further
    # attempt of the message would come at minute 4362, after three days.
    assert minutes == [0, 31, *(31 + 61 * n for n in range(1, 71)), 4302]
    assert len(world.messages("STUDENT")) == 1


def test_an_attempt_that_was_interrupted_does_not_count() -> None:
    world = started()
    server = SilentServer(world, "192.0.2.11", "BANNER")
    send(world, "x@dest.example.org", "student@alpha1.example.com")
    world.advance(DeltaTime.of(minutes=2))
    world.dcl("$ STOP/QUEUE/RESET TCPIP$SMTP_ALPHA1_01")
    assert stored(world).attempts == 0 and len(world.messages("STUDENT")) == 1
    world.dcl("$ START/QUEUE TCPIP$SMTP_ALPHA1_01")
    begun = server.called[1]
    assert wait_for_retry(world) - begun == DeltaTime.of(minutes=35)
    assert stored(world).attempts == 1 and len(world.messages("STUDENT")) == 1


def test_the_receiver_knows_a_new_local_alias_at_once_and_the_symbiont_from_its_next_start() -> None:
    world = started()
    server = OutsideServer(world, "192.0.2.11")
    world.write(f"{SMTP}TCPIP$SMTP_LOCAL_ALIASES.TXT", "dest.example.org")
    world.dcl("$ TCPIP SET CONFIGURATION SMTP/OPTIONS=NORELAY")
    send(world, "student@dest.example.org")
    assert (len(server.messages), len(world.messages("STUDENT"))) == (1, 0)
    world.dcl("$ TCPIP STOP MAIL", "$ TCPIP START MAIL")
    send(world, "student@dest.example.org")
    assert (len(server.messages), len(world.messages("STUDENT"))) == (1, 1)
    world.write(f"{SMTP}TCPIP$SMTP_LOCAL_ALIASES.TXT", "other.example.org")
    assert world.send(SENDER, ["student@dest.example.org"], "x").startswith(b"5")


def test_a_recipient_who_is_named_twice_gets_one_copy_and_the_message_is_done() -> None:
    world = started()
    server = OutsideServer(world, "192.0.2.11")
    send(world, "a@dest.example.org", "b@dest.example.org", "a@DEST.Example.org")
    assert [m[1] for m in server.messages] == [["a@dest.example.org", "b@dest.example.org"]]
    assert world.entries() == [] and world.control_files() == []


def test_a_log_file_without_a_directory_is_in_sys_system_where_the_symbiont_runs() -> None:
    world = started("/LOG=MAILQUEUE.LOG")
    send(world, "x@dest.example.org")
    assert any("deferred until" in line for line in world.text("SYS$SYSTEM:MAILQUEUE.LOG"))
