"""Help libraries: the source language, lookup, and the layout of a display."""

from hypothesis import given
from hypothesis import strategies as st

from vmsemu.tables.help import compile_help, find_help, help_words, show_help, show_subtopics

SOURCE = """
! a comment
1 COPY
   Copies files.

2 Parameters
   Two of them.
2 Qualifiers
/LOG
   Says what happens.
/ALLOCATION=blocks
   Asks for room.
2 Examples
   $ COPY A B

1 SET
   Changes something.
2 TERMINAL
   The terminal.
3 Qualifiers
/PAGE
   Lines of a page.
2 TIME
1 SETUP
   Not SET.
1 COPY
2 Notes
   Said elsewhere.
"""
LIBRARY = compile_help(SOURCE)


def names(line: str) -> list[str]:
    paths, understood = find_help(LIBRARY, help_words(line))
    assert understood == len(help_words(line))
    return [" ".join(t.name for t in path[1:]) for path in paths]


def test_topics_are_found_by_abbreviation() -> None:
    assert names("cop par") == ["COPY Parameters"]
    assert names("SET TERM/PAGE") == ["SET TERMINAL /PAGE"]
    assert names("copy/l") == ["COPY /LOG"]


def test_an_exact_name_wins_and_an_ambiguous_one_shows_all() -> None:
    assert names("SET") == ["SET"]
    assert names("SE") == ["SET", "SETUP"]
    assert names("SET T") == ["SET TERMINAL", "SET TIME"]


def test_wildcards_and_everything_below() -> None:
    assert names("*") == ["COPY", "SET", "SETUP"]
    assert names("SET T%ME") == ["SET TIME"]
    assert names("SET...") == ["SET", "SET TERMINAL", "SET TERMINAL Qualifiers", "SET TERMINAL /PAGE", "SET TIME"]
    assert names("SET TERM ...") == ["SET TERMINAL", "SET TERMINAL Qualifiers", "SET TERMINAL /PAGE"]


def test_an_unknown_word_tells_how_far_the_request_was_understood() -> None:
    paths, understood = find_help(LIBRARY, ["COPY", "NOSUCH"])
    assert understood == 1 and paths[0][-1].name == "COPY"


def test_a_topic_of_two_files_is_one_topic() -> None:
    assert list(LIBRARY.children["COPY"].children) == ["PARAMETERS", "QUALIFIERS", "/LOG", "/ALLOCATION", "EXAMPLES", "NOTES"]


def test_a_display_shows_the_way_to_the_topic_and_indents_by_level() -> None:
    (path,), _ = find_help(LIBRARY, ["COPY", "/ALLOC"])
    assert show_help(path) == ["", "COPY", "", "  /ALLOCATION", "", "     /ALLOCATION=blocks", "", "       Asks for room."]


def test_subtopics_stand_in_columns_of_eleven_with_qualifiers_on_their_own_lines() -> None:
    (path,), _ = find_help(LIBRARY, ["COPY"])
    assert show_subtopics(path) == [
        "",
        "  Additional information available:",
        "",
        "  Parameters Qualifiers",
        "  /LOG       /ALLOCATION",
        "  Examples   Notes",
    ]
    assert show_subtopics((LIBRARY,))[3] == "  COPY       SET        SETUP"
    assert all(len(line) <= 30 for line in show_subtopics(path, 30)[3:])


@given(st.text(max_size=80), st.text(max_size=30))
def test_any_source_compiles_and_any_request_has_an_answer(source: str, line: str) -> None:
    library = compile_help(source)
    paths, understood = find_help(library, help_words(line))
    assert 0 <= understood <= len(help_words(line))
    for path in paths[:5]:
        show_help(path)
        show_subtopics(path)
