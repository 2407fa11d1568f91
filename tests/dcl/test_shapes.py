"""Statements with apostrophes whose text changes each time: compiled by shape they do what they do compiled text by text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dcl.dcl_world import DclWorld
from vmsemu.dcl import shapes, units

VALUES = (
    "AB",
    "ab",
    "3",
    "007",
    "",
    "EQ",
    "a b",
    "x.y;1",
    "F$LENGTH",
    "9999999999",
    "'N'",
    "!c",
    "&N",
    "THEN",
    "G",
    "_1",
    "LOG",
    "CONCEALED",
    "-2",
    "$X",
    "$",
)
STATEMENTS = (
    "A = 'V' + 1",
    "A = 3 - 'V'*2",
    "A = -'V'",
    "A = \"<''V'>\" + \"''V'\"",
    "A == 'V'",
    "A = 5'V'",
    "A = 'V'5",
    "A = F$'V'(A)",
    "A = 'V'(\"abc\")",
    "A = 'V'\"abc\"",
    "A = \"abc\"'V'",
    "A = N'V' + AB'V'",
    "A = %X'V'",
    "A = N .'V'. 3",
    "A = 'V'.EQ.3",
    "A = N 'V' 3",
    "A = &'V'",
    "A = F$TYPE(AB'V') + F$TYPE('V')",
    "A = F$LENGTH(\"''V'\") + F$EXTRACT(0,'V',\"abc\")",
    "A[0,8] = 'V'",
    "A := b'V' c  'V'",
    "A :== \"q ''V'\" x'V'",
    "ITEM_'V' = N",
    "'V'_X = N + 'V'",
    "'V' = N",
    "'V'*X = N",
    "A = 'V' ! a comment with ''V' and 'V'",
    "L: A = 'V'",
    "L'V': A = 'V'",
    "IF 'V' .GT. 3 THEN A = 5",
    'IF "\'\'V\'" .EQS. "AB" THEN WRITE SYS$OUTPUT "same"',
    "IF N .GT. 0 THEN X'V' = 'V'",
    "IF N .GT. 0 'V' A = 1",
    "IF 'V' THEN CALL SHOW 'V'",
    "IF 'V' .LT. 3\n$ THEN A = 6\n$ ELSE A = N - 'V'\n$ ENDIF",
    "IF 'V'\n$ THEN\n$ A = 6\n$ ENDIF",
    "CALL SHOW 'V' b'V'c \"Q ''V' x\"",
    "CALL 'V' X",
    "CALL SHOW'V' X",
    "GOSUB 'V'",
    "DEFINE/NOLOG LOG_'V' 'V',Y'V'",
    "DEFINE X \"a ''V'\"",
    "DEFINE/LO'V' X Y",
    "DEFINE/'V' X Y",
    "DEFINE X A/'V'",
    "DEFINE 'V' Y/TRANSLATION=CONCEALED",
    "DEFINE X'V'Y Z 'V'",
    "ASSIGN 'V' X",
    "DEF'V' X Y",
    "'V' X Y",
    "WRITE SYS$OUTPUT 'V', \"<''V'>\", N",
    "WRITE SYS$OUTPUT 'V' 'V'",
    "WRITE 'V' N",
    "WRITE/SYMBOL SYS$OUTPUT 'V'",
    "SHOW SYMBOL AB'V'",
    "SHOW SYMBOL/'V' AB",
    "SHOW SY'V' AB",
    "DELETE/SYMBOL/LOG A'V'",
    "SET DEFAULT [.X'V']",
    "SET 'V'",
    "SET DEFAULT 'V'Z",
    "DIRECTORY 'V'.COM;'V'",
    "TYPE T.COM;'V'",
    "OPEN/READ F 'V'.DAT",
    "CLOSE 'V'",
    "SET PROCESS/PRIORITY='V'",
    "SET PROCESS/NAME=\"''V'\"",
    "WAIT 00:00:0'V'",
    "PROBE 'V' and 'V' the rest ''V'",
    "PROBE \"''V'\"",
    "CREATE/NAME_TABLE T'V'",
    "VERB 'V'",
)


def lines(statement, values):
    """A procedure that runs the statement for each value, as a string and (where it is one) as a number."""
    return [
        "$ SET NOON",
        "$ ON CONTROL_Y THEN EXIT",
        "$ N = 7",
        "$ AB = 5",
        "$ VERB = \"WRITE SYS$OUTPUT\"",
        *[f"$ VALUE_{number} = \"{text.replace(chr(34), chr(34) * 2)}\"" for number, text in enumerate(values)],
        "$ I = 0",
        "$LOOP:",
        "$ A = 0",
        f"$ IF I .GE. {len(values)} THEN GOTO NUMBERS",
        "$ V = VALUE_'I'",
        "$ GOTO BODY",
        "$NUMBERS:",
        f"$ V = I - {len(values)} - 1",
        "$BODY:",
        *f"${statement}".splitlines(),
        "$ WRITE SYS$OUTPUT I, \" \", $STATUS, \" \", A, F$TRNLNM(\"X\"), F$TRNLNM(\"LOG_AB\"), F$TRNLNM(\"AB\")",
        "$ I = I + 1",
        f"$ IF I .LT. {len(values) + 5} THEN GOTO LOOP",
        "$ SHOW SYMBOL/ALL",
        "$ EXIT",
        "$SHOW: SUBROUTINE",
        "$ WRITE SYS$OUTPUT \"(\", P1, \",\", P2, \",\", P3, \")\"",
        "$ ENDSUBROUTINE",
        "$AB: RETURN",
    ]  # fmt: skip


def both(monkeypatch, statement, values):
    """What the procedure writes with shapes, and text by text."""
    monkeypatch.setattr(units, "FEW_TEXTS", 1)
    by_shape = DclWorld().run(*lines(statement, values))
    monkeypatch.setattr(units, "FEW_TEXTS", 1_000_000)
    by_text = DclWorld().run(*lines(statement, values))
    return by_shape, by_text


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_shape_does_what_its_texts_do(monkeypatch, statement):
    by_shape, by_text = both(monkeypatch, statement, VALUES)
    assert by_shape == by_text
    assert by_shape


@pytest.mark.parametrize(
    "statement", ["A = 'V' + 1", "CALL SHOW 'V' \"''V'\"", "DEFINE/NOLOG X Y'V'", "IF 'V' .EQ. 2 THEN A = 2", "A = 'V' -\n  + N"]
)
def test_a_shape_does_what_its_texts_do_when_verified(monkeypatch, statement):
    by_shape, by_text = both(monkeypatch, "SET VERIFY\n$ " + statement, VALUES)
    assert by_shape == by_text
    assert "$ I = I + 1" in by_shape


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(STATEMENTS), st.lists(st.text(alphabet="ABxyz019_$ \"'!&.+-*/=:,()@", max_size=5), min_size=3, max_size=6))
def test_a_shape_does_what_its_texts_do_for_any_values(statement, values):
    with pytest.MonkeyPatch.context() as patch:
        by_shape, by_text = both(patch, statement, values)
    assert by_shape == by_text


@pytest.mark.parametrize(
    "statement",
    [
        "A = 'V' + 1",
        "X'V' = 1",
        "A = \"''V' is it\"",
        "CALL SHOW 'V'",
        "DEFINE/NOLOG X Y'V'",
        "WRITE SYS$OUTPUT \"''V'\"",
        "IF 'V' .EQ. 2 THEN A = 2",
    ],
)
def test_a_statement_of_a_loop_is_compiled_a_few_times_only(world, monkeypatch, statement):
    texts = []
    compiled = units.compile_statement
    monkeypatch.setattr(units, "compile_statement", lambda text, *rest, **more: texts.append(text) or compiled(text, *rest, **more))
    made = []
    shaped = shapes.compile_shape
    monkeypatch.setattr(shapes, "compile_shape", lambda dcl, text, site: made.append(text) or shaped(dcl, text, site))
    world.run(*lines(statement, [str(number) for number in range(100, 130)]))
    assert made
    written = [text for text in texts if any(str(number) in text for number in range(100, 130)) and not text.startswith("VALUE_")]
    assert len(written) <= units.FEW_TEXTS + 1
