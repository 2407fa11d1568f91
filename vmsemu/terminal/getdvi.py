"""The items of $GETDVI that only terminals have. Source: System Services Reference, $GETDVI; DCL Dictionary, F$GETDVI."""

from __future__ import annotations

from typing import Any

from vmsemu.terminal.characteristics import Characteristics, getdvi_items

_SIGN = 1 << 31


def terminal_item(device: Any, item: str) -> str | int | None:
    """An item of a terminal: text, TRUE or FALSE, or a number; None for what is no item of terminals."""
    settings: Characteristics | None = getattr(device, "characteristics", None)
    if settings is None:
        return None
    found = getdvi_items().get(item)
    if found is not None:
        return "TRUE" if (found[0] in settings) is found[1] else "FALSE"
    if item in ("DEVDEPEND", "DEVDEPEND2"):
        value = settings.word("TT" if item == "DEVDEPEND" else "TT2")
        return value - 2 * _SIGN if value & _SIGN else value
    simple: dict[str, str | int] = {
        "DEVBUFSIZ": settings.width,
        "DEVICE_TYPE_NAME": settings.type.shown,
        "DEVTYPE": settings.type.code,
        "TT_CRFILL": "TRUE" if settings.crfill else "FALSE",
        "TT_LFFILL": "TRUE" if settings.lffill else "FALSE",
        "TT_OPER": "FALSE",
        "TT_PAGE": settings.page,
        "TT_PHYDEVNAM": "_" + str(device.name),
    }
    return simple.get(item)
