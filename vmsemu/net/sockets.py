"""The node's sockets: what SHOW DEVICE_SOCKET lists. Each has a unit number of the device BG, counts its traffic, and stands in one table.

A connection, a listener and a datagram socket of the wire are wrapped when they are made; closing the wrapped one takes it out of the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

from vmsemu.base.condition import VmsError
from vmsemu.base.time import VmsTime
from vmsemu.net.interface import Counters
from vmsemu.net.port import Connection, Datagram, DatagramSocket, Endpoint, Listener, StreamOptions

STREAM, DGRAM = "STREAM", "DGRAM"
NOBODY: Endpoint = ("0.0.0.0", 0)


class SocketTable:
    """The sockets in order of their units."""

    def __init__(self) -> None:
        self._units = count(1)
        self._open: dict[int, Socket] = {}

    def __iter__(self) -> Iterator[Socket]:
        return iter(list(self._open.values()))

    def __len__(self) -> int:
        return len(self._open)

    def find(self, unit: int) -> Socket | None:
        return self._open.get(unit)

    def reserve(self) -> int:
        """The number of the next unit, for a device that is no socket of the wire."""
        return next(self._units)

    def add(self, socket: Socket) -> int:
        unit = self.reserve()
        self._open[unit] = socket
        return unit

    def remove(self, unit: int) -> None:
        self._open.pop(unit, None)


class Socket:
    """What all sockets have: where they are, and how much went through them, in bytes."""

    __slots__ = ("_table", "bytes_received", "bytes_sent", "listens", "local", "peer", "type", "unit")

    def __init__(self, table: SocketTable, kind: str, local: Endpoint, peer: Endpoint, *, listens: bool = False) -> None:
        self.type, self.local, self.peer, self.listens = kind, local, peer, listens
        self.bytes_received = self.bytes_sent = 0
        self._table = table
        self.unit = table.add(self)

    def close(self) -> None:
        self._table.remove(self.unit)


class StreamSocket(Socket):
    """A connection."""

    __slots__ = ("_counters", "_inner")

    def __init__(self, table: SocketTable, inner: Connection, counters: Counters) -> None:
        super().__init__(table, STREAM, inner.local, inner.peer)
        self._inner = inner
        self._counters = counters

    async def read(self, limit: int = 65536, *, deadline: VmsTime | None = None) -> bytes:
        data = await self._inner.read(limit, deadline=deadline)
        self.bytes_received += len(data)
        self._counters.received += 1
        return data

    def configure(self, options: StreamOptions) -> None:
        self._inner.configure(options)

    def write(self, data: bytes) -> bool:
        done = self._inner.write(data)
        self.bytes_sent += len(data)
        self._counters.sent += 1
        return done

    async def flush(self, *, deadline: VmsTime | None = None) -> None:
        await self._inner.flush(deadline=deadline)

    def close(self) -> None:
        super().close()
        self._inner.close()


class PassiveSocket(Socket):
    """A listener. `admit` wraps a connection, or closes it and returns None."""

    __slots__ = ("_admit", "_inner")

    def __init__(self, table: SocketTable, inner: Listener, admit: Callable[[Connection], StreamSocket | None]) -> None:
        super().__init__(table, STREAM, inner.local, NOBODY, listens=True)
        self._inner = inner
        self._admit = admit

    async def accept(self) -> StreamSocket:
        while True:
            found = self._admit(await self._inner.accept())
            if found is not None:
                return found

    def close(self) -> None:
        super().close()
        self._inner.close()


class ReceivingSocket(Socket):
    """A socket for datagrams. `arrived` is told of each that comes and says whether it is taken; `answered` is told of each answer."""

    __slots__ = ("_answered", "_arrived", "_inner")

    def __init__(
        self, table: SocketTable, inner: DatagramSocket, arrived: Callable[[Datagram], bool], answered: Callable[[], None]
    ) -> None:
        super().__init__(table, DGRAM, inner.local, NOBODY)
        self._inner = inner
        self._arrived = arrived
        self._answered = answered

    async def receive(self, *, deadline: VmsTime | None = None) -> Datagram:
        while True:
            found = await self._inner.receive(deadline=deadline)
            if self._arrived(found):
                self.bytes_received += len(found.data)
                return found._replace(answer=self._counting(found.answer))

    def _counting(self, answer: Callable[[bytes], None]) -> Callable[[bytes], None]:
        def send(data: bytes) -> None:
            answer(data)
            self.bytes_sent += len(data)
            self._answered()

        return send

    def close(self) -> None:
        super().close()
        self._inner.close()


def abandon(connection: Connection) -> None:
    """Close a connection that is not wanted, whatever state it is in."""
    try:
        connection.close()
    except VmsError:
        return
