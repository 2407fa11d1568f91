"""TCPIP$SMTP_LOGFILE.LOG: what the queues and the symbiont have to say.

A new version is begun when a queue starts. Without TCPIP$SMTP_LOG_LEVEL only errors are logged; 2 adds start-up and the control files, 3 the steps,
5 everything. fidelity: the format of the product's lines is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmsemu.base.condition import VmsError
from vmsemu.services.putmsg import message_lines

if TYPE_CHECKING:
    from vmsemu.services.process import Process
    from vmsemu.services.record_file import RecordFile


class SymbiontLog:
    """The log of one symbiont process. A log that can not be written (/NOLOG, full disk) does not stop the mail."""

    def __init__(self, process: Process, spec: str, level: int) -> None:
        self._process = process
        self._spec = spec
        self._file: RecordFile | None = None
        self._written = False
        self.level = level

    def write(self, text: str, level: int = 0) -> None:
        """Log a line if the level asks for it; errors are level 0."""
        if level > self.level or not self._spec:
            return
        try:
            if self._file is None:
                self._file = self._process.files.create(self._spec, shared=True)
            self._file.put_text(f"{self._process.system.now.to_text()} {text}")
            self._written = True
        except VmsError:
            return

    def error(self, error: VmsError) -> None:
        """Log a condition and what is chained below it."""
        for line in message_lines(error.message):
            self.write(line)

    def flush(self) -> None:
        """Let readers see what has been written (at the end of each job)."""
        if self._file is not None and self._written:
            self._written = False
            try:
                self._file.flush()
            except VmsError:
                return
