"""Server queues and symbionts: jobs through the generic queue, retries, stops, and symbionts that fail."""

import pytest

from tests.queue.queue_world import BOOT
from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.queue.jbc import JBC
from vmsemu.queue.manager import StopMode
from vmsemu.queue.notify import job_reply
from vmsemu.queue.status import JobStatus, QueueKind, QueueStatus, Retention
from vmsemu.queue.symbiont import ResumeTask, StartStream, StartTask, find_symbiont, symbiont
from vmsemu.tables.facilities import SS


def mail(world, name="010514100000_SMITH", **attributes):
    return world.submit("MAIL_00", f"DKA0:[SMITH]{name}.TCPIP_SMITH;1", name=name, **attributes)


def test_a_job_goes_through_the_generic_queue_to_the_symbiont(world, deliveries):
    world.server_queues()
    entry = mail(world, parameters=("A", None, "C"))
    assert job_reply(world.manager, entry) == ["Job 010514100000_SMITH (queue MAIL_00, entry 1) started on MAIL_01"]
    world.settle()
    (task,) = deliveries.tasks
    assert (task.entry_number, task.queue, task.executor_queue) == (1, "MAIL_00", "MAIL_01")
    assert task.file_specification == "DKA0:[SMITH]010514100000_SMITH.TCPIP_SMITH;1"
    assert (task.username, task.parameters, task.file_number, task.file_count) == ("SMITH", ("A", None, "C"), 1, 1)
    assert not world.manager.entries
    assert world.manager.queues["MAIL_01"].status is QueueStatus.IDLE | QueueStatus.SERVER


def test_queues_become_server_queues_when_their_symbiont_says_so(world, deliveries):
    world.server_queues()
    assert world.manager.queues["MAIL_01"].kind is QueueKind.SERVER
    assert world.manager.queues["MAIL_00"].kind is QueueKind.SERVER


def test_each_queue_has_a_process_named_symbiont(world, deliveries):
    world.server_queues(2)
    assert [p.name for p in world.system.processes if p.name.startswith("SYMBIONT")] == ["SYMBIONT_1", "SYMBIONT_2"]
    assert world.system.processes.by_name("SYMBIONT_1").image == "TEST_SYMBIONT"


def test_two_queues_work_at_the_same_time_and_the_rest_wait_in_the_generic_queue(world, deliveries):
    world.server_queues(2)
    deliveries.work = DeltaTime.of(seconds=5)
    entries = [mail(world) for _ in range(3)]
    world.settle()
    assert [e.queue for e in entries] == ["MAIL_01", "MAIL_02", "MAIL_00"]
    assert entries[0].state is JobStatus.EXECUTING
    assert world.manager.queues["MAIL_01"].status is QueueStatus.BUSY | QueueStatus.SERVER
    world.advance(seconds=11)
    assert [t.entry_number for t in deliveries.tasks] == [1, 2, 3]
    assert not world.manager.entries


def test_a_job_that_must_be_retried_is_held_in_the_generic_queue_and_comes_again(world, deliveries):
    world.server_queues()
    deliveries.answer = lambda task: (SS.TIMEOUT, VmsTime(world.kernel.now + DeltaTime.of(minutes=30)))
    entry = mail(world)
    world.settle()
    assert (entry.queue, entry.state) == ("MAIL_00", JobStatus.TIMED_RELEASE)
    assert job_reply(world.manager, entry) == ["Job 010514100000_SMITH (queue MAIL_00, entry 1) holding until 14-MAY-2001 10:30"]
    deliveries.answer = lambda task: (SS.NORMAL, None)
    world.advance(minutes=29)
    assert len(deliveries.tasks) == 1
    world.advance(minutes=1)
    assert len(deliveries.tasks) == 2
    assert not world.manager.entries


def test_a_job_with_several_files_and_copies_is_one_task_for_each(world, deliveries):
    from vmsemu.queue.entry import JobFile

    world.server_queues()
    world.manager.submit(
        "MAIL_00", [JobFile("DKA0:[SMITH]A.TXT;1", copies=2), "DKA0:[SMITH]B.TXT;1"], username="SMITH", uic=world.system.sysuaf.require("SMITH").uic
    )
    world.settle()
    assert [(t.file_number, t.copy_number) for t in deliveries.tasks] == [(1, 1), (1, 2), (2, 1)]
    assert not world.manager.entries


def test_a_failed_file_ends_the_job_and_may_retain_it(world, deliveries):
    world.server_queues(retain=Retention.ERROR)
    deliveries.answer = lambda task: (SS.ABORT, None)
    entry = mail(world)
    world.settle()
    assert entry.retained
    assert (entry.condition, entry.completion_queue) == (SS.ABORT.value, "MAIL_01")


def test_reset_interrupts_the_task_and_the_job_waits_for_the_next_start(world, deliveries):
    world.server_queues()
    deliveries.work = DeltaTime.of(hours=1)
    entry = mail(world)
    world.settle()
    world.manager.stop_queue("MAIL_01", StopMode.RESET)
    world.settle()
    assert world.manager.queues["MAIL_01"].status is QueueStatus.STOPPED | QueueStatus.SERVER
    assert (entry.queue, entry.state) == ("MAIL_00", JobStatus.PENDING)
    assert job_reply(world.manager, entry)[1] == "     pending status caused by queue stopped"
    assert world.system.processes.by_name("SYMBIONT_1") is None
    deliveries.work = DeltaTime(0)
    world.manager.start_queue("MAIL_01")
    world.settle()
    assert not world.manager.entries


