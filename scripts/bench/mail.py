#!/usr/bin/env python3
"""Mail: messages accepted and delivered per second by this product, by aiosmtpd with a Maildir it syncs, and by Postfix, in one run.

    .venv/bin/python scripts/bench/mail.py [--messages N] [--rounds N] [--sessions 1,10,50,200] [--peers vmsemu,aiosmtpd,postfix] [--size BYTES]

smtp-source of Postfix sends, one connection a message. Accepted: until the last 250, which each of the three gives for what is safely on its
disk. Delivered: until the last message is in the user's mail file (MAIL.MAI, Maildir, the mailbox that local(8) writes). CPU: what the server's
processes used for each message, user and system, which a busy machine disturbs least.

The three take turns, and each figure is the median of the rounds; the ratios are medians of the ratios to aiosmtpd in the same round, because the
speed of a virtual machine and of its disk changes from one minute to the next.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Protocol

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SMTP_SOURCE = shutil.which("smtp-source", path=os.environ.get("PATH", "") + ":/usr/sbin")
PEERS = ("vmsemu", "aiosmtpd", "postfix")
DOMAIN = "alpha1.example.com"
_TICKS = os.sysconf("SC_CLK_TCK")
_PATIENCE = 300.0


class Peer(Protocol):
    """A server under test."""

    port: int
    user: str
    session: int  # of the host: every process of the server belongs to it

    def expect(self, messages: int) -> None:
        """So many messages are about to be sent."""

    def delivered(self) -> float:
        """Wait until they are all delivered; returns the time of that (monotonic clock)."""


@dataclass(frozen=True)
class Result:
    """Messages a second, and CPU seconds a message."""

    accepted: float
    delivered: float
    cpu: float


class Vmsemu:
    user = "student"

    def __init__(self, folder: Path, limit: int, worker: str = "delivered.py") -> None:
        command = [sys.executable, str(HERE / worker), str(folder / "site"), str(limit)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True
        )  # fmt: skip
        self.session = self._process.pid
        self.port = int(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("the node ended")
        return line

    def expect(self, messages: int) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{messages}\n")
        self._process.stdin.flush()

    def delivered(self) -> float:
        return float(self._line())

    def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


class Aiosmtpd:
    """Its 250 follows the delivery."""

    port = 2599
    user = "student"

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, str(HERE / "maildir_server.py"), str(folder / "maildir"), str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
        assert self._process.stdout is not None
        self._process.stdout.readline()
        self.session = self._process.pid

    def expect(self, messages: int) -> None: ...

    def delivered(self) -> float:
        return time.monotonic()

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


class Postfix:
    """As Debian configures it but for the folders: local(8) writes the mailbox of the user nobody."""

    port = 2597
    user = "nobody"

    def __init__(self, folder: Path) -> None:
        sys.path.insert(0, str(ROOT))
        from tests.real.postfix import Postfix as Daemons

        self._spool = folder / "spool"
        self._spool.mkdir(mode=0o777)
        self._spool.chmod(0o777)
        for parent in self._spool.parents:
            if parent != Path(tempfile.gettempdir()):
                parent.chmod(0o755)
            else:
                break
        settings = {
            "mydestination": DOMAIN,
            "mail_spool_directory": str(self._spool),
            "smtpd_client_connection_count_limit": "0",
            "local_recipient_maps": "",
        }
        self._daemons = Daemons(str(shutil.which("postfix", path="/usr/sbin:/usr/bin")), self.port, routes={}, **settings)
        self._daemons.__enter__()
        self.session = self._daemons._process.pid
        self._log = self._daemons._folder / "log"
        self._wanted = 0
        self._offset = 0
        self._sent = 0

    def expect(self, messages: int) -> None:
        self._sent += self._count()
        self._wanted = self._sent + messages

    def _count(self) -> int:
        with self._log.open() as log:
            log.seek(self._offset)
            text = log.read()
        text = text[: text.rfind("\n") + 1]
        self._offset += len(text)
        if re.search(r"status=(?!sent)", text):
            raise SystemExit(text[-2000:])
        return text.count("status=sent")

    def delivered(self) -> float:
        limit = time.monotonic() + _PATIENCE
        while True:
            self._sent += self._count()
            if self._sent >= self._wanted:
                return time.monotonic()
            if time.monotonic() > limit:
                raise SystemExit(f"Postfix delivered {self._sent} of {self._wanted}")
            time.sleep(0.01)

    def stop(self) -> None:
        self._daemons.__exit__()


def cpu_seconds(session: int) -> float:
    """What the processes of a session of the host have used, with their children that have ended."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session:
            ticks += sum(int(field) for field in fields[11:15])
    return ticks / _TICKS


