"""Lines for the wire, and addresses of Message Router."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp.message.address import Address
from smtp.message.headers import HeaderBlock
from smtp.message.long_lines import LIMIT, wrapped_body, wrapped_headers
from smtp.message.mts import simple_address, simple_headers

LONG_TEXT = st.lists(st.text("ab ", min_size=1, max_size=700), max_size=6).map("".join)


@given(st.lists(st.binary(max_size=2500).map(lambda line: line.replace(b"\n", b"").replace(b"\r", b"")), max_size=4))
def test_not_an_octet_of_a_body_is_lost_and_no_line_is_too_long(lines: list[bytes]) -> None:
    wrapped = wrapped_body(lines)
    assert b"".join(wrapped) == b"".join(lines)
    assert all(len(line) <= LIMIT for line in wrapped)
    assert len(wrapped) == sum(max(1, -(-len(line) // LIMIT)) for line in lines)


@given(LONG_TEXT)
def test_a_folded_header_is_still_one_field_with_all_its_words(text: str) -> None:
    line = f"Subject: {text}".encode("latin-1")
    wrapped = wrapped_headers([line])
    assert all(len(piece) <= LIMIT for piece in wrapped)
    (field,) = HeaderBlock.from_lines(list(wrapped))
    assert b"".join(field.lines).replace(b" ", b"") == line.replace(b" ", b"")
    if max(map(len, text.split(" "))) < LIMIT - len("Subject: "):
        assert b"".join(field.lines) == line


def test_a_list_of_addresses_without_blanks_is_folded_between_two_of_them() -> None:
    line = b"X-VMS-To: " + b",".join(b'SMTP%%"recipient%03d@example.org"' % number for number in range(60))
    first, second = wrapped_headers([line])
    assert first.endswith(b'",') and second.startswith(b' SMTP%"') and first + second[1:] == line


def test_lines_that_fit_are_the_same_object() -> None:
    lines = [b"a" * LIMIT, b""]
    assert wrapped_body(lines) is lines and wrapped_headers(lines) is lines


@pytest.mark.parametrize(
    ("text", "simple"),
    [
        (r'"MRGATE::\"A1::SMITH\""@alpha1.example.com', "SMITH@alpha1.example.com"),
        ('"MRGATE::A1::JONES"@alpha1.example.com', "JONES@alpha1.example.com"),
        ("smith@alpha1.example.com", "smith@alpha1.example.com"),
        ('"two words"@alpha1.example.com', '"two words"@alpha1.example.com'),
        ("", ""),
    ],
)
def test_the_user_is_taken_out_of_an_mts_address(text: str, simple: str) -> None:
    address = Address.from_text(text) if text else Address("")
    assert simple_address(address, "alpha1.example.com").to_text() == simple


def test_only_the_from_field_with_an_mts_address_is_rewritten() -> None:
    lines = [b"To: a@example.org,", b"\tb@example.org", b'From: "MRGATE::\\"A1::SMITH\\""@alpha1.example.com (Fred)', b"Subject: x"]
    assert simple_headers(lines, "alpha1.example.com") == (*lines[:2], b"From: SMITH@alpha1.example.com", b"Subject: x")
    plain = [b"From: smith@alpha1.example.com (Fred)", b"Subject: x"]
    assert simple_headers(plain, "alpha1.example.com") == tuple(plain)
