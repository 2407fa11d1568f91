"""The MESSAGE compiler: .MSG source to message definitions.

Reads the language of the MESSAGE utility: .FACILITY (with /PREFIX, /SHARED, /SYSTEM), .SEVERITY, .BASE, .LITERAL is refused, .TITLE, .IDENT and
.PAGE are ignored, .END ends. A message line is `IDENT <text>/FAO_COUNT=n/severity/IDENTIFICATION=name`; the text stands in angle brackets or
quotation marks. Values follow the utility: number from .BASE upwards, bit 15 set unless /SHARED, bit 27 set unless /SYSTEM.

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
_MESSAGE = re.compile(r"([A-Z0-9_$]+)((?:/[A-Z_]+(?:=\w+)?)*)\s*(?:<(.*)>|\"([^\"]*)\")((?:\s*/[A-Z_]+(?:=[\w$]+)?)*)\s*(?:!.*)?$", re.IGNORECASE)
_FACILITY_SPECIFIC = 0x8000
_CUSTOMER = 0x08000000


class MessageSourceError(Exception):
    """A .MSG file that the compiler cannot read; the text names the line."""


class Facility:
    """The messages of one .MSG file, as attributes: `RMS.FNF`. The file is compiled at first use."""

    def __init__(self, package: str, file: str, *, source: str | None = None) -> None:
        self._package = package
        self._file = file
        self._source = source
        self._definitions: dict[str, MessageDefinition] | None = None

    @property
    def definitions(self) -> MappingProxyType[str, MessageDefinition]:
        """Every message of the file by ident."""
        if self._definitions is None:
            source = self._source if self._source is not None else (files(self._package) / self._file).read_text(encoding="utf-8")
            self._definitions = compile_messages(source, self._file)
        return MappingProxyType(self._definitions)

    def by_value(self, value: int) -> MessageDefinition | None:
        """The definition whose condition equals `value` apart from severity and control bits."""
        for definition in self.definitions.values():
            if definition.value.same_condition(value):
                return definition
        return None

    def __getattr__(self, ident: str) -> MessageDefinition:
        if ident.startswith("_"):
            raise AttributeError(ident)
        try:
            return self.definitions[ident]
        except KeyError:
            raise AttributeError(f"{self._file} declares no message {ident}") from None


def compile_messages(source: str, name: str = "MSG") -> dict[str, MessageDefinition]:
    """Compile .MSG source text; the result maps the symbol (ident) to its definition."""
    out: dict[str, MessageDefinition] = {}
    facility, number, flags = "", 0, 0
    severity: Severity | None = None
    count = 0
    for at, raw in enumerate(source.splitlines(), 1):
        line = raw.strip()
        if not line or line[0] == "!":
            continue
        if line[0] == ".":
            word, _, rest = line[1:].split("!", 1)[0].strip().partition(" ")
            word = word.upper()
            rest = rest.strip()
            if word == "FACILITY":
                facility, number, flags = _facility(rest, name, at)
                severity, count = None, 0
            elif word == "SEVERITY":
                severity = _SEVERITIES.get(rest.upper())
                if severity is None:
                    raise MessageSourceError(f"{name} line {at}: unknown severity {rest}")
            elif word == "BASE":
                count = int(rest, 0)
            elif word == "END":
                facility = ""
            elif word not in ("TITLE", "IDENT", "PAGE"):
                raise MessageSourceError(f"{name} line {at}: unknown directive .{word}")
            continue
        found = _MESSAGE.match(line)
        if found is None or not facility:
            raise MessageSourceError(f"{name} line {at}: not a message definition")
        symbol = found[1].upper()
        ident, fao, own = symbol, 0, severity
        for qualifier in re.findall(r"/([A-Z_]+)(?:=([\w$]+))?", (found[2] + found[5]), re.IGNORECASE):
            key = qualifier[0].upper()
            if key.startswith("FAO"):
                fao = int(qualifier[1])
            elif key.startswith("IDENT"):
                ident = qualifier[1].upper()
            elif key in _SEVERITIES:
                own = _SEVERITIES[key]
            elif not key.startswith("LANG"):
                raise MessageSourceError(f"{name} line {at}: unknown qualifier /{key}")
        if own is None:
            raise MessageSourceError(f"{name} line {at}: no severity")
        if symbol in out:
            raise MessageSourceError(f"{name} line {at}: {symbol} is defined twice")
        text = found[3] if found[3] is not None else found[4]
        value = ConditionValue((number << 16) | flags | (count << 3) | own)
        out[symbol] = MessageDefinition(facility, ident, value, text, fao)
        count += 1
    return out


def _facility(rest: str, name: str, at: int) -> tuple[str, int, int]:
    """`NAME,number/qualifiers` of a .FACILITY directive; the flags are the bits every value of the facility carries."""
    found = re.match(r"([\w$]+)\s*[, ]\s*(\w+)((?:\s*/\w+(?:=[\w$]+)?)*)\s*$", rest)
    if found is None:
        raise MessageSourceError(f"{name} line {at}: bad .FACILITY")
    qualifiers = found[3].upper()
    flags = (0 if "/SHARED" in qualifiers else _FACILITY_SPECIFIC) | (0 if "/SYSTEM" in qualifiers else _CUSTOMER)
    return found[1].upper(), int(found[2], 0), flags
