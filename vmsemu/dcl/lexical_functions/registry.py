"""Finding lexical functions.

The function F$NAME is the Python function `f_name` in a module of this package, marked `@lexical`. Its first parameter is the interpreter; the
others are F$NAME's arguments in order. Their annotations say what DCL converts them to: `str`, `int`, `Value` (as it comes) or `SymbolName`
(a symbol's name, not evaluated); a default makes an argument optional. Names may be abbreviated as far as the full V7.3 list allows.

Source: DCL Dictionary, "Lexical Functions"; DCL reference 4.0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from inspect import Parameter, signature
from typing import Any, NewType, TypeVar

from vmsemu.dcl.errors import at_segment
from vmsemu.tables.facilities import CLI

SymbolName = NewType("SymbolName", str)

_MODULES = ("context", "devices", "environment", "fao", "files", "identifiers", "logicals", "messages", "process", "queues", "strings", "system", "times")

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class LexicalParameter:
    """One argument: whether it is a name, and the type it is converted to (None: as it comes)."""

    is_name: bool
    type: type | None
    default: Any


@dataclass(frozen=True, slots=True, eq=False)
class LexicalFunction:
    """One lexical function. `required` arguments must be there."""

    name: str
    function: Callable[..., Any]
    parameters: tuple[LexicalParameter, ...]
    required: int


_FUNCTIONS: dict[str, LexicalFunction] = {}


def lexical(function: F) -> F:
    """Declare a lexical function."""
    name = "F$" + function.__name__.removeprefix("f_").upper()
    parameters: list[LexicalParameter] = []
    required = 0
    for parameter in list(signature(function).parameters.values())[1:]:
        if parameter.kind is Parameter.VAR_POSITIONAL:
            parameters.extend(LexicalParameter(False, None, None) for _ in range(15))
            continue
        kind = {"str": str, "int": int}.get(str(parameter.annotation).split(" ")[0])
        parameters.append(LexicalParameter(parameter.annotation == "SymbolName", kind, None if parameter.default is Parameter.empty else parameter.default))
        if parameter.default is Parameter.empty:
            required = len(parameters)
    _FUNCTIONS[name] = LexicalFunction(name, function, tuple(parameters), required)
    return function


def all_lexicals() -> dict[str, LexicalFunction]:
    """Every lexical function by full name."""
    _load()
    return _FUNCTIONS


@cache
def _load() -> None:
    for module in _MODULES:
        import_module(f"vmsemu.dcl.lexical_functions.{module}")


def find_lexical(word: str) -> LexicalFunction:
    """The function that `word` (upper case, with F$) names. Errors: CLI.IVFNAM, CLI.ABFNAM."""
    functions = all_lexicals()
    exact = functions.get(word)
    if exact is not None:
        return exact
    found = [f for name, f in functions.items() if name.startswith(word)]
    if len(found) == 1:
        return found[0]
    raise at_segment(CLI.ABFNAM if found else CLI.IVFNAM, word + "(")
