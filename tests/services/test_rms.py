"""RMS by name: versions, searches, protection, renaming, directories, full disks."""

from __future__ import annotations

import pytest

from tests.services.rms_world import NOW, SMITH, RmsWorld, found, read, write
from vmsemu.base.condition import VmsError
from vmsemu.base.privilege import Privilege, PrivilegeSet
from vmsemu.base.protection import Protection
from vmsemu.base.uic import Uic
from vmsemu.files.attributes import VFC_PRN
from vmsemu.files.keys import KeyDefinition
from vmsemu.files.verify import problems
from vmsemu.files.volume import Volume
from vmsemu.services.process import Process
from vmsemu.services.rms import FileError
from vmsemu.store.memory import MemoryStore
from vmsemu.tables.facilities import LIB, RMS

JONES = Uic(0o200, 2)
STRANGER = Uic(0o300, 1)


@pytest.fixture
def world() -> RmsWorld:
    return RmsWorld()


@pytest.fixture
def process(world: RmsWorld) -> Process:
    return world.process()


def causes(call: object, *arguments: object, **options: object) -> list[str]:
    with pytest.raises(VmsError) as caught:
        call(*arguments, **options)  # type: ignore[operator]
    return [m.definition.ident for m in caught.value.message.chain()]


def search(process: Process, spec: str) -> list[str]:
    return list(found(process, spec))


# -- versions --------------------------------------------------------------------------------------------------------------------------


def test_each_creation_makes_the_next_version(process: Process) -> None:
    assert [write(process, "A.TXT", str(n)) for n in (1, 2, 3)] == [f"DKA100:[SMITH]A.TXT;{n}" for n in (1, 2, 3)]
    assert [read(process, s) for s in ("A.TXT", "A.TXT;0", "A.TXT;-1", "A.TXT;1")] == [["3"], ["3"], ["2"], ["1"]]
    assert causes(process.files.open, "A.TXT;-3") == ["FNF"]


def test_an_explicit_version_is_made_once(process: Process) -> None:
    assert write(process, "A.TXT;7") == "DKA100:[SMITH]A.TXT;7"
    assert write(process, "A.TXT;3") == "DKA100:[SMITH]A.TXT;3"
    assert causes(process.files.create, "A.TXT;7") == ["FEX"]
    assert causes(process.files.create, "A.TXT;-1") == ["VER"]
    assert causes(process.files.create, "A.TXT;*") == ["WLD"]
    with process.files.create("A.TXT;7", supersede=True) as file:
        file.put_text("new")
    assert read(process, "A.TXT;7") == ["new"]


def test_the_highest_version_number_is_the_last(process: Process) -> None:
    write(process, "A.TXT;32767")
    assert causes(process.files.create, "A.TXT") == ["CRE", "BADFILEVER"]


def test_a_version_limit_takes_the_oldest_versions_away(process: Process) -> None:
    process.files.create_directory("[.KEEP]", version_limit=2)
    statuses = []
    for _ in range(4):
        file = process.files.create("[.KEEP]A.TXT")
        statuses.append(file.status == RMS.FILEPURGED.value)
        file.close()
    assert statuses == [False, False, True, True]
    assert search(process, "[.KEEP]*.*;*") == ["DKA100:[SMITH.KEEP]A.TXT;4", "DKA100:[SMITH.KEEP]A.TXT;3"]


def test_a_version_that_the_limit_would_take_away_at_once_is_not_made(process: Process) -> None:
    process.files.create_directory("[.KEEP]", version_limit=2)
    write(process, "[.KEEP]A.TXT;5", "five")
    write(process, "[.KEEP]A.TXT;6", "six")
    with pytest.raises(VmsError) as caught:
        write(process, "[.KEEP]A.TXT;2", "two")
    assert [m.definition.ident for m in caught.value.message.chain()] == ["CRE", "TOOMANYVER"]
    write(process, "[.KEEP]A.TXT;7", "seven")
    assert found(process, "[.KEEP]*.*;*") == ["DKA100:[SMITH.KEEP]A.TXT;7", "DKA100:[SMITH.KEEP]A.TXT;6"]


