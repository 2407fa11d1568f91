"""The parts of delivery that need no node: mapping to MAIL, bounces, the retry schedule, lists."""

from __future__ import annotations

import pytest

from smtp.config.configuration import HeaderPlacement, SmtpConfiguration
from smtp.control_file.control_file import ControlFile, Recipient, RecipientState
from smtp.delivery.bounce import bounce
from smtp.delivery.inbound import RULER, InboundOptions, mail_message
from smtp.delivery.lists import MailingList
from smtp.delivery.schedule import next_attempt
from smtp.message.address import NULL, Address
from vmsemu.base.time import DeltaTime, VmsTime

NOW = VmsTime.of(2001, 5, 14, 9)
POSTMASTER = Address("TCPIP$SMTP", "alpha1.example.com")
HEADERS = (
    b"Received: by alpha1.example.com (V5.1-15, OpenVMS V7.3 Alpha);",
    b"\tMon, 14 May 2001 09:00:00 GMT",
    b"From: Bill Jones <jones@sender.example>",
    b"To: smith@alpha1.example.com, x@example.net",
    b"Cc: y@example.net",
    b"Subject: Big sale",
    b" today!",
)


def control_file(*extra: bytes, return_path: Address = Address("jones", "sender.example")) -> ControlFile:
    return ControlFile(
        NOW, "TCPIP$SMTP", return_path, [Recipient(Address("smith", "alpha1.example.com"))], HEADERS + extra, (b"Hello", b"", b"bye")
    )


def test_headers_follow_the_body_behind_the_ruler_by_default() -> None:
    message = mail_message(control_file(), InboundOptions(POSTMASTER), from_local=False)
    assert len(RULER) == 53
    assert message.from_ == 'SMTP%"jones@sender.example"'
    assert message.to == "smith@alpha1.example.com, x@example.net"
    assert message.cc == "y@example.net"
    assert message.subject == "Big sale today!"
    lines = list(message.body_lines)
    assert lines[:4] == ["Hello", "", "bye", RULER.decode()]
    assert lines[4] == "Return-Path: jones@sender.example"
    assert lines[5:] == [h.decode() for h in HEADERS]


def test_top_headers_and_noheaders() -> None:
    top = list(mail_message(control_file(), InboundOptions(POSTMASTER, HeaderPlacement.TOP), from_local=False).body_lines)
    assert top[0] == "Return-Path: jones@sender.example"
    assert top[8:] == ["", "Hello", "", "bye"]
    assert list(mail_message(control_file(), InboundOptions(POSTMASTER, HeaderPlacement.NONE), from_local=False).body_lines) == [
        "Hello",
        "",
        "bye",
    ]


def test_the_text_typed_to_the_sender_s_mail_stands_in_to_and_cc_unless_switched_off() -> None:
    file = control_file(b"X-VMS-To: ME", b"X-VMS-Cc: JONES")
    assert mail_message(file, InboundOptions(POSTMASTER), from_local=False).to == "ME"
    assert mail_message(file, InboundOptions(POSTMASTER), from_local=False).cc == "JONES"
    assert mail_message(file, InboundOptions(POSTMASTER, no_xvms=True), from_local=False).cc == "y@example.net"


@pytest.mark.parametrize(
    ("extra", "sender"),
    [
        ((b"Sender: s@example.org",), "jones@sender.example"),
        ((b"Reply-To: r@example.org",), "r@example.org"),
        ((b"Reply-To: <>",), "jones@sender.example"),
        ((b"Resent-From: f@example.org", b"Reply-To: r@example.org"), "f@example.org"),
        ((b"Resent-Reply-To: rr@example.org", b"Resent-From: f@example.org"), "rr@example.org"),
    ],
)
def test_from_is_the_first_field_of_the_list(extra: tuple[bytes, ...], sender: str) -> None:
    assert mail_message(control_file(*extra), InboundOptions(POSTMASTER), from_local=False).from_ == f'SMTP%"{sender}"'


def test_a_return_path_that_came_with_the_message_says_nothing_about_its_sender() -> None:
    file = ControlFile(NOW, "X", Address("a", "example.org"), [], (b"Return-Path: <old@example.org>",), (b"x",))
    assert mail_message(file, InboundOptions(POSTMASTER), from_local=False).from_ == 'SMTP%"a@example.org"'


