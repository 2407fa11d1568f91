"""A user's MAIL reaches real SMTP servers."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.real.conftest import PATIENCE, RecordingServer, Served, debian_program, free_port, letter, run_dcl
from tests.real.name_server import NameServer

LETTER = letter("jones@dest.example.org")


def network(port: int, dns: int) -> list[str]:
    return ["--net", "host", "--dns", f"127.0.0.1:{dns}", "--out", f"25=127.0.0.1:{port}"]


def test_mail_send_reaches_a_real_server(
    serve: Callable[..., Served], recording_server: RecordingServer, zone_server: int, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    sent = run_dcl(site, LETTER, *network(recording_server.port, zone_server), user="STUDENT")
    assert sent.returncode == 0, sent.stdout + sent.stderr
    serve(*network(recording_server.port, zone_server))
    envelope = recording_server.messages.get(timeout=PATIENCE)
    assert envelope.rcpt_tos == ["jones@dest.example.org"]
    text = envelope.content.decode()
    assert "Subject: From the inside" in text
    assert "all is well." in text


def test_mail_send_reaches_smtp_sink(serve: Callable[..., Served], zone_server: int, tmp_path: Path) -> None:
    sink = debian_program("smtp-sink", "postfix")
    port = free_port()
    identity = ["-u", "nobody"] if os.getuid() == 0 else []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        command = [sink, *identity, "-M", "1", "-d", f"{folder}/message.", f"127.0.0.1:{port}", "10"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                run_dcl(tmp_path / "site", LETTER, *network(port, zone_server), user="STUDENT")
                serve(*network(port, zone_server))
                process.wait(PATIENCE)
            finally:
                process.kill()
        texts = [file.read_text() for file in folder.iterdir()]
    assert any("all is well." in text for text in texts)


def test_the_route_is_found_by_a_real_name_server(
    serve: Callable[..., Served], recording_server: RecordingServer, name_server: NameServer, tmp_path: Path
) -> None:
    """The mail for mx1's address alone is redirected, so it arrives only if nsd was asked for MX and A."""
    options = ["--net", "host", "--dns", f"127.0.0.1:{name_server.port}", "--out", f"192.0.2.11:25=127.0.0.1:{recording_server.port}"]
    run_dcl(tmp_path / "site", LETTER, *options, user="STUDENT")
    serve(*options)
    envelope = recording_server.messages.get(timeout=PATIENCE)
    assert envelope.rcpt_tos == ["jones@dest.example.org"]


def test_an_answer_too_long_for_a_datagram_is_asked_again_over_a_stream(
    serve: Callable[..., Served], recording_server: RecordingServer, name_server: NameServer, tmp_path: Path
) -> None:
    options = ["--net", "host", "--dns", f"127.0.0.1:{name_server.port}", "--out", f"192.0.2.11:25=127.0.0.1:{recording_server.port}"]
    run_dcl(tmp_path / "site", letter("jones@many.example.org"), *options, user="STUDENT")
    serve(*options)
    envelope = recording_server.messages.get(timeout=PATIENCE)
    assert envelope.rcpt_tos == ["jones@many.example.org"]
