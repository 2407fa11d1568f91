"""SET, SHOW and CREATE NETWORK: the networks database. It is kept, shown and changed as the hosts database is; fidelity: the display is proposed."""

from __future__ import annotations

from smtp.facility import TCPIP
from smtp.management.common import not_found
from smtp.management.hosts import NETWORKS, all_records, chosen, create_database, local_lines, remove_entries, set_entry
from vmsemu.base.condition import ConditionValue
from vmsemu.images.common.gaps import accept
from vmsemu.images.context import ImageContext
from vmsemu.net.address import is_address
from vmsemu.tables.facilities import SS


async def set_network(ctx: ImageContext) -> ConditionValue:
    """SET NETWORK name /ADDRESS=a.b.c.d [/ALIAS=(name,...)] [/CONFIRM]"""
    return await set_entry(ctx, NETWORKS, ctx.cli.value("NETWORK") or "")


async def set_nonetwork(ctx: ImageContext) -> ConditionValue:
    """SET NONETWORK name [/ADDRESS=a.b.c.d] [/[NO]CONFIRM]"""
    return await remove_entries(ctx, NETWORKS, ctx.cli.value("NETWORK") or "")


async def create_network(ctx: ImageContext) -> ConditionValue:
    """CREATE NETWORK: a new networks database."""
    return create_database(ctx, NETWORKS)


async def show_network(ctx: ImageContext) -> ConditionValue:
    """SHOW NETWORK [name | address] [/ADDRESS=a.b.c.d] [/LOCAL]"""
    accept(ctx, "LOCAL")
    address = ctx.cli.value("ADDRESS") or ""
    if address and not is_address(address):
        raise TCPIP.NETERROR.error(cause=TCPIP.INVQUAL("ADDRESS"))
    records = chosen(all_records(ctx, NETWORKS), ctx.cli.value("NETWORK") or "", address)
    if not records:
        raise not_found()
    for line in local_lines(records, NETWORKS):
        ctx.write(line)
    return SS.NORMAL.value
