"""Who may do what with a queue and its jobs.

Access types are Read (see jobs and attributes), Submit, Manage (every operation on the queue), Delete (change or delete any job). They stand in
the protection where files have R, W, E, D. OPER gives all of them on every queue; Manage implies the others; the owner of a job may always see
and change it.

Source: Guide to System Security, "Queues"; $SNDJBC, "Required privileges".
"""

from __future__ import annotations

import re

from vmsemu.base.privilege import Privilege
from vmsemu.base.protection import Protection
from vmsemu.queue.entry import Entry
from vmsemu.queue.jbc import JBC
from vmsemu.queue.queue import DELETE, MANAGE, READ, SUBMIT, Queue
from vmsemu.security.access import Credentials, applies_to, identifier_ace
from vmsemu.security.acl import OBJECT_ACCESS

__all__ = ["DELETE", "MANAGE", "READ", "SUBMIT", "may", "may_read_entry", "protection_text", "require", "require_entry"]

_LETTERS = "RSMD"
_ALL = READ | SUBMIT | MANAGE | DELETE


def may(who: Credentials | None, queue: Queue, wanted: int) -> bool:
    """True when `who` has that access; None is the system itself."""
    if who is None or (queue.protection.world & wanted and not queue.acl):
        return True
    return _granted(who, queue) & wanted != 0


def require(who: Credentials | None, queue: Queue, wanted: int) -> None:
    """Errors: JBC.NOPRIV."""
    if not may(who, queue, wanted):
        raise JBC.NOPRIV.error()


def require_oper(who: Credentials | None) -> None:
    """Errors: JBC.NOPRIV without OPER."""
    if who is not None and Privilege.OPER not in who.privileges:
        raise JBC.NOPRIV.error()


def require_entry(who: Credentials | None, queue: Queue, entry: Entry) -> None:
    """To change or delete a job: its owner, or Delete access to the queue. Errors: JBC.NOPRIV."""
    if who is not None and who.uic != entry.uic and not may(who, queue, DELETE):
        raise JBC.NOPRIV.error()


def may_read_entry(who: Credentials | None, queue: Queue, entry: Entry) -> bool:
    """A job is seen by its owner and by those with Read access."""
    return who is None or who.uic == entry.uic or may(who, queue, READ)


def _granted(who: Credentials, queue: Queue) -> int:
    privileges = who.privileges
    if Privilege.OPER in privileges or Privilege.BYPASS in privileges:
        return _ALL
    mask = READ if Privilege.READALL in privileges else 0
    uic, owner, protection = who.uic, queue.owner, queue.protection
    refused = False
    for text in queue.acl:
        ace = identifier_ace(text, OBJECT_ACCESS["QUEUE"])
        if ace is not None and applies_to(ace, who):
            mask |= ace.access & _ALL
            refused = True
            break
    same_group = uic.group == owner.group
    if who.is_system or (same_group and Privilege.GRPPRV in privileges):
        mask |= protection.system
    if same_group and uic.member == owner.member:
        mask |= protection.owner
    if not refused:
        mask |= protection.world | (protection.group if same_group else 0)
    return _ALL if mask & MANAGE else mask


def protection_text(protection: Protection) -> str:
    """`(S:M,O:D,G:R,W:S)`"""
    classes = ((c, getattr(protection, name)) for c, name in zip("SOGW", ("system", "owner", "group", "world"), strict=True))
    return "(" + ",".join(f"{c}:{letters}" if (letters := _mask_letters(mask)) else c for c, mask in classes) + ")"


def _mask_letters(mask: int) -> str:
    return "".join(letter for at, letter in enumerate(_LETTERS) if mask >> at & 1)


def protection_from_text(text: str, base: Protection) -> Protection:
    """`(S:RSMD,O:D,G:R,W:S)`; classes not named keep `base`. Errors: CLI.IVPROT."""
    def mapped(found: re.Match[str]) -> str:
        return found[1] + found[2].upper().translate(_TO_FILE)

    return Protection.from_text(re.sub(r"([:=])\s*([A-Za-z]*)", mapped, text), base)


_TO_FILE = str.maketrans({"S": "W", "M": "E", "W": "!", "E": "!"})
