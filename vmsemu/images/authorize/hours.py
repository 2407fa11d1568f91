"""Hours of access, as typed after /ACCESS and its relatives and as displayed: masks of 24 bits, a bit is an hour that is closed.

Source: System Management Utilities Reference, AUTHORIZE ADD, "/ACCESS".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from vmsemu.images.authorize.facility import UAF
from vmsemu.security.sysuaf import NO_ACCESS

_RANGE = re.compile(r"(\d{1,2})(?:-(\d{1,2}))?")
_DAY_TYPES = ("PRIMARY", "SECONDARY")
_HOURS = 24
FULL = "##### Full access ######"
NONE = "-----  No access  ------"


def parse_hours(words: Iterable[str], *, negated: bool = False) -> tuple[int, int]:
    """The closed hours of primary and secondary days. A day type without hours is the whole day; hours without a day type are for both.

    Errors: UAF.BADVALUE.
    """
    named: tuple[int, ...] = (0, 1)
    typed: dict[int, int] = {}
    for word in words:
        day = next((at for at, name in enumerate(_DAY_TYPES) if name.startswith(word)), None)
        if day is not None:
            named = (day,)
            typed.setdefault(day, 0)
            continue
        for day in named:
            typed[day] = typed.get(day, 0) | _mask(word)
    return _closed(typed, 0, negated), _closed(typed, 1, negated)


def _closed(typed: dict[int, int], day: int, negated: bool) -> int:
    hours = typed.get(day)
    if negated:
        return NO_ACCESS if hours == 0 or not typed else hours or 0
    return NO_ACCESS & ~hours if hours else 0


def _mask(word: str) -> int:
    """`9` is the hour from 9:00 to 9:59; `22-6` goes over midnight. Errors: UAF.BADVALUE."""
    found = _RANGE.fullmatch(word)
    first, last = (int(found[1]), int(found[2] or found[1])) if found is not None else (_HOURS, 0)
    if first >= _HOURS or last >= _HOURS:
        raise UAF.BADVALUE.error(word)
    return sum(1 << (first + at) % _HOURS for at in range((last - first) % _HOURS + 1))


def hours_text(closed: int) -> str:
    """24 columns, one for each hour."""
    if closed in (0, NO_ACCESS):
        return NONE if closed else FULL
    return "".join("-" if closed >> hour & 1 else "#" for hour in range(_HOURS))
