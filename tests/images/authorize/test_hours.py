"""Hours of access: as typed, as kept, as displayed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmsemu.base.condition import VmsError
from vmsemu.images.authorize.facility import UAF
from vmsemu.images.authorize.hours import FULL, NONE, hours_text, parse_hours
from vmsemu.security.sysuaf import NO_ACCESS

HOURS = st.integers(0, 23)


def shown(*words: str, negated: bool = False) -> tuple[str, str]:
    primary, secondary = parse_hours(words, negated=negated)
    return hours_text(primary), hours_text(secondary)


DAYTIME = "---------#########------"
NOT_DAYTIME = "#########---------######"


@pytest.mark.parametrize(
    ("words", "negated", "expected"),
    [
        ((), False, (FULL, FULL)),
        ((), True, (NONE, NONE)),
        (("9-17",), False, (DAYTIME, DAYTIME)),
        (("9-17",), True, (NOT_DAYTIME, NOT_DAYTIME)),
        (("PRIMARY", "9-17"), False, (DAYTIME, FULL)),
        (("SECONDARY",), True, (FULL, NONE)),
        (("PRIMARY", "9-17", "SECONDARY", "18-8"), True, (NOT_DAYTIME, DAYTIME)),
        (("PRIM", "9", "10-17", "SEC", "0-23"), False, (DAYTIME, FULL)),
    ],
)
def test_hours_are_what_the_examples_of_the_manual_say(words, negated, expected):
    assert shown(*words, negated=negated) == expected


def test_a_range_goes_over_midnight():
    assert shown("22-1")[0] == "##--------------------##"


@pytest.mark.parametrize("word", ["24", "8-24", "NOON", "-8", "8-", "", "100"])
def test_what_is_no_hour_is_named_in_the_error(word):
    with pytest.raises(VmsError) as failure:
        parse_hours(["PRIMARY", word] if word else ["8 - 9"])
    assert failure.value.matches(UAF.BADVALUE)


@given(HOURS, HOURS)
def test_closing_hours_leaves_open_what_opening_them_closes(first, last):
    opened, _ = parse_hours([f"{first}-{last}"])
    closed, _ = parse_hours([f"{first}-{last}"], negated=True)
    assert opened ^ closed == NO_ACCESS
    assert not opened >> first & 1 and not opened >> last & 1
