"""START and STOP COMMUNICATION: the permanent configuration becomes the running one, and goes.

START creates TCPIP$INETACP; with /INITIALIZE it takes interfaces, routes, protocols, names and resolver from the databases. An interface that DHCP
configures, and a node that was never configured, have what the network offers: address, name, domain, router and name servers. Everything is read
and checked before anything changes.

Source: Management 1, 8; tcpip reference 2, 3.19. fidelity: both commands are silent on success; that a node without any interface in its database
is configured by DHCP is what the product asks about at its first start.
"""

from __future__ import annotations

from dataclasses import replace

from smtp.config.database import ConfigurationDatabase
from smtp.config.network import COMMUNICATION, NAME_SERVICE, Communication, InterfaceSettings, NameService
from smtp.facility import TCPIP
from smtp.management.common import require_any
from smtp.management.communication import apply_access, define_names
from smtp.management.interfaces import active_interface, configured_interfaces
from smtp.management.lookup import known_host
from smtp.management.mail import give_up_attempts
from smtp.management.name_service import start_name_service, stop_name_service
from smtp.management.protocols import configured_parameters
from smtp.routing.databases import RouteDatabase
from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.privilege import Privilege
from vmsemu.images.context import ImageContext
from vmsemu.net.auxiliary import AuxiliaryServer
from vmsemu.net.interface import Route
from vmsemu.net.layer import ETHERNET_INTERFACE, loopback_interface
from vmsemu.net.protocols import ProtocolParameters
from vmsemu.net.stack import NetworkStack
from vmsemu.tables.facilities import SS


async def start_communication(ctx: ImageContext) -> ConditionValue:
    """START COMMUNICATION [/INITIALIZE]"""
    require_any(ctx.process, TCPIP.STARTFAIL, Privilege.OPER)
    server = ctx.system.part(AuxiliaryServer)
    stack = ctx.system.part(NetworkStack)
    if ctx.cli.present("INITIALIZE"):
        try:
            await _initialize(ctx, stack)
        except VmsError as error:
            raise TCPIP.STARTFAIL.error(cause=error) from None
    elif not server.running:
        stack.network.set_interfaces([loopback_interface()])
        stack.network.set_routes([])
    server.start()
    return SS.NORMAL.value


async def _initialize(ctx: ImageContext, stack: NetworkStack) -> None:
    """Load the databases. Errors: TCPIP.CONFIGERROR, TCPIP.INTEERROR, TCPIP.ROUTEERROR; nothing is changed then."""
    database, node = ConfigurationDatabase(ctx.files), ctx.system.node_name
    settings = configured_interfaces(ctx) or {ETHERNET_INTERFACE: InterfaceSettings(dhcp=True, primary=True)}
    interfaces = [active_interface(ctx, name, each) for name, each in settings.items()]
    offered = any(each.dhcp and (each.primary or len(interfaces) == 1) for each in interfaces)
    communication = Communication.from_items(database.get(node, COMMUNICATION) or {})
    resolver = _resolver(ctx, stack, database.get(node, NAME_SERVICE), offered=offered)
    routes = [route for route in RouteDatabase(ctx.files).all() if not route.is_default or route.gateway]
    if offered and stack.network.router() and not any(route.is_default for route in routes):
        routes.append(Route.default(stack.network.router()))
    parameters = configured_parameters(ctx)
    if not any(each.name == "LO0" for each in interfaces):
        interfaces.insert(0, loopback_interface())
    try:
        stack.network.set_interfaces(interfaces)
    except VmsError as error:
        raise TCPIP.INTEERROR.error(cause=error) from None
    stack.network.set_routes(routes)
    stack.parameters = parameters
    apply_access(stack, communication)
    await _define_local_names(ctx, stack, communication, settings, offered=offered)
    domain = resolver.domain or _translated(ctx, "TCPIP$INET_DOMAIN")
    start_name_service(ctx, replace(resolver, domain=domain))


def _resolver(ctx: ImageContext, stack: NetworkStack, items: dict[str, str] | None, *, offered: bool) -> NameService:
    """The resolver's settings: those of the database, else what the network offers."""
    if items is not None or not offered:
        return NameService.from_items(items or {})
    given = stack.resolver_options
    return NameService(
        bool(given.servers), retry=given.retry, timeout=given.timeout, servers=tuple(given.servers[:3]), path=tuple(given.path)
    )


async def _define_local_names(
    ctx: ImageContext, stack: NetworkStack, communication: Communication, settings: dict[str, InterfaceSettings], *, offered: bool
) -> None:
    """TCPIP$INET_HOST, TCPIP$INET_HOSTADDR and TCPIP$INET_DOMAIN."""
    addresses = list(stack.network.local_addresses())
    host = communication.local_host
    if not host:
        first = next((each.host for each in settings.values() if each.host), "")
        host = ctx.system.host_name if offered else first
    if host and not offered:
        try:
            host = (await known_host(ctx, host, TCPIP.COMMERROR))[0]
        except VmsError as error:
            if not error.matches(TCPIP.COMMERROR):
                raise
    domain = communication.domain or (ctx.system.domain if offered else host.partition(".")[2].lower())
    define_names(ctx, "INET_HOST", [host] if host else [])
    define_names(ctx, "INET_HOSTADDR", addresses)
    define_names(ctx, "INET_DOMAIN", [domain] if domain else [])


def _translated(ctx: ImageContext, name: str) -> str:
    found = ctx.process.names.translate(name, "LNM$SYSTEM_TABLE")
    return found.translations[0].equivalence if found is not None else ""


async def stop_communication(ctx: ImageContext) -> ConditionValue:
    """STOP COMMUNICATION: services, interfaces and names go; connections that are open are broken."""
    require_any(ctx.process, TCPIP.COMMERROR, Privilege.OPER)
    give_up_attempts(ctx.system)
    server = ctx.system.part(AuxiliaryServer)
    process = server.process
    server.stop()
    stack = ctx.system.part(NetworkStack)
    stack.network.set_interfaces([])
    stack.network.set_routes([])
    stack.parameters = ProtocolParameters()
    for name in ("INET_HOST", "INET_HOSTADDR", "INET_DOMAIN"):
        define_names(ctx, name, [])
    stop_name_service(ctx)
    if process is not None:
        await process.ended.wait()
    return SS.NORMAL.value
