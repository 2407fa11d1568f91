"""SHOW QUEUE and SHOW ENTRY as lines, and F$GETQUI."""

import pytest

from tests.queue.queue_world import BOOT, SMITH
from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.base.uic import Uic
from vmsemu.queue import display
from vmsemu.queue.entry import JobFile
from vmsemu.queue.form import Form
from vmsemu.queue.getqui import getqui
from vmsemu.queue.jbc import JBC
from vmsemu.queue.manager import StopMode
from vmsemu.queue.status import FileFlags, QueueKind, Retention
from vmsemu.services.creprc import create_process
from vmsemu.tables.facilities import SS


def f_getqui(process, function, item="", object_id="", flags=""):
    """As F$GETQUI answers."""
    try:
        value = getqui(process, function, item, object_id, flags.split(","))
    except VmsError as error:
        if error.matches(JBC.JOBQUEDIS):
            raise
        return ""
    return {None: "", True: "TRUE", False: "FALSE"}[value] if value is None or isinstance(value, bool) else value


def show(world, name, **options):
    queue = world.manager.queues[name]
    return display.queue_lines(world.manager, queue, list(queue.jobs()), **options)


@pytest.fixture
def process(world):
    async def main(process):
        await process.hibernate()

    return create_process(world.system, username="SMITH", name="SMITH", main=main)


def test_an_empty_batch_queue_is_one_line_and_a_blank_one(world):
    world.batch_queue()
    assert show(world, "SYS$BATCH") == ["Batch queue SYS$BATCH, idle, on ALPHA1::", ""]


def test_headers_name_kind_state_place_and_form(world, deliveries):
    world.server_queues()
    manager = world.manager
    manager.initialize_queue("SYS$PRINT", device="LPA0:")
    manager.initialize_queue("NET", kind=QueueKind.TERMINAL, device="printer.example.com:9100")
    manager.initialize_queue("LOG")
    manager.assign_queue("SYS$PRINT", "LOG")
    manager.initialize_queue("ALL$BATCH", kind=QueueKind.BATCH, generic=True)
    manager.initialize_queue("AUTO", kind=QueueKind.BATCH, autostart_on=(("ALPHA1", ""),))
    headers = {name: display.header(manager, queue) for name, queue in manager.queues.items()}
    assert headers == {
        "ALL$BATCH": "Generic batch queue ALL$BATCH, stopped",
        "AUTO": "Batch queue AUTO, stopped, autostart inactive, on ALPHA1::",
        "LOG": "Logical queue LOG, stopped, assigned to SYS$PRINT",
        "MAIL_00": "Generic server queue MAIL_00",
        "MAIL_01": "Server queue MAIL_01, idle, on ALPHA1::, mounted form DEFAULT",
        "NET": 'Terminal queue NET, stopped, on ALPHA1::"printer.example.com:9100", mounted form DEFAULT',
        "SYS$PRINT": "Printer queue SYS$PRINT, stopped, on ALPHA1::LPA0:, mounted form DEFAULT",
    }


def test_jobs_of_a_batch_queue(world):
    world.batch_queue()
    world.submit(name="FTP_2", after=VmsTime(BOOT + DeltaTime.of(hours=2)))
    world.submit(name="ESTADISTICAS_TRAFICO", hold=True)
    world.submit(name="RUNS")
    world.submit(name="WAITS")
    assert show(world, "SYS$BATCH") == [
        "Batch queue SYS$BATCH, busy, on ALPHA1::",
        "",
        "  Entry  Jobname         Username             Status",
        "  -----  -------         --------             ------",
        "      3  RUNS            SMITH                Executing",
        "      4  WAITS           SMITH                Pending (queue busy)",
        "      2  ESTADISTICAS_TRAFICO",
        "                         SMITH                Holding",
        "      1  FTP_2           SMITH                Holding until 14-MAY-2001 12:00",
        "",
    ]


def test_jobs_of_an_output_queue_show_their_blocks(world):
    world.manager.initialize_queue("SYS$PRINT", device="LPA0:")
    world.manager.submit("SYS$PRINT", [JobFile("DKA0:[SMITH]MEMO.LIS;1", 12)], username="SMITH", uic=SMITH.uic)
    assert show(world, "SYS$PRINT")[2:] == [
        "  Entry  Jobname         Username     Blocks  Status",
        "  -----  -------         --------     ------  ------",
        "      1  MEMO            SMITH            12  Pending (queue stopped)",
        "",
    ]


