"""Laws of lexical functions: against Python's strings, bits and dates; DCL reference 4.1, 5.2."""

from datetime import datetime
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dcl.dcl_world import DclWorld
from vmsemu.base.condition import VmsError
from vmsemu.dcl.lexical_functions.registry import find_lexical
from vmsemu.dcl.lexical_functions.strings import f_cvsi, f_cvui, f_edit, f_element, f_extract, f_length, f_locate
from vmsemu.dcl.lexical_functions.times import f_cvtime
from vmsemu.dcl.values import wrap
from vmsemu.tables.facilities import CLI

NOBODY = cast(Any, None)  # the string functions need no interpreter
words = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40)


@given(words, st.integers(0, 50), st.integers(0, 50))
def test_extract_is_a_slice_and_the_parts_make_the_whole(text, start, length):
    assert f_extract(NOBODY, start, length, text) == text[start : start + length]
    assert f_extract(NOBODY, 0, start, text) + f_extract(NOBODY, start, f_length(NOBODY, text), text) == text


@given(words, words, words)
def test_locate_finds_the_first_occurrence_or_the_length(before, part, after):
    text = before + part + after
    at = f_locate(NOBODY, part, text)
    assert at <= len(before)
    assert f_extract(NOBODY, at, len(part), text) == part
    assert f_locate(NOBODY, text + "x", text) == f_length(NOBODY, text)


@given(st.lists(words.map(lambda w: w.replace("|", "")), min_size=1, max_size=8))
def test_elements_are_what_was_joined_and_the_delimiter_ends_them(parts):
    text = "|".join(parts)
    assert [f_element(NOBODY, n, "|", text) for n in range(len(parts))] == parts
    assert f_element(NOBODY, len(parts), "|", text) == "|"


@given(st.integers(0, 0xFFFFFFFF), st.integers(0, 32), st.integers(0, 64), words)
def test_bits_of_a_string_are_those_of_its_bytes(value, count, start, tail):
    text = value.to_bytes(4, "little").decode("latin-1") + tail
    bits = int.from_bytes(text.encode("latin-1"), "little")
    if start + count > 8 * len(text):
        with pytest.raises(VmsError) as failure:
            f_cvui(NOBODY, start, count, text)
        assert failure.value.matches(CLI.INVRANGE)
        return
    unsigned = bits >> start & ((1 << count) - 1)
    assert f_cvui(NOBODY, start, count, text) == wrap(unsigned)
    sign = count > 0 and unsigned >> (count - 1)
    assert f_cvsi(NOBODY, start, count, text) == unsigned - (1 << count if sign else 0)


@given(words)
def test_an_edit_done_twice_changes_nothing_more(text):
    for edit in ("COLLAPSE", "COMPRESS", "LOWERCASE", "TRIM", "UNCOMMENT", "UPCASE"):
        once = f_edit(NOBODY, text, edit)
        assert f_edit(NOBODY, once, edit) == once


WORLD = DclWorld()
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
LATER = ("CUNITS", "DELTA_TIME", "FID_TO_NAME", "LICENSE", "MATCH_WILD", "MULTIPATH", "READLINK", "SYMLINK_ATTRIBUTES", "UNIQUE")
ABSOLUTE = st.datetimes(datetime(1858, 11, 18), datetime(9999, 12, 31))


class _Clock:
    """As much of the interpreter as F$CVTIME looks at."""

    system = WORLD.system


def cvtime(*arguments):
    return f_cvtime(cast(Any, _Clock()), *arguments)


@given(ABSOLUTE)
def test_a_time_goes_to_absolute_and_back_and_its_fields_are_the_calendars(when):
    comparison = when.strftime("%m-%d %H:%M:%S.") + f"{when.microsecond // 10000:02d}"
    comparison = f"{when.year:04d}-{comparison}"
    absolute = f"{when.day}-{MONTHS[when.month - 1]}-{when.year:04d} {comparison[11:]}"
    assert cvtime(absolute) == comparison
    assert cvtime(absolute, "ABSOLUTE") == absolute
    assert cvtime(absolute, "COMPARISON", "DAYOFYEAR") == str(when.timetuple().tm_yday)
    assert cvtime(absolute, "COMPARISON", "WEEKDAY") == ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[when.weekday()]


@given(ABSOLUTE, ABSOLUTE)
def test_comparison_times_sort_as_the_times(first, second):
    def text(when):
        return cvtime(f"{when.day}-{MONTHS[when.month - 1]}-{when.year:04d} {when:%H:%M:%S}")

    first, second = first.replace(microsecond=0), second.replace(microsecond=0)
    assert (text(first) < text(second)) == (first < second)


@given(st.integers(0, 9999), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59), st.integers(0, 99))
def test_a_delta_time_is_read_as_it_is_written(days, hours, minutes, seconds, hundredths):
    text = f"{days}-{hours:02d}:{minutes:02d}:{seconds:02d}.{hundredths:02d}"
    assert cvtime(text, "DELTA") == text
    assert cvtime(text, "DELTA", "TIME") == text.partition("-")[2]


@given(st.sampled_from(LATER))
def test_functions_of_later_versions_are_unknown(name):
    with pytest.raises(VmsError) as failure:
        find_lexical("F$" + name)
    assert failure.value.matches(CLI.IVFNAM)
