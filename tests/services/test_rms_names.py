"""File specifications as a process gives them: logical names, defaults, search lists, concealed devices."""

from __future__ import annotations

import pytest

from tests.services.rms_world import RmsWorld, found, read, write
from vmsemu.base.condition import VmsError
from vmsemu.lnm.table import Translation
from vmsemu.services.process import Process
from vmsemu.services.rms import FileError
from vmsemu.tables.facilities import RMS, SS


@pytest.fixture
def world() -> RmsWorld:
    return RmsWorld()


@pytest.fixture
def process(world: RmsWorld) -> Process:
    return world.process()


def parse(process: Process, spec: str, default: str = "", related: str = "") -> str:
    return process.files.parse(spec, default, related).to_text()


def causes(error: VmsError) -> list[str]:
    return [f"{m.definition.facility}.{m.definition.ident}" for m in error.message.chain()]


@pytest.mark.parametrize(
    ("spec", "default", "result"),
    [
        ("X", "", "DKA100:[SMITH]X.;"),
        ("x.txt", "", "DKA100:[SMITH]X.TXT;"),
        ("X", ".COM", "DKA100:[SMITH]X.COM;"),
        ("X.", ".COM", "DKA100:[SMITH]X.;"),
        ("X", "DEFNAME.TXT;5", "DKA100:[SMITH]X.TXT;5"),
        ("X.Y;", "DEFNAME.TXT;5", "DKA100:[SMITH]X.Y;"),
        ("DKA0:", "DEFNAME.TXT;5", "DKA0:[SMITH]DEFNAME.TXT;5"),
        ("[.SUB]", "DKA0:[A]", "DKA0:[A.SUB].;"),
        ("[-]", "", "DKA100:[000000].;"),
        ("[-.JONES]A.B", "", "DKA100:[JONES]A.B;"),
        ("[]A.B", "", "DKA100:[SMITH]A.B;"),
        ("<X.Y>A.B.3", "", "DKA100:[X.Y]A.B;3"),
        ("[000000.SMITH]A.B", "", "DKA100:[SMITH]A.B;"),
        ("[...]*.TXT;*", "", "DKA100:[SMITH...]*.TXT;*"),
        ("SYS$MANAGER:STARTUP.COM", "", "SYS$SYSROOT:[SYSMGR]STARTUP.COM;"),
        ("SYS$SYSTEM:", ".EXE", "SYS$SYSROOT:[SYSEXE].EXE;"),
        ("LOGINOUT", "SYS$SYSTEM:.EXE", "SYS$SYSROOT:[SYSEXE]LOGINOUT.EXE;"),
        ("SYS$SYSDEVICE:[JKB]ESSAI.F", "", "SYS$SYSDEVICE:[JKB]ESSAI.F;"),
        ("SYS$COMMON:[SYSEXE]X", "", "SYS$COMMON:[SYSEXE]X.;"),
        ("SYS$MANAGER:[.SUB]X", "", "SYS$SYSROOT:[SYSMGR.SUB]X.;"),
        ("_DKA0:[A]X", "", "_DKA0:[A]X.;"),
    ],
)
def test_a_specification_is_filled_from_names_and_defaults(process: Process, spec: str, default: str, result: str) -> None:
    assert parse(process, spec, default) == result


def test_a_logical_name_supplies_the_fields_that_were_not_given(process: Process) -> None:
    process.names.define("P", ["DKA0:[A]X.DAT"])
    assert parse(process, "P") == "DKA0:[A]X.DAT;"
    assert parse(process, "P:") == "DKA0:[A]X.DAT;"
    assert parse(process, "P:Y.TXT") == "DKA0:[A]Y.TXT;"
    assert parse(process, "P:[B]") == "DKA0:[B]X.DAT;"
    assert parse(process, "P.TXT") == "DKA100:[SMITH]P.TXT;"


def test_a_bare_word_that_is_no_logical_name_is_a_file_name(process: Process) -> None:
    process.names.define("FIRST", ["SECOND"])
    assert parse(process, "FIRST", ".DAT") == "DKA100:[SMITH]SECOND.DAT;"
    process.names.define("DISK", ["DKA0"])
    assert parse(process, "DISK:[A]") == "DKA0:[A].;"


