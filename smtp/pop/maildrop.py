"""The maildrop of one user: what the POP server shows of his mail file, and what it does to it at the end.

The folder NEWMAIL is presented. At the end the messages that were retrieved and not deleted go to the folder MAIL, as they would after READ, unless
TCPIP$POP_LEAVE_IN_NEWMAIL is defined; with TCPIP$POP_USE_MAIL_FOLDER all new messages go there first and MAIL is presented. Deleted ones go as the
MAIL utility deletes them: into the wastebasket folder, which is purged unless the user has switched that off.

A message in foreign format is shown as its header with a notice, moved to MAIL and never deleted. Source: Management, chapter 18.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from smtp.message.dates import TimeZone, internet_date
from smtp.pop.headers import FromRules, Identity, header_lines
from smtp.pop.options import PopOptions
from smtp.pop.protocol import Listed
from vmsemu.base.condition import VmsError
from vmsemu.base.time import VmsTime
from vmsemu.mail.mail_file import DEFAULT_FOLDER, NEWMAIL, MailFile
from vmsemu.mail.message import to_bytes
from vmsemu.mail.record import MailFlags, MailHeader

if TYPE_CHECKING:
    from vmsemu.mail.callable import Mail

_FIELD = re.compile(r"[!-9;-~]+:")
_NOTICE = (
    b"This message is in the foreign format of OpenVMS Mail and can not be shown here.",
    b"It is in your folder MAIL: use the MAIL command EXTRACT to write it to a file.",
)


@dataclass(frozen=True, slots=True)
class MaildropRules:
    """What the texts of all messages have in common. `top_headers`: SMTP puts the original header before the body."""

    options: PopOptions
    addresses: FromRules
    zone: TimeZone
    server: str
    top_headers: bool


class Maildrop:
    """The messages of one session. `close` it; nothing changes before `finish`."""

    def __init__(self, mail: Mail, username: str, rules: MaildropRules) -> None:
        """Errors: MAIL.OPENIN and what opening a mail file brings."""
        self._mail = mail
        self._username = username
        self._rules = rules
        self.folder = DEFAULT_FOLDER if rules.options.use_mail_folder else NEWMAIL
        self._file = mail.open_of_user(username)
        self._headers: list[MailHeader] = []
        self.messages: Sequence[Listed] = ()
        if self._file is None:
            return
        try:
            if rules.options.use_mail_folder:
                self._move_new(self._file)
            headers = self._file.headers(self.folder)
            self._headers = headers[: rules.options.message_maximum or None]
            self.messages = [Listed(self._size(header), self.uid(header)) for header in self._headers]
        except VmsError:
            self.close()
            raise

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def uid(self, header: MailHeader) -> str:
        """The user and the date of arrival: it stays the same while the message exists, whatever folder it is in."""
        *fields, hundredths = header.datim.fields()
        year, *rest = fields
        stamp = "".join([f"{year:04d}", *(f"{part:02d}" for part in rest), f"{hundredths:02d}"])
        return f"{self._username}{stamp}{header.datim % 100_000:05d}"

    def text(self, number: int) -> Iterator[bytes]:
        """Header, blank line and body of a message. Errors: MAIL.OPENIN when its text is gone."""
        return self._lines(self._headers[number])

    def finish(self, deleted: Sequence[int], retrieved: Sequence[int]) -> None:
        """Delete and move. Durable after the tick. Errors: MAIL.WRITEERR, MAIL.DELMSG when another session was faster."""
        file = self._file
        if file is None:
            return
        going = {at for at in deleted if not self._is_foreign(self._headers[at])}
        gone = [self._headers[at] for at in deleted if at in going]
        read = [self._headers[at] for at in (*retrieved, *deleted) if at not in going]
        for header in gone:
            self._to_folder(file, header, file.wastebasket)
        if not self._rules.options.leave_in_newmail:
            for header in read:
                if header.folder == NEWMAIL:
                    self._to_folder(file, header, DEFAULT_FOLDER)
        if gone and (self._mail.profile(self._username).auto_purge or self._rules.options.purge_reclaim):
            file.purge(reclaim=self._rules.options.purge_reclaim)

    # -- the inside ------------------------------------------------------------------------------------------------------------------

    def _move_new(self, file: MailFile) -> None:
        for header in file.headers(NEWMAIL):
            self._to_folder(file, header, DEFAULT_FOLDER)

    def _to_folder(self, file: MailFile, header: MailHeader, folder: str) -> None:
        was_new = bool(header.flags & MailFlags.NEWMSG)
        header.folder = folder
        header.flags &= ~MailFlags.NEWMSG
        file.rewrite(header)
        if was_new:
            self._mail.profiles.add_to_count(self._username, -1)

    @staticmethod
    def _is_foreign(header: MailHeader) -> bool:
        return bool(header.flags & MailFlags.EXTNSTD)

    def _size(self, header: MailHeader) -> int:
        """Octets on the wire. With TCPIP$POP_FAST_SCAN the texts are not read: the size is that of the header alone, rounded up to a block."""
        if self._rules.options.fast_scan:
            return -(-sum(len(line) + 2 for line in self._header(header)) // 512) * 512
        try:
            return sum(len(line) + 2 for line in self._lines(header))
        except VmsError:
            return sum(len(line) + 2 for line in self._header(header)) + 2

    def _lines(self, header: MailHeader) -> Iterator[bytes]:
        assert self._file is not None
        if self._is_foreign(header):
            yield from (*self._header(header), b"", *_NOTICE)
            return
        body = iter(self._file.lines(header))
        first = list(islice(body, 1))
        if not (self._may_have_own_header(header) and first and _FIELD.match(first[0])):
            yield from self._header(header)
            yield b""
        for line in chain(first, body):
            yield from _on_the_wire(to_bytes(line))

    def _may_have_own_header(self, header: MailHeader) -> bool:
        """TCPIP$POP_IGNORE_MAIL11_HEADERS: the original header stands before the body, when SMTP has put it there."""
        rules = self._rules
        return rules.options.ignore_mail11_headers and rules.top_headers and header.from_.upper().startswith("SMTP%")

    def _header(self, header: MailHeader) -> Iterable[bytes]:
        rules = self._rules
        identity = Identity(rules.server, self.uid(header)) if rules.options.send_id_headers else None
        return header_lines(
            date=internet_date(VmsTime(header.datim).fields(), rules.zone),
            from_=header.from_, to=header.to, cc=header.cc, subject=header.subject, rules=rules.addresses, identity=identity,
        )  # fmt: skip


def _on_the_wire(line: bytes) -> Iterable[bytes]:
    """A record may hold line ends, which can not stand inside a line of the protocol."""
    return [line] if b"\r" not in line and b"\n" not in line else line.replace(b"\r", b"").split(b"\n")
