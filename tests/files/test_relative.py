"""Relative files: records in numbered cells."""

from __future__ import annotations

import pytest

from vmsemu.base.condition import VmsError
from vmsemu.base.time import VmsTime
from vmsemu.files.attributes import Organization, RecordAttributes
from vmsemu.files.relative import RelativeFile
from vmsemu.files.rms import open_file
from vmsemu.files.verify import problems
from vmsemu.files.volume import MFD, Volume
from vmsemu.store.memory import MemoryStore
from vmsemu.tables.facilities import RMS

NOW = VmsTime.of(2001, 5, 14, 10)


@pytest.fixture
def file() -> RelativeFile:
    store = MemoryStore()
    Volume.initialize(store, "TEST", blocks=10_000, now=NOW)
    volume = Volume(store, lambda: NOW)
    made = volume.create(MFD, "R.DAT", attributes=RecordAttributes(Organization.RELATIVE, maximum_size=100))
    opened = open_file(volume, made.fid, write=True)
    assert isinstance(opened, RelativeFile)
    return opened


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
    assert file.header.used_blocks == 1 + -(-100 // (1024 // 103)) * 2
    file.close()
    assert problems(volume) == []