def test_a_retained_job_shows_how_it_ended(world):
    world.batch_queue(retain=Retention.ALWAYS)
    world.status = SS.ABORT.value
    world.submit()
    world.advance(minutes=1)
    assert show(world, "SYS$BATCH")[4:] == [
        "      1  WORK            SMITH                Retained on error",
        "       %SYSTEM-F-ABORT, abort",
        "         Completed 14-MAY-2001 10:00 on queue SYS$BATCH",
        "",
    ]


def test_full_shows_the_qualifiers_of_queue_and_job(world):
    world.batch_queue(job_limit=5, base_priority=3, description="The one for all", owner=Uic(0o200, 0o201))
    world.manager.submit(
        "SYS$BATCH", [JobFile("DKA0:[SMITH]F.COM;1", 1, FileFlags.DELETE)], username="SMITH", uic=SMITH.uic, hold=True, log_keep=True,
        notify=True, parameters=("A", "B"), restart=True,
    )  # fmt: skip
    assert show(world, "SYS$BATCH", full=True) == [
        "Batch queue SYS$BATCH, idle, on ALPHA1::",
        "The one for all",
        "    /BASE_PRIORITY=3 /JOB_LIMIT=5 /OWNER=[SMITH] /PROTECTION=(S:M,O:D,G:R,W:S)",
        "",
        "  Entry  Jobname         Username             Status",
        "  -----  -------         --------             ------",
        "      1  F               SMITH                Holding",
        '         Submitted 14-MAY-2001 10:00 /KEEP /NOTIFY /PARAM=("A","B")',
        "         /PRIORITY=100 /RESTART=SYS$BATCH",
        "         File: _DKA0:[SMITH]F.COM;1 /DELETE",
        "",
    ]


def test_full_display_of_a_server_queue(world, deliveries):
    world.server_queues()
    assert show(world, "MAIL_01", full=True)[1:3] == [
        "    /BASE_PRIORITY=4 /DEFAULT=(FORM=DEFAULT) /OWNER=[SYSTEM]",
        "    /PROCESSOR=TEST_SYMBIONT /PROTECTION=(S:M,O:D,G:R,W:S)",
    ]


def test_an_executing_file_is_marked_and_a_server_queue_processes(world, deliveries):
    world.server_queues()
    deliveries.work = DeltaTime.of(hours=1)
    world.submit("MAIL_00", "DKA0:[SMITH]M.TXT;1")
    world.settle()
    assert show(world, "MAIL_01", files=True)[4:] == [
        "      1  M               SMITH             0  Processing",
        "         File: _DKA0:[SMITH]M.TXT;1 (processing)",
        "",
    ]


def test_show_entry_names_the_queue_and_its_state(world):
    world.batch_queue(job_limit=2)
    entry = world.submit(name="EXCHAN")
    assert display.entry_lines(world.manager, [entry]) == [
        "  Entry  Jobname         Username     Blocks  Status",
        "  -----  -------         --------     ------  ------",
        "      1  EXCHAN          SMITH             0  Executing",
        "         On available batch queue SYS$BATCH",
        "",
    ]


def test_summary_counts_the_jobs_by_state(world):
    world.batch_queue()
    for options in ({}, {}, {"hold": True}):
        world.submit(**options)
    queue = world.manager.queues["SYS$BATCH"]
    assert display.summary_lines(world.manager, queue, list(queue.jobs()))[2] == (
        "  Job summary:  1 executing, 1 pending, 1 holding, 0 timed release, 0 retained"
    )


def test_forms_and_characteristics(world):
    world.manager.define_form(Form("WIDE", 7, "wide paper", "PAPER"))
    world.manager.define_characteristic("REDINK", 2)
    assert display.form_lines(world.manager.forms.values(), full=True) == [
        "Form name                            Number   Description",
        "---------                            ------   -----------",
        "DEFAULT                                   0   System-defined default",
        "    /LENGTH=66 /MARGIN=(BOTTOM=6) /STOCK=DEFAULT /TRUNCATE /WIDTH=132",
        "WIDE (stock=PAPER)                        7   wide paper",
        "    /LENGTH=66 /MARGIN=(BOTTOM=6) /STOCK=PAPER /TRUNCATE /WIDTH=132",
    ]
    assert display.characteristic_lines(world.manager.characteristics.values())[2] == "REDINK                                    2"


