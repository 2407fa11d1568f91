"""Logical names: what a process sees when it defines, translates and deletes them."""

import pytest

from vmsemu.base.condition import VmsError
from vmsemu.lnm.names import AccessMode, LogicalNames, NameAttribute, ProcessNames, TableCreation, Translation
from vmsemu.tables.facilities import SS


@pytest.fixture
def node():
    return LogicalNames()


@pytest.fixture
def names(node):
    return ProcessNames(node, group=1)


def test_a_defined_name_translates_to_its_equivalence_in_the_process_table(names):
    assert names.define("PROBE_LNM", ["LOWER"]) is False
    found = names.translate("PROBE_LNM")
    assert (found.equivalence, found.table, found.mode) == ("LOWER", "LNM$PROCESS_TABLE", AccessMode.SUPER)


def test_redefining_in_the_same_mode_supersedes(names):
    names.define("A", ["ONE"])
    assert names.define("A", ["TWO"]) is True
    assert names.translate("A").equivalence == "TWO"


def test_the_same_name_in_another_mode_does_not_supersede_and_the_outermost_is_found(names):
    names.define("A", ["EXEC"], mode=AccessMode.EXEC)
    assert names.define("A", ["SUPER"]) is False
    assert names.define("A", ["USER"], mode=AccessMode.USER) is False
    assert names.translate("A").equivalence == "USER"
    assert names.translate("A", mode=AccessMode.SUPER).equivalence == "SUPER"
    assert names.translate("A", mode=AccessMode.EXEC).equivalence == "EXEC"
    assert names.translate("A", mode=AccessMode.KERNEL) is None
    assert [n.mode.short for n in names.find_all("A")] == ["user", "super", "exec"]


def test_image_rundown_deletes_user_mode_names_only(names):
    names.define("X", ["Y"], mode=AccessMode.USER)
    names.define("X", ["Z"])
    names.define("ONLY", ["Y"], mode=AccessMode.USER)
    names.delete_user_mode()
    assert names.translate("X").equivalence == "Z"
    assert names.translate("ONLY") is None


def test_tables_are_searched_process_job_group_system_cluster(names, node):
    assert [t.name for t in names.tables()] == [
        "LNM$PROCESS_TABLE",
        "LNM$JOB_80BF1D40",
        "LNM$GROUP_000001",
        "LNM$SYSTEM_TABLE",
        "LNM$SYSCLUSTER_TABLE",
    ]
    for table in ("LNM$SYSCLUSTER", "LNM$SYSTEM", "LNM$GROUP", "LNM$JOB", "LNM$PROCESS"):
        names.define("N", [table], table=table)
        assert names.translate("N").equivalence == table


def test_jobs_share_their_table_and_groups_share_theirs(node):
    master = ProcessNames(node, 0o200)
    subprocess = ProcessNames(node, 0o200, master.job)
    stranger = ProcessNames(node, 0o200)
    master.define("J", ["1"], table="LNM$JOB")
    master.define("G", ["2"], table="LNM$GROUP")
    assert subprocess.translate("J").table == master.job.name
    assert stranger.translate("J") is None
    assert stranger.translate("G").table == "LNM$GROUP_000200"


def test_a_search_list_keeps_its_order_and_attributes(names):
    names.define("R", [Translation("DKA0:[SYS0.]", concealed=True, terminal=True), "SYS$COMMON:"], table="LNM$SYSTEM", mode=AccessMode.EXEC)
    found = names.translate("R")
    assert found.equivalences == ("DKA0:[SYS0.]", "SYS$COMMON:")
    assert found.max_index == 1
    assert found.translations[0].concealed and not found.translations[1].concealed


def test_look_up_is_case_sensitive_unless_asked_otherwise(names):
    names.define("mixed", ["v"])
    assert names.translate("MIXED") is None
    assert names.translate("MIXED", case_blind=True).equivalence == "v"
    names.delete("mixed")
    assert names.translate("MIXED", case_blind=True) is None


@pytest.mark.parametrize(
    ("action", "condition"),
    [
        (lambda n: n.define("", ["X"]), SS.IVLOGNAM),
        (lambda n: n.define("A" * 256, ["X"]), SS.IVLOGNAM),
        (lambda n: n.define("A", [""]), SS.IVLOGNAM),
        (lambda n: n.define("A", ["X" * 256]), SS.IVLOGNAM),
        (lambda n: n.define("A", ["X"] * 129), SS.BADPARAM),
        (lambda n: n.define("A", ["X"], table="NOTABLE"), SS.NOLOGTAB),
        (lambda n: n.define("A", ["X"], table="T" * 32), SS.IVLOGTAB),
        (lambda n: n.delete("A"), SS.NOLOGNAM),
        (lambda n: n.delete("A", table="NOTABLE"), SS.NOLOGNAM),
        (lambda n: n.create_table("no good"), SS.IVLOGNAM),
        (lambda n: n.create_table("T", parent="NOTABLE"), SS.NOLOGTAB),
    ],
)
def test_bad_input_gets_the_condition_vms_gives(names, action, condition):
    with pytest.raises(VmsError) as caught:
        action(names)
    assert caught.value.matches(condition)


