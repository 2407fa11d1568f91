"""A folder of the host as a volume: records, replacement, deletion, and what is refused."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from vmsemu.base.condition import VmsError
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.files.attributes import FIX_512, STMLF_CR, VAR_CR, VFC_PRN, Organization, RecordAttributes
from vmsemu.files.header import FileId
from vmsemu.files.host_volume import HostVolume
from vmsemu.files.rms import create_file, open_file
from vmsemu.files.volume import MFD, Volume
from vmsemu.host.folder import Folder
from vmsemu.store.memory import MemoryStore

NOW = VmsTime.of(2001, 5, 14, 10)


@pytest.fixture
def volume(tmp_path: Path) -> HostVolume:
    return HostVolume(Folder(str(tmp_path)), lambda: NOW, "HOST", Uic(1, 4), writable=True)


@pytest.fixture
def disk() -> Volume:
    store = MemoryStore()
    Volume.initialize(store, "WORK", now=NOW, blocks=2000)
    return Volume(store, lambda: NOW)


def ident(error: pytest.ExceptionInfo[VmsError]) -> str:
    return error.value.message.definition.ident


def found(volume: Volume, name: str) -> FileId:
    fid = volume.lookup(MFD, name)
    assert fid is not None
    return fid


def records(volume: Volume, name: str) -> list[bytes]:
    stream = open_file(volume, found(volume, name))
    out = []
    while not stream.at_end():
        out.append(stream.get())
    stream.close()
    return out


def test_text_has_lines_and_anything_else_has_blocks(volume: HostVolume, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("one\n\ntwo")
    (tmp_path / "short").write_text("no line end")
    (tmp_path / "empty").touch()
    (tmp_path / "binary").write_bytes(bytes(range(256)) * 4)
    (tmp_path / "oneline").write_bytes(b"x" * 100_000)
    assert records(volume, "TEXT.") == [b"one", b"", b"two"]
    kinds = {name: volume.header(found(volume, name)).attributes for name in volume.directory(MFD).entries}
    assert kinds == {"BINARY.": FIX_512, "EMPTY.": STMLF_CR, "ONELINE.": FIX_512, "SHORT.": STMLF_CR, "TEXT.": STMLF_CR}


@pytest.mark.parametrize("attributes", [VAR_CR, STMLF_CR, VFC_PRN])
def test_records_of_any_length_are_lines_of_the_host_once_the_file_is_closed(volume: HostVolume, tmp_path: Path, attributes: RecordAttributes) -> None:
    stream = create_file(volume, MFD, "OUT.TXT", attributes=attributes)
    stream.put(b"one")
    stream.put(b"")
    assert os.listdir(tmp_path)[0].startswith(".")
    assert found(volume, "OUT.TXT")
    stream.close()
    assert (tmp_path / "out.txt").read_bytes() == b"one\n\n"
    assert os.listdir(tmp_path) == ["out.txt"]


def test_a_new_version_replaces_the_file_under_the_name_the_host_has(volume: HostVolume, tmp_path: Path) -> None:
    (tmp_path / "ReadMe.TXT").write_text("old\n")
    stream = create_file(volume, MFD, "README.TXT")
    stream.put(b"new")
    assert records_of_host(tmp_path, "ReadMe.TXT") == "old\n"
    stream.close()
    assert records_of_host(tmp_path, "ReadMe.TXT") == "new\n"
    assert volume.directory(MFD).entries["README.TXT"].versions == [1]


def records_of_host(place: Path, name: str) -> str:
    return (place / name).read_text()


def test_appending_changes_the_file_in_place(volume: HostVolume, tmp_path: Path) -> None:
    (tmp_path / "log").write_text("one\n")
    before = os.stat(tmp_path / "log").st_ino
    stream = open_file(volume, found(volume, "LOG."), write=True, append=True)
    stream.put(b"two")
    stream.close()
    assert (tmp_path / "log").read_text() == "one\ntwo\n"
    assert os.stat(tmp_path / "log").st_ino == before


def test_a_file_deleted_while_it_is_made_never_appears(volume: HostVolume, tmp_path: Path) -> None:
    stream = create_file(volume, MFD, "X.TXT")
    fid = found(volume, "X.TXT")
    volume.remove(MFD, "X.TXT", 1)
    volume.delete(fid)
    stream.close()
    assert os.listdir(tmp_path) == []
    assert volume.lookup(MFD, "X.TXT") is None


def test_what_other_programs_do_shows_at_once(volume: HostVolume, tmp_path: Path) -> None:
    assert list(volume.directory(MFD).entries) == []
    (tmp_path / "a").touch()
    (tmp_path / "sub").mkdir()
    assert list(volume.directory(MFD).entries) == ["A.", "SUB.DIR"]
    fid = found(volume, "A.")
    (tmp_path / "a").unlink()
    with pytest.raises(VmsError) as error:
        volume.header(fid)
    assert ident(error) == "FNF"
    assert list(volume.directory(MFD).entries) == ["SUB.DIR"]


def test_of_names_that_differ_in_case_alone_one_is_shown_and_the_directory_is_not_empty(volume: HostVolume, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a").touch()
    (tmp_path / "sub" / "A").touch()
    sub = found(volume, "SUB.DIR")
    assert list(volume.directory(sub).entries) == ["A."]
    a = volume.lookup(sub, "A.")
    assert a is not None
    volume.remove(sub, "A.", 1)
    volume.delete(a)
    assert os.listdir(tmp_path / "sub") == ["a"]
    assert list(volume.directory(sub).entries) == ["A."]


def test_a_folder_with_something_hidden_in_it_is_not_deleted(volume: HostVolume, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "link").symlink_to("/")
    sub = found(volume, "SUB.DIR")
    assert list(volume.directory(sub).entries) == []
    volume.remove(MFD, "SUB.DIR", 1)
    with pytest.raises(VmsError) as error:
        volume.delete(sub)
    assert ident(error) == "MKD"
    assert found(volume, "SUB.DIR") == sub


def test_directories_are_made_found_and_renamed(volume: HostVolume, tmp_path: Path) -> None:
    made = volume.create_directory(MFD, "SUB")
    create_file(volume, made.fid, "A.TXT").close()
    assert (tmp_path / "sub" / "a.txt").is_file()
    assert volume.find_directory(("SUB",)) == made.fid
    volume.rename(MFD, "SUB.DIR", 1, MFD, "TOP.DIR", 1)
    assert volume.find_directory(("SUB",)) is None
    top = volume.find_directory(("TOP",))
    assert top is not None
    assert list(volume.directory(top).entries) == ["A.TXT"]


def test_bytes_go_in_and_come_out_as_they_are(volume: HostVolume, disk: Volume, tmp_path: Path) -> None:
    data = os.urandom(100_001)
    (tmp_path / "in").write_bytes(data)
    source = volume.header(found(volume, "IN."))
    inside = disk.create(MFD, "X.DAT", attributes=source.attributes)
    disk.copy_contents(source, inside, volume)
    assert disk.read(inside.fid, 0, len(data)) == data
    create_file(volume, MFD, "OUT.DAT", attributes=inside.attributes).close()
    volume.copy_contents(inside, volume.header(found(volume, "OUT.DAT")), disk)
    assert (tmp_path / "out.dat").read_bytes() == data


def test_variable_records_of_a_disk_come_out_as_lines(volume: HostVolume, disk: Volume, tmp_path: Path) -> None:
    inside = create_file(disk, MFD, "X.TXT")
    inside.put(b"one")
    inside.put(b"three")
    inside.close()
    create_file(volume, MFD, "X.TXT").close()
    volume.copy_contents(inside.header, volume.header(found(volume, "X.TXT")), disk)
    assert (tmp_path / "x.txt").read_bytes() == b"one\nthree\n"


def test_what_a_host_file_cannot_have_is_refused(volume: HostVolume, tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    header = volume.header(found(volume, "A."))
    for field, value in (("acl", ("(IDENTIFIER=[*],ACCESS=READ)",)), ("expires", NOW), ("owner", Uic(2, 2))):
        changed = volume.header(header.fid)
        setattr(changed, field, value)
        with pytest.raises(VmsError) as error:
            volume.write_header(changed)
        assert ident(error) == "UNSUPPORTED"
    for action in (lambda: volume.enter(MFD, "B.", 1, header.fid), lambda: volume.set_version_limit(MFD, "A.", 3)):
        with pytest.raises(VmsError) as error:
            action()
        assert ident(error) == "UNSUPPORTED"
    with pytest.raises(VmsError) as error:
        volume.create(MFD, "R.DAT", attributes=RecordAttributes(Organization.RELATIVE, maximum_size=10))
    assert ident(error) == "ORG"
    with pytest.raises(VmsError) as error:
        volume.create(MFD, "^2E^2E.")
    assert ident(error) == "FNM"
    assert os.listdir(tmp_path) == ["a"]


def test_a_huge_file_is_listed_and_does_not_fit_on_a_disk(volume: HostVolume, disk: Volume, tmp_path: Path) -> None:
    with open(tmp_path / "huge", "wb") as file:
        file.truncate(1 << 40)
    source = volume.header(found(volume, "HUGE."))
    assert source.used_blocks == 1 << 31
    inside = disk.create(MFD, "HUGE.DAT", attributes=source.attributes)
    with pytest.raises(VmsError) as error:
        disk.copy_contents(source, inside, volume)
    assert ident(error) == "FUL"


def test_without_write_nothing_changes(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    volume = HostVolume(Folder(str(tmp_path)), lambda: NOW, "HOST", Uic(1, 4), writable=False)
    fid = found(volume, "A.")
    for action in (
        lambda: volume.create(MFD, "B."), lambda: volume.create_directory(MFD, "B"), lambda: volume.delete(fid),
        lambda: volume.rename(MFD, "A.", 1, MFD, "B.", 1), lambda: volume.write(volume.header(fid), 0, b"y"),
        lambda: volume.truncate(volume.header(fid), 0), lambda: volume.write_header(volume.header(fid)),
        lambda: open_file(volume, fid, write=True),
    ):  # fmt: skip
        with pytest.raises(VmsError) as error:
            action()
        assert ident(error) == "WLK"
    assert (tmp_path / "a").read_text() == "x"
    assert os.listdir(tmp_path) == ["a"]


@pytest.mark.parametrize(("call", "number", "condition"), [("pwrite", errno.ENOSPC, "FUL"), ("fsync", errno.EIO, "ACC"), ("rename", errno.EACCES, "PRV")])
def test_a_new_file_that_the_host_cannot_keep_leaves_what_was_there(
    volume: HostVolume, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int, condition: str
) -> None:
    (tmp_path / "a.txt").write_text("old\n")
    stream = create_file(volume, MFD, "A.TXT")
    stream.put(b"new")

    def fail(*arguments: object, **options: object) -> None:
        raise OSError(number, "")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        with pytest.raises(VmsError) as error:
            stream.close()
    assert ident(error) == condition
    control, access = stream._control, stream._access
    if access in control.accesses:
        control.abandon(access)  # as the rundown of the image does
    assert os.listdir(tmp_path) == ["a.txt"]
    assert records(volume, "A.TXT") == [b"old"]
    assert not volume._streams and not volume._unborn and not volume.open_files


def test_the_rundown_gives_up_a_file_in_place_without_asking_the_host_again(volume: HostVolume, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("old\n")
    stream = open_file(volume, found(volume, "A.TXT"), write=True, append=True)
    stream.put(b"new")

    def fail(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "")

    monkeypatch.setattr(os, "pwrite", fail)
    with pytest.raises(VmsError) as error:
        stream.close()
    assert ident(error) == "FUL"
    stream._control.abandon(stream._access)
    assert (tmp_path / "a.txt").read_text() == "old\n"
    assert not volume._streams and not volume.open_files


def test_a_thousand_files_are_made_and_deleted_without_reading_the_folder_again_each_time(volume: HostVolume, tmp_path: Path) -> None:
    reads = []
    entries = volume.folder.entries
    volume.folder.entries = lambda path: reads.append(path) or entries(path)  # type: ignore[func-returns-value, method-assign]
    for number in range(200):
        create_file(volume, MFD, f"F{number}.TXT").close()
    for number in range(200):
        fid = found(volume, f"F{number}.TXT")
        volume.remove(MFD, f"F{number}.TXT", 1)
        volume.delete(fid)
    assert os.listdir(tmp_path) == []
    assert len(reads) < 20
