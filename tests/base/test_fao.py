"""$FAO directives."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmsemu.base.condition import VmsError
from vmsemu.base.fao import fao
from vmsemu.base.filespec import FileSpec
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.base.uic import Uic
from vmsemu.tables.facilities import SS

MOMENT = VmsTime.of(2001, 12, 4, 13, 5, 30, 12)


@pytest.mark.parametrize(
    ("control", "parameters", "text"),
    [
        ("plain", (), "plain"),
        ("", (), ""),
        ("!!!/!_!^", (), "!\r\n\t\f"),
        ("!AS is !AC", ("A", "B"), "A is B"),
        ("<!6AS!4AS>", ("abc", "abcdef"), "<abc   abcd>"),
        ("!AD", (3, "abcdef"), "abc"),
        ("!AF", (3, "a\x07c"), "a.c"),
        ("!XB !XW !XL", (-1, 0x12345, 0xAB), "FF 2345 000000AB"),
        ("!OB !OW !OL", (8, 8, 8), "010 000010 00000000010"),
        ("<!4XB!2XW>", (0xAB, 0x1234), "<  AB34>"),
        ("!UB !SB !UW !SW", (-1, -1, -1, -1), "255 -1 65535 -1"),
        ("!UL !SL !ZL", (-1, -1, 7), "4294967295 -1 7"),
        ("<!5UL!5SL!5ZL>", (42, -42, 42), "<   42  -4200042>"),
        ("!2UL", (123,), "**"),
        ("!3UL file!%S", (3,), "  3 files"),
        ("!UL FILE!%S", (3,), "3 FILES"),
        ("!UL file!%S", (1,), "1 file"),
        ("!UL !0%Cnone!1%Cone!%Emany!%F.", (0,), "0 none."),
        ("!UL !0%Cnone!1%Cone!%Emany!%F.", (7,), "7 many."),
        ("!%D", (MOMENT,), " 4-DEC-2001 13:05:30.12"),
        ("!11%D", (MOMENT,), " 4-DEC-2001"),
        ("!%T", (MOMENT,), "13:05:30.12"),
        ("!5%T", (MOMENT,), "13:05"),
        ("!%D", (DeltaTime.of(1, 2),), "   1 02:00:00.00"),
        ("!%T", (DeltaTime.of(1, 2),), "02:00:00.00"),
        ("!%U", (Uic(1, 4),), "[1,4]"),
        ("!%U", (0x00010004,), "[1,4]"),
        ("!%I", (Uic(0o200, 1),), "[200,1]"),
        ("!5*-!3*=", (), "-----==="),
        ("!#*x", (4,), "xxxx"),
        ("!#AS|", (5, "ab"), "ab   |"),
        ("!3(4UL)", (1, 2, 3), "   1   2   3"),
        ("!#(AS)", (2, "a", "b"), "ab"),
        ("!12<!AS!UL!>|", ("abc", 5), "abc5        |"),
        ("!3<!AS!>|", ("abcdef",), "abc|"),
        ("!AS !-!AS !+!AS", ("a", "b", "c"), "a a c"),
        ("!AS", (FileSpec.from_text("DKA0:[A]B.C"),), "DKA0:[A]B.C"),
        ("!as!xl", ("a", 1), "a00000001"),
    ],
)
def test_each_directive_formats_as_documented(control: str, parameters: tuple[Any, ...], text: str) -> None:
    assert fao(control, parameters) == text


def test_a_zero_time_is_the_present() -> None:
    assert fao("!%D", (0,), now=MOMENT) == " 4-DEC-2001 13:05:30.12"


def test_an_identifier_is_named_by_the_rights_database() -> None:
    assert fao("!%I !%I", (Uic(1, 4), Uic(7, 7)), identifier={0x10004: "SYSTEM"}.get) == "SYSTEM [7,7]"


@pytest.mark.parametrize("control", ["!", "!QQ", "!5", "!<abc", "!>", "!<!<!>!>", "!X", "!3("])
def test_an_unknown_directive_is_badparam(control: str) -> None:
    with pytest.raises(VmsError) as caught:
        fao(control, ())
    assert caught.value.matches(SS.BADPARAM)


@given(st.text())
def test_text_passes_unchanged_when_its_exclamation_marks_are_doubled(text: str) -> None:
    assert fao(text.replace("!", "!!")) == text
    assert fao("!AS", [text]) == text


@given(st.integers(-(2**31), 2**31 - 1), st.integers(1, 20))
def test_a_number_fills_its_width_exactly(number: int, width: int) -> None:
    for kind in ("UL", "SL", "ZL", "XL", "OL"):
        assert len(fao(f"!{width}{kind}", [number])) == width


@given(
    st.sampled_from([base + size for base in "OXZUS" for size in "BWLQ"] + ["AS", "AC"]),
    st.integers(0, 24),
    st.one_of(st.integers(-(2**31), 2**31 - 1), st.text(max_size=8)),
)
def test_a_directive_repeated_once_is_the_directive(kind: str, width: int, value: int | str) -> None:
    assert fao(f"<!{width}{kind}!{kind}>", [value, value]) == fao(f"<!1({width}{kind})!1({kind})>", [value, value])
