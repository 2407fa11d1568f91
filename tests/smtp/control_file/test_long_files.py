"""Control files that are read and written by pieces, and those of the first layout."""

from __future__ import annotations

from zlib import crc32

import pytest

from smtp.control_file import layout
from smtp.control_file.control_file import LONG, ControlFile, Recipient, RecipientState
from smtp.facility import TCPIP
from smtp.message.address import Address
from smtp.message.body import LongText
from tests.smtp.control_file.test_control_file import NOW, sample
from vmsemu.base.condition import VmsError

COUNT = 6000


def long_file() -> ControlFile:
    file = sample()
    file.recipients += [Recipient(Address(f"user{number}", "example.com")) for number in range(2000)]
    file.body = tuple(b"%076d" % number for number in range(COUNT))
    return file


DATA = long_file().to_bytes()
CONTENT = 512 + layout.HEADER.parse(DATA[:508]).length


def from_source(data: bytes) -> ControlFile:
    return ControlFile.from_source(lambda offset, length: data[offset : offset + length], len(data), "A.TCPIP_B")


def first_layout(data: bytes) -> bytes:
    """The same file as the first version wrote it: one checksum for everything."""
    header = layout.HEADER.parse(data[:508])
    block = bytearray(data[:508])
    block[6:8] = (1).to_bytes(2, "little")
    block[layout.HEADER_USED - 4 : layout.HEADER_USED] = bytes(4)
    check = crc32(data[512 : 512 + header.length], crc32(bytes(block)))
    return bytes(block) + check.to_bytes(4, "little") + data[512:]


def assert_corrupt(data: bytes) -> None:
    with pytest.raises(VmsError) as caught:
        from_source(data)
    assert caught.value.matches(TCPIP.CFCORRUPT)


def test_a_long_file_is_read_as_a_whole_one_but_for_its_body_which_can_be_read_again() -> None:
    assert len(DATA) > LONG
    file, expected = from_source(DATA), long_file()
    assert isinstance(file.body, LongText)
    assert tuple(file.body) == expected.body == tuple(file.body)
    assert (file.headers, file.recipients, file.user, file.created) == (expected.headers, expected.recipients, expected.user, NOW)
    assert ControlFile.from_bytes(DATA, "X") == expected


def test_noting_a_result_in_a_long_file_needs_no_text_and_gives_the_same_bytes() -> None:
    file, expected = from_source(DATA), long_file()
    for changed in (file, expected):
        changed.recipients[1].state = RecipientState.SENT
        changed.attempts = 3
    blocks = file.changing_blocks()
    assert blocks + DATA[len(blocks) :] == expected.to_bytes()


@pytest.mark.parametrize("place", [0, 6, 7, 100, 400, 510, 600, 400_000, CONTENT - 1])
@pytest.mark.parametrize("version", [1, 2])
def test_a_changed_byte_of_a_long_file_is_found(place: int, version: int) -> None:
    data = first_layout(DATA) if version == 1 else DATA
    assert_corrupt(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])


@pytest.mark.parametrize("version", [1, 2])
def test_a_long_file_that_was_cut_off_is_found(version: int) -> None:
    data = first_layout(DATA) if version == 1 else DATA
    for length in (LONG + 1, CONTENT - 1):
        assert_corrupt(data[:length])


def test_lost_and_doubled_blocks_of_a_long_file_are_found() -> None:
    for start in (512, 51_200, 512_000):
        block = DATA[start : start + 512]
        assert_corrupt(DATA[:start] + DATA[start + 512 :])
        assert_corrupt(DATA[:start] + block + DATA[start:])
        assert_corrupt(DATA[:start] + bytes(512) + DATA[start + 512 :])


@pytest.mark.parametrize("file", [sample(), long_file()])
def test_a_file_of_the_first_layout_is_read_and_becomes_one_of_the_present_layout_when_a_result_is_noted(file: ControlFile) -> None:
    new = file.to_bytes()
    old = from_source(first_layout(new))
    assert tuple(old.body) == tuple(file.body) and old.recipients == file.recipients
    blocks = old.changing_blocks()
    assert blocks + new[len(blocks) :] == new


def test_a_small_file_of_the_first_layout_that_is_damaged_is_found() -> None:
    old = first_layout(sample().to_bytes())
    for place in range(512):
        assert_corrupt(old[:place] + bytes([old[place] ^ 0x55]) + old[place + 1 :])
