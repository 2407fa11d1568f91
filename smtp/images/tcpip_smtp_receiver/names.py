"""What the receiver asks about hosts: the name service, then the databases of this node.

Each answer says whether it is one: a name service that fails or does not answer leaves a question open, which nobody is condemned for. Without a
name service the local databases are all there is. Source: Management 17.1.5 (order of the lookups), 17.6.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from smtp.config.antispam import closest, network
from smtp.routing.databases import HostDatabase, MxDatabase
from vmsemu.base.condition import VmsError
from vmsemu.net.resolver import LookupStatus, Resolver
from vmsemu.services.rms import ProcessFiles

_WHOLE = 32
PATIENCE = 4
"""Hosts of a domain that may remain unknown before the question is left open. A client waits meanwhile. fidelity: ours."""


@dataclass(frozen=True, slots=True)
class Found:
    """Names or addresses; `sure` when asking again now would change nothing."""

    items: tuple[str, ...] = ()
    sure: bool = True

    def __bool__(self) -> bool:
        return bool(self.items)


class Names:
    """The names one process can ask for. `find_resolver` is asked when the first name is: most clients need none."""

    def __init__(self, find_resolver: Callable[[], Resolver | None], files: ProcessFiles) -> None:
        self._find_resolver = find_resolver
        self._files = files

    @cached_property
    def resolver(self) -> Resolver | None:
        """None when there is no name service."""
        return self._find_resolver()

    async def addresses(self, name: str) -> Found:
        """The addresses of a host: BIND, then the local hosts database."""
        sure = True
        if self.resolver is not None:
            answer = await self.resolver.query_a(name)
            if answer.addresses:
                return Found(answer.addresses)
            sure = answer.status.is_answer
        try:
            local = tuple(HostDatabase(self._files).addresses(name.rstrip(".")))
        except VmsError:
            return Found(sure=False)
        return Found(local, sure or bool(local))

    async def exchangers(self, domain: str) -> Found:
        """The hosts that get the mail of a domain: the local MX database, then BIND."""
        try:
            local = tuple(record.gateway for record in MxDatabase(self._files).find(domain))
        except VmsError:
            return Found(sure=False)
        if local or self.resolver is None:
            return Found(local)
        answer = await self.resolver.query_mx(domain)
        return Found(tuple(record.exchange for record in answer.records if record.exchange), answer.status.is_answer)

    async def has_name(self, address: str) -> bool:
        """Is there a host name for an address? Yes, when nobody can tell."""
        try:
            if self.resolver is None or HostDatabase(self._files).names(address):
                return True
        except VmsError:
            return True
        answer = await self.resolver.query_ptr(address)
        return bool(answer.name) or not answer.status.is_answer

    async def is_listed(self, address: str, domain: str) -> bool:
        """Does a list of the name service (RBL) hold an address? The name is complete: no default domain is tried."""
        if self.resolver is None or network(address) is None:
            return False
        name = ".".join([*reversed(address.split(".")), domain.strip("*.")])
        return (await self.resolver.query_a(name + ".")).status is LookupStatus.FOUND

    async def closest(self, address: str, entries: Sequence[str]) -> tuple[int, bool]:
        """The prefix length of the entry of a list of clients that matches an address most closely (-1: none does), and whether that is sure.

        Names stand for single addresses, as hosts first, then as MX domains; they are asked for until one of them is this client.
        """
        best, sure = closest(address, [known for entry in entries if (known := network(entry)) is not None]), True
        for entry in entries:
            if best == _WHOLE:
                break
            if network(entry) is None:
                client = await self._client(entry)
                best = _WHOLE if address in client.items else best
                sure = sure and client.sure
        return best, sure or best == _WHOLE

    async def _client(self, name: str) -> Found:
        host = await self.addresses(name)
        if host or not host.sure:
            return host
        exchangers = await self.exchangers(name)
        hosts: list[Found] = []
        for exchanger in exchangers.items:
            if sum(not host.sure for host in hosts) == PATIENCE:
                break
            hosts.append(await self.addresses(exchanger))
        return Found(tuple(address for host in hosts for address in host.items), exchangers.sure and all(host.sure for host in hosts))
