"""SET and SHOW INTERFACE, permanent and active.

The node has one controller, EWA0: with the interface WE0; WEA0 to WEZ0 are further addresses of it. LO0 to LO9 are loopbacks. A change of an
active interface changes the node's addresses on its network at once. Source: Management 2.3, 8; Management Command Reference, SHOW INTERFACE.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from smtp.config.database import ConfigurationDatabase
from smtp.config.network import INTERFACE, InterfaceSettings
from smtp.facility import TCPIP
from smtp.management.common import confirmed, not_configured, not_found, require_any, require_running, require_system
from smtp.management.lookup import host_address
from vmsemu.base.condition import ConditionValue, MessageDefinition, VmsError
from vmsemu.base.privilege import Privilege
from vmsemu.base.wildcard import is_wild, match
from vmsemu.images.context import ImageContext
from vmsemu.net.address import broadcast_of, class_length, is_address, mask_length, mask_of
from vmsemu.net.interface import Interface, ethernet_address
from vmsemu.net.stack import NetworkStack
from vmsemu.tables.facilities import SS

_NAMES = re.compile(r"WE[A-Z]?0|LO[0-9]", re.ASCII)
_HEADER = "Interface   IP_Addr         Network mask          Receive          Send     MTU"
_CONTROLLERS = (("LO", "L", "", "LOCAL"), ("EW", "W", "", "CLUSTER ETHERNET"))
_TITLE = f"{'':59}Packets"


async def set_interface(ctx: ImageContext) -> ConditionValue:
    """SET INTERFACE name /HOST=host [/NETWORK_MASK=] [/BROADCAST_MASK=] [/DHCP [/PRIMARY]]"""
    require_any(ctx.process, TCPIP.INTEERROR, Privilege.OPER)
    require_running(ctx, TCPIP.INTEERROR)
    layer = ctx.system.part(NetworkStack).network
    name = _name(ctx, TCPIP.INTEERROR)
    old = layer.interface(name)
    base = (
        InterfaceSettings()
        if old is None
        else InterfaceSettings("", old.address, old.mask, old.broadcast, dhcp=old.dhcp, primary=old.primary)
    )
    settings = await _changed(ctx, base, TCPIP.INTEERROR)
    if not settings.address and not settings.dhcp:
        raise TCPIP.INTEERROR.error(cause=TCPIP.INVQUAL("HOST"))
    made = active_interface(ctx, name, settings)
    try:
        layer.set_interfaces([*(each for each in layer.interfaces if each.name != name), made])
    except VmsError as error:
        raise TCPIP.INTEERROR.error(cause=error) from None
    return SS.NORMAL.value


def active_interface(ctx: ImageContext, name: str, settings: InterfaceSettings) -> Interface:
    """An interface as it is brought up. One that DHCP configures has the address the network offers. Errors: TCPIP.INTEERROR with SS.UNREACHABLE."""
    address = settings.address
    if settings.dhcp:
        offered = ctx.system.part(NetworkStack).network.offered_addresses()
        if not offered:
            raise TCPIP.INTEERROR.error(cause=SS.UNREACHABLE)
        address = offered[0]
    mask = settings.network_mask or mask_of(class_length(address))
    broadcast = settings.broadcast_mask or broadcast_of(address, mask_length(mask) or 0)
    return Interface(name, address, mask, broadcast, settings.dhcp, settings.primary)


async def set_nointerface(ctx: ImageContext) -> ConditionValue:
    """SET NOINTERFACE name [/[NO]CONFIRM]"""
    require_any(ctx.process, TCPIP.INTEERROR, Privilege.OPER)
    require_running(ctx, TCPIP.INTEERROR)
    layer = ctx.system.part(NetworkStack).network
    pattern = (ctx.cli.value("INTERFACE") or "").upper()
    found = [each for each in layer.interfaces if match(pattern, each.name)]
    if not found:
        raise _unknown(TCPIP.INTEERROR)
    asks = ctx.cli.present("CONFIRM") or (is_wild(pattern) and not ctx.cli.negated("CONFIRM"))
    for each in found:
        if asks:
            for line in (*_heading(), _row(ctx, each)):
                ctx.write(line)
            if not await confirmed(ctx):
                continue
        layer.set_interfaces([kept for kept in layer.interfaces if kept.name != each.name])
    return SS.NORMAL.value


async def set_config_interface(ctx: ImageContext) -> ConditionValue:
    """SET CONFIGURATION INTERFACE name, with the qualifiers of SET INTERFACE; the running interface stays as it is."""
    require_system(ctx.process, TCPIP.CONFIGERROR)
    name = _name(ctx, TCPIP.CONFIGERROR)
    database, node = ConfigurationDatabase(ctx.files), ctx.system.node_name
    old = InterfaceSettings.from_items(database.get(node, INTERFACE + name) or {})
    settings = await _changed(ctx, old, TCPIP.CONFIGERROR)
    if not settings.address and not settings.dhcp:
        raise TCPIP.CONFIGERROR.error(cause=TCPIP.INVQUAL("HOST"))
    if settings.primary:
        for other, record in configured_interfaces(ctx).items():
            if record.primary and other != name:
                raise TCPIP.CONFIGERROR.error(cause=TCPIP.PRIMARY(other))
    database.put(node, INTERFACE + name, settings.to_items())
    return SS.NORMAL.value


async def set_config_nointerface(ctx: ImageContext) -> ConditionValue:
    """SET CONFIGURATION NOINTERFACE name [/[NO]CONFIRM]"""
    require_system(ctx.process, TCPIP.CONFIGERROR)
    pattern = (ctx.cli.value("INTERFACE") or "").upper()
    found = {name: settings for name, settings in configured_interfaces(ctx).items() if match(pattern, name)}
    if not found:
        raise not_found()
    asks = ctx.cli.present("CONFIRM") or (is_wild(pattern) and not ctx.cli.negated("CONFIRM"))
    for name, settings in found.items():
        if asks:
            for line in _configured_lines(name, settings):
                ctx.write(line)
            if not await confirmed(ctx):
                continue
        ConfigurationDatabase(ctx.files).remove(ctx.system.node_name, INTERFACE + name)
    return SS.NORMAL.value


def configured_interfaces(ctx: ImageContext) -> dict[str, InterfaceSettings]:
    """The permanent interfaces of this node, in order of name."""
    database, node = ConfigurationDatabase(ctx.files), ctx.system.node_name
    names = [subject[len(INTERFACE) :] for subject in database.subjects(node) if subject.startswith(INTERFACE)]
    return {name: InterfaceSettings.from_items(database.get(node, INTERFACE + name) or {}) for name in sorted(names)}


def configured_interface_display(ctx: ImageContext) -> list[str]:
    """SHOW CONFIGURATION INTERFACE [name]. Errors: TCPIP.CONFIGERROR with TCPIP.NORECORD when there is none."""
    pattern = ctx.cli.value("MORE") or "*"
    lines: list[str] = []
    for name, settings in configured_interfaces(ctx).items():
        if match(pattern, name):
            lines += _configured_lines(name, settings)
    if not lines:
        raise not_configured()
    return lines


def _configured_lines(name: str, settings: InterfaceSettings) -> list[str]:
    cluster = settings.cluster_address, settings.cluster_network
    return [
        "",
        f"Interface: {name}",
        f"  IP_Addr: {settings.address:<14}NETWRK: {settings.network_mask:<17}BRDCST: {settings.broadcast_mask}".rstrip(),
        f"   C_Addr: {cluster[0]:<12}C_NETWRK: {cluster[1]:<15}C_BRDCST: {settings.cluster_broadcast}".rstrip(),
        "",
        f"   Flags: {settings.flags}".rstrip(),
        "   Receive buffer:       0",
    ]


def _name(ctx: ImageContext, refusal: MessageDefinition) -> str:
    """The interface of the command. Errors: `refusal` with SS.NOSUCHDEV when the node has no controller for it."""
    name = (ctx.cli.value("INTERFACE") or "").upper()
    if _NAMES.fullmatch(name) is None:
        raise _unknown(refusal)
    return name


def _unknown(refusal: MessageDefinition) -> VmsError:
    return refusal.error(cause=SS.NOSUCHDEV)


async def _changed(ctx: ImageContext, old: InterfaceSettings, refusal: MessageDefinition) -> InterfaceSettings:
    """The settings with what the qualifiers say. Errors: `refusal` with TCPIP.INVQUAL, TCPIP.IVHOST, SS.NOSUCHDEV."""
    cli = ctx.cli
    changes: dict[str, Any] = {}
    if cli.present("SERIAL_DEVICE"):
        raise refusal.error(cause=TCPIP.INVQUAL("SERIAL_DEVICE", cause=SS.NOSUCHDEV()))
    if cli.present("HOST"):
        changes["host"] = cli.value("HOST") or ""
        changes["address"] = await host_address(ctx, changes["host"], refusal)
        changes["dhcp"] = changes["primary"] = False
    if cli.present("CLUSTER"):
        changes["cluster_address"] = await host_address(ctx, cli.value("CLUSTER") or "", refusal)
    for qualifier, field in (
        ("NETWORK_MASK", "network_mask"), ("BROADCAST_MASK", "broadcast_mask"),
        ("C_NETWORK", "cluster_network"), ("C_BROADCAST", "cluster_broadcast"),
    ):  # fmt: skip
        if cli.present(qualifier):
            text = cli.value(qualifier) or ""
            if not is_address(text) or (qualifier in ("NETWORK_MASK", "C_NETWORK") and mask_length(text) is None):
                raise refusal.error(cause=TCPIP.INVQUAL(qualifier))
            changes[field] = text
    for qualifier in ("DHCP", "PRIMARY"):
        if cli.present(qualifier) or cli.negated(qualifier):
            changes[qualifier.lower()] = cli.present(qualifier)
    settings = replace(old, **changes)
    if settings.dhcp:
        return replace(settings, host="", address="", network_mask="", broadcast_mask="")
    return _completed(settings, moved=bool({"address", "network_mask"} & changes.keys()), given=changes)


def _completed(settings: InterfaceSettings, *, moved: bool, given: dict[str, Any]) -> InterfaceSettings:
    """Mask and broadcast address by the class of the address, where they were not given with it."""
    if not settings.address or not moved:
        return settings
    mask = settings.network_mask if "network_mask" in given else mask_of(class_length(settings.address))
    broadcast = given.get("broadcast_mask") or broadcast_of(settings.address, mask_length(mask) or 0)
    return replace(settings, network_mask=mask, broadcast_mask=broadcast)


async def show_interface(ctx: ImageContext) -> ConditionValue:
    """SHOW INTERFACE [name] [/CLUSTER=host] [/FULL] [/HOST=host]"""
    layer = ctx.system.part(NetworkStack).network
    pattern = ctx.cli.value("INTERFACE") or "*"
    found = [each for each in layer.interfaces if match(pattern, each.name)]
    if ctx.cli.present("HOST"):
        address = await host_address(ctx, ctx.cli.value("HOST") or "", TCPIP.INTEERROR)
        found = [each for each in found if each.address == address]
    if ctx.cli.present("CLUSTER"):
        await host_address(ctx, ctx.cli.value("CLUSTER") or "", TCPIP.INTEERROR)
        found = []
    if not found:
        raise not_found() if is_wild(pattern) or _NAMES.fullmatch(pattern.upper()) else _unknown(TCPIP.INTEERROR)
    lines = (
        [line for each in found for line in _full_lines(ctx, each)]
        if ctx.cli.present("FULL")
        else [*_heading(), *(_row(ctx, e) for e in found)]
    )
    for line in lines:
        ctx.write(line)
    return SS.NORMAL.value


def _heading() -> list[str]:
    return [_TITLE, _HEADER, ""]


def _row(ctx: ImageContext, each: Interface) -> str:
    counters = ctx.system.part(NetworkStack).network.counters_of(each.name)
    return f" {each.name:<11}{each.address:<16}{each.mask:<16}{counters.received:>13}{counters.sent:>14}{each.mtu:>8}"


def _full_lines(ctx: ImageContext, each: Interface) -> list[str]:
    """fidelity: remembered, not captured."""
    counters = ctx.system.part(NetworkStack).network.counters_of(each.name)
    flags = "UP LOOP RUN MCAST SMPX" if each.is_loopback else "UP BRDCST RUN MCAST SMPX"
    hardware = "" if each.is_loopback else ethernet_address(each.address)
    return [
        "",
        f" Interface: {each.name}",
        f"   IP_Addr: {each.address:<18}NETWRK: {each.mask:<18}BRDCST: {each.broadcast}".rstrip(),
        f"{'':23}Ethernet_Addr: {hardware:<21}MTU: {each.mtu:>6}" if hardware else f"{'':59}MTU: {each.mtu:>6}",
        f"     Flags: {flags}{' DHCP' if each.dhcp else ''}",
        f"{'':34}RECEIVE          SEND",
        f"     Packets{counters.received:>29}{counters.sent:>14}",
        f"     Errors{counters.receive_errors:>30}{counters.send_errors:>14}",
        f"     Collisions:{'':25}{0:>14}",
    ]


async def show_controller(ctx: ImageContext) -> ConditionValue:
    """SHOW COMMUNICATION_CONTROLLER [device]: what kinds of device there may be interfaces for."""
    require_any(ctx.process, TCPIP.INTEERROR, Privilege.OPER)
    pattern = (ctx.cli.value("CONTROLLER") or "*").upper()
    found = [each for each in _CONTROLLERS if match(pattern, each[0])]
    if not found:
        raise not_found()
    ctx.write(f"{'':20}Communication Controller Configuration")
    for device, letter, description, kind in found:
        ctx.write(f"Controller:  {device}   Internet Interface:  {letter}")
        if description:
            ctx.write(f"{'Description:':>37}  {description}")
        ctx.write(f"{'Type:':>37}  {kind}")
    return SS.NORMAL.value
