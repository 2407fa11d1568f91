"""IF blocks, jumps, subroutines, ON: DCL reference 3.2 to 3.7."""

import pytest

MISSING = ["%DCL-E-OPENIN, error opening DUA1:[000000]NOSUCH.COM; as input", "-RMS-E-FNF, file not found"]
UNDSYM = "%DCL-W-UNDSYM, undefined symbol - check validity and spelling"
INVIFNEST = "%DCL-E-INVIFNEST, invalid IF-THEN-ELSE nesting structure or data inconsistency"

BLOCKS = [
    ("then", ["$ IF 1", "$ THEN", '$ WRITE SYS$OUTPUT "a"', "$ ELSE", '$ WRITE SYS$OUTPUT "b"', "$ ENDIF"], ["a"]),
    ("else", ["$ IF 0", "$ THEN", '$ WRITE SYS$OUTPUT "a"', "$ ELSE", '$ WRITE SYS$OUTPUT "b"', "$ ENDIF"], ["b"]),
    ("no else", ["$ IF 0", "$ THEN", '$ WRITE SYS$OUTPUT "a"', "$ ENDIF", '$ WRITE SYS$OUTPUT "c"'], ["c"]),
    ("commands on then and else", ["$ IF 0", '$ THEN WRITE SYS$OUTPUT "a"', '$ ELSE WRITE SYS$OUTPUT "b"', "$ ENDIF"], ["b"]),
    ("command on then", ["$ IF 1", '$ THEN WRITE SYS$OUTPUT "a"', '$ ELSE WRITE SYS$OUTPUT "b"', "$ ENDIF"], ["a"]),
    (
        "nested",
        ["$ IF 1", "$ THEN", "$ IF 0", "$ THEN", '$ WRITE SYS$OUTPUT "a"', "$ ELSE", '$ WRITE SYS$OUTPUT "b"', "$ ENDIF", "$ ELSE",
         '$ WRITE SYS$OUTPUT "c"', "$ ENDIF"],
        ["b"],
    ),
    (
        "skipped nested",
        ["$ IF 0", "$ THEN", "$ IF 1", "$ THEN", '$ WRITE SYS$OUTPUT "a"', "$ ENDIF", "$ ELSE", '$ WRITE SYS$OUTPUT "c"', "$ ENDIF"],
        ["c"],
    ),
    ("comment before then", ["$ IF 1", "$ ! why", "$ THEN", '$ WRITE SYS$OUTPUT "a"', "$ ENDIF"], ["a"]),
    ("one line with dollar", ['$ IF 1 THEN $ WRITE SYS$OUTPUT "a"'], ["a"]),
    ("dollar at the command", ['$ IF 1 THEN $WRITE SYS$OUTPUT "a"', "$ IF 1", '$ THEN $WRITE SYS$OUTPUT "b"', "$ ENDIF"], ["a", "b"]),
    ("dollar of a symbol", ['$ IF 1 THEN $$X = "a"', "$ WRITE SYS$OUTPUT $X"], ["a"]),
    ("four characters of a condition", ['$ ON WARNINGS THEN WRITE SYS$OUTPUT "a"', "$ ON CONTROL_C THEN EXIT", "$ SHOW SYMBOL NOSUCH"], [UNDSYM, "a"]),
    (
        "dollar of many symbols",
        ["$ I = 0", "$L: IF I .LT. 4 THEN $$N'I' = I", "$ I = I + 1", "$ IF I .LT. 4 THEN GOTO L", "$ WRITE SYS$OUTPUT $N0,$N1,$N2,$N3"],
        ["0123"],
    ),
    ("dollar of an action", ['$ ON WARNING THEN $WRITE SYS$OUTPUT "a"', "$ SET MESSAGE/NOTEXT/NOIDENT/NOSEVERITY/NOFACILITY", "$ NOSUCH"], ["a"]),
    ("one line nested", ['$ IF 1 THEN IF 1 THEN WRITE SYS$OUTPUT "a"'], ["a"]),
    ("substituted condition", ["$ Y = 1", "$ IF 'Y' .EQ. 1", "$ THEN", '$ WRITE SYS$OUTPUT "a"', "$ ELSE", '$ WRITE SYS$OUTPUT "b"', "$ ENDIF"], ["a"]),
    ("lower case", ["$ if 1", "$ then", '$ write sys$output "a"', "$ endif"], ["a"]),
    ("string truth", ['$ IF "Yes" THEN WRITE SYS$OUTPUT "a"', '$ IF "no" THEN WRITE SYS$OUTPUT "b"'], ["a"]),
    ("adjacent", ['$ X = "A"', '$ IF X.EQS."A" THEN WRITE SYS$OUTPUT "a"'], ["a"]),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "shown"), [pytest.param(l, s, id=i) for i, l, s in BLOCKS])
