"""Messages delivered end to end: a node in this process, fed by smtp-source, until the last message is in the user's MAIL file.

    delivered.py SITE MESSAGES SMTP-SOURCE

Prints seconds from the first connection to the last delivery.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from vmsemu.host.live import open_node
from vmsemu.host.options import NodeOptions
from vmsemu.host.site import open_site
from vmsemu.mail.callable import Mail
from vmsemu.services.stream import NullStream


def main() -> None:
    folder, messages, source = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    live = open_node(open_site(folder), NodeOptions(ports=["25=0"]))
    live.boot(NullStream())
    address = live.network.opened[0].host_address
    assert address is not None
    profiles = live.node.system.part(Mail).profiles
    target = ["-f", "sender@example.com", "-t", "student@alpha1.example.com", f"inet:{address[0]}:{address[1]}"]
    start = time.perf_counter()
    sender = subprocess.Popen([source, "-s", "10", "-m", str(messages), "-l", "2000", *target])
    live.driver.run(lambda: profiles.count("STUDENT") >= messages)
    print(time.perf_counter() - start)
    sender.kill()
    sender.wait()
    live.shut_down(NullStream())


main()
