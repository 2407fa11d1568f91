"""Finding the sections in which two files differ.

Like the real program this looks for the nearest place where enough successive records agree again (/MATCH), so sections may be longer than
the shortest edit would need. Source: DCL Dictionary, DIFFERENCES, /MATCH and /WINDOW.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice


@dataclass(frozen=True, slots=True)
class Section:
    """Records [first_at:first_end] of the first file stand against [second_at:second_end] of the second. Zero-based."""

    first_at: int
    first_end: int
    second_at: int
    second_end: int

    @property
    def records(self) -> int:
        """Difference records as the summary counts them. fidelity: two captures agree with the larger side."""
        return max(self.first_end - self.first_at, self.second_end - self.second_at)


def sections(first: Sequence[str], second: Sequence[str], match: int = 3, window: int | None = None) -> list[Section]:
    """All sections that differ. `match` records in a row must agree to end one; `window` bounds how far it looks."""
    out: list[Section] = []
    positions: dict[str, list[int]] = {}
    for at, record in enumerate(second):
        positions.setdefault(record, []).append(at)
    i = j = 0
    while i < len(first) or j < len(second):
        if i < len(first) and j < len(second) and first[i] == second[j]:
            i, j = i + 1, j + 1
            continue
        end_i, end_j = _resume(first, second, i, j, match, window, positions)
        out.append(Section(i, end_i, j, end_j))
        i, j = end_i, end_j
    return out


def _resume(
    first: Sequence[str], second: Sequence[str], i: int, j: int, match: int, window: int | None, positions: dict[str, list[int]]
) -> tuple[int, int]:
    """The nearest pair of records at which the files run together again; the ends of both files when there is none."""
    best = (len(first), len(second))
    distance = best[0] - i + best[1] - j
    limit = len(first) if window is None else min(len(first), i + window)
    for a in range(i, limit):
        if a - i >= distance:
            break
        places = positions.get(first[a], ())
        for b in islice(places, bisect_left(places, j), None):
            if a - i + b - j >= distance or (window is not None and b - j > window):
                break
            if _agree(first, second, a, b, match):
                best, distance = (a, b), a - i + b - j
                break
    return best


def _agree(first: Sequence[str], second: Sequence[str], a: int, b: int, match: int) -> bool:
    """Do `match` records agree from here, or all that are left of both files?"""
    count = min(match, len(first) - a, len(second) - b)
    if count < match and len(first) - a != len(second) - b:
        return False
    return all(first[a + n] == second[b + n] for n in range(count))
