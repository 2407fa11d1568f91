"""VMS time: integer counts of 100 ns. Absolute time counts from 17-NOV-1858 00:00:00.00; delta time is a length.

Source: OpenVMS User's Manual, "Specifying dates and times"; $BINTIM, $ASCTIM.
"""

from __future__ import annotations

import re
from datetime import date
from typing import overload

from vmsemu.tables.facilities import LIB

TICKS_PER_SECOND = 10_000_000
TICKS_PER_HUNDREDTH = TICKS_PER_SECOND // 100
TICKS_PER_DAY = 86400 * TICKS_PER_SECOND
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_EPOCH = date(1858, 11, 17).toordinal()


class DeltaTime(int):
    """A length of time, in 100 ns units, never negative."""

    __slots__ = ()

    @classmethod
    def of(cls, days: int = 0, hours: int = 0, minutes: int = 0, seconds: int = 0, hundredths: int = 0) -> DeltaTime:
        return cls((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * TICKS_PER_SECOND + hundredths * TICKS_PER_HUNDREDTH)

    @classmethod
    def from_text(cls, text: str) -> DeltaTime:
        """`[dddd-][hh:mm:ss.cc]`, fields may be omitted from the right or left empty. Errors: LIB.IVTIME."""
        found = _DELTA.match(text.strip().strip('"'))
        if found is None or not text.strip():
            raise LIB.IVTIME.error()
        days, hours, minutes, seconds, fraction = (int(v) if v else 0 for v in (*found.groups()[:4], None))
        hundredths = int(((found[5] or "") + "00")[:2])
        if hours > 23 or minutes > 59 or seconds > 59 or days > 9999:
            raise LIB.IVTIME.error()
        return cls.of(days, hours, minutes, seconds, hundredths + fraction)

    def fields(self) -> tuple[int, int, int, int, int]:
        """days, hours, minutes, seconds, hundredths"""
        total = int(self) // TICKS_PER_HUNDREDTH
        total, hundredths = divmod(total, 100)
        total, seconds = divmod(total, 60)
        total, minutes = divmod(total, 60)
        days, hours = divmod(total, 24)
        return days, hours, minutes, seconds, hundredths

    def to_text(self) -> str:
        """`   0 00:30:00.00`: the days in four columns."""
        days, hours, minutes, seconds, hundredths = self.fields()
        return f"{days:4d} {hours:02d}:{minutes:02d}:{seconds:02d}.{hundredths:02d}"


_DELTA = re.compile(r"(?:(\d*)[- ])?(\d*)(?::(\d*))?(?::(\d*))?(?:\.(\d*))?$")
_ABSOLUTE = re.compile(r"(?:(\d*)(?:-([A-Z]*))?(?:-(\d*))?)?(?:[: ](\d*)(?::(\d*)(?::(\d*)(?:\.(\d*))?)?)?)?$")


class VmsTime(int):
    """A moment, in 100 ns units since 17-NOV-1858 00:00:00.00, local time of the node."""

    __slots__ = ()

    @classmethod
    def of(cls, year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, hundredths: int = 0) -> VmsTime:
        days = date(year, month, day).toordinal() - _EPOCH
        return cls(days * TICKS_PER_DAY + ((hour * 60 + minute) * 60 + second) * TICKS_PER_SECOND + hundredths * TICKS_PER_HUNDREDTH)

    def fields(self) -> tuple[int, int, int, int, int, int, int]:
        """year, month, day, hour, minute, second, hundredths"""
        days, ticks = divmod(int(self), TICKS_PER_DAY)
        day = date.fromordinal(days + _EPOCH)
        total, hundredths = divmod(ticks // TICKS_PER_HUNDREDTH, 100)
        total, second = divmod(total, 60)
        hour, minute = divmod(total, 60)
        return day.year, day.month, day.day, hour, minute, second, hundredths

    def day_of_week(self) -> int:
        """0 Monday ... 6 Sunday"""
        return (int(self) // TICKS_PER_DAY + 2) % 7

    def midnight(self) -> VmsTime:
        return VmsTime(int(self) - int(self) % TICKS_PER_DAY)

    def to_text(self) -> str:
        """` 4-JUN-2025 12:42:22.25`: 23 columns, the day padded with a blank."""
        year, month, day, hour, minute, second, hundredths = self.fields()
        return f"{day:2d}-{MONTHS[month - 1]}-{year:04d} {hour:02d}:{minute:02d}:{second:02d}.{hundredths:02d}"

    def to_bytes8(self) -> bytes:
        return int(self).to_bytes(8, "little")

    @classmethod
    def from_bytes8(cls, data: bytes) -> VmsTime:
        return cls(int.from_bytes(data, "little"))

    @classmethod
    def from_text(cls, text: str, now: VmsTime) -> VmsTime:
        """Absolute or combination time; missing fields come from `now`. Errors: LIB.IVTIME."""
        word = text.strip().strip('"').upper()
        found = re.match(r"(.*?)([+-])((?:\d+-)?\d*(?::\d*){0,2}(?:\.\d*)?)$", word)
        if found and (found[2] == "+" or not re.search(r"\d-[A-Z]*$|^\d+$|[A-Z]$", found[1]) or found[1] in _NAMED):
            base = cls._absolute(found[1], now) if found[1] else now
            length = int(DeltaTime.from_text(found[3]))
            return cls(int(base) + (length if found[2] == "+" else -length))
        return cls._absolute(word, now)

    @classmethod
    def _absolute(cls, word: str, now: VmsTime) -> VmsTime:
        if word in _NAMED:
            return VmsTime(int(now.midnight()) + _NAMED[word] * TICKS_PER_DAY)
        found = _ABSOLUTE.match(word)
        if found is None or not word:
            raise LIB.IVTIME.error()
        year, month, day, hour, minute, second, hundredths = now.fields()
        if "-" not in word and ":" in word and found[1] and word.startswith(found[1] + ":"):
            found = _ABSOLUTE.match(" " + word)
            assert found is not None
        given = any(found[k] for k in (4, 5, 6, 7)) or ":" in word
        day = int(found[1]) if found[1] else day
        if found[2]:
            if found[2] not in MONTHS:
                raise LIB.IVTIME.error()
            month = MONTHS.index(found[2]) + 1
        if found[3]:
            year = int(found[3])
        clock = [int(v) if v else None for v in (found[4], found[5], found[6])]
        if given:
            hour, minute, second = (c if c is not None else f for c, f in zip(clock, (hour, minute, second), strict=True))
            hundredths = int((found[7] + "00")[:2]) if found[7] else 0
            if found[6] is None:
                second = 0
            if found[5] is None:
                minute = 0
        else:
            hour = minute = second = hundredths = 0
        if hour > 23 or minute > 59 or second > 59:
            raise LIB.IVTIME.error()
        try:
            return cls.of(year, month, day, hour, minute, second, hundredths)
        except ValueError:
            raise LIB.IVTIME.error() from None

    @overload  # type: ignore[override]
    def __sub__(self, other: VmsTime) -> DeltaTime: ...
    @overload
    def __sub__(self, other: DeltaTime) -> VmsTime: ...
    def __sub__(self, other: int) -> DeltaTime | VmsTime:
        value = int(self) - int(other)
        return VmsTime(value) if isinstance(other, DeltaTime) else DeltaTime(value)

    def __add__(self, other: int) -> VmsTime:
        return VmsTime(int(self) + int(other))


_NAMED = {"TODAY": 0, "TOMORROW": 1, "YESTERDAY": -1}
