"""The ways in of the network: name servers and mail servers that answer anything, the simple services, the records of a DECnet link."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from tests.fuzz.machine import Finding
from tests.fuzz.mail_machine import ADDRESS, REMOTE, REMOTE_ADDRESS, ZONE, Caller, MailMachine, cut, promises, random_of
from tests.fuzz.way import Way
from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime
from vmsemu.formats.mail11 import CONFIGURATION, FileItem, IoMode, pack_attributes
from vmsemu.net.decnet import ConnectRequest
from vmsemu.net.dns_server import ZoneServer
from vmsemu.net.port import Connection
from vmsemu.scenario.world import NAME_SERVER
from vmsemu.tables.facilities import SS

# -- name servers ----------------------------------------------------------------------------------------------------------------------------

_NAMES = (
    b"\x03mx1\x07example\x03org\x00",
    b"\xc0\x0c",
    b"\x01a\xc0\x0c",
    b"\x00",
    b"\x04dest\x07example\x03org\x00",
    b"\x02\x2e\x00\x01\xff\x00",
    b"\x3f" + b"x" * 63 + b"\x00",
)


def _record(kind: int, data: bytes, ttl: int = 60, owner: bytes = b"\xc0\x0c") -> bytes:
    return owner + kind.to_bytes(2, "big") + b"\0\1" + ttl.to_bytes(4, "big") + len(data).to_bytes(2, "big") + data


def _answer(*records: bytes, flags: int = 0x8580) -> bytes:
    """What follows the identifier of a response; the question is put in when it is asked."""
    return flags.to_bytes(2, "big") + b"\0\1" + len(records).to_bytes(2, "big") + bytes(4) + b"".join(records)


ANSWERS = (
    _answer(_record(15, b"\0\x0a" + _NAMES[0]), _record(15, b"\0\x14" + _NAMES[3]), _record(1, b"\xc0\0\2\x0b", owner=_NAMES[0])),
    _answer(_record(1, b"\xc0\0\2\x0b"), _record(1, b"\x7f\0\0\2")),
    _answer(_record(5, _NAMES[1])),
    _answer(_record(5, _NAMES[2]), _record(1, b"\xc0\0\2\x0b", owner=_NAMES[2])),
    _answer(_record(12, _NAMES[4]), _record(12, _NAMES[5])),
    _answer(*(_record(15, b"\0\x0a" + b"\x03m%02d\xc0\x0c" % n) for n in range(99))),
    _answer(_record(15, b"\xff\xff" + _NAMES[5]), _record(16, b"\x04text"), _record(6, _NAMES[0] * 2 + bytes(20))),
    _answer(flags=0x8583), _answer(flags=0x8582), _answer(flags=0x8780), _answer(flags=0xAD80),
    _answer(_record(41, b"\0\x0a\0\2ab", owner=b"\0"), _record(250, b"\x00" * 30, owner=b"\0")),
)  # fmt: skip


class _NameServer:
    """Answers with the bytes of the case, some of the time; the rest of it as it should, or not at all."""

    def __init__(self, machine: MailMachine, data: bytes, random: Random) -> None:
        self._data, self._random = data, random
        self._honest = ZoneServer(ZONE + f"mx1.example.org. A {REMOTE_ADDRESS}\n")
        network = machine.world.internet.host_at(NAME_SERVER)
        assert network is not None
        network.serve_datagrams(53, self.serve)
        _serve(machine, NAME_SERVER, 53, self._stream)

    def serve(self, query: bytes, source: str) -> bytes | None:
        what, end = self._random.random(), query.find(b"\0", 12) + 5
        if what < 0.05:
            return None
        if what < 0.15:
            return self._honest.serve(query, source)
        made = query[:2] + self._data[:10] + query[12:end] + self._data[10:]
        if what < 0.2:
            return bytes([query[0] ^ 1]) + made[1:]
        if what < 0.25:
            return made[: self._random.randint(0, len(made))]
        if what < 0.35:
            return made[:2] + bytes([made[2] | 2]) + made[3:] if len(made) > 3 else made
        return made

    async def _stream(self, connection: Connection) -> None:
        """The answer over a stream: whole, cut off, with a length that is not so."""
        query = await connection.read()
        answer = self.serve(query[2:], "") or b""
        length = self._random.choice((len(answer), len(answer), len(answer) + 9, 0, 0xFFFF))
        connection.write(length.to_bytes(2, "big") + answer)


def _serve(machine: MailMachine, address: str, port: int, talk: Callable[[Connection], Any]) -> None:
    """A server of the outside."""
    network = machine.world.internet.host_at(address)
    assert network is not None
    for listener in list(network._listeners.values()):
        if listener.local[1] == port:
            listener.close()
    listener = network.listen("0.0.0.0", port)

    async def one(connection: Connection) -> None:
        try:
            await talk(connection)
        except VmsError:
            pass
        finally:
            connection.close()

    async def serve() -> None:
        try:
            while True:
                machine.kernel.start(one(await listener.accept()), "server")
        except VmsError:
            return

    machine.kernel.start(serve(), "listener")


def _dns(machine: MailMachine, data: bytes) -> None:
    random = random_of(data)
    _NameServer(machine, data, random)
    if random.random() < 0.5:
        machine.write(
            "SYS$SPECIFIC:[TCPIP$SMTP]SMTP.CONFIG",
            [
                b"RBLs: rbl.example.org",
                b"Good-Clients: good.example.net",
                b"Bad-Clients: bad.example.net",
                b"Reject-Unbacktranslatable-IP: TRUE",
                b"Relay-Based-On-MX: TRUE",
            ],
        )
    machine.type_lines('MAIL/SUBJECT="x" NL: "SMTP%""green@dest.example.org"""')
    caller = Caller(machine, 25)
    caller.send(
        [
            b"HELO x\r\nMAIL FROM:<a@sender.example.net>\r\nRCPT TO:<green@dest.example.org>\r\nRCPT TO:<smith@alpha1.example.com>\r\nDATA\r\n\r\nx\r\n.\r\nQUIT\r\n"
        ]
    )
    machine.commands(
        "TCPIP SHOW HOST dest.example.org",
        "TCPIP SHOW HOST 192.0.2.77",
        "TCPIP SHOW MX_RECORD dest.example.org",
        "TCPIP LOOP a.example.org",
        "FINGER @b.example.org",
    )
    machine.advance(DeltaTime.of(hours=3))
    if not caller.ended:
        raise Finding("the receiver waits for the name service without end", "resolver hangs")
    for entry in machine.queues.entries.values():
        if entry.executing:
            raise Finding(f"{entry.name} is being sent for three hours", "resolver hangs in the symbiont")
    caller.close()
    machine.check_kept(promises(bytes(caller.answer)))
    honest = machine.world.internet.host_at(NAME_SERVER)
    assert honest is not None
    honest.serve_datagrams(53, ZoneServer(ZONE + f"mx1.example.org. A {REMOTE_ADDRESS}\n").serve)
    machine.advance(DeltaTime.of(days=8))  # so long an answer is kept at most
    machine.check_takes_mail()


