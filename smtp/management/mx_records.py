"""SET and SHOW MX_RECORD.

SHOW MX_RECORD with a destination shows every database SMTP routing would look at. Source: Management Command Reference, SHOW MX_RECORD (display of
the help library). fidelity: the display of the local MX database follows the pattern of the others.
"""

from __future__ import annotations

from smtp.config.resolver import process_resolver
from smtp.facility import TCPIP
from smtp.management.common import not_found
from smtp.management.hosts import local_lines, server_line
from smtp.management.lookup import host_address
from smtp.routing.databases import HostDatabase, LocalMx, MxDatabase
from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.images.context import ImageContext
from vmsemu.net.resolver import AddressLookup, LookupStatus, MxLookup
from vmsemu.tables.facilities import SS

_TITLE = 30


async def set_mx(ctx: ImageContext) -> ConditionValue:
    """SET MX_RECORD destination /GATEWAY=host /PREFERENCE=n"""
    destination, gateway = ctx.cli.value("DESTINATION") or "", ctx.cli.value("GATEWAY")
    for qualifier in ("GATEWAY", "PREFERENCE"):
        if not ctx.cli.present(qualifier):
            raise TCPIP.MXERROR.error(cause=TCPIP.INVQUAL(qualifier))
    preference = ctx.cli.integer("PREFERENCE")
    if not 0 <= preference <= 65535 or not gateway or len(destination) > 254:
        raise TCPIP.MXERROR.error(cause=TCPIP.INVQUAL("PREFERENCE"))
    await host_address(ctx, gateway, TCPIP.MXERROR)
    try:
        MxDatabase(ctx.files).add(LocalMx(destination, gateway, preference))
    except VmsError as error:
        raise TCPIP.MXERROR.error(cause=error) from None
    return SS.NORMAL.value


async def set_nomx(ctx: ImageContext) -> ConditionValue:
    """SET NOMX_RECORD destination [/GATEWAY=host]"""
    try:
        removed = MxDatabase(ctx.files).remove(ctx.cli.value("DESTINATION") or "", ctx.cli.value("GATEWAY") or "")
    except VmsError as error:
        raise TCPIP.MXERROR.error(cause=error) from None
    if not removed:
        raise not_found()
    return SS.NORMAL.value


async def show_mx(ctx: ImageContext) -> ConditionValue:
    """SHOW MX_RECORD [destination] [/GATEWAY=host]"""
    destination, gateway = ctx.cli.value("DESTINATION") or "", (ctx.cli.value("GATEWAY") or "").lower()
    database = MxDatabase(ctx.files)
    try:
        records = database.find(destination) if destination else database.all()
    except VmsError as error:
        raise TCPIP.MXERROR.error(cause=error) from None
    local = [r for r in records if not gateway or r.gateway.lower() == gateway]
    lines = await _local_mx_lines(ctx, local) if local else []
    resolver = process_resolver(ctx.process)
    if destination and resolver is not None:
        answer = await resolver.query_mx(destination)
        if answer.status is LookupStatus.FOUND:
            lines += await _bind_mx_lines(ctx, answer, gateway)
        addresses = await resolver.query_a(destination)
        if addresses.status is LookupStatus.FOUND:
            lines += _bind_lines(ctx, addresses)
    try:
        hosts = HostDatabase(ctx.files).find(destination) if destination else []
    except VmsError as error:
        raise TCPIP.MXERROR.error(cause=error) from None
    lines += local_lines(hosts) if hosts else []
    if not lines:
        raise not_found()
    for line in lines:
        ctx.write(line)
    return SS.NORMAL.value


async def _local_mx_lines(ctx: ImageContext, records: list[LocalMx]) -> list[str]:
    lines = ["", f"{'':{_TITLE}}LOCAL MX database", "", f"{'Destination':<24}{'Gate address':<17}{'Preference':<13}Gate name", ""]
    for record in records:
        try:
            address = await host_address(ctx, record.gateway, TCPIP.MXERROR)
        except VmsError:
            address = ""  # nobody knows the gateway any more
        lines.append(f"{record.destination:<24}{address:<17}{record.preference:<13}{record.gateway}")
    return lines


async def _bind_mx_lines(ctx: ImageContext, answer: MxLookup, gateway: str) -> list[str]:
    resolver = process_resolver(ctx.process)
    lines = ["", f"{'':{_TITLE}}BIND MX database", "", server_line(ctx, answer.server, 17, 17), ""]
    lines += [f"{'Gate address':<17}{'Preference':<17}Gate name", ""]
    for record in sorted(answer.records, key=lambda r: r.preference):
        if gateway and record.exchange.lower() != gateway:
            continue
        found = await resolver.query_a(record.exchange) if resolver is not None else None
        address = found.addresses[0] if found is not None and found.addresses else ""
        lines.append(f"{address:<17}{record.preference:<17}{record.exchange}")
    return lines


def _bind_lines(ctx: ImageContext, answer: AddressLookup) -> list[str]:
    lines = ["", f"{'':{_TITLE}}BIND database", "", server_line(ctx, answer.server, 17, 17), "", f"{'Host address':<34}Host name", ""]
    return lines + [f"{address:<34}{answer.name}" for address in answer.addresses]
