"""SET CONFIGURATION [NO]SMTP, and how SHOW CONFIGURATION SMTP shows it.

SET CONFIGURATION SMTP changes what it names and makes the record when there is none. SET CONFIGURATION NOSMTP deletes the record; with qualifiers it gives
what they name its default back (fidelity: inferred from "without qualifiers deletes all"). Every value is checked before anything is written.

Source: Management Command Reference, SET CONFIGURATION SMTP; a captured SHOW CONFIGURATION SMTP gives words and order. fidelity: its columns, the words of
refusals, the ranges of numbers other than of /QUEUES, and how NONAME is shown.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from smtp.config.account import ACCOUNT, account, login_directory
from smtp.config.configuration import MAXIMUM_QUEUES, SUBJECT, HeaderPlacement, SmtpConfiguration
from smtp.config.database import ConfigurationDatabase
from smtp.config.logicals import NodeIdentity, SmtpLogicals
from smtp.facility import TCPIP
from smtp.management.common import defined, not_configured, not_found, require_system
from smtp.node import SmtpNode
from vmsemu.base.condition import ConditionValue, Message, VmsError
from vmsemu.base.time import DeltaTime
from vmsemu.images.context import ImageContext
from vmsemu.tables.facilities import SS

_NUMBERS = (
    ("ADDRESS_RETRIES", 65535),
    ("HOP_COUNT_MAXIMUM", 65535),
    ("QUEUES", MAXIMUM_QUEUES),
    ("RECEIVE_TIMEOUT", 65535),
)
_TIMEOUTS = ("INITIAL", "MAIL", "RECEIPT", "DATA", "TERMINATION")
_FIELDS: dict[str, dict[str, tuple[str, ...]]] = {
    "ADDRESS_RETRIES": {"": ("address_retries",)},
    "GATEWAY": {"ALTERNATE": ("alternate_gateway",), "GENERAL_PURPOSE": ("general_gateway",)},
    "HOP_COUNT_MAXIMUM": {"": ("hop_count_maximum",)},
    "INTERVAL": {"INITIAL": ("initial_interval",), "RETRY": ("retry_interval",), "MAXIMUM": ("maximum_interval",)},
    "LOG": {"": ("log_file",)},
    "OPTIONS": {"EIGHT_BIT": ("eight_bit",), "HEADERS": ("headers",), "TOP_HEADERS": ("headers",), "RELAY": ("relay",)},
    "QUEUES": {"": ("queues",)},
    "RECEIVE_TIMEOUT": {"": ("receive_timeout",)},
    "SEND_TIMEOUT": {word: (f"send_{word.lower()}",) for word in _TIMEOUTS},
    "SUBSTITUTE_DOMAIN": {"": ("substitute_domain", "substitute_none")},
    "ZONE": {"": ("zone",)},
}
"""The fields of the record that a qualifier is about, by keyword."""
_HOST = re.compile(r"(?:[A-Z0-9_-]+(?:\.[A-Z0-9_-]+)*\.?|\[[0-9.]+\])\Z")
_LONGEST = 255


async def set_configuration_smtp(ctx: ImageContext) -> ConditionValue:
    """SET CONFIGURATION SMTP /qualifiers. Errors: TCPIP.CONFIGERROR, with SS.NOPRIV, TCPIP.INVQUAL or an RMS condition."""
    require_system(ctx.process, TCPIP.CONFIGERROR)
    database = ConfigurationDatabase(ctx.files)
    node = ctx.system.node_name
    old = SmtpConfiguration.from_items(database.get(node, SUBJECT) or {})
    _put(ctx, replace(old, **_changes(ctx)))
    return SS.NORMAL.value


async def set_configuration_nosmtp(ctx: ImageContext) -> ConditionValue:
    """SET CONFIGURATION NOSMTP: delete the record, or take back what the qualifiers name. Errors: TCPIP.NORECORD; TCPIP.CONFIGERROR."""
    require_system(ctx.process, TCPIP.CONFIGERROR)
    database = ConfigurationDatabase(ctx.files)
    items = database.get(ctx.system.node_name, SUBJECT)
    if items is None:
        raise not_found()
    fields = [
        field for qualifier, keywords in _FIELDS.items() if ctx.cli.present(qualifier) for field in _named_fields(ctx, qualifier, keywords)
    ]
    if fields:
        plain = SmtpConfiguration()
        _put(ctx, replace(SmtpConfiguration.from_items(items), **{field: getattr(plain, field) for field in fields}))
    else:
        database.remove(ctx.system.node_name, SUBJECT)
        ctx.system.part(SmtpNode).configuration_changed()
    return SS.NORMAL.value


def _named_fields(ctx: ImageContext, qualifier: str, keywords: dict[str, tuple[str, ...]]) -> list[str]:
    """The fields of the keywords that were typed; of all, when none was."""
    typed = [word for word in keywords if word and ctx.cli.present(f"{qualifier}.{word}")]
    return [field for word in typed or keywords for field in keywords[word]]


def _put(ctx: ImageContext, configuration: SmtpConfiguration) -> None:
    ConfigurationDatabase(ctx.files).put(ctx.system.node_name, SUBJECT, configuration.to_items())
    ctx.system.part(SmtpNode).configuration_changed()


def _changes(ctx: ImageContext) -> dict[str, Any]:
    """What the qualifiers say."""
    cli = ctx.cli
    changes: dict[str, Any] = {}
    for qualifier, high in _NUMBERS:
        if cli.present(qualifier):
            changes[qualifier.lower()] = _number(ctx, qualifier, high, qualifier)
    for keyword in _FIELDS["GATEWAY"]:
        if cli.present(f"GATEWAY.{keyword}") or cli.negated(f"GATEWAY.{keyword}"):
            changes[_FIELDS["GATEWAY"][keyword][0]] = _name(ctx, f"GATEWAY.{keyword}", "GATEWAY")
    for keyword in _FIELDS["INTERVAL"]:
        if cli.present(f"INTERVAL.{keyword}"):
            changes[f"{keyword.lower()}_interval"] = _interval(cli.value(f"INTERVAL.{keyword}") or "")
    for keyword in _TIMEOUTS:
        if cli.present(f"SEND_TIMEOUT.{keyword}"):
            changes[f"send_{keyword.lower()}"] = _number(ctx, f"SEND_TIMEOUT.{keyword}", 65535, "SEND_TIMEOUT")
    if cli.negated("LOG"):
        changes["log_file"] = ""
    elif cli.present("LOG"):
        changes["log_file"] = _file(ctx, name) if (name := cli.value("LOG")) else None
    if cli.present("SUBSTITUTE_DOMAIN.NAME") or cli.negated("SUBSTITUTE_DOMAIN.NAME"):
        changes["substitute_domain"] = _name(ctx, "SUBSTITUTE_DOMAIN.NAME", "SUBSTITUTE_DOMAIN")
        changes["substitute_none"] = cli.negated("SUBSTITUTE_DOMAIN.NAME")
    if cli.negated("ZONE"):
        changes["zone"] = ""
    elif cli.present("ZONE"):
        changes["zone"] = _name(ctx, "ZONE", "ZONE") if cli.value("ZONE") else NodeIdentity.of(ctx.process).host.partition(".")[2]
    changes.update(_options(ctx))
    return changes


def _options(ctx: ImageContext) -> dict[str, Any]:
    """/OPTIONS=([NO]EIGHT_BIT, [NO]HEADERS, [NO]TOP_HEADERS, [NO]RELAY)"""
    cli = ctx.cli
    changes: dict[str, Any] = {}
    for keyword in ("EIGHT_BIT", "RELAY"):
        if cli.present(f"OPTIONS.{keyword}") or cli.negated(f"OPTIONS.{keyword}"):
            changes[keyword.lower()] = cli.present(f"OPTIONS.{keyword}")
    if cli.present("OPTIONS.TOP_HEADERS"):
        changes["headers"] = HeaderPlacement.TOP
    elif cli.negated("OPTIONS.HEADERS"):
        changes["headers"] = HeaderPlacement.NONE
    elif cli.present("OPTIONS.HEADERS") or cli.negated("OPTIONS.TOP_HEADERS"):
        changes["headers"] = HeaderPlacement.BOTTOM
    return changes


def _invalid(qualifier: str, cause: Message | None = None) -> VmsError:
    return TCPIP.CONFIGERROR.error(cause=Message(TCPIP.INVQUAL, (qualifier,), cause))


def _name(ctx: ImageContext, path: str, qualifier: str) -> str:
    """A domain, a host name or an address; empty when the keyword is negated."""
    if ctx.cli.negated(path):
        return ""
    text = ctx.cli.value(path) or ""
    if len(text) > _LONGEST or not _HOST.match(text.upper()):
        raise _invalid(qualifier)
    return text.lower()


def _number(ctx: ImageContext, path: str, high: int, qualifier: str) -> int:
    number = ctx.cli.integer(path)
    if not 1 <= number <= high:
        raise _invalid(qualifier)
    return number


def _interval(text: str) -> DeltaTime:
    """A delta time, `dddd hh:mm:ss.cc`; hours go up to 24. None at all would mean trying again without end, and is refused."""
    day = re.fullmatch(r"\s*(\d{1,4})\s+24(:0{1,2}(?::0{1,2}(?:\.0{1,2})?)?)?\s*", text)
    try:
        interval = DeltaTime.from_text(f"{int(day[1]) + 1} 0" if day else text)
    except VmsError as error:
        raise _invalid("INTERVAL", error.message) from None
    if not interval:
        raise _invalid("INTERVAL")
    return interval


def _file(ctx: ImageContext, text: str) -> str:
    try:
        ctx.files.parse(text)
    except VmsError as error:
        raise _invalid("LOG", error.message) from None
    return text


def configured_smtp(ctx: ImageContext) -> list[str]:
    """The lines of SHOW CONFIGURATION SMTP. Errors: TCPIP.CONFIGERROR when SMTP is not configured."""
    items = ConfigurationDatabase(ctx.files).get(ctx.system.node_name, SUBJECT)
    if items is None:
        raise not_configured()
    node = ctx.system.part(SmtpNode)
    postmaster = SmtpLogicals(ctx.process).text("POSTMASTER_ALIAS") or ACCOUNT
    configuration = SmtpConfiguration.from_items(items)
    log = configuration.log_specification(login_directory(account(ctx.system)))
    return smtp_lines(configuration, log, postmaster, node.generic_queue, ctx.system.node_name)


def smtp_lines(c: SmtpConfiguration, log: str, postmaster: str, queue: str, node: str) -> list[str]:
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
        f"Substitute domain:   {'NONAME' if c.substitute_none else defined(c.substitute_domain)}",
        f"Zone:                {defined(c.zone)}",
        "",
        f"Postmaster:          {postmaster}",
        f"Log file:            {defined(log)}",
        "",
        "Generic queue                   Queues  Participating nodes",
        "",
        f"{queue:<32}{c.queues:>6}  {node}",
    ]
