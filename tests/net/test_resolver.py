"""The resolver against the name server in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dns.message import from_wire, make_query, make_response
from dns.rrset import from_text as from_rdata_text
from hypothesis import given, settings
from hypothesis import strategies as st

from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.kernel.clock import VirtualClock
from vmsemu.kernel.kernel import Kernel
from vmsemu.net.answer_cache import AnswerCache
from vmsemu.net.dns_server import ZoneServer
from vmsemu.net.resolver import LookupStatus, Resolver, ResolverOptions
from vmsemu.net.simulated import SimulatedInternet
from vmsemu.services.system import Entropy

ZONE = """
dest.example.org.       MX 10 mx1.example.org.
dest.example.org.       MX 20 mx2.example.org.
dest.example.org.       MX 10 mx3.example.org.
mx1.example.org.        A 192.0.2.11
mx1.example.org.        A 192.0.2.12
alias.example.org.      CNAME mx1.example.org.
loop.example.org.       CNAME loop.example.org.
*.wild.example.org.     A 192.0.2.77
deep.under.example.org. A 192.0.2.78
text.example.org.       TXT "nothing else"
11.2.0.192.in-addr.arpa. PTR mx1.example.org.
"""
SERVER, SECOND = "192.0.2.53", "192.0.2.54"


class World:
    def __init__(self, *servers: str, zone: str = ZONE) -> None:
        self.kernel = Kernel(VirtualClock(VmsTime.of(2001, 5, 14, 10)))
        internet = SimulatedInternet()
        self.zone = ZoneServer(zone)
        self.internet = internet
        internet.attach(self.kernel, SERVER).serve_datagrams(53, self.zone.serve)
        network = internet.attach(self.kernel, "192.0.2.1")
        self.resolver = Resolver(self.kernel, network, Entropy(), ResolverOptions(servers or (SERVER,)))

    def ask(self, body: Any) -> Any:
        task = self.kernel.start(body, "ASK")
        self.kernel.run_until_done(lambda: task.finished)
        return task.result


def test_mx_records_come_with_their_preferences_in_the_order_of_the_answer() -> None:
    world = World()
    answer = world.ask(world.resolver.query_mx("dest.example.org"))
    assert answer.status is LookupStatus.FOUND
    assert sorted((r.preference, r.exchange) for r in answer.records) == [
        (10, "mx1.example.org"),
        (10, "mx3.example.org"),
        (20, "mx2.example.org"),
    ]
    assert answer.server == SERVER


def test_a_host_may_have_several_addresses() -> None:
    world = World()
    assert sorted(world.ask(world.resolver.query_a("MX1.example.org")).addresses) == ["192.0.2.11", "192.0.2.12"]


def test_a_name_without_records_of_the_type_is_told_from_a_name_that_does_not_exist() -> None:
    world = World()
    assert world.ask(world.resolver.query_mx("mx1.example.org")).status is LookupStatus.NO_DATA
    assert world.ask(world.resolver.query_a("text.example.org")).status is LookupStatus.NO_DATA
    assert world.ask(world.resolver.query_a("under.example.org")).status is LookupStatus.NO_DATA
    assert world.ask(world.resolver.query_mx("nowhere.example.org")).status is LookupStatus.NO_NAME


def test_an_alias_is_followed_and_a_loop_of_aliases_is_a_failure() -> None:
    world = World()
    found = world.ask(world.resolver.query_a("alias.example.org"))
    assert found.name == "mx1.example.org" and len(found.addresses) == 2
    assert world.ask(world.resolver.query_mx("alias.example.org")).status is LookupStatus.NO_DATA
    assert world.ask(world.resolver.query_a("loop.example.org")).status is LookupStatus.FAILURE


def test_a_wildcard_answers_for_names_that_are_not_there() -> None:
    world = World()
    assert world.ask(world.resolver.query_a("any.wild.example.org")).addresses == ("192.0.2.77",)


def test_an_address_is_translated_back() -> None:
    world = World()
    assert world.ask(world.resolver.query_ptr("192.0.2.11")).name == "mx1.example.org"
    assert world.ask(world.resolver.query_ptr("192.0.2.99")).status is LookupStatus.NO_NAME


def test_a_server_failure_is_no_answer() -> None:
    world = World()
    world.zone.faults["dest.example.org"] = "SERVFAIL"
    assert world.ask(world.resolver.query_mx("dest.example.org")).status is LookupStatus.FAILURE


def test_a_silent_server_is_asked_four_times_with_the_time_doubled() -> None:
    world = World()
    world.zone.faults["dest.example.org"] = "SILENT"
    started = world.kernel.now
    assert world.ask(world.resolver.query_mx("dest.example.org")).status is LookupStatus.TIMEOUT
    assert world.kernel.now - started == DeltaTime.of(seconds=4 + 8 + 16 + 32)
    assert len(world.zone.queries) == 4


def test_the_second_server_is_asked_when_the_first_is_not_there() -> None:
    world = World(SECOND, SERVER)
    assert world.ask(world.resolver.query_a("deep.under.example.org")).addresses == ("192.0.2.78",)


def test_with_the_transport_tcp_every_question_goes_over_a_stream() -> None:
    world = World(SECOND)
    host = world.internet.attach(world.kernel, SECOND)
    listener = host.listen("0.0.0.0", 53)
    datagrams: list[bytes] = []
    host.serve_datagrams(53, lambda data, source: datagrams.append(data))

    async def serve() -> None:
        connection = await listener.accept()
        data = await connection.read()
        answer = world.zone.serve(data[2:], SECOND)
        assert answer is not None
        connection.write(len(answer).to_bytes(2, "big") + answer)

    world.kernel.start(serve(), "SERVER")
    world.resolver.options = ResolverOptions((SECOND,), stream=True)
    assert sorted(world.ask(world.resolver.query_a("mx1.example.org")).addresses) == ["192.0.2.11", "192.0.2.12"]
    assert datagrams == []


def test_an_answer_too_long_for_a_datagram_is_fetched_over_a_stream() -> None:
    world = World(zone="".join(f"big.example.org. MX {n} host-number-{n}.example.org.\n" for n in range(60)))
    host = world.internet.host_at(SERVER)
    assert host is not None
    listener = host.listen("0.0.0.0", 53)

    async def serve() -> None:
        connection = await listener.accept()
        query = await connection.read()
        assert world.zone.serve(query[2:], "") is not None
        answer = world.zone._answer(__import__("dns.message").message.from_wire(query[2:]))
        assert answer is not None
        wire = answer.to_wire(max_size=65535)
        connection.write(len(wire).to_bytes(2, "big"))
        connection.write(wire)

    world.kernel.start(serve(), "NAMED")
    assert len(world.ask(world.resolver.query_mx("big.example.org")).records) == 60


def test_a_name_no_server_could_hold_does_not_exist() -> None:
    world = World()
    assert world.ask(world.resolver.query_a("x" * 70 + ".example.org")).status is LookupStatus.NO_NAME
    assert world.ask(world.resolver.query_a("a..b")).status is LookupStatus.NO_NAME


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=80))
def test_no_answer_a_server_might_send_breaks_the_resolver(data: bytes) -> None:
    world = World()
    host = world.internet.host_at(SERVER)
    assert host is not None
    host.serve_datagrams(53, lambda query, source: query[:2] + data)
    assert not world.ask(world.resolver.query_mx("dest.example.org")).status.is_answer
    assert world.zone.serve(data, "") is None or data


def test_the_zone_of_the_fixtures_is_read_as_a_real_server_would() -> None:
    world = World(zone=(Path(__file__).parents[2] / "fixtures" / "dns" / "example.org.zone").read_text("ascii"))
    assert [r.exchange for r in world.ask(world.resolver.query_mx("dest.example.org")).records] == ["mx1.example.org", "mx2.example.org"]
    assert world.ask(world.resolver.query_mx("any.wild.example.org")).records[0].exchange == "mx1.example.org"
    assert world.ask(world.resolver.query_a("alias.example.org")).addresses == ("192.0.2.40",)
    assert world.ask(world.resolver.query_a("circle.example.org")).status is LookupStatus.FAILURE
    assert world.ask(world.resolver.query_mx("nomail.example.org")).records[0].exchange == ""


SHORT = """
$ORIGIN example.org.
example.org.        60 SOA ns.example.org. root.example.org. 1 3600 600 86400 30
mx1.example.org.    10 A 192.0.2.11
alias.example.org.  4 CNAME mx1.example.org.
"""


class CachingWorld(World):
    def __init__(self, zone: str) -> None:
        super().__init__(zone=zone)
        self.resolver = Resolver(
            self.kernel, self.internet.attach(self.kernel, "192.0.2.2"), Entropy(), ResolverOptions((SERVER,)), AnswerCache()
        )

    def asked(self, name: str, seconds: int) -> int:
        """Ask, let time pass, ask again; how often the server was asked."""
        before = len(self.zone.queries)
        first = self.ask(self.resolver.query_a(name))
        self.kernel.run_until(VmsTime(self.kernel.now + DeltaTime.of(seconds=seconds)))
        assert self.ask(self.resolver.query_a(name)) == first
        return len(self.zone.queries) - before


def test_an_answer_is_used_again_for_its_time_to_live_and_no_longer() -> None:
    assert CachingWorld(SHORT).asked("mx1.example.org", 9) == 1
    assert CachingWorld(SHORT).asked("mx1.example.org", 10) == 2


def test_the_shortest_lived_record_of_a_chain_decides() -> None:
    assert CachingWorld(SHORT).asked("alias.example.org", 3) == 1
    assert CachingWorld(SHORT).asked("alias.example.org", 4) == 2


def test_a_denial_is_kept_for_the_time_of_the_zone_and_without_one_not_at_all() -> None:
    assert CachingWorld(SHORT).asked("nowhere.example.org", 29) == 1
    assert CachingWorld(SHORT).asked("nowhere.example.org", 30) == 2
    assert CachingWorld(ZONE).asked("nowhere.example.org", 1) == 2


def test_a_failure_is_not_kept() -> None:
    world = CachingWorld(SHORT)
    world.zone.faults["mx1.example.org"] = "SERVFAIL"
    assert world.ask(world.resolver.query_a("mx1.example.org")).status is LookupStatus.FAILURE
    world.zone.faults.clear()
    assert world.ask(world.resolver.query_a("mx1.example.org")).status is LookupStatus.FOUND


def test_what_is_kept_is_bounded() -> None:
    cache = AnswerCache()
    response = make_response(make_query("mx1.example.org", "A"))
    response.answer.append(from_rdata_text("mx1.example.org.", 60, "IN", "A", "192.0.2.11"))
    for number in range(5000):
        cache.put(number, "answer", response, 0)
    assert cache.get(0, 1) is None and cache.get(4999, 1) == "answer"
    assert sum(cache.get(number, 1) is not None for number in range(5000)) == 4096


def test_a_name_without_a_period_is_tried_in_the_default_domain_first() -> None:
    options = ResolverOptions(domain="example.org")
    assert options.candidates("crow") == ["crow.example.org", "crow"]
    assert options.candidates("crow.example.net") == ["crow.example.net", "crow.example.net.example.org"]
    assert options.candidates("crow.") == ["crow."]


def test_a_search_path_is_tried_before_the_name_itself() -> None:
    assert ResolverOptions(domain="x", path=("a.org", "b.org")).candidates("crow") == ["crow.a.org", "crow.b.org", "crow"]


def test_short_names_are_found_and_long_destinations_of_mail_are_left_alone() -> None:
    world = World()
    world.resolver.options = ResolverOptions((SERVER,), domain="example.org")
    assert world.ask(world.resolver.query_a("mx1")).name == "mx1.example.org"
    assert world.ask(world.resolver.query_mx("dest")).status is LookupStatus.FOUND
    assert world.ask(world.resolver.query_mx("dest.other")).status is LookupStatus.NO_NAME
    assert ("dest.other.example.org", "MX") not in world.zone.queries


def test_what_was_said_of_the_name_itself_stands_when_the_default_domain_fails() -> None:
    world = World()
    world.resolver.options = ResolverOptions((SERVER,), domain="example.org")
    world.zone.faults["nowhere.other.example.org"] = "SERVFAIL"
    assert world.ask(world.resolver.query_a("nowhere.other")).status is LookupStatus.NO_NAME
    world.zone.faults["crow.example.org"] = "SERVFAIL"
    assert world.ask(world.resolver.query_a("crow")).status is LookupStatus.FAILURE


def test_of_very_many_mx_records_the_best_are_used() -> None:
    world = World()

    def answer(query: bytes, source: str) -> bytes:
        response = make_response(from_wire(query))
        response.answer.append(from_rdata_text("big.example.org.", 60, "IN", "MX", *(f"{400 - n} m{n}.example.org." for n in range(300))))
        return bytes(response.to_wire(max_size=65535))

    found = world.internet.host_at(SERVER)
    assert found is not None
    found.serve_datagrams(53, answer)
    records = world.ask(world.resolver.query_mx("big.example.org")).records
    assert sorted(record.preference for record in records) == list(range(101, 201))
