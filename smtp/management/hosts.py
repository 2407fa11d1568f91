"""SET and SHOW HOST, SET and SHOW MX_RECORD.

SHOW HOST looks into the local database, then asks BIND; SHOW MX_RECORD with a destination shows every database SMTP routing would look at.
Source: Management Command Reference, SHOW MX_RECORD (display of the help library), SHOW HOST; LOCAL layout captured on a later version.
fidelity: the display of the local MX database follows the pattern of the others.
"""

from __future__ import annotations

from smtp.config.resolver import process_resolver
from smtp.facility import TCPIP
from smtp.management.common import not_found
from smtp.message.address import Address
from smtp.routing.databases import HostDatabase, HostRecord, LocalMx, MxDatabase
from vmsemu.base.condition import ConditionValue
from vmsemu.images.context import ImageContext
from vmsemu.net.resolver import AddressLookup, LookupStatus, MxLookup
from vmsemu.tables.facilities import RMS, SS

_TITLE = 30


async def set_host(ctx: ImageContext) -> ConditionValue:
    """SET HOST name /ADDRESS=a.b.c.d [/ALIAS=(name,...)]"""
    name, address = ctx.cli.value("HOST") or "", ctx.cli.value("ADDRESS") or ""
    if Address("x", address).literal is None or len(name) > 255:
        raise TCPIP.HOSTERROR.error(cause=TCPIP.INVQUAL("ADDRESS"))
    database = HostDatabase(ctx.files)
    known = [r for r in database.all() if r.name.lower() == name.lower() and not r.alias]
    if any(r.address == address for r in known):
        raise TCPIP.HOSTERROR.error(cause=RMS.DUP)
    aliases = [HostRecord(alias, address, True) for alias in ctx.cli.values("ALIAS")] if ctx.cli.present("ALIAS") else []
    database.add(HostRecord(name, address), *aliases)
    if known:
        return ctx.put_message(TCPIP.INFOADDED(cause=TCPIP.DUPHOSTNAME(name)))
    return SS.NORMAL.value


async def show_host(ctx: ImageContext) -> ConditionValue:
    """SHOW HOST [name | address] [/ADDRESS=a.b.c.d] [/LOCAL]"""
    database = HostDatabase(ctx.files)
    name = ctx.cli.value("HOST") or ""
    address = ctx.cli.value("ADDRESS") or Address("x", name or "x").literal
    if address:
        records = database.names(address)
    else:
        records = database.find(name) if name and name != "*" else database.all()
    if records:
        for line in local_host_lines(records):
            ctx.write(line)
        return SS.NORMAL.value
    resolver = process_resolver(ctx.process)
    if ctx.cli.present("LOCAL") or resolver is None or name in ("", "*"):
        raise not_found()
    answer = await resolver.query_ptr(address) if address else await resolver.query_a(name)
    if answer.status is not LookupStatus.FOUND:
        raise not_found()
    for line in ("", "     BIND database", "", _server(ctx, answer.server, 9, 19), "", "Host address    Host name", ""):
        ctx.write(line)
    for found in answer.addresses:
        ctx.write(f"{found:<16}{answer.name}")
    return SS.NORMAL.value


def local_host_lines(records: list[HostRecord]) -> list[str]:
    """The LOCAL database display, blanks and all."""
    lines = ["       ", "     LOCAL database", "  ", "Host address    Host name", " "]
    for primary in [r for r in records if not r.alias]:
        names = [primary.name, *(r.name for r in records if r.alias and r.address == primary.address)]
        lines.append(f"{primary.address:<16}{', '.join(names)}")
    return lines


def _server(ctx: ImageContext, address: str, first: int, second: int) -> str:
    """`Server:` with the address and, when the hosts database knows it, the name of the server that answered."""
    names = HostDatabase(ctx.files).names(address) if address else []
    return f"{'Server:':<{first}}{address:<{second}}{names[0].name if names else ''}".rstrip()


