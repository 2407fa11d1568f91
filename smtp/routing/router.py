"""Where mail for a domain goes.

Theory of operation. `plan` turns a domain into a list of gateways, best first; the symbiont asks `addresses` for one gateway after the
other and tries what it gets. Sources in their order, the first one that knows the domain decides: local MX records, BIND MX records, BIND A
records, the local hosts database. A name server that does not answer makes the result "later", unless the local hosts database knows
the name; a name that nobody knows makes it "unknown".

    alternate gateway   destination                  plan
    none                any                          MX routing; the zone has no meaning
    defined             outside the zone, or         the alternate gateway (through MX, unless it is an address); then, with
                        ALTGATE_ALWAYS               MX_IF_NOALTGATE, the MX routing of the domain
    defined             inside the zone              MX routing, gateways outside the zone left to the alternate gateway, which is
                                                     also the last chance

MX records that name this node, and all that are not better than them, are dropped (RFC 974); if nothing is left, the mail would loop.
Equal preferences keep the order of the answer.

Source: Management 17.1.5; Management Command Reference, SET CONFIGURATION SMTP and SHOW MX_RECORD.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from smtp.message.address import Address
from smtp.routing.databases import LocalMx
from smtp.routing.locality import Locality
from vmsemu.net.resolver import LookupStatus, MxRecord, Resolver


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
    status: PlanStatus
    gateways: tuple[Gateway, ...] = ()


@dataclass(frozen=True, slots=True)
class RoutingOptions:
    """The part of the configuration and of the logical names that routing looks at."""

    alternate_gateway: str = ""
    zone: str = ""
    altgate_always: bool = False
    mx_if_no_altgate: bool = False
    no_mx: bool = False

    def outside_zone(self, domain: str) -> bool:
        """fidelity: a domain is in the zone when it equals it or ends in it, case-blind. Without a zone everything is outside."""
        name, zone = domain.lower().rstrip("."), self.zone.lower()
        return not zone or not (name == zone or name.endswith("." + zone))


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

    async def addresses(self, gateway: Gateway) -> tuple[LookupStatus, tuple[str, ...]]:
        """The addresses of a gateway that are not this node's own."""
        if gateway.addresses:
            status, found = LookupStatus.FOUND, gateway.addresses
        else:
            status, found = await self._host(gateway.name)
        return status, tuple(a for a in found if not self._locality.is_own_address(a))

    async def _alternate(self) -> Plan:
        """The route to the alternate gateway."""
        plan = await self._direct(self._options.alternate_gateway)
        return Plan(plan.status, tuple(Gateway(g.name, g.preference, Source.ALTERNATE, g.addresses) for g in plan.gateways))

    async def _direct(self, domain: str) -> Plan:
        """The route by the databases, without regard to gateways."""
        literal = Address("x", domain).literal
        if literal is not None:
            if self._locality.is_own_address(literal):
                return Plan(PlanStatus.LOOP)
            return Plan(PlanStatus.ROUTED, (Gateway(domain, 0, Source.LITERAL, (literal,)),))
        if not self._options.no_mx:
            local = self._local_mx(domain)
            if local:
                return self._ordered([MxRecord(r.preference, r.gateway) for r in local], Source.LOCAL_MX)
            if self._resolver is not None:
                answer = await self._resolver.query_mx(domain)
                if answer.status is LookupStatus.FOUND:
                    return self._ordered(answer.records, Source.BIND_MX)
        return await self._by_address(domain)

    async def _by_address(self, domain: str) -> Plan:
        """The domain as a host: BIND A, then local hosts."""
        status, addresses = await self._host(domain)
        if not addresses:
            return Plan(PlanStatus.UNKNOWN if status.is_answer else PlanStatus.LATER)
        others = tuple(a for a in addresses if not self._locality.is_own_address(a))
        if not others:
            return Plan(PlanStatus.LOOP)
        return Plan(PlanStatus.ROUTED, (Gateway(domain, 0, Source.BIND_A, others),))

    async def _host(self, name: str) -> tuple[LookupStatus, tuple[str, ...]]:
        literal = Address("x", name).literal
        if literal is not None:
            return LookupStatus.FOUND, (literal,)
        status = LookupStatus.NO_NAME
        if self._resolver is not None:
            answer = await self._resolver.query_a(name)
            if answer.status is LookupStatus.FOUND:
                return answer.status, answer.addresses
            status = answer.status
        local = tuple(self._local_hosts(name))
        return (LookupStatus.FOUND, local) if local else (status, ())

    def _ordered(self, records: Sequence[MxRecord], source: Source) -> Plan:
        """MX records by preference, this node and what is not better removed. A lone empty exchange says: no mail here."""
        if len(records) == 1 and not records[0].exchange:
            return Plan(PlanStatus.UNKNOWN)
        own = [r.preference for r in records if self._locality.is_local_domain(r.exchange) or self._is_own_literal(r.exchange)]
        usable = [r for r in records if not own or r.preference < min(own)]
        usable.sort(key=lambda r: r.preference)
        if not usable:
            return Plan(PlanStatus.LOOP)
        return Plan(PlanStatus.ROUTED, tuple(Gateway(r.exchange, r.preference, source) for r in usable))

    def _is_own_literal(self, name: str) -> bool:
        literal = Address("x", name).literal
        return literal is not None and self._locality.is_own_address(literal)


def _joined(first: Plan, second: Plan) -> Plan:
    """One plan, then another: the gateways of both; the verdict of the first when there are none."""
    gateways = first.gateways + tuple(g for g in second.gateways if g.name.lower() not in {f.name.lower() for f in first.gateways})
    if gateways:
        return Plan(PlanStatus.ROUTED, gateways)
    return Plan(PlanStatus.LATER if PlanStatus.LATER in (first.status, second.status) else first.status)
