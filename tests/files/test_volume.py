"""A volume against a model, through remounts, crashes and full disks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vmsemu.base.condition import VmsError
from vmsemu.base.protection import Protection
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.files.header import FileHeader, FileId
from vmsemu.files.rms import create_file, open_file
from vmsemu.files.verify import problems
from vmsemu.files.volume import MFD, Volume
from vmsemu.store.faulty import FaultyStore
from vmsemu.store.memory import MemoryStore
from vmsemu.store.port import Store, StoreError
from vmsemu.store.sqlite import SqliteStore
from vmsemu.tables.facilities import RMS, SS

NOW = VmsTime.of(2001, 5, 14, 10)


def mounted(store: Store, *, blocks: int = 100_000, cluster: int = 0) -> Volume:
    Volume.initialize(store, "TEST", blocks=blocks, cluster=cluster, now=NOW)
    store.commit()
    return Volume(store, lambda: NOW)


@pytest.fixture
def volume() -> Volume:
    return mounted(MemoryStore())


def fails(definition: object, call: Callable[..., object], *arguments: object) -> None:
    with pytest.raises(VmsError) as caught:
        call(*arguments)
    assert caught.value.matches(definition)  # type: ignore[arg-type]


def test_a_new_volume_lists_its_reserved_files(volume: Volume) -> None:
    assert volume.directory(MFD).matching("*.*") == [
        "000000.DIR", "BACKUP.SYS", "BADBLK.SYS", "BADLOG.SYS", "BITMAP.SYS", "CONTIN.SYS", "CORIMG.SYS", "INDEXF.SYS", "SECURITY.SYS",
        "VOLSET.SYS",
    ]  # fmt: skip
    assert volume.header(MFD).protection.to_word() == 0xBA00
    assert not problems(volume)


def test_directory_order_puts_dots_before_letters_and_dollars_before_dots(volume: Volume) -> None:
    directory = volume.create_directory(MFD, "D").fid
    for name in ("CELLS2.ANI", "A.X", "CELLS.OBJ", "A$B.X", ".LOG"):
        volume.create(directory, name)
    assert volume.directory(directory).matching("*.*") == [".LOG", "A$B.X", "A.X", "CELLS.OBJ", "CELLS2.ANI"]
    assert volume.directory(directory).matching("C*.*") == ["CELLS.OBJ", "CELLS2.ANI"]
    assert volume.directory(directory).matching("*.X") == ["A$B.X", "A.X"]
    assert volume.directory(directory).matching("%.X") == ["A.X"]
    assert volume.directory(directory).matching("*") == []


def test_versions_count_up_and_are_found_from_the_top(volume: Volume) -> None:
    fids = [volume.create(MFD, "A.TXT").fid for _ in range(3)]
    assert [volume.lookup(MFD, "A.TXT", v) for v in (0, 3, -1, -2, -3, 4)] == [fids[2], fids[2], fids[1], fids[0], None, None]
    fails(RMS.FEX, volume.create, MFD, "A.TXT", 2)
    assert volume.create(MFD, "A.TXT", 32767).name == "A.TXT;32767"
    with pytest.raises(VmsError) as caught:
        volume.create(MFD, "A.TXT")
    assert [m.definition.ident for m in caught.value.message.chain()] == ["CRE", "BADFILEVER"]


def test_a_file_number_used_again_gets_a_higher_sequence(volume: Volume) -> None:
    first = volume.create(MFD, "A.TXT").fid
    volume.remove(MFD, "A.TXT", 1)
    volume.delete(first)
    second = volume.create(MFD, "B.TXT").fid
    assert (second.number, second.sequence) == (first.number, first.sequence + 1)
    fails(SS.FILESEQCHK, volume.header, first)
    again = Volume(volume.store, lambda: NOW)
    assert again.header(second).name == "B.TXT;1"


def test_allocation_is_in_whole_clusters() -> None:
    volume = mounted(MemoryStore(), cluster=9)
    before = volume.free_blocks
    file = create_file(volume, MFD, "A.TXT")
    file.put(b"x" * 100)
    file.close()
    assert (file.header.used_blocks, file.header.allocated, before - volume.free_blocks) == (1, 9, 9)
    empty = create_file(volume, MFD, "E.TXT")
    empty.close()
    assert (empty.header.used_blocks, empty.header.allocated, empty.header.eof_block) == (0, 0, 1)
    assert Volume(volume.store, lambda: NOW).free_blocks == volume.free_blocks


def test_a_directory_with_files_is_not_deleted(volume: Volume) -> None:
    directory = volume.create_directory(MFD, "D").fid
    volume.create(directory, "A.TXT")
    fails(SS.DIRNOTEMPTY, volume.delete, directory)


def test_a_file_deleted_while_it_is_open_goes_at_the_last_close(volume: Volume) -> None:
    file = create_file(volume, MFD, "A.TXT")
    file.put(b"x" * 2000)
    before = volume.free_blocks
    volume.remove(MFD, "A.TXT", 1)
    volume.delete(file.header.fid)
    assert volume.free_blocks == before
    file.close()
    assert volume.free_blocks > before
    fails(SS.NOSUCHFILE, volume.header, file.header.fid)
    assert not problems(volume)


def test_a_file_marked_for_deletion_when_the_machine_stops_goes_at_the_next_mount(volume: Volume) -> None:
    file = create_file(volume, MFD, "A.TXT")
    file.put(b"x" * 2000)
    file.flush()
    volume.remove(MFD, "A.TXT", 1)
    volume.delete(file.header.fid)
    volume.store.commit()
    again = Volume(volume.store, lambda: NOW)
    fails(SS.NOSUCHFILE, again.header, file.header.fid)
    assert not problems(again)


def test_a_directory_file_reads_as_its_blocks(volume: Volume) -> None:
    directory = volume.create_directory(MFD, "D")
    assert volume.read(directory.fid, 0, 512) == b"\xff\xff" + bytes(510)
    fid = volume.create(directory.fid, "ABCDEF.TXT").fid
    data = volume.read(directory.fid, 0, 512)
    assert data[:6] == b"\x16\0\xff\x7f\0\x0a" and data[6:16] == b"ABCDEF.TXT"
    assert data[16:24] == b"\1\0" + fid.number.to_bytes(2, "little") + b"\1\0\0\0" and data[24:26] == b"\xff\xff"


def test_a_large_directory_takes_more_blocks_and_gives_them_back(volume: Volume) -> None:
    directory = volume.create_directory(MFD, "D")
    for number in range(300):
        volume.create(directory.fid, f"FILE_NUMBER_{number * 7 % 300:04d}.DAT")
    blocks = directory.used_blocks
    assert 300 * 32 / 510 <= blocks <= 300 * 32 / 230
    assert len(volume.read(directory.fid, 0, 1 << 20)) == blocks * 512
    assert directory.allocated >= blocks
    for name in volume.directory(directory.fid).matching("*.*"):
        fid = volume.lookup(directory.fid, name)
        assert fid is not None
        volume.remove(directory.fid, name, 1)
        volume.delete(fid)
    assert directory.used_blocks == 1
    assert not problems(volume)


def test_renaming_moves_entry_name_and_backlink(volume: Volume) -> None:
    directory = volume.create_directory(MFD, "D").fid
    header = volume.create(MFD, "A.TXT")
    volume.rename(MFD, "A.TXT", 1, directory, "B.TXT", 7)
    assert volume.lookup(MFD, "A.TXT") is None
    assert volume.lookup(directory, "B.TXT", 7) == header.fid
    assert (header.name, header.backlink) == ("B.TXT;7", directory)
    volume.rename(MFD, "D.DIR", 1, MFD, "E.DIR", 1)
    assert volume.find_directory(("D",)) is None
    assert volume.find_directory(("E",)) == directory


def test_an_alias_leads_to_the_same_directory(volume: Volume) -> None:
    common = volume.create_directory(MFD, "VMS$COMMON").fid
    root = volume.create_directory(MFD, "SYS0").fid
    volume.enter(root, "SYSCOMMON.DIR", 1, common)
    assert volume.find_directory(("SYS0", "SYSCOMMON")) == common == volume.find_directory(("VMS$COMMON",))


def test_new_entries_take_the_version_limit_of_their_directory_but_directories_do_not(volume: Volume) -> None:
    directory = volume.create_directory(MFD, "D", version_limit=3).fid
    volume.create(directory, "A.TXT")
    volume.create_directory(directory, "SUB")
    again = Volume(volume.store, lambda: NOW)
    entries = again.directory(directory).entries
    assert (entries["A.TXT"].limit, entries["SUB.DIR"].limit) == (3, 32767)


def test_a_write_locked_volume_changes_nothing(volume: Volume) -> None:
    fid = volume.create(MFD, "A.TXT").fid
    volume.write_locked = True
    fails(RMS.WLK, volume.create, MFD, "B.TXT")
    fails(RMS.WLK, volume.remove, MFD, "A.TXT", 1)
    with pytest.raises(VmsError):
        open_file(volume, fid, write=True)


def test_a_full_volume_refuses_new_files_before_anything_is_entered() -> None:
    volume = mounted(MemoryStore(), blocks=120)
    directory = volume.create_directory(MFD, "D").fid
    with pytest.raises(VmsError) as caught:
        for number in range(1000):
            volume.create(directory, f"A{number}.TXT", allocation=7)
    assert caught.value.matches(RMS.FUL)
    assert not problems(volume)
    assert volume.free_blocks >= 0


def test_copied_contents_are_equal(volume: Volume) -> None:
    file = create_file(volume, MFD, "A.TXT")
    for number in range(2000):
        file.put(b"%d" % number)
    file.close()
    copy = volume.create(MFD, "B.TXT")
    volume.copy_contents(file.header, copy)
    assert volume.read(copy.fid, 0, 1 << 20) == volume.read(file.header.fid, 0, 1 << 20)
    assert copy.longest == 4


HEADERS = st.builds(
    FileHeader,
    fid=st.builds(FileId, st.integers(1, 1 << 24), st.integers(1, 65535), st.just(0)),
    name=st.from_regex(r"[A-Z]{0,39}\.[A-Z]{0,39};[1-9]", fullmatch=True),
    owner=st.builds(Uic, st.integers(0, 0x3FFF), st.integers(0, 0xFFFF)),
    protection=st.builds(Protection, *[st.integers(0, 15)] * 4),
    attributes=st.just(mounted(MemoryStore()).header(MFD).attributes),
    created=st.integers(0, 1 << 62).map(VmsTime),
    revised=st.integers(0, 1 << 62).map(VmsTime),
    acl=st.lists(st.sampled_from(["(IDENTIFIER=[SYSTEM],ACCESS=READ)", "(DEFAULT_PROTECTION,S:RWED,O:RWED,G,W)"])).map(tuple),
    size=st.integers(0, 1 << 40),
    allocated=st.integers(0, (1 << 32) - 1),
    longest=st.integers(0, 32767),
    backlink=st.builds(FileId, st.integers(0, 1 << 24), st.integers(0, 65535), st.just(0)),
)


@given(header=HEADERS)
def test_a_header_is_the_same_after_it_was_stored(header: FileHeader) -> None:
    assert FileHeader.from_bytes(header.fid.number, header.to_bytes()) == header


NAMES = st.sampled_from(["A.TXT", "B.TXT", "LONG_NAME_OF_A_FILE.DATA", "C."])
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("create"), NAMES, st.integers(0, 5), st.binary(max_size=600)),
        st.tuples(st.just("delete"), NAMES, st.integers(-2, 5), st.just(b"")),
        st.tuples(st.just("rename"), NAMES, st.integers(0, 5), st.just(b"")),
        st.tuples(st.just("append"), NAMES, st.integers(-1, 5), st.binary(max_size=20_000)),
        st.tuples(st.just("remount"), NAMES, st.just(0), st.just(b"")),
    ),
    max_size=25,
)


def write_bytes(volume: Volume, header: FileHeader, data: bytes) -> None:
    file = open_file(volume, header.fid, write=True, append=True)
    file.append_bytes(data)  # type: ignore[union-attr]
    file.close()


def run(store: Store, actions: list[tuple[str, str, int, bytes]]) -> dict[tuple[str, int], bytes]:
    """Do the same on a volume and on a dictionary; return what both hold."""
    volume = mounted(store)
    model: dict[tuple[str, int], bytes] = {}
    directory = volume.create_directory(MFD, "D").fid
    serial = 0

    def resolve(name: str, version: int) -> int:
        versions = sorted(v for n, v in model if n == name)
        if version <= 0:
            return versions[version - 1] if -version < len(versions) else 0
        return version if version in versions else 0

    for what, name, version, data in actions:
        actual = resolve(name, version)
        assert (volume.lookup(directory, name, version) is not None) == bool(actual)
        if what == "remount":
            volume = Volume(store, lambda: NOW)
        elif what == "create":
            target = version or max([v for n, v in model if n == name], default=0) + 1
            if (name, target) in model:
                fails(RMS.FEX, volume.create, directory, name, version)
            else:
                write_bytes(volume, volume.create(directory, name, version), data)
                model[name, target] = data
        elif actual:
            fid = volume.lookup(directory, name, version)
            assert fid is not None
            if what == "delete":
                volume.remove(directory, name, actual)
                volume.delete(fid)
                del model[name, actual]
            elif what == "append":
                write_bytes(volume, volume.header(fid), data)
                model[name, actual] += data
            else:
                serial += 1
                volume.rename(directory, name, actual, directory, "NEW.NAM", serial)
                model["NEW.NAM", serial] = model.pop((name, actual))
    store.commit()
    found = {}
    for name in volume.directory(directory).matching("*.*"):
        entry = volume.directory(directory).entries[name]
        for version, fid in zip(entry.versions, entry.fids, strict=True):
            found[name, version] = volume.read(fid, 0, 1 << 30)
    assert found == model
    assert problems(volume) == []
    return found


@settings(max_examples=40, deadline=None)
@given(actions=ACTIONS)
def test_a_volume_agrees_with_a_dictionary_of_versions(actions: list[tuple[str, str, int, bytes]]) -> None:
    run(MemoryStore(), actions)


@settings(max_examples=10, deadline=None)
@given(actions=ACTIONS)
def test_a_volume_is_the_same_on_each_store(tmp_path_factory: pytest.TempPathFactory, actions: list[tuple[str, str, int, bytes]]) -> None:
    memory, disk = MemoryStore(), SqliteStore(tmp_path_factory.mktemp("volume") / "disk.vms")
    assert run(memory, actions) == run(disk, actions)
    assert list(memory.scan(b"", b"\xff")) == list(disk.scan(b"", b"\xff"))
    disk.close()


@settings(max_examples=60, deadline=None)
@given(before=st.integers(0, 60))
def test_a_crash_at_any_write_leaves_a_sound_volume_with_whole_files(before: int) -> None:
    inner = MemoryStore()
    store = FaultyStore(inner)
    volume = mounted(store)
    directory = volume.create_directory(MFD, "D").fid
    store.commit()
    store.fail_after(before)
    committed = []
    try:
        for number in range(20):
            file = create_file(volume, directory, f"F{number}.DAT")
            file.put(b"x" * 3000)
            file.close()
            store.commit()
            committed.append(f"F{number}.DAT")
    except StoreError:
        pass
    after = Volume(inner.committed(), lambda: NOW)
    assert problems(after) == []
    assert after.directory(directory).matching("*.*") == sorted(committed)
    for name in committed:
        fid = after.lookup(directory, name)
        assert fid is not None and after.header(fid).size == 3002


def test_a_crash_while_a_file_is_open_leaves_it_with_its_last_flushed_end() -> None:
    store = MemoryStore()
    volume = mounted(store)
    file = create_file(volume, MFD, "A.LOG")
    file.put(b"flushed")
    file.flush()
    for _ in range(20):
        file.put(b"x" * 5000)
    store.commit()
    after = Volume(store.committed(), lambda: NOW)
    fid = after.lookup(MFD, "A.LOG")
    assert fid is not None
    reader = open_file(after, fid)
    assert reader.get() == b"flushed"
    fails(RMS.EOF, reader.get)
    reader.close()
    assert problems(after) == []


def test_a_sqlite_volume_not_closed_is_found_as_it_was_committed(tmp_path: Path) -> None:
    import shutil

    store = SqliteStore(tmp_path / "a.vms")
    volume = mounted(store)
    create_file(volume, MFD, "A.TXT").close()
    store.commit()
    create_file(volume, MFD, "B.TXT").close()
    for name in ("a.vms", "a.vms-wal", "a.vms-redo"):
        shutil.copy(tmp_path / name, tmp_path / name.replace("a.", "crashed."))
    crashed = SqliteStore(tmp_path / "crashed.vms")
    after = Volume(crashed, lambda: NOW)
    assert after.lookup(MFD, "A.TXT") is not None
    assert after.lookup(MFD, "B.TXT") is None
    assert problems(after) == []
    crashed.close()
    store.close()


def test_a_killed_machine_has_every_file_it_had_promised(tmp_path: Path) -> None:
    import subprocess
    import sys

    program = (
        "import sys\n"
        "from vmsemu.base.time import VmsTime\n"
        "from vmsemu.files.rms import create_file\n"
        "from vmsemu.files.volume import MFD, Volume\n"
        "from vmsemu.store.sqlite import SqliteStore\n"
        f"store = SqliteStore({str(tmp_path / 'disk.vms')!r})\n"
        "now = VmsTime.of(2001, 5, 14)\n"
        "Volume.initialize(store, 'TEST', blocks=500000, now=now)\n"
        "volume = Volume(store, lambda: now)\n"
        "number = 0\n"
        "while True:\n"
        "    for _ in range(7):\n"
        "        number += 1\n"
        "        file = create_file(volume, MFD, f'F{number:06}.DAT')\n"
        "        for line in range(number % 50):\n"
        "            file.put(b'x' * 97)\n"
        "        file.close()\n"
        "    store.commit()\n"
        "    print(number, flush=True)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", program], cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    promised = [int(child.stdout.readline()) for _ in range(20)][-1]
    child.kill()
    promised = max([promised, *(int(line) for line in child.stdout.read().split("\n")[:-1])])
    child.wait()
    store = SqliteStore(tmp_path / "disk.vms")
    volume = Volume(store, lambda: NOW)
    names = volume.directory(MFD).matching("F*.DAT")
    assert len(names) >= promised and len(names) % 7 == 0
    for number, name in enumerate(names, 1):
        fid = volume.lookup(MFD, name)
        assert fid is not None and volume.header(fid).size == number % 50 * 100
    assert problems(volume) == []
    store.close()


@pytest.mark.parametrize("size", [1, 511, 512, 8192, 20_000])
def test_a_file_made_with_its_contents_is_as_one_that_was_written_and_closed(volume: Volume, size: int) -> None:
    data = bytes(range(1, 201)) * 100
    made = volume.create(MFD, "A.TXT", data=data[:size], longest=80)
    with_stream = create_file(volume, MFD, "B.TXT")
    with_stream.append_bytes(data[:size])
    with_stream.close()
    other = with_stream.header
    other.longest = 80
    other.fid, other.name = made.fid, made.name
    assert FileHeader.from_bytes(made.fid.number, made.to_bytes()) == other
    assert volume.read(made.fid, 0, size) == data[:size]
    assert not problems(volume)


def test_a_file_whose_contents_find_no_room_is_not_made() -> None:
    volume = mounted(MemoryStore(), blocks=200, cluster=1)
    free, files = volume.free_blocks, volume.files
    fails(RMS.FUL, lambda: volume.create(MFD, "A.TXT", data=bytes(free * 512 + 1)))
    assert (volume.free_blocks, volume.files, volume.lookup(MFD, "A.TXT")) == (free, files, None)
