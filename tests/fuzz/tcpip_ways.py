"""The ways in of the management of TCP/IP Services: its commands, its databases, its configuration procedure; and the accounting file."""

from __future__ import annotations

import re
from functools import cache
from random import Random

from smtp.images.tcpip_ucp.tcpip_ucp import command_table
from smtp.routing.databases import HostRecord, LocalMx
from tests.fuzz.derive import Derivation
from tests.fuzz.machine import CONTROL_Y, Finding, FuzzMachine
from tests.fuzz.mail_machine import MINUTE, Caller, MailMachine, promises, random_of
from tests.fuzz.mail_ways import pop_machine
from tests.fuzz.way import Way, lines_of
from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime

# -- commands --------------------------------------------------------------------------------------------------------------------------------

_WORDS = (
    "192.0.2.7", "10.0.0.0", "255.255.255.0", "300.1.1.1", "a.example.com", "localhost", "LOCALHOST", "ALPHA1", "SMTP", "ECHO", "TCP", "UDP", "WE0", "LO0", "*", "x*", "F.LIS", "1",
    "SMITH", "BG1", '"quoted name"', '""', "x" * 300, "\xff\xb2", "YES", "SYS$SYSTEM:", "TODAY", "1-00:00:00", "(a,b)", "dest.example.org", "[1,2]", "NL:",
)  # fmt: skip


@cache
def commands() -> tuple[bytes, ...]:
    """Commands with every qualifier of the grammar, eight at a time."""
    random = Random("tcpip")
    lines = [line for _ in range(2) for line in Derivation(command_table(), random, _WORDS).lines()]
    random.shuffle(lines)
    return tuple("\n".join(lines[at : at + 8]).encode("latin-1") for at in range(0, len(lines), 8))


def _commands(machine: FuzzMachine, data: bytes) -> None:
    machine.type_lines("TCPIP", *lines_of(data), "\x1a")
    machine.type_lines(*(f"TCPIP {line}" for line in lines_of(data)[:2]))


# -- databases -------------------------------------------------------------------------------------------------------------------------------

_FILES = ("HOST", "NETWORK", "ROUTE", "PROXY", "SERVICE", "CONFIGURATION")
RECORDS = (
    HostRecord("dest", "192.0.2.11").to_bytes(), HostRecord("x" * 255, "999.1.2.3", True).to_bytes(), LocalMx("dest.example.org", "mx1.example.org", 5).to_bytes(),
    b"H" + b"10.0.0.0".ljust(254) + b"192.0.2.9".ljust(255) + b"\x08\0", b"N" + b"DEFAULT".ljust(254) + b"nowhere".ljust(255) + b"\xff\xff",
    b"ALPHA1".ljust(15) + b"SMTP".ljust(17) + b"INITIAL_INTERVAL=x\0ZONE=\0=\0\0", b"ALPHA1".ljust(15) + b"ENABLE SERVICE".ljust(17) + b"SMTP=1\0ECHO\0\xff=9\0",
    b"ALPHA1".ljust(15) + b"INTERFACE WE0".ljust(17) + b"ADDRESS=1.2.3\0MASK=z\0", b"ECHO".ljust(32) + b"PORT=99999\0PROTOCOL=x\0", bytes(64), b"\xff" * 700,
)  # fmt: skip
_ALL = (
    "SHOW HOST", "SHOW HOST/LOCAL dest", "SET HOST FOO/ADDRESS=192.0.2.60/ALIAS=(BAR)", "SET NOHOST FOO/NOCONFIRM", "SHOW NETWORK", "SET NETWORK REEF/ADDRESS=203.0.113.0",
    "SET NONETWORK REEF/NOCONFIRM", "SHOW ROUTE/PERMANENT", "SHOW ROUTE", "SET ROUTE/DEFAULT/GATEWAY=192.0.2.9/PERMANENT", "SET NOROUTE/DEFAULT/PERMANENT/NOCONFIRM",
    "SHOW MX_RECORD", "SET MX_RECORD CROW/GATEWAY=LOCALHOST/PREFERENCE=1", "SET NOMX CROW", "SHOW SERVICE/FULL *", "SHOW SERVICE/PERMANENT",
    "SET SERVICE QUX/PORT=99/PROCESS_NAME=Q/USER_NAME=SMITH/FILE=X.COM", "SET NOSERVICE QUX/NOCONFIRM", "ENABLE SERVICE ECHO", "SHOW CONFIGURATION", "SHOW CONFIGURATION SMTP",
    "SHOW CONFIGURATION ENABLE SERVICE", "SET CONFIGURATION ENABLE SERVICE SMTP", "SET CONFIGURATION SMTP/HOP_COUNT_MAXIMUM=5", "SHOW CONFIGURATION INTERFACE",
    "SET CONFIGURATION NAME_SERVICE/RETRY=2", "SHOW CONFIGURATION NAME_SERVICE", "SHOW CONFIGURATION PROTOCOL", "SHOW CONFIGURATION COMMUNICATION", "SHOW INTERFACE", "SHOW NAME_SERVICE",
    "STOP MAIL", "START MAIL", "SHOW MAIL", "ANALYZE MAIL", "START COMMUNICATION/INITIALIZE", "CONVERT/UCX CONFIGURATION", "START MAIL",
)  # fmt: skip


