"""Small services on real sockets, over TCP and UDP, and many clients at a time."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.real.conftest import PATIENCE, Served, free_port, run_dcl

SERVICES = {"ECHO": 7, "DISCARD": 9, "DAYTIME": 13, "CHARGEN": 19, "FINGER": 79}


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, int]]:
    """A served site with every small service; the host port of each."""
    site = tmp_path_factory.mktemp("small") / "site"
    names = ",".join(SERVICES)
    shown = run_dcl(
        site,
        [
            "@TCPIP$EXAMPLES:TCPIP$SIMPLE_SERVICES",
            "@SYS$MANAGER:TCPIP$CONFIG SERVER ENABLE",
            f"TCPIP SET CONFIGURATION ENABLE SERVICE {names}",
            "TCPIP SHOW SERVICE",
        ],
    ).stdout
    assert "CHARGEN" in shown, shown
    ports = {name: free_port() for name in SERVICES}
    server = Served(site, *(word for name, port in SERVICES.items() for word in ("--port", f"{port}={ports[name]}")))
    yield ports
    server.stop()


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)


def receive(sock: socket.socket, enough: int = 1 << 30) -> bytes:
    """What comes to the end of the connection, or until it is enough."""
    data = b""
    while len(data) < enough and (more := sock.recv(65536)):
        data += more
    return data


def datagram(port: int, data: bytes) -> bytes:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(PATIENCE)
        sock.sendto(data, ("127.0.0.1", port))
        return sock.recv(65536)


def test_echo(ports: dict[str, int]) -> None:
    data = bytes(range(256)) * 64
    with connect(ports["ECHO"]) as sock:
        sock.sendall(data)
        assert receive(sock, len(data)) == data
    assert datagram(ports["ECHO"], b"\0one datagram\xff") == b"\0one datagram\xff"


def test_discard_takes_everything_and_says_nothing(ports: dict[str, int]) -> None:
    with connect(ports["DISCARD"]) as sock:
        sock.sendall(b"x" * 1_000_000)
        sock.shutdown(socket.SHUT_WR)
        assert receive(sock) == b""


def test_daytime(ports: dict[str, int]) -> None:
    with connect(ports["DAYTIME"]) as sock:
        assert b"day, " in receive(sock)
    assert b"day, " in datagram(ports["DAYTIME"], b"")


def test_chargen_stops_when_the_client_goes(ports: dict[str, int]) -> None:
    for _ in range(8):  # more than its limit: each must have ended when the next one comes
        with connect(ports["CHARGEN"]) as sock:
            assert receive(sock, 10_000).startswith(b' !"#$%&')
        with connect(ports["DAYTIME"]) as sock:
            assert receive(sock)
    assert datagram(ports["CHARGEN"], b"x").endswith(b"\r\n")


def test_finger(ports: dict[str, int]) -> None:
    with connect(ports["FINGER"]) as sock:
        sock.sendall(b"student\r\n")
        assert receive(sock).startswith(b"Username: STUDENT")


def test_a_crowd_beyond_the_limit_is_turned_away_and_the_others_are_served(ports: dict[str, int]) -> None:
    crowd = [connect(ports["ECHO"]) for _ in range(40)]
    answered = 0
    for sock in crowd:
        try:
            sock.sendall(b"hello")
            answered += receive(sock, 5) == b"hello"
        except ConnectionError:
            continue
    for sock in crowd:
        sock.close()
    assert answered in (4, 5)  # one of the five copies may still wait for datagrams
    with connect(ports["DAYTIME"]) as sock:
        assert receive(sock)


def test_a_service_that_always_fails_does_not_starve_the_node(serve: Callable[..., Served], tmp_path: Path) -> None:
    site, port = tmp_path / "site", free_port()
    run_dcl(
        site,
        [
            "TCPIP SET SERVICE BROKEN/FILE=SYS$SYSTEM:NONE.COM/PORT=99/PROCESS_NAME=BROKEN/USER_NAME=TCPIP$SMTP",
            "TCPIP SET CONFIGURATION ENABLE SERVICE BROKEN",
        ],
    )
    server = serve("--port", f"99={port}")
    for _ in range(200):
        with connect(port) as sock:
            receive(sock)
    with connect(server.port) as sock:
        assert sock.recv(3) == b"220"
    server.stop()
    shown = run_dcl(site, ['SEARCH/STATISTICS SYS$MANAGER:OPERATOR.LOG "RMS-E-FNF"']).stdout
    assert 0 < shown.count("Internet ACP AUXS failure  Status = %RMS-E-FNF") <= 20
