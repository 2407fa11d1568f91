"""SET and SHOW COMMUNICATION, permanent and active: the local host, its domain, and whom the node talks to at all.

The active settings are logical names (TCPIP$INET_HOST, _HOSTADDR, _DOMAIN) and the lists of the network layer; SMTP reads its own name there.
Source: Management Command Reference, SET COMMUNICATION. fidelity: the displays are not known; those here are proposed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from smtp.config.database import ConfigurationDatabase
from smtp.config.network import COMMUNICATION, Communication
from smtp.facility import TCPIP
from smtp.management.common import not_configured, not_found, require_any, require_running, require_system
from smtp.management.lookup import known_host, shown_names
from smtp.management.selection import access_lists, shown_networks
from vmsemu.base.condition import ConditionValue, MessageDefinition
from vmsemu.base.privilege import Privilege
from vmsemu.images.context import ImageContext
from vmsemu.lnm.names import AccessMode
from vmsemu.net.stack import NetworkStack
from vmsemu.tables.facilities import SS

TABLE = "LNM$SYSTEM_TABLE"
_MAXIMUM_PROXIES = 65535


async def set_communication(ctx: ImageContext) -> ConditionValue:
    """SET COMMUNICATION [/ACCEPT=] [/DOMAIN=] [/LOCAL_HOST=] [/PROXIES=] [/REJECT=]"""
    require_any(ctx.process, TCPIP.COMMERROR, Privilege.OPER)
    if ctx.cli.present("DOMAIN"):
        require_system(ctx.process, TCPIP.COMMERROR)
    require_running(ctx, TCPIP.COMMERROR)
    stack = ctx.system.part(NetworkStack)
    changes = await _changes(ctx, Communication(*_active(stack)), TCPIP.COMMERROR)
    host = changes.pop("local_host", "")
    name, addresses = await known_host(ctx, host, TCPIP.COMMERROR) if host else ("", [])
    if host:
        define_names(ctx, "INET_HOST", [name])
        define_names(ctx, "INET_HOSTADDR", addresses)
    domain = changes.pop("domain", None)
    if domain is not None:
        define_names(ctx, "INET_DOMAIN", [domain])
    apply_access(stack, replace(Communication(*_active(stack)), **changes))
    return SS.NORMAL.value


def _active(stack: NetworkStack) -> tuple[Any, ...]:
    layer = stack.network
    accept, reject = layer.accepts, layer.rejects
    return "", "", accept.hosts, accept.networks, reject.hosts, reject.networks, stack.proxies


def apply_access(stack: NetworkStack, communication: Communication) -> None:
    """Make the lists and the size of the proxy cache those of a configuration."""
    stack.network.set_access(
        (communication.accept_hosts, communication.accept_networks), (communication.reject_hosts, communication.reject_networks)
    )
    stack.proxies = communication.proxies


def define_names(ctx: ImageContext, name: str, values: list[str]) -> None:
    """Define TCPIP$`name`, and UCX$`name` for old programs; without values take them away."""
    for prefix in ("TCPIP", "UCX"):
        if values:
            ctx.system.logical_names.define_system(f"{prefix}${name}", *values)
        else:
            remove_name(ctx, f"{prefix}${name}")


def remove_name(ctx: ImageContext, name: str) -> None:
    """Take a name out of the system table, where there is one."""
    if ctx.process.names.translate(name, TABLE) is not None:
        ctx.process.names.delete(name, TABLE, AccessMode.EXEC)


async def set_config_communication(ctx: ImageContext) -> ConditionValue:
    """SET CONFIGURATION COMMUNICATION, with the qualifiers of SET COMMUNICATION."""
    require_system(ctx.process, TCPIP.CONFIGERROR)
    database = ConfigurationDatabase(ctx.files)
    node = ctx.system.node_name
    old = Communication.from_items(database.get(node, COMMUNICATION) or {})
    database.put(node, COMMUNICATION, replace(old, **await _changes(ctx, old, TCPIP.CONFIGERROR)).to_items())
    return SS.NORMAL.value


async def set_config_nocommunication(ctx: ImageContext) -> ConditionValue:
    """SET CONFIGURATION NOCOMMUNICATION: delete the record."""
    require_system(ctx.process, TCPIP.CONFIGERROR)
    if not ConfigurationDatabase(ctx.files).remove(ctx.system.node_name, COMMUNICATION):
        raise not_found()
    return SS.NORMAL.value


async def _changes(ctx: ImageContext, old: Communication, refusal: MessageDefinition) -> dict[str, Any]:
    """What the qualifiers say. Errors: `refusal` with TCPIP.INVQUAL, TCPIP.IVHOST."""
    cli = ctx.cli
    changes: dict[str, Any] = {}
    if cli.present("LOCAL_HOST"):
        changes["local_host"] = (cli.value("LOCAL_HOST") or "").lower()
    if cli.present("DOMAIN"):
        changes["domain"] = (cli.value("DOMAIN") or "").lower().strip(".")
    if cli.present("PROXIES"):
        proxies = cli.integer("PROXIES")
        if not 0 <= proxies <= _MAXIMUM_PROXIES:
            raise refusal.error(cause=TCPIP.INVQUAL("PROXIES"))
        changes["proxies"] = proxies
    for word in ("ACCEPT", "REJECT"):
        hosts, networks = f"{word.lower()}_hosts", f"{word.lower()}_networks"
        if cli.present(word):
            changes[hosts], changes[networks] = await access_lists(ctx, word, getattr(old, hosts), getattr(old, networks), refusal)
    return changes


async def show_communication(ctx: ImageContext) -> ConditionValue:
    """SHOW COMMUNICATION"""
    stack = ctx.system.part(NetworkStack)

    def name(text: str) -> str:
        found = ctx.process.names.translate(f"TCPIP$INET_{text}", TABLE)
        return found.translations[0].equivalence if found is not None else ""

    active = replace(Communication(*_active(stack)), local_host=name("HOST"), domain=name("DOMAIN"))
    for line in _lines(ctx, "Communication Parameters", active):
        ctx.write(line)
    return SS.NORMAL.value


def configured_communication(ctx: ImageContext) -> list[str]:
    """SHOW CONFIGURATION COMMUNICATION. Errors: TCPIP.CONFIGERROR with TCPIP.NORECORD when there is none."""
    items = ConfigurationDatabase(ctx.files).get(ctx.system.node_name, COMMUNICATION)
    if items is None:
        raise not_configured()
    return _lines(ctx, "Communication Configuration", Communication.from_items(items))


def _lines(ctx: ImageContext, title: str, settings: Communication) -> list[str]:
    lines = ["", title, "", f" Local host:   {settings.local_host:<18} Domain:     {settings.domain}".rstrip(), ""]
    for word, hosts, networks in (
        ("Accept", settings.accept_hosts, settings.accept_networks),
        ("Reject", settings.reject_hosts, settings.reject_networks),
    ):
        listed = word == "Accept"  # 0.0.0.0 stands for everybody: an empty list of who is rejected is left out
        shown = [f" {word} host:  {shown_names(ctx, hosts) or '0.0.0.0'}"] if hosts or listed else []
        shown += [f" {word} netw:  {shown_networks(networks)}"] if networks or listed else []
        lines += [*shown, ""] if shown else []
    return [*lines, f" Proxies:      {settings.proxies}"]
