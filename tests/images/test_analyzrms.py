"""What ANALYZE/RMS_FILE finds."""

from __future__ import annotations

from tests.services.rms_world import RmsWorld
from vmsemu.files.attributes import Organization, RecordAttributes
from vmsemu.files.keys import KeyDefinition
from vmsemu.files.relative import RelativeFile
from vmsemu.images.analyzrms.structure import KeyFigures, Layout, errors, key_figures

RELATIVE = RecordAttributes(Organization.RELATIVE, maximum_size=20)
KEYS = [KeyDefinition.string(0, 4), KeyDefinition.string(4, 2, duplicates=True, null=32)]


def test_sound_files_have_no_errors() -> None:
    process = RmsWorld().process()
    files = [
        process.files.create("S.DAT", read=True),
        process.files.create("R.DAT", attributes=RELATIVE),
        process.files.create_indexed("I.DAT", KEYS),
    ]
    for file in files:
        file.put(b"0001AA")
        assert errors(file) == []


def test_a_relative_file_whose_first_block_was_changed_has_an_error() -> None:
    file = RmsWorld().process().files.create("R.DAT", attributes=RELATIVE)
    file.put(b"one")
    assert isinstance(file.file, RelativeFile)
    control = file.file._control
    control.volume.write(control.header, 200, b"x")
    assert len(errors(file)) == 1


def test_a_sequential_file_whose_counts_lead_beyond_its_end_has_an_error() -> None:
    file = RmsWorld().process().files.create("S.DAT", read=True)
    file.put(b"one")
    file.flush()
    control = file.sequential._control
    control.volume.write(control.header, 0, b"\xff\x7f")
    assert len(errors(file)) == 1


def test_the_figures_of_a_key_count_its_own_records() -> None:
    file = RmsWorld().process().files.create_indexed("I.DAT", KEYS)
    for record in (b"0001AA", b"0002  ", b"0003BB and more"):
        file.put(record)
    first, second = key_figures(file)
    assert (first.records, first.mean_length, second.records, second.mean_length) == (3, 9, 2, 2)


def test_an_index_gets_levels_as_its_data_grows() -> None:
    def depth(buckets: int) -> int:
        return KeyFigures(0, KeyDefinition.string(0, 46), buckets * 10, 30, buckets, 1).depth

    assert [depth(buckets) for buckets in (1, 10, 11, 100, 101)] == [1, 1, 2, 2, 3]


def test_descriptors_of_keys_fill_blocks_after_the_first() -> None:
    layout = Layout(7, 2)
    assert [layout.descriptor(number) for number in (0, 1, 5, 6, 7)] == [(1, 0), (2, 0), (2, 0x198), (3, 0), (0, 0)]
    assert (layout.area, layout.first_data(0), layout.root(0), layout.first_data(1)) == (4, 5, 7, 9)
    assert Layout(1, 2).area == 2
