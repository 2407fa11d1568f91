"""An internet message as OpenVMS Mail shows it: From, To, CC, Subj and the text with the RFC headers at its place.

From is the first of a list of header fields, as `SMTP%"address"` without the personal name; To and CC are the literal text that the sender typed
to his MAIL (X-VMS-To, X-VMS-Cc) or else the RFC fields. By default the RFC headers follow the body behind a ruler line of 53 characters.

Source: Management 17.1.3 and 17.5; captured messages of 1995 and 1998 (layout). fidelity: From: itself is not in the printed list of fields and
ranks before Resent-Sender here; Return-Path:, the last of the list, is the one that is written at delivery, not one that came along; it and the own
Received: line stand in both header placements.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from smtp.config.configuration import HeaderPlacement
from smtp.control_file.control_file import ControlFile
from smtp.message.address import Address
from smtp.message.body import Body, LongText, is_long
from smtp.message.headers import HeaderBlock, first_address
from vmsemu.mail.message import Message, TextRecords

RULER = b"================== RFC 822 Headers =================="
_FROM = ("Resent-Reply-To", "Resent-From", "Reply-To", "From", "Resent-Sender", "Sender")


@dataclass(frozen=True, slots=True)
class InternetMessage(Message):
    """A message that came through SMTP, with what OpenVMS Mail does not show of it and forwarding must not lose.

    `trace` are the lines of its Received: fields, so that forwarding in a circle is counted wherever the headers stand; `is_bounce` says that
    it has no return path, so that nothing is ever returned for it.
    """

    trace: tuple[bytes, ...] = ()
    is_bounce: bool = False


@dataclass(frozen=True, slots=True)
class InboundOptions:
    """`no_xvms`, `jacket_local` and `vmsdef_to` are logical names; `postmaster` stands as sender where a message has none."""

    postmaster: Address
    headers: HeaderPlacement = HeaderPlacement.BOTTOM
    no_xvms: bool = False
    jacket_local: bool = False
    vmsdef_to: bool = False


def mail_message(file: ControlFile, options: InboundOptions, *, from_local: bool) -> InternetMessage:
    """The message to hand to MAIL. `from_local` says that its sender is a user of this node."""
    block = HeaderBlock.from_lines(file.headers)
    to, cc = block.addressees("To"), block.addressees("Cc")
    if not options.no_xvms:
        to = block.get("X-VMS-To") or to
        cc = block.get("X-VMS-Cc") or cc
    sender = _sender(block, file.return_path, options.postmaster)
    received = block.lines("Received")
    jacket = options.jacket_local or not from_local or bool(received)
    header = [f"Return-Path: {file.return_path.to_text() or '<>'}".encode("latin-1", "replace"), *file.headers] if jacket else []
    return InternetMessage(
        sender.to_mail_text(),
        to,
        cc,
        block.get("Subject") or "",
        _placed(header, file.body, options.headers),
        trace=tuple(received),
        is_bounce=file.return_path.is_null,
    )


def for_user(message: InternetMessage, user: str, options: InboundOptions) -> InternetMessage:
    """The message as one recipient gets it: with TCPIP$SMTP_VMSDEF_TO its To: line is what MAIL itself puts there, the user.

    fidelity: the sentence about this name is cut off in the manual; it follows the one that puts the RFC header into the To: line.
    """
    return replace(message, to=user) if options.vmsdef_to else message


def _sender(block: HeaderBlock, return_path: Address, postmaster: Address) -> Address:
    for name in _FROM:
        text = block.get(name)
        found = first_address(text) if text else None
        if found is not None:
            return found
    return postmaster if return_path.is_null else return_path


def _placed(header: Sequence[bytes], body: Body, placement: HeaderPlacement) -> Iterable[str]:
    before: Sequence[bytes] = ()
    after: Sequence[bytes] = ()
    if header and placement is HeaderPlacement.TOP:
        before = [*header, b""]
    elif header and placement is not HeaderPlacement.NONE:
        after = [RULER, *header]
    if is_long(body):
        return LongText(lambda: (line.decode("latin-1") for line in chain(before, body, after)))
    return TextRecords([*before, *body, *after])
