"""Holes: one closure for all the texts that phase 1 makes of a unit, as long as they have the same shape.

Theory of operation. `A = 'I' + 1` in a loop is another text each time, but only the number differs. A hole is one character of a private area
that stands in the text where a value stood; its kind says what the value was: a number, a word (both outside quotation marks), or text inside
quotation marks. The text with holes, the shape, is compiled like any text; names, numbers, strings and parameters with holes become closures that
take the values from `dcl.holes` when they run. Values of other kinds, and shapes with holes elsewhere, are compiled text by text.

Invariant: a closure made from a shape does what the closure of the filled text would do, errors included; where that is not certain there is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from vmsemu.dcl.lines import NAME_CHARACTERS, upcase
from vmsemu.tables.parsed import ParameterItem, ParsedCommand, Value

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

LIMIT = 16
WORD_LIMIT = 40
QUOTED_LIMIT = 120
FIRST = "\ue200"
_KINDS = "NMWQ"
HOLE_CHARACTERS = "\ue200-\ue23f"
_HOLE = re.compile(f"([{HOLE_CHARACTERS}])")
_NEGATIVE = re.compile("[\ue210-\ue21f]")
HOLED_NAME = re.compile(rf"[{NAME_CHARACTERS}{HOLE_CHARACTERS}]+")
_WORD = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")

Text = Callable[["Interpreter"], str]


def hole(kind: str, number: int) -> str:
    """The character of hole `number` of a kind: N number, M number with a minus, W word, Q text in quotation marks."""
    return chr(ord(FIRST) + LIMIT * _KINDS.index(kind) + number)


def number_of(character: str) -> int:
    return (ord(character) - ord(FIRST)) % LIMIT


def is_number(character: str) -> bool:
    """True for the hole of a number, with a minus or without."""
    return ord(character) - ord(FIRST) < 2 * LIMIT


def has_holes(text: str) -> bool:
    return not text.isascii() and _HOLE.search(text) is not None


def count_holes(text: str) -> int:
    return 0 if text.isascii() else len(_HOLE.findall(text))


def kinds_of(given: list[int | str], quoted: Sequence[bool]) -> str | None:
    """The kind of each value, None when one has none. Words become upper case, as they do wherever a hole may stand."""
    if len(given) == 1 and given[0].__class__ is int and given[0] >= 0:
        return "Q" if quoted[0] else "N"
    kinds = ""
    for at, value in enumerate(given):
        if isinstance(value, int):
            kinds += "Q" if quoted[at] else "N" if value >= 0 else "M"
        elif quoted[at]:
            if '"' in value or len(value) > QUOTED_LIMIT:
                return None
            kinds += "Q"
        else:
            kind = _kind_of_word(value)
            if not kind:
                return None
            given[at] = value.upper()
            kinds += kind
    return kinds


def _kind_of_word(value: str) -> str:
    if len(value) > WORD_LIMIT:
        return ""
    if value.isascii() and value.isdigit():
        return "N" if len(value) < 10 else ""
    return "W" if _WORD.fullmatch(value) and value[:2] not in ("F$", "f$", "$") else ""


def late(text: str) -> Text:
    """The closure that fills a text: constant when it has no holes."""
    if not has_holes(text):
        return lambda dcl: text
    parts = _HOLE.split(text)
    if len(parts) == 3:
        before, number, after = parts[0], number_of(parts[1]), parts[2]
        return lambda dcl: f"{before}{dcl.holes[number]}{after}"
    pieces: list[str | int] = [number_of(p) if at % 2 else p for at, p in enumerate(parts)]
    return lambda dcl: "".join([p if isinstance(p, str) else str(dcl.holes[p]) for p in pieces])


def late_all(texts: Sequence[str]) -> Callable[[Interpreter], list[str]]:
    """The closure that fills several texts."""
    if not any(has_holes(t) for t in texts):
        constant = list(texts)
        return lambda dcl: constant
    closures = [late(t) for t in texts]
    return lambda dcl: [closure(dcl) for closure in closures]


def late_command(command: ParsedCommand) -> Callable[[Interpreter], ParsedCommand]:
    """The closure that fills a parsed command with holes in its parameters."""
    line = late(command.line)
    lists = [[(late(i.text), late(i.raw), i) if has_holes(i.raw) else i for i in items] for items in command.parameter_lists]

    def fill(dcl: Interpreter) -> ParsedCommand:
        items = [[i.copy() if isinstance(i, ParameterItem) else i[2].copy(Value(i[0](dcl), i[1](dcl))) for i in each] for each in lists]
        return command.replaced(line(dcl), items)

    return fill


def late_number(character: str) -> Callable[[Interpreter], int]:
    """The closure that gives the integer in a hole."""
    number = number_of(character)
    return lambda dcl: int(dcl.holes[number])


def late_name(token: str) -> Text | None:
    """The closure that gives the symbol's name a token stands for; None when it may be no name."""
    if token[0].isdigit() or (token[0] >= FIRST and is_number(token[0])) or token[:2] in ("F$", "f$") or _NEGATIVE.search(token):
        return None
    return late(upcase(token))
