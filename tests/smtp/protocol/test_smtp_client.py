"""The client state machine: order of commands, fates of recipients, timeouts."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from smtp.message.address import NULL, Address
from smtp.protocol.client import MINUTE, SendTimeouts, SmtpClient, Waiting
from smtp.protocol.events import MessageReceived, Outcome, RecipientDone, RecipientGiven, SenderGiven
from smtp.protocol.server import ServerOptions, SmtpServer
from smtp.protocol.text import stuffed

A, B = Address("a", "example.org"), Address("b", "example.org")


def client(*recipients: Address, lines: tuple[bytes, ...] = (b"x",)) -> SmtpClient:
    return SmtpClient("alpha1.example.com", Address("me", "alpha1.example.com"), recipients, lines, SendTimeouts(), 0)


def play(c: SmtpClient, *replies: bytes) -> tuple[list[bytes], dict[str, tuple[Outcome, str]]]:
    sent, fates = [], {}
    for reply in replies:
        for event in c.receive(reply + b"\r\n", 0):
            if isinstance(event, RecipientDone):
                fates[event.recipient.local] = (event.outcome, event.text)
        sent.append(c.data_to_send())
    return sent, fates


def test_a_message_is_delivered_in_the_order_of_rfc_821() -> None:
    sent, fates = play(client(A, B), b"220 hi", b"250 hi", b"250 ok", b"250 ok", b"250 ok", b"354 go", b"250 stored", b"221 bye")
    assert sent == [
        b"HELO alpha1.example.com\r\n",
        b"MAIL FROM:<me@alpha1.example.com>\r\n",
        b"RCPT TO:<a@example.org>\r\n",
        b"RCPT TO:<b@example.org>\r\n",
        b"DATA\r\n",
        b"x\r\n.\r\n",
        b"QUIT\r\n",
        b"",
    ]
    assert fates == {"a": (Outcome.SENT, "250 stored"), "b": (Outcome.SENT, "250 stored")}


def test_a_refused_recipient_fails_alone() -> None:
    sent, fates = play(client(A, B), b"220 hi", b"250 hi", b"250 ok", b"550 no such user", b"250 ok", b"354 go", b"250 stored")
    assert fates == {"a": (Outcome.FAILED, "550 no such user"), "b": (Outcome.SENT, "250 stored")}
    assert sent[4] == b"DATA\r\n"


def test_when_every_recipient_is_refused_no_text_is_sent() -> None:
    sent, fates = play(client(A, B), b"220 hi", b"250 hi", b"250 ok", b"450 later", b"550 no")
    assert sent[-1] == b"QUIT\r\n"
    assert fates == {"a": (Outcome.RETRY, "450 later"), "b": (Outcome.FAILED, "550 no")}


def test_a_host_that_refuses_the_session_leaves_the_recipients_for_another_address() -> None:
    assert play(client(A), b"554 go away")[1] == {"a": (Outcome.RETRY, "554 go away")}
    assert play(client(A), b"220 hi", b"421 closing")[1] == {"a": (Outcome.RETRY, "421 closing")}


def test_a_refused_text_is_final_or_temporary_by_its_code() -> None:
    start = (b"220 hi", b"250 hi", b"250 ok", b"250 ok", b"354 go")
    assert play(client(A), *start, b"451 full")[1]["a"][0] is Outcome.RETRY
    assert play(client(A), *start, b"554 no")[1]["a"][0] is Outcome.FAILED


def test_replies_of_several_lines_are_one_reply() -> None:
    sent, _ = play(client(A), b"220-welcome\r\n220-to\r\n220 us")
    assert sent == [b"HELO alpha1.example.com\r\n"]


def test_nonsense_from_the_server_ends_the_session_with_a_retry() -> None:
    c = client(A)
    events = c.receive(b"HTTP/1.0 200 OK\r\n", 0)
    assert isinstance(events[0], RecipientDone) and events[0].outcome is Outcome.RETRY
    assert c.state is Waiting.CLOSED
    c = client(A)
    c.receive(b"2" * 5000, 0)
    assert c.state is Waiting.CLOSED


def test_each_reply_has_its_own_timeout() -> None:
    c = client(A)
    assert c.deadline() == 5 * MINUTE
    play(c, b"220 hi", b"250 hi", b"250 ok", b"250 ok")
    assert c.deadline() == 3 * MINUTE
    play(c, b"354 go")
    assert c.deadline() == 10 * MINUTE
    (done, _) = c.tick(10 * MINUTE)
    assert isinstance(done, RecipientDone) and done.outcome is Outcome.RETRY and "timeout" in done.text


def test_a_connection_lost_after_the_final_reply_loses_nothing() -> None:
    c = client(A)
    _, fates = play(c, b"220 hi", b"250 hi", b"250 ok", b"250 ok", b"354 go", b"250 stored")
    assert fates["a"][0] is Outcome.SENT
    assert not [e for e in c.connection_lost() if isinstance(e, RecipientDone)]


def test_a_bounce_goes_out_with_the_null_sender() -> None:
    c = SmtpClient("h", NULL, [A], (b"x",), SendTimeouts(), 0)
    assert play(c, b"220 hi", b"250 hi")[0][-1] == b"MAIL FROM:<>\r\n"


def test_a_line_end_inside_a_line_can_not_smuggle_an_end_of_data() -> None:
    for hidden in (b"x\n.\nMAIL", b"x\r.\rMAIL", b"x\r\n.\r\nMAIL"):
        assert b"".join(stuffed([hidden])) == b"x\r\n..\r\nMAIL\r\n.\r\n"


LINE = st.binary(max_size=60).filter(lambda b: b"\n" not in b and b"\r" not in b)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(LINE, st.sampled_from([b"", b".", b"..", b".x"])), max_size=12))
def test_what_the_client_sends_the_server_receives(lines: list[bytes]) -> None:
    server = SmtpServer(ServerOptions("alpha1.example.com", "p", "d", eight_bit=True))
    sender = client(A, B, lines=tuple(lines))
    server.open(0)
    received = None
    for _ in range(40):
        sender.receive(server.data_to_send(), 0)
        events = server.receive(sender.data_to_send(), 0)
        while events and isinstance(events[-1], SenderGiven | RecipientGiven | MessageReceived):
            received = events[-1] if isinstance(events[-1], MessageReceived) else received
            events = server.accept(0)
    assert received is not None
    assert received.lines == tuple(lines)
    assert received.recipients == (A, B)
    assert sender.state is Waiting.CLOSED


def test_a_reply_to_a_text_that_was_not_sent_delivers_nothing() -> None:
    for last in (b"354 go\r\n250 stored", b"250 ok\r\n354 go\r\n250 stored"):
        _, fates = play(client(A), b"220 hi", b"250 hi", b"250 ok", *([b"250 ok"] if last.startswith(b"354") else []), last)
        assert fates["a"] == (Outcome.RETRY, "a reply to the text before its end: 250 stored")


def test_a_text_may_be_refused_before_its_end() -> None:
    sent, fates = play(client(A), b"220 hi", b"250 hi", b"250 ok", b"250 ok", b"354 go\r\n552 too much")
    assert sent[-1] == b"DATA\r\n" or not sent[-1]
    assert fates["a"] == (Outcome.FAILED, "552 too much")
