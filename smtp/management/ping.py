"""PING and LOOP, the same command: echo requests, as far as the node's network carries them.

On the network of the machine a host answers when it is up and there is a way to it; its answer takes no time. To the network of the host no echo
request is ever sent: that takes a raw socket. Source: Tuning and Troubleshooting, 1.2 (display); Management Command Reference, PING.
"""

from __future__ import annotations

from smtp.facility import TCPIP
from smtp.management.common import require_running
from smtp.management.hosts import HOSTS, all_records
from smtp.management.lookup import known_host
from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.time import DeltaTime
from vmsemu.images.common.gaps import accept
from vmsemu.images.context import ImageContext
from vmsemu.kernel.kernel import sleep
from vmsemu.net.address import is_address
from vmsemu.net.stack import NetworkStack
from vmsemu.services.control_c import taking_control_c
from vmsemu.services.process import ControlC
from vmsemu.tables.facilities import SS

HEADER = 8
_DEFAULT_SIZE, _DEFAULT_NUMBER = 64, 4
_MAXIMUM_SIZE = 65468
_SECOND = DeltaTime.of(seconds=1)
_PATTERN_DIGITS = 32
_TIME_TO_LIVE = 64


async def ping(ctx: ImageContext) -> ConditionValue:
    """PING [host] [/ADDRESS=] [/ALL] [/NUMBER_PACKETS=] [/PACKET_SIZE=] [/PATTERN=] [/[NO]ROUTE] [/WAIT=]"""
    accept(ctx, "FULL")
    cli = ctx.cli
    number = cli.integer("NUMBER_PACKETS") if cli.present("NUMBER_PACKETS") else _DEFAULT_NUMBER
    size = cli.integer("PACKET_SIZE") if cli.present("PACKET_SIZE") else _DEFAULT_SIZE
    wait = cli.integer("WAIT") if cli.present("WAIT") else 1
    pattern = cli.value("PATTERN") or ""
    for qualifier, wrong in (
        ("NUMBER_PACKETS", number < 0),
        ("PACKET_SIZE", not HEADER <= size <= _MAXIMUM_SIZE),
        ("WAIT", wait < 1),
        ("PATTERN", len(pattern) > _PATTERN_DIGITS or any(digit not in "0123456789ABCDEFabcdef" for digit in pattern)),
    ):
        if wrong:
            raise TCPIP.INVQUAL.error(qualifier)
    if cli.present("ADDRESS") and not is_address(cli.value("ADDRESS") or ""):
        raise TCPIP.INVQUAL.error("ADDRESS")
    if cli.present("ALL"):
        hosts = list(dict.fromkeys(record.name for record in all_records(ctx, HOSTS) if not record.alias))
    else:
        hosts = [cli.value("ADDRESS") or cli.value("HOST") or _local_host(ctx)]
    status = SS.NORMAL.value
    for host in hosts:
        status = await echo(ctx, host, number, size, DeltaTime.of(seconds=wait), direct=cli.negated("ROUTE"))
    return status


def _local_host(ctx: ImageContext) -> str:
    found = ctx.process.names.translate("TCPIP$INET_HOST")
    return found.translations[0].equivalence if found is not None else ctx.system.host_name


async def echo(ctx: ImageContext, host: str, number: int, size: int, wait: DeltaTime = _SECOND, *, direct: bool = False) -> ConditionValue:
    """Send echo requests, for ever when `number` is 0, and show what comes back. The status of a host that does not answer is SS.TIMEOUT.

    Errors: TCPIP.NOECHO; TCPIP.NOTRUNNING.
    """
    require_running(ctx, TCPIP.COMMERROR)
    layer = ctx.system.part(NetworkStack).network
    try:
        name, addresses = await known_host(ctx, host, TCPIP.HOSTERROR)
    except VmsError as error:
        if error.message.cause is None or error.message.cause.definition != TCPIP.IVHOST:
            raise
        ctx.write(f"ping: unknown host {host}.")
        return TCPIP.IVHOST(host).value.shown()
    address = addresses[0]
    if layer.wire.answers(address) is None:
        raise TCPIP.NOECHO.error(host)
    ctx.write(f"PING {name} ({address}): {size - HEADER} data bytes")
    sent = received = 0
    status = SS.TIMEOUT.value.shown()
    try:
        with taking_control_c(ctx.process):
            while not number or sent < number:
                if sent:
                    await sleep(ctx.kernel, wait)
                if direct and layer.on_network(address) is None:
                    raise SS.UNREACHABLE.error()
                sent += 1
                if layer.answers(address):
                    ctx.write(f"{size} bytes from {address}: icmp_seq={sent - 1} ttl={_TIME_TO_LIVE} time=0 ms")
                    received += 1
            if received < sent:
                await sleep(ctx.kernel, wait)
    except ControlC:
        pass
    except VmsError as error:
        if not error.matches(SS.UNREACHABLE):
            raise
        sent = max(sent, 1)
        ctx.write("ping: sendto: Network is unreachable")
        status = SS.UNREACHABLE.value.shown()
    lost = (sent - received) * 100 // sent if sent else 0
    ctx.write()
    ctx.write(f"----{name} PING Statistics----")
    ctx.write(f"{sent} packets transmitted, {received} packets received, {lost}% packet loss")
    if received:
        ctx.write("round-trip (ms)  min/avg/max = 0/0/0 ms")
    return SS.NORMAL.value if received else status
