"""The host command that prints a control file."""

from __future__ import annotations

import io
from pathlib import Path

from smtp.control_file.__main__ import main
from smtp.control_file.control_file import ControlFile, Recipient, RecipientState
from smtp.message.address import NULL, Address
from vmsemu.base.time import VmsTime


def a_file() -> ControlFile:
    return ControlFile(
        VmsTime.of(2001, 5, 4, 9),
        "SMITH",
        Address("smith", "example.com"),
        [
            Recipient(Address("jones", "example.org"), RecipientState.SENT, "mx.example.org: 250 OK"),
            Recipient(Address("green", "example.org")),
            Recipient(Address("nobody", "example.org"), RecipientState.FAILED, "returned: 550 no \x1b[2J such user"),
        ],
        (b"Subject: x",),
        (b"Hello", b"", b"\x1b]0;gr\xfc\xdfe\a"),
        2,
        VmsTime.of(2001, 5, 14, 9, 30),
    )


def printed(*paths: Path) -> tuple[int, str, str]:
    output, errors = io.StringIO(), io.StringIO()
    status = main([str(path) for path in paths], output, errors)
    return status, output.getvalue(), errors.getvalue()


def test_everything_in_a_sound_file_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "01050409000000_SMITH.TCPIP_ALPHA1;1"
    path.write_bytes(a_file().to_bytes())
    assert printed(path) == (
        0,
        """\
Control file: 01050409000000_SMITH.TCPIP_ALPHA1;1
Written:      01-05-04 09:00:00.00 by SMITH on ALPHA1 (TCP/IP Services V5)
Created:      4-MAY-2001 09:00:00.00 by SMITH
Return path:  <smith@example.com>
Attempts:     2, last 14-MAY-2001 09:30:00.00
Recipients:   3
  sent    <jones@example.org>
          mx.example.org: 250 OK
  unsent  <green@example.org>
  failed  <nobody@example.org>
          returned: 550 no \\1b[2J such user
Headers:      1 line
  Subject: x
Text:         3 lines
  Hello

  \\1b]0;gr\\fc\\dfe\\7
""",
        "",
    )


def test_a_bounce_has_the_null_return_path(tmp_path: Path) -> None:
    file = a_file()
    file.return_path = NULL
    path = tmp_path / "01050409000000_SYSTEM.TCPIP_ALPHA1"
    path.write_bytes(file.to_bytes())
    assert "Return path:  <>\n" in printed(path)[1]


def test_a_corrupt_file_is_reported_with_what_is_wrong_and_the_others_are_printed(tmp_path: Path) -> None:
    damaged = bytearray(a_file().to_bytes())
    damaged[600] ^= 1
    bad, good = tmp_path / "01050409000000_SMITH.TCPIP_ALPHA1", tmp_path / "01050409000001_SMITH.TCPIP_ALPHA1"
    bad.write_bytes(damaged)
    good.write_bytes(a_file().to_bytes())
    status, output, errors = printed(bad, good)
    assert status == 1
    assert errors == f"%TCPIP-E-CFCORRUPT, control file {bad.name} is corrupt: the checksum is wrong\n"
    assert output.count("Return path:") == 1


def test_a_file_of_ucx_is_recognised_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "93042311394417_DRAKE.UCX_DODO"
    path.write_bytes(b"whatever UCX wrote" * 60)
    status, output, errors = printed(path)
    assert status == 1
    assert "Written:      93-04-23 11:39:44.17 by DRAKE on DODO (UCX, before V5)\n" in output
    assert "no control file header" in errors


def test_a_file_that_is_none_and_one_that_is_not_there(tmp_path: Path) -> None:
    other = tmp_path / "LOGIN.COM"
    other.write_bytes(b"$ EXIT\n")
    status, output, errors = printed(other, tmp_path / "GONE")
    assert status == 1
    assert "LOGIN.COM (this is not the name of a control file)" in output
    assert "no control file header" in errors and "No such file" in errors


def test_without_a_file_the_command_says_how_it_is_used() -> None:
    assert printed()[0] == 2
    output = io.StringIO()
    assert main(["--help"], output, io.StringIO()) == 0
    assert output.getvalue().startswith("usage: python -m smtp.control_file FILE")
