"""IPv4 addresses, masks and networks as the commands take them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmsemu.net.address import (
    broadcast_of,
    class_length,
    is_address,
    mask_length,
    mask_of,
    network_and_length,
    network_of,
    to_number,
    to_text,
)


@given(st.integers(0, 2**32 - 1))
def test_an_address_is_what_its_text_says(number: int) -> None:
    assert to_number(to_text(number)) == number


@pytest.mark.parametrize("text", ["", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.x", "1.2.3.4 ", "٣.1.1.1"])
def test_what_is_no_address_is_none(text: str) -> None:
    assert not is_address(text)


@given(st.integers(0, 32))
def test_a_mask_has_the_length_it_was_made_with(length: int) -> None:
    assert mask_length(mask_of(length)) == length


@pytest.mark.parametrize("mask", ["255.0.255.0", "0.255.0.0", "255.255.255.1", "x"])
def test_a_mask_whose_ones_are_not_together_is_none(mask: str) -> None:
    assert mask_length(mask) is None


@pytest.mark.parametrize(
    ("address", "length"), [("10.1.2.3", 8), ("127.0.0.1", 8), ("128.0.0.1", 16), ("191.255.0.1", 16), ("192.0.2.1", 24)]
)
def test_the_class_of_an_address_gives_its_network_field(address: str, length: int) -> None:
    assert class_length(address) == length


@given(st.integers(0, 2**32 - 1), st.integers(0, 32))
def test_an_address_lies_between_its_network_and_its_broadcast_address(number: int, length: int) -> None:
    first, last = to_number(network_of(to_text(number), length)), to_number(broadcast_of(to_text(number), length))
    assert first is not None and last is not None
    assert first <= number <= last
    assert last - first + 1 == 2 ** (32 - length)


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("198.51.100.7", ("198.51.100.0", 24)),
        ("198.51.100.0:255.255.255.240", ("198.51.100.0", 28)),
        ("198.51.100.77/26", ("198.51.100.64", 26)),
        ("0.0.0.0/0", ("0.0.0.0", 0)),
        ("198.51.100.0/33", None),
        ("198.51.100.0:255.0.255.0", None),
        ("REEF", None),
        ("REEF/8", None),
    ],
)
def test_a_network_is_given_by_class_mask_or_bits(text: str, network: tuple[str, int] | None) -> None:
    assert network_and_length(text) == network
