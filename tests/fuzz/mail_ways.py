"""The ways in of mail: sessions of SMTP and POP3, the files that SMTP reads, and its control files."""

from __future__ import annotations

from functools import cache, partial
from random import Random
from zlib import crc32

from smtp.control_file.control_file import ControlFile, Recipient, RecipientState
from smtp.message.address import Address
from smtp.pop.protocol import Finished as PopFinished
from smtp.pop.protocol import Listed, Login, PopServer, TextWanted
from smtp.protocol.events import MessageReceived, RecipientGiven, SenderGiven
from smtp.protocol.server import ServerOptions, SmtpServer
from tests.fuzz.machine import Finding
from tests.fuzz.mail_machine import MINUTE, SMTP_DIRECTORY, Caller, MailMachine, cut, lines_in, promises, random_of
from tests.fuzz.way import Way
from vmsemu.base.time import DeltaTime, VmsTime

_HELLO = b"HELO client.example.net\r\n"
SESSIONS = (
    b"EHLO client.example.net\r\nMAIL FROM:<a@sender.example.net>\r\nRCPT TO:<smith@alpha1.example.com>\r\nRCPT TO:<green@dest.example.org>\r\nDATA\r\n"
    b"Subject: one\r\nFrom: a@sender.example.net\r\n\r\n..dot\r\ntext\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<smith@[192.0.2.1]>\r\nDATA\r\nTo: x\r\n\r\ny\r\n.\r\nQUIT\r\n",
    _HELLO
    + b"MAIL FROM:<a@nowhere.example.net>\r\nRCPT TO:<nobody@alpha1.example.com>\r\nRCPT TO:<@a.example.org,@b:smith%x@alpha1.example.com>\r\nDATA\r\n"
    b"Received: by x\r\nX-VMS-To: a\r\nContent-Type: text/plain\r\n continued\r\nDate: bad\r\n\r\n"
    + b"x" * 900
    + b"\r\n.\r\nRSET\r\nNOOP\r\nHELP MAIL\r\nVRFY x\r\nEXPN y\r\nQUIT\r\n",
    _HELLO
    + b'MAIL FROM:<smith@alpha1.example.com>\r\nRCPT TO:<"node::user"@alpha1.example.com>\r\nRCPT TO:<"a b\\"c"@dest.example.org>\r\nRCPT TO:<x!y!z@alpha1.example.com>\r\n'
    b"RCPT TO:<list@alpha1.example.com>\r\nRCPT TO:<postmaster>\r\nDATA\r\nno header\r\n.\n.\r\n\x8a.\r\n.\r\nDATA\r\nTURN\r\nSEND FROM:<x>\r\n",
    _HELLO
    + b"MAIL FROM:<a@sender.example.net>\r\nRCPT TO:<smith@alpha1.example.com>\r\nDATA\r\n"
    + b"Received: x\r\n" * 30
    + b"\r\n\r\n.\r\nQUIT\r\n",
    b'EHLO [203.0.113.9]\r\nMAIL FROM:<a@example.net> BODY=8BITMIME SIZE=5\r\nRCPT TO:<"[SMITH]X.DIS"@alpha1.example.com>\r\nRCPT TO:<"SMTP%\\"a@b.example\\""@alpha1.example.com>\r\nDATA\r\n\xe4\xf6\xfc\r\n.\r\nQUIT\r\n',
)
POP_SESSIONS = (
    b"USER smith\r\nPASS\r\nSTAT\r\nLIST\r\nUIDL\r\nRETR 1\r\nTOP 2 3\r\nDELE 1\r\nLAST\r\nRSET\r\nNOOP\r\nDELE 2\r\nQUIT\r\n",
    b"APOP smith c4c9334bac560ecc979e58001b3e22fb\r\nUSER x\r\nPASS y\r\nQUIT\r\n",
    b"USER SMITH\r\nPASS x\r\nUSER smith\r\nPASS \r\nLIST 2\r\nUIDL 3\r\nRETR 3\r\nTOP 1 0\r\nDELE 3\r\nRETR 4\r\nLIST 99999999999\r\nQUIT\r\n",
)
CONFIGS = (
    b"Good-Clients: 192.0.2.0/24, client.example.net\nBad-Clients: 203.0.113.0/24,\n\t198.51.100.1\nRelay-Zones: example.org\nRBLs: rbl.example.org\nSecurity: FRIENDLY\n",
    b"Reject-Mail-From: *@bad.example.net, a*\nAccept-Mail-From: *@sender.example.net\nSpam-Action: OPCOM, ACCOUNTING\nBad-Clients-Text: no\nRelay-Based-On-MX: TRUE\n",
    b"! comment\nReject-Unbacktranslatable-IP: TRUE\nAccept-Unqualified-Senders: 0\nAccept-Unresolvable-Domains: no\nSpam-Relay-Text: go\nUnqualified-Sender-Text: x\n",
)
ALIASES = (
    b"! comment\nsales.example.com\n[192.0.2.77]\nALPHA1\n\n" + b"x" * 65 + b"\ndest.example.org\n",
    b"a.example.com\n" * 3 + b".\n..\n[]\n*\n",
)
LISTS = (
    b'! members\nsmith\nsmith@alpha1.example.com\ngreen@dest.example.org\nSMTP%"a@b.example"\nJohn <john@dest.example.org>\nlist\n@LIST.DIS\nnode::user\n\n',
    b'list@alpha1.example.com\n"quoted local"@dest.example.org\nnobody\n,\n<>\n',
)
SEND_FILES = (
    b"MAIL FROM:<smith@alpha1.example.com>\nRCPT TO:<green@dest.example.org>\nRCPT TO:<smith@alpha1.example.com>\nDATA\nSubject: x\nFrom: smith\n\ntext\n.\nmore\n",
    b"mail\tfrom:<>\nrcpt to:<smith>\ndata\nno header\n",
)

