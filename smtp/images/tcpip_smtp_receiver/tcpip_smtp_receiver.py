"""TCPIP$SMTP_RECEIVER: the SMTP server for one connection, run by TCPIP$SMTP_RECV_RUN.COM in a process of the auxiliary server.

It finds the connection through SYS$NET, drives the protocol machine, and for each message writes a control file and submits it to the generic
queue. The reply to the end of data is sent when both are on stable storage, not before. SYS$OUTPUT is the log.

The control file of a message that does not come in one go (the client pauses, or a buffer is full) is created while it comes (incoming.py), and
deleted when it does not come to its end: after RECEIVE_TIMEOUT, when the connection breaks, when the message is refused. A long message is written
as it comes. A client that sends without end gives way
to other processes, and one that does not take its replies is waited for no longer than RECEIVE_TIMEOUT.

Source: Management 17.1.1, 17.5 (logical names); Management Command Reference, SET CONFIGURATION SMTP /RECEIVE_TIMEOUT.
"""

from __future__ import annotations

from functools import partial

from smtp.config.configuration import SmtpConfiguration
from smtp.config.logicals import NodeIdentity, SmtpLogicals
from smtp.config.resolver import process_resolver
from smtp.images.tcpip_smtp_receiver.incoming import HeaderTooLong, IncomingMessage
from smtp.images.tcpip_smtp_receiver.log import ReceiverLog
from smtp.images.tcpip_smtp_receiver.names import Names
from smtp.images.tcpip_smtp_receiver.policy import Policy, Refusal
from smtp.message.address import NULL, Address
from smtp.message.compose import received_lines
from smtp.message.dates import internet_date
from smtp.node import SmtpNode
from smtp.protocol.events import Hello, MessageReceived, RecipientGiven, SenderGiven, ServerEvent, TextReceived, TransactionAborted
from smtp.protocol.replies import Reply
from smtp.protocol.server import MINUTE, ServerOptions, SmtpServer, State
from smtp.routing.locality import Locality
from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import image
from vmsemu.kernel.kernel import give_way
from vmsemu.net.port import Connection
from vmsemu.net.socket_device import network_connection
from vmsemu.opcom.accounting import accounting
from vmsemu.opcom.opcom import operator_message
from vmsemu.tables.facilities import SS

BUFFER = 65536
PAUSE = DeltaTime.of(seconds=1)
_CLOSED, _TEXT = State.CLOSED, State.TEXT


@image("TCPIP$SMTP_RECEIVER")
async def tcpip_smtp_receiver(ctx: ImageContext) -> ConditionValue:
    """Serve the client on SYS$NET until one of the two ends the session.

    Errors: SS.NOSUCHDEV; TCPIP.CONFIGERROR and TCPIP.CONFIGREAD, after the client has been told that the service is not available.
    """
    connection = network_connection(ctx.process)
    try:
        session = _Session(ctx, connection)
    except VmsError:
        connection.write(Reply.of("NOT_AVAILABLE", host=NodeIdentity.of(ctx.process).host).to_bytes())
        connection.close()
        raise
    await session.run()
    return SS.NORMAL.value


