"""TCPIP$FINGER: who is logged in, here or on another host.

    $ FINGER [user][@host]

Without a host the answer comes from this node itself; with one, from the finger server of that host, name by name as it sends it. Control characters of the
answer are left out: it comes from a stranger and goes to a terminal.

Source: User's Guide 7.3; RFC 1288. fidelity: the messages are documented, how the host is announced is as the UNIX utility does it.
"""

from __future__ import annotations

from itertools import cycle

from smtp.finger import finger_lines
from smtp.management.lookup import known_host
from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import image
from vmsemu.net.port import Connection
from vmsemu.net.stack import NetworkStack
from vmsemu.services.putmsg import message_lines
from vmsemu.tables.facilities import SS
from vmsemu.tables.message import Facility

FINGER = Facility(__package__, "finger.msg")
_PORT = 79
_PATIENCE = DeltaTime.of(seconds=75)
_LIMIT = 1 << 20


@image("TCPIP$FINGER")
async def tcpip_finger(ctx: ImageContext) -> ConditionValue:
    """FINGER [user][@host]"""
    return await finger(ctx, _argument(ctx.cli.line))


async def finger(ctx: ImageContext, who: str) -> ConditionValue:
    """Tell of `[user][@host]`. Errors: those of finger.msg."""
    query, at, host = who.rpartition("@")
    if not at:
        for text in finger_lines(ctx.process, host):
            ctx.write(text)
        return SS.NORMAL.value
    deadline = VmsTime(ctx.now + _PATIENCE)
    connection = await _connect(ctx, host, deadline)
    if connection is None:
        # The manual prints this message without its percent sign.
        ctx.write(message_lines(FINGER.CONNREF())[0].removeprefix("%"))
        return FINGER.CONNREF.value.shown()
    ctx.write(f"[{host}]")
    try:
        await _show(ctx, connection, query, deadline)
    except VmsError as error:
        raise FINGER.NETERR.error(cause=error) from None
    finally:
        connection.close()
    return SS.NORMAL.value


def _argument(line: str) -> str:
    """What a C program is given: in lower case what is not quoted."""
    return "".join(part if quoted else part.lower() for quoted, part in zip(cycle((False, True)), line.strip().split('"'), strict=False))


async def _connect(ctx: ImageContext, host: str, deadline: VmsTime) -> Connection | None:
    """A connection to the first address of the host that answers; None when it refuses. Errors: FINGER.UNKHOST, FINGER.NETERR."""
    try:
        addresses = (await known_host(ctx, host, FINGER.NETERR))[1]
    except VmsError as error:
        raise FINGER.UNKHOST.error(host) from error
    failure: VmsError | None = None
    for address in addresses:
        try:
            return await ctx.system.part(NetworkStack).network.connect(address, _PORT, deadline=deadline)
        except VmsError as error:
            failure = None if error.matches(SS.REJECT) else FINGER.NETERR.error(cause=error)
    if failure is not None:
        raise failure
    return None


async def _show(ctx: ImageContext, connection: Connection, query: str, deadline: VmsTime) -> None:
    connection.write(query.encode("latin-1", "replace") + b"\r\n")
    data = b""
    while (more := await connection.read(deadline=deadline)) and len(data) < _LIMIT:
        data += more
    for line in data.decode("latin-1").splitlines():
        ctx.write("".join(c for c in line if c.isprintable() or c == "\t"))
