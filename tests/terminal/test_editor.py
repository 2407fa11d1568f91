"""Line editing as DCL reference 8.1 has it, seen on the screen; and its law: the screen always shows the line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.terminal.screen_model import ScreenModel
from vmsemu.terminal.editor import LINE_LIMIT, LineEditor, ReadEnd, displayed
from vmsemu.terminal.plain import PlainEditor

CTRL = {letter: chr(ord(letter) - 64) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def edit(*keys, history=(), insert=False, line=""):
    editor = LineEditor("$ ", history, insert=insert)
    editor.replace(line)
    for key in keys:
        editor.key(key)
    return editor.line


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ([CTRL["H"], "X"], "XHOW TIME"),
        (["F12", "X"], "XHOW TIME"),
        ([CTRL["H"], CTRL["A"], "X"], "XSHOW TIME"),
        ([CTRL["H"], "F14", "X"], "XSHOW TIME"),
        ([CTRL["H"], CTRL["E"], "X"], "SHOW TIMEX"),
        ([CTRL["D"], "X"], "SHOW TIMX"),
        (["LEFT", "LEFT", CTRL["F"], "X"], "SHOW TIMX"),
        (["LEFT", "RIGHT", "X"], "SHOW TIMEX"),
        ([CTRL["J"]], "SHOW "),
        (["F13", "F13"], ""),
        (["LEFT", "LEFT", CTRL["U"]], "ME"),
        (["LEFT", CTRL["X"]], ""),
        (["\x7f", "\x7f"], "SHOW TI"),
        ([CTRL["V"], CTRL["H"]], "SHOW TIME\b"),
        ([CTRL["K"], CTRL["L"]], "SHOW TIME"),
        (["F7", "E1", "PF4"], "SHOW TIME"),
    ],
)
def test_keys_of_line_editing(keys, line):
    assert edit(*keys, line="SHOW TIME") == line


def test_insert_and_overstrike_are_toggled_for_one_line_only():
    assert edit(CTRL["H"], CTRL["A"], "X", CTRL["A"], "Y", line="AB") == "XYB"
    assert edit(CTRL["H"], "X", insert=True, line="AB") == "XAB"


def test_recall_goes_back_and_forth_and_stops_at_the_ends():
    history = ["ONE", "TWO"]
    assert edit("UP", history=history) == "TWO"
    assert edit("UP", CTRL["B"], "UP", history=history) == "ONE"
    assert edit("UP", "UP", "DOWN", history=history) == "TWO"
    assert edit("UP", "DOWN", history=history) == ""


@pytest.mark.parametrize(("key", "end"), [("\r", ReadEnd.LINE), (CTRL["Z"], ReadEnd.END_OF_FILE), ("F10", ReadEnd.END_OF_FILE)])
def test_keys_that_end_a_read(key, end):
    editor = LineEditor("$ ")
    editor.key(key)
    assert editor.ended is end


def test_the_256th_character_rings_the_bell():
    editor = LineEditor("$ ")
    for _ in range(LINE_LIMIT):
        assert "\x07" not in editor.key("x")
    assert editor.key("x") == "\x07"
    assert len(editor.line) == LINE_LIMIT


def test_nothing_is_shown_of_what_is_typed_without_echo():
    editor = LineEditor("Password: ", echo=False)
    assert [editor.key(key) for key in ("a", "b", "\x7f", CTRL["U"], "c", "LEFT", CTRL["E"], CTRL["X"])] == [""] * 8


def test_a_deleted_character_at_the_end_is_overwritten():
    editor = LineEditor("$ ")
    editor.key("A")
    assert editor.key("\x7f") == "\b \b"


_KEYS = st.lists(st.sampled_from([*"abc \t", "LEFT", "RIGHT", "UP", "DOWN", "\x7f", *(CTRL[c] for c in "AEHJURWX")]), max_size=80)


@given(_KEYS, st.integers(5, 30), st.sampled_from(["$ ", "a long prompt> ", ""]))
@settings(max_examples=150, deadline=None)
def test_the_screen_shows_the_line_and_the_cursor_after_every_key(keys, width, prompt):
    screen = ScreenModel(width)
    if len(prompt) >= width:
        prompt = ""
    screen.send(prompt)
    editor = LineEditor(prompt, ["recalled line " * 3], width=width)
    for key in keys:
        top = screen.row - _row(editor, width)
        screen.send(editor.key(key))
        if key == CTRL["R"]:
            top = screen.row - _row(editor, width)
        whole = prompt + displayed(editor.line, len(prompt))
        rows = [whole[at : at + width].rstrip() for at in range(0, len(whole), width)] or [""]
        shown = screen.lines()[top:]
        assert shown[: len(rows)] == rows
        assert not any(shown[len(rows) :])
        place = len(prompt) + len(displayed(editor.line[: editor.cursor], len(prompt)))
        assert (screen.row - top, screen.column) == divmod(place, width)


def _row(editor, width):
    origin = len(editor.prompt)
    return (origin + len(displayed(editor.line[: editor.cursor], origin))) // width


# -- without line editing ---------------------------------------------------------------------------------------------------------------------


def plain(*keys, **options):
    editor = PlainEditor("$ ", **options)
    return editor, "".join(editor.key(key) for key in keys)


def test_on_paper_deleted_characters_stand_between_backslashes():
    editor, shown = plain(*"SHOX", "\x7f", "W", "\r")
    assert (editor.line, shown) == ("SHOW", "SHOX\\X\\W\r\n")


def test_on_a_screen_without_line_editing_the_last_character_vanishes():
    editor, shown = plain(*"AB", "\x7f", scope=True)
    assert (editor.line, shown) == ("A", "AB\b \b")


def test_a_line_without_line_editing_is_shown_again_or_given_up():
    editor, shown = plain(*"AB", CTRL["R"], CTRL["U"], "C", "LEFT", "UP")
    assert (editor.line, shown) == ("C", "AB^R\r\n$ AB^U\r\n$ C")
