"""The help texts agree with the command definitions."""

from collections.abc import Iterator

import pytest

from vmsemu.images.commands import load_command_tables
from vmsemu.images.help.library import system_library
from vmsemu.tables.grammar import SyntaxDefinition
from vmsemu.tables.help import HelpTopic

TABLE = load_command_tables()
LIBRARY = system_library()


def verb_topics() -> list[str]:
    return [name for name in TABLE.verb_names() if TABLE.find_verb(name).verb == name]


@pytest.mark.parametrize("verb", verb_topics())
def test_every_command_has_a_topic_with_text(verb: str) -> None:
    topic = LIBRARY.children.get(verb)
    assert topic is not None
    assert any(topic.text) or all(any(child.text) for child in topic.children.values())


@pytest.mark.parametrize("verb", ["SET", "SHOW"])
def test_every_option_has_a_topic(verb: str) -> None:
    value = TABLE.find_verb(verb).parameters[0].value
    assert value is not None
    assert [k.name for k in value.type.keywords if k.name not in LIBRARY.children[verb].children] == []  # type: ignore[union-attr]


def syntaxes(verb: SyntaxDefinition) -> Iterator[SyntaxDefinition]:
    yield verb
    names = [q.syntax for q in verb.qualifiers if q.syntax is not None]
    for parameter in verb.parameters:
        kind = parameter.value.type if parameter.value is not None else None
        names += [k.syntax for k in getattr(kind, "keywords", ()) if k.syntax is not None]
    for name in names:
        if name != verb.name:
            yield from syntaxes(TABLE.switch(verb, name))


def documented(topic: HelpTopic) -> Iterator[str]:
    for child in topic.children.values():
        if child.name.startswith("/"):
            yield child.name[1:].upper()
        yield from documented(child)


@pytest.mark.parametrize("verb", verb_topics())
def test_every_qualifier_of_the_texts_exists(verb: str) -> None:
    known = {q.name for syntax in syntaxes(TABLE.find_verb(verb)) for q in syntax.qualifiers} | {"OUTPUT"}
    assert [name for name in documented(LIBRARY.children[verb]) if name not in known] == []


@pytest.mark.parametrize("verb", ["COPY", "DIRECTORY", "TYPE", "DELETE", "PURGE", "RENAME", "APPEND", "SEARCH", "SUBMIT", "PRINT", "MAIL", "DEFINE", "MOUNT"])
def test_every_qualifier_of_a_common_command_is_explained(verb: str) -> None:
    texts = set(documented(LIBRARY.children[verb]))
    assert [q.name for q in TABLE.find_verb(verb).qualifiers if q.name not in texts] == []
