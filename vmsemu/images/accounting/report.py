"""The displays of ACCOUNTING: one line a record, or everything of it.

Source: System Management Utilities Reference, ACCOUNTING. fidelity: layouts as remembered from the manual; of records other than those of processes
only the fields are known.
"""

from __future__ import annotations

from collections.abc import Callable

from vmsemu.base.time import DeltaTime
from vmsemu.base.uic import Uic
from vmsemu.formats.acrdef import AccountingRecord, Identity, ProcessKind, RecordType, Resources

BRIEF_HEADING = ("    Date / Time      Type     Subtype     Username        ID      Source   Status", "-" * 84)
_TITLES = {
    RecordType.PROCESS: "Process Termination",
    RecordType.IMAGE: "Image Termination",
    RecordType.LOGFAIL: "Login Failure",
    RecordType.PRINT: "Print Job Termination",
    RecordType.SYSINIT: "System Initialization",
    RecordType.USER: "User Message",
    RecordType.FILE_FORWARD: "File Forward Link",
    RecordType.FILE_BACKWARD: "File Backward Link",
}
_SHORT = {RecordType.FILE_FORWARD: "FILE", RecordType.FILE_BACKWARD: "FILE"}
_TICK = 100_000
StatusText = Callable[[int], str]
UicText = Callable[[Uic], str]


def brief_line(record: AccountingRecord) -> str:
    """`13-FEB-2001 14:12:01 PROCESS  BATCH       SMITH        20200091            10000001`"""
    who = record.identity
    source = (who.terminal.lstrip("_") or who.remote_name)[:8]
    kind = record.kind.name if record.kind is not ProcessKind.NONE else ""
    pid = f"{who.pid:08X}" if who.pid else ""
    status = _status(record)
    ending = "" if status is None else f"{status:08X}"
    return (
        f"{_second(record)} {_SHORT.get(record.type, record.type.name):<9}{kind:<12}{who.username:<13}{pid:<11}{source:<9}{ending}".rstrip()
    )


def _second(record: AccountingRecord) -> str:
    return f"{record.time.to_text()[:-3]:>20}"


def _status(record: AccountingRecord) -> int | None:
    if record.printed is not None:
        return record.printed.status
    return record.resources.status if record.resources is not None else None


def full_lines(record: AccountingRecord, status_text: StatusText, uic_text: UicText) -> list[str]:
    """All of a record, under its title; the texts of a status and of a UIC are given by the caller."""
    kind = f"{record.kind.name} " if record.kind is not ProcessKind.NONE else ""
    title = kind + _TITLES[record.type]
    lines = [title, "-" * len(title), ""]
    if record.type in (RecordType.FILE_FORWARD, RecordType.FILE_BACKWARD):
        return [*lines, f"Finish time:       {record.time.to_text()}", f"File name:         {record.file}"]
    lines += _identity_lines(record, record.identity, uic_text)
    if record.resources is not None:
        lines += _status_lines(record.resources.status, status_text)
        if record.type in (RecordType.PROCESS, RecordType.IMAGE):
            lines += ["", *_resource_lines(record.resources)]
    if record.printed is not None:
        p = record.printed
        lines += _status_lines(p.status, status_text)
        lines += ["", f"Page count:        {p.pages:>10}        Symbiont CPU time: {DeltaTime(p.cpu * _TICK).to_text():>16}"]
        lines += [f"QIO count:         {p.writes:>10}        Get count:         {p.reads:>16}"]
    if record.user_data:
        lines += ["", f"User data:         {_readable(record.user_data)}"]
    return lines


def _identity_lines(record: AccountingRecord, who: Identity, uic_text: UicText) -> list[str]:
    r, p = record.resources, record.printed
    started = (r.started if r is not None else p.queued if p is not None else None) or None
    cpu = DeltaTime((r.cpu if r is not None else p.cpu if p is not None else 0) * _TICK).to_text()
    elapsed = DeltaTime(record.time - started).to_text() if started is not None else ""
    owner = f"{who.owner:08X}" if who.owner else ""
    privileges = f"{who.privileges:016X}"
    rows = [
        ("Username", who.username, "UIC", uic_text(Uic.from_long(who.uic))),
        ("Account", who.account, "Finish time", record.time.to_text()),
        ("Process ID", f"{who.pid:08X}" if who.pid else "", "Start time", started.to_text() if started is not None else ""),
        ("Owner ID", owner, "Elapsed time", f"{elapsed:>23}"),
        ("Terminal name", who.terminal.lstrip("_"), "Processor time", f"{cpu:>23}"),
        ("Remote node addr", who.remote_address, "Priority", str(who.priority)),
        ("Remote node name", who.remote_name, "Privilege <31-00>", privileges[8:]),
        ("Remote ID", who.remote_id, "Privilege <63-32>", privileges[:8]),
        ("Remote full name", who.remote_name, "", ""),
        ("Queue entry", str(who.entry) if who.entry else "", "", ""),
        ("Queue name", who.queue, "", ""),
        ("Job name", who.job, "", ""),
    ]
    return [f"{a + ':':<19}{b:<18}{c + ':' if c else '':<19}{d}".rstrip() for a, b, c, d in rows]


def _status_lines(status: int, status_text: StatusText) -> list[str]:
    return [f"Final status code: {status:08X}", f"Final status text: {status_text(status)}"]


def _resource_lines(r: Resources) -> list[str]:
    return [
        f"Page faults:       {r.page_faults:>10}        Direct IO:         {r.direct_io:>10}",
        f"Page fault reads:  {r.page_fault_reads:>10}        Buffered IO:       {r.buffered_io:>10}",
        f"Peak working set:  {r.working_set:>10}        Volumes mounted:   {r.volumes:>10}",
        f"Peak page file:    {r.page_file:>10}        Images executed:   {r.images:>10}",
    ]


def _readable(data: bytes) -> str:
    text = data.decode("latin-1")
    return text if text.isprintable() else data.hex(" ").upper()
