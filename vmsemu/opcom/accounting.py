"""Accounting: what JOB_CONTROL writes down of processes that end, of logins that fail, of print jobs, and what programs ask it to write.

Theory of operation. A record is packed when the event happens and waits in memory; after a few seconds, or when many wait, JOB_CONTROL appends them to
SYS$MANAGER:ACCOUNTNG.DAT, which it holds open. A record of the last seconds before a crash is lost, as with the deferred writes of the real one. Who
reads the file flushes it first. When the file can not be written the operators are told once, and the records are dropped until it can.

Source: System Manager's Manual, "Tracking resource use"; System Services Reference, $SNDJBC, SJC$_WRITE_ACCOUNTING. fidelity: image accounting, which is
off on a new system, is left out; the message about a file that can not be written is not known.
"""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING

from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.files.control import Share
from vmsemu.formats.acrdef import AccountingRecord, Identity, Printed, ProcessKind, RecordType, Resources
from vmsemu.opcom.opcom import operator_message
from vmsemu.services.process import Process, ProcessMode
from vmsemu.services.putmsg import message_lines
from vmsemu.tables.facilities import RMS

if TYPE_CHECKING:
    from vmsemu.queue.entry import Entry
    from vmsemu.services.loginout import LoginSource
    from vmsemu.services.record_file import RecordFile
    from vmsemu.services.system import System

SPEC = "SYS$MANAGER:ACCOUNTNG.DAT"
JOB_CONTROL = "JOB_CONTROL"
_DELAY = DeltaTime.of(seconds=10)
_MANY = 256
_INHIBIT = 0x10000000


class AccountingClass(IntFlag):
    """SET ACCOUNTING/ENABLE, in the bits of ACM$."""

    PROCESS = 1
    IMAGE = 2
    INTERACTIVE = 4
    LOGIN_FAILURE = 8
    SUBPROCESS = 16
    DETACHED = 32
    BATCH = 64
    NETWORK = 128
    PRINT = 256
    MESSAGE = 512


USUAL = AccountingClass(1023) & ~AccountingClass.IMAGE
"""What is on after a boot."""
_KINDS = {
    ProcessMode.INTERACTIVE: (ProcessKind.INTERACTIVE, AccountingClass.INTERACTIVE),
    ProcessMode.BATCH: (ProcessKind.BATCH, AccountingClass.BATCH),
    ProcessMode.NETWORK: (ProcessKind.NETWORK, AccountingClass.NETWORK),
    ProcessMode.OTHER: (ProcessKind.DETACHED, AccountingClass.DETACHED),
}
_PROCESS = int(AccountingClass.PROCESS)
_SUBPROCESS = (ProcessKind.SUBPROCESS, AccountingClass.SUBPROCESS)