def test_more_versions_than_a_later_limit_stay_as_many_as_they_are(process: Process) -> None:
    for _ in range(4):
        write(process, "A.TXT", "text")
    file = process.files.find("A.TXT")
    file.volume.set_version_limit(file.directory, "A.TXT", 2)
    write(process, "A.TXT", "text")
    assert [spec.partition(";")[2] for spec in found(process, "A.TXT;*")] == ["5", "4", "3", "2"]


# -- searching -------------------------------------------------------------------------------------------------------------------------


def test_files_come_in_directory_order_with_descending_versions(process: Process) -> None:
    for name in ("CELLS2.ANI", "A.X", "A.X", "CELLS.OBJ", "A$B.X", ".LOG"):
        write(process, name)
    assert [s.removeprefix("DKA100:[SMITH]") for s in search(process, "*.*;*")] == [
        ".LOG;1", "A$B.X;1", "A.X;2", "A.X;1", "CELLS.OBJ;1", "CELLS2.ANI;1",
    ]  # fmt: skip
    assert search(process, "*.X") == ["DKA100:[SMITH]A$B.X;1", "DKA100:[SMITH]A.X;2"]
    assert search(process, "*.X;-1") == ["DKA100:[SMITH]A.X;1"]
    assert search(process, "A.X;*") == ["DKA100:[SMITH]A.X;2", "DKA100:[SMITH]A.X;1"]


def test_directory_trees_are_walked_depth_first(process: Process, world: RmsWorld) -> None:
    owner = world.process(privileges=PrivilegeSet.ALL)
    for name in ("[P6A]", "[P6A.B]", "[P6B]", "[P6C]"):
        owner.files.create_directory(name)
        write(owner, f"{name}P6F.DAT")
    assert search(owner, "[P6*...]P6F.DAT") == [f"DKA100:[{d}]P6F.DAT;1" for d in ("P6A", "P6A.B", "P6B", "P6C")]
    assert search(owner, "[P6A.*]*.*") == ["DKA100:[P6A.B]P6F.DAT;1"]
    assert search(owner, "[P6%]*.DAT") == [f"DKA100:[{d}]P6F.DAT;1" for d in ("P6A", "P6B", "P6C")]
    assert search(owner, "[000000...]P6B.DIR") == ["DKA100:[000000]P6B.DIR;1"]
    owner.files.set_default("[P6A]")
    assert search(owner, "[...]*.DAT") == ["DKA100:[P6A]P6F.DAT;1", "DKA100:[P6A.B]P6F.DAT;1"]
    assert causes(search, owner, "[NONE...]*.*") == ["DNF", "NOSUCHFILE"]
    assert causes(search, owner, "[P6*...]*.NONE") == ["FNF"]


def test_a_tree_below_a_concealed_root_shows_the_root_only(world: RmsWorld) -> None:
    system = world.process(Uic(1, 4))
    write(system, "SYS$COMMON:[SYSEXE]DEEP.DAT")
    assert search(system, "SYS$COMMON:[*]DEEP.DAT") == ["SYS$COMMON:[SYSEXE]DEEP.DAT;1"]
    assert search(system, "SYS$COMMON:[000000...]DEEP.DAT") == ["SYS$COMMON:[SYSEXE]DEEP.DAT;1"]


def test_files_may_be_deleted_while_they_are_searched(process: Process) -> None:
    for _ in range(5):
        write(process, "A.TXT")
    for file in process.files.search("*.*;*"):
        process.files.erase(file)
    assert causes(search, process, "*.*;*") == ["FNF"]


def test_a_file_that_is_named_twice_by_a_search_is_found_once_when_no_search_list_is_used(process: Process) -> None:
    process.files.create_directory("[.A.A]")
    write(process, "[.A.A]X.TXT")
    assert search(process, "[...A...]X.TXT") == ["DKA100:[SMITH.A.A]X.TXT;1"]


# -- protection ------------------------------------------------------------------------------------------------------------------------


