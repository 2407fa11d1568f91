"""DIFFERENCES: the sections found turn one file into the other."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from vmsemu.images.differences.compare import sections
from vmsemu.images.sort.keys import SortKey, ordered

_FILE = st.lists(st.sampled_from("abcd"), max_size=14)


@given(_FILE, _FILE, st.integers(1, 4))
def test_replacing_each_section_turns_the_first_file_into_the_second(first: list[str], second: list[str], match: int) -> None:
    out: list[str] = []
    at = 0
    for section in sections(first, second, match):
        out += first[at : section.first_at] + second[section.second_at : section.second_end]
        at = section.first_end
    assert out + first[at:] == second


@given(_FILE)
def test_a_file_does_not_differ_from_itself(file: list[str]) -> None:
    assert sections(file, file) == []


@given(st.lists(st.integers(-(2**31), 2**31 - 1)))
def test_binary_keys_sort_as_signed_longwords(numbers: list[int]) -> None:
    records = [number.to_bytes(4, "little", signed=True) for number in numbers]
    assert ordered(records, [SortKey(1, 4, "BINARY")], bytes) == [n.to_bytes(4, "little", signed=True) for n in sorted(numbers)]


@given(st.lists(st.floats(allow_nan=False)))
def test_t_floating_keys_sort_as_numbers_in_descending_order(numbers: list[float]) -> None:
    records = [struct.pack("<d", number) for number in numbers]
    found = [struct.unpack("<d", record)[0] for record in ordered(records, [SortKey(1, 8, "T_FLOATING", descending=True)], bytes)]
    assert found == sorted(numbers, reverse=True)


def test_vax_f_floating_keys_sort_by_value() -> None:
    one, minus_two, half = b"\x80\x40\x00\x00", b"\x00\xc1\x00\x00", b"\x00\x40\x00\x00"
    assert ordered([one, minus_two, half], [SortKey(1, 4, "F_FLOATING")], bytes) == [minus_two, half, one]


def test_packed_and_overpunched_decimal_keys_sort_by_value() -> None:
    assert ordered([b"\x12\x3c", b"\x45\x6d"], [SortKey(1, 3, "PACKED_DECIMAL")], bytes) == [b"\x45\x6d", b"\x12\x3c"]
    assert ordered([b"12C", b"12L", b"007"], [SortKey(1, 3, "DECIMAL")], bytes) == [b"12L", b"007", b"12C"]
