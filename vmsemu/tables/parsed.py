"""A parsed command, and the questions an image asks about it (CLI$PRESENT, CLI$GET_VALUE).

Entities are named by label, by name, or P1 to P8; a keyword of a value by a path such as `DATE.CREATED`, which may be shortened to
`CREATED`. Asking for an entity that the active syntax does not have is no error: it is absent.

Source: OpenVMS Utility Routines Manual, CLI routines.
"""

from __future__ import annotations

from enum import Enum

from vmsemu.base.condition import Message
from vmsemu.tables.grammar import Disallow, Entity, SyntaxDefinition, TypeDefinition
from vmsemu.tables.valuetypes import number


class Presence(Enum):
    """What CLI$PRESENT returns."""

    ABSENT = "ABSENT"
    NEGATED = "NEGATED"
    PRESENT = "PRESENT"
    DEFAULTED = "DEFAULTED"
    LOCPRES = "LOCPRES"
    LOCNEG = "LOCNEG"


_NOT_THERE = (Presence.ABSENT, Presence.NEGATED, Presence.LOCNEG)
_PRESENT = Presence.PRESENT


class Value:
    """One value of an entity; `keyword` when its type is a set of keywords."""

    __slots__ = ("keyword", "raw", "text")

    def __init__(self, text: str, raw: str, keyword: Occurrence | None = None) -> None:
        self.text = text
        self.raw = raw
        self.keyword = keyword


class Occurrence:
    """A qualifier or keyword that was typed. `at` is its place on the line; `earlier` the same qualifier typed before it."""

    __slots__ = ("at", "earlier", "entity", "negated", "values")

    def __init__(self, entity: Entity, negated: bool, values: list[Value], at: int, earlier: Occurrence | None = None) -> None:
        self.earlier = earlier
        self.entity = entity
        self.negated = negated
        self.values = values
        self.at = at


_Found = tuple[Presence, "list[Value]", Entity | None]
_ABSENT: _Found = (Presence.ABSENT, [], None)


class _Answers:
    """The questions; a command and each element of its parameters answer them."""

    __slots__ = ()

    def _find(self, name: str) -> _Found:
        raise NotImplementedError

    def _locate(self, path: str) -> _Found:
        if "." not in path:
            return self._find(path)
        name, _, rest = path.partition(".")
        found = self._find(name)
        for word in rest.split(".") if rest else ():
            found = _keyword(found, word)
        return found

    def presence(self, path: str) -> Presence:
        """Whether and how the entity is present."""
        return self._locate(path)[0]

    def present(self, path: str) -> bool:
        """Whether the entity is present, explicitly or by default."""
        return self._locate(path)[0] not in _NOT_THERE

    def negated(self, path: str) -> bool:
        """Whether the entity was typed with NO."""
        return self._locate(path)[0] in (Presence.NEGATED, Presence.LOCNEG)

    def value(self, path: str, default: str | None = None) -> str | None:
        """The first value of the entity."""
        values = self._locate(path)[1]
        return values[0].text if values else default

    def values(self, path: str) -> list[str]:
        """All values of the entity; keywords are spelled in full, with NO when negated."""
        return [v.text for v in self._locate(path)[1]]

    def raw_values(self, path: str) -> list[str]:
        """All values as typed: unquoted text in upper case, quotation marks kept."""
        return [v.raw for v in self._locate(path)[1]]

    def integer(self, path: str, default: int = 0) -> int:
        """The first value as an integer. The grammar gives the entity the type $NUMBER."""
        text = self.value(path)
        return number(text) if text is not None else default


