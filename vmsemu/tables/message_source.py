"""The language of message source files (.MSG): directives, message definitions, expressions.

    .TITLE module [text]    .IDENT text    .PAGE    .END
    .FACILITY [/qualifiers] name,number [/qualifiers]     /PREFIX=text /SHARED /SYSTEM
    .SEVERITY level         .BASE expression              .LITERAL symbol[=expression][,...]
    name [/qualifiers] <text> [/qualifiers]               the text stands in angle brackets or quotation marks; `!` begins a comment

Qualifiers of a message: /FAO_COUNT=n /IDENTIFICATION=name /USER_VALUE=n /LANGUAGE=name /SUCCESS /INFORMATIONAL /WARNING /ERROR /SEVERE /FATAL. They,
and severities, may be abbreviated. Expressions hold numbers (decimal; ^X, ^O, ^D or %X, %O, %D for a radix), symbols defined before, unary signs,
parentheses, and + - * / @ (shift), worked out from left to right.

Values: message number from .BASE upwards (1 when there is none), bit 15 set unless /SHARED, bit 27 set unless /SYSTEM.
fidelity: the first .LITERAL without a value gets 1; the length limits checked are those of the manual, 9 characters for a facility name, 31 for a symbol,
255 for a text.

Source: Command Definition, Librarian, and Message Utilities Manual, part 3.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

from vmsemu.base.condition import ConditionValue, MessageDefinition, Severity

_SEVERITIES = {
    "WARNING": Severity.WARNING,
    "SUCCESS": Severity.SUCCESS,
    "ERROR": Severity.ERROR,
    "INFORMATIONAL": Severity.INFORMATIONAL,
    "FATAL": Severity.FATAL,
    "SEVERE": Severity.FATAL,
}
_QUALIFIERS = ("FAO_COUNT", "IDENTIFICATION", "LANGUAGE", "USER_VALUE", *_SEVERITIES)
_DIRECTIVES = ("BASE", "END", "FACILITY", "IDENT", "LITERAL", "PAGE", "SEVERITY", "TITLE")
_QUALIFIED = r"((?:\s*/\s*[A-Z_]+(?:\s*=\s*[^\s/<>\"!,]+)?)*)"
_FACILITY = re.compile(rf"{_QUALIFIED}\s*([\w$]+)\s*[, ]\s*([^\s/]+){_QUALIFIED}\s*(?:!.*)?", re.IGNORECASE)
_MESSAGE = re.compile(rf"([A-Z0-9_$]+){_QUALIFIED}\s*(?:<(.*)>|\"([^\"]*)\"){_QUALIFIED}\s*(?:!.*)?", re.IGNORECASE)
_QUALIFIER = re.compile(r"/\s*([A-Z_]+)(?:\s*=\s*([^\s/<>\"!,]+))?", re.IGNORECASE)
_LITERAL = r"\s*([A-Z_$][\w$]*)\s*(?:=([^,]*))?(,|$)"
_TERM = r"\s*([+\-]*)\s*(?:(\()|[\^%]([XOD])([0-9A-F]+)|(\d+)|([A-Z_$][\w$]*))"
_RADIX = {"X": 16, "O": 8, "D": 10}
_FACILITY_SPECIFIC = 0x8000
_CUSTOMER = 0x08000000
_HIGHEST_NUMBER = 4095
_HIGHEST_FACILITY = 0x7FF
_LONGEST_FACILITY, _LONGEST_SYMBOL, _LONGEST_TEXT, _HIGHEST_BYTE = 9, 31, 255, 255
_LONG = 0xFFFFFFFF


class Fault(Enum):
    """The kinds of errors in a source, by what the MESSAGE utility calls them."""

    SYNTAX = "SYNTAX"
    UNDEFSYM = "UNDEFSYM"
    DUPLSYM = "DUPLSYM"
    NOFACILITY = "NOFACILITY"
    NOSEVERITY = "NOSEVERITY"
    ILLVAL = "ILLVAL"
    TOOLONG = "TOOLONG"


class MessageSourceError(Exception):
    """A .MSG file that the compiler cannot read; the text names the line. `line` counts from 1."""

    def __init__(self, name: str, line: int, fault: Fault, what: str) -> None:
        super().__init__(f"{name} line {line}: {what}")
        self.line = line
        self.fault = fault
        self.what = what


class CompiledMessage(NamedTuple):
    """One message: its name, its global symbol, its definition, and the byte of the user (0 to 255)."""

    name: str
    symbol: str
    definition: MessageDefinition
    user_value: int
    line: int


class MessageModule:
    """What one compilation makes. `literals` holds the symbols that are no messages, facility symbols among them."""

    __slots__ = ("ident", "literals", "messages", "title")

    def __init__(self) -> None:
        self.title = ""
        self.ident = ""
        self.messages: list[CompiledMessage] = []
        self.literals: dict[str, int] = {}


def compile_source(lines: list[str], name: str = "MSG", *, on_error: Callable[[MessageSourceError], None] | None = None) -> MessageModule:
    """Compile a source. With `on_error` each error is told and its line passed over. Errors: MessageSourceError, without `on_error`."""
    compiler = _Compiler(name)
    for at, raw in enumerate(lines, 1):
        compiler.at = at
        line = raw.strip()
        try:
            if line[:1] == ".":
                compiler.directive(line[1:])
            elif line and line[0] != "!":
                compiler.message(line)
        except MessageSourceError as error:
            if on_error is None:
                raise
            on_error(error)
    return compiler.module


class _Compiler:
    """What the lines read so far have set: facility, severity, next number."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.at = 0
        self.module = MessageModule()
        self.facility = ""
        self.facility_bits = 0
        self.prefix = ""
        self.severity: Severity | None = None
        self.number = 1
        self.last_literal = 0
        self.symbols: dict[str, int] = {}

    def fail(self, what: str, fault: Fault = Fault.SYNTAX) -> MessageSourceError:
        return MessageSourceError(self.name, self.at, fault, what)

    # -- directives -----------------------------------------------------------------------------------------------------------------

    def directive(self, text: str) -> None:
        text = text.partition("!")[0].strip()
        word = re.split(r"[\s/]", text, maxsplit=1)[0].upper()
        rest = text[len(word) :].strip()
        found = next((d for d in _DIRECTIVES if word and d.startswith(word) and (d == word or len(word) >= 3)), None)
        if found is None:
            raise self.fail(f"unknown directive .{word}")
        if found == "FACILITY":
            self._facility(rest)
        elif found == "SEVERITY":
            self.severity = _SEVERITIES[self._keyword(rest, tuple(_SEVERITIES), "severity")]
        elif found == "BASE":
            self.number = self._integer(rest)
        elif found == "END":
            self.facility = ""
        elif found == "LITERAL":
            self._literals(rest)
        elif found == "TITLE":
            self.module.title = rest.partition(" ")[0].upper()
        elif found == "IDENT":
            self.module.ident = rest.strip("'\"")

    def _facility(self, rest: str) -> None:
        """`name,number` with qualifiers before or behind."""
        found = _FACILITY.fullmatch(rest)
        if found is None:
            raise self.fail("bad .FACILITY")
        given: dict[str, str] = {}
        for word, value in _QUALIFIER.findall(found[1] + found[4]):
            given[self._keyword(word, ("PREFIX", "SHARED", "SYSTEM"), "qualifier")] = value
        number = self._integer(found[3])
        if not 0 <= number <= _HIGHEST_FACILITY:
            raise self.fail(f"facility number {number} is too high", Fault.ILLVAL)
        name = found[2].upper()
        if len(name) > _LONGEST_FACILITY:
            raise self.fail(f"the facility name {name} is too long", Fault.TOOLONG)
        self.facility = name
        self.facility_bits = (number << 16) | (0 if "SHARED" in given else _FACILITY_SPECIFIC) | (0 if "SYSTEM" in given else _CUSTOMER)
        self.prefix = given.get("PREFIX", "").upper() or name + ("$_" if "SYSTEM" in given else "_")
        self.severity, self.number = None, 1
        self.module.literals.setdefault(self.prefix + "FACILITY", number)
        self.symbols.setdefault(self.prefix + "FACILITY", number)

    def _literals(self, rest: str) -> None:
        at = 0
        while at < len(rest) or at == 0:
            found = re.compile(_LITERAL, re.IGNORECASE).match(rest, at)
            if found is None:
                raise self.fail("bad .LITERAL")
            symbol = found[1].upper()
            if symbol in self.symbols:
                raise self.fail(f"{symbol} is defined twice", Fault.DUPLSYM)
            self.last_literal = self._integer(found[2]) if found[2] is not None else self.last_literal + 1
            self.module.literals[symbol] = self.symbols[symbol] = self.last_literal
            at = found.end()
            if not found[3]:
                return

    # -- messages -------------------------------------------------------------------------------------------------------------------

    def message(self, line: str) -> None:
        found = _MESSAGE.fullmatch(line)
        if found is None:
            raise self.fail("not a message definition")
        if not self.facility:
            raise self.fail("not a message definition", Fault.NOFACILITY)
        name = found[1].upper()
        ident, severity, count, user_value = self._qualifiers(name, found[2] + found[5])
        if severity is None:
            raise self.fail("no severity", Fault.NOSEVERITY)
        symbol = self.prefix + name
        if symbol in self.symbols:
            raise self.fail(f"{name} is defined twice", Fault.DUPLSYM)
        if len(symbol) > _LONGEST_SYMBOL:
            raise self.fail(f"the symbol {symbol} is too long", Fault.TOOLONG)
        if not 0 <= self.number <= _HIGHEST_NUMBER:
            raise self.fail(f"message number {self.number} is too high", Fault.ILLVAL)
        text = found[3] if found[3] is not None else found[4]
        if len(text) > _LONGEST_TEXT:
            raise self.fail("the text is too long", Fault.TOOLONG)
        value = ConditionValue(self.facility_bits | (self.number << 3) | severity)
        self.symbols[symbol] = int(value)
        self.module.messages.append(
            CompiledMessage(name, symbol, MessageDefinition(self.facility, ident, value, text, count), user_value, self.at)
        )
        self.number += 1

    def _qualifiers(self, name: str, text: str) -> tuple[str, Severity | None, int, int]:
        """Ident, severity, FAO count, user value."""
        ident, severity, numbers = name, self.severity, {"FAO_COUNT": 0, "USER_VALUE": 0}
        for word, value in _QUALIFIER.findall(text) if text else ():
            key = self._keyword(word, _QUALIFIERS, "qualifier")
            if key in numbers:
                numbers[key] = self._integer(value)
                if not 0 <= numbers[key] <= _HIGHEST_BYTE:
                    raise self.fail(f"{numbers[key]} is no value for /{key}", Fault.ILLVAL)
            elif key == "IDENTIFICATION":
                ident = value.upper()
            elif key in _SEVERITIES:
                severity = _SEVERITIES[key]
        return ident, severity, numbers["FAO_COUNT"], numbers["USER_VALUE"]

    # -- words and numbers ------------------------------------------------------------------------------------------------------------

    def _keyword(self, word: str, choices: tuple[str, ...], kind: str) -> str:
        """The first choice that `word` abbreviates."""
        upper = word.upper()
        for choice in choices:
            if upper and choice.startswith(upper):
                return choice
        raise self.fail(f"unknown {kind} {word}")

    def _integer(self, text: str) -> int:
        """The value of an expression."""
        if text.isdecimal():
            return int(text)
        value, at = self._expression(text, 0)
        if text[at:].strip():
            raise self.fail(f"not a number: {text.strip()}")
        return value

    def _expression(self, text: str, at: int) -> tuple[int, int]:
        value, at = self._term(text, at)
        while (operator := text[at:].lstrip()[:1]) and operator in "+-*/@":
            at = text.index(operator, at) + 1
            right, at = self._term(text, at)
            if operator == "/" and right == 0:
                raise self.fail("division by zero", Fault.ILLVAL)
            value = _apply(operator, value, right)
        return value, at

    def _term(self, text: str, at: int) -> tuple[int, int]:
        found = re.compile(_TERM, re.IGNORECASE).match(text, at)
        if found is None:
            raise self.fail(f"not a number: {text.strip()}")
        signs, parenthesis, radix, digits, decimal, symbol = found.groups()
        end = found.end()
        if parenthesis:
            value, end = self._expression(text, end)
            if text[end:].lstrip()[:1] != ")":
                raise self.fail(f"not a number: {text.strip()}")
            end = text.index(")", end) + 1
        elif radix:
            try:
                value = int(digits, _RADIX[radix.upper()])
            except ValueError:
                raise self.fail(f"not a number: {text.strip()}") from None
        elif decimal:
            value = int(decimal)
        else:
            known = self.symbols.get(symbol.upper())
            if known is None:
                raise self.fail(f"not a number: {text.strip()}", Fault.UNDEFSYM)
            value = known
        return -value if signs.count("-") % 2 else value, end


def _apply(operator: str, left: int, right: int) -> int:
    """A longword operation, as a signed number."""
    if operator == "+":
        value = left + right
    elif operator == "-":
        value = left - right
    elif operator == "*":
        value = left * right
    elif operator == "/":
        value = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
    else:
        value = left << min(right, 32) if right >= 0 else left >> min(-right, 32)
    value &= _LONG
    return value - (_LONG + 1) if value > _LONG >> 1 else value
