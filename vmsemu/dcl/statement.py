"""Kinds of statements: label, `@`, assignment, verb symbol, verb; each compiled to a closure.

`compile_statement` takes the text of a command after phase 1. With a `Site` (a procedure and a unit) jumps are resolved while compiling;
without one (text that substitution made, or typed) they are looked up when run.

Source: DCL reference 1.5 (decision order).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vmsemu.dcl.assignment import compile_assignment
from vmsemu.dcl.lines import COMMAND_LIMIT, NAME, upcase, without_comment
from vmsemu.dcl.procedure import ASSIGNMENT, LABEL, Code, Procedure
from vmsemu.dcl.symbols import CONTROL_WORDS
from vmsemu.dcl.values import to_string
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

_BAD_NAME = re.compile(r"[0-9][\w$]*[ \t]*(?:\[[^\]]*\])?[ \t]*:?=")


@dataclass(frozen=True, slots=True)
class Site:
    """Where a statement stands: unit `index` of `procedure`."""

    procedure: Procedure
    index: int


def nothing(dcl: Interpreter) -> None:
    """A blank line, a comment, a label alone: $STATUS stays."""


def compile_statement(text: str, site: Site | None = None, *, labels: bool = True) -> Code:
    """The closure that runs one command text. `labels` is false where no label can stand (after THEN)."""
    text = without_comment(text).strip(" \t")
    if len(text) > COMMAND_LIMIT:
        return _overflow
    if labels:
        found = LABEL.match(text)
        if found is not None:
            return _labelled(upcase(found[1]), compile_statement(text[found.end() :], site, labels=False), site)
    while text[:1] == "$" and text[1:2] in (" ", "\t", ""):
        text = text[1:].lstrip(" \t")
    return compile_unlabelled(text, site) if text else nothing


def compile_unlabelled(text: str, site: Site | None, *, translate: bool = True) -> Code:
    """A command without label and comment; `translate` is false when its verb is itself the value of a symbol."""
    from vmsemu.dcl.activation import foreign
    from vmsemu.dcl.control import with_shadow
    from vmsemu.dcl.invocation import compile_invocation

    if text[0] == "@":
        return compile_invocation(text)
    if text[0] == "$" and not translate:
        return foreign(text[1:])
    assignment = ASSIGNMENT.match(text)
    if assignment is not None:
        return compile_assignment(assignment, text)
    found = NAME.match(text)
    if found is None:
        definition = CLI.IVSYMB if _BAD_NAME.match(text) else CLI.NOCOMD

        def refuse(dcl: Interpreter) -> None:
            raise definition.error()

        return refuse
    word = upcase(found[0])
    rest = text[found.end() :]
    code = _compile_verb(text, word, rest, site)
    if not translate:
        return code
    if word in CONTROL_WORDS:
        return with_shadow(word, rest.lstrip(" \t"), site, lambda dcl: _through_symbol(dcl, word, rest, code, site))

    def verb(dcl: Interpreter) -> Any:
        if word in dcl.symbols.names:
            return _through_symbol(dcl, word, rest, code, site)
        return code(dcl)

    return verb


def _compile_verb(text: str, word: str, rest: str, site: Site | None) -> Code:
    from vmsemu.dcl.command import compile_command
    from vmsemu.dcl.control import find_control

    control = find_control(word)
    if control is not None:
        return control(rest.lstrip(" \t"), site)
    return compile_command(text, word, site)


def _through_symbol(dcl: Interpreter, word: str, rest: str, code: Code, site: Site | None) -> Any:
    found = dcl.symbols.get_verb(word)
    if found is None:
        return code(dcl)
    text = without_comment(to_string(found) + rest).strip(" \t")
    if len(text) > COMMAND_LIMIT:
        raise CLI.BUFOVF.error()
    if not text:
        return None
    return dcl.compiled_translation(text, site)(dcl)


def _overflow(dcl: Interpreter) -> None:
    raise CLI.BUFOVF.error()


def _labelled(label: str, code: Code, site: Site | None) -> Code:
    if site is not None and site.procedure.units[site.index].label == label:
        return code

    def labelled(dcl: Interpreter) -> Any:
        if dcl.level.procedure is None:
            dcl.put_message(CLI.NOLBLS())
        else:
            dcl.level.labels[label] = dcl.level.pc
        return code(dcl)

    return labelled
