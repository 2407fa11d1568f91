"""The authorization files of a fresh disk, and the databases read from them."""

import pytest

from vmsemu.base.condition import VmsError
from vmsemu.base.privilege import PrivilegeSet
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.files.volume import Volume
from vmsemu.security.fresh import write_fresh_databases
from vmsemu.security.rights import IdentifierAttributes, RightsDatabase
from vmsemu.security.sysuaf import Sysuaf, UafRecord
from vmsemu.store.memory import MemoryStore
from vmsemu.tables.facilities import RMS, SS

NOW = VmsTime.of(2001, 5, 14, 10)
SYSTEM = Uic(1, 4)


@pytest.fixture
def volume():
    store = MemoryStore()
    Volume.initialize(store, "ALPHASYS", blocks=100_000, owner=Uic(1, 1), now=NOW)
    volume = Volume(store, lambda: NOW)
    root = volume.create_directory(volume.find_directory(()), "SYS0", owner=SYSTEM).fid
    common = volume.create_directory(volume.find_directory(()), "VMS$COMMON", owner=SYSTEM).fid
    volume.create_directory(root, "SYSEXE", owner=SYSTEM)
    volume.create_directory(common, "SYSEXE", owner=SYSTEM)
    jones = UafRecord("JONES", Uic(0o300, 1), directory="[JONES]")
    service = UafRecord("POSTBOX", Uic(0o3655, 3), device="SYS$SPECIFIC:", directory="[POSTBOX]")
    write_fresh_databases(volume, NOW, [jones, service], [("SERVICES", 0o3655)])
    return volume


@pytest.fixture
def rights(volume):
    return RightsDatabase(volume)


def test_a_fresh_system_has_its_accounts(volume):
    accounts = [record.username for record in Sysuaf(volume)]
    assert accounts == ["DEFAULT", "JONES", "MAIL$SERVER", "POSTBOX", "STUDENT", "SYSTEM"]


def test_the_system_manager_has_all_privileges_and_a_password(volume):
    record = Sysuaf(volume).require("system")
    assert record.uic == SYSTEM
    assert record.authorized == PrivilegeSet.ALL
    assert record.accepts("manager")
    assert not record.accepts("")


def test_people_cannot_log_in_to_a_service_account(volume):
    record = Sysuaf(volume).require("MAIL$SERVER")
    assert record.admits("NETWORK", NOW)
    assert not record.admits("LOCAL", NOW)


def test_an_account_may_be_changed_and_removed(volume):
    Sysuaf(volume).put(UafRecord("JONES", Uic(0o300, 2), directory="[ELSEWHERE]"))
    assert Sysuaf(volume).require("JONES").uic == Uic(0o300, 2)
    Sysuaf(volume).remove("JONES")
    assert Sysuaf(volume).get("JONES") is None
    with pytest.raises(VmsError) as caught:
        Sysuaf(volume).remove("JONES")
    assert caught.value.matches(RMS.RNF)


def test_login_directories_belong_to_their_users(volume):
    fid = volume.find_directory(("SYS0", "POSTBOX"))
    assert volume.header(fid).owner == Sysuaf(volume).require("POSTBOX").uic
    assert volume.find_directory(("STUDENT",)) is not None


def test_a_uic_is_shown_by_name_with_its_group_when_that_has_one(rights):
    assert rights.uic_text(SYSTEM) == "[SYSTEM]"
    assert rights.uic_text(Uic(0o3655, 3)) == "[SERVICES,POSTBOX]"
    assert rights.uic_text(Uic(0o3655, 0o177777)) == "[SERVICES]"
    assert rights.uic_text(Uic(0o500, 1)) == "[500,1]"


@pytest.mark.parametrize("text", ["[200,1]", "[STUDENT]", "student", "[200,STUDENT]", "<STUDENT>"])
def test_a_uic_is_typed_in_many_ways(rights, text):
    assert rights.parse_uic(text) == Uic(0o200, 1)


