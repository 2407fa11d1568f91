"""The File Definition Language: text that describes a file.

A statement is a keyword and its value; primary keywords (FILE, RECORD, KEY 0) begin sections, secondary keywords are attributes in them.
Statements end with the line or with `;`; what stands after `!` is a comment. Keywords may be abbreviated as long as they are unique; a word
that is the name of a section, whole, always begins one. The parser tells what is written; what it means for a file is in files/fdl.py.

Source: Record Management Utilities Reference Manual, FDL facility. fidelity: several attributes on a line are taken too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vmsemu.base.condition import MessageDefinition, VmsError
from vmsemu.tables.fdl_words import BARE_POSITIONS, MANY, REPEATED, SECTIONS, VALUES, WORDS, Kind
from vmsemu.tables.message import Facility

FDL = Facility("vmsemu.tables", "fdl.msg")
Value = str | int | bool | None

_TOKEN = re.compile(r"""\s*(?:!.*|(;)|("(?:[^"]|"")*"|'(?:[^']|'')*')|(\([^)]*\)|\[[^\]]*\]|<[^>]*>)|([^\s;!]+))""")
_SWITCHES = {"YES": True, "TRUE": True, "NO": False, "FALSE": False}
_SPELLINGS = {"OPENVMS": "OpenVMS", "VAX/VMS": "VAX/VMS", "VFC": "VFC"}
_INDENT, _VALUE_AT, _TITLE_AT = 8, 32, 8
_LARGEST = 0x7FFFFFFF


@dataclass(frozen=True, slots=True)
class Section:
    """One primary keyword, its number or text, and the attributes under it in the order in which they are written."""

    name: str
    value: Value = None
    attributes: tuple[tuple[str, Value], ...] = ()

    def get(self, name: str, default: Value = None) -> Value:
        """The value of an attribute, the last one that is written."""
        return next((value for key, value in reversed(self.attributes) if key == name), default)

    def number(self, name: str, default: int = 0) -> int:
        """The value of an attribute that is a number."""
        value = self.get(name, default)
        return value if isinstance(value, int) else default


@dataclass(frozen=True, slots=True)
class FileDefinition:
    """What an FDL file says."""

    sections: tuple[Section, ...] = ()

    @classmethod
    def from_text(cls, text: str) -> FileDefinition:
        """Parse FDL text. Errors: FDL.FDLERROR with the cause: FDL.UNPRIKW, UNSECKW, ABKW, SYNTAX, VALPRI, MULPRI, OUTORDER, ..."""
        try:
            return cls(tuple(_Parser(text).sections()))
        except VmsError as error:
            raise FDL.FDLERROR.error(cause=error) from None

    def section(self, name: str, number: Value = None) -> Section:
        """A section; an empty one when it is not there."""
        return next(
            (s for s in self.sections if s.name == name and s.value == (number if name in MANY else s.value)), Section(name, number)
        )

    def numbered(self, name: str) -> tuple[Section, ...]:
        """All KEY or AREA sections."""
        return tuple(section for section in self.sections if section.name == name)

    def to_text(self) -> str:
        """The text, which from_text reads back."""
        return "\n\n".join("\n".join(_section_lines(section)) for section in self.sections) + "\n"


# -- writing --------------------------------------------------------------------------------------------------------------------------------


def _section_lines(section: Section) -> Iterator[str]:
    head = section.name
    if section.value is not None:
        text = _value_text(VALUES[section.name], section.value)
        head = f"{head.ljust(_TITLE_AT)}{text}" if VALUES[section.name] is Kind.STRING else f"{head} {text}"
    yield head
    kinds = SECTIONS[section.name]
    for name, value in section.attributes:
        yield (" " * _INDENT + name).ljust(_VALUE_AT) + _value_text(kinds[name], value)


def _value_text(kind: Kind, value: Value) -> str:
    if kind is Kind.SWITCH:
        return "yes" if value else "no"
    if kind is Kind.STRING:
        return '"' + str(value).replace('"', '""') + '"'
    if kind in (Kind.WORD, Kind.POSITION):
        return _SPELLINGS.get(str(value), str(value).lower())
    return str(value)


# -- reading --------------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Token:
    """A word, a quoted string with its quotes, a text in brackets, or `;`. Statements are counted by lines and semicolons."""

    text: str
    statement: int
    line: str
    first: bool

    def error(self, definition: MessageDefinition) -> VmsError:
        return definition.error(self.statement, self.line.strip()) if definition.fao_count else definition.error()


