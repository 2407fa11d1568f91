"""Real SMTP clients deliver to a user's MAIL."""

from __future__ import annotations

import smtplib
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.real.conftest import PATIENCE, Served, debian_program, read_mail, run_dcl

MESSAGE = "From: smith@example.net\r\nTo: student@alpha1.example.com\r\nSubject: Greetings\r\n\r\nHello from outside.\r\n"


def send(port: int, recipient: str = "student@alpha1.example.com") -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.example.net", timeout=PATIENCE) as client:
        client.sendmail("smith@example.net", [recipient], MESSAGE)


def test_a_message_of_smtplib_is_read_in_mail(serve: Callable[..., Served], tmp_path: Path) -> None:
    server = serve()
    send(server.port)
    server.stop()
    shown = read_mail(tmp_path / "site", "STUDENT", wanted="Hello from outside.")
    assert 'From:\tSMTP%"smith@example.net"' in shown
    assert "Subj:\tGreetings" in shown


def test_a_message_of_swaks_is_read_in_mail(serve: Callable[..., Served], tmp_path: Path) -> None:
    swaks = debian_program("swaks", "swaks")
    server = serve()
    result = subprocess.run(
        [swaks, "--server", f"127.0.0.1:{server.port}", "--from", "smith@example.net", "--to", "student@alpha1.example.com",
         "--header", "Subject: By swaks", "--body", "Swaks was here."],
        capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout
    server.stop()
    assert "Swaks was here." in read_mail(tmp_path / "site", "STUDENT", wanted="Swaks was here.")


def test_every_message_of_smtp_source_is_kept(serve: Callable[..., Served], tmp_path: Path) -> None:
    source = debian_program("smtp-source", "postfix")
    server = serve()
    subprocess.run(
        [source, "-s", "5", "-m", "20", "-f", "smith@example.net", "-t", "student@alpha1.example.com", f"inet:127.0.0.1:{server.port}"],
        check=True, timeout=PATIENCE,
    )  # fmt: skip
    server.stop()
    site = tmp_path / "site"
    for _ in range(5):
        shown = run_dcl(site, ["MAIL", "DIRECTORY NEWMAIL", "EXIT"], user="STUDENT").stdout
        if shown.count("SMTP%\"smith@example") >= 20:
            break
    assert shown.count("SMTP%\"smith@example") == 20


def test_a_message_answered_with_250_survives_kill_9(serve: Callable[..., Served], tmp_path: Path) -> None:
    server = serve()
    send(server.port)
    server.kill()
    assert "Hello from outside." in read_mail(tmp_path / "site", "STUDENT", wanted="Hello from outside.")
