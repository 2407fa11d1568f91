"""SHOW ENTRY. Source: DCL Dictionary, SHOW ENTRY."""

from __future__ import annotations

from vmsemu.base.wildcard import match
from vmsemu.images.common.gaps import accept
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.images.show.queue import wanted_kind, wanted_state, write_lines
from vmsemu.queue import display
from vmsemu.queue.access import may_read_entry
from vmsemu.queue.entry import Entry
from vmsemu.queue.jbc import JBC
from vmsemu.queue.manager import QueueManager
from vmsemu.tables.facilities import SS


async def show_entry(ctx: ImageContext) -> ImageResult:
    """The own entries, or those of /USER_NAME; by number, by job name, or all of them."""
    manager = ctx.system.part(QueueManager)
    manager.running_database()
    accept(ctx, "BRIEF")
    user = (ctx.cli.value("USER_NAME") or ctx.process.username).upper()
    items = [item.text.upper() for item in ctx.cli.parameters("P2")]
    status: ImageResult = SS.NORMAL
    entries = []
    for text in items or ["*"]:
        found = [e for e in manager.entries.values() if _matches(ctx, manager, e, text, user)]
        if not found:
            status = ctx.put_message(JBC.NOSUCHENT if text.isdecimal() or not items else JBC.NOSUCHJOB)
        entries += [e for e in sorted(found, key=lambda e: e.number) if e not in entries]
    if entries:
        write_lines(ctx, display.entry_lines(manager, entries, full=ctx.cli.present("FULL"), files=ctx.cli.present("FILES")))
    return status


def _matches(ctx: ImageContext, manager: QueueManager, entry: Entry, text: str, user: str) -> bool:
    queue = manager.queues[entry.queue]
    if not may_read_entry(ctx.process.credentials, queue, entry) or not wanted_kind(ctx, queue) or not wanted_state(ctx, entry):
        return False
    if text.isdecimal():
        return entry.number == int(text) and (entry.username == user or not ctx.cli.present("USER_NAME"))
    return match(user, entry.username) and match(text, entry.name.upper())