# -- mail servers ----------------------------------------------------------------------------------------------------------------------------

REPLIES = (
    b"220 mx1 ready\n250 mx1\n250 ok\n250 ok\n354 go on\n250 kept\n221 bye",
    b"220-mx1\r\n220-more\r\n220 ready\n250-mx1\r\n250 SIZE\n250 ok\n550 no such user\n503 no\n221 bye",
    b"421 busy\n", b"554 go away\n221 bye\n", b"220 x\n250 x\n250 x\n250 x\n451 later\n221 x",
    b"220 x\n250 x\n250 x\n250 x\n354 x\n\n\n452 full\n221", b"220 x\n250 x\n250 x\r\n250 x\r\n354 x\r\n250 x\r\n250 x\n",
)  # fmt: skip


class _Remote:
    """A mail server that sends the lines of a case, one after each thing it is sent."""

    def __init__(self, data: bytes, random: Random) -> None:
        self._lines, self._random = data.split(b"\n"), random
        self.took = False
        self.heard = 0

    async def talk(self, connection: Connection) -> None:
        heard = bytearray()
        for line in self._lines:
            for piece in cut(line + b"\r\n", self._random):
                connection.write(piece)
            what = self._random.random()
            if what < 0.02:
                connection.abort()  # type: ignore[attr-defined]
                return
            if what < 0.04:
                return
            if what < 0.06:
                connection.write(self._random.choice((b"250-x\r\n", b"2", b"\r\n", b"250 ok\r\n")) * 200_000)
            if not (data := await connection.read()):
                return
            heard += data
            self.heard += len(data)
            while b"DATA\r\n" in heard and not heard.endswith((b"DATA\r\n", b"\r\n.\r\n")) and self._random.random() < 0.9:
                if not (data := await connection.read()):
                    return
                heard += data
            self.took = self.took or (b"DATA\r\n" in heard and b"\r\n.\r\n" in heard)
        if self._random.random() < 0.3:
            await connection.read()


