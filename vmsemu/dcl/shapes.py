"""Shapes of the statements of a unit that phase 1 changes: which may have holes, and where (holes.py tells what a hole is).

Holes may stand in the operands of an expression, in names and strings that are assigned, in the parameters of CALL, in what WRITE writes, and in
the parameters of commands that are no keywords. A verb, a label, a qualifier, a number the grammar checks: those are compiled text by text.

Source: DCL reference 1.5, 2.5 (what is done with a text after phase 1 stands there; a shape changes nothing of it).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vmsemu.dcl.assignment import compile_assignment_shape, is_assignment_shape
from vmsemu.dcl.evaluate import truth
from vmsemu.dcl.expression import Invalid, read_expression
from vmsemu.dcl.holes import QUOTED_LIMIT, count_holes, has_holes, hole, kinds_of, late
from vmsemu.dcl.lines import NAME, TOKEN_LIMIT, upcase
from vmsemu.dcl.procedure import LABEL, Code, Unit, join
from vmsemu.dcl.requests import Parsing
from vmsemu.dcl.statement import Site, compile_statement
from vmsemu.dcl.values import Value

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

SHAPE_LIMIT = 16
LENGTH_LIMIT = 500
HOLES_LIMIT = 4
_THEN = re.compile(r"THEN[ \t]+\$?[ \t]*", re.IGNORECASE)
_CALL = re.compile(r"([^ \t/\"]+)[ \t]")
_WRITE = re.compile(r"[ \t]+([A-Za-z0-9_$]+:?)[ \t]+(.*)")


def _missing(dcl: Interpreter) -> None:
    """Stands for a shape that was not seen before."""


class Shapes:
    """The closures of one unit by the kinds of its values; `number` is the one for a single value that is a number, once it is known."""

    def __init__(self, unit: Unit, site: Site) -> None:
        self._unit = unit
        self._site = site
        self._quoted = [q for template in unit.templates for q in template.quoted]
        self._codes: dict[str, Code | None] = {}
        self._parsing: Parsing | None = None
        length = sum(len(t) for t in unit.texts)
        self._extended = False
        self.number: Code | None = None
        self._none = len(self._quoted) > HOLES_LIMIT or length > LENGTH_LIMIT

    def find(self, dcl: Interpreter, values: list[Value]) -> Code | None:
        """The closure for these values, which become those of the interpreter; None when the text has to be compiled."""
        if dcl.parsing is not self._parsing:
            self._parsing, self._extended = dcl.parsing, dcl.extended
            self._codes.clear()
            self.number = None
        if self._none or self._extended or len(values) != len(self._quoted):
            return None
        kinds = kinds_of(values, self._quoted)
        if kinds is None:
            return None
        code = self._codes.get(kinds, _missing)
        if code is _missing:
            if len(self._codes) >= SHAPE_LIMIT:
                self._none = True
                return None
            code = self._codes[kinds] = self._compile(dcl, kinds)
        if code is not None:
            dcl.holes = values
            if len(values) == 1 and values[0].__class__ is int:
                self.number = code
        return code

    def number_code(self, dcl: Interpreter, value: Value) -> Code | None:
        """`find` for a single value, when that is a number and a number was there before."""
        if value.__class__ is int and value >= 0 and dcl.parsing is self._parsing and self.number is not None:
            dcl.holes = [value]
            return self.number
        return None

    def _compile(self, dcl: Interpreter, kinds: str) -> Code | None:
        holes = iter([hole(kind, number) for number, kind in enumerate(kinds)])
        text = join([template.shape(holes) for template in self._unit.templates])
        if self._unit.label:
            found = LABEL.match(text)
            if found is None:
                return None
            text = text[found.end() :]
        code = compile_shape(dcl, text, self._site)
        if code is None or not (self._unit.label and self._site.procedure.has_duplicates):
            return code
        label, index = self._unit.label, self._unit.index

        def remembering(dcl: Interpreter) -> Any:
            dcl.level.labels[label] = index
            return code(dcl)

        return remembering


def compile_shape(dcl: Interpreter, text: str, site: Site) -> Code | None:
    """The closure of a statement with holes; None when it has to be compiled text by text."""
    if not has_holes(text):
        return compile_statement(text, site, labels=False)
    if is_assignment_shape(text):
        return compile_assignment_shape(text)
    found = NAME.match(text)
    if found is None or text[found.end() : found.end() + 1] not in (" ", "\t", "/"):
        return None
    word, rest = upcase(found[0]), text[found.end() :]
    if word == "IF":
        return _unless_shadowed(text, site, _if(dcl, rest.strip(" \t"), site))
    code = _call(rest, site) if word[:4] == "CALL" else _command(dcl, text, word, rest, site)
    return _unless_symbol(dcl, word, text, site, code)


def _unless_symbol(dcl: Interpreter, word: str, text: str, site: Site, code: Code | None) -> Code | None:
    """The verb may be a symbol when it is run, or the command table another one; then the text decides."""
    if code is None:
        return None
    filled, table, parsing = late(text), dcl.table, dcl.parsing

    def verb(dcl: Interpreter) -> Any:
        if word in dcl.symbols.names or dcl.table is not table or dcl.parsing is not parsing:
            return compile_statement(filled(dcl), site, labels=False)(dcl)
        return code(dcl)

    return verb


def _unless_shadowed(text: str, site: Site, code: Code | None) -> Code | None:
    if code is None:
        return None
    filled = late(text)
    return lambda dcl: compile_statement(filled(dcl), site, labels=False)(dcl) if dcl.symbols.shadow else code(dcl)


def _if(dcl: Interpreter, rest: str, site: Site) -> Code | None:
    """IF expression THEN command on one line, or IF expression at the beginning of a block."""
    node, end = read_expression(rest)
    found = _THEN.match(rest, end)
    if isinstance(node, Invalid):
        return None
    if found is None:
        return _control("IF", rest, site) if end == len(rest) else None
    then = compile_shape(dcl, rest[found.end() :], site)
    if then is None:
        return None
    test, command = truth(node), then
    return lambda dcl: command(dcl) if test(dcl) else None


def _call(rest: str, site: Site) -> Code | None:
    """CALL label with holes in its parameters."""
    found = _CALL.match(rest.lstrip(" \t"))
    return _control("CALL", rest.lstrip(" \t"), site) if found is not None and not has_holes(found[1]) else None


def _control(word: str, rest: str, site: Site) -> Code | None:
    from vmsemu.dcl.control import find_control

    build = find_control(word)
    return build(rest, site) if build is not None else None


def _command(dcl: Interpreter, text: str, word: str, rest: str, site: Site) -> Code | None:
    """WRITE with holes in its expressions, other commands with holes in parameters."""
    from vmsemu.dcl.command import compile_command, compile_shaped_command

    if word[:4] == "WRIT":
        found = _WRITE.match(rest)
        return compile_command(text, word, site) if found is not None and _is_list(found[2]) else None
    if len(text) + QUOTED_LIMIT * count_holes(text) > TOKEN_LIMIT:
        return None
    return compile_shaped_command(dcl, text, word)


def _is_list(text: str) -> bool:
    """True for expressions with commas in between and nothing else."""
    at = 0
    while True:
        node, at = read_expression(text, at)
        if isinstance(node, Invalid) or text[at : at + 1] not in ("", ","):
            return False
        if at >= len(text):
            return True
        at += 1
