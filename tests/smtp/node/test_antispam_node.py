"""SMTP.CONFIG on a running node: who is turned away, and what is relayed."""

from __future__ import annotations

import pytest

from tests.smtp.node.smtp_world import CLIENT, SMTP, ZONE, SmtpWorld

HELLO = b"HELO client.example.net"
ABSENT = b"MAIL FROM:<a@nowhere.example.org>"
GOOD = b"MAIL FROM:<a@sender.example.org>"
ELSEWHERE = b"RCPT TO:<jones@someplace.else.example>"


def configured(*lines: str, relay: bool = False) -> SmtpWorld:
    world = SmtpWorld(zone=ZONE + "ours.example.org. MX 10 alpha1.example.com.\n")
    world.dcl(f"$ DELETE {SMTP}SMTP.CONFIG;*")
    if lines:
        world.write(f"{SMTP}SMTP.CONFIG", *lines, protection="S:RWED,O:RWED,G:RE,W:RE")
    if relay:
        world.dcl("$ TCPIP SET CONFIGURATION SMTP/OPTIONS=RELAY")
    return world


def test_the_file_of_a_fresh_disk_takes_mail_from_senders_nobody_knows() -> None:
    assert SmtpWorld().talk(HELLO, ABSENT)[-1] == b"250 OK\r\n"


@pytest.mark.parametrize(
    ("sender", "reply"),
    [
        (b"MAIL FROM:<a@sender.example.org>", b"250 OK\r\n"),
        (b"MAIL FROM:<>", b"250 OK\r\n"),
        (b"MAIL FROM:<a@alpha1.example.com>", b"250 OK\r\n"),
        (b"MAIL FROM:<a@mx1.example.org>", b"250 OK\r\n"),
        (ABSENT, b"553 Closing transmission channel.\r\n"),
        (b"MAIL FROM:<a>", b"553 Closing transmission channel.\r\n"),
        (b"MAIL FROM:<a@host>", b"553 Closing transmission channel.\r\n"),
    ],
)
def test_without_the_file_senders_must_be_qualified_and_resolvable(sender: bytes, reply: bytes) -> None:
    assert configured().talk(HELLO, sender)[-1] == reply


def test_a_name_server_that_does_not_answer_condemns_nobody() -> None:
    world = configured()
    world.zone.faults["nowhere.example.org"] = "SERVFAIL"
    assert world.talk(HELLO, ABSENT)[-1] == b"250 OK\r\n"


def test_a_friendly_site_says_why_and_ends_the_session() -> None:
    world = configured("Security: FRIENDLY")
    replies = world.talk(HELLO, ABSENT)
    assert replies[-1] == b"553 That sender address is unresolvable into a host name or MX domain.\r\n"
    assert any(
        "SMTP SPAM event: unresolvable sender domain, client 192.0.2.2" in line for line in world.text(f"{SMTP}TCPIP$SMTP_RECV_RUN.LOG")
    )


def test_a_bad_client_is_turned_away_unless_it_is_more_closely_good() -> None:
    assert configured(f"Bad-Clients: {CLIENT}").talk() == [b"421 Closing transmission channel.\r\n"]
    assert configured("Bad-Clients: 192.0.0.0/16", f"Good-Clients: {CLIENT}").talk()[0].startswith(b"220")
    assert configured("Bad-Clients: 192.0.2.0/24", "Good-Clients: 192.0.0.0/16").talk()[0].startswith(b"421")
    assert configured("Bad-Clients: 192.0.2.0/24", "Good-Clients: 192.0.2.0/24").talk()[0].startswith(b"220")


def test_an_address_without_a_name_and_an_address_in_a_list_are_turned_away() -> None:
    assert configured("Reject-Unbacktranslatable-IP: TRUE").talk() == [b"421 Closing transmission channel.\r\n"]
    world = configured("RBLs: rbl.example.org")
    assert world.talk()[0].startswith(b"220")
    assert ("2.2.0.192.rbl.example.org", "A") in world.zone.queries


def test_the_relay_flag_comes_before_the_lists() -> None:
    world = configured("Good-Clients: 192.0.2.0/24", "Accept-Unresolvable-Domains: 1")
    assert world.talk(HELLO, GOOD, ELSEWHERE)[-1] == b"550 User not local, Relay disabled.\r\n"


