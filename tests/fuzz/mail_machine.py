"""A node with mail and the world it talks to, and what must be true of mail whatever came in.

Beside what is true of every machine: a message that was answered with 250 is delivered, on its way, or returned to its sender; a connection comes
to an end; and the node still takes mail.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any
from zlib import crc32

from smtp.control_file.control_file import ControlFile
from smtp.node import SmtpNode
from tests.fuzz.machine import Finding, FuzzMachine
from vmsemu.base.condition import VmsError
from vmsemu.base.protection import Protection
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.mail.callable import Mail
from vmsemu.mail.message import Message
from vmsemu.net.port import Connection
from vmsemu.queue.manager import QueueManager
from vmsemu.services.process import ProcessMode
from vmsemu.tables.facilities import RMS

ADDRESS = "192.0.2.1"
SMTP_DIRECTORY = "SYS$SPECIFIC:[TCPIP$SMTP]"
REMOTE, REMOTE_ADDRESS = "mx1.example.org", "192.0.2.11"
ZONE = """
dest.example.org.  MX 10 mx1.example.org.
loop.example.org.  CNAME loop.example.org.
alias.example.org. CNAME dest.example.org.
sender.example.net. MX 10 mx1.example.org.
200.2.0.192.in-addr.arpa. PTR client.example.net.
client.example.net. A 192.0.2.200
200.2.0.192.rbl.example.org. A 127.0.0.2
"""
KEPT = 1 << 20  # octets of an answer that are kept
STEPS = 40_000
HOPS = 10  # a message that went through fewer hosts is not refused for that
MINUTE = DeltaTime.of(minutes=1)


def random_of(data: bytes) -> Random:
    """Chance that depends on the input alone."""
    return Random(crc32(data))


def cut(data: bytes, random: Random) -> list[bytes]:
    """The bytes in pieces of any size."""
    places = sorted(random.randint(0, len(data)) for _ in range(random.choice((0, 1, 5, 40))))
    return [data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True) if a < b]


@dataclass
class Taken:
    """A message that the receiver has put into the queue."""

    spec: str
    file: ControlFile


class Caller:
    """A client of the outside: what it was answered."""

    def __init__(self, machine: MailMachine, port: int) -> None:
        self._machine = machine
        self.answer = bytearray()
        self.ended = False
        self.connection: Connection | None = None
        machine.kernel.start(self._listen(port), "caller")
        machine.rest()

    async def _listen(self, port: int) -> None:
        try:
            self.connection = await self._machine.world.client().connect(ADDRESS, port)
            while data := await self.connection.read():
                if len(self.answer) < KEPT:
                    self.answer += data
        except VmsError:
            pass
        self.ended = True

    def send(self, pieces: Iterable[bytes]) -> None:
        """Write what the server still takes."""
        for piece in pieces:
            if self.connection is None or self.ended:
                return
            try:
                self.connection.write(piece)
            except VmsError:
                return
            self._machine.rest()

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self._machine.rest()


class MailMachine(FuzzMachine):
    """ALPHA1, a mail server outside, a name server."""

    def __init__(self, username: str = "SYSTEM", **settings: Any) -> None:
        hosts = {REMOTE: {"address": REMOTE_ADDRESS, "smtp": "accept"}}
        super().__init__(username, {"dns": ZONE, "hosts": hosts, **settings})
        self.kernel.budget = 1000
        self.taken: list[Taken] = []
        self.mail = self.system.part(Mail)
        self.queues = self.system.part(QueueManager)
        self.arrived = 0
        """Messages that MAIL has put into the mail file of SMITH, without those of `deliver`."""
        self._watch(self.system.part(SmtpNode))
        self._count()

    def _count(self) -> None:
        deliver = self.mail.deliver

        def counting(user: str, *rest: Any, **named: Any) -> Any:
            result = deliver(user, *rest, **named)
            self.arrived += user.upper() == "SMITH"
            return result

        self.mail.deliver = counting  # type: ignore[method-assign]

    def _watch(self, node: SmtpNode) -> None:
        """Note what receivers put into the queue."""
        enqueue = node.enqueue

        def noting(process: Any, file: ControlFile, *rest: Any, **named: Any) -> str:
            spec = enqueue(process, file, *rest, **named)
            if process.mode is ProcessMode.NETWORK:
                self.taken.append(Taken(spec, file))
            return spec

        node.enqueue = noting  # type: ignore[method-assign]

    # -- time ---------------------------------------------------------------------------------------------------------------------------

    def rest(self) -> None:
        """Let everything happen that happens without the clock. Errors: Finding."""
        self.advance(DeltaTime(0))

    def advance(self, delta: DeltaTime) -> None:
        """Move the clock. Errors: Finding when the node does not come to rest."""
        kernel, limit = self.kernel, VmsTime(self.kernel.now + delta)
        for _ in range(STEPS):
            kernel.tick()
            if not kernel.idle:
                continue
            due = kernel.next_deadline()
            if due is None or due > limit:
                kernel.clock.advance_to(limit)  # type: ignore[attr-defined]
                return
            if due > kernel.now:
                kernel.clock.advance_to(due)  # type: ignore[attr-defined]
        raise Finding("the node does not come to rest", "no rest")

    # -- files and mail -----------------------------------------------------------------------------------------------------------------

    def write(self, spec: str, records: Iterable[bytes], protection: str = "S:RWED,O:RWED,G:RE,W:RE") -> None:
        """Create a file of these records."""
        self.given.append(b"\n".join(records := list(records)).decode("latin-1"))
        with self._idle_process().files.create(spec, protection=Protection.from_text(protection)) as file:
            for record in records:
                file.put(record[:32000])
        self.rest()

    def deliver(self, *lines: str) -> None:
        """Put a message into SMITH's mail file."""
        self.arrived -= 1
        self.mail.deliver("SMITH", Message('SMTP%"a@example.net"', to="SMITH", subject="here", body_lines=list(lines)))

    def messages(self, user: str = "SMITH", folder: str = "NEWMAIL") -> int:
        """How many there are."""
        file = self.mail.open_of_user(user)
        if file is None:
            return 0
        try:
            return len(file.headers(folder))
        finally:
            file.close()

    def exists(self, spec: str) -> bool:
        try:
            self._idle_process().files.find(spec)
        except VmsError as error:
            if error.matches(RMS.FNF, RMS.DNF):
                return False
            raise
        return True

    def files_like(self, spec: str) -> list[str]:
        try:
            return [found.spec.to_text() for found in self._idle_process().files.search(spec)]
        except VmsError:
            return []

    # -- the oracle ---------------------------------------------------------------------------------------------------------------------

    def check_kept(self, promised: int) -> None:
        """Every promise is a control file, and each of these was brought to an end or is still on its way. Errors: Finding."""
        self._no_dump()
        if len(self.taken) != promised:
            raise Finding(f"{promised} messages were answered with 250, {len(self.taken)} were queued", "promise broken")
        waiting = {file.spec for entry in self.queues.entries.values() for file in entry.files}
        for taken in self.taken:
            if self.exists(taken.spec) and taken.spec not in waiting and not any(r.reason.startswith("lost") for r in taken.file.failed):
                raise Finding(f"{taken.spec} is there, and no entry has it", "control file without entry")
        here = [
            t for t in self.taken if _hops(t.file) < HOPS and any(_is_smith(r.address.local, r.address.domain) for r in t.file.recipients)
        ]
        if self.arrived < len(here):
            raise Finding(f"{len(here)} messages for SMITH were taken, {self.arrived} arrived", "mail for SMITH is lost")

    def check_takes_mail(self) -> None:
        """A good client is served as ever. Errors: Finding."""
        self._no_dump()
        for spec in self.files_like(f"{SMTP_DIRECTORY}SMTP.CONFIG;*"):
            self._idle_process().files.erase(spec)
        before = self.messages()
        caller = Caller(self, 25)
        caller.send(
            [
                b"HELO c.example.net\r\nMAIL FROM:<a@sender.example.net>\r\nRCPT TO:<smith@alpha1.example.com>\r\nDATA\r\nSubject: x\r\n\r\nx\r\n.\r\nQUIT\r\n"
            ]
        )
        self.advance(MINUTE)
        self._no_dump()
        if not bytes(caller.answer).startswith(b"220 ") or self.messages() <= before:
            raise Finding(f"the node takes no mail: {bytes(caller.answer[-300:])!r}", "takes no mail")


def _hops(file: ControlFile) -> int:
    return sum(line[:8].lower() == b"received" for line in file.headers)


def _is_smith(local: str, domain: str) -> bool:
    return local.upper() == "SMITH" and domain.lower() in ("alpha1.example.com", f"[{ADDRESS}]", "")


def promises(answer: bytes) -> int:
    """How many messages a client was promised: 250 behind 354."""
    codes = [line[:4] for line in answer.split(b"\r\n") if line[3:4] == b" "]
    return sum(one == b"354 " and two == b"250 " for one, two in pairwise(codes))


def lines_in(data: bytes, limit: int = 200) -> Sequence[bytes]:
    """Records of a file: the lines, some of them."""
    return data.split(b"\n")[:limit]
