"""From power-up to the STARTUP process: the names that exist before any procedure runs, and the processes of the executive.

Source: OpenVMS Internals, "Bootstrap processing"; names and process set as after a boot of V7.3.
"""

from __future__ import annotations

from vmsemu.lnm.names import AccessMode
from vmsemu.lnm.table import Translation
from vmsemu.services.cluster import Cluster
from vmsemu.services.creprc import create_process, idle
from vmsemu.services.process import ProcessMode
from vmsemu.services.stream import NullStream
from vmsemu.services.system import System
from vmsemu.startup.kit import LABEL, ROOT

SYSTEM_DISK = "DKA0:"
_EXECUTIVE = ("IPCACP", "ERRFMT", "OPCOM", "AUDIT_SERVER", "SECURITY_SERVER", "TP_SERVER")


def define_bootstrap_names(system: System, utc_offset: int, root: str = ROOT) -> None:
    """The names SYSBOOT and SYSINIT define: where the system disk and its roots are, and the time zone (seconds east of UTC)."""
    names = system.logical_names

    def concealed(text: str) -> Translation:
        return Translation(text, concealed=True, terminal=True)

    names.define_system("SYS$SYSDEVICE", concealed(SYSTEM_DISK))
    names.define_system("SYS$DISK", SYSTEM_DISK)
    names.define_system(f"DISK${LABEL}", concealed(SYSTEM_DISK))
    names.define_system("SYS$TOPSYS", root)
    names.define_system("SYS$SPECIFIC", concealed(f"{SYSTEM_DISK}[{root}.]"))
    names.define_system("SYS$COMMON", concealed(f"{SYSTEM_DISK}[{root}.SYSCOMMON.]"))
    names.define_system("SYS$SYSROOT", concealed(f"{SYSTEM_DISK}[{root}.]"), Translation("SYS$COMMON:"))
    names.define_system("SYS$SYSDISK", "SYS$SYSROOT:")
    names.define_system("SYS$SYSTEM", "SYS$SYSROOT:[SYSEXE]")
    names.define_system("SYS$MANAGER", "SYS$SYSROOT:[SYSMGR]")
    names.define_system("SYS$SHARE", "SYS$SYSROOT:[SYSLIB]")
    names.define_system("SYS$LIBRARY", "SYS$SYSROOT:[SYSLIB]")
    names.define_system("SYS$SYLOGIN", "SYS$MANAGER:SYLOGIN")
    names.define_system("SYS$TIMEZONE_DIFFERENTIAL", str(utc_offset), mode=AccessMode.EXEC)
    hours, minutes = divmod(abs(utc_offset) // 60, 60)
    sign = "-" if utc_offset < 0 else "+"
    distance = f"{hours}:{minutes:02d}" if minutes else str(hours)
    names.define_system("SYS$TIMEZONE_NAME", "GMT" if utc_offset == 0 else f"GMT{sign}{distance}")
    names.define_system("SYS$TIMEZONE_RULE", f"GMT^{'-' if utc_offset > 0 else ''}{distance}", mode=AccessMode.EXEC)
    names.define_system("NL", "NLA0:")
    names.define_system("$CONSOLE", "_OPA0:")


def create_executive_processes(system: System) -> None:
    """SWAPPER and the servers every node shows, and those of a cluster."""
    cluster = ("CLUSTER_SERVER", "CONFIGURE") if Cluster in system.parts else ()
    priorities = {"CLUSTER_SERVER": 13, "CONFIGURE": 10, "IPCACP": 10}
    for name, priority in (("SWAPPER", 16), *((n, priorities.get(n, 8)) for n in (*cluster, *_EXECUTIVE))):
        create_process(
            system, username="SYSTEM", name=name, mode=ProcessMode.OTHER, input=NullStream(), output=NullStream(), error=None,
            main=idle, priority=priority, login=False,
        )  # fmt: skip
