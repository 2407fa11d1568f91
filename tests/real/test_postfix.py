"""Postfix, the whole system: it sends to the node through its queue, takes the node's mail as a relay, and returns what it can not deliver."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from pathlib import Path

from tests.real.conftest import PATIENCE, RecordingServer, Served, drain, free_port, letter, read_mail, run_dcl
from tests.real.postfix import Postfix

RELAY = "192.0.2.25"
SET_GATEWAY = f"TCPIP SET CONFIGURATION SMTP/GATEWAY=ALTERNATE={RELAY}"


def through(relay: Postfix) -> list[str]:
    """The node's network, on which nothing is known but the address of the relay."""
    return ["--net", "host", "--out", f"{RELAY}:25=127.0.0.1:{relay.port}"]


def submit(relay: Postfix, recipients: list[str], message: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", relay.port, timeout=PATIENCE) as client:
        client.sendmail("smith@example.net", recipients, message)


def test_postfix_delivers_its_queue_to_the_node(serve: Callable[..., Served], postfix: Callable[..., Postfix], tmp_path: Path) -> None:
    """Many messages at once, over five connections, the service takes ten; each is in MAIL once."""
    server = serve()
    relay = postfix(routes={"alpha1.example.com": server.port}, default_destination_concurrency_limit="5")
    for number in range(30):
        submit(relay, ["student@alpha1.example.com"], f"Subject: queued-{number}\r\n\r\nNumber {number}.\r\n".encode())
    relay.await_log(r"status=sent \(250", 30)
    server.stop()
    drain(tmp_path / "site")
    shown = run_dcl(tmp_path / "site", ["MAIL", "DIRECTORY NEWMAIL", "EXIT"], user="STUDENT").stdout
    subjects = [line.split()[-1] for line in shown.splitlines() if "queued-" in line]
    assert sorted(subjects) == sorted(f"queued-{number}" for number in range(30))


def test_what_postfix_sends_arrives_unchanged(serve: Callable[..., Served], postfix: Callable[..., Postfix], tmp_path: Path) -> None:
    """Dots that begin a line, and two recipients of whom one has no account."""
    server = serve()
    relay = postfix(routes={"alpha1.example.com": server.port, "example.net": free_port()})
    submit(relay, ["student@alpha1.example.com", "system@alpha1.example.com"], b"Subject: Dots\r\n\r\n.one\r\n..two\r\n.\r\nlast line\r\n")
    relay.await_log(r"status=sent \(250", 2)
    server.stop()
    for user in ("STUDENT", "SYSTEM"):
        shown = read_mail(tmp_path / "site", user, wanted="last line").splitlines()
        begin = shown.index(".one")
        assert shown[begin : begin + 4] == [".one", "..two", ".", "last line"]


def test_postfix_keeps_the_mail_while_the_node_is_away(
    serve: Callable[..., Served], postfix: Callable[..., Postfix], tmp_path: Path
) -> None:
    port = free_port()
    relay = postfix(routes={"alpha1.example.com": port})
    submit(relay, ["student@alpha1.example.com"], b"Subject: Patience\r\n\r\nI waited for you.\r\n")
    relay.await_log("status=deferred")
    server = serve("--port", f"25={port}")
    relay.flush()
    relay.await_log(r"status=sent \(250")
    server.stop()
    assert "I waited for you." in read_mail(tmp_path / "site", "STUDENT", wanted="I waited for you.")


def test_the_node_sends_by_way_of_postfix(
    serve: Callable[..., Served], postfix: Callable[..., Postfix], recording_server: RecordingServer, tmp_path: Path
) -> None:
    """The alternate gateway takes the mail and carries it to its destination."""
    relay = postfix(routes={"example.org": recording_server.port})
    run_dcl(tmp_path / "site", [SET_GATEWAY], *through(relay))
    run_dcl(tmp_path / "site", letter("jones@example.org"), *through(relay), user="STUDENT")
    serve(*through(relay))
    envelope = recording_server.messages.get(timeout=PATIENCE)
    assert envelope.rcpt_tos == ["jones@example.org"]
    assert envelope.mail_from == "student@alpha1.example.com"
    text = envelope.content.decode()
    assert "by relay.example.net (Postfix)" in text
    assert "all is well." in text


def test_a_recipient_that_postfix_refuses_comes_back_at_once(postfix: Callable[..., Postfix], tmp_path: Path) -> None:
    """The node makes the notice: Postfix's own words are in it."""
    relay = postfix(routes={}, mynetworks="192.0.2.0/24", smtpd_relay_restrictions="permit_mynetworks, reject_unauth_destination")
    run_dcl(tmp_path / "site", [SET_GATEWAY], *through(relay))
    run_dcl(tmp_path / "site", letter("jones@example.org"), *through(relay), user="STUDENT")
    drain(tmp_path / "site", *through(relay))
    shown = read_mail(tmp_path / "site", "STUDENT", wanted="Undeliverable Mail")
    assert "<jones@example.org>" in shown
    assert "Relay access denied" in shown
    assert "all is well." in shown


def test_what_postfix_returns_is_read_in_mail(serve: Callable[..., Served], postfix: Callable[..., Postfix], tmp_path: Path) -> None:
    """Postfix takes the mail, can not deliver it, and sends its report, which has no return path, to the node."""
    port = free_port()
    relay = postfix(routes={"alpha1.example.com": port, "example.org": port})
    run_dcl(tmp_path / "site", [SET_GATEWAY], *through(relay))
    run_dcl(tmp_path / "site", letter("jones@example.org"), *through(relay), user="STUDENT")
    server = serve("--port", f"25={port}", *through(relay))
    relay.flush()  # it may have had the mail before anybody listened
    relay.await_log(r"to=<jones@example\.org>.*status=bounced")
    relay.await_log(r"to=<student@alpha1\.example\.com>.*status=sent \(250")
    server.stop()
    shown = read_mail(tmp_path / "site", "STUDENT", wanted="Undelivered Mail Returned to Sender")
    assert "I'm sorry to have to inform you that your message could not" in shown
