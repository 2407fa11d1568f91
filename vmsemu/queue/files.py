"""Where the queue database is: QMAN$MASTER.DAT, which the logical name QMAN$MASTER can move, and the queue and journal files beside it or
where START/QUEUE/MANAGER said.

The files are opened by the process QUEUE_MANAGER and stay open as long as it lives.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from vmsemu.base.condition import VmsError
from vmsemu.opcom.opcom import operator_message
from vmsemu.queue.database import JOURNAL_KEY, MASTER_KEY, QUEUE_KEY, IndexedRecords, QueueDatabase, key_definition
from vmsemu.queue.jbc import JBC
from vmsemu.queue.records import ManagerRecord
from vmsemu.services.creprc import create_process, idle
from vmsemu.services.process import Process, ProcessMode
from vmsemu.services.putmsg import message_lines
from vmsemu.services.stream import NullStream

if TYPE_CHECKING:
    from vmsemu.services.rms import ProcessFiles
    from vmsemu.services.system import System

MASTER_FILE = "QMAN$MASTER"
MASTER_DEFAULT = "SYS$COMMON:[SYSEXE]QMAN$MASTER.DAT"
DIRECTORY = "SYS$COMMON:[SYSEXE]"
MANAGER_FILE = "SYS$QUEUE_MANAGER"
JOB_CONTROL = "JOB_CONTROL"
QUEUE_MANAGER = "QUEUE_MANAGER"


def open_database(files: ProcessFiles) -> QueueDatabase:
    """Open the three files. Errors: those of opening (RMS.FNF before the first START/QUEUE/MANAGER/NEW_VERSION)."""
    master = IndexedRecords(files.open_indexed(MASTER_FILE, MASTER_DEFAULT, write=True).indexed, MASTER_KEY)
    record = QueueDatabase(master, master, master).manager()
    directory = (record.directory if record is not None else "") or DIRECTORY
    queues = files.open_indexed(f"{directory}{MANAGER_FILE}.QMAN$QUEUES", write=True)
    journal = files.open_indexed(f"{directory}{MANAGER_FILE}.QMAN$JOURNAL", write=True)
    return QueueDatabase(master, IndexedRecords(queues.indexed, QUEUE_KEY), IndexedRecords(journal.indexed, JOURNAL_KEY))


def create_database(files: ProcessFiles, directory: str = "") -> QueueDatabase:
    """Make new versions of the three files. Errors: those of creating."""
    where = files.parse(directory or DIRECTORY)
    place = where.device + where.directory
    made = [
        files.create_indexed(MASTER_FILE, [key_definition(MASTER_KEY)], default=MASTER_DEFAULT),
        files.create_indexed(f"{place}{MANAGER_FILE}.QMAN$QUEUES", [key_definition(QUEUE_KEY)]),
        files.create_indexed(f"{place}{MANAGER_FILE}.QMAN$JOURNAL", [key_definition(JOURNAL_KEY)]),
    ]
    sizes = (MASTER_KEY, QUEUE_KEY, JOURNAL_KEY)
    database = QueueDatabase(*(IndexedRecords(file.indexed, size) for file, size in zip(made, sizes, strict=True)))
    database.save_manager(ManagerRecord(directory=place))
    return database


def was_running(files: ProcessFiles) -> bool:
    """The manager ran when its files were last closed. Errors: those of opening the master file."""
    with files.open_indexed(MASTER_FILE, MASTER_DEFAULT) as file:
        master = IndexedRecords(file.indexed, MASTER_KEY)
        record = QueueDatabase(master, master, master).manager()
    return record is not None and record.running


def service_process(system: System, name: str, ended: Callable[[], None] | None = None) -> Process:
    """JOB_CONTROL or QUEUE_MANAGER: made when it is not there. `ended` is called when it runs down."""
    found = system.processes.by_name(name)
    if found is None:
        found = create_process(
            system, username="SYSTEM", name=name, mode=ProcessMode.OTHER, input=NullStream(), output=NullStream(), main=idle, priority=10,
            login=False,
        )  # fmt: skip
        if ended is not None:
            found.rundown.append(ended)
    return found


def report_open_failure(system: System, files: ProcessFiles, error: VmsError) -> None:
    """The two operator messages JOB_CONTROL sends when the master file can not be opened."""
    spec = getattr(error, "spec", None)
    lines = message_lines(JBC.OPENERR(str(spec or files.parse(MASTER_FILE, MASTER_DEFAULT)), cause=error.message))
    for line in lines[:2]:
        operator_message(system, JOB_CONTROL, [line])