def test_a_stranger_reads_what_the_world_may_read(world: RmsWorld, process: Process) -> None:
    write(process, "OPEN.TXT", "all", protection=Protection.from_text("S:RWED,O:RWED,G:RE,W:R"))
    write(process, "CLOSED.TXT", "me", protection=Protection.from_text("S:RWED,O:RWED,G,W"))
    stranger = world.process(STRANGER)
    assert read(stranger, "OPEN.TXT") == ["all"]
    assert causes(stranger.files.open, "CLOSED.TXT") == ["PRV", "NOPRIV"]
    assert causes(stranger.files.open, "OPEN.TXT", write=True) == ["PRV", "NOPRIV"]
    assert causes(stranger.files.create, "NEW.TXT") == ["PRV", "NOPRIV"]
    assert causes(stranger.files.erase, "OPEN.TXT;1") == ["PRV", "NOPRIV"]
    privileged = world.process(STRANGER, privileges=PrivilegeSet.of(Privilege.SYSPRV))
    assert read(privileged, "CLOSED.TXT") == ["me"]


def test_execute_on_a_directory_allows_names_but_no_wildcards(world: RmsWorld, process: Process) -> None:
    process.files.create_directory("[.SECRET]", protection=Protection.from_text("S:RWE,O:RWE,G,W:E"))
    write(process, "[.SECRET]A.TXT", "x", protection=Protection.from_text("S:RWED,O:RWED,G,W:R"))
    stranger = world.process(STRANGER)
    assert read(stranger, "[.SECRET]A.TXT") == ["x"]
    assert causes(search, stranger, "[.SECRET]*.*") == ["PRV", "NOPRIV"]


def test_an_access_control_list_decides_before_the_protection(world: RmsWorld, process: Process) -> None:
    write(process, "A.TXT", "x")
    file = process.files.find("A.TXT")
    process.files.modify(file, acl=("(IDENTIFIER=PROJECT,ACCESS=READ)",))
    member = world.process(STRANGER, rights=("PROJECT",))
    assert read(member, "A.TXT") == ["x"]
    assert causes(world.process(STRANGER).files.open, "A.TXT") == ["PRV", "NOPRIV"]


def test_new_files_take_protection_from_the_version_before_then_the_directory_then_the_process(process: Process) -> None:
    write(process, "A.TXT")
    assert process.files.find("A.TXT").header.protection == Protection.DEFAULT
    write(process, "B.TXT", protection=Protection.from_text("S:R,O:RWED"))
    write(process, "B.TXT")
    assert process.files.find("B.TXT").header.protection.to_text() == "(R,RWED,,)"
    process.files.create_directory("[.D]")
    acl = ("(DEFAULT_PROTECTION,SYSTEM:RWED,OWNER:RWED,GROUP:,WORLD:R)", "(IDENTIFIER=X,OPTIONS=DEFAULT,ACCESS=READ)")
    process.files.modify(process.files.find("D.DIR"), acl=acl)
    write(process, "[.D]C.TXT")
    made = process.files.find("[.D]C.TXT").header
    assert (made.protection.to_text(), made.acl) == ("(RWED,RWED,,R)", ("(IDENTIFIER=X,ACCESS=READ)",))


def test_new_files_of_privileged_users_belong_to_the_owner_of_the_directory(world: RmsWorld, process: Process) -> None:
    write(process, "MINE.TXT")
    manager = world.process(Uic(1, 4))
    write(manager, "[JONES]HIS.TXT")
    assert process.files.find("MINE.TXT").header.owner == SMITH
    assert manager.files.find("[JONES]HIS.TXT").header.owner == JONES
    manager.files.create_directory("[JONES.SUB]")
    assert manager.files.find("[JONES]SUB.DIR").header.owner == JONES


# -- sharing ---------------------------------------------------------------------------------------------------------------------------


def test_a_file_being_written_is_locked_unless_it_is_shared(process: Process) -> None:
    writer = process.files.create("A.LOG")
    assert causes(process.files.open, "A.LOG") == ["FLK", "ACCONFLICT"]
    assert causes(process.files.erase, "A.LOG;1") == ["FLK", "ACCONFLICT"]
    writer.close()
    shared = process.files.open("A.LOG", write=True, shared=True)
    process.files.open("A.LOG", shared=True).close()
    shared.close()
    process.files.erase("A.LOG;1")


