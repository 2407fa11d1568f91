"""What an expression of DCL is worth, worked out a second time: a tree, its text with no parenthesis too many, its value by the rules of the manual.

Written from DCL reference 2.8 alone; nothing of the interpreter is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Value = int | str
_COMPARISONS = ("EQ", "NE", "LT", "LE", "GT", "GE")
_LEVELS = {"OR": 1, "AND": 2, "NOT": 3, **{c: 4 for c in _COMPARISONS}, **{c + "S": 4 for c in _COMPARISONS}, "+": 5, "-": 5, "*": 6, "/": 6, "SIGN": 7}
BINARY = tuple(name for name in _LEVELS if name not in ("NOT", "SIGN"))
_PRIMARY = 8


def longword(value: int) -> int:
    """Two's complement in 32 bits."""
    value &= 0xFFFFFFFF
    return value - 0x100000000 if value & 0x80000000 else value


def number(value: Value) -> int:
    """A string is the number it spells, blanks and one sign allowed; 1 for T and Y; else 0."""
    if isinstance(value, int):
        return value
    text = value.strip(" \t")
    digits = text[1:] if text[:1] in ("+", "-") else text
    if digits and all("0" <= c <= "9" for c in digits):
        return longword(-int(digits) if text[0] == "-" else int(digits))
    if digits[:2].upper() == "%X" and digits[2:] and all(c in "0123456789ABCDEFabcdef" for c in digits[2:]):
        return longword(-int(digits[2:], 16) if text[0] == "-" else int(digits[2:], 16))
    return 1 if text[:1] in ("T", "t", "Y", "y") else 0


def string(value: Value) -> str:
    return value if isinstance(value, str) else str(value)


@dataclass(frozen=True)
class Leaf:
    """A literal or a symbol: its text, and its value or the symbol's name."""

    text: str
    value: Value | None = None

    level = _PRIMARY

    def worth(self, symbols: Mapping[str, Value]) -> Value:
        return symbols[self.text.upper()] if self.value is None else self.value


@dataclass(frozen=True)
class Operation:
    """An operator with one operand or two."""

    name: str
    operands: tuple[Tree, ...]
    blank: str = " "

    @property
    def level(self) -> int:
        return _LEVELS["SIGN" if len(self.operands) == 1 and self.name != "NOT" else self.name]

    @property
    def text(self) -> str:
        """Parentheses stand only where precedence or order from left to right asks for them."""
        word = f".{self.name}." if self.name.isalpha() else self.name
        if len(self.operands) == 1:
            return word + " " + _within(self.operands[0], self.level)
        left, right = self.operands
        return _within(left, self.level) + self.blank + word + self.blank + _within(right, self.level + 1)

    def worth(self, symbols: Mapping[str, Value]) -> Value:
        values = [operand.worth(symbols) for operand in self.operands]
        return _unary(self.name, values[0]) if len(values) == 1 else _binary(self.name, values[0], values[1])


@dataclass(frozen=True)
class Call:
    """A lexical function with its arguments."""

    name: str
    operands: tuple[Tree, ...]

    level = _PRIMARY

    @property
    def text(self) -> str:
        return f"F${self.name}({','.join(operand.text for operand in self.operands)})"

    def worth(self, symbols: Mapping[str, Value]) -> Value:
        values = [operand.worth(symbols) for operand in self.operands]
        if self.name == "LENGTH":
            return len(string(values[0]))
        if self.name == "INTEGER":
            return number(values[0])
        if self.name == "STRING":
            return string(values[0])
        if self.name == "LOCATE":
            part, whole = string(values[0]), string(values[1])
            return whole.index(part) if part in whole else len(whole)
        assert self.name == "EXTRACT"
        start, length = number(values[0]), number(values[1])
        return string(values[2])[start : start + length]


Tree = Leaf | Operation | Call


def _within(tree: Tree, level: int) -> str:
    return tree.text if tree.level >= level else f"({tree.text})"


def _unary(name: str, value: Value) -> int:
    return longword({"+": lambda n: n, "-": lambda n: -n, "NOT": lambda n: ~n}[name](number(value)))


def _binary(name: str, left: Value, right: Value) -> Value:
    if isinstance(left, str) and isinstance(right, str) and name in "+-":
        return left + right if name == "+" else left.replace(right, "", 1) if right else left
    if name.endswith("S"):
        return int(_compare(name[:-1], string(left), string(right)))
    one, two = number(left), number(right)
    if name in _COMPARISONS:
        return int(_compare(name, one, two))
    if name == "/":
        return 0x7FFFFFFF if two == 0 else longword(abs(one) // abs(two) * (1 if (one < 0) == (two < 0) else -1))
    return longword({"+": one + two, "-": one - two, "*": one * two, "AND": one & two, "OR": one | two}[name])


def _compare(name: str, left: Value, right: Value) -> bool:
    order = (left > right) - (left < right)  # type: ignore[operator]
    return {"EQ": order == 0, "NE": order != 0, "LT": order < 0, "LE": order <= 0, "GT": order > 0, "GE": order >= 0}[name]
