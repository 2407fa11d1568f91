"""The qualifiers of ADD, COPY, MODIFY, RENAME and DEFAULT that set fields of a user record.

Left out: /GENERATE_PASSWORD and passwords of a site's own algorithm. Source: System Management Utilities Reference, AUTHORIZE ADD.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from vmsemu.base.condition import VmsError
from vmsemu.base.privilege import PrivilegeSet
from vmsemu.base.time import WEEKDAYS, DeltaTime, VmsTime
from vmsemu.base.uic import Uic
from vmsemu.dcl.refusals import refuse_qualifiers
from vmsemu.images.authorize.facility import UAF
from vmsemu.images.authorize.hours import parse_hours
from vmsemu.images.authorize.session import AuthorizeSession
from vmsemu.security.sysuaf import AccessHours, UafFlags, UafRecord
from vmsemu.tables.command import ParsedCommand

_BYTE, _WORD, _LONG = 0xFF, 0xFFFF, 0xFFFFFFFF
_CPU_TICK = 100_000  # 10 ms
_TEXTS = {"ACCOUNT": ("account", 8), "OWNER": ("owner", 31), "LGICMD": ("lgicmd", 63), "CLI": ("cli", 31), "CLITABLES": ("cli_tables", 31)}
_NUMBERS = {"PRIORITY": ("priority", 63), "QUEPRIORITY": ("queue_priority", _BYTE), "PWDMINIMUM": ("password_minimum", 32)}
_QUOTAS = {
    "MAXJOBS": ("maxjobs", _WORD), "MAXACCTJOBS": ("maxacctjobs", _WORD), "MAXDETACH": ("maxdetach", _WORD), "PRCLM": ("prclm", _WORD),
    "BIOLM": ("biolm", _WORD), "DIOLM": ("diolm", _WORD), "TQELM": ("tqelm", _WORD), "ASTLM": ("astlm", _WORD), "ENQLM": ("enqlm", _WORD),
    "FILLM": ("fillm", _WORD), "SHRFILLM": ("shrfillm", _WORD), "WSDEFAULT": ("wsdefault", _LONG), "WSQUOTA": ("wsquota", _LONG),
    "WSEXTENT": ("wsextent", _LONG), "PGFLQUOTA": ("pgflquota", _LONG), "BYTLM": ("bytlm", _LONG), "PBYTLM": ("pbytlm", _LONG),
    "JTQUOTA": ("jtquota", _LONG),
}  # fmt: skip
_INTERACTIVE = ("local", "dialup", "remote")
_HOURS = {
    "ACCESS": ("network", "batch", *_INTERACTIVE), "INTERACTIVE": _INTERACTIVE, "NETWORK": ("network",), "BATCH": ("batch",),
    "LOCAL": ("local",), "DIALUP": ("dialup",), "REMOTE": ("remote",),
}  # fmt: skip


def changed(session: AuthorizeSession, command: ParsedCommand, record: UafRecord) -> UafRecord:
    """The record as the qualifiers want it, passwords apart. Errors: UAF.BADVALUE, CLI.IVQUAL."""
    refuse_qualifiers(command, "GENERATE_PASSWORD")
    fields: dict[str, Any] = {}
    for name, (field, size) in _TEXTS.items():
        if command.present(name) or command.negated(name):
            fields[field] = _text(command, name, size)
    for name, (field, most) in _NUMBERS.items():
        if command.present(name):
            fields[field] = _number(command, name, most)
    fields |= _place(command)
    if command.present("UIC"):
        fields["uic"] = parse_uic(session, command.value("UIC") or "")
    fields |= _security(command, record) | _times(command, session.ctx.now)
    return replace(record, **fields, quotas=_quotas(command, record), hours=_hours(command, record.hours))


def parse_uic(session: AuthorizeSession, text: str) -> Uic:
    """Errors: UAF.BADVALUE."""
    try:
        return session.rights.parse_uic(text)
    except VmsError:
        raise UAF.BADVALUE.error(text) from None


def _text(command: ParsedCommand, name: str, size: int) -> str:
    text = "" if command.negated(name) else command.value(name) or ""
    if len(text) > size:
        raise UAF.BADVALUE.error(text)
    return text


def _number(command: ParsedCommand, name: str, most: int) -> int:
    value = command.integer(name)
    if not 0 <= value <= most:
        raise UAF.BADVALUE.error(command.value(name) or "")
    return value


def _place(command: ParsedCommand) -> dict[str, Any]:
    """Device and directory; a missing colon and missing brackets are supplied."""
    fields = {}
    if command.present("DEVICE"):
        device = _text(command, "DEVICE", 31)
        fields["device"] = device if not device or device.endswith(":") else device + ":"
    if command.present("DIRECTORY"):
        directory = _text(command, "DIRECTORY", 63)
        fields["directory"] = directory if not directory or directory[0] in "[<" else f"[{directory}]"
    return fields


def _quotas(command: ParsedCommand, record: UafRecord) -> Any:
    fields = {field: _number(command, name, most) for name, (field, most) in _QUOTAS.items() if command.present(name)}
    if command.present("CPUTIME"):
        fields["cpu_limit"] = int(_delta(command.value("CPUTIME") or "", "NONE", "INFINITE")) // _CPU_TICK
    return replace(record.quotas, **fields)


def _delta(text: str, *none: str) -> DeltaTime:
    """A delta time; zero for one of the words `none`. Errors: UAF.BADVALUE."""
    if text in none:
        return DeltaTime(0)
    try:
        return DeltaTime.from_text(text)
    except VmsError:
        raise UAF.BADVALUE.error(text) from None


def _hours(command: ParsedCommand, hours: AccessHours) -> AccessHours:
    for name, sources in _HOURS.items():
        if command.present(name) or command.negated(name):
            closed = parse_hours(command.values(name), negated=command.negated(name))
            hours = replace(hours, **{source: closed for source in sources})
    return hours


def _security(command: ParsedCommand, record: UafRecord) -> dict[str, Any]:
    """Flags, privileges, days, algorithms."""
    fields: dict[str, Any] = {}
    if command.present("FLAGS"):
        flags = record.flags
        for word in command.values("FLAGS"):
            flag = UafFlags[word.removeprefix("NO")]
            flags = flags & ~flag if word.startswith("NO") else flags | flag
        fields["flags"] = flags
    for name, field in (("PRIVILEGES", "authorized"), ("DEFPRIVILEGES", "default")):
        if command.present(name):
            fields[field] = PrivilegeSet.from_names(command.values(name), getattr(record, field))
    if command.present("PRIMEDAYS"):
        fields["secondary_days"] = _secondary_days(command, record.secondary_days)
    if command.present("ALGORITHM"):
        for word in ("CURRENT", "PRIMARY", "SECONDARY", "BOTH"):
            if command.present(f"ALGORITHM.{word}") and command.value(f"ALGORITHM.{word}") != "VMS":
                raise UAF.BADVALUE.error(command.value(f"ALGORITHM.{word}") or word)
    return fields


def _secondary_days(command: ParsedCommand, days: int) -> int:
    for at, day in enumerate(WEEKDAYS):
        if command.negated(f"PRIMEDAYS.{day.upper()}"):
            days |= 1 << at
        elif command.present(f"PRIMEDAYS.{day.upper()}"):
            days &= ~(1 << at)
    return days


def _times(command: ParsedCommand, now: VmsTime) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if command.present("EXPIRATION"):
        fields["expiration"] = _absolute(command.value("EXPIRATION") or "", now)
    elif command.negated("EXPIRATION"):
        fields["expiration"] = VmsTime(0)
    if command.present("PWDLIFETIME"):
        fields["password_lifetime"] = _delta(command.value("PWDLIFETIME") or "", "NONE")
    elif command.negated("PWDLIFETIME"):
        fields["password_lifetime"] = DeltaTime(0)
    return fields


def _absolute(text: str, now: VmsTime) -> VmsTime:
    try:
        return VmsTime.from_text(text, now)
    except VmsError:
        raise UAF.BADVALUE.error(text) from None
