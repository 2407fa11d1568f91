"""What processes share of names and files: it is never more than each would have found by itself."""

from __future__ import annotations

import pytest

from tests.services.rms_world import SMITH, RmsWorld, read, write
from vmsemu.base.condition import VmsError
from vmsemu.base.protection import Protection
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.base.uic import Uic
from vmsemu.services.process import Process
from vmsemu.services.rms import FoundFile, RecordFile
from vmsemu.tables.facilities import RMS

JONES = Uic(0o200, 2)
STRANGER = Uic(0o300, 1)


@pytest.fixture
def world() -> RmsWorld:
    return RmsWorld()


def lines(file: RecordFile) -> tuple[str, ...]:
    return tuple(file.lines())


def derived(process: Process, spec: str = "DKA100:[SMITH]A.COM") -> tuple[str, ...]:
    return process.files.derive(spec, "", "lines", lines)[1]


def test_a_process_that_translates_a_name_to_something_else_finds_its_own_place(world: RmsWorld) -> None:
    first, second, third = world.process(), world.process(), world.process()
    first.names.define("HERE", ["DKA100:[SMITH]"])
    second.names.define("HERE", ["DKA100:[JONES]"])
    assert [p.files.parse("HERE:A.TXT").to_text() for p in (first, second, first)] == [
        "DKA100:[SMITH]A.TXT;", "DKA100:[JONES]A.TXT;", "DKA100:[SMITH]A.TXT;",
    ]  # fmt: skip
    assert third.files.parse("HERE:A.TXT").to_text() == "HERE:[SMITH]A.TXT;"


def test_a_name_defined_later_is_seen_by_those_who_knew_the_place_without_it(world: RmsWorld) -> None:
    first, second = world.process(), world.process()
    assert first.files.parse("SYS$MANAGER:A.TXT").device == second.files.parse("SYS$MANAGER:A.TXT").device
    world.names.define_system("SYS$MANAGER", "DKA100:[JONES]")
    assert second.files.parse("SYS$MANAGER:A.TXT").to_text() == "DKA100:[JONES]A.TXT;"


def test_another_default_directory_is_another_place(world: RmsWorld) -> None:
    first, second = world.process(), world.process(directory="[JONES]")
    world.names.define_system("DISK", "DKA100:")
    assert [p.files.parse("DISK:A.TXT").directory for p in (first, second, first)] == ["[SMITH]", "[JONES]", "[SMITH]"]


def test_what_was_made_of_a_file_is_made_again_when_the_file_changes(world: RmsWorld) -> None:
    process = world.process()
    write(process, "A.COM", "one")
    assert derived(process) == derived(world.process()) == ("one",)
    with process.files.open("A.COM", update=True) as file:
        file.get()
        file.update(b"two")
    assert derived(process) == ("two",)
    write(process, "A.COM", "three")
    assert derived(process) == ("three",)


def test_what_was_made_of_a_file_is_for_those_who_may_read_it(world: RmsWorld) -> None:
    owner = world.process()
    write(owner, "A.COM", "secret", protection=Protection.from_text("S:RWED,O:RWED,G:R,W"))
    assert derived(owner) == derived(world.process(JONES)) == ("secret",)
    with pytest.raises(VmsError) as caught:
        derived(world.process(STRANGER))
    assert caught.value.matches(RMS.PRV)


def test_who_meets_a_writer_is_told_so(world: RmsWorld) -> None:
    process = world.process()
    write(process, "A.COM", "one")
    assert derived(process) == ("one",)
    with process.files.open("A.COM", append=True), pytest.raises(VmsError) as caught:
        derived(process)
    assert caught.value.matches(RMS.FLK)
    assert derived(process) == ("one",)


def test_a_directory_that_is_closed_to_a_process_stays_closed_at_once(world: RmsWorld) -> None:
    process = world.process(SMITH)
    write(process, "A.COM", "one")
    stranger = world.process(STRANGER)
    assert stranger.files.exists("DKA100:[SMITH]A.COM")
    fid = world.work.find_directory(("SMITH",))
    assert fid is not None
    header = world.work.header(fid)
    header.protection = Protection.from_text("S:RWE,O:RWE,G,W")
    world.work.write_header(header)
    assert not stranger.files.exists("DKA100:[SMITH]A.COM")


def keep(process: Process, spec: str, value: object) -> FoundFile:
    found = process.files.find(spec)
    found.volume.derived.keep(found.volume, found.header, "thing", value)
    return found