def _tokens(text: str) -> Iterator[_Token]:
    statement = 0
    for line in text.splitlines():
        at, first = 0, True
        while (found := _TOKEN.match(line, at)) is not None:
            at = found.end()
            word = next((group for group in found.groups() if group), None)
            if word is None:
                break
            if word == ";":
                first = True
                continue
            statement += first
            yield _Token(word, statement, line, first)
            first = False


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0
        self._last_numbers: dict[str, int] = {}
        self._seen: set[tuple[str, Value]] = set()

    def sections(self) -> Iterator[Section]:
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            name = self._primary(token)
            self._at += 1
            value = self._section_value(name, token)
            yield Section(name, value, tuple(self._attributes(name)))

    def _primary(self, token: _Token) -> str:
        found = _matching(token.text, SECTIONS)
        if not found:
            raise token.error(FDL.UNPRIKW)
        if len(found) > 1:
            raise token.error(FDL.ABPRIKW)
        return found[0]

    def _section_value(self, name: str, token: _Token) -> Value:
        kind = VALUES.get(name, Kind.NOTHING)
        value: Value = None
        if kind is not Kind.NOTHING:
            if self._at >= len(self._tokens) or self._tokens[self._at].first:
                raise token.error(FDL.VALPRI)
            value = self._value(kind, name)
        if (name, value if name in MANY else None) in self._seen:
            raise token.error(FDL.MULPRI)
        self._seen.add((name, value if name in MANY else None))
        if name in ("KEY", "AREA"):
            if value != self._last_numbers.get(name, -1) + 1:
                raise FDL.OUTORDER.error()
            self._last_numbers[name] = int(value or 0)
        return value

    def _attributes(self, section: str) -> Iterator[tuple[str, Value]]:
        kinds = SECTIONS[section]
        seen: set[str] = set()
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            name = self._secondary(token, kinds)
            if name is None:
                return
            if name in seen and name not in REPEATED:
                raise token.error(FDL.MULSEC)
            seen.add(name)
            self._at += 1
            yield name, self._value(kinds[name], name)

    def _secondary(self, token: _Token, kinds: dict[str, Kind]) -> str | None:
        """The attribute a word names; None when it begins a section."""
        word = token.text.upper()
        if word in SECTIONS and word not in kinds:
            return None
        found = _matching(word, kinds)
        if len(found) == 1:
            return found[0]
        if len(found) > 1:
            raise token.error(FDL.ABKW)
        if _matching(word, SECTIONS) or (token.line[:1].strip() and token.first):
            return None
        raise token.error(FDL.UNSECKW)

    def _value(self, kind: Kind, name: str) -> Value:
        if self._at >= len(self._tokens):
            raise self._tokens[-1].error(FDL.NOQUAL)
        token = self._tokens[self._at]
        if token.first:
            raise self._tokens[self._at - 1].error(FDL.NOQUAL)
        self._at += 1
        text = token.text
        if kind is Kind.SWITCH:
            found = _matching(text, _SWITCHES)
            if len(found) != 1:
                raise token.error(FDL.UNQUAKW)
            return _SWITCHES[found[0]]
        if kind is Kind.NUMBER:
            return _number(token)
        if kind is Kind.CHARACTER:
            return ord(_unquoted(text)) if len(text) == 3 and text[0] in "\"'" else _number(token)
        if kind is Kind.WORD:
            return _word(token, name)
        if kind is Kind.POSITION:
            return self._position(token)
        if kind is Kind.CODE and not text.startswith("("):
            raise token.error(FDL.SYNTAX)
        return _unquoted(text)

    def _position(self, token: _Token) -> str:
        word = _word(token, "POSITION")
        if word in BARE_POSITIONS:
            return word
        if self._at >= len(self._tokens) or self._tokens[self._at].first:
            raise token.error(FDL.SYNTAX)
        self._at += 1
        return f"{word} {self._tokens[self._at - 1].text}"


def _matching(word: str, names: dict[str, Kind] | dict[str, dict[str, Kind]] | dict[str, bool] | tuple[str, ...]) -> list[str]:
    """The names a word may stand for: itself, or those that begin so."""
    word = word.upper()
    return [word] if word in names else [name for name in names if name.startswith(word)]


def _word(token: _Token, name: str) -> str:
    found = _matching(token.text, WORDS[name])
    if not found:
        raise token.error(FDL.UNQUAKW)
    if len(found) > 1:
        raise token.error(FDL.ABKW)
    return found[0]


def _number(token: _Token) -> int:
    if not token.text.isascii() or not token.text.isdigit():
        raise token.error(FDL.SYNTAX)
    if int(token.text) > _LARGEST:
        raise FDL.VALERR.error()
    return int(token.text)


def _unquoted(text: str) -> str:
    quote = text[:1]
    return text[1:-1].replace(quote * 2, quote) if quote in ('"', "'") and len(text) > 1 else text
