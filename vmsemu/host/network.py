"""The node's network on the host: real sockets where the operator opened a way, the in-memory network everywhere else.

Two doors, both shut by default. Inward: `listen` on a port that the operator mapped (`--port`) also opens a real listening socket, and
`receive_datagrams` a real one for UDP. Outward: with `--net host`, `connect` opens real connections, redirected by `--out`, and `query` asks the
server of `--dns`. Everything the sockets learn enters the kernel through `kernel.post`.

A redirected connection still shows the guest address as its peer, so that a redirection target on the host's loopback is never taken for the node
itself. Connections are in host/connection.py; host errors become conditions in one table (host/conditions.py).
"""

from __future__ import annotations

import errno
import socket
from contextlib import suppress
from functools import partial

from vmsemu.base.condition import VmsError
from vmsemu.base.time import VmsTime
from vmsemu.host.conditions import condition_of
from vmsemu.host.connection import HostConnection
from vmsemu.host.descriptors import REST, Shortage, is_shortage, new_socket
from vmsemu.host.driver import READ, WRITE, HostDriver
from vmsemu.host.options import Address
from vmsemu.kernel.event import Completion, TimedOut, WaitQueue
from vmsemu.kernel.kernel import Kernel
from vmsemu.net.port import Connection, Datagram, DatagramSocket, Endpoint, Listener, Network
from vmsemu.tables.facilities import SS

_LONGEST_DATAGRAM = 1 << 16
_BACKLOG = 512
_BURST = 64
_DATAGRAMS = 256
_DOMAIN = 53


def _bound(network: HostNetwork, inner: Listener | DatagramSocket, address: Address, kind: socket.SocketKind) -> socket.socket:
    """A socket on a mapped port, listening when it is one for streams. Errors: those of condition_of; `inner` is closed then and the host told."""
    sock = new_socket(address[0], kind)
    stream = kind is socket.SOCK_STREAM
    try:
        if stream:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # the connections inherit it
        sock.bind(address)
        if stream:
            sock.listen(_BACKLOG)
        sock.setblocking(False)
    except OSError as error:
        sock.close()
        inner.close()
        network.refused.append(f"{address[0]}:{address[1]}{'' if stream else ' (UDP)'}: {error.strerror}")
        raise condition_of(error) from None
    return sock


class HostListener:
    """A listener of the node with, where the port is mapped, a real socket beside the in-memory one."""

    def __init__(self, network: HostNetwork, inner: Listener, address: Address | None) -> None:
        self.local = inner.local
        self.host_address: Address | None = None
        self._network = network
        self._inner = inner
        self._arrivals: WaitQueue[Connection | None] = WaitQueue(network.kernel)
        self._socket: socket.socket | None = None
        self._closed = False
        self._burst = 1  # how many are taken at a time: few come alone, and to ask for one that is not there costs as much
        if address is not None:
            self._socket = _bound(network, inner, address, socket.SOCK_STREAM)
            self.host_address = self._socket.getsockname()[:2]
            network.driver.watch(self._socket, READ, self._ready)
            network.opened.append(self)
        network.kernel.start(self._forward(), f"listener {inner.local[1]}")

    async def _forward(self) -> None:
        try:
            while True:
                self._arrivals.put(await self._inner.accept())
        except VmsError:
            return

    def _ready(self, events: int) -> None:
        """Called by the driver, outside the kernel."""
        assert self._socket is not None
        for _ in range(self._burst):
            try:
                sock, peer = self._socket.accept()
            except BlockingIOError:
                self._burst = 1
                return
            except OSError as error:
                self._burst = 1
                if is_shortage(error):
                    self._rest(error)
                return
            sock.setblocking(False)
            self._network.kernel.post(self._arrived, sock, peer[:2])
        self._burst = min(2 * self._burst, _BURST)

    def _rest(self, error: OSError) -> None:
        """No descriptor is left. The socket stays ready, so do not look at it for a while."""
        self._network.driver.unwatch(self._socket)
        self._network.shortage.note(error)
        self._network.kernel.post(self._rest_begun)

    def _rest_begun(self) -> None:
        self._network.kernel.call_at(VmsTime(self._network.kernel.now + REST), self._resume)

    def _resume(self) -> None:
        if not self._closed:
            self._network.driver.watch(self._socket, READ, self._ready)

    def _arrived(self, sock: socket.socket, peer: Endpoint) -> None:
        own = self._network.local_addresses()
        if self._closed or not own:
            sock.close()
            return
        self._arrivals.put(HostConnection(self._network.driver, sock, (own[0], self.local[1]), peer))

    async def accept(self) -> Connection:
        if not self._closed:
            found = await self._arrivals.get()
            if found is not None:
                return found
            self._arrivals.put(None)
        raise SS.LINKDISCON.error()

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self._socket is not None:
            self._network.driver.unwatch(self._socket)
            self._socket.close()
            self._network.opened.remove(self)
        self._inner.close()
        while (left := self._arrivals.get_nowait()) is not None:
            left.close()
        self._arrivals.put(None)


