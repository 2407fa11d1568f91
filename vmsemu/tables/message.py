"""The MESSAGE compiler: .MSG source to message definitions.

Reads the language of the MESSAGE utility: .FACILITY (with /PREFIX, /SHARED, /SYSTEM), .SEVERITY, .BASE; .TITLE, .IDENT and .PAGE are ignored,
.END ends a facility. A message line is `IDENT <text>/FAO_COUNT=n/severity/IDENTIFICATION=name`; the text stands in angle brackets or
quotation marks, the qualifiers on either side of it; a comment begins with `!`. Qualifiers and severities may be abbreviated.

Values follow the utility: number from .BASE upwards, bit 15 set unless /SHARED, bit 27 set unless /SYSTEM. .LITERAL is not read.

Source: Command Definition, Librarian, and Message Utilities Manual, part 3.
"""

from __future__ import annotations

import re
from importlib.resources import files
from types import MappingProxyType

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
_IGNORED = ("TITLE", "IDENT", "PAGE")
_FACILITY = re.compile(r"([\w$]+)\s*[, ]\s*(\w+)((?:\s*/\w+(?:=[\w$]+)?)*)\s*(?:!.*)?")
_MESSAGE = re.compile(
    r"([A-Z0-9_$]+)((?:\s*/[A-Z_]+(?:=[\w$]+)?)*)\s*(?:<(.*)>|\"([^\"]*)\")((?:\s*/[A-Z_]+(?:=[\w$]+)?)*)\s*(?:!.*)?", re.IGNORECASE
)
_QUALIFIER = re.compile(r"/([A-Z_]+)(?:=([\w$]+))?", re.IGNORECASE)
_FACILITY_SPECIFIC = 0x8000
_CUSTOMER = 0x08000000
_CONDITION = 0x0FFFFFF8
_HIGHEST_NUMBER = 4095


class MessageSourceError(Exception):
    """A .MSG file that the compiler cannot read; the text names the line."""


class Facility:
    """The messages of one .MSG file, as attributes: `RMS.FNF`. The file is compiled at first use."""

    def __init__(self, package: str, file: str, *, source: str | None = None) -> None:
        self._package = package
        self._file = file
        self._source = source
        self._definitions: MappingProxyType[str, MessageDefinition] | None = None
        self._by_condition: dict[int, MessageDefinition] = {}

    @property
    def definitions(self) -> MappingProxyType[str, MessageDefinition]:
        """Every message of the file by ident."""
        if self._definitions is None:
            source = self._source if self._source is not None else (files(self._package) / self._file).read_text(encoding="utf-8")
            compiled = compile_messages(source, self._file)
            self._definitions = MappingProxyType(compiled)
            for definition in compiled.values():
                self._by_condition.setdefault(definition.value & _CONDITION, definition)
            self.__dict__.update(compiled)
        return self._definitions

    def by_value(self, value: int) -> MessageDefinition | None:
        """The definition whose condition equals `value` apart from severity and control bits."""
        _ = self.definitions
        return self._by_condition.get(value & _CONDITION)

    def __getattr__(self, ident: str) -> MessageDefinition:
        if ident.startswith("_"):
            raise AttributeError(ident)
        try:
            return self.definitions[ident]
        except KeyError:
            raise AttributeError(f"{self._file} declares no message {ident}") from None


def compile_messages(source: str, name: str = "MSG") -> dict[str, MessageDefinition]:
    """Compile .MSG source text; the result maps the symbol (ident) to its definition. Errors: MessageSourceError."""
    compiler = _Compiler(name)
    for at, raw in enumerate(source.splitlines(), 1):
        compiler.at = at
        line = raw.strip()
        if line.startswith("."):
            compiler.directive(line[1:])
        elif line and not line.startswith("!"):
            compiler.message(line)
    return compiler.out


class _Compiler:
    """What the lines read so far have set: facility, severity, next number."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.at = 0
        self.out: dict[str, MessageDefinition] = {}
        self.facility = ""
        self.facility_bits = 0
        self.severity: Severity | None = None
        self.number = 0

    def fail(self, what: str) -> MessageSourceError:
        return MessageSourceError(f"{self.name} line {self.at}: {what}")

    def directive(self, text: str) -> None:
        word, _, rest = text.split("!", 1)[0].strip().partition(" ")
        word, rest = word.upper(), rest.strip()
        if word == "FACILITY":
            self._begin(rest)
        elif word == "SEVERITY":
            self.severity = _SEVERITIES[self._keyword(rest, tuple(_SEVERITIES), "severity")]
        elif word == "BASE":
            self.number = self._integer(rest)
        elif word == "END":
            self.facility = ""
        elif word not in _IGNORED:
            raise self.fail(f"unknown directive .{word}")

    def message(self, line: str) -> None:
        found = _MESSAGE.fullmatch(line)
        if found is None or not self.facility:
            raise self.fail("not a message definition")
        symbol = found[1].upper()
        ident, count, severity = symbol, 0, self.severity
        for word, value in _QUALIFIER.findall(found[2] + found[5]):
            key = self._keyword(word, _QUALIFIERS, "qualifier")
            if key == "FAO_COUNT":
                count = self._integer(value)
            elif key == "IDENTIFICATION":
                ident = value.upper()
            elif key in _SEVERITIES:
                severity = _SEVERITIES[key]
        if severity is None:
            raise self.fail("no severity")
        if symbol in self.out:
            raise self.fail(f"{symbol} is defined twice")
        if self.number > _HIGHEST_NUMBER:
            raise self.fail(f"message number {self.number} is too high")
        value = ConditionValue(self.facility_bits | (self.number << 3) | severity)
        self.out[symbol] = MessageDefinition(self.facility, ident, value, found[3] if found[3] is not None else found[4], count)
        self.number += 1

    def _begin(self, rest: str) -> None:
        """`NAME,number/qualifiers` of a .FACILITY directive."""
        found = _FACILITY.fullmatch(rest)
        if found is None:
            raise self.fail("bad .FACILITY")
        words = [self._keyword(word, ("PREFIX", "SHARED", "SYSTEM"), "qualifier") for word, _ in _QUALIFIER.findall(found[3])]
        number = self._integer(found[2])
        if number > 0x7FF:
            raise self.fail(f"facility number {number} is too high")
        self.facility = found[1].upper()
        self.facility_bits = (number << 16) | (0 if "SHARED" in words else _FACILITY_SPECIFIC) | (0 if "SYSTEM" in words else _CUSTOMER)
        self.severity, self.number = None, 0

    def _keyword(self, word: str, choices: tuple[str, ...], kind: str) -> str:
        """The first choice that `word` abbreviates."""
        upper = word.upper()
        for choice in choices:
            if upper and choice.startswith(upper):
                return choice
        raise self.fail(f"unknown {kind} {word}")

    def _integer(self, text: str) -> int:
        try:
            return int(text[2:], 16) if text[:2].upper() == "%X" else int(text, 0)
        except ValueError:
            raise self.fail(f"not a number: {text}") from None
