"""The node's TCP/IP stack as the system finds it: the network it is attached to and whom it asks for names."""

from __future__ import annotations

from dataclasses import dataclass, field

from vmsemu.net.port import Network
from vmsemu.net.resolver import ResolverOptions


@dataclass
class NetworkStack:
    """A part of the system. `resolver_options` is what SET NAME_SERVICE changes."""

    network: Network
    resolver_options: ResolverOptions = field(default_factory=ResolverOptions)
