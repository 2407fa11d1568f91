"""The queue database on the disk: what survives a crash, an orderly restart, and a full disk."""

import pytest

from tests.queue.queue_world import World
from vmsemu.base.condition import VmsError
from vmsemu.base.protection import Protection
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.base.uic import Uic
from vmsemu.queue.entry import JobFile
from vmsemu.queue.form import Form
from vmsemu.queue.jbc import JBC
from vmsemu.queue.status import FileFlags, JobStatus, QueueKind, QueueStatus, Retention
from vmsemu.tables.facilities import RMS, SS


def rebooted(world):
    again = world.crash()
    again.start(new=False)
    return again


def test_the_first_start_needs_new_version(world):
    fresh = World()
    with pytest.raises(VmsError) as failure:
        fresh.manager.start()
    assert failure.value.matches(JBC.QMANNOTSTARTED)
    fresh.manager.start(new_version=True)


def test_the_database_is_three_files_in_the_system_directory(world):
    from vmsemu.queue.files import QUEUE_MANAGER

    files = world.system.processes.by_name(QUEUE_MANAGER).files
    for name in ("QMAN$MASTER.DAT", "SYS$QUEUE_MANAGER.QMAN$QUEUES", "SYS$QUEUE_MANAGER.QMAN$JOURNAL"):
        assert files.exists(f"SYS$SYSTEM:{name}")


def test_queues_come_back_with_all_their_attributes_and_stopped(world):
    world.manager.define_form(Form("WIDE", 7, "wide paper", "PAPER", length=60, setup=("A",)))
    world.manager.define_characteristic("RED", 9)
    world.manager.initialize_queue(
        "SYS$PRINT", device="LPA0:", base_priority=6, block_minimum=2, block_maximum=900, characteristics=frozenset({9, 12}), closed=True,
        default_options=("FEED", "FLAG=ONE"), default_form="WIDE", description="the printer", enable_generic=False, form_mounted="WIDE",
        library="MYLIB", no_initial_ff=True, owner=Uic(0o200, 1), processor="PRTSMB", protection=Protection(4, 8, 0, 2), rad=1,
        record_blocking=False, retain=Retention.ERROR, schedule_size=False, separate=("BURST", "RESET=(X)"), ws_default=1, ws_extent=3, ws_quota=2,
        cpu_default=DeltaTime(0), cpu_maximum=DeltaTime.of(minutes=5),
    )  # fmt: skip
    world.manager.initialize_queue("AUTO", kind=QueueKind.BATCH, autostart_on=(("ALPHA1", ""), ("BETA1", "")), job_limit=5)
    world.manager.start_queue("AUTO")
    before = world.manager.queues
    again = rebooted(world)
    after = again.manager.queues
    ignored = {"pending", "executing", "holding", "timed", "retained", "state"}
    for name in before:
        for field in set(type(before[name]).__slots__) - ignored:
            assert getattr(after[name], field) == getattr(before[name], field), (name, field)
        assert after[name].stopped
    assert again.manager.forms == world.manager.forms
    assert again.manager.characteristics == world.manager.characteristics
    again.manager.enable_autostart()
    assert after["AUTO"].status is QueueStatus.IDLE


def test_an_entry_comes_back_with_all_its_attributes(world):
    world.batch_queue()
    files = [JobFile("DKA0:[SMITH]A.COM;3", 4, FileFlags.DELETE, 2, 1, 9), JobFile("DKA0:[SMITH]B.COM;1", 1)]
    world.manager.submit(
        "SYS$BATCH", files, username="SMITH", uic=Uic(0o200, 0o201), name="FULL", account="DOC", parameters=("one", None, "", "cafÉ"),
        hold=True, after=VmsTime(world.kernel.now + DeltaTime.of(days=1)), priority=77, note="a note", notify=True, restart=True,
        retain=Retention.UNTIL, retain_until=VmsTime(world.kernel.now + DeltaTime.of(days=2)), characteristics=frozenset({1, 127}),
        copies=2, lowercase=True, operator_request="mount paper", cli="DCL", cpu_limit=DeltaTime.of(minutes=1), ws_default=1, ws_extent=2,
        ws_quota=3, log_file="X.LOG", log_keep=True, log_print=False, log_queue="LPT", checkpoint="STEP2",
    )  # fmt: skip
    before = world.manager.entries[1]
    after = rebooted(world).manager.entries[1]
    for field in set(type(before).__slots__) - {"timer", "group", "finished", "parameters"}:
        assert getattr(after, field) == getattr(before, field), field
    assert tuple(after.parameters) == ("one", None, "", "cafÉ")


def test_a_job_with_very_many_files_survives(world):
    world.batch_queue()
    files = [f"DKA0:[SMITH]A_RATHER_LONG_NAME_FOR_A_PROCEDURE_{n}.COM;1" for n in range(1500)]
    world.manager.submit("SYS$BATCH", files, username="SMITH", uic=Uic(0o200, 0o201), hold=True)
    again = rebooted(world)
    assert [f.spec for f in again.manager.entries[1].files] == files
    again.manager.delete_entry(1)
    assert not rebooted(again).manager.entries