def test_translation_stops_after_ten_levels(process: Process) -> None:
    for level in range(12):
        process.names.define(f"L{level}", [f"L{level + 1}:"])
    assert parse(process, "L3:X") == "L12:[SMITH]X.;"
    with pytest.raises(VmsError) as caught:
        process.files.parse("L0:X")
    assert caught.value.matches(RMS.LNE)


def test_a_rooted_name_hides_its_root(process: Process) -> None:
    process.names.define("ROOT", [Translation("DKA100:[SMITH.]", concealed=True)])
    assert parse(process, "ROOT:[000000]X") == "ROOT:[000000]X.;"
    assert parse(process, "ROOT:[SUB]X") == "ROOT:[SUB]X.;"
    assert process.files.candidates("ROOT:[SUB]X")[0].path == ("SMITH", "SUB")
    assert process.files.candidates("ROOT:[SUB]X")[0].unconcealed.to_text() == "DKA100:[SMITH.][SUB]X.;"
    with pytest.raises(VmsError) as caught:
        process.files.parse("[-]", "ROOT:[000000]")
    assert caught.value.matches(RMS.DIR)


def test_a_root_below_a_root_is_joined(process: Process) -> None:
    process.names.define("UPPER", [Translation("DKA100:[A.]", concealed=True)])
    process.names.define("LOWER", [Translation("UPPER:[B.]", concealed=True)])
    assert process.files.candidates("LOWER:[C]X")[0].path == ("A", "B", "C")
    assert parse(process, "LOWER:[C]X") == "LOWER:[C]X.;"


def test_a_rooted_name_that_is_not_concealed_is_shown_in_full(process: Process) -> None:
    process.names.define("ROOT", ["DKA0:[A.]"])
    assert parse(process, "ROOT:[B]X") == "DKA0:[A.B]X.;"


def test_defaults_follow_set_default(process: Process) -> None:
    process.files.set_default("[JONES]")
    assert (process.files.default, parse(process, "X")) == ("DKA100:[JONES]", "DKA100:[JONES]X.;")
    process.files.set_default("SYS$MANAGER")
    assert (process.files.default, parse(process, "X")) == ("SYS$SYSROOT:[SYSMGR]", "SYS$SYSROOT:[SYSMGR]X.;")
    process.files.set_default("DKA0:")
    assert process.files.default == "DKA0:[SYSMGR]"
    process.files.set_default("[NOWHERE]")
    assert not process.files.directory_exists("[]")
    with pytest.raises(VmsError):
        process.files.set_default("A.TXT")


def test_a_default_on_a_search_list_searches_both_roots(world: RmsWorld) -> None:
    system = world.process(disk="SYS$SYSROOT:", directory="[SYSMGR]", uic=world.system_volume.header(world.system_volume.find_directory(("SYS0",))).owner)  # type: ignore[arg-type]
    write(system, "SYS$COMMON:[SYSMGR]LOGIN.COM", "$ !")
    assert found(system, "LOGIN.COM") == ["SYS$COMMON:[SYSMGR]LOGIN.COM;1"]
    assert write(system, "NEW.COM") == "SYS$SYSROOT:[SYSMGR]NEW.COM;1"


def test_files_of_both_elements_of_a_search_list_are_found_and_the_first_is_opened(world: RmsWorld) -> None:
    system = world.process(uic=world.system_volume.header(world.make_directory(world.system_volume, "SYS0", world.process().uic)).owner)
    write(system, "SYS$COMMON:[SYSEXE]A.DAT", "common")
    write(system, "SYS$COMMON:[SYSEXE]B.DAT", "common")
    write(system, "SYS$SYSTEM:A.DAT", "specific")
    assert found(system, "SYS$SYSTEM:*.DAT") == [
        "SYS$SYSROOT:[SYSEXE]A.DAT;1", "SYS$COMMON:[SYSEXE]A.DAT;1", "SYS$COMMON:[SYSEXE]B.DAT;1",
    ]  # fmt: skip
    assert read(system, "SYS$SYSTEM:A.DAT") == ["specific"]
    assert read(system, "SYS$SYSTEM:B.DAT") == ["common"]
    with pytest.raises(FileError) as caught:
        system.files.open("SYS$SYSTEM:C.DAT")
    assert (causes(caught.value), caught.value.spec.to_text()) == (["RMS.FNF"], "SYS$COMMON:[SYSEXE]C.DAT;")


