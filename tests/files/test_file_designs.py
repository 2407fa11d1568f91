"""FDL definitions and the files they mean."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vmsemu.base.condition import VmsError
from vmsemu.base.protection import Protection
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.files.attributes import CarriageControl, Organization, RecordAttributes, RecordFormat
from vmsemu.files.fdl import FileDesign, describe
from vmsemu.files.header import CONTIGB, FileHeader, FileId
from vmsemu.files.keys import KeyDefinition, KeyType
from vmsemu.tables.facilities import RMS
from vmsemu.tables.fdl import FileDefinition

NOW = VmsTime.of(2001, 5, 14, 10)


def design(text: str) -> FileDesign:
    return FileDesign.of(FileDefinition.from_text(text))


def header(attributes: RecordAttributes) -> FileHeader:
    return FileHeader(FileId(7, 1), "X.DAT;1", Uic(1, 4), Protection.DEFAULT, attributes, NOW, NOW, allocated=12, characteristics=CONTIGB)


def test_nothing_said_is_a_sequential_file_of_variable_records() -> None:
    assert design("FILE") == FileDesign(RecordAttributes())


def test_what_the_sections_say_is_what_the_file_gets() -> None:
    found = design(
        'FILE\n ORGANIZATION relative\n MAX_RECORD_NUMBER 9\n BUCKET_SIZE 3\n EXTENSION 6\n GLOBAL_BUFFER_COUNT 2\n NAME "A.DAT"\n OWNER [1,4]\n'
        "RECORD\n FORMAT vfc\n CARRIAGE_CONTROL print\n SIZE 80\n"
    )
    assert found.attributes == RecordAttributes(Organization.RELATIVE, RecordFormat.VFC, CarriageControl.PRN, 80, 2, 3, 6, 2)
    assert (found.maximum_number, found.name, found.owner) == (9, "A.DAT", "[1,4]")


def test_areas_give_what_the_file_section_leaves_out() -> None:
    found = design(
        "FILE\n ORGANIZATION indexed\nAREA 0\n ALLOCATION 10\n BUCKET_SIZE 2\n EXTENSION 4\nAREA 1\n ALLOCATION 5\n BUCKET_SIZE 3\nKEY 0\n SEG0_L 4\n"
    )
    assert (found.allocation, found.attributes.bucket_size, found.attributes.extension) == (15, 3, 4)


def test_keys_have_segments_types_and_null_values() -> None:
    keys = design(
        "FILE\n ORGANIZATION indexed\nKEY 0\n TYPE int4\nKEY 1\n SEG0_LENGTH 2\n SEG0_POSITION 8\n SEG1_LENGTH 3\n SEG1_POSITION 4\n"
        "KEY 2\n TYPE ddecimal\n LENGTH 5\n POSITION 4\n DUPLICATES yes\n CHANGES yes\n NULL_KEY yes\n NULL_VALUE ' '\n"
    ).keys
    assert keys == (
        KeyDefinition(((0, 4),), KeyType.INT4),
        KeyDefinition(((8, 2), (4, 3))),
        KeyDefinition(((4, 5),), KeyType.DPACKED, True, True, 32),
    )


def test_keys_without_an_indexed_organization_mean_nothing() -> None:
    assert design("KEY 0\n SEG0_LENGTH 4").keys == ()


@pytest.mark.parametrize(
    ("text", "condition"),
    [("FILE\n TEMPORARY yes", RMS.FOP), ("JOURNAL\n AFTER_IMAGE yes", RMS.JNS), ("KEY 0\n PROLOG 1", RMS.PLV)],
)
def test_what_no_file_here_can_have_is_refused(text: str, condition: object) -> None:
    with pytest.raises(VmsError) as caught:
        design(text)
    assert caught.value.matches(condition)  # type: ignore[arg-type]


SEQUENTIAL = st.builds(
    RecordAttributes, st.just(Organization.SEQUENTIAL), st.sampled_from([f for f in RecordFormat if f is not RecordFormat.VFC]),
    st.sampled_from([CarriageControl.NONE, CarriageControl.CR, CarriageControl.FTN, CarriageControl.PRN, CarriageControl.CR | CarriageControl.BLK]),
    st.integers(0, 32767), st.just(0), st.just(0), st.integers(0, 65535), st.integers(0, 100),
)  # fmt: skip
BUCKETS = st.builds(
    RecordAttributes, st.sampled_from([Organization.RELATIVE, Organization.INDEXED]), st.sampled_from([RecordFormat.FIX, RecordFormat.VAR]),
    st.sampled_from([CarriageControl.NONE, CarriageControl.CR]), st.integers(0, 32767), st.just(0), st.integers(1, 63), st.integers(0, 65535),
)  # fmt: skip
STRINGS = st.builds(
    KeyDefinition, st.lists(st.tuples(st.integers(0, 500), st.integers(1, 30)), min_size=1, max_size=8).map(tuple),
    st.sampled_from([KeyType.STRING, KeyType.DSTRING]), st.booleans(), st.booleans(), st.none() | st.integers(0, 255), st.text("AZ_ 9", max_size=12),
)  # fmt: skip
NUMBERS = st.builds(KeyDefinition.integer, st.integers(0, 500), st.sampled_from([KeyType.INT2, KeyType.BIN4, KeyType.DINT8]))


@given(attributes=SEQUENTIAL | BUCKETS, keys=st.lists(STRINGS | NUMBERS, min_size=1, max_size=4), limit=st.integers(0, 99))
@settings(max_examples=80, deadline=None)
def test_the_description_of_a_file_makes_the_same_file(attributes: RecordAttributes, keys: list[KeyDefinition], limit: int) -> None:
    indexed, relative = attributes.organization is Organization.INDEXED, attributes.organization is Organization.RELATIVE
    text = describe("test", header(attributes), "DKA0:[X]X.DAT;1", "[1,4]", keys if indexed else (), limit).to_text()
    found = design(text)
    assert found.attributes == attributes
    assert found.keys == (tuple(keys) if indexed else ())
    assert (found.allocation, found.characteristics, found.maximum_number) == (12, CONTIGB, limit if relative else 0)
    assert Protection.from_text(found.protection) == Protection.DEFAULT
