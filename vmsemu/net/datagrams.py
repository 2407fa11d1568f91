"""What a server of a UDP service sees of its socket: a connection whose reads are datagrams and whose writes answer the last one read.

The datagram that started the server is there from the beginning, so a server that only answers need not read. When nothing has come for `patience`,
reading ends as at the end of a connection, and the server with it; the socket itself stays with the auxiliary server. Datagrams of hosts that may not
use the service are dropped, and so are empty ones after the first.

Source: Management 1.5, datagram sockets. fidelity: that the inactivity timer of a service ends its server is inferred.
"""

from __future__ import annotations

from collections.abc import Callable

from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.kernel.kernel import Kernel
from vmsemu.net.port import Datagram, DatagramSocket, Endpoint, StreamOptions
from vmsemu.tables.facilities import SS


class DatagramConnection:
    """A socket for datagrams as a Connection. `patience` 0 is without end."""

    def __init__(
        self, kernel: Kernel, socket: DatagramSocket, first: Datagram, patience: DeltaTime, admits: Callable[[str], bool] | None = None
    ) -> None:
        self._kernel = kernel
        self._socket = socket
        self._first: Datagram | None = first if first.data else None
        self._last = first
        self._patience = patience
        self._admits = admits
        self._closed = False

    @property
    def peer(self) -> Endpoint:
        return self._last.peer

    @property
    def local(self) -> Endpoint:
        return self._socket.local

    async def read(self, limit: int = 65536, *, deadline: VmsTime | None = None) -> bytes:
        """The next datagram, cut to `limit`; b'' when none has come in time."""
        if self._closed:
            raise SS.LINKDISCON.error()
        if self._first is not None:
            self._first = None
            return self._last.data[:limit]
        patience = VmsTime(self._kernel.now + self._patience) if self._patience else None
        while True:
            early = deadline is not None and (patience is None or deadline < patience)
            try:
                datagram = await self._socket.receive(deadline=deadline if early else patience)
            except VmsError as error:
                if error.matches(SS.TIMEOUT) and not early:
                    return b""
                raise
            if datagram.data and (self._admits is None or self._admits(datagram.peer[0])):
                self._last = datagram
                return datagram.data[:limit]

    def write(self, data: bytes) -> bool:
        """Send one datagram to where the last one came from."""
        if self._closed:
            raise SS.LINKDISCON.error()
        self._last.answer(data)
        return True

    async def flush(self, *, deadline: VmsTime | None = None) -> None:
        """Datagrams are not queued."""

    def configure(self, options: StreamOptions) -> None:
        """Those options are of streams."""

    def close(self) -> None:
        self._closed = True