def _remote(machine: MailMachine, data: bytes) -> None:
    """Mail for a server that answers anything; later it is a good one."""
    random = random_of(data)
    server = _Remote(data, random)
    _serve(machine, REMOTE_ADDRESS, 25, server.talk)
    machine.write("SYS$SYSDEVICE:[SMITH]A.TXT", [b"line", b".", b"", b"x" * 2000, b"\xff"])
    machine.commands("DEFINE/SYSTEM TCPIP$SMTP_LOG_LEVEL 5", "TCPIP STOP MAIL", "TCPIP START MAIL")
    machine.type_lines('MAIL/SUBJECT="x" SYS$SYSDEVICE:[SMITH]A.TXT "SMTP%""green@dest.example.org"",SMTP%""blue@dest.example.org"""')
    machine.advance(DeltaTime.of(minutes=random.choice((1, 90))))
    good = machine.world.hosts[REMOTE]
    _serve(machine, REMOTE_ADDRESS, 25, good._dialogue)
    machine.advance(DeltaTime.of(days=5))
    if machine.queues.entries and not any(e.retained for e in machine.queues.entries.values()):
        raise Finding(f"not delivered in five days: {list(machine.queues.entries.values())}", "mail is never sent")
    user = machine.username
    if not (server.took or good.messages) and not machine.messages(user):
        raise Finding("the message is gone: not at the remote host, not returned", "mail for the remote host is lost")
    machine.check_takes_mail()


# -- simple services -------------------------------------------------------------------------------------------------------------------------

REQUESTS = (b"\r\n", b"smith\r\n", b"/W smith\r\n", b"smith@host\r\n", b"system more words\r\n", b"hello\nthere\n", b"x" * 3000)
_PORTS = (7, 9, 13, 79)


def _simple_machine(username: str) -> MailMachine:
    machine = MailMachine(username)
    machine.commands(
        "@TCPIP$EXAMPLES:TCPIP$SIMPLE_SERVICES ADD ECHO,DISCARD,DAYTIME",
        "TCPIP SET SERVICE FINGER/PORT=79/PROCESS_NAME=TCPIP$FINGER/USER_NAME=TCPIP$SIMPLE/FILE=TCPIP$SYSTEM:TCPIP$FINGER_RUN.COM",
        "TCPIP ENABLE SERVICE ECHO,DISCARD,DAYTIME,FINGER",
    )
    machine.write("SYS$SYSDEVICE:[SMITH]PLAN.TXT", [b"plan \x1b[31m \x07", b"x" * 400])
    return machine


def _simple(machine: MailMachine, data: bytes) -> None:
    random = random_of(data)
    machine.type_lines("SHOW TIME")
    for port in _PORTS:
        caller = Caller(machine, port)
        caller.send(cut(data, random))
        if port == 7 and (not data.startswith(bytes(caller.answer)) or (data and not caller.answer)):
            raise Finding(f"ECHO answers {bytes(caller.answer)!r}", "ECHO answers something else")
        caller.close()
        machine.advance(DeltaTime.of(minutes=2))
        if not caller.ended:
            raise Finding(f"port {port} does not end", f"service at {port} without end")
        answers: list[bytes] = []

        async def ask(port: int = port, answers: list[bytes] = answers) -> None:
            try:
                answers.append(await machine.world.client().query(ADDRESS, port, data[:1400]))
            except VmsError:
                pass

        machine.kernel.start(ask(), "datagram")
        machine.advance(DeltaTime.of(minutes=7))
    caller = Caller(machine, 79)
    caller.send([b"smith\r\n"])
    if b"Username: SMITH" not in caller.answer:
        raise Finding(f"FINGER answers {bytes(caller.answer)!r}", "FINGER does not answer")
    caller.close()
    machine.type_lines(*(f"FINGER {line}" for line in data[:200].decode("latin-1").splitlines()))


