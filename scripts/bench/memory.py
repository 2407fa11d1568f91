"""The memory of a served node: what long messages and idle sessions add to it. For Linux, which tells it in /proc.

    memory.py [--sizes 10,50] [--sessions 1000]

A message of so many MB goes to a local user and to another host at once, another one to nobody, so that it comes back to its sender; the figures are
the peak of the node's resident memory above what it was when idle, once for base64 lines and once for as many short lines as a message may have.
Then so many sessions are opened and kept idle; each must answer NOOP afterwards.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Iterator
from io import BufferedIOBase
from pathlib import Path
from queue import Queue
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
MB = 1 << 20
SENDER, LOCAL, REMOTE, NOBODY = "jones@[192.0.2.11]", "student@alpha1.example.com", "smith@[192.0.2.11]", "nobody@alpha1.example.com"
PATIENCE = 300


class Sink:
    """A host that takes every message: of each, the recipients, and octets and CRC-32 of what came behind the headers, put into `messages`."""

    def __init__(self) -> None:
        self.messages: Queue[tuple[list[str], int, int]] = Queue()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        """A node that is stopped may end its connections as it likes."""
        with contextlib.suppress(OSError):
            self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        recipients: list[str] = []
        with connection, connection.makefile("rwb") as stream:
            _say(stream, "220 sink")
            while line := stream.readline():
                verb = line[:4].upper()
                if verb == b"RCPT":
                    recipients.append(line.decode().partition(":")[2].strip())
                if verb == b"DATA":
                    _say(stream, "354 go on")
                    while stream.readline() not in (b"\r\n", b""):
                        pass
                    size = check = 0
                    while (line := stream.readline()) not in (b".\r\n", b""):
                        size += len(line)
                        check = zlib.crc32(line, check)
                    if line:
                        self.messages.put((recipients, size, check))
                    recipients = []
                _say(stream, "221 bye" if verb == b"QUIT" else "250 OK")
                if verb == b"QUIT":
                    return

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def _say(stream: BufferedIOBase, text: str) -> None:
    stream.write(f"{text}\r\n".encode())
    stream.flush()


class Node:
    """`vmsemu serve` with a way to the sink, and its memory."""

    def __init__(self, site: Path, sink: Sink) -> None:
        if not site.exists():
            self._run(site, "TCPIP SET CONFIGURATION SMTP/OPTIONS=RELAY", "TCPIP SET SERVICE SMTP/LIMIT=2000")
        way = ["--net", "host", "--out", f"192.0.2.11:25=127.0.0.1:{sink.port}"]
        command = [sys.executable, "-m", "vmsemu", "serve", "--site", str(site), "--port", "25=0", *way]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, cwd=ROOT)
        assert self.process.stderr is not None
        found = re.search(r"127\.0\.0\.1:(\d+)", self.process.stderr.readline())
        assert found is not None, self.process.stderr.read()
        self.port = int(found[1])
        self._said: Queue[str] = Queue()
        threading.Thread(target=self._listen, args=(self.process.stderr,), daemon=True).start()

    def _listen(self, stderr: IO[str]) -> None:
        for line in stderr:
            self._said.put(line)

    def await_line(self) -> str:
        """The next line for the host's operator."""
        return self._said.get(timeout=PATIENCE)

    @staticmethod
    def _run(site: Path, *lines: str) -> None:
        command = [sys.executable, "-m", "vmsemu", "--site", str(site), "--user", "SYSTEM"]
        subprocess.run(command, input="\n".join(lines) + "\n", capture_output=True, text=True, check=True, cwd=ROOT)

    def memory(self) -> float:
        """Resident now, in MB."""
        return self._status("VmRSS")

    def peak(self) -> float:
        """The most there was since `forget_peak`, in MB."""
        return self._status("VmHWM")

    def forget_peak(self) -> None:
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def _status(self, name: str) -> float:
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(rf"{name}:\s+(\d+) kB", text)
        assert found is not None
        return int(found[1]) / 1024

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


@contextlib.contextmanager
def running(site: Path) -> Iterator[tuple[Node, Sink]]:
    """A node and a sink; both end with the block."""
    sink = Sink()
    node = Node(site, sink)
    try:
        yield node, sink
    finally:
        node.stop()
        sink.close()


