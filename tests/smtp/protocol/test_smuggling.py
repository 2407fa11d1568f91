"""Only CR LF . CR LF ends a message: every other end that some system takes for one, cut at every byte, and what leaves again."""

from __future__ import annotations

import re

import pytest

from smtp.message.address import Address
from smtp.protocol.text import stuffed
from tests.smtp.protocol.test_smtp_server import ENVELOPE, Dialogue

LINE_ENDS = {
    "LF": b"\n",
    "CR": b"\r",
    "CRLF": b"\r\n",
    "LFCR": b"\n\r",
    "CRCRLF": b"\r\r\n",
    "LFLF": b"\n\n",
    "CRNULLF": b"\r\0\n",
    "NULLF": b"\0\n",
    "CRLFNUL": b"\r\n\0",
    "LF8": b"\x8a",
    "CRLF8": b"\x8d\x8a",
    "NEL": b"\x85",
    "VT": b"\x0b",
    "FF": b"\x0c",
    "none": b"",
}
DOTS = {"dot": b".", "NUL dot": b"\0.", "dot NUL": b".\0", "dot blank": b". ", "dot8": b"\xae", "two dots": b".."}
SMUGGLED = b"MAIL FROM:<evil@example.org>\r\nRCPT TO:<victim@example.com>\r\nDATA\r\nsmuggled"
FIRST, EVIL = Address("a", "example.org"), Address("evil", "example.org")


def senders(text: bytes, cut: int) -> list[Address]:
    """Who sent what, when the text arrives in two pieces."""
    dialogue = Dialogue()
    dialogue.send(ENVELOPE + b"DATA\r\n")
    dialogue.send(text[:cut])
    dialogue.send(text[cut:])
    return [message.sender for message in dialogue.messages]


@pytest.mark.parametrize("after", LINE_ENDS)
@pytest.mark.parametrize("before", LINE_ENDS)
def test_no_other_end_is_taken_wherever_it_is_cut(before: str, after: str) -> None:
    for dot in DOTS.values():
        end = LINE_ENDS[before] + dot + LINE_ENDS[after]
        text = b"one" + end + SMUGGLED + b"\r\n.\r\n"
        expected = [FIRST, EVIL] if end.endswith(b"\r\n.\r\n") else [FIRST]
        for cut in range(3, 3 + len(end) + 1):
            assert senders(text, cut) == expected, (end, cut)


@pytest.mark.parametrize("start", [b".\n", b".\r", b".\0\r\n", b"\0.\r\n", b"\n.\r\n", b"\r.\r\n"])
def test_at_the_beginning_of_a_text_it_is_the_same(start: bytes) -> None:
    for cut in range(len(start) + 1):
        assert senders(start + SMUGGLED + b"\r\n.\r\n", cut) == [FIRST], cut


def test_the_one_true_end_is_seen_wherever_it_is_cut() -> None:
    text = b"one\r\n.\r\n" + SMUGGLED + b"\r\n.\r\n"
    for cut in range(len(text) + 1):
        assert senders(text, cut) == [FIRST, EVIL], cut


def test_the_true_end_byte_by_byte_ends_the_message_at_its_last_byte() -> None:
    dialogue = Dialogue()
    dialogue.send(ENVELOPE + b"DATA\r\n")
    for byte in b"one\r\n.\r":
        assert dialogue.send(bytes([byte])) == b""
    assert dialogue.send(b"\n") == b"250 OK\r\n"


@pytest.mark.parametrize("after", LINE_ENDS)
@pytest.mark.parametrize("before", LINE_ENDS)
def test_what_leaves_again_is_one_message_even_for_a_system_that_takes_any_line_end(before: str, after: str) -> None:
    for dot in DOTS.values():
        end = LINE_ENDS[before] + dot + LINE_ENDS[after]
        if b"\r\n.\r\n" in end:
            continue
        dialogue = Dialogue(eight_bit=False)
        dialogue.send(ENVELOPE + b"DATA\r\none" + end + SMUGGLED + b"\r\n.\r\n")
        wire = b"".join(stuffed(dialogue.messages[0].lines))
        assert wire.endswith(b"\r\n.\r\n")
        assert not re.search(rb"(^|[\r\n])\.[\r\n]", wire[:-5]), end
        assert wire.count(b"\r") == wire.count(b"\n") == wire.count(b"\r\n")
