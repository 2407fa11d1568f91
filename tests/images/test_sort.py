"""SORT: keys of every kind, and specification files that say anything."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vmsemu.base.condition import VmsError
from vmsemu.images.sort.collating import collation
from vmsemu.images.sort.keys import SortKey, ordered
from vmsemu.images.sort.specification import Specification

_WORDS = ['/FIELD=(', "NAME=A", "POS:1", "SIZ:2", '"x"', "-", ",", ")", "(", "\n/KEY=A", "/CONDITION=(NAME=C,TEST=(A EQ ", "/INCLUDE",
          "/COLLATING_SEQUENCE=(SEQUENCE=", "ASCII", "FOLD", "!", "/", "IF", "C", "THEN", "A", "ELSE", "VALUE:3"]  # fmt: skip


def _h_floating(exponent: int, fraction: int, sign: int = 0) -> bytes:
    """sign, 15 bits of exponent in excess 16384, and the leading 16 bits of the fraction, in words of PDP-11 order."""
    return (sign << 15 | exponent + 16384).to_bytes(2, "little") + fraction.to_bytes(2, "little") + bytes(12)


def test_h_floating_keys_sort_by_value_beyond_the_range_of_other_types() -> None:
    huge, one, half, minus = _h_floating(16000, 0), _h_floating(1, 0), _h_floating(0, 0), _h_floating(2, 0x8000, sign=1)
    assert ordered([one, huge, minus, half], [SortKey(1, 16, "H_FLOATING")], bytes) == [minus, half, one, huge]


def test_a_short_record_sorts_as_if_it_were_filled_with_nulls() -> None:
    assert ordered([b"ab", b"a", b"a\0", b""], [SortKey(1, 3)], bytes) == [b"", b"a", b"a\0", b"ab"]


@given(st.lists(st.binary(max_size=4)))
def test_the_multinational_sequence_is_a_total_order(records: list[bytes]) -> None:
    collate = collation("MULTINATIONAL")
    assert all((collate(a) == collate(b)) == (a == b) for a in records for b in records)


@given(st.lists(st.sampled_from(_WORDS), max_size=25))
def test_any_specification_is_read_or_refused(words: list[str]) -> None:
    try:
        specification = Specification.from_lines(" ".join(words).split("\n"))
        specification.keys()
    except VmsError:
        return
    assert specification.selected([b"xy"]) in ([], [b"xy"])
