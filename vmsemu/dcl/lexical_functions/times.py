"""F$TIME, F$CVTIME.

Source: DCL Dictionary; DCL reference 4.2, 5.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmsemu.base.condition import VmsError
from vmsemu.base.time import MONTHS, WEEKDAYS, DeltaTime, VmsTime
from vmsemu.dcl.errors import at_segment
from vmsemu.dcl.lexical_functions.registry import lexical
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

_FORMATS = ("COMPARISON", "ABSOLUTE", "DELTA")
_FIELDS = (
    "DATETIME", "DATE", "TIME", "YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "HUNDREDTH", "WEEKDAY", "DAYOFYEAR", "HOUROFYEAR",
    "MINUTEOFYEAR", "SECONDOFYEAR",
)  # fmt: skip
_NOT_IN_DELTA = frozenset(("MONTH", "WEEKDAY", "YEAR", "DAYOFYEAR", "HOUROFYEAR", "MINUTEOFYEAR", "SECONDOFYEAR"))


@lexical
def f_time(dcl: Interpreter) -> str:
    """The current time, 23 characters."""
    return dcl.system.now.to_text()


@lexical
def f_cvtime(dcl: Interpreter, time: str = "", format: str = "COMPARISON", field: str = "DATETIME") -> str | int:
    """A time in another format, or one field of it."""
    form, part = format.strip().upper() or "COMPARISON", field.strip().upper() or "DATETIME"
    if form not in _FORMATS:
        raise at_segment(CLI.IVKEYW, form)
    if part not in _FIELDS:
        raise at_segment(CLI.IVKEYW, part)
    if form == "DELTA":
        return _delta(time, part)
    now = dcl.system.now
    try:
        when = VmsTime.from_text(time, now) if time.strip() else now
    except VmsError:
        raise at_segment(CLI.IVATIME, time) from None
    return _absolute(when, form, part)


def _absolute(when: VmsTime, form: str, part: str) -> str | int:
    year, month, day, hour, minute, second, hundredth = when.fields()
    clock = f"{hour:02d}:{minute:02d}:{second:02d}.{hundredth:02d}"
    comparison = form == "COMPARISON"
    date = f"{year:04d}-{month:02d}-{day:02d}" if comparison else f"{day}-{MONTHS[month - 1]}-{year:04d}"
    simple = {
        "DATETIME": f"{date} {clock}",
        "DATE": date,
        "TIME": clock,
        "YEAR": f"{year:04d}",
        "MONTH": f"{month:02d}" if comparison else MONTHS[month - 1],
        "DAY": f"{day:02d}" if comparison else str(day),
        "HOUR": f"{hour:02d}",
        "MINUTE": f"{minute:02d}",
        "SECOND": f"{second:02d}",
        "HUNDREDTH": f"{hundredth:02d}",
        "WEEKDAY": WEEKDAYS[when.day_of_week()],
    }
    if part in simple:
        return simple[part]
    days = (int(when) - int(VmsTime.of(year, 1, 1))) // (86400 * 10_000_000)
    return {
        "DAYOFYEAR": str(days + 1),
        "HOUROFYEAR": str(days * 24 + hour),
        "MINUTEOFYEAR": str((days * 24 + hour) * 60 + minute),
        "SECONDOFYEAR": str(((days * 24 + hour) * 60 + minute) * 60 + second),
    }[part]


def _delta(time: str, part: str) -> str:
    if part in _NOT_IN_DELTA:
        raise at_segment(CLI.IVKEYW, part)
    try:
        length = DeltaTime.from_text(time)
    except VmsError:
        raise at_segment(CLI.IVDTIME, time) from None
    days, hours, minutes, seconds, hundredths = length.fields()
    clock = f"{hours:02d}:{minutes:02d}:{seconds:02d}.{hundredths:02d}"
    return {
        "DATETIME": f"{days}-{clock}",  # fidelity: as documented; that the days are not padded is inferred from the absolute format
        "DATE": str(days),
        "TIME": clock,
        "DAY": str(days),
        "HOUR": f"{hours:02d}",
        "MINUTE": f"{minutes:02d}",
        "SECOND": f"{seconds:02d}",
        "HUNDREDTH": f"{hundredths:02d}",
    }[part]
