"""Callable MAIL: what the MAIL utility, SMTP and any other program use to deliver mail and to look at profiles.

Theory of operation. A local name is first looked for in the profiles: a forwarding address there is used as if it had been typed, also for names that
are no accounts. Without one the name must be an account that may receive mail. The message goes into the account's mail file, which is made
when it is not there, the new-mail count grows, and terminals where the user is logged in are told. All of this is plain calls that never wait:
when the kernel's tick ends the message is on the disk. Only foreign protocols may wait.

Mail for another node goes over a link (mail/send.py), which waits. Source: MAIL help; Utility Routines Manual, MAIL routines; System Manager's Manual.
"""

from __future__ import annotations

import re
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import VmsError
from vmsemu.files.header import FileId
from vmsemu.mail.address import Address, AddressKind
from vmsemu.mail.facility import MAIL
from vmsemu.mail.mail_file import NEWMAIL, MailFile, Place
from vmsemu.mail.message import Message
from vmsemu.mail.place import MAIL_FILE, exists, mail_directory, open_default, place_of, privileged_process
from vmsemu.mail.profile import MailProfile, count_of, settings_of
from vmsemu.mail.profiles import ProfileFile
from vmsemu.mail.record import MailFlags, MailHeader
from vmsemu.mail.resolve import expand, node_address, system_flags
from vmsemu.mail.send import Sending
from vmsemu.mail.transport import Transport, check_user
from vmsemu.net.netserver import DecnetServers
from vmsemu.security.sysuaf import UafFlags, UafRecord
from vmsemu.services.brkthru import BroadcastClass, broadcast_to_user, logged_in
from vmsemu.services.cluster import members
from vmsemu.tables.facilities import RMS, SS

if TYPE_CHECKING:
    from vmsemu.services.process import Process
    from vmsemu.services.system import System

_IMAGE = re.compile(r".*[:\]>]|\.[^.]*\Z")
_FLAG_CLUSTER_NOTICE, _FLAG_TIME = 2, 4
_REMEMBERED = 4096


