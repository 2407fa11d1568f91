"""The command parser: a line and a command table to a ParsedCommand. The only parser of commands: DCL, MAIL, AUTHORIZE, TCPIP all use it.

Theory of operation. The line is folded once: comment removed, a missing closing quotation mark supplied, letters outside quotes in upper
case. Then one pass from left to right: `/name[=value]` is a qualifier, anything else an element of the next parameter. An entity with a
SYNTAX clause changes the active syntax at once, for all that follows. At the end of the line come missing parameters, then DISALLOW.

Source: OpenVMS User's Manual, "DCL command line"; Command Definition Utility.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from vmsemu.base.condition import Message, MessageDefinition
from vmsemu.base.extended import upper
from vmsemu.tables.cld import CommandTable, VerbDef, compile_cld
from vmsemu.tables.facilities import CLI
from vmsemu.tables.grammar import CommandError, Disallow, Entity, Miss, NameIndex, Placement, TypeDefinition, ValueDefinition, command_error
from vmsemu.tables.parsed import Occurrence, ParameterItem, ParsedCommand, Presence, Value, default_values
from vmsemu.tables.protected import reveal
from vmsemu.tables.valuetypes import BuiltinType, Scan, protection_class

__all__ = [
    "CommandError",
    "CommandTable",
    "NeedParameter",
    "ParameterItem",
    "ParsedCommand",
    "Presence",
    "VerbDef",
    "command_error",
    "compile_cld",
    "first_word",
    "fold",
    "parse",
]

MAX_TOKEN = 255
MAX_ELEMENTS = 127
_VERB = re.compile(r"[ \t]*([A-Za-z$_][\w$]*)", re.ASCII)
_BLANKS = re.compile(r"[ \t]*")
_QUALIFIER = re.compile(r"/[ \t]*([A-Z0-9_$]*)", re.ASCII)
_EQUALS = re.compile(r"[ \t]*[=:][ \t]*")
_WORD = re.compile(r"[A-Z0-9_$]+", re.ASCII)
_TEXT = re.compile(r"(?:[^\s/,+=()\"\[<]+|\"(?:[^\"]|\"\")*\"?|\[[^\]\s\"/]*\]|<[\w$.,*%-]*>|[\[<])+")
_EXTENDED_TEXT = re.compile(r"(?:\^.|" + _TEXT.pattern[3:].replace("<]+", "<^]+", 1))
_STRING = re.compile(r"\"((?:[^\"]|\"\")*)\"?")
_LIST_MARK = re.compile(r"[ \t]*([,+])[ \t]*")
_CLASS = re.compile(r"([A-Z]+)[ \t]*(?:[:=][ \t]*([A-Z]*))?", re.ASCII)
_SEGMENT = re.compile(r"[^\s/,=()]+|\S")
_NAME_ERRORS = {Miss.AMBIGUOUS: "ABKEYW", Miss.NOT_NEGATABLE: "NOTNEG"}


@dataclass(frozen=True, slots=True)
class NeedParameter:
    """The line is right so far, but a parameter is missing. `prompt` is what the terminal shows, such as `_File: `."""

    prompt: str
    required: bool
    name: str


def parse(
    table: CommandTable, line: str, extra: Sequence[str] = (), *, batch: bool = False, extended: bool = False
) -> ParsedCommand | NeedParameter:
    """Parse a command. `extra` holds the answers given to prompts so far; `batch` tells that the command runs in a batch job.

    With `extended` (SET PROCESS/PARSE_STYLE=EXTENDED) file specifications keep their case and may hold `^`.

    Errors: CommandError of CLI.*, with the segment to display.
    """
    text = fold(line)
    found = _VERB.match(text)
    if found is None:
        raise command_error(CLI.NOCOMD)
    definition = table.find_verb(found[1])
    tail = line[found.end() :].strip(" \t")
    for answer in extra:
        text += " " + fold(answer)
    parser = _Parser(table, definition, text, found.end(), batch)
    if extended:
        parser.cased = " ".join(fold(part, keep_case=True) for part in (line, *extra))
    return parser.run(tail, extra)


def first_word(line: str) -> str:
    """The verb as typed, in upper case; empty when the line does not begin with a name."""
    found = _VERB.match(line)
    return found[1].upper() if found else ""


def fold(text: str, *, keep_case: bool = False) -> str:
    """A line as the parser sees it: upper case outside quotes (unless `keep_case`), no comment, quotes balanced."""
    if '"' not in text:
        if "!" in text:
            text = text[: text.index("!")]
        return text if keep_case else upper(text)
    parts = text.split('"')
    for at in range(0, len(parts), 2):
        part = parts[at]
        if "!" in part:
            parts[at] = fold(part, keep_case=keep_case)
            del parts[at + 1 :]
            break
        parts[at] = part if keep_case else upper(part)
    if not len(parts) % 2:
        parts.append("")
    return '"'.join(parts)


def compress(text: str) -> str:
    """Runs of blanks outside quotes become one blank."""
    parts = text.split('"')
    for at in range(0, len(parts), 2):
        parts[at] = re.sub(r"[ \t]+", " ", parts[at])
    return '"'.join(parts).strip(" ")


def unquote(text: str) -> str:
    """Quotation marks removed, doubled ones made single."""
    return _STRING.sub(lambda m: m[1].replace('""', '"'), text) if '"' in text else text


def _unquote_file(text: str) -> str:
    """A file specification keeps the quotes of an access control string or a foreign specification; it loses those around all of it."""
    found = _STRING.fullmatch(text)
    return found[1].replace('""', '"') if found else text


class _Parser:
    """The state of one parse."""

    __slots__ = ("answered", "batch", "cased", "definition", "elements", "given", "notices", "parameters", "pos", "table", "text")

    def __init__(self, table: CommandTable, definition: VerbDef, text: str, pos: int, batch: bool) -> None:
        self.table = table
        self.definition = definition
        self.text = text
        self.pos = pos
        self.batch = batch
        self.cased = ""
        self.given: dict[str, Occurrence] = {}
        self.parameters: list[list[ParameterItem]] = []
        self.notices: list[tuple[Message, str]] = []
        self.elements = 0

    def run(self, tail: str, extra: Sequence[str]) -> ParsedCommand | NeedParameter:
        text, end = self.text, len(self.text)
        while True:
            pos = self.pos = _BLANKS.match(text, self.pos).end()  # type: ignore[union-attr]
            if pos >= end:
                break
            if text[pos] == "/" and not self._takes_rest():
                self._qualifier(None)
            else:
                self._parameter()
        missing = self._missing(extra)
        if missing is not None:
            return missing
        command = ParsedCommand(self.definition, reveal(tail), self.given, self.parameters, tuple(self.notices), self.batch)
        for rule in self.definition.disallows:
            if command.violates(rule):
                raise command_error(CLI.CONFLICT, self._conflict_segment(command, rule))
        return command

    # Parameters

    def _takes_rest(self) -> bool:
        """Whether the next parameter takes the rest of the line, slashes included. With qualifiers in the grammar a slash begins one."""
        return self._next_scan() is Scan.REST and not len(self.definition.qualifiers)

    def _next_scan(self) -> Scan | None:
        """How the next parameter is delimited; None when there is none or it is a keyword."""
        at = len(self.parameters)
        value = self.definition.parameters[at].value if at < len(self.definition.parameters) else None
        return (value.type.scan if isinstance(value.type, BuiltinType) else None) if value is not None else None

    def _parameter(self) -> None:
        """One parameter: its elements, and the qualifiers that follow each."""
        at = len(self.parameters)
        mark = self.text[self.pos]
        if mark in ",+=()@:":
            scan = self._next_scan()
            if scan is not Scan.REST and (scan, mark) not in ((Scan.PARENTHESIZED, "("), (Scan.TIME, ":")):
                self._fail(CLI.PARMDEL, self._segment())
        if at >= len(self.definition.parameters):
            self._fail(CLI.MAXPARM, self._segment())
        items: list[ParameterItem] = []
        self.parameters.append(items)
        separator = ""
        while True:
            items.append(self._element(at, separator))
            separator = self._after_element(at, items[-1])
            if not separator:
                return

    def _element(self, at: int, separator: str) -> ParameterItem:
        entity = self.definition.parameters[at]
        value = entity.value or ValueDefinition()
        kind = value.type
        if isinstance(kind, TypeDefinition):
            parsed = self._keyword(kind)
            assert parsed.keyword is not None
            self._switch(parsed.keyword.entity, parsed.keyword.negated, parsed.text, parameter=True)
        else:
            parsed = self._text(kind, CLI.PARMDEL)
            self._switch(entity, False, parsed.text, parameter=True)
        return ParameterItem(parsed, separator)

    def _after_element(self, at: int, item: ParameterItem) -> str:
        """Qualifiers after an element; then the separator when another element follows, else nothing."""
        text = self.text
        while True:
            pos = _BLANKS.match(text, self.pos).end()  # type: ignore[union-attr]
            mark = text[pos : pos + 1]
            if mark == "/" and not self._takes_rest():
                self.pos = pos
                self._qualifier(item)
                continue
            if mark not in (",", "+") or not mark:
                if mark and pos == self.pos and mark in "=()":
                    self._fail(CLI.PARMDEL, self._segment())
                return ""
            value = self.definition.parameters[at].value if at < len(self.definition.parameters) else None
            found = _LIST_MARK.match(text, pos)
            assert found is not None
            self.pos = found.end()
            if value is None or (mark == "+" and not value.joins):
                self._fail(CLI.NOCCAT if mark == "+" else CLI.NOLIST, self._segment())
            if mark == "," and not value.list:
                self._fail(CLI.NOLIST, self._segment())
            if not text[self.pos : self.pos + 1] or text[self.pos] in ",+":
                is_file = isinstance(value.type, BuiltinType) and value.type.scan is Scan.FILE
                self._fail(CLI.NULFIL if is_file else CLI.PARMDEL, self._segment())
            return mark

    def _missing(self, extra: Sequence[str]) -> NeedParameter | None:
        """The next parameter to prompt for: a required one, or, while prompting, an optional one that has a prompt."""
        parameters = self.definition.parameters
        at = len(self.parameters)
        if at >= len(parameters):
            return None
        entity = parameters[at]
        required = entity.value is not None and entity.value.required
        if not required and not (extra and entity.prompt is not None and extra[-1].strip()):
            return None
        return NeedParameter(f"_{entity.prompt or entity.name}: ", required, entity.label)

    # Qualifiers

    def _qualifier(self, item: ParameterItem | None) -> None:
        start = self.pos
        found = _QUALIFIER.match(self.text, start)
        assert found is not None
        word = found[1]
        self.pos = found.end()
        if not word:
            self._fail(CLI.NOKEYW, self._segment() or "/")
        if not len(self.definition.qualifiers):
            self._fail(CLI.NOQUAL, word)
        entity, negated = self._find_name(self.definition.qualifiers, word, CLI.IVQUAL)
        if entity.placement is Placement.LOCAL and item is None:
            self._fail(CLI.IVQLOC, word)
        if entity.syntax is not None and not negated:
            entity = self._switch(entity, negated, word, parameter=False)
        values = self._values_of(entity, negated, word)
        where = item.local if item is not None and entity.placement is not Placement.GLOBAL else self.given
        where[entity.label] = Occurrence(entity, negated, values, start, where.get(entity.label))
        self._count()

    def _find_name(self, index: NameIndex[Entity], word: str, unknown: MessageDefinition) -> tuple[Entity, bool]:
        found = index.find(word)
        if isinstance(found, Miss):
            ident = _NAME_ERRORS.get(found)
            self._fail(getattr(CLI, ident) if ident is not None else unknown, word)
        return found

    def _switch(self, entity: Entity, negated: bool, word: str, *, parameter: bool) -> Entity:
        """Change the active syntax if the entity says so. The result is the entity as the new syntax defines it.

        A negated qualifier changes nothing; a negated keyword does (SET NOVERIFY).
        """
        if entity.syntax is None or (negated and not parameter) or entity.syntax == self.definition.name:
            return entity
        self.definition = self.table.switch(self.definition, entity.syntax)
        if len(self.parameters) > len(self.definition.parameters):
            self._fail(CLI.MAXPARM, self.parameters[-1][0].text if self.parameters[-1] else word)
        # fidelity: which earlier qualifiers survive a change of syntax is inferred; those that the new syntax knows too are kept.
        labels = self.definition.labels
        lost = [label for label in self.given if parameter or label not in labels]
        if lost:
            for label in lost:
                del self.given[label]
            self.notices.append((CLI.IGNQUAL(), word))
        return entity if parameter else labels.get(entity.label, entity)

    # Values

    def _values_of(self, entity: Entity, negated: bool, word: str) -> list[Value]:
        """The values after a qualifier or keyword name, if any."""
        found = _EQUALS.match(self.text, self.pos)
        value = entity.value
        if found is None:
            if value is None or negated:
                return []
            if value.required:
                self._fail(CLI.VALREQ, word)
            return default_values(entity)
        if value is None:
            self._fail(CLI.NOVALU, word)
        self.pos = found.end()
        if self.pos >= len(self.text):
            self._fail(CLI.VALREQ, word)
        parenthesized = isinstance(value.type, BuiltinType) and value.type.scan is Scan.PARENTHESIZED
        if self.text[self.pos] != "(" or (parenthesized and not self._nested_list(value)):
            return [self._value(value)]
        return self._value_list(value, word)

    def _nested_list(self, value: ValueDefinition) -> bool:
        """Whether the parenthesis opens a list of parenthesized values, `((a,b),(c,d))`."""
        return value.list and self.text[_BLANKS.match(self.text, self.pos + 1).end() :][:1] == "("  # type: ignore[union-attr]

    def _value_list(self, value: ValueDefinition, word: str) -> list[Value]:
        text = self.text
        values: list[Value] = []
        start, self.pos = self.pos, self.pos + 1
        while True:
            self.pos = _BLANKS.match(text, self.pos).end()  # type: ignore[union-attr]
            mark = text[self.pos : self.pos + 1]
            if not mark:
                self._fail(CLI.NOPAREN, text[start:].strip())
            if mark in ",)":
                self._fail(CLI.VALREQ if not values and mark == ")" else CLI.IVVALU, word)
            values.append(self._value(value))
            self._count()
            self.pos = _BLANKS.match(text, self.pos).end()  # type: ignore[union-attr]
            mark = text[self.pos : self.pos + 1]
            self.pos += 1
            if mark == ")":
                break
            if mark != ",":
                self.pos -= 1
                self._fail(CLI.PARMDEL if mark and mark in "+/=(" else CLI.NOPAREN, self._segment() or text[start:].strip())
        if len(values) > 1 and not value.list:
            self._fail(CLI.ONEVAL, word)
        return values

    def _value(self, value: ValueDefinition) -> Value:
        kind = value.type
        return self._keyword(kind) if isinstance(kind, TypeDefinition) else self._text(kind, CLI.IVVALU)

    def _keyword(self, kind: TypeDefinition) -> Value:
        found = _WORD.match(self.text, self.pos) or _STRING.match(self.text, self.pos)
        if found is None:
            self._fail(CLI.IVKEYW, self._segment())
        start, self.pos = self.pos, found.end()
        word = unquote(found[0]).upper()
        entity, negated = self._find_name(kind.keywords, word, CLI.IVKEYW)
        values = self._values_of(entity, negated, word)
        name = "NO" + entity.name if negated else entity.name
        return Value(name, found[0], Occurrence(entity, negated, values, start))

    def _text(self, kind: BuiltinType | None, empty: MessageDefinition) -> Value:
        """A value that is not a keyword."""
        scan = kind.scan if kind is not None else Scan.TEXT
        text, pos = self.text, self.pos
        if scan is Scan.REST:
            self.pos = len(text)
            rest = reveal(compress(text[pos:]))
            return Value(rest, rest)
        if scan is Scan.PROTECTION and kind is not None:
            return self._protection(kind)
        if scan is Scan.PARENTHESIZED and text[pos] == "(":
            return self._parenthesized()
        extended = bool(self.cased) and scan is Scan.FILE
        found = _EXTENDED_TEXT.match(self.cased, pos) if extended else _TEXT.match(text, pos)
        if found is None:
            self._fail(empty, self._segment())
        self.pos = found.end()
        raw = found[0]
        value = raw if '"' not in raw or scan is Scan.QUOTED else _unquote_file(raw) if scan is Scan.FILE else unquote(raw)
        if not raw.isascii():
            raw, value = reveal(raw), reveal(value)
        if len(value) > MAX_TOKEN:
            self._fail(CLI.TKNOVF, value)
        if kind is not None and kind.check is not None and not extended:
            kind.check(value)
        self._count()
        return Value(value, raw)

    def _protection(self, kind: BuiltinType) -> Value:
        found = _CLASS.match(self.text, self.pos)
        if found is None:
            self._fail(CLI.IVPROT, self._segment())
        self.pos = found.end()
        text = protection_class(kind, found[1], found[2])
        return Value(text, text)

    def _parenthesized(self) -> Value:
        text, start = self.text, self.pos
        depth, pos, quoted = 0, start, False
        while pos < len(text):
            mark = text[pos]
            pos += 1
            if mark == '"':
                quoted = not quoted
            elif not quoted and mark in "()":
                depth += 1 if mark == "(" else -1
                if not depth:
                    self.pos = pos
                    return Value(text[start:pos], text[start:pos])
        self._fail(CLI.NOPAREN, text[start:].strip())

    # Errors

    def _count(self) -> None:
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise command_error(CLI.RSLOVF)

    def _segment(self) -> str:
        """The text from here to the end of the element."""
        found = _SEGMENT.match(self.text, self.pos)
        return found[0] if found else ""

    def _fail(self, definition: MessageDefinition, segment: str) -> NoReturn:
        raise command_error(definition, segment)

    def _conflict_segment(self, command: ParsedCommand, rule: Disallow) -> str | None:
        """The last typed qualifier of the rule."""
        names = _paths(rule)
        typed = [o for o in (command.typed(n) for n in names) if isinstance(o, Occurrence)]
        negated = [command.given[n] for n in names if n in command.given and command.given[n].negated]
        last = max((*typed, *negated), key=lambda o: o.at, default=None)
        if last is None:
            return None
        return "NO" + last.entity.name if last.negated else last.entity.name


def _paths(rule: Disallow) -> list[str]:
    if rule[0] in ("PATH", "NEG", "ANY2"):
        return list(rule[1:])
    return [path for part in rule[1:] for path in _paths(part)]
