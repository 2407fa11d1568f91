"""Internet interfaces and routes: the values that SET INTERFACE and SET ROUTE make.

Source: Management 2.3, 2.5; Management Command Reference, SHOW INTERFACE, SHOW ROUTE.
"""

from __future__ import annotations

from dataclasses import dataclass

from vmsemu.net.address import ANY, is_loopback, mask_length, network_of, to_number

LOOPBACK_MTU, ETHERNET_MTU = 4096, 1500
_HOST_BITS = 32


@dataclass(frozen=True, slots=True)
class Interface:
    """An interface that is up. `dhcp`: its address was given by the network."""

    name: str
    address: str
    mask: str
    broadcast: str = ""
    dhcp: bool = False
    primary: bool = False

    @property
    def is_loopback(self) -> bool:
        return self.name.startswith("LO")

    @property
    def mtu(self) -> int:
        return LOOPBACK_MTU if self.is_loopback else ETHERNET_MTU

    @property
    def length(self) -> int:
        """The bits of its mask."""
        return mask_length(self.mask) or 0

    @property
    def network(self) -> str:
        return network_of(self.address, self.length)

    def reaches(self, address: str) -> bool:
        """Whether an address is on its network."""
        if self.is_loopback:
            return is_loopback(address)
        return network_of(address, self.length) == self.network


@dataclass(frozen=True, slots=True)
class Route:
    """A way to a host or a network; `length` is the bits of its mask: 32 for a host, 0 for the default route."""

    destination: str
    gateway: str
    length: int
    is_network: bool

    @property
    def is_default(self) -> bool:
        return self.destination == ANY

    def covers(self, address: str) -> bool:
        return network_of(address, self.length) == self.destination

    @classmethod
    def default(cls, gateway: str) -> Route:
        return cls(ANY, gateway, 0, True)

    @classmethod
    def to_host(cls, destination: str, gateway: str) -> Route:
        return cls(destination, gateway, _HOST_BITS, False)


@dataclass(slots=True)
class Counters:
    """Packets of an interface."""

    received: int = 0
    sent: int = 0
    receive_errors: int = 0
    send_errors: int = 0


def ethernet_address(address: str) -> str:
    """The hardware address of the host with an internet address. On this network it follows from it; no wire carries it."""
    number = to_number(address) or 0
    return "-".join(("08", "00", "2B", *(f"{number >> shift & 255:02X}" for shift in (16, 8, 0))))
