"""Processes: how they begin, run, end, and act on each other."""

import pytest

from vmsemu.base.condition import VmsError
from vmsemu.base.privilege import Privilege, PrivilegeSet
from vmsemu.base.time import DeltaTime
from vmsemu.kernel.kernel import give_way, sleep
from vmsemu.kernel.task import ProcessState
from vmsemu.services.creprc import create_process, find_process, force_exit, resume_process, set_priority, stop_process, suspend_process
from vmsemu.services.process import ForcedExit, ProcessMode
from vmsemu.services.stream import CallbackOutput
from vmsemu.tables.facilities import RMS, SS


async def forever(process):
    while True:
        await sleep(process.system.kernel, DeltaTime.of(hours=1))


async def nothing(process):
    return SS.NORMAL


def make(system, username="SMITH", main=forever, **options):
    return create_process(system, username=username, main=main, **options)


def refusal(action) -> VmsError:
    with pytest.raises(VmsError) as caught:
        action()
    return caught.value


def test_a_process_has_what_its_account_gives(system):
    process = make(system, name="WORK", mode=ProcessMode.NETWORK)
    assert (process.username, process.uic.to_text(), process.account) == ("SMITH", "[200,201]", "DOC")
    assert process.rights == ("SMITH", "NETWORK")
    assert Privilege.TMPMBX in process.privileges
    assert process.default_directory == "[SMITH]"
    assert process.quotas.prclm == 2
    assert system.processes.by_pid(process.pid) is process
    assert system.processes.by_name("WORK", process.uic.group) is process


def test_a_login_defines_the_names_of_the_process_and_of_the_job(system):
    names = make(system, mode=ProcessMode.INTERACTIVE, terminal="OPA0:").names
    assert names.translate("SYS$LOGIN").equivalence == "SYS$SYSDEVICE:[SMITH]"
    assert names.translate("SYS$LOGIN").table == names.job.name
    assert names.translate("SYS$LOGIN_DEVICE").equivalence == "SYS$SYSDEVICE:"
    assert names.translate("SYS$SCRATCH").equivalence == "SYS$SYSDEVICE:[SMITH]"
    assert names.translate("SYS$DISK").equivalence == "SYS$SYSDEVICE:"
    assert names.translate("TT").equivalence == "OPA0:"
    assert [n.mode.short for n in names.find_all("SYS$OUTPUT", "LNM$PROCESS")] == ["super", "exec"]
    assert names.translate("SYS$INPUT").equivalence == "_NLA0:"


def test_redefining_a_name_of_one_process_leaves_the_others_alone(system):
    first, second = make(system, name="A"), make(system, name="B")
    first.names.define("SYS$DISK", ["DKA1:"])
    first.names.define("SYS$INPUT", ["DKA1:X.DAT"])
    assert second.names.translate("SYS$DISK").equivalence == "SYS$SYSDEVICE:"
    assert second.names.translate("SYS$INPUT").equivalence == "_NLA0:"


def test_an_interactive_process_has_the_user_name_or_that_of_its_terminal(system):
    first = make(system, mode=ProcessMode.INTERACTIVE, terminal="OPA0:")
    second = make(system, mode=ProcessMode.INTERACTIVE, terminal="TNA3:", source="REMOTE")
    assert (first.name, second.name) == ("SMITH", "_TNA3:")
    assert second.rights == ("SMITH", "INTERACTIVE", "REMOTE")


def test_an_unknown_user_gets_no_process(system):
    assert refusal(lambda: make(system, "NOBODY")).matches(RMS.RNF)


def test_names_are_unique_within_a_group(system):
    make(system, name="WORK")
    assert refusal(lambda: make(system, "JONES", name="WORK")).matches(SS.DUPLNAM)
    make(system, "OTHER", name="WORK")
    assert refusal(lambda: make(system, name="SIXTEEN_LETTERS_")).matches(SS.IVLOGNAM)


def test_a_name_can_be_changed_and_is_free_again(system):
    process = make(system, name="WORK")
    system.processes.rename(process, "PLAY")
    assert system.processes.by_name("PLAY", process.uic.group) is process
    make(system, name="WORK")
    assert refusal(lambda: system.processes.rename(process, "WORK")).matches(SS.DUPLNAM)


def test_a_finished_process_is_gone_with_its_job_table(system):
    process = make(system, main=nothing)
    job = process.names.job.name
    system.kernel.run_until_idle()
    assert process.ended.done
    assert process.final_status == SS.NORMAL.value
    assert len(system.processes) == 0
    assert process.names.resolve(job) == ()


def test_a_condition_that_ends_a_process_is_shown_and_is_its_status(system):
    async def failing(process):
        raise RMS.FNF.error()

    shown = []
    process = make(system, main=failing, output=CallbackOutput(shown.append))
    system.kernel.run_until_idle()
    assert process.final_status == RMS.FNF.value
    assert shown == ["%RMS-E-FNF, file not found\n"]


def test_a_fault_of_our_own_is_a_bugcheck_and_the_others_go_on(system):
    async def broken(process):
        return {}["missing"]

    shown, reported = [], []
    system.on_bugcheck = lambda process, error: reported.append((process.name, type(error).__name__))
    other = make(system, name="OTHER")
    process = make(system, main=broken, name="BROKEN", output=CallbackOutput(shown.append))
    system.kernel.run_until_idle()
    assert shown == ["%SYSTEM-F-BUGCHECK, internal consistency failure\n"]
    assert reported == [("BROKEN", "KeyError")]
    assert process.final_status.same_condition(SS.BUGCHECK.value)
    assert list(system.processes) == [other]


