"""START and STOP COMMUNICATION, SHOW NAME_SERVICE, SHOW VERSION.

START COMMUNICATION creates TCPIP$INETACP and defines the node's internet names; its permanent configuration is what the node was built with.
Source: Management 8; SHOW NAME_SERVICE display (documented); SHOW VERSION. fidelity: START and STOP are silent on success.
"""

from __future__ import annotations

from smtp.facility import TCPIP
from smtp.management.common import require_any
from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.privilege import Privilege
from vmsemu.images.context import ImageContext
from vmsemu.lnm.names import AccessMode
from vmsemu.net.auxiliary import AuxiliaryServer
from vmsemu.net.stack import NetworkStack
from vmsemu.tables.facilities import SS

_TABLE = "LNM$SYSTEM_TABLE"


async def start_communication(ctx: ImageContext) -> ConditionValue:
    """START COMMUNICATION [/INITIALIZE]"""
    require_any(ctx.process, TCPIP.STARTFAIL, Privilege.OPER)
    ctx.system.part(AuxiliaryServer).start()
    for name, values in _names(ctx).items():
        if values:
            ctx.system.logical_names.define_system(name, *values)
    return SS.NORMAL.value


async def stop_communication(ctx: ImageContext) -> ConditionValue:
    """STOP COMMUNICATION"""
    require_any(ctx.process, TCPIP.STARTFAIL, Privilege.OPER)
    ctx.system.part(AuxiliaryServer).stop()
    for name in _names(ctx):
        try:
            ctx.process.names.delete(name, _TABLE, AccessMode.EXEC)
        except VmsError as error:
            if not error.matches(SS.NOLOGNAM):
                raise
    return SS.NORMAL.value


def _names(ctx: ImageContext) -> dict[str, list[str]]:
    """The logical names of a running stack, with those that old programs look for."""
    system = ctx.system
    stack = system.part(NetworkStack)
    names = {"INET_HOST": [system.host_name], "INET_DOMAIN": [system.domain], "INET_HOSTADDR": list(stack.network.local_addresses())}
    both = {f"{prefix}${name}": values for prefix in ("TCPIP", "UCX") for name, values in names.items()}
    both["TCPIP$BIND_DOMAIN"] = [system.domain]
    for number, server in enumerate(stack.resolver_options.servers[:3]):
        both[f"TCPIP$BIND_SERVER{number:03d}"] = [server]
    return both


async def show_name_service(ctx: ImageContext) -> ConditionValue:
    """SHOW NAME_SERVICE"""
    options = ctx.system.part(NetworkStack).resolver_options
    started = ctx.system.part(AuxiliaryServer).running
    domain = ctx.system.domain
    for line in (
        "",
        "BIND Resolver Parameters",
        "",
        f" Local domain: {domain}",
        "",
        " System",
        "",
        f"  State:     {'Started' if started else 'Stopped'}, {'Enabled' if options.servers else 'Disabled'}",
        "",
        "  Transport: UDP",
        f"  Domain:    {domain}",
        f"  Retry:     {options.retry}",
        f"  Timeout:   {options.timeout}",
        f"  Servers:   {', '.join(options.servers) or 'No values defined'}",
        "  Path:      No values defined",
        "",
        " Process",
        "",
        "  State:     Enabled",
        "",
        *(f"  {word}:" for word in ("Transport", "Domain", "Retry", "Timeout", "Servers", "Path")),
    ):
        ctx.write(line)
    return SS.NORMAL.value


async def show_version(ctx: ImageContext) -> ConditionValue:
    """SHOW VERSION. fidelity: the second line of this version is not known."""
    profile = ctx.system.profile
    ctx.write("")
    ctx.write(f"  Compaq TCP/IP Services for OpenVMS {profile.arch_name} Version {profile.tcpip_version.split('-')[0]}")
    ctx.write(f"  on a {profile.hw_name} running OpenVMS {profile.version}")
    return SS.NORMAL.value
