"""F$TIME, F$CVTIME.

Source: DCL Dictionary; DCL reference 4.2, 5.2.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from vmsemu.base.condition import VmsError
from vmsemu.base.time import MONTHS, WEEKDAYS, DeltaTime, VmsTime
from vmsemu.dcl.errors import at_segment
from vmsemu.dcl.lexical_functions.registry import lexical
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

_FORMATS = ("COMPARISON", "ABSOLUTE", "DELTA")


@lru_cache(maxsize=512)
def _date(when: VmsTime, absolute: bool) -> str:
    year, month, day, *_ = when.fields()
    return f"{day}-{MONTHS[month - 1]}-{year:04d}" if absolute else f"{year:04d}-{month:02d}-{day:02d}"


def _clock(when: VmsTime) -> str:
    return when.to_text()[12:]


def _hours(when: VmsTime) -> int:
    return (when.day_of_year() - 1) * 24 + when.fields()[3]


def _minutes(when: VmsTime) -> int:
    return _hours(when) * 60 + when.fields()[4]


# Each field from the time and whether the format is ABSOLUTE.
_FIELDS: dict[str, Callable[[VmsTime, bool], str]] = {
    "DATETIME": lambda when, absolute: f"{_date(when.midnight(), absolute)} {_clock(when)}",
    "DATE": lambda when, absolute: _date(when.midnight(), absolute),
    "TIME": lambda when, absolute: _clock(when),
    "YEAR": lambda when, absolute: f"{when.fields()[0]:04d}",
    "MONTH": lambda when, absolute: MONTHS[when.fields()[1] - 1] if absolute else f"{when.fields()[1]:02d}",
    "DAY": lambda when, absolute: str(when.fields()[2]) if absolute else f"{when.fields()[2]:02d}",
    "HOUR": lambda when, absolute: f"{when.fields()[3]:02d}",
    "MINUTE": lambda when, absolute: f"{when.fields()[4]:02d}",
    "SECOND": lambda when, absolute: f"{when.fields()[5]:02d}",
    "HUNDREDTH": lambda when, absolute: f"{when.fields()[6]:02d}",
    "WEEKDAY": lambda when, absolute: WEEKDAYS[when.day_of_week()],
    "DAYOFYEAR": lambda when, absolute: str(when.day_of_year()),
    "HOUROFYEAR": lambda when, absolute: str(_hours(when)),
    "MINUTEOFYEAR": lambda when, absolute: str(_minutes(when)),
    "SECONDOFYEAR": lambda when, absolute: str(_minutes(when) * 60 + when.fields()[5]),
}
_DELTA_FIELDS: dict[str, Callable[[DeltaTime], str]] = {
    # fidelity: as documented; that the days are not padded is inferred from the absolute format
    "DATETIME": lambda length: f"{length.fields()[0]}-{length.to_text()[5:]}",
    "DATE": lambda length: str(length.fields()[0]),
    "TIME": lambda length: length.to_text()[5:],
    "DAY": lambda length: str(length.fields()[0]),
    "HOUR": lambda length: f"{length.fields()[1]:02d}",
    "MINUTE": lambda length: f"{length.fields()[2]:02d}",
    "SECOND": lambda length: f"{length.fields()[3]:02d}",
    "HUNDREDTH": lambda length: f"{length.fields()[4]:02d}",
}


@lexical
def f_time(dcl: Interpreter) -> str:
    """The current time, 23 characters."""
    return dcl.system.now.to_text()


@lexical
def f_cvtime(dcl: Interpreter, time: str = "", format: str = "COMPARISON", field: str = "DATETIME") -> str:
    """A time in another format, or one field of it. Errors: CLI.IVKEYW; CLI.IVATIME, CLI.IVDTIME with the text."""
    form, part = format.strip().upper() or "COMPARISON", field.strip().upper() or "DATETIME"
    if form not in _FORMATS:
        raise at_segment(CLI.IVKEYW, form)
    if part not in (_DELTA_FIELDS if form == "DELTA" else _FIELDS):
        raise at_segment(CLI.IVKEYW, part)
    if form == "DELTA":
        return _DELTA_FIELDS[part](_length(time))
    now = dcl.system.now
    try:
        when = VmsTime.from_text(time, now) if time.strip() else now
        return _FIELDS[part](when, form == "ABSOLUTE")
    except VmsError:
        raise at_segment(CLI.IVATIME, time) from None


def _length(time: str) -> DeltaTime:
    try:
        return DeltaTime.from_text(time)
    except VmsError:
        raise at_segment(CLI.IVDTIME, time) from None
