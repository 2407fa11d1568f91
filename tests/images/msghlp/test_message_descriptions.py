"""The descriptions for HELP/MESSAGE: they belong to messages that are declared, and those that people meet are all there."""

from __future__ import annotations

import pytest

from tests.tables.conditions import LINES, VALUES
from vmsemu.images.message_files import message_files
from vmsemu.images.msghlp.database import SHARED, WordMatch, database, search
from vmsemu.services.putmsg import facility_name
from vmsemu.tables.message_help import MessageDescription, displayed_text, parse_descriptions, source_lines


def declared() -> set[tuple[str, str]]:
    """The messages of all images known now: a test that made a node has added those of its products."""
    return {(facility_name(d), d.ident) for messages in message_files().values() for d in messages.values()}


def described(facility: str) -> set[str]:
    return {each.ident for each in database() if each.facility == facility}


def test_every_description_is_that_of_a_declared_message_and_says_something() -> None:
    known = declared()
    for each in database():
        assert (each.facility, each.ident) in known
        assert each.text
        assert each.facility_name
        assert each.explanation.endswith(".")
        assert not each.action or each.action.endswith(".")


def test_no_message_is_described_twice() -> None:
    keys = [(each.facility, each.ident) for each in database()]
    assert len(keys) == len(set(keys))


def test_every_message_of_dcl_is_described() -> None:
    assert described("CLI") == {*VALUES, "NORMAL"}


@pytest.mark.parametrize("facility", ["SYSTEM", "RMS"])
def test_the_messages_that_users_of_dcl_meet_are_described(facility: str) -> None:
    met = {line.split()[2] for line in LINES if line.split()[1] == facility}
    assert met - described(facility) == set()


def test_texts_show_words_where_values_stand() -> None:
    assert displayed_text("!AS deleted (!UL block!%S)") == "'text' deleted ('number' blocks)"
    assert displayed_text("PC=!XH!/next") == "PC='value' next"


def test_source_and_descriptions_are_the_same_thing() -> None:
    description = MessageDescription("FNF", "RMS", "Record services", "file not found", "No such file.", "Look again.")
    assert parse_descriptions(["! comment", "", *source_lines(description)]) == [description]


def test_a_facility_before_the_first_message_holds_for_all_and_lines_go_on() -> None:
    lines = ["2ABC, The alphabet", "1ONE", "3First", "   and more.", "1TWO, second text", "4Do something."]
    assert parse_descriptions(lines) == [
        MessageDescription("ONE", "ABC", "The alphabet", "", "First and more."),
        MessageDescription("TWO", "ABC", "The alphabet", "second text", "", "Do something."),
    ]


@pytest.mark.parametrize(
    ("how", "text", "found"),
    [
        (WordMatch.INITIAL_SUBSTRING, "sec", ["B"]),
        (WordMatch.SUBSTRING, "eco", ["B"]),
        (WordMatch.WHOLE_WORD, "sec", []),
        (WordMatch.WHOLE_WORD, "text second", ["B"]),
        (WordMatch.INITIAL_SUBSTRING, "text", ["A", "B"]),
        (WordMatch.INITIAL_SUBSTRING, "...", []),
    ],
)
def test_words_are_matched_as_asked(how: WordMatch, text: str, found: list[str]) -> None:
    descriptions = [MessageDescription(ident, SHARED, "", shown) for ident, shown in (("A", "first text"), ("B", "second text"))]
    assert [each.ident for each in search(descriptions, text, how)] == found
