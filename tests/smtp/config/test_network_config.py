"""The records of the network in the configuration database, and the resolver's logical names."""

from __future__ import annotations

import pytest

from smtp.config.network import Communication, InterfaceSettings, NameService
from smtp.config.resolver import _number, longword


@pytest.mark.parametrize(
    "value",
    [
        Communication(),
        Communication("hearts", "example.org", ("192.0.2.1", "192.0.2.2"), ("198.51.100.0/24",), (), (), 7),
        InterfaceSettings("HEARTS", "192.0.2.40", "255.255.255.0", "192.0.2.255"),
        InterfaceSettings(dhcp=True, primary=True),
        NameService(True, "TCP", "example.org", 2, 9, ("192.0.2.53",), ("example.org", "example.net")),
    ],
)
def test_what_is_stored_is_what_is_read(value: Communication | InterfaceSettings | NameService) -> None:
    assert type(value).from_items(value.to_items()) == value


def test_what_has_its_default_is_not_stored() -> None:
    assert NameService(retry=4, timeout=5).to_items() == {"TIMEOUT": "5"}


def test_an_item_that_makes_no_sense_keeps_its_default() -> None:
    assert NameService.from_items({"RETRY": "many", "TIMEOUT": "-1", "ENABLE": "yes", "WHAT": "x"}) == NameService()


@pytest.mark.parametrize(
    ("text", "number"), [(longword(4), 4), (longword(258), 258), ("12", 12), ("", None), ("four", 1920298854), ("x", None)]
)
def test_numbers_of_logical_names_are_longwords_or_digits(text: str, number: int | None) -> None:
    assert _number(text) == number
