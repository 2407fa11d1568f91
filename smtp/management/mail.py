"""START MAIL and STOP MAIL: the queues of SMTP.

START MAIL makes the queues that the configuration asks for, if they are not there, and starts them; logical names, local aliases and configuration
are read anew. STOP MAIL lets running jobs complete. Source: Management 17.4; HELP START MAIL. fidelity: both are silent on success.

START MAIL also deletes what receivers left behind that were killed in the middle of a message: control files of this node that are empty, that no
entry names and that nobody has open. They hold nothing and nobody was promised anything, since a file gets its end together with its entry; the
sender still has the message. ANALYZE MAIL would tell of them until somebody repairs. Files that hold anything are left to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp.config.account import account, login_directory
from smtp.config.configuration import MAXIMUM_QUEUES
from smtp.control_file import store
from smtp.control_file.name import PRODUCT
from smtp.facility import TCPIP
from smtp.management.common import require_system
from smtp.node import SYMBIONT, SmtpNode
from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.time import DeltaTime
from vmsemu.images.context import ImageContext
from vmsemu.kernel.kernel import sleep
from vmsemu.queue.jbc import JBC
from vmsemu.queue.manager import QueueManager, StopMode
from vmsemu.queue.queue import Queue
from vmsemu.queue.status import QueueKind, RunState
from vmsemu.tables.facilities import SS

if TYPE_CHECKING:
    from vmsemu.services.system import System

_STOPPING = (RunState.STOP_PENDING, RunState.STOPPING, RunState.RESETTING)
_PATIENCE = DeltaTime.of(minutes=1)
_GLANCE = DeltaTime.of(hundredths=1)


async def start_mail(ctx: ImageContext) -> ConditionValue:
    """START MAIL"""
    require_system(ctx.process, TCPIP.MAILERROR)
    node = ctx.system.part(SmtpNode)
    node.forget()
    try:
        configured = node.is_configured()
    except VmsError as error:
        raise TCPIP.MAILERROR.error(cause=error) from None
    if not configured:
        raise TCPIP.MAILERROR.error(cause=TCPIP.NOTCONFIG)
    manager = ctx.system.part(QueueManager)
    _erase_unfinished(ctx, manager)
    try:
        targets = [node.execution_queue(number + 1) for number in range(node.configuration().queues)]
        node.aliases(node.agent)  # a queue that could not read them would not start
        await _quiet(ctx, manager, [*targets, node.generic_queue])
        _make_queues(manager, node, targets)
        for name in (*targets, node.generic_queue):
            _start(manager, name)
    except VmsError as error:
        raise TCPIP.MAILERROR.error(cause=error) from None
    return SS.NORMAL.value


async def stop_mail(ctx: ImageContext) -> ConditionValue:
    """STOP MAIL"""
    require_system(ctx.process, TCPIP.MAILERROR)
    node = ctx.system.part(SmtpNode)
    manager = ctx.system.part(QueueManager)
    try:
        for number in range(MAXIMUM_QUEUES + 1):
            name = node.execution_queue(number)
            if _find(manager, name) is not None:
                manager.stop_queue(name, StopMode.NEXT)
    except VmsError as error:
        raise TCPIP.MAILERROR.error(cause=error) from None
    return SS.NORMAL.value


def give_up_attempts(system: System) -> None:
    """Reset the queues that were stopped and still have an attempt running: the network is going, and its failure would count as an attempt."""
    node, manager = system.part(SmtpNode), system.part(QueueManager)
    for number in range(1, MAXIMUM_QUEUES + 1):
        queue = _find(manager, node.execution_queue(number))
        if queue is not None and queue.executing and queue.state in _STOPPING:
            manager.stop_queue(queue.name, StopMode.RESET)


def _erase_unfinished(ctx: ImageContext, manager: QueueManager) -> None:
    """Delete the empty control files of this node. One that can not be deleted stays until the next time."""
    files, place = ctx.process.files, login_directory(account(ctx.system))
    with store.as_installed(ctx.process):
        try:
            empty = [f for f in files.search(f"{place}*.{PRODUCT}_{ctx.system.node_name};*") if not f.header.size]
            named = {file.spec for entry in manager.entries.values() for file in entry.files} if empty else set()
            for found in empty:
                if found.header.fid.number not in found.volume.open_files and found.spec.to_text() not in named:
                    files.erase(found.spec)
        except VmsError:
            return


async def _quiet(ctx: ImageContext, manager: QueueManager, names: list[str]) -> None:
    """Wait until queues that are about to stop have stopped (STOP MAIL came just before). Errors: JBC.QUENOTSTOP when they do not."""
    deadline = ctx.now + _PATIENCE
    while any(queue.state in _STOPPING for name in names if (queue := _find(manager, name)) is not None):
        if ctx.now >= deadline:
            raise JBC.QUENOTSTOP.error()
        await sleep(ctx.kernel, _GLANCE)


def _make_queues(manager: QueueManager, node: SmtpNode, targets: list[str]) -> None:
    """The execution queues and the generic queue in front of them."""
    for name in targets:
        if _find(manager, name) is None:
            manager.initialize_queue(name, kind=QueueKind.SERVER, processor=SYMBIONT, node=node.system.node_name)
    generic = _find(manager, node.generic_queue)
    if generic is None or (generic.stopped and list(generic.targets) != targets):
        manager.initialize_queue(node.generic_queue, kind=QueueKind.SERVER, generic=True, targets=targets)


def _start(manager: QueueManager, name: str) -> None:
    try:
        manager.start_queue(name)
    except VmsError as error:
        if not error.matches(JBC.STARTED):
            raise


def _find(manager: QueueManager, name: str) -> Queue | None:
    try:
        return manager.find_queue(name)
    except VmsError as error:
        if error.matches(JBC.NOSUCHQUE):
            return None
        raise