@pytest.mark.parametrize(
    ("lines", "taken"),
    [
        ([], True),
        (["Good-Clients: 192.0.2.0/24"], True),
        (["Good-Clients: 198.51.100.0/24"], False),
        (["Good-Clients: 198.51.100.0/24", "Relay-Zones: else.example"], True),
        (["Good-Clients: 198.51.100.0/24", "Relay-Zones: other.example"], False),
        (["Relay-Zones: other.example"], True),
        (["Good-Clients: 198.51.100.0/24", "Relay-Based-On-Mx: TRUE"], False),
    ],
)
def test_what_is_relayed_for_whom(lines: list[str], taken: bool) -> None:
    world = configured(*lines, relay=True)
    expected = b"250 OK\r\n" if taken else b"550 User not local, Relay disabled.\r\n"
    assert world.talk(HELLO, GOOD, ELSEWHERE)[-1] == expected
    assert world.talk(HELLO, GOOD, b"RCPT TO:<student@alpha1.example.com>")[-1] == b"250 OK\r\n"


def test_the_third_refused_relay_of_a_connection_ends_it() -> None:
    world = configured("Good-Clients: 198.51.100.1", relay=True)
    replies = world.talk(HELLO, GOOD, ELSEWHERE, ELSEWHERE, ELSEWHERE)
    assert replies[-3:] == [b"550 User not local, Relay disabled.\r\n"] * 3
    assert any(
        "SMTP SPAM event: relay, client 192.0.2.2, sender <a@sender.example.org>" in line
        for line in world.text(f"{SMTP}TCPIP$SMTP_RECV_RUN.LOG")
    )


def test_a_changed_file_holds_for_the_next_connection() -> None:
    world = configured("Accept-Unresolvable-Domains: TRUE")
    assert world.talk(HELLO, ABSENT)[-1] == b"250 OK\r\n"
    world.write(f"{SMTP}SMTP.CONFIG", "Accept-Unresolvable-Domains: FALSE", protection="S:RWED,O:RWED,G:RE,W:RE")
    assert world.talk(HELLO, ABSENT)[-1].startswith(b"553")


TAKEN, LATER = b"250 OK\r\n", b"451 Requested action aborted: local error in processing\r\n"


@pytest.mark.parametrize("list_of", ["Bad-Clients", "Good-Clients"])
def test_a_client_that_may_be_good_is_neither_bad_nor_refused_for_good(list_of: str) -> None:
    world = configured(
        f"Bad-Clients: {CLIENT}" if list_of == "Good-Clients" else "Bad-Clients: 192.0.2.9", "Good-Clients: farm.example.org", relay=True
    )
    world.zone.faults["farm.example.org"] = "SERVFAIL"
    assert world.talk(HELLO, GOOD, *[ELSEWHERE] * 4, b"RCPT TO:<student@alpha1.example.com>")[3:] == [LATER] * 4 + [TAKEN]
    assert not any("SPAM event" in line for line in world.text(f"{SMTP}TCPIP$SMTP_RECV_RUN.LOG"))


def test_a_list_that_does_not_answer_and_an_address_nobody_can_name_now_condemn_nobody() -> None:
    world = configured("RBLs: rbl.example.org", "Reject-Unbacktranslatable-IP: ON")
    world.zone.faults["2.2.0.192.rbl.example.org"] = world.zone.faults["2.2.0.192.in-addr.arpa"] = "SERVFAIL"
    assert world.talk()[0].startswith(b"220")


def test_an_mx_record_that_cannot_be_looked_up_now_refuses_for_now() -> None:
    world = configured("Good-Clients: 198.51.100.1", "Relay-Based-On-Mx: TRUE", relay=True)
    world.zone.faults["someplace.else.example"] = "REFUSED"
    assert world.talk(HELLO, GOOD, ELSEWHERE)[-1] == LATER


def test_the_clients_of_a_domain_are_the_hosts_that_get_its_mail() -> None:
    world = SmtpWorld(zone=ZONE + "client.example.net. A 192.0.2.2\nfarm.example.org. MX 10 client.example.net.\n")
    world.write(f"{SMTP}SMTP.CONFIG", "Bad-Clients: farm.example.org", protection="S:RWED,O:RWED,G:RE,W:RE")
    assert world.talk() == [b"421 Closing transmission channel.\r\n"]


def test_the_names_of_a_connection_are_looked_up_once() -> None:
    world = configured("Good-Clients: nobody.example.org", "Bad-Clients: 198.51.100.9", "RBLs: rbl.example.org", relay=True)
    world.zone.faults["nobody.example.org"] = "SERVFAIL"
    world.talk(HELLO, GOOD, ELSEWHERE, ELSEWHERE)
    assert [name for name, _ in world.zone.queries].count("nobody.example.org") == 1


