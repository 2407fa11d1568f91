"""TCPIP$FINGER_SERVER: answers one query of the finger protocol on SYS$NET, run by TCPIP$FINGER_RUN.COM.

A client sends one line and is sent an answer. A line that asks this host to ask another one is refused, as it would let strangers hide behind the node.
Source: RFC 1288; User's Guide 7.3. fidelity: the product can forward (7.4); the text of the refusal is the one of RFC 1288.
"""

from __future__ import annotations

from smtp.finger import finger_lines
from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import image
from vmsemu.net.port import NETWORK_CONDITIONS, Connection
from vmsemu.net.socket_device import network_connection
from vmsemu.tables.facilities import SS

_LIMIT = 512
_PATIENCE = DeltaTime.of(minutes=1)


@image("TCPIP$FINGER_SERVER")
async def tcpip_finger_server(ctx: ImageContext) -> ConditionValue:
    """Answer the client on SYS$NET. Errors: SS.NOSUCHDEV when there is none."""
    connection = network_connection(ctx.process)
    deadline = VmsTime(ctx.now + _PATIENCE)
    try:
        query = await _line(connection, deadline)
        lines = ["Finger forwarding service denied"] if "@" in query else finger_lines(ctx.process, query)
        connection.write("".join(f"{line}\r\n" for line in lines).encode("latin-1", "replace"))
        await connection.flush(deadline=deadline)
    except VmsError as error:
        if not error.matches(*NETWORK_CONDITIONS):
            raise
    connection.close()
    return SS.NORMAL.value


async def _line(connection: Connection, deadline: VmsTime) -> str:
    """The line of the client, without what follows it; a client that sends too much has sent enough."""
    data = b""
    while b"\n" not in data and len(data) < _LIMIT:
        more = await connection.read(_LIMIT, deadline=deadline)
        if not more:
            break
        data += more
    text = data.partition(b"\n")[0][:_LIMIT].decode("latin-1")
    return "".join(c for c in text if c.isprintable()).strip()