async def set_mx(ctx: ImageContext) -> ConditionValue:
    """SET MX_RECORD destination /GATEWAY=host /PREFERENCE=n"""
    destination, gateway = ctx.cli.value("DESTINATION") or "", ctx.cli.value("GATEWAY")
    for qualifier in ("GATEWAY", "PREFERENCE"):
        if not ctx.cli.present(qualifier):
            raise TCPIP.MXERROR.error(cause=TCPIP.INVQUAL(qualifier))
    preference = ctx.cli.integer("PREFERENCE")
    if not 0 <= preference <= 65535 or not gateway or len(destination) > 254:
        raise TCPIP.MXERROR.error(cause=TCPIP.INVQUAL("PREFERENCE"))
    MxDatabase(ctx.files).add(LocalMx(destination, gateway, preference))
    return SS.NORMAL.value


async def set_nomx(ctx: ImageContext) -> ConditionValue:
    """SET NOMX_RECORD destination [/GATEWAY=host]"""
    if not MxDatabase(ctx.files).remove(ctx.cli.value("DESTINATION") or "", ctx.cli.value("GATEWAY") or ""):
        raise not_found()
    return SS.NORMAL.value


async def show_mx(ctx: ImageContext) -> ConditionValue:
    """SHOW MX_RECORD [destination] [/GATEWAY=host]"""
    destination, gateway = ctx.cli.value("DESTINATION") or "", (ctx.cli.value("GATEWAY") or "").lower()
    database = MxDatabase(ctx.files)
    local = [r for r in (database.find(destination) if destination else database.all()) if not gateway or r.gateway.lower() == gateway]
    lines = _local_mx_lines(ctx, local) if local else []
    resolver = process_resolver(ctx.process)
    if destination and resolver is not None:
        answer = await resolver.query_mx(destination)
        if answer.status is LookupStatus.FOUND:
            lines += await _bind_mx_lines(ctx, answer, gateway)
        addresses = await resolver.query_a(destination)
        if addresses.status is LookupStatus.FOUND:
            lines += _bind_lines(ctx, addresses)
    hosts = HostDatabase(ctx.files).find(destination) if destination else []
    lines += local_host_lines(hosts) if hosts else []
    if not lines:
        raise not_found()
    for line in lines:
        ctx.write(line)
    return SS.NORMAL.value


def _local_mx_lines(ctx: ImageContext, records: list[LocalMx]) -> list[str]:
    hosts = HostDatabase(ctx.files)
    lines = ["", f"{'':{_TITLE}}LOCAL MX database", "", f"{'Destination':<24}{'Gate address':<17}{'Preference':<13}Gate name", ""]
    for record in records:
        address = next(iter(hosts.addresses(record.gateway)), "")
        lines.append(f"{record.destination:<24}{address:<17}{record.preference:<13}{record.gateway}")
    return lines


async def _bind_mx_lines(ctx: ImageContext, answer: MxLookup, gateway: str) -> list[str]:
    resolver = process_resolver(ctx.process)
    lines = ["", f"{'':{_TITLE}}BIND MX database", "", _server(ctx, answer.server, 17, 17), ""]
    lines += [f"{'Gate address':<17}{'Preference':<17}Gate name", ""]
    for record in sorted(answer.records, key=lambda r: r.preference):
        if gateway and record.exchange.lower() != gateway:
            continue
        found = await resolver.query_a(record.exchange) if resolver is not None else None
        address = found.addresses[0] if found is not None and found.addresses else ""
        lines.append(f"{address:<17}{record.preference:<17}{record.exchange}")
    return lines


def _bind_lines(ctx: ImageContext, answer: AddressLookup) -> list[str]:
    lines = ["", f"{'':{_TITLE}}BIND database", "", _server(ctx, answer.server, 17, 17), "", f"{'Host address':<34}Host name", ""]
    return lines + [f"{address:<34}{answer.name}" for address in answer.addresses]