# -- MAIL-11 ---------------------------------------------------------------------------------------------------------------------------------

_SEND = b"\n".join((b'SMITH        "x"', b"SMITH", b"\0", b"SMITH", b"a subject", b"line", b"", b"\xff\x00", b"\0"))
_ATTRIBUTES = pack_attributes(
    {
        FileItem.MESSAGE_FLAGS: 16,
        FileItem.RECORD_FORMAT: 2,
        FileItem.RECORD_ATTRIBUTES: 2,
        FileItem.LONGEST_RECORD: 5,
        FileItem.MAXIMUM_RECORD: 0,
    }
)
LINKS = (
    _SEND,
    b"JONES\nSMITH,NOBODY\nBETA1::SMITH\nSMTP%\"a@dest.example.org\"\n\"quoted\n\0\nto\ncc\nsubject\n\0",
    b"S\nSMITH\n\0\nto\ncc\nsubj\n" + _ATTRIBUTES.replace(b"\n", b"\x0b") + b"\n" + b"\4\0abcd" * 9 + b"\n\0",
    b"\1\0\0\0\n\1\0\0\0\n\1\0\0\0", b"\x52\x80\x7e\0\n%MAIL-E-NO, no\n\0\n\1\0\0\0", b"\0\n\0\n\0",
)  # fmt: skip


def _two_nodes(username: str) -> MailMachine:
    return MailMachine(
        username, nodes={"ALPHA1": {"users": ["SMITH"], "products": ["smtp"]}, "BETA1": {"users": ["JONES"], "products": []}}
    )


def _mail11(machine: MailMachine, data: bytes) -> None:
    """Records for the object MAIL of ALPHA1, and from an object MAIL that ALPHA1 sends to."""
    random = random_of(data)
    assert machine.world.decnet is not None
    beta = machine.world.decnet.find("BETA1")
    assert beta is not None
    records = [line[: random.choice((1, 600, 4000))] if random.random() < 0.1 else line for line in data.split(b"\n")[:60]]
    ended: list[bool] = []

    async def client() -> None:
        wanted = random.choice((IoMode(0), IoMode.WANT_CC, IoMode.WANT_CC | IoMode.WANT_BLOCK | IoMode.WANT_FOREIGN))
        greeting = random.choice((b"", CONFIGURATION.build({"io_mode": wanted}), data[:16]))
        try:
            link, _ = await beta.connect("ALPHA1", 27, random.choice(("JONES", "", data[:12].decode("latin-1"))), greeting)
            for record in records:
                await link.send(record)
            link.disconnect() if random.random() < 0.7 else link.abort()
        except VmsError:
            pass
        ended.append(True)

    machine.kernel.start(client(), "client")
    machine.advance(DeltaTime.of(minutes=2))
    if not ended:
        raise Finding("the object MAIL does not take the records", "object MAIL hangs")

    async def server(request: ConnectRequest) -> None:
        try:
            link = request.accept(
                random.choice(
                    (b"", data[:16], CONFIGURATION.build({"io_mode": IoMode.ACCEPT_CC | IoMode.ACCEPT_FOREIGN | IoMode.ACCEPT_BLOCK}))
                )
            )
            for record in records:
                await link.send(record)
            link.disconnect()
        except VmsError:
            pass

    def take(request: ConnectRequest) -> None:
        if random.random() < 0.1:
            request.reject(random.choice((SS.NOSUCHOBJ, SS.INVLOGIN, SS.REMRSRC)))
        else:
            machine.kernel.start(server(request), "server")

    beta.acceptor = take
    machine.write("SYS$SYSDEVICE:[SMITH]A.TXT", [b"line"])
    machine.type_lines(
        'MAIL/SUBJECT="x" SYS$SYSDEVICE:[SMITH]A.TXT BETA1::JONES', "MAIL", "SEND", "BETA1::JONES,SMITH", "subject", "text", "\x1a", "EXIT"
    )
    machine.advance(DeltaTime.of(minutes=2))
    machine.check_takes_mail()


NETWORK_WAYS: dict[str, Way] = {
    "name server": Way(lambda: ANSWERS, _dns, MailMachine),
    "mail server": Way(lambda: REPLIES, _remote, MailMachine),
    "simple services": Way(lambda: REQUESTS, _simple, _simple_machine),
    "mail-11": Way(lambda: LINKS, _mail11, _two_nodes),
}
