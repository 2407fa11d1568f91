"""VMS time: integer counts of 100 ns. Absolute time counts from 17-NOV-1858 00:00:00.00; delta time is a length.

Text is read as DCL reads it: `dd-mmm-yyyy:hh:mm:ss.cc` with fields left out, TODAY, TOMORROW, YESTERDAY, and combinations such as
`TODAY+1-` or `-0:30`. A missing date is today, a missing time midnight, a bare number an hour.

Source: OpenVMS User's Manual, "Specifying dates and times"; System Services Reference, $BINTIM, $ASCTIM.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import overload

from vmsemu.base.condition import VmsError
from vmsemu.tables.facilities import CLI, LIB

TICKS_PER_SECOND = 10_000_000
TICKS_PER_HUNDREDTH = TICKS_PER_SECOND // 100
TICKS_PER_MINUTE = 60 * TICKS_PER_SECOND
TICKS_PER_DAY = 86400 * TICKS_PER_SECOND
MAXIMUM_DELTA_DAYS = 9999
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_EPOCH = date(1858, 11, 17).toordinal()
_CLOCK = r"(?=[\d:.])(?P<hour>\d{0,2})(?::(?P<minute>\d{0,2})(?::(?P<second>\d{0,2}))?)?(?:\.(?P<fraction>\d*))?"
_DELTA = re.compile(rf"(?:(?P<days>\d{{0,4}})[- ] *)?(?:{_CLOCK})?")
_ABSOLUTE = re.compile(
    r"(?P<word>[A-Z]+)"
    r"|(?:(?=\d|-[A-Z]|--\d)(?P<day>\d{1,2})?-(?P<month>[A-Z]+)?(?:-(?P<year>\d{4})?)?)(?:[: ] *(?:" + _CLOCK + r")?)?"
    r"|" + _CLOCK.replace("?P<", "?P<only_")
)
_DELTA_START = frozenset("0123456789:.")
_NAMED = MappingProxyType({"TODAY": 0, "TOMORROW": 1, "YESTERDAY": -1})
_NO_NAMES: Mapping[str, VmsTime] = MappingProxyType({})


class DeltaTime(int):
    """A length of time in 100 ns units. A difference may be negative; its text shows the magnitude."""

    __slots__ = ()

    @classmethod
    def of(cls, days: int = 0, hours: int = 0, minutes: int = 0, seconds: int = 0, hundredths: int = 0) -> DeltaTime:
        return cls((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * TICKS_PER_SECOND + hundredths * TICKS_PER_HUNDREDTH)

    @classmethod
    def from_text(cls, text: str) -> DeltaTime:
        """`[dddd-][hh:mm:ss.cc]`; fields may be left out from the right, or be empty. Errors: CLI.IVDTIME."""
        word = text.strip().strip('"').strip()
        found = _DELTA.fullmatch(word)
        if found is None or not any(c.isdigit() for c in word):
            raise CLI.IVDTIME.error()
        clock = _clock(found["hour"], found["minute"], found["second"], found["fraction"])
        if clock is None:
            raise CLI.IVDTIME.error()
        return cls(int(found["days"] or 0) * TICKS_PER_DAY + clock)

    def fields(self) -> tuple[int, int, int, int, int]:
        """days, hours, minutes, seconds, hundredths"""
        total, hundredths = divmod(abs(int(self)) // TICKS_PER_HUNDREDTH, 100)
        total, seconds = divmod(total, 60)
        total, minutes = divmod(total, 60)
        days, hours = divmod(total, 24)
        return days, hours, minutes, seconds, hundredths

    def to_text(self) -> str:
        """`   0 00:30:00.00`: the days in four columns."""
        days, hours, minutes, seconds, hundredths = self.fields()
        return f"{days:4d} {hours:02d}:{minutes:02d}:{seconds:02d}.{hundredths:02d}"

    def to_bytes8(self) -> bytes:
        """The quadword of a delta time: negative, little-endian."""
        return (-int(self)).to_bytes(8, "little", signed=True)

    @classmethod
    def from_bytes8(cls, data: bytes) -> DeltaTime:
        return cls(-int.from_bytes(data, "little", signed=True))

    @overload
    def __add__(self, other: VmsTime) -> VmsTime: ...  # type: ignore[overload-overlap]
    @overload
    def __add__(self, other: int) -> DeltaTime: ...
    def __add__(self, other: int) -> DeltaTime | VmsTime:
        value = int(self) + int(other)
        return VmsTime(value) if isinstance(other, VmsTime) else DeltaTime(value)

    def __sub__(self, other: int) -> DeltaTime:
        return DeltaTime(int(self) - int(other))

    def __mul__(self, factor: int) -> DeltaTime:
        return DeltaTime(int(self) * int(factor))

    __rmul__ = __mul__


class VmsTime(int):
    """A moment, in 100 ns units since 17-NOV-1858 00:00:00.00, local time of the node. Zero also stands for "none"."""

    __slots__ = ()

    @classmethod
    def of(cls, year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, hundredths: int = 0) -> VmsTime:
        """Errors: LIB.IVTIME for a day that does not exist or lies before the epoch."""
        try:
            days = date(year, month, day).toordinal() - _EPOCH
        except (ValueError, OverflowError):
            raise LIB.IVTIME.error() from None
        if days < 0:
            raise LIB.IVTIME.error()
        return cls(days * TICKS_PER_DAY + ((hour * 60 + minute) * 60 + second) * TICKS_PER_SECOND + hundredths * TICKS_PER_HUNDREDTH)

    @classmethod
    def from_text(cls, text: str, now: VmsTime, names: Mapping[str, VmsTime] = _NO_NAMES) -> VmsTime:
        """An absolute or combination time. `names` adds words such as LOGIN and BOOT to TODAY, TOMORROW and YESTERDAY.

        Errors: CLI.IVATIME for the syntax, LIB.IVTIME when the sum lies before the epoch.
        """
        word = text.strip().strip('"').strip().upper()
        # What reads as one date is one, although it may end like `-delta`: `--2001`, `14-MAY-2001`.
        found = _ABSOLUTE.fullmatch(word)
        if found is not None:
            return _absolute(found, now, names)
        for at in range(len(word) - 1, -1, -1):
            if word[at] in "+-" and _is_combination(word, at):
                return _combination(word, at, now, names)
        raise CLI.IVATIME.error()

    def fields(self) -> tuple[int, int, int, int, int, int, int]:
        """year, month, day, hour, minute, second, hundredths"""
        days, ticks = divmod(int(self), TICKS_PER_DAY)
        year, month, day, _ = _day(days)
        total, hundredths = divmod(ticks // TICKS_PER_HUNDREDTH, 100)
        total, second = divmod(total, 60)
        hour, minute = divmod(total, 60)
        return year, month, day, hour, minute, second, hundredths

    def day_of_week(self) -> int:
        """0 Monday ... 6 Sunday"""
        return (int(self) // TICKS_PER_DAY + 2) % 7

    def day_of_year(self) -> int:
        """1 on the first of January"""
        year, month, day, *_ = self.fields()
        return date(year, month, day).timetuple().tm_yday

    def midnight(self) -> VmsTime:
        """The beginning of the day."""
        return VmsTime(int(self) - int(self) % TICKS_PER_DAY)

    def to_text(self) -> str:
        """` 4-JUN-2025 12:42:22.25`: 23 columns, the day padded with a blank."""
        minutes, ticks = divmod(int(self), TICKS_PER_MINUTE)
        second, ticks = divmod(ticks, TICKS_PER_SECOND)
        return f"{_minute(minutes)}{second:02d}.{ticks // TICKS_PER_HUNDREDTH:02d}"

    def to_comparison(self) -> str:
        """`2025-06-04 12:42:22.25`: sorts as text."""
        year, month, day, hour, minute, second, hundredths = self.fields()
        return f"{year:04d}-{month:02d}-{day:02d} {hour:02d}:{minute:02d}:{second:02d}.{hundredths:02d}"

    def to_bytes8(self) -> bytes:
        return int(self).to_bytes(8, "little", signed=True)

    @classmethod
    def from_bytes8(cls, data: bytes) -> VmsTime:
        return cls(int.from_bytes(data, "little", signed=True))

    @overload
    def __sub__(self, other: VmsTime) -> DeltaTime: ...  # type: ignore[overload-overlap]
    @overload
    def __sub__(self, other: int) -> VmsTime: ...
    def __sub__(self, other: int) -> DeltaTime | VmsTime:
        value = int(self) - int(other)
        return DeltaTime(value) if isinstance(other, VmsTime) else VmsTime(value)

    def __add__(self, other: int) -> VmsTime:
        return VmsTime(int(self) + int(other))

    __radd__ = __add__


@lru_cache(maxsize=1024)
def _day(days: int) -> tuple[int, int, int, str]:
    """year, month, day and `dd-MMM-yyyy` of a day counted from the epoch. Errors: LIB.IVTIME beyond the year 9999 and for delta times."""
    if days < 0:
        raise LIB.IVTIME.error()
    try:
        day = date.fromordinal(days + _EPOCH)
    except (ValueError, OverflowError):
        raise LIB.IVTIME.error() from None
    return day.year, day.month, day.day, f"{day.day:2d}-{MONTHS[day.month - 1]}-{day.year:04d}"


@lru_cache(maxsize=1024)
def _minute(minutes: int) -> str:
    """`dd-MMM-yyyy hh:mm:` of a minute counted from the epoch. Errors: as _day."""
    days, minute = divmod(minutes, 24 * 60)
    return f"{_day(days)[3]} {minute // 60:02d}:{minute % 60:02d}:"


def _clock(hour: str | None, minute: str | None, second: str | None, fraction: str | None) -> int | None:
    """100 ns units of a time of day, or None. The fraction is a true fraction: `.1` is a tenth; a third digit rounds."""
    hours, minutes, seconds = int(hour or 0), int(minute or 0), int(second or 0)
    if hours > 23 or minutes > 59 or seconds > 59:
        return None
    hundredths = (int(((fraction or "") + "000")[:3]) + 5) // 10
    return ((hours * 60 + minutes) * 60 + seconds) * TICKS_PER_SECOND + hundredths * TICKS_PER_HUNDREDTH


def _is_combination(word: str, at: int) -> bool:
    """True when what stands before the sign at `at` is an absolute time or nothing, and a delta time follows."""
    base, delta = word[:at].rstrip(), word[at + 1 :].lstrip()
    if _DELTA.fullmatch(delta) is None or delta[:1] not in _DELTA_START:
        return False
    found = _ABSOLUTE.fullmatch(base)
    if found is not None and word[at] == "-" and found["month"] and not base.endswith("-") and re.fullmatch(r"\d{1,2}", delta):
        return found["year"] is not None  # a year of two digits, not an hour
    return not base or found is not None


def _combination(word: str, at: int, now: VmsTime, names: Mapping[str, VmsTime]) -> VmsTime:
    found = _ABSOLUTE.fullmatch(word[:at].rstrip())
    base = _absolute(found, now, names) if found is not None else now
    try:
        length = int(DeltaTime.from_text(word[at + 1 :]))
    except VmsError:
        raise CLI.IVATIME.error() from None
    value = int(base) + (length if word[at] == "+" else -length)
    if value < 0:
        raise LIB.IVTIME.error()
    return VmsTime(value)


def _absolute(found: re.Match[str], now: VmsTime, names: Mapping[str, VmsTime]) -> VmsTime:
    """The time that a match of _ABSOLUTE spells. Errors: CLI.IVATIME."""
    name, day, month, year, hour, minute, second, fraction, *only = found.groups()
    if name:
        return _named(name, now, names)
    if only[0] is not None:
        if not any(c.isdigit() for c in found[0]):
            raise CLI.IVATIME.error()
        clock = _clock(*only)
        start = now.midnight()
    else:
        clock = _clock(hour, minute, second, fraction)
        start = _date(day, month, year, now)
    if clock is None:
        raise CLI.IVATIME.error()
    return VmsTime(int(start) + clock)


def _named(word: str, now: VmsTime, names: Mapping[str, VmsTime]) -> VmsTime:
    # fidelity: abbreviation to a unique prefix of three letters or more is inferred from common use (/SINCE=YEST).
    if word in names:
        return names[word]
    matches = [name for name in _NAMED if name.startswith(word)] if len(word) >= 3 else []
    if len(matches) != 1:
        raise CLI.IVATIME.error()
    return VmsTime(int(now.midnight()) + _NAMED[matches[0]] * TICKS_PER_DAY)


def _date(day: str | None, month: str | None, year: str | None, now: VmsTime) -> VmsTime:
    if month is not None and month not in MONTHS:
        raise CLI.IVATIME.error()
    if day and month and year:
        parts = int(year), MONTHS.index(month) + 1, int(day)
    else:
        this_year, this_month, this_day, *_ = now.fields()
        parts = int(year or this_year), this_month if month is None else MONTHS.index(month) + 1, int(day or this_day)
    try:
        days = date(*parts).toordinal() - _EPOCH
    except ValueError:
        raise CLI.IVATIME.error() from None
    if days < 0:
        raise CLI.IVATIME.error()
    return VmsTime(days * TICKS_PER_DAY)
