"""SET, SHOW and CREATE HOST: the local hosts database, and what BIND says of a name.

A name finds the whole host, whether it is its primary name or an alias; names keep their case and match without it.
Source: Management Command Reference, HOST commands; layout and messages captured on a later version.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from smtp.config.resolver import process_resolver
from smtp.facility import TCPIP
from smtp.management.common import confirmed, not_found
from smtp.management.lookup import host_address, host_name
from smtp.routing.databases import HostDatabase, HostRecord, NetworkDatabase
from vmsemu.base.condition import ConditionValue, MessageDefinition, VmsError
from vmsemu.base.wildcard import is_wild, match
from vmsemu.images.context import ImageContext
from vmsemu.net.address import is_address
from vmsemu.net.resolver import AddressLookup, LookupStatus, Resolver
from vmsemu.net.stack import NetworkStack
from vmsemu.tables.facilities import RMS, SS

_NAME = 255


@dataclass(frozen=True, slots=True)
class Wording:
    """In what the commands for hosts and for networks differ. `words` heads the columns."""

    database: type[HostDatabase]
    refusal: MessageDefinition
    alias: MessageDefinition
    added: MessageDefinition
    duplicate: MessageDefinition
    words: tuple[str, str]


HOSTS = Wording(HostDatabase, TCPIP.HOSTERROR, TCPIP.ALIAS, TCPIP.INFOADDED, TCPIP.DUPHOSTNAME, ("Host address", "Host name"))
NETWORKS = Wording(NetworkDatabase, TCPIP.NETERROR, TCPIP.NETALIAS, TCPIP.NETADDED, TCPIP.DUPNETNAME, ("Network address", "Network name"))


def failed(wording: Wording, error: VmsError) -> VmsError:
    """A failure of the database as the commands say it: a file that is not there in its own words."""
    if error.matches(RMS.FNF):
        return wording.refusal.error(cause=TCPIP.NOFILE(wording.database.SPEC, cause=error.message))
    return wording.refusal.error(cause=error)


def all_records(ctx: ImageContext, wording: Wording) -> list[HostRecord]:
    """The whole database. Errors: the refusal, with TCPIP.NOFILE when there is none."""
    try:
        ctx.files.open_indexed(wording.database.SPEC, wording.database.DEFAULT).close()
        return wording.database(ctx.files).all()
    except VmsError as error:
        raise failed(wording, error) from None


def chosen(records: list[HostRecord], name: str, address: str) -> list[HostRecord]:
    """All names of the hosts that a name, which may be wild, and an address select."""
    if is_address(name):
        name, address = "", name
    found = dict.fromkeys(r.address for r in records if (not name or match(name, r.name)) and address in ("", r.address))
    return [r for r in records if r.address in found]


async def set_host(ctx: ImageContext) -> ConditionValue:
    """SET HOST name /ADDRESS=a.b.c.d [/ALIAS=(name,...)] [/CONFIRM]"""
    return await set_entry(ctx, HOSTS, ctx.cli.value("HOST") or "")


async def set_entry(ctx: ImageContext, wording: Wording, name: str) -> ConditionValue:
    """Add an entry; aliases of one that is there are added to it, with /NOALIAS taken from it."""
    address = ctx.cli.value("ADDRESS") or ""
    if not is_address(address):
        raise wording.refusal.error(cause=TCPIP.INVQUAL("ADDRESS"))
    if ctx.cli.negated("ALIAS"):
        found = [r for r in all_records(ctx, wording) if r.address == address]
        if not any(r.name.lower() == name.lower() for r in found):
            raise wording.refusal.error(cause=TCPIP.NORECORD(cause=RMS.RNF()))
        return _remove_aliases(ctx, wording, found)
    aliases = ctx.cli.values("ALIAS") if ctx.cli.present("ALIAS") else []
    if any(not 0 < len(text) <= _NAME for text in (name, *aliases)):
        raise wording.refusal.error(cause=TCPIP.INVQUAL("ALIAS") if 0 < len(name) <= _NAME else SS.BADPARAM)
    records = all_records(ctx, wording)
    known = [r for r in records if r.name.lower() == name.lower() and not r.alias]
    there = {r.name for r in records if r.address == address}
    new = [HostRecord(alias, address, True) for alias in dict.fromkeys(aliases) if alias not in there]
    if not any(r.address == address for r in known):
        new.insert(0, HostRecord(name, address))
    elif not new:
        raise wording.refusal.error(cause=RMS.DUP)
    if ctx.cli.present("CONFIRM") and not await _asked(ctx, wording, new):
        return SS.NORMAL.value
    try:
        wording.database(ctx.files).add(*new)
    except VmsError as error:
        raise failed(wording, error) from None
    if known and not new[0].alias:
        return ctx.put_message(wording.added(cause=wording.duplicate(name)))
    return SS.NORMAL.value


def _remove_aliases(ctx: ImageContext, wording: Wording, names: list[HostRecord]) -> ConditionValue:
    """Take the aliases that /ALIAS names, or all, from one entry. Errors: the refusal with TCPIP.NORECORD for a name that is no alias of it."""
    wanted = [text.lower() for text in ctx.cli.values("ALIAS")]
    aliases = {r.name for r in names if r.alias and (not wanted or r.name.lower() in wanted)}
    if not aliases or not set(wanted) <= {alias.lower() for alias in aliases}:
        raise wording.refusal.error(cause=TCPIP.NORECORD(cause=RMS.RNF()))
    try:
        wording.database(ctx.files).remove(names[0].address, aliases)
    except VmsError as error:
        raise failed(wording, error) from None
    return SS.NORMAL.value


async def _asked(ctx: ImageContext, wording: Wording, records: list[HostRecord]) -> bool:
    """Show what would be added and ask. fidelity: the words of the question are not known."""
    for line in local_lines(records, wording):
        ctx.write(line)
    return await confirmed(ctx, "Add? [N]: ")


async def set_nohost(ctx: ImageContext) -> ConditionValue:
    """SET NOHOST name [/ADDRESS=a.b.c.d] [/[NO]ALIAS=name] [/[NO]CONFIRM]"""
    return await remove_entries(ctx, HOSTS, ctx.cli.value("HOST") or "")


async def remove_entries(ctx: ImageContext, wording: Wording, name: str) -> ConditionValue:
    """Remove hosts with all their names, each after a question. Errors: the refusal with `alias` for an alias, with TCPIP.NORECORD for nothing."""
    records = all_records(ctx, wording)
    found = chosen(records, name, ctx.cli.value("ADDRESS") or "")
    if not found:
        raise wording.refusal.error(cause=TCPIP.NORECORD(cause=RMS.RNF()))
    if not is_wild(name) and not any(match(name, r.name) or r.address == name for r in found if not r.alias):
        raise wording.refusal.error(cause=wording.alias)
    for address in dict.fromkeys(r.address for r in found):
        names = [r for r in found if r.address == address]
        if ctx.cli.present("ALIAS"):
            _remove_aliases(ctx, wording, names)
            continue
        if not ctx.cli.negated("CONFIRM"):
            for line in local_lines(names, wording):
                ctx.write(line)
            if not await confirmed(ctx):
                continue
        try:
            wording.database(ctx.files).remove(address)
        except VmsError as error:
            raise failed(wording, error) from None
    return SS.NORMAL.value


async def create_host(ctx: ImageContext) -> ConditionValue:
    """CREATE HOST: a new hosts database."""
    return create_database(ctx, HOSTS)


def create_database(ctx: ImageContext, wording: Wording) -> ConditionValue:
    """Errors: the refusal with RMS.FEX when there is one already."""
    if ctx.files.exists(wording.database.SPEC, wording.database.DEFAULT):
        raise wording.refusal.error(cause=RMS.FEX)
    try:
        wording.database(ctx.files).create()
    except VmsError as error:
        raise wording.refusal.error(cause=error) from None
    return SS.NORMAL.value


async def show_host(ctx: ImageContext) -> ConditionValue:
    """SHOW HOST [name | address] [/ADDRESS=a.b.c.d] [/DOMAIN=domain] [/LOCAL] [/SERVER=server]"""
    name, address = ctx.cli.value("HOST") or "", ctx.cli.value("ADDRESS") or ""
    if is_address(name):
        name, address = "", name
    if ctx.cli.present("ADDRESS") and not is_address(address):
        raise TCPIP.HOSTERROR.error(cause=TCPIP.INVQUAL("ADDRESS"))
    if ctx.cli.present("DOMAIN"):
        name = f"{name}.{(ctx.cli.value('DOMAIN') or '').strip('.')}"
    if not ctx.cli.present("SERVER"):
        records = chosen(all_records(ctx, HOSTS), name, address)
        if records:
            for line in local_lines(records):
                ctx.write(line)
            return SS.NORMAL.value
    answer = await _from_bind(ctx, name, address)
    if answer is None or answer.status is not LookupStatus.FOUND:
        raise not_found()
    for line in ("", "     BIND database", "", server_line(ctx, answer.server, 9, 19), "", f"{HOSTS.words[0]:<16}{HOSTS.words[1]}", ""):
        ctx.write(line)
    for found in answer.addresses:
        ctx.write(f"{found:<16}{answer.name}")
    return SS.NORMAL.value


async def _from_bind(ctx: ImageContext, name: str, address: str) -> AddressLookup | None:
    """What BIND says, from the server that is asked for or those of the resolver; None when it is not to be asked."""
    if ctx.cli.present("LOCAL") or is_wild(name) or not (name or address):
        return None
    resolver = process_resolver(ctx.process)
    if ctx.cli.present("SERVER"):
        server = await host_address(ctx, ctx.cli.value("SERVER") or "", TCPIP.HOSTERROR)
        stack = ctx.system.part(NetworkStack)
        resolver = stack.resolver(ctx.system, replace(resolver.options if resolver else stack.resolver_options, servers=(server,)))
    if resolver is None:
        return None
    return await _asked_of(resolver, name, address)


async def _asked_of(resolver: Resolver, name: str, address: str) -> AddressLookup:
    return await resolver.query_ptr(address) if address else await resolver.query_a(name)


def local_lines(records: list[HostRecord], wording: Wording = HOSTS) -> list[str]:
    """The LOCAL database display, blanks and all, in order of the primary names."""
    lines = ["       ", "     LOCAL database", "  ", f"{wording.words[0]:<16}{wording.words[1]}", " "]
    primaries = [r for r in records if not r.alias]
    shown = {r.address for r in primaries}
    for primary in (*primaries, *(r for r in records if r.address not in shown)):
        names = [primary.name, *(r.name for r in records if r.alias and r.address == primary.address and r is not primary)]
        lines.append(f"{primary.address:<16}{', '.join(names)}")
    return lines


def server_line(ctx: ImageContext, address: str, first: int, second: int) -> str:
    """`Server:` with the address and, when the hosts database knows it, the name of the server that answered."""
    name = host_name(ctx, address)
    return f"{'Server:':<{first}}{address:<{second}}{name if name != address else ''}".rstrip()
