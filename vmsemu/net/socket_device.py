"""BGn: the device of a socket. An image uses its `connection`; a command procedure that opens it reads and writes lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmsemu.base.time import VmsTime
from vmsemu.files.mount import DeviceClass
from vmsemu.net.datagrams import DatagramConnection
from vmsemu.net.port import Connection
from vmsemu.tables.facilities import RMS, SS

if TYPE_CHECKING:
    from vmsemu.services.process import Process

_LINE_LIMIT = 32767


class SocketDevice:
    """A connected socket of the node. `service` is the service it was accepted for."""

    device_class = DeviceClass.SCOM

    def __init__(self, name: str, connection: Connection, service: str = "") -> None:
        self.name = name
        self.connection = connection
        self.service = service

    def open_stream(self, process: Process, mode: str) -> SocketStream:
        return SocketStream(self.name, self.connection)


class SocketStream:
    """A connection as records: lines that end with LF or CR LF when read, with CR LF when written. A datagram is one record."""

    is_terminal = False

    def __init__(self, name: str, connection: Connection) -> None:
        self.name = name
        self._connection = connection
        self._buffer = b""

    async def read(self, prompt: str = "", *, echo: bool = True, deadline: VmsTime | None = None) -> str:
        """The next line. Errors: RMS.EOF at the end of the connection, and those of the network."""
        if prompt:
            self.write_raw(prompt)
        while b"\n" not in self._buffer and len(self._buffer) < _LINE_LIMIT:
            data = await self._connection.read(deadline=deadline)
            if not data:
                if not self._buffer:
                    raise RMS.EOF.error()
                break
            self._buffer += data
            if isinstance(self._connection, DatagramConnection):
                break
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.removesuffix(b"\r").decode("latin-1")

    def write(self, text: str) -> None:
        self._connection.write(text.encode("latin-1", "replace") + b"\r\n")

    def write_raw(self, text: str) -> None:
        self._connection.write(text.encode("latin-1", "replace"))

    def close(self) -> None:
        """The channel is closed; the connection lives as long as its device."""


def network_connection(process: Process) -> Connection:
    """The connection behind SYS$NET. Errors: SS.NOSUCHDEV when the process was not started by the auxiliary server."""
    name = process.names.translate("SYS$NET")
    device = process.system.devices.find(name.translations[0].equivalence) if name is not None else None
    if not isinstance(device, SocketDevice):
        raise SS.NOSUCHDEV.error()
    return device.connection
