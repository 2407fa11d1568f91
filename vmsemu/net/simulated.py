"""An internet in memory: hosts, links that can fail, stream connections and datagrams between them.

Theory of operation. A host is a set of addresses on one kernel. A connection is two endpoints that write into each other's buffer; bytes
arrive in the instant they are written, so a dialogue takes no virtual time and has one possible order. When the path between two hosts is
down, what is written is held back and delivered when the path is up again, as retransmission would do; a connect waits for its deadline. A
host that is reset forgets its connections and its partners find theirs aborted.

Hosts may live on different kernels; a write makes the reader ready on its own kernel.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from vmsemu.base.time import VmsTime
from vmsemu.kernel.event import Completion, EventFlag, TimedOut, WaitQueue
from vmsemu.kernel.kernel import Kernel
from vmsemu.net.address import LOOPBACK, broadcast_of, class_length, to_number, to_text
from vmsemu.net.port import Datagram, Endpoint, StreamOptions
from vmsemu.tables.facilities import SS

_WINDOW = 1 << 20
_DATAGRAMS = 64
DatagramHandler = Callable[[bytes, str], bytes | None]


class SimulatedConnection:
    """One end of a connection."""

    __slots__ = ("_buffer", "_closed", "_ended", "_held", "_host", "_other", "_readable", "_reset", "_writable", "local", "peer")

    def __init__(self, host: SimulatedNetwork, local: Endpoint, peer: Endpoint) -> None:
        self.local = local
        self.peer = peer
        self._host = host
        self._other: SimulatedConnection = self
        self._buffer = bytearray()
        self._held: list[bytes] = []
        self._readable = EventFlag(host.kernel)
        self._writable = EventFlag(host.kernel)
        self._ended = self._closed = self._reset = False

    async def read(self, limit: int = 65536, *, deadline: VmsTime | None = None) -> bytes:
        while not self._buffer:
            self._check()
            if self._ended:
                return b""
            self._readable.clear()
            try:
                await self._readable.wait(deadline=deadline)
            except TimedOut:
                raise SS.TIMEOUT.error() from None
        data = bytes(self._buffer[:limit])
        del self._buffer[:limit]
        self._other._writable.set()
        return data

    def write(self, data: bytes) -> bool:
        self._check()
        if data:
            self._transmit(bytes(data))
        return not self._is_full()

    def _is_full(self) -> bool:
        return len(self._other._buffer) + sum(map(len, self._held)) > _WINDOW

    async def flush(self, *, deadline: VmsTime | None = None) -> None:
        while self._is_full():
            self._check()
            self._writable.clear()
            try:
                await self._writable.wait(deadline=deadline)
            except TimedOut:
                raise SS.TIMEOUT.error() from None

    def configure(self, options: StreamOptions) -> None:
        """Nothing is lost or late in memory: there is nothing to probe and nothing to buffer."""

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._transmit(b"")
            self._readable.set()
            self._host.forget(self)

    def abort(self) -> None:
        """Break the connection at both ends (reset)."""
        self._break()
        self._other._break()

    def resume(self) -> None:
        """The path is up again: deliver what was held back."""
        held, self._held = self._held, []
        for data in held:
            self._other._arrive(data)

    def _break(self) -> None:
        self._reset = True
        self._readable.set()
        self._writable.set()
        self._host.forget(self)

    def _check(self) -> None:
        if self._reset:
            raise SS.LINKABORT.error()
        if self._closed:
            raise SS.LINKDISCON.error()

    def _transmit(self, data: bytes) -> None:
        if self._host.reaches(self._other._host):
            self._other._arrive(data)
        else:
            self._held.append(data)

    def _arrive(self, data: bytes) -> None:
        """Bytes, or the end, from the other side. Bytes for who has closed are answered with a reset."""
        if data:
            if self._closed:
                self._other._break()
            else:
                self._buffer += data
        else:
            self._ended = True
        self._readable.set()


class SimulatedListener:
    """A passive socket of one host."""

    def __init__(self, host: SimulatedNetwork, local: Endpoint) -> None:
        self.local = local
        self._host = host
        self._waiting: WaitQueue[SimulatedConnection | None] = WaitQueue(host.kernel)
        self._closed = False

    async def accept(self) -> SimulatedConnection:
        if not self._closed:
            found = await self._waiting.get()
            if found is not None:
                return found
            self._waiting.put(None)
        raise SS.LINKDISCON.error()

    def offer(self, connection: SimulatedConnection) -> None:
        self._waiting.put(connection)

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._host.remove_listener(self)
            while (left := self._waiting.get_nowait()) is not None:
                left.abort()
            self._waiting.put(None)


class SimulatedDatagramSocket:
    """A socket of one host for datagrams; it holds no more than so many that nobody has received."""

    def __init__(self, host: SimulatedNetwork, local: Endpoint) -> None:
        self.local = local
        self._host = host
        self._arrivals: WaitQueue[Datagram | None] = WaitQueue(host.kernel)
        self._closed = False

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

    def arrive(self, datagram: Datagram) -> None:
        if not self._closed and len(self._arrivals) < _DATAGRAMS:
            self._arrivals.put(datagram)

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._host.remove_datagram_socket(self)
            self._arrivals.put(None)


class SimulatedNetwork:
    """One host: the Network of a node, or a machine of the outside world."""

    def __init__(self, internet: SimulatedInternet, kernel: Kernel, addresses: tuple[str, ...]) -> None:
        self.internet = internet
        self.kernel = kernel
        self.up = True
        self._addresses = self._offered = addresses
        self._listeners: dict[Endpoint, SimulatedListener] = {}
        self._datagrams: dict[int, DatagramHandler] = {}
        self._sockets: dict[int, SimulatedDatagramSocket] = {}
        self._connections: dict[SimulatedConnection, None] = {}
        self._ports = count(49152)

    def local_addresses(self) -> tuple[str, ...]:
        return self._addresses

    def offered_addresses(self) -> tuple[str, ...]:
        return self._offered

    def router(self) -> str:
        """Each network of the internet has a router at the last address before its broadcast address."""
        if not self._offered:
            return ""
        length = class_length(self._offered[0])
        return to_text((to_number(broadcast_of(self._offered[0], length)) or 0) - 1)

    def assign(self, addresses: tuple[str, ...]) -> None:
        self.internet.rename(self, addresses)
        gone = set(self._addresses) - set(addresses)
        self._addresses = addresses
        for connection in list(self._connections):
            if connection.local[0] in gone:
                connection.abort()

    def answers(self, address: str) -> bool:
        if self.owns(address) or address == self.router():
            return True
        target = self.internet.host_at(address)
        return target is not None and self.reaches(target)

    def owns(self, address: str) -> bool:
        return address in self._addresses or address.startswith("127.")

    def listen(self, address: str, port: int) -> SimulatedListener:
        if address != "0.0.0.0" and not self.owns(address):
            raise SS.UNREACHABLE.error()
        if any(p == port and (address in (a, "0.0.0.0") or a == "0.0.0.0") for a, p in self._listeners):
            raise SS.DUPLNAM.error()
        listener = SimulatedListener(self, (address, port))
        self._listeners[address, port] = listener
        return listener

    def remove_listener(self, listener: SimulatedListener) -> None:
        self._listeners.pop(listener.local, None)

    def receive_datagrams(self, address: str, port: int) -> SimulatedDatagramSocket:
        if address != "0.0.0.0" and not self.owns(address):
            raise SS.UNREACHABLE.error()
        if port in self._sockets:
            raise SS.DUPLNAM.error()
        socket = self._sockets[port] = SimulatedDatagramSocket(self, (address, port))
        return socket

    def remove_datagram_socket(self, socket: SimulatedDatagramSocket) -> None:
        self._sockets.pop(socket.local[1], None)

    def serve_datagrams(self, port: int, handler: DatagramHandler) -> None:
        """Answer datagrams to `port`: the handler gets the data and the sender's address; None is silence."""
        self._datagrams[port] = handler

    async def connect(self, address: str, port: int, *, deadline: VmsTime | None = None) -> SimulatedConnection:
        target = await self._find(address, deadline)
        listener = target._listeners.get((address, port)) or target._listeners.get(("0.0.0.0", port))
        if listener is None:
            raise SS.REJECT.error()
        source = LOOPBACK if address.startswith("127.") else self._addresses[0] if self._addresses else "0.0.0.0"
        near = SimulatedConnection(self, (source, next(self._ports)), (address, port))
        far = SimulatedConnection(target, near.peer, near.local)
        near._other, far._other = far, near
        self._connections[near] = target._connections[far] = None
        listener.offer(far)
        return near

    async def query(self, server: str, port: int, datagram: bytes, *, deadline: VmsTime | None = None) -> bytes:
        target = await self._find(server, deadline)
        handler = target._datagrams.get(port)
        if handler is None:
            return await self._ask(target, server, port, datagram, deadline)
        answer = handler(datagram, self._addresses[0] if self._addresses else LOOPBACK)
        if answer is None:
            await self._silence(deadline)
            raise SS.TIMEOUT.error()
        return answer

    async def _ask(self, target: SimulatedNetwork, server: str, port: int, datagram: bytes, deadline: VmsTime | None) -> bytes:
        """Send a datagram to a socket and wait for the one that answers it."""
        socket = target._sockets.get(port)
        if socket is None or socket.local[0] not in ("0.0.0.0", server):
            raise SS.REJECT.error()
        answer: Completion[bytes] = Completion(self.kernel)
        source = LOOPBACK if server.startswith("127.") else self._addresses[0] if self._addresses else LOOPBACK
        socket.arrive(Datagram(datagram, (source, next(self._ports)), answer.complete))
        try:
            return await answer.wait(deadline=deadline)
        except TimedOut:
            raise SS.TIMEOUT.error() from None

    async def _find(self, address: str, deadline: VmsTime | None) -> SimulatedNetwork:
        """The host of that address, when it can be reached."""
        target = self if self.owns(address) else self.internet.host_at(address)
        if target is None:
            raise SS.UNREACHABLE.error()
        if not self.reaches(target):
            await self._silence(deadline)
            raise SS.TIMEOUT.error()
        return target

    async def _silence(self, deadline: VmsTime | None) -> None:
        try:
            await EventFlag(self.kernel).wait(deadline=deadline)
        except TimedOut:
            return

    def reaches(self, other: SimulatedNetwork) -> bool:
        return other is self or self.internet.path_is_up(self, other)

    def forget(self, connection: SimulatedConnection) -> None:
        self._connections.pop(connection, None)

    def resume(self) -> None:
        for connection in list(self._connections):
            if self.reaches(connection._other._host):
                connection.resume()
                connection._other.resume()

    def reset(self) -> None:
        """The machine restarts: listeners are gone, connections are aborted."""
        for connection in list(self._connections):
            connection.abort()
        for listener in list(self._listeners.values()):
            listener.close()
        self._datagrams.clear()
        for socket in list(self._sockets.values()):
            socket.close()
        self.assign(tuple(address for address in self._offered if self.internet.host_at(address) in (None, self)))


