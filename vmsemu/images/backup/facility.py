"""The messages of BACKUP, and how it tells the errors of the file system: BACKUP does not go through RMS, so the line below is SYSTEM's own."""

from __future__ import annotations

from vmsemu.base.condition import Message, VmsError
from vmsemu.tables.facilities import RMS, SS
from vmsemu.tables.message import Facility

BACKUP = Facility(__package__, "backup.msg")


def cause_of(error: VmsError) -> Message:
    """The condition of the file system in an error of RMS."""
    if error.matches(RMS.FEX):
        return SS.DUPFILENAME()
    below = [message for message in error.message.chain() if message.definition.facility == "SYSTEM"]
    return below[-1] if below else error.message
