"""F$CVSI, F$CVUI, F$EDIT, F$ELEMENT, F$EXTRACT, F$INTEGER, F$LENGTH, F$LOCATE, F$STRING, F$TYPE.

Source: DCL Dictionary, "Lexical Functions"; DCL reference 4.1.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from vmsemu.dcl.errors import at_segment
from vmsemu.dcl.lexical_functions.registry import SymbolName, lexical
from vmsemu.dcl.lines import upcase
from vmsemu.dcl.values import Value, number_in, to_integer, to_string, wrap
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

_QUOTED = re.compile(r'"[^"]*(?:"|$)')
_EDITS = ("COLLAPSE", "COMPRESS", "LOWERCASE", "TRIM", "UNCOMMENT", "UPCASE")


@lexical
def f_cvsi(dcl: Interpreter, start: int, count: int, string: str) -> int:
    """Signed integer from bits of a string."""
    value = _bits(start, count, string)
    return value - (1 << count) if count and value >> (count - 1) else value


@lexical
def f_cvui(dcl: Interpreter, start: int, count: int, string: str) -> int:
    """Unsigned integer from bits of a string."""
    return wrap(_bits(start, count, string))


def _bits(start: int, count: int, string: str) -> int:
    data = string.encode("latin-1", "replace")
    if start < 0 or not 0 <= count <= 32 or start + count > len(data) * 8:
        raise CLI.INVRANGE.error()
    return (int.from_bytes(data, "little") >> start) & ((1 << count) - 1)


@lexical
def f_edit(dcl: Interpreter, string: str, edits: str) -> str:
    """Edit a string; what is in quotation marks stays, except that TRIM works at the ends."""
    for name in _names(edits):
        string = _edit(string, name)
    return string


@lru_cache(maxsize=256)
def _names(edits: str) -> tuple[str, ...]:
    """The edits of a list, in the order in which they are done. Errors: CLI.IVKEYW.

    fidelity: inferred from procedures that list UNCOMMENT last and count on a trimmed result.
    """
    names = tuple(word.strip().upper() for word in edits.split(","))
    for name in names:
        if name not in _EDITS:
            raise at_segment(CLI.IVKEYW, name)
    return tuple(sorted(names, key=lambda name: (name != "UNCOMMENT", name == "TRIM")))


def _edit(string: str, name: str) -> str:
    if name == "TRIM":
        return string.strip(" \t")
    if name == "UNCOMMENT":
        return _uncomment(string)
    return _outside_quotes(string, name)


def _uncomment(string: str) -> str:
    at = 0
    while (mark := string.find("!", at)) >= 0:
        quote = string.find('"', at)
        if quote < 0 or quote > mark:
            return string[:mark]
        end = string.find('"', quote + 1)
        if end < 0:
            return string
        at = end + 1
    return string


def _outside_quotes(string: str, name: str) -> str:
    if '"' not in string:
        return _convert(string, name)
    out: list[str] = []
    at = 0
    for found in _QUOTED.finditer(string):
        out.append(_convert(string[at : found.start()], name))
        out.append(found[0])
        at = found.end()
    out.append(_convert(string[at:], name))
    return "".join(out)


def _convert(text: str, name: str) -> str:
    if name == "UPCASE":
        return upcase(text)
    if name == "LOWERCASE":
        return text.lower()
    return re.sub(r"[ \t]+", "" if name == "COLLAPSE" else " ", text)


@lexical
def f_element(dcl: Interpreter, number: int, delimiter: str, string: str) -> str:
    """The n-th element; beyond the last one the delimiter itself."""
    if len(delimiter) != 1:
        raise CLI.INVRANGE.error()  # fidelity: the message for a delimiter that is not one character is inferred
    elements = string.split(delimiter)
    return elements[number] if 0 <= number < len(elements) else delimiter


@lexical
def f_extract(dcl: Interpreter, start: int, length: int, string: str) -> str:
    """A substring; a negative length means all the rest, and no string is as long as a negative start."""
    # fidelity: both are inferred from procedures that use them (as if the numbers had no signs).
    if start < 0:
        return ""
    return string[start:] if length < 0 else string[start : start + length]


@lexical
def f_integer(dcl: Interpreter, value: Value) -> int:
    return to_integer(value)


@lexical
def f_length(dcl: Interpreter, string: str) -> int:
    return len(string)


@lexical
def f_locate(dcl: Interpreter, part: str, string: str) -> int:
    """The position of the first `part`, or the length of the string."""
    found = string.find(part)
    return found if found >= 0 else len(string)


@lexical
def f_string(dcl: Interpreter, value: Value) -> str:
    return to_string(value)


@lexical
def f_type(dcl: Interpreter, name: SymbolName) -> str:
    """The type of a symbol's value; nothing when it is not defined."""
    value = dcl.find_symbol(name)
    if value is None:
        return ""
    if isinstance(value, int):
        return "INTEGER"
    context = dcl.contexts.get(value)
    if context is not None:
        return str(context.kind)
    return "INTEGER" if number_in(value) is not None else "STRING"
