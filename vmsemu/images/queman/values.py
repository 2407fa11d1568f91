"""Values that several queue commands have in common: limits, priorities, lists of characteristics. Source: DCL Dictionary."""

from __future__ import annotations

from vmsemu.base.extended import upper
from vmsemu.base.time import DeltaTime
from vmsemu.dcl.errors import at_segment
from vmsemu.images.context import ImageContext
from vmsemu.queue.manager import QueueManager
from vmsemu.queue.status import Retention
from vmsemu.tables.facilities import CLI

NO_LIMIT = DeltaTime(0)


def manager_of(ctx: ImageContext) -> QueueManager:
    """The queue manager of the node."""
    return ctx.system.part(QueueManager)


def bounded(ctx: ImageContext, qualifier: str, low: int, high: int) -> int:
    """A number within limits. Errors: CLI.IVVALU with the value as the segment."""
    value = ctx.cli.integer(qualifier)
    if not low <= value <= high:
        raise at_segment(CLI.IVVALU, ctx.cli.value(qualifier) or "")
    return value


def cpu_limit(ctx: ImageContext, qualifier: str) -> DeltaTime | None:
    """A delta time; 0 and INFINITE are no limit at all, NONE is none of its own. Errors: CLI.IVDTIME."""
    text = upper(ctx.cli.value(qualifier) or "NONE")
    if ctx.cli.negated(qualifier) or (len(text) > 1 and "NONE".startswith(text)):
        return None
    return NO_LIMIT if "INFINITE".startswith(text) or text == "0" else DeltaTime.from_text(text)


def working_set(ctx: ImageContext, qualifier: str) -> int:
    """Pagelets; 0 for 0 and NONE. Errors: CLI.IVVALU."""
    text = upper(ctx.cli.value(qualifier) or "NONE")
    if ctx.cli.negated(qualifier) or "NONE".startswith(text):
        return 0
    if not text.isdecimal():
        raise at_segment(CLI.IVVALU, text)
    return int(text)


def characteristics(ctx: ImageContext) -> frozenset[int]:
    """/CHARACTERISTICS by name or number; the negated qualifier is none. Errors: JBC.NOSUCHCHAR."""
    manager = manager_of(ctx)
    if ctx.cli.negated("CHARACTERISTICS"):
        return frozenset()
    return frozenset(manager.characteristic_number(name) for name in ctx.cli.values("CHARACTERISTICS"))


def queue_retention(ctx: ImageContext) -> Retention:
    """/RETAIN[=ALL|ERROR] of a queue."""
    if ctx.cli.negated("RETAIN"):
        return Retention.NONE
    return Retention.ERROR if ctx.cli.value("RETAIN") == "ERROR" else Retention.ALWAYS
