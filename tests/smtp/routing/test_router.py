"""Routing tables: order of the databases, preferences, loops, gateways and zones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from smtp.message.address import Address
from smtp.routing.databases import HostRecord, LocalMx
from smtp.routing.locality import Locality
from smtp.routing.router import PATIENCE, Gateway, Host, Plan, PlanStatus, Router, RoutingOptions
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.kernel.clock import VirtualClock
from vmsemu.kernel.kernel import Kernel
from vmsemu.net.answer_cache import AnswerCache
from vmsemu.net.dns_server import ZoneServer
from vmsemu.net.resolver import LookupStatus, Resolver, ResolverOptions
from vmsemu.net.simulated import SimulatedInternet
from vmsemu.services.system import Entropy

ZONE = """
dest.example.org.    MX 20 backup.example.net.
dest.example.org.    MX 10 mx1.example.org.
us.example.org.      MX 10 mx1.example.org.
us.example.org.      MX 20 alpha1.example.com.
us.example.org.      MX 20 equal.example.org.
us.example.org.      MX 30 worse.example.org.
best.example.org.    MX 5 ALPHA1.example.com.
host.example.org.    A 192.0.2.40
back.example.org.    A 192.0.2.1
mx1.example.org.     A 192.0.2.11
backup.example.net.  A 192.0.2.12
relay.example.com.   MX 100 mail11.example.com.
relay.example.com.   MX 200 mail2.example.com.
in.example.com.      MX 10 mail2.example.com.
in.example.com.      MX 20 out.example.net.
nomail.example.org.  MX 0 .
text.example.org.    TXT "x"
share.example.org.   MX 20 a.example.net.
share.example.org.   MX 30 last.example.net.
share.example.org.   MX 20 b.example.net.
share.example.org.   MX 10 first.example.net.
share.example.org.   MX 20 c.example.net.
"""
LOCAL_MX = {
    "PAIR": [LocalMx("PAIR", "one.example.net", 5), LocalMx("PAIR", "two.example.net", 5)],
    "CROW": [LocalMx("CROW", "merlin.example.com", 100)],
    "dest.example.org": [LocalMx("dest.example.org", "merlin.example.com", 7)],
}


class World:
    def __init__(
        self,
        options: RoutingOptions | None = None,
        *,
        local_mx: bool = False,
        hosts: dict[str, Sequence[str]] | None = None,
        cache: AnswerCache | None = None,
    ) -> None:
        self.kernel = Kernel(VirtualClock(VmsTime.of(2001, 5, 14, 10)))
        internet = SimulatedInternet()
        self.zone = ZoneServer(ZONE)
        internet.attach(self.kernel, "192.0.2.53").serve_datagrams(53, self.zone.serve)
        network = internet.attach(self.kernel, "192.0.2.1")
        resolver = Resolver(self.kernel, network, Entropy(), ResolverOptions(("192.0.2.53",)), cache)
        locality = Locality("alpha1.example.com", ("192.0.2.1",), "example.com", frozenset({"alias.example"}))
        self.router = Router(
            locality,
            options or RoutingOptions(),
            resolver,
            lambda name: LOCAL_MX.get(name, []) if local_mx else [],
            lambda name: (hosts or {}).get(name.lower(), []),
        )

    def run(self, body: Any) -> Any:
        task = self.kernel.start(body, "ROUTE")
        self.kernel.run_until_done(lambda: task.finished)
        return task.result

    def plan(self, domain: str) -> Plan:
        result: Plan = self.run(self.router.plan(domain))
        return result

    def names(self, domain: str) -> list[str]:
        return [g.name for g in self.plan(domain).gateways]


@pytest.mark.parametrize(
    ("domain", "status", "gateways"),
    [
        ("dest.example.org", PlanStatus.ROUTED, ["mx1.example.org", "backup.example.net"]),
        ("host.example.org", PlanStatus.ROUTED, ["host.example.org"]),
        ("192.0.2.9", PlanStatus.ROUTED, ["192.0.2.9"]),
        ("[192.0.2.9]", PlanStatus.ROUTED, ["[192.0.2.9]"]),
        ("nowhere.example.org", PlanStatus.UNKNOWN, []),
        ("text.example.org", PlanStatus.UNKNOWN, []),
        ("nomail.example.org", PlanStatus.UNKNOWN, []),
        ("us.example.org", PlanStatus.ROUTED, ["mx1.example.org"]),
        ("best.example.org", PlanStatus.LOOP, []),
        ("back.example.org", PlanStatus.LOOP, []),
        ("192.0.2.1", PlanStatus.LOOP, []),
    ],
)
def test_the_route_by_bind(domain: str, status: PlanStatus, gateways: list[str]) -> None:
    world = World()
    assert world.plan(domain).status is status
    assert world.names(domain) == gateways


def test_a_local_mx_record_comes_before_bind_and_its_name_is_case_sensitive() -> None:
    assert World(local_mx=True).names("dest.example.org") == ["merlin.example.com"]
    assert World(local_mx=True).names("CROW") == ["merlin.example.com"]
    assert World(local_mx=True).plan("crow").status is PlanStatus.UNKNOWN


def test_the_local_hosts_database_is_asked_last() -> None:
    hosts = {"merlin": ["192.0.2.60"], "host.example.org": ["192.0.2.61"]}
    assert World(hosts=hosts).plan("MERLIN").gateways[0].addresses == ("192.0.2.60",)
    assert World(hosts=hosts).plan("host.example.org").gateways[0].addresses == ("192.0.2.40",)


def test_a_name_server_that_fails_makes_the_mail_wait() -> None:
    for fault in ("SERVFAIL", "SILENT"):
        world = World(hosts={"known.example.org": ["192.0.2.60"]})
        world.zone.faults["dest.example.org"] = world.zone.faults["known.example.org"] = fault
        assert world.plan("dest.example.org").status is PlanStatus.LATER
        assert world.names("known.example.org") == ["known.example.org"]


def test_no_mx_translates_the_domain_as_a_host() -> None:
    world = World(RoutingOptions(no_mx=True))
    assert world.plan("dest.example.org").status is PlanStatus.UNKNOWN
    assert world.names("host.example.org") == ["host.example.org"]


def test_without_an_alternate_gateway_the_zone_means_nothing() -> None:
    assert World(RoutingOptions(zone="example.com")).names("dest.example.org") == ["mx1.example.org", "backup.example.net"]


def test_outside_the_zone_the_alternate_gateway_is_reached_through_its_mx_records() -> None:
    world = World(RoutingOptions("relay.example.com", "example.com"))
    assert world.names("dest.example.org") == ["mail11.example.com", "mail2.example.com"]
    assert world.names("nowhere.example.org") == ["mail11.example.com", "mail2.example.com"]


def test_an_alternate_gateway_given_as_address_is_not_looked_up() -> None:
    world = World(RoutingOptions("192.0.2.99", "example.com"))
    assert world.plan("dest.example.org").gateways[0].addresses == ("192.0.2.99",)
    assert world.zone.queries == []


def test_inside_the_zone_mx_routing_holds_and_the_gateway_takes_the_place_of_gateways_outside() -> None:
    world = World(RoutingOptions("192.0.2.99", "example.com"))
    assert world.names("in.example.com") == ["mail2.example.com", "192.0.2.99"]


def test_a_name_without_a_period_is_inside_the_zone() -> None:
    world = World(RoutingOptions("192.0.2.99", "example.com"), local_mx=True, hosts={"merlin": ["192.0.2.60"]})
    assert world.names("CROW") == ["merlin.example.com", "192.0.2.99"]
    assert world.names("merlin") == ["merlin", "192.0.2.99"]
    assert not RoutingOptions(zone="example.com").outside_zone("EXAMPLE.com.")
    assert RoutingOptions(zone="example.com").outside_zone("notexample.com")


def test_altgate_always_and_mx_if_noaltgate() -> None:
    assert World(RoutingOptions("192.0.2.99", "example.com", altgate_always=True)).names("in.example.com") == ["192.0.2.99"]
    world = World(RoutingOptions("192.0.2.99", "example.com", mx_if_no_altgate=True))
    assert world.names("dest.example.org") == ["192.0.2.99", "mx1.example.org", "backup.example.net"]


def test_gateways_of_which_one_is_this_node_are_of_no_use() -> None:
    world = World()
    one, back, none = Gateway("mx1.example.org"), Gateway("back.example.org"), Gateway("nowhere.example.org")
    assert world.run(world.router.hosts([one, none])) == [
        Host(one, LookupStatus.FOUND, ("192.0.2.11",)),
        Host(none, LookupStatus.NO_NAME, ()),
    ]
    assert world.run(world.router.hosts([one, back])) is None


def test_the_addresses_of_a_gateway_are_asked_for_again_when_they_no_longer_hold() -> None:
    world = World(cache=AnswerCache())
    gateway = [Gateway("mx1.example.org")]
    asked = []
    for seconds in (0, 1800, 1799, 1):
        world.kernel.run_until(VmsTime(world.kernel.now + DeltaTime.of(seconds=seconds)))
        assert world.run(world.router.hosts(gateway)) == [Host(gateway[0], LookupStatus.FOUND, ("192.0.2.11",))]
        asked.append(world.zone.queries.count(("mx1.example.org", "A")))
    assert asked == [1, 1, 1, 2]


def test_equal_preferences_share_the_load_and_lower_ones_stay_before_higher_ones() -> None:
    world = World()
    routes = [world.names("share.example.org") for _ in range(4)]
    first, one, two, three, last = routes[0]
    assert (first, one, two, three, last) == ("first.example.net", "a.example.net", "b.example.net", "c.example.net", "last.example.net")
    assert routes[1:] == [[first, two, three, one, last], [first, three, one, two, last], routes[0]]


def test_local_mx_records_share_the_load_too() -> None:
    world = World(local_mx=True)
    assert [world.names("PAIR")[0] for _ in range(4)] == ["one.example.net", "two.example.net"] * 2


def test_gateways_that_no_name_server_tells_of_are_not_all_asked_for() -> None:
    world = World()
    world.zone.faults |= {f"m{number}.example.org": "SILENT" for number in range(40)}
    began = world.kernel.now
    hosts = world.run(world.router.hosts([Gateway(f"m{number}.example.org") for number in range(40)]))
    assert [host.status for host in hosts] == [LookupStatus.TIMEOUT] * 40
    assert len({name for name, _ in world.zone.queries}) == PATIENCE
    assert world.kernel.now - began == DeltaTime.of(minutes=PATIENCE)


def test_a_name_server_that_fails_for_the_mx_records_is_not_asked_for_the_address_instead() -> None:
    world = World()
    world.zone.faults["host.example.org"] = "SERVFAIL"
    assert world.plan("host.example.org").status is PlanStatus.LATER
    assert {kind for _, kind in world.zone.queries} == {"MX"}


def test_with_local_alias_only_an_mx_record_that_names_this_host_still_ends_the_list() -> None:
    locality = Locality("alpha1.example.com", ("192.0.2.1",), "", frozenset({"alias.example"}), alias_only=True)
    assert locality.is_this_host("ALPHA1.example.com.") and locality.is_this_host("192.0.2.1") and locality.is_this_host("alias.example")
    assert not locality.is_this_host("mx1.example.org")


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("smith@ALPHA1.example.com", True),
        ("smith@alpha1", True),
        ("smith@LocalHost", True),
        ("smith", True),
        ("smith@example.com", True),
        ("smith@alias.example", True),
        ("smith@sub.alias.example", False),
        ("smith@[192.0.2.1]", True),
        ("smith@127.0.0.1", True),
        ("smith@[192.0.2.2]", False),
        ("smith@[192.0.2.9]", True),
        ("smith@192.0.2.9", True),
        ("smith@example.org", False),
    ],
)
def test_what_is_local(address: str, local: bool) -> None:
    locality = Locality("alpha1.example.com", ("192.0.2.1",), "example.com", frozenset({"alias.example", "192.0.2.9"}))
    assert locality.is_local(Address.from_text(address)) is local


def test_local_alias_only_leaves_the_file_alone_to_decide() -> None:
    locality = Locality("alpha1.example.com", ("192.0.2.1",), "", frozenset({"alias.example"}), alias_only=True)
    assert locality.is_local(Address("a", "alias.example"))
    assert not locality.is_local(Address("a", "alpha1.example.com"))
    assert not locality.is_local(Address("a", "[192.0.2.1]"))


def test_host_and_mx_records_survive_their_file() -> None:
    host = HostRecord("lower.example.org", "10.1.2.4", alias=True)
    assert len(host.to_bytes()) == 271
    assert HostRecord.from_bytes(host.to_bytes()) == host
    assert host.to_bytes()[1:16] == b"10.1.2.4       "
    mx = LocalMx("CROW", "MERLIN", 100)
    assert LocalMx.from_bytes(mx.to_bytes()) == mx
