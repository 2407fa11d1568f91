"""The server side of SMTP as a state machine without I/O.

Theory of operation. Bytes and a time go in (`receive`), events come out, and bytes to send are fetched (`data_to_send`). The machine never
reads a clock: `deadline()` says when `tick(now)` must be called at the latest.

    state     a command that is allowed           leads to
    START     HELO EHLO                           READY
    READY     MAIL (asks)                         MAIL
    MAIL      RCPT (asks)                         RCPT
    RCPT      RCPT (asks), DATA                   RCPT, TEXT
    TEXT      the text, up to its end (asks)      READY
    any       RSET HELO EHLO                      READY (START before the first HELO)
    any       NOOP, HELP, VRFY, QUIT              unchanged, CLOSED

A command in a state that does not list it gets 503; EXPN, TURN, SEND, SOML and SAML get 502; a word that no table lists gets 500. Three events
ask a question: sender, recipient and message. Until `accept` or `refuse` answers, the machine takes bytes but does not look at them; so a client
that sends its commands without waiting (pipelining) gets its replies in order, and the answer may take as long as a lookup or a disk needs.
RFC 821 commands end with CR LF; a bare LF is taken too between messages, never inside one (see text.py). A text of more than `part_size` octets
is given away in parts while it comes (TextReceived), so that it need not be held.

No client holds the machine for ever. The receive timeout runs from each receipt, as documented. Beside it a command must be whole within PATIENCE
receive timeouts, and a message must be there within SESSION of them, to which a text that is coming adds the time it takes at SLOWEST octets a
second; and `idle_limit` commands in a row that bring no mail nearer end the session.

Units: times are counts of 100 ns; limits are octets including CR LF.
Source: RFC 821; Management 17.1.1; RECEIVE_TIMEOUT: Management Command Reference. fidelity: limits are the minima of RFC 821 and, against slow and
idle clients, ours; the product's are not known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from smtp.message.address import NULL, Address, AddressError, parse_path
from smtp.protocol.events import (
    Hello,
    MessageReceived,
    RecipientGiven,
    SenderGiven,
    ServerEvent,
    SessionEnded,
    TextReceived,
    TransactionAborted,
)
from smtp.protocol.replies import REPLIES, Reply, plain_reply, reply_bytes
from smtp.protocol.text import TextReader

SECOND = 10_000_000
MINUTE = 60 * SECOND
PATIENCE = 4
SESSION = 12
SLOWEST = 100
"""Octets a second: a line of 1200 baud."""


class State(Enum):
    START = "START"
    READY = "READY"
    MAIL = "MAIL"
    RCPT = "RCPT"
    TEXT = "TEXT"
    CLOSED = "CLOSED"


@dataclass(slots=True)
class ServerOptions:
    """What a site configures. `product` (may be empty) and `date` are the words of the banner; a text is held up to `part_size` octets."""

    host: str
    product: str
    date: str
    eight_bit: bool = False
    offer_8bitmime: bool = False
    receive_timeout: int = 5 * MINUTE
    command_limit: int = 512
    line_limit: int = 1000
    size_limit: int = 64 * 1024 * 1024
    part_size: int = 256 * 1024
    recipient_limit: int = 100
    idle_limit: int = 100


_START, _READY, _MAIL, _RCPT, _TEXT, _CLOSED = State
# fidelity: which of these the product implements is not known. Outside the minimum of RFC 821; EXPN may be disabled by RFC 1123, 5.2.3.
_NOT_IMPLEMENTED = frozenset({"EXPN", "TURN", "SEND", "SOML", "SAML"})


class SmtpServer:
    """One dialogue with one client. `open(now)` makes the banner."""

    def __init__(self, options: ServerOptions) -> None:
        self.options = options
        self.state = _START
        self.hello_name = ""
        self._input = b""
        self._at = 0  # what comes before it in the input has been looked at
        self._output: list[bytes] = []
        self._skipping = False
        self._text: TextReader | None = None
        self._answer: Callable[[], None] | None = None
        self._events: list[ServerEvent] = []
        self._sender = NULL
        self._recipients: list[Address] = []
        self._offered_8bit = False
        self._body_8bit = False
        self._idle = 0
        self._timeout = options.receive_timeout
        self._deadline = 0
        self._command_end = 0
        self._session_end = 0

    # -- the outside -----------------------------------------------------------------------------------------------------------------

    def open(self, now: int) -> None:
        """The connection is there: greet the client."""
        now = int(now)
        self._deadline = now + self._timeout
        self._command_end = now + PATIENCE * self._timeout
        self._session_end = now + SESSION * self._timeout
        product = f"{self.options.product} " if self.options.product else ""
        self._say("BANNER", host=self.options.host, product=product, date=self.options.date)

    def receive(self, data: bytes, now: int) -> list[ServerEvent]:
        """Take bytes from the client. The last event of the list may ask; nothing behind it has been looked at."""
        if self.state is _CLOSED:
            return []
        now = int(now)
        if self._answer is None and now > self._limit():
            return self.tick(now)
        self._deadline = now + self._timeout
        self._input = self._rest() + data if self._at < len(self._input) else data
        self._at = 0
        return self._work(now)

    def accept(self, now: int) -> list[ServerEvent]:
        """Say yes to the last question and go on."""
        answer, self._answer = self._answer, None
        if answer is None or self.state is _CLOSED:
            return []
        now = int(now)
        if self.state is _TEXT:
            self._idle = 0
            self._session_end = now + SESSION * self._timeout
        answer()
        self._say("OK")
        self._deadline = now + self._timeout
        self._command_end = now + PATIENCE * self._timeout
        return self._work(now)

    def refuse(self, reply: Reply, now: int, *, disconnect: bool = False) -> list[ServerEvent]:
        """Say no to the last question, with this reply, and go on (or end the session)."""
        answer, self._answer = self._answer, None
        if answer is None or self.state is _CLOSED:
            return []
        in_text = self.state is _TEXT
        self._say_idle(reply.to_bytes())
        if in_text and self.state is _TEXT:
            self._abort(f"message refused: {reply.to_text()}")
            self.state = _READY
        now = int(now)
        self._deadline = now + self._timeout
        self._command_end = now + PATIENCE * self._timeout
        if disconnect and self.state is not _CLOSED:
            self._close("refused")
        return self._work(now)

    def data_to_send(self) -> bytes:
        """What is to go out, once."""
        if not self._output:
            return b""
        data = self._output[0] if len(self._output) == 1 else b"".join(self._output)
        self._output.clear()
        return data

    def deadline(self) -> int | None:
        """When `tick` must be called; None while an answer is awaited or the session is over."""
        if self._answer is not None or self.state is _CLOSED:
            return None
        due, limit = self._deadline, self._limit()
        return due if due < limit else limit

    def tick(self, now: int) -> list[ServerEvent]:
        """Time has passed. After the receive timeout the client is told and the session ends."""
        due = self.deadline()
        if due is None or now < due:
            return []
        bare = self._text is not None and self._text.bare_end
        self._say("TIMEOUT_BARE_LF" if bare else "TIMEOUT", host=self.options.host)
        self._close("timeout")
        return self._take_events()

    def connection_lost(self) -> list[ServerEvent]:
        """The client has closed, or the network has."""
        if self.state is not _CLOSED:
            self._close("connection lost")
        return self._take_events()

    def shut_down(self, reply: Reply) -> list[ServerEvent]:
        """End the session from this side with a last word (421)."""
        if self.state is not _CLOSED:
            self._output.append(reply.to_bytes())
            self._close("closed by the server")
        return self._take_events()

    # -- the inside ------------------------------------------------------------------------------------------------------------------

    def _take_events(self) -> list[ServerEvent]:
        events, self._events = self._events, []
        return events

    def _limit(self) -> int:
        """When patience ends, however often the client is heard of."""
        command, session = self._command_end, self._session_end
        limit = command if command < session else session
        return limit if self._text is None else limit + self._text.size * SECOND // SLOWEST

    def _work(self, now: int) -> list[ServerEvent]:
        """Look at the input until it is used up, or a question is open, or the session is over."""
        while self._answer is None and self.state is not _CLOSED:
            if self._text is not None:
                if not self._read_text(self._text):
                    break
            elif (line := self._next_line()) is not None:
                self._command_end = now + PATIENCE * self._timeout
                self._command(line)
            else:
                break
        events, self._events = self._events, []
        return events

    def _rest(self) -> bytes:
        """Take what has not been looked at out of the input."""
        rest = self._input[self._at :]
        self._input, self._at = b"", 0
        return rest

    def _next_line(self) -> bytes | None:
        """The next command line without its end. A line over the limit is thrown away as it comes and answered at its end."""
        limit = self.options.command_limit
        while self._at < len(self._input):
            data, start = self._input, self._at
            end = data.find(b"\n", start)
            if end < 0:
                if self._skipping or len(data) - start >= limit:
                    self._skipping = True
                    self._rest()
                return None
            self._at = end + 1
            if not self._skipping and end - start < limit:
                return data[start:end].removesuffix(b"\r")
            self._skipping = False
            self._say_idle(plain_reply("LINE_TOO_LONG"))
        return None

    def _say_idle(self, reply: bytes) -> None:
        """Answer a command that brings no mail nearer; when there were too many of them since the last message, end the session instead."""
        self._idle += 1
        if self._idle <= self.options.idle_limit:
            self._output.append(reply)
        else:
            self._say("TOO_MANY_COMMANDS", host=self.options.host)
            self._close("too many commands without mail")

    def _command(self, line: bytes) -> None:
        word, _, rest = line.decode("latin-1").partition(" ")
        verb = word.upper()
        known = _COMMANDS.get(verb)
        if known is None:
            self._say_idle(plain_reply("NOT_IMPLEMENTED" if verb in _NOT_IMPLEMENTED else "UNRECOGNIZED"))
        elif self.state not in known[1]:
            self._say_idle(plain_reply("BAD_SEQUENCE"))
        else:
            known[0](self, verb, rest.strip(" \t"))

    def _hello(self, verb: str, rest: str) -> None:
        if not rest or not rest.isprintable():
            self._say_idle(plain_reply("SYNTAX"))
            return
        self._abort(verb)
        self.state = _READY
        self.hello_name = rest.split()[0]
        self._events.append(Hello(verb, self.hello_name))
        self._offered_8bit = verb == "EHLO" and self.options.offer_8bitmime
        extensions = ("8BITMIME",) if self._offered_8bit else ()
        self._say_idle(reply_bytes(250, (self.options.host, *extensions)))

    def _mail(self, _: str, rest: str) -> None:
        path = _argument(rest, "FROM:")
        if path is None or not self._parameters_allowed(path[1]):
            self._say_idle(plain_reply("SYNTAX"))
            return
        sender, parameters = path

        def yes() -> None:
            self._sender = sender
            # fidelity: ours; Exim and OpenSMTPD send 8-bit text to who offers to take it without saying BODY=8BITMIME.
            self._body_8bit = "BODY=8BITMIME" in parameters.upper() or (self._offered_8bit and not parameters)
            self.state = _MAIL

        self._ask(SenderGiven(sender), yes)

    def _rcpt(self, _: str, rest: str) -> None:
        path = _argument(rest, "TO:")
        if path is None or path[0].is_null or path[1]:
            self._say_idle(plain_reply("SYNTAX"))
            return
        if len(self._recipients) >= self.options.recipient_limit:
            self._say("TOO_MANY_RECIPIENTS")
            return
        recipient = path[0]

        def yes() -> None:
            self._recipients.append(recipient)
            self.state = _RCPT

        self._ask(RecipientGiven(recipient), yes)

    def _data(self, _: str, rest: str) -> None:
        if rest:
            self._say_idle(plain_reply("SYNTAX"))
            return
        self.state = _TEXT
        self._text = TextReader(self.options.line_limit, self.options.size_limit)
        self._say("START_INPUT")

    def _rset(self, verb: str, _: str) -> None:
        self._abort(verb)
        if self.state is not _START:
            self.state = _READY
        self._say_idle(plain_reply("OK"))

    def _noop(self, _: str, __: str) -> None:
        self._say_idle(plain_reply("OK"))

    def _help(self, _: str, rest: str) -> None:
        word = rest.upper()
        self._say_idle(plain_reply("HELP" if not word or word in _COMMANDS else "NO_PARAMETER"))

    def _vrfy(self, _: str, rest: str) -> None:
        self._say_idle(plain_reply("CANNOT_VERIFY" if rest else "SYNTAX"))

    def _quit(self, verb: str, _: str) -> None:
        self._say("CLOSING", host=self.options.host)
        self._close(verb)

    def _read_text(self, text: TextReader) -> bool:
        """Feed the input to the text; False when more is needed."""
        data = self._rest()
        rest = text.feed(data) if data else None
        if text.endless:
            self._say("TOO_MUCH_DATA")
            self._close("text without end")
            return False
        eight_bit = self.options.eight_bit or self._body_8bit
        if rest is None:
            if text.held >= self.options.part_size and (part := text.take(eight_bit=eight_bit)):
                self._events.append(TextReceived(self._sender, tuple(self._recipients), part))
            return False
        self._input = rest
        self._text = None
        lines = text.lines(eight_bit=eight_bit) if text.fault is None else ()
        if text.fault is not None:
            self._abort(text.fault)
            self.state = _READY
            self._say_idle(plain_reply(text.fault))
        else:
            self._ask(MessageReceived(self._sender, tuple(self._recipients), lines), self._end_transaction)
        return True

    def _end_transaction(self) -> None:
        self._sender = NULL
        self._recipients = []
        self.state = _READY

    def _parameters_allowed(self, parameters: str) -> bool:
        """BODY= of 8BITMIME, when that was offered; nothing else."""
        words = parameters.upper().split()
        return not words or (self.options.offer_8bitmime and all(word in ("BODY=7BIT", "BODY=8BITMIME") for word in words))

    def _ask(self, event: ServerEvent, yes: Callable[[], None]) -> None:
        self._events.append(event)
        self._answer = yes

    def _say(self, name: str, **values: str) -> None:
        if values:
            code, text = REPLIES[name]
            self._output.append(reply_bytes(code, text.format_map(values).split("\n")))
        else:
            self._output.append(plain_reply(name))

    def _abort(self, reason: str) -> None:
        """Forget the transaction, and say so if there was one."""
        if self.state in (_MAIL, _RCPT, _TEXT):
            self._events.append(TransactionAborted(reason))
        self._sender = NULL
        self._recipients = []
        self._text = None

    def _close(self, reason: str) -> None:
        self._abort(reason)
        self._answer = None
        self.state = _CLOSED
        self._rest()
        self._events.append(SessionEnded(reason))


_ALWAYS = (_START, _READY, _MAIL, _RCPT)
_COMMANDS: dict[str, tuple[Callable[[SmtpServer, str, str], None], tuple[State, ...]]] = {
    "HELO": (SmtpServer._hello, _ALWAYS),
    "EHLO": (SmtpServer._hello, _ALWAYS),
    "MAIL": (SmtpServer._mail, (_READY,)),
    "RCPT": (SmtpServer._rcpt, (_MAIL, _RCPT)),
    "DATA": (SmtpServer._data, (_RCPT,)),
    "RSET": (SmtpServer._rset, _ALWAYS),
    "NOOP": (SmtpServer._noop, _ALWAYS),
    "HELP": (SmtpServer._help, _ALWAYS),
    "VRFY": (SmtpServer._vrfy, _ALWAYS),
    "QUIT": (SmtpServer._quit, _ALWAYS),
}
"""The commands, and the states that each is allowed in."""


def _argument(rest: str, keyword: str) -> tuple[Address, str] | None:
    """The path and parameters behind `FROM:` or `TO:`; None when the syntax is wrong."""
    if rest[: len(keyword)].upper() != keyword:
        return None
    try:
        return parse_path(rest[len(keyword) :])
    except AddressError:
        return None
