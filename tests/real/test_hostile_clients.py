"""Clients on real sockets that mean harm, and clients that are merely many."""

from __future__ import annotations

import contextlib
import smtplib
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.real.conftest import PATIENCE, Served, read_mail, run_dcl

ENVELOPE = b"HELO c.example.net\r\nMAIL FROM:<smith@example.net>\r\nRCPT TO:<student@alpha1.example.com>\r\nDATA\r\n"
FALSE_ENDS = [b"\n.\n", b"\r.\r", b"\n.\r\n", b"\r\n.\n", b"\r.\r\n", b"\r\n.\r", b"\r\n.\0\r\n", b"\r\n\0.\r\n", b"\r\0\n.\r\0\n"]


def connect(port: int) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def replies(sock: socket.socket, count: int) -> list[bytes]:
    """The next replies; fewer when the server closes."""
    data = b""
    while data.count(b"\r\n") < count:
        more = sock.recv(65536)
        if not more:
            break
        data += more
    return data.splitlines()


def test_no_false_end_divides_a_message(serve: Callable[..., Served], tmp_path: Path) -> None:
    server = serve()
    with connect(server.port) as sock:
        sock.sendall(ENVELOPE)
        assert replies(sock, 5)[-1].startswith(b"354")
        for number, end in enumerate(FALSE_ENDS):
            sock.sendall(b"line %d" % number)
            for byte in end:
                sock.sendall(bytes([byte]))
            sock.sendall(b"MAIL FROM:<evil@example.net>\r\nRCPT TO:<student@alpha1.example.com>\r\nDATA\r\n")
        sock.sendall(b"\r\n.\r\nQUIT\r\n")
        assert replies(sock, 2) == [b"250 OK", b"221 alpha1.example.com Service closing transmission channel"]
    server.stop()
    shown = read_mail(tmp_path / "site", "STUDENT", wanted="line 8")
    assert shown.count("MAIL FROM:<evil@example.net>") == len(FALSE_ENDS)
    assert 'From:\tSMTP%"smith@example.net"' in shown


def test_a_flood_on_every_free_connection_leaves_one_for_mail(serve: Callable[..., Served], tmp_path: Path) -> None:
    server = serve()
    with contextlib.ExitStack() as stack:
        for _ in range(9):
            sock = stack.enter_context(connect(server.port))
            assert replies(sock, 1)[0].startswith(b"220")
            with contextlib.suppress(ConnectionError):
                sock.sendall(b"NOOP\r\n" * 20_000)
        with smtplib.SMTP("127.0.0.1", server.port, timeout=PATIENCE) as client:
            client.sendmail("smith@example.net", ["student@alpha1.example.com"], "Subject: calm\r\n\r\nIn the flood.\r\n")
    server.stop()
    assert "In the flood." in read_mail(tmp_path / "site", "STUDENT", wanted="In the flood.")


@pytest.mark.parametrize("idle", [100])
def test_idle_clients_do_not_hinder_the_one_that_sends(serve: Callable[..., Served], tmp_path: Path, idle: int) -> None:
    site = tmp_path / "site"
    assert run_dcl(site, ["TCPIP SET SERVICE SMTP/LIMIT=200"]).returncode == 0
    server = serve(site=site)
    with contextlib.ExitStack() as stack:
        for _ in range(idle):
            assert replies(stack.enter_context(connect(server.port)), 1)[0].startswith(b"220")
        with smtplib.SMTP("127.0.0.1", server.port, timeout=PATIENCE) as client:
            client.sendmail("smith@example.net", ["student@alpha1.example.com"], "Subject: one\r\n\r\nAmong many.\r\n")
        server.stop()
    assert "Among many." in read_mail(site, "STUDENT", wanted="Among many.")
