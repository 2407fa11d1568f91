"""SMTP.CONFIG: its syntax, its lists."""

from __future__ import annotations

import pytest

from smtp.config.antispam import AntiSpam, closest, network


def test_lists_go_on_behind_tabs_and_in_repeated_fields() -> None:
    rules = AntiSpam.from_lines(
        ["! comment", "Good-Clients: 192.0.2.0/24, relay.example.com,", "\t198.51.100.1", "good-clients: 203.0.113.9", "RBLs: a.example"]
    )
    assert rules.good_clients == ("192.0.2.0/24", "relay.example.com", "198.51.100.1", "203.0.113.9")
    assert rules.rbls == ("a.example",)
    assert rules.bad_clients is None


@pytest.mark.parametrize(("word", "value"), [("ON", True), ("yes", True), ("1", True), ("Off", False), ("FALSE", False), ("0", False)])
def test_switches_take_every_documented_word(word: str, value: bool) -> None:
    assert AntiSpam.from_lines([f"Relay-Based-On-Mx: {word}"]).relay_based_on_mx is value


def test_without_a_file_the_documented_defaults_hold() -> None:
    rules = AntiSpam()
    assert not (rules.accept_unqualified or rules.accept_unresolvable or rules.relay_based_on_mx or rules.reject_unbacktranslatable)
    assert rules.actions == ("OPCOM",)
    assert rules.text("SPAM-RELAY-TEXT") == "User not local, Relay disabled."


def test_the_friendly_level_tells_more_and_an_own_text_overrides_both() -> None:
    rules = AntiSpam.from_lines(["Security: FRIENDLY", "Bad-Clients-Text: go away"])
    assert rules.text("UNQUALIFIED-SENDER-TEXT") == "That sender address is unqualified."
    assert rules.text("BAD-CLIENTS-TEXT") == "go away"


def test_what_makes_no_sense_is_remarked_and_ignored() -> None:
    rules = AntiSpam.from_lines(["Nonsense: x", "\tmore of it", " Good-Clients: 192.0.2.1", "Security: LOUD", "Relay-Zones: " + "x" * 600])
    assert len(rules.remarks) == 4
    assert rules.good_clients is None and not rules.friendly
    assert rules.relay_zones == ("x" * 500,)


def test_senders_are_rejected_by_pattern_with_exceptions() -> None:
    rules = AntiSpam.from_lines(
        ["Reject-Mail-From: *.xyz.example, known.spammer@*, *the_internet*", "Accept-Mail-From: *@notbad.xyz.example"]
    )
    assert rules.rejects_sender("a@b.XYZ.example") and rules.rejects_sender("known.spammer@anywhere.example")
    assert rules.rejects_sender("x_the_internet_y@q.example")
    assert not rules.rejects_sender("a@notbad.xyz.example") and not rules.rejects_sender("a@b.example")


def test_relay_zones_have_an_implied_wildcard() -> None:
    rules = AntiSpam.from_lines(["Relay-Zones: abc.example, def.example"])
    assert rules.in_relay_zone("abc.example") and rules.in_relay_zone("VMShost.ABC.example")
    assert not rules.in_relay_zone("xabc.example")


def test_the_network_that_matches_most_closely_counts() -> None:
    nets = [n for n in (network("1.0.0.0/8"), network("1.2.3.6"), network("1.2.0.0/16")) if n is not None]
    assert (closest("1.2.3.6", nets), closest("1.2.9.9", nets), closest("1.9.9.9", nets), closest("2.2.2.2", nets)) == (32, 16, 8, -1)
    assert network("relay.example.com") is None and closest("::1", nets) == -1
