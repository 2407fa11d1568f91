"""Batch queues and their jobs, as SUBMIT, SET ENTRY, DELETE/ENTRY and STOP/QUEUE see them."""

import pytest

from tests.queue.queue_world import BOOT, JONES, OPERATOR, SMITH
from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.queue.jbc import JBC
from vmsemu.queue.manager import StopMode
from vmsemu.queue.notify import job_reply
from vmsemu.queue.status import JobStatus, QueueKind, QueueStatus, Retention
from vmsemu.tables.facilities import SS


def raises(definition):
    return pytest.raises(VmsError, match=definition.ident)


def test_a_job_starts_at_once_in_an_idle_queue(world):
    world.batch_queue()
    entry = world.submit()
    assert job_reply(world.manager, entry) == ["Job WORK (queue SYS$BATCH, entry 1) started on SYS$BATCH"]
    assert entry.state is JobStatus.EXECUTING
    process = world.system.processes.by_name("BATCH_1")
    assert process.username == "SMITH"
    assert process.mode.value == "BATCH"


def test_the_log_is_in_the_login_directory_under_the_job_name(world):
    world.batch_queue()
    entry = world.submit(name="NIGHTLY")
    process = world.system.processes.by_name("BATCH_1")
    world.advance(seconds=20)
    with process.files.open("DKA0:[SMITH]NIGHTLY.LOG") as log:
        assert list(log.lines()) == ["NIGHTLY begins", "NIGHTLY ends"]
    assert entry.number not in world.manager.entries


def test_the_log_of_a_running_job_can_be_read_after_a_minute(world):
    world.batch_queue()
    world.work = DeltaTime.of(hours=1)
    world.submit()
    process = world.system.processes.by_name("BATCH_1")
    world.settle()

    def read():
        with process.files.open("DKA0:[SMITH]WORK.LOG", shared=True) as log:
            return list(log.lines())

    assert read() == []
    world.advance(minutes=1)
    assert read() == ["WORK begins"]


def test_a_second_job_waits_while_the_queue_is_busy(world):
    world.batch_queue()
    world.submit()
    second = world.submit(name="LATER")
    assert job_reply(world.manager, second) == ["Job LATER (queue SYS$BATCH, entry 2) pending", "     pending status caused by queue busy"]
    world.advance(seconds=10)
    assert second.state is JobStatus.EXECUTING


def test_a_queue_with_a_job_limit_is_available_until_it_is_full(world):
    world.batch_queue(job_limit=2)
    queue = world.manager.queues["SYS$BATCH"]
    assert queue.status is QueueStatus.IDLE
    world.submit()
    assert queue.status is QueueStatus.AVAILABLE
    world.submit()
    assert queue.status is QueueStatus.BUSY


def test_a_job_for_later_is_held_until_its_time(world):
    world.batch_queue()
    entry = world.submit(after=VmsTime(BOOT + DeltaTime.of(hours=2)))
    assert job_reply(world.manager, entry) == ["Job WORK (queue SYS$BATCH, entry 1) holding until 14-MAY-2001 12:00"]
    world.advance(hours=1, minutes=59)
    assert not world.ran
    world.advance(minutes=1)
    assert entry.state is JobStatus.EXECUTING


def test_a_held_job_runs_when_it_is_released(world):
    world.batch_queue()
    entry = world.submit(hold=True)
    assert job_reply(world.manager, entry) == ["Job WORK (queue SYS$BATCH, entry 1) holding"]
    world.manager.release(1)
    assert entry.state is JobStatus.EXECUTING


def test_higher_priority_runs_first_then_submission_order(world):
    world.batch_queue()
    for name, priority in (("RUNNING", 100), ("A", 50), ("B", 100), ("C", 90), ("D", 100)):
        world.submit(name=name, priority=priority)
    world.advance(minutes=2)
    assert [job.name for job in world.ran] == ["RUNNING", "B", "D", "C", "A"]


def test_a_priority_above_the_maximum_needs_oper(world):
    world.batch_queue()
    assert world.submit(priority=200, credentials=SMITH).priority == 100
    assert world.submit(priority=200, credentials=OPERATOR).priority == 200


def test_submit_to_an_unknown_queue_is_refused(world):
    with raises(JBC.NOSUCHQUE):
        world.submit("NOWHERE")


def test_submit_without_a_queue_manager_is_refused(world):
    world.manager.stop()
    with raises(JBC.JOBQUEDIS):
        world.submit()


def test_a_closed_queue_takes_no_new_job(world):
    world.batch_queue(closed=True)
    with raises(JBC.QUE_CLOSED):
        world.submit()


def test_a_queue_name_may_be_a_logical_name(world):
    world.batch_queue("ALPHA1_BATCH")
    world.system.logical_names.define_system("SYS$BATCH", "ALPHA1_BATCH")
    assert world.submit().queue == "ALPHA1_BATCH"


