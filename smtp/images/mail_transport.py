"""The SMTP% protocol of OpenVMS Mail (TCPIP$SMTP_MAILSHR): a message of MAIL becomes a control file under its sender's name.

Headers are composed as the product composes them (smtp/message/compose.py). From: is TCPIP$SMTP_FROM when the user defined it, unless the manager
prohibits that; otherwise user@host with the personal name in parentheses. The substitute domain takes the place of the host name.

Source: User's Guide 5.3; Management 17.8; captured headers. fidelity: the case of the user name in addresses is not known (lower case here).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from smtp.config.configuration import SmtpConfiguration
from smtp.config.logicals import NodeIdentity, SmtpLogicals
from smtp.control_file.control_file import LONG, ControlFile, Recipient
from smtp.delivery.inbound import RULER, InternetMessage
from smtp.facility import TCPIP
from smtp.images.mail_debug import MailDebug
from smtp.message.address import NULL, Address, AddressError, distinct
from smtp.message.body import Body, LongText
from smtp.message.compose import OutgoingMail, received_lines, sender_text
from smtp.message.dates import internet_date
from smtp.message.headers import HeaderBlock, split_message
from smtp.node import SmtpNode
from smtp.protocol.text import clear_eighth_bit
from vmsemu.mail.message import Message

if TYPE_CHECKING:
    from vmsemu.services.process import Process
    from vmsemu.services.system import System

IMAGE = "TCPIP$SMTP_MAILSHR"
_PLAIN = re.compile(r"[\x20-\x7e]+\Z")
_ALIAS = re.compile(r'\s*([^\s"()<>]+)((?:\s*\([^"]*\))?)\s*\Z')
_TOKEN = re.compile(r'(?:"[^"]*"|[^\s,"])+')


class SmtpTransport:
    """What MAIL calls for SMTP% addresses."""

    def __init__(self, system: System) -> None:
        self._node = system.part(SmtpNode)
        self._system = system

    def check_user(self, process: Process, address: str) -> None:
        """Refuse what is no internet address. Errors: TCPIP.INVADDR."""
        self._parse(address)

    async def send(self, process: Process, recipients: Sequence[str], message: Message, copied: Sequence[str] = ()) -> None:
        """Queue the message for these addresses; durable before it returns. Errors: TCPIP.INVADDR, TCPIP.CFWRITE, those of the queue manager."""
        self.enqueue(process, recipients, message, copied)
        await self._system.kernel.durable()

    def enqueue(self, process: Process, recipients: Sequence[str], message: Message, copied: Sequence[str] = ()) -> None:
        """The same without the wait: durable after the tick."""
        debug = MailDebug(process)
        try:
            targets = [self._parse(text) for text in recipients]
            for target in targets:
                debug.parsed(target)
            file = self._compose(process, targets, message, [self._parse(text) for text in copied])
            debug.step(f"message of {file.return_path.to_path()} for {', '.join(t.to_path() for t in targets)}")
            spec = self._node.enqueue(self._node.agent, file, process.username)
            debug.step(f"control file {spec}")
        finally:
            debug.write()

    def _parse(self, text: str) -> Address:
        """An internet address; one of UUCP, which has no domain, when there is a general purpose gateway. Errors: TCPIP.INVADDR."""
        try:
            address = Address.from_mail_text(text)
        except AddressError:
            raise TCPIP.INVADDR.error(text) from None
        if not address.domain:
            gateway = self._node.configuration().general_gateway
            if not gateway or "!" not in address.local:
                raise TCPIP.INVADDR.error(text)
        return address

    def _compose(self, process: Process, targets: list[Address], message: Message, copied: Sequence[Address]) -> ControlFile:
        now = self._system.now
        configuration = self._node.configuration()
        identity = NodeIdentity.of(process)
        domain = configuration.substitute_domain or identity.host
        sender = _sender(message.sender, domain)
        everybody = distinct(targets)
        to_line, cc_line = (distinct(_internet_addresses(line)) for line in (message.to, message.cc))
        in_cc = {address.key for address in (*copied, *cc_line)} - {address.key for address in to_line}
        mail = OutgoingMail(
            internet_date(now.fields(), identity.zone),
            self._node.message_id(identity.host),
            _from_text(process, sender, message, domain),
            [address for address in everybody if address.key not in in_cc],
            [address for address in everybody if address.key in in_cc],
            message.to,
            message.cc,
            message.subject,
        )
        body = _body(message, eight_bit=configuration.eight_bit)
        is_bounce = isinstance(message, InternetMessage) and message.is_bounce
        return_path = NULL if is_bounce else _return_path(sender, configuration, local=domain)
        recipients = [Recipient(address) for address in everybody]
        trace = _trace(message, identity, self._node.product(), mail.date)
        headers = (*trace, *mail.header_lines(eight_bit=configuration.eight_bit))
        return ControlFile(now, process.username, return_path, recipients, headers, body)


def _body(message: Message, *, eight_bit: bool) -> Body:
    def lines() -> Iterator[bytes]:
        encoded = (line.encode("latin-1", "replace") for line in message.body_lines)
        return encoded if eight_bit else clear_eighth_bit(encoded)

    long = not isinstance(message.body_lines, Sequence) or sum(map(len, message.body_lines)) > LONG
    return LongText(lines) if long else tuple(lines())


def _trace(message: Message, identity: NodeIdentity, product: str, date: str) -> list[bytes]:
    """For a message that came through SMTP, and maybe DECnet, and is forwarded: a trace line of this node, and those it has.

    So a loop is counted.
    """
    if isinstance(message, InternetMessage):
        return [*received_lines(identity.host, product, date), *message.trace]
    if "SMTP%" not in message.sender.upper():
        return []
    lines = [line.encode("latin-1", "replace") for line in message.body_lines]
    jackets = (lines[lines.index(RULER) + 1 :] if RULER in lines else [], split_message(lines)[0])
    received = [line for jacket in jackets for line in HeaderBlock.from_lines(jacket).lines("Received")]
    return [*received_lines(identity.host, product, date), *received]


def _internet_addresses(line: str) -> list[Address]:
    """The addresses of a MAIL To: or CC: line that are internet addresses."""
    found = []
    for token in _TOKEN.findall(line):
        try:
            address = Address.from_mail_text(token)
        except AddressError:
            continue
        if address.domain:
            found.append(address)
    return found


def _sender(text: str, domain: str) -> Address:
    """The address of a MAIL From text: a user of this node, an SMTP address, or a name of another mail world as quoted local part."""
    if text.upper().startswith("SMTP%"):
        try:
            return Address.from_mail_text(text)
        except AddressError:
            pass
    if "::" in text:
        return Address(text, domain)
    return Address(text.strip().lower() or "postmaster", domain)


def _return_path(sender: Address, configuration: SmtpConfiguration, *, local: str) -> Address:
    """/SUBSTITUTE_DOMAIN=NONAME leaves the domain of local senders out."""
    return Address(sender.local) if configuration.substitute_none and sender.domain == local else sender


def _from_text(process: Process, sender: Address, message: Message, domain: str) -> str:
    """The From: field."""
    name = message.personal_name
    logicals = SmtpLogicals(process)
    own = logicals.text("FROM")
    if not own or logicals.switch("PROHIBIT_USER_HEADERS") or sender.domain != domain or not _PLAIN.match(own):
        return sender_text(sender, name)
    found = _ALIAS.match(own)
    if found is None:
        return sender_text(sender, name)
    try:
        address = Address.from_text(found[1])
    except AddressError:
        return sender_text(sender, name)
    if not address.domain:
        return f"{address.to_text()}@{domain}{found[2]}"
    return own.strip() if found[2] or not name else f"{own.strip()} ({name})"
