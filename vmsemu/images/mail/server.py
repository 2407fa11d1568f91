"""The DECnet object MAIL: takes the mail that another node sends, in a process of the account MAIL$SERVER.

Addressees are checked as they come, forwarding to other nodes and foreign protocols included, so that whoever sends is told at once. The
message is delivered when its text is complete, and each addressee's status is sent when that is on the disk. The sender is shown with the name
of the node that the link comes from. Source: captures of V7.3.
"""

from __future__ import annotations

from vmsemu.base.condition import Message as ConditionMessage
from vmsemu.base.condition import VmsError
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.mail.callable import Mail
from vmsemu.mail.facility import MAIL
from vmsemu.mail.mail11 import Addressee, Envelope, Mail11Server, ProtocolError, Sender, Status
from vmsemu.mail.message import Message
from vmsemu.mail.resolve import sent_by_node
from vmsemu.mail.send import End, Sending
from vmsemu.net.decnet import ConnectRequest, LogicalLink
from vmsemu.services.putmsg import message_lines
from vmsemu.tables.facilities import SS

_SUCCESS = Status(SS.NORMAL.value)


async def serve(ctx: ImageContext, request: ConnectRequest) -> ImageResult:
    """One link, to its end: one message."""
    protocol = Mail11Server()
    link = request.accept(protocol.accept(request.data))
    dialogue = _Dialogue(ctx, link, foreign=protocol.is_foreign)
    try:
        while True:
            event = protocol.receive(await link.receive())
            for status in await dialogue.answers(event):
                for record in protocol.answer(status):
                    await link.send(record)
    except VmsError:
        return SS.NORMAL  # the client has what it wanted, or does not want it any more
    except ProtocolError:
        return SS.PROTOCOL
    finally:
        dialogue.close()


class _Dialogue:
    """What the server has been told on one link."""

    def __init__(self, ctx: ImageContext, link: LogicalLink, *, foreign: bool) -> None:
        self._foreign = foreign
        self._ctx = ctx
        self._link = link
        self._mail = ctx.system.part(Mail)
        self._sending = Sending(self._mail, ctx.process)
        self._accepted: list[tuple[str, list[End]]] = []

    async def answers(self, event: Sender | Addressee | Envelope | None) -> list[Status]:
        match event:
            case Sender():
                self._sending = Sending(self._mail, self._ctx.process, f"{self._link.partner}::{event.text}", foreign=self._foreign)
            case Addressee():
                return [await self._check(event.text)]
            case Envelope():
                return await self._deliver(event)
        return []

    async def _check(self, text: str) -> Status:
        try:
            ends = await self._sending.accept(sent_by_node(self._ctx.process, text))
        except VmsError as error:
            return _refusal(error)
        self._accepted.append((text, ends))
        return _SUCCESS

    async def _deliver(self, envelope: Envelope) -> list[Status]:
        message = Message(self._sending.sender, envelope.to, envelope.cc, envelope.subject, envelope.lines, envelope.foreign)
        failed = await self._sending.deliver(message)
        return [next((self._failure(failed[end]) for end in ends if end in failed), _SUCCESS) for _, ends in self._accepted]

    def _failure(self, error: VmsError) -> Status:
        """A mail file of this node that does not take the message: the sender is told where."""
        if error.matches(MAIL.SENDERR):
            message = error.message
            error = VmsError(ConditionMessage(MAIL.SENDERRAT, (*message.parameters, self._ctx.system.node_name), message.cause))
        return _refusal(error)

    def close(self) -> None:
        self._sending.close()


def _refusal(error: VmsError) -> Status:
    return Status(error.value, tuple(message_lines(error.message)))
