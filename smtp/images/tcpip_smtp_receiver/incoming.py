"""The message that is coming, on its way into a control file.

A message that comes in one go is held until its end and written at once. The control file of one that takes its time is created while it comes; a
long one is written as it comes, so that no more than a part of it is ever in memory. What does not come to its end, or can not be written, is
deleted. A header of more than HEADER_LIMIT octets is refused, because headers are held in memory wherever the message goes.

fidelity: the limit of the header is ours; the product's is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from smtp.control_file import store
from smtp.control_file.control_file import ControlFile, Recipient
from smtp.control_file.long_text import LongTextWriter
from smtp.facility import TCPIP
from smtp.images.tcpip_smtp_receiver.log import ReceiverLog
from smtp.message.address import Address, distinct
from smtp.message.headers import header_end, split_message
from smtp.node import SmtpNode
from vmsemu.base.condition import VmsError

if TYPE_CHECKING:
    from vmsemu.services.process import Process

HEADER_LIMIT = 512 * 1024


class HeaderTooLong(Exception):
    """The header of the message is longer than HEADER_LIMIT."""


class IncomingMessage:
    """One message at a time. `trace` makes the lines that the receiver puts before the headers."""

    def __init__(self, process: Process, node: SmtpNode, log: ReceiverLog, trace: Callable[[], list[bytes]]) -> None:
        self._process = process
        self._node = node
        self._log = log
        self._trace = trace
        self._begun: store.Unfinished | None = None
        self._text: LongTextWriter | None = None
        self._headers: list[bytes] = []
        self._failure: Exception | None = None

    @property
    def begun(self) -> bool:
        """Its control file is there, or can not be made."""
        return self._begun is not None or self._failure is not None

    def begin(self) -> None:
        """Create the control file of the message that is coming. That it can not be created now is noted; the end of the message decides."""
        try:
            self._begun = self._node.begin(self._process, self._process.username)
        except VmsError as error:
            self._log.error(error)
            return
        self._log.step(f"{self._begun.spec} begun")

    def part(self, sender: Address, recipients: Sequence[Address], lines: Sequence[bytes]) -> None:
        """Write a part of a long message. What fails is told at the end; the rest of the message is thrown away."""
        if self._failure is not None:
            return
        try:
            self._write(sender, recipients, lines)
        except HeaderTooLong as error:
            self._give_up(error)
        except VmsError as error:
            self._give_up(TCPIP.CFWRITE.error(self._begun.name.to_text(), cause=error) if self._begun is not None else error)

    def _give_up(self, failure: Exception) -> None:
        self.discard()
        self._failure = failure

    def _write(self, sender: Address, recipients: Sequence[Address], lines: Sequence[bytes]) -> None:
        """Errors: HeaderTooLong, TCPIP.CFWRITE, those of RMS."""
        if self._text is not None:
            self._text.body(lines)
            return
        if self._begun is None:
            self._begun = self._node.begin(self._process, self._process.username)
        self._headers += lines
        end = header_end(self._headers)
        if sum(map(len, self._headers[: end[0]] if end is not None else self._headers)) > HEADER_LIMIT:
            raise HeaderTooLong
        if end is None:
            return
        headers, body = self._headers[: end[0]], self._headers[end[1] :]
        self._headers = [*self._trace(), *headers]
        self._text = self._begun.begin_text(self._file(sender, recipients, (), ()))
        self._text.headers(self._headers)
        self._text.body(body)

    def finish(self, sender: Address, recipients: Sequence[Address], lines: Sequence[bytes]) -> str:
        """Write what is left, and submit the control file; its specification. Durable after the tick.

        Errors: HeaderTooLong, TCPIP.CFWRITE, those of RMS and of the queue manager. Nothing is left behind then.
        """
        if self._text is not None or self._headers:
            self.part(sender, recipients, lines)
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure
        begun, text, headers = self._begun, self._text, self._headers
        self._begun, self._text, self._headers = None, None, []
        if text is not None:
            file = self._file(sender, recipients, headers, ())
        else:
            headers, body = split_message(headers or lines)
            file = self._file(sender, recipients, (*self._trace(), *headers), body)
        return self._node.enqueue(self._process, file, self._process.username, begun)

    def _file(self, sender: Address, recipients: Sequence[Address], headers: Sequence[bytes], body: Sequence[bytes]) -> ControlFile:
        to = [Recipient(address) for address in distinct(recipients)]
        return ControlFile(self._process.system.now, self._process.username, sender, to, tuple(headers), tuple(body))

    def discard(self) -> None:
        """Forget the message, and delete its half-written control file, if there is one."""
        begun, self._begun = self._begun, None
        self._text, self._headers, self._failure = None, [], None
        if begun is not None:
            store.discard(self._process, begun.spec)
            self._log.step(f"{begun.spec} deleted")
