"""Which process may define which logical names."""

import pytest

from vmsemu.base.condition import VmsError
from vmsemu.base.privilege import Privilege, PrivilegeSet
from vmsemu.base.protection import Protection
from vmsemu.base.time import DeltaTime
from vmsemu.kernel.kernel import sleep
from vmsemu.lnm.names import AccessMode, TableCreation
from vmsemu.services.creprc import create_process
from vmsemu.services.trnlnm import sys_crelnm, sys_crelnt, sys_dellnm, sys_trnlnm
from vmsemu.tables.facilities import SS


async def forever(process):
    while True:
        await sleep(process.system.kernel, DeltaTime.of(hours=1))


@pytest.fixture
def smith(system):
    return create_process(system, username="SMITH", main=forever)


def refused(action):
    with pytest.raises(VmsError) as caught:
        action()
    return caught.value


@pytest.mark.parametrize("table", ["LNM$PROCESS", "LNM$JOB"])
def test_a_user_defines_names_of_his_own(smith, table):
    sys_crelnm(smith, "A", ["B"], table=table)
    assert sys_trnlnm(smith, "A").equivalence == "B"
    sys_dellnm(smith, "A", table=table)
    assert refused(lambda: sys_trnlnm(smith, "A")).matches(SS.NOLOGNAM)


@pytest.mark.parametrize(
    ("table", "privilege"),
    [("LNM$SYSTEM", Privilege.SYSNAM), ("LNM$SYSTEM", Privilege.SYSPRV), ("LNM$GROUP", Privilege.GRPNAM), ("LNM$SYSCLUSTER", Privilege.SYSNAM)],
)
def test_shared_tables_need_a_privilege(smith, table, privilege):
    assert refused(lambda: sys_crelnm(smith, "A", ["B"], table=table)).matches(SS.NOPRIV)
    smith.privileges = PrivilegeSet.of(privilege)
    sys_crelnm(smith, "A", ["B"], table=table)
    smith.privileges = PrivilegeSet.NONE
    assert refused(lambda: sys_dellnm(smith, "A", table=table)).matches(SS.NOPRIV)


def test_the_system_manager_defines_names_for_all(system, smith):
    manager = create_process(system, username="SYSTEM", main=forever)
    sys_crelnm(manager, "A", ["B"], table="LNM$SYSTEM", mode=AccessMode.EXEC)
    assert sys_trnlnm(smith, "A", mode=AccessMode.EXEC).equivalence == "B"


def test_an_inner_mode_without_privilege_becomes_supervisor(smith):
    sys_crelnm(smith, "A", ["B"], mode=AccessMode.EXEC)
    assert sys_trnlnm(smith, "A").mode is AccessMode.SUPER
    smith.privileges = PrivilegeSet.of(Privilege.SYSNAM)
    sys_crelnm(smith, "A", ["B"], mode=AccessMode.EXEC)
    assert sys_trnlnm(smith, "A", mode=AccessMode.EXEC).mode is AccessMode.EXEC


def test_deleting_all_leaves_inner_modes(smith):
    sys_crelnm(smith, "A", ["B"])
    sys_dellnm(smith, None)
    assert refused(lambda: sys_trnlnm(smith, "A")).matches(SS.NOLOGNAM)
    assert sys_trnlnm(smith, "SYS$INPUT").mode is AccessMode.EXEC


def test_a_shareable_table_needs_the_system_class_to_make_and_write_access_to_use(system, smith):
    assert sys_crelnt(smith, "MINE") is TableCreation.CREATED
    assert refused(lambda: sys_crelnt(smith, "SITE", parent="LNM$SYSTEM_DIRECTORY")).matches(SS.NOPRIV)
    manager = create_process(system, username="SYSTEM", main=forever)
    sys_crelnt(manager, "SITE", parent="LNM$SYSTEM_DIRECTORY")
    assert refused(lambda: sys_crelnm(smith, "A", ["B"], table="SITE")).matches(SS.NOPRIV)
    sys_crelnt(manager, "FREE", parent="LNM$SYSTEM_DIRECTORY", protection=Protection.from_text("S:RWED,O:RWED,G:RW,W:RW"))
    sys_crelnm(smith, "A", ["B"], table="FREE")
    assert sys_trnlnm(manager, "A", table="FREE").equivalence == "B"


