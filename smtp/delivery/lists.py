"""Distribution lists: `name.DIS` files, and lists named by a file specification in a quoted local part.

One internet address on a line, as it would stand in a header; a line whose first non-blank character is `!` is a comment. `name.DIS` is looked for
in TCPIP$SMTP_COMMON, then in SYS$SPECIFIC:[TCPIP$SMTP].

A file that is there but can not be read is no list, and said in the log; one that somebody is writing is tried again. Anybody may name a file, so
one that is named by its specification counts only for the internet addresses and the users in it, and as no list when it has none or holds much else:
no other line of a file goes to the world in a bounce (fidelity: the product's care is not known).

The lists of one control file are expanded into one more control file, for those to whom the message was not addressed before. There the others
stand as sent; so nobody gets a message twice, and lists that name each other come to an end, whatever they hold (fidelity: the product's way is
not known). Source: HELP TCPIP_SERVICES SMTP Multiple_Recipients; comment rule and file specifications: third-party.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smtp.control_file.control_file import Recipient, RecipientState
from smtp.message.address import Address, AddressError
from smtp.message.headers import addresses
from vmsemu.base.condition import VmsError
from vmsemu.mail.facility import MAIL
from vmsemu.tables.facilities import RMS

if TYPE_CHECKING:
    from vmsemu.services.rms import ProcessFiles

_NAME = re.compile(r"[A-Za-z0-9_$-]{1,39}\Z")
_SPEC = re.compile(r"[^\s]*[:\]>][^\s]*\Z")
_STRAY = 100
"""Lines that are no addresses, beyond which a file that was named by its specification is no list."""
_EXPANDED = "sent to the members of the list"
_PLACES = ("TCPIP$SMTP_COMMON:", "SYS$SPECIFIC:[TCPIP$SMTP]")


@dataclass(frozen=True, slots=True)
class MailingList:
    """The members of a list, and the lines that are no addresses."""

    members: tuple[Address, ...]
    bad_lines: tuple[str, ...] = ()

    @classmethod
    def from_lines(cls, lines: Iterable[str], *, any_file: bool = False) -> MailingList:
        """Read a list; `any_file` says that it was named by its specification."""
        members: dict[tuple[str, str], Address] = {}
        bad = []
        for line in lines:
            text = line.strip()
            if not text or text.startswith("!"):
                continue
            address = _member(text)
            if address is None:
                bad.append(text)
                if any_file and len(bad) > _STRAY:
                    return cls((), tuple(bad))
            else:
                members.setdefault(address.key, address)
        return cls(tuple(members.values()), tuple(bad))


def _member(text: str) -> Address | None:
    """The address of a line; one with a personal name may be the only one on it."""
    try:
        return Address.from_mail_text(text)
    except AddressError:
        found = addresses(text)
        return found[0] if len(found) == 1 and found[0].domain else None


def is_list_name(local: str) -> bool:
    """May a list file have that name? Otherwise it is a file specification, or nothing of a list."""
    return _NAME.match(local) is not None


def find_list(files: ProcessFiles, local: str) -> MailingList | None:
    """The list a local part names; None when there is none.

    Errors: MAIL.OPENIN with the RMS condition, for a list that can not be read and for a file specification of no file.
    """
    named = is_list_name(local)
    if named:
        candidates = [f"{place}{local.upper()}.DIS" for place in _PLACES]
    elif _SPEC.match(local) and "::" not in local:
        candidates = [local]
    else:
        return None
    for spec in candidates:
        try:
            with files.open(spec) as file:
                return MailingList.from_lines(file.lines(), any_file=not named)
        except VmsError as error:
            if not (named and error.matches(RMS.FNF, RMS.DNF, RMS.DEV)):
                raise MAIL.OPENIN.error(spec, cause=error) from None
    return None


def expand(recipients: Sequence[Recipient], lists: Sequence[tuple[Recipient, MailingList]]) -> list[Recipient]:
    """Note the fate of the lists among a control file's recipients; returns the recipients of the copy for their members, if there is any.

    A list all of whose members are lists that were expanded before reaches nobody, as one without members: it has failed.
    """
    known = {recipient.address.key: recipient for recipient in recipients}
    for recipient, _ in lists:
        recipient.state, recipient.reason = RecipientState.SENT, _EXPANDED
    new: dict[tuple[str, str], Recipient] = {}
    for recipient, found in lists:
        if all(member.key in known and known[member.key].reason == _EXPANDED for member in found.members):
            recipient.state, recipient.reason = RecipientState.FAILED, "the list has no members"
        new |= {member.key: Recipient(member) for member in found.members if member.key not in known}
    if not new:
        return []
    before = [Recipient(r.address, RecipientState.SENT, _EXPANDED if r.reason == _EXPANDED else "") for r in recipients]
    return [*new.values(), *before]
