"""Log files of batch jobs and network processes, as output streams.

Source: SET OUTPUT_RATE; User's Manual, "Batch jobs".
"""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.kernel.kernel import Kernel, Timer
from vmsemu.services.record_file import RecordFile, abandon

OUTPUT_RATE = DeltaTime.of(minutes=1)


class LogStream:
    """A log file as an output stream; without a file (/NOLOG_FILE, or until it is open) what is written vanishes.

    What was written can be read by others after a while (`rate`), at the latest when the process ends. The file is opened for others to read.
    """

    is_terminal = False

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._file: RecordFile | None = None
        self._partial = ""
        self._timer: Timer | None = None
        self.rate = OUTPUT_RATE
        self.name = "NLA0:"
        self.opened = False

    def open(self, file: RecordFile) -> None:
        self._file = file
        self.name = file.spec.to_text()
        self.opened = True

    def write(self, text: str) -> None:
        if self._file is not None:
            self._put(self._partial + text)
            self._partial = ""
            if self._timer is None:
                self._timer = self._kernel.call_at(VmsTime(self._kernel.now + self.rate), self._flush)

    def _put(self, text: str) -> None:
        """fidelity: a record for which the disk has no room is left out; the process that writes it goes on."""
        assert self._file is not None
        try:
            self._file.put(text.encode("latin-1", "replace"))
        except VmsError:
            return

    def _flush(self) -> None:
        self._timer = None
        if self._file is not None:
            try:
                self._file.flush()
            except VmsError:
                return

    def write_raw(self, text: str) -> None:
        *lines, self._partial = (self._partial + text).replace("\r", "").split("\n")
        for line in lines:
            self.write(line)

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._file is None:
            return
        if self._partial:
            self._put(self._partial)
        file, self._file = self._file, None
        try:
            file.close()
        except VmsError:
            abandon(file)
