"""A booted node with SMTP, an outside world and a name server, under virtual time: what the node tests talk to."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, ClassVar

from smtp.product import PRODUCT
from vmsemu.base.condition import VmsError
from vmsemu.base.protection import Protection
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.kernel.clock import VirtualClock
from vmsemu.kernel.kernel import Kernel
from vmsemu.mail.callable import Mail
from vmsemu.net.dns_server import ZoneServer
from vmsemu.net.port import Connection
from vmsemu.net.resolver import ResolverOptions
from vmsemu.net.simulated import SimulatedInternet
from vmsemu.net.stack import NetworkStack
from vmsemu.queue.manager import QueueManager
from vmsemu.services.stream import CallbackOutput, ListInput
from vmsemu.startup.node import Node, NodeSettings
from vmsemu.store.memory import MemoryStore
from vmsemu.tables.facilities import RMS

SMTP = "SYS$SPECIFIC:[TCPIP$SMTP]"
BOOT = VmsTime.of(2001, 5, 14, 10)
NODE, CLIENT, NAMED = "192.0.2.1", "192.0.2.2", "192.0.2.53"
ZONE = """
alpha1.example.com.  A 192.0.2.1
dest.example.org.    MX 10 mx1.example.org.
dest.example.org.    MX 20 mx2.example.org.
mx1.example.org.     A 192.0.2.11
mx2.example.org.     A 192.0.2.12
sender.example.org.  MX 10 mx1.example.org.
"""


class SmtpWorld:
    """ALPHA1 and its surroundings."""

    running: ClassVar[list[SmtpWorld]] = []

    def __init__(self, store: MemoryStore | None = None, *, clock: VmsTime = BOOT, zone: str = ZONE) -> None:
        self.kernel = Kernel(VirtualClock(clock))
        self.kernel.on_bugcheck = self._bugcheck
        self.internet = SimulatedInternet()
        self.zone = ZoneServer(zone)
        self.internet.attach(self.kernel, NAMED).serve_datagrams(53, self.zone.serve)
        self.client = self.internet.attach(self.kernel, CLIENT)
        network = self.internet.attach(self.kernel, NODE)
        self.store = store or MemoryStore()
        self.console: list[str] = []
        stack = NetworkStack(network, ResolverOptions((NAMED,)))
        self.node = Node(self.kernel, self.store, NodeSettings(products=[PRODUCT]), stack, fresh=store is None)
        self.system = self.node.system
        self.system.on_bugcheck = self._process_bugcheck
        startup = self.node.boot(CallbackOutput(self.console.append))
        self.kernel.run_until_done(lambda: startup.ended.done, VmsTime(self.kernel.now + DeltaTime.of(minutes=5)))
        assert startup.ended.done, "".join(self.console)
        SmtpWorld.running.append(self)
        self.queues = self.system.part(QueueManager)
        self.mail = self.system.part(Mail)

    def close(self) -> None:
        """Delete every process."""
        self.node.halt()
        self.kernel.run_until_idle()

    @staticmethod
    def _bugcheck(task: Any, error: BaseException) -> None:
        raise error

    @staticmethod
    def _process_bugcheck(process: Any, error: BaseException) -> None:
        raise AssertionError(f"bugcheck in {process.name}") from error

    def run(self, body: Coroutine[Any, Any, Any], minutes: int = 60) -> Any:
        """Run something outside the node to its end."""
        task = self.kernel.start(body, "TEST")
        task.on_exit.append(lambda _: None)
        self.kernel.run_until_done(lambda: task.finished, VmsTime(self.kernel.now + DeltaTime.of(minutes=minutes)))
        assert task.finished, "nothing more happens"
        if task.error is not None:
            raise task.error
        return task.result

    def settle(self) -> None:
        self.kernel.run_until_idle()

    def advance(self, delta: DeltaTime) -> None:
        self.kernel.run_until(VmsTime(self.kernel.now + delta))

    # -- an SMTP client --------------------------------------------------------------------------------------------------------------

    def talk(self, *lines: bytes, until_closed: bool = False) -> list[bytes]:
        """Connect to port 25, send each line, return the banner and each reply."""

        async def dialogue() -> list[bytes]:
            connection = await self.client.connect(NODE, 25)
            replies = [await read_reply(connection)]
            for line in lines:
                connection.write(line if line.endswith(b"\n") else line + b"\r\n")
                replies.append(await read_reply(connection))
            connection.close()
            return replies

        replies: list[bytes] = self.run(dialogue())
        self.settle()
        return replies

    def send(self, sender: str, recipients: list[str], text: str) -> bytes:
        """Deliver a message to the node over SMTP; returns the reply to the end of data."""
        lines = [b"HELO client.example.net", f"MAIL FROM:<{sender}>".encode()]
        lines += [f"RCPT TO:<{r}>".encode() for r in recipients]
        body = "\r\n".join("." + line if line.startswith(".") else line for line in text.split("\n")).encode("latin-1")
        replies = self.talk(*lines, b"DATA", body + b"\r\n.\r\n", b"QUIT")
        return replies[-2]

    # -- DCL -------------------------------------------------------------------------------------------------------------------------

    def dcl(self, *commands: str, user: str = "SYSTEM") -> str:
        """Commands of a user, as a procedure; what they wrote."""
        from vmsemu.dcl import session

        out: list[str] = []

        async def main(process: Any) -> Any:
            return await session.procedure_lines(process, list(commands), [], login=False)

        process = self.node.login(user, ListInput([]), CallbackOutput(out.append), main)
        self.kernel.run_until_done(lambda: process.ended.done, VmsTime(self.kernel.now + DeltaTime.of(minutes=5)))
        assert process.ended.done, "".join(out)
        return "".join(out)

    def messages(self, user: str) -> list[tuple[Any, list[str]]]:
        """Header and text of each message in a user's NEWMAIL."""
        file = self.mail.open_of_user(user)
        if file is None:
            return []
        found = [(header, file.body(header)) for header in file.headers("NEWMAIL")]
        file.close()
        return found

    def forward(self, user: str, to: str) -> None:
        """MAIL> SET FORWARD/USER"""
        self.mail.profiles.put(replace(self.mail.profile(user), forwarding=to))

    def control_files(self) -> list[str]:
        return self.directory(f"{SMTP}*.TCPIP_*;*")

    def entries(self) -> list[Any]:
        return list(self.queues.entries.values())

    def log(self) -> str:
        """TCPIP$SMTP_LOGFILE.LOG, newest version; empty when there is none."""
        return "\n".join(self.text(f"{SMTP}TCPIP$SMTP_LOGFILE.LOG")) if self.directory(f"{SMTP}TCPIP$SMTP_LOGFILE.LOG") else ""

    def files(self) -> Any:
        """The files of a privileged process."""
        return next(p for p in self.system.processes if p.username == "SYSTEM").files

    def directory(self, spec: str) -> list[str]:
        """The files that match, name.type;version."""
        try:
            return [found.spec.name + found.spec.type + found.spec.version for found in self.files().search(spec)]
        except VmsError as error:
            if error.matches(RMS.FNF):
                return []
            raise

    def text(self, spec: str) -> list[str]:
        """The records of a file."""
        with self.files().open(spec, shared=True) as file:
            return list(file.lines())

    def write(self, spec: str, *lines: str, protection: str = "S:RWED,O:RWED,G:RE,W") -> None:
        with self.files().create(spec, protection=Protection.from_text(protection)) as file:
            for line in lines:
                file.put_text(line)


