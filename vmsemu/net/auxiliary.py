"""The auxiliary server: listens for every enabled service and gives each connection a process.

Theory of operation. The process TCPIP$INETACP owns it. `enable` opens the service's port and starts a task that accepts; for each connection a
BG device is made and a NETWORK process is created under the service's account, with SYS$NET naming the device. The process executes the
service's command procedure, its output goes to a log named after the procedure in the account's default directory, a new version each time.
When the process ends, the connection and its device go. A UDP service has one process at a time: the first datagram starts it, those that follow
are its to read, and the next one after its end starts another.

A log that can not be created because its versions are used up does not stop the service; the managers' trick of a log with version 32767
rests on that (third-party). An account that is missing, disabled or expired, a missing directory or procedure does: the connection is closed and
the failure reported. A flood of connections gives way to other work every few connections.

Source: Management 1.4-1.6; tcpip reference, auxiliary server. fidelity: SYS$REM_NODE is the address in text (V5 form), and so is
SYS$REM_NODE_FULLNAME; SYS$REM_ID, which carries a remote user name where proxies are used, is the remote port; of TT only its beginning is known.
/FLAGS=MULTITHREAD asks that the server listens on while a process has the connection, which it does for every service.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any

from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.time import DeltaTime
from vmsemu.files.control import Share
from vmsemu.kernel.kernel import give_way
from vmsemu.lnm.names import AccessMode, LogicalName, NameAttribute, Translation
from vmsemu.net.datagrams import DatagramConnection
from vmsemu.net.port import Connection, DatagramSocket, Listener
from vmsemu.net.running_service import RunningService
from vmsemu.net.service import LogOption, ServiceRecord
from vmsemu.net.socket_device import SocketDevice
from vmsemu.net.stack import NetworkStack
from vmsemu.opcom.opcom import operator_message
from vmsemu.services.creprc import create_process
from vmsemu.services.log_stream import LogStream
from vmsemu.services.loginout import check_account
from vmsemu.services.process import MAX_PROCESS_NAME, Process, ProcessMode
from vmsemu.services.stream import NullStream
from vmsemu.services.system import System
from vmsemu.tables.facilities import RMS

ProcedureRunner = Callable[[Process, str, Sequence[str]], Coroutine[Any, Any, ConditionValue]]
OWNER = "TCPIP$INETACP"
_BURST = 16
_EXEC, _NONE = AccessMode.EXEC, NameAttribute.NONE
_CONNECTED = LogOption.CONNECT | LogOption.ADDRESS


class AuxiliaryServer:
    """A part of the system. `run_procedure` executes a command procedure in a process; `report` takes a line for the operator."""

    def __init__(self, system: System, run_procedure: ProcedureRunner, report: Callable[[str], None] | None = None) -> None:
        self._system = system
        self._run_procedure = run_procedure
        self._report = report or (lambda text: operator_message(system, "INTERnet", [text]))
        self._services: dict[tuple[str, str], RunningService] = {}
        self._former: dict[tuple[str, str], RunningService] = {}
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
        for service in self:
            self.disable(service.record.name)
        if self.process is not None:
            self.process.wake()
            self.process = None

    async def _main(self, process: Process) -> ConditionValue:
        try:
            await process.hibernate()
        finally:
            if self.process is process:
                self.stop()
        return ConditionValue(1)

    # -- services ----------------------------------------------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[RunningService]:
        """The enabled services in order of name and address."""
        return iter([self._services[key] for key in sorted(self._services)])

    def find(self, name: str, address: str = "") -> RunningService | None:
        """The first enabled service of that name, or the one at that address."""
        return next((s for s in self if s.record.name == name.upper() and (not address or s.record.address == address)), None)

    def enable(self, record: ServiceRecord) -> None:
        """Listen for a service. One that is enabled stays as it is: a changed record takes `disable` first.

        Errors: SS.DUPLNAM when the port is in use, SS.UNREACHABLE.
        """
        if (record.name, record.address) in self._services:
            return
        streams, datagrams = self._open_sockets(record)
        service = RunningService(record, [*streams, *datagrams], self._report, self.process)
        self._services[record.name, record.address] = service
        former = self._former.pop((record.name, record.address), None)
        if former is not None:
            service.follow(former)
        for listener in streams:
            self._system.kernel.start(self._serve(service, listener), f"{OWNER} {record.name}")
        for socket in datagrams:
            self._system.kernel.start(self._serve_datagrams(service, socket), f"{OWNER} {record.name} UDP")
        service.activated()

    def _open_sockets(self, record: ServiceRecord) -> tuple[list[Listener], list[DatagramSocket]]:
        network = self._system.part(NetworkStack).network
        streams = [network.listen(record.address, record.port)] if "TCP" in record.protocols else []
        try:
            return streams, [network.receive_datagrams(record.address, record.port)] if "UDP" in record.protocols else []
        except VmsError:
            for listener in streams:
                listener.close()
            raise

    def disable(self, name: str, address: str = "") -> int:
        """Stop listening; processes that serve a connection go on. Returns how many entries were enabled."""
        found = [key for key in self._services if key[0] == name.upper() and address in ("", key[1])]
        for key in found:
            service = self._former[key] = self._services.pop(key)
            service.close()
        return len(found)

    def modified(self, record: ServiceRecord) -> None:
        """SET SERVICE has changed the definition of a service; an enabled one goes on as it is, and says so if it was asked to."""
        service = self.find(record.name, record.address)
        if service is not None:
            service.modified()

    # -- connections -------------------------------------------------------------------------------------------------------------------

    async def _serve(self, service: RunningService, listener: Listener) -> None:
        burst = 0
        while True:
            try:
                connection = await listener.accept()
            except VmsError:
                return
            self._admit(service, connection)
            burst += 1
            if burst % _BURST == 0:
                await give_way()

    def _admit(self, service: RunningService, connection: Connection) -> None:
        """One request: refuse it, or create its process."""
        if not service.access.admits(connection.peer[0]):
            self._refuse(service, connection, "host rejected")
        elif service.active >= service.record.limit:
            self._refuse(service, connection, "limit reached")
        else:
            if service.stream_options is not None:
                connection.configure(service.stream_options)
            self._connect(service, connection)

    def _refuse(self, service: RunningService, connection: Connection, reason: str) -> None:
        message = service.record.reject_message
        try:
            if message:
                connection.write(message.encode("latin-1", "replace") + b"\r\n")
        except VmsError:
            pass
        connection.close()
        service.event(LogOption.REJECT, reason, *connection.peer)

    async def _serve_datagrams(self, service: RunningService, socket: DatagramSocket) -> None:
        patience = DeltaTime.of(minutes=service.record.inactivity)
        while True:
            try:
                first = await socket.receive()
            except VmsError:
                return
            if not service.access.admits(first.peer[0]):
                service.event(LogOption.REJECT, "host rejected", *first.peer)
                continue
            process = self._connect(service, DatagramConnection(self._system.kernel, socket, first, patience, service.access.admits))
            if process is not None:
                await process.ended.wait()

    # -- the process of a connection -----------------------------------------------------------------------------------------------------

    def _connect(self, service: RunningService, connection: Connection) -> Process | None:
        """Give the connection a device and a process; None when that fails, which is reported."""
        peer = connection.peer
        stack = self._system.part(NetworkStack)
        device = stack.open_device(self._system, connection, service.record.name)
        try:
            process = self._create(service, device)
        except VmsError as error:
            stack.close_device(self._system, device)
            service.failed(error, self._system.now)
            return None
        service.opened()
        process.rundown.append(lambda: self._ended(service, device))
        service.event(_CONNECTED, "connected", *peer)
        return process

    def _create(self, service: RunningService, device: SocketDevice) -> Process:
        record, system = service.record, self._system
        account = system.sysuaf.require(record.user_name)
        check_account(system, account, "NETWORK")
        log = LogStream(system.kernel)

        async def main(process: Process) -> ConditionValue:
            try:
                _open_log(process, record, log)
            except VmsError as error:
                service.failed(error, system.now)
                return error.value
            service.event(LogOption.LOGIN, f"login {process.username}", *device.connection.peer)
            status = await self._run_procedure(process, record.file, ())
            if not status:
                _check_procedure(process, service)
            return status

        tail = f"_{device.name.rstrip(':')}"
        name = (record.process_name or record.name)[: MAX_PROCESS_NAME - len(tail)] + tail
        process = create_process(
            system, record=account, name=name, mode=ProcessMode.NETWORK, input=NullStream(), output=log, error=log, main=main
        )
        _define_names(process, device, record.name)
        return process

    def _ended(self, service: RunningService, device: SocketDevice) -> None:
        service.ended()
        self._system.part(NetworkStack).close_device(self._system, device)
        service.event(LogOption.LOGOUT, "disconnected", *device.connection.peer)


def _define_names(process: Process, device: SocketDevice, service: str) -> None:
    """The logical names a server finds its client by."""
    address, number = device.connection.peer
    port = str(number)
    process.attributes["REMOTE"] = address, port
    table = process.names.process_table
    for logical, value in (
        ("SYS$NET", device.name),
        ("SYS$REM_NODE", address),
        ("SYS$REM_NODE_FULLNAME", address),
        ("SYS$REM_ID", port),
        ("TT", f"TCPIP${service.removeprefix('TCPIP$')}:"),
    ):
        table.put(LogicalName(logical, _EXEC, _NONE, (Translation(value),), table.name))


def _open_log(process: Process, record: ServiceRecord, log: LogStream) -> None:
    """The log of one server process: the procedure's name with type LOG, in the default directory of the account.

    Errors: those that say that the directory is missing or not the account's. Others leave the process without a log.
    """
    name = record.file.rpartition(":")[2].rpartition("]")[2].partition(";")[0].partition(".")[0]
    try:
        log.open(process.files.create(f"SYS$LOGIN:{name}.LOG", share=Share.READ))
    except VmsError as error:
        if error.matches(RMS.DNF, RMS.DEV, RMS.DIR, RMS.PRV):
            raise


def _check_procedure(process: Process, service: RunningService) -> None:
    """Report a service whose procedure is not there, or can not be reached; what else it failed with is in its log."""
    try:
        process.files.find(service.record.file, default=".COM")
    except VmsError as error:
        service.failed(error, process.system.now)