def _databases(machine: MailMachine, data: bytes) -> None:
    """A database that is damaged: a record that is none, bytes overwritten, the end cut off. Then all commands, and mail, and the sound one again."""
    random = random_of(data)
    name = "TCPIP$" + random.choice(_FILES)
    spec = f"SYS$COMMON:[SYSEXE]{name}"
    machine.commands(
        "TCPIP SET SERVICE ECHO/PORT=7/PROCESS_NAME=E/USER_NAME=SMITH/FILE=X.COM",
        "TCPIP SET MX_RECORD dest.example.org/GATEWAY=mx1.example.org/PREFERENCE=1",
    )
    machine.commands(f"COPY {spec}.DAT {spec}.SAVE")
    if not machine.exists(spec + ".SAVE"):
        raise Finding("no copy", "the database can not be copied")
    _damage(machine, f"{spec}.DAT", data, random)
    machine.type_lines('MAIL/SUBJECT="x" NL: "SMTP%""green@dest.example.org"""')
    sent = "%" not in machine.screen.rpartition("MAIL/SUBJECT")[2]
    some = random.sample(_ALL, 12)
    machine.quanta = 60
    machine.type_lines(*(f"TCPIP {line}" for line in some), "TCPIP", *some[:4], "\x1a")
    machine.advance(DeltaTime.of(hours=1))
    machine._no_dump()
    machine.commands(
        f"DELETE {spec}.DAT;*",
        f"RENAME {spec}.SAVE {spec}.DAT",
        "TCPIP STOP MAIL",
        "TCPIP SET SERVICE ECHO/NOLOG",
        "TCPIP ENABLE SERVICE SMTP",
        "TCPIP START MAIL",
    )
    machine.commands("TCPIP SET NAME_SERVICE/SYSTEM/SERVER=192.0.2.53/ENABLE") if "START COMMUNICATION/INITIALIZE" in some else None
    machine.advance(DeltaTime.of(days=1))
    if sent and not (machine.world.hosts["mx1.example.org"].messages or machine.queues.entries or machine.messages(machine.username)):
        raise Finding("mail that was sent while the database was damaged is gone", "mail lost by a database")
    machine.check_takes_mail()


