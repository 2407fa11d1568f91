"""Which records SEARCH selects: /EXACT, /KEY, /MATCH, /WILDCARD_MATCHING. Source: DCL Dictionary, SEARCH."""

from __future__ import annotations

import re
from collections.abc import Callable

from vmsemu.base.wildcard import expression

_COMBINATIONS: dict[str, Callable[[list[bool]], bool]] = {
    "OR": any,
    "AND": all,
    "NOR": lambda found: not any(found),
    "NAND": lambda found: not all(found),
    "XOR": lambda found: any(found) and not all(found),
    "EQV": lambda found: any(found) == all(found),
}


class Matcher:
    """The strings of one command. `key` is the zero-based range of columns to look at."""

    def __init__(self, strings: list[str], combination: str, *, exact: bool, wildcards: bool, key: slice) -> None:
        flags = re.DOTALL if exact else re.DOTALL | re.IGNORECASE
        self._patterns = [re.compile(_pattern(text, wildcards), flags) for text in strings]
        self._combination = _COMBINATIONS[combination]
        self._key = key
        self._plain = None
        if len(strings) == 1 and combination in ("OR", "AND") and key == slice(None):
            self._plain = self._patterns[0].search  # the common case at full speed

    def __call__(self, text: str) -> bool:
        """Is this record selected?"""
        if self._plain is not None:
            return self._plain(text) is not None
        text = text[self._key]
        return self._combination([pattern.search(text) is not None for pattern in self._patterns])

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where the strings stand in the record: (start, end) pairs."""
        start = self._key.start or 0
        inside = text[self._key]
        return [(start + m.start(), start + m.end()) for p in self._patterns for m in p.finditer(inside) if m.end() > m.start()]


def _pattern(text: str, wildcards: bool) -> str:
    if not wildcards:
        return re.escape(text)
    return expression(text)
