"""The receiver's decisions: is this client welcome, is this sender, may mail for this recipient pass.

Theory of operation. Clients are known good or known bad by the entry that matches their address most closely; equally close is good. Entries that
are names are resolved when they are needed, as hosts first, then as MX domains. Local recipients are always taken. Others are relayed when
/OPTIONS=RELAY is set and

    neither list is configured        always
    Good-Clients is configured        for a good client; for others when the recipient is in a relay zone, or, with Relay-Based-On-Mx, when
                                      an MX record of its domain names this host
    only Relay-Zones is configured    always (the zones have no meaning without the clients)

Two refused relays on one connection are tolerated; the third ends it. A name service that does not answer never condemns anybody.

Source: Management 17.6. fidelity: reply codes other than 550, the order of the checks of a connection, and the treatment of the null sender (always
taken) are not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

from smtp.config.antispam import AntiSpam, closest, network
from smtp.message.address import Address
from smtp.protocol.replies import Reply
from smtp.routing.locality import Locality
from vmsemu.net.resolver import LookupStatus, Resolver

TOLERATED = 2


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not: the reply, whether the session ends with it, and the kind of the event that is reported when it does."""

    reply: Reply
    disconnect: bool
    kind: str


class Policy:
    """Judges one connection."""

    def __init__(
        self, rules: AntiSpam, locality: Locality, resolver: Resolver | None, client: str, *, relay: bool, uucp: bool = False
    ) -> None:
        self._rules = rules
        self._locality = locality
        self._resolver = resolver
        self._client = client
        self._relay = relay
        self._uucp = uucp
        self._refused = 0
        self._good: bool | None = None

    async def connection(self) -> Refusal | None:
        """Bad-Clients, Reject-Unbacktranslatable-IP, RBLs."""
        rules = self._rules
        if rules.bad_clients is not None and await self._is_bad():
            return self._refuse(421, "BAD-CLIENTS-TEXT", "bad client")
        if self._resolver is None:
            return None
        if rules.reject_unbacktranslatable and not self._locality.is_own_address(self._client):
            answer = await self._resolver.query_ptr(self._client)
            if answer.status.is_answer and not answer.name:
                return self._refuse(421, "UNBACKTRANSLATABLE-IP-TEXT", "unbacktranslatable address")
        if rules.rbls and not await self.is_good():
            reverse = ".".join(reversed(self._client.split(".")))
            for domain in rules.rbls:
                if (await self._resolver.query_a(f"{reverse}.{domain}")).status is LookupStatus.FOUND:
                    return self._refuse(421, "CLIENT-IN-RBL-TEXT", f"client in {domain}")
        return None

    async def sender(self, sender: Address) -> Refusal | None:
        """Reject-Mail-From, unqualified and unresolvable senders."""
        rules = self._rules
        if sender.is_null:
            return None
        if rules.rejects_sender(sender.to_text()):
            return self._refuse(553, "REJECT-MAIL-FROM-TEXT", "rejected sender")
        if not rules.accept_unqualified and "." not in sender.domain:
            return self._refuse(553, "UNQUALIFIED-SENDER-TEXT", "unqualified sender")
        if not rules.accept_unresolvable and not await self._resolvable(sender):
            return self._refuse(553, "UNRESOLVABLE-DOMAIN-TEXT", "unresolvable sender domain")
        return None

    async def recipient(self, recipient: Address) -> Refusal | None:
        """Local, or relayed. An address of UUCP at this host is relayed when there is a general purpose gateway: it leaves through that."""
        leaves = self._uucp and "!" in recipient.local and self._locality.is_local(recipient)
        if leaves:
            accepted = self._relay and (self._rules.good_clients is None or await self.is_good())
        else:
            accepted = self._locality.is_local(recipient) or await self._may_relay(recipient)
        if accepted:
            return None
        self._refused += 1
        reply = Reply(550, (self._rules.text("SPAM-RELAY-TEXT"),))
        return Refusal(reply, self._refused > TOLERATED, "relay")

    def _refuse(self, code: int, text: str, kind: str) -> Refusal:
        return Refusal(Reply(code, (self._rules.text(text),)), True, kind)

    async def _may_relay(self, recipient: Address) -> bool:
        rules = self._rules
        if not self._relay:
            return False
        if rules.good_clients is None or await self.is_good():
            return True
        if rules.relay_zones is not None and rules.in_relay_zone(recipient.domain):
            return True
        return rules.relay_based_on_mx and await self._mx_names_us(recipient.domain)

    async def is_good(self) -> bool:
        """The client is known good: an entry of Good-Clients matches at least as closely as any of Bad-Clients."""
        if self._good is None:
            good = closest(self._client, await self._networks(self._rules.good_clients))
            self._good = good >= 0 and good >= closest(self._client, await self._networks(self._rules.bad_clients))
        return self._good

    async def _is_bad(self) -> bool:
        bad = closest(self._client, await self._networks(self._rules.bad_clients))
        return bad >= 0 and closest(self._client, await self._networks(self._rules.good_clients)) < bad

    async def _networks(self, entries: Sequence[str] | None) -> list[IPv4Network]:
        """The entries of a list of clients as addresses."""
        found = []
        for entry in entries or ():
            known = network(entry)
            if known is not None:
                found.append(known)
            elif self._resolver is not None:
                found += [IPv4Network(address) for address in await self._addresses(entry, self._resolver)]
        return found

    @staticmethod
    async def _addresses(name: str, resolver: Resolver) -> list[str]:
        host = await resolver.query_a(name)
        if host.addresses:
            return list(host.addresses)
        exchangers = await resolver.query_mx(name)
        return [address for record in exchangers.records for address in (await resolver.query_a(record.exchange)).addresses]

    async def _resolvable(self, sender: Address) -> bool:
        if self._locality.is_local(sender) or sender.literal is not None or self._resolver is None:
            return True
        answer = await self._resolver.query_mx(sender.domain)
        if answer.status is LookupStatus.FOUND or not answer.status.is_answer:
            return True
        host = await self._resolver.query_a(sender.domain)
        return host.status is LookupStatus.FOUND or not host.status.is_answer

    async def _mx_names_us(self, domain: str) -> bool:
        if self._resolver is None:
            return False
        answer = await self._resolver.query_mx(domain)
        return any(self._locality.is_local_domain(record.exchange) for record in answer.records)
