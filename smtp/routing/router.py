"""Where mail for a domain goes.

Theory of operation. `plan` turns a domain into a list of gateways, best first; the symbiont asks `addresses` for one gateway after the
other and tries what it gets. Sources in their order, the first one that knows the domain decides: local MX records, BIND MX records, BIND A
records, the local hosts database. A name server that does not answer makes the result "later", unless the local hosts database knows
the name; a name that nobody knows makes it "unknown". Local MX records are looked for once: their gateways are hosts.

    alternate gateway   destination                  plan
    none                any                          MX routing; the zone has no meaning
    defined             outside the zone, or         the alternate gateway (through MX, unless it is an address); then, with
                        ALTGATE_ALWAYS               MX_IF_NOALTGATE, the MX routing of the domain
    defined             inside the zone              MX routing, gateways outside the zone left to the alternate gateway, which is
                                                     also the last chance

MX records that name this node, and all that are not better than them, are dropped (RFC 974); if nothing is left, the mail would loop. A record
may also name this node in a way that shows only when its address is known: `hosts` looks up all gateways of one preference together.
Equal preferences share the load: the first route takes them in the order of the answer, each later one begins with the next.

Source: Management 17.1.5; Management Command Reference, SET CONFIGURATION SMTP and SHOW MX_RECORD.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from typing import NamedTuple

from smtp.message.address import ip_literal
from smtp.routing.databases import LocalMx
from smtp.routing.locality import Locality
from vmsemu.net.resolver import LookupStatus, MxRecord, Resolver

_REMEMBERED = 4096
PATIENCE = 16
"""Lookups of one attempt that may remain without answer, lest the gateways of a domain keep a queue busy for a day. fidelity: ours."""


class PlanStatus(Enum):
    ROUTED = "routed"
    UNKNOWN = "unknown or invalid host"
    LOOP = "mail would loop back to this host"
    LATER = "name server does not answer"


class Source(Enum):
    """Which database named a gateway."""

    LITERAL = "address"
    LOCAL_MX = "local MX"
    BIND_MX = "BIND MX"
    BIND_A = "BIND"
    LOCAL_HOST = "local hosts"
    ALTERNATE = "alternate gateway"


@dataclass(frozen=True, slots=True)
class Gateway:
    """A host to try: by name, or by the addresses that are known already."""

    name: str
    preference: int = 0
    source: Source = Source.BIND_MX
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The gateways to try; when there are none, why, and `culprit`, the gateway that could not be found in place of the domain."""

    status: PlanStatus
    gateways: tuple[Gateway, ...] = ()
    culprit: str = ""


@dataclass(frozen=True, slots=True)
class RoutingOptions:
    """The part of the configuration and of the logical names that routing looks at."""

    alternate_gateway: str = ""
    zone: str = ""
    altgate_always: bool = False
    mx_if_no_altgate: bool = False
    no_mx: bool = False

    def outside_zone(self, domain: str) -> bool:
        """fidelity: a domain is in the zone when it equals it or ends in it, case-blind, or has no period. Without a zone everything is outside."""
        name, zone = domain.lower().rstrip("."), self.zone.lower()
        return not zone or ("." in name and name != zone and not name.endswith("." + zone))


class Host(NamedTuple):
    """A gateway whose addresses have been looked up."""

    gateway: Gateway
    status: LookupStatus
    addresses: tuple[str, ...]