def test_a_list_of_specifications_sticks(world: RmsWorld, process: Process) -> None:
    from vmsemu.services.rms import Sticky

    for name in ("A.TXT", "A.DAT", "B.DAT"):
        write(process, name)
    process.files.set_default("[JONES]")
    sticky = Sticky()
    results = [[f.spec.to_text() for f in process.files.search(s, "*.*;*", stickiness=sticky)] for s in ("[SMITH]A.TXT", ".DAT", "B")]
    assert results == [["DKA100:[SMITH]A.TXT;1"], ["DKA100:[SMITH]A.DAT;1"], ["DKA100:[SMITH]B.DAT;1"]]


def test_errors_name_the_condition_and_the_specification(process: Process) -> None:
    for spec, chain, shown in (
        ("NOSUCH.TXT", ["RMS.FNF"], "DKA100:[SMITH]NOSUCH.TXT;"),
        ("[NOSUCH]X.TXT", ["RMS.DNF", "SYSTEM.NOSUCHFILE"], "DKA100:[NOSUCH]X.TXT;"),
        ("DKB500:[A]X.TXT", ["RMS.DEV", "SYSTEM.NOSUCHDEV"], "DKB500:[A]X.TXT;"),
        ("OTHER::X.TXT", ["RMS.FND", "SYSTEM.NOSUCHNODE"], "OTHER::X.TXT;"),
        ("*.TXT", ["RMS.WLD"], "DKA100:[SMITH]*.TXT;"),
    ):
        with pytest.raises(FileError) as caught:
            process.files.open(spec)
        assert (causes(caught.value), caught.value.spec.to_text()) == (chain, shown)


def test_a_device_without_a_volume_is_not_ready(world: RmsWorld, process: Process) -> None:
    from vmsemu.files.mount import DiskDevice

    world.devices.add(DiskDevice("DKA300:"))
    with pytest.raises(VmsError) as caught:
        process.files.open("DKA300:[A]X")
    assert causes(caught.value) == ["RMS.DNR", "SYSTEM.DEVNOTMOUNT"]
    assert caught.value.message.cause is not None and caught.value.message.cause.definition == SS.DEVNOTMOUNT


def test_the_own_node_is_not_in_the_way(process: Process) -> None:
    write(process, "A.TXT", "here")
    assert read(process, "ALPHA1::A.TXT") == ["here"]


def test_the_null_device_is_empty_and_takes_everything(process: Process) -> None:
    assert read(process, "NL:") == []
    with process.files.create("NLA0:") as file:
        file.put_text("gone")
    assert read(process, "NLA0:") == []


def test_results_are_kept_until_a_name_changes(process: Process) -> None:
    process.names.define("HERE", ["DKA0:[A]"])
    assert parse(process, "HERE:X") == "DKA0:[A]X.;"
    process.names.define("HERE", ["DKA0:[B]"])
    assert parse(process, "HERE:X") == "DKA0:[B]X.;"


def test_what_stuck_comes_before_the_wildcards_of_a_command(process: Process) -> None:
    assert parse(process, ".DAT", "*.*;*", "DKA0:[A]X.TXT;3") == "DKA0:[A]X.DAT;*"
    assert parse(process, "[B]", "*.*;*", "DKA0:[A]X.TXT;3") == "DKA0:[B]X.TXT;*"
    assert parse(process, "*", "*.*;*", "DKA0:[A]X.TXT;3") == "DKA0:[A]*.TXT;*"
    assert parse(process, "Y", ".LIS", "DKA0:[A]X.TXT;3") == "DKA0:[A]Y.LIS;"