# -- sessions --------------------------------------------------------------------------------------------------------------------------------


def _smtp(machine: MailMachine, data: bytes) -> None:
    """A session of a client, with a policy and without."""
    random = random_of(data)
    _check_cutting(partial(_play_smtp, data=data), random)
    if random.random() < 0.6:
        machine.write(SMTP_DIRECTORY + "SMTP.CONFIG", random.choice(CONFIGS).split(b"\n"))
    machine.write(SMTP_DIRECTORY + "LIST.DIS", [b"smith@alpha1.example.com", b"green@dest.example.org"])
    machine.kernel.clock.advance_to(VmsTime(machine.kernel.now + MINUTE))  # type: ignore[attr-defined]
    caller = Caller(machine, 25)
    caller.send(cut(data, random))
    if random.random() < 0.5:
        caller.close()
    machine.advance(DeltaTime.of(hours=2))
    if not caller.ended and caller.connection is not None:
        raise Finding("a session of SMTP does not end", "session without end")
    machine.check_kept(promises(bytes(caller.answer)))
    machine.check_takes_mail()


def _play_smtp(pieces: list[bytes], data: bytes) -> bytes:
    """The protocol alone, every question answered with yes: what it says and what it takes."""
    server, out = SmtpServer(ServerOptions("h", "", "d")), []
    server.open(0)
    for piece in pieces:
        events = server.receive(piece, 0)
        while events:
            asked = events[-1]
            out += [repr(event) for event in events if isinstance(event, MessageReceived)]
            events = server.accept(0) if isinstance(asked, MessageReceived | RecipientGiven | SenderGiven) else []
    return server.data_to_send() + "".join(out).encode("latin-1", "replace")


def _check_cutting(play: partial[bytes], random: Random) -> None:
    """However the bytes are cut, the dialogue is the same."""
    data = play.keywords["data"]
    whole = play([data])
    for pieces in (cut(data, random), [bytes([byte]) for byte in data]):
        if play(pieces) != whole:
            raise Finding(f"{whole!r}\n{play(pieces)!r}", "another answer to other pieces")


def pop_machine(username: str) -> MailMachine:
    """A machine with the POP server, whose account and service are made as a manager does."""
    machine = MailMachine(username)
    machine.commands(
        "SET DEFAULT SYS$SYSTEM",
        "MCR AUTHORIZE ADD TCPIP$POP/UIC=[3655,4]/DEVICE=SYS$SYSDEVICE:/DIRECTORY=[TCPIP$POP]/FLAGS=(RESTRICTED,DISMAIL,NODISUSER)/PRIVILEGES=(SYSPRV,BYPASS)/DEFPRIVILEGES=(SYSPRV,BYPASS)",
        "CREATE/DIRECTORY SYS$SYSDEVICE:[TCPIP$POP]/OWNER=[3655,4]",
        "TCPIP SET SERVICE POP/PORT=110/PROCESS_NAME=TCPIP$POP/USER_NAME=TCPIP$POP/FILE=TCPIP$SYSTEM:TCPIP$POP_RUN.COM",
        "@SYS$STARTUP:TCPIP$POP_STARTUP",
    )
    return machine