def test_an_outer_mode_caller_never_deletes_an_inner_mode_name(names):
    names.define("A", ["X"], mode=AccessMode.EXEC)
    with pytest.raises(VmsError) as caught:
        names.delete("A", mode=AccessMode.SUPER)
    assert caught.value.matches(SS.NOLOGNAM)
    names.define("A", ["Y"], mode=AccessMode.USER)
    names.delete("A", mode=AccessMode.EXEC)
    assert names.translate("A") is None


def test_no_alias_refuses_the_name_at_an_outer_mode(names):
    names.define("A", ["X"], mode=AccessMode.EXEC, attributes=["NO_ALIAS"])
    with pytest.raises(VmsError) as caught:
        names.define("A", ["Y"])
    assert caught.value.matches(SS.DUPLNAM)


def test_no_alias_deletes_the_names_at_outer_modes(names):
    names.define("A", ["Y"])
    names.define("A", ["X"], mode=AccessMode.EXEC, attributes=NameAttribute.NO_ALIAS)
    assert [n.equivalence for n in names.find_all("A")] == ["X"]


def test_a_full_job_table_refuses_names_until_one_is_deleted(node):
    names = ProcessNames(node, 1, job_quota=100)
    names.define("A", ["X"], table="LNM$JOB")
    names.define("B", ["X"], table="LNM$JOB")
    with pytest.raises(VmsError) as caught:
        names.define("C", ["X"], table="LNM$JOB")
    assert caught.value.matches(SS.EXLNMQUOTA)
    names.delete("A", table="LNM$JOB")
    names.define("C", ["X"], table="LNM$JOB")


def test_a_private_table_is_created_used_and_deleted_with_its_children(names):
    assert names.create_table("MYTAB") is TableCreation.CREATED
    assert names.create_table("MYTAB") is TableCreation.EXISTS
    assert names.create_table("CHILD", parent="MYTAB") is TableCreation.CREATED
    names.define("A", ["X"], table="MYTAB")
    assert names.translate("A", "MYTAB").table == "MYTAB"
    assert names.translate("A") is None
    assert names.create_table("MYTAB", supersede=True) is TableCreation.SUPERSEDED
    assert names.translate("A", "MYTAB") is None
    assert names.resolve("CHILD") == ()
    names.delete("MYTAB", table="LNM$PROCESS_DIRECTORY")
    assert names.resolve("MYTAB") == ()


def test_a_user_may_put_his_table_in_front_of_the_search_list(names):
    names.create_table("MYTAB")
    names.define("A", ["X"], table="MYTAB")
    names.define("LNM$FILE_DEV", ["MYTAB", "LNM$PROCESS", "LNM$SYSTEM"], table="LNM$PROCESS_DIRECTORY")
    assert names.translate("A").equivalence == "X"


def test_a_shareable_table_is_seen_by_other_processes(node, names):
    names.create_table("SITE", parent="LNM$SYSTEM_DIRECTORY")
    names.define("A", ["X"], table="SITE")
    assert ProcessNames(node, 0o200).translate("A", "SITE").equivalence == "X"


def test_a_circle_of_tables_is_reported(names):
    names.define("T1", ["T2"], table="LNM$PROCESS_DIRECTORY")
    names.define("T2", ["T1"], table="LNM$PROCESS_DIRECTORY")
    with pytest.raises(VmsError) as caught:
        names.translate("A", "T1")
    assert caught.value.matches(SS.TOOMANYLNAM)


def test_full_translation_stops_at_a_terminal_name(names):
    names.define("W5", ["W4:"])
    names.define("W4", [Translation("DKA0:", terminal=True)])
    names.define("DKA0", ["ELSEWHERE"])
    assert names.translate_fully("W5") == "DKA0:"
    names.define("LOOP", ["LOOP"])
    with pytest.raises(VmsError) as caught:
        names.translate_fully("LOOP")
    assert caught.value.matches(SS.TOOMANYLNAM)


def test_the_generation_grows_with_changes_the_process_can_see(node, names):
    other = ProcessNames(node, 0o200)
    before = names.generation()
    other.define("A", ["X"])
    other.define("A", ["X"], table="LNM$JOB")
    assert names.generation() == before
    other.define("A", ["X"], table="LNM$SYSTEM")
    assert names.generation() > before


def test_spawn_copies_supervisor_names_that_are_not_confined(node, names):
    names.define("A", ["1"])
    names.define("B", ["2"], attributes=["CONFINE"])
    names.define("C", ["3"], mode=AccessMode.EXEC)
    names.create_table("MINE")
    names.define("D", ["4"], table="MINE")
    child = ProcessNames(node, 1, names.job)
    names.copy_to(child)
    assert child.translate("A").equivalence == "1"
    assert child.translate("B") is None
    assert child.translate("C") is None
    assert child.translate("D", "MINE").equivalence == "4"


def test_table_names_have_no_equivalence_and_the_table_attribute(names):
    entry = names.translate("LNM$SYSTEM_TABLE", "LNM$DIRECTORIES")
    assert entry.is_table
    assert entry.max_index == -1
    assert entry.attributes & NameAttribute.TABLE


def test_the_job_table_number_of_a_finished_job_is_used_again(node):
    first = ProcessNames(node, 1)
    name = first.job.name
    node.delete_job_table(first.job)
    assert ProcessNames(node, 1).job.name == name
