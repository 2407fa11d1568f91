"""The headers SMTP writes itself: for mail sent from OpenVMS Mail, and the trace line of the receiver.

Order and forms of a composed header follow captured messages of the product (UCX V4.1 and late V5) and the User's Guide: Message-Id in the
form without process identification, From: with the personal name in parentheses, To: and Cc: with internet addresses only, X-VMS-To: and
X-VMS-Cc: with the literal text typed to MAIL.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from smtp.message.address import Address

_FOLD = 76
_EIGHT_BITS = bytes(byte if byte == 9 or byte >= 0x20 else 0x20 for byte in range(256))
_SEVEN_BITS = bytes(_EIGHT_BITS[byte & 0x7F] for byte in range(256))


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """What MAIL knows of a message that leaves through SMTP. `sender` is the whole text of the From: field."""

    date: str
    message_id: str
    sender: str
    to: Sequence[Address]
    cc: Sequence[Address] = ()
    vms_to: str = ""
    vms_cc: str = ""
    subject: str = ""

    def header_lines(self, *, eight_bit: bool = False) -> list[bytes]:
        """The lines. Unless `eight_bit` the eighth bit of every character is cleared, which makes of a cent sign the quotation mark it stands for.

        Control characters become blanks, so no text makes a line of its own.
        """
        lines = [f"Date: {self.date}", f"Message-Id: <{self.message_id}>", f"From: {self.sender}"]
        lines += _list_field("To", self.to)
        lines += _list_field("Cc", self.cc)
        for name, text in (("X-VMS-To", self.vms_to), ("X-VMS-Cc", self.vms_cc), ("Subject", self.subject)):
            if text:
                lines.append(f"{name}: {text}")
        return [line.encode("latin-1", "replace").translate(_EIGHT_BITS if eight_bit else _SEVEN_BITS) for line in lines]


def sender_text(address: Address, personal_name: str = "") -> str:
    """`user@host (Personal Name)`. fidelity: nested parentheses are not escaped, as the real system left them."""
    return f"{address.to_text()} ({personal_name})" if personal_name else address.to_text()


def received_lines(host: str, product: str, date: str) -> list[bytes]:
    """The trace field the receiver adds: two lines, no `from` and no `id`. Source: captured message of 1998."""
    return [f"Received: by {host} ({product});".encode("latin-1"), f"\t{date}".encode("latin-1")]


def _list_field(name: str, items: Iterable[Address]) -> list[str]:
    """One header field with addresses, folded before an address that would make the line too long."""
    lines: list[str] = []
    line = f"{name}:"
    for number, address in enumerate(items):
        text = address.to_text()
        if number and len(line) + len(text) + 2 > _FOLD:
            lines.append(line + ",")
            line = "\t" + text
        else:
            line += f", {text}" if number else f" {text}"
    return [*lines, line] if line != f"{name}:" else []
