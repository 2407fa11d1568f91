"""Sending one message: addressees first, then the message to all that were accepted.

This is the SEND context of callable MAIL. `add` is called with each line the user typed at To: and CC:, and tells what is wrong with it at once;
`send` delivers. An addressee that is reached in several ways gets the message once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vmsemu.base.condition import VmsError
from vmsemu.mail.address import Address, AddressKind
from vmsemu.mail.message import Message
from vmsemu.mail.resolve import expand, shown_line
from vmsemu.mail.transport import PartlySent

if TYPE_CHECKING:
    from vmsemu.mail.callable import Mail
    from vmsemu.services.process import Process


class Sending:
    """One message on its way. `to_line` and `cc_line` are what the recipients see."""

    def __init__(self, mail: Mail, process: Process) -> None:
        self.mail = mail
        self.process = process
        self.to_line = ""
        self.cc_line = ""
        self._ends: dict[tuple[AddressKind, str, str], Address] = {}

    @property
    def has_recipients(self) -> bool:
        return bool(self._ends)

    def add(self, line: str, *, cc: bool = False) -> list[VmsError]:
        """Add the addressees of a line; the reasons of those that are refused. Errors: MAIL.USERSPEC, MAIL.OPENIN for the line as a whole."""
        transport = self.mail.profile(self.process.username).transport
        addresses = expand(self.process, line, transport)
        failures = []
        for address in addresses:
            try:
                self._accept(self.mail.check(self.process, address))
            except VmsError as error:
                failures.append(error)
        shown = shown_line(self.process, line)
        if cc:
            self.cc_line = shown
        else:
            self.to_line = shown
        return failures

    def add_self(self) -> None:
        """A copy for the sender. Errors: as Mail.check."""
        self._accept(self.mail.check(self.process, Address(AddressKind.LOCAL, self.process.username)))

    def _accept(self, ends: Sequence[Address]) -> None:
        for end in ends:
            where = "" if end.kind is AddressKind.LOCAL else end.where
            self._ends.setdefault((end.kind, where, end.rest), end)

    async def send(self, message: Message) -> list[VmsError]:
        """Deliver to everybody; the reasons of the deliveries that failed. What was delivered is durable."""
        failures: list[VmsError] = []
        foreign: dict[str, list[str]] = {}
        for end in self._ends.values():
            if end.kind is not AddressKind.LOCAL:
                foreign.setdefault(end.where, []).append(end.bare)
                continue
            try:
                self.mail.put(end.rest, message)
            except VmsError as error:
                failures.append(error)
        for protocol, recipients in foreign.items():
            try:
                await self.mail.transport(protocol).send(self.process, recipients, message)
            except PartlySent as error:
                failures += [reason for _, reason in error.failures]
            except VmsError as error:
                failures.append(error)
        await self.process.system.kernel.durable()
        return failures
