"""Local delivery: a recipient of this node becomes a message of OpenVMS Mail, here or at another node of DECnet, a mailing list, or a failure.

The user part is taken in upper case, as MAIL takes user names. Lists are looked for when MAIL knows no such user; list files are read with
the rights of the account TCPIP$SMTP, whatever the symbiont's are. Source: Management 17.1.2, 17.2.2; HELP, Multiple_Recipients.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp.config.account import account
from smtp.control_file.control_file import ControlFile, Recipient, RecipientState
from smtp.delivery.inbound import InboundOptions, InternetMessage, for_user, mail_message
from smtp.delivery.lists import MailingList, find_list, is_list_name
from smtp.delivery.log import SymbiontLog
from vmsemu.base.condition import VmsError
from vmsemu.mail.address import Address as MailAddress
from vmsemu.mail.address import AddressKind
from vmsemu.mail.callable import Mail
from vmsemu.mail.facility import MAIL
from vmsemu.mail.resolve import sent_by_node
from vmsemu.services.persona import assumed
from vmsemu.services.putmsg import message_lines
from vmsemu.tables.facilities import RMS, SS

if TYPE_CHECKING:
    from vmsemu.services.process import Process

_SHOWN = 20
_NO_USER = (MAIL.NOSUCHUSR, MAIL.NOSUCHUSRAT, MAIL.USERSPEC, MAIL.ILLCHAR)
_FOR_GOOD = (*_NO_USER, MAIL.USERDSABL, MAIL.FORWLOOP)


class LocalDelivery:
    """Delivers into the mail files of one node, from the symbiont process."""

    def __init__(self, process: Process, options: InboundOptions, log: SymbiontLog) -> None:
        self._process = process
        self._options = options
        self._log = log
        self._mail = process.system.part(Mail)

    def message(self, file: ControlFile, *, from_local: bool) -> InternetMessage:
        """What all local recipients of a control file get."""
        return mail_message(file, self._options, from_local=from_local)

    def deliver(self, recipient: Recipient, message: InternetMessage) -> MailingList | None:
        """Deliver to one recipient; the list, when the name is one. Afterwards the recipient is SENT, FAILED, or UNSENT with the reason."""
        user = self._user(recipient).upper()
        try:
            self._mail.deliver(user, for_user(message, user, self._options))
        except VmsError as error:
            try:
                if error.matches(*_NO_USER) and (found := self._list(recipient.address.local)) is not None:
                    return found
            except VmsError as trouble:
                error = trouble
            self._failed(recipient, error)
        else:
            _sent(recipient)
        return None

    def crosses(self, recipient: Recipient) -> bool:
        """Mail for this recipient goes to another node over DECnet: `"node::user"`, or a user whose mail is forwarded so."""
        return self._mail.crosses(self._user(recipient))

    async def deliver_over_links(self, recipient: Recipient, message: InternetMessage) -> None:
        """Deliver to a recipient that `crosses`. Afterwards it is as with `deliver`; what was sent is durable at the other node."""
        user = self._user(recipient)
        try:
            await self._mail.deliver_over_links(user, for_user(message, user, self._options), self._process)
        except VmsError as error:
            self._failed(recipient, error)
        else:
            _sent(recipient)

    def _user(self, recipient: Recipient) -> str:
        """The local part, without the name of this node when it is `"node::user"`."""
        local = recipient.address.local
        try:
            found = sent_by_node(self._process, local) if "::" in local else None
        except VmsError:
            return local
        return found.rest if found is not None and found.kind is AddressKind.LOCAL else local

    def _is_user(self, name: str) -> bool:
        """Does MAIL know that name, as that of an account or of a forwarding entry?"""
        try:
            return bool(self._mail.ends(MailAddress(AddressKind.LOCAL, name.upper())))
        except VmsError:
            return False

    def _failed(self, recipient: Recipient, error: VmsError) -> None:
        recipient.reason = " ".join(line.strip() for line in message_lines(error.message))
        cause = error.message.cause
        if error.matches(*_FOR_GOOD) or (cause is not None and VmsError(cause).matches(SS.NOSUCHNODE)):
            recipient.state = RecipientState.FAILED
        self._log.error(error)

    def _list(self, local: str) -> MailingList | None:
        """The list of that name. Why one can not be read is for the log; the sender is told no more of a file than that it is no user.

        Errors: MAIL.OPENIN when somebody has the file open, so that it may be read later.
        """
        owner = account(self._process.system)
        try:
            with assumed(self._process, owner.uic if owner is not None else self._process.uic):
                found = find_list(self._process.files, local)
        except VmsError as error:
            cause = error.message.cause
            if cause is not None and VmsError(cause).matches(RMS.FLK):
                raise
            self._log.error(error)
            return None
        if found is not None:
            for member in found.members:
                self._log.parsed(member)
            if not is_list_name(local):
                found = MailingList(tuple(m for m in found.members if m.domain or self._is_user(m.local)), found.bad_lines)
            for line in found.bad_lines[:_SHOWN]:
                self._log.write(f"list {local}: not an address: {line}")
            if len(found.bad_lines) > _SHOWN:
                self._log.write(f"list {local}: further lines that are no addresses are not shown")
            if not found.members and not is_list_name(local):
                return None
        return found


def _sent(recipient: Recipient) -> None:
    recipient.state = RecipientState.SENT
    recipient.reason = ""
