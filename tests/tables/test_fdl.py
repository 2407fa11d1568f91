"""The File Definition Language: what it reads, what it refuses, and that what it writes it reads back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vmsemu.base.condition import MessageDefinition, VmsError
from vmsemu.tables.fdl import FDL, FileDefinition, Section, Value
from vmsemu.tables.fdl_words import MANY, REPEATED, SECTIONS, VALUES, WORDS, Kind


def cause(text: str) -> tuple[str, tuple[object, ...]]:
    """The ident and the parameters of what is wrong with a text."""
    with pytest.raises(VmsError) as caught:
        FileDefinition.from_text(text)
    assert caught.value.matches(FDL.FDLERROR)
    below = caught.value.message.cause
    assert below is not None
    return below.definition.ident, below.parameters


def test_sections_attributes_and_comments_are_read() -> None:
    read = FileDefinition.from_text(
        "! a file\nTITLE \"Parts\"\nFILE\n\tORGANIZATION indexed ! of parts\n\tNAME 'PARTS.IDX'\nKEY 0\n SEG0_LENGTH 4\n"
    )
    assert [section.name for section in read.sections] == ["TITLE", "FILE", "KEY"]
    assert read.section("TITLE").value == "Parts"
    assert read.section("FILE").get("NAME") == "PARTS.IDX"
    assert read.section("KEY", 0).number("SEG0_LENGTH") == 4
    assert read.section("KEY", 1).attributes == ()


def test_keywords_are_abbreviated_and_statements_separated_by_semicolons() -> None:
    read = FileDefinition.from_text("fil; org seq; all 5; rec; form stream_lf; carr none")
    assert read.section("FILE").attributes == (("ORGANIZATION", "SEQUENTIAL"), ("ALLOCATION", 5))
    assert read.section("RECORD").attributes == (("FORMAT", "STREAM_LF"), ("CARRIAGE_CONTROL", "NONE"))


def test_sections_need_no_column_and_attributes_no_indent() -> None:
    assert FileDefinition.from_text("  FILE\nALLOCATION 3\n  RECORD\nSIZE 80").section("RECORD").number("SIZE") == 80


def test_a_quote_and_a_mark_of_comment_stand_in_a_string() -> None:
    assert FileDefinition.from_text('TITLE "say ""hi""! now"').section("TITLE").value == 'say "hi"! now'


def test_a_null_value_is_a_number_or_a_character() -> None:
    text = "KEY 0\n NULL_VALUE {}"
    values = [FileDefinition.from_text(text.format(value)).section("KEY", 0).get("NULL_VALUE") for value in ("0", "'0'", '" "')]
    assert values == [0, 48, 32]


@pytest.mark.parametrize(
    ("text", "ident", "parameters"),
    [
        ("FILE\nWIDGET\n", "UNPRIKW", (2, "WIDGET")),
        ("SIZE 5", "UNPRIKW", (1, "SIZE 5")),
        ("FILE\n  WIDGET 3\n", "UNSECKW", (2, "WIDGET 3")),
        ("A\n", "ABPRIKW", (1, "A")),
        ("FILE\n  C yes\n", "ABKW", (2, "C yes")),
        ("RECORD\n FORMAT str\n", "ABKW", (2, "FORMAT str")),
        ("KEY\n NAME x\n", "VALPRI", (1, "KEY")),
        ("FILE\nRECORD\nFILE\n", "MULPRI", (3, "FILE")),
        ("KEY 0\n DUPLICATES no\n DUPLICATES yes\n", "MULSEC", (3, "DUPLICATES yes")),
        ("KEY 1\n", "OUTORDER", ()),
        ("AREA 0\nAREA 2\n", "OUTORDER", ()),
        ("FILE\n ALLOCATION\n", "NOQUAL", (2, "ALLOCATION")),
        ("FILE\n ALLOCATION many\n", "SYNTAX", (2, "ALLOCATION many")),
        ("FILE\n ALLOCATION 99999999999\n", "VALERR", ()),
        ("FILE\n ORGANIZATION hashed\n", "UNQUAKW", (2, "ORGANIZATION hashed")),
        ("FILE\n CONTIGUOUS perhaps\n", "UNQUAKW", (2, "CONTIGUOUS perhaps")),
        ("AREA 0\n POSITION cluster\n", "SYNTAX", (2, "POSITION cluster")),
        ("FILE\n PROTECTION system\n", "SYNTAX", (2, "PROTECTION system")),
    ],
)
def test_what_is_wrong_is_told_with_its_statement(text: str, ident: str, parameters: tuple[object, ...]) -> None:
    assert cause(text) == (ident, parameters)


PLAIN = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20)
BY_KIND: dict[Kind, st.SearchStrategy[Value]] = {
    Kind.SWITCH: st.booleans(),
    Kind.NUMBER: st.integers(0, 0x7FFFFFFF),
    Kind.CHARACTER: st.integers(0, 255),
    Kind.STRING: PLAIN,
    Kind.CODE: st.sampled_from(["(system:RWED, owner:RWED, group:, world:)", "(S:R)"]),
    Kind.UIC: st.sampled_from(["[1,4]", "[SMITH]", "[200,SMITH]"]),
    Kind.POSITION: st.sampled_from(["NONE", "ANY_POSITION", "CLUSTER 5", "LOGICAL 100"]),
}


def values(section: str, name: str) -> st.SearchStrategy[Value]:
    kind = SECTIONS[section][name]
    return st.sampled_from(WORDS[name]) if kind is Kind.WORD else BY_KIND[kind]


@st.composite
def sections(draw: st.DrawFn, name: str, number: int) -> Section:
    names = draw(st.lists(st.sampled_from(sorted(SECTIONS[name])), max_size=6, unique=True)) if SECTIONS[name] else []
    value: Value = number if name in MANY else draw(PLAIN) if name in VALUES else None
    return Section(name, value, tuple((attribute, draw(values(name, attribute))) for attribute in names))


@st.composite
def definitions(draw: st.DrawFn) -> FileDefinition:
    chosen = draw(st.lists(st.sampled_from([name for name in SECTIONS if name not in MANY]), max_size=5, unique=True))
    numbered = [(name, number) for name in MANY for number in range(draw(st.integers(0, 2)))]
    return FileDefinition(tuple(draw(sections(name, number)) for name, number in [*((name, 0) for name in chosen), *numbered]))


@given(definitions())
@settings(max_examples=80, deadline=None)
def test_what_is_written_is_read_back(definition: FileDefinition) -> None:
    assert FileDefinition.from_text(definition.to_text()) == definition


@given(st.text(st.sampled_from("FILE KEY0 ;!\"'()[]\n=RECORD NAME x1"), max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_or_refused_with_a_condition_of_fdl(text: str) -> None:
    try:
        FileDefinition.from_text(text)
    except VmsError as error:
        below = error.message.cause
        assert below is not None and isinstance(below.definition, MessageDefinition) and below.definition.facility == "FDL"


def test_only_acl_entries_may_be_repeated() -> None:
    assert REPEATED == ("ENTRY",)
    assert len(FileDefinition.from_text('ACL\n ENTRY "a"\n ENTRY "b"').section("ACL").attributes) == 2
