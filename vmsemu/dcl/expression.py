"""The grammar of expressions: from text to a tree. Values are not known here; `evaluate` turns the tree into closures.

Operators, highest first: unary + and -; * and /; + and -; comparisons; .NOT.; .AND.; .OR. Equal precedence goes left to right.
DCL evaluates while it reads, so an operand left of a syntax error is looked up before the error is reported: a tree that cannot be completed
becomes `Invalid`, which keeps the operands read so far.

Source: OpenVMS User's Manual, "Order of operations"; DCL reference 2.8 and 4.0.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vmsemu.base.condition import VmsError
from vmsemu.dcl.errors import at_segment
from vmsemu.dcl.holes import FIRST, HOLED_NAME, has_holes, is_number, late, late_name, late_number
from vmsemu.dcl.lexical_functions.registry import LexicalFunction, find_lexical
from vmsemu.dcl.lines import NAME, NAME_CHARACTERS, upcase
from vmsemu.dcl.values import Value, wrap
from vmsemu.tables.facilities import CLI

MAXIMUM_DEPTH = 32
MAXIMUM_OPERATORS = 300

_BLANKS = re.compile(r"[ \t]*")
_NUMBER = re.compile(rf"[0-9][{NAME_CHARACTERS}]*")
_RADIX = re.compile(rf"%[{NAME_CHARACTERS}]*")
_LITERAL = re.compile(r'"((?:[^"]|"")*)(?:"|$)')
_WORD = re.compile(rf"[{NAME_CHARACTERS}]+")
_OPERATOR = re.compile(r"\.([A-Za-z0-9_$]*)\.?")
_CALL = re.compile(r"[ \t]*\(")

COMPARISONS = frozenset(("EQ", "GE", "GT", "LE", "LT", "NE", "EQS", "GES", "GTS", "LES", "LTS", "NES"))
OR, AND, NOT, COMPARISON, SUM, PRODUCT = 1, 2, 3, 4, 5, 6


@dataclass(frozen=True, slots=True)
class Constant:
    value: Value


@dataclass(frozen=True, slots=True)
class Symbol:
    name: str


@dataclass(frozen=True, slots=True)
class Ampersand:
    """`&name` as an operand: the value stands there as one raw token."""

    name: str


@dataclass(frozen=True, slots=True)
class NameArgument:
    """A lexical function's argument that is a symbol's name and is not evaluated."""

    name: str


@dataclass(frozen=True, slots=True)
class Late:
    """An operand, or a name, with holes: what gives its value is known already."""

    evaluation: Callable[[Any], Value]


@dataclass(frozen=True, slots=True)
class Call:
    function: LexicalFunction
    arguments: tuple[Node | None, ...]


@dataclass(frozen=True, slots=True)
class Unary:
    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Invalid:
    """An expression with an error: the operands to its left are evaluated, then the error is raised."""

    operands: tuple[Node, ...]
    error: VmsError


Node = Constant | Symbol | Ampersand | NameArgument | Late | Call | Unary | Binary | Invalid


def read_expression(text: str, at: int = 0) -> tuple[Node, int]:
    """Read one expression from `text[at:]`; returns its tree and where the rest begins (blanks skipped)."""
    reader = _Reader(text, at)
    try:
        node = reader.expression(OR)
    except VmsError as error:
        return Invalid(tuple(reader.operands), error), len(text)
    return node, reader.skip()


class _Reader:
    """A recursive-descent reader with a position in the text."""

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at
        self.operands: list[Node] = []
        self._depth = 0
        self._operators = 0

    def skip(self) -> int:
        """Skip blanks; the new position."""
        self.at = _BLANKS.match(self.text, self.at).end()  # type: ignore[union-attr]
        return self.at

    def peek(self) -> str:
        """The next character that is no blank; empty at the end."""
        character = self.text[self.at : self.at + 1]
        if character not in (" ", "\t"):
            return character
        self.skip()
        return self.text[self.at : self.at + 1]

    # -- operators ------------------------------------------------------------------------------------------------------------------

    def expression(self, least: int) -> Node:
        left = self.operand()
        while True:
            found = self._operator()
            if found is None or found[1] < least:
                return left
            name, precedence, end = found
            self.at = end
            self._operators += 1
            if self._operators > MAXIMUM_OPERATORS:
                raise CLI.COMPLX.error()
            left = Binary(name, left, self.expression(precedence + 1))

    def _operator(self) -> tuple[str, int, int] | None:
        """The binary operator here: name, precedence, end. Errors: CLI.IVOPER, CLI.EXPSYN."""
        character = self.peek()
        if character in ("+", "-"):
            return character, SUM, self.at + 1
        if character in ("*", "/"):
            return character, PRODUCT, self.at + 1
        if character != ".":
            return None
        name, end = self._dotted()
        if name in COMPARISONS:
            return name, COMPARISON, end
        if name == "AND":
            return name, AND, end
        if name == "OR":
            return name, OR, end
        raise CLI.EXPSYN.error()

    def _dotted(self) -> tuple[str, int]:
        """The operator that begins with the dot here. Errors: CLI.IVOPER."""
        found = _OPERATOR.match(self.text, self.at)
        assert found is not None
        name = found[1].upper()
        if name not in COMPARISONS and name not in ("AND", "OR", "NOT"):
            raise at_segment(CLI.IVOPER, upcase(found[0]))
        return name, found.end()

    # -- operands ---------------------------------------------------------------------------------------------------------------------

    def operand(self) -> Node:
        self._depth += 1
        if self._depth > MAXIMUM_DEPTH:
            raise CLI.COMPLX.error()
        node = self._operand()
        self._depth -= 1
        return node

    def _operand(self) -> Node:
        character = self.peek()
        if character in ("+", "-") and character:
            self.at += 1
            return Unary(character, self.operand())
        if character == "(":
            return self._parenthesised()
        if character == ".":
            name, end = self._dotted()
            if name != "NOT":
                raise CLI.EXPSYN.error()
            self.at = end
            return Unary("NOT", self.expression(COMPARISON))
        node = self._primary(character)
        self.operands.append(node)
        return node

    def _parenthesised(self) -> Node:
        self.at += 1
        node = self.expression(OR)
        if self.peek() != ")":
            raise CLI.EXPSYN.error()
        self.at += 1
        return node

    def _primary(self, character: str) -> Node:
        if character == '"':
            return _literal(self._string(""))
        if character.isdecimal():
            found = _NUMBER.match(self.text, self.at)
            assert found is not None
            return self._number(found[0], 10, found[0], found.end())
        if character == "%":
            return self._radix_number()
        if character == "&":
            name = NAME.match(self.text, self.at + 1)
            if name is None:
                raise CLI.EXPSYN.error()
            self.at = name.end()
            return Ampersand(upcase(name[0]))
        name = NAME.match(self.text, self.at)
        if character >= FIRST or (name is not None and self.text[name.end() : name.end() + 1] >= FIRST):
            return self._holed()
        if name is None:
            raise CLI.EXPSYN.error()
        word = upcase(name[0])
        self.at = name.end()
        if self.text[self.at : self.at + 1] == '"':
            return _literal(self._string(word))
        if word.startswith("F$"):
            call = _CALL.match(self.text, self.at)
            if call is not None:
                self.at = call.end()
                return self._call(word)
        return Symbol(word)

    def _holed(self) -> Node:
        """A number or a symbol's name with holes. Errors: CLI.EXPSYN where it could be something else."""
        token = self._holed_token()
        if len(token) == 1 and is_number(token):
            return Late(late_number(token))
        name = late_name(token)
        if name is None or self.text[self.at : self.at + 1] == '"' or _CALL.match(self.text, self.at):
            raise CLI.EXPSYN.error()

        def symbol(dcl: Any) -> Value:
            found: Value | None = dcl.locals.get(name(dcl))
            return found if found is not None else dcl.symbol(name(dcl))

        return Late(symbol)

    def _holed_token(self) -> str:
        found = HOLED_NAME.match(self.text, self.at)
        if found is None:
            raise CLI.EXPSYN.error()
        self.at = found.end()
        return found[0]

    def _string(self, value: str) -> str:
        """A string token: quoted parts as they are, unquoted letters that touch them in upper case."""
        while self.at < len(self.text):
            quoted = _LITERAL.match(self.text, self.at)
            if quoted is not None:
                value += quoted[1].replace('""', '"')
                self.at = quoted.end()
                continue
            word = _WORD.match(self.text, self.at)
            if word is None:
                break
            value += upcase(word[0])
            self.at = word.end()
        return value

    def _radix_number(self) -> Node:
        found = _RADIX.match(self.text, self.at)
        assert found is not None
        base = {"X": 16, "O": 8, "D": 10}.get(found[0][1:2].upper(), 0)
        return self._number(found[0][2:], base, found[0], found.end())

    def _number(self, digits: str, base: int, segment: str, end: int) -> Node:
        if base == 10 and digits.isascii() and digits.isdigit():
            self.at = end
            return Constant(wrap(int(digits)))
        allowed = {16: "0123456789ABCDEF", 10: "0123456789", 8: "01234567"}.get(base, "")
        if not digits or any(d not in allowed for d in digits.upper()):
            raise at_segment(CLI.IVCHAR, upcase(segment))
        self.at = end
        return Constant(wrap(int(digits, base)))

    # -- lexical functions ----------------------------------------------------------------------------------------------------------

    def _call(self, word: str) -> Node:
        """The arguments of a lexical function, after its parenthesis. Errors: CLI.ARGREQ, CLI.SYMDEL, CLI.IVFNAM, CLI.ABFNAM."""
        function = find_lexical(word)
        arguments: list[Node | None] = []
        parameters = function.parameters
        while True:
            position = len(arguments)
            character = self.peek()
            if character in (",", ")", ""):
                if position < function.required:
                    raise CLI.ARGREQ.error() if character else CLI.SYMDEL.error()
                argument: Node | None = None
            elif position < len(parameters) and parameters[position].is_name:
                argument = self._name_argument()
            elif position >= len(parameters):
                raise CLI.SYMDEL.error()
            else:
                argument = self.expression(OR)
            arguments.append(argument)
            character = self.peek()
            self.at += 1
            if character == ")":
                break
            if character != "," or len(arguments) >= len(parameters):
                raise CLI.SYMDEL.error()
        while arguments and arguments[-1] is None:
            arguments.pop()
        if len(arguments) < function.required:
            raise CLI.ARGREQ.error()
        return Call(function, tuple(arguments))

    def _name_argument(self) -> Node:
        found = NAME.match(self.text, self.at)
        end = found.end() if found is not None else self.at
        if self.text[end : end + 1] >= FIRST:
            name = late_name(self._holed_token())
            if name is None:
                raise CLI.SYMDEL.error()
            return Late(name)
        if found is None:
            raise CLI.SYMDEL.error()
        self.at = end
        return NameArgument(upcase(found[0]))


def _literal(text: str) -> Node:
    return Late(late(text)) if has_holes(text) else Constant(text)
