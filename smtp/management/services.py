"""SET, SHOW, ENABLE and DISABLE SERVICE.

SET SERVICE changes the database, ENABLE SERVICE the running system. The first takes SYSPRV or BYPASS; ENABLE and DISABLE follow file protection: who
may write to the database may do it (fidelity: of which file is inferred). Source: Management Command Reference, SERVICE commands; displays: brief exact
(captured), full words and order captured, columns as in the reference. fidelity: ENABLE and DISABLE are silent on success.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from smtp.config.database import ConfigurationDatabase
from smtp.facility import TCPIP
from smtp.management.common import confirmed, defined, not_found, require_system
from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.images.context import ImageContext
from vmsemu.net.auxiliary import AuxiliaryServer, RunningService
from vmsemu.net.service import LogOption, ServiceDatabase, ServiceFlag, ServiceRecord
from vmsemu.tables.facilities import SS

ENABLED = "ENABLE_SERVICE"
_NAME_LENGTH = 16
_FLAGS = {"APPLICATION_PROXY": ServiceFlag.APPLICATION_PROXY, "MULTITHREAD": ServiceFlag.MULTITHREAD, "PROXY": ServiceFlag.PROXY}
_HEADER = f"{'Service':<16}{'Port':>8}  {'Proto':<9}{'Process':<17}{'Address':<19}State"


def enabled_services(ctx: ImageContext) -> list[str]:
    """The services the configuration enables on this node at startup."""
    return sorted(ConfigurationDatabase(ctx.files).get(ctx.system.node_name, ENABLED) or {})


async def enable_service(ctx: ImageContext) -> ConditionValue:
    """ENABLE SERVICE [name]; without a name, those of the configuration."""
    server = ctx.system.part(AuxiliaryServer)
    if not server.running:
        raise TCPIP.SERVERROR.error(cause=SS.DEVOFFLINE)
    name = ctx.cli.value("NAME")
    database = ServiceDatabase(ctx.files)
    records = database.find(name) if name else [r for service in enabled_services(ctx) for r in database.find(service)]
    if not records:
        raise not_found()
    _require_change(database)
    for record in records:
        try:
            server.enable(record)
        except VmsError as error:
            raise TCPIP.SERVERROR.error(cause=error) from None
    return SS.NORMAL.value


async def disable_service(ctx: ImageContext) -> ConditionValue:
    """DISABLE SERVICE name"""
    server = ctx.system.part(AuxiliaryServer)
    database = ServiceDatabase(ctx.files)
    records = database.find(ctx.cli.value("NAME") or "*")
    if not records:
        raise not_found()
    _require_change(database)
    for record in records:
        server.disable(record.name)
    return SS.NORMAL.value


def _require_change(database: ServiceDatabase) -> None:
    try:
        database.require_change()
    except VmsError as error:
        raise TCPIP.SERVERROR.error(cause=error) from None


async def show_service(ctx: ImageContext) -> ConditionValue:
    """SHOW SERVICE [name] [/FULL] [/PERMANENT] [/PORT=n]"""
    records = ServiceDatabase(ctx.files).find(ctx.cli.value("NAME") or "*")
    if ctx.cli.present("PORT"):
        records = [r for r in records if r.port == ctx.cli.integer("PORT")]
    if not records:
        raise not_found()
    server = ctx.system.part(AuxiliaryServer)
    permanent = ctx.cli.present("PERMANENT")
    ctx.write("")
    if not ctx.cli.present("FULL"):
        ctx.write(_HEADER)
        ctx.write("")
    for record in records:
        running = server.find(record.name)
        if running is not None and not permanent:
            record = running.record
        if ctx.cli.present("FULL"):
            for line in full_lines(record, running):
                ctx.write(line)
        else:
            ctx.write(brief_line(record, running is not None))
    return SS.NORMAL.value


def brief_line(record: ServiceRecord, enabled: bool) -> str:
    state = "Enabled" if enabled else "Disabled"
    process = defined(record.process_name)
    return f"{record.name:<16}{record.port:>8}  {record.protocol:<9}{process:<17}{record.address:<20}{state}"


def full_lines(record: ServiceRecord, running: RunningService | None) -> list[str]:
    """The long display; a service that is not enabled has a short one."""
    user, process = defined(record.user_name), defined(record.process_name)
    first = f"Port:{record.port:>17}     Protocol:  {record.protocol:<16}Address:  {record.address}"
    if running is None:
        return [f"Service: {record.name}", f"{'':27}State:     Disabled", first, f"{'':27}User_name: {user:<16}Process:  {process}"]
    hosts = ", ".join(record.accept_hosts) or "0.0.0.0"
    return [
        f"Service: {record.name}",
        f"{'':27}State:     Enabled",
        first,
        f"Inactivity:{record.inactivity:>11}     User_name: {user:<16}Process:  {process}",
        f"Limit:{record.limit:>16}     Active:{running.active:>7}{'':13}Peak:{running.peak:>9}",
        "",
        f"File:         {defined(record.file)}",
        f"Flags:        {record.flags.to_text()}",
        "",
        f"Socket Opts:  {record.socket_options.to_text()}",
        f" Receive:{record.receive:>13}     Send:{record.send:>16}",
        "",
        f"Log Opts:     {record.log_options.to_text()}",
        f" File:        {defined(record.log_file)}",
        "",
        "Security",
        f" Reject msg:  {defined(record.reject_message)}",
        f" Accept host: {hosts}",
        " Accept netw: 0.0.0.0",
    ]


async def set_service(ctx: ImageContext) -> ConditionValue:
    """SET SERVICE name /PORT= /FILE= /USER_NAME= /PROCESS_NAME= ...: a new entry, or the changeable part of one that is there."""
    require_system(ctx.process, TCPIP.SERVERROR)
    cli = ctx.cli
    name = (cli.value("NAME") or "").upper()
    if len(name) > _NAME_LENGTH:
        raise TCPIP.SERVERROR.error(cause=SS.BADPARAM)
    database = ServiceDatabase(ctx.files)
    old = next(iter(database.find(name)), None)
    if old is None:
        for qualifier in ("FILE", "PORT", "PROCESS_NAME", "USER_NAME"):
            if not cli.present(qualifier):
                raise TCPIP.SERVERROR.error(cause=TCPIP.INVQUAL(qualifier))
    elif any(cli.present(q) for q in ("PORT", "PROCESS_NAME")):
        raise TCPIP.SERVERROR.error(cause=SS.DUPLNAM)
    record = old or ServiceRecord(name)
    database.put(replace(record, **_changes(ctx, record)))
    return SS.NORMAL.value


def _changes(ctx: ImageContext, record: ServiceRecord) -> dict[str, Any]:
    """What the qualifiers say. Errors: TCPIP.SERVERROR with TCPIP.INVQUAL."""
    cli = ctx.cli
    changes: dict[str, Any] = {}
    for qualifier in ("FILE", "ADDRESS", "USER_NAME"):
        if cli.present(qualifier):
            changes[qualifier.lower()] = cli.value(qualifier)
    if cli.present("PROCESS_NAME"):
        changes["process_name"] = (cli.value("PROCESS_NAME") or "")[:15]
    for qualifier, low, high in (("PORT", 1, 65535), ("LIMIT", 1, 65535), ("INACTIVITY", 0, 65535)):
        if cli.present(qualifier):
            number = cli.integer(qualifier)
            if not low <= number <= high:
                raise TCPIP.SERVERROR.error(cause=TCPIP.INVQUAL(qualifier))
            changes[qualifier.lower()] = number
    if cli.present("PROTOCOL"):
        if (cli.value("PROTOCOL") or "").upper() != "TCP":
            raise TCPIP.SERVERROR.error(cause=TCPIP.NOTIMPL("PROTOCOL"))
        changes["protocol"] = "TCP"
    if cli.present("FLAGS"):
        changes["flags"] = _flags(ctx, record.flags)
    if cli.present("LOG_OPTIONS"):
        changes["log_options"] = _log_options(ctx)
    if cli.present("ACCEPT"):
        changes["accept_hosts"] = tuple(cli.values("ACCEPT.HOSTS")) if cli.present("ACCEPT.HOSTS") else ()
    if cli.present("REJECT"):
        changes["reject_message"] = (cli.value("REJECT.MESSAGE") or "") if cli.present("REJECT.MESSAGE") else ""
    return changes


def _flags(ctx: ImageContext, flags: ServiceFlag) -> ServiceFlag:
    cli = ctx.cli
    if cli.present("FLAGS.MULTITHREAD"):
        raise TCPIP.SERVERROR.error(cause=TCPIP.NOTIMPL("FLAGS=MULTITHREAD"))
    for word, flag in _FLAGS.items():
        if cli.present(f"FLAGS.{word}"):
            flags |= flag
        elif cli.negated(f"FLAGS.{word}"):
            flags &= ~flag
    if cli.negated("FLAGS.CASE_INSENSITIVE"):
        flags |= ServiceFlag.CASE_SENSITIVE
    elif cli.present("FLAGS.CASE_INSENSITIVE"):
        flags &= ~ServiceFlag.CASE_SENSITIVE
    return flags


def _log_options(ctx: ImageContext) -> LogOption:
    if ctx.cli.present("LOG_OPTIONS.ALL"):
        return LogOption(511)
    options = LogOption(0)
    for option in LogOption:
        if option.name and ctx.cli.present(f"LOG_OPTIONS.{option.name}"):
            options |= option
    return options


async def set_noservice(ctx: ImageContext) -> ConditionValue:
    """SET NOSERVICE name: show the entry, ask, delete."""
    require_system(ctx.process, TCPIP.SERVERROR)
    database = ServiceDatabase(ctx.files)
    records = database.find(ctx.cli.value("NAME") or "")
    if not records:
        raise not_found()
    server = ctx.system.part(AuxiliaryServer)
    for record in records:
        if not ctx.cli.negated("CONFIRM"):
            ctx.write("")
            ctx.write(_HEADER)
            ctx.write("")
            ctx.write(brief_line(record, server.find(record.name) is not None))
            if not await confirmed(ctx):
                continue
        database.remove(record.name, ctx.cli.value("ADDRESS") or "")
    return SS.NORMAL.value
