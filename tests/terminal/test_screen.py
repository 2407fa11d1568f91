"""Output: wrap, tabs, Ctrl/S, Ctrl/O, capital letters, seven bits."""

import pytest

from vmsemu.services.getdvi import is_dvi_item
from vmsemu.terminal.characteristics import Characteristics, all_characteristics, all_types, find_type, getdvi_items, type_of_answer
from vmsemu.terminal.screen import HELD_LIMIT, Screen


class Sent:
    """A screen and what it sent."""

    def __init__(self, *off, **settings):
        self.text = ""
        self.calls = []
        self.settings = Characteristics(**settings)
        for name in off:
            self.settings.set(name, False)
        self.screen = Screen(self._sink, self.settings, lambda: self.calls.append("full"), lambda: self.calls.append("free"))

    def _sink(self, text):
        self.text += text


@pytest.mark.parametrize(
    ("off", "written", "sent"),
    [
        ((), "abcdefghijkl\r\n", "abcdefghij\r\nkl\r\n"),
        ((), "abcdefghij\r\n", "abcdefghij\r\n"),
        (("WRAP",), "abcdefghijkl\r\n", "abcdefghijkl\r\n"),
        ((), "\x1b[1mabcdefghij\x1b[mk", "\x1b[1mabcdefghij\x1b[m\r\nk"),
        ((), "\x1b[5;8Habcd", "\x1b[5;8Habc\r\nd"),
        ((), "a\tb", "a\tb"),
        (("TAB",), "a\tb", "a       b"),
        ((), "a\nb\r\n", "a\r\nb\r\n"),
        (("LOWERCASE",), "abc\x1b[1m", "ABC\x1b[1m"),
        (("EIGHT_BIT",), "\xe9", "i"),
        ((), "\xe9", "\xe9"),
    ],
)
def test_what_is_sent_for_what_is_written(off, written, sent):
    line = Sent(*off, width=10)
    line.screen.put(written)
    assert line.text == sent


def test_output_goes_on_wrapping_where_the_last_write_ended():
    line = Sent(width=10)
    for part in ("abcdef", "ghijkl", "\r\n"):
        line.screen.put(part)
    assert line.text == "abcdefghij\r\nkl\r\n"


def test_stopped_output_is_kept_and_comes_in_order():
    line = Sent()
    line.screen.stop()
    line.screen.put("one\r\n")
    line.screen.echo("two\r\n")
    assert line.text == ""
    line.screen.resume()
    assert (line.text, line.calls) == ("one\r\ntwo\r\n", ["free"])


def test_whoever_writes_much_to_a_stopped_terminal_is_stopped():
    line = Sent("WRAP")
    line.screen.stop()
    line.screen.put("x" * HELD_LIMIT)
    assert line.calls == []
    line.screen.put("x")
    assert line.calls == ["full"]


def test_discarded_output_is_gone_but_the_driver_speaks():
    line = Sent()
    line.screen.discarding = True
    line.screen.put("lost")
    line.screen.echo("said")
    assert line.text == "said"


# -- tables -----------------------------------------------------------------------------------------------------------------------------------


def test_types_by_name_and_by_answer():
    assert [find_type(word).name for word in ("VT200_SERIES", "VT300", "LA36", "VT13")[:3]] == ["VT200", "VT300", "LA36"]
    assert find_type("VT1") is None
    assert find_type("NOSUCH") is None
    assert [type_of_answer(a).name for a in ("1;2", "6", "62;1;6", "64", "1;0")] == ["VT100", "VT102", "VT200", "VT400", "VT101"]
    assert type_of_answer("99") is None


def test_a_type_decides_its_characteristics_and_leaves_the_others():
    settings = Characteristics()
    settings.set("BROADCAST", False)
    settings.set_type(all_types()["LA36"])
    assert [name in settings for name in ("SCOPE", "ANSI_CRT", "BROADCAST", "ECHO", "LOWERCASE")] == [False, False, False, True, True]
    assert (settings.width, settings.page) == (132, 66)


def test_the_words_of_getdvi():
    settings = Characteristics()
    assert settings.word("TT") == 0x180093B0
    assert settings.word("TT2") == 0xF9601100
    settings.set("ECHO", False)
    assert settings.word("TT") == 0x180093B2


def test_the_items_are_those_of_getdvi_and_tell_known_characteristics():
    assert getdvi_items()["TT_NOECHO"] == ("ECHO", False)
    assert [item for item in getdvi_items() if not is_dvi_item(item)] == []
    assert {name for name, _ in getdvi_items().values()} <= set(all_characteristics())
