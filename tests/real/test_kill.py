"""kill -9 under load: what was answered with 250 is in MAIL after the restart, and nothing is there twice."""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Callable
from pathlib import Path

from tests.real.conftest import PATIENCE, Served, run_dcl

SENDERS = 4
ENOUGH = 60


class Load:
    """Clients that send numbered messages until the server is gone."""

    def __init__(self, port: int) -> None:
        self.acknowledged: list[str] = []
        self.enough = threading.Event()
        self._port = port
        self._threads = [threading.Thread(target=self._send, args=(n,)) for n in range(SENDERS)]
        for thread in self._threads:
            thread.start()

    def _send(self, number: int) -> None:
        serial = 0
        try:
            while True:
                serial += 1
                name = f"load-{number}-{serial}"
                with smtplib.SMTP("127.0.0.1", self._port, timeout=PATIENCE) as client:
                    client.sendmail("smith@example.net", ["student@alpha1.example.com"], f"Subject: {name}\r\n\r\nBody of {name}.\r\n")
                    self.acknowledged.append(name)
                if len(self.acknowledged) >= ENOUGH:
                    self.enough.set()
        except (OSError, smtplib.SMTPException):
            return

    def join(self) -> None:
        for thread in self._threads:
            thread.join(PATIENCE)


def test_kill_9_under_load_loses_nothing_and_doubles_nothing(serve: Callable[..., Served], tmp_path: Path) -> None:
    server = serve()
    load = Load(server.port)
    assert load.enough.wait(PATIENCE)
    server.kill()
    load.join()
    subjects: list[str] = []
    for _ in range(5):  # delivery goes on at each boot
        shown = run_dcl(tmp_path / "site", ["MAIL", "DIRECTORY NEWMAIL", "EXIT"], user="STUDENT").stdout
        subjects = [line.split()[-1] for line in shown.splitlines() if "load-" in line]
        if set(load.acknowledged) <= set(subjects):
            break
    assert len(subjects) == len(set(subjects))
    assert set(load.acknowledged) <= set(subjects)
