"""EDT's buffers: line numbers stay in order whatever is inserted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vmsemu.images.edt.buffer import Buffer
from vmsemu.images.edt.ranges import EdtError, RangeReader


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12)), max_size=25))
def test_line_numbers_ascend_after_any_insertions(insertions: list[tuple[int, int]]) -> None:
    buffer = Buffer("MAIN")
    buffer.load(["x"] * 5)
    for place, count in insertions:
        buffer.insert(min(place, len(buffer.lines)), ["y"] * count)
        numbers = [line.number for line in buffer.lines]
        assert numbers == sorted(set(numbers))


@given(st.text(alphabet="0123456789.+-#:,'\"=%aABEGINDWHOLRSTFU /", max_size=20))
def test_any_range_names_lines_that_are_there_or_is_refused(text: str) -> None:
    buffer = Buffer("MAIN")
    buffer.load(["one", "two", "three"])
    reader = RangeReader(text, buffer, {"MAIN": buffer})
    try:
        found = reader.read()
    except EdtError:
        return
    assert all(0 <= index < len(found.buffer.lines) for index in found.indexes)
