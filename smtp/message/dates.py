"""Dates as internet mail writes them, and the time stamp that names control files and messages.

Times come in as the fields of a local time `(year, month, day, hour, minute, second, hundredths)`, so that this module knows no clock.
Source: RFC 822 5; banner and header samples (captured): day not zero padded, `+hhmm (TZN)`; `GMT` when the node has no time zone.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Fields = tuple[int, int, int, int, int, int, int]


class TimeZone(NamedTuple):
    """The node's offset from UTC in seconds, east positive, and its name; no name and no offset means the zone is not set."""

    offset: int = 0
    name: str = ""

    def to_text(self) -> str:
        return _zone(self)


UNSET = TimeZone()


def internet_date(fields: Fields, zone: TimeZone = UNSET) -> str:
    """`Mon, 5 Dec 2016 15:50:41 -0600 (CST)`."""
    year, month, day, hour, minute, second, _ = fields
    return f"{_day(year, month, day)} {hour:02d}:{minute:02d}:{second:02d} {zone.to_text()}"


@lru_cache(maxsize=16)
def _zone(zone: TimeZone) -> str:
    offset, name = zone
    if not offset and not name:
        return "GMT"
    hours, minutes = divmod(abs(offset) // 60, 60)
    text = f"{'-' if offset < 0 else '+'}{hours:02d}{minutes:02d}"
    return f"{text} ({name})" if name else text


@lru_cache(maxsize=16)
def _day(year: int, month: int, day: int) -> str:
    return f"{_DAYS[date(year, month, day).weekday()]}, {day} {_MONTHS[month - 1]} {year}"


def time_stamp(fields: Fields) -> str:
    """The 14 digits yymmddhhmmsscc, local time, cc = hundredths."""
    year, month, day, hour, minute, second, hundredths = fields
    return f"{year % 100:02d}{month:02d}{day:02d}{hour:02d}{minute:02d}{second:02d}{hundredths:02d}"
