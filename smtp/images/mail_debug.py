"""DEBUG.TXT: what the SMTP% protocol of OpenVMS Mail has to say about one message, in the default directory of the process that sends it.

TCPIP$SMTP_VMSMAIL_SEND asks for the steps, TCPIP$SMTP_VMSMAIL_PARSE for the reading of addresses, TCPIP$SMTP_LOG_LINE_NUMBERS for line numbers of
the source. Source: Management 17.5. fidelity: the lines are ours, and that each message has a version of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp.config.logicals import SmtpLogicals
from smtp.diagnostics import parsed, place_of_caller
from smtp.message.address import Address
from vmsemu.base.condition import VmsError

if TYPE_CHECKING:
    from vmsemu.services.process import Process

SPEC = "DEBUG.TXT"


class MailDebug:
    """The diagnostics of one message. A file that can not be written does not stop the mail."""

    def __init__(self, process: Process) -> None:
        logicals = SmtpLogicals(process)
        self._process = process
        self._send = logicals.switch("VMSMAIL_SEND")
        self._parse = logicals.switch("VMSMAIL_PARSE")
        self._line_numbers = logicals.switch("LOG_LINE_NUMBERS")
        self._lines: list[str] = []

    def step(self, text: str) -> None:
        if self._send:
            self._add(text)

    def parsed(self, address: Address) -> None:
        if self._parse:
            self._add(parsed(address))

    def _add(self, text: str) -> None:
        number = f"{place_of_caller(3)}: " if self._line_numbers else ""
        self._lines.append(f"{self._process.system.now.to_text()} {number}{text}")

    def write(self) -> None:
        """Write what there is."""
        if not self._lines:
            return
        try:
            with self._process.files.create(SPEC) as file:
                for line in self._lines:
                    file.put_text(line)
        except VmsError:
            return