def test_rundown_actions_run_last_first_even_when_one_fails(system):
    done = []

    def fails():
        raise RMS.DEV.error()

    process = make(system, main=nothing)
    process.rundown += [lambda: done.append("first"), fails, lambda: done.append("last")]
    system.kernel.run_until_idle()
    assert done == ["last", "first"]
    assert process.final_status == RMS.DEV.value


def test_the_end_of_a_process_is_told(system):
    ended = []
    system.process_ended.append(lambda process: ended.append(process.name))
    make(system, name="WORK", main=nothing)
    system.kernel.run_until_idle()
    assert ended == ["WORK"]


def test_a_subprocess_shares_the_job_and_is_limited_by_prclm(system):
    parent = make(system, mode=ProcessMode.INTERACTIVE, terminal="OPA0:")
    child = create_process(system, parent=parent, main=forever)
    assert child.name == "SMITH_1"
    assert child.names.job is parent.names.job
    assert child.uic == parent.uic
    assert child.root is parent
    grandchild = create_process(system, parent=child, main=forever)
    assert grandchild.name == "SMITH_2"
    assert refusal(lambda: create_process(system, parent=parent, main=forever)).matches(SS.EXPRCLM)


def test_the_end_of_a_process_deletes_its_subprocesses_first(system):
    ended = []
    system.process_ended.append(lambda process: ended.append(process.name))
    parent = make(system, name="TOP")
    child = create_process(system, parent=parent, main=forever, name="MIDDLE")
    create_process(system, parent=child, main=forever, name="BOTTOM")
    system.kernel.run_until_idle()
    stop_process(system, parent.pid)
    system.kernel.run_until_idle()
    assert ended == ["BOTTOM", "MIDDLE", "TOP"]
    assert len(system.processes) == 0


def test_a_process_deleted_before_it_ever_ran_is_gone(system):
    process = make(system)
    stop_process(system, process.pid)
    system.kernel.run_until_idle()
    assert process.ended.done
    assert len(system.processes) == 0


def test_acting_on_another_process_needs_group_or_world(system):
    smith, jones, other = make(system, name="S"), make(system, "JONES", name="J"), make(system, "OTHER", name="O")
    same = make(system, name="S2")
    assert refusal(lambda: stop_process(system, smith.pid, jones)).matches(SS.NOPRIV)
    assert refusal(lambda: stop_process(system, smith.pid, other)).matches(SS.NOPRIV)
    jones.privileges = PrivilegeSet.of(Privilege.GROUP)
    assert refusal(lambda: stop_process(system, other.pid, jones)).matches(SS.NOPRIV)
    stop_process(system, smith.pid, jones)
    jones.privileges = PrivilegeSet.of(Privilege.WORLD)
    stop_process(system, other.pid, jones)
    system.kernel.run_until_idle()
    assert list(system.processes) == [jones, same]
    assert refusal(lambda: stop_process(system, 0x7FFF, jones)).matches(SS.NONEXPR)


def test_a_name_of_another_group_is_not_found(system):
    make(system, name="WORK")
    other = make(system, "OTHER")
    assert refusal(lambda: find_process(system, other, name="WORK")).matches(SS.NONEXPR)
    assert find_process(system, other) is other


def test_a_suspended_process_does_nothing_until_it_is_resumed(system):
    seen = []

    async def counting(process):
        while True:
            await sleep(process.system.kernel, DeltaTime.of(seconds=1))
            seen.append(process.system.now)

    process = make(system, main=counting)
    start = system.now
    system.kernel.run_until(start + DeltaTime.of(seconds=2))
    suspend_process(system, process.pid)
    assert process.state is ProcessState.SUSP
    system.kernel.run_until(start + DeltaTime.of(seconds=9))
    assert len(seen) == 2
    resume_process(system, process.pid)
    system.kernel.run_until(start + DeltaTime.of(seconds=11))
    assert len(seen) == 5
    assert process.state is ProcessState.HIB


def test_a_running_process_that_is_suspended_stops_at_its_next_wait(system):
    seen = []

    async def own(process):
        suspend_process(system, process.pid, process)
        await give_way()
        seen.append("resumed")

    process = make(system, main=own)
    system.kernel.run_until_idle()
    assert seen == []
    resume_process(system, process.pid)
    system.kernel.run_until_idle()
    assert seen == ["resumed"]


def test_a_suspended_process_can_be_deleted(system):
    process = make(system)
    system.kernel.run_until_idle()
    suspend_process(system, process.pid)
    stop_process(system, process.pid)
    system.kernel.run_until_idle()
    assert process.ended.done


def test_a_forced_exit_waits_for_a_suspended_process_to_be_resumed(system):
    seen = []

    async def main(process):
        try:
            await forever(process)
        except ForcedExit:
            seen.append("exit")

    process = make(system, main=main)
    system.kernel.run_until_idle()
    suspend_process(system, process.pid)
    force_exit(system, process.pid)
    system.kernel.run_until_idle()
    assert seen == []
    resume_process(system, process.pid)
    system.kernel.run_until_idle()
    assert seen == ["exit"]


def test_wake_ends_hibernation_even_when_it_came_first(system):
    seen = []

    async def main(process):
        process.wake()
        await process.hibernate()
        seen.append(1)
        await process.hibernate()
        seen.append(2)

    process = make(system, main=main)
    system.kernel.run_until_idle()
    assert seen == [1]
    assert process.state is ProcessState.HIB
    process.wake()
    system.kernel.run_until_idle()
    assert seen == [1, 2]


def test_a_priority_above_that_of_the_account_needs_altpri(system):
    process = make(system)
    assert set_priority(process, 10, process) == 4
    assert process.base_priority == 4
    process.privileges = PrivilegeSet.of(Privilege.ALTPRI)
    set_priority(process, 10, process)
    assert process.base_priority == 10
    assert process.task.priority == 10
