"""The SMTP product of TCP/IP Services as the machine installs it: its files, its images, its parts of a running node."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from vmsemu.services.system import System
from vmsemu.startup.product import DiskDirectory, DiskFile

DIRECTORY = "[SYS0.TCPIP$SMTP]"
OWNER = "[3655,3]"


class SmtpProduct:
    """The entry point of the group `vmsemu.products`."""

    name = "smtp"
    image_packages = ("smtp.images",)
    images = ("TCPIP$SMTP_RECEIVER", "TCPIP$SMTP_SFF", "TCPIP$SMTP_SYMBIONT", "TCPIP$UCP")
    # The account TCPIP$SMTP belongs to the accounts of a fresh system.
    accounts: tuple[Any, ...] = ()

    def disk_directories(self) -> Iterable[DiskDirectory]:
        return (DiskDirectory(DIRECTORY, OWNER, "S:RWE,O:RWE,G:RE,W:E"),)

    def disk_files(self) -> Iterable[DiskFile]:
        folder = files("smtp") / "disk"
        for line in (folder / "manifest.txt").read_text("ascii").splitlines():
            if line and not line.startswith("!"):
                source, spec, owner, protection = line.split()
                yield DiskFile(spec, (folder / source).read_text("latin-1"), protection, owner)

    def attach(self, system: System) -> None:
        """Add the parts: the auxiliary server, what SMTP keeps between its processes, and the SMTP transport of MAIL."""
        from smtp.node import attach

        attach(system)


PRODUCT = SmtpProduct()
