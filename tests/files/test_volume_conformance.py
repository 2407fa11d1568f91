"""One suite for every kind of volume: disks on each store, of both structures, and folders of the host.

What only disks have (versions, limits, aliases, access control lists) is at the end; that folders refuse it is in test_host_volume.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.files.volume_kinds import DISKS, KINDS, NOW, Kind
from vmsemu.base.condition import VmsError
from vmsemu.base.protection import Protection
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.files.attributes import FIX_512, STMLF_CR, VAR_CR, VFC_PRN, RecordAttributes
from vmsemu.files.control import Share
from vmsemu.files.header import FileId
from vmsemu.files.rms import create_file, open_file
from vmsemu.files.verify import problems
from vmsemu.files.volume import MFD, Volume
from vmsemu.tables.facilities import RMS, SS


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kind]:
    made = Kind(request.param, tmp_path)
    yield made
    if made.store is not None:
        assert problems(made.volume) == []
    made.close()


@pytest.fixture
def volume(kind: Kind) -> Volume:
    return kind.volume


def refused(call: Callable[..., object], *arguments: object, **options: object) -> str:
    """The ident of the condition that the call fails with."""
    with pytest.raises(VmsError) as caught:
        call(*arguments, **options)
    return caught.value.message.definition.ident


def make(volume: Volume, directory: FileId, name: str, *records: bytes, attributes: RecordAttributes = VAR_CR) -> FileId:
    stream = create_file(volume, directory, name, attributes=attributes)
    for record in records:
        stream.put(record)
    stream.close()
    return found(volume, directory, name)


def found(volume: Volume, directory: FileId, name: str, version: int = 0) -> FileId:
    fid = volume.lookup(directory, name, version)
    assert fid is not None
    return fid


def records(volume: Volume, fid: FileId) -> list[bytes]:
    stream = open_file(volume, fid)
    out = []
    while not stream.at_end():
        out.append(stream.get())
    stream.close()
    return out


def own_names(volume: Volume, directory: FileId = MFD) -> list[str]:
    """The names in a directory, beside those of the reserved files, in capitals: a folder spells them as the host does."""
    reserved = {"000000.DIR"} | {name for name in volume.directory(directory).matching("*.SYS") if directory == MFD}
    return [name for name in volume.directory(directory).matching("*.*") if name not in reserved]


LINES = [b"", b"one", b"two words", b"x" * 1000, b"last"]


@pytest.mark.parametrize("attributes", [VAR_CR, VFC_PRN, STMLF_CR], ids=["VAR", "VFC", "STMLF"])
def test_records_come_back_as_they_were_written_also_after_a_remount(kind: Kind, attributes: RecordAttributes) -> None:
    fid = make(kind.volume, MFD, "A.TXT", *LINES, attributes=attributes)
    assert records(kind.volume, fid) == LINES
    volume = kind.remount()
    assert records(volume, found(volume, MFD, "A.TXT")) == LINES


def test_blocks_come_back_as_they_were_written(kind: Kind) -> None:
    data = bytes(range(256)) * 4 + b"\xff" * 512
    stream = create_file(kind.volume, MFD, "A.DAT", attributes=FIX_512)
    stream.append_bytes(data)
    stream.close()
    volume = kind.remount()
    fid = found(volume, MFD, "A.DAT")
    header = volume.header(fid)
    assert volume.read(fid, 0, 1 << 20) == data
    assert volume.read(fid, 500, 600) == data[500:1100]
    assert (header.size, header.used_blocks, header.eof_block, header.eof_byte) == (1536, 3, 4, 0)
    assert header.allocated >= header.used_blocks


def test_a_name_that_is_not_there_is_no_file(volume: Volume) -> None:
    make(volume, MFD, "A.TXT")
    assert [volume.lookup(MFD, name) for name in ("B.TXT", "A.", "A.TXTX", ".TXT")] == [None] * 4
    assert volume.find_directory(("NOWHERE",)) is None
    assert volume.find_directory(("A",)) is None
    assert refused(volume.remove, MFD, "B.TXT", 1) == "NOSUCHFILE"
    assert refused(volume.rename, MFD, "B.TXT", 1, MFD, "C.TXT", 1) == "NOSUCHFILE"


def test_names_stand_in_order_and_wildcards_choose_among_them(volume: Volume) -> None:
    for name in ("CELLS2.ANI", "A.X", "CELLS.OBJ", "B.X", "AB.X"):
        make(volume, MFD, name)
    directory = volume.directory(MFD)
    assert own_names(volume) == ["A.X", "AB.X", "B.X", "CELLS.OBJ", "CELLS2.ANI"]
    assert directory.matching("CE*.*") == ["CELLS.OBJ", "CELLS2.ANI"]
    assert directory.matching("%.X") == ["A.X", "B.X"]
    assert directory.matching("*B.X") == ["AB.X", "B.X"]
    assert directory.matching("A.X") == ["A.X"]


def test_an_explicit_version_that_is_there_is_refused(volume: Volume) -> None:
    make(volume, MFD, "A.TXT", b"kept")
    assert refused(volume.create, MFD, "A.TXT", 1) == "FEX"
    assert records(volume, found(volume, MFD, "A.TXT", 1)) == [b"kept"]


def test_directories_are_files_that_are_found_by_path(kind: Kind) -> None:
    volume = kind.volume
    one = volume.create_directory(MFD, "ONE").fid
    two = volume.create_directory(one, "TWO").fid
    make(volume, two, "A.TXT", b"deep")
    volume = kind.remount()
    path = volume.find_directory(("ONE", "TWO"))
    assert path is not None and volume.header(path).is_directory
    assert own_names(volume, path) == ["A.TXT"]
    assert [name.upper() for name, _ in volume.directory(MFD).subdirectories() if name != "000000"] == ["ONE"]
    assert len(volume.read(path, 0, 1 << 20)) % 512 == 0


def test_a_directory_goes_when_it_is_empty_and_not_before(volume: Volume) -> None:
    one = volume.create_directory(MFD, "ONE").fid
    fid = make(volume, one, "A.TXT")
    assert refused(volume.delete, one) in ("DIRNOTEMPTY", "MKD")
    volume.remove(one, "A.TXT", 1)
    volume.delete(fid)
    volume.remove(MFD, "ONE.DIR", 1)
    volume.delete(one)
    assert volume.find_directory(("ONE",)) is None
    assert refused(volume.header, one) in ("NOSUCHFILE", "FNF")


def test_a_deleted_file_is_gone_and_gives_its_blocks_back(kind: Kind) -> None:
    volume = kind.volume
    before = volume.free_blocks
    fid = make(volume, MFD, "A.TXT", *[b"x" * 500] * 40)
    if kind.store is not None:
        assert volume.free_blocks < before
    volume.remove(MFD, "A.TXT", 1)
    volume.delete(fid)
    if kind.store is not None:
        assert volume.free_blocks == before
    volume = kind.remount()
    assert own_names(volume) == []


def test_a_renamed_file_keeps_its_contents(kind: Kind) -> None:
    volume = kind.volume
    make(volume, MFD, "A.TXT", *LINES)
    below = volume.create_directory(MFD, "BELOW").fid
    volume.rename(MFD, "A.TXT", 1, below, "B.DAT", 1)
    volume = kind.remount()
    path = volume.find_directory(("BELOW",))
    assert path is not None
    assert own_names(volume) == ["BELOW.DIR"]
    assert records(volume, found(volume, path, "B.DAT")) == LINES


def test_records_are_added_at_the_end(kind: Kind) -> None:
    fid = make(kind.volume, MFD, "A.TXT", b"one", attributes=STMLF_CR)
    stream = open_file(kind.volume, fid, write=True, append=True)
    stream.put(b"two")
    stream.close()
    volume = kind.remount()
    assert records(volume, found(volume, MFD, "A.TXT")) == [b"one", b"two"]


def test_writers_let_nobody_in_and_readers_let_readers_in(volume: Volume) -> None:
    fid = make(volume, MFD, "A.TXT", b"one")
    writer = open_file(volume, fid, write=True)
    assert refused(open_file, volume, fid) == "FLK"
    writer.close()
    reader = open_file(volume, fid)
    other = open_file(volume, fid)
    assert refused(open_file, volume, fid, write=True) == "FLK"
    sharing = open_file(volume, fid, share=Share.ALL)
    for stream in (reader, other, sharing):
        stream.close()
    open_file(volume, fid, write=True).close()


def test_a_file_deleted_while_it_is_open_stays_for_who_has_it(volume: Volume) -> None:
    stream = create_file(volume, MFD, "A.TXT", read=True)
    stream.put(b"x" * 2000)
    stream.flush()
    fid = stream.header.fid
    volume.remove(MFD, "A.TXT", 1)
    volume.delete(fid)
    stream.rewind()
    assert stream.get() == b"x" * 2000
    stream.close()
    assert volume.lookup(MFD, "A.TXT") is None
    assert own_names(volume) == []


def test_a_write_locked_volume_changes_nothing(kind: Kind) -> None:
    volume = kind.volume
    fid = make(volume, MFD, "A.TXT", b"kept")
    volume.write_locked = True
    for call in (
        lambda: volume.create(MFD, "B.TXT"), lambda: volume.create_directory(MFD, "B"), lambda: volume.remove(MFD, "A.TXT", 1),
        lambda: volume.delete(fid), lambda: volume.rename(MFD, "A.TXT", 1, MFD, "B.TXT", 1), lambda: open_file(volume, fid, write=True),
        lambda: volume.truncate(volume.header(fid), 0), lambda: volume.write_header(volume.header(fid)),
    ):  # fmt: skip
        assert refused(call) == "WLK"
    volume = kind.remount()
    assert own_names(volume) == ["A.TXT"]
    assert records(volume, found(volume, MFD, "A.TXT")) == [b"kept"]


def test_protection_and_revision_are_kept(kind: Kind) -> None:
    volume = kind.volume
    header = volume.header(make(volume, MFD, "A.TXT", b"one"))
    header.protection = Protection.from_text("S:RWED,O:RWED,G:RE,W")
    header.revised = VmsTime.of(2000, 1, 1)
    volume.write_header(header)
    volume = kind.remount()
    again = volume.header(found(volume, MFD, "A.TXT"))
    assert again.protection == header.protection
    assert again.revised == VmsTime.of(2000, 1, 1)


def test_a_file_that_ends_earlier_has_lost_the_rest(kind: Kind) -> None:
    volume = kind.volume
    stream = create_file(volume, MFD, "A.DAT", attributes=FIX_512)
    stream.append_bytes(b"a" * 30_000)
    stream.truncate_at(1024)
    stream.append_bytes(b"b" * 512)
    stream.close()
    volume = kind.remount()
    assert volume.read(found(volume, MFD, "A.DAT"), 0, 1 << 20) == b"a" * 1024 + b"b" * 512


def test_bytes_are_written_over_those_that_are_there(kind: Kind) -> None:
    stream = create_file(kind.volume, MFD, "A.DAT", attributes=FIX_512)
    stream.append_bytes(b"a" * 40_000)
    stream.write_bytes(0, b"b" * 512)
    stream.write_bytes(39_000, b"c" * 1000)
    stream.append_bytes(b"d" * 512)
    with pytest.raises(VmsError) as caught:
        stream.write_bytes(40_000, b"e" * 513)
    assert caught.value.matches(RMS.EOF)
    stream.close()
    volume = kind.remount()
    expected = b"b" * 512 + b"a" * 38_488 + b"c" * 1000 + b"d" * 512
    assert volume.read(found(volume, MFD, "A.DAT"), 0, 1 << 20) == expected


def test_contents_go_from_this_volume_to_another_and_back(kind: Kind, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = Kind("memory", tmp_path_factory.mktemp("other"))
    fid = make(kind.volume, MFD, "A.TXT", *LINES, attributes=STMLF_CR)
    there = other.volume.create(MFD, "B.TXT", attributes=STMLF_CR)
    other.volume.copy_contents(kind.volume.header(fid), there, kind.volume)
    assert records(other.volume, there.fid) == LINES
    create_file(kind.volume, MFD, "C.TXT", attributes=STMLF_CR).close()
    kind.volume.copy_contents(there, kind.volume.header(found(kind.volume, MFD, "C.TXT")), other.volume)
    assert records(kind.volume, found(kind.volume, MFD, "C.TXT")) == LINES


def test_no_room_is_refused_before_anything_is_made(kind: Kind) -> None:
    assert refused(kind.volume.create, MFD, "HUGE.DAT", allocation=0x7FFFFFFF) == "FUL"
    assert own_names(kind.remount()) == []


# -- what only disks have ------------------------------------------------------------------------------------------------------------


@pytest.fixture(params=DISKS)
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kind]:
    made = Kind(request.param, tmp_path)
    yield made
    assert problems(made.volume) == []
    made.close()


def test_versions_count_up_and_are_found_from_the_top(disk: Kind) -> None:
    fids = [disk.volume.create(MFD, "A.TXT").fid for _ in range(3)]
    volume = disk.remount()
    assert [volume.lookup(MFD, "A.TXT", v) for v in (0, 3, -1, -2, -3, 4)] == [fids[2], fids[2], fids[1], fids[0], None, None]
    assert volume.create(MFD, "A.TXT", 32767).name == "A.TXT;32767"
    assert refused(volume.create, MFD, "A.TXT") == "CRE"


def test_a_file_has_as_many_names_as_it_was_given(disk: Kind) -> None:
    volume = disk.volume
    fid = make(volume, MFD, "A.TXT", b"one")
    below = volume.create_directory(MFD, "BELOW").fid
    volume.enter(below, "ALIAS.TXT", 7, fid)
    assert refused(volume.enter, below, "ALIAS.TXT", 7, fid) == "DUPFILENAME"
    volume = disk.remount()
    assert volume.lookup(below, "ALIAS.TXT") == fid
    volume.remove(below, "ALIAS.TXT", 7)
    assert records(volume, found(volume, MFD, "A.TXT")) == [b"one"]


def test_everything_a_header_holds_is_kept(disk: Kind) -> None:
    volume = disk.volume
    header = volume.create(MFD, "A.TXT", owner=Uic(0o200, 1), acl=("(IDENTIFIER=[SYSTEM],ACCESS=READ)",), allocation=10)
    header.expires, header.backup = NOW, VmsTime.of(1999, 1, 1)
    header.version_limit = 3
    volume.write_header(header)
    volume.set_version_limit(MFD, "A.TXT", 3)
    volume = disk.remount()
    assert volume.header(header.fid) == header
    assert volume.directory(MFD).entries["A.TXT"].limit == 3


def test_a_file_number_used_again_gets_a_higher_sequence(disk: Kind) -> None:
    volume = disk.volume
    first = volume.create(MFD, "A.TXT").fid
    volume.remove(MFD, "A.TXT", 1)
    volume.delete(first)
    second = disk.remount().create(MFD, "B.TXT").fid
    assert (second.number, second.sequence) == (first.number, first.sequence + 1)
    assert refused(disk.volume.header, first) == "FILESEQCHK"


def test_the_reserved_files_are_there(disk: Kind) -> None:
    assert disk.volume.directory(MFD).matching("*.*") == [
        "000000.DIR", "BACKUP.SYS", "BADBLK.SYS", "BADLOG.SYS", "BITMAP.SYS", "CONTIN.SYS", "CORIMG.SYS", "INDEXF.SYS", "SECURITY.SYS",
        "VOLSET.SYS",
    ]  # fmt: skip


def test_what_a_crash_leaves_is_the_last_commit(tmp_path: Path) -> None:
    for name in ("memory", "faulty"):
        disk = Kind(name, tmp_path)
        make(disk.volume, MFD, "A.TXT", b"kept")
        assert disk.store is not None
        disk.store.commit()
        make(disk.volume, MFD, "B.TXT", b"lost")
        after = Volume(disk.store.committed(), lambda: NOW)  # type: ignore[attr-defined]
        assert own_names(after) == ["A.TXT"]
        assert problems(after) == []


def test_conditions_of_files_and_of_the_system_are_told_apart(disk: Kind) -> None:
    with pytest.raises(VmsError) as caught:
        disk.volume.create(MFD, "HUGE.DAT", allocation=0x7FFFFFFF)
    assert caught.value.matches(RMS.FUL) and caught.value.message.cause is not None
    assert caught.value.message.cause.definition is SS.DEVICEFULL
