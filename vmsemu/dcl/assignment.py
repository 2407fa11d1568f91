"""Assignment statements, compiled: = == := :== with bit fields and substrings.

Source: DCL Dictionary, "= (Assignment Statement)" and ":= (String Assignment)"; DCL reference 2.1 to 2.4.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vmsemu.dcl.evaluate import Evaluation, value
from vmsemu.dcl.expression import Binary, Constant, Invalid, Symbol, read_expression
from vmsemu.dcl.holes import HOLE_CHARACTERS, has_holes, late, late_name
from vmsemu.dcl.lines import COMMAND_LIMIT, NAME_CHARACTERS, canonical, unquoted, upcase
from vmsemu.dcl.procedure import Code
from vmsemu.dcl.symbols import NAME_LIMIT
from vmsemu.dcl.values import MAXIMUM, MINIMUM, Value, to_integer, to_string, wrap
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

NORMAL = int(CLI.NORMAL)
OVERLAY_LIMIT = 768
_SHAPE = re.compile(rf"([{NAME_CHARACTERS}{HOLE_CHARACTERS}]+)[ \t]*(:?==?)")


def compile_assignment(found: re.Match[str], text: str) -> Code:
    """Compile the statement that procedure.ASSIGNMENT matched at the beginning of `text`."""
    name = upcase(found[1])
    if len(name) > NAME_LIMIT + ("*" in name):
        return _raising_symlng
    global_ = found[3].endswith("==")
    if found[3].startswith(":"):
        literal = unquoted(canonical(text[found.end() :]))
        if found[2] is not None:
            return _overlay(name, found[2], literal, global_)
        return _assign(name, lambda dcl: literal, global_)
    node, end = read_expression(text, found.end())
    rest = text[end:]
    if rest and rest[0] not in "),":
        evaluation = value(node)
        return lambda dcl: _syntax_error(dcl, evaluation)
    if found[2] is not None:
        code = _bit_field(name, found[2], value(node), global_)
    elif not global_ and isinstance(node, Binary) and node.operator in "+-" and _is_step(node):
        code = _step(name, node)
    else:
        code = _assign(name, value(node), global_)
    return _then_symdel(code) if rest else code


def is_assignment_shape(text: str) -> bool:
    """True for an assignment, holes or not."""
    return _SHAPE.match(text) is not None


def compile_assignment_shape(text: str) -> Code | None:
    """Compile an assignment with holes; None when it has to be compiled text by text."""
    found = _SHAPE.match(text)
    name = late_name(found[1]) if found is not None else None
    if found is None or name is None:
        return None
    evaluation: Evaluation
    if found[2].startswith(":"):
        evaluation = late(unquoted(canonical(text[found.end() :])))
    else:
        node, end = read_expression(text, found.end())
        if end < len(text) or isinstance(node, Invalid):
            return None
        evaluation = value(node)
    global_ = found[2].endswith("==")
    if not has_holes(found[1]):
        return _assign(upcase(found[1]), evaluation, global_)

    def assign(dcl: Interpreter) -> None:
        result = _bounded(evaluation(dcl))
        dcl.symbols.define(name(dcl), result, global_=global_)
        dcl.status = NORMAL

    return assign


def _is_step(node: Binary) -> bool:
    return isinstance(node.left, Symbol) and isinstance(node.right, Constant) and isinstance(node.right.value, int)


def _raising_symlng(dcl: Interpreter) -> None:
    raise CLI.SYMLNG.error()


def _syntax_error(dcl: Interpreter, evaluation: Evaluation) -> None:
    evaluation(dcl)
    raise CLI.EXPSYN.error()


def _then_symdel(code: Code) -> Code:
    """A stray delimiter after the expression: the assignment is made, then the error reported."""

    def symdel(dcl: Interpreter) -> None:
        code(dcl)
        raise CLI.SYMDEL.error()

    return symdel


def _step(name: str, node: Binary) -> Code:
    """`A = B + 1` with integers of the current level, in one closure."""
    assert isinstance(node.left, Symbol)
    assert isinstance(node.right, Constant)
    source = node.left.name
    amount = to_integer(node.right.value) if node.operator == "+" else -to_integer(node.right.value)
    slow = _assign(name, value(node), False)

    def step(dcl: Interpreter) -> None:
        symbols = dcl.locals
        found = symbols.get(source)
        if found.__class__ is int and name in symbols:
            found += amount
            symbols[name] = found if MINIMUM <= found <= MAXIMUM else wrap(found)
            dcl.status = NORMAL
        else:
            slow(dcl)

    return step


def _assign(name: str, evaluation: Evaluation, global_: bool) -> Code:
    if global_:

        def assign_global(dcl: Interpreter) -> None:
            dcl.symbols.define(name, _bounded(evaluation(dcl)), global_=True)
            dcl.status = NORMAL

        return assign_global

    def assign(dcl: Interpreter) -> None:
        result = evaluation(dcl)
        if result.__class__ is str and len(result) > COMMAND_LIMIT:
            raise CLI.BUFOVF.error()
        symbols = dcl.locals
        if name in symbols:
            symbols[name] = result
        else:
            dcl.symbols.define(name, result)
        dcl.status = NORMAL

    return assign


def _bounded(result: Value) -> Value:
    if isinstance(result, str) and len(result) > COMMAND_LIMIT:
        raise CLI.BUFOVF.error()
    return result


# -- fields -------------------------------------------------------------------------------------------------------------------------------


def _subscripts(brackets: str) -> tuple[Evaluation, Evaluation] | None:
    """The two expressions between brackets; None when they are not two."""
    inside = brackets[1:-1]
    first, at = read_expression(inside)
    if inside[at : at + 1] != ",":
        return None
    second, end = read_expression(inside, at + 1)
    if inside[end:].strip():
        return None
    return value(first), value(second)


def _store(dcl: Interpreter, name: str, result: Value, global_: bool) -> None:
    dcl.symbols.define(name, _bounded(result), global_=global_)
    dcl.status = NORMAL


def _current(dcl: Interpreter, name: str, global_: bool) -> Value | None:
    """The value that a field assignment changes: of the table it goes to, else of any visible one."""
    table = dcl.symbols.globals if global_ else dcl.symbols.locals
    full = table.find(name)
    return table.values[full] if full is not None else None


def _bit_field(name: str, brackets: str, evaluation: Evaluation, global_: bool) -> Code:
    subscripts = _subscripts(brackets)

    def bit_field(dcl: Interpreter) -> None:
        if subscripts is None:
            raise CLI.EXPSYN.error()
        position, size = to_integer(subscripts[0](dcl)), to_integer(subscripts[1](dcl))
        if position < 0 or not 0 <= size <= 32 or position + size > OVERLAY_LIMIT * 8:
            raise CLI.INVRANGE.error()
        bits = to_integer(evaluation(dcl)) & ((1 << size) - 1)
        old = _current(dcl, name, global_)
        mask = ((1 << size) - 1) << position
        if isinstance(old, int):
            if position + size > 32:
                raise CLI.INVRANGE.error()
            _store(dcl, name, wrap((old & 0xFFFFFFFF & ~mask) | (bits << position)), global_)
            return
        data = bytearray((old or "").encode("latin-1", "replace"))
        needed = (position + size + 7) // 8
        data.extend(b"\0" * (needed - len(data)))
        whole = (int.from_bytes(data, "little") & ~mask) | (bits << position)
        _store(dcl, name, whole.to_bytes(len(data), "little").decode("latin-1"), global_)

    return bit_field


def _overlay(name: str, brackets: str, literal: str, global_: bool) -> Code:
    subscripts = _subscripts(brackets)

    def overlay(dcl: Interpreter) -> None:
        if subscripts is None:
            raise CLI.EXPSYN.error()
        offset, size = to_integer(subscripts[0](dcl)), to_integer(subscripts[1](dcl))
        if offset < 0 or size < 0 or offset + size > OVERLAY_LIMIT:
            raise CLI.INVRANGE.error()
        old = _current(dcl, name, global_)
        text = to_string(old) if old is not None else ""
        text = text.ljust(offset)
        _store(dcl, name, text[:offset] + literal[:size].ljust(size) + text[offset + size :], global_)

    return overlay
