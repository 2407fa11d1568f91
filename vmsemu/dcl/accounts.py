"""Restrictions that the authorization record puts on DCL: captive and restricted accounts.

Source: DCL reference 3.16.
"""

from __future__ import annotations

from vmsemu.base.condition import MessageDefinition
from vmsemu.formats.uafdef import UafFlags
from vmsemu.services.process import Process, ProcessMode


def has_flag(process: Process, name: str) -> bool:
    """True when the account has the UAF flag."""
    record = process.record
    return record is not None and bool(record.flags & UafFlags[name])


def is_confined(process: Process) -> bool:
    """True for captive and restricted accounts."""
    return has_flag(process, "CAPTIVE") or has_flag(process, "RESTRICTED")


def refuse_captive(process: Process, definition: MessageDefinition) -> None:
    """Errors: `definition` for a captive account."""
    if has_flag(process, "CAPTIVE"):
        raise definition.error()


def refuse_confined(process: Process, definition: MessageDefinition) -> None:
    """Errors: `definition` for a captive or restricted account at a terminal, and with the flag DISIMAGE everywhere.

    The restricted accounts of network services run their images from their procedures.
    """
    if has_flag(process, "DISIMAGE") or (is_confined(process) and process.mode is ProcessMode.INTERACTIVE):
        raise definition.error()
