"""Adding plain users to a node, as AUTHORIZE would: account, identifier, login directory."""

from __future__ import annotations

from vmsemu.base.uic import Uic
from vmsemu.security.fresh import make_login_directory
from vmsemu.security.rights import IdentifierAttributes
from vmsemu.security.sysuaf import UafRecord
from vmsemu.services.system import System
from vmsemu.startup.boot import SYSTEM_DISK

GROUP = 0o200


def create_user(system: System, username: str, member: int) -> None:
    """An account [200,member] without privileges beyond TMPMBX and NETMBX and without a password, unless it is there."""
    if system.sysuaf.get(username) is not None:
        return
    record = UafRecord(username, Uic(GROUP, member), account="USERS", owner=username.capitalize(), directory=f"[{username}]")
    system.sysuaf.put(record)
    system.rights.add(username, record.uic, IdentifierAttributes.NONE)
    make_login_directory(system.devices.volume(SYSTEM_DISK), record)
