"""SHOW NETWORK: the network products of the node. Source: DCL Dictionary, SHOW NETWORK; captured display."""

from __future__ import annotations

from vmsemu.images.common.gaps import refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.net.stack import NetworkStack
from vmsemu.tables.facilities import SS


async def show_network(ctx: ImageContext) -> ImageResult:
    """TCP/IP is the one product there is."""
    refuse(ctx, "FULL", "OLD")
    product = (ctx.cli.value("P2") or "TCPIP").upper().replace("/", "")
    if product not in ("TCPIP", "*"):
        raise SS.NOSUCHDEV.error()
    address = ctx.system.part(NetworkStack).network.local_addresses()[0]
    ctx.write()
    ctx.write(f"Product:  {'TCP/IP':<14}Node:  {ctx.system.host_name:<20}  Address(es):  {address}")
    return SS.NORMAL
