"""nsd as a process, with the zones of fixtures/dns, and a datagram proxy that loses questions."""

from __future__ import annotations

import contextlib
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

from dns.message import from_wire, make_query
from dns.rcode import NOERROR, Rcode

_ZONES = Path(__file__).resolve().parents[2] / "fixtures" / "dns"
_CONFIGURATION = """server:
    ip-address: 127.0.0.1@{port}
    username: ""
    chroot: ""
    zonesdir: "{folder}"
    database: ""
    pidfile: "{folder}/nsd.pid"
    xfrdfile: "{folder}/xfrd.state"
    zonelistfile: "{folder}/zone.list"
    xfrdir: "{folder}"
    logfile: "{folder}/nsd.log"
remote-control:
    control-enable: no
zone:
    name: example.org
    zonefile: outside.zone
zone:
    name: cases.example.org
    zonefile: cases.zone
zone:
    name: broken.example.org
    zonefile: broken.zone
"""


class NameServer:
    """nsd on a port of loopback. The zone broken.example.org has no file until `mend`, so every question about it fails."""

    def __init__(self, program: str, folder: Path, port: int) -> None:
        self.port = port
        self._program = program
        self._folder = folder

    def __enter__(self) -> NameServer:
        self._folder.mkdir()
        for name in ("outside.zone", "cases.zone"):
            shutil.copy(_ZONES / name, self._folder / name)
        configuration = self._folder / "nsd.conf"
        configuration.write_text(_CONFIGURATION.format(port=self.port, folder=self._folder))
        self._process = subprocess.Popen(
            [self._program, "-d", "-c", str(configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._await("dest.example.org")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()

    def mend(self, zone: str) -> None:
        """Give the broken zone its text."""
        (self._folder / "broken.zone").write_text(zone)
        self._process.send_signal(signal.SIGHUP)
        self._await("broken.example.org")

    def _await(self, name: str) -> None:
        """Ask for a name's mail exchangers until they come."""
        for _ in range(200):
            assert self._process.poll() is None, "nsd ended at once"
            if self._rcode(name) == NOERROR:
                return
            threading.Event().wait(0.05)
        raise AssertionError(f"nsd does not answer for {name}")

    def _rcode(self, name: str) -> Rcode | None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(0.1)
            try:
                sock.connect(("127.0.0.1", self.port))
                sock.send(make_query(name, "MX").to_wire())
                return from_wire(sock.recv(4096)).rcode()
            except OSError:
                return None


class LossyPath:
    """Datagrams go to a name server and back, but the first `lost` questions never arrive."""

    def __init__(self, target: int, lost: int) -> None:
        self.lost = 0
        self._target = target
        self._to_lose = lost
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])

    def run(self) -> None:
        """Until an empty datagram comes."""
        while True:
            data, client = self._socket.recvfrom(4096)
            if not data:
                return
            if self.lost < self._to_lose:
                self.lost += 1
                continue
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as onward:
                onward.settimeout(5)
                onward.sendto(data, ("127.0.0.1", self._target))
                self._socket.sendto(onward.recv(4096), client)

    def close(self) -> None:
        self._socket.close()


@contextlib.contextmanager
def lossy_path(target: int, lost: int) -> Iterator[LossyPath]:
    """A path in a thread of its own."""
    path = LossyPath(target, lost)
    thread = threading.Thread(target=path.run)
    thread.start()
    try:
        yield path
    finally:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.sendto(b"", ("127.0.0.1", path.port))
        thread.join()
        path.close()
