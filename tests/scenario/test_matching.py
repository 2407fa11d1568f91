"""Comparing a screen with what a scenario expects."""

from hypothesis import given
from hypothesis import strategies as st

from vmsemu.scenario.matching import difference, line_matches, lines_match, update

LINES = st.lists(st.sampled_from(["a", "b", "c", "..."]), max_size=8)
SCREENS = st.lists(st.sampled_from(["a", "b", "c"]), max_size=8)


def test_trailing_blanks_do_not_count():
    assert line_matches("A.TXT;1", "A.TXT;1            ")
    assert not line_matches(" A.TXT;1", "A.TXT;1")


def test_any_text_stands_for_any_text_within_a_line():
    assert line_matches("%X[..] is [..].", "%X00000001 is a number.")
    assert line_matches("[..]", "")
    assert not line_matches("Pid [..]x", "Pid 00000101")


def test_brackets_and_dots_of_specifications_are_themselves():
    assert line_matches("DKA0:[SMITH...]A.TXT;*", "DKA0:[SMITH...]A.TXT;*")
    assert not line_matches("A.TXT", "AXTXT")


def test_any_lines_stands_for_no_line_too():
    assert lines_match(["a", "...", "b"], ["a", "b"])
    assert lines_match(["a", "...", "b"], ["a", "x", "b", "y", "b"])
    assert not lines_match(["a", "...", "b"], ["a", "b", "c"])


def test_a_missing_or_an_added_line_does_not_match():
    assert not lines_match(["a", "b"], ["a"])
    assert not lines_match(["a"], ["a", ""])


def test_the_difference_marks_what_is_missing_and_what_is_new():
    assert difference(["a", "b", "c"], ["a", "x", "c"]) == ["  a", "- b", "+ x", "  c"]


def test_lines_taken_by_any_lines_are_no_difference():
    assert difference(["a", "...", "z", "y"], ["a", "b", "c", "z", "x"]) == ["  a", "  b", "  c", "  z", "- y", "+ x"]


def test_update_keeps_patterns_that_matched():
    assert update(["pid [..]", "old"], ["pid 101", "new"]) == ["pid [..]", "new"]


@given(LINES, SCREENS)
def test_the_difference_is_clean_exactly_when_the_screen_matches(expected: list[str], actual: list[str]):
    clean = all(line.startswith("  ") for line in difference(expected, actual))
    assert clean == lines_match(expected, actual)


@given(SCREENS)
def test_a_screen_matches_itself(screen: list[str]):
    assert lines_match(screen, screen)


@given(LINES, SCREENS)
def test_what_update_writes_matches(expected: list[str], actual: list[str]):
    assert lines_match(update(expected, actual), actual)
