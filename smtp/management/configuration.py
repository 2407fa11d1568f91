"""SHOW CONFIGURATION; SET CONFIGURATION [NO]SMTP.

Source: Management Command Reference, SET CONFIGURATION SMTP; a captured SHOW CONFIGURATION SMTP gives words and order. fidelity: its columns,
and the words of refusals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from smtp.config.configuration import DEFAULT_LOG, MAXIMUM_QUEUES, SUBJECT, HeaderPlacement, SmtpConfiguration
from smtp.config.database import ConfigurationDatabase
from smtp.config.logicals import SmtpLogicals
from smtp.control_file.store import ACCOUNT
from smtp.facility import TCPIP
from smtp.management.common import defined, listing, not_configured, not_found, require_system
from smtp.management.communication import configured_communication
from smtp.management.interfaces import configured_interface_display
from smtp.management.name_service import configured_name_service
from smtp.management.protocols import configured_protocols
from smtp.management.service_control import configured_services
from smtp.node import SmtpNode
from vmsemu.base.condition import ConditionValue, Message, VmsError
from vmsemu.base.time import DeltaTime
from vmsemu.images.context import ImageContext
from vmsemu.tables.facilities import SS

_INTERVALS = (("INITIAL", "initial_interval"), ("RETRY", "retry_interval"), ("MAXIMUM", "maximum_interval"))
_TIMEOUTS = ("INITIAL", "MAIL", "RECEIPT", "DATA", "TERMINATION")


async def set_configuration_smtp(ctx: ImageContext) -> ConditionValue:
    """SET CONFIGURATION SMTP /qualifiers"""
    require_system(ctx.process, TCPIP.CONFIGERROR)
    database = ConfigurationDatabase(ctx.files)
    node = ctx.system.node_name
    old = SmtpConfiguration.from_items(database.get(node, SUBJECT) or {})
    database.put(node, SUBJECT, replace(old, **_changes(ctx)).to_items())
    ctx.system.part(SmtpNode).configuration_changed()
    return SS.NORMAL.value


async def set_configuration_nosmtp(ctx: ImageContext) -> ConditionValue:
    """SET CONFIGURATION NOSMTP: delete the record."""
    require_system(ctx.process, TCPIP.CONFIGERROR)
    if not ConfigurationDatabase(ctx.files).remove(ctx.system.node_name, SUBJECT):
        raise not_found()
    ctx.system.part(SmtpNode).configuration_changed()
    return SS.NORMAL.value


def _changes(ctx: ImageContext) -> dict[str, Any]:
    cli = ctx.cli
    changes: dict[str, Any] = {}
    for qualifier, low, high in (
        ("ADDRESS_RETRIES", 1, 65535),
        ("HOP_COUNT_MAXIMUM", 1, 65535),
        ("QUEUES", 1, MAXIMUM_QUEUES),
        ("RECEIVE_TIMEOUT", 1, 65535),
    ):
        if cli.present(qualifier):
            changes[qualifier.lower()] = _bounded(cli.integer(qualifier), low, high, qualifier)
    for keyword, field in (("ALTERNATE", "alternate_gateway"), ("GENERAL_PURPOSE", "general_gateway")):
        if cli.present(f"GATEWAY.{keyword}") or cli.negated(f"GATEWAY.{keyword}"):
            changes[field] = _name(ctx, f"GATEWAY.{keyword}", "GATEWAY")
    for keyword, field in _INTERVALS:
        if cli.present(f"INTERVAL.{keyword}"):
            changes[field] = _interval(cli.value(f"INTERVAL.{keyword}") or "")
    for keyword in _TIMEOUTS:
        if cli.present(f"SEND_TIMEOUT.{keyword}"):
            changes[f"send_{keyword.lower()}"] = _bounded(cli.integer(f"SEND_TIMEOUT.{keyword}"), 1, 65535, "SEND_TIMEOUT")
    if cli.negated("LOG"):
        changes["log_file"] = ""
    elif cli.present("LOG"):
        changes["log_file"] = cli.value("LOG") or DEFAULT_LOG
    if cli.present("SUBSTITUTE_DOMAIN.NAME") or cli.negated("SUBSTITUTE_DOMAIN.NAME"):
        changes["substitute_domain"] = _name(ctx, "SUBSTITUTE_DOMAIN.NAME", "SUBSTITUTE_DOMAIN")
        changes["substitute_none"] = cli.negated("SUBSTITUTE_DOMAIN.NAME")
    if cli.negated("ZONE"):
        changes["zone"] = ""
    elif cli.present("ZONE"):
        changes["zone"] = (cli.value("ZONE") or ctx.system.host_name.partition(".")[2]).lower()
    changes.update(_options(ctx))
    return changes


def _options(ctx: ImageContext) -> dict[str, Any]:
    """/OPTIONS=([NO]EIGHT_BIT, [NO]HEADERS, [NO]TOP_HEADERS, [NO]RELAY)"""
    cli = ctx.cli
    changes: dict[str, Any] = {}
    for keyword, field in (("EIGHT_BIT", "eight_bit"), ("RELAY", "relay")):
        if cli.present(f"OPTIONS.{keyword}") or cli.negated(f"OPTIONS.{keyword}"):
            changes[field] = cli.present(f"OPTIONS.{keyword}")
    if cli.present("OPTIONS.TOP_HEADERS"):
        changes["headers"] = HeaderPlacement.TOP
    elif cli.negated("OPTIONS.HEADERS"):
        changes["headers"] = HeaderPlacement.NONE
    elif cli.present("OPTIONS.HEADERS") or cli.negated("OPTIONS.TOP_HEADERS"):
        changes["headers"] = HeaderPlacement.BOTTOM
    return changes


def _name(ctx: ImageContext, path: str, qualifier: str) -> str:
    """A domain or host name; empty when the keyword is negated."""
    if ctx.cli.negated(path):
        return ""
    text = ctx.cli.value(path)
    if not text:
        raise TCPIP.CONFIGERROR.error(cause=TCPIP.INVQUAL(qualifier))
    return text.lower()


def _bounded(number: int, low: int, high: int, qualifier: str) -> int:
    if not low <= number <= high:
        raise TCPIP.CONFIGERROR.error(cause=TCPIP.INVQUAL(qualifier))
    return number


def _interval(text: str) -> DeltaTime:
    try:
        return DeltaTime.from_text(text)
    except VmsError as error:
        raise TCPIP.CONFIGERROR.error(cause=Message(TCPIP.INVQUAL, ("INTERVAL",), error.message)) from None


async def show_configuration(ctx: ImageContext) -> ConditionValue:
    """SHOW CONFIGURATION [COMMUNICATION | ENABLE SERVICE | INTERFACE | NAME_SERVICE | PROTOCOL | SMTP]; without a word all there is."""
    what = ctx.cli.value("WHAT")
    lines = _DISPLAYS[what](ctx) if what is not None else _everything(ctx)
    with listing(ctx) as write:
        for line in lines:
            write(line)
    return SS.NORMAL.value


def _everything(ctx: ImageContext) -> list[str]:
    """Every display that has something to show. Errors: TCPIP.CONFIGERROR when none has."""
    lines: list[str] = []
    for display in _DISPLAYS.values():
        try:
            lines += display(ctx)
        except VmsError as error:
            if error.message.cause is None or error.message.cause.definition != TCPIP.NORECORD:
                raise
    if not lines:
        raise not_configured()
    return lines


def _configured_smtp(ctx: ImageContext) -> list[str]:
    items = ConfigurationDatabase(ctx.files).get(ctx.system.node_name, SUBJECT)
    if items is None:
        raise not_configured()
    node = ctx.system.part(SmtpNode)
    postmaster = SmtpLogicals(ctx.process).text("POSTMASTER_ALIAS") or ACCOUNT
    return smtp_lines(SmtpConfiguration.from_items(items), postmaster, node.generic_queue, ctx.system.node_name)


def smtp_lines(c: SmtpConfiguration, postmaster: str, queue: str, node: str) -> list[str]:
    """The display."""
    eight_bit, relay = "" if c.eight_bit else "NO", "" if c.relay else "NO"
    return [
        "",
        "SMTP Configuration",
        f"{'':59}Options",
        f"Initial interval:  {c.initial_interval.to_text()}      Address_max:{c.address_retries:>5}  {eight_bit}EIGHT_BIT",
        f"Retry interval:    {c.retry_interval.to_text()}      Hop_count_max:{c.hop_count_maximum:>3}  {relay}RELAY",
        f"Maximum interval:  {c.maximum_interval.to_text()}{'':25}{c.headers.value}",
        "",
        "Timeout     Initial    Mail  Receipt    Data  Terminate",
        f"  Send:     {c.send_initial:>7} {c.send_mail:>7}  {c.send_receipt:>7} {c.send_data:>7}  {c.send_termination:>9}",
        f"  Receive:  {c.receive_timeout:>7}",
        "",
        f"Alternate gateway:   {defined(c.alternate_gateway)}",
        f"General gateway:     {defined(c.general_gateway)}",
        "",
        f"Substitute domain:   {defined(c.substitute_domain)}",
        f"Zone:                {defined(c.zone)}",
        "",
        f"Postmaster:          {postmaster}",
        f"Log file:            {defined(c.log_file)}",
        "",
        "Generic queue                   Queues  Participating nodes",
        "",
        f"{queue:<32}{c.queues:>6}  {node}",
    ]


_DISPLAYS: dict[str, Callable[[ImageContext], list[str]]] = {
    "COMMUNICATION": configured_communication,
    "ENABLE": configured_services,
    "INTERFACE": configured_interface_display,
    "NAME_SERVICE": configured_name_service,
    "PROTOCOL": configured_protocols,
    "SMTP": _configured_smtp,
}
