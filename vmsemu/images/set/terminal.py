"""SET TERMINAL: the type, the size and the characteristics of a terminal.

What a qualifier sets stands in the tables of the terminal driver; here are those that mean the opposite of a characteristic, and those that
have a value. Characteristics of lines that this machine does not have (modems, password on the line) cannot be turned on.
Source: DCL Dictionary, SET TERMINAL.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vmsemu.base.condition import VmsError
from vmsemu.base.privilege import Privilege
from vmsemu.dcl.lexical_functions.devices import find_device
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.images.set.facility import SET
from vmsemu.tables.facilities import SS
from vmsemu.terminal.characteristics import Characteristics, all_characteristics, all_types, find_type, type_of_answer

_OPPOSITES = {
    "HALFDUP": "FULLDUP", "HARDCOPY": "SCOPE", "NUMERIC_KEYPAD": "APPLICATION_KEYPAD", "OVERSTRIKE": "INSERT", "UPPERCASE": "LOWERCASE",
}  # fmt: skip
_LIMITS = {"PAGE": (0, 255), "WIDTH": (1, 511), "CRFILL": (0, 9), "LFFILL": (0, 9), "FRAME": (5, 8)}
_SPEEDS = (
    50, 75, 110, 134, 150, 300, 600, 1200, 1800, 2000, 2400, 3600, 4800, 7200, 9600, 19200, 38400, 57600, 76800, 115200,
)  # fmt: skip
_NOT_HERE = ("PROTOCOL", "SWITCH", "MANUAL")
_ADVANCED_VIDEO = 2  # the option in the answer of a VT100


async def set_terminal(ctx: ImageContext) -> ImageResult:
    """Set what the qualifiers name. Errors: SET.NOTSET with the reason, SET.INVQUAVAL for a value."""
    device = _terminal(ctx)
    settings: Characteristics = device.characteristics.copy()
    if ctx.cli.present("INQUIRE"):
        _set_inquired(settings, await device.inquire())
    _apply(ctx, device, settings)
    if ctx.cli.present("PERMANENT"):
        _require(ctx, device)
        device.permanent = settings.copy()
    device.change(settings)
    if ctx.cli.present("XON"):
        device.resume_output()
    return SS.NORMAL


def _terminal(ctx: ImageContext) -> Any:
    """The terminal of P2, else the one the process logged in at. That of another process needs LOG_IO or PHY_IO."""
    name = ctx.cli.value("P2") or ctx.process.terminal or "SYS$COMMAND"
    try:
        device: Any = find_device(ctx.dcl, name)
    except VmsError as error:
        raise SET.NOTSET.error(name, cause=error.message) from None
    if getattr(device, "characteristics", None) is None:
        raise SET.NOTSET.error(name, cause=SET.INVDEV())
    if device.owner is not None and device.owner.root is not ctx.process.root:
        _require(ctx, device)
    return device


def _require(ctx: ImageContext, device: Any) -> None:
    if Privilege.LOG_IO not in ctx.process.privileges and Privilege.PHY_IO not in ctx.process.privileges:
        raise SET.NOTSET.error(device.name, cause=SS.NOPRIV())


def _set_inquired(settings: Characteristics, answer: str | None) -> None:
    """The type that belongs to the answer. fidelity: that a terminal which does not answer becomes UNKNOWN is inferred."""
    found = type_of_answer(answer) if answer is not None else None
    settings.set_type(found or all_types()["UNKNOWN"])
    options = (answer or "").split(";")
    if found is not None and found.name == "VT100" and len(options) > 1 and int(options[1] or 0) & _ADVANCED_VIDEO:
        settings.set("ADVANCED_VIDEO", True)


def _apply(ctx: ImageContext, device: Any, settings: Characteristics) -> None:
    """Change the settings as the qualifiers say; the type comes first, so that the others can correct it."""
    if ctx.cli.present("DEVICE_TYPE"):
        word = (ctx.cli.value("DEVICE_TYPE") or "").upper()
        kind = find_type(word)
        if kind is None:
            raise SET.INVQUAVAL.error(word, "DEVICE_TYPE")
        settings.set_type(kind)
    for name, occurrence in ctx.cli.given.items():
        on = not occurrence.negated
        setter = _VALUES.get(name)
        if name in _NOT_HERE:
            raise SET.NOTSET.error(device.name, cause=SET.INVDEV())
        if setter is not None:
            setter(ctx, settings, name, on)
        elif name in _OPPOSITES:
            settings.set(_OPPOSITES[name], not on)
        elif name in all_characteristics():
            _set_characteristic(ctx, device, settings, name, on)


def _set_characteristic(ctx: ImageContext, device: Any, settings: Characteristics, name: str, on: bool) -> None:
    use = all_characteristics()[name].use
    if use == "privileged":
        _require(ctx, device)
    elif use == "never" and on:
        raise SET.NOTSET.error(device.name, cause=SET.INVDEV())
    settings.set(name, on)


# -- qualifiers with values ----------------------------------------------------------------------------------------------------------


def _number(ctx: ImageContext, settings: Characteristics, name: str, on: bool) -> None:
    """A number within limits. /PAGE alone is the page of the type."""
    text = ctx.cli.value(name)
    value = settings.type.page if text is None else ctx.cli.integer(name)
    lowest, highest = _LIMITS[name]
    if not lowest <= value <= highest:
        raise SET.INVQUAVAL.error(str(text), name)
    setattr(settings, name.lower(), value)


def _speed(ctx: ImageContext, settings: Characteristics, name: str, on: bool) -> None:
    """/SPEED=n or /SPEED=(input,output)."""
    values = ctx.cli.values(name)
    for text in values:
        if not text.isdecimal() or int(text) not in _SPEEDS:
            raise SET.INVQUAVAL.error(text, name)
    settings.input_speed, settings.output_speed = int(values[0]), int(values[-1])


def _parity(ctx: ImageContext, settings: Characteristics, name: str, on: bool) -> None:
    settings.parity = (ctx.cli.value(name) or "EVEN").capitalize() if on else "None"


def _dec_crt(ctx: ImageContext, settings: Characteristics, name: str, on: bool) -> None:
    """/[NO]DEC_CRT[=n]: the level, which contains those below; without it those above."""
    text = ctx.cli.value(name)
    level = int(text) if text is not None else 1
    if not 1 <= level <= 5:
        raise SET.INVQUAVAL.error(str(text), name)
    for n in range(1, level + 1) if on else range(level, 6):
        settings.set("DEC_CRT" + (str(n) if n > 1 else ""), on)


_VALUES: dict[str, Callable[[ImageContext, Characteristics, str, bool], None]] = {
    **dict.fromkeys(_LIMITS, _number),
    "SPEED": _speed,
    "PARITY": _parity,
    "DEC_CRT": _dec_crt,
}
