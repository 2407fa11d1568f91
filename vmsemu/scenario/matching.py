"""Comparing what happened with what a scenario expects.

`...` on a line of its own matches any number of lines; `[..]` matches any text within a line. Trailing blanks do not count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

ANY_LINES = "..."
ANY_TEXT = "[..]"
_MISMATCH = 1_000_000


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
    """A diff for people: ` ` as expected, `-` expected but missing, `+` happened but not expected. `...` takes what it needs."""
    left = [line.rstrip() for line in expected]
    right = [line.rstrip() for line in actual]
    costs = _costs(left, right)
    out: list[str] = []
    i = j = 0
    while i < len(left) or j < len(right):
        any_lines = i < len(left) and left[i].strip() == ANY_LINES
        if any_lines and costs[i][j] == costs[i + 1][j]:
            i += 1
        elif any_lines:
            out.append("  " + right[j])
            j += 1
        elif i < len(left) and j < len(right) and line_matches(left[i], right[j]) and costs[i][j] == costs[i + 1][j + 1]:
            out.append("  " + right[j])
            i, j = i + 1, j + 1
        elif i < len(left) and costs[i][j] == costs[i + 1][j] + _MISMATCH:
            out.append("- " + left[i])
            i += 1
        else:
            out.append("+ " + right[j])
            j += 1
    return out


def _costs(left: Sequence[str], right: Sequence[str]) -> list[list[int]]:
    """For each pair of positions what the cheapest way to the end costs: few `-` and `+` lines first, then few lines taken by `...`."""
    costs = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in range(len(left), -1, -1):
        any_lines = i < len(left) and left[i].strip() == ANY_LINES
        for j in range(len(right), -1, -1):
            ways = []
            if any_lines:
                ways.append(costs[i + 1][j])
                if j < len(right):
                    ways.append(costs[i][j + 1] + 1)
            else:
                if i < len(left):
                    ways.append(costs[i + 1][j] + _MISMATCH)
                if j < len(right):
                    ways.append(costs[i][j + 1] + _MISMATCH)
                if i < len(left) and j < len(right) and line_matches(left[i], right[j]):
                    ways.append(costs[i + 1][j + 1])
            costs[i][j] = min(ways, default=0)
    return costs


def update(expected: Sequence[str], actual: Sequence[str]) -> list[str]:
    """The new expectation: what happened, but lines that already matched through `[..]` keep their pattern."""
    if ANY_LINES in (line.strip() for line in expected):
        return list(actual)
    out = []
    for at, line in enumerate(actual):
        keep = at < len(expected) and line_matches(expected[at], line)
        out.append(expected[at] if keep else line.rstrip())
    return out