class HostDatagramSocket:
    """A socket for datagrams of the node with, where the port is mapped, a real one beside the in-memory one."""

    def __init__(self, network: HostNetwork, inner: DatagramSocket, address: Address | None) -> None:
        self.local = inner.local
        self.host_address: Address | None = None
        self._network = network
        self._inner = inner
        self._arrivals: WaitQueue[Datagram | None] = WaitQueue(network.kernel)
        self._socket: socket.socket | None = None
        self._closed = False
        if address is not None:
            self._socket = _bound(network, inner, address, socket.SOCK_DGRAM)
            self.host_address = self._socket.getsockname()[:2]
            network.driver.watch(self._socket, READ, self._ready)
        network.kernel.start(self._forward(), f"datagrams {inner.local[1]}")

    async def _forward(self) -> None:
        try:
            while True:
                self._arrived(await self._inner.receive())
        except VmsError:
            return

    def _ready(self, events: int) -> None:
        """Called by the driver, outside the kernel."""
        assert self._socket is not None
        for _ in range(64):
            try:
                data, peer = self._socket.recvfrom(_LONGEST_DATAGRAM)
            except OSError:
                return
            self._network.kernel.post(self._arrived, Datagram(data, peer[:2], partial(self._answer, peer)))

    def _arrived(self, datagram: Datagram) -> None:
        if not self._closed and len(self._arrivals) < _DATAGRAMS:
            self._arrivals.put(datagram)

    def _answer(self, peer: Address, data: bytes) -> None:
        """A datagram that the host does not take now is lost."""
        if self._socket is not None and not self._closed:
            with suppress(OSError):
                self._socket.sendto(data, peer)

    async def receive(self, *, deadline: VmsTime | None = None) -> Datagram:
        if not self._closed:
            try:
                found = await self._arrivals.get(deadline=deadline)
            except TimedOut:
                raise SS.TIMEOUT.error() from None
            if found is not None:
                return found
            self._arrivals.put(None)
        raise SS.LINKDISCON.error()

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self._socket is not None:
            self._network.driver.unwatch(self._socket)
            self._socket.close()
        self._inner.close()
        self._arrivals.put(None)


class HostNetwork:
    """The Network of a node that runs under the host driver."""

    def __init__(self, driver: HostDriver, kernel: Kernel, inner: Network, *, outward: bool) -> None:
        self.driver = driver
        self.kernel = kernel
        self.ports: dict[int, Address] = {}
        self.out: dict[tuple[str, int], Address] = {}
        self.dns: Address | None = None
        self.opened: list[HostListener] = []
        self.refused: list[str] = []
        self.shortage = Shortage()
        self._inner = inner
        self._outward = outward

    def local_addresses(self) -> tuple[str, ...]:
        return self._inner.local_addresses()

    def listen(self, address: str, port: int) -> HostListener:
        return HostListener(self, self._inner.listen(address, port), self.ports.get(port))

    def receive_datagrams(self, address: str, port: int) -> HostDatagramSocket:
        return HostDatagramSocket(self, self._inner.receive_datagrams(address, port), self.ports.get(port))

    def offered_addresses(self) -> tuple[str, ...]:
        return self._inner.offered_addresses()

    def router(self) -> str:
        return self._inner.router()

    def assign(self, addresses: tuple[str, ...]) -> None:
        self._inner.assign(addresses)

    def answers(self, address: str) -> bool | None:
        """Echo requests never leave for the host's network: that takes a raw socket, which this program has not and does not want."""
        if self._outward and not self._own(address) and address != self.router():
            return None
        return self._inner.answers(address)

    def _own(self, address: str) -> bool:
        return address in self._inner.local_addresses() or address.startswith("127.")

    async def connect(self, address: str, port: int, *, deadline: VmsTime | None = None) -> Connection:
        names = self.dns if self._outward and port == _DOMAIN and self.dns is not None and address == self.dns[0] else None
        if names is None and (not self._outward or self._own(address)):
            return await self._inner.connect(address, port, deadline=deadline)
        target = names or self.out.get((address, port)) or self.out.get(("", port)) or (address, port)
        try:
            sock = new_socket(target[0], socket.SOCK_STREAM)
        except OSError as error:
            raise condition_of(error) from None
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        done: Completion[None] = Completion(self.kernel)

        def connected(events: int) -> None:
            self.driver.unwatch(sock)
            self.kernel.post(done.complete, None)

        try:
            number = sock.connect_ex(target)
            if number not in (0, errno.EINPROGRESS):
                raise OSError(number, "connect")
            if number:
                self.driver.watch(sock, WRITE, connected)
                await done.wait(deadline=deadline)
            number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if number:
                raise OSError(number, "connect")
        except TimedOut:
            self._abandon(sock)
            raise SS.TIMEOUT.error() from None
        except OSError as error:
            self._abandon(sock)
            raise condition_of(error) from None
        except BaseException:
            self._abandon(sock)
            raise
        own = self._inner.local_addresses()
        return HostConnection(self.driver, sock, (own[0] if own else "0.0.0.0", sock.getsockname()[1]), (address, port))

    def _abandon(self, sock: socket.socket) -> None:
        self.driver.unwatch(sock)
        sock.close()

    async def query(self, server: str, port: int, datagram: bytes, *, deadline: VmsTime | None = None) -> bytes:
        if not self._outward:
            return await self._inner.query(server, port, datagram, deadline=deadline)
        target = self.dns or (server, port)
        try:
            sock = new_socket(target[0], socket.SOCK_DGRAM)
        except OSError as error:
            raise condition_of(error) from None
        sock.setblocking(False)
        answer: Completion[bytes] = Completion(self.kernel)

        def ready(events: int) -> None:
            try:
                data = sock.recv(_LONGEST_DATAGRAM)
            except BlockingIOError:
                return
            except OSError as error:
                self.driver.unwatch(sock)
                self.kernel.post(answer.fail, condition_of(error))
                return
            if data[:2] == datagram[:2]:
                self.driver.unwatch(sock)
                self.kernel.post(answer.complete, data)

        try:
            sock.connect(target)
            sock.send(datagram)
            self.driver.watch(sock, READ, ready)
            return await answer.wait(deadline=deadline)
        except TimedOut:
            raise SS.TIMEOUT.error() from None
        except OSError as error:
            raise condition_of(error) from None
        finally:
            self._abandon(sock)
