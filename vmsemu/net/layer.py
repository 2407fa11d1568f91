"""The internet layer of a node: interfaces, routes, the ARP cache, whom it talks to, and what it counts.

Theory of operation. The layer is the Network that images and resolvers use; below it is the wire, which the simulated internet or the host
provides. A destination is the node itself, or on the network of an interface, or behind the gateway of the route that fits best; without a
route the call fails at once with SS.UNREACHABLE, behind a gateway that does not answer it waits for its deadline. Interfaces carry the node's
addresses: setting them gives the node those addresses on the wire, taking them away makes it vanish from there.

A packet is what one read or write moves; the wire knows no smaller unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.kernel.event import EventFlag, TimedOut
from vmsemu.kernel.kernel import Kernel
from vmsemu.net.address import LOOPBACK, broadcast_of, class_length, is_loopback, mask_of, network_and_length, network_of
from vmsemu.net.interface import Counters, Interface, Route, ethernet_address
from vmsemu.net.port import Connection, Datagram, DatagramSocket, Listener, Network
from vmsemu.net.sockets import PassiveSocket, ReceivingSocket, SocketTable, StreamSocket, abandon
from vmsemu.tables.facilities import SS

LOOPBACK_INTERFACE, ETHERNET_INTERFACE = "LO0", "WE0"
_ARP_LIFE = DeltaTime.of(minutes=3)
_KNOWN_ADDRESSES = 1000


@dataclass(frozen=True, slots=True)
class AccessList:
    """Hosts by address, networks as `address/bits`."""

    hosts: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.hosts or self.networks)

    def names(self, address: str) -> bool:
        if address in self.hosts:
            return True
        for text in self.networks:
            network = network_and_length(text)
            if network is not None and network_of(address, network[1]) == network[0]:
                return True
        return False


@dataclass(slots=True)
class ProtocolCounters:
    """What the node has seen of TCP, UDP and ICMP."""

    connections_requested: int = 0
    connections_accepted: int = 0
    connections_failed: int = 0
    connections_refused: int = 0
    datagrams_received: int = 0
    datagrams_sent: int = 0
    datagrams_unanswered: int = 0
    echoes_sent: int = 0
    echoes_received: int = 0
    unroutable: int = 0


@dataclass(frozen=True, slots=True)
class ArpEntry:
    """A mapping of the cache. One without `expires` is permanent."""

    address: str
    hardware: str
    expires: VmsTime | None = None
    public: bool = False


@dataclass(slots=True)
class _State:
    interfaces: tuple[Interface, ...] = ()
    routes: list[Route] = field(default_factory=list)
    known: dict[str, Interface | None] = field(default_factory=dict)
    counters: dict[str, Counters] = field(default_factory=dict)
    arp: dict[str, ArpEntry] = field(default_factory=dict)


class InternetLayer:
    """The Network of a node. Before anything is configured it has the addresses that the wire offers."""

    def __init__(self, wire: Network) -> None:
        self.wire = wire
        self.sockets = SocketTable()
        self.protocols = ProtocolCounters()
        self.accepts, self.rejects = AccessList(), AccessList()
        self._state = _State()
        self._state.interfaces = _ordered([loopback_interface(), *self._offered()])
        if wire.router():
            self._state.routes = [Route.default(wire.router())]

    def _offered(self) -> list[Interface]:
        found = []
        for address in self.wire.offered_addresses()[:1]:
            length = class_length(address)
            found.append(Interface(ETHERNET_INTERFACE, address, mask_of(length), broadcast_of(address, length), True, True))
        return found

    # -- interfaces --------------------------------------------------------------------------------------------------------------------

    @property
    def interfaces(self) -> tuple[Interface, ...]:
        """In order of name."""
        return self._state.interfaces

    def interface(self, name: str) -> Interface | None:
        return next((each for each in self._state.interfaces if each.name == name), None)

    def set_interfaces(self, interfaces: Sequence[Interface]) -> None:
        """Make these the node's interfaces. Errors: SS.DUPLNAM when another host, or another interface, has an address; nothing is changed then."""
        addresses = [each.address for each in interfaces]
        if len(set(addresses)) < len(addresses):
            raise SS.DUPLNAM.error()
        ordered = sorted(
            (each for each in interfaces if not each.is_loopback), key=lambda each: (not each.primary, len(each.name), each.name)
        )
        self.wire.assign(tuple(each.address for each in ordered))
        self._state.interfaces = _ordered(interfaces)
        self._state.known = {}
        self._state.counters = {name: kept for name, kept in self._state.counters.items() if self.interface(name) is not None}

    @property
    def kernel(self) -> Kernel:
        return self.wire.kernel

    def offered_addresses(self) -> tuple[str, ...]:
        return self.wire.offered_addresses()

    def router(self) -> str:
        return self.wire.router()

    def assign(self, addresses: tuple[str, ...]) -> None:
        self.wire.assign(addresses)

    def local_addresses(self) -> tuple[str, ...]:
        return self.wire.local_addresses()

    def counters_of(self, name: str) -> Counters:
        counters = self._state.counters
        return counters.get(name) or counters.setdefault(name, Counters())

    # -- routes ------------------------------------------------------------------------------------------------------------------------

    @property
    def routes(self) -> tuple[Route, ...]:
        return tuple(self._state.routes)

    def set_routes(self, routes: Sequence[Route]) -> None:
        self._state.routes = list(routes)

    def on_network(self, address: str) -> Interface | None:
        """The interface on whose network an address is."""
        known = self._state.known
        if address not in known:
            if len(known) >= _KNOWN_ADDRESSES:
                known.clear()
            known[address] = next((each for each in self.interfaces if each.reaches(address)), None)
        return known[address]

    def next_hop(self, address: str) -> tuple[Interface, str]:
        """The interface and the address that a packet goes to first; the loopback for the node itself. Errors: SS.UNREACHABLE."""
        own = address in self.local_addresses()
        direct = self.interface(LOOPBACK_INTERFACE) if own else self.on_network(address)
        if direct is not None:
            return direct, address
        for route in sorted(self._state.routes, key=lambda each: -each.length):
            if route.covers(address):
                way = self.on_network(route.gateway)
                if way is not None:
                    return way, route.gateway
        self.protocols.unroutable += 1
        raise SS.UNREACHABLE.error()

    def answers(self, address: str) -> bool | None:
        """Whether a host answers an echo request; None when the wire can not carry one. Errors: SS.UNREACHABLE."""
        way, hop = self.next_hop(address)
        self.counters_of(way.name).sent += 1
        self.protocols.echoes_sent += 1
        found = self.wire.answers(address) if hop == address or self.wire.answers(hop) is not False else False
        if found:
            self.counters_of(way.name).received += 1
            self.protocols.echoes_received += 1
            self._learn(hop)
        return found

    # -- ARP ---------------------------------------------------------------------------------------------------------------------------

    def arp_entries(self) -> list[ArpEntry]:
        """The cache, without what is too old."""
        now = self.wire.kernel.now
        self._state.arp = {key: each for key, each in self._state.arp.items() if each.expires is None or each.expires > now}
        return [self._state.arp[key] for key in sorted(self._state.arp)]

    def set_arp(self, entry: ArpEntry) -> None:
        self._state.arp[entry.address] = entry

    def remove_arp(self, address: str) -> bool:
        return self._state.arp.pop(address, None) is not None

    def aged(self) -> VmsTime:
        """When a mapping that is learnt now is forgotten."""
        return VmsTime(self.wire.kernel.now + _ARP_LIFE)

    def _learn(self, address: str) -> None:
        if is_loopback(address) or address in self.local_addresses():
            return
        known = self._state.arp.get(address)
        if known is None or known.expires is not None:
            self._state.arp[address] = ArpEntry(address, ethernet_address(address), self.aged())

    # -- the Network -------------------------------------------------------------------------------------------------------------------

    def set_access(self, accept: tuple[tuple[str, ...], tuple[str, ...]], reject: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
        """SET COMMUNICATION/ACCEPT and /REJECT."""
        self.accepts, self.rejects = AccessList(*accept), AccessList(*reject)

    def admits(self, address: str) -> bool:
        """Whether the node talks to a host."""
        return not self.rejects.names(address) and (not self.accepts or self.accepts.names(address))

    def listen(self, address: str, port: int) -> Listener:
        return PassiveSocket(self.sockets, self.wire.listen(address, port), self._admit)

    def _admit(self, connection: Connection) -> StreamSocket | None:
        peer = connection.peer[0]
        if not self.admits(peer):
            self.protocols.connections_refused += 1
            abandon(connection)
            return None
        self.protocols.connections_accepted += 1
        way = self.on_network(peer)
        if way is not None:
            self._learn(peer)
        return StreamSocket(self.sockets, connection, self.counters_of(way.name if way is not None else ETHERNET_INTERFACE))

    def receive_datagrams(self, address: str, port: int) -> DatagramSocket:
        return ReceivingSocket(self.sockets, self.wire.receive_datagrams(address, port), self._datagram_arrived, self._datagram_answered)

    def _datagram_arrived(self, datagram: Datagram) -> bool:
        if not self.admits(datagram.peer[0]):
            return False
        self.protocols.datagrams_received += 1
        return True

    def _datagram_answered(self) -> None:
        self.protocols.datagrams_sent += 1

    async def connect(self, address: str, port: int, *, deadline: VmsTime | None = None) -> StreamSocket:
        way, hop = self.next_hop(address)
        counters = self.counters_of(way.name)
        self.protocols.connections_requested += 1
        counters.sent += 1
        try:
            if hop != address:
                await self._check_gateway(hop, deadline)
            inner = await self.wire.connect(address, port, deadline=deadline)
        except VmsError:
            self.protocols.connections_failed += 1
            counters.send_errors += 1
            raise
        counters.received += 1
        self._learn(hop)
        return StreamSocket(self.sockets, inner, counters)

    async def query(self, server: str, port: int, datagram: bytes, *, deadline: VmsTime | None = None) -> bytes:
        way, hop = self.next_hop(server)
        counters = self.counters_of(way.name)
        self.protocols.datagrams_sent += 1
        counters.sent += 1
        try:
            if hop != server:
                await self._check_gateway(hop, deadline)
            answer = await self.wire.query(server, port, datagram, deadline=deadline)
        except VmsError:
            self.protocols.datagrams_unanswered += 1
            raise
        self.protocols.datagrams_received += 1
        counters.received += 1
        self._learn(hop)
        return answer

    async def _check_gateway(self, hop: str, deadline: VmsTime | None) -> None:
        """Behind a gateway that is not there every packet is lost."""
        if self.wire.answers(hop) is not False:
            return
        try:
            await EventFlag(self.wire.kernel).wait(deadline=deadline)
        except TimedOut:
            raise SS.TIMEOUT.error() from None


def _ordered(interfaces: Sequence[Interface]) -> tuple[Interface, ...]:
    return tuple(sorted(interfaces, key=lambda each: (not each.is_loopback, each.name)))


def loopback_interface() -> Interface:
    return Interface(LOOPBACK_INTERFACE, LOOPBACK, "255.0.0.0")