def test_bad_names_are_refused(smith):
    assert refused(lambda: sys_trnlnm(smith, "")).matches(SS.IVLOGNAM)
    assert refused(lambda: sys_crelnm(smith, "A", ["B"], table="NOTABLE")).matches(SS.NOLOGTAB)
    assert refused(lambda: sys_dellnm(smith, "A")).matches(SS.NOLOGNAM)


def test_a_new_shareable_table_is_read_by_all_and_written_by_system_and_owner(system, smith):
    manager = create_process(system, username="SYSTEM", main=forever)
    sys_crelnt(manager, "SITE", parent="LNM$SYSTEM_DIRECTORY")
    sys_crelnm(manager, "A", ["B"], table="SITE")
    assert sys_trnlnm(smith, "A", table="SITE").equivalence == "B"
    assert refused(lambda: sys_dellnm(smith, "A", table="SITE")).matches(SS.NOPRIV)


def test_a_table_without_read_access_is_passed_over_in_a_list_and_refused_alone(system, smith):
    manager = create_process(system, username="SYSTEM", main=forever)
    sys_crelnt(manager, "SECRET", parent="LNM$SYSTEM_DIRECTORY", protection=Protection.from_text("S:RWED,O:RWED,G,W"))
    sys_crelnm(manager, "A", ["B"], table="SECRET")
    assert refused(lambda: sys_trnlnm(smith, "A", table="SECRET")).matches(SS.NOPRIV)
    sys_crelnm(smith, "LISTED", ["SECRET", "LNM$PROCESS"], table="LNM$PROCESS_DIRECTORY")
    sys_crelnm(smith, "A", ["own"])
    assert sys_trnlnm(smith, "A", table="LISTED").equivalence == "own"
    smith.privileges = PrivilegeSet.of(Privilege.READALL)
    assert sys_trnlnm(smith, "A", table="LISTED").equivalence == "B"


def test_read_access_to_a_table_gives_no_create_access(system, smith):
    manager = create_process(system, username="SYSTEM", main=forever)
    sys_crelnt(manager, "SITE", parent="LNM$SYSTEM_DIRECTORY")
    smith.privileges = PrivilegeSet.of(Privilege.SYSNAM)
    assert refused(lambda: sys_crelnt(smith, "BELOW", parent="SITE")).matches(SS.NOPRIV)
    sys_crelnt(manager, "OPENED", parent="LNM$SYSTEM_DIRECTORY", protection=Protection.from_text("S:RWED,O:RWED,G:R,W:RE"))
    assert sys_crelnt(smith, "BELOW", parent="OPENED") is TableCreation.CREATED


def test_delete_access_to_a_table_is_enough_to_delete_it(system, smith):
    manager = create_process(system, username="SYSTEM", main=forever)
    sys_crelnt(manager, "LOOSE", parent="LNM$SYSTEM_DIRECTORY", protection=Protection.from_text("S:RWED,O:RWED,G:R,W:RD"))
    sys_dellnm(smith, "LOOSE", table="LNM$SYSTEM_DIRECTORY")
    assert refused(lambda: sys_crelnm(manager, "A", ["B"], table="LOOSE")).matches(SS.NOLOGTAB)


def test_an_index_that_no_list_can_have_is_a_bad_parameter(smith):
    sys_crelnm(smith, "A", ["B"])
    assert sys_trnlnm(smith, "A", index=127).equivalence == "B"
    assert refused(lambda: sys_trnlnm(smith, "A", index=128)).matches(SS.BADPARAM)


def test_another_job_s_table_is_not_read_without_privilege_and_goes_with_the_job(system, smith):
    manager = create_process(system, username="SYSTEM", main=forever)
    theirs = manager.names.job.name
    assert refused(lambda: sys_trnlnm(smith, "SYS$LOGIN", table=theirs)).matches(SS.NOPRIV)
    assert sys_trnlnm(manager, "SYS$LOGIN", table=smith.names.job.name).table == smith.names.job.name
    system.logical_names.delete_job_table(manager.names.job)
    assert refused(lambda: sys_trnlnm(smith, "SYS$LOGIN", table=theirs)).matches(SS.NOLOGNAM)


def test_the_names_of_process_permanent_files_carry_the_number_of_the_file(smith):
    found = sys_trnlnm(smith, "SYS$OUTPUT").translations[0]
    assert (found.internal_file, found.concealed, found.terminal) == (0x8103, True, True)
    assert sys_trnlnm(smith, "SYS$INPUT").translations[0].internal_file == 0x8101
