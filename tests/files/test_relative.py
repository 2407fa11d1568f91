"""Relative files: records in numbered cells."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vmsemu.base.condition import VmsError
from vmsemu.base.time import VmsTime
from vmsemu.files.attributes import CarriageControl, Organization, RecordAttributes, RecordFormat
from vmsemu.files.relative import RelativeFile
from vmsemu.files.rms import RecordStream, open_file
from vmsemu.files.verify import problems
from vmsemu.files.volume import MFD, Volume
from vmsemu.store.memory import MemoryStore
from vmsemu.tables.facilities import RMS

NOW = VmsTime.of(2001, 5, 14, 10)


def new_file(attributes: RecordAttributes, maximum_number: int = 0) -> RelativeFile:
    store = MemoryStore()
    Volume.initialize(store, "TEST", blocks=10_000, now=NOW)
    volume = Volume(store, lambda: NOW)
    return RelativeFile.lay_out(volume, volume.create(MFD, "R.DAT", attributes=attributes), maximum_number)


def blocks(file: RelativeFile) -> bytes:
    return file._control.volume.read(file.header.fid, 0, file.header.size)


@pytest.fixture
def file() -> RelativeFile:
    return new_file(RecordAttributes(Organization.RELATIVE, maximum_size=100))


def fails(definition: object, call: object, *arguments: object) -> None:
    with pytest.raises(VmsError) as caught:
        call(*arguments)  # type: ignore[operator]
    assert caught.value.matches(definition)  # type: ignore[arg-type]


def test_records_stay_in_the_cell_they_were_put_in(file: RelativeFile) -> None:
    file.put(b"one")
    file.put(b"five", number=5)
    file.put(b"six")
    assert [file.get_record(n) for n in (6, 5, 1)] == [b"six", b"five", b"one"]
    fails(RMS.RNF, file.get_record, 2)
    fails(RMS.KEY, file.get_record, 0)


def test_sequential_reading_skips_empty_cells(file: RelativeFile) -> None:
    for number in (9, 2, 4):
        file.put(b"%d" % number, number=number)
    file.get_record(4)
    file.delete()
    file.rewind()
    assert [file.get(), file.get()] == [b"2", b"9"]
    fails(RMS.EOF, file.get)


def test_a_full_cell_is_not_put_into_but_can_be_updated(file: RelativeFile) -> None:
    file.put(b"a", number=3)
    with pytest.raises(VmsError) as caught:
        file.put(b"b", number=3)
    assert caught.value.matches(RMS.REX)
    file.update(b"longer than before")
    assert file.get_record(3) == b"longer than before"
    fails(RMS.RSZ, file.put, b"x" * 101)


def test_the_file_is_as_large_as_its_highest_cell_asks(file: RelativeFile) -> None:
    file.put(b"x", number=100)
    volume = file._control.volume
    assert file.header.used_blocks == 1 + -(-100 // (512 // 103))
    file.close()
    assert problems(volume) == []


def test_the_bytes_are_a_prologue_and_buckets_of_cells() -> None:
    file = new_file(RecordAttributes(Organization.RELATIVE, RecordFormat.VAR, maximum_size=9, bucket_size=2), 100)
    file.put(b"one")
    file.put(b"last", number=1024 // 12)
    data = blocks(file)
    assert len(data) == 512 * 3
    assert (data[11], data[104:106], data[108:120]) == (2, b"\2\0", bytes([100, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0]))
    words = [int.from_bytes(data[at : at + 2], "little") for at in range(0, 512, 2)]
    assert words[-1] == sum(words[:-1]) & 0xFFFF
    assert data[512:524] == b"\x08\3\0one" + bytes(6)
    file.delete()
    assert data[512:524] == blocks(file)[512:524]
    assert blocks(file)[512 + 84 * 12] == 0x0C
    fails(RMS.MRN, file.get_record, 101)
    fails(RMS.CUR, file.delete)
    file.close()


def test_a_fixed_cell_has_no_count_and_a_vfc_cell_has_its_control_area() -> None:
    file = new_file(RecordAttributes(Organization.RELATIVE, RecordFormat.FIX, maximum_size=4))
    file.put(b"abcd")
    fails(RMS.RSZ, file.put, b"abc")
    assert blocks(file)[512:518] == b"\x08abcd\0"
    file = new_file(RecordAttributes(Organization.RELATIVE, RecordFormat.VFC, maximum_size=4, control_size=3))
    file.put(b"ab", b"123")
    file.put(b"")
    fails(RMS.RHB, file.put, b"ab", b"12")
    assert blocks(file)[512:522] == b"\x08\5\x00123ab\0\0"
    file.rewind()
    assert (file.get(), file.record_header, file.get(), file.record_header) == (b"ab", b"123", b"", bytes(3))


def test_a_print_file_gets_its_usual_control_area() -> None:
    file = new_file(RecordAttributes(Organization.RELATIVE, RecordFormat.VFC, CarriageControl.PRN, maximum_size=4, control_size=2))
    file.put(b"x")
    assert file.get_record(1) == b"x"
    assert file.record_header == b"\x01\x8d"


def test_a_copy_of_the_bytes_is_a_copy_of_the_file(file: RelativeFile) -> None:
    file.put(b"one")
    file.put(b"ninety", number=90)
    volume = file._control.volume
    file.close()
    made = volume.create(MFD, "COPY.DAT", attributes=file.attributes)
    volume.copy_contents(file.header, made)
    copied = open_file(volume, made.fid)
    assert list(iter_records(copied)) == [b"one", b"ninety"]


def test_what_one_stream_writes_another_reads(file: RelativeFile) -> None:
    file.put(b"one")
    other = RelativeFile(file._control, file._control.claim(True, file._access.share))
    assert other.get() == b"one"
    file.update(b"two")
    assert other.get_record(1) == b"two"
    other.delete()
    fails(RMS.DEL, file.update, b"three")
    fails(RMS.RNF, file.get_record, 1)


def test_a_cell_must_fit_in_a_bucket_and_a_bucket_has_at_most_63_blocks() -> None:
    fails(RMS.MRS, new_file, RecordAttributes(Organization.RELATIVE, maximum_size=600, bucket_size=1))
    fails(RMS.BKS, new_file, RecordAttributes(Organization.RELATIVE, maximum_size=600, bucket_size=64))
    assert new_file(RecordAttributes(Organization.RELATIVE, maximum_size=600)).prologue.bucket_size == 2


def iter_records(file: RecordStream) -> Iterator[bytes]:
    while not file.at_end():
        yield file.get()


ACTS = st.lists(st.tuples(st.sampled_from(["put", "update", "delete", "get"]), st.integers(1, 60), st.binary(max_size=30)), max_size=40)


@given(acts=ACTS, form=st.sampled_from([RecordFormat.VAR, RecordFormat.VFC]), bucket=st.integers(1, 3))
@settings(max_examples=40, deadline=None)
def test_a_relative_file_behaves_like_a_table_of_numbers(acts: list[tuple[str, int, bytes]], form: RecordFormat, bucket: int) -> None:
    file = new_file(RecordAttributes(Organization.RELATIVE, form, maximum_size=30, bucket_size=bucket))
    model: dict[int, bytes] = {}
    for act, number, data in acts:
        if act == "put":
            if number in model:
                with pytest.raises(VmsError):
                    file.put(data, number=number)
            else:
                file.put(data, number=number)
                model[number] = data
        elif number not in model:
            fails(RMS.RNF, file.get_record, number)
        else:
            assert file.get_record(number) == model[number]
            if act == "update":
                file.update(data)
                model[number] = data
            elif act == "delete":
                file.delete()
                del model[number]
    file.rewind()
    assert list(iter_records(file)) == [model[number] for number in sorted(model)]


def test_a_file_with_a_bad_prologue_is_not_opened_and_not_left_open(file: RelativeFile) -> None:
    volume = file._control.volume
    file.close()
    volume.write(file.header, 0, bytes(512))
    fails(RMS.PLG, open_file, volume, file.header.fid)
    assert volume.open_files == {}


def test_appending_goes_on_after_the_last_record(file: RelativeFile) -> None:
    volume = file._control.volume
    file.put(b"seven", number=7)
    file.put(b"forty", number=40)
    file.delete()
    file.close()
    for number, record in ((8, b"eight"), (9, b"nine")):
        appended = open_file(volume, file.header.fid, write=True, append=True)
        appended.put(record)
        assert appended.rfa() == number
        appended.close()
