"""Simulated machines of the outside: SMTP servers that accept, defer or refuse, and keep what they were given.

A small server of its own, so that the product under test is never its own judge. `smtp:` in the front matter is one of accept, defer,
defer-rcpt, reject, reject-rcpt, silent.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from vmsemu.base.condition import VmsError
from vmsemu.kernel.kernel import Kernel
from vmsemu.net.port import Connection
from vmsemu.net.simulated import SimulatedInternet

BEHAVIOURS = ("accept", "defer", "defer-rcpt", "reject", "reject-rcpt", "silent")


@dataclass
class OutsideMessage:
    """One message an outside host accepted."""

    sender: str
    recipients: list[str]
    lines: list[str]

    def text(self) -> list[str]:
        """The message as an `expect` block shows it."""
        return [f"MAIL FROM:<{self.sender}>", *(f"RCPT TO:<{r}>" for r in self.recipients), "", *self.lines]


@dataclass
class OutsideHost:
    """One simulated machine with an SMTP server."""

    name: str
    address: str
    behaviour: str = "accept"
    messages: list[OutsideMessage] = field(default_factory=list)

    def start(self, kernel: Kernel, internet: SimulatedInternet) -> None:
        network = internet.attach(kernel, self.address)
        listener = network.listen("0.0.0.0", 25)

        async def serve() -> None:
            try:
                while True:
                    kernel.start(self._talk(await listener.accept()), f"smtp {self.name}")
            except VmsError:
                return

        kernel.start(serve(), f"host {self.name}")

    async def _talk(self, connection: Connection) -> None:
        try:
            await self._dialogue(connection)
        except VmsError:
            pass
        finally:
            connection.close()

    async def _dialogue(self, connection: Connection) -> None:
        if self.behaviour == "silent":
            await connection.read()
            return
        if self.behaviour == "defer":
            _reply(connection, f"421 {self.name} is busy")
            return
        _reply(connection, f"220 {self.name} ready")
        lines = _Lines(connection)
        sender: str = ""
        recipients: list[str] = []
        while (line := await lines.next()) is not None:
            verb = line[:4].upper()
            if verb in ("HELO", "EHLO"):
                _reply(connection, f"250 {self.name}")
            elif verb == "MAIL":
                sender, recipients = _path(line), []
                _reply(connection, "550 not from you" if self.behaviour == "reject" else "250 ok")
            elif verb == "RCPT":
                if self.behaviour == "reject-rcpt":
                    _reply(connection, "550 no such user here")
                elif self.behaviour == "defer-rcpt":
                    _reply(connection, "451 not now")
                else:
                    recipients.append(_path(line))
                    _reply(connection, "250 ok")
            elif verb == "DATA" and recipients:
                _reply(connection, "354 go on")
                self.messages.append(OutsideMessage(sender, recipients, await lines.data()))
                _reply(connection, "250 kept")
            elif verb == "RSET":
                recipients = []
                _reply(connection, "250 ok")
            elif verb == "QUIT":
                _reply(connection, "221 bye")
                return
            else:
                _reply(connection, "503 no")


class _Lines:
    """CRLF lines of a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._buffer = b""

    async def next(self) -> str | None:
        while b"\r\n" not in self._buffer:
            data = await self._connection.read()
            if not data:
                return None
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\r\n")
        return line.decode("latin-1")

    async def data(self) -> list[str]:
        lines: list[str] = []
        while (line := await self.next()) is not None and line != ".":
            lines.append(line[1:] if line.startswith(".") else line)
        return lines


def _reply(connection: Connection, text: str) -> None:
    connection.write(text.encode("latin-1") + b"\r\n")


def _path(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]