class ParameterItem(_Answers):
    """One element of a parameter list. `separator` is what precedes it: a comma, a plus sign, or nothing for the first."""

    __slots__ = ("_command", "local", "raw", "separator", "text", "value_parsed")

    def __init__(self, value: Value, separator: str, command: ParsedCommand | None = None) -> None:
        self.text = value.text
        self.raw = value.raw
        self.value_parsed = value
        self.separator = separator
        self.local: dict[str, Occurrence] = {}
        self._command = command

    def copy(self, value: Value | None = None) -> ParameterItem:
        """The same element, or one with another value, for another command."""
        item = ParameterItem(value or self.value_parsed, self.separator)
        item.local = self.local
        return item

    def __repr__(self) -> str:
        return f"ParameterItem({self.separator}{self.text})"

    def _find(self, name: str) -> _Found:
        if self.local:
            entity = self._command.definition.labels.get(name) if self._command is not None else None
            here = self.local.get(entity.label if entity is not None else name)
            if here is not None:
                return Presence.LOCNEG if here.negated else Presence.LOCPRES, here.values, here.entity
        return self._command._find(name) if self._command is not None else _ABSENT


class QualifierItem(_Answers):
    """One of several occurrences of a qualifier (SORT/KEY=.../KEY=...). Its questions are about the keywords of its value."""

    __slots__ = ("_occurrence",)

    def __init__(self, occurrence: Occurrence) -> None:
        self._occurrence = occurrence

    def _find(self, name: str) -> _Found:
        here = self._occurrence
        return _keyword((_PRESENT, here.values, here.entity), name)


class ParsedCommand(_Answers):
    """A command line that the grammar accepts.

    `line` is what follows the verb, as typed. `notices` are messages to display before the command runs, each with its segment. A
    positional qualifier that follows a parameter belongs to that element: ask the ParameterItem, which also knows the qualifiers of the
    whole command. Of a qualifier that is typed several times the last one counts; `each` shows them all.
    """

    __slots__ = ("_batch", "definition", "given", "line", "notices", "parameter_lists")

    def __init__(
        self,
        definition: SyntaxDefinition,
        line: str,
        given: dict[str, Occurrence],
        parameter_lists: list[list[ParameterItem]],
        notices: tuple[tuple[Message, str], ...],
        batch: bool,
    ) -> None:
        self.definition = definition
        self.line = line
        self.given = given
        self.parameter_lists = parameter_lists
        self.notices = notices
        self._batch = batch
        for items in parameter_lists:
            for item in items:
                item._command = self

    def replaced(self, line: str, parameter_lists: list[list[ParameterItem]]) -> ParsedCommand:
        """The same command with other parameters."""
        return ParsedCommand(self.definition, line, self.given, parameter_lists, self.notices, self._batch)

    @property
    def verb(self) -> str:
        """The full name of the verb."""
        return self.definition.verb

    @property
    def syntax(self) -> str:
        """The name of the active syntax: that of the verb, or what a qualifier or keyword switched to."""
        return self.definition.name

    @property
    def image(self) -> str | None:
        return self.definition.image

    @property
    def routine(self) -> str | None:
        return self.definition.routine

    @property
    def cliroutine(self) -> str | None:
        return self.definition.cliroutine

    def parameters(self, name: str) -> list[ParameterItem]:
        """The elements of a parameter, by P1 or its label; those of its default when it was not typed."""
        at = self.definition.parameter_index.get(name)
        if at is None:
            return []
        if at < len(self.parameter_lists):
            return self.parameter_lists[at]
        return [ParameterItem(v, "", self) for v in default_values(self.definition.parameters[at])]

    def each(self, name: str) -> list[QualifierItem]:
        """Every occurrence of a qualifier that is not negated, from left to right."""
        entity = self.definition.labels.get(name)
        here = self.given.get(entity.label if entity is not None else name)
        out: list[QualifierItem] = []
        while here is not None and not here.negated:
            out.insert(0, QualifierItem(here))
            here = here.earlier
        return out

    def _find(self, name: str) -> _Found:
        definition = self.definition
        at = definition.parameter_index.get(name)
        if at is not None:
            if at < len(self.parameter_lists):
                return _PRESENT, [i.value_parsed for i in self.parameter_lists[at]], definition.parameters[at]
            values = default_values(definition.parameters[at])
            return (Presence.DEFAULTED, values, definition.parameters[at]) if values or definition.parameters[at].default else _ABSENT
        entity = definition.labels.get(name)
        typed = self.given.get(entity.label if entity is not None else name)
        if typed is not None:
            return Presence.NEGATED if typed.negated else _PRESENT, typed.values, typed.entity
        if entity is None:
            return self._somewhere(name)
        if entity.default or (entity.batch and self._batch):
            return Presence.DEFAULTED, default_values(entity), entity
        return _ABSENT

    def _somewhere(self, name: str) -> _Found:
        """A keyword named without the path to it."""
        for values in (*(o.values for o in self.given.values()), *([i.value_parsed for i in items] for items in self.parameter_lists)):
            for value in values:
                keyword = value.keyword
                if keyword is not None and name in (keyword.entity.label, keyword.entity.name):
                    return Presence.NEGATED if keyword.negated else _PRESENT, keyword.values, keyword.entity
        return _ABSENT

    def typed(self, path: str) -> Occurrence | bool:
        """The entity as typed on the line, not counting defaults; false when it was not, or was negated."""
        name, _, rest = path.partition(".")
        at = self.definition.parameter_index.get(name)
        if at is not None:
            items = self.parameter_lists[at] if at < len(self.parameter_lists) else []
            return any(_names(i.value_parsed, rest) for i in items) if rest else bool(items)
        found = self._typed_qualifier(name)
        if found is None or found.negated:
            return False
        return found if not rest or any(_names(v, rest) for v in found.values) else False

    def typed_negated(self, path: str) -> bool:
        """Whether the entity was typed with NO."""
        found = self._typed_qualifier(path)
        return found is not None and found.negated

    def _typed_qualifier(self, name: str) -> Occurrence | None:
        entity = self.definition.labels.get(name)
        label = entity.label if entity is not None else name
        found = self.given.get(label)
        if found is None:
            for items in self.parameter_lists:
                for item in items:
                    if label in item.local:
                        return item.local[label]
        return found

    def violates(self, rule: Disallow) -> bool:
        """Whether a DISALLOW expression is true."""
        kind = rule[0]
        if kind == "PATH":
            return bool(self.typed(rule[1]))
        if kind == "ANY2":
            return sum(1 for path in rule[1:] if self.typed(path)) >= 2
        if kind == "AND":
            return self.violates(rule[1]) and self.violates(rule[2])
        if kind == "OR":
            return self.violates(rule[1]) or self.violates(rule[2])
        if kind == "NOT":
            return not self.violates(rule[1])
        return self.typed_negated(rule[1])


