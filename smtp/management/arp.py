"""SET, SET NO and SHOW ARP: the mapping of internet to Ethernet addresses.

Entries that were learnt age out after three minutes. Source: Management Command Reference, SET ARP. fidelity: the display is proposed.
"""

from __future__ import annotations

import re

from smtp.facility import TCPIP
from smtp.management.common import not_found, require_any, require_running
from smtp.management.lookup import host_address, host_name
from vmsemu.base.condition import ConditionValue
from vmsemu.base.privilege import Privilege
from vmsemu.images.context import ImageContext
from vmsemu.net.layer import ArpEntry
from vmsemu.net.stack import NetworkStack
from vmsemu.tables.facilities import SS

_HARDWARE = re.compile(r"[0-9A-F]{2}(?:-[0-9A-F]{2}){5}", re.ASCII | re.IGNORECASE)
_TICKS = 10_000_000


async def set_arp(ctx: ImageContext) -> ConditionValue:
    """SET ARP hh-hh-hh-hh-hh-hh host [/[NO]PERMANENT] [/[NO]PUBLIC]"""
    require_any(ctx.process, TCPIP.ARPERROR, Privilege.OPER)
    require_running(ctx, TCPIP.ARPERROR)
    hardware = (ctx.cli.value("MAC_ADDRESS") or "").upper()
    if _HARDWARE.fullmatch(hardware) is None:
        raise TCPIP.ARPERROR.error(cause=SS.BADPARAM)
    address = await host_address(ctx, ctx.cli.value("HOST") or "", TCPIP.ARPERROR)
    layer = ctx.system.part(NetworkStack).network
    if layer.on_network(address) is None:
        raise TCPIP.ARPERROR.error(cause=SS.UNREACHABLE)
    expires = None if ctx.cli.present("PERMANENT") else layer.aged()
    layer.set_arp(ArpEntry(address, hardware, expires, ctx.cli.present("PUBLIC")))
    return SS.NORMAL.value


async def set_noarp(ctx: ImageContext) -> ConditionValue:
    """SET NOARP [host]; without a host every entry."""
    require_any(ctx.process, TCPIP.ARPERROR, Privilege.OPER)
    require_running(ctx, TCPIP.ARPERROR)
    layer = ctx.system.part(NetworkStack).network
    host = ctx.cli.value("HOST")
    addresses = [await host_address(ctx, host, TCPIP.ARPERROR)] if host else [entry.address for entry in layer.arp_entries()]
    removed = [layer.remove_arp(address) for address in addresses]
    if not any(removed):
        raise not_found()
    return SS.NORMAL.value


async def show_arp(ctx: ImageContext) -> ConditionValue:
    """SHOW ARP"""
    entries = ctx.system.part(NetworkStack).network.arp_entries()
    if not entries:
        raise not_found()
    for line in ("", f"{'Cnt':<5}{'Flags':<7}{'Timer':<9}{'Host':<32}Phys Addr", ""):
        ctx.write(line)
    for number, entry in enumerate(entries, 1):
        flags = "UC" + ("M" if entry.expires is None else "") + ("P" if entry.public else "")
        timer = "" if entry.expires is None else str((int(entry.expires) - int(ctx.now)) // _TICKS)
        ctx.write(f"{number:>3}  {flags:<7}{timer:<9}{host_name(ctx, entry.address):<32}{entry.hardware.lower()}")
    return SS.NORMAL.value
