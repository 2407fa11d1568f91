"""`vmsemu serve`: the node without a console."""

from __future__ import annotations

import signal
from typing import Any

from vmsemu.host.live import LiveNode, host_error
from vmsemu.services.stream import NullStream


def run_server(live: LiveNode) -> int:
    """Run until SIGTERM or SIGINT, then shut down in order. A disk that refuses to be written is not waited for then. Errors: StoreError."""
    stopping: list[int] = []

    def stop(number: int, frame: Any) -> None:
        stopping.append(number)
        live.kernel.patient = False
        live.driver.wake()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    live.boot(NullStream())
    open_ports = [listener for listener in live.network.opened if listener.host_address]
    ports = ", ".join(f"{l.local[1]} on {l.host_address[0]}:{l.host_address[1]}" for l in open_ports if l.host_address)
    silent = sorted(set(live.network.ports) - {listener.local[1] for listener in open_ports})
    system = live.node.system
    host_error(f"node {system.node_name} ({system.host_name}) is up" + (f", port {ports}" if ports else ", no port open"))
    if silent:
        host_error(
            f"no service of the node listens at port {', '.join(map(str, silent))}: enable it with TCPIP SET CONFIGURATION ENABLE SERVICE"
        )
    live.serve(lambda: bool(stopping))
    live.shut_down(NullStream())
    return 0
