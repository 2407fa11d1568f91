"""UICs, privileges and protection codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmsemu.base.condition import VmsError
from vmsemu.base.privilege import Privilege, PrivilegeSet
from vmsemu.base.protection import DELETE, Protection
from vmsemu.base.uic import Uic
from vmsemu.tables.facilities import CLI

uics = st.builds(Uic, st.integers(0, 0o37776), st.integers(0, 0o177776))
protections = st.builds(Protection, *[st.integers(0, 15)] * 4)


@given(uics)
def test_a_uic_is_read_back_from_its_text_and_its_longword(uic: Uic) -> None:
    assert Uic.from_text(uic.to_text()) == uic
    assert Uic.from_long(uic.to_long()) == uic


def test_a_uic_is_octal_and_shown_without_leading_zeros() -> None:
    assert Uic.from_text("[001,004]").to_text() == "[1,4]"
    assert Uic.from_text("[1,4]").to_long() == 0x00010004
    assert Uic.from_text("<200,10>") == Uic(0o200, 0o10)


@pytest.mark.parametrize("text", ["", "[1]", "[8,1]", "[1,4", "[1,4>", "[40000,1]", "[1,200000]", "[37777,1]", "[*,*]", "[SYSTEM]"])
def test_a_wrong_uic_is_invuic(text: str) -> None:
    with pytest.raises(VmsError) as caught:
        Uic.from_text(text)
    assert caught.value.matches(CLI.INVUIC)


def test_wildcard_uics_have_their_documented_values() -> None:
    assert Uic.from_text("[*,*]", wild=True).to_long() == 0x3FFFFFFF
    assert Uic.from_text("[200,*]", wild=True).to_long() == 0x0080FFFF
    assert Uic.from_text("[200,*]", wild=True).to_text() == "[200,*]"
    assert Uic.from_text("[200,*]", wild=True).matches(Uic(0o200, 7))
    assert not Uic.from_text("[200,*]", wild=True).matches(Uic(0o201, 7))


def test_system_groups_end_at_octal_ten() -> None:
    assert Uic(0o10, 1).is_system()
    assert not Uic(0o11, 1).is_system()


@given(st.sets(st.sampled_from(list(Privilege))))
def test_a_privilege_set_is_read_back_from_its_names_and_its_quadword(privileges: set[Privilege]) -> None:
    mask = PrivilegeSet.of(*privileges)
    assert PrivilegeSet.from_names(mask.names()) == mask
    assert PrivilegeSet.from_bytes8(mask.to_bytes8()) == mask
    assert set(mask) == privileges


def test_there_are_thirty_nine_privileges_shown_in_the_order_of_their_old_names() -> None:
    names = PrivilegeSet.ALL.names()
    assert len(names) == 39
    assert names[6:10] == ["CMEXEC", "CMKRNL", "IMPERSONATE", "DIAGNOSE"]


def test_privilege_names_apply_in_order_and_may_be_negated() -> None:
    base = PrivilegeSet.of(Privilege.OPER, Privilege.TMPMBX)
    assert PrivilegeSet.from_names(["NOOPER", "SYSPRV"], base).names() == ["SYSPRV", "TMPMBX"]
    assert PrivilegeSet.from_names(["ALL", "NOBYPASS"]) == PrivilegeSet.ALL - PrivilegeSet.of(Privilege.BYPASS)
    assert PrivilegeSet.from_names(["NOALL", "DETACH", "SETPRI"], base).names() == ["ALTPRI", "IMPERSONATE"]


def test_an_unknown_privilege_is_ivkeyw() -> None:
    with pytest.raises(VmsError) as caught:
        PrivilegeSet.from_names(["NOSUCH"])
    assert caught.value.matches(CLI.IVKEYW)


@given(protections)
def test_a_protection_is_read_back_from_its_texts_and_its_word(protection: Protection) -> None:
    assert Protection.from_text(protection.to_long_text()) == protection
    assert Protection.from_text(protection.to_keyword_text()) == protection
    assert Protection.from_word(protection.to_word()) == protection


@pytest.mark.parametrize(
    ("word", "text"),
    [(0xFA00, "(RWED,RWED,RE,)"), (0xBA88, "(RWE,RWE,RE,E)"), (0xAA88, "(RWE,RWE,RE,RE)"), (0xFF00, "(RWED,RWED,,)")],
)
def test_the_protection_word_denies_by_set_bits(word: int, text: str) -> None:
    assert Protection.from_word(word).to_text() == text


def test_a_class_without_letters_loses_access_and_a_class_left_out_keeps_it() -> None:
    assert Protection.from_text("(W:RE,G)", Protection.DEFAULT).to_text() == "(RWED,RWED,,RE)"
    assert Protection.from_text("SYS=R, ow:dewr", Protection.DEFAULT).to_text() == "(R,RWED,RE,)"
    assert Protection.DEFAULT.to_long_text() == "System:RWED, Owner:RWED, Group:RE, World:"
    assert Protection.DEFAULT.without(DELETE).to_text() == "(RWE,RWE,RE,)"


@pytest.mark.parametrize("text", ["X:R", "S:Q", "S:R,,W", "S:RW O:R", "S::R"])
def test_a_wrong_protection_code_is_ivprot(text: str) -> None:
    with pytest.raises(VmsError) as caught:
        Protection.from_text(text)
    assert caught.value.matches(CLI.IVPROT)
