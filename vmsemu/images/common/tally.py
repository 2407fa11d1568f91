"""Deleting files one by one with /LOG and a total: what DELETE and PURGE share."""

from __future__ import annotations

from vmsemu.base.condition import Message
from vmsemu.images.context import ImageContext
from vmsemu.services.rms import FoundFile
from vmsemu.tables.message import Facility


class DeletionTally:
    """Counts what goes; `one` and `total` name the messages of the facility."""

    def __init__(self, ctx: ImageContext, facility: Facility, one: str) -> None:
        self._ctx = ctx
        self._log = ctx.cli.present("LOG")
        self._one = facility.definitions[one]
        self._total = facility.definitions["TOTAL"]
        self.files = 0
        self._blocks = 0

    def erase(self, found: FoundFile) -> None:
        """Delete a file and log it. Errors: those of $ERASE."""
        allocated = found.header.allocated
        self._ctx.files.erase(found)
        self.files += 1
        self._blocks += allocated
        self._show(self._one(found.spec, allocated))

    def finish(self) -> None:
        """The total of two or more files."""
        if self.files > 1:
            self._show(self._total(self.files, self._blocks))

    def _show(self, message: Message) -> None:
        if self._log:
            self._ctx.put_message(message)