class Router:
    """Plans routes with the databases of one node."""

    def __init__(
        self,
        locality: Locality,
        options: RoutingOptions,
        resolver: Resolver | None,
        local_mx: Callable[[str], Sequence[LocalMx]],
        local_hosts: Callable[[str], Sequence[str]],
    ) -> None:
        self._locality = locality
        self._options = options
        self._resolver = resolver
        self._local_mx = local_mx
        self._local_hosts = local_hosts
        self._turns: dict[str, int] = {}
        self._found: dict[str, tuple[int, list[Host]]] = {}
        self._groups: dict[str, tuple[tuple[MxRecord, ...], Source, list[list[Gateway]] | Plan]] = {}

    async def plan(self, domain: str) -> Plan:
        """The gateways for a domain that is not local."""
        gateway = self._options.alternate_gateway
        if not gateway:
            return await self._direct(domain)
        if self._options.altgate_always or self._options.outside_zone(domain):
            plan = await self._alternate()
            if not self._options.mx_if_no_altgate:
                return plan
            return _joined(plan, await self._direct(domain))
        plan = await self._direct(domain)
        inside = tuple(g for g in plan.gateways if g.source is Source.LITERAL or not self._options.outside_zone(g.name))
        status = plan.status if inside or not plan.gateways else PlanStatus.UNKNOWN
        return _joined(Plan(status, inside), await self._alternate())

    async def hosts(self, gateways: Sequence[Gateway], patience: int = PATIENCE) -> list[Host] | None:
        """Gateways of one preference with their addresses; None when one of them is this node, so that they and all that follow are of no use.

        After `patience` lookups that nobody answered the others are not asked for.
        """
        only = gateways[0].name if len(gateways) == 1 else ""
        known = self._found.get(only)
        if known is not None and known[1][0].gateway is gateways[0] and self._resolver is not None and self._resolver.now < known[0]:
            return known[1]
        found: list[Host] = []
        own = False
        for gateway in gateways:
            if gateway.addresses:
                status, addresses = LookupStatus.FOUND, gateway.addresses
            elif patience > 0:
                status, addresses = await self._host(gateway.name)
                patience -= status is LookupStatus.TIMEOUT
            else:
                status, addresses = LookupStatus.TIMEOUT, ()
            found.append(Host(gateway, status, addresses))
            for address in addresses:
                own = own or self._locality.is_own_address(address)
        if only and not own:
            self._remember(only, found)
        return None if own else found

    def _remember(self, name: str, found: list[Host]) -> None:
        """Keep what the name servers say of a gateway as long as they allow."""
        if self._resolver is None or found[0].status is not LookupStatus.FOUND or found[0].gateway.addresses:
            return
        if len(self._found) >= _REMEMBERED:
            self._found.clear()
        self._found[name] = self._resolver.holds_until(name), found

    async def _alternate(self) -> Plan:
        """The route to the alternate gateway."""
        gateway = self._options.alternate_gateway
        plan = await self._direct(gateway)
        gateways = tuple(Gateway(g.name, g.preference, Source.ALTERNATE, g.addresses) for g in plan.gateways)
        return Plan(plan.status, gateways, f"{Source.ALTERNATE.value} {gateway}")

    async def _direct(self, domain: str) -> Plan:
        """The route by the databases, without regard to gateways."""
        literal = ip_literal(domain)
        if literal is not None:
            if self._locality.is_own_address(literal):
                return Plan(PlanStatus.LOOP)
            return Plan(PlanStatus.ROUTED, (Gateway(domain, 0, Source.LITERAL, (literal,)),))
        if not self._options.no_mx:
            local = self._local_mx(domain)
            if local:
                return self._ordered(domain, tuple(MxRecord(r.preference, r.gateway) for r in local), Source.LOCAL_MX)
            if self._resolver is not None:
                answer = await self._resolver.query_mx(domain)
                if answer.status is LookupStatus.FOUND:
                    return self._ordered(domain, answer.records, Source.BIND_MX)
                if answer.status is not LookupStatus.NO_DATA:
                    return self._as_host(domain, *self._local(domain, answer.status))
        return self._as_host(domain, *await self._host(domain))

    def _as_host(self, domain: str, status: LookupStatus, addresses: Sequence[str]) -> Plan:
        """The domain as a host with these addresses."""
        if not addresses:
            return Plan(PlanStatus.UNKNOWN if status.is_answer else PlanStatus.LATER)
        if any(self._locality.is_own_address(a) for a in addresses):
            return Plan(PlanStatus.LOOP)
        return Plan(PlanStatus.ROUTED, (Gateway(domain, 0, Source.BIND_A, tuple(addresses)),))

    async def _host(self, name: str) -> tuple[LookupStatus, tuple[str, ...]]:
        """BIND A, then local hosts."""
        literal = ip_literal(name)
        if literal is not None:
            return LookupStatus.FOUND, (literal,)
        status = LookupStatus.NO_NAME
        if self._resolver is not None:
            answer = await self._resolver.query_a(name)
            if answer.status is LookupStatus.FOUND:
                return answer.status, answer.addresses
            status = answer.status
        return self._local(name, status)

    def _local(self, name: str, status: LookupStatus) -> tuple[LookupStatus, tuple[str, ...]]:
        """The local hosts database, when the name server has come to `status`."""
        local = tuple(self._local_hosts(name))
        return (LookupStatus.FOUND, local) if local else (status, ())

    def _ordered(self, domain: str, records: tuple[MxRecord, ...], source: Source) -> Plan:
        """MX records by preference, this node and what is not better removed. A lone empty exchange says: no mail here."""
        known = self._groups.get(domain)
        if known is None or known[0] != records or known[1] is not source:
            if len(self._groups) >= _REMEMBERED:
                self._groups.clear()
            known = self._groups[domain] = records, source, self._grouped(records, source)
        groups = known[2]
        if isinstance(groups, Plan):  # there is nothing to share
            return groups
        turn = self._turn(domain)
        return Plan(PlanStatus.ROUTED, tuple([g for group in groups for g in _rotated(group, turn)]))

    def _grouped(self, records: tuple[MxRecord, ...], source: Source) -> list[list[Gateway]] | Plan:
        """The gateways of MX records by preference; the plan itself when it is the same each time."""
        if len(records) == 1 and not records[0].exchange:
            return Plan(PlanStatus.UNKNOWN)
        own = [r.preference for r in records if self._locality.is_this_host(r.exchange)]
        usable = [r for r in records if not own or r.preference < min(own)]
        usable.sort(key=lambda r: r.preference)
        groups = by_preference([Gateway(r.exchange, r.preference, source) for r in usable])
        if any(len(group) > 1 for group in groups):
            return groups
        return Plan(PlanStatus.ROUTED, tuple(group[0] for group in groups)) if groups else Plan(PlanStatus.LOOP)

    def _turn(self, domain: str) -> int:
        """How many routes to a domain have been planned before."""
        if len(self._turns) >= _REMEMBERED:
            self._turns.clear()
        turn = self._turns.get(domain, 0)
        self._turns[domain] = turn + 1
        return turn


def by_preference(gateways: Sequence[Gateway]) -> list[list[Gateway]]:
    """Gateways of one source and preference together, in their order."""
    return [list(group) for _, group in groupby(gateways, key=lambda g: (g.source, g.preference))]


def _rotated(group: Sequence[Gateway], turn: int) -> list[Gateway]:
    at = turn % len(group)
    return [*group[at:], *group[:at]]


def _joined(first: Plan, second: Plan) -> Plan:
    """One plan, then another: the gateways of both; the verdict of the first when there are none."""
    gateways = first.gateways + tuple(g for g in second.gateways if g.name.lower() not in {f.name.lower() for f in first.gateways})
    if gateways:
        return Plan(PlanStatus.ROUTED, gateways)
    verdict = second if second.status is PlanStatus.LATER is not first.status else first
    return Plan(verdict.status, culprit=verdict.culprit)
