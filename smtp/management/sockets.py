"""SHOW DEVICE_SOCKET and DISCONNECT DEVICE_SOCKET: the sockets of the node, each a unit of the device BG.

Source: Management Command Reference, SHOW DEVICE_SOCKET (qualifiers); words of the brief display captured. fidelity: the columns and the full
display are remembered.
"""

from __future__ import annotations

import re

from smtp.config.resolver import process_resolver
from smtp.facility import TCPIP
from smtp.management.common import not_found, require_any
from smtp.management.lookup import host_address, host_name
from vmsemu.base.condition import ConditionValue
from vmsemu.base.privilege import Privilege
from vmsemu.base.time import DeltaTime
from vmsemu.images.context import ImageContext
from vmsemu.kernel.kernel import sleep
from vmsemu.net.address import ANY
from vmsemu.net.auxiliary import AuxiliaryServer
from vmsemu.net.resolver import LookupStatus
from vmsemu.net.socket_device import SocketDevice
from vmsemu.net.sockets import Socket
from vmsemu.net.stack import NetworkStack
from vmsemu.services.control_c import taking_control_c
from vmsemu.services.process import ControlC
from vmsemu.tables.facilities import SS

_UNIT = re.compile(r"BG(\d+):?", re.ASCII | re.IGNORECASE)
_HEADING = ("", f"{'':26}Port{'':23}Remote", "Device_socket  Type    Local  Remote  Service           Host", "")


async def show_device_socket(ctx: ImageContext) -> ConditionValue:
    """SHOW DEVICE_SOCKET [BGn] [/CONTINUOUS[=s]] [/FULL] [/HOST=] [/[NO]LOCAL] [/PORT=] [/SERVICE=] [/TYPE=]"""
    if not ctx.cli.present("CONTINUOUS"):
        await _show(ctx)
        return SS.NORMAL.value
    seconds = ctx.cli.integer("CONTINUOUS")
    if seconds < 1 or not ctx.cli.value("DEVICE"):
        raise TCPIP.DEVSOCKERROR.error(cause=TCPIP.INVQUAL("CONTINUOUS"))
    try:
        with taking_control_c(ctx.process):
            while True:
                await _show(ctx)
                await sleep(ctx.kernel, DeltaTime.of(seconds=seconds))
    except ControlC:
        return SS.NORMAL.value


async def _show(ctx: ImageContext) -> None:
    """Errors: TCPIP.DEVSOCKERROR, TCPIP.NORECORD."""
    found = await _selected(ctx)
    if not ctx.cli.present("FULL"):
        for line in _HEADING:
            ctx.write(line)
    for socket in found:
        host = await _host(ctx, socket.peer[0])
        for line in _full(ctx, socket, host) if ctx.cli.present("FULL") else [_row(ctx, socket, host)]:
            ctx.write(line)


async def _selected(ctx: ImageContext) -> list[Socket]:
    """The sockets that the command is about. Errors: TCPIP.DEVSOCKERROR with SS.NOSUCHDEV for a device that is none; TCPIP.NORECORD."""
    cli = ctx.cli
    sockets = list(ctx.system.part(NetworkStack).network.sockets)
    device = cli.value("DEVICE")
    if device:
        unit = _UNIT.fullmatch(device)
        sockets = [s for s in sockets if unit is not None and s.unit == int(unit[1])]
        if not sockets:
            raise TCPIP.DEVSOCKERROR.error(cause=SS.NOSUCHDEV)
    if cli.present("HOST"):
        address = await host_address(ctx, cli.value("HOST") or "", TCPIP.DEVSOCKERROR)
        sockets = [s for s in sockets if s.peer[0] == address]
    if cli.present("PORT"):
        sockets = [s for s in sockets if s.local[1] == cli.integer("PORT")]
    if cli.present("SERVICE"):
        sockets = [s for s in sockets if service_of(ctx, s) == (cli.value("SERVICE") or "").upper()]
    wanted = cli.value("TYPE") or "ALL"
    if wanted != "ALL":
        sockets = [s for s in sockets if s.type == wanted]
    if not sockets:
        raise not_found()
    return sockets


def service_of(ctx: ImageContext, socket: Socket) -> str:
    """The service that the connection was made for, or that listens on the port of the socket."""
    device = ctx.system.devices.find_or_none(f"BG{socket.unit}:")
    if isinstance(device, SocketDevice) and device.service:
        return device.service
    for service in ctx.system.part(AuxiliaryServer):
        if service.record.port == socket.local[1]:
            return service.record.name
    return ""


async def _host(ctx: ImageContext, address: str) -> str:
    """A remote host by its name: from the hosts database, with /NOLOCAL from BIND, too."""
    name = host_name(ctx, address) if address != ANY else ANY
    if name == address and address != ANY and ctx.cli.negated("LOCAL"):
        resolver = process_resolver(ctx.process)
        answer = await resolver.query_ptr(address) if resolver is not None else None
        if answer is not None and answer.status is LookupStatus.FOUND:
            return answer.name
    return name


def _row(ctx: ImageContext, socket: Socket, host: str) -> str:
    return f"  {f'bg{socket.unit}':<12}{socket.type:<6}{socket.local[1]:>8}{socket.peer[1]:>8}  {service_of(ctx, socket):<17}{host}"


def _full(ctx: ImageContext, socket: Socket, host: str) -> list[str]:
    options = "ACCEPT" if socket.listens else "None"
    return [
        "",
        f"Device_socket:  bg{socket.unit:<8}Type: {socket.type}",
        f"{'':24}LOCAL{'':15}REMOTE",
        f"{'Port:':>16}{socket.local[1]:>13}{socket.peer[1]:>21}",
        f"{'Host:':>16}  {socket.local[0]:<25}{host}",
        f"{'Service:':>16}  {service_of(ctx, socket)}".rstrip(),
        "",
        f"{'':48}RECEIVE        SEND",
        f"{'':27}Bytes transferred{socket.bytes_received:>11}{socket.bytes_sent:>12}",
        "",
        f"  Options:  {options}",
        f"  State:    {'None' if socket.listens or socket.type == 'DGRAM' else 'ISCONNECTED'}",
    ]


async def disconnect_socket(ctx: ImageContext) -> ConditionValue:
    """DISCONNECT DEVICE_SOCKET BGn: break a connection."""
    require_any(ctx.process, TCPIP.DEVSOCKERROR, Privilege.OPER)
    found = await _selected(ctx)
    if len(found) != 1:
        raise TCPIP.DEVSOCKERROR.error(cause=SS.NOSUCHDEV)
    socket = found[0]
    if socket.listens:
        raise TCPIP.DEVSOCKERROR.error(cause=SS.DEVOFFLINE)
    socket.close()
    return SS.NORMAL.value
