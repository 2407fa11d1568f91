"""The text of a SORT specification file as entries: `/NAME` or `/NAME=(item,...)`, over as many lines as they need, `!` begins a comment.

Source: OpenVMS User's Manual, "Using a specification file".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from vmsemu.base.condition import MessageDefinition
from vmsemu.images.sort.keys import SORT

_TOKEN = re.compile(r'(?P<string>"(?:[^"]|"")*")|(?P<word>[A-Za-z0-9_$%.]+)|(?P<sign>[/=:(),<>+-])|(?P<blank>\s+)|(?P<bad>.)')


class Token(NamedTuple):
    """One token: a word in upper case, a sign, or a string without its quotation marks."""

    text: str
    line: int
    string: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One qualifier of the file: its name as written, and the tokens after it."""

    name: str
    line: int
    tokens: tuple[Token, ...]


def entries(lines: list[str]) -> list[Entry]:
    """The entries of a file, in order. Errors: SORT.SPCIVS."""
    out: list[Entry] = []
    body: list[Token] = []
    name, line, depth, slash = "", 0, 0, False
    for token in _tokens(lines):
        if slash:
            name, line, slash = token.text, token.line, False
        elif token.text == "/" and not token.string and depth == 0:
            if name:
                out.append(Entry(name, line, tuple(body)))
            name, body, slash = "", [], True
        elif not name:
            raise SORT.SPCIVS.error(token.line)
        else:
            depth += 0 if token.string else (token.text == "(") - (token.text == ")")
            body.append(token)
    if slash or depth:
        raise SORT.SPCIVS.error(len(lines))
    return [*out, Entry(name, line, tuple(body))] if name else out


def _tokens(lines: list[str]) -> Iterator[Token]:
    for number, line in enumerate(lines, 1):
        for match in _TOKEN.finditer(_without_comment(line)):
            if match.lastgroup == "bad":
                raise SORT.SPCIVS.error(number)
            if match.lastgroup == "string":
                yield Token(match[0][1:-1].replace('""', '"'), number, string=True)
            elif match.lastgroup != "blank":
                yield Token(match[0].upper(), number)


def _without_comment(line: str) -> str:
    quoted = False
    for at, char in enumerate(line):
        if char == '"':
            quoted = not quoted
        elif char == "!" and not quoted:
            return line[:at]
    return line


class Reader:
    """Reads the tokens of one entry or of one item of it; `invalid` is the message for what does not fit."""

    def __init__(self, tokens: tuple[Token, ...], line: int, invalid: MessageDefinition) -> None:
        self._tokens = tokens
        self._at = 0
        self._line = line
        self._invalid = invalid

    def fail(self) -> Exception:
        """The error to raise: what is wrong, and at which line."""
        line = self._tokens[min(self._at, len(self._tokens) - 1)].line if self._tokens else self._line
        return self._invalid.error(line)

    @property
    def done(self) -> bool:
        return self._at >= len(self._tokens)

    def peek(self) -> Token:
        return Token("", self._line) if self.done else self._tokens[self._at]

    def next(self) -> Token:
        """The next token. Errors: `invalid` at the end."""
        if self.done:
            raise self.fail()
        self._at += 1
        return self._tokens[self._at - 1]

    def take(self, *signs: str) -> bool:
        """Read one of these signs or words, if it comes next."""
        token = self.peek()
        found = not token.string and token.text in signs
        self._at += found
        return found

    def expect(self, *signs: str) -> None:
        if not self.take(*signs):
            raise self.fail()

    def word(self, words: tuple[str, ...]) -> str:
        """Read a keyword that may be shortened. Errors: `invalid` when it is none of them, or several."""
        token = self.next()
        found = [word for word in words if word == token.text] or [word for word in words if word.startswith(token.text)]
        if token.string or len(found) != 1:
            self._at -= 1
            raise self.fail()
        return found[0]

    def number(self) -> int:
        sign = -1 if self.take("-") else 1
        token = self.next()
        if token.string or not token.text.isdecimal():
            raise self.fail()
        return sign * int(token.text)

    def items(self) -> list[Reader]:
        """What stands between the commas of `(item,...)`; without parentheses one item. Errors: `invalid`."""
        if not self.take("("):
            rest = self._tokens[self._at :]
            self._at = len(self._tokens)
            return [self._part(rest)]
        parts: list[Reader] = []
        depth, begin = 0, self._at
        while True:
            token = self.next()
            if token.string:
                continue
            depth += (token.text == "(") - (token.text == ")")
            if depth < 0 or (depth == 0 and token.text == ","):
                parts.append(self._part(self._tokens[begin : self._at - 1]))
                begin = self._at
            if depth < 0:
                return parts

    def _part(self, tokens: tuple[Token, ...]) -> Reader:
        return Reader(tokens, tokens[0].line if tokens else self._line, self._invalid)
