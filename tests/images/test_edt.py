"""EDT's buffers: line numbers stay in order whatever is inserted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vmsemu.images.edt.buffer import Buffer
from vmsemu.images.edt.layout import adjusted, filled
from vmsemu.images.edt.ranges import EdtError, RangeReader
from vmsemu.images.edt.settings import Settings


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12)), max_size=25))
def test_line_numbers_ascend_after_any_insertions(insertions: list[tuple[int, int]]) -> None:
    buffer = Buffer("MAIN")
    buffer.load(["x"] * 5)
    for place, count in insertions:
        buffer.insert(min(place, len(buffer.lines)), ["y"] * count)
        numbers = [line.number for line in buffer.lines]
        assert numbers == sorted(set(numbers))


@given(st.text(alphabet="0123456789.+-#:,'\"=%aABEGINDWHOLRSTFUC /", max_size=20))
def test_any_range_names_lines_that_are_there_or_is_refused(text: str) -> None:
    buffer = Buffer("MAIN")
    buffer.load(["one", "two", "three"])
    reader = RangeReader(text, buffer, {"MAIN": buffer})
    try:
        found = reader.read()
    except EdtError:
        return
    assert all(0 <= index < len(found.buffer.lines) for index in found.indexes)


@given(st.lists(st.text(alphabet="ab \t", max_size=30)), st.integers(1, 20))
def test_filling_keeps_the_words_and_the_width(texts: list[str], width: int) -> None:
    lines = filled(texts, width)
    assert " ".join(lines).split() == " ".join(texts).split()
    assert all(len(line) <= width or " " not in line for line in lines)


@given(st.integers(0, 60), st.integers(-80, 80))
def test_adjusting_moves_the_text_by_columns(indent: int, columns: int) -> None:
    assert adjusted(" " * indent + "x", columns).expandtabs() == " " * max(indent + columns, 0) + "x"


@given(
    st.lists(st.sampled_from(["NUM", "NO", "NONUM", "TAB", "4", "SE", "EXACT", "PROMPT", "LINE", '"x"', "'", "CASE", "U", ""]), max_size=4)
)
def test_any_setting_is_made_or_refused(words: list[str]) -> None:
    settings = Settings()
    for ask in (settings.set, settings.show):
        try:
            ask(" ".join(words))
        except EdtError:
            continue
