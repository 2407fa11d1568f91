"""SET and SHOW ROUTE: the routes of the running system, and the permanent ones of TCPIP$ROUTE.DAT.

While communication runs SET ROUTE changes the running system, with /PERMANENT the database; while it is stopped there is only the database.
Source: Management Command Reference, SET ROUTE; display of the permanent routes (documented). fidelity: that of the running ones is remembered.
"""

from __future__ import annotations

from smtp.facility import TCPIP
from smtp.management.common import confirmed, not_found, require_any
from smtp.management.lookup import host_address
from smtp.routing.databases import NetworkDatabase, RouteDatabase
from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.privilege import Privilege
from vmsemu.base.wildcard import is_wild, match
from vmsemu.images.common.gaps import accept
from vmsemu.images.context import ImageContext
from vmsemu.net.address import class_length, is_address, network_and_length, to_number
from vmsemu.net.auxiliary import AuxiliaryServer
from vmsemu.net.interface import Route
from vmsemu.net.stack import NetworkStack
from vmsemu.tables.facilities import SS

_BITS = 32


def _permanent(ctx: ImageContext) -> bool:
    """Whether the command is about the database. Errors: TCPIP.ROUTEERROR without OPER when it is about the running system."""
    running = ctx.system.part(AuxiliaryServer).running
    if running:
        require_any(ctx.process, TCPIP.ROUTEERROR, Privilege.OPER)
    return ctx.cli.present("PERMANENT") or not running


async def set_route(ctx: ImageContext) -> ConditionValue:
    """SET ROUTE destination /GATEWAY=host [/NETWORK [/MASK=n]] [/PERMANENT]; SET ROUTE/DEFAULT_ROUTE/GATEWAY=host"""
    permanent = _permanent(ctx)
    if not ctx.cli.present("GATEWAY"):
        raise TCPIP.ROUTEERROR.error(cause=TCPIP.INVQUAL("GATEWAY"))
    gateway = await host_address(ctx, ctx.cli.value("GATEWAY") or "", TCPIP.ROUTEERROR)
    route = await _route(ctx, gateway)
    if permanent:
        try:
            RouteDatabase(ctx.files).add(route)
        except VmsError as error:
            raise TCPIP.ROUTEERROR.error(cause=error) from None
        return SS.NORMAL.value
    layer = ctx.system.part(NetworkStack).network
    if layer.on_network(gateway) is None:
        raise TCPIP.ROUTEERROR.error(cause=SS.UNREACHABLE)
    layer.set_routes([*(each for each in layer.routes if (each.destination, each.length) != (route.destination, route.length)), route])
    return SS.NORMAL.value


async def _route(ctx: ImageContext, gateway: str) -> Route:
    """The route of the command. Errors: TCPIP.ROUTEERROR with TCPIP.INVQUAL or TCPIP.IVHOST."""
    cli = ctx.cli
    destination = cli.value("DESTINATION") or ""
    if cli.present("DEFAULT_ROUTE"):
        if destination:
            raise TCPIP.ROUTEERROR.error(cause=TCPIP.INVQUAL("DEFAULT_ROUTE"))
        return Route.default(gateway)
    if not destination:
        raise TCPIP.ROUTEERROR.error(cause=TCPIP.INVQUAL("DEFAULT_ROUTE"))
    if cli.present("MASK") and not cli.present("NETWORK"):
        raise TCPIP.ROUTEERROR.error(cause=TCPIP.INVQUAL("MASK"))
    if not cli.present("NETWORK"):
        return Route.to_host(await host_address(ctx, destination, TCPIP.ROUTEERROR), gateway)
    if not is_address(destination) and "/" not in destination:
        known = _network_addresses(ctx, destination)
        if not known:
            raise TCPIP.ROUTEERROR.error(cause=TCPIP.NORECORD())
        destination = known[0]
    length = cli.integer("MASK") if cli.present("MASK") else class_length(destination)
    if not 0 <= length <= _BITS:
        raise TCPIP.ROUTEERROR.error(cause=TCPIP.INVQUAL("MASK"))
    network = network_and_length(f"{destination}/{length}")
    if network is None:
        raise TCPIP.ROUTEERROR.error(cause=TCPIP.INVQUAL("NETWORK"))
    return Route(network[0], gateway, length, True)


def _network_addresses(ctx: ImageContext, name: str) -> list[str]:
    """What the networks database has of a name. Errors: TCPIP.ROUTEERROR when it can not be read."""
    try:
        return NetworkDatabase(ctx.files).addresses(name)
    except VmsError as error:
        raise TCPIP.ROUTEERROR.error(cause=error) from None


