"""OpenSMTPD and Exim as whole daemons, each in a mount namespace of its own, on loopback.

Their packages exclude each other and Postfix, so they need not be installed: `scripts/interop` unpacks them into a folder outside the checkout. The
namespace gives a daemon an /etc, /run and /var of its own, with the users it looks for, and leaves those of the machine alone.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

import pytest

UNPACKED = Path(os.environ.get("VMSEMU_INTEROP") or Path.home() / ".cache" / "vmsemu" / "interop")
_PATIENCE = 20
_USERS = {"opensmtpd": 63001, "opensmtpq": 63002, "Debian-exim": 63003}
_ETC = ("hosts", "nsswitch.conf", "services", "protocols", "host.conf", "localtime")
_LDCONFIG = ["/sbin/ldconfig", "-X"]
_MOUNT = 'set -e; mount --bind "$2" "$1/kit"; for name in etc run var; do mount --bind "$1/$name" "/$name"; done; shift 2; exec "$@"'


class Daemon(ABC):
    """A mail system. `routes` maps a domain to the port of loopback that gets its mail; anything else is refused."""

    PACKAGE: ClassVar[str]
    PROGRAM: ClassVar[str]

    def __init__(self, port: int, *, routes: dict[str, int]) -> None:
        self.port = port
        self.routes = routes
        self._found = _program(self.PROGRAM, self.PACKAGE)

    def __enter__(self) -> Daemon:
        # Its own user must be able to walk to the folder, so it is not below the folder of the test.
        self._temporary = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)  # its children may outlive it for a moment
        self.folder = Path(self._temporary.name)
        self.folder.chmod(0o755)
        self._lay_out()
        self.lay_out()
        subprocess.run([*self._inside(), *_LDCONFIG], check=True, stderr=subprocess.DEVNULL)
        self._process = subprocess.Popen(
            [*self._inside(), *self.command()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=(self.folder / "log").open("ab"),
            start_new_session=True,
        )  # fmt: skip
        self.await_log(self.started())
        self._await_port()
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(_PATIENCE)
        self._temporary.cleanup()

    def _await_port(self) -> None:
        """Some say that they have started before they listen."""
        for _ in range(_PATIENCE * 50):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            assert self._process.poll() is None, f"{self.PROGRAM} ended: {self.log()}"
            threading.Event().wait(0.02)
        raise AssertionError(f"{self.PROGRAM} does not listen: {self.log()}")

    def _inside(self) -> list[str]:
        kit = UNPACKED if UNPACKED.is_dir() else self.folder
        return ["unshare", "--mount", "--propagation", "private", "sh", "-c", _MOUNT, "sh", str(self.folder), str(kit)]

    @property
    def program(self) -> str:
        """Its path in the namespace, where every user can walk to it."""
        return self._found.replace(str(UNPACKED), f"{self.folder}/kit", 1)

    def _lay_out(self) -> None:
        for name in ("kit", "etc", "run", "var/tmp", "var/spool", "var/log", "var/lib", "var/mail"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "var" / "run").symlink_to("/run")
        etc = self.folder / "etc"
        for name in _ETC:
            if Path("/etc", name).is_file():
                shutil.copy(Path("/etc", name), etc / name)
        if Path("/etc/ld.so.conf.d").is_dir():
            shutil.copytree("/etc/ld.so.conf.d", etc / "ld.so.conf.d")
        missing = {name: number for name, number in _USERS.items() if not _exists(name)}
        (etc / "passwd").write_text(Path("/etc/passwd").read_text() + "".join(f"{n}:x:{i}:{i}::/:/bin/false\n" for n, i in missing.items()))
        (etc / "group").write_text(Path("/etc/group").read_text() + "".join(f"{n}:x:{i}:\n" for n, i in missing.items()))
        (etc / "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
        (etc / "mailname").write_text("relay.example.net\n")
        libraries = sorted((UNPACKED / "usr" / "lib").glob("*-linux-gnu"))
        (etc / "ld.so.conf").write_text("".join(f"{self.folder}/kit/{path.relative_to(UNPACKED)}\n" for path in libraries))
        with Path("/etc/ld.so.conf").open() as own, (etc / "ld.so.conf").open("a") as conf:
            conf.write(own.read())

    def owned(self, folder: str, user: str, mode: int = 0o700) -> None:
        """Make a folder that a user of the daemon owns."""
        path = self.folder / folder
        path.mkdir(parents=True, exist_ok=True)
        number = pwd.getpwnam(user).pw_uid if _exists(user) else _USERS[user]
        os.chown(path, number, -1)
        path.chmod(mode)

    @abstractmethod
    def lay_out(self) -> None:
        """Write what this daemon reads."""

    @abstractmethod
    def command(self) -> list[str]:
        """How it is started in the foreground; it writes its log to standard error."""

    @abstractmethod
    def started(self) -> str:
        """What its log says when it listens."""

    def log(self) -> str:
        """What the daemon has written so far."""
        return "".join(
            path.read_text(errors="replace") for path in (self.folder / "log", *sorted((self.folder / "var" / "log").rglob("*log")))
        )

    def await_log(self, pattern: str, count: int = 1) -> None:
        """Wait until the log has `count` lines in which the regular expression is found."""
        deadline = time.monotonic() + _PATIENCE
        while len([line for line in self.log().splitlines() if re.search(pattern, line)]) < count:
            assert self._process.poll() is None, f"{self.PROGRAM} ended: {self.log()}"
            assert time.monotonic() < deadline, f"{pattern!r} is not in the log:\n{self.log()}"
            threading.Event().wait(0.02)


class OpenSmtpd(Daemon):
    """OpenSMTPD."""

    PACKAGE, PROGRAM = "opensmtpd", "smtpd"

    def lay_out(self) -> None:
        actions = "".join(f'action "{domain}" relay host "smtp://127.0.0.1:{port}"\n' for domain, port in self.routes.items())
        matches = "".join(f'match from any for domain "{domain}" action "{domain}"\n' for domain in self.routes)
        configuration = f"listen on 127.0.0.1 port {self.port} hostname relay.example.net\n{actions}{matches}"
        (self.folder / "etc" / "smtpd.conf").write_text(configuration)
        (self.folder / "var" / "lib" / "opensmtpd" / "empty").mkdir(parents=True)
        (self.folder / "var" / "spool" / "smtpd").mkdir(mode=0o711)

    def command(self) -> list[str]:
        return [self.program, "-d", "-f", "/etc/smtpd.conf"]

    def started(self) -> str:
        return "smtpd: .*startup|startup.*debug mode|OpenSMTPD .* starting"


class Exim(Daemon):
    """Exim 4; its queue is run every second."""

    PACKAGE, PROGRAM = "exim4-daemon-light", "exim4"

    def lay_out(self) -> None:
        self.owned("var/spool/exim4", "Debian-exim", 0o750)
        self.owned("var/log/exim4", "Debian-exim", 0o750)
        self.owned("run/exim4", "Debian-exim", 0o750)
        routes = " ; ".join(f"{domain} 127.0.0.1::{port}" for domain, port in self.routes.items())
        (self.folder / "etc" / "exim4").mkdir()
        (self.folder / "etc" / "exim4" / "exim4.conf").write_text(
            _EXIM.format(program=self.program, routes=routes, domains=" : ".join(self.routes))
        )

    def command(self) -> list[str]:
        return [self.program, "-bdf", "-q1s", "-oX", f"127.0.0.1.{self.port}"]

    def started(self) -> str:
        return "listening for SMTP"


_EXIM = """exim_path = {program}
primary_hostname = relay.example.net
log_file_path = /var/log/exim4/%slog
keep_environment =
tls_advertise_hosts =
host_lookup =
rfc1413_query_timeout = 0s
acl_smtp_rcpt = recipients
begin acl
recipients:
  accept domains = {domains}
  deny message = Unrouteable here
begin routers
ours:
  driver = manualroute
  route_list = "{routes}"
  transport = smtp
  self = send
  no_more
begin transports
smtp:
  driver = smtp
  allow_localhost
begin retry
* * F,1h,1s
"""


def _program(name: str, package: str) -> str:
    """The path of a daemon, unpacked or installed; or a skip that says how it is come by."""
    if os.getuid() != 0:
        pytest.skip(f"{name} wants to be started by root")
    places = f"{UNPACKED}/usr/sbin:{os.environ.get('PATH', '')}:/usr/sbin"
    found = shutil.which(name, path=places)
    if found is None:
        pytest.skip(f"{name} is neither installed nor in {UNPACKED} (scripts/interop unpacks the Debian package {package} there)")
    if subprocess.run(["unshare", "--mount", "--propagation", "private", "true"], stderr=subprocess.DEVNULL).returncode != 0:
        pytest.skip(f"{name} needs a mount namespace of its own, which this machine does not allow")
    return found


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True