def _damage(machine: MailMachine, spec: str, data: bytes, random: Random) -> None:
    files = machine._idle_process().files
    found = files.find(spec)
    size = found.header.used_blocks * 512
    match random.choice(("records", "bytes", "end", "zero")):
        case "records":
            with files.open_indexed(spec, write=True) as file:
                for record in (data, data[:300], data.ljust(600)):
                    try:
                        file.put(record)
                    except VmsError:
                        continue
        case "bytes":
            for at in range(0, min(len(data), 400), 40):
                found.volume.write(found.header, random.randrange(max(1, size - 40)), data[at : at + random.randint(1, 40)])
        case "end":
            found.volume.truncate(found.header, random.randrange(size))
        case _:
            found.volume.write(found.header, random.randrange(size // 512) * 512, bytes(512))
    machine.rest()


# -- the files of MAIL -----------------------------------------------------------------------------------------------------------------------

_MAIL_FILES = ("SYS$SYSDEVICE:[SMITH]MAIL.MAI", "SYS$SYSTEM:VMSMAIL_PROFILE.DATA")


def _mail_files(machine: MailMachine, data: bytes) -> None:
    """A mail file, or the profiles, damaged while mail comes and is read; then the sound one again."""
    random = random_of(data)
    spec = random.choice(_MAIL_FILES)
    machine.deliver("one")
    machine.deliver(*["two"] * 100)
    machine.commands("MAIL SET PERSONAL_NAME x") if random.random() < 0.5 else None
    machine.rest()
    name, kind = spec.rsplit(".", 1)
    machine.commands(f"COPY {spec} {name}.SAVE")
    _damage(machine, f"{name}.{kind}", data, random)
    caller = Caller(machine, 25)
    caller.send([b"HELO x\r\nMAIL FROM:<a@sender.example.net>\r\nRCPT TO:<smith@alpha1.example.com>\r\nDATA\r\n\r\nx\r\n.\r\nQUIT\r\n"])
    machine.quanta = 60
    machine.type_lines(
        'MAIL/SUBJECT="x" LOGIN.COM SMITH',
        "MAIL",
        "DIR",
        "READ",
        "NEXT",
        "DIR/FOLDER",
        "COPY Y",
        "",
        "DELETE",
        "SEARCH two",
        "COMPRESS",
        "SHOW ALL",
        "EXIT",
    )
    pop = Caller(machine, 110)
    pop.send([b"USER smith\r\nPASS\r\nLIST\r\nRETR 1\r\nDELE 2\r\nQUIT\r\n"])
    machine.advance(DeltaTime.of(hours=2))
    pop.close()
    machine._no_dump()
    machine.type_keys([CONTROL_Y])
    machine.commands(f"DELETE {spec};*", f"RENAME {name}.SAVE {spec}")
    machine.advance(DeltaTime.of(days=1))
    machine.check_kept(promises(bytes(caller.answer)))
    machine.check_takes_mail()


# -- the configuration procedure -------------------------------------------------------------------------------------------------------------

DIALOGUES = (
    b"1\n1\nexample.com\n2\n1\nalpha1.example.com\n192.0.2.1\n\n\nYES\n\n3\nNO\nYES\n192.0.2.254\ngate1\n4\nns.example.com\n192.0.2.53\n\n5\n\nE\n2\n5\n1\nE\n6\n\nE\n",
    b"A\nexample.com\n2\n\nNO\n\n\n\n\n\n\n1\n\n\n1\n\n\n1\nE\nYES\n", b"2\n5\n1\n\nE\n6\nE\nNO\n", b"1\nA\nexample.com\n1\nalpha1\n192.0.2.300\n192.0.2.1\n255.255.0.0\n\nNO\n192.0.2.5\n\n\n\n\n",
    b"3\n14\n1\nE\n4\nE\n7\n\n5\nYES\n6\nE\n", b"1\n2\n2\nE\nE\nE\n",
)  # fmt: skip
_ANSWERS = {
    "Internet domain": "example.com",
    "fully qualified host name": "alpha1.example.com",
    "address for ns": "192.0.2.53",
    "address for": "192.0.2.1",
    "BIND server name:": "ns.example.com",
}


def _unconfigured(username: str) -> MailMachine:
    return MailMachine("SYSTEM", nodes={"ALPHA1": {"users": ["SMITH"], "products": ["smtp"], "tcpip": "unconfigured"}})


def _configuration(machine: MailMachine, data: bytes) -> None:
    """Any answers, interrupted anywhere; whatever is left of it, a second run with the right answers configures the node."""
    random = random_of(data)
    machine.quanta = 400
    machine.type_lines("@SYS$MANAGER:TCPIP$CONFIG")
    lines = data.decode("latin-1").split("\n")[:60]
    stop = random.choice((len(lines), random.randint(0, len(lines))))
    for line in lines[:stop]:
        machine.type_keys([*line[:200], random.choice(("\r",) * 30 + ("\x1a", CONTROL_Y))])
    machine.type_keys([CONTROL_Y])
    machine.type_lines("EXIT", "EXIT", "SET DEFAULT SYS$LOGIN")
    if machine.process is None or machine.process.ended.done:
        return  # he has logged out
    _configure(machine)
    machine.advance(MINUTE)
    caller = Caller(machine, 25)
    if not caller.answer.startswith(b"220 "):
        raise Finding(f"not configured: {bytes(caller.answer)!r}\n{machine.screen[-6000:]}", "not configured by the second run")
    caller.close()
    machine.check_takes_mail()


def _configure(machine: MailMachine) -> None:
    """Go through the menus as somebody who reads them."""
    steps = {"Core": ["1", "2", "4", "E"], "Client": ["5", "E"], "Main": ["1", "2", "5", "6", "E"], "Interface": ["1", "E"]}
    servers = 0
    machine.type_lines("@SYS$MANAGER:TCPIP$CONFIG")
    for _ in range(80):
        screen = machine.screen
        prompt = screen.rsplit("\n", 1)[-1]
        if prompt.startswith("$"):
            return
        answer = next((text for words, text in _ANSWERS.items() if words in prompt), "")
        if "BIND server name" in prompt:
            servers += 1
            answer = answer if servers == 1 else ""
        elif "configuration option:" in prompt:
            answer = _option(screen, steps)
        machine.type_lines(answer)
    raise Finding(machine.screen[-4000:], "the configuration procedure does not end")


def _option(screen: str, steps: dict[str, list[str]]) -> str:
    """The next option of the menu that was shown last."""
    shown = screen.rsplit("onfiguration options:", 1)[-1]
    title = screen[: -len(shown)].rsplit("Compaq TCP/IP Services for OpenVMS", 1)[-1]
    if "Exit SMTP" in shown:
        enable = re.search(r"(\d+) - Enable (?:& Start )?service on this node|(\d+) - Enable", shown)
        return enable[1] or enable[2] if enable else "E"
    for name in ("Core", "Client", "Interface"):
        if title.lstrip().startswith(name) or f"{name} WE0" in title:
            return steps[name].pop(0) if steps[name] else "E"
    return steps["Main"].pop(0) if steps["Main"] else "E"


# -- accounting ------------------------------------------------------------------------------------------------------------------------------


@cache
def accounting_records() -> tuple[bytes, ...]:
    """Records of a machine on which something happened."""
    machine = MailMachine()
    caller = Caller(machine, 25)
    caller.send([b"QUIT\r\n"])
    machine.commands("SPAWN SHOW TIME", "SET ACCOUNTING/NEW_FILE")
    machine.rest()
    with machine._idle_process().files.open("SYS$MANAGER:ACCOUNTNG.DAT;-1", shared=True) as file:
        records = tuple(bytes(record) for record in file)
    machine.rest()
    return records


def _accounting(machine: MailMachine, data: bytes) -> None:
    random = random_of(data)
    sound = accounting_records()
    records = [data, *random.sample(sound, min(3, len(sound))), data[: random.randint(0, len(data))]]
    machine.write("SYS$SYSDEVICE:[SMITH]A.DAT", records)
    machine.type_lines(
        "ACCOUNTING A.DAT", "ACCOUNTING/FULL A.DAT", "ACCOUNTING/BINARY/OUTPUT=B.DAT A.DAT", "ACCOUNTING/SORT=(USER,-FINISHED) A.DAT", "ACCOUNTING/SUMMARY=(USER,IMAGE)/REPORT=(ELAPSED,RECORDS) A.DAT",
        "ACCOUNTING/TYPE=(PROCESS,USER)/SINCE=TODAY/REJECTED=R.DAT A.DAT", "ACCOUNTING/LOG A.DAT,B.DAT", "ACCOUNTING/USER=SMITH/NODE=ALPHA1/STATUS=1 A.DAT",
    )  # fmt: skip


TCPIP_WAYS: dict[str, Way] = {
    "tcpip command": Way(commands, _commands),
    "databases": Way(lambda: RECORDS, _databases, MailMachine),
    "mail file": Way(lambda: RECORDS, _mail_files, pop_machine),
    "configuration": Way(lambda: DIALOGUES, _configuration, _unconfigured),
    "accounting": Way(accounting_records, _accounting, MailMachine),
}
