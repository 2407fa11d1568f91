"""The server state machine: replies, order, limits, the end of data."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtp.message.address import Address
from smtp.protocol.events import MessageReceived, RecipientGiven, SenderGiven, ServerEvent, SessionEnded, TransactionAborted
from smtp.protocol.replies import Reply
from smtp.protocol.server import MINUTE, ServerOptions, SmtpServer, State

DATE = "Mon, 14 May 2001 10:00:00 GMT"
HELLO = b"HELO client.example.org\r\n"
ENVELOPE = HELLO + b"MAIL FROM:<a@example.org>\r\nRCPT TO:<smith@example.com>\r\n"


class Dialogue:
    """Feeds bytes, answers every question with yes (or what `refusals` says), collects replies and events."""

    def __init__(self, refusals: dict[type, tuple[Reply, bool]] | None = None, **options: object) -> None:
        self.server = SmtpServer(ServerOptions("alpha1.example.com", "V5.1-15, OpenVMS V7.3 Alpha", DATE, **options))  # type: ignore[arg-type]
        self.refusals = refusals or {}
        self.events: list[ServerEvent] = []
        self.now = 0
        self.server.open(0)
        self.banner = self.server.data_to_send()
        self.out = b""

    def send(self, data: bytes) -> bytes:
        self._drain(self.server.receive(data, self.now))
        reply, self.out = self.out, b""
        return reply

    def _drain(self, events: list[ServerEvent]) -> None:
        while True:
            self.events += events
            self.out += self.server.data_to_send()
            if not events or not isinstance(events[-1], SenderGiven | RecipientGiven | MessageReceived):
                return
            refusal = self.refusals.get(type(events[-1]))
            if refusal is None:
                events = self.server.accept(self.now)
            else:
                events = self.server.refuse(refusal[0], self.now, disconnect=refusal[1])

    @property
    def messages(self) -> list[MessageReceived]:
        return [e for e in self.events if isinstance(e, MessageReceived)]


def test_the_banner_has_the_observed_form_with_a_blank_before_the_line_end() -> None:
    assert Dialogue().banner == b"220 alpha1.example.com V5.1-15, OpenVMS V7.3 Alpha ready at Mon, 14 May 2001 10:00:00 GMT \r\n"


def test_a_whole_dialogue_gets_the_sentences_of_rfc_821() -> None:
    d = Dialogue()
    assert d.send(HELLO) == b"250 alpha1.example.com\r\n"
    assert d.send(b"MAIL FROM:<a@example.org>\r\n") == b"250 OK\r\n"
    assert d.send(b"RCPT TO:<smith@example.com>\r\n") == b"250 OK\r\n"
    assert d.send(b"DATA\r\n") == b"354 Start mail input; end with <CRLF>.<CRLF>\r\n"
    assert d.send(b"Subject: x\r\n\r\nhello\r\n.\r\n") == b"250 OK\r\n"
    assert d.send(b"QUIT\r\n") == b"221 alpha1.example.com Service closing transmission channel\r\n"
    message = d.messages[0]
    assert message.sender == Address("a", "example.org")
    assert message.recipients == (Address("smith", "example.com"),)
    assert message.lines == (b"Subject: x", b"", b"hello")
    assert d.server.state is State.CLOSED


def test_several_transactions_in_one_session_do_not_mix() -> None:
    d = Dialogue()
    d.send(ENVELOPE + b"DATA\r\none\r\n.\r\n")
    d.send(b"MAIL FROM:<b@example.org>\r\nRCPT TO:<jones@example.com>\r\nDATA\r\ntwo\r\n.\r\n")
    assert [(m.sender.local, m.recipients[0].local, m.lines) for m in d.messages] == [("a", "smith", (b"one",)), ("b", "jones", (b"two",))]


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        (b"MAIL FROM:<a@example.org>", b"503 Bad sequence of commands\r\n"),
        (b"RCPT TO:<a@example.org>", b"503 Bad sequence of commands\r\n"),
        (b"DATA", b"503 Bad sequence of commands\r\n"),
        (b"FROBNICATE", b"500 Syntax error, command unrecognized\r\n"),
        (b"", b"500 Syntax error, command unrecognized\r\n"),
        (b"HELO", b"501 Syntax error in parameters or arguments\r\n"),
        (b"VRFY SMITH", b"252 Cannot VRFY user, but will take message for this user and attempt delivery\r\n"),
        (b"VRFY", b"501 Syntax error in parameters or arguments\r\n"),
        (b"EXPN STAFF", b"502 Command not implemented\r\n"),
        (b"HELP SITE", b"504 Command parameter not implemented\r\n"),
        (b"NOOP", b"250 OK\r\n"),
        (b"RSET", b"250 OK\r\n"),
        (b"ehlo client.example.org", b"250 alpha1.example.com\r\n"),
    ],
)
def test_what_a_fresh_session_answers(command: bytes, reply: bytes) -> None:
    assert Dialogue().send(command + b"\r\n") == reply


@pytest.mark.parametrize(
    "argument",
    [b"FROM:a b", b"FROM:<a@>", b"FROM:<a@example.org> SIZE=1", b"FROM:<a@example.org", b"TO:<a@example.org>", b"", b"FROM:<a@b>x"],
)
def test_a_bad_sender_argument_is_a_syntax_error_and_leaves_the_session_usable(argument: bytes) -> None:
    d = Dialogue()
    d.send(HELLO)
    assert d.send(b"MAIL " + argument + b"\r\n").startswith(b"501 ")
    assert d.send(b"MAIL FROM:<>\r\n") == b"250 OK\r\n"


def test_8bitmime_is_offered_and_understood_only_when_switched_on() -> None:
    d = Dialogue(offer_8bitmime=True)
    assert d.send(b"EHLO c\r\n") == b"250-alpha1.example.com\r\n250 8BITMIME\r\n"
    assert d.send(b"MAIL FROM:<a@example.org> BODY=8BITMIME\r\n") == b"250 OK\r\n"
    d = Dialogue()
    d.send(b"EHLO c\r\n")
    assert d.send(b"MAIL FROM:<a@example.org> BODY=8BITMIME\r\n").startswith(b"501")


def test_rset_forgets_the_transaction() -> None:
    d = Dialogue()
    d.send(ENVELOPE)
    assert d.send(b"RSET\r\nDATA\r\n") == b"250 OK\r\n503 Bad sequence of commands\r\n"
    assert any(isinstance(e, TransactionAborted) for e in d.events)


def test_a_refused_recipient_does_not_spoil_the_others() -> None:
    d = Dialogue()
    d.send(ENVELOPE)
    d.refusals[RecipientGiven] = (Reply.of("RELAY_DISABLED"), False)
    assert d.send(b"RCPT TO:<x@example.net>\r\n") == b"550 User not local, Relay disabled.\r\n"
    del d.refusals[RecipientGiven]
    d.send(b"DATA\r\nx\r\n.\r\n")
    assert [r.local for r in d.messages[0].recipients] == ["smith"]


def test_a_refusal_may_end_the_session() -> None:
    d = Dialogue({SenderGiven: (Reply(553, ("Closing transmission channel.",)), True)})
    d.send(HELLO)
    assert d.send(b"MAIL FROM:<a@example.org>\r\nNOOP\r\n") == b"553 Closing transmission channel.\r\n"
    assert isinstance(d.events[-1], SessionEnded)


def test_a_message_that_can_not_be_stored_is_refused_and_the_session_goes_on() -> None:
    d = Dialogue({MessageReceived: (Reply.of("LOCAL_ERROR"), False)})
    d.send(ENVELOPE)
    d.send(b"DATA\r\n")
    assert d.send(b"x\r\n.\r\nNOOP\r\n") == b"451 Requested action aborted: local error in processing\r\n250 OK\r\n"
    assert d.server.state is State.READY


def test_dots_are_removed_where_the_sender_doubled_them_and_nowhere_else() -> None:
    d = Dialogue()
    d.send(ENVELOPE + b"DATA\r\n..\r\n...x\r\na.b\r\n.y\r\n.\r\n")
    assert d.messages[0].lines == (b".", b"..x", b"a.b", b"y")


def test_an_empty_message_is_a_message() -> None:
    d = Dialogue()
    d.send(ENVELOPE + b"DATA\r\n.\r\n")
    assert d.messages[0].lines == ()


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\n.\r", b"\r\n.\r"])
def test_only_crlf_dot_crlf_ends_a_message(end: bytes) -> None:
    d = Dialogue()
    d.send(ENVELOPE + b"DATA\r\n")
    assert d.send(b"one" + end + b"MAIL FROM:<evil@example.org>\r\nRCPT TO:<victim@example.com>\r\nDATA\r\n") == b""
    d.send(b"\r\n.\r\n")
    assert len(d.messages) == 1
    assert all(b"\n" not in line for line in d.messages[0].lines)


def test_the_eighth_bit_can_not_hide_an_end_of_data() -> None:
    d = Dialogue()
    d.send(ENVELOPE + b"DATA\r\nx\x8d\x8a.\x8d\x8ay\r\n.\r\n")
    assert len(d.messages) == 1
    assert all(b"\n" not in line for line in d.messages[0].lines)


def test_the_eighth_bit_is_cleared_unless_the_option_leaves_it() -> None:
    d = Dialogue()
    d.send(ENVELOPE + b"DATA\r\nGr\xfc\xdfe\r\n.\r\n")
    assert d.messages[0].lines == (b"Gr|_e",)
    d = Dialogue(eight_bit=True)
    d.send(ENVELOPE + b"DATA\r\nGr\xfc\xdfe\r\n.\r\n")
    assert d.messages[0].lines == (b"Gr\xfc\xdfe",)


def test_a_command_line_of_100_kb_is_refused_once_and_takes_no_memory() -> None:
    d = Dialogue()
    for _ in range(100):
        assert d.send(b"x" * 1000) == b""
        assert len(d.server._input) <= 1000
    assert d.send(b"\r\nNOOP\r\n") == b"500 Line too long\r\n250 OK\r\n"


def test_a_text_line_of_100_kb_is_refused_at_the_end_and_takes_no_memory() -> None:
    d = Dialogue()
    d.send(ENVELOPE + b"DATA\r\n")
    for _ in range(100):
        assert d.send(b"x" * 1000) == b""
        assert d.server._text is not None and len(d.server._text._buffer) <= 2100
    assert d.send(b"\r\n.\r\nNOOP\r\n") == b"500 Line too long\r\n250 OK\r\n"
    assert not d.messages
    d.send(b"MAIL FROM:<a@example.org>\r\nRCPT TO:<smith@example.com>\r\nDATA\r\nok\r\n.\r\n")
    assert d.messages[0].lines == (b"ok",)


def test_a_text_line_of_exactly_1000_octets_is_taken_and_one_more_is_not() -> None:
    d = Dialogue()
    assert d.send(ENVELOPE + b"DATA\r\n" + b"x" * 998 + b"\r\n." + b"." + b"y" * 997 + b"\r\n.\r\n").endswith(b"250 OK\r\n")
    again = b"MAIL FROM:<a@example.org>\r\nRCPT TO:<smith@example.com>\r\nDATA\r\n"
    assert d.send(again + b"x" * 999 + b"\r\n.\r\n").endswith(b"500 Line too long\r\n")


def test_a_text_over_the_size_limit_is_refused() -> None:
    d = Dialogue(size_limit=5000)
    d.send(ENVELOPE + b"DATA\r\n")
    for _ in range(100):
        d.send(b"x" * 78 + b"\r\n")
    assert d.send(b".\r\n") == b"552 Requested mail action aborted: exceeded storage allocation\r\n"


def test_the_101st_recipient_is_refused_for_now() -> None:
    d = Dialogue()
    d.send(HELLO + b"MAIL FROM:<a@example.org>\r\n")
    for n in range(100):
        assert d.send(b"RCPT TO:<u%d@example.com>\r\n" % n) == b"250 OK\r\n"
    assert d.send(b"RCPT TO:<u100@example.com>\r\n") == b"452 Too many recipients\r\n"


def test_silence_for_the_receive_timeout_ends_the_session() -> None:
    d = Dialogue()
    d.send(ENVELOPE)
    assert d.server.deadline() == 5 * MINUTE
    assert d.server.tick(5 * MINUTE - 1) == []
    events = d.server.tick(5 * MINUTE)
    assert [type(e) for e in events] == [TransactionAborted, SessionEnded]
    assert d.server.data_to_send() == b"421 alpha1.example.com Timeout, closing transmission channel\r\n"


def test_a_client_that_ended_its_message_with_bare_lf_is_told_so_at_the_timeout() -> None:
    d = Dialogue()
    d.send(ENVELOPE + b"DATA\r\nhello\n.\n")
    d.server.tick(5 * MINUTE)
    assert b"<LF>.<LF> does not end a message" in d.server.data_to_send()


def test_a_lost_connection_in_the_text_drops_the_message() -> None:
    d = Dialogue()
    d.send(ENVELOPE + b"DATA\r\nhalf")
    events = d.server.connection_lost()
    assert [type(e) for e in events] == [TransactionAborted, SessionEnded]
    assert not d.messages


def test_no_deadline_runs_while_an_answer_is_awaited() -> None:
    server = SmtpServer(ServerOptions("h", "p", "d"))
    server.open(0)
    server.receive(HELLO + b"MAIL FROM:<a@example.org>\r\n", 0)
    assert server.deadline() is None
    server.accept(7)
    assert server.deadline() == 7 + 5 * MINUTE


FRAGMENTS = [
    HELLO,
    b"MAIL FROM:<a@example.org>\r\n",
    b"RCPT TO:<b@example.com>\r\n",
    b"DATA\r\n",
    b"text\r\n",
    b"\r\n.\r\n",
    b".\r\n",
    b"\n.\n",
    b"..\r\n",
    b"RSET\r\n",
    b"x" * 1100,
    b"\r",
    b"\n",
    b"\x8d\x8a",
    b"NOOP\n",
    b"\x00\xff",
    b"QUIT\r\n",
    b".",
    b"y" * 499 + b"\r\n",
    b"z" * 997 + b"\r\n",
    (b"w" * 900 + b"\r\n") * 4,
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=25), st.lists(st.integers(1, 700), min_size=1, max_size=8))
def test_the_dialogue_does_not_depend_on_how_the_bytes_are_cut(fragments: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(fragments)
    whole, cut = Dialogue(size_limit=3000), Dialogue(size_limit=3000)
    replies = whole.send(stream)
    pieces = b""
    at = turn = 0
    while at < len(stream):
        step = cuts[turn % len(cuts)]
        pieces += cut.send(stream[at : at + step])
        at, turn = at + step, turn + 1
    assert pieces == replies
    assert cut.events == whole.events
    assert cut.server.state == whole.server.state


def test_a_message_declared_8bitmime_keeps_its_bits_though_the_option_clears_them() -> None:
    d = Dialogue(offer_8bitmime=True)
    d.send(b"EHLO c\r\nMAIL FROM:<a@example.org> BODY=8BITMIME\r\nRCPT TO:<smith@example.com>\r\nDATA\r\nGr\xfc\xdfe\r\n.\r\n")
    d.send(b"MAIL FROM:<a@example.org> BODY=7BIT\r\nRCPT TO:<smith@example.com>\r\nDATA\r\nGr\xfc\xdfe\r\n.\r\n")
    assert [m.lines for m in d.messages] == [(b"Gr\xfc\xdfe",), (b"Gr|_e",)]


@pytest.mark.parametrize(("hello", "parameter", "kept"), [(b"EHLO", b"", True), (b"EHLO", b" BODY=7BIT", False), (b"HELO", b"", False)])
def test_who_has_heard_the_offer_may_send_eight_bits_without_saying_so(hello: bytes, parameter: bytes, kept: bool) -> None:
    d = Dialogue(offer_8bitmime=True)
    d.send(hello + b" c\r\nMAIL FROM:<a@example.org>" + parameter + b"\r\nRCPT TO:<smith@example.com>\r\nDATA\r\nGr\xfc\xdfe\r\n.\r\n")
    assert d.messages[0].lines == ((b"Gr\xfc\xdfe",) if kept else (b"Gr|_e",))


TOO_MANY = b"421 alpha1.example.com Too many commands without mail, closing transmission channel\r\n"


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        (b"NOOP", b"250 OK"),
        (b"RSET", b"250 OK"),
        (b"HELO c", b"250 alpha1.example.com"),
        (b"VRFY x", b"252 Cannot VRFY user, but will take message for this user and attempt delivery"),
        (b"EXPN x", b"502 Command not implemented"),
        (b"x" * 600, b"500 Line too long"),
        (b"", b"500 Syntax error, command unrecognized"),
        (b"RCPT TO:<a@b.example>", b"503 Bad sequence of commands"),
        (b"HELO", b"501 Syntax error in parameters or arguments"),
    ],
)
def test_a_flood_of_commands_is_answered_a_hundred_times_and_then_ended(command: bytes, reply: bytes) -> None:
    d = Dialogue()
    assert d.send((command + b"\r\n") * 10_000) == (reply + b"\r\n") * 100 + TOO_MANY
    assert d.server.state is State.CLOSED
    assert not d.server._input


def test_help_names_every_command_that_is_taken() -> None:
    lines = Dialogue().send(b"HELP\r\n").decode().split("\r\n")
    assert lines[0].startswith("214-") and lines[-2].startswith("214 ") and lines[-1] == ""
    words = {word for line in lines[1:-2] for word in line[4:].split()}
    for word in words:
        assert not Dialogue().send(f"{word} x\r\n".encode()).startswith((b"500", b"502"))
    assert words == {"HELO", "EHLO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "HELP", "VRFY", "QUIT"}


def test_probing_addresses_without_sending_is_a_flood_too() -> None:
    d = Dialogue()
    assert d.send((ENVELOPE + b"RSET\r\n") * 100).endswith(TOO_MANY)
    assert d.server.state is State.CLOSED


def test_each_message_gives_a_client_new_patience() -> None:
    d = Dialogue()
    d.send(HELLO)
    for _ in range(5):
        assert d.send(b"NOOP\r\n" * 90).endswith(b"250 OK\r\n")
        d.send(b"MAIL FROM:<a@example.org>\r\nRCPT TO:<smith@example.com>\r\nDATA\r\nx\r\n.\r\n")
    assert len(d.messages) == 5


def test_a_flood_of_recipients_is_held_at_the_limit_and_the_message_still_taken() -> None:
    d = Dialogue()
    d.send(HELLO + b"MAIL FROM:<a@example.org>\r\n")
    replies = d.send(b"".join(b"RCPT TO:<u%d@example.com>\r\n" % n for n in range(5000)))
    assert (replies.count(b"250 OK\r\n"), replies.count(b"452 Too many recipients\r\n")) == (100, 4900)
    assert d.send(b"DATA\r\nx\r\n.\r\n").endswith(b"250 OK\r\n")
    assert len(d.messages[0].recipients) == 100


def slow(d: Dialogue, data: bytes, pause: int) -> int:
    """Send byte after byte, each after a pause; when the session ended, 0 when it did not."""
    for byte in data:
        due = d.server.deadline()
        assert due is not None
        if due <= d.now + pause:
            d.server.tick(due)
            return due
        d.now += pause
        d.send(bytes([byte]))
    return 0


def test_a_command_that_comes_byte_by_byte_is_not_waited_for_longer_than_four_timeouts() -> None:
    d = Dialogue()
    assert slow(d, b"NOOP" * 100, 4 * MINUTE) == 20 * MINUTE
    assert d.server.data_to_send() == b"421 alpha1.example.com Timeout, closing transmission channel\r\n"


def test_a_text_that_trickles_is_not_waited_for_but_a_slow_line_is() -> None:
    d = Dialogue()
    d.send(ENVELOPE + b"DATA\r\n")
    assert 20 * MINUTE <= slow(d, b"x\r\n" * 100, 4 * MINUTE) < 21 * MINUTE
    d = Dialogue()
    d.send(ENVELOPE + b"DATA\r\n")
    assert slow(d, b"x" * 70 + b"\r\n" + b"y" * 70 + b"\r\n", MINUTE // 8) == 0
    for _ in range(50):
        d.now += 2 * MINUTE
        assert d.server.deadline() is not None and d.server.deadline() > d.now  # type: ignore[operator]
        d.send((b"z" * 78 + b"\r\n") * 200)
    assert d.send(b".\r\n") == b"250 OK\r\n"


def test_a_text_of_a_million_tiny_records_is_refused_like_one_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smtp.protocol.text.RECORD_LIMIT", 1000)
    too_much = b"552 Requested mail action aborted: exceeded storage allocation\r\n"
    for text in (b"\r\n" * 1001, b"\n" * 1001, b"a\n" * 1001, (b"\x8a" * 500 + b"\r\n") * 3):
        d = Dialogue()
        d.send(ENVELOPE + b"DATA\r\n")
        assert d.send(text + b"\r\n.\r\n") == too_much
        assert not d.messages
    d = Dialogue(eight_bit=True)
    assert d.send(ENVELOPE + b"DATA\r\n" + (b"\x8a" * 500 + b"\r\n") * 3 + b".\r\n").endswith(b"250 OK\r\n")


def test_a_text_without_end_is_ended_at_twice_the_limit() -> None:
    d = Dialogue(size_limit=5000)
    d.send(ENVELOPE + b"DATA\r\n")
    replies = b"".join(d.send(b"x" * 78 + b"\r\n") for _ in range(1000))
    assert replies == b"552 Requested mail action aborted: exceeded storage allocation\r\n"
    assert d.server.state is State.CLOSED
    assert [type(e) for e in d.events[-2:]] == [TransactionAborted, SessionEnded]


def test_a_session_that_brings_no_message_ends_after_twelve_timeouts() -> None:
    d = Dialogue()
    d.send(HELLO + b"MAIL FROM:<a@example.org>\r\n")
    for n in range(20):
        d.now += 3 * MINUTE
        if d.send(b"RCPT TO:<u%d@example.com>\r\n" % n) != b"250 OK\r\n":
            break
    assert d.now == 60 * MINUTE
    assert d.server.deadline() == 60 * MINUTE
    d.now += 1
    assert d.send(b"DATA\r\n") == b"421 alpha1.example.com Timeout, closing transmission channel\r\n"
    assert d.server.state is State.CLOSED


def test_each_message_begins_the_time_of_a_session_anew() -> None:
    d = Dialogue()
    d.send(HELLO)
    for _ in range(40):
        d.now += 4 * MINUTE
        assert d.send(b"MAIL FROM:<a@example.org>\r\nRCPT TO:<smith@example.com>\r\nDATA\r\nx\r\n.\r\n").endswith(b"250 OK\r\n")
