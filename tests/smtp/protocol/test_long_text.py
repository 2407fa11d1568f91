"""A text that is given away while it comes is the same text, wherever it is cut and whatever ends its records."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtp.protocol.events import MessageReceived, TextReceived, TransactionAborted
from smtp.protocol.text import END_OF_DATA, TextReader, stuffed
from tests.smtp.protocol.test_smtp_server import ENVELOPE, Dialogue

WORDS = [
    b"one",
    b".",
    b"..",
    b"\r",
    b"\n",
    b"\r\n",
    b"\r\r\n",
    b"\n\n",
    b"\r\n.",
    b"\n.\r\n",
    b"\x8a",
    b"\x8d",
    b"\x8d\n",
    b"\xae",
    b"\0",
    b" ",
    b"xy",
]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=30).map(b"".join).filter(lambda text: b"\r\n.\r\n" not in b"\r\n" + text + b"\r\n")


def whole(text: bytes, *, eight_bit: bool) -> tuple[bytes, ...]:
    reader = TextReader(1000, 100_000)
    assert reader.feed(text + b"\r\n.\r\n") == b""
    return reader.lines(eight_bit=eight_bit)


@settings(deadline=None)
@given(TEXTS, st.lists(st.integers(1, 9), max_size=40), st.booleans())
def test_taking_records_at_any_moment_changes_none(text: bytes, cuts: list[int], eight_bit: bool) -> None:
    reader = TextReader(1000, 100_000)
    rest, lines = text + b"\r\n.\r\nNOOP", list[bytes]()
    for cut in [*cuts, len(rest)]:
        end = reader.feed(rest[:cut])
        rest = rest[cut:]
        if end is not None:
            assert b"NOOP".startswith(end)
            break
        lines += reader.take(eight_bit=eight_bit)
    assert reader.fault is None
    assert (*lines, *reader.lines(eight_bit=eight_bit)) == whole(text, eight_bit=eight_bit)


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_what_was_taken_is_not_held(end: bytes) -> None:
    reader = TextReader(1000, 100_000)
    for number in range(100):
        assert reader.feed(b"%0500d" % number + end) is None
        assert len(reader.take(eight_bit=True)) == 1
        assert reader.held == 2
    assert reader.size == 100 * (500 + len(end))


def test_records_are_counted_over_all_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smtp.protocol.text.RECORD_LIMIT", 50)
    for record in (b"\r\n", b"\n", b"x\x8a"):
        reader = TextReader(1000, 100_000)
        for _ in range(50):
            reader.feed(record)
            reader.take(eight_bit=False)
        assert reader.feed(b"\r\n") is None
        reader.take(eight_bit=False)
        assert reader.fault == "TOO_MUCH_DATA", record


def test_a_long_message_comes_in_parts_and_a_short_one_at_once() -> None:
    d = Dialogue(part_size=1000)
    d.send(ENVELOPE + b"DATA\r\n")
    for number in range(100):
        d.send(b"%070d\r\n" % number)
    d.send(b".\r\n" + ENVELOPE.partition(b"\r\n")[2] + b"DATA\r\nshort\r\n.\r\n")
    parts = [event for event in d.events if isinstance(event, TextReceived)]
    assert len(parts) == 7 and all(part.sender.local == "a" and len(part.recipients) == 1 for part in parts)
    first, second = d.messages
    assert [*(line for part in parts for line in part.lines), *first.lines] == [b"%070d" % number for number in range(100)]
    assert second.lines == (b"short",)


def test_a_fault_in_a_later_part_aborts_the_message_at_its_end() -> None:
    d = Dialogue(part_size=1000)
    d.send(ENVELOPE + b"DATA\r\n")
    assert d.send(b"x" * 70 + b"\r\n" + b"y" * 999 + b"\r\n") == b""
    assert d.send(b"z\r\n" * 500) == b""
    assert d.send(b".\r\n") == b"500 Line too long\r\n"
    assert isinstance(d.events[-1], TransactionAborted)
    assert not [event for event in d.events if isinstance(event, MessageReceived | TextReceived)]


@settings(deadline=None)
@given(st.lists(st.sampled_from([b"", b".", b"..x", b"a\rb", b"a\n.b", b"c"]), max_size=12), st.integers(1, 4))
def test_a_text_goes_out_in_pieces_as_in_one(lines: list[bytes], size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        (expected,) = stuffed(lines)
        patch.setattr("smtp.protocol.text._AT_ONCE", size)
        pieces = list(stuffed(lines))
    assert b"".join(pieces) == expected and expected.endswith(END_OF_DATA)
    assert len(pieces) == len(lines) // size + 1
