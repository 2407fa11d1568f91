"""Forms and characteristics: what an output queue has mounted, and what a job may require of a queue.

Source: DCL Dictionary, DEFINE/FORM and DEFINE/CHARACTERISTIC.
"""

from __future__ import annotations

from dataclasses import dataclass

from vmsemu.queue.status import FormFlags

DEFAULT_FORM = "DEFAULT"


@dataclass(frozen=True, slots=True)
class Form:
    """A form. Lengths are lines, widths and side margins are columns. A job prints where a form of the same stock is mounted."""

    name: str
    number: int
    description: str = ""
    stock: str = ""
    length: int = 66
    width: int = 132
    bottom: int = 6
    top: int = 0
    left: int = 0
    right: int = 0
    flags: FormFlags = FormFlags.TRUNCATE
    setup: tuple[str, ...] = ()

    @property
    def stock_name(self) -> str:
        return self.stock or self.name


@dataclass(frozen=True, slots=True)
class Characteristic:
    """A characteristic: a name for a number from 0 to 127."""

    name: str
    number: int


SYSTEM_FORM = Form(DEFAULT_FORM, 0, "System-defined default")
