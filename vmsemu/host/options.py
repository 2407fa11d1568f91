"""What the operator may choose for a node, on the command line or in the site's manifest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field


class OptionError(Exception):
    """An option with a value that makes no sense, in words for the host's operator."""


Address = tuple[str, int]


@dataclass
class NodeOptions:
    """Values as the operator writes them; empty means the default."""

    node: str = ""
    domain: str = ""
    clock: str = ""
    tcpip: str = ""
    user: str = ""
    net: str = ""
    dns: str = ""
    ports: Sequence[str] = field(default_factory=tuple)
    out: Sequence[str] = field(default_factory=tuple)
    mounts: Sequence[str] = field(default_factory=tuple)

    def port_map(self) -> dict[int, Address]:
        """`GUEST=[ADDR:]PORT` to guest port -> host address."""
        result: dict[int, Address] = {}
        for text in self.ports:
            guest, equals, target = text.partition("=")
            if not equals:
                raise OptionError(f"--port {text}: write GUEST=[ADDR:]PORT, for example --port 25=2525")
            result[_port(guest, text)] = parse_address(target, "127.0.0.1", text)
        return result

    def out_map(self) -> dict[tuple[str, int], Address]:
        """`[GUESTADDR:]PORT=ADDR:PORT` to (guest address or '', port) -> host address."""
        result: dict[tuple[str, int], Address] = {}
        for text in self.out:
            guest, equals, target = text.partition("=")
            if not equals:
                raise OptionError(f"--out {text}: write [GUESTADDR:]25=ADDR:PORT, for example --out 25=127.0.0.1:2526")
            address, _, port = guest.rpartition(":")
            result[address.strip("[]"), _port(port, text)] = parse_address(target, "", text)
        return result

    def folders(self) -> list[tuple[str, str, bool]]:
        """`DNFSn=folder[:write]` to (device, folder, may be written to)."""
        result: list[tuple[str, str, bool]] = []
        for text in self.mounts:
            device, equals, folder = text.partition("=")
            device = device.upper().removesuffix(":") + ":"
            writable = folder.endswith(":write")
            folder = folder.removesuffix(":write")
            if not equals or not folder or re.fullmatch(r"DNFS[1-9]\d{0,3}:", device) is None or device in (d for d, _, _ in result):
                raise OptionError(f"--mount {text}: write DNFSn=FOLDER[:write], each device once, for example --mount DNFS1=/tmp/share")
            result.append((device, folder, writable))
        return result

    def dns_server(self) -> Address | None:
        return parse_address(self.dns if ":" in self.dns else f"{self.dns}:53", "", self.dns) if self.dns else None

    def check(self) -> None:
        """Raise OptionError for the first value that makes no sense."""
        if self.node and not re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,5}", self.node):
            raise OptionError(f"node={self.node}: a node name is 1 to 6 letters and digits and begins with a letter")
        if self.domain and not re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", self.domain):
            raise OptionError(f"domain={self.domain}: not a domain name")
        if self.tcpip not in ("", "configured", "unconfigured"):
            raise OptionError(f"tcpip={self.tcpip}: a new system comes `configured` (default) or `unconfigured`")
        if self.net not in ("", "host", "isolated"):
            raise OptionError(f"--net {self.net}: the network is `isolated` (default) or `host`")
        self.port_map()
        self.out_map()
        self.folders()
        self.dns_server()


def parse_address(text: str, default_host: str, whole: str) -> Address:
    """`ADDR:PORT`, or `PORT` where there is a default address; IPv6 addresses stand in brackets."""
    host, _, port = text.rpartition(":")
    host = host.strip("[]") or default_host
    if not host:
        raise OptionError(f"{whole}: write ADDR:PORT")
    return host, _port(port, whole)


def _port(text: str, whole: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= 65535:
        raise OptionError(f"{whole}: {text or 'nothing'} is not a port number")
    return int(text)
