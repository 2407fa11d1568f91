"""Personae: a service that acts for somebody has his rights while it does so, not its own.

Source: Guide to System Security, "Persona"; $PERSONA_CREATE and $PERSONA_ASSUME.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vmsemu.base.privilege import PrivilegeSet
from vmsemu.base.uic import Uic

if TYPE_CHECKING:
    from vmsemu.services.process import Process


@contextmanager
def assumed(process: Process, uic: Uic, privileges: PrivilegeSet = PrivilegeSet.NONE) -> Iterator[None]:
    """The rights of a UIC with these privileges, for the plain calls inside."""
    before = process.uic, process.privileges, process.rights
    process.uic, process.privileges, process.rights = uic, privileges, process.system.rights.rights_of(uic)
    try:
        yield
    finally:
        process.uic, process.privileges, process.rights = before


@contextmanager
def as_user(process: Process, username: str, uic: Uic) -> Iterator[None]:
    """The rights of an account, its authorized privileges included; of the UIC alone when the account is gone."""
    record = process.system.sysuaf.get(username)
    known = record is not None and record.uic == uic
    with assumed(process, uic, record.authorized if record is not None and known else PrivilegeSet.NONE):
        yield
