"""Extended file names: how they are written, and what they mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmsemu.base.condition import MessageDefinition, VmsError
from vmsemu.base.extended import canonical, escape, is_legal, is_wild, match, unescape, upper
from vmsemu.base.filespec import FileSpec
from vmsemu.tables.facilities import RMS

letters = st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters='"*:<>/\\?|')
names = st.text(letters, min_size=1, max_size=40)
components = names.map(escape).filter(lambda c: c != "000000" and c.strip("-"))
specs = st.builds(
    FileSpec,
    st.just(""),
    st.sampled_from(["", "DKA0:"]),
    st.one_of(st.just(""), st.lists(components, min_size=1, max_size=8).map(lambda parts: "[" + ".".join(parts) + "]")),
    names.map(escape),
    names.filter(lambda t: not t.isdecimal() and "." not in t).map(lambda t: "." + escape(t)),
    st.sampled_from(["", ";", ";0", ";*", ";1", ";-1"]),
)


@given(names)
def test_a_name_is_read_back_from_how_it_is_written(name: str) -> None:
    assert unescape(escape(name)) == name
    assert canonical(escape(name)) == escape(name)
    assert not is_wild(escape(name))


@given(specs)
def test_a_specification_is_read_back_from_its_text(spec: FileSpec) -> None:
    assert FileSpec.from_text(spec.to_text(), extended=True) == spec


@given(st.text(alphabet='aB.^_;:[]<>-*%?"9,2 U', max_size=16))
def test_any_other_text_is_refused_with_a_condition(text: str) -> None:
    try:
        spec = FileSpec.from_text(text, extended=True)
    except VmsError as error:
        assert error.matches(RMS.SYN, RMS.NOD, RMS.DEV, RMS.DIR, RMS.FNM, RMS.TYP, RMS.VER, RMS.QUO)
    else:
        assert FileSpec.from_text(spec.to_text(), extended=True) == spec


@given(names)
def test_a_name_matches_itself_in_any_case(name: str) -> None:
    assert match(escape(name), upper(escape(name)))
    assert match("*", escape(name))
    assert match("%" * len(name), escape(name))


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Mixed.Txt", ("", "", "", "Mixed", ".Txt", "")),
        ("a.b.c", ("", "", "", "a^.b", ".c", "")),
        ("a.b.5", ("", "", "", "a", ".b", ";5")),
        ("a^.b", ("", "", "", "a^.b", "", "")),
        ("a^21b^_c^U0041.x", ("", "", "", "a^!b^_cA", ".x", "")),
        ("a+b#c.d", ("", "", "", "a^+b^#c", ".d", "")),
        ("dka0:[Foo.b^.c]x.y;3", ("", "DKA0:", "[Foo.b^.c]", "x", ".y", ";3")),
        ("<Foo>x?*.*;*", ("", "", "[Foo]", "x%*", ".*", ";*")),
        ("\u00e9t\u00e9.txt", ("", "", "", "\u00e9t\u00e9", ".txt", "")),
    ],
)
def test_fields_keep_their_case(text: str, fields: tuple[str, ...]) -> None:
    assert FileSpec.from_text(text, extended=True) == FileSpec(*fields)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("a b", RMS.SYN),
        ("a,b", RMS.SYN),
        ("a^", RMS.SYN),
        ("a^U20AC", RMS.SYN),
        ("a|b", RMS.SYN),
        ("a.b^.c", RMS.TYP),
        ("[a b]c", RMS.DIR),
        ("[a..b]c", RMS.DIR),
        ("x" * 230 + ".abcdef", RMS.FNM),
    ],
)
def test_what_no_name_can_be_is_refused(text: str, condition: MessageDefinition) -> None:
    with pytest.raises(VmsError) as caught:
        FileSpec.from_text(text, extended=True)
    assert caught.value.matches(condition)


def test_a_name_has_at_most_236_characters() -> None:
    assert is_legal("x" * 232 + ".txt") and not is_legal("x" * 233 + ".txt")
