"""The permanent configuration of the network: communication, interfaces, name service and protocols as TCPIP$CONFIGURATION.DAT keeps them.

Each value is one record of a node. Empty text and empty tuples are "not defined". Source: Management Command Reference, SET CONFIGURATION.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

COMMUNICATION = "COMMUNICATION"
NAME_SERVICE = "NAME_SERVICE"
INTERFACE = "INTERFACE:"
PROTOCOL = "PROTOCOL:"
DEFAULT_PROXIES = 20
DEFAULT_RETRY = DEFAULT_TIMEOUT = 4
DEFAULT_TRANSPORT = "UDP"
_SEPARATOR = ","


class _Items:
    """Values to and from the items of a record: lists with commas, switches as 1, what has its default left out."""

    __slots__ = ()

    @classmethod
    def from_items(cls, items: Mapping[str, str]) -> Self:
        """Read a record; an item that makes no sense keeps its default."""
        values: dict[str, object] = {}
        for field in fields(cls):  # type: ignore[arg-type]
            text = items.get(field.name.upper())
            if text is None:
                continue
            if isinstance(field.default, bool):
                values[field.name] = text == "1"
            elif isinstance(field.default, int):
                if text.isascii() and text.isdigit():
                    values[field.name] = int(text)
            elif isinstance(field.default, tuple):
                values[field.name] = tuple(word for word in text.split(_SEPARATOR) if word)
            else:
                values[field.name] = text
        return cls(**values)

    def to_items(self) -> dict[str, str]:
        items = {}
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if value != field.default:
                text = _SEPARATOR.join(value) if isinstance(value, tuple) else str(int(value)) if isinstance(value, bool) else str(value)
                items[field.name.upper()] = text
        return items


@dataclass(frozen=True, slots=True)
class Communication(_Items):
    """SET [CONFIGURATION] COMMUNICATION. Hosts are addresses; networks are `address/bits`."""

    local_host: str = ""
    domain: str = ""
    accept_hosts: tuple[str, ...] = ()
    accept_networks: tuple[str, ...] = ()
    reject_hosts: tuple[str, ...] = ()
    reject_networks: tuple[str, ...] = ()
    proxies: int = DEFAULT_PROXIES


@dataclass(frozen=True, slots=True)
class InterfaceSettings(_Items):
    """SET [CONFIGURATION] INTERFACE. `host` is what was typed; `address`, masks and broadcast are in dotted text."""

    host: str = ""
    address: str = ""
    network_mask: str = ""
    broadcast_mask: str = ""
    cluster_address: str = ""
    cluster_network: str = ""
    cluster_broadcast: str = ""
    dhcp: bool = False
    primary: bool = False

    @property
    def flags(self) -> str:
        """The words of the display."""
        return " ".join(word for word, on in (("DHCP", self.dhcp), ("PRIMARY", self.primary)) if on)


@dataclass(frozen=True, slots=True)
class NameService(_Items):
    """SET CONFIGURATION NAME_SERVICE. Servers are addresses; the timeout is in seconds."""

    enable: bool = False
    transport: str = DEFAULT_TRANSPORT
    domain: str = ""
    retry: int = DEFAULT_RETRY
    timeout: int = DEFAULT_TIMEOUT
    servers: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
