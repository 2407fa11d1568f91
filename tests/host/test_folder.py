"""A folder of the host cannot be left: the attacks, each on a real folder."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from vmsemu.base.condition import VmsError
from vmsemu.base.time import VmsTime
from vmsemu.files.host_folder import HostEntry
from vmsemu.host.folder import NEW_FILE, Folder, condition
from vmsemu.tables.facilities import RMS, SS


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """`inside` is the folder to be shown; `outside` holds a secret."""
    (tmp_path / "inside").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_text("secret")
    return tmp_path


@pytest.fixture
def folder(place: Path) -> Folder:
    return Folder(str(place / "inside"))


def refused(action: Callable[[], object]) -> str:
    with pytest.raises(VmsError) as error:
        action()
    return error.value.message.definition.ident


def contents(folder: Folder, *path: str) -> bytes:
    file = folder.open(path, write=False)
    try:
        return file.read(0, 100)
    finally:
        file.close()


def write(folder: Folder, *path: str, data: bytes = b"new") -> None:
    file = folder.create(path, 0o640)
    file.write(0, data)
    file.keep()


def test_a_file_that_is_there_is_read(folder: Folder, place: Path) -> None:
    (place / "inside" / "a").write_text("text")
    assert contents(folder, "a") == b"text"


@pytest.mark.parametrize("name", ["..", ".", "", "../outside/secret", "/etc/passwd", "a/../../outside", "a\0b"])
def test_no_name_is_a_path(folder: Folder, name: str) -> None:
    for action in (
        lambda: folder.open((name,), write=False), lambda: folder.create((name,), 0o600), lambda: folder.status((name,)),
        lambda: folder.make_folder((name,), 0o700), lambda: folder.delete((name,), folder=False), lambda: folder.entries((name,)),
        lambda: folder.rename((name,), ("b",)), lambda: folder.open((name, "secret"), write=False),
    ):  # fmt: skip
        assert refused(action) == "FNM"


@pytest.mark.parametrize("target", ["../outside/secret", "{outside}/secret", "inner"])
def test_links_to_files_are_neither_listed_nor_followed(folder: Folder, place: Path, target: str) -> None:
    (place / "inside" / "inner").write_text("inner")
    (place / "inside" / "link").symlink_to(target.format(outside=place / "outside"))
    assert folder.entries(()) == [HostEntry("inner", False)]
    for action in (lambda: folder.open(("link",), write=False), lambda: folder.create(("link",), 0o600), lambda: folder.delete(("link",), folder=False)):
        assert refused(action) == "PRV"
    assert refused(lambda: folder.status(("link",))) == "FNF"
    assert refused(lambda: folder.set_mode(("link",), 0o777)) == "PRV"
    (place / "inside" / "mine").write_text("mine")
    assert refused(lambda: folder.rename(("mine",), ("link",))) == "PRV"
    assert (place / "outside" / "secret").read_text() == "secret"
    assert (place / "inside" / "link").is_symlink()


@pytest.mark.parametrize("target", ["../outside", "{outside}", "."])
def test_links_to_folders_lead_nowhere(folder: Folder, place: Path, target: str) -> None:
    (place / "inside" / "link").symlink_to(target.format(outside=place / "outside"))
    (place / "inside" / "loop").symlink_to("loop")
    assert folder.entries(()) == []
    for name in ("link", "loop"):
        assert refused(lambda name=name: folder.entries((name,))) == "DNF"  # type: ignore[misc]
        assert refused(lambda name=name: folder.open((name, "secret"), write=False)) == "DNF"  # type: ignore[misc]
        assert refused(lambda name=name: folder.create((name, "new"), 0o600)) == "DNF"  # type: ignore[misc]
    assert os.listdir(place / "outside") == ["secret"]


def test_a_folder_that_becomes_a_link_after_it_was_listed_leads_nowhere(folder: Folder, place: Path) -> None:
    (place / "inside" / "sub").mkdir()
    assert folder.entries(()) == [HostEntry("sub", True)]
    (place / "inside" / "sub").rmdir()
    (place / "inside" / "sub").symlink_to(place / "outside")
    assert refused(lambda: folder.open(("sub", "secret"), write=False)) == "DNF"


def test_a_folder_that_moves_out_takes_a_new_file_with_it_and_not_elsewhere(folder: Folder, place: Path) -> None:
    (place / "inside" / "sub").mkdir()
    file = folder.create(("sub", "new"), 0o600)
    os.rename(place / "inside" / "sub", place / "moved")
    (place / "inside" / "sub").symlink_to(place / "outside")
    file.keep()
    assert os.listdir(place / "outside") == ["secret"]
    assert os.listdir(place / "moved") == ["new"]


def test_special_files_are_neither_listed_nor_opened_and_nobody_waits_for_them(folder: Folder, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place / "inside")
    os.mkfifo("fifo")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
    assert folder.entries(()) == []
    for name in ("fifo", "socket"):
        assert refused(lambda name=name: folder.open((name,), write=False)) == "PRV"  # type: ignore[misc]
        assert refused(lambda name=name: folder.create((name,), 0o600)) == "PRV"  # type: ignore[misc]
    assert sorted(os.listdir()) == ["fifo", "socket"]


def test_device_files_are_not_opened() -> None:
    folder = Folder("/dev")
    assert "null" not in [entry.name for entry in folder.entries(())]
    assert refused(lambda: folder.open(("null",), write=True)) == "PRV"


def test_the_folder_itself_stays(folder: Folder) -> None:
    for action in (lambda: folder.delete((), folder=True), lambda: folder.rename((), ("x",)), lambda: folder.set_mode((), 0)):
        assert refused(action) == "PRV"


def test_a_new_file_has_its_name_when_it_is_complete(folder: Folder, place: Path) -> None:
    (place / "inside" / "a").write_text("old")
    file = folder.create(("a",), 0o600)
    file.write(0, b"half")
    assert contents(folder, "a") == b"old"
    assert [entry.name for entry in folder.entries(())] == ["a"]
    file.keep()
    assert contents(folder, "a") == b"half"
    assert os.listdir(place / "inside") == ["a"]


def test_a_new_file_that_is_given_up_leaves_nothing_behind(folder: Folder, place: Path) -> None:
    folder.create(("a",), 0o600).close()
    assert os.listdir(place / "inside") == []


def test_what_another_program_left_unfinished_is_not_shown(folder: Folder, place: Path) -> None:
    (place / "inside" / f"{NEW_FILE}1-1").write_text("rest")
    assert folder.entries(()) == []
    assert refused(lambda: folder.open((f"{NEW_FILE}1-1",), write=False)) == "FNM"


def test_pieces_of_a_huge_file_are_read_without_the_rest(folder: Folder, place: Path) -> None:
    size = 1 << 40
    with open(place / "inside" / "huge", "wb") as file:
        file.truncate(size)
        file.seek(size - 3)
        file.write(b"end")
    assert folder.status(("huge",)).size == size
    stream = folder.open(("huge",), write=False)
    assert stream.read(size - 3, 100) == b"end"
    stream.close()


def test_modes_and_dates_are_those_of_the_host(folder: Folder, place: Path) -> None:
    write(folder, "a")
    folder.set_mode(("a",), 0o604)
    when = VmsTime.of(2001, 5, 14, 10, 20, 30)
    folder.set_revised(("a",), when)
    status = folder.status(("a",))
    assert (status.mode, status.revised) == (0o604, when)
    assert stat.S_IMODE(os.stat(place / "inside" / "a").st_mode) == 0o604


@pytest.mark.parametrize(
    ("name", "expected", "below"),
    [("EACCES", RMS.PRV, SS.NOPRIV), ("ENOSPC", RMS.FUL, SS.DEVICEFULL), ("EDQUOT", RMS.FUL, SS.EXDISKQUOTA), ("EROFS", RMS.WLK, SS.WRITLCK),
     ("ENOTEMPTY", RMS.MKD, SS.DIRNOTEMPTY), ("EIO", RMS.ACC, SS.DRVERR)],
)  # fmt: skip
def test_errors_of_the_host_are_conditions(name: str, expected: object, below: object) -> None:
    import errno

    message = condition(OSError(getattr(errno, name), "")).message
    assert message.definition == expected
    assert message.cause is not None and message.cause.definition == below


def test_a_missing_folder_cannot_be_shown(place: Path) -> None:
    assert refused(lambda: Folder(str(place / "nowhere"))) == "FNF"
    assert refused(lambda: Folder(str(place / "outside" / "secret"))) == "DNF"