def test_what_is_taken_is_given_once_and_only_to_those_who_may_read_the_file(world: RmsWorld) -> None:
    owner = world.process()
    write(owner, "A.COM", "one", protection=Protection.from_text("S:RWED,O:RWED,G:R,W"))
    assert world.process(STRANGER).files.taken(keep(owner, "A.COM", 1), "thing") is None
    found = keep(owner, "A.COM", 2)
    assert [world.process(JONES).files.taken(found, "thing") for _ in range(2)] == [2, None]


def test_what_is_kept_of_a_file_that_is_written_is_not_given(world: RmsWorld) -> None:
    process = world.process()
    write(process, "A.COM", "one")
    found = keep(process, "A.COM", 1)
    with process.files.open("A.COM", append=True):
        assert process.files.taken(found, "thing") is None
    assert keep(process, "A.COM", 1)
    with process.files.open("A.COM", append=True) as file:
        file.put(b"two")
    assert process.files.taken(process.files.find("A.COM"), "thing") is None


def test_bytes_are_put_in_place_of_others_as_by_a_stream(world: RmsWorld) -> None:
    process = world.process()
    facts = []
    for name in ("BY_STREAM.DAT", "AT_ONCE.DAT"):
        write(process, name, "first", "second")
        found = process.files.find(name)
        world.kernel.clock.advance_to(VmsTime(world.kernel.now + DeltaTime.of(hours=1)))
        if name == "BY_STREAM.DAT":
            with process.files.open(found, update=True) as file:
                file.sequential.write_bytes(2, b"FIRST")
        else:
            process.files.rewrite(found, [(2, b"FIRST")])
        header = process.files.find(name).header
        facts.append((read(process, name), header.revision, header.size, header.allocated))
        assert header.revised == world.kernel.now
    assert facts[0] == facts[1]
    assert facts[1][0] == ["FIRST", "second"]


def test_bytes_are_put_only_where_some_are_by_who_may_when_nobody_minds(world: RmsWorld) -> None:
    process = world.process()
    write(process, "A.DAT", "first", protection=Protection.from_text("S:RWED,O:RWED,G:R,W:"))
    found = process.files.find("A.DAT")
    with pytest.raises(VmsError) as beyond:
        process.files.rewrite(found, [(0, b"x" * 9)])
    with pytest.raises(VmsError) as refused:
        world.process(JONES).files.rewrite(found, [(2, b"x")])
    with process.files.open("A.DAT"), pytest.raises(VmsError) as busy:
        process.files.rewrite(found, [(2, b"x")])
    assert [raised.value.value for raised in (beyond, refused, busy)] == [RMS.EOF.value, RMS.PRV.value, RMS.FLK.value]
    assert read(process, "A.DAT") == ["first"]


def test_a_file_that_comes_earlier_in_a_search_list_is_found_instead(world: RmsWorld) -> None:
    process = world.process()
    process.names.define("BOTH", ["DKA100:[SMITH]", "DKA100:[JONES]"])
    write(world.process(JONES), "DKA100:[JONES]A.COM", "later")
    assert derived(process, "BOTH:A.COM") == derived(process, "BOTH:A.COM") == ("later",)
    write(process, "A.COM", "earlier")
    assert derived(process, "BOTH:A.COM") == ("earlier",)


def test_a_name_that_led_to_no_file_leads_to_one_as_soon_as_there_is_one(world: RmsWorld) -> None:
    process = world.process()
    assert process.files.existing("DKA100:[SMITH]A.COM") is None
    assert world.process().files.existing("DKA100:[SMITH]A.COM") is None
    write(process, "A.COM", "one")
    assert str(world.process().files.existing("DKA100:[SMITH]A.COM")) == "DKA100:[SMITH]A.COM;1"
    process.files.erase("A.COM;1")
    assert process.files.existing("DKA100:[SMITH]A.COM") is None


def test_a_version_that_was_renamed_is_found_by_its_new_number(world: RmsWorld) -> None:
    process = world.process()
    write(process, "A.COM", "one")
    assert process.files.derive("DKA100:[SMITH]A.COM", "", "lines", lines)[0].version == ";1"
    process.files.rename("A.COM;1", "A.COM;5")
    assert process.files.derive("DKA100:[SMITH]A.COM", "", "lines", lines)[0].version == ";5"


def test_what_the_owner_looked_up_is_still_closed_to_others(world: RmsWorld) -> None:
    owner, stranger = world.process(), world.process(STRANGER)
    write(owner, "A.COM", "one")
    fid = world.work.find_directory(("SMITH",))
    assert fid is not None
    header = world.work.header(fid)
    header.protection = Protection.from_text("S:RWE,O:RWE,G,W")
    world.work.write_header(header)
    assert owner.files.existing("DKA100:[SMITH]A.COM") is not None
    with pytest.raises(VmsError) as caught:
        stranger.files.existing("DKA100:[SMITH]A.COM")
    assert caught.value.matches(RMS.PRV)
