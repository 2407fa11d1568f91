"""System parameters, as SYSGEN shows them and F$GETSYI returns them.

The table is parameters.txt. `SystemParameters` is a part of the system and holds the active values; the values for the next boot are SYSGEN's own
business.

Source: System Management Utilities Reference, "System parameters".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from vmsemu.tables.facilities import SS


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. Text parameters have text values and no unit but Ascii."""

    name: str
    default: int | str
    minimum: int | str = 0
    maximum: int | str = -1
    unit: str = "Pure-numbe"
    dynamic: bool = False

    @property
    def is_text(self) -> bool:
        return isinstance(self.default, str)


@cache
def _parameters() -> dict[str, Parameter]:
    """parameters.txt by name, names ascending."""
    lines = (files(__package__) / "parameters.txt").read_text("ascii").splitlines()
    rows = ([column.strip() for column in line.split("|")] for line in lines if not line.startswith("!"))
    return {
        name: Parameter(name, _value(default), _value(least), _value(most), unit, dynamic == "D")
        for name, default, least, most, unit, dynamic in rows
    }


def _value(column: str) -> int | str:
    return column[1:-1] if column.startswith('"') else int(column)


class SystemParameters:
    """The parameters of one node: current and active values."""

    def __init__(self, node_name: str) -> None:
        self._active: dict[str, int | str] = {p.name: p.default for p in _parameters().values()}
        self._active["SCSNODE"] = node_name.ljust(8)

    def __iter__(self) -> Iterator[Parameter]:
        """Every parameter, names ascending."""
        return iter(_parameters().values())

    def find(self, name: str) -> Parameter | None:
        return _parameters().get(name.upper())

    def get(self, name: str) -> int | str:
        """The active value. Errors: SS.BADPARAM when there is no such parameter."""
        try:
            return self._active[name.upper()]
        except KeyError:
            raise SS.BADPARAM.error() from None

    def set(self, name: str, value: int | str) -> None:
        """Set the active value. Errors: SS.BADPARAM (unknown, wrong kind, or out of range)."""
        parameter = self.find(name)
        if parameter is None or isinstance(value, str) != parameter.is_text:
            raise SS.BADPARAM.error()
        if isinstance(value, int) and isinstance(parameter.minimum, int) and isinstance(parameter.maximum, int):
            if value < parameter.minimum or (parameter.maximum != -1 and value > parameter.maximum):
                raise SS.BADPARAM.error()
        self._active[parameter.name] = value
