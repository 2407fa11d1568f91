"""The SMTP product of TCP/IP Services as the machine installs it: its files, its images, its parts of a running node.

The files of the kit stand in disk/manifest.txt. What the configuration of SMTP adds (the account TCPIP$SMTP with its directory and files) is
made by TCPIP$CONFIG.COM; a fresh disk that comes configured has it from the beginning, and the rest, the databases, is made by
TCPIP$FIRST_BOOT.COM at its first boot.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from typing import TYPE_CHECKING

from vmsemu.startup.product import Configured, DiskDirectory, DiskFile

if TYPE_CHECKING:
    from vmsemu.security.sysuaf import UafRecord
    from vmsemu.services.system import System

_GROUP = 0o3655
_DIRECTORY = DiskDirectory("[SYS0.TCPIP$SMTP]", "[3655,3]", "S:RWE,O:RWE,G:RE,W:E")
_COMMANDS = ("@SYS$STARTUP:TCPIP$STARTUP", "@SYS$STARTUP:TCPIP$SHUTDOWN")


class SmtpProduct:
    """The entry point of the group `vmsemu.products`."""

    name = "smtp"
    image_packages = ("smtp.images",)
    images = (
        "TCPIP$FINGER", "TCPIP$FINGER_SERVER", "TCPIP$POP_SERVER", "TCPIP$SIMPLE_SERVER", "TCPIP$SMTP_RECEIVER", "TCPIP$SMTP_SFF",
        "TCPIP$SMTP_SYMBIONT", "TCPIP$UCP",
    )  # fmt: skip
    shareable_images = ("TCPIP$SMTP_MAILSHR", "TCPIP$SMTP_PARSESHR")

    def disk_directories(self) -> Iterable[DiskDirectory]:
        return (DiskDirectory("[SYS0.SYSCOMMON.SYSHLP.EXAMPLES.TCPIP]"),)

    def disk_files(self) -> Iterable[DiskFile]:
        return _files("manifest.txt")

    def configured(self) -> Configured:
        return Configured(
            accounts=(_account(),),
            groups=(("TCPIP$AUX", _GROUP),),
            directories=(_DIRECTORY,),
            files=tuple(_files("configured.txt")),
            commands=_COMMANDS,
        )

    def attach(self, system: System) -> None:
        """Add the parts: the auxiliary server, what SMTP keeps between its processes, and the SMTP transport of MAIL."""
        from smtp.node import attach

        attach(system)


def _files(manifest: str) -> Iterable[DiskFile]:
    folder = files("smtp") / "disk"
    for line in (folder / manifest).read_text("ascii").splitlines():
        if line and not line.startswith("!"):
            source, spec, owner, protection = line.split()
            yield DiskFile(spec, (folder / source).read_text("latin-1"), protection, owner)


def _account() -> UafRecord:
    """TCPIP$SMTP as TCPIP$CONFIG makes it."""
    from vmsemu.base.privilege import Privilege, PrivilegeSet
    from vmsemu.base.time import DeltaTime
    from vmsemu.base.uic import Uic
    from vmsemu.security.fresh import GENEROUS, SERVICE_FLAGS
    from vmsemu.security.sysuaf import NO_ACCESS, NORMAL_PRIVILEGES, AccessHours, UafRecord

    privileges = NORMAL_PRIVILEGES | PrivilegeSet.of(Privilege.SYSPRV)
    closed = (NO_ACCESS, NO_ACCESS)
    return UafRecord(
        "TCPIP$SMTP", Uic(_GROUP, 3), account="TCPIP", owner="TCPIP$SMTP", device="SYS$SPECIFIC:", directory="[TCPIP$SMTP]",
        flags=SERVICE_FLAGS, hours=AccessHours(local=closed, dialup=closed, remote=closed), authorized=privileges, default=privileges,
        quotas=GENEROUS, password_lifetime=DeltaTime(0),
    )  # fmt: skip


PRODUCT = SmtpProduct()