def test_stop_next_finishes_the_task_first(world, deliveries):
    world.server_queues()
    deliveries.work = DeltaTime.of(seconds=5)
    mail(world)
    mail(world)
    world.settle()
    world.manager.stop_queue("MAIL_01", StopMode.NEXT)
    assert world.manager.queues["MAIL_01"].status & QueueStatus.STOP_PENDING
    world.advance(seconds=6)
    assert world.manager.queues["MAIL_01"].stopped
    assert deliveries.messages[-1] == "StopStream"
    assert list(world.manager.entries) == [2]


def test_abort_of_the_current_job_goes_on_with_the_next(world, deliveries):
    world.server_queues()
    deliveries.work = DeltaTime.of(hours=1)
    mail(world)
    second = mail(world)
    world.settle()
    world.manager.abort_job(world.manager.queues["MAIL_01"])
    world.settle()
    assert list(world.manager.entries) == [2]
    assert second.state is JobStatus.EXECUTING


def test_a_job_deleted_before_the_symbiont_reads_it_is_never_seen(world, deliveries):
    world.server_queues()
    entry = mail(world)
    world.manager.delete_entry(entry.number)
    world.settle()
    assert not deliveries.tasks
    assert not world.manager.entries
    mail(world)
    world.settle()
    assert len(deliveries.tasks) == 1


def test_pause_takes_effect_between_tasks_and_start_resumes(world, deliveries):
    world.server_queues()
    deliveries.work = DeltaTime.of(seconds=5)
    mail(world)
    mail(world)
    world.settle()
    world.manager.stop_queue("MAIL_01")
    assert world.manager.queues["MAIL_01"].status & QueueStatus.PAUSING
    world.advance(seconds=20)
    assert world.manager.queues["MAIL_01"].status & QueueStatus.PAUSED
    assert len(deliveries.tasks) == 1
    world.manager.start_queue("MAIL_01")
    world.advance(seconds=20)
    assert len(deliveries.tasks) == 2
    assert ResumeTask.__name__ in deliveries.messages


def test_a_symbiont_that_dies_leaves_its_queue_stopped_and_its_job_waiting(world, deliveries):
    from vmsemu.services.creprc import stop_process

    world.server_queues()
    deliveries.work = DeltaTime.of(hours=1)
    entry = mail(world)
    world.settle()
    stop_process(world.system, world.system.processes.by_name("SYMBIONT_1").pid)
    world.settle()
    assert world.manager.queues["MAIL_01"].stopped
    assert (entry.queue, entry.state) == ("MAIL_00", JobStatus.PENDING)


def test_start_of_a_queue_without_such_a_symbiont_fails(world):
    world.manager.initialize_queue("Q", processor="NO_SUCH_SYMBIONT")
    with pytest.raises(VmsError) as failure:
        world.manager.start_queue("Q")
    assert failure.value.matches(JBC.SYMCREPRC)
    assert world.manager.queues["Q"].stopped


def test_a_symbiont_may_refuse_its_stream(world):
    @symbiont("REFUSING")
    async def entry(context):
        while True:
            message = await context.port.read_message()
            if isinstance(message, StartStream):
                context.port.stream_failed(message.stream, SS.NOSUCHDEV)

    world.manager.symbionts.loader = lambda name: find_symbiont(name)
    world.manager.initialize_queue("Q", processor="REFUSING")
    world.manager.start_queue("Q")
    assert world.manager.queues["Q"].status is QueueStatus.STARTING
    world.settle()
    assert world.manager.queues["Q"].status is QueueStatus.STOPPED


def test_one_symbiont_process_may_serve_several_queues(world):
    served = []

    @symbiont("MANY_STREAMS", streams=16)
    async def entry(context):
        while True:
            message = await context.port.read_message()
            if isinstance(message, StartTask):
                served.append((message.stream, message.executor_queue))
                context.port.task_complete(message.stream, SS.NORMAL)

    for name in ("A", "B"):
        world.manager.initialize_queue(name, processor="MANY_STREAMS")
        world.manager.start_queue(name)
    world.settle()
    world.submit("B")
    world.submit("A")
    world.settle()
    assert sorted(served) == [(0, "A"), (1, "B")]
    assert [p.name for p in world.system.processes if p.name.startswith("SYMBIONT")] == ["SYMBIONT_1"]


def test_mail_waits_while_the_generic_queue_is_stopped(world, deliveries):
    world.server_queues()
    world.manager.stop_queue("MAIL_00")
    entry = mail(world)
    assert job_reply(world.manager, entry)[1] == "     pending status caused by queue stopped"
    world.manager.start_queue("MAIL_00")
    world.settle()
    assert not world.manager.entries


def test_stop_queues_on_node_stops_everything_and_loses_nothing(world, deliveries):
    world.server_queues(2)
    world.batch_queue()
    deliveries.work = DeltaTime.of(hours=1)
    entries = [mail(world) for _ in range(3)] + [world.submit(restart=True)]
    world.settle()
    world.manager.stop_all_queues()
    world.settle()
    assert all(q.stopped for q in world.manager.queues.values() if not q.generic)
    assert [e.state for e in entries] == [JobStatus.PENDING] * 4


def test_a_job_moved_back_keeps_its_place_in_order(world, deliveries):
    world.server_queues()
    deliveries.work = DeltaTime.of(hours=1)
    for _ in range(3):
        mail(world)
    world.settle()
    world.manager.stop_queue("MAIL_01", StopMode.RESET)
    world.settle()
    assert [e.number for e in world.manager.queues["MAIL_00"].pending] == [1, 2, 3]


def test_the_time_of_a_job_is_when_it_was_submitted(world, deliveries):
    world.server_queues()
    mail(world)
    world.settle()
    assert deliveries.tasks[0].time_queued == BOOT
