"""ACCOUNTING: reports from the accounting file, or from other files of its kind.

What waits to be written is written first. Source: System Management Utilities Reference, ACCOUNTING.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from vmsemu.base.condition import VmsError
from vmsemu.base.uic import Uic
from vmsemu.dcl.status import message_text
from vmsemu.formats.acrdef import AccountingRecord
from vmsemu.images.accounting.report import BRIEF_HEADING, brief_line, full_lines
from vmsemu.images.accounting.selection import Selection
from vmsemu.images.common.gaps import accept, refuse
from vmsemu.images.common.output import TextOutput, shown_spec
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.opcom.accounting import SPEC, accounting
from vmsemu.tables.facilities import SS
from vmsemu.tables.message import Facility

ACC = Facility(__package__, "accounting.msg")
Write = Callable[[str], None]
_DAY = 24 * 60 * 60 * 10_000_000
_WEEKDAYS = ("Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday")  # the base date was a Wednesday
_KEYS: dict[str, Callable[[AccountingRecord], str]] = {
    "ACCOUNT": lambda r: r.identity.account,
    "DATE": lambda r: r.time.to_text()[:11].strip(),
    "DAY": lambda r: r.time.to_text()[:2].strip(),
    "HOUR": lambda r: r.time.to_text()[12:14],
    "IMAGE": lambda r: r.image,
    "JOB": lambda r: r.identity.job,
    "MONTH": lambda r: r.time.to_text()[3:6],
    "NODE": lambda r: r.identity.remote_name,
    "PROCESS": lambda r: r.kind.name,
    "QUEUE": lambda r: r.identity.queue,
    "TERMINAL": lambda r: r.identity.terminal.lstrip("_"),
    "TYPE": lambda r: r.type.name,
    "UIC": lambda r: Uic.from_long(r.identity.uic).to_text(),
    "USER": lambda r: r.identity.username,
    "WEEKDAY": lambda r: _WEEKDAYS[r.time // _DAY % 7],
    "YEAR": lambda r: r.time.to_text()[7:11],
}


@image("ACCOUNTING")
async def accounting_report(ctx: ImageContext) -> ImageResult:
    """ACCOUNTING [file,...] /BRIEF, /FULL or /SUMMARY[=(key,...)]. Errors: ACC.OPENIN, ACC.OPENOUT."""
    refuse(ctx, "BINARY", "LOG", "REJECTED", "REPORT", "SORT", "TITLE")
    accept(ctx, "BRIEF")
    books = accounting(ctx.system)
    if books is not None:
        books.flush()
    selection = Selection.of(ctx)
    records = [record for record in _records(ctx) if selection.wants(record)]
    output = _open_output(ctx)
    try:
        _report(ctx, records, output.write if output is not None else ctx.write)
    finally:
        if output is not None:
            output.close()
    return SS.NORMAL


def _records(ctx: ImageContext) -> Iterator[AccountingRecord]:
    """The records of the files, those that are none left out."""
    for text in ctx.cli.values("FILE") or [SPEC]:
        name: object = shown_spec(ctx, text, SPEC)
        try:
            for found in ctx.files.search(text, default=SPEC):
                name = found.spec
                with ctx.files.open(found, shared=True) as file:
                    for data in file:
                        record = AccountingRecord.from_bytes(data)
                        if record is not None:
                            yield record
        except VmsError as error:
            raise ACC.OPENIN.error(name, cause=error) from None


def _open_output(ctx: ImageContext) -> TextOutput | None:
    """/OUTPUT[=file]; the default name is ACCOUNTNG.LIS."""
    if not ctx.cli.present("OUTPUT"):
        return None
    name = ctx.cli.value("OUTPUT") or "ACCOUNTNG"
    try:
        return TextOutput(ctx.files.create(name, default="ACCOUNTNG.LIS"), ACC.OPENOUT)
    except VmsError as error:
        raise ACC.OPENOUT.error(shown_spec(ctx, name, "ACCOUNTNG.LIS"), cause=error) from None


def _report(ctx: ImageContext, records: list[AccountingRecord], write: Write) -> None:
    if ctx.cli.present("SUMMARY"):
        _summary(ctx, records, write)
    elif ctx.cli.present("FULL"):
        for record in records:
            for line in (*full_lines(record, lambda status: _status_text(ctx, status), ctx.system.rights.uic_text), "", ""):
                write(line)
    elif records:
        for line in (*BRIEF_HEADING, *map(brief_line, records)):
            write(line)


def _status_text(ctx: ImageContext, status: int) -> str:
    facility, severity, ident, text = message_text(ctx.dcl, status)
    return f"%{facility}-{severity}-{ident}, {text}"


def _summary(ctx: ImageContext, records: list[AccountingRecord], write: Write) -> None:
    """How many records there are for each value of the keys. fidelity: the layout is remembered from an example of the manual."""
    keys = ctx.cli.values("SUMMARY") or ["USER"]
    counts = Counter(tuple(_KEYS[key](record) for key in keys) for record in records)
    first = "".join(f"{key.capitalize():<16}" for key in keys)
    write(f"{first}   Total")
    write(f"{'':{len(first)}} Records")
    write("-" * (len(first) + 8))
    for values, count in sorted(counts.items()):
        write("".join(f"{value:<16}" for value in values) + f"{count:>8}")