def _pop(machine: MailMachine, data: bytes) -> None:
    random = random_of(data)
    _check_cutting(partial(_play_pop, data=data), random)
    machine.deliver("plain", ".dot", "", "x" * 300)
    machine.deliver("line\r\nwith ends\n.\r\n", "\x00\x1a\xff", *data.decode("latin-1").split("\n"))
    caller = Caller(machine, 110)
    if not caller.answer.startswith(b"+OK"):
        raise Finding(f"POP answers {bytes(caller.answer)!r}", "POP does not answer")
    caller.send(cut(data, random))
    deleted = caller.answer.count(b"deleted\r\n") if b"signing off" in caller.answer else 0
    caller.close()
    machine.rest()
    if machine.messages() + machine.messages(folder="MAIL") < 2 - deleted:
        raise Finding(f"a message is gone that nobody deleted: {bytes(caller.answer)!r}", "POP loses mail")
    again = Caller(machine, 110)
    again.send([b"USER smith\r\nPASS\r\nSTAT\r\nQUIT\r\n"])
    if b"signing off" not in again.answer and b"can not be used" not in again.answer and b"denied" not in again.answer:
        raise Finding(f"POP answers {bytes(again.answer)!r}", "POP does not serve the next")


def _play_pop(pieces: list[bytes], data: bytes) -> bytes:
    server, out = PopServer(), b""
    server.open("ready")
    for piece in pieces:
        events = server.receive(piece)
        while events or server.is_behind:
            match events[-1] if events else None:
                case None:
                    out += server.data_to_send()
                    events = server.go_on()
                case Login(user=user):
                    events = server.admit(user, [Listed(10, "a"), Listed(20, "b")], "NEWMAIL")
                case TextWanted():
                    out += server.data_to_send() + b"".join(server.send_text(10, [b"a: b", b"", b".x", b"y"]))
                    events = server.go_on()
                case PopFinished():
                    events = server.finish("bye")
                case _:
                    events = []
    return out + server.data_to_send()


# -- files -----------------------------------------------------------------------------------------------------------------------------------

_SCRIPT = (
    b"HELO client.example.net\r\nMAIL FROM:<a@sender.example.net>\r\nRCPT TO:<smith@alpha1.example.com>\r\nRCPT TO:<list@alpha1.example.com>\r\n"
    b"RCPT TO:<x@sales.example.com>\r\nRCPT TO:<green@dest.example.org>\r\nDATA\r\nSubject: x\r\n\r\ny\r\n.\r\nQUIT\r\n"
)


def _after(machine: MailMachine) -> None:
    """One message with the files as they are now."""
    caller = Caller(machine, 25)
    caller.send([_SCRIPT])
    caller.close()
    machine.advance(DeltaTime.of(minutes=5))
    machine.check_kept(promises(bytes(caller.answer)))


def _smtp_config(machine: MailMachine, data: bytes) -> None:
    machine.write(SMTP_DIRECTORY + "SMTP.CONFIG", lines_in(data))
    _after(machine)
    machine.check_takes_mail()


def _aliases(machine: MailMachine, data: bytes) -> None:
    machine.write(SMTP_DIRECTORY + "TCPIP$SMTP_LOCAL_ALIASES.TXT", lines_in(data, 2000))
    machine.commands("TCPIP STOP MAIL", "TCPIP START MAIL")
    _after(machine)
    machine.check_takes_mail()


def _lists(machine: MailMachine, data: bytes) -> None:
    machine.write(SMTP_DIRECTORY + "LIST.DIS", lines_in(data, 2000))
    machine.write("SYS$SYSDEVICE:[SMITH]L.DIS", lines_in(data, 2000))
    _after(machine)
    machine.type_lines('MAIL/SUBJECT="x" L.DIS "@L"', 'MAIL/SUBJECT="x" L.DIS "SMTP%""list@alpha1.example.com"""')
    machine.advance(DeltaTime.of(minutes=5))
    machine.check_takes_mail()


