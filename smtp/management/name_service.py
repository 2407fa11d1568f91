"""SET and SHOW NAME_SERVICE, and the permanent settings of the resolver.

The active settings are logical names: in the system table with /SYSTEM, in the table of the process without. The resolver reads them at each lookup.
Source: Management Command Reference, SET NAME_SERVICE; Management 5-36 (display).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from smtp.config.database import ConfigurationDatabase
from smtp.config.network import NAME_SERVICE, NameService
from smtp.config.resolver import (
    DISABLED,
    ENABLED,
    MAXIMUM_PATH,
    MAXIMUM_SERVERS,
    PROCESS_TABLE,
    STARTED,
    SYSTEM_TABLE,
    BindNames,
    longword,
)
from smtp.facility import TCPIP
from smtp.management.common import not_configured, not_found, require_any, require_running, require_system
from smtp.management.communication import remove_name
from smtp.management.lookup import host_address, shown_names
from vmsemu.base.condition import ConditionValue, MessageDefinition
from vmsemu.base.privilege import Privilege
from vmsemu.images.context import ImageContext
from vmsemu.lnm.names import AccessMode
from vmsemu.net.auxiliary import AuxiliaryServer
from vmsemu.tables.facilities import SS

NOTHING = "No values defined"
_NUMBERS = (("RETRY", 1, 255), ("TIMEOUT", 1, 255))


async def set_name_service(ctx: ImageContext) -> ConditionValue:
    """SET NAME_SERVICE [/SYSTEM] with the settings to change."""
    cli = ctx.cli
    system = cli.present("SYSTEM")
    if cli.present("INITIALIZE") or cli.present("CLUSTER"):
        require_any(ctx.process, TCPIP.NAMEERROR, Privilege.BYPASS, Privilege.READALL, Privilege.SYSPRV)
        raise TCPIP.NAMEERROR.error(cause=TCPIP.NOTIMPL("the BIND server"))
    if system:
        require_system(ctx.process, TCPIP.NAMEERROR)
        require_any(ctx.process, TCPIP.NAMEERROR, Privilege.SYSNAM)
        require_running(ctx, TCPIP.NAMEERROR)
    if cli.present("PATH") or cli.negated("PATH"):
        require_any(ctx.process, TCPIP.NAMEERROR, Privilege.SYSNAM)
    for word, wrong in (("ENABLE", not system), ("DISABLE", not system), ("DOMAIN", system)):
        if wrong and (cli.present(word) or cli.negated(word)):
            raise TCPIP.NAMEERROR.error(cause=TCPIP.INVQUAL(word))
    table = SYSTEM_TABLE if system else PROCESS_TABLE
    old = BindNames.of(ctx.process, table)
    settings = NameService("ENABLED" in old.state, old.transport, old.domain, old.retry or 0, old.timeout or 0, old.servers, old.path)
    _define(ctx, table, await _changed(ctx, settings, TCPIP.NAMEERROR), started=system)
    return SS.NORMAL.value


async def _changed(ctx: ImageContext, old: NameService, refusal: MessageDefinition) -> NameService:
    """The settings with what the qualifiers say. Errors: `refusal` with TCPIP.INVQUAL, TCPIP.IVHOST."""
    cli = ctx.cli
    changes: dict[str, Any] = {}
    if cli.present("ENABLE"):
        changes["enable"] = True
    elif cli.present("DISABLE") or cli.negated("ENABLE"):
        changes["enable"] = False
    for qualifier, low, high in _NUMBERS:
        if cli.present(qualifier):
            number = cli.integer(qualifier)
            if not low <= number <= high:
                raise refusal.error(cause=TCPIP.INVQUAL(qualifier))
            changes[qualifier.lower()] = number
    if cli.present("TRANSPORT"):
        changes["transport"] = cli.value("TRANSPORT") or ""
    if cli.present("DOMAIN") or cli.negated("DOMAIN"):
        changes["domain"] = (cli.value("DOMAIN") or "").lower().strip(".") if cli.present("DOMAIN") else ""
    servers = [await host_address(ctx, host, refusal) for host in cli.values("SERVER")]
    changes["servers"] = _listed(ctx, "SERVER", old.servers, servers, MAXIMUM_SERVERS, refusal)
    path = [domain.lower().strip(".") for domain in cli.values("PATH")]
    changes["path"] = _listed(ctx, "PATH", old.path, path, MAXIMUM_PATH, refusal)
    return replace(old, **changes)


def _listed(
    ctx: ImageContext, qualifier: str, old: tuple[str, ...], named: list[str], maximum: int, refusal: MessageDefinition
) -> tuple[str, ...]:
    """A list with names added at its end, or with them, or all, taken out."""
    if ctx.cli.negated(qualifier):
        return tuple(each for each in old if named and each not in named)
    result = (*old, *(each for each in dict.fromkeys(named) if each not in old))
    if len(result) > maximum:
        raise refusal.error(cause=TCPIP.INVQUAL(qualifier))
    return result


def start_name_service(ctx: ImageContext, settings: NameService) -> None:
    """Make the settings those of the running system."""
    _define(ctx, SYSTEM_TABLE, settings, started=True)


def stop_name_service(ctx: ImageContext) -> None:
    """Take the system's settings away."""
    for name in ("STATE", "TRANSPORT", "DOMAIN", "RETRY", "TIMEOUT", "DOMLST", *(f"SERVER{n:03d}" for n in range(MAXIMUM_SERVERS))):
        remove_name(ctx, f"TCPIP$BIND_{name}")


