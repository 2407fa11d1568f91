"""Which records ACCOUNTING shows: /TYPE, /PROCESS, /SINCE, /BEFORE, and the lists of names and numbers.

A list that begins with a minus sign is of what is left out. Source: System Management Utilities Reference, ACCOUNTING qualifiers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.formats.acrdef import AccountingRecord, ProcessKind, RecordType
from vmsemu.images.common.selection import named_times
from vmsemu.images.context import ImageContext

_TYPES = {
    "FILE": (RecordType.FILE_FORWARD, RecordType.FILE_BACKWARD),
    "IMAGE": (RecordType.IMAGE,),
    "LOGFAIL": (RecordType.LOGFAIL,),
    "PRINT": (RecordType.PRINT,),
    "PROCESS": (RecordType.PROCESS,),
    "SYSINIT": (RecordType.SYSINIT,),
    "UNKNOWN": (),
    "USER": (RecordType.USER,),
}
_NAMES: dict[str, Callable[[AccountingRecord], str]] = {
    "ACCOUNT": lambda r: r.identity.account,
    "ADDRESS": lambda r: r.identity.remote_address,
    "ENTRY": lambda r: str(r.identity.entry),
    "IDENTIFICATION": lambda r: f"{r.identity.pid:08X}",
    "IMAGE": lambda r: r.image,
    "JOB": lambda r: r.identity.job,
    "NODE": lambda r: r.identity.remote_name,
    "OWNER": lambda r: f"{r.identity.owner:08X}",
    "PRIORITY": lambda r: str(r.identity.priority),
    "QUEUE": lambda r: r.identity.queue,
    "REMOTE_ID": lambda r: r.identity.remote_id,
    "STATUS": lambda r: f"{_status(r):08X}",
    "TERMINAL": lambda r: r.identity.terminal.lstrip("_"),
    "UIC": lambda r: Uic.from_long(r.identity.uic).to_text(),
    "USER": lambda r: r.identity.username,
}
_HEXADECIMAL = ("IDENTIFICATION", "OWNER", "STATUS")


def _status(record: AccountingRecord) -> int:
    if record.printed is not None:
        return record.printed.status
    return record.resources.status if record.resources is not None else 0


@dataclass(frozen=True, slots=True)
class Selection:
    """The answer of the command line."""

    types: frozenset[RecordType] | None
    kinds: frozenset[ProcessKind] | None
    since: VmsTime | None
    before: VmsTime | None
    names: tuple[tuple[str, frozenset[str], bool], ...]

    @classmethod
    def of(cls, ctx: ImageContext) -> Selection:
        """Errors: those of a time that is none."""
        cli = ctx.cli
        types = frozenset(t for word in cli.values("TYPE") for t in _TYPES[word]) if cli.present("TYPE") else None
        kinds = frozenset(ProcessKind[word] for word in cli.values("PROCESS")) if cli.present("PROCESS") else None
        names = tuple(_list(ctx, qualifier) for qualifier in _NAMES if cli.present(qualifier))
        return cls(types, kinds, _time(ctx, "SINCE"), _time(ctx, "BEFORE"), names)

    def wants(self, record: AccountingRecord) -> bool:
        """Is the record among those selected?"""
        if self.types is not None and record.type not in self.types:
            return False
        if self.kinds is not None and record.kind not in self.kinds:
            return False
        if (self.since is not None and record.time < self.since) or (self.before is not None and record.time >= self.before):
            return False
        return all((_NAMES[qualifier](record) in values) is not excluded for qualifier, values, excluded in self.names)


def _list(ctx: ImageContext, qualifier: str) -> tuple[str, frozenset[str], bool]:
    values = [value.upper() for value in ctx.cli.values(qualifier)]
    excluded = bool(values) and values[0].startswith("-")
    values = [value.lstrip("-").lstrip("_") for value in values]
    if qualifier == "UIC":
        values = [ctx.system.rights.parse_uic(value).to_text() for value in values]
    if qualifier in _HEXADECIMAL:
        values = [value.removeprefix("%X").rjust(8, "0") for value in values]
    return qualifier, frozenset(values), excluded


def _time(ctx: ImageContext, qualifier: str) -> VmsTime | None:
    if not ctx.cli.present(qualifier):
        return None
    return VmsTime.from_text(ctx.cli.value(qualifier) or "TODAY", ctx.now, named_times(ctx))
