"""Mail programs of today fetch a user's mail from the POP server."""

from __future__ import annotations

import poplib
import re
import smtplib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.real.conftest import PATIENCE, Served, debian_program, drain, run_dcl

TEXT = "Dear Jones,\r\n.\r\n..two dots\r\nend\r\n"
SECRET = "a shared secret"


@pytest.fixture
def pop_port(serve: Callable[..., Served], tmp_path: Path) -> int:
    """A node with the service POP, on which STUDENT has one new message from outside; the host port of POP."""
    site = tmp_path / "site"
    shown = run_dcl(
        site,
        [
            *("@SYS$MANAGER:TCPIP$CONFIG", "3", "14", "1", "E", "E"),  # server components, POP, enable
            "CREATE SYS$SYSDEVICE:[STUDENT]POP_SECRET.DAT",
            SECRET,
            "\x1a",
        ],
    ).stdout
    assert "-E-" not in shown and "-W-" not in shown, shown
    server = serve(site=site)
    with smtplib.SMTP("127.0.0.1", server.port, local_hostname="client.example.net", timeout=PATIENCE) as client:
        client.sendmail("smith@example.net", ["student@alpha1.example.com"], f"Subject: Greetings\r\n\r\n{TEXT}")
    server.stop()
    drain(site)
    return serve("--port", "110=0", site=site).ports[110]


def test_poplib_reads_and_deletes_a_message(pop_port: int) -> None:
    client = poplib.POP3("127.0.0.1", pop_port, timeout=PATIENCE)
    client.user("student")
    client.pass_("student")
    assert client.stat()[0] == 1
    _, lines, size = client.retr(1)
    assert sum(len(line) + 2 for line in lines) == size == client.stat()[1]
    assert b"Subject: Greetings" in lines
    start = lines.index(b"")
    assert lines[start + 1 : start + 5] == [b"Dear Jones,", b".", b"..two dots", b"end"]
    client.dele(1)
    client.quit()
    client = poplib.POP3("127.0.0.1", pop_port, timeout=PATIENCE)
    client.apop("STUDENT", SECRET)
    assert client.stat() == (0, 0)
    client.quit()


def test_apop_with_another_secret_is_refused(pop_port: int) -> None:
    client = poplib.POP3("127.0.0.1", pop_port, timeout=PATIENCE)
    with pytest.raises(poplib.error_proto, match="incorrect"):
        client.apop("student", "another")
    client.close()


def test_fetchmail_hands_the_message_on(pop_port: int, tmp_path: Path) -> None:
    fetchmail = debian_program("fetchmail", "fetchmail")
    kept = tmp_path / "kept"
    settings = tmp_path / "fetchmailrc"
    settings.write_text(
        f'poll 127.0.0.1 protocol pop3 port {pop_port} user "student" password "student" sslproto "" mda "cat >> {kept}"\n', "ascii"
    )
    settings.chmod(0o600)
    command = [fetchmail, "-f", str(settings), "--pidfile", str(tmp_path / "pid"), "-i", str(tmp_path / "ids"), "--nosyslog"]
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE, env={"HOME": str(tmp_path), "FETCHMAILHOME": str(tmp_path)})
    text = kept.read_text("latin-1")
    assert "From: smith@example.net" in text and re.search(r"^\.\n\.\.two dots\nend$", text, re.MULTILINE)
    assert subprocess.run(command, capture_output=True, timeout=PATIENCE, env={"HOME": str(tmp_path)}).returncode == 1, (
        "there is new mail still"
    )
