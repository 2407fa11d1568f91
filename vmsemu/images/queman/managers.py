"""START, STOP and DELETE/QUEUE/MANAGER. There is one queue manager; others can not be added. Source: DCL Dictionary, those commands."""

from __future__ import annotations

from vmsemu.images.common.gaps import refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.queman.values import manager_of
from vmsemu.images.registry import ImageResult
from vmsemu.queue.jbc import JBC
from vmsemu.queue.manager import MANAGER_NAME
from vmsemu.services.cluster import members


async def start_queue_manager(ctx: ImageContext) -> ImageResult:
    """START/QUEUE/MANAGER[/NEW_VERSION][/ON=(node,...)] [directory]"""
    refuse(ctx, "ADD")
    _check_manager(ctx)
    manager = manager_of(ctx)
    directory = ctx.cli.value("P1") or ""
    if directory:
        place = ctx.files.parse(directory)
        directory = place.device + place.directory
    nodes = tuple(n.upper().removesuffix("::") for n in ctx.cli.values("ON"))
    manager.start(ctx.process.credentials, new_version=ctx.cli.present("NEW_VERSION"), directory=directory, nodes=nodes)
    await ctx.kernel.durable()
    return JBC.NORMAL


async def stop_queue_manager(ctx: ImageContext) -> ImageResult:
    """STOP/QUEUE/MANAGER/CLUSTER; without /CLUSTER it stops the queues of this node."""
    _check_manager(ctx)
    manager = manager_of(ctx)
    if manager.database is None:
        raise JBC.JOBQUEDIS.error()
    everywhere = ctx.cli.present("CLUSTER")
    nodes = [manager.at(node.node_name) for node in members(ctx.system)] if everywhere else [manager]
    for there in nodes:
        there.stop_all_queues(ctx.process.credentials)
    for there in nodes:
        await there.stopped()
    if everywhere and manager.database is not None:
        manager.at(manager.running_on).close(running=False)
    await ctx.kernel.durable()
    return JBC.NORMAL


async def delete_queue_manager(ctx: ImageContext) -> ImageResult:
    """DELETE/QUEUE/MANAGER/NAME_OF_MANAGER: removes an added manager, and there is none."""
    raise JBC.NOSUCHQMGR.error()


def _check_manager(ctx: ImageContext) -> None:
    """Errors: JBC.NOSUCHQMGR for a name that is not the default one."""
    if (ctx.cli.value("NAME_OF_MANAGER") or MANAGER_NAME).upper() != MANAGER_NAME:
        raise JBC.NOSUCHQMGR.error()
