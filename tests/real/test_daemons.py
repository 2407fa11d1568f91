"""OpenSMTPD and Exim, the whole systems: they send to the node through their queues, relay for it, refuse, and return what they can not deliver."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.real.conftest import PATIENCE, RecordingServer, Served, drain, free_port, letter, read_mail, run_dcl
from tests.real.daemons import Daemon, Exim

RELAY = "192.0.2.25"
SET_GATEWAY = f"TCPIP SET CONFIGURATION SMTP/GATEWAY=ALTERNATE={RELAY}"
DELIVERED = r'=> student@alpha1\.example\.com|to=<student@alpha1\.example\.com>.*result="Ok"'


def through(relay: Daemon) -> list[str]:
    """The node's network, on which nothing is known but the address of the relay."""
    return ["--net", "host", "--out", f"{RELAY}:25=127.0.0.1:{relay.port}"]


def submit(relay: Daemon, sender: str, recipient: str, message: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", relay.port, timeout=PATIENCE) as client:
        client.sendmail(sender, [recipient], message)


def test_its_queue_is_delivered_to_the_node_unchanged(serve: Callable[..., Served], daemon: Callable[..., Daemon], tmp_path: Path) -> None:
    server = serve()
    relay = daemon(routes={"alpha1.example.com": server.port})
    for number in range(8):
        text = f"Subject: queued-{number}\r\n\r\n.one\r\n..two\r\n.\r\n{'x' * 900}\r\nlast line {number}\r\n"
        submit(relay, "smith@example.net", "student@alpha1.example.com", text.encode())
    relay.await_log(DELIVERED, 8)
    server.stop()
    drain(tmp_path / "site")
    shown = run_dcl(tmp_path / "site", ["MAIL", "DIRECTORY NEWMAIL", "EXIT"], user="STUDENT").stdout
    assert sorted(line.split()[-1] for line in shown.splitlines() if "queued-" in line) == [f"queued-{number}" for number in range(8)]
    lines = read_mail(tmp_path / "site", "STUDENT", wanted="last line").splitlines()
    begin = lines.index(".one")
    assert lines[begin : begin + 3] == [".one", "..two", "."]


def test_the_node_sends_by_way_of_it(
    serve: Callable[..., Served], daemon: Callable[..., Daemon], recording_server: RecordingServer, tmp_path: Path
) -> None:
    relay = daemon(routes={"example.org": recording_server.port})
    run_dcl(tmp_path / "site", [SET_GATEWAY], *through(relay))
    run_dcl(tmp_path / "site", letter("jones@example.org"), *through(relay), user="STUDENT")
    serve(*through(relay))
    envelope = recording_server.messages.get(timeout=PATIENCE)
    assert (envelope.mail_from, envelope.rcpt_tos) == ("student@alpha1.example.com", ["jones@example.org"])
    text = envelope.content.decode()
    assert "by relay.example.net" in text and "all is well." in text


def test_a_recipient_that_it_refuses_comes_back_at_once(daemon: Callable[..., Daemon], tmp_path: Path) -> None:
    """The node makes the notice: the daemon's own words are in it."""
    relay = daemon(routes={"example.net": free_port()})
    run_dcl(tmp_path / "site", [SET_GATEWAY], *through(relay))
    run_dcl(tmp_path / "site", letter("jones@example.org"), *through(relay), user="STUDENT")
    drain(tmp_path / "site", *through(relay))
    shown = read_mail(tmp_path / "site", "STUDENT", wanted="Undeliverable Mail")
    assert "<jones@example.org>" in shown and "all is well." in shown
    assert "Invalid recipient" in shown or "Unrouteable here" in shown


def test_what_it_returns_is_read_in_mail(serve: Callable[..., Served], daemon: Callable[..., Daemon], tmp_path: Path) -> None:
    """The node refuses to relay; the daemon's report, which has no return path, comes to the sender's MAIL."""
    server = serve()
    relay = daemon(routes={"alpha1.example.com": server.port, "example.org": server.port})
    submit(relay, "student@alpha1.example.com", "jones@example.org", b"Subject: Astray\r\n\r\nWhere am I?\r\n")
    relay.await_log(DELIVERED)
    server.stop()
    shown = read_mail(tmp_path / "site", "STUDENT", wanted="Relay disabled")
    assert "User not local, Relay disabled." in shown and "jones@example.org" in shown


@pytest.mark.parametrize("daemon", [Exim], indirect=True)
def test_it_keeps_the_mail_while_the_node_is_away(serve: Callable[..., Served], daemon: Callable[..., Daemon], tmp_path: Path) -> None:
    port = free_port()
    relay = daemon(routes={"alpha1.example.com": port})
    submit(relay, "smith@example.net", "student@alpha1.example.com", b"Subject: Patience\r\n\r\nI waited for you.\r\n")
    relay.await_log(r"== student@alpha1\.example\.com")
    server = serve("--port", f"25={port}")
    relay.await_log(DELIVERED)
    server.stop()
    assert "I waited for you." in read_mail(tmp_path / "site", "STUDENT", wanted="I waited for you.")


def test_eight_bit_text_stays_whole_where_the_node_offers_to_take_it(
    serve: Callable[..., Served], daemon: Callable[..., Daemon], tmp_path: Path
) -> None:
    procedure = "SYS$STARTUP:TCPIP$SMTP_SYSTARTUP.COM"
    run_dcl(tmp_path / "site", [f"CREATE {procedure}", "$ DEFINE/SYSTEM TCPIP$SMTP_MIME_HACK 1", "\x1a"])
    server = serve()
    relay = daemon(routes={"alpha1.example.com": server.port})
    with smtplib.SMTP("127.0.0.1", relay.port, timeout=PATIENCE) as client:
        message = "Subject: bits\r\n\r\nGr\xfc\xdfe aus K\xf6ln.\r\n".encode("latin-1")
        client.sendmail("smith@example.net", ["student@alpha1.example.com"], message, mail_options=["BODY=8BITMIME"])
    relay.await_log(DELIVERED)
    server.stop()
    assert "Gr\xfc\xdfe aus K\xf6ln." in read_mail(tmp_path / "site", "STUDENT", wanted="aus K")
