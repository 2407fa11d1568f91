"""The receiver's decisions: is this client welcome, is this sender, may mail for this recipient pass.

Theory of operation. Clients are known good or known bad by the entry that matches their address most closely; equally close is good. Entries that
are names are resolved when they are needed, once for a connection, as hosts first, then as MX domains. Local recipients are always taken. Others
are relayed when /OPTIONS=RELAY is set and

    neither list is configured        always
    Good-Clients is configured        for a good client; for others when the recipient is in a relay zone, or, with Relay-Based-On-Mx, when
                                      an MX record of its domain names this host
    only Relay-Zones is configured    always (the zones have no meaning without the clients)

Two refused relays on one connection are tolerated; the third ends it. A name service that does not answer never condemns anybody: a client that
may be good is not bad, and a relay that it could have allowed is refused for now (451), which does not count.

Source: Management 17.6. fidelity: reply codes other than 550, the order of the checks of a connection, and the treatment of the null sender (always
taken) are not known.
"""

from __future__ import annotations

from dataclasses import dataclass

from smtp.config.antispam import AntiSpam
from smtp.images.tcpip_smtp_receiver.names import PATIENCE, Names
from smtp.message.address import Address
from smtp.protocol.replies import Reply
from smtp.routing.locality import Locality

TOLERATED = 2


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not: the reply, whether the session ends with it, and the kind of the event that is reported when it does."""

    reply: Reply
    disconnect: bool
    kind: str


class Policy:
    """Judges one connection."""

    def __init__(self, rules: AntiSpam, locality: Locality, names: Names, client: str, *, relay: bool, uucp: bool = False) -> None:
        self._rules = rules
        self._locality = locality
        self._names = names
        self._client = client
        self._relay = relay
        self._uucp = uucp
        self._refused = 0
        self._asked = False
        self._good: bool | None = None
        self._bad: int | None = None

    async def connection(self) -> Refusal | None:
        """Bad-Clients, Reject-Unbacktranslatable-IP, RBLs."""
        rules = self._rules
        if rules.bad_clients and await self._is_bad():
            return self._refuse(421, "BAD-CLIENTS-TEXT", "bad client")
        own = self._locality.is_own_address(self._client)
        if rules.reject_unbacktranslatable and not own and not await self._names.has_name(self._client):
            return self._refuse(421, "UNBACKTRANSLATABLE-IP-TEXT", "unbacktranslatable address")
        if rules.rbls and await self.is_good() is False:
            for domain in rules.rbls:
                if await self._names.is_listed(self._client, domain):
                    return self._refuse(421, "CLIENT-IN-RBL-TEXT", f"client in {domain}")
        return None

    async def sender(self, sender: Address) -> Refusal | None:
        """Reject-Mail-From, unqualified and unresolvable senders."""
        rules = self._rules
        if sender.is_null:
            return None
        if rules.reject_mail_from and rules.rejects_sender(sender.to_text()):
            return self._refuse(553, "REJECT-MAIL-FROM-TEXT", "rejected sender")
        if not rules.accept_unqualified and "." not in sender.domain:
            return self._refuse(553, "UNQUALIFIED-SENDER-TEXT", "unqualified sender")
        if not rules.accept_unresolvable and not await self._resolvable(sender):
            return self._refuse(553, "UNRESOLVABLE-DOMAIN-TEXT", "unresolvable sender domain")
        return None

    async def recipient(self, recipient: Address) -> Refusal | None:
        """Local, or relayed. Relayed are also addresses at this host that leave again, by UUCP through the general purpose gateway or through DECnet."""
        local = self._locality.is_local(recipient)
        leaves = local and ((self._uucp and "!" in recipient.local) or _leaves_from_node(recipient.local))
        if local and not leaves:
            return None
        allowed = await self._may_relay("" if leaves else recipient.domain)
        if allowed:
            return None
        if allowed is None:
            return Refusal(Reply.of("LOCAL_ERROR"), False, "relay, the name service does not answer")
        self._refused += 1
        reply = Reply(550, (self._rules.text("SPAM-RELAY-TEXT"),))
        return Refusal(reply, self._refused > TOLERATED, "relay")

    def _refuse(self, code: int, text: str, kind: str) -> Refusal:
        return Refusal(Reply(code, (self._rules.text(text),)), True, kind)

    async def _may_relay(self, domain: str) -> bool | None:
        """May this client send to a domain through here (empty: by other ways than SMTP)? None: the name service may say so later."""
        rules = self._rules
        if not self._relay:
            return False
        if rules.relay_is_open:
            return True
        good = await self.is_good()
        if good or not domain:
            return good
        if rules.in_relay_zone(domain):
            return True
        named = await self._mx_names_us(domain) if rules.relay_based_on_mx else False
        return named if named or good is False else None

    async def _is_bad(self) -> bool:
        """The client is known bad, and surely not as closely known good."""
        bad = await self._bad_match()
        return bad >= 0 and await self.is_good() is False

    async def is_good(self) -> bool | None:
        """The client is known good: an entry of Good-Clients matches at least as closely as any of Bad-Clients. None: it may be."""
        if not self._asked:
            self._asked = True
            match, sure = await self._names.closest(self._client, self._rules.good_clients or ())
            good = match >= 0 and match >= await self._bad_match()
            self._good = good or (False if sure else None)
        return self._good

    async def _bad_match(self) -> int:
        if self._bad is None:
            self._bad = (await self._names.closest(self._client, self._rules.bad_clients or ()))[0]
        return self._bad

    async def _resolvable(self, sender: Address) -> bool:
        if self._locality.is_local(sender) or sender.literal is not None or self._names.resolver is None:
            return True
        exchangers = await self._names.exchangers(sender.domain)
        if exchangers or not exchangers.sure:
            return True
        host = await self._names.addresses(sender.domain + "." if "." in sender.domain else sender.domain)
        return bool(host) or not host.sure

    async def _mx_names_us(self, domain: str) -> bool | None:
        """An MX record of the domain names this host, or a host with an address of this one. None: nobody knows now."""
        exchangers = await self._names.exchangers(domain)
        if any(self._locality.is_this_host(exchanger) for exchanger in exchangers.items):
            return True
        sure, patience = exchangers.sure, PATIENCE
        for exchanger in exchangers.items:
            if patience == 0:
                return None
            found = await self._names.addresses(exchanger)
            if any(self._locality.is_own_address(address) for address in found.items):
                return True
            sure = sure and found.sure
            patience -= not found.sure
        return False if sure else None


def _leaves_from_node(local: str) -> bool:
    """`node::rest` where the rest goes on from that node by a foreign protocol (`node::SMTP%"user@host"`): not a user of a node."""
    _, node, rest = local.partition("::")
    return bool(node) and ("%" in rest or "@" in rest)
