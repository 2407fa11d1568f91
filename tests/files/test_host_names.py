"""Names of host files as names on a volume, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmsemu.files.host_names import folder_name, host_name, vms_name


@pytest.mark.parametrize(
    ("host", "vms"),
    [
        ("readme.txt", "readme.txt"), ("Makefile", "Makefile."), (".profile", ".profile"), ("a.b.c", "a^.b.c"),
        ("Hello World.txt", "Hello^_World.txt"), ("foo.", "foo^.."), ("x;1", "x^;1."), ("a[b]^c,d", "a^[b^]^^c^,d."),
        ("n\xe9.txt", "n\xe9.txt"), ("\u4f60.txt", "^U4F60.txt"), ("\U0001f600", "^UD83D^UDE00."),
        ("a\nb", "a^0Ab."), ("\x1b[2J", "^1B^[2J."), ("\x9b", "^9B."), ('a*b?"c', "a^2Ab^3F^22c."), ("100%", "100^%."), ("\udcff", "^UDCFF."),
    ],
)  # fmt: skip
def test_what_ods_2_cannot_spell_stands_behind_a_circumflex(host: str, vms: str) -> None:
    assert vms_name(host) == vms
    assert host_name(vms) == (host.lower() if vms.upper() == vms else host)


def test_a_name_typed_in_upper_case_alone_is_one_in_lower_case() -> None:
    assert host_name("README.TXT") == "readme.txt"
    assert host_name("ReadMe.TXT") == "ReadMe.TXT"
    assert host_name("A^_B.") == "a b"


def test_a_folder_is_a_directory_file() -> None:
    assert vms_name("sub", is_folder=True) == "sub.DIR"
    assert vms_name("v1.2", is_folder=True) == "v1^.2.DIR"
    assert folder_name("V1^.2.DIR") == "v1.2"


@pytest.mark.parametrize("name", [".", "^..", "^.^..", "^2F.", "ETC^2FPASSWD.", "A^00.B"])
def test_names_that_would_be_paths_are_no_names(name: str) -> None:
    assert host_name(name) is None


@given(st.text(st.characters(exclude_characters="/\0"), min_size=1, max_size=20).filter(lambda n: n not in (".", "..")))
def test_every_name_of_the_host_comes_back_and_shows_no_control_characters(name: str) -> None:
    shown = vms_name(name)
    assert not any(c < " " or "\x7f" <= c < "\xa0" or c in '"*:<>?|/\\' or c > "\xff" for c in shown)
    back = host_name("x" + shown)
    assert back == "x" + name