async def set_noroute(ctx: ImageContext) -> ConditionValue:
    """SET NOROUTE destination | /DEFAULT_ROUTE [/GATEWAY=host] [/PERMANENT] [/[NO]CONFIRM]"""
    permanent = _permanent(ctx)
    layer, database = ctx.system.part(NetworkStack).network, RouteDatabase(ctx.files)
    try:
        found = await _selected(ctx, database.all() if permanent else list(layer.routes), required=True)
        asks = ctx.cli.present("CONFIRM") or (is_wild(ctx.cli.value("DESTINATION") or "") and not ctx.cli.negated("CONFIRM"))
        for route in found:
            if asks:
                for line in _lines([route], permanent=permanent):
                    ctx.write(line)
                if not await confirmed(ctx):
                    continue
            if permanent:
                database.remove(route)
            else:
                layer.set_routes([each for each in layer.routes if each != route])
    except VmsError as error:
        raise error if error.value.facility == TCPIP.ROUTEERROR().value.facility else TCPIP.ROUTEERROR.error(cause=error) from None
    return SS.NORMAL.value


async def _selected(ctx: ImageContext, routes: list[Route], *, required: bool = False) -> list[Route]:
    """The routes the command is about. Errors: TCPIP.NORECORD when there is none; TCPIP.INVQUAL when `required` and it does not say which."""
    cli = ctx.cli
    destination = cli.value("DESTINATION") or ""
    if required and not destination and not cli.present("DEFAULT_ROUTE"):
        raise TCPIP.ROUTEERROR.error(cause=TCPIP.INVQUAL("DEFAULT_ROUTE"))
    if cli.present("DEFAULT_ROUTE"):
        routes = [route for route in routes if route.is_default]
    elif destination and destination != "*":
        wanted = [destination]
        if not is_wild(destination) and not is_address(destination.partition("/")[0]):
            wanted = _network_addresses(ctx, destination) or [await host_address(ctx, destination, TCPIP.ROUTEERROR)]
        routes = [route for route in routes if any(match(each, route.destination) or each == _destination(route) for each in wanted)]
    if cli.present("NETWORK"):
        routes = [route for route in routes if route.is_network]
    if cli.present("GATEWAY"):
        gateway = await host_address(ctx, cli.value("GATEWAY") or "", TCPIP.ROUTEERROR)
        routes = [route for route in routes if route.gateway == gateway]
    if not routes:
        raise not_found()
    return routes


async def show_route(ctx: ImageContext) -> ConditionValue:
    """SHOW ROUTE [destination] [/DEFAULT_ROUTE] [/GATEWAY=host] [/LOCAL] [/NETWORK] [/PERMANENT]"""
    accept(ctx, "FULL", "LOCAL")
    permanent = ctx.cli.present("PERMANENT") or not ctx.system.part(AuxiliaryServer).running
    try:
        routes = _ordered(RouteDatabase(ctx.files).all() if permanent else _running(ctx))
    except VmsError as error:
        raise TCPIP.ROUTEERROR.error(cause=error) from None
    for line in _lines(await _selected(ctx, routes), permanent=permanent):
        ctx.write(line)
    return SS.NORMAL.value


def _running(ctx: ImageContext) -> list[Route]:
    """The routes that were set, and those that the interfaces bring along."""
    layer = ctx.system.part(NetworkStack).network
    own = [Route.to_host(i.address, i.address) if i.is_loopback else Route(i.network, i.address, i.length, True) for i in layer.interfaces]
    return [*layer.routes, *own]


def _ordered(routes: list[Route]) -> list[Route]:
    """The default route first, then in order of destinations."""
    return sorted(routes, key=lambda route: (not route.is_default, to_number(route.destination) or 0, route.length))


def _destination(route: Route) -> str:
    return route.destination if route.is_default or not route.is_network else f"{route.destination}/{route.length}"


def _lines(routes: list[Route], *, permanent: bool) -> list[str]:
    lines = ["", f"{'':29}{'PERMANENT' if permanent else 'DYNAMIC'} database", "", f"{'Type':<15}{'Destination':<38}Gateway", ""]
    for route in routes:
        kind = ("P" if permanent else "A") + ("N" if route.is_network else "H")
        lines.append(f"{kind:<6}{_destination(route):<39}{route.gateway}")
    return lines
