"""Commands derived from a command table: the words that lead to each syntax, each qualifier of it, values of the right kind and of others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from vmsemu.tables.cld import CommandTable
from vmsemu.tables.grammar import Entity, SyntaxDefinition, TypeDefinition, ValueDefinition

_NUMBERS = ("0", "1", "25", "254", "65535", "65536", "-1", "4294967295", "99999999999", "%XFF", "x")


def syntaxes(table: CommandTable) -> list[tuple[list[str], SyntaxDefinition]]:
    """Each syntax that does something, with the verb and the keywords that lead to it."""
    return [found for verb in table.verb_names() for found in _behind(table, table.find_verb(verb), [verb])]


def _behind(table: CommandTable, syntax: SyntaxDefinition, words: list[str]) -> Iterator[tuple[list[str], SyntaxDefinition]]:
    if len(words) <= len(syntax.parameters):
        value = syntax.parameters[len(words) - 1].value
        if value is not None and isinstance(value.type, TypeDefinition):
            for keyword in value.type.keywords:
                if keyword.syntax is not None:
                    yield from _behind(table, table.switch(syntax, keyword.syntax), [*words, keyword.name])
    if syntax.routine is not None:
        yield words, syntax


class Derivation:
    """Makes commands of a table; `words` are values for what has no keywords."""

    def __init__(self, table: CommandTable, random: Random, words: Sequence[str]) -> None:
        self._table = table
        self._random = random
        self._words = words

    def lines(self) -> Iterator[str]:
        """Commands in which each qualifier of each syntax stands at least once."""
        for words, syntax in syntaxes(self._table):
            yield self._line(words, syntax, [])
            for qualifier in syntax.qualifiers:
                others = [other for other in syntax.qualifiers if other is not qualifier]
                yield self._line(words, syntax, [qualifier])
                yield self._line(words, syntax, [qualifier, *self._random.sample(others, min(len(others), self._random.randint(0, 3)))])

    def _line(self, words: Sequence[str], syntax: SyntaxDefinition, qualifiers: Sequence[Entity]) -> str:
        line = " ".join(words)
        behind = self._random.random() < 0.5
        marked = "".join(self._qualifier(qualifier) for qualifier in qualifiers)
        if not behind:
            line += marked
        for parameter in syntax.parameters[len(words) - 1 :]:
            required = parameter.value is not None and parameter.value.required
            if self._random.random() < (0.9 if required else 0.5):
                line += " " + self._value(parameter.value or ValueDefinition(), 0)
            else:
                break
        return line + marked if behind else line

    def _qualifier(self, qualifier: Entity) -> str:
        if qualifier.negatable and self._random.random() < 0.2:
            return f"/NO{qualifier.name}"
        return f"/{qualifier.name}" + self._given(qualifier, 0)

    def _given(self, entity: Entity, depth: int) -> str:
        """The value behind a qualifier or keyword that takes one."""
        value = entity.value
        if value is None or (not value.required and self._random.random() < 0.3) or self._random.random() < 0.05:
            return ""
        return ("=" if depth == 0 else ":") + self._value(value, depth)

    def _value(self, value: ValueDefinition, depth: int) -> str:
        if value.list and self._random.random() < 0.5:
            return "(" + ",".join(self._one(value, depth) for _ in range(self._random.randint(1, 3))) + ")"
        return self._one(value, depth)

    def _one(self, value: ValueDefinition, depth: int) -> str:
        if isinstance(value.type, TypeDefinition) and depth < 3 and self._random.random() < 0.95:
            keyword = self._random.choice(list(value.type.keywords))
            if keyword.negatable and self._random.random() < 0.2:
                return f"NO{keyword.name}"
            return keyword.name + self._given(keyword, depth + 1)
        if value.type is not None and "NUMBER" in str(value.type).upper() and self._random.random() < 0.9:
            return self._random.choice(_NUMBERS)
        return self._random.choice(self._words)
