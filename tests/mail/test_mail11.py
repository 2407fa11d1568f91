"""MAIL-11: the bytes of captured dialogues, and the laws of the protocol."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmsemu.base.condition import ConditionValue
from vmsemu.files.attributes import CarriageControl, RecordAttributes, RecordFormat
from vmsemu.mail.mail11 import Addressee, Envelope, Mail11Client, Mail11Server, ProtocolError, Sender, Status
from vmsemu.mail.message import ForeignBody

CLIENT_DATA = bytes.fromhex("03010007000000001000000002020000")
WANTS_BLOCK = bytes.fromhex("03010007000000001100000003040000")
SERVER_DATA = bytes.fromhex("03010007000000002000000002020000")
NO_SUCH_USER = bytes.fromhex("12817e00")
REFUSAL = "%MAIL-E-NOSUCHUSR, no such user NOSUCHUSER at node VAX2"
TEXT = st.text(st.characters(max_codepoint=255), max_size=300)


def linked() -> tuple[Mail11Client, Mail11Server]:
    client, server = Mail11Client(), Mail11Server()
    client.accepted(server.accept(client.connect_data()))
    return client, server


def test_the_captured_message_is_sent_byte_for_byte() -> None:
    client = Mail11Client()
    assert client.connect_data() == CLIENT_DATA
    client.accepted(SERVER_DATA)
    assert client.sender("SYSTEM") == b"SYSTEM      "
    assert client.addressee("SYSTEM") == b"SYSTEM"
    assert client.receive(bytes.fromhex("01000000")) == Status(ConditionValue(1))
    lines = ["Line one of a MAIL-11 message from VAX1.", "Line two."]
    assert list(client.text("VAX2::SYSTEM", "", "DECnet MAIL-11 oracle", lines)) == [
        b"\0",
        b"VAX2::SYSTEM",
        b"",
        b"DECnet MAIL-11 oracle",
        b"Line one of a MAIL-11 message from VAX1.",
        b"Line two.",
        b"\0",
    ]


def test_the_captured_message_is_received() -> None:
    server = Mail11Server()
    assert server.accept(CLIENT_DATA) == SERVER_DATA
    assert server.receive(b"SYSTEM      ") == Sender("SYSTEM")
    assert server.receive(b"SYSTEM") == Addressee("SYSTEM")
    assert server.answer(Status(ConditionValue(1))) == [bytes.fromhex("01000000")]
    records = [b"\0", b"VAX2::SYSTEM", b"", b"DECnet MAIL-11 oracle", b"Line two."]
    assert [server.receive(record) for record in records] == [None] * 5
    assert server.receive(b"\0") == Envelope("VAX2::SYSTEM", "", "DECnet MAIL-11 oracle", ["Line two."])


def test_the_captured_refusal_is_sent_and_read() -> None:
    refusal = Status(ConditionValue(0x7E8112), (REFUSAL,))
    records = Mail11Server.answer(refusal)
    assert records == [NO_SUCH_USER, REFUSAL.encode(), b"\0"]
    client, _ = linked()
    assert [client.receive(record) for record in records] == [None, None, refusal]
    assert client.receive(bytes.fromhex("01000000")) == Status(ConditionValue(1)), "the next status is read afresh"


def test_a_client_that_wants_blocks_is_given_records() -> None:
    assert Mail11Server().accept(WANTS_BLOCK) == SERVER_DATA


def test_the_old_protocol_has_no_user_data_and_no_cc() -> None:
    server, client = Mail11Server(), Mail11Client()
    answer = server.accept(b"")
    assert answer == b""
    client.accepted(answer)
    for record in (b"JOE", b"ANN", *client.text("ANN", "lost", "subject", ["text"])):
        event = server.receive(record)
    assert event == Envelope("ANN", "", "subject", ["text"])


def test_user_data_that_is_none_of_ours_is_the_old_protocol() -> None:
    assert Mail11Server().accept(b"\x03") == bytes.fromhex("03010007000000000000000002020000")


def test_a_personal_name_stands_behind_the_padded_user_name() -> None:
    client, server = linked()
    record = client.sender('SMITH        "Fred Smith"')
    assert record == b'SMITH        "Fred Smith"'
    assert server.receive(record) == Sender('SMITH        "Fred Smith"')


def test_empty_records_end_nothing() -> None:
    client, server = linked()
    for record in (b"JOE", b"ANN", *client.text("ANN", "", "", ["", "", "x", ""])):
        event = server.receive(record)
    assert event == Envelope("ANN", "", "", ["", "", "x", ""])


def test_a_line_of_one_zero_byte_does_not_end_the_text() -> None:
    client, server = linked()
    for record in (b"JOE", b"ANN", *client.text("ANN", "", "", ["\0", "the rest"])):
        event = server.receive(record)
    assert isinstance(event, Envelope)
    assert event.lines == ["\0 ", "the rest"]


def test_what_is_no_status_is_an_error() -> None:
    client, _ = linked()
    with pytest.raises(ProtocolError):
        client.receive(b"%MAIL")


def test_a_record_behind_the_message_is_an_error() -> None:
    client, server = linked()
    for record in (b"JOE", b"ANN", *client.text("ANN", "", "", [])):
        server.receive(record)
    with pytest.raises(ProtocolError):
        server.receive(b"ANN")


def test_a_success_of_another_kind_is_a_success_without_lines() -> None:
    client, _ = linked()
    status = client.receive(bytes.fromhex("09000000"))
    assert status


@given(TEXT, TEXT, TEXT, st.lists(TEXT.filter(lambda text: text != "\0"), max_size=20))
def test_a_message_arrives_as_it_was_sent(to: str, cc: str, subject: str, lines: Sequence[str]) -> None:
    client, server = linked()
    server.receive(client.sender("SMITH"))
    server.receive(client.addressee("JONES"))
    events = [server.receive(record) for record in client.text(to, cc, subject, lines)]
    assert events[:-1] == [None] * (len(events) - 1), "nothing is complete before the last record"
    assert events[-1] == Envelope(to, cc, subject, list(lines))


def foreign_pair() -> tuple[Mail11Client, Mail11Server]:
    client, server = Mail11Client(foreign=True), Mail11Server()
    client.accepted(server.accept(client.connect_data()))
    return client, server


ATTRIBUTES = st.builds(
    RecordAttributes,
    format=st.sampled_from(RecordFormat),
    carriage=st.sampled_from([CarriageControl.NONE, CarriageControl.CR, CarriageControl.PRN, CarriageControl.BLK]),
    maximum_size=st.integers(0, 32767),
    control_size=st.integers(0, 255),
    extension=st.integers(0, 65535),
)


@given(
    ATTRIBUTES, st.one_of(st.binary(max_size=40), st.sampled_from([4095, 4096, 4097, 8192, 8193, 9000]).map(bytes)), st.integers(0, 32767)
)
def test_a_foreign_file_arrives_as_it_was_sent(attributes: RecordAttributes, data: bytes, longest: int) -> None:
    client, server = foreign_pair()
    assert client.takes_foreign
    server.receive(client.sender("SMITH"))
    server.receive(client.addressee("JONES"))
    body = ForeignBody(attributes, data, longest)
    events = [server.receive(record) for record in client.file("JONES", "", "file", body)]
    expected = ForeignBody(attributes, b"\0\0", longest) if data == b"\0" else body
    assert events == [None] * (len(events) - 1) + [Envelope("JONES", "", "file", [], expected)]


def test_a_server_of_text_takes_no_foreign_file() -> None:
    client = Mail11Client(foreign=True)
    client.accepted(SERVER_DATA)
    assert not client.takes_foreign


@pytest.mark.parametrize("record", [b"x", bytes.fromhex("0c000100 22"), bytes.fromhex("0c000100 0f")], ids=["short", "indexed", "format"])
def test_attributes_of_no_file_are_an_error(record: bytes) -> None:
    client, server = foreign_pair()
    header = list(client.file("ANN", "", "", ForeignBody(RecordAttributes(), b"")))[:4]
    for sent in (b"JOE", b"ANN", *header):
        server.receive(sent)
    with pytest.raises(ProtocolError):
        server.receive(record)
        server.receive(b"\0")