class _Session:
    """One client, and what the receiver needs to answer it."""

    def __init__(self, ctx: ImageContext, connection: Connection) -> None:
        process = ctx.process
        self._ctx = ctx
        self._kernel = ctx.kernel
        self._connection = connection
        self._node = ctx.system.part(SmtpNode)
        self._identity = NodeIdentity.of(process)
        self._configuration: SmtpConfiguration = self._node.configuration()
        logicals = SmtpLogicals(process)
        self._locality: Locality = self._node.locality(process, self._identity, logicals)
        self._rules = self._node.anti_spam(process)
        self._log = ReceiverLog(ctx, connection.peer, logicals)
        for remark in self._rules.remarks:
            self._log.note(remark)
        self._timeout = self._configuration.receive_timeout * MINUTE
        relay = self._configuration.relay
        uucp = bool(self._configuration.general_gateway)
        names = Names(partial(process_resolver, process), process.files)
        self._policy = Policy(self._rules, self._locality, names, connection.peer[0], relay=relay, uucp=uucp)
        self._product = self._node.product()
        self._sender = NULL
        self._incoming = IncomingMessage(process, self._node, self._log, self._trace)
        self._server = SmtpServer(
            ServerOptions(
                self._identity.host,
                "" if logicals.switch("SUPPRESS_VERSION_INFO") else self._product,
                self._date(),
                eight_bit=self._configuration.eight_bit,
                offer_8bitmime=logicals.offer_8bitmime,
                receive_timeout=self._timeout,
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
            server.open(self._kernel.now)
            await self._handle([])
            while server.state is not _CLOSED:
                await self._handle(await self._receive())
        except VmsError as error:
            if not error.matches(SS.LINKABORT, SS.LINKDISCON, SS.TIMEOUT):
                raise
            self._log.step(f"connection lost: {error.message.definition.ident}")
            await self._handle(server.connection_lost())
        finally:
            self._incoming.discard()
            del self._incoming  # it points back here, and a busy node does not wait for the garbage collection
            self._connection.close()

    async def _receive(self) -> list[ServerEvent]:
        """Bytes from the client, or the end of its time."""
        due = self._server.deadline()
        pausing = self._server.state is _TEXT and not self._incoming.begun
        if pausing and due is not None:
            due = min(due, self._kernel.now + PAUSE)
        try:
            data = await self._connection.read(BUFFER, deadline=VmsTime(due) if due is not None else None)
        except VmsError as error:
            if not error.matches(SS.TIMEOUT):
                raise
            if pausing:
                self._incoming.begin()
            return self._server.tick(self._kernel.now)
        if not data:
            return self._server.connection_lost()
        self._log.protocol("recv", data)
        if len(data) == BUFFER:
            await give_way()
            if pausing:
                self._incoming.begin()
        return self._server.receive(data, self._kernel.now)

    async def _handle(self, events: list[ServerEvent]) -> None:
        """Answer the questions among the events, one after the other, and send the replies.

        Errors: SS.TIMEOUT when the client does not take them; those of the connection.
        """
        while events:
            following: list[ServerEvent] = []
            for event in events:
                if isinstance(event, Hello):
                    self._log.step(f"{event.verb} {event.name}")
                elif isinstance(event, SenderGiven):
                    self._sender = event.sender
                    self._log.parsed(event.sender)
                    following = self._answer(await self._policy.sender(event.sender), event.sender)
                elif isinstance(event, RecipientGiven):
                    self._log.parsed(event.recipient)
                    following = self._answer(await self._policy.recipient(event.recipient), event.recipient)
                elif isinstance(event, TextReceived):
                    self._incoming.part(event.sender, event.recipients, event.lines)
                elif isinstance(event, MessageReceived):
                    following = await self._message(event)
                elif isinstance(event, TransactionAborted):
                    self._log.note(f"message not taken: {event.reason}")
                    self._incoming.discard()
                else:
                    self._log.step(f"session ended: {event.reason}")
            events = following
        data = self._server.data_to_send()
        if data:
            self._log.protocol("send", data)
            if not self._connection.write(data):
                await self._connection.flush(deadline=VmsTime(int(self._kernel.now) + self._timeout))

    def _date(self) -> str:
        return internet_date(self._kernel.now.fields(), self._identity.zone)

    def _trace(self) -> list[bytes]:
        """The field that is put before the headers of a message."""
        return received_lines(self._identity.host, self._product, self._date())

    def _answer(self, refusal: Refusal | None, address: Address) -> list[ServerEvent]:
        """Yes, or the policy's no."""
        if refusal is None:
            if self._log.steps:
                self._log.step(f"{address.to_path()} taken")
            return self._server.accept(self._kernel.now)
        self._log.note(f"{address.to_path()} refused: {refusal.kind}")
        if refusal.disconnect:
            self._report(refusal, self._sender.to_path())
        return self._server.refuse(refusal.reply, self._kernel.now, disconnect=refusal.disconnect)

    def _report(self, refusal: Refusal, sender: str) -> None:
        """The event of a connection that is ended because of its client. fidelity: the text, in both places, is not known."""
        text = f"SMTP SPAM event: {refusal.kind}, client {self._connection.peer[0]}" + (f", sender {sender}" if sender else "")
        self._log.note(text)
        books = accounting(self._ctx.system)
        if "ACCOUNTING" in self._rules.actions and books is not None:
            books.user_message(self._ctx.process, text.encode("latin-1", "replace"))
        if "OPCOM" in self._rules.actions:
            operator_message(self._ctx.system, self._ctx.process.username, [text])

    async def _message(self, event: MessageReceived) -> list[ServerEvent]:
        """Store, submit, wait until both are durable; only then the client may forget the message."""
        try:
            spec = self._incoming.finish(event.sender, event.recipients, event.lines)
            await self._kernel.durable()
        except HeaderTooLong:
            self._log.note("message not taken: its header is too long")
            return self._server.refuse(Reply.of("TOO_MUCH_DATA"), self._kernel.now)
        except VmsError as error:
            self._log.error(error)
            return self._server.refuse(Reply.of("LOCAL_ERROR"), self._kernel.now)
        self._log.note(f"mail from {event.sender.to_path()} for {len(set(event.recipients))}: {spec}")
        return self._server.accept(self._kernel.now)