def test_rundown_closes_what_is_open(process: Process) -> None:
    first = process.files.create("A.TXT")
    mark = process.files.mark
    process.files.create("B.TXT").put_text("x")
    process.files.close_since(mark)
    assert read(process, "B.TXT") == ["x"] and not first.closed
    process.files.close_all()
    assert first.closed and process.files.opened() == []


# -- deleting, renaming, directories -----------------------------------------------------------------------------------------------------


def test_a_directory_that_is_not_empty_stays(process: Process) -> None:
    process.files.create_directory("[.SUB]")
    write(process, "[.SUB]A.TXT")
    assert causes(process.files.erase, "SUB.DIR;1") == ["PRV", "NOPRIV"]
    process.files.modify(process.files.find("SUB.DIR"), protection=Protection.from_text("S:RWED,O:RWED"))
    assert causes(process.files.erase, "SUB.DIR;1") == ["MKD", "DIRNOTEMPTY"]
    process.files.erase("[.SUB]A.TXT;1")
    process.files.erase("SUB.DIR;1")
    assert causes(search, process, "[.SUB]*.*") == ["DNF", "NOSUCHFILE"]


def test_reserved_files_are_not_deleted(world: RmsWorld) -> None:
    manager = world.process(Uic(1, 4), privileges=PrivilegeSet.ALL)
    assert causes(manager.files.erase, "[000000]INDEXF.SYS;1") == ["MKD", "NOPRIV"]


def test_rename_keeps_the_version_when_it_is_free_and_counts_up_otherwise(process: Process) -> None:
    write(process, "C.TXT;4", "old")
    write(process, "A.TXT;2")
    assert process.files.rename("C.TXT", "D.TXT").spec.to_text() == "DKA100:[SMITH]D.TXT;4"
    assert process.files.rename("D.TXT", "*.OLD").spec.to_text() == "DKA100:[SMITH]D.OLD;4"
    assert process.files.rename("D.OLD;4", "A.TXT").spec.to_text() == "DKA100:[SMITH]A.TXT;3"
    assert read(process, "A.TXT") == ["old"]
    assert causes(process.files.rename, "A.TXT;3", "A.TXT;2") == ["FEX"]
    assert process.files.find("A.TXT").header.name == "A.TXT;3"


def test_rename_moves_between_directories_and_moves_directories(process: Process) -> None:
    process.files.create_directory("[.X.Y]")
    write(process, "[.X.Y]A.TXT", "deep")
    assert process.files.rename("[.X.Y]A.TXT", "[]").spec.to_text() == "DKA100:[SMITH]A.TXT;1"
    process.files.rename("A.TXT", "[.X.Y]B.TXT")
    process.files.modify(process.files.find("X.DIR"), protection=Protection.from_text("S:RWED,O:RWED"))
    process.files.modify(process.files.find("[.X]Y.DIR"), protection=Protection.from_text("S:RWED,O:RWED"))
    assert causes(process.files.rename, "X.DIR", "[.X.Y]X.DIR") == ["IDR"]
    process.files.rename("[.X]Y.DIR", "[SMITH]Z.DIR")
    assert read(process, "[.Z]B.TXT") == ["deep"]


def test_rename_needs_the_same_device(process: Process) -> None:
    write(process, "A.TXT")
    assert causes(process.files.rename, "A.TXT", "DKA0:[000000]A.TXT") == ["DEV"]
    assert causes(process.files.rename, "A.TXT", "[NONE]A.TXT") == ["DNF", "NOSUCHFILE"]