def _send_file(machine: MailMachine, data: bytes) -> None:
    machine.write("SYS$SYSDEVICE:[SMITH]F.TXT", lines_in(data, 2000))
    before = machine.messages()
    machine.type_lines(
        "S :== $TCPIP$SYSTEM:TCPIP$SMTP_SFF.EXE", "S F.TXT -loglevel 1", "S F.TXT -log L.LOG", 'WRITE SYS$OUTPUT "status ",$STATUS'
    )
    machine.advance(DeltaTime.of(minutes=5))
    if (
        "submitted to" in machine.screen
        and b"<smith@alpha1.example.com>\n" in data
        and machine.messages() == before
        and data.count(b"\n") < 200
    ):
        raise Finding(f"a file was submitted and SMITH got nothing\n{machine.screen}", "file lost")
    machine.check_takes_mail()


# -- control files ---------------------------------------------------------------------------------------------------------------------------

NAME = "01051410000000_SMITH.TCPIP_ALPHA1"
_LONGWORD = 0xFFFFFFFF
_FIELDS = (
    (0, 6),
    (6, 2),
    (8, 8),
    (16, 8),
    (24, 2),
    (26, 2),
    (28, 4),
    (32, 4),
    (36, 4),
    (40, 1),
    (41, 32),
    (73, 2),
    (75, 256),
    (331, 4),
    (508, 4),
    (512, 2),
    (514, 1),
    (515, 1),
    (516, 1),
)
"""Offset and length of the fields of the header and of the first record."""


@cache
def control_files() -> tuple[bytes, ...]:
    """Sound ones."""
    at = VmsTime.of(2001, 5, 14, 10)
    made = []
    for people in (
        ["smith@alpha1.example.com"],
        ["green@dest.example.org", "nobody@alpha1.example.com"],
        ["smith@alpha1.example.com", "a@dest.example.org", "list@alpha1.example.com"],
    ):
        recipients = [Recipient(Address.from_text(text)) for text in people]
        if len(recipients) > 2:
            recipients[1].state, recipients[1].reason = RecipientState.FAILED, "lost: because"
        body = tuple(b"line %d" % n for n in range(20))
        file = ControlFile(at, "SMITH", Address.from_text("smith@alpha1.example.com"), recipients, (b"Subject: x", b"From: smith"), body)
        made.append(file.to_bytes())
    return tuple(made)


def _spoilt(data: bytes, random: Random) -> bytes:
    """Some fields set to what they hold at most; with the right checksums or not."""
    block = bytearray(data)
    for offset, length in random.sample(_FIELDS, random.choice((0, 0, 1, 2))):
        value = random.choice((0, 1, 2, 0x7F, 0xFF, (1 << 8 * length) - 1, (1 << 8 * length - 1), random.getrandbits(8 * length)))
        block[offset : offset + length] = (value & ((1 << 8 * length) - 1)).to_bytes(length, "little")
    if random.random() < 0.6 and len(block) > 600:
        _seal(block)
    return bytes(block)


def _seal(block: bytearray) -> None:
    """Put in the checksums that the contents have."""
    length, count = int.from_bytes(block[36:40], "little"), int.from_bytes(block[26:28], "little")
    start = 512
    for _ in range(min(count, 200)):
        start += 2 + int.from_bytes(block[start : start + 2], "little")
    text = bytes(block[start : 512 + length])
    block[331:335] = crc32(text).to_bytes(4, "little")
    check = crc32(block[:508])
    records = block[512 : 512 + length] if int.from_bytes(block[6:8], "little") == 1 else block[512:start]
    block[508:512] = crc32(records, check).to_bytes(4, "little")


