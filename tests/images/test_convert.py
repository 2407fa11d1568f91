"""How CONVERT makes records fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmsemu.base.condition import VmsError
from vmsemu.files.attributes import VAR_CR, RecordAttributes, RecordFormat, fixed
from vmsemu.images.convert.fitting import CONV, Fitting, _pad_character

KEEP = Fitting(None, False, False)
ALL = Fitting(ord("*"), True, True)
FIXED_CONTROL = Fitting(None, False, True)
VFC3 = RecordAttributes(format=RecordFormat.VFC, control_size=3)
VFC2 = RecordAttributes(format=RecordFormat.VFC, control_size=2)


def refused(condition: object, fitting: Fitting, data: bytes, target: RecordAttributes) -> None:
    with pytest.raises(VmsError) as caught:
        fitting.fit((data, b""), VAR_CR, target)
    assert caught.value.matches(condition)  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "value"), [("", 0), ("A", 65), ("0", 48), ("%", 37), ("%D32", 32), ("%o101", 65), ("%XfF", 255)])
def test_a_pad_is_a_character_or_a_number(text: str, value: int) -> None:
    assert _pad_character(text) == value


@pytest.mark.parametrize("text", ["AB", "%X", "%X100", "%D-1", "%Q5", "%O8"])
def test_no_other_pad_is_one(text: str) -> None:
    with pytest.raises(VmsError) as caught:
        _pad_character(text)
    assert caught.value.matches(CONV.PAD)


def test_fixed_records_are_padded_and_truncated_when_that_is_asked_for() -> None:
    refused(CONV.RTS, KEEP, b"abc", fixed(5))
    refused(CONV.RTL, KEEP, b"abcdef", fixed(5))
    assert [ALL.fit((data, b""), VAR_CR, fixed(5))[0] for data in (b"abc", b"abcde", b"abcdef")] == [b"abc**", b"abcde", b"abcde"]


def test_variable_records_are_truncated_and_never_padded() -> None:
    limited = RecordAttributes(maximum_size=4)
    refused(CONV.RTL, KEEP, b"abcde", limited)
    assert [ALL.fit((data, b""), VAR_CR, limited)[0] for data in (b"abc", b"abcde")] == [b"abc", b"abcd"]
    assert KEEP.fit((b"x" * 600, b""), VAR_CR, VAR_CR) == (b"x" * 600, b"")


def test_the_control_area_is_part_of_the_record_only_with_fixed_control() -> None:
    assert KEEP.fit((b"data", b"12"), VFC2, VAR_CR) == (b"data", b"")
    assert FIXED_CONTROL.fit((b"data", b"12"), VFC2, VAR_CR) == (b"12data", b"")
    assert KEEP.fit((b"data", b""), VAR_CR, VFC3) == (b"data", bytes(3))
    assert FIXED_CONTROL.fit((b"data", b""), VAR_CR, VFC3) == (b"a", b"dat")
    refused(CONV.VFC, FIXED_CONTROL, b"da", VFC3)


def test_between_control_areas_of_two_sizes_the_area_is_kept_as_far_as_it_goes() -> None:
    assert KEEP.fit((b"data", b"12"), VFC2, VFC3) == (b"data", b"12\0")
    assert FIXED_CONTROL.fit((b"data", b"123"), VFC3, VFC2) == (b"data", b"12")


@given(st.binary(min_size=3, max_size=40))
def test_there_and_back_with_fixed_control_is_the_same_record(data: bytes) -> None:
    assert FIXED_CONTROL.fit(FIXED_CONTROL.fit((data, b""), VAR_CR, VFC3), VFC3, VAR_CR) == (data, b"")
