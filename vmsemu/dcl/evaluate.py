"""Expressions as closures: `value(node)` gives a function from the interpreter to a Value, `truth(node)` one to a Python bool.

Theory of operation. A tree is turned into nested closures once; running them needs no tree. The common shapes, an operator between a symbol of
the current level and a symbol or an integer, have closures of their own that look into the level's dictionary directly and fall back to the
general path when an operand is not an integer found there. Comparisons and .AND./.OR. of comparisons have truth closures, so that IF makes no
0 and 1 only to test them.

Source: DCL reference 2.8 (semantics and conversions, seen on V7.3).
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import VmsError
from vmsemu.dcl.expression import COMPARISONS, Ampersand, Binary, Call, Constant, Invalid, Late, NameArgument, Node, Symbol, Unary
from vmsemu.dcl.values import MAXIMUM, MINIMUM, Value, is_true, number_in, to_integer, to_string, wrap

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

Evaluation = Callable[["Interpreter"], Value]
Test = Callable[["Interpreter"], bool]


# -- operators on values ----------------------------------------------------------------------------------------------------------------


def add(left: Value, right: Value) -> Value:
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    return wrap(to_integer(left) + to_integer(right))


def subtract(left: Value, right: Value) -> Value:
    if isinstance(left, str) and isinstance(right, str):
        return left.replace(right, "", 1) if right else left
    return wrap(to_integer(left) - to_integer(right))


def multiply(left: Value, right: Value) -> Value:
    return wrap(to_integer(left) * to_integer(right))


def divide(left: Value, right: Value) -> Value:
    """Truncates toward zero; anything divided by zero is the largest integer, without a message."""
    dividend, divisor = to_integer(left), to_integer(right)
    if divisor == 0:
        return MAXIMUM  # fidelity: seen for a positive dividend; a negative one is not known
    quotient = abs(dividend) // abs(divisor)
    return wrap(quotient if (dividend < 0) == (divisor < 0) else -quotient)


_ARITHMETIC: dict[str, Callable[[Value, Value], Value]] = {"+": add, "-": subtract, "*": multiply, "/": divide}
_FAST: dict[str, Callable[[int, int], int]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "EQ": operator.eq,
    "NE": operator.ne,
    "LT": operator.lt,
    "LE": operator.le,
    "GT": operator.gt,
    "GE": operator.ge,
}


# -- values -----------------------------------------------------------------------------------------------------------------------------


def value(node: Node) -> Evaluation:
    """The closure that computes the value of a tree."""
    if isinstance(node, Constant):
        constant = node.value
        return lambda dcl: constant
    if isinstance(node, Symbol):
        return _symbol(node.name)
    if isinstance(node, Ampersand):
        return _ampersand(node.name)
    if isinstance(node, Late):
        return node.evaluation
    if isinstance(node, Call):
        return _call(node)
    if isinstance(node, Unary):
        return _unary(node)
    if isinstance(node, Invalid):
        return _invalid(node)
    if isinstance(node, Binary):
        if node.operator in _ARITHMETIC:
            return _arithmetic(node)
        if node.operator in COMPARISONS:
            test = truth(node)
            return lambda dcl: 1 if test(dcl) else 0
        return _bitwise(node)
    raise AssertionError(node)


def _symbol(name: str) -> Evaluation:
    def symbol(dcl: Interpreter) -> Value:
        found = dcl.locals.get(name)
        return found if found is not None else dcl.symbol(name)

    return symbol


def _symbol_string(name: str) -> Evaluation:
    def symbol_string(dcl: Interpreter) -> Value:
        found = dcl.locals.get(name)
        if found is None:
            found = dcl.symbol(name)
        return found if found.__class__ is str else str(found)

    return symbol_string


def _ampersand(name: str) -> Evaluation:
    """The value is one raw token: a number, or the name of a symbol in exactly that case."""

    def ampersand(dcl: Interpreter) -> Value:
        token = to_string(dcl.symbol(name))
        number = number_in(token) if token[:1].isdigit() or token[:1] == "%" else None
        return number if number is not None else dcl.symbol(token)

    return ampersand


def _call(node: Call) -> Evaluation:
    function = node.function.function
    parameters = node.function.parameters
    converted: list[Evaluation] = []
    for position, parameter in enumerate(parameters[: len(node.arguments)]):
        argument = node.arguments[position]
        if argument is None:
            default = parameter.default
            converted.append(lambda dcl, default=default: default)  # type: ignore[misc]
        elif isinstance(argument, NameArgument):
            name = argument.name
            converted.append(lambda dcl, name=name: name)  # type: ignore[misc]
        else:
            converted.append(_converted(argument, parameter.type))
    if not converted:
        return lambda dcl: function(dcl)
    if len(converted) == 1:
        (only,) = converted
        return lambda dcl: function(dcl, only(dcl))
    if len(converted) == 2:
        first, second = converted
        return lambda dcl: function(dcl, first(dcl), second(dcl))
    if len(converted) == 3:
        one, two, three = converted
        return lambda dcl: function(dcl, one(dcl), two(dcl), three(dcl))
    return lambda dcl: function(dcl, *[argument(dcl) for argument in converted])


def _converted(node: Node, type_: type | None) -> Evaluation:
    """An argument as the type a function wants it."""
    if type_ is str and isinstance(node, Symbol):
        return _symbol_string(node.name)
    if isinstance(node, Constant) and type_ in (str, int):
        constant = to_string(node.value) if type_ is str else to_integer(node.value)
        return lambda dcl: constant
    argument = value(node)
    if type_ is str:
        return lambda dcl: found if isinstance(found := argument(dcl), str) else str(found)
    if type_ is int:
        return lambda dcl: found if isinstance(found := argument(dcl), int) else to_integer(found)
    return argument


def _unary(node: Unary) -> Evaluation:
    operand = value(node.operand)
    if node.operator == "+":
        return lambda dcl: to_integer(operand(dcl))
    if node.operator == "-":
        return lambda dcl: wrap(-to_integer(operand(dcl)))
    return lambda dcl: ~to_integer(operand(dcl))


def _invalid(node: Invalid) -> Evaluation:
    operands = [value(o) for o in node.operands]
    message, error_type, segment = node.error.message, type(node.error), getattr(node.error, "segment", None)

    def invalid(dcl: Interpreter) -> Value:
        for operand in operands:
            operand(dcl)
        error = VmsError(message) if error_type is VmsError else error_type(message, segment)  # type: ignore[call-arg]
        raise error

    return invalid


def _arithmetic(node: Binary) -> Evaluation:
    slow = _ARITHMETIC[node.operator]
    fast = _FAST.get(node.operator)
    if fast is not None and isinstance(node.left, Symbol):
        if isinstance(node.right, Constant) and isinstance(node.right.value, int):
            return _symbol_constant(node.left.name, node.right.value, fast, slow)
        if isinstance(node.right, Symbol):
            return _symbol_symbol(node.left.name, node.right.name, fast, slow)
    left, right = value(node.left), value(node.right)
    return lambda dcl: slow(left(dcl), right(dcl))


def _symbol_constant(name: str, constant: int, fast: Callable[[int, int], int], slow: Callable[[Value, Value], Value]) -> Evaluation:
    def symbol_constant(dcl: Interpreter) -> Value:
        found = dcl.locals.get(name)
        if found.__class__ is int:
            result = fast(found, constant)
            return result if MINIMUM <= result <= MAXIMUM else wrap(result)
        return slow(found if found is not None else dcl.symbol(name), constant)

    return symbol_constant


def _symbol_symbol(first: str, second: str, fast: Callable[[int, int], int], slow: Callable[[Value, Value], Value]) -> Evaluation:
    def symbol_symbol(dcl: Interpreter) -> Value:
        symbols = dcl.locals
        left = symbols.get(first)
        right = symbols.get(second)
        if left.__class__ is int and right.__class__ is int:
            result = fast(left, right)
            return result if MINIMUM <= result <= MAXIMUM else wrap(result)
        return slow(left if left is not None else dcl.symbol(first), right if right is not None else dcl.symbol(second))

    return symbol_symbol


def _bitwise(node: Binary) -> Evaluation:
    left, right = value(node.left), value(node.right)
    if node.operator == "AND":
        return lambda dcl: to_integer(left(dcl)) & to_integer(right(dcl))
    return lambda dcl: to_integer(left(dcl)) | to_integer(right(dcl))


# -- truth ------------------------------------------------------------------------------------------------------------------------------


def truth(node: Node) -> Test:
    """The closure that tells whether a tree's value is true (odd)."""
    if isinstance(node, Binary) and node.operator in COMPARISONS:
        return _comparison(node)
    if isinstance(node, Binary) and node.operator in ("AND", "OR"):
        first, second = truth(node.left), truth(node.right)
        if node.operator == "AND":
            return lambda dcl: bool(first(dcl) & second(dcl))
        return lambda dcl: bool(first(dcl) | second(dcl))
    if isinstance(node, Unary) and node.operator == "NOT":
        inner = truth(node.operand)
        return lambda dcl: not inner(dcl)
    computed = value(node)
    return lambda dcl: is_true(computed(dcl))


