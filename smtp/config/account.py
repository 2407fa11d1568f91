"""The account TCPIP$SMTP, in whose login directory SMTP has its control files and, by default, its log.

The directory is the one that the SYSUAF has now (MODIFY TCPIP$SMTP/DIRECTORY=...); without the account it is the one that the configuration gives it.
Lists and local aliases keep their own places. Source: Management 17.1.2, 17.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vmsemu.security.sysuaf import UafRecord
    from vmsemu.services.system import System

ACCOUNT = "TCPIP$SMTP"
CONFIGURED = "SYS$SPECIFIC:[TCPIP$SMTP]"
"""Where the configuration puts it, and where mail may still lie when the account has got another directory."""


def account(system: System) -> UafRecord | None:
    """The record of the account; None when there is none."""
    return system.sysuaf.get(ACCOUNT)


def login_directory(record: UafRecord | None) -> str:
    """Device and directory, to be followed by a name."""
    return record.device + record.directory if record is not None and record.directory else CONFIGURED
