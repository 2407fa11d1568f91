"""Dates and times: what may be typed, and what is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmsemu.base.condition import VmsError
from vmsemu.base.time import TICKS_PER_DAY, TICKS_PER_HUNDREDTH, DeltaTime, VmsTime
from vmsemu.tables.facilities import CLI, LIB

NOW = VmsTime.of(2001, 5, 14, 10, 30, 15, 25)
moments = st.integers(0, VmsTime.of(9999, 12, 31, 23, 59, 59, 99) // TICKS_PER_HUNDREDTH).map(lambda n: VmsTime(n * TICKS_PER_HUNDREDTH))
lengths = st.integers(0, 10000 * TICKS_PER_DAY // TICKS_PER_HUNDREDTH - 1).map(lambda n: DeltaTime(n * TICKS_PER_HUNDREDTH))


@given(moments)
def test_a_time_is_read_back_from_its_text(moment: VmsTime) -> None:
    text = moment.to_text()
    assert len(text) == 23
    assert VmsTime.from_text(text, NOW) == moment


@given(moments)
def test_the_colon_joins_date_and_time_as_well_as_the_blank(moment: VmsTime) -> None:
    assert VmsTime.from_text(moment.to_text().strip().replace(" ", ":"), NOW) == moment


@given(moments, moments)
def test_the_comparison_text_sorts_like_the_time(one: VmsTime, other: VmsTime) -> None:
    assert (one < other) == (one.to_comparison() < other.to_comparison())


@given(lengths)
def test_a_delta_time_is_read_back_from_its_text(length: DeltaTime) -> None:
    assert DeltaTime.from_text(length.to_text()) == length
    assert DeltaTime.from_bytes8(length.to_bytes8()) == length


@given(moments)
def test_a_time_is_read_back_from_its_quadword_and_its_fields(moment: VmsTime) -> None:
    assert VmsTime.from_bytes8(moment.to_bytes8()) == moment
    assert VmsTime.of(*moment.fields()) == moment


@given(st.text(alphabet="0123456789-:. +JANMYTODY", max_size=14))
def test_any_other_text_is_refused_with_a_condition(text: str) -> None:
    try:
        VmsTime.from_text(text, NOW)
    except VmsError as error:
        assert error.matches(CLI.IVATIME, LIB.IVTIME)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("14-MAY-2001:10:00", "14-MAY-2001 10:00:00.00"),
        ("4-DEC-2001 13:05", " 4-DEC-2001 13:05:00.00"),
        ("4-dec-2001", " 4-DEC-2001 00:00:00.00"),
        ("28-JUN", "28-JUN-2001 00:00:00.00"),
        ("28-", "28-MAY-2001 00:00:00.00"),
        ("-JAN-2002", "14-JAN-2002 00:00:00.00"),
        ("--2002", "14-MAY-2002 00:00:00.00"),
        ("-MAY-2001 10", "14-MAY-2001 10:00:00.00"),
        ("14-MAY-2001::30", "14-MAY-2001 00:30:00.00"),
        ("15", "14-MAY-2001 15:00:00.00"),
        ("15:30", "14-MAY-2001 15:30:00.00"),
        (":30", "14-MAY-2001 00:30:00.00"),
        ("TODAY", "14-MAY-2001 00:00:00.00"),
        ("TOMORROW", "15-MAY-2001 00:00:00.00"),
        ("yesterday", "13-MAY-2001 00:00:00.00"),
        ('"-1-"', "13-MAY-2001 10:30:15.25"),
        ('"+0:30"', "14-MAY-2001 11:00:15.25"),
        ("-:10", "14-MAY-2001 10:20:15.25"),
        ("TODAY+1-", "15-MAY-2001 00:00:00.00"),
        ("TODAY-1-12:00", "12-MAY-2001 12:00:00.00"),
        ("14-MAY-2001:10:00-0:30", "14-MAY-2001 09:30:00.00"),
        ("14-MAY-2001-1-", "13-MAY-2001 00:00:00.00"),
        ("1-JAN-2001-0:0:0.01", "31-DEC-2000 23:59:59.99"),
        ("10:00:00.1", "14-MAY-2001 10:00:00.10"),
        ("10:00:00.125", "14-MAY-2001 10:00:00.13"),
    ],
)
def test_fields_left_out_come_from_today_and_from_midnight(typed: str, shown: str) -> None:
    assert VmsTime.from_text(typed, NOW).to_text() == shown


@pytest.mark.parametrize(
    "typed", ["", "-", "--", "31-FEB", "32-MAY", "25:00", "10:60", "SOMEDAY", "TO", "14-XXX-2001", "1-JAN-99", "1-JAN-1857", "1:2:3:4"]
)
def test_a_wrong_absolute_time_is_ivatime(typed: str) -> None:
    with pytest.raises(VmsError) as caught:
        VmsTime.from_text(typed, NOW)
    assert caught.value.matches(CLI.IVATIME)


def test_a_combination_before_the_beginning_of_time_is_ivtime() -> None:
    with pytest.raises(VmsError) as caught:
        VmsTime.from_text("17-NOV-1858-1-", NOW)
    assert caught.value.matches(LIB.IVTIME)


def test_a_caller_can_add_words_such_as_login() -> None:
    login = VmsTime.of(2001, 5, 14, 9)
    assert VmsTime.from_text("LOGIN", NOW, {"LOGIN": login}) == login
    with pytest.raises(VmsError):
        VmsTime.from_text("LOGIN", NOW)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("1-", "   1 00:00:00.00"),
        ("5:", "   0 05:00:00.00"),
        ("5", "   0 05:00:00.00"),
        (":5", "   0 00:05:00.00"),
        ("0:5", "   0 00:05:00.00"),
        ("::5", "   0 00:00:05.00"),
        ("00:00:05", "   0 00:00:05.00"),
        ("1 12:00", "   1 12:00:00.00"),
        ("9999-23:59:59.99", "9999 23:59:59.99"),
        (".5", "   0 00:00:00.50"),
    ],
)
def test_a_delta_time_may_be_cut_short_after_any_field(typed: str, shown: str) -> None:
    assert DeltaTime.from_text(typed).to_text() == shown


@pytest.mark.parametrize("typed", ["", "-", ":", "24:", "0:60", "1-25", "12345-", "SOON", "1:2:3:4"])
def test_a_wrong_delta_time_is_ivdtime(typed: str) -> None:
    with pytest.raises(VmsError) as caught:
        DeltaTime.from_text(typed)
    assert caught.value.matches(CLI.IVDTIME)


def test_sums_and_differences_have_the_right_kind() -> None:
    hour = DeltaTime.of(hours=1)
    assert isinstance(NOW + hour, VmsTime)
    assert isinstance(hour + NOW, VmsTime)
    assert isinstance(NOW - hour, VmsTime)
    assert isinstance(NOW - NOW, DeltaTime)
    assert isinstance(hour + hour, DeltaTime)
    assert (NOW + hour) - NOW == hour


def test_the_epoch_and_the_unix_epoch_have_their_documented_values() -> None:
    assert VmsTime.of(1858, 11, 17) == 0
    assert VmsTime.of(1970, 1, 1) == 0x007C95674BEB4000


def test_the_days_of_the_week_and_of_the_year() -> None:
    assert VmsTime.of(2001, 5, 14).day_of_week() == 0
    assert VmsTime.of(1858, 11, 17).day_of_week() == 2
    assert VmsTime.of(2000, 12, 31).day_of_year() == 366
