"""SET and SHOW PROTOCOL, permanent and active: parameters, and what the node has counted.

Source: Management Command Reference, SET PROTOCOL; Management 23.5.3 (words and values of the TCP display). fidelity: the columns, and the
displays of counters, are proposed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

from smtp.config.database import ConfigurationDatabase
from smtp.config.network import PROTOCOL
from smtp.facility import TCPIP
from smtp.management.common import not_configured, not_found, require_any, require_running, require_system
from vmsemu.base.condition import ConditionValue, MessageDefinition
from vmsemu.base.privilege import Privilege
from vmsemu.images.context import ImageContext
from vmsemu.net.protocols import IpParameters, ProtocolParameters, TcpParameters, UdpParameters
from vmsemu.net.stack import NetworkStack
from vmsemu.tables.facilities import SS

Parameters = TypeVar("Parameters", TcpParameters, UdpParameters, IpParameters)
_NAMES = ("ICMP", "IP", "TCP", "UDP")
_SWITCHES = {
    "TCP": (("DELAY_ACK", "delay_ack"), ("MTU_SEGMENT_SIZE", "mtu_segment_size"), ("WINDOW_SCALE", "window_scale")),
    "UDP": (("BROADCAST", "broadcast"), ("UNPRIVILEGED_BROADCAST", "unprivileged_broadcast")),
    "IP": (("FORWARD", "forward"),),
    "ICMP": (),
}
_NUMBERS = {"TCP": (("DROP_COUNT", 1, 255), ("PROBE_TIMER", 1, 32767)), "UDP": (), "IP": (), "ICMP": ()}
_MAXIMUM_QUOTA = 0xFFFFFF


async def set_protocol(ctx: ImageContext) -> ConditionValue:
    """SET PROTOCOL name, with the qualifiers of that protocol."""
    require_any(ctx.process, TCPIP.PROTOERROR, Privilege.OPER)
    require_running(ctx, TCPIP.PROTOERROR)
    parameters = ctx.system.part(NetworkStack).parameters
    field = _field(ctx, TCPIP.PROTOERROR)
    setattr(parameters, field, _changed(ctx, getattr(parameters, field), TCPIP.PROTOERROR))
    return SS.NORMAL.value


async def set_config_protocol(ctx: ImageContext) -> ConditionValue:
    """SET CONFIGURATION PROTOCOL name, with the qualifiers of SET PROTOCOL."""
    require_system(ctx.process, TCPIP.CONFIGERROR)
    field = _field(ctx, TCPIP.CONFIGERROR)
    changed = _changed(ctx, getattr(configured_parameters(ctx), field), TCPIP.CONFIGERROR)
    ConfigurationDatabase(ctx.files).put(ctx.system.node_name, PROTOCOL + field.upper(), _to_items(changed))
    return SS.NORMAL.value


async def set_config_noprotocol(ctx: ImageContext) -> ConditionValue:
    """SET CONFIGURATION NOPROTOCOL name: back to the defaults at the next start."""
    require_system(ctx.process, TCPIP.CONFIGERROR)
    if not ConfigurationDatabase(ctx.files).remove(ctx.system.node_name, PROTOCOL + (ctx.cli.value("PROTOCOL") or "")):
        raise not_found()
    return SS.NORMAL.value


def configured_parameters(ctx: ImageContext) -> ProtocolParameters:
    """The parameters of the database, the defaults where it has none. Errors: TCPIP.CONFIGERROR."""
    database, node = ConfigurationDatabase(ctx.files), ctx.system.node_name

    def read(kind: type[Parameters], name: str) -> Parameters:
        return _from_items(kind, database.get(node, PROTOCOL + name) or {})

    return ProtocolParameters(read(TcpParameters, "TCP"), read(UdpParameters, "UDP"), read(IpParameters, "IP"))


def _from_items(kind: type[Parameters], items: Mapping[str, str]) -> Parameters:
    values: dict[str, Any] = {}
    for field in fields(kind):
        text = items.get(field.name.upper(), "")
        if text.isascii() and text.isdigit():
            values[field.name] = text == "1" if isinstance(field.default, bool) else int(text)
    return kind(**values)


def _to_items(parameters: TcpParameters | UdpParameters | IpParameters) -> dict[str, str]:
    return {field.name.upper(): str(int(getattr(parameters, field.name))) for field in fields(parameters)}


def _field(ctx: ImageContext, refusal: MessageDefinition) -> str:
    """Which parameters the command is about. Errors: `refusal` with TCPIP.NOTIMPL for ICMP, which has none."""
    name = ctx.cli.value("PROTOCOL") or ""
    if name == "ICMP":
        raise refusal.error(cause=TCPIP.NOTIMPL("SET PROTOCOL ICMP"))
    return name.lower()


def _changed(ctx: ImageContext, old: Any, refusal: MessageDefinition) -> Any:
    """The parameters with what the qualifiers say. Errors: `refusal` with TCPIP.INVQUAL, also for qualifiers of another protocol."""
    cli = ctx.cli
    name = cli.value("PROTOCOL") or ""
    changes: dict[str, Any] = {}
    for qualifier, field in _SWITCHES[name]:
        if cli.present(qualifier) or cli.negated(qualifier):
            changes[field] = cli.present(qualifier)
    for qualifier, low, high in _NUMBERS[name]:
        if cli.present(qualifier):
            changes[qualifier.lower()] = _bounded(cli.integer(qualifier), low, high, qualifier, refusal)
    if name in ("TCP", "UDP"):
        for side in ("SEND", "RECEIVE"):
            if cli.present(f"QUOTA.{side}"):
                changes[f"quota_{side.lower()}"] = _bounded(cli.integer(f"QUOTA.{side}"), 1, _MAXIMUM_QUOTA, "QUOTA", refusal)
    if name == "TCP":
        for side in ("SEND", "RECEIVE"):
            path = f"PUSH.{side}"
            if cli.present(path) or cli.negated(path):
                changes[f"push_{side.lower()}"] = cli.present(path)
    known = {q for q, _ in _SWITCHES[name]} | {q for q, *_ in _NUMBERS[name]}
    known |= {"QUOTA", "PUSH"} if name == "TCP" else {"QUOTA"} if name == "UDP" else set()
    for qualifier in cli.given:
        if qualifier not in known:
            raise refusal.error(cause=TCPIP.INVQUAL(qualifier))
    return replace(old, **changes)


def _bounded(number: int, low: int, high: int, qualifier: str, refusal: MessageDefinition) -> int:
    if not low <= number <= high:
        raise refusal.error(cause=TCPIP.INVQUAL(qualifier))
    return number


async def show_protocol(ctx: ImageContext) -> ConditionValue:
    """SHOW PROTOCOL [name] [/PARAMETERS]"""
    stack = ctx.system.part(NetworkStack)
    one = ctx.cli.value("PROTOCOL")
    for name in [one] if one else _NAMES:
        for line in _parameter_lines(stack.parameters, name) if ctx.cli.present("PARAMETERS") else _counter_lines(stack, name):
            ctx.write(line)
    return SS.NORMAL.value


def configured_protocols(ctx: ImageContext) -> list[str]:
    """SHOW CONFIGURATION PROTOCOL [name]. Errors: TCPIP.CONFIGERROR with TCPIP.NORECORD when nothing is configured."""
    wanted = (ctx.cli.value("MORE") or "").upper()
    names = [
        subject[len(PROTOCOL) :]
        for subject in ConfigurationDatabase(ctx.files).subjects(ctx.system.node_name)
        if subject.startswith(PROTOCOL)
    ]
    names = [name for name in names if not wanted or name.startswith(wanted)]
    if not names:
        raise not_configured()
    parameters = configured_parameters(ctx)
    return [line for name in sorted(names) for line in _parameter_lines(parameters, name)]


def _parameter_lines(parameters: ProtocolParameters, name: str) -> list[str]:
    def word(on: bool) -> str:
        return "enabled" if on else "disabled"

    lines = ["", name]
    if name == "TCP":
        tcp = parameters.tcp
        lines += [
            f"  Delay ACK:      {word(tcp.delay_ack):>10}",
            f"  Window scale:   {word(tcp.window_scale):>10}",
            f"  Drop count:     {tcp.drop_count:>10}",
            f"  Probe timer:    {tcp.probe_timer:>10}",
            "",
            f"{'':23}Receive           Send",
            "",
            f"  Push:{word(tcp.push_receive):>23}{word(tcp.push_send):>15}",
            f"  Quota:{tcp.quota_receive:>22}{tcp.quota_send:>15}",
        ]
    elif name == "UDP":
        udp = parameters.udp
        lines += [
            f"  Unpriv. broadcast:{word(udp.unprivileged_broadcast):>10}",
            f"  Broadcast:        {word(udp.broadcast):>10}",
            "",
            f"{'':23}Receive           Send",
            "",
            f"  Quota:{udp.quota_receive:>22}{udp.quota_send:>15}",
        ]
    elif name == "IP":
        lines += [f"  Forward:        {word(parameters.ip.forward):>10}"]
    return lines


def _counter_lines(stack: NetworkStack, name: str) -> list[str]:
    layer, seen = stack.network, stack.network.protocols
    counters: tuple[tuple[str, int], ...]
    if name == "TCP":
        sockets = [s for s in layer.sockets if s.type == "STREAM"]
        counters = (
            ("Connections requested", seen.connections_requested),
            ("Connections accepted", seen.connections_accepted),
            ("Connections failed", seen.connections_failed),
            ("Connections rejected", seen.connections_refused),
            ("Connections open", sum(1 for s in sockets if not s.listens)),
            ("Listening sockets", sum(1 for s in sockets if s.listens)),
        )
    elif name == "UDP":
        counters = (
            ("Datagrams received", seen.datagrams_received),
            ("Datagrams sent", seen.datagrams_sent),
            ("Without answer", seen.datagrams_unanswered),
        )
    elif name == "ICMP":
        counters = (("Echo requests sent", seen.echoes_sent), ("Echo replies received", seen.echoes_received))
    else:
        each = [layer.counters_of(interface.name) for interface in layer.interfaces]
        counters = (
            ("Packets received", sum(c.received for c in each)),
            ("Packets sent", sum(c.sent for c in each)),
            ("Without route", seen.unroutable),
        )
    return ["", name, *(f"  {text + ':':<24}{number:>12}" for text, number in counters)]