def test_an_unknown_name_is_no_uic(rights):
    with pytest.raises(VmsError) as caught:
        rights.parse_uic("[NOBODY]")
    assert caught.value.matches(SS.NOSUCHID)


def test_identifiers_are_added_granted_and_revoked_on_the_disk(volume, rights):
    added = rights.add("PAYROLL", attributes=IdentifierAttributes.RESOURCE)
    assert added.value_text() == "%X80010001"
    rights.grant("payroll", Uic(0o200, 1), IdentifierAttributes.RESOURCE)
    again = RightsDatabase(volume)
    assert again.rights_of(Uic(0o200, 1)) == ("STUDENT", "PAYROLL")
    assert again.holders(again.require("PAYROLL")) == [(Uic(0o200, 1), IdentifierAttributes.RESOURCE)]
    again.revoke("PAYROLL", Uic(0o200, 1))
    assert RightsDatabase(volume).rights_of(Uic(0o200, 1)) == ("STUDENT",)
    assert again.add("NEXT_ONE").value == added.value + 1


def test_removing_an_identifier_removes_its_holders(volume, rights):
    rights.add("PAYROLL")
    rights.grant("PAYROLL", SYSTEM)
    rights.remove("PAYROLL")
    again = RightsDatabase(volume)
    assert again.get("PAYROLL") is None
    assert again.held_by(SYSTEM) == []


def test_an_identifier_keeps_its_value_and_holders_when_renamed(volume, rights):
    value = rights.add("PAYROLL").value
    rights.grant("PAYROLL", SYSTEM)
    rights.modify("PAYROLL", new_name="WAGES", attributes=IdentifierAttributes.DYNAMIC)
    again = RightsDatabase(volume)
    assert again.require("WAGES").value == value
    assert again.rights_of(SYSTEM) == ("SYSTEM", "WAGES")
    assert again.require("WAGES").attributes.to_text() == "DYNAMIC"


@pytest.mark.parametrize(
    ("action", "condition"),
    [
        (lambda r: r.add("SYSTEM"), SS.DUPIDENT),
        (lambda r: r.add("OTHER", SYSTEM), SS.DUPIDENT),
        (lambda r: r.add("BAD-NAME"), SS.IVIDENT),
        (lambda r: r.add("12345"), SS.IVIDENT),
        (lambda r: r.grant("NOBODY", SYSTEM), SS.NOSUCHID),
        (lambda r: r.revoke("BATCH", SYSTEM), SS.NOSUCHID),
        (lambda r: r.remove("NOBODY"), SS.NOSUCHID),
        (lambda r: r.parse("%XZZ"), SS.IVIDENT),
    ],
)
def test_bad_requests_get_the_condition_vms_gives(rights, action, condition):
    with pytest.raises(VmsError) as caught:
        action(rights)
    assert caught.value.matches(condition)


def test_identifiers_are_typed_as_name_value_or_uic(rights):
    assert rights.parse("BATCH") == rights.parse("%X80000001") == 0x80000001
    assert rights.parse("[1,4]") == rights.parse("SYSTEM") == 0x10004


def test_an_identifier_with_another_value_keeps_its_holders_and_what_it_holds(rights):
    jones = rights.require("JONES").uic
    rights.add("STAFF", attributes=IdentifierAttributes.RESOURCE)
    rights.grant("STAFF", jones, IdentifierAttributes.RESOURCE)
    moved = rights.change_value("JONES", Uic(0o301, 7).to_long())
    assert rights.held_by(moved.uic) == [(rights.require("STAFF"), IdentifierAttributes.RESOURCE)]
    assert rights.held_by(jones) == []
    staff = rights.change_value("STAFF", 0x80012345)
    assert rights.holders(staff) == [(moved.uic, IdentifierAttributes.RESOURCE)]
    with pytest.raises(VmsError) as failure:
        rights.change_value("JONES", SYSTEM.to_long())
    assert failure.value.matches(SS.DUPIDENT)
