"""The node's TCP/IP stack as the system finds it: the network it is attached to, whom it asks for names, and its socket devices."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from vmsemu.net.answer_cache import AnswerCache
from vmsemu.net.port import Connection, Network
from vmsemu.net.resolver import Resolver, ResolverOptions
from vmsemu.net.socket_device import SocketDevice

if TYPE_CHECKING:
    from vmsemu.services.system import System


@dataclass
class NetworkStack:
    """A part of the system. `resolver_options` is what SET NAME_SERVICE changes; `answers` is what every resolver of the node has learned."""

    network: Network
    resolver_options: ResolverOptions = field(default_factory=ResolverOptions)
    answers: AnswerCache = field(default_factory=AnswerCache)
    _units: count[int] = field(default_factory=lambda: count(1))

    def resolver(self, system: System, options: ResolverOptions | None = None) -> Resolver:
        """A resolver with the system's settings, or a process's own."""
        return Resolver(system.kernel, self.network, system.entropy, options or self.resolver_options, self.answers)

    def open_device(self, system: System, connection: Connection, service: str = "") -> SocketDevice:
        """Give a connection a device BGn: of its own; `close_device` removes it."""
        device = SocketDevice(f"BG{next(self._units)}:", connection, service)
        system.devices.add(device)
        return device

    def close_device(self, system: System, device: SocketDevice) -> None:
        """Close the connection and remove its device."""
        device.connection.close()
        system.devices.remove(device)
