"""Comparing what happened with what a scenario expects.

`...` on a line of its own matches any number of lines; `[..]` matches any text within a line. Trailing blanks do not count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

ANY_LINES = "..."
ANY_TEXT = "[..]"


@lru_cache(maxsize=4096)
def _pattern(expected: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in expected.split(ANY_TEXT)) + r"\Z", re.DOTALL)


def line_matches(expected: str, actual: str) -> bool:
    """One line against one line."""
    expected, actual = expected.rstrip(), actual.rstrip()
    if ANY_TEXT not in expected:
        return expected == actual
    return _pattern(expected).match(actual) is not None


def lines_match(expected: Sequence[str], actual: Sequence[str]) -> bool:
    """All lines, with `...` standing for any number of them."""
    reachable = {0}
    for line in expected:
        if line.strip() == ANY_LINES:
            reachable = set(range(min(reachable), len(actual) + 1)) if reachable else set()
        else:
            reachable = {at + 1 for at in reachable if at < len(actual) and line_matches(line, actual[at])}
        if not reachable:
            return False
    return len(actual) in reachable


def difference(expected: Sequence[str], actual: Sequence[str]) -> list[str]:
    """A diff for people: ` ` as expected, `-` expected but missing, `+` happened but not expected."""
    left = [line.rstrip() for line in expected]
    right = [line.rstrip() for line in actual]
    out: list[str] = []
    at = 0
    keyed = []
    for line in right:
        found = next((e for e in left[at:] if e != ANY_LINES and line_matches(e, line)), None)
        keyed.append(found if found is not None else line)
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, left, keyed, autojunk=False).get_opcodes():
        if tag == "equal":
            out += ["  " + line for line in right[j1:j2]]
        else:
            out += ["- " + line for line in left[i1:i2]]
            out += ["+ " + line for line in right[j1:j2]]
    return out


def update(expected: Sequence[str], actual: Sequence[str]) -> list[str]:
    """The new expectation: what happened, but lines that already matched through `[..]` keep their pattern."""
    if ANY_LINES in (line.strip() for line in expected):
        return list(actual)
    out = []
    for at, line in enumerate(actual):
        keep = at < len(expected) and line_matches(expected[at], line)
        out.append(expected[at] if keep else line.rstrip())
    return out
