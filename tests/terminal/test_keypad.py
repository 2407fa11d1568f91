"""Keys and their definitions: DCL reference 8.3; DEFINE/KEY."""

from hypothesis import given
from hypothesis import strategies as st

from vmsemu.terminal.keypad import KeyDefinition, KeyReader, KeyTable, all_keys, definable_key

SENT = "a\x1bOP\x1bOp\x1b[1~\x1b[17~\x1b[28~\x1b[31~\x1b[A\x1bOA\x9b3~\x8fM\x1b[1;5C\x1b[15;2~\x1b[1;2P\x1b[?62;1;2c\x1b[99~\x1bx\r"
KEYS = [
    "a", "PF1", "KP0", "E1", "F6", "HELP", "F17", "UP", "UP", "E3", "ENTER", "RIGHT", "F17", "F13", "REPORT:62;1;2", "\x1b", "x", "\r",
]  # fmt: skip


def test_sequences_of_vt200_keyboards_and_of_xterm():
    assert KeyReader().feed(SENT) == KEYS


@given(st.lists(st.integers(1, 6)))
def test_a_sequence_may_arrive_in_pieces(sizes):
    reader, keys, rest = KeyReader(), [], SENT
    for size in [*sizes, len(SENT)]:
        keys += reader.feed(rest[:size])
        rest = rest[size:]
    assert keys == KEYS


def test_every_sequence_belongs_to_one_key():
    sent = [sequence for key in all_keys().values() for sequence in key.sequences]
    assert len(sent) == len(set(sent))


def test_names_of_keys():
    assert [definable_key(word) for word in ("PF4", "KP9", "FIND", "F16", "DO", "LEFT")] == ["PF4", "KP9", "E1", "DO", "DO", "LEFT"]
    assert [definable_key(word) for word in ("UP", "F5", "F1", "F21", "PF5", "")] == [None] * 6


def test_a_state_lasts_for_one_key_unless_it_is_locked():
    table = KeyTable()
    table.definitions["DEFAULT", "PF1"] = KeyDefinition("", set_state="GOLD")
    table.definitions["DEFAULT", "PF2"] = KeyDefinition("", set_state="BLUE", lock_state=True)
    table.definitions["GOLD", "PF3"] = KeyDefinition("gold")
    assert [table.press("PF1") is None, table.state, table.locked_state] == [False, "GOLD", "DEFAULT"]
    assert [table.press("PF3"), table.state] == [KeyDefinition("gold"), "DEFAULT"]
    table.press("PF1")
    assert [table.press("PF4"), table.state] == [None, "DEFAULT"]
    table.press("PF1")
    table.line_ended()
    assert table.state == "DEFAULT"
    table.press("PF2")
    table.line_ended()
    assert (table.state, table.locked_state) == ("BLUE", "BLUE")
