"""Restrictions that the authorization record puts on DCL: captive and restricted accounts.

Source: DCL reference 3.16.
"""

from __future__ import annotations

from vmsemu.base.condition import MessageDefinition
from vmsemu.formats.uafdef import UafFlags
from vmsemu.services.process import Process, ProcessMode

_FLAGS = {name: int(flag) for name, flag in UafFlags.__members__.items()}


def has_flag(process: Process, name: str) -> bool:
    """True when the account has the UAF flag."""
    record = process.record
    return record is not None and bool(int(record.flags) & _FLAGS[name])


def is_confined(process: Process) -> bool:
    """True for captive and restricted accounts."""
    return has_flag(process, "CAPTIVE") or has_flag(process, "RESTRICTED")


def refuse_captive(process: Process, definition: MessageDefinition) -> None:
    """Errors: `definition` for a captive account."""
    if has_flag(process, "CAPTIVE"):
        raise definition.error()


def refuse_confined(process: Process, definition: MessageDefinition) -> None:
    """Errors: `definition` for a captive account, a restricted one at a terminal, and one with the flag DISIMAGE.

    The restricted accounts of network services run their images from their procedures.
    """
    restricted = has_flag(process, "RESTRICTED") and process.mode is ProcessMode.INTERACTIVE
    if restricted or has_flag(process, "CAPTIVE") or has_flag(process, "DISIMAGE"):
        raise definition.error()
