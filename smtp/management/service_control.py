"""ENABLE and DISABLE SERVICE, on the running system; SET and SHOW CONFIGURATION ENABLE SERVICE, for the next startup.

ENABLE and DISABLE follow file protection: who may write to the services database may do it (fidelity: of which file is inferred). SET CONFIGURATION
takes SYSPRV or BYPASS. Services enabled for one node and for the whole cluster (/COMMON) are two lists; a startup takes both.

Source: Management 1.6, table 17-3; SHOW CONFIGURATION ENABLE SERVICE (captured). fidelity: silent on success; /COMMON and its display.
"""

from __future__ import annotations

from smtp.config.database import ConfigurationDatabase
from smtp.facility import TCPIP
from smtp.management.common import not_configured, not_found, require_running, require_system
from smtp.management.services import invalid
from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.wildcard import match
from vmsemu.images.context import ImageContext
from vmsemu.net.address import is_address
from vmsemu.net.auxiliary import AuxiliaryServer
from vmsemu.net.service import ServiceDatabase, ServiceRecord
from vmsemu.tables.facilities import SS

ENABLED = "ENABLE_SERVICE"
COMMON = "*"
"""The node name of what holds for the whole cluster."""
_LINE = 55


# -- the running system -------------------------------------------------------------------------------------------------------------------


async def enable_service(ctx: ImageContext) -> ConditionValue:
    """ENABLE SERVICE [name,...] [/PORT=n] [/ADDRESS=ip]; with neither name nor port, those of the configuration.

    A service that is enabled already stays as it is. One that can not be enabled does not keep the others from it.

    Errors: TCPIP.NORECORD; TCPIP.SERVERROR with TCPIP.NOTRUNNING, RMS.PRV, SS.DUPLNAM (the port is taken), SS.UNREACHABLE.
    """
    server = _server(ctx)
    names = ctx.cli.values("NAME") or (["*"] if ctx.cli.present("PORT") else None)
    status = SS.NORMAL.value
    for record in _records(ctx, names):
        try:
            server.enable(record)
        except VmsError as error:
            status = ctx.put_message(TCPIP.SERVERROR.error(cause=error))
    return status


async def disable_service(ctx: ImageContext) -> ConditionValue:
    """DISABLE SERVICE [name,...] [/PORT=n] [/ADDRESS=ip]; without a name, all. Connections that are open go on.

    A service whose entry has been deleted meanwhile can still be disabled. Errors: as ENABLE SERVICE.
    """
    server = _server(ctx)
    named = [name.upper() for name in ctx.cli.values("NAME")] or ["*"]
    port, address = ctx.cli.integer("PORT"), ctx.cli.value("ADDRESS") or ""
    running = [
        service.record
        for service in server
        if any(match(name, service.record.name) for name in named)
        and port in (0, service.record.port)
        and address in ("", service.record.address)
    ]
    if running:
        _require_change(ServiceDatabase(ctx.files))
    else:
        _records(ctx, named)
    for record in running:
        server.disable(record.name, record.address)
    return SS.NORMAL.value


def _server(ctx: ImageContext) -> AuxiliaryServer:
    """The auxiliary server, once it is certain that the command can be meant. Errors: TCPIP.SERVERROR."""
    require_running(ctx, TCPIP.SERVERROR)
    if ctx.cli.present("PORT") and not 1 <= ctx.cli.integer("PORT") <= 65535:
        raise invalid("PORT")
    if ctx.cli.present("ADDRESS") and not is_address(ctx.cli.value("ADDRESS") or ""):
        raise invalid("ADDRESS")
    return ctx.system.part(AuxiliaryServer)


def _records(ctx: ImageContext, names: list[str] | None) -> list[ServiceRecord]:
    """The entries that are meant; None means those of the configuration, as far as they are services and defined.

    Errors: TCPIP.NORECORD when a name has none; RMS.PRV below TCPIP.SERVERROR.
    """
    database = ServiceDatabase(ctx.files)
    found: list[ServiceRecord] = []
    try:
        for name in enabled_services(ctx) if names is None else names:
            records = database.find(name.upper(), ctx.cli.value("ADDRESS") or "")
            if ctx.cli.present("PORT"):
                records = [record for record in records if record.port == ctx.cli.integer("PORT")]
            if not records and names is not None:
                raise not_found()
            found += [record for record in records if record not in found]
    except VmsError as error:
        raise error if error.matches(TCPIP.NORECORD) else TCPIP.SERVERROR.error(cause=error) from None
    if not found:
        raise not_found()
    _require_change(database)
    return found


def _require_change(database: ServiceDatabase) -> None:
    try:
        database.require_change()
    except VmsError as error:
        raise TCPIP.SERVERROR.error(cause=error) from None


# -- the next startup ---------------------------------------------------------------------------------------------------------------------


def enabled_services(ctx: ImageContext) -> list[str]:
    """The services the configuration enables at startup, on this node or on every node of the cluster."""
    database = ConfigurationDatabase(ctx.files)
    return sorted({name for node in (ctx.system.node_name, COMMON) for name in database.get(node, ENABLED) or {}})


async def set_configuration_enable(ctx: ImageContext) -> ConditionValue:
    """SET CONFIGURATION ENABLE [NO]SERVICE name[,...] [/COMMON]. What runs is not touched. Errors: TCPIP.CONFIGERROR, TCPIP.NORECORD."""
    require_system(ctx.process, TCPIP.CONFIGERROR)
    database = ConfigurationDatabase(ctx.files)
    node = COMMON if ctx.cli.present("COMMON") else ctx.system.node_name
    services = dict.fromkeys(database.get(node, ENABLED) or {}, "1")
    for name in [name.upper() for name in ctx.cli.values("NAME")]:
        if ctx.cli.value("ACTION") == "SERVICE":
            _add(ctx, services, name)
        else:
            _take(services, name)
    if services:
        database.put(node, ENABLED, services)
    else:
        database.remove(node, ENABLED)
    return SS.NORMAL.value


def _add(ctx: ImageContext, services: dict[str, str], name: str) -> None:
    """Client components (FTP_CLIENT) are entries too, though not services; a name with wildcards is those of the database."""
    found = {record.name for record in ServiceDatabase(ctx.files).find(name)}
    if not found and not name.endswith("_CLIENT"):
        raise not_found()
    services.update(dict.fromkeys(sorted(found) or [name], "1"))


def _take(services: dict[str, str], name: str) -> None:
    found = [service for service in services if match(name, service)]
    if not found:
        raise not_found()
    for service in found:
        del services[service]


def configured_services(ctx: ImageContext) -> list[str]:
    """The lines of SHOW CONFIGURATION ENABLE SERVICE. Errors: TCPIP.CONFIGERROR when none is enabled."""
    names = enabled_services(ctx)
    if not names:
        raise not_configured()
    return ["", "Enable service", "", *_wrapped(names)]


def _wrapped(names: list[str]) -> list[str]:
    lines, line = [], ""
    for name in names:
        if line and len(line) + len(name) + 2 > _LINE:
            lines.append(line + ",")
            line = name
        else:
            line = f"{line}, {name}" if line else name
    return [*lines, line]
