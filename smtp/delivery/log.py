"""TCPIP$SMTP_LOGFILE.LOG: what the queues and the symbiont have to say.

A new version is begun when a queue starts. Errors are always logged. Diagnostics are logged when TCPIP$SMTP_LOG_LEVEL asks for them: 2 adds start-up
and the control files, 3 the steps, 5 everything; TCPIP$SMTP_SYMB_TRACE adds the protocol alone, TCPIP$SMTP_VMSMAIL_PARSE the reading of addresses. With
TCPIP$SMTP_SYMB_SNAPSHOT_BLOCKS they are kept in a buffer until there is an error. fidelity: the format of the product's lines is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smtp.config.logicals import SmtpLogicals
from smtp.diagnostics import Snapshot, parsed, place_of_caller
from smtp.message.address import Address
from smtp.trace import traced_lines
from vmsemu.base.condition import VmsError
from vmsemu.services.putmsg import message_lines

if TYPE_CHECKING:
    from vmsemu.services.process import Process
    from vmsemu.services.record_file import RecordFile


_FULL = 5


@dataclass(frozen=True, slots=True)
class LogOptions:
    """What the logical names ask for. `snapshot_blocks` 0 is no snapshot."""

    level: int = 0
    trace: bool = False
    parse: bool = False
    line_numbers: bool = False
    snapshot_blocks: int = 0

    @classmethod
    def of(cls, process: Process) -> LogOptions:
        logicals = SmtpLogicals(process)
        full = logicals.log_level >= _FULL
        return cls(
            logicals.log_level,
            full or logicals.switch("SYMB_TRACE"),
            full or logicals.switch("VMSMAIL_PARSE"),
            logicals.switch("LOG_LINE_NUMBERS"),
            logicals.number("SYMB_SNAPSHOT_BLOCKS"),
        )


class SymbiontLog:
    """The log of one symbiont process. A log that can not be written (/NOLOG, full disk) does not stop the mail."""

    def __init__(self, process: Process, spec: str, options: LogOptions) -> None:
        self._process = process
        self._spec = spec
        self._options = options
        self._snapshot = Snapshot(options.snapshot_blocks) if options.snapshot_blocks else None
        self._file: RecordFile | None = None
        self._written = False
        self.level = options.level

    def write(self, text: str, level: int = 0) -> None:
        """Log a line if the level asks for it. Level 0 is an error, and is preceded by the diagnostics that led to it."""
        if level > self.level or not self._spec:
            return
        line = self._line(text)
        if level:
            self._diagnose(line)
        else:
            if self._snapshot is not None:
                self._signal()
            self._put(line)

    def error(self, error: VmsError) -> None:
        """Log a condition and what is chained below it."""
        self._signal()
        for line in message_lines(error.message):
            self._put(self._line(line))

    def trace(self, direction: str, data: bytes) -> None:
        """Protocol data, when they are wanted."""
        if self._options.trace:
            for text in traced_lines(direction, data):
                self._diagnose(self._line(text))

    def parsed(self, address: Address) -> None:
        """How an address was read, when that is wanted."""
        if self._options.parse:
            self._diagnose(self._line(parsed(address)))

    def flush(self) -> None:
        """Let readers see what has been written (at the end of each job)."""
        if self._file is not None and self._written:
            self._written = False
            try:
                self._file.flush()
            except VmsError:
                return

    def end(self) -> None:
        """The symbiont stops: what the snapshot still holds is written."""
        self._signal()
        self.flush()

    def _line(self, text: str) -> str:
        number = f"{place_of_caller(3)}: " if self._options.line_numbers else ""
        return f"{self._process.system.now.to_text()} {number}{text}"

    def _diagnose(self, line: str) -> None:
        if self._snapshot is not None:
            self._snapshot.add(line)
        else:
            self._put(line)

    def _signal(self) -> None:
        for line in self._snapshot.take() if self._snapshot is not None else ():
            self._put(line)

    def _put(self, line: str) -> None:
        if not self._spec:
            return
        try:
            if self._file is None:
                self._file = self._process.files.create(self._spec, shared=True)
            self._file.put(line.encode("latin-1", "replace"))
            self._written = True
        except VmsError:
            return
