"""Addresses, headers, dates and composed headers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp.message.address import NULL, Address, AddressError, parse_path
from smtp.message.compose import OutgoingMail, received_lines, sender_text
from smtp.message.dates import TimeZone, internet_date, time_stamp
from smtp.message.headers import HeaderBlock, addresses, first_address, split_message


@pytest.mark.parametrize(
    ("text", "local", "domain"),
    [
        ("smith@alpha1.example.com", "smith", "alpha1.example.com"),
        ("smith@[192.0.2.1]", "smith", "[192.0.2.1]"),
        ("smith@192.0.2.1", "smith", "192.0.2.1"),
        ('"node::user"@example.com', "node::user", "example.com"),
        ('"DISK$U:[LISTS]X.DIS"@example.com', "DISK$U:[LISTS]X.DIS", "example.com"),
        ('"a\\"b"@example.com', 'a"b', "example.com"),
        ("host!user@gw.example.net", "host!user", "gw.example.net"),
        ("user%inner@gw.example.net", "user%inner", "gw.example.net"),
        ("@a.example,@b.example:c@d.example", "c", "d.example"),
        ("SMITH", "SMITH", ""),
        ("smith@example.com.", "smith", "example.com"),
    ],
)
def test_every_form_of_an_address_is_read(text: str, local: str, domain: str) -> None:
    assert Address.from_text(text) == Address(local, domain)


@pytest.mark.parametrize("text", ["", "@a.example", "a@", "a b@c", "a@b c", '"open@a.example', "a@b@c", "a@-x", "\u00fc@c", '""@c'])
def test_text_that_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(AddressError):
        Address.from_text(text)


@pytest.mark.parametrize(
    "text", ['SMTP%"a@b.example"', "smtp%a@b.example", "a@b.example", '"a@b.example"', ' SMTP%"a@b.example" ', 'SMTP%"""a@b.example"""']
)
def test_every_form_of_openvms_mail_names_the_same_address(text: str) -> None:
    assert Address.from_mail_text(text) == Address("a", "b.example")


def test_the_cent_sign_stands_for_an_inner_double_quote() -> None:
    address = Address.from_mail_text('SMTP%"\u00a2DISK:[X]L.DIS\u00a2@example.com"')
    assert address == Address("DISK:[X]L.DIS", "example.com")
    assert address.to_text() == '"DISK:[X]L.DIS"@example.com'
    assert Address.from_mail_text("SMTP%\"'DISK:[X]L.DIS'@example.com\"") == address
    assert address.to_mail_text() == 'SMTP%"\u00a2DISK:[X]L.DIS\u00a2@example.com"'


def test_an_address_literal_is_recognised_with_and_without_brackets() -> None:
    assert Address("a", "[192.0.2.1]").literal == "192.0.2.1"
    assert Address("a", "192.0.2.1").literal == "192.0.2.1"
    assert Address("a", "300.0.2.1").literal is None
    assert Address("a", "example.com").literal is None


def test_a_path_yields_its_address_and_its_parameters() -> None:
    assert parse_path("<a@example.org> BODY=8BITMIME") == (Address("a", "example.org"), "BODY=8BITMIME")
    assert parse_path(" <>") == (NULL, "")
    assert parse_path('<"a> b"@example.org>') == (Address("a> b", "example.org"), "")
    assert parse_path("a@example.org") == (Address("a", "example.org"), "")


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=30))
def test_any_local_part_survives_the_wire(local: str) -> None:
    address = Address(local, "example.org")
    assert Address.from_text(address.to_text()) == address
    assert parse_path(address.to_path()) == (address, "")


def test_the_header_ends_at_the_empty_line_or_at_the_first_line_that_is_none() -> None:
    assert split_message([b"A: 1", b" 2", b"", b"body", b""]) == ([b"A: 1", b" 2"], [b"body", b""])
    assert split_message([b"A: 1", b"no header", b"x"]) == ([b"A: 1"], [b"no header", b"x"])
    assert split_message([b"just text"]) == ([], [b"just text"])
    assert split_message([]) == ([], [])


def test_folded_fields_are_read_as_one_and_kept_as_they_came() -> None:
    block = HeaderBlock.from_lines([b"Subject: one", b"\ttwo", b"received: x", b"Received: y", b"To : a@example.org"])
    assert block.get("SUBJECT") == "one two"
    assert block.count("Received") == 2
    assert block.get("To") == "a@example.org"
    assert next(iter(block)).lines == [b"Subject: one", b"\ttwo"]
    assert block.get("Cc") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a@example.org", ["a@example.org"]),
        ('"Last, First" <a@example.org>, b@example.org (B, Mr.)', ["a@example.org", "b@example.org"]),
        ("Name <a@example.org>", ["a@example.org"]),
        ("list: a@example.org, b@example.org;", ["a@example.org", "b@example.org"]),
        ("a@example.org (First (nested) Last)", ["a@example.org"]),
        ('"node::user"@example.org', ['"node::user"@example.org']),
        ("<@r.example:a@example.org>", ["a@example.org"]),
        ("a @ example.org", ["a@example.org"]),
        ('"a @ b"@example.org', ['"a @ b"@example.org']),
        ("node::user@example.org", []),
        ("friends: a@example.org, node::b@example.org;", ["a@example.org"]),
        ("a@example.org\\", []),
        ("nobody in particular", []),
        ("", []),
    ],
)
def test_addresses_are_found_in_structured_fields(text: str, expected: list[str]) -> None:
    assert [a.to_text() for a in addresses(text)] == expected


@given(st.text(max_size=60))
def test_no_text_of_a_field_breaks_the_search_for_addresses(text: str) -> None:
    first_address(text)


def test_dates_have_the_observed_forms() -> None:
    fields = (2016, 12, 5, 15, 50, 41, 12)
    assert internet_date(fields, TimeZone(-6 * 3600, "CST")) == "Mon, 5 Dec 2016 15:50:41 -0600 (CST)"
    assert internet_date((1998, 11, 3, 0, 30, 24, 0), TimeZone(2 * 3600)) == "Tue, 3 Nov 1998 00:30:24 +0200"
    assert internet_date((2015, 5, 20, 1, 15, 16, 0)) == "Wed, 20 May 2015 01:15:16 GMT"
    assert internet_date((2001, 5, 14, 10, 0, 0, 0), TimeZone(19800, "IST")).endswith("+0530 (IST)")
    assert time_stamp(fields) == "16120515504112"


def test_the_composed_header_has_the_observed_order() -> None:
    mail = OutgoingMail(
        "Mon, 14 May 2001 10:00:00 GMT",
        "01051410000000@alpha1.example.com",
        sender_text(Address("smith", "alpha1.example.com"), "John Smith"),
        [Address("one", "example.org"), Address("two", "example.net")],
        [Address("three", "example.org")],
        'SMTP%"one@example.org" two@example.net',
        "three@example.org,LOCAL",
        "Hello",
    )
    assert mail.header_lines() == [
        b"Date: Mon, 14 May 2001 10:00:00 GMT",
        b"Message-Id: <01051410000000@alpha1.example.com>",
        b"From: smith@alpha1.example.com (John Smith)",
        b"To: one@example.org, two@example.net",
        b"Cc: three@example.org",
        b'X-VMS-To: SMTP%"one@example.org" two@example.net',
        b"X-VMS-Cc: three@example.org,LOCAL",
        b"Subject: Hello",
    ]


def test_empty_fields_are_left_out_and_long_lists_are_folded() -> None:
    mail = OutgoingMail("d", "m", "s", [Address(f"user{n}", "example.org") for n in range(8)])
    lines = mail.header_lines()
    assert [line.split(b":")[0] for line in lines if not line.startswith(b"\t")] == [b"Date", b"Message-Id", b"From", b"To"]
    assert max(map(len, lines)) <= 77
    assert len(addresses(HeaderBlock.from_lines(lines).get("To") or "")) == 8


def test_the_trace_line_has_the_observed_form() -> None:
    assert received_lines("host.example", "V5.1-15, OpenVMS V7.3 Alpha", "Mon, 2 Nov 1998 17:31:22 -0600") == [
        b"Received: by host.example (V5.1-15, OpenVMS V7.3 Alpha);",
        b"\tMon, 2 Nov 1998 17:31:22 -0600",
    ]
