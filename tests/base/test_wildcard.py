"""Wildcards in names and in directories."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmsemu.base.wildcard import match, match_directory

letters = st.text(alphabet="AB$_", max_size=8)
patterns = st.text(alphabet="AB*%$", max_size=8)


@given(patterns, letters)
def test_matching_is_what_the_plain_regular_expression_says(pattern: str, text: str) -> None:
    plain = re.escape(pattern).replace(r"\*", ".*").replace("%", ".")
    assert match(pattern, text) == (re.fullmatch(plain, text) is not None)


@given(letters)
def test_a_star_matches_everything_and_a_text_matches_itself(text: str) -> None:
    assert match("*", text)
    assert match(text, text)
    assert match(text.lower(), text)


def test_a_percent_sign_is_exactly_one_character() -> None:
    assert match("A%C", "abc")
    assert not match("A%", "A")
    assert not match("A%", "ABC")


def test_many_stars_stay_fast() -> None:
    assert not match("*A" * 30 + "*B", "A" * 2000)


@pytest.mark.parametrize(
    ("pattern", "directory", "matches"),
    [
        ("[000000]", "", True),
        ("[000000]", "A", False),
        ("[A]", "A", True),
        ("[a]", "A", True),
        ("[A]", "A.B", False),
        ("[A...]", "A", True),
        ("[A...]", "A.B.C", True),
        ("[A...]", "B", False),
        ("[A...C]", "A.C", True),
        ("[A...C]", "A.B.C", True),
        ("[A...C]", "A.B.D", False),
        ("[000000...]", "", True),
        ("[000000...]", "A.B", True),
        ("[*...]", "", False),
        ("[*...]", "A.B", True),
        ("[*]", "A", True),
        ("[*]", "A.B", False),
        ("[A.*.B]", "A.X.B", True),
        ("[A.*.B]", "A.B", False),
        ("[A*.B]", "AXY.B", True),
        ("[A%]", "AB", True),
        ("[1,4]", "001004", True),
        ("[*,6]", "001006", True),
        ("[*,6]", "001004", False),
        ("[A.][B]", "A.B", True),
    ],
)
def test_a_directory_pattern_matches_whole_paths(pattern: str, directory: str, matches: bool) -> None:
    assert match_directory(pattern, tuple(directory.split(".")) if directory else ()) is matches
