"""File specifications: what parses into which field, what is refused, and how defaults fill in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmsemu.base.condition import MessageDefinition, VmsError
from vmsemu.base.directory import directory_text, join_directory, split_directory
from vmsemu.base.filespec import FileSpec, join_root, merge, output_fields
from vmsemu.tables.facilities import RMS

words = st.text(alphabet="ABZ09$_", min_size=1, max_size=39)
paths = st.lists(words.filter(lambda w: w != "000000"), max_size=8).map(tuple)
specs = st.builds(
    FileSpec,
    st.sampled_from(["", "ALPHA1::", 'BETA1"SMITH SECRET"::']),
    st.sampled_from(["", "DKA0:", "_DKA0:", "SYS$SYSTEM:", "$1$DGA12:"]),
    st.one_of(st.just(""), st.sampled_from(["[]", "[-]", "[.X]", "[-.X...]", "[...]"]), paths.map(directory_text)),
    st.one_of(st.just(""), words),
    st.one_of(st.just(""), words.map(lambda w: "." + w[:38])),
    st.sampled_from(["", ";", ";0", ";*", ";1", ";-1", ";32767"]),
).filter(lambda spec: len(spec.to_text()) <= 255)


def parse(text: str) -> FileSpec:
    return FileSpec.from_text(text)


@given(specs)
def test_a_specification_is_read_back_from_its_text(spec: FileSpec) -> None:
    assert parse(spec.to_text()) == spec


@given(specs)
def test_case_does_not_matter(spec: FileSpec) -> None:
    if '"' not in spec.node:
        assert parse(spec.to_text().lower()) == spec


@given(st.text(alphabet='AB.;:[]<>-*%"9, ', max_size=16))
def test_any_other_text_is_refused_with_a_condition(text: str) -> None:
    try:
        spec = parse(text)
    except VmsError as error:
        assert error.matches(RMS.SYN, RMS.NOD, RMS.DEV, RMS.DIR, RMS.FNM, RMS.TYP, RMS.VER, RMS.QUO)
    else:
        assert parse(spec.to_text()) == spec


@given(specs, specs, specs)
def test_merging_can_be_done_in_one_step_or_in_two(one: FileSpec, two: FileSpec, three: FileSpec) -> None:
    try:
        together = merge(one, two, three)
    except VmsError:
        return
    assert merge(one, merge(two, three)) == together


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("ALPHA1::DKA0:[SYSMGR]LOGIN.COM;3", ("ALPHA1::", "DKA0:", "[SYSMGR]", "LOGIN", ".COM", ";3")),
        ("login", ("", "", "", "LOGIN", "", "")),
        (".LOG;1", ("", "", "", "", ".LOG", ";1")),
        ("X.", ("", "", "", "X", ".", "")),
        ("X.Y;", ("", "", "", "X", ".Y", ";")),
        ("X.Y.5", ("", "", "", "X", ".Y", ";5")),
        ("X.Y;-1", ("", "", "", "X", ".Y", ";-1")),
        ("X.Y;32768", ("", "", "", "X", ".Y", ";32768")),
        ("SYS$LOGIN:", ("", "SYS$LOGIN:", "", "", "", "")),
        ("_DKA0:X", ("", "_DKA0:", "", "X", "", "")),
        ("<A.B>X", ("", "", "[A.B]", "X", "", "")),
        ("[A.]<B>X", ("", "", "[A.][B]", "X", "", "")),
        ("[000000.A]X", ("", "", "[A]", "X", "", "")),
        ("*.*;*", ("", "", "", "*", ".*", ";*")),
        ('ALPHA1"SMITH pass"::X', ('ALPHA1"SMITH pass"::', "", "", "X", "", "")),
        ('ALPHA1::"any Thing/at all"', ("ALPHA1::", "", "", '"any Thing/at all"', "", "")),
        ("", ("", "", "", "", "", "")),
    ],
)
def test_fields_keep_their_punctuation(text: str, fields: tuple[str, ...]) -> None:
    assert parse(text) == FileSpec(*fields)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("A#B", RMS.SYN),
        ("A B", RMS.SYN),
        ("A.B.C.D", RMS.SYN),
        ("A.B;1;2", RMS.SYN),
        ("CAF\u00c9.TXT", RMS.SYN),
        ("A]", RMS.SYN),
        ("A" * 40, RMS.FNM),
        ("X" * 250 + ":A.B" + "C" * 10, RMS.SYN),
        ("A." + "B" * 40, RMS.TYP),
        ("A.B;X", RMS.VER),
        ("A.B;99999", RMS.VER),
        ("A.B;-", RMS.VER),
        ("[A", RMS.DIR),
        ("[A..B]", RMS.DIR),
        ("[.]", RMS.DIR),
        ("[" + "A" * 40 + "]", RMS.DIR),
        ("[1.2.3.4.5.6.7.8.9]", RMS.DIR),
        ("[400,1]", RMS.DIR),
        ("[A...-]", RMS.DIR),
        ("[A>", RMS.DIR),
        ('A"B', RMS.QUO),
        ('"QUOTED"', RMS.QUO),
    ],
)
def test_the_field_that_is_wrong_names_the_condition(text: str, condition: MessageDefinition) -> None:
    with pytest.raises(VmsError) as caught:
        parse(text)
    assert caught.value.matches(condition)


def test_eight_levels_and_names_of_39_characters_are_allowed() -> None:
    assert parse("[1.2.3.4.5.6.7.8]").components == ("1", "2", "3", "4", "5", "6", "7", "8")
    assert parse("A" * 39 + "." + "B" * 39).name == "A" * 39


@pytest.mark.parametrize(
    ("primary", "default", "result"),
    [
        ("X", "DEFNAME.TXT;5", "X.TXT;5"),
        ("X.", "DEFNAME.TXT;5", "X.;5"),
        ("X.Y;", "DEFNAME.TXT;5", "X.Y;"),
        ("DEV:", "DEFNAME.TXT;5", "DEV:DEFNAME.TXT;5"),
        ("X", "", "X.;"),
        ("[.SUB]", "DKA0:[A]", "DKA0:[A.SUB].;"),
        ("[-]X", "DKA0:[A.B]", "DKA0:[A]X.;"),
        ("[-.C]X", "DKA0:[A.B]", "DKA0:[A.C]X.;"),
        ("[--]X", "DKA0:[A.B]", "DKA0:[000000]X.;"),
        ("[]X", "DKA0:[A.B]", "DKA0:[A.B]X.;"),
        ("[...]X", "DKA0:[A.B]", "DKA0:[A.B...]X.;"),
        ("[...]X", "DKA0:[000000]", "DKA0:[000000...]X.;"),
        ("[-...]X", "DKA0:[A.B]", "DKA0:[A...]X.;"),
        ("[.C...]X", "DKA0:[A]", "DKA0:[A.C...]X.;"),
        ("[A]X", "DKA0:[B]", "DKA0:[A]X.;"),
        ("[.C]X", "DKA0:[A.][B]", "DKA0:[A.][B.C]X.;"),
        ("[.C]X", "DKA0:[1,4]", "DKA0:[001004.C]X.;"),
        ("[]X", "DKA0:[1,4]", "DKA0:[1,4]X.;"),
        ("::X", "ALPHA1::DKA0:", "DKA0:X.;"),
        ("TWO", "[A]ONE.LIS", "[A]TWO.LIS;"),
        (".DAT", "A.TXT", "A.DAT;"),
    ],
)
def test_each_field_comes_from_the_first_specification_that_has_it(primary: str, default: str, result: str) -> None:
    assert merge(parse(primary), parse(default)).expanded().to_text() == result


@pytest.mark.parametrize(
    ("primary", "default"), [("[-]", "[000000]"), ("[---]", "[A.B]"), ("[-]", "[A.][000000]"), ("[.9]", "[1.2.3.4.5.6.7.8]")]
)
def test_no_directory_lies_above_the_top_or_below_the_eighth_level(primary: str, default: str) -> None:
    with pytest.raises(VmsError) as caught:
        merge(parse(primary), parse(default))
    assert caught.value.matches(RMS.DIR)


@given(paths, words)
def test_going_down_and_up_again_leads_back(path: tuple[str, ...], word: str) -> None:
    here = directory_text(path)
    if len(path) < 8 and word.strip("-"):
        assert join_directory("[-]", join_directory(f"[.{word}]", here)) == here


@given(paths)
def test_components_are_read_back_from_the_directory_text(path: tuple[str, ...]) -> None:
    assert split_directory(directory_text(path)) == path


@pytest.mark.parametrize(
    ("root", "directory", "result"),
    [
        ("DKA0:[SYS0.]", "[SYSMGR]", "DKA0:[SYS0.SYSMGR]"),
        ("DKA0:[SYS0.]", "[000000]", "DKA0:[SYS0]"),
        ("DKA0:[SYS0.]", "[000000...]", "DKA0:[SYS0...]"),
        ("DKA0:[SYS0.]", "[*...]", "DKA0:[SYS0.*...]"),
        ("DKA0:[SYS0.SYSCOMMON.]", "[1.2.3.4.5.6.7.8]", "DKA0:[SYS0.SYSCOMMON.1.2.3.4.5.6.7.8]"),
    ],
)
def test_a_root_goes_before_the_directory(root: str, directory: str, result: str) -> None:
    assert join_root(root, directory) == result


@pytest.mark.parametrize(("root", "directory"), [("DKA0:[SYS0]", "[A]"), ("DKA0:[SYS0.]", "[-]"), ("DKA0:[SYS0.]", "[.A]")])
def test_only_a_rooted_directory_joins_an_absolute_one(root: str, directory: str) -> None:
    with pytest.raises(VmsError) as caught:
        join_root(root, directory)
    assert caught.value.matches(RMS.DIR)


@pytest.mark.parametrize(
    ("text", "wild"),
    [("A.B;1", False), ("A.B;-1", False), ("*.B", True), ("A.%", True), ("A.B;*", True), ("[A...]B.C", True), ("[*]B", True)],
)
def test_wildcards_are_seen_in_every_field(text: str, wild: bool) -> None:
    assert parse(text).has_wildcards is wild


@pytest.mark.parametrize(("text", "number"), [("A", 0), ("A;", 0), ("A;0", 0), ("A;7", 7), ("A;-2", -2), ("A;*", None)])
def test_the_version_number_counts_from_the_highest(text: str, number: int | None) -> None:
    assert parse(text).version_number == number


@pytest.mark.parametrize(("output", "result"), [(".C", "A.C"), ("*.OLD", "A.OLD"), ("[.Y]", "[.Y]A.B"), ("Z", "Z.B"), ("*.*;*", "A.B;3")])
def test_an_output_takes_from_its_input_what_it_leaves_open(output: str, result: str) -> None:
    assert output_fields(parse(output), parse("DKA0:[X]A.B;3")).to_text() == result


def test_a_partial_wildcard_in_an_output_is_refused() -> None:
    with pytest.raises(VmsError) as caught:
        output_fields(parse("A*.TXT"), parse("DKA0:[X]A.B;3"))
    assert caught.value.matches(RMS.WLD)
