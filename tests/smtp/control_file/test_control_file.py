"""Control files: names, round trips, corruption."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtp.control_file.control_file import ControlFile, Recipient, RecipientState
from smtp.control_file.name import ControlFileName
from smtp.facility import TCPIP
from smtp.message.address import NULL, Address
from vmsemu.base.condition import VmsError
from vmsemu.base.time import VmsTime

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
    assert ControlFileName.from_text("93042311394417_DRAKE.UCX_DODO;1") == name
    assert ControlFileName.from_text(name.to_text()) == name
    assert ControlFileName.from_text("TCPIP$SMTP_LOGFILE.LOG;3") is None


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


@pytest.mark.parametrize("place", [0, 6, 30, 400, 510, 512, 514, 515, 600, 700])
def test_a_changed_byte_anywhere_is_found(place: int) -> None:
    data = bytearray(sample().to_bytes())
    data[place] ^= 0x55
    with pytest.raises(VmsError) as caught:
        ControlFile.from_bytes(bytes(data), "A.TCPIP_B")
    assert caught.value.matches(TCPIP.CFCORRUPT)
    assert caught.value.message.parameters[0] == "A.TCPIP_B"


@pytest.mark.parametrize("length", [0, 5, 511, 512, 700])
def test_a_file_that_was_cut_off_is_found(length: int) -> None:
    with pytest.raises(VmsError):
        ControlFile.from_bytes(sample().to_bytes()[:length], "X")


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
