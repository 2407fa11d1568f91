"""Every reply of the receiver, in one table, and the reading of a server's replies by the client.

The texts are the sentences of RFC 821. fidelity: inferred; only the refusal of a relay is documented word for word (Management, 17.6),
and the form of the banner is captured.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

REPLIES: dict[str, tuple[int, str]] = {
    # fidelity: ours; that HELP lists the commands is RFC 821, 4.1.1.
    "HELP": (
        214,
        "These commands are known:\nHELO EHLO MAIL RCPT DATA\nRSET NOOP HELP VRFY QUIT\nMail about this system goes to POSTMASTER.",
    ),
    "BANNER": (220, "{host} {product}ready at {date} "),
    "CLOSING": (221, "{host} Service closing transmission channel"),
    "OK": (250, "OK"),
    # fidelity: RFC 1123, 5.2.3. RCPT does not say who is a user here, so VRFY does not either.
    "CANNOT_VERIFY": (252, "Cannot VRFY user, but will take message for this user and attempt delivery"),
    "START_INPUT": (354, "Start mail input; end with <CRLF>.<CRLF>"),
    "NOT_AVAILABLE": (421, "{host} Service not available, closing transmission channel"),
    # fidelity: ours; that the product bounds a session is not known.
    "TOO_MANY_COMMANDS": (421, "{host} Too many commands without mail, closing transmission channel"),
    "TIMEOUT": (421, "{host} Timeout, closing transmission channel"),
    "TIMEOUT_BARE_LF": (421, "{host} Timeout, closing transmission channel; <LF>.<LF> does not end a message, <CRLF>.<CRLF> does"),
    "LOCAL_ERROR": (451, "Requested action aborted: local error in processing"),
    # fidelity: RFC 821 suggests 552 here; 452 lets the sender keep the remaining recipients for another transaction.
    "TOO_MANY_RECIPIENTS": (452, "Too many recipients"),
    "UNRECOGNIZED": (500, "Syntax error, command unrecognized"),
    "LINE_TOO_LONG": (500, "Line too long"),
    "SYNTAX": (501, "Syntax error in parameters or arguments"),
    "NOT_IMPLEMENTED": (502, "Command not implemented"),
    "NO_PARAMETER": (504, "Command parameter not implemented"),
    "BAD_SEQUENCE": (503, "Bad sequence of commands"),
    "RELAY_DISABLED": (550, "User not local, Relay disabled."),
    "TOO_MUCH_DATA": (552, "Requested mail action aborted: exceeded storage allocation"),
}

_REPLY_LINE = re.compile(rb"(\d\d\d)([- ]?)(.*)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reply:
    """A three-digit code and one or more lines of text."""

    code: int
    lines: tuple[str, ...]

    @classmethod
    def of(cls, name: str, **values: str) -> Reply:
        """A reply of the table, with its fields filled in."""
        code, text = REPLIES[name]
        return cls(code, tuple(text.format_map(values).split("\n")))

    @property
    def is_positive(self) -> bool:
        return self.code < 400

    def to_bytes(self) -> bytes:
        return reply_bytes(self.code, self.lines)

    def to_text(self) -> str:
        """One line for logs and bounce messages."""
        return f"{self.code} {' / '.join(self.lines)}".strip()


def reply_bytes(code: int, lines: Sequence[str]) -> bytes:
    """A reply as it is sent."""
    text = f"{code} {lines[-1]}\r\n"
    if len(lines) > 1:
        text = "".join([f"{code}-{line}\r\n" for line in lines[:-1]]) + text
    return text.encode("latin-1", "replace")


@cache
def plain_reply(name: str) -> bytes:
    """A reply of the table that has no fields, as it is sent."""
    return Reply.of(name).to_bytes()


class ReplySyntaxError(Exception):
    """What the server sent is no SMTP reply."""


class ReplyReader:
    """Collects lines into replies. At most `limit` lines of a reply are kept; a server that never ends one can not fill the memory."""

    __slots__ = ("_code", "_limit", "_lines")

    def __init__(self, limit: int = 100) -> None:
        self._code = 0
        self._lines: list[str] = []
        self._limit = limit

    def feed(self, line: bytes) -> Reply | None:
        """Take one line without its end; the reply, when this line completes one. Errors: ReplySyntaxError."""
        found = _REPLY_LINE.match(line)
        if found is None:
            raise ReplySyntaxError(line[:80].decode("latin-1"))
        code = int(found[1])
        if not 200 <= code < 600 or (self._lines and code != self._code):
            raise ReplySyntaxError(line[:80].decode("latin-1"))
        self._code = code
        if len(self._lines) < self._limit:
            self._lines.append(found[3].decode("latin-1"))
        if found[2] == b"-":
            return None
        reply = Reply(code, tuple(self._lines))
        self._lines = []
        return reply
