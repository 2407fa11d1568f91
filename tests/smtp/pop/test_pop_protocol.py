"""The POP3 state machine, without a node."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from smtp.pop.protocol import Ended, Finished, Listed, Login, PopEvent, PopServer, PopState, TextWanted

MESSAGES = [Listed(12, "A1"), Listed(30, "A2")]
TEXTS: list[list[bytes]] = [[b"H: 1", b"", b"one"], [b"H: 2", b"", b".", b"..x", b"end"]]
DIALOGUE = (
    b"NOOP\r\nUSER smith\r\nPASS wrong\r\nUSER smith\r\nPASS my secret\r\nSTAT\r\nLIST\r\nLIST 2\r\nLIST 3\r\nUIDL\r\nUIDL 1\r\nLAST\r\n"
    b"RETR 2\r\nLAST\r\nTOP 2 1\r\nTOP 2\r\nDELE 1\r\nDELE 1\r\nSTAT\r\nRSET\r\nDELE 2\r\nXTND XMIT\r\nquit\r\nSTAT\r\n"
)


class Client:
    """Feeds a server and answers its questions."""

    def __init__(self, server: PopServer) -> None:
        self.server = server
        self.events: list[PopEvent] = []
        self.sent = b""

    def feed(self, data: bytes) -> None:
        self.answer(self.server.receive(data))

    def answer(self, events: list[PopEvent]) -> None:
        self.sent += self.server.data_to_send()
        for event in events:
            self.events.append(event)
            if isinstance(event, Login):
                right = event.password == "my secret" or event.digest
                self.answer(self.server.admit(event.user, MESSAGES, "NEWMAIL") if right else self.server.deny("no"))
            elif isinstance(event, TextWanted):
                self.sent += b"".join(self.server.send_text(30, TEXTS[event.number]))
                self.answer(self.server.go_on())
            elif isinstance(event, Finished):
                self.answer(self.server.finish("bye"))
        if self.server.is_behind:
            self.answer(self.server.go_on())


def run(*pieces: bytes, user_pass: bool = True) -> Client:
    client = Client(PopServer(user_pass=user_pass))
    client.server.open("hello <1@host>")
    client.sent += client.server.data_to_send()
    for piece in pieces:
        client.feed(piece)
    return client


def test_a_whole_dialogue() -> None:
    client = run(DIALOGUE)
    assert client.sent.decode() == (
        "+OK hello <1@host>\r\n"
        "-ERR Unknown AUTHORIZATION state command\r\n"
        "+OK User name (smith) ok. Password, please.\r\n"
        "-ERR no\r\n"
        "+OK User name (smith) ok. Password, please.\r\n"
        "+OK 2 messages in folder NEWMAIL of smith\r\n"
        "+OK 2 42\r\n"
        "+OK scan listing follows\r\n1 12\r\n2 30\r\n.\r\n"
        "+OK 2 30\r\n"
        "-ERR no such message, only 2 in folder\r\n"
        "+OK unique identifiers follow\r\n1 A1\r\n2 A2\r\n.\r\n"
        "+OK 1 A1\r\n"
        "+OK 0\r\n"
        "+OK 30 octets\r\nH: 2\r\n\r\n..\r\n...x\r\nend\r\n.\r\n"
        "+OK 2\r\n"
        "+OK top of message follows\r\nH: 2\r\n\r\n..\r\n.\r\n"
        "-ERR TOP needs a message number and a number of lines\r\n"
        "+OK message 1 deleted\r\n"
        "-ERR message 1 is deleted\r\n"
        "+OK 1 30\r\n"
        "+OK\r\n"
        "+OK message 2 deleted\r\n"
        "-ERR Unknown TRANSACTION state command\r\n"
        "+OK bye\r\n"
    )
    assert client.events[-2:] == [Finished((1,), (1,)), Ended("QUIT")]


@given(st.lists(st.integers(0, len(DIALOGUE)), max_size=12))
def test_the_dialogue_does_not_depend_on_how_the_bytes_are_cut(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(DIALOGUE)]
    assert run(*(DIALOGUE[a:b] for a, b in pairwise(places))).sent == run(DIALOGUE).sent


@given(st.binary(max_size=3000))
def test_no_bytes_break_the_server_or_fill_it(data: bytes) -> None:
    client = run(b"USER a\r\nPASS my secret\r\n", data)
    client.server.connection_lost()
    assert client.server.state is PopState.CLOSED


def test_the_second_wrong_password_ends_the_session() -> None:
    client = run(b"USER a\r\nPASS b\r\nUSER a\r\nPASS b\r\nUSER a\r\n")
    assert client.events[-1] == Ended("too many attempts to log in")
    assert client.sent.endswith(b"-ERR no\r\n")


def test_a_broken_connection_deletes_nothing() -> None:
    client = run(b"USER a\r\nPASS my secret\r\nDELE 1\r\n")
    assert client.server.connection_lost() == [Ended("connection lost")]
    assert not any(isinstance(event, Finished) for event in client.events)


def test_a_command_line_without_end_is_thrown_away() -> None:
    client = run(b"USER " + b"x" * 100_000, b"y\r\nUSER a\r\n")
    assert client.sent.endswith(b"-ERR command line too long\r\n+OK User name (a) ok. Password, please.\r\n")


def test_only_apop_when_passwords_may_not_be_sent() -> None:
    client = run(b"USER a\r\nPASS my secret\r\nAPOP a\r\nAPOP a 00FF\r\n", user_pass=False)
    assert client.events == [Login("a", digest="00ff")]
    assert b"-ERR USER and PASS are disabled here, use APOP\r\n-ERR PASS needs USER before it\r\n" in client.sent


def test_a_client_that_asks_for_much_at_once_is_answered_as_it_takes_the_answers() -> None:
    server = PopServer()
    server.open("hello")
    server.receive(b"USER smith\r\nPASS my secret\r\n")
    server.admit("smith", [Listed(1, "X" * 60)] * 1000, "NEWMAIL")
    server.data_to_send()
    server.receive(b"UIDL\r\n" * 10_000)
    pieces = []
    while server.is_behind:
        pieces.append(len(server.data_to_send()))
        server.go_on()
    assert max(pieces) < 2 * 70_000
    assert len(pieces) > 5_000


def test_the_node_answers_in_the_order_of_the_commands() -> None:
    from tests.fuzz.mail_machine import Caller
    from tests.fuzz.mail_ways import pop_machine

    machine = pop_machine("SYSTEM")
    machine.deliver("hello")
    caller = Caller(machine, 110)
    caller.send([b"USER smith\r\nPASS\r\nSTAT\r\nNOOP\r\nRETR 1\r\n" + b"LIST\r\n" * 5_000 + b"QUIT\r\n"])
    words = [line for line in bytes(caller.answer).split(b"\r\n") if line[:1] in (b"+", b"h")]
    assert [word[:9] for word in words[1:8]] == [b"+OK User ", b"+OK 1 mes", b"+OK 1 135", b"+OK", b"+OK 135 o", b"hello", b"+OK scan "]
    assert words.count(b"+OK scan listing follows") == 5_000
    assert words[-1].startswith(b"+OK POP server signing off")
