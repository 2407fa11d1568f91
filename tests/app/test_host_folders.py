"""MOUNT/HOST and --mount, as the operator of the host and everybody else see them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.app.test_host_command import vmsemu
from vmsemu.host.options import NodeOptions, OptionError


@pytest.fixture
def share(tmp_path: Path) -> Path:
    (tmp_path / "share").mkdir()
    (tmp_path / "share" / "Hello World.txt").write_text("hello\n")
    (tmp_path / "secret").write_text("secret\n")
    (tmp_path / "share" / "link").symlink_to(tmp_path / "secret")
    return tmp_path / "share"


def run(tmp_path: Path, *lines: str, options: tuple[str, ...] = ()) -> str:
    file = tmp_path / "x.com"
    file.write_text("".join(f"$ {line}\n" for line in lines))
    return vmsemu("--ephemeral", *options, "run", str(file)).stdout


def test_a_folder_comes_goes_and_is_read_only_without_write(share: Path, tmp_path: Path) -> None:
    shown = run(
        tmp_path, f'MOUNT/HOST="{share}" DNFS1:', "DIRECTORY/COLUMNS=1 DNFS1:[000000]", "COPY DNFS1:[000000]*.TXT SYS$LOGIN:X.TXT",
        "TYPE SYS$LOGIN:X.TXT", "ON ERROR THEN CONTINUE", "COPY SYS$LOGIN:X.TXT DNFS1:[000000]", "CREATE/DIRECTORY DNFS1:[SUB]", "DISMOUNT DNFS1:",
        "SHOW DEVICE DNFS1:",
    )  # fmt: skip
    assert [line.rstrip() for line in shown.splitlines()] == [
        "%MOUNT-I-MOUNTED, SHARE mounted on _DNFS1:", "%MOUNT-I-WRITELOCK, volume is write locked", "", "Directory DNFS1:[000000]", "",
        "Hello^_World.txt;1", "", "Total of 1 file.", "hello", "%COPY-E-OPENOUT, error opening DNFS1:[000000]X.TXT;1 as output",
        "-RMS-E-WLK, device currently write locked", "-SYSTEM-F-WRITLCK, write lock error", "%COPY-W-NOTCOPIED, SYS$SYSROOT:[SYSMGR]X.TXT;1 not copied",
        "%CREATE-E-DIRNOTCRE, DNFS1:[SUB] directory file not created", "-SYSTEM-F-WRITLCK, write lock error",
        "%SYSTEM-W-NOSUCHDEV, no such device available",
    ]  # fmt: skip
    assert sorted(p.name for p in share.iterdir()) == ["Hello World.txt", "link"]


def test_with_write_files_go_out(share: Path, tmp_path: Path) -> None:
    shown = run(
        tmp_path, f'MOUNT/HOST="{share}"/WRITE/NOMESSAGE DNFS7: OUT BOX', "CREATE/DIRECTORY BOX:[SUB]", "OPEN/WRITE F BOX:[SUB]NEW.TXT",
        'WRITE F "one"', "CLOSE F", "SHOW DEVICE/FULL BOX", "RENAME BOX:[SUB]NEW.TXT NEW.LIS", "DELETE BOX:[000000]H*.TXT;*", "SHOW DEVICE DNFS7:",
    )  # fmt: skip
    assert "Disk DNFS7:, device type Foreign disk type 7, is online, allocated, mounted,\n    file-oriented device, shareable, accessed via DFS or NFS.\n" in shown
    assert "  Volume Status:  ODS-5" in shown
    assert re.search(r"^DNFS7: {18}Mounted alloc {8}0  OUT ", shown, re.MULTILINE)
    assert (share / "sub" / "new.lis").read_text() == "one\n"
    assert sorted(p.name for p in share.iterdir()) == ["link", "sub"]


@pytest.mark.parametrize("name", ["[-]SECRET.", "[000000]LINK.", "[.LINK]SECRET.", '"../secret"'])
def test_nothing_typed_leads_out_of_the_folder(share: Path, tmp_path: Path, name: str) -> None:
    shown = run(tmp_path, f'MOUNT/HOST="{share}"/NOMESSAGE DNFS1:', f"TYPE DNFS1:{name}")
    assert shown.startswith("%TYPE-W-")
    assert "secret\n" not in shown


def test_only_the_operators_own_process_may_mount_a_folder(share: Path, tmp_path: Path) -> None:
    (tmp_path / "job.com").write_text(f'$ MOUNT/HOST="{share}" DNFS1:\n')
    shown = run(
        tmp_path, "SET NOON", f'MOUNT/HOST="{tmp_path}"/NOMESSAGE DNFS9:', "COPY DNFS9:[000000]JOB.COM SYS$LOGIN:", "DISMOUNT DNFS9:",
        'WRITE SYS$OUTPUT "subprocess"', "SPAWN/NOLOG @SYS$LOGIN:JOB", "SUBMIT/NOPRINT/NAME=JOB/LOG_FILE=SYS$LOGIN:JOB.LOG SYS$LOGIN:JOB.COM",
        "SYNCHRONIZE JOB", 'WRITE SYS$OUTPUT "batch"', "SEARCH SYS$LOGIN:JOB.LOG %", "SHOW DEVICE DNFS1:",
    )  # fmt: skip
    # SYNCHRONIZE says that there is no such job when the job has ended already.
    shown = shown.replace("%JBC-E-NOSUCHJOB, no such job\n", "")
    refused = "%SYSTEM-F-NOPRIV, insufficient privilege or object protection violation"
    assert [line for line in shown.splitlines() if "JOB" not in line and "Job" not in line] == [
        "subprocess", refused, "batch", refused, "%SYSTEM-W-NOSUCHDEV, no such device available",
    ]  # fmt: skip


def test_folders_of_the_command_line_are_there_for_everybody_from_the_boot(share: Path, tmp_path: Path) -> None:
    shown = run(tmp_path, "COPY DISK$SHARE:[000000]*.* X.TXT", "TYPE X.TXT", "SHOW LOGICAL/SYSTEM DISK$SHARE", options=("--mount", f"DNFS1={share}"))
    assert shown.splitlines() == ["hello", '   "DISK$SHARE" = "DNFS1:" (LNM$SYSTEM_TABLE)']


def test_a_folder_that_is_not_there_stops_the_node(tmp_path: Path) -> None:
    result = vmsemu("--ephemeral", "--mount", f"DNFS1={tmp_path / 'nowhere'}", "-c", "SHOW TIME")
    assert result.returncode == 2
    assert "no folder that can be opened" in result.stderr


def test_mounts_are_a_device_and_a_folder() -> None:
    assert NodeOptions(mounts=["dnfs1=a", "DNFS2:=b:write"]).folders() == [("DNFS1:", "a", False), ("DNFS2:", "b", True)]
    for wrong in ("DNFS1", "DKA0=a", "DNFS0=a", "DNFS1="):
        with pytest.raises(OptionError):
            NodeOptions(mounts=[wrong]).folders()
    with pytest.raises(OptionError):
        NodeOptions(mounts=["DNFS1=a", "DNFS1=b"]).folders()
