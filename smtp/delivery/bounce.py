"""The message that tells a sender what could not be delivered.

It is a control file of its own, with the null return path, so that a bounce is never bounced. Source: Management 17.2.2 (sender).
fidelity: subject and layout of the product's bounce are not known; these are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from smtp.control_file.control_file import ControlFile, Recipient
from smtp.message.address import NULL, Address
from smtp.message.body import LongText, is_long
from smtp.message.compose import OutgoingMail
from vmsemu.base.time import VmsTime

RETURNED, LOST = "returned: ", "lost: "
"""How the reason of a failed recipient begins when he was told of, and when that was impossible ("lost mail")."""
SUBJECT = "Undeliverable Mail"
_RULER = "-" * 53


def bounce(
    file: ControlFile, failed: Sequence[Recipient], *, postmaster: Address, date: str, message_id: str, user: str, now: VmsTime
) -> ControlFile:
    """The control file that returns `file` to its sender because of the recipients that failed."""
    text = ["Unable to deliver mail to:", ""]
    for recipient in failed:
        text += [f"  {recipient.address.to_path()}", f"    {recipient.reason}" if recipient.reason else "", ""]
    text += [_RULER, ""]
    mail = OutgoingMail(date, message_id, postmaster.to_text(), [file.return_path], subject=SUBJECT)
    before = (*(line.encode("latin-1", "replace") for line in text), *file.headers, b"")
    body = LongText(lambda: chain(before, file.body)) if is_long(file.body) else (*before, *file.body)
    return ControlFile(now, user, NULL, [Recipient(file.return_path)], tuple(mail.header_lines()), body)