class AccountingManager:
    """A part of the system. `enabled` is what SET ACCOUNTING changes."""

    def __init__(self, system: System) -> None:
        self._system = system
        self.enabled = USUAL
        self._pending: list[bytes] = []
        self._file: RecordFile | None = None
        self._failed = False
        self._due = False

    def begin(self) -> None:
        """The node boots: write that down, and listen for what happens."""
        self._system.process_ended.append(self.process_ended)
        self._system.login_failed.append(self.login_failed)
        self._write(AccountingRecord(RecordType.SYSINIT, self._system.now, identity=Identity(node=self._system.node_name)))

    # -- events --------------------------------------------------------------------------------------------------------------------------

    def process_ended(self, process: Process) -> None:
        """A process runs down; with JOB_CONTROL, what waits is written while it still can be."""
        if process.name == JOB_CONTROL and process.parent is None:
            self._end()
        kind, wanted = _SUBPROCESS if process.parent is not None else _KINDS[process.mode]
        enabled = int(self.enabled)
        if not (enabled & _PROCESS and enabled & int(wanted)):
            return
        self._write(AccountingRecord(RecordType.PROCESS, self._system.now, kind, self._identity(process), _resources(process)))

    def login_failed(self, username: str, source: LoginSource, status: ConditionValue) -> None:
        """LOGINOUT has refused somebody."""
        if self.enabled & AccountingClass.LOGIN_FAILURE:
            kind = ProcessKind.NETWORK if source.kind == "NETWORK" else ProcessKind.INTERACTIVE
            node = self._system.node_name
            who = Identity(username=username[:12], node=node, terminal=source.terminal, remote_address=source.remote, remote_name=source.remote)
            used = Resources(self._system.now, int(status))
            self._write(AccountingRecord(RecordType.LOGFAIL, self._system.now, kind, who, used))

    def print_ended(self, queue: str, entry: Entry, status: ConditionValue) -> None:
        """A job of an output queue has ended."""
        if int(self.enabled) & int(AccountingClass.PRINT):
            who = Identity(
                uic=entry.uic.to_long(), username=entry.username, account=entry.account, node=self._system.node_name, priority=entry.priority,
                job=entry.name, entry=entry.number, queue=queue,
            )  # fmt: skip
            used = Printed(int(status), entry.submitted, self._system.now)
            self._write(AccountingRecord(RecordType.PRINT, self._system.now, identity=who, printed=used))

    def user_message(self, process: Process, data: bytes) -> None:
        """$SNDJBC SJC$_WRITE_ACCOUNTING: up to 255 bytes from a program."""
        if self.enabled & AccountingClass.MESSAGE:
            kind = _SUBPROCESS[0] if process.parent is not None else _KINDS[process.mode][0]
            self._write(AccountingRecord(RecordType.USER, self._system.now, kind, self._identity(process), user_data=data))

    def _identity(self, process: Process) -> Identity:
        job, queue = process.attributes.get("QUEUE_JOB", ("", ""))
        address, remote_id = process.attributes.get("REMOTE", ("", ""))
        return Identity(
            process.pid, process.parent.pid if process.parent is not None else 0, process.uic.to_long(), process.privileges, process.base_priority,
            process.username, process.account, self._system.node_name, process.terminal,
            job, process.attributes.get("QUEUE_ENTRY", 0) if job else 0, queue, address, remote_id, address,
        )  # fmt: skip

    # -- the file ------------------------------------------------------------------------------------------------------------------------

    def _write(self, record: AccountingRecord) -> None:
        self._pending.append(record.to_bytes())
        if len(self._pending) >= _MANY:
            self.flush()
        elif not self._due:
            self._due = True
            self._system.kernel.call_at(VmsTime(self._system.now + _DELAY), self._later)

    def _later(self) -> None:
        self._due = False
        self.flush()

    def flush(self) -> None:
        """Append what waits to the file. Errors are told to the operators, once."""
        pending, self._pending = self._pending, []
        if not pending:
            return
        try:
            file = self._open()
            for record in pending:
                file.put(record)
            file.flush()
            self._failed = False
        except VmsError as error:
            self._file = None
            if not self._failed:
                self._failed = True
                operator_message(self._system, JOB_CONTROL, message_lines(error.message))

    def new_file(self) -> None:
        """SET ACCOUNTING/NEW_FILE: close the file and begin a new version; each names the other. Errors: those of creating a file."""
        self.flush()
        now = self._system.now
        old, self._file = self._file, None
        name = str(old.spec) if old is not None else ""
        new = self._create()
        if old is not None and not old.closed:
            old.put(AccountingRecord(RecordType.FILE_FORWARD, now, file=str(new.spec)).to_bytes())
            old.close()
        new.put(AccountingRecord(RecordType.FILE_BACKWARD, now, file=name).to_bytes())
        new.flush()
        self._file = new

    def _open(self) -> RecordFile:
        if self._file is None or self._file.closed:
            try:
                self._file = self._writer().files.open(SPEC, append=True, share=Share.READ)
            except VmsError as error:
                if not error.matches(RMS.FNF):
                    raise
                self._file = self._create()
        return self._file

    def _create(self) -> RecordFile:
        return self._writer().files.create(SPEC, protection="S:RWED,O:RWED,G,W", share=Share.READ)

    def _writer(self) -> Process:
        """JOB_CONTROL."""
        from vmsemu.queue.files import service_process

        return service_process(self._system, JOB_CONTROL)

    def _end(self) -> None:
        self.flush()
        file, self._file = self._file, None
        if file is not None and not file.closed:
            file.close()


def _resources(process: Process) -> Resources:
    """The status of a process with a command interpreter is that of its LOGOUT, which nobody displays again."""
    counts, pages = process.accounting, process.quotas.wsdefault
    commands = process.mode is not ProcessMode.OTHER or "dcl" in process.attributes
    status = int(process.final_status) | (_INHIBIT if commands else 0)
    return Resources(
        process.login_time, status, counts.images, counts.cpu, counts.page_faults, 0, pages, pages * 8, counts.direct_io, counts.buffered_io,
        counts.volumes,
    )  # fmt: skip


def accounting(system: System) -> AccountingManager | None:
    """The node's accounting; None on a node without."""
    found: AccountingManager | None = system.parts.get(AccountingManager)
    return found