class SimulatedInternet:
    """The hosts and what lies between them."""

    def __init__(self) -> None:
        self._hosts: dict[str, SimulatedNetwork] = {}
        self._cut: set[frozenset[str]] = set()

    def attach(self, kernel: Kernel, *addresses: str) -> SimulatedNetwork:
        """Add a host with these addresses."""
        host = SimulatedNetwork(self, kernel, addresses)
        for address in addresses:
            if address in self._hosts:
                raise SS.DUPLNAM.error()
            self._hosts[address] = host
        return host

    def rename(self, host: SimulatedNetwork, addresses: tuple[str, ...]) -> None:
        """Let a host be found at these addresses and at no others. Errors: SS.DUPLNAM when another one has one of them."""
        if any(self._hosts.get(address, host) is not host for address in addresses):
            raise SS.DUPLNAM.error()
        for address in host.local_addresses():
            self._hosts.pop(address, None)
        self._hosts |= dict.fromkeys(addresses, host)

    def detach(self, host: SimulatedNetwork) -> None:
        """Remove a host; its partners find their connections aborted."""
        host.reset()
        for address in host.local_addresses():
            self._hosts.pop(address, None)

    def host_at(self, address: str) -> SimulatedNetwork | None:
        return self._hosts.get(address)

    def set_host(self, address: str, up: bool) -> None:
        """Switch a machine off or on; switched off it is silent, and its connections wait. Errors: SS.UNREACHABLE."""
        host = self._hosts.get(address)
        if host is None:
            raise SS.UNREACHABLE.error()
        host.up = up
        if up:
            host.resume()

    def set_link(self, one: str, other: str, up: bool) -> None:
        """Cut or mend the path between two addresses."""
        link = frozenset((one, other))
        if not up:
            self._cut.add(link)
        elif link in self._cut:
            self._cut.discard(link)
            host = self._hosts.get(one)
            if host is not None:
                host.resume()

    def path_is_up(self, one: SimulatedNetwork, other: SimulatedNetwork) -> bool:
        if not (one.up and other.up):
            return False
        if not self._cut:
            return True
        return not any(frozenset((a, b)) in self._cut for a in one.local_addresses() for b in other.local_addresses())