def _control_file(machine: MailMachine, data: bytes) -> None:
    random = random_of(data)
    spoilt = _spoilt(data, random)
    records = [spoilt[at : at + 512].ljust(512, b"\0") for at in range(0, len(spoilt), 512)]
    places = []
    for name in (NAME, "01051410000001_SMITH.TCPIP_ALPHA1"):
        if random.random() < 0.7:
            with machine._idle_process().files.create(SMTP_DIRECTORY + name, attributes=_fixed()) as file:
                for record in records:
                    file.put(record)
            places.append(file.spec.to_text())
    machine.rest()
    machine.commands(
        *(f"PRINT/QUEUE=TCPIP$SMTP_ALPHA1_00 {spec}" for spec in places[: random.randint(0, 2)]),
        "TCPIP ANALYZE MAIL", "TCPIP SHOW MAIL/FULL", "TCPIP SHOW MAIL/RECIPIENT", "TCPIP SEND MAIL",
    )  # fmt: skip
    machine.advance(DeltaTime.of(minutes=5))
    machine.commands("TCPIP ANALYZE MAIL/REPAIR/NOCONFIRM", "TCPIP SHOW MAIL/FULL", "TCPIP REMOVE MAIL/NOCONFIRM")
    machine.advance(DeltaTime.of(minutes=5))
    machine.commands("TCPIP ANALYZE MAIL/REPAIR/DELETE/NOCONFIRM")
    machine.advance(DeltaTime.of(days=1))
    machine.check_takes_mail()


def _fixed() -> object:
    from smtp.control_file.store import FIX_512

    return FIX_512


# -- a full volume ---------------------------------------------------------------------------------------------------------------------------


_LONG = (
    b"HELO x\r\nMAIL FROM:<a@sender.example.net>\r\nRCPT TO:<smith@alpha1.example.com>\r\nRCPT TO:<nobody@alpha1.example.com>\r\nDATA\r\nSubject: long\r\n\r\n"
    + b"a line of a long message\r\n" * 14_000 + b".\r\n"
)  # fmt: skip
"""Longer than what is held in memory."""


def _full(machine: MailMachine, data: bytes) -> None:
    """The disk has room for so much, while mail comes, goes, is fetched and analyzed; then it has room again, and what was promised is there."""
    random = random_of(data)
    machine.deliver("one")
    machine.deliver("two", *["x" * 200] * 40)
    with machine._idle_process().files.create(SMTP_DIRECTORY + NAME, attributes=_fixed()) as file:  # a lost file
        for at in range(0, len(control_files()[1]), 512):
            file.put(control_files()[1][at : at + 512])
    machine.write("SYS$SYSDEVICE:[SMITH]A.TXT", [b"x" * 100] * 30)
    machine.type_lines("SHOW TIME")
    if random.random() < 0.5:
        machine.type_lines('MAIL/SUBJECT="x" A.TXT "SMTP%""green@down.example.org"""')
    volume = machine.system.devices.volume("DKA0:")
    volume.blocks = volume.blocks - volume.free_blocks + random.choice((0, 0, 1, 2, 3, 5, 8, 13, 20, 30, 50, 200, 800, 1500))
    if random.random() < 0.2:
        data = _LONG + data
    caller = Caller(machine, 25)
    caller.send(cut(data, random))
    pop = Caller(machine, 110)
    pop.send([b"USER smith\r\nPASS\r\nRETR 1\r\nDELE 1\r\nDELE 2\r\nQUIT\r\n"])
    machine.type_lines(
        'MAIL/SUBJECT="x" A.TXT "SMTP%""green@dest.example.org"",SMITH',
        "TCPIP ANALYZE MAIL/REPAIR/NOCONFIRM",
        "TCPIP SHOW MAIL",
        "TCPIP SEND MAIL",
    )
    machine.advance(DeltaTime.of(hours=1))
    pop.close()
    caller.close()
    machine._no_dump()
    machine.world.fill_disk("ALPHA1", False)
    machine.advance(DeltaTime.of(hours=2))
    machine.commands("TCPIP STOP MAIL", "TCPIP START MAIL", "TCPIP ANALYZE MAIL/REPAIR/NOCONFIRM")
    machine.advance(DeltaTime.of(days=4))
    machine.check_kept(promises(bytes(caller.answer)))
    machine.check_takes_mail()


MAIL_WAYS: dict[str, Way] = {
    "smtp session": Way(lambda: SESSIONS, _smtp, MailMachine),
    "pop session": Way(lambda: POP_SESSIONS, _pop, pop_machine),
    "smtp.config": Way(lambda: CONFIGS, _smtp_config, MailMachine),
    "local aliases": Way(lambda: ALIASES, _aliases, MailMachine),
    "distribution list": Way(lambda: LISTS, _lists, MailMachine),
    "send from file": Way(lambda: SEND_FILES, _send_file, MailMachine),
    "control file": Way(control_files, _control_file, MailMachine),
    "full volume": Way(lambda: SESSIONS, _full, pop_machine),
}