def default_values(entity: Entity) -> list[Value]:
    """The values of an entity that has none on the line: what DEFAULT= says in its VALUE clause."""
    value = entity.value
    if value is None or value.default is None:
        return []
    keyword = None
    if isinstance(value.type, TypeDefinition):
        found = value.type.keywords.find(value.default.upper())
        if isinstance(found, tuple):
            keyword = Occurrence(found[0], found[1], default_values(found[0]), -1)
    return [Value(value.default, value.default, keyword)]


def _keyword(found: _Found, word: str) -> _Found:
    """The keyword `word` of a value."""
    presence, values, entity = found
    for value in reversed(values):
        keyword = value.keyword
        if keyword is not None and word in (keyword.entity.label, keyword.entity.name):
            return Presence.NEGATED if keyword.negated else _PRESENT, keyword.values, keyword.entity
    kind = entity.value.type if entity is not None and entity.value is not None else None
    if presence not in _NOT_THERE and isinstance(kind, TypeDefinition):
        for defined in kind.keywords:
            if defined.default and word in (defined.label, defined.name):
                return Presence.DEFAULTED, default_values(defined), defined
    return _ABSENT


def _names(value: Value, path: str) -> bool:
    """Whether a value is, or leads to, the keyword `path`."""
    word, _, rest = path.partition(".")
    keyword = value.keyword
    if keyword is None or keyword.negated or word not in (keyword.entity.label, keyword.entity.name):
        return False
    return not rest or any(_names(v, rest) for v in keyword.values)
