"""$FAO: formatted ASCII output.

Strings may be AC, AS, AD (address and length are one Python string here) and AF (unprintables as dots). Numbers: O, X, Z, U, S with B, W, L, Q.
A control string is compiled once into a list of steps and cached.

Source: System Services Reference Manual, $FAO, tables of directives.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.base.uic import Uic

_DIRECTIVE = re.compile(r"!(\d+|#)?(\((\d+|#)?)?(A[CSDFZ]|[OXZUS][BWLQ]|%[STDUI]|\*.|[/_^!<>+\-])(\))?", re.DOTALL)
_BITS = {"B": 8, "W": 16, "L": 32, "Q": 64}
_OCTAL_WIDTH = {"B": 3, "W": 6, "L": 11, "Q": 22}
_LITERAL = {"/": "\r\n", "_": "\t", "^": "\f", "!": "!"}


@lru_cache(maxsize=2048)
def _compile(control: str) -> tuple[Any, ...]:
    """Steps: a str literal, or (width, repeat, directive)."""
    steps: list[Any] = []
    at = 0
    while at < len(control):
        bang = control.find("!", at)
        if bang < 0:
            steps.append(control[at:])
            break
        if bang > at:
            steps.append(control[at:bang])
        found = _DIRECTIVE.match(control, bang)
        if found is None:
            steps.append("!")
            at = bang + 1
            continue
        directive = found[4]
        if found[2] is not None:
            steps.append((found[3], found[1] or "1", directive))
        else:
            steps.append((found[1], "1", directive))
        at = found.end() if found[5] is None or found[2] is not None else found.end() - 1
    return tuple(steps)


class _Writer:
    """Formats one control string; the state is the parameter list, the last number (for !%S) and open fields."""

    def __init__(self, parameters: Iterable[Any]) -> None:
        self.parameters = list(parameters)
        self.next = 0
        self.out: list[str] = []
        self.fields: list[tuple[int, int]] = []
        self.last_number = 1

    def take(self) -> Any:
        if self.next < len(self.parameters):
            value = self.parameters[self.next]
            self.next += 1
            return value
        self.next += 1
        return ""

    def width(self, text: str | None) -> int:
        if text == "#":
            return int(self.take() or 0)
        return int(text) if text else 0

    def step(self, width_text: str | None, repeat_text: str, directive: str) -> None:
        repeat = self.width(repeat_text) if repeat_text == "#" else int(repeat_text)
        if directive[0] == "*":
            self.out.append(directive[1] * self.width(width_text))
            return
        if directive in _LITERAL:
            self.out.append(_LITERAL[directive])
            return
        if directive == "<":
            self.fields.append((len(self.out), self.width(width_text)))
            return
        if directive == ">":
            if self.fields:
                start, width = self.fields.pop()
                text = "".join(self.out[start:])
                self.out[start:] = [text.ljust(width)[:width] if width else text]
            return
        if directive == "+":
            self.next += 1
            return
        if directive == "-":
            self.next = max(0, self.next - 1)
            return
        width = self.width(width_text)
        for _ in range(repeat):
            self.out.append(self.value(directive, width))

    def value(self, directive: str, width: int) -> str:
        kind = directive[0]
        if kind == "A":
            text = str(self.take())
            if directive[1] == "F":
                text = "".join(c if " " <= c <= "~" else "." for c in text)
            return text.ljust(width)[:width] if width else text
        if kind == "%":
            return self.special(directive[1], width)
        raw = self.take()
        number = int(raw) if raw != "" else 0
        self.last_number = number
        bits = _BITS[directive[1]]
        return _number(kind, directive[1], number, bits, width)

    def special(self, letter: str, width: int) -> str:
        if letter == "S":
            if self.last_number == 1:
                return ""
            before = "".join(self.out)
            return "S" if before[-1:].isupper() else "s"
        value = self.take()
        if letter == "U" or (letter == "I" and isinstance(value, Uic)):
            text = value.to_text() if isinstance(value, Uic) else Uic.from_long(int(value)).to_text()
        elif letter == "I":
            text = str(value)
        elif isinstance(value, (VmsTime, DeltaTime)):
            text = value.to_text()
            if letter == "T":
                text = text[-11:]
        else:
            text = str(value)
        return text[:width].ljust(width) if width else text


def _number(kind: str, size: str, number: int, bits: int, width: int) -> str:
    masked = number & ((1 << bits) - 1)
    if kind == "S":
        signed = masked - (1 << bits) if masked >> (bits - 1) else masked
        text = str(signed)
    elif kind in "UZ":
        text = str(masked)
    elif kind == "X":
        digits = bits // 4
        text = f"{masked:0{digits}X}"
        return text[-width:].rjust(width) if width else text
    else:
        text = f"{masked:0{_OCTAL_WIDTH[size]}o}"
        return text[-width:].rjust(width) if width else text
    if not width:
        return text
    if len(text) > width:
        return "*" * width
    return text.rjust(width, "0" if kind == "Z" else " ")


def fao(control: str, parameters: Iterable[Any] = ()) -> str:
    """Format `parameters` by a $FAO control string. Missing parameters print as nothing or 0."""
    if "!" not in control:
        return control
    writer = _Writer(parameters)
    for step in _compile(control):
        if isinstance(step, str):
            writer.out.append(step)
        else:
            writer.step(*step)
    return "".join(writer.out)