def test_held_timed_and_retained_jobs_stay_what_they_are(world):
    world.batch_queue(retain=Retention.ALWAYS, job_limit=2)
    world.submit(hold=True)
    world.submit(after=VmsTime(world.kernel.now + DeltaTime.of(hours=1)))
    world.submit()
    world.advance(seconds=30)
    again = rebooted(world)
    again.manager.start_queue("SYS$BATCH")
    assert [again.manager.entries[n].state for n in (1, 2, 3)] == [JobStatus.HOLDING, JobStatus.TIMED_RELEASE, JobStatus.RETAINED]
    assert not again.ran
    again.advance(hours=1)
    assert len(again.ran) == 1


def test_how_a_retained_job_ended_is_kept(world):
    world.batch_queue(retain=Retention.ERROR)
    world.status = SS.ABORT.value
    world.submit()
    world.advance(seconds=30)
    before, after = world.manager.entries[1], rebooted(world).manager.entries[1]
    assert (after.condition, after.completed, after.completion_queue) == (SS.ABORT.value, before.completed, "SYS$BATCH")


def test_a_timed_job_whose_time_passed_while_the_node_was_down_runs_at_once(world):
    world.batch_queue()
    world.submit(after=VmsTime(world.kernel.now + DeltaTime.of(seconds=30)))
    again = rebooted(world)
    again.manager.start_queue("SYS$BATCH")
    assert again.manager.entries[1].state is JobStatus.EXECUTING


def test_a_restartable_job_runs_again_after_a_crash_with_its_restart_value(world):
    world.batch_queue(job_limit=2)
    world.submit(name="AGAIN", restart=True)
    world.settle()
    world.manager.set_restart_value(1, "STEP2")
    again = rebooted(world)
    entry = again.manager.entries[1]
    assert entry.state is JobStatus.PENDING
    again.manager.start_queue("SYS$BATCH")
    again.settle()
    (job,) = again.ran
    assert (job.restarting, job.restart_value) == (True, "STEP2")


def test_a_job_that_can_not_restart_ends_with_system_failure(world):
    world.batch_queue(retain=Retention.ERROR)
    world.submit()
    again = rebooted(world)
    entry = again.manager.entries[1]
    assert (entry.state, entry.condition) == (JobStatus.RETAINED, JBC.SYSFAIL.value)


def test_a_job_in_a_server_queue_is_never_lost(world, deliveries):
    world.server_queues()
    deliveries.work = DeltaTime.of(hours=1)
    world.submit("MAIL_00")
    world.submit("MAIL_00")
    world.settle()
    again = rebooted(world)
    assert [(e.queue, e.state) for e in again.manager.entries.values()] == [("MAIL_00", JobStatus.PENDING)] * 2
    assert again.manager.queues["MAIL_00"].started
    deliveries.work = DeltaTime(0)
    again.manager.start_queue("MAIL_01")
    again.settle()
    assert not again.manager.entries
    assert [t.entry_number for t in deliveries.tasks] == [1, 1, 2]


def test_entry_numbers_go_on_after_a_restart(world, deliveries):
    world.server_queues()
    for _ in range(3):
        world.submit("MAIL_00")
        world.settle()
    again = rebooted(world)
    assert again.submit("MAIL_00").number == 4
    assert rebooted(again).submit("MAIL_00").number == 5


def test_recovery_twice_gives_the_same_as_once(world):
    world.batch_queue()
    world.submit(restart=True)
    world.submit(hold=True)
    once = rebooted(world)
    twice = rebooted(once)
    for number, entry in once.manager.entries.items():
        other = twice.manager.entries[number]
        assert (entry.state, entry.queue, entry.restarting, entry.serial) == (other.state, other.queue, other.restarting, other.serial)


def test_submit_on_a_full_disk_fails_and_leaves_no_entry(world):
    world.batch_queue()
    volume = world.system.devices.find("DKA0:").volume
    count = 0
    with pytest.raises(VmsError) as failure:
        filler = volume.create(volume.find_directory(()), "FILLER.DAT", owner=Uic(1, 4))
        volume.extend(filler, filler.allocated + volume.free_blocks - 3)
        while count < 5000:
            world.submit(hold=True, note="x" * 250)
            count += 1
    assert failure.value.matches(RMS.FUL)
    assert len(world.manager.entries) == count
    assert len(rebooted(world).manager.entries) == count


def test_a_stopped_manager_answers_that_it_is_not_running_and_can_start_again(world):
    world.batch_queue()
    world.submit(hold=True)
    world.manager.stop()
    with pytest.raises(VmsError) as failure:
        world.submit()
    assert failure.value.matches(JBC.JOBQUEDIS)
    world.manager.start()
    assert list(world.manager.entries) == [1]


def test_at_boot_the_manager_starts_by_itself_if_it_was_running(world):
    again = world.crash()
    again.manager.start_at_boot()
    assert again.manager.database is not None
    again.manager.stop()
    last = again.crash()
    last.manager.start_at_boot()
    assert last.manager.database is None


def test_new_version_begins_with_nothing(world):
    world.batch_queue()
    world.manager.stop()
    world.manager.start(new_version=True)
    with pytest.raises(VmsError) as failure:
        world.manager.find_queue("SYS$BATCH")
    assert failure.value.matches(JBC.NOSUCHQUE)
