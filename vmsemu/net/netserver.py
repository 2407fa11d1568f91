"""NETACP and the server processes of DECnet objects: who answers a connect that comes in, under which account.

Theory of operation. An object of the configuration database has a number, an account and an image. A connect to it goes to a server process of
that account which has nothing to do, or else to a new one; the process runs the image, finds the link in its attributes, and when the image has ended
waits NETSERVER$TIMEOUT (5 minutes) for the next connect before it logs out. Its log is NETSERVER.LOG in the account's login directory.

Without an account, or with one that may not be used from the network, the connect is refused: login information invalid.

Source: DECnet for OpenVMS Networking Manual, "Network server processes"; captures (the refusal). fidelity: process names and the text of the log
are as remembered from real systems.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.files.control import Share
from vmsemu.kernel.event import TimedOut, WaitQueue
from vmsemu.kernel.task import ProcessState
from vmsemu.lnm.names import AccessMode
from vmsemu.net.decnet import ConnectRequest, DecnetNode
from vmsemu.services.creprc import create_process, idle
from vmsemu.services.log_stream import LogStream
from vmsemu.services.loginout import check_account, note_login
from vmsemu.services.process import Process, ProcessMode
from vmsemu.services.stream import NullStream
from vmsemu.tables.facilities import SS

if TYPE_CHECKING:
    from vmsemu.security.sysuaf import UafRecord
    from vmsemu.services.system import System

CONNECT = "decnet connect"
"""The attribute of a server process that holds its ConnectRequest."""
IDLE_TIME = DeltaTime.of(minutes=5)
LOG = "SYS$LOGIN:NETSERVER.LOG"
_RULE = "        " + "-" * 56
ImageRunner = Callable[[Process, str], Coroutine[Any, Any, ConditionValue]]


@dataclass(frozen=True, slots=True)
class NetworkObject:
    """An object of the network configuration."""

    name: str
    number: int
    account: str
    image: str


class _Server:
    """One server process: the connects it is given. `idle` while it waits for one."""

    def __init__(self, system: System, account: str) -> None:
        self.account = account
        self.requests: WaitQueue[ConnectRequest] = WaitQueue(system.kernel)
        self.idle = False


class DecnetServers:
    """A part of the system: DECnet on this node. `run_image` activates an image in a process."""

    def __init__(self, system: System, node: DecnetNode, run_image: ImageRunner) -> None:
        self.node = node
        self._system = system
        self._run_image = run_image
        self._objects: dict[int, NetworkObject] = {}
        self._servers: list[_Server] = []

    def define_object(self, made: NetworkObject) -> None:
        """Let connects to that object be answered."""
        self._objects[made.number] = made

    def start(self) -> None:
        """The executor goes on: the names of the node, NETACP, connects are taken."""
        self._system.decnet_address = (self.node.address.area, self.node.address.number)
        names = self._system.logical_names
        for name in ("SYS$NODE", "SYS$CLUSTER_NODE"):
            names.define_system(name, f"{self.node.name}::", mode=AccessMode.EXEC)
        create_process(
            self._system, username="SYSTEM", name="NETACP", mode=ProcessMode.OTHER, input=NullStream(), output=NullStream(), error=None,
            main=idle, priority=10, login=False,
        )  # fmt: skip
        self.node.acceptor = self._incoming

    # -- connects ----------------------------------------------------------------------------------------------------------------------------

    def _incoming(self, request: ConnectRequest) -> None:
        wanted = self._objects.get(request.object_number)
        if wanted is None:
            request.reject(SS.NOSUCHOBJ)
            return
        server = next((s for s in self._servers if s.idle and s.account == wanted.account), None)
        if server is not None:
            server.idle = False
            server.requests.put(request)
            return
        record = self._account(wanted.account)
        if record is None:
            request.reject(SS.INVLOGIN)
            return
        try:
            self._create(wanted, record, request)
        except VmsError:
            request.reject(SS.REMRSRC)

    def _account(self, username: str) -> UafRecord | None:
        """The account, when the network may use it now."""
        record = self._system.sysuaf.get(username)
        if record is None:
            return None
        try:
            check_account(self._system, record, "NETWORK")
        except VmsError:
            return None
        return record

    def _create(self, wanted: NetworkObject, record: UafRecord, request: ConnectRequest) -> None:
        log, server = LogStream(self._system.kernel), _Server(self._system, wanted.account)

        async def main(process: Process) -> ConditionValue:
            try:
                log.open(process.files.create(LOG, share=Share.READ))
            except VmsError:
                pass  # the server does its work without a log
            note_login(self._system, record, interactive=False)
            return await self._serve(process, server, wanted, request)

        name = f"{wanted.name}_SERVER"
        if self._system.processes.by_name(name, record.uic.group) is not None:
            name = f"{wanted.name}_{request.link.number}"
        process = create_process(
            self._system, record=record, name=name, mode=ProcessMode.NETWORK, input=NullStream(), output=log, error=log, main=main
        )
        self._servers.append(server)
        process.rundown.append(lambda: self._ended(process, server))

    async def _serve(self, process: Process, server: _Server, wanted: NetworkObject, request: ConnectRequest) -> ConditionValue:
        status = SS.NORMAL.value
        while True:
            status = await self._serve_one(process, wanted, request)
            server.idle = True
            try:
                request = await server.requests.get(state=ProcessState.HIB, deadline=VmsTime(self._system.now + self._idle_time()))
            except TimedOut:
                return status
            finally:
                server.idle = False

    async def _serve_one(self, process: Process, wanted: NetworkObject, request: ConnectRequest) -> ConditionValue:
        """Run the image for one link."""
        for line in (
            "", _RULE, "", f"        Connect request received at {self._system.now.to_text()}",
            f'            from remote process {request.link.partner}::"0={request.user}"', f'            for object "SYS$SYSTEM:{wanted.image}.EXE"',
            "", _RULE, "",
        ):  # fmt: skip
            process.output.write(line)
        process.attributes[CONNECT] = request
        names = process.names
        for name, value in (
            ("SYS$NET", f'{request.link.partner}::"0={request.user}"'),
            ("SYS$REM_NODE", f"{request.link.partner}::"),
            ("SYS$REM_ID", request.user),
        ):
            names.define(name, [value], mode=AccessMode.EXEC)
        try:
            return await self._run_image(process, wanted.image)
        finally:
            process.attributes.pop(CONNECT, None)
            request.link.exit()

    def _ended(self, process: Process, server: _Server) -> None:
        """The process is gone: connects it was given and did not take are refused."""
        self._servers.remove(server)
        request: ConnectRequest | None = process.attributes.pop(CONNECT, None)
        if request is not None:
            request.link.exit()
        while (left := server.requests.get_nowait()) is not None:
            left.reject(SS.LINKEXIT)

    def _idle_time(self) -> DeltaTime:
        found = self._system.logical_names.translate_system("NETSERVER$TIMEOUT")
        if found is None or not found.translations:
            return IDLE_TIME
        try:
            return DeltaTime.from_text(found.equivalence)
        except VmsError:
            return IDLE_TIME
