"""An enabled service: its record as it was when it was enabled, its sockets, its counters, and what it reports.

Events that /LOG_OPTIONS asks for go to the operators and, with FILE=, to a file as well. Failures always go to the operators; a service that fails again
and again says so 20 times in a minute and no more, so that a flood of connections does not become a flood of messages.

Source: SHOW SERVICE/FULL; Management 1.5; tcpip reference, auxiliary server. fidelity: the texts of events are not known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.files.control import Share
from vmsemu.net.access import AccessList
from vmsemu.net.port import DatagramSocket, Listener, StreamOptions
from vmsemu.net.service import LogOption, ServiceRecord, SocketOption
from vmsemu.tables.facilities import RMS

if TYPE_CHECKING:
    from vmsemu.services.process import Process
    from vmsemu.services.record_file import RecordFile

_FAILURES = 20
_MINUTE = DeltaTime.of(minutes=1)
Report = Callable[[str], None]


class RunningService:
    """A service that is enabled. `report` tells the operators; `owner` is the process whose file rights the log is written with."""

    def __init__(self, record: ServiceRecord, sockets: Sequence[Listener | DatagramSocket], report: Report, owner: Process | None) -> None:
        self.record = record
        self.active = 0
        self.peak = 0
        self.connections = 0
        self._successor: RunningService | None = None
        self.access = AccessList(record.accept_hosts, record.accept_networks, record.reject_hosts, record.reject_networks)
        self.stream_options = _stream_options(record)
        self._sockets = tuple(sockets)
        self._report = report
        self._owner = owner
        self._log: RecordFile | None = None
        self._failures = 0
        self._failing_since: VmsTime | None = None

    def opened(self) -> None:
        """A connection has its process now."""
        self.active += 1
        self.connections += 1
        self.peak = max(self.peak, self.active)

    def ended(self) -> None:
        """The process of a connection is gone."""
        self.active -= 1
        if self._successor is not None:
            self._successor.ended()

    def follow(self, former: RunningService) -> None:
        """Count the processes that are left from when the service was enabled before: the limit is for all of them."""
        self.active = self.peak = former.active
        former._successor = self

    def close(self) -> None:
        """No more connections come; those that are there go on."""
        for socket in self._sockets:
            socket.close()
        self._event(LogOption.DEACTIVATE, "deactivated")
        if self._log is not None:
            log, self._log = self._log, None
            log.close()

    # -- what happened -------------------------------------------------------------------------------------------------------------------

    def activated(self) -> None:
        self._event(LogOption.ACTIVATE, "activated")

    def modified(self) -> None:
        self._event(LogOption.MODIFY, "modified")

    def event(self, option: LogOption, what: str, address: str, port: int) -> None:
        """An event of a connection."""
        if int(self.record.log_options) & int(option):
            self._event(option, f"{what} Remote: {address} port: {port}")

    def _event(self, option: LogOption, what: str) -> None:
        if int(self.record.log_options) & int(option):
            text = f"INTERnet ACP Service {self.record.name} {what}"
            self._report(text)
            if self.record.log_file:
                self._write(text)

    def failed(self, error: VmsError, now: VmsTime) -> None:
        """A connection whose process could not be made, or could not do its work."""
        if self._failing_since is None or now >= self._failing_since + _MINUTE:
            self._failing_since, self._failures = now, 0
        self._failures += 1
        if self._failures <= _FAILURES:
            text = failure_text(error)
            self._report(text)
            if self.record.log_file and self.record.log_options & LogOption.ERROR:
                self._write(text)

    def _write(self, text: str) -> None:
        """Append to the log file. One that can not be written stops nobody."""
        if self._owner is None:
            return
        try:
            if self._log is None or self._log.closed:
                self._log = _open_log(self._owner, self.record.log_file)
            self._log.put_text(f"{self._owner.system.now.to_text()} {text}")
            self._log.flush()
        except VmsError:
            self._log = None


def failure_text(error: VmsError) -> str:
    """`Internet ACP AUXS failure  Status = %RMS-E-DNF`, as the operators see it."""
    definition = error.message.definition
    return f"Internet ACP AUXS failure  Status = %{definition.facility}-{definition.severity.letter}-{definition.ident}"


def _open_log(owner: Process, spec: str) -> RecordFile:
    """The newest version, to write behind what it has; a first one when there is none."""
    try:
        return owner.files.open(spec, default=".LOG", append=True, share=Share.READ)
    except VmsError as error:
        if not error.matches(RMS.FNF):
            raise
        return owner.files.create(spec, default=".LOG", share=Share.READ)


def _stream_options(record: ServiceRecord) -> StreamOptions | None:
    """None when the service asks for nothing."""
    keepalive = bool(record.socket_options & SocketOption.KEEPALIVE)
    options = StreamOptions(keepalive, record.probe_timer, record.drop_count, record.receive, record.send)
    return options if keepalive or record.receive or record.send else None
