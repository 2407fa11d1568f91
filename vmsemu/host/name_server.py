"""The name server that the host itself uses."""

from __future__ import annotations

from vmsemu.host.options import Address


def host_name_server() -> Address | None:
    """The first one of the host's resolver; None when there is none."""
    try:
        with open("/etc/resolv.conf", encoding="ascii", errors="replace") as file:
            for line in file:
                words = line.split()
                if len(words) >= 2 and words[0] == "nameserver":
                    return words[1], 53
    except OSError:
        return None
    return None