def test_several_fields_of_addressees_are_shown_as_one() -> None:
    message = mail_message(control_file(b"to: z@example.org", b"To:", b"CC: A", b"Cc: B"), InboundOptions(POSTMASTER), from_local=False)
    assert message.to == "smith@alpha1.example.com, x@example.net, z@example.org"
    assert message.cc == "y@example.net, A, B"


def test_a_message_without_any_sender_is_from_its_return_path_or_the_postmaster() -> None:
    file = ControlFile(NOW, "X", Address("a", "example.org"), [], (), (b"x",))
    assert mail_message(file, InboundOptions(POSTMASTER), from_local=False).from_ == 'SMTP%"a@example.org"'
    file.return_path = NULL
    assert mail_message(file, InboundOptions(POSTMASTER), from_local=False).from_ == 'SMTP%"TCPIP$SMTP@alpha1.example.com"'


def test_mail_between_local_users_has_no_headers_unless_the_jacket_is_wanted() -> None:
    file = ControlFile(NOW, "SMITH", Address("smith", "alpha1.example.com"), [], (b"From: smith@alpha1.example.com",), (b"x",))
    assert list(mail_message(file, InboundOptions(POSTMASTER), from_local=True).body_lines) == ["x"]
    assert RULER.decode() in mail_message(file, InboundOptions(POSTMASTER, jacket_local=True), from_local=True).body_lines
    assert RULER.decode() in mail_message(control_file(), InboundOptions(POSTMASTER), from_local=True).body_lines


def test_a_bounce_names_the_recipients_and_reasons_and_carries_the_message() -> None:
    file = control_file()
    failed = Recipient(Address("nobody", "alpha1.example.com"), RecipientState.FAILED, "550 no such user")
    back = bounce(file, [failed], postmaster=POSTMASTER, date="D", message_id="M", user="SYSTEM", now=NOW)
    assert back.return_path.is_null
    assert [r.address for r in back.recipients] == [file.return_path]
    assert b"Subject: Undeliverable Mail" in back.headers
    assert b"From: TCPIP$SMTP@alpha1.example.com" in back.headers
    text = b"\n".join(back.body)
    assert b"<nobody@alpha1.example.com>\n    550 no such user" in text
    assert b"Subject: Big sale" in text and text.endswith(b"Hello\n\nbye")


def test_attempts_follow_the_documented_example() -> None:
    configuration = SmtpConfiguration()
    when: VmsTime | None = NOW
    times = []
    for attempt in range(1, 100):
        assert when is not None
        when = next_attempt(NOW, attempt, when, configuration)
        if when is None:
            break
        times.append(when)
    assert times[:3] == [NOW + DeltaTime.of(minutes=30), NOW + DeltaTime.of(minutes=90), NOW + DeltaTime.of(minutes=150)]
    assert NOW + DeltaTime.of(days=3) - times[-1] == DeltaTime.of(minutes=30)
    assert len(times) == 72


def test_a_line_of_a_list_may_name_its_person_but_only_one() -> None:
    found = MailingList.from_lines(['"Brown, B." <b@example.org>', "c@example.org (C)", "d, e", "node::f", "g@example.org ! why"])
    assert found.members == (Address("b", "example.org"), Address("c", "example.org"))
    assert found.bad_lines == ("d, e", "node::f", "g@example.org ! why")


def test_a_file_of_anything_is_no_list() -> None:
    lines = ["a@example.org", *["many words in a line"] * 101, "b@example.org"]
    assert MailingList.from_lines(lines, any_file=True).members == ()
    assert len(MailingList.from_lines(lines).members) == 2


def test_a_list_has_one_address_on_a_line_and_comments_behind_blanks() -> None:
    found = MailingList.from_lines(
        ["! members", "  ! more", "", "one@example.org", 'SMTP%"two@example.org"', "not an address", "one@EXAMPLE.org", "LOCAL"]
    )
    assert [a.to_text() for a in found.members] == ["one@example.org", "two@example.org", "LOCAL"]
    assert found.bad_lines == ("not an address",)
