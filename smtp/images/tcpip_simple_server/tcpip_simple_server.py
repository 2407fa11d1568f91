"""TCPIP$SIMPLE_SERVER: the services of RFC 862 to 864, each a row of a table.

    $ SERVE = "$SYS$SYSTEM:TCPIP$SIMPLE_SERVER"
    $ SERVE ECHO

A procedure that the auxiliary server runs names the service; SYS$NET is the client. Over UDP each datagram is one request. DAYTIME (RFC 867) needs no
image: its procedure is DCL alone. Source: the RFCs. fidelity: the product has no such services; the image and its name are ours.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import image
from vmsemu.kernel.kernel import Kernel, give_way
from vmsemu.net.datagrams import DatagramConnection
from vmsemu.net.port import NETWORK_CONDITIONS, Connection
from vmsemu.net.socket_device import network_connection
from vmsemu.tables.facilities import SS

_PATIENCE = DeltaTime.of(minutes=5)
"""How long a client may leave unread what it is sent."""
_PRINTABLE = bytes(range(32, 127))
_WIDTH = 72


@image("TCPIP$SIMPLE_SERVER")
async def tcpip_simple_server(ctx: ImageContext) -> ConditionValue:
    """Serve the client on SYS$NET. Errors: SS.NOSUCHDEV without a client, SS.BADPARAM for a service that is not in the table."""
    serve = _SERVICES.get(ctx.cli.line.strip().upper())
    if serve is None:
        raise SS.BADPARAM.error()
    connection = network_connection(ctx.process)
    try:
        await serve(connection, ctx.kernel)
    except VmsError as error:
        if not error.matches(*NETWORK_CONDITIONS):
            raise
    return SS.NORMAL.value


async def _echo(connection: Connection, kernel: Kernel) -> None:
    """RFC 862: back comes what was sent."""
    while data := await connection.read():
        await _send(connection, data, kernel)


async def _discard(connection: Connection, kernel: Kernel) -> None:
    """RFC 863: nothing comes back."""
    while await connection.read():
        await give_way()


async def _chargen(connection: Connection, kernel: Kernel) -> None:
    """RFC 864: lines of the printing characters without end; over UDP one line for each datagram."""
    one_each = isinstance(connection, DatagramConnection)
    ring = _PRINTABLE * 2
    at = 0
    while not one_each or await connection.read():
        await _send(connection, ring[at : at + _WIDTH] + b"\r\n", kernel)
        at = (at + 1) % len(_PRINTABLE)


async def _send(connection: Connection, data: bytes, kernel: Kernel) -> None:
    """Send, and wait for a client that does not read. Others have their turn in between."""
    connection.write(data)
    await connection.flush(deadline=VmsTime(kernel.now + _PATIENCE))
    await give_way()


_SERVICES: dict[str, Callable[[Connection, Kernel], Awaitable[None]]] = {"CHARGEN": _chargen, "DISCARD": _discard, "ECHO": _echo}