def test_an_executing_job_is_aborted_by_delete_entry(world):
    world.batch_queue()
    entry = world.submit(retain=Retention.ERROR)
    world.settle()
    world.manager.delete_entry(1)
    assert entry.state is JobStatus.ABORTING
    world.settle()
    assert entry.retained
    assert entry.condition == JBC.JOBDELETE.value
    assert world.system.processes.by_name("BATCH_1") is None


def test_only_the_owner_or_who_has_delete_access_may_delete_a_job(world):
    world.batch_queue()
    world.submit(hold=True)
    with raises(JBC.NOPRIV):
        world.manager.delete_entry(1, credentials=JONES)
    world.manager.delete_entry(1, credentials=SMITH)
    with raises(JBC.NOSUCHENT):
        world.manager.delete_entry(1, credentials=SMITH)


def test_queues_are_made_by_operators_only(world):
    with raises(JBC.NOPRIV):
        world.manager.initialize_queue("MINE", kind=QueueKind.BATCH, credentials=SMITH)
    world.manager.initialize_queue("OURS", kind=QueueKind.BATCH, credentials=OPERATOR)


def test_initialize_refuses_a_running_queue_and_keeps_what_is_not_mentioned(world):
    world.batch_queue(job_limit=3, description="for all")
    with raises(JBC.QUENOTSTOP):
        world.manager.initialize_queue("SYS$BATCH", job_limit=4)
    world.manager.stop_queue("SYS$BATCH", StopMode.NEXT)
    queue = world.manager.initialize_queue("SYS$BATCH", job_limit=4)
    assert (queue.job_limit, queue.description) == (4, "for all")


def test_stop_queue_suspends_the_running_job_and_start_resumes_it(world):
    world.batch_queue()
    entry = world.submit()
    world.settle()
    world.manager.stop_queue("SYS$BATCH")
    world.advance(minutes=1)
    assert entry.state is JobStatus.SUSPENDED
    assert world.manager.queues["SYS$BATCH"].status is QueueStatus.PAUSED
    world.manager.start_queue("SYS$BATCH")
    world.advance(minutes=1)
    assert entry.number not in world.manager.entries


def test_stop_next_lets_the_job_finish_and_then_stops(world):
    world.batch_queue()
    world.submit()
    world.submit()
    world.settle()
    world.manager.stop_queue("SYS$BATCH", StopMode.NEXT)
    assert world.manager.queues["SYS$BATCH"].status is QueueStatus.STOP_PENDING
    world.advance(minutes=1)
    assert world.manager.queues["SYS$BATCH"].status is QueueStatus.STOPPED
    assert len(world.ran) == 1
    assert world.manager.entries[2].state is JobStatus.PENDING


def test_reset_requeues_a_restartable_job_and_ends_the_others(world):
    world.batch_queue(job_limit=2)
    world.submit(name="AGAIN", restart=True)
    world.submit(name="GONE")
    world.settle()
    world.manager.stop_queue("SYS$BATCH", StopMode.RESET)
    world.settle()
    assert [e.name for e in world.manager.entries.values()] == ["AGAIN"]
    world.manager.start_queue("SYS$BATCH")
    world.settle()
    assert world.ran[-1].restarting


def test_requeue_moves_a_running_job_to_another_queue(world):
    world.batch_queue()
    world.batch_queue("OTHER")
    entry = world.submit(restart=True)
    world.settle()
    world.manager.requeue_job(world.manager.queues["SYS$BATCH"], entry.number, to="OTHER")
    world.settle()
    assert entry.queue == "OTHER"
    assert entry.state is JobStatus.EXECUTING


def test_requeue_of_a_batch_job_without_restart_is_refused(world):
    world.batch_queue()
    world.submit()
    with raises(JBC.NORESTART):
        world.manager.requeue_job(world.manager.queues["SYS$BATCH"], 1)


def test_an_executing_job_can_not_be_modified(world):
    world.batch_queue()
    world.submit()
    with raises(JBC.EXECUTING):
        world.manager.set_entry(1, name="NEW")
    world.manager.set_entry(1, notify=True)


@pytest.mark.parametrize(("queue", "job", "status", "kept"), [
    (Retention.NONE, Retention.DEFAULT, SS.ABORT, False),
    (Retention.ERROR, Retention.DEFAULT, SS.ABORT, True),
    (Retention.ERROR, Retention.DEFAULT, SS.NORMAL, False),
    (Retention.ALWAYS, Retention.DEFAULT, SS.NORMAL, True),
    (Retention.NONE, Retention.ALWAYS, SS.NORMAL, True),
    (Retention.ALWAYS, Retention.ERROR, SS.NORMAL, True),
])  # fmt: skip
def test_what_queue_and_job_say_decides_whether_a_finished_job_stays(world, queue, job, status, kept):
    world.batch_queue(retain=queue)
    world.status = status.value
    entry = world.submit(retain=job)
    world.advance(minutes=1)
    assert (entry.number in world.manager.entries) is kept
    if kept:
        assert entry.condition == status.value
        assert entry.completed == VmsTime(BOOT + DeltaTime.of(seconds=10))