async def read_reply(connection: Connection) -> bytes:
    """One SMTP reply, continuation lines included; b'' at the end."""
    data = b""
    while True:
        more = await connection.read()
        if not more:
            return data
        data += more
        last = data.rstrip(b"\r\n").rpartition(b"\r\n")[2]
        if data.endswith(b"\r\n") and last[3:4] == b" ":
            return data


class OutsideServer:
    """A machine of the outside with a mail server that the test programs: `answers` maps a verb (or TEXT) to a reply."""

    def __init__(self, world: SmtpWorld, address: str, **answers: str) -> None:
        self.network = world.internet.attach(world.kernel, address)
        self.answers = answers
        self.messages: list[tuple[str, list[str], list[str]]] = []
        self.sessions = 0
        listener = self.network.listen("0.0.0.0", 25)

        async def serve() -> None:
            while True:
                world.kernel.start(self._talk(await listener.accept()), f"mail server {address}")

        world.kernel.start(serve(), address)

    async def _talk(self, connection: Connection) -> None:
        self.sessions += 1
        state: dict[str, Any] = {"sender": "", "recipients": [], "buffer": b""}
        self._say(connection, "BANNER", "220 outside ready")
        while True:
            line = await self._line(connection, state)
            if line is None:
                connection.close()
                return
            verb = line[:4].upper()
            if verb == "DATA":
                if not self._say(connection, "DATA", "354 go"):
                    continue
                lines: list[str] = []
                while (text := await self._line(connection, state)) not in (".", None):
                    lines.append(text[1:] if text.startswith(".") else text)
                if self._say(connection, "TEXT", "250 kept"):
                    self.messages.append((state["sender"], state["recipients"], lines))
                continue
            good = self._say(connection, line.upper() if line.upper() in self.answers else verb, "221 bye" if verb == "QUIT" else "250 ok")
            if verb == "MAIL":
                state["sender"], state["recipients"] = line[10:].strip("<>"), []
            elif verb == "RCPT" and good:
                state["recipients"].append(line[8:].strip("<>"))

    def _say(self, connection: Connection, what: str, default: str) -> bool:
        reply = self.answers.get(what, default)
        connection.write(reply.encode() + b"\r\n")
        return reply[0] in "23"

    @staticmethod
    async def _line(connection: Connection, state: dict[str, Any]) -> str | None:
        while b"\r\n" not in state["buffer"]:
            data = await connection.read()
            if not data:
                return None
            state["buffer"] += data
        line, _, state["buffer"] = state["buffer"].partition(b"\r\n")
        text: str = line.decode("latin-1")
        return text
