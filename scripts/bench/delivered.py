"""The node of the mail bench: a node in this process that tells when mail has arrived in the user's MAIL file.

    delivered.py SITE LIMIT [PORT]

SMTP takes LIMIT connections at a time. Prints the port of SMTP, then for each line N of standard input the time (seconds of the host's monotonic
clock) at which N messages more have been delivered.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.dcl.session import procedure_lines
from vmsemu.host.driver import READ
from vmsemu.host.live import LiveNode, open_node
from vmsemu.host.options import NodeOptions
from vmsemu.host.site import open_site
from vmsemu.mail.callable import Mail
from vmsemu.services.process import Process
from vmsemu.services.stream import CallbackOutput, ListInput, NullStream

STEP = DeltaTime.of(hundredths=1)


def set_limit(live: LiveNode, limit: int) -> None:
    """What a manager types who expects that many senders."""
    lines = ["$ TCPIP DISABLE SERVICE SMTP", f"$ TCPIP SET SERVICE SMTP/LIMIT={limit}", "$ TCPIP ENABLE SERVICE SMTP"]
    out: list[str] = []

    async def main(process: Process) -> object:
        return await procedure_lines(process, lines, [], login=False)

    live.run_until_ended(live.node.login("SYSTEM", ListInput([]), CallbackOutput(out.append), main))  # type: ignore[arg-type]
    if any(line.startswith("%") and line[:6] != "%TCPIP" for line in out) or "-E-" in "".join(out):
        raise SystemExit("".join(out))


def main() -> None:
    folder, limit = Path(sys.argv[1]), int(sys.argv[2])
    live = open_node(open_site(folder), NodeOptions(ports=[f"25={sys.argv[3] if len(sys.argv) > 3 else 0}"]))
    live.boot(NullStream())
    set_limit(live, limit)
    address = live.network.opened[0].host_address
    assert address is not None
    print(address[1], flush=True)
    profiles = live.node.system.part(Mail).profiles
    wanted: list[int] = []
    ended: list[bool] = []

    def asked(events: int) -> None:
        line = sys.stdin.readline()
        if line:
            wanted.append(profiles.count("STUDENT") + int(line))
        else:
            ended.append(True)
            live.driver.unwatch(sys.stdin)

    def look() -> None:
        if wanted and profiles.count("STUDENT") >= wanted[0]:
            wanted.pop()
            print(time.monotonic(), flush=True)
        live.kernel.call_at(VmsTime(live.kernel.now + STEP), look)

    live.driver.watch(sys.stdin, READ, asked)
    look()
    live.serve(lambda: bool(ended))
    live.shut_down(NullStream())


main()
