"""The queue manager: operations on queues, forms and characteristics, and starting and stopping the manager itself.

Theory of operation. QueueManager is built in layers: QueueState (what is known), Scheduler (what runs next), Jobs (operations on jobs), Failover
(the members of a cluster), and this one. Execution is left to two executors, batch processes and symbionts. Nothing here waits; a queue that needs
time to stop passes through `stopping` or `resetting`, and the executor reports when it is done.

After a restart execution queues are stopped until START/QUEUE (autostart queues that are active: until ENABLE AUTOSTART), generic queues are as
they were, jobs that were running wait again (server queues always, others when restartable, else they end with JBC.SYSFAIL), held jobs are held,
and timed releases are armed.

Source: System Manager's Manual, chapters on queues; DCL Dictionary; System Services Reference, $SNDJBC.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Unpack

from vmsemu.base.condition import Message, VmsError
from vmsemu.base.extended import upper
from vmsemu.base.privilege import Privilege
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.kernel.event import Completion, TimedOut
from vmsemu.queue.access import MANAGE, require, require_oper
from vmsemu.queue.batch import BatchExecutor
from vmsemu.queue.database import QueueDatabase
from vmsemu.queue.failover import Failover
from vmsemu.queue.files import JOB_CONTROL, create_database, open_database, report_open_failure, service_process, was_running
from vmsemu.queue.form import SYSTEM_FORM, Characteristic, Form
from vmsemu.queue.jbc import JBC
from vmsemu.queue.queue import ATTRIBUTES, Queue, QueueAttributes
from vmsemu.queue.status import JobStatus, ManagerStatus, QueueKind, RunState
from vmsemu.queue.symbiont_control import SymbiontExecutor
from vmsemu.services.cluster import members

if TYPE_CHECKING:
    from vmsemu.lnm.names import ProcessNames
    from vmsemu.queue.entry import Entry
    from vmsemu.security.access import Credentials
    from vmsemu.services.system import System

MANAGER_NAME = "SYS$QUEUE_MANAGER"
_STOP_TIME = DeltaTime.of(seconds=30)
_STATIC = frozenset({"device", "node", "autostart_on", "targets", "processor", "library"})


class StopMode(Enum):
    """The ways to stop a queue: STOP/QUEUE, /NEXT, /RESET."""

    PAUSE = "pause"
    NEXT = "next"
    RESET = "reset"


class QueueManager(Failover):
    """The part of a node that owns queues and jobs."""

    def __init__(self, system: System) -> None:
        super().__init__(system)
        self.batch: BatchExecutor = BatchExecutor(self)
        self.symbionts: SymbiontExecutor = SymbiontExecutor(self)
        self.autostart_enabled = False
        self._all_stopped: Completion[None] | None = None

    # -- the manager itself -------------------------------------------------------------------------------------------------------------

    @property
    def status(self) -> ManagerStatus:
        return ManagerStatus.RUNNING if self.database is not None else ManagerStatus.STOPPED

    def start(
        self, credentials: Credentials | None = None, *, new_version: bool = False, directory: str = "", nodes: tuple[str, ...] = ()
    ) -> None:
        """START/QUEUE/MANAGER: needs OPER and SYSNAM. Starting a running manager changes nothing.

        Errors: JBC.NOOPER, NOSYSNAM, JOBQUEENA (/NEW_VERSION while it runs), QMANNOTSTARTED when the files can not be opened or made.
        """
        if credentials is not None and Privilege.OPER not in credentials.privileges:
            raise JBC.NOOPER.error()
        if credentials is not None and Privilege.SYSNAM not in credentials.privileges:
            raise JBC.NOSYSNAM.error()
        service_process(self.system, JOB_CONTROL)
        if self.database is not None:
            if new_version:
                raise JBC.JOBQUEENA.error()
            return
        files = self._files()
        try:
            database = create_database(files, directory) if new_version else open_database(files)
        except VmsError as error:
            report_open_failure(self.system, files, error)
            files.close_all()
            raise JBC.QMANNOTSTARTED.error() from error
        self.load(database)
        self.running_on = self.system.node_name
        if nodes:
            self.record = self.record._replace(nodes=nodes)
        self.save_record(running=True)

    def start_at_boot(self) -> None:
        """What the job controller does at boot: start the manager if it was running when the node stopped. Failures go to the operators."""
        files = service_process(self.system, JOB_CONTROL).files
        try:
            if was_running(files):
                self.start()
        except VmsError as error:
            report_open_failure(self.system, files, error)

    def load(self, database: QueueDatabase) -> None:
        """Take up a database: read everything, put every job where it belongs."""
        self.database = database
        self.queues.clear()
        self.entries.clear()
        self.forms = {SYSTEM_FORM.name: SYSTEM_FORM} | {f.name: f for f in database.forms()}
        self.characteristics = {c.name: c for c in database.characteristics()}
        self.record = database.manager() or self.record
        self.last_entry, self.last_serial = self.record.last_entry, self.record.last_serial
        for queue in database.queues():
            if not queue.routes:
                queue.state = RunState.STOPPED
            self.queues[queue.name] = queue
        self.queues_changed()
        for queue in self.queues.values():
            self.reorder(queue)
        for entry in sorted(database.entries(), key=lambda e: e.serial):
            self._recover(entry)

    def _recover(self, entry: Entry) -> None:
        queue, origin = self.queues.get(entry.queue), self.queues.get(entry.origin)
        if queue is None or origin is None:
            return
        self.entries[entry.number] = entry
        if entry.serial > self.last_serial:
            self.last_entry, self.last_serial = entry.number, entry.serial
        if entry.retained:
            self.place(entry, JobStatus.RETAINED)
            self._arm_retention(entry)
        elif entry.executing and not entry.restart and queue.kind is not QueueKind.SERVER:
            self.place(entry, JobStatus.EXECUTING)
            self.job_finished(entry, JBC.SYSFAIL.value)
        else:
            if entry.executing:
                entry.restarting = True
            entry.queue = entry.origin
            entry.state = self._waiting_state(entry)
            self._wait(entry)

    def stop(self) -> None:
        """STOP/QUEUE/MANAGER/CLUSTER, and the end of the node: running jobs are stopped, the files closed."""
        if self.database is None:
            return
        self.stop_all_queues()
        self.close(running=False)

    def close(self, *, running: bool) -> None:
        """Close the files. `running`: the manager starts again by itself at the next boot. Jobs still running keep their state on the disk."""
        if self.database is None or self.running_on != self.system.node_name:
            return
        self.save_record(running=running)
        if running and (heir := self._heir()) is not None:
            self.database.close()
            self.database = None
            heir.take_over()
            return
        for entry in self.entries.values():
            if entry.timer is not None:
                entry.timer.cancel()
        self.database.close()
        self.database = None
        for member in members(self.system):
            member.part(QueueManager).symbionts.shut_down()

    # -- queues -------------------------------------------------------------------------------------------------------------------------

    def initialize_queue(
        self, name: str, *, kind: QueueKind | None = None, generic: bool | None = None, credentials: Credentials | None = None,
        **attributes: Unpack[QueueAttributes],
    ) -> Queue:  # fmt: skip
        """INITIALIZE/QUEUE: create a queue, or change one that is stopped. `kind` of None is a printer queue, or what it is already.

        Errors: JBC.JOBQUEDIS, INVQUENAM, NOPRIV, QUENOTSTOP, INCQUETYP, NOSUCHFORM; those of RMS.
        """
        database = self.running_database()
        name = self.check_name(name)
        queue = self.queues.get(name)
        if queue is None:
            require_oper(credentials)
            queue = Queue(name, kind or QueueKind.PRINTER, generic=bool(generic or attributes.get("targets")))
            if not queue.generic:
                queue.node = self.system.node_name
            self._change(queue, attributes)
            database.save_queue(queue, new=True)
            self.queues[name] = queue
            self.reorder(queue)
            self.queues_changed()
            return queue
        require(credentials, queue, MANAGE)
        if not queue.stopped:
            raise JBC.QUENOTSTOP.error()
        if kind is not None and (kind is QueueKind.BATCH) is not queue.is_batch:
            raise JBC.INCQUETYP.error()
        if kind is not None:
            queue.kind = kind
        if generic is not None:
            queue.generic = generic
        self._change(queue, attributes)
        self._changed(queue)
        return queue

    def set_queue(
        self, name: str, *, credentials: Credentials | None = None, names: ProcessNames | None = None, **attributes: Unpack[QueueAttributes]
    ) -> Queue:
        """SET QUEUE: change attributes of a queue in any state. Errors: JBC.NOSUCHQUE, NOPRIV, NOSUCHFORM."""
        queue = self.find_queue(name, names)
        require(credentials, queue, MANAGE)
        self._change(queue, attributes)
        self._changed(queue)
        self._reschedule(queue)
        return queue

    def _change(self, queue: Queue, attributes: QueueAttributes) -> None:
        """Errors: JBC.NOSUCHFORM; nothing is changed then."""
        assert attributes.keys() <= ATTRIBUTES
        for word in ("form_mounted", "default_form"):
            if word in attributes:
                attributes[word] = self.form(attributes[word]).name
        if "node" in attributes and attributes["node"] not in ("", *(member.node_name for member in members(self.system))):
            raise JBC.NOSUCHNODE.error()
        for key, value in attributes.items():
            setattr(queue, key, value)
        if attributes.get("autostart_on"):
            queue.generic = False

    def _changed(self, queue: Queue) -> None:
        self.running_database().save_queue(queue)
        self.reorder(queue)
        self.queues_changed()

    def _reschedule(self, queue: Queue) -> None:
        self.schedule(queue)
        if queue.routes:
            return
        for feeder in self.feeders(queue):
            self.schedule(feeder)

    def start_queue(
        self, name: str, *, credentials: Credentials | None = None, names: ProcessNames | None = None, **attributes: Unpack[QueueAttributes]
    ) -> Message | None:
        """START/QUEUE: start a stopped queue, resume a paused one. The message, if any, is informational (JBC.AUTONOTSTART).

        Errors: JBC.NOSUCHQUE, NOPRIV, STARTED, NOSUCHFORM, SYMCREPRC.
        """
        queue = self.find_queue(name, names)
        require(credentials, queue, MANAGE)
        if queue.state not in (RunState.STOPPED, RunState.PAUSED, RunState.PAUSING):
            raise JBC.STARTED.error()
        if attributes:
            if not queue.stopped and attributes.keys() & _STATIC:
                raise JBC.QUENOTSTOP.error()
            self._change(queue, attributes)
        if queue.routes:
            queue.state = RunState.RUNNING
            self._changed(queue)
            self.schedule(queue)
            return None
        if queue.autostart and not queue.autostart_active:
            queue.autostart_active = True
            self._changed(queue)
        elif attributes:
            self._changed(queue)
        if queue.autostart and queue.stopped:
            return self._autostart(queue)
        if queue.stopped:
            self.executor(queue).start_queue(queue)
        else:
            self.executor(queue).resume(queue)
        self.schedule(queue)
        return None

    def _autostart(self, queue: Queue) -> Message | None:
        """Run an active autostart queue if this node may."""
        here = self.system.node_name
        found = next((device for node, device in queue.autostart_on if upper(node) in ("", here)), None)
        if not self.autostart_enabled or found is None:
            return JBC.AUTONOTSTART()
        queue.node, queue.device = here, found
        self.executor(queue).start_queue(queue)
        self.schedule(queue)
        return None

    def enable_autostart(self, credentials: Credentials | None = None) -> None:
        """ENABLE AUTOSTART/QUEUES: active autostart queues start. Errors: JBC.NOPRIV without OPER."""
        require_oper(credentials)
        self.running_database()
        self.autostart_enabled = True
        for queue in self.queues.values():
            if queue.autostart and queue.autostart_active and queue.stopped:
                self._autostart(queue)

    def disable_autostart(self, credentials: Credentials | None = None) -> None:
        """DISABLE AUTOSTART/QUEUES: current jobs complete, then the queues stop; they stay active. Errors: JBC.NOPRIV without OPER."""
        require_oper(credentials)
        self.running_database()
        self.autostart_enabled = False
        for queue in self.queues.values():
            if queue.autostart and self._is_here(queue) and queue.state in (RunState.RUNNING, RunState.PAUSED):
                self._stop_next(queue)

    def stop_queue(
        self, name: str, mode: StopMode = StopMode.PAUSE, *, credentials: Credentials | None = None, names: ProcessNames | None = None
    ) -> None:
        """STOP/QUEUE (pause), /NEXT, /RESET. Stopping a stopped queue changes nothing. Errors: JBC.NOSUCHQUE, NOPRIV."""
        queue = self.find_queue(name, names)
        require(credentials, queue, MANAGE)
        if queue.routes:
            queue.state = RunState.STOPPED
            self._changed(queue)
            return
        if mode is StopMode.PAUSE:
            if queue.state is RunState.RUNNING:
                self.executor(queue).pause(queue)
            return
        if queue.autostart_active:
            queue.autostart_active = False
            self.running_database().save_queue(queue)
        if mode is StopMode.NEXT:
            self._stop_next(queue)
        elif queue.state is not RunState.STOPPED:
            self.executor(queue).reset(queue)

    def _stop_next(self, queue: Queue) -> None:
        if queue.state in (RunState.STOPPED, RunState.STOP_PENDING, RunState.STOPPING, RunState.RESETTING):
            return
        if queue.executing:
            if queue.state is RunState.PAUSED:
                self.executor(queue).resume(queue)
            queue.state = RunState.STOP_PENDING
        else:
            self.executor(queue).stop_queue(queue)

    def queue_stopped(self, queue: Queue) -> None:
        """The executor reports that a queue has stopped."""
        queue.state = RunState.STOPPED
        queue.stalled = queue.unavailable = False
        if self._all_stopped is not None:
            self._all_stopped.complete(None)

    def queue_running(self, queue: Queue) -> None:
        """The executor reports that a queue runs."""
        if queue.state in (RunState.STARTING, RunState.RESUMING, RunState.PAUSED, RunState.PAUSING):
            queue.state = RunState.RUNNING
            self.schedule(queue)

    def kind_found(self, queue: Queue, kind: QueueKind) -> None:
        """The symbiont tells what kind of queue it is."""
        if queue.kind is not kind:
            queue.kind = kind
            self._changed(queue)

    def stop_all_queues(self, credentials: Credentials | None = None) -> None:
        """STOP/QUEUES/ON_NODE: every execution queue is reset; autostart queues stay active. Errors: JBC.NOPRIV."""
        require_oper(credentials)
        self.running_database()
        self.autostart_enabled = False
        for queue in self.queues.values():
            if self._is_here(queue) and not queue.stopped:
                self.executor(queue).reset(queue)

    async def stopped(self) -> None:
        """Wait until no execution queue runs any more. Symbionts that do not answer within half a minute are deleted."""
        deadline = VmsTime(self.kernel.now + _STOP_TIME)
        while any(self._is_here(q) and not q.stopped for q in self.queues.values()):
            self._all_stopped = Completion(self.kernel)
            try:
                await self._all_stopped.wait(deadline=deadline)
            except TimedOut:
                self.symbionts.delete_all()
                deadline = VmsTime(self.kernel.now + _STOP_TIME)

    def delete_queue(self, name: str, *, credentials: Credentials | None = None, names: ProcessNames | None = None) -> None:
        """DELETE/QUEUE. Errors: JBC.NOSUCHQUE, NOPRIV, QUENOTSTOP, REFERENCED while jobs or other queues refer to it."""
        database = self.running_database()
        queue = self.find_queue(name, names)
        require(credentials, queue, MANAGE)
        if not queue.stopped:
            raise JBC.QUENOTSTOP.error()
        others = (q for q in self.queues.values() if q is not queue)
        if queue.job_count or any(queue.name in q.targets or q.assigned_to == queue.name for q in others):
            raise JBC.REFERENCED.error()
        if any(e.origin == queue.name for e in self.entries.values()):
            raise JBC.REFERENCED.error()
        del self.queues[queue.name]
        database.delete_queue(queue.name)
        self.queues_changed()

    # -- logical queues, merging ----------------------------------------------------------------------------------------------------------

    def assign_queue(
        self, execution: str, logical: str, *, credentials: Credentials | None = None, names: ProcessNames | None = None
    ) -> None:
        """ASSIGN/QUEUE: make a stopped output queue a logical one. Errors: JBC.NOSUCHQUE, NOPRIV, QUENOTSTOP, INCQUETYP, INCDSTQUE."""
        target, queue = self.find_queue(execution, names), self.find_queue(logical, names)
        require(credentials, queue, MANAGE)
        if not queue.stopped:
            raise JBC.QUENOTSTOP.error()
        if queue.is_batch or queue.generic:
            raise JBC.INCQUETYP.error()
        if target.is_batch or target.routes or target is queue:
            raise JBC.INCDSTQUE.error()
        queue.assigned_to = target.name
        self._changed(queue)

    def deassign_queue(self, logical: str, *, credentials: Credentials | None = None, names: ProcessNames | None = None) -> None:
        """DEASSIGN/QUEUE: an ordinary stopped queue again. Errors: JBC.NOSUCHQUE, NOPRIV, NOTASSIGN."""
        queue = self.find_queue(logical, names)
        require(credentials, queue, MANAGE)
        if not queue.assigned_to:
            raise JBC.NOTASSIGN.error()
        queue.assigned_to = ""
        queue.state = RunState.STOPPED
        self._changed(queue)

    def merge_queue(self, target: str, source: str, *, credentials: Credentials | None = None, names: ProcessNames | None = None) -> None:
        """ASSIGN/MERGE: move the waiting jobs of one queue to another. Errors: JBC.NOSUCHQUE, NOPRIV, INCDSTQUE."""
        to, here = self.find_queue(target, names), self.find_queue(source, names)
        require(credentials, here, MANAGE)
        require(credentials, to, MANAGE)
        if to.is_batch is not here.is_batch or to is here:
            raise JBC.INCDSTQUE.error()
        for entry in [*here.pending, *here.holding.values(), *here.timed.values()]:
            self.withdraw(entry)
            entry.queue = entry.origin = to.name
            self.save_later(entry)
            entry.state = self._waiting_state(entry)
            self._wait(entry)

    # -- forms and characteristics --------------------------------------------------------------------------------------------------------

    def define_form(self, form: Form, credentials: Credentials | None = None) -> Form:
        """DEFINE/FORM: new or changed. Errors: JBC.NOPRIV, DUPFORM, STKNOTCHANGE, INVFORNAM."""
        require_oper(credentials)
        database = self.running_database()
        old = self.forms.get(form.name)
        if any(f.number == form.number and f.name != form.name for f in self.forms.values()):
            raise JBC.DUPFORM.error()
        if old is not None and old.stock_name != form.stock_name and self._form_used(form.name):
            raise JBC.STKNOTCHANGE.error()
        database.save_form(form)
        self.forms[form.name] = form
        for queue in self.queues.values():
            self.reorder(queue)
        return form

    def delete_form(self, name: str, credentials: Credentials | None = None) -> None:
        """DELETE/FORM. Errors: JBC.NOPRIV, NOSUCHFORM, REFERENCED."""
        require_oper(credentials)
        database = self.running_database()
        form = self.form(name)
        if form.name == SYSTEM_FORM.name or self._form_used(form.name):
            raise JBC.REFERENCED.error()
        del self.forms[form.name]
        database.delete_form(form.name)

    def _form_used(self, name: str) -> bool:
        queues = any(name in (q.form_mounted, q.default_form) for q in self.queues.values())
        return queues or any(e.form == name for e in self.entries.values())

    def define_characteristic(self, name: str, number: int, credentials: Credentials | None = None) -> Characteristic:
        """DEFINE/CHARACTERISTIC. Errors: JBC.NOPRIV, INVCHANAM, DUPCHARNAME, DUPCHARNUM."""
        require_oper(credentials)
        database = self.running_database()
        word = upper(name)
        if not 0 <= number <= 127 or not word or len(word) > 31:
            raise JBC.INVCHANAM.error()
        old = self.characteristics.get(word)
        if old is not None and old.number != number:
            raise JBC.DUPCHARNAME.error()
        if any(c.number == number and c.name != word for c in self.characteristics.values()):
            raise JBC.DUPCHARNUM.error()
        found = self.characteristics[word] = Characteristic(word, number)
        database.save_characteristic(found)
        return found

    def delete_characteristic(self, name: str, credentials: Credentials | None = None) -> None:
        """DELETE/CHARACTERISTIC. Errors: JBC.NOPRIV, NOSUCHCHAR."""
        require_oper(credentials)
        database = self.running_database()
        if upper(name) not in self.characteristics:
            raise JBC.NOSUCHCHAR.error()
        del self.characteristics[upper(name)]
        database.delete_characteristic(upper(name))