def _define(ctx: ImageContext, table: str, settings: NameService, *, started: bool) -> None:
    values: dict[str, tuple[str, ...]] = {
        "STATE": (STARTED, ENABLED if settings.enable else DISABLED) if started else (ENABLED,),
        "TRANSPORT": (settings.transport,) if settings.transport else (),
        "DOMAIN": (settings.domain,) if settings.domain else (),
        "RETRY": (longword(settings.retry),) if settings.retry else (),
        "TIMEOUT": (longword(settings.timeout),) if settings.timeout else (),
        "DOMLST": settings.path,
    }
    for number in range(MAXIMUM_SERVERS):
        values[f"SERVER{number:03d}"] = settings.servers[number : number + 1]
    names = ctx.process.names
    for name, equivalences in values.items():
        logical = f"TCPIP$BIND_{name}"
        if table == SYSTEM_TABLE:
            if equivalences:
                ctx.system.logical_names.define_system(logical, *equivalences)
            else:
                remove_name(ctx, logical)
        elif equivalences:
            names.define(logical, equivalences, table=table, mode=AccessMode.SUPER)
        elif names.translate(logical, table) is not None:
            names.delete(logical, table, AccessMode.SUPER)


async def set_config_name_service(ctx: ImageContext) -> ConditionValue:
    """SET CONFIGURATION NAME_SERVICE"""
    require_system(ctx.process, TCPIP.CONFIGERROR)
    if ctx.cli.present("PATH") or ctx.cli.negated("PATH"):
        require_any(ctx.process, TCPIP.CONFIGERROR, Privilege.SYSNAM)
    database, node = ConfigurationDatabase(ctx.files), ctx.system.node_name
    old = NameService.from_items(database.get(node, NAME_SERVICE) or {})
    database.put(node, NAME_SERVICE, (await _changed(ctx, old, TCPIP.CONFIGERROR)).to_items())
    return SS.NORMAL.value


async def set_config_noname_service(ctx: ImageContext) -> ConditionValue:
    """SET CONFIGURATION NONAME_SERVICE: delete the record."""
    require_system(ctx.process, TCPIP.CONFIGERROR)
    if not ConfigurationDatabase(ctx.files).remove(ctx.system.node_name, NAME_SERVICE):
        raise not_found()
    return SS.NORMAL.value


def configured_name_service(ctx: ImageContext) -> list[str]:
    """SHOW CONFIGURATION NAME_SERVICE; in a file line 5 is the transport and line 10 the path, as procedures that read it expect.

    Errors: TCPIP.CONFIGERROR with TCPIP.NORECORD when there is none.
    """
    items = ConfigurationDatabase(ctx.files).get(ctx.system.node_name, NAME_SERVICE)
    if items is None:
        raise not_configured()
    settings = NameService.from_items(items)
    return [
        "",
        "",
        "BIND Resolver Configuration",
        "",
        f"  Transport:  {settings.transport}",
        f"  Domain:     {settings.domain or NOTHING}",
        f"  Retry:      {settings.retry:>4}",
        f"  Timeout:    {settings.timeout:>4}",
        f"  Servers:    {shown_names(ctx, settings.servers) or NOTHING}",
        f"  Path:       {', '.join(settings.path) or NOTHING}",
    ]


async def show_name_service(ctx: ImageContext) -> ConditionValue:
    """SHOW NAME_SERVICE [/STATISTICS]"""
    if ctx.cli.present("STATISTICS"):
        raise TCPIP.NAMEERROR.error(cause=TCPIP.NOTIMPL("the BIND server"))
    system, own = BindNames.of(ctx.process, SYSTEM_TABLE), BindNames.of(ctx.process, PROCESS_TABLE)
    found = ctx.process.names.translate("TCPIP$INET_DOMAIN", SYSTEM_TABLE)
    started = ctx.system.part(AuxiliaryServer).running and STARTED in system.state
    lines = [
        "",
        "BIND Resolver Parameters",
        "",
        f" Local domain: {found.translations[0].equivalence if found else ''}".rstrip(),
        "",
        " System",
        "",
    ]
    lines += [f"  State:     {'Started' if started else 'Stopped'}, {'Enabled' if ENABLED in system.state else 'Disabled'}", ""]
    lines += _settings_lines(ctx, system, NOTHING)
    lines += ["", " Process", "", "  State:     Enabled", "", *_settings_lines(ctx, own, "")]
    for line in lines:
        ctx.write(line)
    return SS.NORMAL.value


def _settings_lines(ctx: ImageContext, names: BindNames, nothing: str) -> list[str]:
    values = (
        ("Transport", names.transport), ("Domain", names.domain), ("Retry", str(names.retry or "")), ("Timeout", str(names.timeout or "")),
        ("Servers", shown_names(ctx, names.servers)), ("Path", ", ".join(names.path)),
    )  # fmt: skip
    return [f"  {word + ':':<11}{text or nothing}".rstrip() for word, text in values]
