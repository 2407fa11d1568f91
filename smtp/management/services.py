"""SET SERVICE and SET NOSERVICE: the services database.

A change there is no change of what runs: that takes DISABLE and ENABLE SERVICE (service_control.py). Both commands take SYSPRV or BYPASS. Of an entry
that is there, the service, its address, port, protocol and process name can not be changed: it is deleted and made again. Every value is checked before
anything is written.

Source: Management Command Reference, SET SERVICE. fidelity: the words of refusals; the keywords of /SOCKET_OPTIONS beyond KEEPALIVE, RECEIVE and SEND;
what /SEPARATOR separates is not known, so it is refused. /INACTIVITY is not in the manual's list, though every display has the value.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from smtp.facility import TCPIP
from smtp.management.common import confirmed, not_found, require_system
from smtp.management.selection import access_lists
from smtp.management.services_display import HEADER, brief_line
from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.images.context import ImageContext
from vmsemu.net.address import is_address
from vmsemu.net.auxiliary import AuxiliaryServer
from vmsemu.net.service import NAME_SIZE, LogOption, ServiceDatabase, ServiceFlag, ServiceRecord, SocketOption
from vmsemu.tables.facilities import SS

_REQUIRED = ("FILE", "PORT", "PROCESS_NAME", "USER_NAME")
_FIXED = ("PORT", "PROCESS_NAME")
_PROCESS_NAME = 15
_WORD = 65535
_NAME = re.compile(r"[A-Z0-9$_]+\Z")
_FLAGS = {"APPLICATION_PROXY": ServiceFlag.APPLICATION_PROXY, "MULTITHREAD": ServiceFlag.MULTITHREAD}
_SOCKET_OPTIONS = {"KEEPALIVE": SocketOption.KEEPALIVE, "RCHECK": SocketOption.RECEIVE_CHECK, "SCHECK": SocketOption.SEND_CHECK}
_ALL_EVENTS = LogOption(sum(option.value for option in LogOption))


def invalid(qualifier: str) -> VmsError:
    """A value that makes no sense, or a qualifier that is missing or may not be there."""
    return TCPIP.SERVERROR.error(cause=TCPIP.INVQUAL(qualifier))


async def set_service(ctx: ImageContext) -> ConditionValue:
    """SET SERVICE name /FILE= /PORT= /PROCESS_NAME= /USER_NAME= [...]: a new entry, or the changeable part of one that is there.

    Errors: TCPIP.SERVERROR, with SS.NOPRIV, SS.BADPARAM (the name), TCPIP.INVQUAL (a value), SS.DUPLNAM (what can not be changed) or an RMS condition.
    """
    require_system(ctx.process, TCPIP.SERVERROR)
    cli = ctx.cli
    name = (cli.value("NAME") or "").upper()
    if len(name) > NAME_SIZE or not _NAME.match(name):
        raise TCPIP.SERVERROR.error(cause=SS.BADPARAM)
    address = cli.value("ADDRESS") or ""
    if cli.present("ADDRESS") and not is_address(address):
        raise invalid("ADDRESS")
    try:
        database = ServiceDatabase(ctx.files)
        old = _entry(database, name, address)
        record = replace(
            old or ServiceRecord(name), **await _changes(ctx, old or ServiceRecord(name, address=address or "0.0.0.0"), old is None)
        )
        database.put(record)
    except VmsError as error:
        raise error if error.matches(TCPIP.SERVERROR) else TCPIP.SERVERROR.error(cause=error) from None
    if old is not None and ctx.system.part(AuxiliaryServer).running:
        ctx.system.part(AuxiliaryServer).modified(record)
    return SS.NORMAL.value


def _entry(database: ServiceDatabase, name: str, address: str) -> ServiceRecord | None:
    """The entry that is to be changed: that of the address, or, without one, the only entry of the name. Errors: TCPIP.SERVERROR when it is not clear."""
    records = database.find(name, address)
    if len(records) > 1:
        raise invalid("ADDRESS")
    return records[0] if records else None


async def _changes(ctx: ImageContext, record: ServiceRecord, new: bool) -> dict[str, Any]:
    """What the qualifiers say."""
    cli = ctx.cli
    if cli.present("SEPARATOR"):
        raise TCPIP.SERVERROR.error(cause=TCPIP.NOTIMPL("/SEPARATOR"))
    for qualifier in _REQUIRED:
        if new and not cli.present(qualifier):
            raise invalid(qualifier)
    if not new and any(cli.present(qualifier) for qualifier in _FIXED):
        raise TCPIP.SERVERROR.error(cause=SS.DUPLNAM)
    changes: dict[str, Any] = {"address": record.address}
    for qualifier in ("FILE", "USER_NAME", "PROCESS_NAME"):
        if cli.present(qualifier):
            changes[qualifier.lower()] = cli.value(qualifier) or ""
    if "process_name" in changes:
        changes["process_name"] = changes["process_name"][:_PROCESS_NAME]
    for qualifier, low in (("PORT", 1), ("LIMIT", 1), ("INACTIVITY", 0)):
        if cli.present(qualifier):
            changes[qualifier.lower()] = _number(ctx, qualifier, low, _WORD, qualifier)
    changes.update(_protocol(ctx, record, new))
    if cli.present("FLAGS"):
        changes["flags"] = _flags(ctx, record.flags)
    changes.update(_log_options(ctx, record))
    changes.update(_socket_options(ctx, record))
    changes.update(_rpc(ctx))
    changes.update(await _access(ctx, record))
    return changes


def _number(ctx: ImageContext, path: str, low: int, high: int, qualifier: str) -> int:
    number = ctx.cli.integer(path)
    if not low <= number <= high:
        raise invalid(qualifier)
    return number


def _protocol(ctx: ImageContext, record: ServiceRecord, new: bool) -> dict[str, Any]:
    """/PROTOCOL=(TCP=([NO]DELAY,DROP_COUNT=n,PROBE_TIMER=n),UDP). Only the options of an entry that is there may change."""
    cli = ctx.cli
    if not cli.present("PROTOCOL"):
        return {}
    if cli.present("PROTOCOL.IP"):
        raise TCPIP.SERVERROR.error(cause=TCPIP.NOTIMPL("/PROTOCOL=IP"))
    protocol = ",".join(word for word in ("TCP", "UDP") if cli.present(f"PROTOCOL.{word}"))
    if not new and protocol != record.protocol:
        raise TCPIP.SERVERROR.error(cause=SS.DUPLNAM)
    changes: dict[str, Any] = {"protocol": protocol}
    for keyword in ("DROP_COUNT", "PROBE_TIMER"):
        if cli.present(f"PROTOCOL.TCP.{keyword}"):
            changes[keyword.lower()] = _number(ctx, f"PROTOCOL.TCP.{keyword}", 1, _WORD, "PROTOCOL")
    if cli.present("PROTOCOL.TCP.DELAY") or cli.negated("PROTOCOL.TCP.DELAY"):
        changes["delay"] = cli.present("PROTOCOL.TCP.DELAY")
    return changes


def _flags(ctx: ImageContext, flags: ServiceFlag) -> ServiceFlag:
    """/FLAGS. There is no proxy database that an account could come from."""
    cli = ctx.cli
    if cli.present("FLAGS.PROXY"):
        raise TCPIP.SERVERROR.error(cause=TCPIP.NOTIMPL("/FLAGS=PROXY"))
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


def _log_options(ctx: ImageContext, record: ServiceRecord) -> dict[str, Any]:
    """/LOG_OPTIONS: ALL and NONE first, then what is named is added or, with NO, taken away."""
    cli = ctx.cli
    if not cli.present("LOG_OPTIONS"):
        return {}
    options = record.log_options
    if cli.present("LOG_OPTIONS.ALL"):
        options = _ALL_EVENTS
    elif cli.present("LOG_OPTIONS.NONE"):
        options = LogOption(0)
    for option in LogOption:
        if cli.present(f"LOG_OPTIONS.{option.name}"):
            options |= option
        elif cli.negated(f"LOG_OPTIONS.{option.name}"):
            options &= ~option
    changes: dict[str, Any] = {"log_options": options}
    if cli.present("LOG_OPTIONS.FILE") or cli.negated("LOG_OPTIONS.FILE"):
        changes["log_file"] = "" if cli.negated("LOG_OPTIONS.FILE") else cli.value("LOG_OPTIONS.FILE") or ""
        if cli.present("LOG_OPTIONS.FILE") and not changes["log_file"]:
            raise invalid("LOG_OPTIONS")
    return changes


def _socket_options(ctx: ImageContext, record: ServiceRecord) -> dict[str, Any]:
    """/SOCKET_OPTIONS=([NO]KEEPALIVE,[NO]RCHECK,[NO]SCHECK,RECEIVE=bytes,SEND=bytes)"""
    cli = ctx.cli
    options = record.socket_options
    for word, option in _SOCKET_OPTIONS.items():
        if cli.present(f"SOCKET_OPTIONS.{word}"):
            options |= option
        elif cli.negated(f"SOCKET_OPTIONS.{word}"):
            options &= ~option
    changes: dict[str, Any] = {"socket_options": options}
    for word in ("RECEIVE", "SEND"):
        if cli.present(f"SOCKET_OPTIONS.{word}"):
            changes[word.lower()] = _number(ctx, f"SOCKET_OPTIONS.{word}", 0, _WORD, "SOCKET_OPTIONS")
    return changes


def _rpc(ctx: ImageContext) -> dict[str, Any]:
    """/RPC=(PROGRAM_NUMBER=n,VERSION_NUMBER=(LOWEST=n,HIGHEST=n)): for the portmapper, when there is one."""
    cli = ctx.cli
    changes: dict[str, Any] = {}
    for field, path in (
        ("rpc_program", "RPC.PROGRAM_NUMBER"),
        ("rpc_lowest", "RPC.VERSION_NUMBER.LOWEST"),
        ("rpc_highest", "RPC.VERSION_NUMBER.HIGHEST"),
    ):
        if cli.present(path):
            changes[field] = _number(ctx, path, 0, 0x7FFFFFFF, "RPC")
    if changes.get("rpc_lowest", 0) > changes.get("rpc_highest", changes.get("rpc_lowest", 0)):
        raise invalid("RPC")
    return changes


async def _access(ctx: ImageContext, record: ServiceRecord) -> dict[str, Any]:
    """/ACCEPT and /REJECT"""
    cli = ctx.cli
    changes: dict[str, Any] = {}
    for qualifier, hosts, networks in (("ACCEPT", "accept_hosts", "accept_networks"), ("REJECT", "reject_hosts", "reject_networks")):
        if cli.present(qualifier):
            if any(cli.present(f"{qualifier}.{word}") and not cli.values(f"{qualifier}.{word}") for word in ("HOSTS", "NETWORKS")):
                raise invalid(qualifier)
            lists = await access_lists(ctx, qualifier, getattr(record, hosts), getattr(record, networks), TCPIP.SERVERROR)
            changes[hosts], changes[networks] = lists
    if cli.present("REJECT.MESSAGE") or cli.negated("REJECT.MESSAGE"):
        text = "" if cli.negated("REJECT.MESSAGE") else cli.value("REJECT.MESSAGE") or ""
        if len(text) > 255 or (cli.present("REJECT.MESSAGE") and not text):
            raise invalid("REJECT")
        changes["reject_message"] = text
    return changes


async def set_noservice(ctx: ImageContext) -> ConditionValue:
    """SET NOSERVICE [name]: show the entry, ask, delete. Without a name, all of them. What is enabled goes on until it is disabled.

    /NOCONFIRM does not ask. Errors: TCPIP.NORECORD; TCPIP.SERVERROR as SET SERVICE.
    """
    require_system(ctx.process, TCPIP.SERVERROR)
    cli = ctx.cli
    pattern = cli.value("NAME") or "*"
    try:
        database = ServiceDatabase(ctx.files)
        records = database.find(pattern.upper(), cli.value("ADDRESS") or "")
        if not records:
            raise not_found()
        server = ctx.system.part(AuxiliaryServer)
        for record in records:
            if not cli.negated("CONFIRM"):
                enabled = server.find(record.name, record.address) is not None
                for line in ("", HEADER, "", brief_line(record, enabled)):
                    ctx.write(line)
                if not await confirmed(ctx):
                    continue
            database.remove(record.name, record.address)
    except VmsError as error:
        raise error if error.matches(TCPIP.SERVERROR, TCPIP.NORECORD) else TCPIP.SERVERROR.error(cause=error) from None
    return SS.NORMAL.value