def test_an_if_takes_the_right_branch(world, lines, shown):
    assert world.run(*lines) == shown


STRAY = ["$ IF {0}", "$ THEN", "$ THEN", "$ X = 1", "$ ELSE", "$ X = 2", "$ ENDIF", "$ X = 3", "$ ENDIF", "$ SHOW SYMBOL X"]  # fmt: skip


def test_a_then_without_its_if_is_skipped_with_its_endif_and_an_error_when_reached(world):
    skipped = [line.format(0) for line in ["$ X = 0", *STRAY]]
    assert world.run(*skipped) == ["  X = 0   Hex = 00000000  Octal = 00000000000"]
    assert INVIFNEST in world.run(*[line.format(1) for line in STRAY])


DOLLARLESS = ["$ IF {0}", "$ THEN -", 'A = "a"', 'B = "b"', "  IF 1", "$ THEN", "WRITE SYS$OUTPUT A,-", "  B", "", "ENDIF", "$ TYPE SYS$INPUT", "if data", "$ ELSE",
              '$ WRITE SYS$OUTPUT "else"', "$ ENDIF", "data", "", "$ X = 1"]  # fmt: skip


def test_dollar_signs_may_be_missing_in_a_branch_after_commands_that_take_no_data(world):
    skipped = '%DCL-W-SKPDAT, image data (records not beginning with "$") ignored'
    assert world.run(*[line.format(1) for line in DOLLARLESS]) == ["ab", "if data", skipped]
    assert world.run(*[line.format(0) for line in DOLLARLESS]) == ["else", skipped]


def test_a_deck_without_records_is_no_data_that_nobody_reads(world):
    assert world.run("$ DECK", "$ EOD", '$ WRITE SYS$OUTPUT "a"') == ["a"]


def test_a_line_other_than_then_after_a_block_if_is_an_error(world):
    assert world.run("$ IF 1", "$ X = 1", "$ ENDIF")[0] == INVIFNEST


@pytest.mark.parametrize("line", ["$ THEN X = 1", "$ ELSE", "$ ENDIF"])
def test_a_stray_part_of_a_block_is_an_error(world, line):
    assert world.run(line) == [INVIFNEST]


def test_if_without_then_on_its_line_but_more_text(world):
    shown = world.run("$ X = 1", "$ IF X .EQ. 1 GOTO L", "$L:")
    assert shown == ["%DCL-W-NOTHEN, IF or ON statement syntax error - check placement of THEN keyword"]


def test_if_leaves_the_status_alone(world):
    assert world.run("$ FOOBAR", "$ IF 1 THEN CONTINUE", "$ WRITE SYS$OUTPUT $STATUS")[-1] == "%X00038090"


def test_goto_leaves_a_block(world):
    shown = world.run(
        "$ I = 0", "$LOOP:", "$ I = I + 1", "$ IF I .LT. 3", "$ THEN", "$  WRITE SYS$OUTPUT I", "$  GOTO LOOP", "$ ENDIF", '$ WRITE SYS$OUTPUT "end"'
    )
    assert shown == ["1", "2", "end"]


def test_goto_does_not_enter_a_block(world):
    shown = world.run("$ GOTO IN", "$ IF 0", "$ THEN", "$IN: X = 1", "$ ENDIF")
    assert shown == ["%DCL-W-USGOTO, target of GOTO not found - check spelling and presence of label"]


def test_goto_a_label_made_by_substitution(world):
    assert world.run('$ L = "two"', "$ GOTO 'L'", '$ONE: WRITE SYS$OUTPUT "1"', '$TWO: WRITE SYS$OUTPUT "2"') == ["2"]


def test_a_forward_goto_takes_the_nearest_of_several_labels(world):
    assert world.run("$ GOTO L", '$L: WRITE SYS$OUTPUT "first"', "$ EXIT", '$L: WRITE SYS$OUTPUT "second"') == ["first"]