@pytest.mark.parametrize("local", ['"jones@someplace.else.example"', "jones%someplace.else.example", '"jones%someplace.else.example"'])
def test_an_address_of_another_host_inside_a_local_one_is_not_relayed(local: str) -> None:
    world = configured("Accept-Unresolvable-Domains: 1")
    world.send("a@sender.example.org", [f"{local}@alpha1.example.com"], "Subject: x\n\nx")
    assert not [name for name, _ in world.zone.queries if name.endswith("else.example")]


def friendly(*lines: str, relay: bool = False) -> SmtpWorld:
    return configured("Security: FRIENDLY", *lines, relay=relay)


def test_a_client_is_checked_as_bad_then_as_nameless_then_against_the_lists() -> None:
    zone = ZONE + "2.2.0.192.rbl.example.org. A 127.0.0.2\n"
    lines = ["RBLs: rbl.example.org", "Reject-Unbacktranslatable-IP: 1", f"Bad-Clients: {CLIENT}"]
    texts = []
    for count in (3, 2, 1):
        world = SmtpWorld(zone=zone)
        world.write(f"{SMTP}SMTP.CONFIG", "Security: FRIENDLY", *lines[:count], protection="S:RWED,O:RWED,G:RE,W:RE")
        texts += world.talk()
    assert [text.split(b" ", 1)[1] for text in texts] == [
        b"Your IP address or subnet is in my list of bad ones.\r\n",
        b"I can't backtranslate your IP address to a host name.\r\n",
        b"Your IP address is in my RBL list.\r\n",
    ]


def test_a_sender_is_checked_as_rejected_then_as_unqualified_then_as_unresolvable() -> None:
    replies = [
        friendly(*lines).talk(HELLO, b"MAIL FROM:<a@nowhere>")[-1]
        for lines in (["Reject-Mail-From: *"], [], ["Accept-Unqualified-Senders: 1"])
    ]
    assert replies == [
        b"553 That sender address is in my list of bad ones.\r\n",
        b"553 That sender address is unqualified.\r\n",
        b"553 That sender address is unresolvable into a host name or MX domain.\r\n",
    ]


def test_a_domain_that_may_be_unresolvable_is_not_looked_up() -> None:
    world = configured("Accept-Unresolvable-Domains: ON")
    assert world.talk(HELLO, ABSENT)[-1] == TAKEN
    assert not [name for name, _ in world.zone.queries if name.startswith("nowhere")]


@pytest.mark.parametrize("good", [None, "198.51.100.1", CLIENT])
@pytest.mark.parametrize("zones", [None, "else.example"])
@pytest.mark.parametrize("by_mx", [False, True])
@pytest.mark.parametrize("relay", [False, True])
def test_every_case_of_the_table_of_relay(relay: bool, by_mx: bool, zones: str | None, good: str | None) -> None:
    lines = [f"Relay-Based-On-Mx: {by_mx}"]
    lines += [f"Good-Clients: {good}"] if good else []
    lines += [f"Relay-Zones: {zones}"] if zones else []
    world = configured(*lines, relay=relay)
    here = b"RCPT TO:<jones@ours.example.org>"  # whose mail exchanger is this node
    elsewhere, ours = world.talk(HELLO, GOOD, ELSEWHERE, here)[-2:]
    trusted = good is None or good == CLIENT
    assert (elsewhere == TAKEN) is (relay and (trusted or zones is not None))
    assert (ours == TAKEN) is (relay and (trusted or by_mx))


def test_a_client_in_no_list_of_bad_ones_waits_for_no_name_of_the_good_ones() -> None:
    world = configured("Bad-Clients: 198.51.100.9", "Good-Clients: slow.example.org")
    world.zone.faults["slow.example.org"] = "SILENT"
    before = world.kernel.now
    assert world.talk(HELLO, GOOD)[-1] == TAKEN
    assert world.kernel.now == before


def test_a_good_address_needs_no_name() -> None:
    world = configured(f"Bad-Clients: {CLIENT}", f"Good-Clients: slow.example.org, {CLIENT}", relay=True)
    world.zone.faults["slow.example.org"] = "SILENT"
    assert world.talk(HELLO, GOOD, ELSEWHERE)[-1] == TAKEN
    assert not [name for name, _ in world.zone.queries if name.startswith("slow")]
