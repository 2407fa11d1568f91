"""SHOW NETWORK: the network products of the node. Source: DCL Dictionary, SHOW NETWORK; captured display."""

from __future__ import annotations

from vmsemu.images.common.gaps import refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.net.netserver import DecnetServers
from vmsemu.net.stack import NetworkStack
from vmsemu.tables.facilities import SS


async def show_network(ctx: ImageContext) -> ImageResult:
    """A line for DECnet, where it is on, and one for TCP/IP."""
    refuse(ctx, "FULL", "OLD")
    product = (ctx.cli.value("P2") or "*").upper().replace("/", "")
    decnet: DecnetServers | None = ctx.system.parts.get(DecnetServers)
    lines = []
    if product in ("DECNET", "*") and decnet is not None:
        lines.append(_line("DECNET", decnet.node.name, decnet.node.address.to_text()))
    if product in ("TCPIP", "*"):
        found = ctx.process.names.translate("TCPIP$INET_HOST", "LNM$SYSTEM_TABLE")
        name = found.translations[0].equivalence if found is not None else ctx.system.host_name
        lines += [_line("TCP/IP", name, address) for address in ctx.system.part(NetworkStack).network.local_addresses()[:1]]
    if not lines:
        raise SS.NOSUCHDEV.error()
    ctx.write()
    for line in lines:
        ctx.write(line)
    return SS.NORMAL


def _line(product: str, node: str, address: str) -> str:
    return f"Product:  {product:<14}Node:  {node:<20}  Address(es):  {address}"
