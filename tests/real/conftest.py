"""A node as a real process of the host, and the real peers it talks to. Everything listens on loopback and is stopped by its test."""

from __future__ import annotations

import contextlib
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.real.daemons import Daemon, Exim, OpenSmtpd
from tests.real.name_server import NameServer
from tests.real.postfix import Postfix

ROOT = Path(__file__).resolve().parents[2]
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
PATIENCE = 30
CONTROL_FILES = "SYS$SPECIFIC:[TCPIP$SMTP]*.TCPIP_*"


def debian_program(name: str, package: str) -> str:
    """The path of a program, or a skip that names the Debian package it comes from."""
    found = shutil.which(name, path=PATH)
    if found is None:
        pytest.skip(f"{name} is not installed (Debian package {package})")
    return found


class Served:
    """`vmsemu serve` on a site."""

    def __init__(self, site: Path, *options: str) -> None:
        command = [sys.executable, "-m", "vmsemu", "serve", "--site", str(site), "--port", "25=0", *options]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, cwd=ROOT)
        assert self.process.stderr is not None
        line = self.process.stderr.readline()
        self.ports = {int(guest): int(port) for guest, port in re.findall(r"(\d+) on 127\.0\.0\.1:(\d+)", line)}
        assert self.ports, line + self.process.stderr.read()
        self.port = self.ports[25]

    def stop(self) -> None:
        """SIGTERM, and wait for the orderly end."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)
        self._close()

    def kill(self) -> None:
        """kill -9"""
        self.process.kill()
        self.process.wait(PATIENCE)
        self._close()

    def _close(self) -> None:
        assert self.process.stderr is not None
        self.process.stderr.close()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Start servers; those still running at the end of the test are killed."""
    started: list[Served] = []

    def start(*options: str, site: Path | None = None) -> Served:
        server = Served(site or tmp_path / "site", *options)
        started.append(server)
        return server

    yield start
    for server in started:
        if server.process.poll() is None:
            server.kill()


def run_dcl(site: Path, lines: Sequence[str], *options: str, user: str = "SYSTEM") -> subprocess.CompletedProcess[str]:
    """Lines on standard input of `vmsemu`, as typed at the terminal."""
    command = [sys.executable, "-m", "vmsemu", "--site", str(site), "--user", user, *options]
    return subprocess.run(command, input="\n".join(lines) + "\n", capture_output=True, text=True, timeout=PATIENCE, cwd=ROOT)


def waiting(condition: str) -> list[str]:
    """What SYSTEM types to wait until a DCL expression is true; after twenty seconds it goes on all the same."""
    return [
        "CREATE SYS$LOGIN:AWAIT.COM",
        "$ COUNT = 0",
        "$ AGAIN:",
        f"$ IF {condition} .OR. COUNT .GT. 400 THEN EXIT",
        "$ COUNT = COUNT + 1",
        '$ AFRESH = F$SEARCH("NL:")',  # lest a wildcard search of the condition goes on where it stopped
        "$ WAIT 00:00:00.05",
        "$ GOTO AGAIN",
        "\x1a",
        "@SYS$LOGIN:AWAIT",
    ]


def drain(site: Path, *options: str) -> None:
    """Let the node run until no control file is left."""
    shown = run_dcl(site, [*waiting(f'F$SEARCH("{CONTROL_FILES}") .EQS. ""'), f"DIRECTORY {CONTROL_FILES}"], *options).stdout
    assert "%DIRECT-W-NOFILES" in shown, shown


def letter(address: str) -> list[str]:
    """What a user types to send a short letter."""
    return ["MAIL", "SEND", address, "From the inside", "Dear Jones,", "all is well.", "\x1a", "EXIT"]


def read_mail(site: Path, user: str, *, wanted: str) -> str:
    """What READ/NEW shows the user; the node is started again until the text is there (delivery goes on at each boot)."""
    for _ in range(5):
        shown = run_dcl(site, ["MAIL", "READ/NEW", "EXIT"], user=user).stdout
        if wanted in shown:
            return shown
    raise AssertionError(f"{wanted!r} did not arrive; last seen: {shown}")


class RecordingServer:
    """aiosmtpd that puts every message into a queue."""

    def __init__(self) -> None:
        from aiosmtpd.controller import Controller

        self.messages: queue.Queue[Any] = queue.Queue()
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())
        self._controller.start()
        self.port = self._controller.port

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.messages.put(envelope)
        return "250 kept"

    def stop(self) -> None:
        self._controller.stop()


@pytest.fixture
def recording_server() -> Iterator[RecordingServer]:
    pytest.importorskip("aiosmtpd")
    server = RecordingServer()
    yield server
    server.stop()


def free_port() -> int:
    """A port of loopback that nobody listens on just now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@pytest.fixture
def zone_server() -> Iterator[int]:
    """The zone of fixtures/dns served by the product's own zone code on a UDP port of loopback."""
    from vmsemu.net.dns_server import ZoneServer

    zone = ZoneServer((ROOT / "fixtures" / "dns" / "outside.zone").read_text())
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))

    def loop() -> None:
        while True:
            try:
                data, address = sock.recvfrom(4096)
            except OSError:
                return
            if data == b"stop":
                return
            answer = zone.serve(data, address[0])
            if answer is not None:
                sock.sendto(answer, address)

    thread = threading.Thread(target=loop)
    thread.start()
    port = int(sock.getsockname()[1])
    yield port
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.sendto(b"stop", ("127.0.0.1", port))
    thread.join()
    sock.close()


@pytest.fixture
def name_server(tmp_path: Path) -> Iterator[NameServer]:
    """A real name server, nsd, with the zones of fixtures/dns and a broken one on a port of loopback."""
    with NameServer(debian_program("nsd", "nsd"), tmp_path / "nsd", free_port()) as server:
        yield server


@pytest.fixture
def postfix() -> Iterator[Callable[..., Postfix]]:
    """Start Postfix systems; all are stopped at the end of the test."""
    with contextlib.ExitStack() as running:
        yield lambda **settings: running.enter_context(Postfix(debian_program("postfix", "postfix"), free_port(), **settings))


@pytest.fixture(params=[OpenSmtpd, Exim])
def daemon(request: pytest.FixtureRequest) -> Iterator[Callable[..., Daemon]]:
    """Start daemons of a kind; all are stopped at the end of the test."""
    with contextlib.ExitStack() as running:
        yield lambda **settings: running.enter_context(request.param(free_port(), **settings))
