"""The input file of Send From File, and the words of its command."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtp.images.tcpip_smtp_sff.tcpip_smtp_sff import Arguments
from smtp.message.address import NULL, Address
from smtp.message.send_file import SendFile, SendFileError

GOOD = [b"MAIL FROM:<a@b.example>", b"RCPT TO:<c@d.example>", b"DATA", b"Subject: x", b"", b"text", b".", b"more"]


def test_envelope_headers_and_text_are_told_apart() -> None:
    assert SendFile.from_lines(GOOD) == SendFile(
        Address("a", "b.example"), (Address("c", "d.example"),), (b"Subject: x",), (b"text", b".", b"more")
    )


def test_tabs_case_and_carriage_returns_do_not_matter() -> None:
    lines = [
        b"mail\tFrom:<>\r",
        b"Rcpt\t TO:<smith>\r",
        b"RCPT TO:<c@D.example>",
        b"RCPT TO:<c@d.EXAMPLE>",
        b"data\r",
        b"Subject: x\r",
        b"\r",
        b"text\r",
    ]
    mail = SendFile.from_lines(lines)
    assert mail == SendFile(NULL, (Address("smith"), Address("c", "D.example")), (b"Subject: x",), (b"text",))


@pytest.mark.parametrize(
    ("lines", "number", "what"),
    [
        ([], 1, "MAIL FROM:<address> expected"),
        ([b"", *GOOD], 1, "MAIL FROM:<address> expected"),
        (GOOD[1:], 1, "MAIL FROM:<address> expected"),
        ([GOOD[0], GOOD[2]], 2, "RCPT TO:<address> expected"),
        (GOOD[:1], 2, "RCPT TO:<address> expected"),
        (GOOD[:2], 3, "DATA expected"),
        ([GOOD[0], GOOD[0], *GOOD[1:]], 2, "RCPT TO:<address> or DATA expected"),
        ([GOOD[0], GOOD[1], *GOOD[3:]], 3, "RCPT TO:<address> or DATA expected"),
        ([GOOD[0], b"RCPT TO:<>", *GOOD[2:]], 2, "a recipient can not be empty"),
        ([b"MAIL FROM:<a@b.example> SIZE=5", *GOOD[1:]], 1, "text after the address: SIZE=5"),
        ([b"MAIL FROM:<a@b.example", *GOOD[1:]], 1, "no closing bracket"),
    ],
)
def test_what_is_wrong_is_said_with_the_line(lines: list[bytes], number: int, what: str) -> None:
    with pytest.raises(SendFileError) as caught:
        SendFile.from_lines(lines)
    assert (caught.value.line, caught.value.what) == (number, what)


@settings(deadline=None)
@given(st.lists(st.one_of(st.sampled_from(GOOD), st.binary(max_size=40)), max_size=12))
def test_any_file_is_read_or_refused_and_its_text_is_kept(lines: list[bytes]) -> None:
    try:
        mail = SendFile.from_lines(lines)
    except SendFileError as error:
        assert 1 <= error.line <= len(lines) + 1
        return
    after = [line.removesuffix(b"\r") for line in lines]
    kept = [*mail.headers, *mail.body]
    assert len(after) - len(kept) - 2 - len(mail.recipients) in range(-1, len(lines))
    assert after[len(after) - len(mail.body) :] == list(mail.body)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("MESSAGE.TXT", Arguments("MESSAGE.TXT")),
        ("MESSAGE.TXT -LOG X.LOG -LOGLEVEL 1", Arguments("MESSAGE.TXT", "X.LOG", 1)),
        ('-loglevel 0 -log X.LOG "a b.txt"', Arguments("a b.txt", "X.LOG")),
        ("", None),
        ("A.TXT B.TXT", None),
        ("A.TXT -LOG", None),
        ("A.TXT -LOGLEVEL 2", None),
        ("A.TXT -DEBUG", None),
    ],
)
def test_the_words_of_the_command(line: str, expected: Arguments | None) -> None:
    assert Arguments.from_line(line) == expected