def test_creating_a_directory_makes_those_above_it(process: Process) -> None:
    result = process.files.create_directory("[.NEW.DEEP]")
    assert (result.spec.to_text(), result.created) == ("DKA100:[SMITH.NEW.DEEP]", True)
    assert not process.files.create_directory("[SMITH.NEW]").created
    header = process.files.find("[.NEW]DEEP.DIR").header
    assert (header.protection.to_text(), header.owner, header.used_blocks, header.eof_block) == ("(RWE,RWE,RE,RE)", SMITH, 1, 2)
    assert causes(process.files.create_directory, "[L1.L2.L3.L4.L5.L6.L7.L8.L9]") == ["DIR"]
    assert causes(process.files.create_directory, "[.A...]") == ["INVFILSPE"]
    assert LIB.INVFILSPE.value == 0x0015839C
    assert causes(process.files.create_directory, "DKB7:[A]") == ["DEV", "NOSUCHDEV"]


# -- contents --------------------------------------------------------------------------------------------------------------------------


def test_text_records_come_back_as_text(process: Process) -> None:
    write(process, "A.TXT", "Grüße", "", "end", attributes=VFC_PRN)
    assert read(process, "A.TXT") == ["Grüße", "", "end"]
    with process.files.open("A.TXT", append=True) as file:
        file.put_text("more")
    assert read(process, "A.TXT")[-1] == "more"


def test_indexed_files_are_made_and_opened_by_name(process: Process) -> None:
    with process.files.create_indexed("U.DAT", [KeyDefinition.string(0, 4)]) as file:
        file.put(b"KEY2 two")
        file.put(b"KEY1 one")
    with process.files.open_indexed("U", ".DAT") as file:
        assert file.indexed.get_key(b"KEY2") == b"KEY2 two"
        file.rewind()
        assert list(file) == [b"KEY1 one", b"KEY2 two"]
    write(process, "S.DAT")
    assert causes(process.files.open_indexed, "S.DAT") == ["ORG"]


def test_a_full_disk_refuses_and_leaves_the_volume_sound() -> None:
    world = RmsWorld(cluster=1, blocks=120)
    process = world.process()
    file = process.files.create("BIG.DAT")
    with pytest.raises(VmsError) as caught:
        while True:
            file.put(b"x" * 400)
    assert [m.definition.ident for m in caught.value.message.chain()] == ["FUL", "DEVICEFULL"]
    file.close()
    with pytest.raises(FileError):
        for number in range(100):
            process.files.create(f"A_LONG_NAME_TO_FILL_THE_DIRECTORY_{number}.DAT").close()
    assert problems(world.work) == []
    process.files.erase("BIG.DAT;1")
    write(process, "AGAIN.DAT", "fits")


def test_after_a_crash_the_last_commit_is_there() -> None:
    store = MemoryStore()
    world = RmsWorld(store)
    process = world.process()
    write(process, "A.TXT", "kept")
    world.kernel.commit()
    write(process, "B.TXT", "lost")
    process.files.rename("A.TXT", "C.TXT")
    after = Volume(store.committed(), lambda: NOW)
    smith = after.find_directory(("SMITH",))
    assert smith is not None
    assert after.directory(smith).matching("*.*") == ["A.TXT"]
    assert problems(after) == []


def test_an_indexed_file_copied_to_another_disk_has_its_records(world: RmsWorld) -> None:
    manager = world.process(Uic(1, 4), privileges=PrivilegeSet.ALL)
    with manager.files.create_indexed("U.DAT", [KeyDefinition.string(0, 4)]) as file:
        file.put(b"KEY1 one")
    source = manager.files.find("U.DAT")
    target = manager.files.create("DKA0:[000000]U.DAT", attributes=source.header.attributes)
    target.close()
    world.system_volume.copy_contents(source.header, target.header, source.volume)
    with manager.files.open_indexed("DKA0:[000000]U.DAT") as copy:
        assert copy.get_key(b"KEY1") == b"KEY1 one"
    assert problems(world.system_volume) == []


def test_permanent_files_and_record_devices_are_written_as_files(world: RmsWorld, process: Process) -> None:
    from vmsemu.services.stream import CallbackOutput

    shown: list[str] = []
    process.output = CallbackOutput(shown.append)
    process.names.define("LISTING", ["SYS$OUTPUT"])
    write(process, "SYS$OUTPUT", "one")
    write(process, "LISTING:", "two")
    assert shown == ["one\n", "two\n"]
    assert process.files.open("SYS$INPUT").stream is process.input
