"""The node's TCP/IP stack as the system finds it: the network it is attached to, whom it asks for names, and its socket devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmsemu.net.answer_cache import AnswerCache
from vmsemu.net.layer import InternetLayer
from vmsemu.net.port import Connection, Network
from vmsemu.net.protocols import ProtocolParameters
from vmsemu.net.resolver import Resolver, ResolverOptions
from vmsemu.net.socket_device import SocketDevice
from vmsemu.net.sockets import StreamSocket

if TYPE_CHECKING:
    from vmsemu.services.system import System


class NetworkStack:
    """A part of the system. `resolver_options` is what the network offers; `answers` is what every resolver of the node has learned.

    `proxies` is the most proxy records the auxiliary server keeps; `parameters` is what SET PROTOCOL changes.
    """

    def __init__(self, wire: Network, resolver_options: ResolverOptions | None = None) -> None:
        self.network = InternetLayer(wire)
        self.resolver_options = resolver_options or ResolverOptions()
        self.answers = AnswerCache()
        self.parameters = ProtocolParameters()
        self.proxies = 0

    def resolver(self, system: System, options: ResolverOptions | None = None) -> Resolver:
        """A resolver with the system's settings, or a process's own."""
        return Resolver(system.kernel, self.network, system.entropy, options or self.resolver_options, self.answers)

    def open_device(self, system: System, connection: Connection, service: str = "") -> SocketDevice:
        """Give a connection that was accepted a device BGn: of its own; `close_device` removes it."""
        unit = connection.unit if isinstance(connection, StreamSocket) else self.network.sockets.reserve()
        device = SocketDevice(f"BG{unit}:", connection, service)
        system.devices.add(device)
        return device

    def close_device(self, system: System, device: SocketDevice) -> None:
        """Close the connection and remove its device."""
        device.connection.close()
        system.devices.remove(device)
