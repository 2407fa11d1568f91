"""Postfix as a whole, with its own configuration, queue and log in a folder of its own, on loopback."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest

_DAEMONS = Path("/usr/lib/postfix/sbin")
_OWNED = (
    "active",
    "bounce",
    "corrupt",
    "defer",
    "deferred",
    "flush",
    "hold",
    "incoming",
    "maildrop",
    "private",
    "public",
    "saved",
    "trace",
)
_MAIN = """compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {daemons}
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = relay.example.net
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
disable_dns_lookups = yes
alias_maps =
alias_database =
"""
_MASTER = """127.0.0.1:{port} inet n - n - - smtpd
cleanup  unix n - n - 0 cleanup
pickup   unix n - n 60 1 pickup
qmgr     unix n - n 300 1 qmgr
rewrite  unix - - n - - trivial-rewrite
bounce   unix - - n - 0 bounce
defer    unix - - n - 0 bounce
trace    unix - - n - 0 bounce
local    unix - n n - - local
smtp     unix - - n - - smtp
relay    unix - - n - - smtp
error    unix - - n - - error
retry    unix - - n - - error
showq    unix n - n - - showq
flush    unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
scache   unix - - n - 1 scache
anvil    unix - - n - 1 anvil
postlog  unix-dgram n - n - 1 postlogd
"""
_PATIENCE = 20


class Postfix:
    """The daemon `master` and its children. `settings` go into main.cf; `routes` maps a domain to the port of loopback that gets its mail."""

    def __init__(self, program: str, port: int, *, routes: dict[str, int], **settings: str) -> None:
        if os.getuid() != 0:
            pytest.skip("Postfix's daemon wants to be started by root")
        self.port = port
        self._postqueue = Path(program).with_name("postqueue")
        hops = ", ".join(f"{{{domain} = smtp:[127.0.0.1]:{hop}}}" for domain, hop in routes.items())
        self._settings = {"transport_maps": f"inline:{{ {hops} }}" if hops else "", **settings}

    def __enter__(self) -> Postfix:
        # Postfix's own user must be able to walk to the folder, so it is not below the folder of the test.
        self._temporary = tempfile.TemporaryDirectory()
        self._folder = Path(self._temporary.name)
        self._folder.chmod(0o755)
        self._lay_out()
        self._process = subprocess.Popen(
            [_DAEMONS / "master", "-c", self._folder / "etc", "-d"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self.await_log("daemon started")
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(_PATIENCE)
        self._temporary.cleanup()

    def _lay_out(self) -> None:
        for name in ("etc", "queue/pid", "data", *(f"queue/{name}" for name in _OWNED)):
            (self._folder / name).mkdir(parents=True)
        for name in ("data", *(f"queue/{name}" for name in _OWNED)):
            shutil.chown(self._folder / name, "postfix")
        extra = "".join(f"{name} = {value}\n" for name, value in self._settings.items())
        (self._folder / "etc" / "main.cf").write_text(_MAIN.format(folder=self._folder, daemons=_DAEMONS) + extra)
        (self._folder / "etc" / "master.cf").write_text(_MASTER.format(port=self.port))

    def log(self) -> str:
        """What Postfix has written so far."""
        log = self._folder / "log"
        return log.read_text() if log.exists() else ""

    def await_log(self, pattern: str, count: int = 1) -> None:
        """Wait until the log has `count` lines in which the regular expression is found."""
        deadline = time.monotonic() + _PATIENCE
        while len([line for line in self.log().splitlines() if re.search(pattern, line)]) < count:
            assert self._process.poll() is None, f"Postfix ended: {self.log()}"
            assert time.monotonic() < deadline, f"{pattern!r} is not in the log:\n{self.log()}"
            threading.Event().wait(0.02)

    def flush(self) -> None:
        """postqueue -f: try everything that is deferred again now."""
        subprocess.run([self._postqueue, "-c", self._folder / "etc", "-f"], check=True, timeout=_PATIENCE)
