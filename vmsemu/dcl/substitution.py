"""The first two phases of symbol substitution: apostrophes, then ampersands. Verbs and commands are not known here.

Phase 1 goes through a record from left to right. Outside quotes `'name'` is replaced and the result is scanned again from its beginning; inside
quotes `''name'` is replaced and not scanned again. A lexical function may stand for the name. An undefined name is replaced by nothing.
A comment is not substituted, except that `'&name` in one is (only a verified line shows it).

A record is compiled once to a `Template`. As long as no value contains an apostrophe, a quotation mark or an exclamation point, running the
template gives the result; otherwise the scanner goes on from there.

Source: OpenVMS User's Manual 12.12 and 12.13; DCL reference 2.5.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from vmsemu.dcl.errors import at_segment
from vmsemu.dcl.evaluate import Evaluation, value
from vmsemu.dcl.expression import read_expression
from vmsemu.dcl.lines import COMMAND_LIMIT, NAME, upcase
from vmsemu.dcl.values import Value, to_string
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

_REFERENCE = re.compile(rf"[ \t]*(&?)({NAME.pattern})")
_CALL = re.compile(r"[ \t]*\(")
_LIVELY = re.compile("['\"!]")
_COMMENT_AMPERSAND = re.compile(rf"'&({NAME.pattern})")
_AMPERSAND = re.compile(rf"(?<![A-Za-z0-9_$\u00c0-\u00ff])&({NAME.pattern})")

Part = str | tuple[Evaluation, int, bool]
NESTING_LIMIT = 64


def needs_substitution(text: str) -> bool:
    """True when phase 1 may change the text."""
    if "'" not in text:
        return False
    quoted = False
    for at, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif character == "!" and not quoted:
            return _COMMENT_AMPERSAND.search(text, at) is not None
        elif character == "'" and (not quoted or text[at + 1 : at + 2] == "'"):
            return True
    return False


class Template:
    """One record compiled for phase 1."""

    __slots__ = ("_parts", "_text", "quoted", "references")

    def __init__(self, text: str) -> None:
        self._text = text
        self._parts = _parts(text)
        self.quoted = [part[2] for part in self._parts if not isinstance(part, str)]
        self.references = [part[0] for part in self._parts if not isinstance(part, str)]

    def expand(self, dcl: Interpreter, values: list[Value], first: Value | None = None) -> str:
        """The record with its apostrophes replaced; a comment stays. `values` gets the value of each reference, as far as they went in.

        `first` is the value of the first reference when that is known already.
        """
        text = ""
        for part in self._parts:
            if isinstance(part, str):
                text += part
                continue
            evaluation, end, quoted = part
            result = evaluation(dcl) if first is None else first
            first = None
            if isinstance(result, int):
                text += str(result)
            elif not quoted and _LIVELY.search(result):
                return text + expand(dcl, self._text[:end], self._text[end:], result)
            else:
                text += result
            values.append(result)
        return text

    def shape(self, holes: Iterator[str]) -> str:
        """The record with a hole for each reference."""
        return "".join([part if isinstance(part, str) else next(holes) for part in self._parts])


def expand(dcl: Interpreter, before: str, after: str = "", inserted: str | None = None) -> str:
    """Scan a text as phase 1 does. With `inserted`, scanning begins at that value, which `before` has just been replaced by."""
    if inserted is None:
        return _Scanner(dcl, before).scan()
    scanner = _Scanner(dcl, inserted + after)
    found = _last_reference(before)
    if found:
        scanner.guard(found, len(after))
    return scanner.scan()


def _last_reference(text: str) -> str:
    names = NAME.findall(text)
    return upcase(names[-1]) if names else ""


def _parts(text: str) -> list[Part]:
    parts: list[Part] = []
    plain = 0
    at = 0
    quoted = False
    while at < len(text):
        character = text[at]
        if character == '"':
            quoted = not quoted
        elif character == "!" and not quoted:
            break
        elif character == "'" and (not quoted or text[at + 1 : at + 2] == "'"):
            parts.append(text[plain:at])
            evaluation, at = _reference(text, at + (2 if quoted else 1))
            parts.append((evaluation, at, quoted))
            plain = at
            continue
        at += 1
    tail = text[plain:]
    for found in _COMMENT_AMPERSAND.finditer(tail, at - plain):
        parts.append(tail[: found.start() + 1])
        parts.append((_named(upcase(found[1])), len(text), True))
        tail = tail[found.end() :]
        break
    parts.append(tail)
    return [p for p in parts if p != ""]


def _reference(text: str, at: int) -> tuple[Evaluation, int]:
    """The name or lexical function that begins at `at` (after the apostrophes), and the position after its closing apostrophe."""
    found = _REFERENCE.match(text, at)
    if found is None:
        return _nothing, at + (text[at : at + 1] == "'")
    name, end = upcase(found[2]), found.end()
    call = _CALL.match(text, end) if name.startswith("F$") else None
    if call is not None:
        end = _call_end(text, call.end())
        evaluation = _lexical(name + "(" + text[call.end() : end])
    elif found[1]:
        evaluation = _indirect(name)
    else:
        evaluation = _named(name)
    return evaluation, end + (text[end : end + 1] == "'")


def _call_end(text: str, at: int) -> int:
    """The position after the parenthesis that closes the one before `at`."""
    depth = 1
    quoted = False
    while at < len(text):
        character = text[at]
        at += 1
        if character == '"':
            quoted = not quoted
        elif not quoted and character == "(":
            depth += 1
        elif not quoted and character == ")":
            depth -= 1
            if depth == 0:
                return at
    return at


def _nothing(dcl: Interpreter) -> str:
    return ""


def _named(name: str) -> Evaluation:
    def named(dcl: Interpreter) -> int | str:
        found = dcl.locals.get(name)
        if found is None:
            found = dcl.find_symbol(name)
        return "" if found is None else found

    return named


def _indirect(name: str) -> Evaluation:
    """`'&name'`: the value of the symbol whose name is the value of `name`."""

    def indirect(dcl: Interpreter) -> int | str:
        target = dcl.find_symbol(name)
        found = None if target is None else dcl.find_symbol(upcase(to_string(target)))
        return "" if found is None else found

    return indirect


def _lexical(text: str) -> Evaluation:
    if needs_substitution(text):
        return lambda dcl: value(read_expression(expand(dcl, text))[0])(dcl)
    return value(read_expression(text)[0])


class _Scanner:
    """Phase 1 as the manual tells it, for values that hold apostrophes or quotes themselves.

    `_active` holds the names being replaced with the length of text that followed them, so that a value naming itself is found out.
    """

    def __init__(self, dcl: Interpreter, text: str) -> None:
        self._dcl = dcl
        self._text = text
        self._at = 0
        self._active: list[tuple[str, int]] = []

    def guard(self, name: str, remaining: int) -> None:
        self._active.append((name, remaining))

    def scan(self) -> str:
        out: list[str] = []
        quoted = False
        while self._at < len(self._text):
            character = self._text[self._at]
            if character == '"':
                quoted = not quoted
            elif character == "!" and not quoted:
                out.append("".join(_run(self._dcl, _parts(self._text[self._at :]))))
                break
            elif character == "'" and not quoted:
                self._replace()
                continue
            elif character == "'" and self._text[self._at + 1 : self._at + 2] == "'":
                evaluation, self._at = _reference(self._text, self._at + 2)
                out.append(to_string(evaluation(self._dcl)))
                continue
            out.append(character)
            self._at += 1
        return "".join(out)

    def _replace(self) -> None:
        """Replace the reference here and go on at the beginning of its value. Errors: CLI.EXPSYN when a value names itself."""
        left = len(self._text) - self._at
        self._active = [(name, remaining) for name, remaining in self._active if left > remaining]
        start = self._at + 1
        evaluation, end = _reference(self._text, start)
        found = _REFERENCE.match(self._text, start)
        name = upcase(found[2]) if found is not None else ""
        if (name and any(name == active for active, _ in self._active)) or len(self._active) > NESTING_LIMIT:
            raise at_segment(CLI.EXPSYN, "'" + name)
        result = to_string(evaluation(self._dcl))
        rest = self._text[end:]
        if len(result) + len(rest) > COMMAND_LIMIT:
            raise CLI.BUFOVF.error()
        self._active.append((name, len(rest)))
        self._text = result + rest
        self._at = 0


def _run(dcl: Interpreter, parts: list[Part]) -> list[str]:
    return [p if isinstance(p, str) else to_string(p[0](dcl)) for p in parts]


# -- phase 2 ------------------------------------------------------------------------------------------------------------------------------


def has_ampersand(text: str) -> bool:
    """True when an ampersand stands where phase 2 replaces it."""
    if "&" not in text:
        return False
    return any(_AMPERSAND.search(piece) for piece in _unquoted_pieces(text))


def replace_ampersands(text: str, insert: Callable[[str], str]) -> str:
    """Phase 2: `&name` after a delimiter and outside quotes becomes `insert(NAME)`, once."""
    out: list[str] = []
    for piece in re.findall(r'"[^"]*(?:"|$)|[^"]+', text):
        if piece[0] == '"':
            out.append(piece)
        else:
            out.append(_AMPERSAND.sub(lambda found: insert(upcase(found[1])), piece))
    return "".join(out)


def _unquoted_pieces(text: str) -> list[str]:
    return [p for p in re.findall(r'"[^"]*(?:"|$)|[^"]+', text) if p[0] != '"']
