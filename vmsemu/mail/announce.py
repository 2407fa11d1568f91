"""The notice of new mail at login.

LOGINOUT shows these lines after those about earlier logins. fidelity: twelve blanks before the text; a transcript cannot tell them from a TAB and
four blanks. Source: transcript of an Alpha V7.3-1 login.
"""

from __future__ import annotations

from vmsemu.mail.callable import Mail
from vmsemu.security.sysuaf import UafFlags, UafRecord
from vmsemu.services.system import System

_INDENT = " " * 12


def login_announcement(system: System, record: UafRecord) -> list[str]:
    """An empty line, `You have 1 new Mail message.`, an empty line; nothing without new mail or with the flag DisNewMail."""
    if record.flags & UafFlags.DISNEWMAIL:
        return []
    count = system.part(Mail).profiles.count(record.username)
    if not count:
        return []
    return ["", f"{_INDENT}You have {count} new Mail message{'' if count == 1 else 's'}.", ""]
