"""Distribution lists: `name.DIS` files, and lists named by a file specification in a quoted local part.

One internet address on a line; a line whose first non-blank character is `!` is a comment. `name.DIS` is looked for in TCPIP$SMTP_COMMON, then
in SYS$SPECIFIC:[TCPIP$SMTP]. Source: HELP TCPIP_SERVICES SMTP Multiple_Recipients; comment rule and file specifications: third-party.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smtp.config.aliases import text_lines
from smtp.message.address import Address, AddressError
from vmsemu.base.condition import VmsError

if TYPE_CHECKING:
    from vmsemu.services.rms import ProcessFiles

_NAME = re.compile(r"[A-Za-z0-9_$-]{1,39}\Z")
_SPEC = re.compile(r"[^\s]*[:\]>][^\s]*\Z")
_PLACES = ("TCPIP$SMTP_COMMON:", "SYS$SPECIFIC:[TCPIP$SMTP]")


@dataclass(frozen=True, slots=True)
class MailingList:
    """The members of a list, and the lines that are no addresses."""

    members: tuple[Address, ...]
    bad_lines: tuple[str, ...] = ()

    @classmethod
    def from_lines(cls, lines: Iterable[str]) -> MailingList:
        members: dict[tuple[str, str], Address] = {}
        bad = []
        for line in lines:
            text = line.strip()
            if not text or text.startswith("!"):
                continue
            try:
                address = Address.from_mail_text(text)
            except AddressError:
                bad.append(text)
            else:
                members.setdefault(address.key, address)
        return cls(tuple(members.values()), tuple(bad))


def find_list(files: ProcessFiles, local: str) -> MailingList | None:
    """The list a local part names; None when there is none that can be read."""
    if _NAME.match(local):
        candidates = [f"{place}{local}.DIS" for place in _PLACES]
    elif _SPEC.match(local):
        candidates = [local]
    else:
        return None
    for spec in candidates:
        try:
            return MailingList.from_lines(text_lines(files, spec))
        except VmsError:
            continue
    return None