class Mail:
    """MAIL on one node."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.transports: dict[str, Transport] = {}
        self._images: dict[str, Transport] = {}
        self._agent: Process | None = None
        self._profiles: ProfileFile | None = None
        self._latest: dict[tuple[int, FileId], int] = {}

    @property
    def agent(self) -> Process:
        """The privileged process as which mail files are reached."""
        if self._agent is None:
            self._agent = privileged_process(self.system)
        return self._agent

    @property
    def profiles(self) -> ProfileFile:
        """Every user's profile."""
        if self._profiles is None:
            self._profiles = ProfileFile(self.agent.files)
        return self._profiles

    def profile(self, username: str) -> MailProfile:
        """A user's profile; the defaults when there is none."""
        return self.profiles.get(username.upper()) or MailProfile(username.upper())

    # -- foreign protocols -----------------------------------------------------------------------------------------------------------

    def register_transport(self, protocol: str, transport: Transport, image: str = "") -> None:
        """Let `transport`, which stands for the shareable image, deliver `protocol%address`."""
        self.transports[protocol.upper()] = transport
        if image:
            self._images[image.upper()] = transport

    def transport(self, protocol: str) -> Transport:
        """The protocol of that name, or that of the image to which the logical name MAIL$PROTOCOL_name points. Errors: MAIL.ERRACTRNS."""
        found = self.transports.get(protocol)
        if found is None:
            name = self.system.logical_names.translate_system(f"MAIL$PROTOCOL_{protocol}")
            found = self._images.get(_IMAGE.sub("", name.equivalence.upper())) if name is not None and name.translations else None
        if found is None:
            raise MAIL.ERRACTRNS.error(protocol, cause=RMS.FNF)
        return found

    # -- who gets it -----------------------------------------------------------------------------------------------------------------

    def check(self, process: Process, address: Address) -> list[Address]:
        """May mail be sent there, as far as this node knows? The result is where it really goes, forwarding applied.

        Errors: MAIL.NOSUCHUSR, NOSUCHUSRAT, USERDSABL, FORWLOOP, ERRACTRNS, what a transport says.
        """
        ends = self.ends(address, process) if address.kind is AddressKind.LOCAL else [address]
        for end in ends:
            if end.kind is AddressKind.FOREIGN:
                check_user(self.transport(end.where), process, end.bare)
        return ends

    def ends(self, address: Address, process: Process | None = None) -> list[Address]:
        """Follow the forwarding of a local name to its ends: accounts of this node, other nodes, foreign addresses."""
        return self._follow(address, process or self.agent, ())

    def _follow(self, address: Address, process: Process, passed: tuple[str, ...]) -> list[Address]:
        username = address.rest
        forwarding = self._forwarding(username)
        if not forwarding:
            self._account(username, address.where)
            return [address]
        if username in passed:
            raise MAIL.FORWLOOP.error(passed[0])
        out: list[Address] = []
        for next_ in expand(process, forwarding):
            found = self._follow(next_, process, (*passed, username)) if next_.kind is AddressKind.LOCAL else [next_]
            out += [end for end in found if end not in out]
        return out

    def _forwarding(self, username: str) -> str:
        data = self.profiles.find(username)
        return settings_of(data).forwarding if data is not None else ""

    def _account(self, username: str, node: str = "") -> UafRecord:
        """An account that may receive mail. Errors: MAIL.NOSUCHUSR, MAIL.NOSUCHUSRAT, MAIL.USERDSABL."""
        record = self.system.sysuaf.get(username)
        if record is None:
            raise MAIL.NOSUCHUSRAT.error(username, node) if node else MAIL.NOSUCHUSR.error(username)
        if int(record.flags) & int(UafFlags.DISMAIL):
            raise MAIL.USERDSABL.error(username)
        return record

    # -- delivery --------------------------------------------------------------------------------------------------------------------

    def crosses(self, to: str) -> bool:
        """Mail for that name leaves the node over a link: it is `node::name`, or is forwarded to such an address; and DECnet is on."""
        if DecnetServers not in self.system.parts:
            return False
        if "::" in to:
            return node_address(to) is not None
        username = to.upper()
        if not self._forwarding(username):
            return False
        try:
            return any(end.kind is AddressKind.NODE for end in self.ends(Address(AddressKind.LOCAL, username)))
        except VmsError:
            return False

    async def deliver_over_links(self, to: str, message: Message, process: Process) -> None:
        """Deliver to a name that `crosses`. Durable, here and there, when it returns.

        Errors: as deliver; MAIL.LOGLINK, MAIL.SENDERRAT, what the other node says. Without a success there it may be tried again.
        """
        address = node_address(to) or Address(AddressKind.LOCAL, to.upper())
        sending = Sending(self, process, message.from_)
        try:
            await sending.accept(address)
            for failure in await sending.send(message):
                raise failure
        finally:
            sending.close()

    def deliver(self, to_user: str, message: Message, *, announce: bool = True, process: Process | None = None) -> None:
        """Deliver to a local name, forwarding applied. Durable when the tick ends (await `kernel.durable()` before promising anything).

        Errors: MAIL.NOSUCHUSR, USERDSABL, FORWLOOP, ERRACTRNS, NOACCPTMSG; MAIL.LOGLINK for a name that `crosses`; MAIL.SENDERR with the reason below it when
        the mail file cannot take the message. Nothing is left behind for the recipient that failed.
        """
        username = to_user.upper()
        profile = self.profiles.find(username)
        if profile is None or not settings_of(profile).forwarding:
            self._put(username, message, profile, announce)
            return
        sender = process or self._current_process()
        foreign: dict[str, list[str]] = {}
        ends = self.check(sender, Address(AddressKind.LOCAL, username))
        for end in ends:
            if end.kind is AddressKind.NODE:
                raise MAIL.LOGLINK.error(end.where, cause=SS.NOSUCHNODE)
            if end.kind is AddressKind.FOREIGN and message.foreign is not None:
                raise MAIL.NOACCPTMSG.error(end.where)
        for end in ends:
            if end.kind is AddressKind.LOCAL:
                self.put(end.rest, message, announce=announce)
            else:
                foreign.setdefault(end.where, []).append(end.bare)
        for protocol, recipients in foreign.items():
            self._start(self.transport(protocol).send(sender, recipients, message))

    def put(self, username: str, message: Message, *, announce: bool = True) -> MailHeader:
        """Put a message into an account's mail file, whatever its forwarding says. Errors: as deliver."""
        return self._put(username, message, self.profiles.find(username), announce)

    def _put(self, username: str, message: Message, profile: bytes | None, announce: bool) -> MailHeader:
        record = self._account(username)
        try:
            file = self._open_for_delivery(record, settings_of(profile) if profile is not None else None)
            try:
                header = self._add(file, message)
                self._count(username, count_of(profile) if profile is not None else 0, file, header)
            finally:
                file.close()
        except VmsError as error:
            raise MAIL.SENDERR.error(username, cause=error) from None
        if announce:
            self._announce(username, message.from_)
        return header

    def _add(self, file: MailFile, message: Message) -> MailHeader:
        header = MailHeader(self.system.now, NEWMAIL, MailFlags.NEWMSG, message.from_, message.to, message.cc, message.subject)
        known = id(file.place.volume), file.file_header().fid
        file.add(header, message.body_lines, message.foreign, after=self._latest.get(known, 0))
        if len(self._latest) >= _REMEMBERED:
            self._latest.clear()
        self._latest[known] = int(header.datim)
        return header

    def _count(self, username: str, before: int, file: MailFile, header: MailHeader) -> None:
        """One new message more than there were `before`; the message itself goes when that cannot be written."""
        try:
            self.profiles.set_count(username, before + 1)
        except VmsError:
            file.erase(header)
            raise

    def _open_for_delivery(self, record: UafRecord, profile: MailProfile | None) -> MailFile:
        place = place_of(self.agent.files, mail_directory(record, profile))
        return MailFile.open(place) if exists(place, MAIL_FILE) else MailFile.create(place, owner=record.uic)

    def _announce(self, username: str, sender: str) -> None:
        """`New mail on node ALPHA1 from SMITH`"""
        nodes = [node for node in members(self.system) if logged_in(node, username)]
        if not nodes:  # as a rule, whatever the flags say
            return
        flags = system_flags(self.system)
        if not flags & _FLAG_CLUSTER_NOTICE:
            nodes = [node for node in nodes if node is self.system]
        text = f"New mail on node {self.system.node_name} from {sender}"
        if flags & _FLAG_TIME:
            # fidelity: two blanks before the time are inferred.
            text += f"  ({self.system.now.to_text()[12:20]})"
        for node in nodes:
            broadcast_to_user(node, username, [text], BroadcastClass.MAIL)

    def _current_process(self) -> Process:
        """The process that runs now; MAIL's own when none does."""
        current = self.system.kernel.current
        return next((p for p in self.system.processes if p.task is current), self.agent) if current is not None else self.agent

    def _start(self, sending: Coroutine[Any, Any, None]) -> None:
        """Run a transport's send as far as it goes without waiting, which as a rule is to its end; a task of its own does the rest."""
        try:
            request = sending.send(None)
        except StopIteration:
            return
        self.system.kernel.start(_continue(sending, request), "MAIL")

    # -- mail files ------------------------------------------------------------------------------------------------------------------

    def directory_of(self, username: str) -> str:
        """Device and directory of a user's mail. Errors: MAIL.NOSUCHUSR."""
        record = self.system.sysuaf.get(username)
        if record is None:
            raise MAIL.NOSUCHUSR.error(username)
        return mail_directory(record, self.profiles.get(username))

    def place_of_user(self, username: str) -> Place:
        """The directory of a user's mail. Errors: MAIL.NOSUCHUSR, RMS.DNF, RMS.DEV."""
        return place_of(self.agent.files, self.directory_of(username))

    def open_of_user(self, username: str) -> MailFile | None:
        """A user's default mail file; None when there is none. Errors: MAIL.NOSUCHUSR, MAIL.OPENIN."""
        record = self.system.sysuaf.get(username)
        if record is None:
            raise MAIL.NOSUCHUSR.error(username)
        return open_default(self.agent.files, record, self.profiles.get(username))


async def _continue(sending: Coroutine[Any, Any, None], request: Any) -> None:
    """Go on with a coroutine that has begun to wait. A failure at this point has nobody left to hear of it."""
    try:
        while True:
            try:
                value = await request
            except BaseException as error:
                request = sending.throw(error)
            else:
                request = sending.send(value)
    except (StopIteration, VmsError):
        return
