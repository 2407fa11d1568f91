"""Addresses as typed at To:"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmsemu.base.condition import VmsError
from vmsemu.mail.address import Address, AddressKind, InternetMode, displayed_line, parse_address, split_addresses
from vmsemu.mail.facility import MAIL
from vmsemu.mail.message import compose_from, is_personal_name, split_from

LOCAL, NODE, FOREIGN, LIST = AddressKind.LOCAL, AddressKind.NODE, AddressKind.FOREIGN, AddressKind.LIST


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("smith", Address(LOCAL, "SMITH")),
        ("vax2::jones", Address(NODE, "JONES", "VAX2")),
        ("a::b::user", Address(NODE, "B::USER", "A")),
        ('linux::"someone@Host.dom"', Address(NODE, '"someone@Host.dom"', "LINUX")),
        ('VAX2"user pass"::smith', Address(NODE, "SMITH", "VAX2")),
        ('smtp%"User@Host.dom"', Address(FOREIGN, '"User@Host.dom"', "SMTP")),
        ("MX%node::thing", Address(FOREIGN, "NODE::THING", "MX")),
        ("User@host.example.org", Address(FOREIGN, '"User@host.example.org"', "SMTP")),
        ("MALCOLM@PHILOS", Address(NODE, "MALCOLM", "PHILOS")),
        ("@staff", Address(LIST, "staff")),
        ("list-outgoing", Address(LOCAL, "LIST-OUTGOING")),
    ],
)
def test_each_form_means_what_mail_says(text: str, expected: Address) -> None:
    assert parse_address(text) == expected


def test_internet_mode_decides_about_hosts() -> None:
    assert parse_address("M@PHILOS", InternetMode.SMTP).kind is FOREIGN
    assert parse_address("M@PHILOS.BU.EDU", InternetMode.DECNET).kind is NODE
    assert parse_address("m@a.b", InternetMode.HYBRID, "MX").where == "MX"


@pytest.mark.parametrize("text", ["", "a b", "x" * 32, "a:b", "@", "a@", "@@" * 0 + "[x]"])
def test_what_cannot_be_a_user_is_refused(text: str) -> None:
    with pytest.raises(VmsError) as caught:
        parse_address(text)
    assert caught.value.matches(MAIL.USERSPEC)


def test_commas_and_blanks_separate_but_not_inside_quotation_marks() -> None:
    assert split_addresses('A, B,C SMTP%"x y@z.d" ,NODE"u p"::D') == ["A", "B", "C", 'SMTP%"x y@z.d"', 'NODE"u p"::D']
    with pytest.raises(VmsError):
        split_addresses('SMTP%"x')


def test_recipients_see_internet_addresses_with_their_protocol() -> None:
    assert displayed_line("user@host.dom, JONES,  @list") == 'SMTP%"user@host.dom", JONES,  @list'
    assert displayed_line('SMTP%"a@b.c"') == 'SMTP%"a@b.c"'


def test_the_personal_name_follows_the_padded_address() -> None:
    assert compose_from("SMITH", "Fred Smith") == 'SMITH        "Fred Smith"'
    assert split_from('SMITH        "Fred Smith"') == ("SMITH", "Fred Smith")
    assert split_from('SMTP%"user@host"') == ('SMTP%"user@host"', "")
    assert split_from('LINUX::"u@h (Some One)"') == ('LINUX::"u@h (Some One)"', "")


def test_personal_names_begin_with_a_letter_and_have_no_double_blanks() -> None:
    assert is_personal_name("Fred Smith")
    assert not is_personal_name("1st")
    assert not is_personal_name("a  b")
    assert not is_personal_name('a"b')


@given(st.text(alphabet=st.characters(max_codepoint=255)))
def test_no_text_breaks_the_parser(text: str) -> None:
    try:
        for token in split_addresses(text):
            address = parse_address(token)
            if address.kind is not LIST:
                assert parse_address(address.to_text()).kind is address.kind
    except VmsError as error:
        assert error.matches(MAIL.USERSPEC)


@given(st.from_regex(r"[A-Z0-9_$]{1,12}", fullmatch=True), st.from_regex(r"[A-Za-z]([ ]?[A-Za-z.]){0,20}", fullmatch=True))
def test_a_from_text_can_always_be_taken_apart(address: str, name: str) -> None:
    assert split_from(compose_from(address, name)) == (address, name)
