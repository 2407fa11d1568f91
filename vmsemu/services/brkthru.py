"""$BRKTHRU: text that interrupts terminals.

A terminal takes part by being in the device table with a method `broadcast(lines)`; it decides by itself whether it is set NOBROADCAST. A process
that has SET BROADCAST=(NOMAIL) has the word MAIL in its attribute BROADCAST_DISABLED.

Source: System Services Reference, $BRKTHRU; DCL Dictionary, SET BROADCAST, REPLY.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from typing import Any

from vmsemu.services.process import Process, ProcessMode
from vmsemu.services.system import System
from vmsemu.tables.facilities import SS

DISABLED_CLASSES = "BROADCAST_DISABLED"


class BroadcastClass(Enum):
    """What a broadcast is about; SET BROADCAST turns these off one by one."""

    GENERAL = "GENERAL"
    PHONE = "PHONE"
    MAIL = "MAIL"
    QUEUE = "QUEUE"
    SHUTDOWN = "SHUTDOWN"
    URGENT = "URGENT"
    DCL = "DCL"
    OPCOM = "OPCOM"


CLASSES = (*(c.value for c in BroadcastClass), *(f"USER{n}" for n in range(1, 17)))


def disabled_classes(process: Process) -> set[str]:
    """The classes the process does not want to see; change the set in place."""
    found = process.root.attributes.setdefault(DISABLED_CLASSES, set())
    assert isinstance(found, set)
    return found


def broadcast_to_user(
    system: System, username: str, text: str | Sequence[str], classes: BroadcastClass | str = BroadcastClass.GENERAL
) -> int:
    """Show text on every terminal where that user is logged in; the number of terminals that were told."""
    wanted = username.upper()
    return _broadcast(system, text, classes, lambda name, owner: owner is not None and owner.username == wanted)


def broadcast_to_terminal(
    system: System, terminal: str, text: str | Sequence[str], classes: BroadcastClass | str = BroadcastClass.GENERAL
) -> int:
    """Show text on one terminal, used or not. Errors: SS.NOSUCHDEV."""
    device = system.devices.find(terminal)
    if not hasattr(device, "broadcast"):
        raise SS.NOSUCHDEV.error()
    return _broadcast(system, text, classes, lambda name, owner: name == device.name)


def broadcast_to_all(
    system: System, text: str | Sequence[str], classes: BroadcastClass | str = BroadcastClass.GENERAL, *, users_only: bool = False
) -> int:
    """Show text on every terminal, or only on those where somebody is logged in."""
    return _broadcast(system, text, classes, lambda name, owner: owner is not None or not users_only)


def _broadcast(
    system: System, text: str | Sequence[str], classes: BroadcastClass | str, chosen: Callable[[str, Process | None], bool]
) -> int:
    lines = _lines(text)
    about = classes.value if isinstance(classes, BroadcastClass) else classes
    told = 0
    for device in _terminals(system):
        owner: Process | None = getattr(device, "owner", None)
        if not chosen(device.name, owner):
            continue
        if owner is not None and about in owner.root.attributes.get(DISABLED_CLASSES, ()):
            continue
        if getattr(device, "broadcast_enabled", True):
            device.broadcast(lines)
            told += 1
    return told


def _terminals(system: System) -> Iterable[Any]:
    return [device for device in system.devices if hasattr(device, "broadcast")]


def _lines(text: str | Sequence[str]) -> list[str]:
    return text.splitlines() or [""] if isinstance(text, str) else list(text)


def logged_in(system: System, username: str) -> list[Process]:
    """The interactive processes of a user that are nobody's subprocess."""
    return [p for p in system.processes.of_user(username.upper()) if p.mode is ProcessMode.INTERACTIVE and p.parent is None]
