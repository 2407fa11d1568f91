"""MAIL's own way to another node: one logical link for all addressees of a message at that node.

The link is made when the first addressee is checked and stays while the message is written. Whatever goes wrong on it before the other node has said
that the message is stored counts as not delivered. Source: captures of V7.3; mail.md 8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vmsemu.base.condition import ConditionValue, MessageDefinition, VmsError
from vmsemu.base.condition import Message as ConditionMessage
from vmsemu.mail.facility import MAIL
from vmsemu.mail.mail11 import OBJECT_NUMBER, Mail11Client, ProtocolError, Status
from vmsemu.net.decnet import LogicalLink
from vmsemu.net.netserver import DecnetServers
from vmsemu.tables.facilities import SS

if TYPE_CHECKING:
    from vmsemu.mail.message import Message
    from vmsemu.services.process import Process

_LINE = re.compile(r"[%-]([A-Z0-9_$]+)-([WSEIF])-([A-Z0-9_$]+), (.*)\Z")


class NodeLink:
    """A link to the MAIL object of a node. `accepted` are the addressees it took, in order."""

    def __init__(self, node: str, process: Process, link: LogicalLink, protocol: Mail11Client) -> None:
        self.node = node
        self.accepted: list[str] = []
        self._process = process
        self._link = link
        process.rundown.append(link.exit)
        self._protocol = protocol

    @classmethod
    async def open(cls, process: Process, node: str, sender: str, *, foreign: bool = False) -> NodeLink:
        """Connect, and say who sends (a From text). `foreign`: a file is to be sent as it is.

        Errors: MAIL.LOGLINK with the reason below it; MAIL.NOACCPTMSG from a node that takes no foreign files.
        """
        servers: DecnetServers | None = process.system.parts.get(DecnetServers)
        protocol = Mail11Client(foreign=foreign)
        try:
            if servers is None:
                raise SS.NOSUCHNODE.error()
            link, answer = await servers.node.connect(node, OBJECT_NUMBER, process.username, protocol.connect_data())
        except VmsError as error:
            raise MAIL.LOGLINK.error(node, cause=error) from None
        made = cls(node, process, link, protocol)
        protocol.accepted(answer)
        if foreign and not protocol.takes_foreign:
            made.close()
            raise MAIL.NOACCPTMSG.error(node)
        try:
            await link.send(protocol.sender(sender))
        except VmsError as error:
            made.close()
            raise MAIL.LOGLINK.error(node, cause=error) from None
        return made

    async def check(self, addressee: str) -> None:
        """May mail be sent to that addressee? Errors: what the other node says; MAIL.SENDERRAT with the reason when the link breaks."""
        try:
            await self._link.send(self._protocol.addressee(addressee))
            status = await self._status()
        except VmsError as error:
            raise self._broken(addressee, error) from None
        if not status:
            raise as_said(status, self._broken(addressee))
        self.accepted.append(addressee)

    async def send(self, message: Message) -> dict[str, VmsError | None]:
        """Send the text; what became of each accepted addressee (None: it is stored there). The link is over then."""
        failures: dict[str, VmsError | None] = {}
        try:
            for record in self._records(message):
                await self._link.send(record)
            for addressee in self.accepted:
                status = await self._status()
                failures[addressee] = None if status else as_said(status, self._broken(addressee))
        except VmsError as error:
            failures |= {a: self._broken(a, error) for a in self.accepted if a not in failures}
        finally:
            self.close()
        return failures

    def _records(self, message: Message) -> Iterator[bytes]:
        """Errors: MAIL.NOACCPTMSG."""
        if message.foreign is None:
            return self._protocol.text(message.to, message.cc, message.subject, message.body_lines)
        if not self._protocol.takes_foreign:
            raise MAIL.NOACCPTMSG.error(self.node)
        return self._protocol.file(message.to, message.cc, message.subject, message.foreign)

    def close(self) -> None:
        """Break the link; without the end of a text nothing is stored at the other node."""
        self._link.abort()
        if self._link.exit in self._process.rundown:
            self._process.rundown.remove(self._link.exit)

    async def _status(self) -> Status:
        """Errors: those of the link; SS.PROTOCOL."""
        while True:
            try:
                status = self._protocol.receive(await self._link.receive())
            except ProtocolError:
                raise SS.PROTOCOL.error() from None
            if status is not None:
                return status

    def _broken(self, addressee: str, error: VmsError | None = None) -> VmsError:
        return MAIL.SENDERRAT.error(addressee, self.node, cause=error)


def as_said(status: Status, otherwise: VmsError) -> VmsError:
    """A refusal in the words of the other node; `otherwise` when it says nothing that can be shown."""
    message: ConditionMessage | None = None
    for at in range(len(status.lines) - 1, -1, -1):
        found = _LINE.match(status.lines[at])
        if found is None:
            continue
        facility, letter, ident, text = found.groups()
        value = status.value if at == 0 else ConditionValue("WSEIF".index(letter))
        message = ConditionMessage(MessageDefinition(facility, ident, value, "!AS", 1), (text,), message)
    return VmsError(message) if message is not None else otherwise