def _comparison(node: Binary) -> Test:
    name = node.operator
    compare = _COMPARE[name[:2]]
    strings = name.endswith("S") and len(name) == 3
    if not strings and isinstance(node.left, Symbol):
        if isinstance(node.right, Constant) and isinstance(node.right.value, int):
            return _compare_constant(node.left.name, node.right.value, compare)
        if isinstance(node.right, Symbol):
            return _compare_symbols(node.left.name, node.right.name, compare)
    left, right = value(node.left), value(node.right)
    convert: Callable[[Value], Value] = to_string if strings else to_integer
    return lambda dcl: compare(convert(left(dcl)), convert(right(dcl)))


def _compare_constant(name: str, constant: int, compare: Callable[[Any, Any], Any]) -> Test:
    def compare_constant(dcl: Interpreter) -> bool:
        found = dcl.locals.get(name)
        if found.__class__ is int:
            return compare(found, constant)
        return compare(to_integer(found if found is not None else dcl.symbol(name)), constant)

    return compare_constant


def _compare_symbols(first: str, second: str, compare: Callable[[Any, Any], Any]) -> Test:
    def compare_symbols(dcl: Interpreter) -> bool:
        symbols = dcl.locals
        left = symbols.get(first)
        right = symbols.get(second)
        if left.__class__ is int and right.__class__ is int:
            return compare(left, right)
        left = to_integer(left if left is not None else dcl.symbol(first))
        return compare(left, to_integer(right if right is not None else dcl.symbol(second)))

    return compare_symbols
