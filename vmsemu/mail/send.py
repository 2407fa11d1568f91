"""Sending one message: addressees first, then the message to all that were accepted.

This is the SEND context of callable MAIL. `add` is called with each line the user typed at To: and CC:, and tells what is wrong with it at once;
`send` delivers. An addressee that is reached in several ways gets the message once. Addressees at another node are asked for there, over a link that
stays until the message is sent or given up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vmsemu.base.condition import VmsError
from vmsemu.mail.address import Address, AddressKind
from vmsemu.mail.facility import MAIL
from vmsemu.mail.message import Message
from vmsemu.mail.resolve import expand, shown_line
from vmsemu.mail.transport import PartlySent

if TYPE_CHECKING:
    from vmsemu.mail.callable import Mail
    from vmsemu.mail.node_link import NodeLink
    from vmsemu.services.process import Process

End = tuple[AddressKind, str, str]
"""Where a copy of the message goes: kind, node or protocol, and the name there."""


class Sending:
    """One message on its way. `to_line` and `cc_line` are what the recipients see; `sender` is the From text, the process's user by default.

    `foreign` says that a file is going to be sent as it is; it is to be known before the first addressee.
    """

    def __init__(self, mail: Mail, process: Process, sender: str = "", *, foreign: bool = False) -> None:
        self.mail = mail
        self.process = process
        self.sender = sender or process.username
        self.foreign = foreign
        self.to_line = ""
        self.cc_line = ""
        self._ends: dict[End, Address] = {}
        self._copied: set[End] = set()
        self._links: dict[str, NodeLink | None] = {}

    @property
    def has_recipients(self) -> bool:
        return bool(self._ends)

    # -- addressees --------------------------------------------------------------------------------------------------------------------------

    async def add(self, line: str, *, cc: bool = False) -> list[VmsError]:
        """Add the addressees of a line; the reasons of those that are refused. Errors: MAIL.USERSPEC, MAIL.OPENIN for the line as a whole."""
        transport = self.mail.profile(self.process.username).transport
        addresses = expand(self.process, line, transport)
        failures = []
        before = set(self._ends)
        for address in addresses:
            try:
                await self.accept(address)
            except VmsError as error:
                failures.append(error)
        if cc:
            self._copied |= self._ends.keys() - before
        shown = shown_line(self.process, line)
        if cc:
            self.cc_line = shown
        else:
            self.to_line = shown
        return failures

    async def add_self(self) -> None:
        """A copy for the sender. Errors: as Mail.check."""
        await self.accept(Address(AddressKind.LOCAL, self.process.username))

    async def accept(self, address: Address) -> list[End]:
        """Add one addressee; where its copies go.

        Errors: as Mail.check, MAIL.LOGLINK, MAIL.NOACCPTMSG, what another node says. Nothing is added then.
        """
        found = {_end(end): end for end in self.mail.check(self.process, address)}
        new = {end: where for end, where in found.items() if end not in self._ends}
        asked = []
        try:
            for kind, node, name in new:
                if kind is AddressKind.FOREIGN and self.foreign:
                    raise MAIL.NOACCPTMSG.error(node)
                if kind is AddressKind.NODE:
                    asked.append(node)
                    await (await self._link(node)).check(name)
        except VmsError:
            for node in asked:
                self._take_back(node)
            raise
        self._ends |= new
        return list(found)

    async def _link(self, node: str) -> NodeLink:
        """The link to a node, made when there is none. Errors: MAIL.LOGLINK; what the node says of those it had accepted before."""
        link = self._links.get(node)
        if link is None:
            from vmsemu.mail.node_link import NodeLink

            link = self._links[node] = await NodeLink.open(self.process, node, self.sender, foreign=self.foreign)
            for kind, where, name in self._ends:
                if kind is AddressKind.NODE and where == node:
                    await link.check(name)
        return link

    def _take_back(self, node: str) -> None:
        """Some addressee at the node is not wanted after all. An addressee cannot be withdrawn from a link; so that is made anew at need."""
        link = self._links.get(node)
        wanted = [name for kind, where, name in self._ends if kind is AddressKind.NODE and where == node]
        if link is not None and link.accepted != wanted:
            link.close()
            self._links[node] = None

    def close(self) -> None:
        """The message is not sent: links are broken. Harmless after `send`."""
        for link in self._links.values():
            if link is not None:
                link.close()

    # -- the message -------------------------------------------------------------------------------------------------------------------------

    async def send(self, message: Message) -> list[VmsError]:
        """Deliver to everybody; the reasons of the deliveries that failed. What was delivered is durable."""
        failed = await self.deliver(message)
        return list(failed.values())

    async def deliver(self, message: Message) -> dict[End, VmsError]:
        """The same; the failures by where they happened. Other nodes come first, as most can go wrong there."""
        failed: dict[End, VmsError] = {}
        for node in dict.fromkeys(where for kind, where, _ in self._ends if kind is AddressKind.NODE):
            failed |= await self._deliver_at(node, message)
        foreign: dict[str, list[Address]] = {}
        for key, end in self._ends.items():
            if end.kind is AddressKind.FOREIGN:
                foreign.setdefault(end.where, []).append(end)
            elif end.kind is AddressKind.LOCAL:
                try:
                    self.mail.put(end.rest, message)
                except VmsError as error:
                    failed[key] = error
        for protocol, ends in foreign.items():
            failed |= await self._deliver_foreign(protocol, ends, message)
        await self.process.system.kernel.durable()
        return failed

    async def _deliver_at(self, node: str, message: Message) -> dict[End, VmsError]:
        names = [name for kind, where, name in self._ends if kind is AddressKind.NODE and where == node]
        try:
            results = await (await self._link(node)).send(message)
        except VmsError as error:
            return {(AddressKind.NODE, node, name): error for name in names}
        return {(AddressKind.NODE, node, name): error for name, error in results.items() if error is not None}

    async def _deliver_foreign(self, protocol: str, ends: Sequence[Address], message: Message) -> dict[End, VmsError]:
        try:
            copied = [end.bare for end in ends if _end(end) in self._copied]
            await self.mail.transport(protocol).send(self.process, [end.bare for end in ends], message, copied)
        except PartlySent as error:
            reasons = dict(error.failures)
            return {_end(end): reasons[end.bare] for end in ends if end.bare in reasons}
        except VmsError as error:
            return {_end(end): error for end in ends}
        return {}


def _end(address: Address) -> End:
    return address.kind, "" if address.kind is AddressKind.LOCAL else address.where, address.rest