class Session:
    """A client's side of a dialogue."""

    banner = b""

    def __init__(self, port: int, *, greeted: bool = True) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._stream = self._socket.makefile("rb")
        if greeted:
            self.await_banner()

    def await_banner(self) -> None:
        self.banner = self._stream.readline()

    def ask(self, *commands: str) -> bytes:
        """Send commands one by one; the last reply."""
        reply = b""
        for command in commands:
            self._socket.sendall(f"{command}\r\n".encode())
            reply = self._stream.readline()
        return reply

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def reply(self) -> bytes:
        return self._stream.readline()

    def close(self) -> None:
        self._stream.close()
        self._socket.close()


def text_pieces(size: int, line: int) -> Iterator[bytes]:
    """The text of a message of about `size` octets in lines of `line`, each different, in pieces."""
    yield b"From: jones@example.org\r\nSubject: long\r\n\r\n"
    count = size // (line + 2)
    for first in range(0, count, 1000):
        yield b"".join([b"%0*d\r\n" % (line, number) for number in range(first, min(first + 1000, count))])


def send(node: Node, recipients: list[str], size: int, line: int) -> tuple[int, int]:
    """Send a message and await its 250; octets and CRC-32 of what was sent behind the headers."""
    session = Session(node.port)
    session.ask("HELO bench", f"MAIL FROM:<{SENDER}>", *(f"RCPT TO:<{recipient}>" for recipient in recipients), "DATA")
    octets = check = 0
    for number, piece in enumerate(text_pieces(size, line)):
        session.send(piece)
        if number:
            octets += len(piece)
            check = zlib.crc32(piece, check)
    session.send(b".\r\n")
    reply = session.reply()
    assert reply.startswith(b"250"), reply
    session.close()
    return octets, check


def long_message(site: Path, size: int, line: int) -> list[tuple[str, str, str]]:
    """The rows of one size: what the message adds to the idle node, as it is delivered and as it is returned."""
    rows = []
    with running(site) as (node, sink):
        time.sleep(1)
        idle = node.memory()
        for what, recipients in (("received, delivered, relayed", [LOCAL, REMOTE]), ("received, returned", [NOBODY])):
            node.forget_peak()
            start = time.perf_counter()
            sent = send(node, recipients, size, line)
            taken = time.perf_counter() - start
            _, *came = sink.messages.get(timeout=PATIENCE)
            assert came == [*sent] or recipients == [NOBODY], (came, sent)
            time.sleep(0.5)
            peak = node.peak()
            figure = f"+{peak - idle:,.0f} MB, {taken:.1f} s + {time.perf_counter() - start - taken - 0.5:.1f} s"
            rows.append((f"{size // MB} MB in lines of {line}: {what}", figure, f"{peak / idle:.2f}"))
    return rows


def idle_sessions(site: Path, count: int) -> list[tuple[str, str, str]]:
    """The rows of many sessions that do nothing."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, count + 100)), hard))
    with running(site) as (node, _):
        time.sleep(1)
        idle = node.memory()
        start = time.perf_counter()
        sessions = [Session(node.port) for _ in range(count)]
        taken = time.perf_counter() - start
        assert all(session.banner.startswith(b"220") for session in sessions)
        answered = sum(session.ask("NOOP").startswith(b"250") for session in sessions)
        memory = node.memory()
        for session in sessions:
            session.close()
    assert answered == count, answered
    each = (memory - idle) * 1024 / count
    figure = f"{memory:,.0f} MB, {each:.0f} kB each, opened in {taken:.1f} s"
    return [(f"{count} idle sessions, all answer", figure, f"{memory / idle:.2f}")]


def measure(folder: Path, sizes: list[int], sessions: int) -> list[tuple[str, str, str]]:
    """All rows: what, figure, ratio to the idle node."""
    if not Path("/proc/self/clear_refs").exists():
        return [("memory", "skipped: this host does not tell it in /proc", "")]
    rows = []
    for size in sizes:
        for line in (76, max(6, size * MB // 990_000 - 1)):
            rows += long_message(folder / f"memory-{size}-{line}", size * MB, line)
    return rows + idle_sessions(folder / "memory-sessions", sessions)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10,50")
    parser.add_argument("--sessions", type=int, default=1000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        for label, figure, ratio in measure(Path(name), [int(size) for size in arguments.sizes.split(",")], arguments.sessions):
            print(f"{label:<60}  {figure:>44}  {ratio}")


if __name__ == "__main__":
    main()
