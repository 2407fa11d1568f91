"""SMTP.CONFIG: its syntax, its lists."""

from __future__ import annotations

from pathlib import Path

import pytest

import smtp
from smtp.config.antispam import FIELDS, TEXTS, AntiSpam, closest, network


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


def test_what_makes_no_sense_is_remarked_with_its_place_and_ignored() -> None:
    rules = AntiSpam.from_lines(
        ["Nonsense: x", "\tmore of it", " Bad-Clients: 192.0.2.1", "Security: LOUD", "SPAM-Action: LOUD", "Relay-Based-On-Mx: MAYBE"]
    )
    assert rules.remarks == [
        "SMTP.CONFIG: line 1 is not a field: Nonsense: x",
        "SMTP.CONFIG: line 2 is not a field: more of it",
        "SMTP.CONFIG: line 3 is not a field: Bad-Clients: 192.0.2.1",
        "SMTP.CONFIG: SECURITY: not a value of this field: LOUD",
        "SMTP.CONFIG: SPAM-ACTION: not an entry of this list: LOUD",
        "SMTP.CONFIG: RELAY-BASED-ON-MX: not a value of this field: MAYBE",
    ]
    assert rules.bad_clients is None and not rules.friendly and not rules.relay_based_on_mx and rules.actions == ("OPCOM",)


def test_a_line_that_is_not_understood_opens_no_relay() -> None:
    assert AntiSpam.from_lines(["Relay-Zones: example.com"]).relay_is_open
    assert not AntiSpam.from_lines(["Good-Client: 192.0.2.0/24"]).relay_is_open
    assert not AntiSpam.from_lines(["Good-Clients: 192.0.2.0/33"]).relay_is_open


def test_a_file_of_another_kind_is_remarked_at_bounded_length() -> None:
    rules = AntiSpam.from_lines("x" * 5000 for _ in range(100_000))
    assert len(rules.remarks) == 21 and max(map(len, rules.remarks)) < 120


@pytest.mark.parametrize("entry", ["192.0.2.256", "192.0.2", "192.0.2.0/33", "two words", "a@example.com", "*", "010.1.1.1"])
def test_what_is_neither_address_nor_network_nor_name_is_left_out_of_a_list_of_clients(entry: str) -> None:
    rules = AntiSpam.from_lines([f"Bad-Clients: 192.0.2.1, {entry}, 3com.example"])
    assert rules.bad_clients == ("192.0.2.1", "3com.example") and len(rules.remarks) == 1


def test_of_a_value_over_500_characters_whole_entries_are_taken() -> None:
    at_limit = "192.0.2.1," * 49 + "192.0.2.20"
    assert len(at_limit) == 500 and not AntiSpam.from_lines([f"Good-Clients: {at_limit}"]).remarks
    rules = AntiSpam.from_lines([f"Good-Clients: {at_limit}0", "\t192.0.2.3"])
    assert rules.good_clients == ("192.0.2.1",) * 49 + ("192.0.2.3",) and len(rules.remarks) == 1
    assert AntiSpam.from_lines(["Bad-Clients-Text: " + "y" * 501]).text("BAD-CLIENTS-TEXT") == "y" * 500


def test_only_lists_go_on_behind_a_tab() -> None:
    rules = AntiSpam.from_lines(["Bad-Clients-Text: go away", "\tat once", "Reject-Unbacktranslatable-IP: ON", "\tOFF"])
    assert rules.text("BAD-CLIENTS-TEXT") == "go away" and rules.reject_unbacktranslatable and len(rules.remarks) == 2


def test_a_text_must_be_one_printable_line() -> None:
    rules = AntiSpam.from_lines(["Bad-Clients-Text: one\r\n220 two", "SPAM-Relay-Text:"])
    assert rules.text("BAD-CLIENTS-TEXT") == "Closing transmission channel." and len(rules.remarks) == 2


def test_an_empty_list_is_a_list() -> None:
    assert AntiSpam.from_lines(["Good-Clients:"]).good_clients == ()


@pytest.mark.parametrize(
    ("line", "actions"),
    [("NONE", ()), ("none, opcom", ("OPCOM",)), ("OPCOM, Accounting", ("OPCOM", "ACCOUNTING")), ("ACCOUNTING, LOUD", ("ACCOUNTING",)), ("", ("OPCOM",))],
)  # fmt: skip
def test_the_actions_are_a_list(line: str, actions: tuple[str, ...]) -> None:
    assert AntiSpam.from_lines([f"SPAM-Action: {line}"]).actions == actions


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_each_text_has_two_levels_and_can_be_the_sites_own(name: str) -> None:
    secure, friendly = TEXTS[name]
    assert AntiSpam().text(name) == secure != friendly == AntiSpam.from_lines(["SECURITY: friendly"]).text(name)
    assert AntiSpam.from_lines([f"{name.lower()}: Own Text: 2"]).text(name) == "Own Text: 2"


def test_the_template_names_every_field_and_can_be_used_whole() -> None:
    template = (Path(smtp.__file__).parent / "disk" / "smtp_config.template").read_text().splitlines()
    fields = [line.removeprefix("!!! ") for line in template if line.startswith("!!!")]
    assert sorted(line.partition(":")[0].upper() for line in fields) == sorted(FIELDS)
    assert AntiSpam.from_lines(fields).remarks == [] and AntiSpam.from_lines(template) == AntiSpam()


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
