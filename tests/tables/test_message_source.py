"""The whole language of message sources: directives, expressions, qualifiers, and what is wrong with a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmsemu.tables.message_source import Fault, MessageModule, MessageSourceError, compile_source

HEAD = [".FACILITY SAMPLE,1/PREFIX=ABC_", ".SEVERITY ERROR"]


def module(*lines: str) -> MessageModule:
    return compile_source(list(lines))


def literal(expression: str) -> int:
    return module(f".LITERAL FOUR=4, X={expression}").literals["X"]


def fault(*lines: str) -> tuple[int, Fault]:
    with pytest.raises(MessageSourceError) as caught:
        compile_source(list(lines))
    return caught.value.line, caught.value.fault


def test_a_module_has_title_ident_symbols_and_messages() -> None:
    made = module(
        ".TITLE MYMSG  my messages",
        '.IDENT "V1.2"',
        *HEAD,
        'ONE "first"/USER_VALUE=3',
        "TWO/SUCCESS/IDENT=ZWEI <second !AS>/FAO=1",
        ".PAGE",
        ".END",
    )
    assert (made.title, made.ident) == ("MYMSG", "V1.2")
    assert made.literals == {"ABC_FACILITY": 1}
    assert [(m.name, m.symbol, int(m.definition.value), m.user_value) for m in made.messages] == [
        ("ONE", "ABC_ONE", 0x0801800A, 3),
        ("TWO", "ABC_TWO", 0x08018011, 0),
    ]
    assert made.messages[1].definition.ident == "ZWEI"


def test_messages_are_numbered_from_one_unless_base_says_otherwise() -> None:
    made = module(*HEAD, "A <a>", ".BASE 10", "B <b>", ".FACILITY/SYSTEM OTHER 2", ".SEVERITY WARNING", "A <a>")
    assert [(m.symbol, m.definition.value >> 3 & 0xFFF) for m in made.messages] == [("ABC_A", 1), ("ABC_B", 10), ("OTHER$_A", 1)]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("5", 5),
        ("^X1F", 31),
        ("%O17", 15),
        ("^D9", 9),
        ("-3", -3),
        ("2+3*4", 20),
        ("2+(3*4)", 14),
        ("7/2", 3),
        ("-7/2", -3),
        ("1@4", 16),
        ("64@-2", 16),
        ("FOUR*FOUR", 16),
    ],
)
def test_expressions_are_worked_out_from_left_to_right(expression: str, value: int) -> None:
    assert literal(expression) == value


def test_literals_without_a_value_go_on_counting() -> None:
    assert module(".LITERAL A,B=10,C").literals == {"A": 1, "B": 10, "C": 11}


def test_a_message_symbol_may_stand_in_an_expression() -> None:
    assert module(*HEAD, "A <a>", ".LITERAL AFTER=ABC_A+8").literals["AFTER"] == 0x0801800A + 8


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("A <a>",), (1, Fault.NOFACILITY)),
        ((".FACILITY X,1", "A <a>"), (2, Fault.NOSEVERITY)),
        ((*HEAD, "A <a>", "A <b>"), (4, Fault.DUPLSYM)),
        ((".LITERAL A=1,A=2",), (1, Fault.DUPLSYM)),
        ((".LITERAL A=B",), (1, Fault.UNDEFSYM)),
        ((".LITERAL A=1/0",), (1, Fault.ILLVAL)),
        ((".LITERAL A=(1",), (1, Fault.SYNTAX)),
        ((".LITERAL A=1 2",), (1, Fault.SYNTAX)),
        ((".LITERAL 1A",), (1, Fault.SYNTAX)),
        ((".FACILITY X,2048",), (1, Fault.ILLVAL)),
        ((".FACILITY TENLETTERS,1",), (1, Fault.TOOLONG)),
        ((*HEAD, f"{'A' * 28} <a>"), (3, Fault.TOOLONG)),
        ((*HEAD, f"A <{'a' * 256}>"), (3, Fault.TOOLONG)),
        ((*HEAD, "A <a>/FAO_COUNT=256"), (3, Fault.ILLVAL)),
        ((*HEAD, "A <a"), (3, Fault.SYNTAX)),
        ((".BA 5",), (1, Fault.SYNTAX)),
    ],
)
def test_an_error_names_its_line_and_kind(lines: tuple[str, ...], expected: tuple[int, Fault]) -> None:
    assert fault(*lines) == expected


def test_with_a_listener_a_wrong_line_is_passed_over() -> None:
    seen: list[int] = []
    made = compile_source([*HEAD, "A a", "B <b>"], on_error=lambda error: seen.append(error.line))
    assert seen == [3]
    assert [m.name for m in made.messages] == ["B"]


@given(st.lists(st.text(st.characters(max_codepoint=255, exclude_characters="\n\r"), max_size=60), max_size=6))
def test_no_text_makes_the_compiler_fail_in_another_way(lines: list[str]) -> None:
    errors: list[MessageSourceError] = []
    compile_source([*HEAD, *lines], on_error=errors.append)
    assert all(2 < error.line <= 2 + len(lines) for error in errors)
