"""The UNIX utilities at TCPIP>, in lower case: finger, ping, traceroute, ifconfig for display. The others are not part of this version and say so.

Source: Tuning and Troubleshooting, 1.2 (shape of ifconfig); traceroute as everywhere. fidelity: the words of the flags are those of the UNIX the
product's kernel comes from.
"""

from __future__ import annotations

from smtp.facility import TCPIP
from smtp.images.tcpip_finger.tcpip_finger import finger
from smtp.management.common import require_running
from smtp.management.lookup import host_name, known_host
from smtp.management.ping import HEADER, echo
from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.time import DeltaTime
from vmsemu.images.context import ImageContext
from vmsemu.kernel.kernel import sleep
from vmsemu.net.address import mask_length, mask_of, to_number
from vmsemu.net.interface import Interface, ethernet_address
from vmsemu.net.stack import NetworkStack
from vmsemu.services.control_c import taking_control_c
from vmsemu.tables.facilities import SS

_HOPS, _PROBES = 30, 3
_PROBE_WAIT = DeltaTime.of(seconds=5)
_LOOPBACK_FLAGS = "100c89<UP,LOOPBACK,NOARP,MULTICAST,SIMPLEX,NOCHECKSUM>"
_ETHERNET_FLAGS = "c63<UP,BROADCAST,NOTRAILERS,RUNNING,MULTICAST,SIMPLEX>"
_PING_DATA = 56


async def utility(ctx: ImageContext, name: str, words: list[str]) -> ConditionValue:
    """Run a utility. Errors: TCPIP.NOUTILITY for those that are not here, TCPIP.NOTRUNNING."""
    if name not in ("finger", "ping", "traceroute", "ifconfig"):
        raise TCPIP.NOUTILITY.error(name)
    require_running(ctx, TCPIP.COMMERROR)
    if name == "finger":
        return await finger(ctx, " ".join(words))
    if name == "ifconfig":
        return _ifconfig(ctx, words)
    options, operands = _options(words, "cs" if name == "ping" else "msqw")
    if options is None or len(operands) != 1:
        ctx.write("usage: ping [-c count] [-s size] host" if name == "ping" else "usage: traceroute [-m max_ttl] [-s src_addr] host")
        return SS.BADPARAM.value.shown()
    if name == "ping":
        size = int(options["s"]) if options.get("s", "").isdigit() else _PING_DATA
        return await echo(ctx, operands[0], int(options["c"]) if options.get("c", "").isdigit() else 0, size + HEADER)
    return await _traceroute(ctx, operands[0], options)


def _options(words: list[str], known: str) -> tuple[dict[str, str] | None, list[str]]:
    """Options with their values, and what is left; None for an option that is not known."""
    options: dict[str, str] = {}
    operands: list[str] = []
    rest = iter(words)
    for word in rest:
        if not word.startswith("-"):
            operands.append(word)
        elif len(word) < 2 or word[1].lower() not in known:
            return None, operands
        else:
            options[word[1].lower()] = word[2:] or next(rest, "")
    return options, operands


async def _traceroute(ctx: ImageContext, host: str, options: dict[str, str]) -> ConditionValue:
    layer = ctx.system.part(NetworkStack).network
    maximum = int(options["m"]) if options.get("m", "").isdigit() else _HOPS
    try:
        name, addresses = await known_host(ctx, host, TCPIP.HOSTERROR)
    except VmsError:
        ctx.write(f"traceroute: unknown host {host}")
        return TCPIP.IVHOST(host).value.shown()
    address = addresses[0]
    if "s" in options and options["s"] not in (*layer.local_addresses(), "127.0.0.1"):
        ctx.write(f"traceroute: can not bind to {options['s']}")
        return SS.BADPARAM.value.shown()
    if layer.wire.answers(address) is None:
        raise TCPIP.NOECHO.error(host)
    ctx.write(f"traceroute to {name} ({address}), {maximum} hops max, 40 byte packets")
    try:
        _, first = layer.next_hop(address)
    except VmsError as error:
        ctx.write("traceroute: sendto: Network is unreachable")
        return error.value.shown()
    path = [address] if first == address else [first, address]
    for hop in range(1, maximum + 1):
        here = path[min(hop, len(path)) - 1]
        if (hop == 1 or layer.wire.answers(first) is not False) and layer.wire.answers(here):
            shown = name if here == address else host_name(ctx, here)
            ctx.write(f"{hop:>2}  {shown} ({here}){'  0 ms' * _PROBES}")
            if here == address:
                return SS.NORMAL.value
            continue
        with taking_control_c(ctx.process):
            for _ in range(_PROBES):
                await sleep(ctx.kernel, _PROBE_WAIT)
        ctx.write(f"{hop:>2} {' *' * _PROBES}")
    return SS.TIMEOUT.value.shown()


def _ifconfig(ctx: ImageContext, words: list[str]) -> ConditionValue:
    """ifconfig -a, ifconfig interface. Errors: TCPIP.NOUTILITY for changes, which SET INTERFACE makes."""
    layer = ctx.system.part(NetworkStack).network
    if len(words) > 1:
        raise TCPIP.NOUTILITY.error("ifconfig for changes")
    everything = [word.lower() for word in words] in ([], ["-a"])
    found = [each for each in layer.interfaces if everything or each.name == words[0].upper()]
    if not found:
        ctx.write(f"ifconfig: no such interface: {words[0]}")
        return SS.NOSUCHDEV.value.shown()
    for each in found:
        for line in _interface_lines(each):
            ctx.write(line)
        if each.is_loopback and everything:
            ctx.write("TN0: flags=80<NOARP>")
    return SS.NORMAL.value


def _interface_lines(each: Interface) -> list[str]:
    mask = f"{to_number(mask_of(mask_length(each.mask) or 0)):08x}"
    if each.is_loopback:
        return [f"{each.name}: flags={_LOOPBACK_FLAGS}", f"     inet {each.address} netmask {mask} ipmtu {each.mtu}"]
    hardware = ":".join(f"{int(part, 16):x}" for part in ethernet_address(each.address).split("-"))
    return [
        f"{each.name}: flags={_ETHERNET_FLAGS}",
        f"     HWaddr {hardware}",
        f"     inet {each.address} netmask {mask} broadcast {each.broadcast} ipmtu {each.mtu}",
    ]