def run(peer: Peer, sessions: int, messages: int, size: int) -> Result:
    """Send the messages over so many sessions at once."""
    assert SMTP_SOURCE is not None
    command = [
        SMTP_SOURCE,
        "-s",
        f"{sessions}",
        "-m",
        f"{messages}",
        "-l",
        f"{size}",
        "-f",
        "sender@example.com",
        "-t",
        f"{peer.user}@{DOMAIN}",
    ]
    peer.expect(messages)
    used = cpu_seconds(peer.session)
    begin = time.monotonic()
    subprocess.run([*command, f"inet:127.0.0.1:{peer.port}"], check=True, timeout=_PATIENCE)
    accepted = time.monotonic() - begin
    delivered = peer.delivered() - begin
    return Result(messages / accepted, messages / delivered, (cpu_seconds(peer.session) - used) / messages)


@contextmanager
def started(name: str, limit: int) -> Iterator[Peer]:
    """One of the servers, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        server: Vmsemu | Aiosmtpd | Postfix
        server = Vmsemu(path, limit) if name == "vmsemu" else Aiosmtpd(path) if name == "aiosmtpd" else Postfix(path)
        try:
            yield server
        finally:
            server.stop()


def available(names: Sequence[str]) -> list[str]:
    """The servers that can be started here; says which can not."""
    out = []
    for name in names:
        if name == "postfix" and (os.getuid() != 0 or shutil.which("postfix", path="/usr/sbin:/usr/bin") is None):
            print("Postfix: skipped, it is not installed or this is not root")
        else:
            out.append(name)
    return out


def rounds_of(names: Sequence[str], count: int, limit: int, rounds: int, messages: int, size: int) -> dict[str, list[Result]]:
    """The results of each server, which take turns."""
    with ExitStack() as stack:
        peers = {name: stack.enter_context(started(name, limit)) for name in names}
        for peer in peers.values():
            run(peer, 5, 200, size)  # warm
        results: dict[str, list[Result]] = {name: [] for name in names}
        for number in range(rounds):
            for name in names if number % 2 else reversed(names):
                results[name].append(run(peers[name], count, messages, size))
        return results


def measure(names: Sequence[str], sessions: Sequence[int], rounds: int, messages: int, size: int) -> None:
    """Print a table: a line for each server and number of sessions."""
    if SMTP_SOURCE is None:
        print("mail: skipped, smtp-source is not installed (Debian package postfix)")
        return
    names = available(names)
    print(f"{'sessions':>8}  {'server':<10}{'accepted/s':>12}{'delivered/s':>12}{'ratios to aiosmtpd':>22}{'CPU ms/message':>16}")
    for count in sessions:
        ordered = sorted(names, key=lambda name: name != "aiosmtpd")
        results = rounds_of(ordered, count, max(sessions) + 50, rounds, messages // rounds, size)
        for name in ordered:
            accepted, delivered, cpu = (median(getattr(r, what) for r in results[name]) for what in ("accepted", "delivered", "cpu"))
            pairs = list(zip(results[name], results[ordered[0]], strict=True))
            ratios = f"{median(r.accepted / base.accepted for r, base in pairs):.2f}  {median(r.delivered / base.delivered for r, base in pairs):.2f}"
            print(f"{count:>8}  {name:<10}{accepted:>12,.0f}{delivered:>12,.0f}{ratios:>22}{cpu * 1000:>16.2f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sessions", default="1,10,50,200")
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--size", type=int, default=5120)
    arguments = parser.parse_args()
    sessions = [int(word) for word in arguments.sessions.split(",")]
    measure(arguments.peers.split(","), sessions, arguments.rounds, arguments.messages, arguments.size)


if __name__ == "__main__":
    main()
