"""The client side of SMTP as a state machine without I/O: one message to one host, for one or more recipients.

Theory of operation. The machine sends one command and waits for its reply; no pipelining, as the server may be of 1982.

    waiting for    after        a good reply leads to               timeout
    BANNER         connecting   HELO                                INITIAL
    HELLO          HELO         MAIL FROM                           INITIAL
    MAIL           MAIL FROM    RCPT TO (first recipient)           MAIL
    RCPT           RCPT TO      the next, then DATA                 RECEIPT
    DATA           DATA         the text (on 354)                   DATA
    TEXT           the end      QUIT: every accepted one is SENT    TERMINATION, from `text_sent` on
    QUIT           QUIT         CLOSED                              TERMINATION

A 4yz reply, a timeout or a lost connection gives the recipients that are still open the outcome RETRY; a 5yz reply gives FAILED. A refused
recipient concerns that recipient only. A 5yz banner or HELO condemns the host, not the recipients: RETRY, so that another address is tried.
Once the final reply is known the message is delivered, whatever happens during QUIT. A good reply to a text that has not gone out to its end is
none: who says it has lost count of the commands, or takes what it has not seen.

Units: times are counts of 100 ns. Source: RFC 821; Management Command Reference, SET CONFIGURATION SMTP /SEND_TIMEOUT (defaults).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from smtp.message.address import Address
from smtp.protocol.events import ClientEvent, Outcome, RecipientDone, SessionEnded
from smtp.protocol.replies import Reply, ReplyReader, ReplySyntaxError
from smtp.protocol.text import stuffed

MINUTE = 600_000_000
_LINE_LIMIT = 4096


@dataclass(frozen=True, slots=True)
class SendTimeouts:
    """The longest time from a command to its reply."""

    initial: int = 5 * MINUTE
    mail: int = 5 * MINUTE
    receipt: int = 5 * MINUTE
    data: int = 3 * MINUTE
    termination: int = 10 * MINUTE


class Waiting(Enum):
    """The reply that is awaited."""

    BANNER = "BANNER"
    HELLO = "HELLO"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    TEXT = "TEXT"
    QUIT = "QUIT"
    CLOSED = "CLOSED"


class SmtpClient:
    """One delivery over one connection that has just been made."""

    def __init__(
        self, host: str, sender: Address, recipients: Sequence[Address], lines: Iterable[bytes], timeouts: SendTimeouts, now: int
    ) -> None:
        """`lines` are read once, when the text is to be sent."""
        self.state = Waiting.BANNER
        self._host = host
        self._sender = sender
        self._open = list(recipients)
        self._next = 0
        self._accepted = 0
        self._lines = lines
        self._limits = {
            Waiting.BANNER: timeouts.initial,
            Waiting.HELLO: timeouts.initial,
            Waiting.MAIL: timeouts.mail,
            Waiting.RCPT: timeouts.receipt,
            Waiting.DATA: timeouts.data,
            Waiting.TEXT: timeouts.termination,
            Waiting.QUIT: timeouts.termination,
        }
        self._deadline = now + timeouts.initial
        self._input = bytearray()
        self._output: list[bytes] = []
        self._pieces: Iterator[bytes] = iter(())
        self._ahead = b""
        self._text_is_out = False
        self._reader = ReplyReader()
        self._events: list[ClientEvent] = []

    # -- the outside -----------------------------------------------------------------------------------------------------------------

    def receive(self, data: bytes, now: int) -> list[ClientEvent]:
        """Take bytes from the server."""
        self._input += data
        while self.state is not Waiting.CLOSED and (end := self._input.find(b"\n")) >= 0:
            line = bytes(self._input[:end]).removesuffix(b"\r")
            del self._input[: end + 1]
            try:
                reply = self._reader.feed(line)
            except ReplySyntaxError as error:
                self._give_up(f"no SMTP reply: {error}")
                break
            if reply is not None:
                self._take(reply, now)
        if len(self._input) > _LINE_LIMIT:
            self._give_up("reply line too long")
        return self._take_events()

    def data_to_send(self) -> bytes:
        """What is to go out, once; a text comes in pieces, so ask again until nothing is left. Errors: those of the lines."""
        if not self._output:
            piece = self._ahead or next(self._pieces, b"")
            self._ahead = next(self._pieces, b"")
            self._text_is_out = self.state is Waiting.TEXT and not self._ahead
            return piece
        data = b"".join(self._output)
        self._output.clear()
        return data

    def deadline(self) -> int | None:
        return None if self.state is Waiting.CLOSED else self._deadline

    def tick(self, now: int) -> list[ClientEvent]:
        """Time has passed; a reply that is overdue ends the session."""
        if self.state is not Waiting.CLOSED and now >= self._deadline:
            self._give_up(f"timeout waiting for the reply to {self.state.value}")
        return self._take_events()

    def text_sent(self, now: int) -> None:
        """All of the text is on its way: the wait for its reply begins. (How long the text itself may take is for the sender to say.)"""
        if self.state is Waiting.TEXT:
            self._deadline = now + self._limits[Waiting.TEXT]

    def connection_lost(self, reason: str = "connection closed by the remote host") -> list[ClientEvent]:
        """The server has closed, or the network has."""
        if self.state is not Waiting.CLOSED:
            self._give_up(reason)
        return self._take_events()

    # -- the inside ------------------------------------------------------------------------------------------------------------------

    def _take_events(self) -> list[ClientEvent]:
        events, self._events = self._events, []
        return events

    def _take(self, reply: Reply, now: int) -> None:
        if reply.code == 421 and self.state is not Waiting.QUIT:
            self._settle(Outcome.RETRY, reply)
            self._close(reply.to_text())
            return
        _STEPS[self.state](self, reply)
        if self.state is not Waiting.CLOSED:
            self._deadline = now + self._limits[self.state]

    def _send(self, command: str, state: Waiting) -> None:
        self._output.append(command.encode("latin-1", "replace") + b"\r\n")
        self.state = state

    def _banner(self, reply: Reply) -> None:
        if reply.is_positive:
            self._send(f"HELO {self._host}", Waiting.HELLO)
        else:
            self._settle(Outcome.RETRY, reply)
            self._send("QUIT", Waiting.QUIT)

    def _hello(self, reply: Reply) -> None:
        if reply.is_positive:
            self._send(f"MAIL FROM:{self._sender.to_path()}", Waiting.MAIL)
        else:
            self._settle(Outcome.RETRY, reply)
            self._send("QUIT", Waiting.QUIT)

    def _mail(self, reply: Reply) -> None:
        if reply.is_positive:
            self._next_recipient()
        else:
            self._settle(_outcome(reply), reply)
            self._send("QUIT", Waiting.QUIT)

    def _next_recipient(self) -> None:
        if self._next < len(self._open):
            self._send(f"RCPT TO:{self._open[self._next].to_path()}", Waiting.RCPT)
        elif self._accepted:
            self._send("DATA", Waiting.DATA)
        else:
            self._send("QUIT", Waiting.QUIT)

    def _rcpt(self, reply: Reply) -> None:
        recipient = self._open[self._next]
        if reply.is_positive:
            self._accepted += 1
            self._next += 1
        else:
            del self._open[self._next]
            self._events.append(RecipientDone(recipient, _outcome(reply), reply))
        self._next_recipient()

    def _data(self, reply: Reply) -> None:
        if reply.code == 354:
            self._pieces = stuffed(self._lines)
            self.state = Waiting.TEXT
        else:
            self._settle(_outcome(reply) if not reply.is_positive else Outcome.RETRY, reply)
            self._send("QUIT", Waiting.QUIT)

    def _text(self, reply: Reply) -> None:
        if reply.is_positive and not self._text_is_out:
            self._give_up(f"a reply to the text before its end: {reply.to_text()}")
            return
        self._settle(Outcome.SENT if reply.is_positive else _outcome(reply), reply)
        if self._text_is_out:
            self._send("QUIT", Waiting.QUIT)
        else:  # the host may still be reading: a QUIT would be text to it
            self._close(reply.to_text())

    def _quit(self, _: Reply) -> None:
        self._close("done")

    def _settle(self, outcome: Outcome, reply: Reply | None, reason: str = "") -> None:
        """The same fate for every recipient that is still open."""
        self._events += [RecipientDone(recipient, outcome, reply, reason) for recipient in self._open]
        self._open.clear()

    def _give_up(self, reason: str) -> None:
        self._settle(Outcome.RETRY, None, reason)
        self._close(reason)

    def _close(self, reason: str) -> None:
        self.state = Waiting.CLOSED
        self._pieces = iter(())
        self._ahead = b""
        self._input.clear()
        self._events.append(SessionEnded(reason))


_STEPS: dict[Waiting, Callable[[SmtpClient, Reply], None]] = {
    Waiting.BANNER: SmtpClient._banner,
    Waiting.HELLO: SmtpClient._hello,
    Waiting.MAIL: SmtpClient._mail,
    Waiting.RCPT: SmtpClient._rcpt,
    Waiting.DATA: SmtpClient._data,
    Waiting.TEXT: SmtpClient._text,
    Waiting.QUIT: SmtpClient._quit,
}


def _outcome(reply: Reply) -> Outcome:
    return Outcome.FAILED if reply.code >= 500 else Outcome.RETRY
