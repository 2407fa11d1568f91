"""The network port: what the node knows of an internet. The host's sockets and the simulated internet both implement it.

Addresses are IPv4 in dotted text; 0.0.0.0 in `listen` means every address of the node. Deadlines are system times; None waits for ever.
Errors everywhere: SS.TIMEOUT (the deadline passed), SS.REJECT (nobody listens there), SS.UNREACHABLE (no way to that address),
SS.LINKABORT (the connection was reset), SS.LINKDISCON (it is closed on this side or broken), SS.DUPLNAM (the port is in use).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol

from vmsemu.base.time import VmsTime
from vmsemu.tables.facilities import SS

if TYPE_CHECKING:
    from vmsemu.kernel.kernel import Kernel

Endpoint = tuple[str, int]
NETWORK_CONDITIONS = (SS.TIMEOUT, SS.REJECT, SS.UNREACHABLE, SS.LINKABORT, SS.LINKDISCON)
"""What a connection may fail with. Anything else that breaks a wait concerns the process that waits, and is passed on."""


class StreamOptions(NamedTuple):
    """What SET SERVICE asks of the connections of a service; 0 is the system's own value. Buffer sizes are bytes, times seconds."""

    keepalive: bool = False
    probe_timer: int = 0
    drop_count: int = 0
    receive: int = 0
    send: int = 0


class Connection(Protocol):
    """A stream connection. Bytes arrive in order or not at all."""

    @property
    def peer(self) -> Endpoint: ...

    @property
    def local(self) -> Endpoint: ...

    async def read(self, limit: int = 65536, *, deadline: VmsTime | None = None) -> bytes:
        """At least one byte and at most `limit`; b'' when the other side has closed. Errors: SS.TIMEOUT, SS.LINKABORT, SS.LINKDISCON."""
        ...

    def write(self, data: bytes) -> bool:
        """Queue bytes for sending; never waits. False when `flush` has something to wait for, or to report. Errors: SS.LINKABORT, SS.LINKDISCON."""
        ...

    async def flush(self, *, deadline: VmsTime | None = None) -> None:
        """Return when little enough is queued to go on. Errors: SS.TIMEOUT, SS.LINKABORT."""
        ...

    def configure(self, options: StreamOptions) -> None:
        """Set socket options, as far as there is something below the connection that has them."""
        ...

    def close(self) -> None:
        """Close both directions after what is queued; closing twice is harmless."""
        ...


class Listener(Protocol):
    """A passive socket."""

    @property
    def local(self) -> Endpoint: ...

    async def accept(self) -> Connection:
        """The next connection. Errors: SS.LINKDISCON when the listener is closed."""
        ...

    def close(self) -> None: ...


class Datagram(NamedTuple):
    """One datagram that came in; `answer` sends one back to where it came from, and never waits."""

    data: bytes
    peer: Endpoint
    answer: Callable[[bytes], None]


class DatagramSocket(Protocol):
    """A socket that datagrams come to. What nobody receives in time is lost, as the protocol has it."""

    @property
    def local(self) -> Endpoint: ...

    async def receive(self, *, deadline: VmsTime | None = None) -> Datagram:
        """The next datagram. Errors: SS.TIMEOUT; SS.LINKDISCON when the socket is closed."""
        ...

    def close(self) -> None: ...


class Network(Protocol):
    """The network as one node sees it."""

    @property
    def kernel(self) -> Kernel: ...

    def listen(self, address: str, port: int) -> Listener:
        """Open a passive socket. Errors: SS.DUPLNAM, SS.UNREACHABLE (not an address of this node)."""
        ...

    def receive_datagrams(self, address: str, port: int) -> DatagramSocket:
        """Open a socket for datagrams. Errors: SS.DUPLNAM, SS.UNREACHABLE (not an address of this node)."""
        ...

    async def connect(self, address: str, port: int, *, deadline: VmsTime | None = None) -> Connection:
        """Errors: SS.TIMEOUT, SS.REJECT, SS.UNREACHABLE."""
        ...

    async def query(self, server: str, port: int, datagram: bytes, *, deadline: VmsTime | None = None) -> bytes:
        """Send one datagram and return one that answers it. Errors: SS.TIMEOUT, SS.REJECT, SS.UNREACHABLE."""
        ...

    def local_addresses(self) -> tuple[str, ...]:
        """The node's own addresses, the primary one first, without the loopback address."""
        ...

    def offered_addresses(self) -> tuple[str, ...]:
        """The addresses this network gives the node when the node has none of its own choice (DHCP)."""
        ...

    def router(self) -> str:
        """The address of the router beside the node, empty when there is none."""
        ...

    def assign(self, addresses: tuple[str, ...]) -> None:
        """Give the node these addresses, the primary one first; connections of an address that goes are aborted.

        Errors: SS.DUPLNAM when another host has one of them; nothing is changed then.
        """
        ...

    def answers(self, address: str) -> bool | None:
        """Whether the host at an address answers an echo request; None when this network can not carry one."""
        ...
