"""The internet layer of a node: which way a packet takes, and what is counted and refused."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

import pytest

from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.kernel.clock import VirtualClock
from vmsemu.kernel.kernel import Kernel
from vmsemu.net.interface import Interface, Route
from vmsemu.net.layer import InternetLayer, loopback_interface
from vmsemu.net.simulated import SimulatedInternet
from vmsemu.tables.facilities import SS

NODE, GATE, NEAR, FAR = "192.0.2.1", "192.0.2.9", "192.0.2.11", "198.51.100.7"


class Net:
    """A node with its layer, a host beside it, a gateway, and a host far away; both hosts listen at port 25."""

    def __init__(self) -> None:
        self.kernel = Kernel(VirtualClock(VmsTime.of(2001, 5, 14)))
        self.internet = SimulatedInternet()
        self.layer = InternetLayer(self.internet.attach(self.kernel, NODE))
        self.gate = self.internet.attach(self.kernel, GATE)
        self.near = self.internet.attach(self.kernel, NEAR)
        self.far = self.internet.attach(self.kernel, FAR)
        for host in (self.near, self.far):
            host.listen("0.0.0.0", 25)

    def run(self, body: Coroutine[Any, Any, Any]) -> Any:
        task = self.kernel.start(body, "TEST")
        task.on_exit.append(lambda _: None)
        self.kernel.run_until_done(lambda: task.finished, VmsTime(self.kernel.now + DeltaTime.of(hours=1)))
        assert task.finished
        if task.error is not None:
            raise task.error
        return task.result

    def connect(self, address: str) -> Any:
        return self.run(self.layer.connect(address, 25, deadline=VmsTime(self.kernel.now + DeltaTime.of(minutes=1))))

    def refusal(self, address: str) -> VmsError:
        with pytest.raises(VmsError) as caught:
            self.connect(address)
        return caught.value


@pytest.fixture
def net() -> Net:
    return Net()


def test_before_anything_is_configured_the_node_has_what_the_network_offers(net: Net) -> None:
    assert [(i.name, i.address, i.mask, i.broadcast) for i in net.layer.interfaces] == [
        ("LO0", "127.0.0.1", "255.0.0.0", ""), ("WE0", NODE, "255.255.255.0", "192.0.2.255"),
    ]  # fmt: skip
    assert net.layer.routes == (Route.default("192.0.2.254"),)
    assert net.connect(FAR).peer == (FAR, 25)


def test_the_most_special_route_is_taken(net: Net) -> None:
    net.layer.set_routes([Route.default("192.0.2.254"), Route("198.51.100.0", NEAR, 24, True), Route.to_host(FAR, GATE)])
    assert net.layer.next_hop(FAR)[1] == GATE
    assert net.layer.next_hop("198.51.100.8")[1] == NEAR
    assert net.layer.next_hop("203.0.113.1")[1] == "192.0.2.254"
    assert net.layer.next_hop(NEAR)[1] == NEAR


def test_without_a_route_a_host_is_unreachable_at_once(net: Net) -> None:
    net.layer.set_routes([])
    began = net.kernel.now
    assert net.refusal(FAR).matches(SS.UNREACHABLE)
    assert net.kernel.now == began and net.layer.protocols.unroutable == 1
    assert net.connect(NEAR).peer == (NEAR, 25)


def test_a_route_whose_gateway_is_on_no_network_of_the_node_leads_nowhere(net: Net) -> None:
    net.layer.set_routes([Route.default("203.0.113.1")])
    assert net.refusal(FAR).matches(SS.UNREACHABLE)


def test_behind_a_gateway_that_is_down_a_connect_waits_for_its_deadline(net: Net) -> None:
    net.layer.set_routes([Route.default(GATE)])
    net.internet.set_host(GATE, False)
    began = net.kernel.now
    assert net.refusal(FAR).matches(SS.TIMEOUT)
    assert int(net.kernel.now) - int(began) == DeltaTime.of(minutes=1)
    net.internet.set_host(GATE, True)
    assert net.connect(FAR).peer == (FAR, 25)


def test_an_address_of_another_host_is_refused_and_nothing_is_changed(net: Net) -> None:
    before = net.layer.interfaces
    with pytest.raises(VmsError) as caught:
        net.layer.set_interfaces([loopback_interface(), Interface("WE0", NEAR, "255.255.255.0")])
    assert caught.value.matches(SS.DUPLNAM)
    assert net.layer.interfaces == before and net.layer.local_addresses() == (NODE,)
    assert net.internet.host_at(NODE) is net.layer.wire


def test_without_interfaces_the_node_reaches_nobody_and_is_not_found(net: Net) -> None:
    net.layer.set_interfaces([])
    assert net.refusal(NEAR).matches(SS.UNREACHABLE)
    assert net.refusal("127.0.0.1").matches(SS.UNREACHABLE)
    assert net.internet.host_at(NODE) is None


def test_a_socket_is_listed_until_it_is_closed_and_counts_its_bytes(net: Net) -> None:
    connection = net.connect(NEAR)
    connection.write(b"HELO\r\n")
    (socket,) = net.layer.sockets
    assert (socket.type, socket.peer, socket.bytes_sent, socket.listens) == ("STREAM", (NEAR, 25), 6, False)
    assert (net.layer.counters_of("WE0").sent, net.layer.protocols.connections_requested) == (2, 1)
    connection.close()
    assert len(net.layer.sockets) == 0


def test_mappings_are_learnt_and_forgotten_after_three_minutes(net: Net) -> None:
    net.connect(NEAR)
    net.connect(FAR)
    assert [entry.address for entry in net.layer.arp_entries()] == [NEAR, "192.0.2.254"]
    net.kernel.run_until(VmsTime(net.kernel.now + DeltaTime.of(minutes=3)))
    assert net.layer.arp_entries() == []


def test_who_is_rejected_is_not_accepted_whatever_the_list_of_accepted_says(net: Net) -> None:
    net.layer.set_access(((), ("192.0.2.0/24",)), ((NEAR,), ()))
    assert (net.layer.admits(NEAR), net.layer.admits(GATE), net.layer.admits(FAR)) == (False, True, False)


def test_datagrams_are_counted_both_ways(net: Net) -> None:
    socket = net.layer.receive_datagrams("0.0.0.0", 7)

    async def serve() -> None:
        datagram = await socket.receive()
        datagram.answer(datagram.data)

    net.kernel.start(serve(), "SERVER")
    assert net.run(net.near.query(NODE, 7, b"echo")) == b"echo"
    (listed,) = net.layer.sockets
    assert (listed.type, listed.bytes_received, listed.bytes_sent) == ("DGRAM", 4, 4)
    assert (net.layer.protocols.datagrams_received, net.layer.protocols.datagrams_sent) == (1, 1)
