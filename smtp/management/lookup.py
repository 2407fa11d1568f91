"""Names of hosts and networks as the commands take them: an address as it is, a name from the local database, then from BIND."""

from __future__ import annotations

from smtp.config.resolver import process_resolver
from smtp.facility import TCPIP
from smtp.routing.databases import HostDatabase
from vmsemu.base.condition import MessageDefinition, VmsError
from vmsemu.images.context import ImageContext
from vmsemu.net.address import is_address
from vmsemu.net.resolver import LookupStatus


async def host_address(ctx: ImageContext, host: str, refusal: MessageDefinition) -> str:
    """The address of a host. Errors: `refusal` with TCPIP.IVHOST below it when nobody knows the host."""
    return (await known_host(ctx, host, refusal))[1][0]


async def known_host(ctx: ImageContext, host: str, refusal: MessageDefinition) -> tuple[str, list[str]]:
    """The primary name of a host and its addresses. An address whose name is not known is its own name; of two primary names of an address the one
    that was asked for counts.

    Errors: as host_address; `refusal` with the RMS condition when the hosts database can not be read.
    """
    if is_address(host):
        return host_name(ctx, host), [host]
    try:
        records = HostDatabase(ctx.files).find(host)
    except VmsError as error:
        raise refusal.error(cause=error) from None
    if records:
        primaries = [record.name for record in records if not record.alias]
        primary = next((name for name in primaries if name.lower() == host.lower()), next(iter(primaries), host))
        return primary, list(dict.fromkeys(record.address for record in records))
    resolver = process_resolver(ctx.process)
    if resolver is not None:
        answer = await resolver.query_a(host)
        if answer.status is LookupStatus.FOUND:
            return answer.name, list(answer.addresses)
    if host.lower() == _own(ctx, "INET_HOST")[0].lower():
        return host, _own(ctx, "INET_HOSTADDR")
    raise refusal.error(cause=TCPIP.IVHOST(host))


def _own(ctx: ImageContext, name: str) -> list[str]:
    """What TCPIP$`name` says of this node."""
    found = ctx.process.names.translate(f"TCPIP${name}")
    return [each.equivalence for each in found.translations] if found is not None else [""]


def host_name(ctx: ImageContext, address: str) -> str:
    """The primary name of an address in the hosts database; the address itself when it has none there, or the database can not be read."""
    try:
        return next((record.name for record in HostDatabase(ctx.files).names(address) if not record.alias), address)
    except VmsError:
        return address


def shown_names(ctx: ImageContext, addresses: tuple[str, ...]) -> str:
    """Addresses as displays list them: by name where the hosts database has one."""
    return ", ".join(host_name(ctx, address) for address in addresses)
