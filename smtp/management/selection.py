"""The lists of /ACCEPT and /REJECT: [NO]HOSTS=(host,...) and [NO]NETWORKS=(net[:mask],...)."""

from __future__ import annotations

from smtp.facility import TCPIP
from smtp.management.lookup import host_address
from vmsemu.base.condition import MessageDefinition
from vmsemu.images.context import ImageContext
from vmsemu.net.address import mask_of, network_and_length

_MAXIMUM = {"HOSTS": 32, "NETWORKS": 16}


async def access_lists(
    ctx: ImageContext, qualifier: str, hosts: tuple[str, ...], networks: tuple[str, ...], refusal: MessageDefinition
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lists as /ACCEPT or /REJECT leaves them: what is named is added, NO takes it out, NO without names takes out all.

    Errors: `refusal` with TCPIP.INVQUAL for what is no network and for too many, with TCPIP.IVHOST for unknown hosts.
    """
    lists = {"HOSTS": list(hosts), "NETWORKS": list(networks)}
    for keyword, entries in lists.items():
        path = f"{qualifier}.{keyword}"
        negated = ctx.cli.negated(path)
        if not (negated or ctx.cli.present(path)):
            continue
        named = [await _entry(ctx, keyword, text, qualifier, refusal) for text in ctx.cli.values(path) if text != "*"]
        if negated:
            entries[:] = [entry for entry in entries if named and entry not in named]
        else:
            entries += [entry for entry in named if entry not in entries]
        if len(entries) > _MAXIMUM[keyword]:
            raise refusal.error(cause=TCPIP.INVQUAL(qualifier))
    return tuple(lists["HOSTS"]), tuple(lists["NETWORKS"])


async def _entry(ctx: ImageContext, keyword: str, text: str, qualifier: str, refusal: MessageDefinition) -> str:
    if keyword == "HOSTS":
        return await host_address(ctx, text, refusal)
    network = network_and_length(text)
    if network is None:
        raise refusal.error(cause=TCPIP.INVQUAL(qualifier))
    return f"{network[0]}/{network[1]}"


def shown_networks(entries: tuple[str, ...]) -> str:
    """`net:mask, ...`, as the lists are typed; 0.0.0.0 for an empty one."""
    pairs = [pair for pair in map(network_and_length, entries) if pair is not None]
    return ", ".join(f"{net}:{mask_of(length)}" for net, length in pairs) or "0.0.0.0"
