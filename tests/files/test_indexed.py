"""Indexed files: records by key, in order of key, for every stream on the file."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vmsemu.base.condition import VmsError
from vmsemu.base.time import VmsTime
from vmsemu.files.control import Share
from vmsemu.files.indexed import IndexedFile
from vmsemu.files.keys import KeyDefinition, KeyType, pack_keys, unpack_keys
from vmsemu.files.rms import open_file
from vmsemu.files.verify import problems
from vmsemu.files.volume import MFD, Volume
from vmsemu.store.memory import MemoryStore
from vmsemu.tables.facilities import RMS

NOW = VmsTime.of(2001, 5, 14, 10)
NAME = KeyDefinition.string(0, 8, name="NAME")
AGE = KeyDefinition.integer(8, KeyType.INT2, duplicates=True, changes=True)
TOWN = KeyDefinition.string(10, 4, duplicates=True, changes=True, null=32)


def make_volume(blocks: int = 100_000) -> Volume:
    store = MemoryStore()
    Volume.initialize(store, "TEST", blocks=blocks, now=NOW, cluster=1)
    return Volume(store, lambda: NOW)


@pytest.fixture
def volume() -> Volume:
    return make_volume()


@pytest.fixture
def file(volume: Volume) -> IndexedFile:
    return IndexedFile.create(volume, MFD, "P.DAT", keys=[NAME, AGE, TOWN])


def person(name: str, age: int = 0, town: str = "") -> bytes:
    return name.encode().ljust(8) + age.to_bytes(2, "little", signed=True) + town.encode().ljust(4)


def names(file: IndexedFile, index: int = 0) -> list[str]:
    file.rewind(index)
    out = []
    while not file.at_end():
        out.append(file.next()[:8].decode().strip())
    return out


def fails(definition: object, call: object, *arguments: object) -> None:
    with pytest.raises(VmsError) as caught:
        call(*arguments)  # type: ignore[operator]
    assert caught.value.matches(definition)  # type: ignore[arg-type]


def test_records_come_in_order_of_each_key_and_equal_keys_as_they_were_put(file: IndexedFile) -> None:
    for record in (person("SMITH", 40, "ROME"), person("ADAMS", -1, "OSLO"), person("JONES", 40), person("BAKER", 7, "OSLO")):
        file.put(record)
    assert names(file) == ["ADAMS", "BAKER", "JONES", "SMITH"]
    assert names(file, 1) == ["ADAMS", "BAKER", "SMITH", "JONES"]
    assert names(file, 2) == ["ADAMS", "BAKER", "SMITH"]
    fails(RMS.EOF, file.next)


def test_a_record_is_found_by_exact_generic_and_approximate_key(file: IndexedFile) -> None:
    for name, age in (("ADAMS", 10), ("JONES", 20), ("JOYCE", 30)):
        file.put(person(name, age))
    assert file.get_key("JONES   ")[:5] == b"JONES"
    assert file.get_key("JO")[:5] == b"JONES"
    assert file.get_key("B", match="GE")[:5] == b"JONES"
    assert file.next()[:5] == b"JOYCE"
    fails(RMS.RNF, file.get_key, "JO", 0, "GT")
    assert file.get_key(15, 1, "GE")[:5] == b"JONES"
    assert file.get_key(20, 1, "GT")[:5] == b"JOYCE"
    fails(RMS.RNF, file.get_key, "BAKER   ")
    fails(RMS.KSZ, file.get_key, "NINE CHARS")
    fails(RMS.KRF, file.get_key, "X", 3)


def test_a_second_record_with_the_same_unique_key_is_refused(file: IndexedFile) -> None:
    file.put(person("SMITH", 1))
    fails(RMS.DUP, file.put, person("SMITH", 2))
    assert names(file, 1) == ["SMITH"]


def test_update_moves_changed_keys_and_refuses_those_that_must_not_change(file: IndexedFile) -> None:
    file.put(person("SMITH", 40, "ROME"))
    file.put(person("JONES", 20))
    file.get_key("SMITH   ")
    file.update(person("SMITH", 10, ""))
    assert names(file, 1) == ["SMITH", "JONES"]
    assert names(file, 2) == []
    file.get_key("SMITH   ")
    fails(RMS.CHG, file.update, person("BROWN", 10))
    assert names(file) == ["JONES", "SMITH"]


def test_delete_takes_a_record_out_of_every_key(file: IndexedFile) -> None:
    for name in ("A", "B", "C"):
        file.put(person(name, 1, "X"))
    file.get_key("B       ")
    address = file.rfa()
    file.delete()
    fails(RMS.CUR, file.delete)
    fails(RMS.DEL, file.get_rfa, address)
    assert names(file) == names(file, 1) == names(file, 2) == ["A", "C"]
    assert file.record_count == 2


def test_reading_goes_on_after_a_deletion_on_the_way(file: IndexedFile) -> None:
    for name in ("A", "B", "C", "D"):
        file.put(person(name))
    file.rewind()
    kept = []
    while not file.at_end():
        record = file.next()
        if record[:1] in b"BC":
            file.delete()
        else:
            kept.append(record[:1])
    assert kept == [b"A", b"D"] and names(file) == ["A", "D"]


def test_two_streams_on_a_file_see_the_same_records(volume: Volume, file: IndexedFile) -> None:
    other = open_file(volume, file.header.fid, share=Share.ALL)
    assert isinstance(other, IndexedFile)
    file.put(person("SMITH", 5))
    assert other.get_key("SMITH   ")[8] == 5
    fails(RMS.FAC, other.put, person("X"))
    file.close()
    assert names(other) == ["SMITH"]


def test_a_file_opened_again_after_a_remount_is_whole(volume: Volume, file: IndexedFile) -> None:
    for number in range(50):
        file.put(person(f"N{number:03}", number))
    volume.store.commit()
    after = Volume(volume.store, lambda: NOW)  # the old one was never closed
    again = open_file(after, file.header.fid, write=True)
    assert isinstance(again, IndexedFile)
    assert (again.record_count, len(names(again)), again.keys) == (50, 50, (NAME, AGE, TOWN))
    again.put(person("LAST"))
    again.close()
    assert problems(after) == []


def test_the_allocation_grows_with_the_records_and_a_full_disk_refuses_them_whole() -> None:
    volume = make_volume(blocks=200)
    file = IndexedFile.create(volume, MFD, "P.DAT", keys=[NAME])
    start, count = file.header.allocated, 0
    with pytest.raises(VmsError) as caught:
        while True:
            file.put(f"N{count:07}".encode() + b"x" * 500)
            count += 1
    assert caught.value.matches(RMS.FUL)
    assert file.header.allocated > start and file.record_count == count == len(names(file))


def test_definitions_that_rms_refuses_are_refused(volume: Volume) -> None:
    fails(RMS.NPK, lambda: IndexedFile.create(volume, MFD, "A.DAT", keys=[]))
    fails(RMS.FLG, lambda: IndexedFile.create(volume, MFD, "A.DAT", keys=[KeyDefinition.string(0, 4, changes=True)]))
    fails(RMS.DTP, lambda: IndexedFile.create(volume, MFD, "A.DAT", keys=[KeyDefinition(((0, 4),), KeyType.COLLATED)]))
    fails(RMS.SIZ, lambda: IndexedFile.create(volume, MFD, "A.DAT", keys=[KeyDefinition(((0, 3),), KeyType.BIN4)]))
    assert volume.lookup(MFD, "A.DAT") is None


def test_a_record_must_hold_the_primary_key(file: IndexedFile) -> None:
    fails(RMS.RSZ, file.put, b"SHORT")
    file.put(b"NOTHING ")
    assert names(file) == ["NOTHING"] and names(file, 1) == []


def test_segments_make_one_key(volume: Volume) -> None:
    file = IndexedFile.create(volume, MFD, "S.DAT", keys=[KeyDefinition(((4, 2), (0, 2)))])
    file.put(b"AA..ZZ")
    file.put(b"ZZ..AA")
    assert [file.next(), file.next()] == [b"ZZ..AA", b"AA..ZZ"]
    assert file.get_key(b"ZZAA") == b"AA..ZZ"


TYPES = st.sampled_from([KeyType.INT2, KeyType.BIN2, KeyType.INT4, KeyType.BIN4, KeyType.INT8, KeyType.BIN8])


@given(type=TYPES, descending=st.booleans(), values=st.lists(st.binary(min_size=8, max_size=8), max_size=10))
def test_encoded_numbers_sort_as_numbers(type: KeyType, descending: bool, values: list[bytes]) -> None:
    key = KeyDefinition.integer(0, KeyType(type + 32) if descending else type)
    signed = type in (KeyType.INT2, KeyType.INT4, KeyType.INT8)
    raw = [value[: key.size] for value in values]
    by_code = sorted(raw, key=key.encode)
    assert by_code == sorted(raw, key=lambda v: int.from_bytes(v, "little", signed=signed), reverse=descending)


@given(
    keys=st.lists(
        st.builds(
            KeyDefinition,
            st.lists(st.tuples(st.integers(0, 65535), st.integers(1, 255)), min_size=1, max_size=8).map(tuple),
            st.sampled_from(KeyType), st.booleans(), st.booleans(), st.none() | st.integers(0, 255), st.text("ABC", max_size=32),
        ),
        max_size=4,
    )
)  # fmt: skip
def test_key_definitions_are_the_same_after_they_were_stored(keys: list[KeyDefinition]) -> None:
    assert unpack_keys(pack_keys(tuple(keys))) == tuple(keys)


STEPS = st.lists(st.tuples(st.sampled_from(["put", "update", "delete"]), st.sampled_from("ABCDE"), st.integers(-3, 3)), max_size=40)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_an_indexed_file_agrees_with_a_list(steps: list[tuple[str, str, int]]) -> None:
    file = IndexedFile.create(make_volume(), MFD, "M.DAT", keys=[NAME, AGE])
    model: dict[str, tuple[int, int]] = {}
    serial = 0
    for what, name, age in steps:
        if what == "put":
            if name in model:
                fails(RMS.DUP, file.put, person(name, age))
            else:
                serial += 1
                file.put(person(name, age))
                model[name] = (age, serial)
        elif name in model:
            file.get_key(name.ljust(8))
            if what == "update":
                file.update(person(name, age, "long"))
                model[name] = (age, model[name][1])
            else:
                file.delete()
                del model[name]
        else:
            fails(RMS.RNF, file.get_key, name.ljust(8))
    assert names(file) == sorted(model)
    assert names(file, 1) == sorted(model, key=lambda n: model[n])
    assert file.record_count == len(model)


@pytest.mark.parametrize("kind", [KeyType.PACKED, KeyType.DPACKED])
def test_packed_decimals_are_in_the_order_of_their_values(volume: Volume, kind: KeyType) -> None:
    packed = {-12345: b"\x12\x34\x5d", -2: b"\x00\x00\x2d", 0: b"\x00\x00\x0c", 7: b"\x00\x00\x7c", 500: b"\x00\x50\x0c"}
    file = IndexedFile.create(volume, MFD, "P.DAT", keys=[KeyDefinition(((0, 3),), kind)])
    for number in (7, -12345, 500, 0, -2):
        file.put(packed[number] + b"%d" % number)
    numbers = sorted(packed, reverse=kind is KeyType.DPACKED)
    assert [int(file.get()[3:]) for _ in numbers] == numbers
    assert file.get_key(b"\x00\x00\x0d") == b"\x00\x00\x0c0"


def test_a_record_is_found_at_or_before_a_key(volume: Volume) -> None:
    file = IndexedFile.create(volume, MFD, "L.DAT", keys=[KeyDefinition.string(0, 2, duplicates=True)])
    for record in (b"AB1", b"CD1", b"CD2", b"EF1"):
        file.put(record)
    assert [file.get_key(key, match="LE") for key in (b"CD", b"CC", b"C", b"ZZ")] == [b"CD2", b"AB1", b"CD2", b"EF1"]
    assert [file.get_key(key, match="LT") for key in (b"CD", b"C", b"ZZ")] == [b"AB1", b"AB1", b"EF1"]
    file.get_key(b"CD", match="LT")
    assert file.get() == b"CD1"
    fails(RMS.RNF, file.get_key, b"AB", 0, "LT")
    fails(RMS.CUR, file.update, b"AB2")
    assert file.get() == b"CD2"


@given(numbers=st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["put", "put", "put", "delete", "reopen"])), max_size=60))
def test_unique_keys_stay_unique_in_whatever_order_records_come(numbers: list[tuple[int, str]]) -> None:
    volume = make_volume()
    file = IndexedFile.create(volume, MFD, "N.DAT", keys=[KeyDefinition.string(0, 2)])
    there: set[bytes] = set()
    for number, step in [*((n, "put") for n in (2, 5, 8, 11, 14)), *numbers]:
        key = b"%02d" % number
        if step == "reopen":
            file.close()
            file = open_file(volume, file.header.fid, write=True)  # type: ignore[assignment]
        elif step == "delete":
            assert (file.find_key(key) is not None) is (key in there)
            if key in there:
                file.delete()
                there.remove(key)
        elif key in there:
            fails(RMS.DUP, file.put, key)
        else:
            file.put(key)
            there.add(key)
    assert names(file) == sorted(key.decode() for key in there)
    assert all((file.find_key(b"%02d" % n) is not None) is (b"%02d" % n in there) for n in range(31))


def test_an_indexed_file_that_takes_the_records_of_another_is_that_other_one(volume: Volume, file: IndexedFile) -> None:
    other = IndexedFile.create(volume, MFD, "Q.DAT", keys=[NAME])
    for name in ("ADAMS", "BAKER", "CLARK", "DAVIS"):
        file.put(person(name))
    other.close()
    file.close()
    volume.copy_contents(file.header, other.header)
    copy = open_file(volume, other.header.fid, write=True)
    assert isinstance(copy, IndexedFile)
    assert copy.keys == (NAME, AGE, TOWN)
    assert copy.find_key("ADAMS") is not None
    fails(RMS.DUP, copy.put, person("DAVIS"))
    assert copy.record_count == 4