def test_gosub_shares_symbols_and_returns(world):
    assert world.run("$ X = 1", "$ GOSUB S", "$ WRITE SYS$OUTPUT X", "$ EXIT", "$S: X = 2", "$ RETURN") == ["2"]


def test_return_with_a_failing_status_applies_on_at_the_caller(world):
    shown = world.run("$ ON ERROR THEN WRITE SYS$OUTPUT \"caught \", $STATUS", "$ GOSUB S", '$ WRITE SYS$OUTPUT "next"', "$ EXIT", "$S: RETURN %X10000002")
    assert shown == ["caught %X10000002", "next"]


def test_return_without_gosub(world):
    assert world.run("$ RETURN") == ["%DCL-W-BADRET, RETURN was issued without a subroutine"]


def test_gosub_is_limited_to_sixteen(world):
    shown = world.run("$ N = 0", "$S: N = N + 1", "$ IF N .GT. 17 THEN EXIT", "$ GOSUB S")
    assert shown == ["%DCL-W-GOSUBMAX, GOSUB procedures too deeply nested - limit to 16 levels"]


SUBROUTINES = [
    ("falls through", ['$S: SUBROUTINE', '$ WRITE SYS$OUTPUT "in"', "$ ENDSUBROUTINE", '$ WRITE SYS$OUTPUT "out"'], ["out"]),
    ("called later", ["$ GOTO M", "$S: SUBROUTINE", "$ WRITE SYS$OUTPUT P1, P2", "$ ENDSUBROUTINE", '$M: CALL S "a b" c'], ["a bC"]),
    ("exit status", ["$ SET NOON", "$ CALL S", "$ WRITE SYS$OUTPUT $STATUS", "$ EXIT 1", "$S: SUBROUTINE", "$ EXIT %X10000004", "$ ENDSUBROUTINE"], ["%X10000004"]),
    (
        "inner",
        ["$ CALL A", "$ EXIT", "$A: SUBROUTINE", "$ CALL B", "$ EXIT", "$B: SUBROUTINE", '$ WRITE SYS$OUTPUT F$ENVIRONMENT("DEPTH")', "$ ENDSUBROUTINE",
         "$ ENDSUBROUTINE"],
        ["3"],
    ),
    (
        "inner is hidden",
        ["$ CALL B", "$ EXIT", "$A: SUBROUTINE", "$B: SUBROUTINE", "$ ENDSUBROUTINE", "$ ENDSUBROUTINE"],
        ["%DCL-W-USCALL, CALL target B either missing, misspelled, or inaccessible"],
    ),
    (
        "recursion",
        ["$ CALL F 4", "$ EXIT", "$F: SUBROUTINE", "$ WRITE SYS$OUTPUT P1", "$ N = P1 - 1", "$ IF N .GT. 0 THEN CALL F 'N'", "$ ENDSUBROUTINE"],
        ["4", "3", "2", "1"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "shown"), [pytest.param(l, s, id=i) for i, l, s in SUBROUTINES])
def test_subroutines(world, lines, shown):
    assert world.run(*lines) == shown


def test_labels_of_a_subroutine_are_its_own(world):
    shown = world.run("$ CALL S", "$ EXIT", '$L: WRITE SYS$OUTPUT "outer"', "$S: SUBROUTINE", "$ GOTO L", "$ ENDSUBROUTINE")
    assert shown == ["%DCL-W-USGOTO, target of GOTO not found - check spelling and presence of label"]


# -- ON --------------------------------------------------------------------------------------------------------------------------------------


def test_an_error_ends_the_procedure_and_is_shown_once(world):
    world.write("P.COM", "$ @NOSUCH", '$ WRITE SYS$OUTPUT "not here"')
    assert world.run("$ ON ERROR THEN WRITE SYS$OUTPUT $STATUS", "$ @P", '$ WRITE SYS$OUTPUT "next"') == [*MISSING, "%X10018292", "next"]


def test_a_warning_does_not_end_the_procedure(world):
    assert world.run("$ FOOBAR", '$ WRITE SYS$OUTPUT "next"')[-1] == "next"


@pytest.mark.parametrize(("condition", "line", "caught"), [
    ("WARNING", "FOOBAR", True), ("ERROR", "FOOBAR", False), ("ERROR", "@NOSUCH", True), ("SEVERE_ERROR", "@NOSUCH", False), ("W", "@NOSUCH", True),
])  # fmt: skip
def test_on_triggers_at_its_severity_or_worse(world, condition, line, caught):
    shown = world.run(f"$ ON {condition} THEN WRITE SYS$OUTPUT \"caught\"", "$ " + line)
    assert ("caught" in shown) == caught


def test_set_noon_stops_checking_and_set_on_resumes(world):
    shown = world.run("$ SET NOON", "$ @NOSUCH", '$ WRITE SYS$OUTPUT "on"', "$ SET ON", "$ @NOSUCH", '$ WRITE SYS$OUTPUT "not here"')
    assert shown == [*MISSING, "on", *MISSING]


def test_on_goto(world):
    assert world.run("$ ON ERROR THEN GOTO OOPS", "$ @NOSUCH", "$ EXIT", "$OOPS:", '$ WRITE SYS$OUTPUT "oops"') == [*MISSING, "oops"]


def test_on_at_the_terminal_is_an_error(world):
    assert world.type("ON ERROR THEN CONTINUE") == ["%DCL-W-ONLEVL, invalid ON context - use only within command procedures"]


def test_on_with_a_bad_condition(world):
    assert world.run("$ ON FOO THEN CONTINUE") == ["%DCL-W-ONERR, invalid ON condition - use WARNING, SEVERE, ERROR, or CONTROL_Y"]


def test_stop_returns_to_level_zero(world):
    world.write("P.COM", "$ STOP", '$ WRITE SYS$OUTPUT "not here"')
    assert world.type("@P", 'WRITE SYS$OUTPUT F$ENVIRONMENT("DEPTH")') == ["0"]
    assert world.run("$ @P", '$ WRITE SYS$OUTPUT "not here"') == []


def test_a_long_loop_lets_others_run_and_ends(world):
    assert world.run("$ I = 0", "$L: I = I + 1", "$ IF I .LT. 10000 THEN GOTO L", "$ WRITE SYS$OUTPUT I") == ["10000"]


def test_a_symbol_named_if_is_used(world):
    assert world.run('$ IF := WRITE SYS$OUTPUT', '$ IF "surprise"', "$ DELETE/SYMBOL IF", '$ IF 1 THEN WRITE SYS$OUTPUT "again"') == ["surprise", "again"]


def test_a_symbol_named_goto_is_used(world):
    assert world.run("$ I = 0", "$L: I = I + 1", "$ IF I .EQ. 3 THEN GOTO := WRITE SYS$OUTPUT", "$ IF I .LT. 5 THEN GOTO L", "$ WRITE SYS$OUTPUT I") == [
        "%DCL-W-UNDSYM, undefined symbol - check validity and spelling", " \\L\\", "3",
    ]  # fmt: skip


# -- typed blocks ------------------------------------------------------------------------------------------------------------------------------


def test_blocks_work_when_typed(world):
    shown = world.type(
        "IF 0", "THEN", "WRITE SYS$OUTPUT 1", "IF 1", "THEN", "WRITE SYS$OUTPUT 2", "ENDIF", "ELSE WRITE SYS$OUTPUT 3", "IF 1", "THEN WRITE SYS$OUTPUT 4",
        "ENDIF", "ENDIF", "WRITE SYS$OUTPUT 5",
    )  # fmt: skip
    assert shown == ["3", "4", "5"]


def test_a_typed_block_without_then_is_an_error(world):
    assert world.type("IF 1", "WRITE SYS$OUTPUT 1", "WRITE SYS$OUTPUT 2") == [INVIFNEST, "2"]


def test_jumps_do_nothing_at_the_terminal(world):
    assert world.type("GOTO X", "CALL X", "WRITE SYS$OUTPUT 1") == ["1"]


@pytest.mark.parametrize(("depth", "shown"), [(15, ["in"]), (16, [INVIFNEST])])
def test_blocks_nest_fifteen_deep(world, depth, shown):
    lines = ["$ IF 1", "$ THEN"] * depth + ['$ WRITE SYS$OUTPUT "in"'] + ["$ ENDIF"] * depth
    assert world.run(*lines) == shown


def test_set_on_is_a_command_like_others_for_the_status(world):
    assert world.run("$ SET NOON", "$ FOOBAR", "$ SET ON", "$ WRITE SYS$OUTPUT $STATUS")[-1] == "%X00030001"
