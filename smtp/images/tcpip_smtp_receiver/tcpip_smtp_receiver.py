"""TCPIP$SMTP_RECEIVER: the SMTP server for one connection, run by TCPIP$SMTP_RECV_RUN.COM in a process of the auxiliary server.

It finds the connection through SYS$NET, drives the protocol machine, and for each message writes a control file and submits it to the generic
queue. The reply to the end of data is sent when both are on stable storage, not before. SYS$OUTPUT is the log.

Source: Management 17.1.1, 17.5 (logical names). fidelity: lines of the log and of the trace are not known; those here are ours.
"""

from __future__ import annotations

from smtp.config.configuration import SmtpConfiguration
from smtp.config.logicals import NodeIdentity, SmtpLogicals
from smtp.config.resolver import process_resolver
from smtp.control_file.control_file import ControlFile, Recipient
from smtp.images.tcpip_smtp_receiver.policy import Policy, Refusal
from smtp.message.compose import received_lines
from smtp.message.dates import internet_date
from smtp.message.headers import split_message
from smtp.node import SmtpNode
from smtp.protocol.events import MessageReceived, RecipientGiven, SenderGiven, ServerEvent, TransactionAborted
from smtp.protocol.replies import Reply
from smtp.protocol.server import MINUTE, ServerOptions, SmtpServer, State
from smtp.routing.locality import Locality
from smtp.trace import traced
from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.time import VmsTime
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import image
from vmsemu.net.port import Connection
from vmsemu.net.socket_device import SocketDevice
from vmsemu.opcom.opcom import operator_message
from vmsemu.tables.facilities import SS


@image("TCPIP$SMTP_RECEIVER")
async def tcpip_smtp_receiver(ctx: ImageContext) -> ConditionValue:
    """Serve the client on SYS$NET until one of the two ends the session."""
    connection = _connection(ctx)
    session = _Session(ctx, connection)
    await session.run()
    return SS.NORMAL.value


def _connection(ctx: ImageContext) -> Connection:
    """The connection behind SYS$NET. Errors: SS.NOSUCHDEV when the image was not started by the auxiliary server."""
    name = ctx.process.names.translate("SYS$NET")
    device = ctx.system.devices.find(name.translations[0].equivalence) if name is not None else None
    if not isinstance(device, SocketDevice):
        raise SS.NOSUCHDEV.error()
    return device.connection


class _Session:
    """One client, and what the receiver needs to answer it."""

    def __init__(self, ctx: ImageContext, connection: Connection) -> None:
        process = ctx.process
        self._ctx = ctx
        self._connection = connection
        self._node = ctx.system.part(SmtpNode)
        self._identity = NodeIdentity.of(process)
        self._configuration: SmtpConfiguration = self._node.configuration(process)
        self._locality: Locality = self._node.locality(process, self._identity)
        logicals = SmtpLogicals(process)
        self._rules = self._node.anti_spam(process)
        for remark in self._rules.remarks:
            ctx.write(remark)
        relay = self._configuration.relay
        self._policy = Policy(self._rules, self._locality, process_resolver(process), connection.peer[0], relay=relay)
        self._sender = ""
        self._trace = logicals.switch("RECV_TRACE")
        self._debug = logicals.switch("RECV_DEBUG")
        self._server = SmtpServer(
            ServerOptions(
                self._identity.host,
                "" if logicals.switch("SUPPRESS_VERSION_INFO") else self._node.product(),
                internet_date(ctx.now.fields(), self._identity.zone),
                eight_bit=self._configuration.eight_bit,
                offer_8bitmime=logicals.offer_8bitmime,
                receive_timeout=self._configuration.receive_timeout * MINUTE,
            )
        )

    async def run(self) -> None:
        """The dialogue. A connection that breaks ends it; what was promised stays, the rest is forgotten."""
        server = self._server
        try:
            refusal = await self._policy.connection()
            if refusal is not None:
                self._report(refusal, "")
                await self._handle(server.shut_down(refusal.reply))
                return
            server.open(self._ctx.now)
            self._send()
            while server.state is not State.CLOSED:
                await self._handle(await self._receive())
        except VmsError as error:
            if not error.matches(SS.LINKABORT, SS.LINKDISCON):
                raise
            await self._handle(server.connection_lost())
        finally:
            self._connection.close()

    async def _receive(self) -> list[ServerEvent]:
        """Bytes from the client, or the end of its time."""
        due = self._server.deadline()
        try:
            data = await self._connection.read(deadline=VmsTime(due) if due is not None else None)
        except VmsError as error:
            if error.matches(SS.TIMEOUT):
                return self._server.tick(self._ctx.now)
            raise
        if not data:
            return self._server.connection_lost()
        if self._trace:
            self._ctx.write(traced("recv", data))
        return self._server.receive(data, self._ctx.now)

    def _send(self) -> None:
        data = self._server.data_to_send()
        if data:
            if self._trace:
                self._ctx.write(traced("send", data))
            self._connection.write(data)

    async def _handle(self, events: list[ServerEvent]) -> None:
        """Answer the questions among the events, one after the other, and send the replies."""
        while events:
            following: list[ServerEvent] = []
            for event in events:
                if isinstance(event, SenderGiven):
                    self._sender = event.sender.to_path()
                    following = self._answer(await self._policy.sender(event.sender), self._sender)
                elif isinstance(event, RecipientGiven):
                    following = self._answer(await self._policy.recipient(event.recipient), event.recipient.to_path())
                elif isinstance(event, MessageReceived):
                    following = await self._message(event)
                elif isinstance(event, TransactionAborted):
                    self._note(f"message not taken: {event.reason}")
            events = following
        self._send()

    def _answer(self, refusal: Refusal | None, what: str) -> list[ServerEvent]:
        """Yes, or the policy's no."""
        if refusal is None:
            return self._server.accept(self._ctx.now)
        self._note(f"{what} refused: {refusal.kind}")
        if refusal.disconnect:
            self._report(refusal, self._sender)
        return self._server.refuse(refusal.reply, self._ctx.now, disconnect=refusal.disconnect)

    def _report(self, refusal: Refusal, sender: str) -> None:
        """The event of a connection that is ended because of its client. fidelity: the product's text is not known."""
        text = f"SMTP SPAM event: {refusal.kind}, client {self._connection.peer[0]}" + (f", sender {sender}" if sender else "")
        self._note(text)
        if "OPCOM" in self._rules.actions:
            operator_message(self._ctx.system, self._ctx.process.username, [text])

    async def _message(self, event: MessageReceived) -> list[ServerEvent]:
        """Store, submit, wait until both are durable; only then the client may forget the message."""
        headers, body = split_message(event.lines)
        date = internet_date(self._ctx.now.fields(), self._identity.zone)
        trace = received_lines(self._identity.host, self._node.product(), date)
        file = ControlFile(
            self._ctx.now,
            self._ctx.process.username,
            event.sender,
            [Recipient(address) for address in dict.fromkeys(event.recipients)],
            (*trace, *headers),
            tuple(body),
        )
        try:
            spec = self._node.enqueue(self._ctx.process, file, self._ctx.process.username)
            await self._ctx.kernel.durable()
        except VmsError as error:
            self._ctx.put_message(error)
            return self._server.refuse(Reply.of("LOCAL_ERROR"), self._ctx.now)
        if self._debug:
            self._note(f"message stored as {spec}")
        return self._server.accept(self._ctx.now)

    def _note(self, text: str) -> None:
        address, port = self._connection.peer
        self._ctx.write(f"{self._ctx.now.to_text()} {address} port {port}: {text}")
