"""TCPIP$POP_SERVER: the POP3 server for one connection, run by TCPIP$POP_RUN.COM in a process of the auxiliary server.

The dialogue is smtp/pop/protocol.py, the messages smtp/pop/maildrop.py. The answer to QUIT is sent when the deletions are on stable storage. SYS$OUTPUT
is the log: TCPIP$POP_LOG_LEVEL says how much stands in it, TCPIP$POP_TRACE adds the protocol, without passwords.

Source: Management, chapter 18. fidelity: the product's server is one process with a thread for each connection; texts other than those of the
greeting and of a refused PASS, and all lines of the log, are ours.
"""

from __future__ import annotations

import hmac
from hashlib import md5

from smtp.config.configuration import HeaderPlacement
from smtp.config.logicals import NodeIdentity
from smtp.node import SmtpNode
from smtp.pop.headers import FromRules
from smtp.pop.maildrop import Maildrop, MaildropRules
from smtp.pop.options import PopOptions
from smtp.pop.protocol import Ended, Finished, Login, PopEvent, PopServer, PopState, TextWanted
from smtp.routing.databases import HostDatabase
from smtp.trace import traced_lines
from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.time import VmsTime
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import image
from vmsemu.kernel.kernel import give_way
from vmsemu.mail.callable import Mail
from vmsemu.mail.message import Message
from vmsemu.mail.place import mail_directory
from vmsemu.net.auxiliary import AuxiliaryServer
from vmsemu.net.port import NETWORK_CONDITIONS, Connection
from vmsemu.net.socket_device import network_connection
from vmsemu.security.sysuaf import UafFlags, UafRecord
from vmsemu.services.loginout import LOGIN, LoginSource, authenticate_by, note_login
from vmsemu.tables.facilities import SS

_SERVICE = "POP"
_ERROR, _INFORMATIONAL, _THREAD, _DEBUG = range(4)
_SECRET_FILE = "POP_SECRET.DAT"
_SECRET_LIMIT = 500


@image("TCPIP$POP_SERVER")
async def tcpip_pop_server(ctx: ImageContext) -> ConditionValue:
    """Serve the client on SYS$NET until one of the two ends the session. Errors: SS.NOSUCHDEV, and what keeps the server from working."""
    connection = network_connection(ctx.process)
    session = _Session(ctx, connection)
    try:
        await session.run()
    except VmsError as error:
        session.died(error)
        raise
    return SS.NORMAL.value


class _Denied(Exception):
    """Why somebody is not let in, in the words for the client."""


