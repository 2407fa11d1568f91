"""Whole copies of files, as BACKUP makes them."""

from __future__ import annotations

import pytest

from tests.services.rms_world import SMITH, RmsWorld, found, write
from vmsemu.base.condition import VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.base.uic import Uic
from vmsemu.files.attributes import Organization, RecordAttributes, fixed
from vmsemu.files.header import CONTIG
from vmsemu.files.keys import KeyDefinition
from vmsemu.services.file_copies import copy_file, overlay_file
from vmsemu.services.process import Process
from vmsemu.services.rms import FoundFile


@pytest.fixture
def process() -> Process:
    return RmsWorld().process()


def copy(process: Process, name: str, to: str, owner: Uic = SMITH, *, supersede: bool = False, truncate: bool = False) -> FoundFile:
    source = process.files.find(name)
    return copy_file(process.files, source, FileSpec.from_text(to), owner, supersede=supersede, truncate=truncate, data=True)


def later(process: Process) -> None:
    process.system.kernel.clock.advance_to(VmsTime(process.system.now + DeltaTime.of(days=3)))


def test_a_copy_has_everything_the_header_says(process: Process) -> None:
    write(process, "A.DAT;7", "one", attributes=fixed(3), allocation=30, characteristics=CONTIG)
    source = process.files.find("A.DAT")
    process.files.modify(source, acl=("(IDENTIFIER=[*,*],ACCESS=READ)",), expires=VmsTime.of(2030, 1, 1), backup=VmsTime.of(2001, 5, 1))
    later(process)
    made = copy(process, "A.DAT", "DKA100:[SMITH]B.DAT;7").header
    for name in ("owner", "protection", "attributes", "created", "revised", "expires", "backup", "revision", "acl", "size", "allocated", "characteristics"):
        assert getattr(made, name) == getattr(source.header, name), name
    assert made.name == "B.DAT;7"
    assert copy(process, "A.DAT", "DKA100:[SMITH]C.DAT", truncate=True).header.allocated == 9


def test_relative_and_indexed_files_keep_their_records(process: Process) -> None:
    with process.files.create("R.DAT", attributes=RecordAttributes(Organization.RELATIVE, maximum_size=10)) as relative:
        relative.put(b"cell")
    with process.files.create_indexed("I.DAT", [KeyDefinition.string(0, 1)]) as indexed:
        for key in (b"b", b"a"):
            indexed.put(key)
    for name, records in (("R", [b"cell"]), ("I", [b"a", b"b"])):
        made = copy(process, f"{name}.DAT", f"DKA100:[SMITH]{name}.NEW")
        with process.files.open(made) as file:
            assert list(file) == records


def test_a_copy_of_a_file_that_does_not_fit_leaves_nothing_behind() -> None:
    world = RmsWorld(blocks=2000)
    process = world.process()
    write(process, "A.DAT", *["x" * 500] * 1200)
    before = world.work.free_blocks, found(process, "*.*;*")
    with pytest.raises(VmsError) as error:
        copy(process, "A.DAT", "DKA100:[SMITH]B.DAT")
    assert error.value.message.definition.ident == "FUL"
    assert (world.work.free_blocks, found(process, "*.*;*")) == before


def test_a_version_that_is_there_is_only_replaced_when_told_so(process: Process) -> None:
    write(process, "A.DAT", "new")
    write(process, "B.DAT", "old")
    with pytest.raises(VmsError) as error:
        copy(process, "A.DAT", "DKA100:[SMITH]B.DAT;1")
    assert error.value.message.definition.ident == "FEX"
    copy(process, "A.DAT", "DKA100:[SMITH]B.DAT;1", supersede=True)
    with process.files.open("B.DAT") as file:
        assert list(file) == [b"new"]


def test_what_is_written_over_keeps_its_file_id_and_its_blocks(process: Process) -> None:
    write(process, "A.DAT", "new")
    write(process, "B.DAT", *["old"] * 3000)
    target = process.files.find("B.DAT")
    fid, blocks = target.header.fid, target.header.allocated
    overlay_file(process.files, process.files.find("A.DAT"), target, data=True)
    after = process.files.find("B.DAT").header
    assert (after.fid, after.allocated, after.size) == (fid, blocks, process.files.find("A.DAT").header.size)
    with process.files.open("B.DAT") as file:
        assert list(file) == [b"new"]


def test_a_file_that_is_open_is_not_written_over(process: Process) -> None:
    write(process, "A.DAT", "new")
    write(process, "B.DAT", "old")
    with process.files.open("B.DAT"), pytest.raises(VmsError) as error:
        overlay_file(process.files, process.files.find("A.DAT"), process.files.find("B.DAT"), data=True)
    assert error.value.message.definition.ident == "FLK"
