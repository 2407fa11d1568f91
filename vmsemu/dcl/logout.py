"""What LOGOUT writes: the line with the time, and the accounting block.

Source: DCL reference 3.14; queues.md 5 (layout seen on V7.3).
"""

from __future__ import annotations

from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.services.process import Process


def logout_lines(process: Process, *, full: bool, terminated: bool) -> list[str]:
    """The lines for a process that ends now; `terminated` for jobs that are not interactive."""
    now = process.system.now
    words = "job terminated at" if terminated else "logged out at"
    lines = [f"  {process.username:<12} {words} {now.to_text()}"]
    if full:
        lines += ["", *_accounting(process, now)]
    return lines


def _accounting(process: Process, now: VmsTime) -> list[str]:
    counts = process.accounting
    pages = process.quotas.wsdefault
    cpu = DeltaTime(counts.cpu * 100_000).to_text()
    elapsed = DeltaTime(now - process.login_time).to_text()
    return [
        "  Accounting information:",
        f"  Buffered I/O count:      {counts.buffered_io:10d}         Peak working set size:{pages:8d}",
        f"  Direct I/O count:        {counts.direct_io:10d}         Peak page file size:  {pages * 8:8d}",
        f"  Page faults:             {counts.page_faults:10d}         Mounted volumes:      {counts.volumes:8d}",
        f"  Charged CPU time:        {cpu:>16}   Elapsed time:  {elapsed:>16}",
    ]
