"""Record locks on indexed and relative files, between two streams of one file."""

from __future__ import annotations

import pytest

from vmsemu.base.condition import VmsError
from vmsemu.base.time import VmsTime
from vmsemu.files.attributes import Organization, RecordAttributes, RecordFormat
from vmsemu.files.control import Share
from vmsemu.files.indexed import IndexedFile
from vmsemu.files.keys import KeyDefinition
from vmsemu.files.rms import open_file
from vmsemu.files.volume import MFD, Volume
from vmsemu.store.memory import MemoryStore
from vmsemu.tables.facilities import RMS

NOW = VmsTime.of(2001, 5, 14)


@pytest.fixture
def volume() -> Volume:
    store = MemoryStore()
    Volume.initialize(store, "TEST", blocks=10_000, now=NOW)
    return Volume(store, lambda: NOW)


def _pair(volume: Volume, fid: object) -> tuple[object, object]:
    return tuple(open_file(volume, fid, write=True, share=Share.ALL, locking=True) for _ in range(2))  # type: ignore[return-value, arg-type]


def test_an_indexed_record_is_locked_by_key_until_the_next_read(volume: Volume) -> None:
    made = IndexedFile.create(volume, MFD, "A.DAT", keys=[KeyDefinition(((0, 3),))])
    for record in (b"AAA1", b"BBB2"):
        made.put(record)
    fid = made.header.fid
    made.close()
    one, two = _pair(volume, fid)
    assert one.get_key("AAA") == b"AAA1"
    with pytest.raises(VmsError) as refused:
        two.get_key("AAA")
    assert refused.value.matches(RMS.RLK)
    assert two.get_key("BBB") == b"BBB2"
    with pytest.raises(VmsError) as refused:
        one.get()
    assert refused.value.matches(RMS.RLK)
    two.close()
    assert one.get() == b"BBB2"
    one.update(b"BBB3")
    one.free()
    with pytest.raises(VmsError) as refused:
        one.update(b"BBB4")
    assert refused.value.matches(RMS.RNL)


def test_a_reader_is_refused_a_locked_record_and_locks_none(volume: Volume) -> None:
    attributes = RecordAttributes(Organization.RELATIVE, RecordFormat.VAR, maximum_size=10, bucket_size=1)
    fid = volume.create(MFD, "R.DAT", attributes=attributes).fid
    writer = open_file(volume, fid, write=True, share=Share.ALL, locking=True)
    writer.put(b"first")
    writer.put(b"second")
    reader = open_file(volume, fid, share=Share.ALL, locking=True)
    writer.rewind()
    assert writer.get() == b"first"
    with pytest.raises(VmsError) as refused:
        reader.get()
    assert refused.value.matches(RMS.RLK)
    assert reader.get_unlocked() == b"first"
    assert reader.get() == b"second"
    assert writer.get() == b"second"
    writer.delete()
