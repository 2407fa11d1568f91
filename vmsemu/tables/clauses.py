"""The words of a .CLD statement, and the DISALLOW expressions in it. The compiler (cld.py) reads statements through this.

Source: OpenVMS Command Definition, Librarian, and Message Utilities Manual, part 1.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vmsemu.tables.grammar import Disallow

if TYPE_CHECKING:
    from vmsemu.tables.cld import Block

_DISPATCH = ("IMAGE", "ROUTINE", "CLIROUTINE")
_NOTHING = ("NOPARAMETERS", "NOQUALIFIERS", "NODISALLOWS")
_CLAUSES = frozenset(("PARAMETER", "QUALIFIER", "KEYWORD", "DISALLOW", "SYNONYM", "PREFIX", "CLIFLAGS", *_DISPATCH, *_NOTHING))
_TOKEN = re.compile(r"\s+|!.*|(?P<word>[A-Za-z0-9_$]+)|\"(?P<string>(?:[^\"\n]|\"\")*)\"|(?P<mark>[,=().<>/])")


class CldSourceError(Exception):
    """A .CLD file that the compiler cannot read; the text names the file and the line."""


class Clauses:
    """The tokens of one block: words in upper case, punctuation marks, and strings marked by a leading quotation mark."""

    __slots__ = ("at", "block", "places", "tokens")

    def __init__(self, block: Block) -> None:
        self.block = block
        self.tokens: list[str] = []
        self.places: list[int] = []
        self.at = 0
        source, pos = block.module.source, block.start
        while pos < block.end:
            found = _TOKEN.match(source, pos, block.end)
            if found is None:
                raise CldSourceError(f"{block.module.name} line {block.module.line(pos)}: unexpected {source[pos]!r}")
            if found.lastgroup is not None:
                text = found[found.lastgroup]
                self.tokens.append(text.upper() if found.lastgroup != "string" else '"' + text.replace('""', '"'))
                self.places.append(pos)
            pos = found.end()

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
            raise self.error(f"{token} expected, not {self.peek() or 'the end'}")

    def word(self) -> str:
        token = self.next()
        if not re.fullmatch(r"[A-Z0-9_$]+", token):
            self.at -= 1
            raise self.error(f"a name expected, not {token or 'the end'}")
        return token

    def text(self) -> str:
        """A word or a string."""
        return self.next()[1:] if self.peek().startswith('"') else self.word()

    def error(self, text: str) -> CldSourceError:
        block = self.block
        place = self.places[min(self.at, len(self.places) - 1)] if self.places else block.start
        return CldSourceError(f"{block.module.name} line {block.module.line(place)}: {block.kind} {block.name}: {text}")


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
