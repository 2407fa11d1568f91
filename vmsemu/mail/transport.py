"""Foreign protocols: who delivers `P%address`.

A layered product registers an object under its protocol's name. MAIL asks it about each address when the user has typed it, and hands over
the message once for all its addresses. The addresses come without the prefix and without the outer quotation marks. Only text goes that way: an
address of a protocol is refused for a file that is to be sent as it is (fidelity: inferred; what would not arrive must not be taken).

Source: the foreign protocol interface of MAIL (OUT_CKUSER, OUT_SENDER ... OUT_CKSEND), reduced to its two questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from vmsemu.base.condition import VmsError
from vmsemu.mail.message import Message

if TYPE_CHECKING:
    from vmsemu.services.process import Process


class Transport(Protocol):
    """What a foreign protocol offers. It may also have `check_user(process, address) -> None`, which raises for an address it refuses."""

    async def send(self, process: Process, recipients: Sequence[str], message: Message, copied: Sequence[str] = ()) -> None:
        """Take the message for these addresses, whole or not at all; `copied` are those among them that come from the CC: line, as far as known.

        Errors: any condition; none of them was served then.
        """
        ...


class PartlySent(VmsError):
    """A transport that served some addresses and not others may raise this; `failures` tells the reason of each that failed."""

    def __init__(self, failures: Sequence[tuple[str, VmsError]]) -> None:
        super().__init__(failures[0][1].message)
        self.failures = tuple(failures)


def check_user(transport: Transport, process: Process, address: str) -> None:
    """Ask the transport about an address. Errors: what it says."""
    check = getattr(transport, "check_user", None)
    if check is not None:
        check(process, address)
