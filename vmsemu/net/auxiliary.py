"""The auxiliary server: listens for every enabled service and gives each connection a process.

Theory of operation. The process TCPIP$INETACP owns it. `enable` opens the service's port and starts a task that accepts; for each connection a
BG device is made and a NETWORK process is created under the service's account, with SYS$NET naming the device. The process executes the
service's command procedure, its output goes to a log named after the procedure in the account's default directory, a new version each time.
When the process ends, the connection and its device go.

A log that can not be created because its versions are used up does not stop the service; the managers' trick of a log with version 32767
rests on that (third-party). A missing account or directory does: the connection is closed and the failure reported.

Source: Management 1.4-1.6; tcpip reference, auxiliary server. fidelity: SYS$REM_NODE is the address in text (V5 form); SYS$REM_ID, which
carries a remote user name where proxies are used, is the remote port.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any

from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.files.control import Share
from vmsemu.kernel.task import Task
from vmsemu.lnm.names import AccessMode
from vmsemu.net.port import Connection, Listener
from vmsemu.net.service import LogOption, ServiceRecord
from vmsemu.net.socket_device import SocketDevice
from vmsemu.net.stack import NetworkStack
from vmsemu.opcom.opcom import operator_message
from vmsemu.services.creprc import create_process
from vmsemu.services.log_stream import LogStream
from vmsemu.services.process import MAX_PROCESS_NAME, Process, ProcessMode
from vmsemu.services.stream import NullStream
from vmsemu.services.system import System
from vmsemu.tables.facilities import RMS

ProcedureRunner = Callable[[Process, str, Sequence[str]], Coroutine[Any, Any, ConditionValue]]
OWNER = "TCPIP$INETACP"


class RunningService:
    """An enabled service: its record as it was when it was enabled, and its counters."""

    __slots__ = ("active", "connections", "listener", "peak", "record", "task")

    def __init__(self, record: ServiceRecord, listener: Listener) -> None:
        self.record = record
        self.listener = listener
        self.task: Task | None = None
        self.active = 0
        self.peak = 0
        self.connections = 0


class AuxiliaryServer:
    """A part of the system. `run_procedure` executes a command procedure in a process; `report` takes a line for the operator."""

    def __init__(self, system: System, run_procedure: ProcedureRunner, report: Callable[[str], None] | None = None) -> None:
        self._system = system
        self._run_procedure = run_procedure
        self._report = report or (lambda text: operator_message(system, "INTERnet", [text]))
        self._services: dict[tuple[str, str], RunningService] = {}
        self.process: Process | None = None

    # -- the server process ------------------------------------------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        return self.process is not None

    def start(self) -> Process:
        """Create TCPIP$INETACP. Starting twice is harmless."""
        if self.process is None:
            self.process = create_process(
                self._system, username="SYSTEM", name=OWNER, mode=ProcessMode.OTHER, input=NullStream(), output=NullStream(), error=None,
                main=self._main, priority=10, login=False,
            )  # fmt: skip
        return self.process

    def stop(self) -> None:
        """Disable every service and end TCPIP$INETACP. Connections that are open go on."""
        for name in [service.record.name for service in self]:
            self.disable(name)
        if self.process is not None:
            self.process.wake()
            self.process = None

    async def _main(self, process: Process) -> ConditionValue:
        try:
            await process.hibernate()
        finally:
            if self.process is process:
                self.process = None
                self.stop()
        return ConditionValue(1)

    # -- services ----------------------------------------------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[RunningService]:
        """The enabled services in order of name."""
        return iter([self._services[key] for key in sorted(self._services)])

    def find(self, name: str) -> RunningService | None:
        return next((service for service in self if service.record.name == name.upper()), None)

    def enable(self, record: ServiceRecord) -> None:
        """Listen for a service; enabling it again takes its changed record. Errors: SS.DUPLNAM when the port is in use, SS.UNREACHABLE."""
        key = record.name, record.address
        old = self._services.pop(key, None)
        if old is not None:
            old.listener.close()
        listener = self._system.part(NetworkStack).network.listen(record.address, record.port)
        service = RunningService(record, listener)
        self._services[key] = service
        service.task = self._system.kernel.start(self._serve(service), f"{OWNER} {record.name}")
        self._event(record, LogOption.ACTIVATE, "activated")

    def disable(self, name: str) -> int:
        """Stop listening; processes that serve a connection go on. Returns how many entries were enabled."""
        found = [key for key in self._services if key[0] == name.upper()]
        for key in found:
            service = self._services.pop(key)
            service.listener.close()
            self._event(service.record, LogOption.DEACTIVATE, "deactivated")
        return len(found)

    async def _serve(self, service: RunningService) -> None:
        while True:
            try:
                connection = await service.listener.accept()
            except VmsError:
                return
            self._admit(service, connection)

    def _admit(self, service: RunningService, connection: Connection) -> None:
        """One request: refuse it, or create its process."""
        record = service.record
        address, port = connection.peer
        if record.accept_hosts and address not in record.accept_hosts:
            self._refuse(record, connection, "host rejected")
            return
        if service.active >= record.limit:
            self._refuse(record, connection, "limit reached")
            return
        stack = self._system.part(NetworkStack)
        device = stack.open_device(self._system, connection, record.name)
        try:
            process = self._create(service, device)
        except VmsError as error:
            stack.close_device(self._system, device)
            self._failed(error)
            return
        service.active += 1
        service.connections += 1
        service.peak = max(service.peak, service.active)
        process.rundown.append(lambda: self._ended(service, device))
        self._event(record, LogOption.CONNECT, "connected", address, port)

    def _refuse(self, record: ServiceRecord, connection: Connection, reason: str) -> None:
        try:
            if record.reject_message:
                connection.write(record.reject_message.encode("latin-1", "replace") + b"\r\n")
        except VmsError:
            pass
        connection.close()
        self._event(record, LogOption.REJECT, reason, *connection.peer)

    def _create(self, service: RunningService, device: SocketDevice) -> Process:
        record = service.record
        log = LogStream(self._system.kernel)

        async def main(process: Process) -> ConditionValue:
            if not self._open_log(process, record, log):
                return ConditionValue(0)
            return await self._run_procedure(process, record.file, ())

        tail = f"_{device.name.rstrip(':')}"
        name = (record.process_name or record.name)[: MAX_PROCESS_NAME - len(tail)] + tail
        process = create_process(
            self._system,
            username=record.user_name,
            name=name,
            mode=ProcessMode.NETWORK,
            input=NullStream(),
            output=log,
            error=log,
            main=main,
        )
        names = process.names
        address, port = device.connection.peer
        for logical, value in (("SYS$NET", device.name), ("SYS$REM_NODE", address), ("SYS$REM_ID", str(port))):
            names.define(logical, [value], mode=AccessMode.EXEC)
        return process

    def _open_log(self, process: Process, record: ServiceRecord, log: LogStream) -> bool:
        """The log of one server process: the procedure's name with type LOG, in the default directory of the account."""
        name = record.file.rpartition(":")[2].rpartition("]")[2].partition(";")[0].partition(".")[0]
        try:
            log.open(process.files.create(f"SYS$LOGIN:{name}.LOG", share=Share.READ))
        except VmsError as error:
            if error.matches(RMS.DNF, RMS.DEV, RMS.DIR, RMS.PRV):
                self._failed(error)
                return False
        return True

    def _failed(self, error: VmsError) -> None:
        definition = error.message.definition
        self._report(f"Internet ACP AUXS failure  Status = %{definition.facility}-{definition.severity.letter}-{definition.ident}")

    def _ended(self, service: RunningService, device: SocketDevice) -> None:
        service.active -= 1
        self._system.part(NetworkStack).close_device(self._system, device)
        self._event(service.record, LogOption.LOGOUT, "disconnected", *device.connection.peer)

    def _event(self, record: ServiceRecord, option: LogOption, what: str, address: str = "", port: int = 0) -> None:
        """fidelity: the texts of these events are not known."""
        if record.log_options & option:
            where = f" Remote: {address} port: {port}" if address else ""
            self._report(f"INTERnet ACP Service {record.name} {what}{where}")
