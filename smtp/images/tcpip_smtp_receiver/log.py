"""The log of one receiver: SYS$OUTPUT, which is TCPIP$SMTP_RECV_RUN.LOG, a version for each connection.

It is the log of incoming mail: messages, refusals, messages not taken and conditions are always logged. Diagnostics are logged when a logical name
asks for them: TCPIP$SMTP_RECV_TRACE the protocol, TCPIP$SMTP_RECV_DEBUG the steps, TCPIP$SMTP_VMSMAIL_PARSE the reading of addresses. With
TCPIP$SMTP_RECV_SNAPSHOT_BLOCKS diagnostics go into a circular buffer of so many blocks of 512 bytes instead, which is written to the log when an error
is signalled. TCPIP$SMTP_LOG_LINE_NUMBERS puts module and line number of the source in front.

Source: Management 17.5, table 17-2. fidelity: the format of the product's lines is not known; these are ours.
"""

from __future__ import annotations

from smtp.config.logicals import SmtpLogicals
from smtp.diagnostics import Snapshot, parsed, place_of_caller
from smtp.message.address import Address
from smtp.trace import traced_lines
from vmsemu.base.condition import VmsError
from vmsemu.images.context import ImageContext
from vmsemu.net.port import Endpoint


class ReceiverLog:
    """The log as the logical names of one process want it; `steps` are logged or not."""

    def __init__(self, ctx: ImageContext, peer: Endpoint, logicals: SmtpLogicals) -> None:
        self._ctx = ctx
        self._client = f"{peer[0]} port {peer[1]}"
        self._trace = logicals.switch("RECV_TRACE")
        self.steps = logicals.switch("RECV_DEBUG")
        self._parse = logicals.switch("VMSMAIL_PARSE")
        self._line_numbers = logicals.switch("LOG_LINE_NUMBERS")
        blocks = logicals.number("RECV_SNAPSHOT_BLOCKS")
        self._snapshot = Snapshot(blocks) if blocks > 0 else None

    def note(self, text: str) -> None:
        """Something that a manager should know."""
        self._ctx.write(self._numbered(f"{self._ctx.now.to_text()} {self._client}: {text}"))

    def error(self, error: VmsError) -> None:
        """A condition, after the diagnostics that led to it."""
        if self._snapshot is not None:
            for line in self._snapshot.take():
                self._ctx.write(line)
        self._ctx.put_message(error)

    def step(self, text: str) -> None:
        if self.steps:
            self._diagnose(self._numbered(f"{self._ctx.now.to_text()} {self._client}: {text}"))

    def parsed(self, address: Address) -> None:
        if self._parse:
            self._diagnose(self._numbered(parsed(address)))

    def protocol(self, direction: str, data: bytes) -> None:
        """What was received or sent, a line for each line of it."""
        if self._trace:
            for line in traced_lines(direction, data):
                self._diagnose(self._numbered(line))

    def _diagnose(self, line: str) -> None:
        if self._snapshot is not None:
            self._snapshot.add(line)
        else:
            self._ctx.write(line)

    def _numbered(self, line: str) -> str:
        """The line with the place in the source that logs it, two calls up."""
        if not self._line_numbers:
            return line
        return f"{place_of_caller(3)}: {line}"
