"""The words of a .CLD statement, and the DISALLOW expressions in it. The compiler (cld.py) reads statements through this.

Source: OpenVMS Command Definition, Librarian, and Message Utilities Manual, part 1.
"""

from __future__ import annotations

import re

from vmsemu.base.condition import Message
from vmsemu.tables.cldsource import MAX_NAME, Block, CldSourceError, tokens
from vmsemu.tables.facilities import CDU
from vmsemu.tables.grammar import Disallow

_DISPATCH = ("IMAGE", "ROUTINE", "CLIROUTINE")
_NOTHING = ("NOPARAMETERS", "NOQUALIFIERS", "NODISALLOWS")
_CLAUSES = frozenset(("PARAMETER", "QUALIFIER", "KEYWORD", "DISALLOW", "SYNONYM", "PREFIX", "CLIFLAGS", *_DISPATCH, *_NOTHING))


class Clauses:
    """The tokens of one block: words in upper case, punctuation marks, and strings marked by a leading quotation mark."""

    __slots__ = ("at", "block", "places", "tokens")

    def __init__(self, block: Block) -> None:
        self.block = block
        self.tokens: list[str] = []
        self.places: list[int] = []
        self.at = 0
        for text, place, _ in tokens(block.module, block.start, block.end):
            self.tokens.append(text)
            self.places.append(place)

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def next(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def take(self, token: str) -> bool:
        if self.peek() == token:
            self.at += 1
            return True
        return False

    def goes_on(self) -> bool:
        """Whether a comma and another part of the same clause follow."""
        return self.take(",") and self.peek() not in _CLAUSES

    def expect(self, token: str) -> None:
        if not self.take(token):
            raise self.invalid()

    def word(self) -> str:
        token = self.next()
        if not re.fullmatch(r"[A-Z0-9_$]+", token):
            self.at -= 1
            raise self.invalid()
        if len(token) > MAX_NAME:
            raise self.error(CDU.SYMTOOLONG(token))
        return token

    def text(self) -> str:
        """A word or a string."""
        return self.next()[1:] if self.peek().startswith('"') else self.word()

    def invalid(self) -> CldSourceError:
        """The next token has no place here."""
        token = self.peek()
        return self.error(CDU.INVITEM(token.lstrip('"')) if token else CDU.PREMEND(self.block.name))

    def error(self, message: Message) -> CldSourceError:
        """The error `message` at the token before, or at the next one when nothing was read."""
        place = self.places[min(self.at, len(self.places) - 1)] if self.places else self.block.start
        return CldSourceError(self.block.module, place, message)


def skip_parentheses(clauses: Clauses) -> None:
    """Pass over a parenthesis that means nothing here."""
    if clauses.take("("):
        while clauses.peek() and not clauses.take(")"):
            clauses.next()


def disallow(clauses: Clauses) -> Disallow:
    """A DISALLOW expression: OR binds loosest, then AND, then NOT, NEG and ANY2."""
    left = _and(clauses)
    while clauses.take("OR"):
        left = ("OR", left, _and(clauses))
    return left


def _and(clauses: Clauses) -> Disallow:
    left = _unary(clauses)
    while clauses.take("AND"):
        left = ("AND", left, _unary(clauses))
    return left


def _unary(clauses: Clauses) -> Disallow:
    if clauses.take("NOT"):
        return ("NOT", _unary(clauses))
    if clauses.take("NEG"):
        return ("NEG", _path(clauses))
    if clauses.take("ANY2"):
        clauses.expect("(")
        paths = [_path(clauses)]
        while clauses.take(","):
            paths.append(_path(clauses))
        clauses.expect(")")
        return ("ANY2", *paths)
    if clauses.take("("):
        inner = disallow(clauses)
        clauses.expect(")")
        return inner
    return ("PATH", _path(clauses))


def _path(clauses: Clauses) -> str:
    """`entity.keyword...`; the definition in angle brackets that may precede it is read and not needed."""
    if clauses.take("<"):
        clauses.word()
        clauses.expect(">")
    parts = [clauses.word()]
    while clauses.take("."):
        parts.append(clauses.word())
    return ".".join(parts)
