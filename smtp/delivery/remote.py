"""Remote delivery: one message to the recipients of one domain, over the gateways of its route, address after address.

A recipient that one address defers is offered to the next one; a refusal for good stands. What is left at the end waits for the next attempt,
unless the name service has said that there is nowhere to go. Only different addresses count: one that several gateways share is tried once.
The text goes out in pieces, each with the DATA timeout; the TERMINATION timeout begins when all of it is gone.

Source: Management Command Reference, SET CONFIGURATION SMTP /ADDRESS_RETRIES and /SEND_TIMEOUT.
fidelity: addresses that do not answer defer the message; the manual can be read as if they condemned it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from smtp.control_file.control_file import ControlFile, Recipient, RecipientState
from smtp.delivery.log import SymbiontLog
from smtp.facility import TCPIP
from smtp.message.long_lines import wrapped_body, wrapped_headers
from smtp.message.mts import simple_address, simple_headers
from smtp.protocol.client import SendTimeouts, SmtpClient, Waiting
from smtp.protocol.events import ClientEvent, Outcome, RecipientDone
from smtp.routing.router import PATIENCE, Gateway, Plan, PlanStatus, Router, Source, by_preference
from vmsemu.base.condition import VmsError
from vmsemu.base.time import VmsTime
from vmsemu.kernel.kernel import give_way
from vmsemu.net.port import NETWORK_CONDITIONS, Connection, Network
from vmsemu.net.resolver import LookupStatus
from vmsemu.services.putmsg import message_lines
from vmsemu.tables.facilities import SS

if TYPE_CHECKING:
    from vmsemu.kernel.kernel import Kernel

_SMTP_PORT = 25
_STEPS, _EVERYTHING = 3, 5  # log levels
_PIECE = 1 << 16
_NETWORK_REASONS = {condition.value: condition.ident for condition in NETWORK_CONDITIONS} | {
    SS.TIMEOUT.value: "connection timed out",
    SS.REJECT.value: "connection refused",
    SS.UNREACHABLE.value: "host is unreachable",
    SS.LINKABORT.value: "connection reset by the remote host",
}


@dataclass(frozen=True, slots=True)
class RemoteOptions:
    """`host` is the name given in HELO. `rewrite_mts` is a logical name."""

    host: str
    timeouts: SendTimeouts
    address_retries: int
    rewrite_mts: bool = False


class RemoteDelivery:
    """Delivers over one node's network. `settled` is called whenever fates are known that must not be forgotten."""

    def __init__(self, kernel: Kernel, network: Network, router: Router, options: RemoteOptions, log: SymbiontLog) -> None:
        self._kernel = kernel
        self._network = network
        self._router = router
        self._options = options
        self._log = log
        self._grouped: tuple[Plan | None, list[list[Gateway]]] = None, []

    async def deliver(self, file: ControlFile, domain: str, recipients: Sequence[Recipient], settled: Callable[[], None]) -> None:
        """Try every way to a domain. Afterwards a recipient is SENT, FAILED, or still UNSENT with the reason.

        A database that can not be read now says nothing of the domain: its recipients wait.
        """
        try:
            await self._every_way(file, domain, recipients, settled)
        except VmsError as error:
            if not error.matches(TCPIP.MXERROR, TCPIP.HOSTERROR):
                raise
            self._log.error(error)
            self._dispose(recipients, False, " ".join(line.strip() for line in message_lines(error.message)))

    async def _every_way(self, file: ControlFile, domain: str, recipients: Sequence[Recipient], settled: Callable[[], None]) -> None:
        plan = await self._router.plan(domain)
        if plan.status is not PlanStatus.ROUTED:
            self._dispose(recipients, plan.status is not PlanStatus.LATER, f"{plan.culprit or domain}: {plan.status.value}")
            return
        tried: set[str] = set()
        somewhere = False
        closed: Source | None = None
        dead_end = "no mail gateway has an address"
        patience = PATIENCE
        if plan is not self._grouped[0]:
            self._grouped = plan, by_preference(plan.gateways)
        for group in self._grouped[1]:
            if patience <= 0:
                break
            if group[0].source is closed:
                continue
            hosts = await self._router.hosts(group, patience)
            if hosts is None:
                closed, dead_end = group[0].source, PlanStatus.LOOP.value
                continue
            for host in hosts:
                name = host.gateway.name
                patience -= host.status is LookupStatus.TIMEOUT
                if self._log.level >= _STEPS:
                    route = f"{name} ({host.gateway.source.value}), {', '.join(host.addresses) or host.status.value}"
                    self._log.write(f"route to {domain}: {route}", _STEPS)
                somewhere = somewhere or bool(host.addresses) or not host.status.is_answer
                if not host.addresses:
                    self._dispose(recipients, False, f"{name}: {host.status.value}")
                for address in host.addresses:
                    unsent = [r for r in recipients if r.state is RecipientState.UNSENT]
                    if not unsent or len(tried) >= self._options.address_retries:
                        return
                    if address in tried:
                        continue
                    tried.add(address)
                    await self._try(file, address, name, unsent, settled)
        if not somewhere:
            self._dispose(recipients, True, f"{domain}: {dead_end}")

    def _dispose(self, recipients: Sequence[Recipient], for_good: bool, reason: str) -> None:
        for recipient in recipients:
            if recipient.state is RecipientState.UNSENT:
                recipient.reason = reason
                if for_good:
                    recipient.state = RecipientState.FAILED

    async def _try(self, file: ControlFile, address: str, name: str, recipients: Sequence[Recipient], settled: Callable[[], None]) -> None:
        """One connection to one address."""
        timeouts = self._options.timeouts
        if self._log.level >= _EVERYTHING:
            self._log.write(f"connecting to {name} ({address})", _EVERYTHING)
        try:
            connection = await self._network.connect(address, _SMTP_PORT, deadline=VmsTime(self._kernel.now + timeouts.initial))
        except VmsError as error:
            reason = _NETWORK_REASONS.get(error.value)
            if reason is None:
                raise
            self._dispose(recipients, False, f"{name} ({address}): {reason}")
            return
        open_: dict[tuple[str, str], list[Recipient]] = {}
        for recipient in recipients:  # who is named twice gets one copy
            open_.setdefault(recipient.address.key, []).append(recipient)
        return_path, headers = file.return_path, file.headers
        if self._options.rewrite_mts:
            host = self._options.host
            return_path, headers = simple_address(return_path, host), simple_headers(headers, host)
        lines = chain(wrapped_headers(headers), (b"",), wrapped_body(file.body))
        client = SmtpClient(
            self._options.host, return_path, [same[0].address for same in open_.values()], lines, timeouts, self._kernel.now
        )
        try:
            await self._talk(client, connection, name, open_, settled)
        finally:
            connection.close()

    async def _talk(
        self,
        client: SmtpClient,
        connection: Connection,
        name: str,
        recipients: dict[tuple[str, str], list[Recipient]],
        settled: Callable[[], None],
    ) -> None:
        """Drive the protocol machine until the session is over."""
        while client.state is not Waiting.CLOSED:
            events = await self._receive(client, connection)
            if self._note(events, name, recipients):
                settled()
            lost = await self._send(client, connection)
            if lost and self._note(client.connection_lost(lost), name, recipients):
                settled()

    async def _send(self, client: SmtpClient, connection: Connection) -> str:
        """Write what the machine wants to say; why that was not possible, or nothing. A text may take its time as long as it moves."""
        text = client.state is Waiting.TEXT
        sent = False
        try:
            while data := client.data_to_send():
                if sent:
                    await give_way()  # a host that takes everything at once must not keep the node from others
                sent = True
                self._log.trace("send", data)
                for at in range(0, len(data), _PIECE):
                    connection.write(data[at : at + _PIECE])
                    await connection.flush(deadline=VmsTime(self._kernel.now + self._options.timeouts.data) if text else _deadline(client))
        except VmsError as error:
            reason = _NETWORK_REASONS.get(error.value)
            if reason is None:
                raise
            return "timeout sending the text" if text and error.matches(SS.TIMEOUT) else reason
        if text and sent:
            client.text_sent(self._kernel.now)
        return ""

    async def _receive(self, client: SmtpClient, connection: Connection) -> list[ClientEvent]:
        try:
            data = await connection.read(deadline=_deadline(client))
        except VmsError as error:
            if error.matches(SS.TIMEOUT):
                return client.tick(self._kernel.now)
            if error.matches(*NETWORK_CONDITIONS):
                return client.connection_lost()
            raise
        if not data:
            return client.connection_lost()
        self._log.trace("recv", data)
        return client.receive(data, self._kernel.now)

    def _note(self, events: Sequence[ClientEvent], name: str, recipients: dict[tuple[str, str], list[Recipient]]) -> bool:
        """Write the fates into the recipients; True when one is final."""
        final = False
        for event in events:
            if isinstance(event, RecipientDone):
                for recipient in recipients[event.recipient.key]:
                    recipient.reason = f"{name}: {event.text}"
                    self._log.write(f"{event.outcome.name.lower()}: {recipient.address.to_path()} {recipient.reason}", _EVERYTHING)
                    if event.outcome is not Outcome.RETRY:
                        recipient.state = RecipientState.SENT if event.outcome is Outcome.SENT else RecipientState.FAILED
                        final = True
        return final


def by_domain(recipients: Sequence[Recipient]) -> dict[str, list[Recipient]]:
    """The recipients by the domain of their address, in the order in which domains first appear. Case of a domain is that of its first address."""
    found: dict[str, tuple[str, list[Recipient]]] = {}
    for recipient in recipients:
        domain = recipient.address.domain
        found.setdefault(domain.lower(), (domain, []))[1].append(recipient)
    return dict(found.values())


def _deadline(client: SmtpClient) -> VmsTime | None:
    due = client.deadline()
    return VmsTime(due) if due is not None else None