def test_getqui_steps_through_queues_jobs_and_files(world, process):
    world.batch_queue("A")
    world.batch_queue("B")
    for name in ("ONE", "TWO"):
        world.manager.submit("B", ["DKA0:[SMITH]X.COM;1", "DKA0:[SMITH]Y.COM;1"], username="SMITH", uic=SMITH.uic, hold=True, name=name)
    seen = []
    while queue := f_getqui(process, "DISPLAY_QUEUE", "QUEUE_NAME", "*"):
        while job := f_getqui(process, "DISPLAY_JOB", "JOB_NAME", "", "ALL_JOBS"):
            while file := f_getqui(process, "DISPLAY_FILE", "FILE_SPECIFICATION"):
                seen.append((queue, job, file[-7:]))
    assert seen == [("B", "ONE", "X.COM;1"), ("B", "ONE", "Y.COM;1"), ("B", "TWO", "X.COM;1"), ("B", "TWO", "Y.COM;1")]


def test_getqui_freeze_context_asks_again_about_the_same_object(world, process):
    world.batch_queue("A")
    world.batch_queue("B")
    assert f_getqui(process, "DISPLAY_QUEUE", "QUEUE_NAME", "*") == "A"
    assert f_getqui(process, "DISPLAY_QUEUE", "QUEUE_IDLE", "*", "FREEZE_CONTEXT") == "TRUE"
    assert f_getqui(process, "DISPLAY_QUEUE", "QUEUE_NAME", "*", "FREEZE_CONTEXT") == "A"
    assert f_getqui(process, "DISPLAY_QUEUE", "QUEUE_NAME", "*") == "B"
    assert f_getqui(process, "CANCEL_OPERATION") == ""
    assert f_getqui(process, "DISPLAY_QUEUE", "QUEUE_NAME", "*") == "A"


def test_getqui_reads_an_entry_by_number(world, process):
    world.batch_queue()
    world.submit(name="LATE", hold=True, after=VmsTime(BOOT + DeltaTime.of(hours=5)), parameters=("x",))
    values = {item: f_getqui(process, "DISPLAY_ENTRY", item, "1") for item in (
        "JOB_NAME", "ENTRY_NUMBER", "QUEUE_NAME", "JOB_HOLDING", "JOB_STATUS", "AFTER_TIME", "PARAMETER_1", "PARAMETER_2", "USERNAME",
        "SUBMISSION_TIME", "UIC", "PRIORITY",
    )}  # fmt: skip
    assert values == {
        "JOB_NAME": "LATE", "ENTRY_NUMBER": 1, "QUEUE_NAME": "SYS$BATCH", "JOB_HOLDING": "TRUE", "JOB_STATUS": 4,
        "AFTER_TIME": "14-MAY-2001 15:00:00.00", "PARAMETER_1": "x", "PARAMETER_2": "", "USERNAME": "SMITH",
        "SUBMISSION_TIME": "14-MAY-2001 10:00:00.00", "UIC": "[SMITH]", "PRIORITY": 100,
    }  # fmt: skip
    assert f_getqui(process, "DISPLAY_ENTRY", "JOB_NAME", "99") == ""


def test_getqui_tells_a_batch_job_about_itself(world):
    world.batch_queue()
    world.submit(name="SELF")
    batch = world.system.processes.by_name("BATCH_1")
    assert f_getqui(batch, "DISPLAY_JOB", "JOB_NAME", "", "THIS_JOB") == "SELF"
    assert f_getqui(batch, "DISPLAY_QUEUE", "QUEUE_NAME", "", "THIS_JOB") == "SYS$BATCH"
    assert f_getqui(batch, "DISPLAY_FILE", "FILE_SPECIFICATION", "", "THIS_JOB") == "DKA0:[SMITH]WORK.COM;1"


def test_getqui_hides_the_jobs_of_others(world):
    async def main(process):
        await process.hibernate()

    world.batch_queue()
    world.manager.submit("SYS$BATCH", ["DKA0:[X]X.COM;1"], username="SYSTEM", uic=Uic(1, 4), hold=True)
    other = create_process(world.system, username="JONES", name="JONES", main=main)
    assert f_getqui(other, "DISPLAY_ENTRY", "JOB_NAME", "1") == ""


def test_getqui_without_a_queue_manager(world, process):
    world.manager.stop()
    with pytest.raises(VmsError) as failure:
        f_getqui(process, "DISPLAY_QUEUE", "QUEUE_NAME", "*")
    assert failure.value.matches(JBC.JOBQUEDIS)
    assert f_getqui(process, "DISPLAY_MANAGER", "MANAGER_STOPPED") == "TRUE"


def test_a_pending_job_knows_how_many_are_before_it(world, process):
    world.batch_queue()
    world.manager.stop_queue("SYS$BATCH", StopMode.NEXT)
    for _ in range(3):
        world.submit()
    assert f_getqui(process, "DISPLAY_ENTRY", "INTERVENING_JOBS", "3") == 2
    assert f_getqui(process, "DISPLAY_ENTRY", "PEND_JOB_QUEUE_STATE", "3") == "TRUE"
