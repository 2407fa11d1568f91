"""INITIALIZE, START, STOP, DELETE, ASSIGN, DEASSIGN and AUTOSTART for queues. Silent on success. Source: DCL Dictionary, those commands."""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.base.extended import upper
from vmsemu.images.common.gaps import accept, refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.delete.delete import DELETE
from vmsemu.images.queman.attributes import queue_attributes
from vmsemu.images.queman.facility import QUEMAN
from vmsemu.images.queman.values import bounded, manager_of
from vmsemu.images.registry import ImageResult
from vmsemu.queue.jbc import JBC
from vmsemu.queue.manager import StopMode
from vmsemu.queue.status import QueueKind
from vmsemu.tables.facilities import CLI


async def initialize_queue(ctx: ImageContext) -> ImageResult:
    """INITIALIZE/QUEUE: create or change; /START starts it as well."""
    refuse(ctx, "NAME_OF_MANAGER")
    name = ctx.cli.value("QUEUE") or _name(ctx)
    manager, who = manager_of(ctx), ctx.process.credentials
    attributes = queue_attributes(ctx, name)
    kind = None
    if ctx.cli.present("BATCH"):
        kind = QueueKind.BATCH
    elif ctx.cli.present("DEVICE"):
        kind = QueueKind[upper(ctx.cli.value("DEVICE") or "PRINTER")]
    generic = True if ctx.cli.present("GENERIC") else False if ctx.cli.negated("GENERIC") else None
    queue = manager.initialize_queue(name, kind=kind, generic=generic, credentials=who, **attributes)
    if ctx.cli.present("START"):
        message = manager.start_queue(queue.name, credentials=who)
        if message is not None:
            ctx.put_message(message)
    await ctx.kernel.durable()
    return JBC.NORMAL


def _name(ctx: ImageContext) -> str:
    items = ctx.cli.parameters("P1")
    return items[0].text if items else ""


async def start_queue(ctx: ImageContext) -> ImageResult:
    """START/QUEUE; an autostart queue that can not run yet says so."""
    refuse(ctx, "ALIGN", "BACKWARD", "FORWARD", "NEXT", "SEARCH", "TOP_OF_FILE", "BATCH", "DEVICE")
    name = _name(ctx)
    manager = manager_of(ctx)
    names = ctx.process.names
    attributes = queue_attributes(ctx, manager.translate_queue(name, names))
    message = manager.start_queue(name, credentials=ctx.process.credentials, names=names, **attributes)
    if message is not None:
        ctx.put_message(message)
    await ctx.kernel.durable()
    return JBC.NORMAL


async def stop_queue(ctx: ImageContext) -> ImageResult:
    """STOP/QUEUE: pause, or what /ABORT, /ENTRY, /NEXT, /REQUEUE, /RESET say."""
    manager, who, names = manager_of(ctx), ctx.process.credentials, ctx.process.names
    name = _name(ctx)
    entry = ctx.cli.integer("ENTRY") if ctx.cli.present("ENTRY") else None
    if ctx.cli.present("REQUEUE"):
        queue = manager.find_queue(name, names)
        if queue.is_batch and entry is None:
            raise JBC.MISREQPAR.error()
        priority = bounded(ctx, "PRIORITY", 0, 255) if ctx.cli.present("PRIORITY") else None
        manager.requeue_job(
            queue, entry, to=ctx.cli.value("REQUEUE") or "", names=names, hold=ctx.cli.present("HOLD"), priority=priority, credentials=who
        )
    elif ctx.cli.present("ABORT") or entry is not None:
        queue = manager.find_queue(name, names)
        if queue.is_batch and entry is None:
            raise JBC.INCQUETYP.error()
        manager.abort_job(queue, entry, credentials=who)
    else:
        mode = StopMode.NEXT if ctx.cli.present("NEXT") else StopMode.RESET if ctx.cli.present("RESET") else StopMode.PAUSE
        manager.stop_queue(name, mode, credentials=who, names=names)
    await ctx.kernel.durable()
    return JBC.NORMAL


async def stop_queues(ctx: ImageContext) -> ImageResult:
    """STOP/QUEUES/ON_NODE: every queue of the node; returns when they have stopped."""
    refuse(ctx, "NAME_OF_MANAGER")
    accept(ctx, "QUEUES")
    _check_node(ctx)
    manager = manager_of(ctx)
    if manager.database is None:
        raise JBC.JOBQUEDIS.error()
    manager.stop_all_queues(ctx.process.credentials)
    await manager.stopped()
    await ctx.kernel.durable()
    return JBC.NORMAL


def _check_node(ctx: ImageContext) -> None:
    """Errors: JBC.NOSUCHNODE for a node that is not this one."""
    node = upper(ctx.cli.value("ON_NODE") or "").removesuffix("::")
    if node not in ("", ctx.system.node_name):
        raise JBC.NOSUCHNODE.error()


async def delete_queue(ctx: ImageContext) -> ImageResult:
    """DELETE/QUEUE."""
    name = _name(ctx)
    try:
        manager_of(ctx).delete_queue(name, credentials=ctx.process.credentials, names=ctx.process.names)
    except VmsError as error:
        about = DELETE.SEARCHFAIL if error.matches(JBC.NOSUCHQUE) else DELETE.FILNOTDEL
        raise about.error(name, cause=error) from error
    await ctx.kernel.durable()
    if ctx.cli.present("LOG"):
        ctx.put_message(QUEMAN.OBJDEL(name))
    return JBC.NORMAL


async def assign_queue(ctx: ImageContext) -> ImageResult:
    """ASSIGN/QUEUE device-queue logical-queue"""
    target, logical = (ctx.cli.parameters(p)[0].text for p in ("P1", "P2"))
    manager_of(ctx).assign_queue(target, logical, credentials=ctx.process.credentials, names=ctx.process.names)
    await ctx.kernel.durable()
    return JBC.NORMAL


async def assign_merge(ctx: ImageContext) -> ImageResult:
    """ASSIGN/MERGE target source"""
    target, source = (ctx.cli.parameters(p)[0].text for p in ("P1", "P2"))
    manager_of(ctx).merge_queue(target, source, credentials=ctx.process.credentials, names=ctx.process.names)
    await ctx.kernel.durable()
    return JBC.NORMAL


async def deassign_queue(ctx: ImageContext) -> ImageResult:
    """DEASSIGN/QUEUE logical-queue"""
    manager_of(ctx).deassign_queue(_name(ctx), credentials=ctx.process.credentials, names=ctx.process.names)
    await ctx.kernel.durable()
    return JBC.NORMAL


async def autostart(ctx: ImageContext) -> ImageResult:
    """ENABLE AUTOSTART/QUEUES and DISABLE AUTOSTART/QUEUES."""
    accept(ctx, "QUEUES")
    _check_node(ctx)
    manager, who = manager_of(ctx), ctx.process.credentials
    if ctx.cli.verb == "ENABLE":
        manager.enable_autostart(who)
    elif ctx.cli.verb == "DISABLE":
        manager.disable_autostart(who)
    else:
        raise CLI.CMDGONE.error()
    await ctx.kernel.durable()
    return JBC.NORMAL
