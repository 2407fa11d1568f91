"""Control files: names, round trips, corruption."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtp.control_file import layout
from smtp.control_file.control_file import ControlFile, Recipient, RecipientState
from smtp.control_file.name import ControlFileName
from smtp.facility import TCPIP
from smtp.message.address import NULL, Address
from vmsemu.base.condition import VmsError
from vmsemu.base.time import VmsTime
from vmsemu.tables.facilities import RMS

NOW = VmsTime.of(1993, 4, 23, 11, 39, 44, 17)


def sample() -> ControlFile:
    return ControlFile(
        NOW,
        "TCPIP$SMTP",
        Address("jones", "example.org"),
        [Recipient(Address("smith", "example.com")), Recipient(Address("X:[L]A.DIS", "example.com"), RecipientState.FAILED, "550 no")],
        (b"Subject: x", b"To: smith@example.com"),
        (b"Hello", b"", b"bye"),
    )


def test_a_name_is_the_stamp_to_the_hundredth_the_user_and_the_node() -> None:
    name = ControlFileName.make(NOW, "DRAKE", "DODO")
    assert name.to_text() == "93042311394417_DRAKE.TCPIP_DODO"
    assert name.job_name == "93042311394417_DRAKE"
    assert ControlFileName.from_text(name.to_text()) == name
    assert not name.is_old
    assert ControlFileName.from_text("TCPIP$SMTP_LOGFILE.LOG;3") is None


def test_a_name_of_the_product_before_v5_is_recognised() -> None:
    old = ControlFileName.from_text("93042311394417_DRAKE.UCX_DODO;1")
    assert old is not None and old.is_old
    assert (old.stamp, old.user, old.node) == ("93042311394417", "DRAKE", "DODO")
    assert old.to_text() == "93042311394417_DRAKE.UCX_DODO"


@pytest.mark.parametrize(
    "text",
    ["LOGIN.COM;1", "9304231139441_DRAKE.TCPIP_DODO", "93042311394417_.TCPIP_DODO", "93042311394417_DRAKE.TCPIP_", "SMTP.CONFIG"],
)
def test_other_files_of_the_directory_are_no_control_files(text: str) -> None:
    assert ControlFileName.from_text(text) is None


def test_what_could_not_be_read_again_is_not_written() -> None:
    file = sample()
    file.check()
    for address in (Address("x" * 300, "example.com"), Address("m\u00fcller", "example.com"), Address("a", "not a domain")):
        file.return_path = address
        with pytest.raises(VmsError) as caught:
            file.check()
        assert caught.value.matches(TCPIP.INVADDR)
    file = sample()
    file.body = (b"x" * 65_534,)
    assert ControlFile.from_bytes(file.to_bytes(), "X") == file
    file.body = (b"x" * 65_535,)
    with pytest.raises(VmsError) as caught:
        file.to_bytes()
    assert caught.value.matches(RMS.RSZ)


def test_a_control_file_is_whole_blocks_with_a_header_that_names_it() -> None:
    data = sample().to_bytes()
    assert data[:6] == b"SMTPCF"
    assert len(data) % 512 == 0


def test_what_is_written_is_read_again() -> None:
    assert ControlFile.from_bytes(sample().to_bytes(), "X") == sample()


def test_noting_a_result_moves_nothing() -> None:
    file = sample()
    before = file.to_bytes()
    file.recipients[0].state = RecipientState.SENT
    file.recipients[0].reason = "250 OK " * 40
    file.attempts += 1
    after = file.to_bytes()
    assert len(after) == len(before)
    assert ControlFile.from_bytes(after, "X").recipients[0].state is RecipientState.SENT
    assert after[1024:] == before[1024:]


CONTENT = 512 + layout.HEADER.parse(sample().to_bytes()[:508]).length


def test_a_changed_byte_at_any_place_is_found() -> None:
    """Every byte of header, checksum and records. What pads the last block is no part of the message."""
    whole = sample().to_bytes()
    for place in range(len(whole)):
        damaged = whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :]
        if place >= CONTENT:
            assert ControlFile.from_bytes(damaged, "A.TCPIP_B") == sample()
            continue
        with pytest.raises(VmsError) as caught:
            ControlFile.from_bytes(damaged, "A.TCPIP_B")
        assert caught.value.matches(TCPIP.CFCORRUPT)
        assert caught.value.message.parameters[0] == "A.TCPIP_B"


@settings(deadline=None)
@given(st.dictionaries(st.integers(0, CONTENT - 1), st.integers(1, 255), min_size=1, max_size=40))
def test_several_changed_bytes_are_found_too(changes: dict[int, int]) -> None:
    data = bytearray(sample().to_bytes())
    for place, change in changes.items():
        data[place] ^= change
    with pytest.raises(VmsError) as caught:
        ControlFile.from_bytes(bytes(data), "X")
    assert caught.value.matches(TCPIP.CFCORRUPT)


@settings(deadline=None)
@given(st.data())
def test_blocks_lost_doubled_or_exchanged_are_found(data: st.DataObject) -> None:
    """A disk loses whole blocks more often than bytes."""
    file = sample()
    file.body = tuple(b"line %d" % number for number in range(300))
    whole = file.to_bytes()
    blocks = [whole[at : at + 512] for at in range(0, len(whole), 512)]
    wrong = data.draw(st.lists(st.sampled_from([*blocks, bytes(512)]), max_size=len(blocks) + 2))
    joined = b"".join(wrong)
    if joined.startswith(whole):
        return
    with pytest.raises(VmsError) as caught:
        ControlFile.from_bytes(joined, "X")
    assert caught.value.matches(TCPIP.CFCORRUPT)


def test_a_file_that_was_cut_off_anywhere_is_found() -> None:
    whole = sample().to_bytes()
    for length in range(CONTENT):
        with pytest.raises(VmsError) as caught:
            ControlFile.from_bytes(whole[:length], "X")
        assert caught.value.matches(TCPIP.CFCORRUPT)


@settings(deadline=None)
@given(st.binary(max_size=1500))
def test_no_garbage_is_taken_for_a_control_file(data: bytes) -> None:
    for candidate in (data, b"SMTPCF\x01\x00" + data):
        with pytest.raises(VmsError):
            ControlFile.from_bytes(candidate, "X")


LINES = st.lists(st.binary(max_size=300), max_size=20).map(tuple)


@settings(deadline=None)
@given(LINES, LINES, st.integers(0, 2**62), st.integers(0, 65535), st.sampled_from([NULL, Address("a b", "example.org")]))
def test_any_contents_survive(headers: tuple[bytes, ...], body: tuple[bytes, ...], created: int, attempts: int, path: Address) -> None:
    file = ControlFile(VmsTime(created), "SMITH", path, [Recipient(Address("a"))], headers, body, attempts, VmsTime(created))
    assert ControlFile.from_bytes(file.to_bytes(), "X") == file
