"""$FAO: formatted ASCII output.

A control string is text with directives that begin with `!`. Parameters are Python values: text for the string directives, integers
(VmsTime, DeltaTime and Uic among them) for the others. Control strings are compiled once and cached.

Left out: `!AD` and `!AF` take their length from an integer parameter when there is one, because a Python text knows its own.

Source: OpenVMS System Services Reference Manual, $FAO.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.base.uic import Uic
from vmsemu.tables.facilities import SS

_DIRECTIVE = re.compile(
    r"!(?:(?P<count>\d+|#)?\((?P<inner>\d+|#)?(?P<repeated>[A-Z]{2}|%[A-Z]|[/_^!])\)"
    r"|(?P<fill>\d+|#)\*(?P<character>.)"
    r"|(?P<field>\d+|#)?(?P<edge>[<>])"
    r"|(?P<width>\d+|#)?(?P<code>[A-Z]{2}|%[A-Z]|[/_^!+\-]))",
    re.IGNORECASE | re.DOTALL,
)
_BITS = {"B": 8, "W": 16, "L": 32, "I": 32, "Q": 64, "H": 64, "J": 64, "A": 64}
_OCTAL_WIDTH = {8: 3, 16: 6, 32: 11, 64: 22}
_LONGEST = 0xFFFF  # the length of a result, and so each count and width, is a word
_FIXED = {"/": "\r\n", "_": "\t", "^": "\f", "!": "!"}
_CONVERSIONS = frozenset(["AC", "AS", "AD", "AF", "AZ", *(base + size for base in "OXZUS" for size in _BITS)])
_PLAIN = frozenset(["AC", "AS", "AZ", *(base + size for base in "OXZUS" for size in _BITS)])
_WORDS = frozenset(["%S", "%T", "%D", "%U", "%I", "%C", "%E", "%F"])

Step = tuple[str, "int | str | None", "int | str | None"]


def fao(
    control: str, parameters: Sequence[Any] = (), *, now: VmsTime | None = None, identifier: Callable[[int], str | None] | None = None
) -> str:
    """Format `control`. `now` is the time of `!%T` and `!%D` with parameter 0; `identifier` names a UIC or identifier value for `!%I`.

    Parameters that are missing count as empty text or zero. Errors: SS.BADPARAM for an unknown directive.
    """
    plain = _plain(control)
    if plain is not None and len(parameters) >= plain[1]:
        values = iter(parameters)
        return "".join([piece if piece.__class__ is str else piece(next(values)) for piece in plain[0]])[:_LONGEST]  # type: ignore[operator]
    return _Formatter(parameters, now, identifier).run(_compile(control))


Piece = str | Callable[[Any], str]


@lru_cache(maxsize=2048)
def _plain(control: str) -> tuple[tuple[Piece, ...], int] | None:
    """A control string whose directives are all strings and numbers of fixed width: its pieces, and how many parameters it takes.

    Most are; they need no state. None for the others.
    """
    pieces: list[Piece] = []
    for code, width, extra in _compile(control):
        if code == "text":
            pieces.append(str(width))
        elif code in _FIXED and width is None and extra is None:
            pieces.append(_FIXED[code])
        elif code not in _PLAIN or extra is not None or width == "#":
            return None
        else:
            pieces.append(_string_piece(width) if code[0] == "A" else _number_piece(code[0], _BITS[code[1]], width))
    return tuple(pieces), sum(not isinstance(piece, str) for piece in pieces)


def _string_piece(width: Any) -> Callable[[Any], str]:
    if width is None:
        return lambda value: value if value.__class__ is str else _text(value)
    return lambda value: _fit(_text(value), width)


def _number_piece(base: str, bits: int, width: Any) -> Callable[[Any], str]:
    mask = (1 << bits) - 1
    if base in "OX":
        natural, letter = (_OCTAL_WIDTH[bits], "o") if base == "O" else (bits // 4, "X")
        if width is None:
            return lambda value: f"{_integer(value) & mask:0{natural}{letter}}"
        return lambda value: f"{_integer(value) & mask:0{natural}{letter}}".rjust(width)[-width:] if width else ""
    sign = 1 << (bits - 1) if base == "S" else 0
    fill = "0" if base == "Z" else " "
    if width is None:
        return lambda value: str(((_integer(value) & mask) ^ sign) - sign)

    def fitted(value: Any) -> str:
        text = str(((_integer(value) & mask) ^ sign) - sign)
        return text.rjust(width, fill) if len(text) <= width else "*" * width

    return fitted


@lru_cache(maxsize=2048)
def _compile(control: str) -> tuple[Step, ...]:
    """Steps `(code, count or width, repeat or character)`; '#' stands for a count taken from the parameters."""
    steps: list[Step] = []
    at = 0
    depth = 0
    while (bang := control.find("!", at)) >= 0:
        if bang > at:
            steps.append(("text", control[at:bang], None))
        found = _DIRECTIVE.match(control, bang)
        if found is None:
            raise SS.BADPARAM.error()
        at = found.end()
        if found["repeated"]:
            steps.append((_known(found["repeated"].upper()), _number(found["inner"]), _number(found["count"])))
        elif found["fill"]:
            steps.append(("*", _number(found["fill"]), found["character"]))
        elif found["edge"]:
            depth += 1 if found["edge"] == "<" else -1
            if depth not in (0, 1):
                raise SS.BADPARAM.error()
            steps.append((found["edge"], _number(found["field"]), None))
        else:
            steps.append((_known(found["code"].upper()), _number(found["width"]), None))
    if depth:
        raise SS.BADPARAM.error()
    if at < len(control) or not steps:
        steps.append(("text", control[at:], None))
    return tuple(steps)


def _known(code: str) -> str:
    if len(code) == 2 and code not in _CONVERSIONS and code not in _WORDS:
        raise SS.BADPARAM.error()
    return code


def _number(text: str | None) -> int | str | None:
    return text if text is None or text == "#" else min(int(text[:20]), _LONGEST)


class _Formatter:
    """The state of one call: position in the parameters, the last number converted, the open field, the open plural choice."""

    def __init__(self, parameters: Sequence[Any], now: VmsTime | None, identifier: Callable[[int], str | None] | None) -> None:
        self.parameters = parameters
        self.at = 0
        self.number = 0
        self.now = now
        self.identifier = identifier
        self.out: list[str] = []
        self.outer: list[str] = []
        self.field = 0
        self.skipping = False
        self.chosen = False

    def run(self, steps: tuple[Step, ...]) -> str:
        for code, width, extra in steps:
            if self.skipping and code not in ("%C", "%E", "%F"):
                continue
            if code == "text":
                self.out.append(str(width))
            elif code in _FIXED:
                self.out.append(_FIXED[code] * self._count(width if extra is None else extra, 1))
            elif code == "*":
                self.out.append(str(extra) * self._count(width, 1))
            elif code in "+-":
                self.at = max(0, self.at + self._count(width, 1) * (1 if code == "+" else -1))
            elif code in "<>":
                self._edge(code, width)
            elif code in ("%C", "%E", "%F"):
                self._choose(code, width)
            else:
                times = self._count(extra, 1)
                size = self._count(width, 0) if width is not None else None
                for _ in range(min(times, _LONGEST // max(size or 0, 1) + 1)):
                    self.out.append(self._convert(code, size))
        return "".join(self.out)[:_LONGEST]

    def _take(self, missing: Any = 0) -> Any:
        at, self.at = self.at, self.at + 1
        return self.parameters[at] if at < len(self.parameters) else missing

    def _count(self, given: int | str | None, default: int) -> int:
        return default if given is None else max(0, min(_integer(self._take()), _LONGEST)) if given == "#" else int(given)

    def _edge(self, code: str, width: int | str | None) -> None:
        if code == "<":
            self.field = self._count(width, 0)
            self.outer, self.out = self.out, []
        else:
            text = "".join(self.out)
            self.out = self.outer
            self.out.append(text[: self.field].ljust(self.field))

    def _choose(self, code: str, width: int | str | None) -> None:
        """`!n%C` begins text for the number n, `!%E` text for every other, `!%F` ends the choice."""
        if code == "%C":
            self.skipping = self.chosen or self.number != self._count(width, 0)
            self.chosen = self.chosen or not self.skipping
        elif code == "%E":
            self.skipping = self.chosen
        else:
            self.skipping = self.chosen = False

    def _convert(self, code: str, width: int | None) -> str:
        if code[0] == "A":
            return self._string(code, width)
        if code == "%S":
            return self._plural()
        if code in ("%T", "%D"):
            return self._time(code, width)
        if code in ("%U", "%I"):
            return _fit(self._owner(self._take(), code), width)
        return self._numeric(code[0], _BITS[code[1]], width)

    def _string(self, code: str, width: int | None) -> str:
        value = self._take("")
        if code in ("AD", "AF") and isinstance(value, int) and not hasattr(value, "to_text"):
            value = _text(self._take(""))[:value]
        text = _text(value)
        if code == "AF":
            text = "".join(c if " " <= c <= "~" or c >= "\xa0" else "." for c in text)
        return _fit(text, width)

    def _plural(self) -> str:
        if self.number == 1:
            return ""
        before = next((piece for piece in reversed(self.out) if piece), " ")
        return "S" if before[-1].isupper() else "s"

    def _time(self, code: str, width: int | None) -> str:
        value = self._take()
        if isinstance(value, str):
            value = _integer(value)
        if not value:
            value = self.now if self.now is not None else VmsTime(0)
        if isinstance(value, DeltaTime) or int(value) < 0:
            text = DeltaTime(abs(int(value))).to_text()
            return _fit(text[5:] if code == "%T" else text, width)
        text = VmsTime(value).to_text()
        return _fit(text[12:] if code == "%T" else text, width)

    def _owner(self, value: Any, code: str) -> str:
        if isinstance(value, str):
            return value
        long = value.to_long() if isinstance(value, Uic) else _integer(value) & 0xFFFFFFFF
        if code == "%I" and self.identifier is not None:
            name = self.identifier(long)
            if name is not None:
                return name
        if long & 0x80000000:
            return f"%X{long:08X}"
        return Uic.from_long(long).to_text()

    def _numeric(self, base: str, bits: int, width: int | None) -> str:
        value = _integer(self._take())
        unsigned = value & ((1 << bits) - 1)
        if base == "S":
            self.number = unsigned - (1 << bits) if unsigned >> (bits - 1) else unsigned
        else:
            self.number = unsigned
        if base in "OX":
            natural = _OCTAL_WIDTH[bits] if base == "O" else bits // 4
            text = f"{unsigned:0{natural}o}" if base == "O" else f"{unsigned:0{natural}X}"
            return text if width is None else text.rjust(width)[len(text.rjust(width)) - width :]
        text = str(self.number)
        if width is None:
            return text
        if len(text) > width:
            return "*" * width
        return text.rjust(width, "0" if base == "Z" else " ")


def _fit(text: str, width: int | None) -> str:
    return text if width is None else text[:width].ljust(width)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (bytes, bytearray)):
        return value.decode("latin-1")
    to_text = getattr(value, "to_text", None)
    return to_text() if to_text is not None else str(value)


def _integer(value: Any) -> int:
    if isinstance(value, int):
        return value
    to_long = getattr(value, "to_long", None)
    if to_long is not None:
        return int(to_long())
    return int(value) if isinstance(value, str) and re.fullmatch(r"[+-]?\d+", value.strip()) else 0