def test_a_job_retained_until_a_time_goes_then(world):
    world.batch_queue()
    entry = world.submit(retain=Retention.UNTIL, retain_until=VmsTime(BOOT + DeltaTime.of(hours=1)))
    world.advance(minutes=30)
    assert entry.retained
    world.advance(minutes=31)
    assert entry.number not in world.manager.entries


def test_a_retained_job_runs_again_when_it_is_released(world):
    world.batch_queue()
    world.submit(retain=Retention.ALWAYS)
    world.advance(minutes=1)
    entry = world.manager.release(1)
    assert entry.state is JobStatus.EXECUTING


def test_synchronize_gets_the_completion_status_of_the_job(world):
    world.batch_queue()
    world.status = SS.ABORT.value
    world.submit()
    completion = world.manager.completion(1)
    assert not completion.done
    seen = []

    async def waiter():
        seen.append(await completion.wait())

    world.kernel.start(waiter(), "WAITER")
    world.advance(minutes=1)
    assert seen == [SS.ABORT.value]


def test_generic_queue_gives_jobs_to_the_target_with_the_lowest_load(world):
    for name, limit in (("ONE", 2), ("TWO", 2)):
        world.batch_queue(name, job_limit=limit)
    world.manager.initialize_queue("ALL$BATCH", kind=QueueKind.BATCH, generic=True, targets=("ONE", "TWO"))
    world.manager.start_queue("ALL$BATCH")
    entries = [world.submit("ALL$BATCH") for _ in range(5)]
    assert [e.queue for e in entries] == ["ONE", "TWO", "ONE", "TWO", "ALL$BATCH"]
    assert job_reply(world.manager, entries[0])[0].endswith("(queue ALL$BATCH, entry 1) started on ONE")
    assert job_reply(world.manager, entries[4])[1] == "     pending status caused by queue busy"
    world.advance(seconds=10)
    assert entries[4].state is JobStatus.EXECUTING


def test_characteristics_a_queue_lacks_keep_the_job_pending(world):
    world.batch_queue()
    world.manager.define_characteristic("FAST", 3)
    entry = world.submit(characteristics=frozenset({3}))
    assert job_reply(world.manager, entry)[1] == "     pending status caused by characteristics mismatch"
    world.manager.set_queue("SYS$BATCH", characteristics=frozenset({3, 4}))
    assert entry.state is JobStatus.EXECUTING


def test_a_queue_with_jobs_or_references_is_not_deleted(world):
    world.batch_queue()
    world.manager.initialize_queue("ALL", kind=QueueKind.BATCH, generic=True, targets=("SYS$BATCH",))
    with raises(JBC.QUENOTSTOP):
        world.manager.delete_queue("SYS$BATCH")
    world.manager.stop_queue("SYS$BATCH", StopMode.NEXT)
    with raises(JBC.REFERENCED):
        world.manager.delete_queue("SYS$BATCH")
    world.manager.delete_queue("ALL")
    world.submit(hold=True)
    with raises(JBC.REFERENCED):
        world.manager.delete_queue("SYS$BATCH")
    world.manager.delete_entry(1)
    world.manager.delete_queue("SYS$BATCH")
    with raises(JBC.NOSUCHQUE):
        world.manager.find_queue("SYS$BATCH")


def test_autostart_queues_start_when_autostart_is_enabled(world):
    manager = world.manager
    manager.initialize_queue("AUTO", kind=QueueKind.BATCH, autostart_on=(("ALPHA1", ""),))
    assert manager.queues["AUTO"].status == QueueStatus.STOPPED | QueueStatus.AUTOSTART_INACTIVE
    message = manager.start_queue("AUTO")
    assert message.definition is JBC.AUTONOTSTART
    manager.enable_autostart()
    assert manager.queues["AUTO"].status is QueueStatus.IDLE
    manager.disable_autostart()
    assert manager.queues["AUTO"].status is QueueStatus.STOPPED


def test_a_job_for_an_account_that_is_gone_ends_with_an_error(world):
    world.batch_queue(retain=Retention.ERROR)
    entry = world.manager.submit("SYS$BATCH", ["DKA0:[X]Y.COM;1"], username="NOBODY", uic=SMITH.uic)
    world.settle()
    assert entry.condition == JBC.FAILCREPRC.value


def test_the_log_is_printed_and_deleted_when_there_is_a_print_queue(world):
    world.batch_queue()
    world.manager.initialize_queue("SYS$PRINT")
    world.submit(name="PAPER")
    world.submit(name="QUIET", log_print=False)
    world.advance(minutes=1)
    (printing,) = world.manager.entries.values()
    assert (printing.queue, printing.name, printing.files[0].spec) == ("SYS$PRINT", "PAPER", "DKA0:[SMITH]PAPER.LOG;1")


def test_entry_numbers_begin_again_at_one_and_skip_those_in_use(world):
    world.batch_queue()
    world.submit(hold=True)
    world.manager.last_entry = 9998
    assert [world.submit(hold=True).number for _ in range(3)] == [9999, 2, 3]
