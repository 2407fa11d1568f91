"""The server side of POP3 as a state machine without I/O.

Theory of operation. Bytes go in (`receive`), events come out, bytes to send are fetched (`data_to_send`). Three events ask: Login (is this who he says
he is), TextWanted (the text of a message) and Finished (carry out the deletions). Until the answer comes the machine takes bytes and does not look at
them, so that a client which sends ahead gets its replies in order.

    state          a command that is allowed                       leads to
    AUTHORIZATION  USER, PASS, APOP (ask)                          TRANSACTION
    TRANSACTION    STAT LIST UIDL LAST RETR TOP DELE RSET NOOP     unchanged
    either         QUIT (asks in TRANSACTION)                      CLOSED

A client that asks for more than it takes is not answered ahead: with OUTPUT_LIMIT octets to send the machine looks at no further command (`is_behind`)
until they are fetched and `go_on` is called.

A connection has two attempts to log in. A deleted message is one for this session only until Finished is answered: a connection that breaks
deletes nothing.

Source: RFC 1725 and, for LAST, RFC 1460; Management, chapter 18. fidelity: only the greeting and the refusals of PASS are documented; the other
texts are ours after the server that the product goes back to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

ATTEMPTS = 2
COMMAND_LIMIT = 512
OUTPUT_LIMIT = 1 << 16
_PIECE = 1 << 16


class PopState(Enum):
    AUTHORIZATION = "AUTHORIZATION"
    TRANSACTION = "TRANSACTION"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class Listed:
    """A message of the maildrop as the client sees it: its octets on the wire and its unique identifier."""

    size: int
    uid: str


@dataclass(frozen=True, slots=True)
class Login:
    """USER and PASS, or APOP (`digest`): asks for `admit` or `deny`."""

    user: str
    password: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class TextWanted:
    """RETR, or TOP with the number of lines of the body: asks for `send_text` or `refuse`. `number` counts from 0."""

    number: int
    body_lines: int | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """QUIT: asks for `finish` or `refuse`. Messages by number from 0."""

    deleted: tuple[int, ...]
    retrieved: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """The session is over. Information only."""

    reason: str


PopEvent = Login | TextWanted | Finished | Ended


class PopServer:
    """One dialogue with one client. `open(greeting)` greets."""

    def __init__(self, *, user_pass: bool = True) -> None:
        self.state = PopState.AUTHORIZATION
        self._user_pass = user_pass
        self._input = bytearray()
        self._output: list[bytes] = []
        self._size = 0
        self._events: list[PopEvent] = []
        self._waiting = False
        self._skipping = False
        self._user = ""
        self._attempts = 0
        self._messages: Sequence[Listed] = ()
        self._deleted: set[int] = set()
        self._retrieved: set[int] = set()
        self._last = 0
        self._body_lines: int | None = None

    # -- the outside -----------------------------------------------------------------------------------------------------------------

    def open(self, greeting: str) -> None:
        self._ok(greeting)

    def receive(self, data: bytes) -> list[PopEvent]:
        """Take bytes from the client. The last event of the list may ask."""
        if self.state is PopState.CLOSED:
            return []
        self._input += data
        return self._work()

    def admit(self, user: str, messages: Sequence[Listed], folder: str) -> list[PopEvent]:
        """The user is who he says he is; these are his messages."""
        self._messages = messages
        self.state = PopState.TRANSACTION
        self._ok(f"{len(messages)} message{'' if len(messages) == 1 else 's'} in folder {folder} of {user}")
        return self._go_on()

    def deny(self, text: str) -> list[PopEvent]:
        """He is not; the second time the session ends."""
        self._error(text)
        self._user = ""
        self._attempts += 1
        if self._attempts >= ATTEMPTS:
            self._close("too many attempts to log in")
        return self._go_on()

    def send_text(self, size: int, lines: Iterable[bytes]) -> Iterable[bytes]:
        """The pieces to send for the text that was wanted, to be taken to their end before `go_on`."""
        if self._body_lines is None:
            yield f"+OK {size} octets\r\n".encode("ascii")
        else:
            yield b"+OK top of message follows\r\n"
            lines = _top(lines, self._body_lines)
        held: list[bytes] = []
        count = 0
        for line in lines:
            held.append(b"." + line if line.startswith(b".") else line)
            count += len(line) + 2
            if count >= _PIECE:
                yield b"\r\n".join(held) + b"\r\n"
                held, count = [], 0
        held.append(b".\r\n")
        yield b"\r\n".join(held)

    def go_on(self) -> list[PopEvent]:
        """The text, or what was to be sent before more is answered, has been sent."""
        return self._go_on()

    def refuse(self, text: str) -> list[PopEvent]:
        """What was wanted is not possible."""
        self._error(text)
        return self._go_on()

    def finish(self, text: str, *, failed: bool = False) -> list[PopEvent]:
        """The deletions are done (or have failed, all or some); say goodbye."""
        (self._error if failed else self._ok)(text)
        self._close("QUIT")
        return self._go_on()

    def connection_lost(self, reason: str = "connection lost") -> list[PopEvent]:
        """The client, the network or its time has gone: nothing is deleted."""
        if self.state is not PopState.CLOSED:
            self._close(reason)
        return self._take()

    def data_to_send(self) -> bytes:
        data = b"".join(self._output)
        self._output.clear()
        self._size = 0
        return data

    @property
    def is_behind(self) -> bool:
        """Commands are there that were not looked at, and no answer is awaited."""
        return not self._waiting and self.state is not PopState.CLOSED and b"\n" in self._input

    # -- the inside ------------------------------------------------------------------------------------------------------------------

    def _go_on(self) -> list[PopEvent]:
        self._waiting = False
        return self._work()

    def _take(self) -> list[PopEvent]:
        events, self._events = self._events, []
        return events

    def _work(self) -> list[PopEvent]:
        while (
            not self._waiting
            and self.state is not PopState.CLOSED
            and self._size < OUTPUT_LIMIT
            and (line := self._next_line()) is not None
        ):
            before = len(self._output)
            self._command(line)
            self._size += sum(map(len, self._output[before:]))
        return self._take()

    def _next_line(self) -> bytes | None:
        """The next command; one that is too long is thrown away as it comes and answered at its end."""
        while True:
            end = self._input.find(b"\n")
            if end < 0:
                if len(self._input) >= COMMAND_LIMIT:
                    self._skipping = True
                if self._skipping:
                    self._input.clear()
                return None
            line = bytes(self._input[:end])
            del self._input[: end + 1]
            if not self._skipping and end < COMMAND_LIMIT:
                return line.removesuffix(b"\r")
            self._skipping = False
            self._error("command line too long")

    def _command(self, line: bytes) -> None:
        word, _, rest = line.decode("latin-1").partition(" ")
        table = _AUTHORIZATION if self.state is PopState.AUTHORIZATION else _TRANSACTION
        handler = table.get(word.upper())
        if handler is None:
            self._error(f"Unknown {self.state.value} state command")
        else:
            handler(self, rest)

    def _ok(self, text: str = "") -> None:
        self._output.append(f"+OK {text}".rstrip().encode("latin-1", "replace") + b"\r\n")

    def _error(self, text: str) -> None:
        self._output.append(f"-ERR {text}".encode("latin-1", "replace") + b"\r\n")

    def _ask(self, event: PopEvent) -> None:
        self._events.append(event)
        self._waiting = True

    def _close(self, reason: str) -> None:
        self.state = PopState.CLOSED
        self._input.clear()
        self._events.append(Ended(reason))

    # -- AUTHORIZATION ---------------------------------------------------------------------------------------------------------------

    def _do_user(self, rest: str) -> None:
        name = rest.strip()
        if not name or not name.isprintable():
            self._error("USER needs a user name")
        elif not self._user_pass:
            self._error("USER and PASS are disabled here, use APOP")
        else:
            self._user = name
            self._ok(f"User name ({name}) ok. Password, please.")

    def _do_pass(self, rest: str) -> None:
        if not self._user:
            self._error("PASS needs USER before it")
        else:
            self._ask(Login(self._user, rest))

    def _do_apop(self, rest: str) -> None:
        words = rest.split()
        if len(words) != 2:
            self._error("APOP needs a user name and a digest")
        else:
            self._ask(Login(words[0], digest=words[1].lower()))

    def _do_quit(self, _: str) -> None:
        if self.state is PopState.TRANSACTION:
            self._ask(Finished(tuple(sorted(self._deleted)), tuple(sorted(self._retrieved))))
        else:
            self._ok("POP server signing off")
            self._close("QUIT")

    # -- TRANSACTION -----------------------------------------------------------------------------------------------------------------

    def _present(self) -> list[int]:
        return [at for at in range(len(self._messages)) if at not in self._deleted]

    def _number(self, text: str) -> int | None:
        """The message a command names, from 0; answers when there is none."""
        if not (text.isascii() and text.isdigit()) or len(text) > 9:
            self._error("message number expected")
        elif not 0 < int(text) <= len(self._messages):
            self._error(f"no such message, only {len(self._messages)} in folder")
        elif int(text) - 1 in self._deleted:
            self._error(f"message {int(text)} is deleted")
        else:
            return int(text) - 1
        return None

    def _do_stat(self, _: str) -> None:
        present = self._present()
        self._ok(f"{len(present)} {sum(self._messages[at].size for at in present)}")

    def _do_list(self, rest: str) -> None:
        self._scan(rest.strip(), "scan listing follows", lambda message: str(message.size))

    def _do_uidl(self, rest: str) -> None:
        self._scan(rest.strip(), "unique identifiers follow", lambda message: message.uid)

    def _scan(self, text: str, title: str, shown: Callable[[Listed], str]) -> None:
        if text:
            number = self._number(text)
            if number is not None:
                self._ok(f"{number + 1} {shown(self._messages[number])}")
            return
        self._ok(title)
        self._output += [f"{at + 1} {shown(self._messages[at])}\r\n".encode("latin-1", "replace") for at in self._present()]
        self._output.append(b".\r\n")

    def _do_retr(self, rest: str) -> None:
        number = self._number(rest.strip())
        if number is not None:
            self._retrieved.add(number)
            self._last = max(self._last, number + 1)
            self._body_lines = None
            self._ask(TextWanted(number))

    def _do_top(self, rest: str) -> None:
        words = rest.split()
        if len(words) != 2 or not (words[1].isascii() and words[1].isdigit()) or len(words[1]) > 9:
            self._error("TOP needs a message number and a number of lines")
            return
        number = self._number(words[0])
        if number is not None:
            self._body_lines = int(words[1])
            self._ask(TextWanted(number, self._body_lines))

    def _do_dele(self, rest: str) -> None:
        number = self._number(rest.strip())
        if number is not None:
            self._deleted.add(number)
            self._last = max(self._last, number + 1)
            self._ok(f"message {number + 1} deleted")

    def _do_last(self, _: str) -> None:
        self._ok(str(self._last))

    def _do_rset(self, _: str) -> None:
        self._deleted.clear()
        self._last = 0
        self._do_noop("")

    def _do_noop(self, _: str) -> None:
        self._ok()


def _top(lines: Iterable[bytes], body_lines: int) -> Iterable[bytes]:
    """The header, the blank line, and so many lines of the body."""
    in_body = False
    for line in lines:
        if in_body:
            if body_lines <= 0:
                return
            body_lines -= 1
        in_body = in_body or not line
        yield line


_QUIT = {"QUIT": PopServer._do_quit}
_AUTHORIZATION = {"USER": PopServer._do_user, "PASS": PopServer._do_pass, "APOP": PopServer._do_apop, **_QUIT}
_TRANSACTION = {
    "STAT": PopServer._do_stat,
    "LIST": PopServer._do_list,
    "UIDL": PopServer._do_uidl,
    "LAST": PopServer._do_last,
    "RETR": PopServer._do_retr,
    "TOP": PopServer._do_top,
    "DELE": PopServer._do_dele,
    "RSET": PopServer._do_rset,
    "NOOP": PopServer._do_noop,
    **_QUIT,
}
