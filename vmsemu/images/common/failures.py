"""Why a file could not be deleted, as DELETE and PURGE say it: a refusal and a lock without the line of the file system below."""

from __future__ import annotations

from vmsemu.base.condition import Message, VmsError
from vmsemu.tables.facilities import RMS


def refusal(error: VmsError) -> Message:
    """The message chained below FILNOTDEL and FILNOTPUR."""
    if error.matches(RMS.PRV, RMS.FLK):
        return Message(error.message.definition, error.message.parameters)
    return error.message
