"""Records of sequential files: what goes in comes out, and the bytes are those VMS writes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vmsemu.base.condition import VmsError
from vmsemu.base.time import VmsTime
from vmsemu.files.attributes import (
    STM_CR,
    STMCR_CR,
    STMLF_CR,
    UDF_NONE,
    VAR_CR,
    VFC_PRN,
    CarriageControl,
    RecordAttributes,
    RecordFormat,
    fixed,
)
from vmsemu.files.rms import create_file, open_file
from vmsemu.files.sequential import Rfa, SequentialFile
from vmsemu.files.volume import MFD, Volume
from vmsemu.store.memory import MemoryStore
from vmsemu.tables.facilities import RMS

NOW = VmsTime.of(2001, 5, 14, 10)
VAR_BLK = RecordAttributes(carriage=CarriageControl.BLK, maximum_size=510)
VFC_4 = RecordAttributes(format=RecordFormat.VFC, control_size=4)


def make_volume(blocks: int = 100_000, cluster: int = 1) -> Volume:
    store = MemoryStore()
    Volume.initialize(store, "TEST", blocks=blocks, cluster=cluster, now=NOW)
    return Volume(store, lambda: NOW)


@pytest.fixture
def volume() -> Volume:
    return make_volume()


def write(volume: Volume, attributes: RecordAttributes, records: list[bytes], name: str = "A.DAT") -> SequentialFile:
    file = create_file(volume, MFD, name, attributes=attributes, read=True)
    for record in records:
        file.put(record)
    return file


def read_all(volume: Volume, name: str = "A.DAT") -> list[bytes]:
    fid = volume.lookup(MFD, name)
    assert fid is not None
    file = open_file(volume, fid)
    out = []
    while not file.at_end():
        out.append(file.get())
    with pytest.raises(VmsError) as caught:
        file.get()
    assert caught.value.matches(RMS.EOF)
    file.close()
    return out


def content(volume: Volume, name: str = "A.DAT") -> bytes:
    fid = volume.lookup(MFD, name)
    assert fid is not None
    return volume.read(fid, 0, 1_000_000)


def fails(definition: object, call: object, *arguments: object) -> None:
    with pytest.raises(VmsError) as caught:
        call(*arguments)  # type: ignore[operator]
    assert caught.value.matches(definition)  # type: ignore[arg-type]


def test_variable_records_have_a_count_and_a_pad_byte(volume: Volume) -> None:
    write(volume, VAR_CR, [b"first", b"", b"four"]).close()
    assert content(volume) == b"\5\0first\0\0\0\4\0four"


def test_vfc_records_written_for_print_have_newline_before_and_return_after(volume: Volume) -> None:
    write(volume, VFC_PRN, [b"Hello"]).close()
    assert content(volume) == b"\7\0\x01\x8dHello\0"


def test_stream_records_end_with_return_and_linefeed_unless_they_bring_their_own_end(volume: Volume) -> None:
    write(volume, STM_CR, [b"one", b"page\x0c", b"two"]).close()
    assert content(volume) == b"one\r\npage\x0ctwo\r\n"
    assert read_all(volume) == [b"one", b"page\x0c", b"two"]


def test_a_stream_file_without_a_last_linefeed_still_has_its_last_record(volume: Volume) -> None:
    file = create_file(volume, MFD, "A.DAT", attributes=STMLF_CR)
    file.append_bytes(b"one\ntwo")
    file.close()
    assert read_all(volume) == [b"one", b"two"]


def test_records_that_do_not_span_start_in_the_next_block(volume: Volume) -> None:
    write(volume, VAR_BLK, [b"a" * 300, b"b" * 300]).close()
    data = content(volume)
    assert data[302:304] == b"\xff\xff" and data[512:514] == b"\x2c\x01"
    assert read_all(volume) == [b"a" * 300, b"b" * 300]


def test_fixed_records_of_odd_size_start_at_even_bytes(volume: Volume) -> None:
    write(volume, fixed(3), [b"abc", b"def"]).close()
    assert content(volume) == b"abc\0def\0"
    assert read_all(volume) == [b"abc", b"def"]


def test_an_undefined_file_is_read_in_blocks(volume: Volume) -> None:
    write(volume, UDF_NONE, [b"x" * 700]).close()
    assert read_all(volume) == [b"x" * 512, b"x" * 188]


RECORDS = st.lists(st.binary(max_size=700), max_size=40)
PRINTABLE = st.lists(st.binary(max_size=700).map(lambda b: bytes(32 + c % 90 for c in b)), max_size=40)


@settings(max_examples=60, deadline=None)
@given(records=RECORDS, attributes=st.sampled_from([VAR_CR, VFC_PRN, VFC_4]), gap=st.integers(1, 10))
def test_counted_records_come_back_as_they_were_put(records: list[bytes], attributes: RecordAttributes, gap: int) -> None:
    volume = make_volume()
    file = write(volume, attributes, records)
    file.rewind()
    assert [file.get() for _ in records] == records
    file.close()
    assert read_all(volume) == records


@settings(max_examples=40, deadline=None)
@given(records=st.lists(st.binary(max_size=510), max_size=40))
def test_unspanned_records_come_back_as_they_were_put(records: list[bytes]) -> None:
    volume = make_volume()
    write(volume, VAR_BLK, records).close()
    assert read_all(volume) == records


@settings(max_examples=40, deadline=None)
@given(records=PRINTABLE, attributes=st.sampled_from([STM_CR, STMLF_CR, STMCR_CR]))
def test_stream_records_come_back_as_they_were_put(records: list[bytes], attributes: RecordAttributes) -> None:
    volume = make_volume()
    write(volume, attributes, records).close()
    assert read_all(volume) == records


@settings(max_examples=40, deadline=None)
@given(size=st.integers(1, 1200), count=st.integers(0, 30), blocked=st.booleans())
def test_fixed_records_come_back_in_order_and_by_number(size: int, count: int, blocked: bool) -> None:
    volume = make_volume()
    size = min(size, 512) if blocked else size
    records = [bytes([n + 1]) * size for n in range(count)]
    write(volume, fixed(size, CarriageControl.BLK if blocked else CarriageControl.NONE), records).close()
    assert read_all(volume) == records
    fid = volume.lookup(MFD, "A.DAT")
    assert fid is not None
    file = open_file(volume, fid)
    assert isinstance(file, SequentialFile)
    for number in range(count, 0, -1):
        assert file.get_record(number) == records[number - 1]


@settings(max_examples=25, deadline=None)
@given(sizes=st.lists(st.integers(0, 32767), max_size=12), attributes=st.sampled_from([VAR_CR, STMLF_CR]))
def test_long_records_cross_windows_and_chunks(sizes: list[int], attributes: RecordAttributes) -> None:
    volume = make_volume()
    records = [bytes([65 + n]) * size for n, size in enumerate(sizes)]
    write(volume, attributes, records).close()
    assert read_all(volume) == records


def test_the_header_tells_longest_record_and_end_of_file(volume: Volume) -> None:
    file = write(volume, VAR_CR, [b"a" * 105, b"b" * 600])
    assert (file.header.size, file.header.used_blocks) == (0, 0)
    file.close()
    header = file.header
    assert (header.record_size, header.eof_block, header.eof_byte, header.used_blocks) == (600, 2, 198, 2)


def test_a_reader_sees_what_a_writer_has_flushed_and_no_more(volume: Volume) -> None:
    from vmsemu.files.control import Share

    writer = create_file(volume, MFD, "A.LOG", share=Share.READ)
    writer.put(b"one")
    writer.flush()
    writer.put(b"two")
    reader = open_file(volume, writer.header.fid, share=Share.ALL)
    assert reader.get() == b"one"
    fails(RMS.EOF, reader.get)
    writer.flush()
    assert reader.get() == b"two"


def test_a_record_read_again_by_its_address_is_the_same(volume: Volume) -> None:
    file = write(volume, VAR_CR, [b"one", b"two" * 200, b"three"])
    addresses = []
    file.rewind()
    for _ in range(3):
        file.get()
        addresses.append(file.rfa())
    assert addresses[0] == Rfa(1, 0) and addresses[2] == Rfa(2, 96)
    assert file.get_rfa(addresses[2]) == b"three"
    assert file.get_rfa(addresses[1]) == b"two" * 200
    assert file.get() == b"three"


def test_update_replaces_a_record_of_the_same_length_only(volume: Volume) -> None:
    file = write(volume, VAR_CR, [b"one", b"two", b"six"])
    file.rewind()
    file.get()
    file.get()
    file.update(b"TWO")
    fails(RMS.RSZ, file.update, b"three")
    assert file.get() == b"six"
    file.put(b"end")
    file.close()
    assert read_all(volume) == [b"one", b"TWO", b"six", b"end"]


def test_put_needs_the_end_of_the_file_and_truncate_makes_it(volume: Volume) -> None:
    file = write(volume, VAR_CR, [b"one", b"two", b"three"])
    file.rewind()
    file.get()
    fails(RMS.NEF, file.put, b"x")
    file.get()
    file.truncate()
    file.put(b"new")
    file.close()
    assert read_all(volume) == [b"one", b"new"]


def test_appending_goes_on_where_the_file_ended(volume: Volume) -> None:
    write(volume, VAR_CR, [b"a" * 5000, b"b" * 5000]).close()
    fid = volume.lookup(MFD, "A.DAT")
    assert fid is not None
    file = open_file(volume, fid, write=True, append=True)
    file.put(b"c" * 5001)
    file.close()
    assert read_all(volume) == [b"a" * 5000, b"b" * 5000, b"c" * 5001]


def test_access_that_was_not_asked_for_is_refused(volume: Volume) -> None:
    writer = create_file(volume, MFD, "A.DAT")
    fails(RMS.FAC, writer.get)
    writer.close()
    reader = open_file(volume, writer.header.fid)
    fails(RMS.FAC, reader.put, b"x")
    reader.close()
    fails(RMS.ISI, reader.get)
    fails(RMS.IFI, reader.close)


def test_wrong_sizes_are_refused(volume: Volume) -> None:
    fails(RMS.RSZ, create_file(volume, MFD, "A.DAT", attributes=fixed(80)).put, b"short")
    fails(RMS.RSZ, create_file(volume, MFD, "B.DAT").put, b"x" * 32768)
    fails(RMS.IOP, create_file(volume, MFD, "C.DAT").delete)


def test_a_file_open_for_writing_is_locked_for_others(volume: Volume) -> None:
    writer = create_file(volume, MFD, "A.DAT")
    with pytest.raises(VmsError) as caught:
        open_file(volume, writer.header.fid)
    assert [m.definition.ident for m in caught.value.message.chain()] == ["FLK", "ACCONFLICT"]
    writer.close()
    first = open_file(volume, writer.header.fid)
    second = open_file(volume, writer.header.fid)
    with pytest.raises(VmsError):
        open_file(volume, writer.header.fid, write=True)
    first.close()
    second.close()
    open_file(volume, writer.header.fid, write=True).close()


def test_a_full_disk_refuses_the_record_whole_and_keeps_those_before(volume: Volume) -> None:
    volume = make_volume(blocks=150)
    file = create_file(volume, MFD, "BIG.DAT")
    count = 0
    with pytest.raises(VmsError) as caught:
        while True:
            file.put(b"%03d" % count + b"x" * 997)
            count += 1
    assert [m.definition.ident for m in caught.value.message.chain()] == ["FUL", "DEVICEFULL"]
    assert volume.free_blocks < 2
    file.close()
    assert len(read_all(volume, "BIG.DAT")) == count
    fails(RMS.FUL, create_file(volume, MFD, "B.DAT").put, b"x" * 2000)
    fid = volume.lookup(MFD, "BIG.DAT")
    assert fid is not None
    volume.remove(MFD, "BIG.DAT", 1)
    volume.delete(fid)
    assert volume.free_blocks > 100


def test_a_stream_record_is_overwritten_by_one_of_any_length(volume: Volume) -> None:
    file = create_file(volume, MFD, "S.TXT", attributes=STMLF_CR, read=True)
    for record in (b"one", b"two", b"last"):
        file.put(record)
    file.rewind()
    file.get()
    file.update(b"o")
    assert [file.get(), file.get()] == [b"two", b"last"]
    file.update(b"the last")
    file.rewind()
    assert [file.get() for _ in range(4)] == [b"o", b"e", b"two", b"the last"]
    fails(RMS.EOF, file.get)


@pytest.mark.parametrize("attributes", [VAR_CR, VAR_BLK, STM_CR, VFC_PRN])
def test_records_put_all_at_once_are_the_records_put_one_by_one(attributes: RecordAttributes) -> None:
    records = [b"x" * (n % 90) for n in range(1000)]
    one, many = make_volume(), make_volume()
    write(one, attributes, records).close()
    file = create_file(many, MFD, "A.DAT", attributes=attributes)
    file.put_all(iter(records))
    file.close()
    assert content(one) == content(many)


def test_the_last_of_many_records_is_the_current_one(volume: Volume) -> None:
    file = create_file(volume, MFD, "A.DAT", read=True)
    file.put_all([b"one", b"two", b"three"])
    file.update(b"THREE")
    file.close()
    assert read_all(volume) == [b"one", b"two", b"THREE"]


def test_a_record_that_is_too_long_ends_many(volume: Volume) -> None:
    file = create_file(volume, MFD, "A.DAT", attributes=RecordAttributes(maximum_size=5))
    fails(RMS.RSZ, file.put_all, [b"one", b"much too long", b"two"])
    file.close()
    assert read_all(volume) == [b"one"]