class _Session:
    """One client."""

    def __init__(self, ctx: ImageContext, connection: Connection) -> None:
        self._ctx = ctx
        self._connection = connection
        self._options = PopOptions.of(ctx.process)
        self._identity = NodeIdentity.of(ctx.process)
        self._server = PopServer(user_pass=not self._options.no_user_pass)
        self._maildrop: Maildrop | None = None
        self._stamp = f"<{ctx.process.pid:08X}.{ctx.now}@{self._identity.host}>"
        for remark in self._options.remarks:
            self._log(_ERROR, remark)

    async def run(self) -> None:
        """The dialogue. A connection that breaks ends it, and deletes nothing."""
        server = self._server
        try:
            if self._is_one_too_many():
                self._connection.write(b"-ERR too many connections, try again later\r\n")
                return
            server.open(f"{self._greeting()} {self._stamp}")
            await self._send()
            while server.state is not PopState.CLOSED:
                await self._handle(await self._receive())
        except VmsError as error:
            if not error.matches(*NETWORK_CONDITIONS):
                raise
            self._log(_THREAD, f"connection lost: {error.message.definition.ident}")
        finally:
            if self._maildrop is not None:
                self._maildrop.close()
            self._connection.close()

    def died(self, error: VmsError) -> None:
        """Tell those whom TCPIP$POP_POSTMASTER names that the server could not go on."""
        text = f"The POP server on {self._identity.host} has ended: {error.message.definition.ident}"
        mail = self._ctx.system.part(Mail)
        for name in self._options.postmasters:
            try:
                mail.deliver(name, Message(self._ctx.process.username, to=name, subject="POP server", body_lines=[text]))
            except VmsError as failed:
                self._ctx.put_message(failed)

    def _greeting(self) -> str:
        version = self._ctx.system.profile.tcpip_version.partition("-")[0]
        return f"POP server ready TCPIP {version} [{self._identity.host} {self._connection.local[0]}]"

    def _is_one_too_many(self) -> bool:
        running = self._ctx.system.part(AuxiliaryServer).find(_SERVICE)
        return running is not None and running.active > self._options.maximum_threads

    def _log(self, level: int, text: str) -> None:
        if level <= self._options.log_level:
            address, port = self._connection.peer
            self._ctx.write(f"{self._ctx.now.to_text()} {address} port {port}: {text}")

    def _trace(self, direction: str, data: bytes) -> None:
        if self._options.trace:
            for line in traced_lines(direction, data):
                words = line.partition("buf=")
                self._ctx.write(f"{words[0]}buf=PASS ..." if words[2][:5].upper() == "PASS " else line)

    # -- input and output ------------------------------------------------------------------------------------------------------------

    async def _receive(self) -> list[PopEvent]:
        timeout = self._options.idle_timeout
        try:
            data = await self._connection.read(deadline=VmsTime(self._ctx.now + timeout) if timeout else None)
        except VmsError as error:
            if not error.matches(SS.TIMEOUT):
                raise
            return self._server.connection_lost("the link was idle too long")
        if not data:
            return self._server.connection_lost()
        self._trace("recv", data)
        return self._server.receive(data)

    async def _send(self) -> None:
        await self._write(self._server.data_to_send())

    async def _write(self, data: bytes) -> None:
        """Send in pieces of TCPIP$POP_SNDBUF; a client that does not take them for the idle timeout is given up."""
        self._trace("send", data)
        timeout = self._options.idle_timeout
        step = self._options.send_buffer or len(data) or 1
        for at in range(0, len(data), step):
            self._connection.write(data[at : at + step])
            await self._connection.flush(deadline=VmsTime(self._ctx.now + timeout) if timeout else None)

    async def _handle(self, events: list[PopEvent]) -> None:
        while True:
            following: list[PopEvent] = []
            for event in events:
                if isinstance(event, Login):
                    following = self._login(event)
                elif isinstance(event, TextWanted):
                    following = await self._text(event)
                elif isinstance(event, Finished):
                    following = await self._finish(event)
                elif isinstance(event, Ended):
                    self._log(_THREAD, f"session ended: {event.reason}")
            events = following
            if events:
                continue
            await self._send()
            if not self._server.is_behind:
                return
            await give_way()
            events = self._server.go_on()

    # -- the questions ---------------------------------------------------------------------------------------------------------------

    def _login(self, login: Login) -> list[PopEvent]:
        try:
            record = self._authenticated(login)
            self._maildrop = Maildrop(self._ctx.system.part(Mail), record.username, self._rules())
        except _Denied as denied:
            self._log(_INFORMATIONAL, f"{login.user} refused: {denied}")
            return self._server.deny(str(denied))
        except VmsError as error:
            self._ctx.put_message(error)
            return self._server.deny(f'mail file of "{login.user}" can not be opened')
        note_login(self._ctx.system, record, interactive=False)
        maildrop = self._maildrop
        self._log(_INFORMATIONAL, f"{record.username}: {maildrop.folder}, messages: {len(maildrop.messages)}")
        return self._server.admit(login.user, maildrop.messages, maildrop.folder)

    def _authenticated(self, login: Login) -> UafRecord:
        """The account. The words of a refusal say more when TCPIP$POP_SECURITY is FRIENDLY."""
        user = login.user
        source = LoginSource("NETWORK", remote=self._connection.peer[0])
        proof = self._digest_is_right if login.digest else lambda record, login: record.accepts(login.password)
        try:
            record = authenticate_by(self._ctx.system, user, lambda record: proof(record, login), source)
        except VmsError as error:
            if error.matches(LOGIN.NOSUCHUSER):
                raise _Denied("access denied") from None
            if self._options.secure:
                raise _Denied(f'Access to user account "{user}" denied') from None
            if error.matches(LOGIN.INVPWD):
                raise _Denied(f'password supplied for "{user}" is incorrect') from None
            raise _Denied(f'user account "{user}" can not be used: {error.message.definition.text}') from None
        if record.flags & UafFlags.DISMAIL:
            secure = f'Access to user account "{user}" denied'
            raise _Denied(secure if self._options.secure else f'user account "{user}" may not use mail')
        return record

    def _digest_is_right(self, record: UafRecord, login: Login) -> bool:
        """APOP: the digest of the greeting's stamp and the secret, which is a line of a file in the user's mail directory."""
        mail = self._ctx.system.part(Mail)
        spec = mail_directory(record, mail.profile(record.username)) + _SECRET_FILE
        try:
            with self._ctx.process.files.open(spec) as file:
                secret = next(iter(file.lines()), "")
        except VmsError as error:
            self._log(_DEBUG, f"{spec} can not be read: {error.message.definition.ident}")
            return False
        if not 0 < len(secret) <= _SECRET_LIMIT:
            return False
        right = md5(f"{self._stamp}{secret}".encode("latin-1"), usedforsecurity=False).hexdigest()
        return hmac.compare_digest(right.encode(), login.digest.encode("latin-1", "replace"))

    def _rules(self) -> MaildropRules:
        node, process, identity = self._ctx.system.part(SmtpNode), self._ctx.process, self._identity
        configuration = node.configuration()
        top = configuration.headers is HeaderPlacement.TOP
        if self._options.ignore_mail11_headers and not top:
            self._log(_ERROR, "TCPIP$POP_IGNORE_MAIL11_HEADERS is ignored, because SMTP is not configured with /OPTIONS=TOP_HEADERS")
        hosts = HostDatabase(process.files)

        def node_host(name: str) -> str:
            found = hosts.find(name)
            return next((record.name for record in found if "." in record.name), found[0].name if found else "")

        rules = FromRules(
            configuration.substitute_domain or identity.host,
            node_host,
            self._options.decnet,
            self._options.quoted_decnet,
            self._options.personal_name,
        )
        return MaildropRules(self._options, rules, identity.zone, f"{identity.host} {self._greeting()}", top)

    async def _text(self, wanted: TextWanted) -> list[PopEvent]:
        maildrop = self._maildrop
        assert maildrop is not None
        try:
            lines = maildrop.text(wanted.number)
            await self._send()
            for piece in self._server.send_text(maildrop.messages[wanted.number].size, lines):
                await self._write(piece)
        except VmsError as error:
            if error.matches(*NETWORK_CONDITIONS):
                raise
            self._ctx.put_message(error)
            return self._server.refuse("the text of this message can not be read")
        return self._server.go_on()

    async def _finish(self, finished: Finished) -> list[PopEvent]:
        maildrop = self._maildrop
        assert maildrop is not None
        try:
            maildrop.finish(finished.deleted, finished.retrieved)
            await self._ctx.kernel.durable()
        except VmsError as error:
            self._ctx.put_message(error)
            return self._server.finish("some deleted messages not removed", failed=True)
        left = len(maildrop.messages) - len(finished.deleted)
        return self._server.finish(f"POP server signing off ({left} message{'' if left == 1 else 's'} left in {maildrop.folder})")
