"""A stream connection of the node over a real socket. What the socket learns enters the kernel through `kernel.post`."""

from __future__ import annotations

import socket
from contextlib import suppress

from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.host.conditions import condition_of
from vmsemu.host.driver import READ, WRITE, HostDriver
from vmsemu.kernel.event import EventFlag, TimedOut
from vmsemu.net.port import Endpoint, StreamOptions
from vmsemu.tables.facilities import SS

_HIGH_WATER = 1 << 20
_LOW_WATER = 1 << 18
_CHUNK = 1 << 16
_PROBE, _DROP = 75, 600
_LINGER = DeltaTime.of(minutes=1)
"""How long a closed connection may keep its socket for what the other side has not yet taken."""


class HostConnection:
    """A stream connection over a real socket."""

    def __init__(self, driver: HostDriver, sock: socket.socket, local: Endpoint, peer: Endpoint) -> None:
        self.local = local
        self.peer = peer
        self._driver = driver
        self._socket = sock
        self._kernel = driver.kernel
        self._in = bytearray()
        self._out = bytearray()
        self._ended = False
        self._closed = False
        self._gone = False
        self._watched = -1
        self._error: VmsError | None = None
        self._readable = EventFlag(driver.kernel)
        self._writable = EventFlag(driver.kernel)
        self._watch()

    def _watch(self) -> None:
        events = 0
        if not self._ended and not self._closed and len(self._in) < _HIGH_WATER:
            events |= READ
        if self._out:
            events |= WRITE
        if self._gone or events == self._watched:
            return
        self._watched = events
        if events:
            self._driver.watch(self._socket, events, self._ready)
        else:
            self._driver.unwatch(self._socket)

    def _ready(self, events: int) -> None:
        """Called by the driver, outside the kernel."""
        if events & READ and not self._ended:
            try:
                data = self._socket.recv(_CHUNK)
            except (BlockingIOError, InterruptedError):
                data = None
            except OSError as error:
                self._kernel.post(self._broken, condition_of(error))
                return
            if data is not None:
                self._kernel.post(self._arrived, data)
                if not data:
                    self._ended = True
                    self._watch()
        if events & WRITE:
            self._kernel.post(self._send)

    def _arrived(self, data: bytes) -> None:
        self._in += data
        self._readable.set()
        if len(self._in) >= _HIGH_WATER:
            self._watch()

    def _broken(self, error: VmsError) -> None:
        self._error = error
        self._out.clear()
        self._readable.set()
        self._writable.set()
        self._drop()

    async def read(self, limit: int = 65536, *, deadline: VmsTime | None = None) -> bytes:
        while not self._in:
            if self._closed:
                raise SS.LINKDISCON.error()
            if self._error is not None:
                raise self._error
            if self._ended:
                return b""
            self._readable.clear()
            try:
                await self._readable.wait(deadline=deadline)
            except TimedOut:
                raise SS.TIMEOUT.error() from None
        kept = self._in
        full = len(kept) >= _HIGH_WATER
        if len(kept) <= limit:
            data = bytes(kept)
            kept.clear()
        else:
            data = bytes(kept[:limit])
            del kept[:limit]
        if full:
            self._watch()
        return data

    def write(self, data: bytes) -> bool:
        if self._closed:
            raise SS.LINKDISCON.error()
        if self._error is not None:
            raise SS.LINKABORT.error()
        if self._out:
            self._out += data
        elif (sent := self._given(data)) < len(data):
            self._out += data[sent:]
            self._send()
        return len(self._out) < _LOW_WATER and self._error is None

    def _given(self, data: bytes | bytearray) -> int:
        """Give the socket what it takes at once; how many bytes that was."""
        try:
            return self._socket.send(data[:_CHUNK] if len(data) > _CHUNK else data)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError as error:
            self._broken(condition_of(error))
            return 0

    def _send(self) -> None:
        """Send what the socket takes; the rest waits for the socket."""
        while self._out and not self._gone:
            sent = self._given(self._out)
            if not sent:
                break
            del self._out[:sent]
        if self._gone:
            return
        if len(self._out) < _LOW_WATER:
            self._writable.set()
        if self._closed and not self._out:
            self._drop()
        else:
            self._watch()

    async def flush(self, *, deadline: VmsTime | None = None) -> None:
        while len(self._out) >= _LOW_WATER:
            self._writable.clear()
            try:
                await self._writable.wait(deadline=deadline)
            except TimedOut:
                raise SS.TIMEOUT.error() from None
        if self._error is not None:
            raise SS.LINKABORT.error()

    def configure(self, options: StreamOptions) -> None:
        probe = options.probe_timer or _PROBE
        wanted = [
            (socket.SOL_SOCKET, socket.SO_RCVBUF, options.receive),
            (socket.SOL_SOCKET, socket.SO_SNDBUF, options.send),
            (socket.SOL_SOCKET, socket.SO_KEEPALIVE, options.keepalive),
        ]
        if options.keepalive and hasattr(socket, "TCP_KEEPIDLE"):
            tcp = socket.IPPROTO_TCP
            probes = max(1, (options.drop_count or _DROP) // probe)
            wanted += [(tcp, socket.TCP_KEEPIDLE, probe), (tcp, socket.TCP_KEEPINTVL, probe), (tcp, socket.TCP_KEEPCNT, probes)]
        for level, name, value in wanted:
            if value:
                with suppress(OSError):
                    self._socket.setsockopt(level, name, int(value))

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._readable.set()
        if self._out:
            self._watch()
            self._kernel.call_at(VmsTime(self._kernel.now + _LINGER), self._drop)
        else:
            self._drop()

    def _drop(self) -> None:
        if not self._gone:
            self._gone = True
            self._driver.unwatch(self._socket)
            self._socket.close()
