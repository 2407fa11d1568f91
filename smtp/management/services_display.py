"""SHOW SERVICE: what is defined and, where it runs, how.

Of a service that is enabled the record is shown as it was when it was enabled, with its counters; /PERMANENT shows the database instead.

Source: displays: brief exact (captured), full words and order captured, columns as in the reference. fidelity: the lines of reject lists and RPC, which
no capture shows and which are left out when they are empty.
"""

from __future__ import annotations

from smtp.facility import TCPIP
from smtp.management.common import defined, not_found
from smtp.management.selection import shown_networks
from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.wildcard import match
from vmsemu.images.context import ImageContext
from vmsemu.net.auxiliary import AuxiliaryServer
from vmsemu.net.running_service import RunningService
from vmsemu.net.service import ServiceDatabase, ServiceRecord
from vmsemu.tables.facilities import SS

HEADER = f"{'Service':<16}{'Port':>8}  {'Proto':<9}{'Process':<17}{'Address':<19}State"
_ALL = "0.0.0.0"


async def show_service(ctx: ImageContext) -> ConditionValue:
    """SHOW SERVICE [name] [/ADDRESS=ip] [/FULL] [/OUTPUT=file] [/PERMANENT] [/PORT=n] [/PROCESS=name] [/PROTOCOL=p] [/RPC]

    Errors: TCPIP.NORECORD; TCPIP.SERVERROR when the database can not be read.
    """
    server, permanent, full = ctx.system.part(AuxiliaryServer), ctx.cli.present("PERMANENT"), ctx.cli.present("FULL")
    records = [record for record in _records(ctx, server, permanent) if _selected(ctx, record)]
    if not records:
        raise not_found()
    for line in [""] if full else ["", HEADER, ""]:
        ctx.write(line)
    for at, record in enumerate(records):
        running = server.find(record.name, record.address)
        shown = running.record if running is not None and not permanent else record
        if full and at:
            ctx.write("")
        for line in full_lines(shown, running) if full else [brief_line(shown, running is not None)]:
            ctx.write(line)
    return SS.NORMAL.value


def _records(ctx: ImageContext, server: AuxiliaryServer, permanent: bool) -> list[ServiceRecord]:
    """The entries of that name, and, as long as they run, those whose entry was deleted. Errors: TCPIP.SERVERROR when the database can not be read."""
    pattern = (ctx.cli.value("NAME") or "*").upper()
    try:
        records = ServiceDatabase(ctx.files).find(pattern)
    except VmsError as error:
        raise TCPIP.SERVERROR.error(cause=error) from None
    defined_here = {(record.name, record.address) for record in records}
    running = [] if permanent else [service.record for service in server if match(pattern, service.record.name)]
    records += [record for record in running if (record.name, record.address) not in defined_here]
    return sorted(records, key=lambda record: (record.name, record.address))


def _selected(ctx: ImageContext, record: ServiceRecord) -> bool:
    """The qualifiers that choose."""
    cli = ctx.cli
    return not (
        (cli.present("PORT") and record.port != cli.integer("PORT"))
        or (cli.present("ADDRESS") and record.address != cli.value("ADDRESS"))
        or (cli.present("PROCESS") and not match((cli.value("PROCESS") or "").upper(), record.process_name.upper()))
        or (cli.present("PROTOCOL") and cli.value("PROTOCOL") not in record.protocols)
        or (cli.present("RPC") and not record.rpc_program)
    )


def brief_line(record: ServiceRecord, enabled: bool) -> str:
    """One line of the short display."""
    state = "Enabled" if enabled else "Disabled"
    process = defined(record.process_name)
    return f"{record.name:<16}{record.port:>8}  {record.protocol:<9}{process:<17}{record.address:<20}{state}"


def full_lines(record: ServiceRecord, running: RunningService | None) -> list[str]:
    """The long display; a service that is not enabled has a short one."""
    user, process = defined(record.user_name), defined(record.process_name)
    first = f"Port:{record.port:>17}     Protocol:  {record.protocol:<16}Address:  {record.address}"
    if running is None:
        return [f"Service: {record.name}", f"{'':27}State:     Disabled", first, f"{'':27}User_name: {user:<16}Process:  {process}"]
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
        *_rpc_lines(record),
        "Security",
        f" Reject msg:  {defined(record.reject_message)}",
        f" Accept host: {', '.join(record.accept_hosts) or _ALL}",
        f" Accept netw: {shown_networks(record.accept_networks)}",
        *([f" Reject host: {', '.join(record.reject_hosts)}"] if record.reject_hosts else []),
        *([f" Reject netw: {shown_networks(record.reject_networks)}"] if record.reject_networks else []),
    ]


def _rpc_lines(record: ServiceRecord) -> list[str]:
    if not record.rpc_program:
        return []
    numbers = f" Program:{record.rpc_program:>13}     Low version:{record.rpc_lowest:>4}     High version:{record.rpc_highest:>4}"
    return ["RPC Opts", numbers, ""]
