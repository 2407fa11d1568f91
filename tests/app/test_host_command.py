"""The host command as a person at the host's shell uses it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def vmsemu(*arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "vmsemu", *arguments]
    return subprocess.run(command, input=text if text is not None else "", capture_output=True, text=True, timeout=60, cwd=ROOT)


def output(*lines: str, options: Sequence[str] = ()) -> str:
    arguments = [part for line in lines for part in ("-c", line)]
    return vmsemu("--ephemeral", *options, *arguments).stdout


def test_commands_give_exactly_what_dcl_wrote() -> None:
    assert output("SHOW DEFAULT", 'WRITE SYS$OUTPUT "HELLO"').splitlines()[0] == "  SYS$SYSROOT:[SYSMGR]"
    assert output('WRITE SYS$OUTPUT "HELLO"') == "HELLO\n"


@pytest.mark.parametrize(("command", "code"), [("EXIT 1", 0), ("EXIT 3", 0), ("EXIT %X10000000", 1), ("EXIT %X1000002A", 2), ("EXIT %X1000002C", 4)])
def test_the_exit_code_follows_the_severity_of_status(tmp_path: Path, command: str, code: int) -> None:
    file = tmp_path / "x.com"
    file.write_text(f"$ {command}\n")
    assert vmsemu("--ephemeral", "run", str(file)).returncode == code


def test_a_host_file_runs_as_a_procedure_with_parameters(tmp_path: Path) -> None:
    file = tmp_path / "count.com"
    file.write_text("$ I = 0\n$LOOP:\n$ I = I + 1\n$ WRITE SYS$OUTPUT P1, I\n$ IF I .LT. 3 THEN GOTO LOOP\n")
    assert vmsemu("--ephemeral", "run", str(file), "N").stdout == "N1\nN2\nN3\n"


def test_standard_input_with_dollar_lines_is_a_procedure() -> None:
    text = "$ GOTO NEXT\n$ WRITE SYS$OUTPUT \"SKIPPED\"\n$NEXT:\n$ CREATE X.TXT\none\n\ntwo\n$ TYPE X.TXT\n"
    assert vmsemu("--ephemeral", text=text).stdout == "one\n\ntwo\n"


def test_standard_input_without_dollars_is_typed_at_the_terminal() -> None:
    text = "CREATE X.TXT\nfirst\nsecond\n\x1a\nTYPE X.TXT\n"
    assert vmsemu("--ephemeral", text=text).stdout == "first\nsecond\n"


def test_an_unknown_verb_is_reported_as_dcl_reports_it() -> None:
    result = vmsemu("--ephemeral", "-c", "FROBNICATE")
    assert result.stdout == "%DCL-W-IVVERB, unrecognized command verb - check validity and spelling\n \\FROBNICATE\\\n"
    assert result.returncode == 1


def test_a_bad_qualifier_is_reported_as_dcl_reports_it() -> None:
    assert output("DIRECTORY/NONSENSE") == "%DCL-W-IVQUAL, unrecognized qualifier - check validity, spelling, and placement\n \\NONSENSE\\\n"


def test_a_missing_file_is_reported_as_type_reports_it() -> None:
    shown = output("TYPE NOSUCH.TXT")
    assert shown == "%TYPE-W-SEARCHFAIL, error searching for SYS$COMMON:[SYSMGR]NOSUCH.TXT;\n-RMS-E-FNF, file not found\n"


def test_a_site_keeps_its_files_and_may_be_copied(tmp_path: Path) -> None:
    site, copy = tmp_path / "one", tmp_path / "two"
    assert vmsemu("--site", str(site), text="CREATE KEPT.TXT\nstill here\n\x1a\n").returncode == 0
    shutil.copytree(site, copy)
    assert vmsemu("--site", str(copy), "-c", "TYPE KEPT.TXT").stdout == "still here\n"
    assert vmsemu("--site", str(site), "-c", "TYPE KEPT.TXT").stdout == "still here\n"


def test_a_pack_keeps_its_volume_from_run_to_run_in_a_file_of_its_own(tmp_path: Path) -> None:
    made = vmsemu("--site", str(tmp_path), "-c", "INITIALIZE DKA100: WORK", "-c", "MOUNT DKA100: WORK", "-c", "CREATE/DIRECTORY DISK$WORK:[KEEP]")
    assert made.stdout == "%MOUNT-I-MOUNTED, WORK mounted on _DKA100:\n"
    again = vmsemu("--site", str(tmp_path), "-c", "MOUNT DKA100: WORK", "-c", "DIRECTORY/NOHEADING/NOTRAILING DISK$WORK:[000000]KEEP")
    assert "DKA100:[000000]KEEP.DIR;1" in again.stdout
    assert sorted(path.name for path in tmp_path.glob("*.vms")) == ["dka0.vms", "dka100.vms"]


def test_a_site_that_is_open_is_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "vmsemu", "serve", "--site", str(tmp_path / "site")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, cwd=ROOT) as server:
        assert server.stderr is not None
        assert "is up" in server.stderr.readline()
        refused = vmsemu("--site", str(tmp_path / "site"), "-c", "SHOW TIME")
        server.terminate()
        assert server.wait(30) == 0
    assert refused.returncode == 2
    assert "is open: a running node owns it" in refused.stderr
    assert refused.stdout == ""


def test_a_served_node_names_the_ports_at_which_nothing_listens(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "vmsemu", "serve", "--site", str(tmp_path / "site"), "--port", "25=0", "--port", "110=0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, cwd=ROOT) as server:
        assert server.stderr is not None
        assert "port 25 on 127.0.0.1:" in server.stderr.readline()
        assert "no service of the node listens at port 110:" in server.stderr.readline()
        server.terminate()
        assert server.wait(30) == 0


def test_a_disk_file_that_is_not_ours_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "dka0.vms").write_bytes(b"not a disk of ours " * 100)
    result = vmsemu("--site", str(tmp_path), "-c", "SHOW TIME")
    assert result.returncode == 2
    assert result.stderr.startswith("vmsemu: ")
    assert (tmp_path / "dka0.vms").read_bytes() == b"not a disk of ours " * 100


def test_node_domain_and_clock_can_be_set() -> None:
    options = ["--set", "node=VAX9", "--set", "domain=example.net", "--set", "clock=14-MAY-2001 10:00"]
    shown = output('WRITE SYS$OUTPUT F$GETSYI("NODENAME")', "SHOW TIME", options=options).splitlines()
    assert shown[0] == "VAX9"
    assert shown[1].startswith("  14-MAY-2001 10:00:")


def test_the_operator_may_be_another_account() -> None:
    assert output('WRITE SYS$OUTPUT F$USER(), " ", F$ENVIRONMENT("DEFAULT")', options=["--user", "STUDENT"]) == "[STUDENT] SYS$SYSDEVICE:[STUDENT]\n"


def test_an_account_that_does_not_exist_is_refused() -> None:
    result = vmsemu("--ephemeral", "--user", "NOBODY", "-c", "SHOW TIME")
    assert result.returncode == 2
    assert "no account NOBODY" in result.stderr


@pytest.mark.parametrize("options", [["--set", "colour=red"], ["--port", "25"], ["--port", "25=x"], ["--set", "clock=soon"], ["--out", "25=1"]])
def test_an_option_that_makes_no_sense_is_explained(options: list[str]) -> None:
    result = vmsemu("--ephemeral", *options, "-c", "SHOW TIME")
    assert result.returncode == 2
    assert result.stderr.startswith("vmsemu: ")
    assert result.stderr.count("\n") == 1


def test_a_student_may_not_write_where_the_system_lives() -> None:
    shown = output("CREATE SYS$SYSTEM:MINE.TXT", options=["--user", "STUDENT"])
    assert shown.splitlines()[0].startswith("%CREATE-E-OPENOUT, error opening SYS$SYSROOT:[SYSEXE]MINE.TXT;")
    assert "-RMS-E-PRV, insufficient privilege or file protection violation" in shown


def test_options_may_stand_in_the_manifest(tmp_path: Path) -> None:
    (tmp_path / "vmsemu.toml").write_text('node = "BETA1"\ndomain = "example.net"\nclock = "14-MAY-2001 10:00"\n')
    shown = vmsemu("--site", str(tmp_path), "-c", 'WRITE SYS$OUTPUT F$GETSYI("NODENAME"), " ", F$TRNLNM("TCPIP$INET_HOST")').stdout
    assert shown == "BETA1 beta1.example.net\n"


def test_a_new_system_may_come_without_tcpip_configured(tmp_path: Path) -> None:
    line = 'WRITE SYS$OUTPUT F$SEARCH("SYS$COMMON:[SYSEXE]TCPIP$SERVICE.DAT"), "|", F$IDENTIFIER("TCPIP$AUX","NAME_TO_NUMBER")'
    assert vmsemu("--site", str(tmp_path), "--set", "tcpip=unconfigured", "-c", line).stdout == "|0\n"
    assert vmsemu("--site", str(tmp_path), "-c", line).stdout == "|0\n", "what the disk holds is settled when it is made"
    assert vmsemu("--ephemeral", "-c", line).stdout == "SYS$COMMON:[SYSEXE]TCPIP$SERVICE.DAT;1|128843775\n"
    refused = vmsemu("--ephemeral", "--set", "tcpip=half", "-c", line)
    assert refused.returncode == 2 and "`configured` (default) or `unconfigured`" in refused.stderr


def test_a_manifest_with_an_unknown_key_is_explained(tmp_path: Path) -> None:
    (tmp_path / "vmsemu.toml").write_text('colour = "red"\n')
    result = vmsemu("--site", str(tmp_path), "-c", "SHOW TIME")
    assert result.returncode == 2
    assert "unknown key: colour" in result.stderr


def test_a_port_that_is_taken_is_explained(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = vmsemu("--site", str(tmp_path), "--port", f"25={taken.getsockname()[1]}", "-c", "SHOW TIME")
    assert result.returncode == 2
    assert "cannot listen on 127.0.0.1:" in result.stderr


def test_output_is_written_as_it_comes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "vmsemu", "--site", str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as node:
        assert node.stdin is not None
        assert node.stdout is not None
        node.stdin.write('WRITE SYS$OUTPUT "FIRST"\n')
        node.stdin.flush()
        assert node.stdout.readline() == "FIRST\n"
        node.stdin.write('WRITE SYS$OUTPUT "SECOND"\n')
        node.stdin.close()
        assert node.stdout.read() == "SECOND\n"


def test_held_and_pending_jobs_are_kept(tmp_path: Path) -> None:
    site = ["--site", str(tmp_path)]
    vmsemu(*site, text='CREATE JOB.COM\n$ EXIT\n\x1a\nSUBMIT/HOLD/NOLOG JOB\nSUBMIT/AFTER="+1-0"/NOLOG JOB\n')
    shown = vmsemu(*site, "-c", "SHOW ENTRY").stdout
    assert "Holding" in shown
    assert "Holding until" in shown
