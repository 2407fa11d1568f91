"""The quirks that separate a faithful DCL from a clone: DCL reference section 9, each as lines in and output out."""

import pytest

UNDSYM = "%DCL-W-UNDSYM, undefined symbol - check validity and spelling"
IVOPER = "%DCL-W-IVOPER, unrecognized operator in expression - check spelling and syntax"
EXPSYN = "%DCL-W-EXPSYN, invalid expression syntax - check operators and operands"
SYMDEL = "%DCL-W-SYMDEL, invalid symbol or value delimiter - check command syntax"
ARGREQ = "%DCL-W-ARGREQ, missing argument - supply all required arguments"
IVVERB = "%DCL-W-IVVERB, unrecognized command verb - check validity and spelling"
NOCOMD = "%DCL-W-NOCOMD, no command on line - reenter with alphabetic first character"


def integer(value: int) -> str:
    return f"  X = {value}   Hex = {value & 0xFFFFFFFF:08X}  Octal = {value & 0xFFFFFFFF:011o}"


NUMBERS = [
    ("Q1", "X = 7 / 0", 2147483647),
    ("Q2", "X = 2147483647 + 1", -2147483648),
    ("Q3", "X = 4294967297", 1),
    ("Q4", "X = -8 / 3", -2),
    ("Q5", "X = %X10 + %O10 + %D10", 34),
    ("Q8", 'X = "abc" + 1', 1),
    ("Q8b", 'X = "" + 2', 2),
    ("Q10", 'X = "12" * "3"', 36),
    ("Q12", 'X = "Yes" + 0', 1),
    ("Q12b", 'X = "true" * 1', 1),
    ("Q13", 'X = "12XY" + 0', 0),
    ("Q14", 'X = "%X10" + 0', 16),
    ("Q15", 'X = "ABC" .EQ. 0', 1),
    ("Q16", 'X = 10 .EQS. "10"', 1),
    ("Q17", 'X = "dogs" .GTS. "dog"', 1),
    ("Q18", "X = .NOT. 1", -2),
    ("Q18b", "X = .NOT. 1 .EQ. 0", -1),
    ("Q19", "X = 3 .OR. 4", 7),
    ("Q20", 'X = "T" .AND. "Y"', 1),
    ("Q21", "X = 1 .EQ 1", 1),
    ("Q23", "X = 1 .EQ. .NOT. 0", 0),
    ("Q24", "X = - - 3", 3),
    ("Q24b", "X = 1+-2", -1),
    ("Q25", 'X = +"abc"', 0),
    ("Q25b", 'X = -"5"', -5),
    ("and", "X = 3 .AND. 5", 1),
    ("compare", 'X = "10" .LT. 9', 0),
    ("blanks", 'X = " 12" + "12 " * 1', 24),
    ("sign", 'X = "+5" + 0 + "-9"', -4),
    ("low", "x = 1 .eq. 1", 1),
    ("length", "X = F$LENGTH(12345)", 5),
    ("int", 'X = F$INTEGER("-9" + 23)', 14),
    ("int2", 'X = F$INTEGER("abc")', 0),
    ("Q52", 'X = F$LEN("abc")', 3),
    ("Q85", 'X = F$LOCATE("z","abc")', 3),
    ("blank", "X = F$LENGTH (\"abcd\")", 4),
]


@pytest.mark.parametrize(("line", "value"), [pytest.param(l, v, id=i) for i, l, v in NUMBERS])
def test_an_expression_has_the_integer_value_of_a_real_system(world, line, value):
    assert world.type(line, "SHOW SYMBOL $STATUS", "SHOW SYMBOL X") == ['  $STATUS == "%X00030001"', integer(value)]


STRINGS = [
    ("Q9", 'X = "12" + "3"', "123"),
    ("Q11", 'X = "abcabc" - "b"', "acabc"),
    ("Q11b", 'X = "abc" - "z"', "abc"),
    ("Q27", 'X = "abc', "abc"),
    ("Q28", 'X = ""quoted""', "QUOTED"),
    ("Q33", 'X = "it\'s \'NAME\'"', "it's 'NAME'"),
    ("Q34", "X := ABC ! it's 'NOSUCH'", "ABC"),
    ("Q38", 'X = "&LC"', "&LC"),
    ("Q37", "X := &LC", "&LC"),
    ("Q42", "X := A'NOSUCH'B", "AB"),
    ("Q47", 'X = "a""b"', 'a"b'),
    ("Q84", 'X = F$ELEMENT(9,",","a,b")', ","),
    ("Q86", 'X = F$EXTRACT(10,2,"abc")', ""),
    ("Q89", "X = F$TYPE(NEVERDEFD)", ""),
    ("Q55", "X = F$MESSAGE(5)", "%NONAME-?-NOMSG, Message number 00000005"),
    ("Q54", "X = F$MESSAGE(%X910)", "%SYSTEM-W-NOSUCHFILE, no such file"),
    ("Q88", 'X = F$CVTIME("4-DEC-2001 13:05","ABSOLUTE")', "4-DEC-2001 13:05:00.00"),
    ("accvio", "X = F$MESSAGE(9)", "%SYSTEM-S-ACCVIO, access violation, reason mask=!XB, virtual address=!XH, PC=!XH, PS=!XL"),
    ("allpriv", "X = F$MESSAGE(1664)", "%SYSTEM-W-NOTALLPRIV, not all requested privileges authorized"),
    ("string", "X = F$STRING(-1)", "-1"),
    ("null", "X :=", ""),
    ("compress", 'X := "this     is a ""test"" string"', 'this     is a "test" string'),
    ("upcase", "X :=   mixed   Case  \"kept   Case\" ", "MIXED CASE kept   Case"),
    ("edit", 'X = F$EDIT("  a  b ","TRIM,COMPRESS,UPCASE")', "A B"),
    ("fao", 'X = F$FAO("!3UL file!%S",3)', "  3 files"),
]


@pytest.mark.parametrize(("line", "value"), [pytest.param(l, v, id=i) for i, l, v in STRINGS])
def test_an_assignment_has_the_string_value_of_a_real_system(world, line, value):
    assert world.type(line, "SHOW SYMBOL X") == [f'  X = "{value}"']


ERRORS = [
    ("Q6", "X = 12AB", ["%DCL-W-IVCHAR, invalid numeric value - check for invalid digits", " \\12AB\\"], "00038050"),
    ("Q6b", "X = %XG", ["%DCL-W-IVCHAR, invalid numeric value - check for invalid digits", " \\%XG\\"], "00038050"),
    ("Q6c", "X = %Q1", ["%DCL-W-IVCHAR, invalid numeric value - check for invalid digits", " \\%Q1\\"], "00038050"),
    ("Q7", "X = 1.5", [IVOPER, " \\.5\\"], "00038068"),
    ("Q22", "X = 1 .E. 1", [IVOPER, " \\.E.\\"], "00038068"),
    ("equal", "X = 1 .EQUAL. 1", [IVOPER, " \\.EQUAL.\\"], "00038068"),
    ("open", "X = (1 + 2", [EXPSYN], "00038038"),
    ("half", "X = 1 +", [EXPSYN], "00038038"),
    ("two", "X = 1 2", [EXPSYN], "00038038"),
    ("not", "X = 1 .NOT. 2", [EXPSYN], "00038038"),
    ("empty", "X =", [EXPSYN], "00038038"),
    ("Q45", "X = lower", [UNDSYM, " \\LOWER\\"], "00038140"),
    ("Q48", "X = F$LENGTH()", [ARGREQ], "00038268"),
    ("Q48b", "X = F$LENGTH(,)", [ARGREQ], "00038268"),
    ("Q49", 'X = F$LENGTH("a","b")', [SYMDEL], "00038130"),
    ("Q49b", 'X = F$LENGTH("a"', [SYMDEL], "00038130"),
    ("Q50", "X = F$NOSUCH(1)", ["%DCL-W-IVFNAM, invalid lexical function name - check validity and spelling", " \\F$NOSUCH(\\"], "000381C0"),
    ("Q51", 'X = F$L("abc")', ["%DCL-W-ABFNAM, ambiguous lexical function name - supply more characters", " \\F$L(\\"], "000381B8"),
    ("Q53", "X = F$LENGTH", [UNDSYM, " \\F$LENGTH\\"], "00038140"),
    ("Q56", "FOOBAR", [IVVERB, " \\FOOBAR\\"], "00038090"),
    ("Q57", "SHOW SYMBOL NOSUCH", [UNDSYM], "00038140"),
    ("Q58", "DELETE/SYMBOL NOSUCH", [UNDSYM], "00038140"),
    ("bad", "= 5", [NOCOMD], "000380B0"),
]


@pytest.mark.parametrize(("line", "shown", "status"), [pytest.param(*rest, id=i) for i, *rest in ERRORS])
def test_an_error_is_shown_and_leaves_the_old_value(world, line, shown, status):
    assert world.type("X = 42", line, "SHOW SYMBOL $STATUS", "SHOW SYMBOL X") == [*shown, f'  $STATUS == "%X{status}"', integer(42)]


def test_q26_a_stray_parenthesis_is_reported_after_the_assignment(world):
    assert world.type("X = 1 + 2)", "SHOW SYMBOL $STATUS", "SHOW SYMBOL X") == [SYMDEL, '  $STATUS == "%X00038130"', integer(3)]


def test_q30_and_q31_substitution_is_iterative_outside_quotes_only(world):
    assert world.type('MAC="5"', "A=\"'MAC'\"", "X='A'", "SHOW SYMBOL X", "X = \"''A'\"", "SHOW SYMBOL X") == [integer(5), "  X = \"'MAC'\""]


def test_q32_the_closing_apostrophe_is_optional(world):
    shown = world.type('NAME = "MYFILE"', "X := A'NAME'", "SHOW SYMBOL X", "X := 'NAME", "SHOW SYMBOL X", "X := ' NAME'.DAT", "SHOW SYMBOL X")
    assert shown == ['  X = "AMYFILE"', '  X = "MYFILE"', '  X = "MYFILE.DAT"']


def test_q35_a_symbol_that_names_itself_is_an_error(world):
    shown = world.type("SELF=\"'SELF'\"", "X = 1", "X = 'SELF'", "SHOW SYMBOL $STATUS", "SHOW SYMBOL X")
    assert shown == [EXPSYN, " \\'SELF\\", '  $STATUS == "%X00038038"', integer(1)]


def test_q36_an_ampersand_inserts_the_raw_value(world):
    assert world.type('LC="lower"', "X = &LC") == [UNDSYM, " \\lower\\"]


def test_q39_and_q40_an_ampersand_keeps_case_and_blanks_of_one_token(world):
    lines = ['LC="lower"', 'TWO="a b"']
    for insert in ("'LC'", "&LC", "&TWO"):
        lines += [f"DEFINE/PROCESS L {insert}", 'WRITE SYS$OUTPUT F$TRNLNM("L")']
    superseded = "%DCL-I-SUPERSEDE, previous value of L has been superseded"
    assert world.type(*lines) == ["LOWER", superseded, "lower", superseded, "a b"]


def test_q41_an_ampersand_in_a_procedure_parameter_is_literal(world):
    world.write("P.COM", "$ SHOW SYMBOL P1")
    assert world.type('LC = "lower"', "@P &LC") == ['  P1 = "&LC"']


def test_q43_an_alias_value_is_not_scanned_for_apostrophes(world):
    shown = world.type('MAC2 = "SHOW SYMBOL MAC2"', "EXEC = \"'MAC2'\"", "EXEC", "SHOW SYMBOL $STATUS")
    assert shown == [NOCOMD, '  $STATUS == "%X000380B0"']


def test_q44_an_alias_of_an_alias_is_not_followed(world):
    assert world.type('AL1 = "SHOW SYMBOL AL1"', 'AL2 = "AL1"', "AL2") == [IVVERB, " \\AL1\\"]


def test_q46_abbreviations_have_a_shortest_form(world):
    assert world.type("LONGN*AME=5", "X = LON + 1", "X = LONGN + 1", "SHOW SYMBOL X", "SHOW SYMBOL LONGNAM") == [
        UNDSYM, " \\LON\\", integer(6), "  LONGN*AME = 5   Hex = 00000005  Octal = 00000000005",
    ]  # fmt: skip


def test_q59_show_symbol_does_not_change_the_status(world):
    assert world.type("FOOBAR", "X = F$INTEGER($STATUS)", "FOOBAR", "SHOW SYMBOL X", "SHOW SYMBOL $STATUS")[-1] == '  $STATUS == "%X00038090"'


def test_q61_a_missing_procedure(world):
    assert world.type("@NOSUCH", "SHOW SYMBOL $STATUS", "SHOW SYMBOL $SEVERITY") == [
        "%DCL-E-OPENIN, error opening DUA1:[000000]NOSUCH.COM; as input", "-RMS-E-FNF, file not found", '  $STATUS == "%X10018292"', '  $SEVERITY == "2"',
    ]  # fmt: skip


def test_q62_a_missing_image(world):
    assert world.type("RUN NOSUCH", "SHOW SYMBOL $STATUS") == [
        "%DCL-W-ACTIMAGE, error activating image NOSUCH", "-CLI-E-IMAGEFNF, image file not found DUA1:[000000]NOSUCH.EXE;", '  $STATUS == "%X100388B2"',
    ]  # fmt: skip


def test_q63_a_ninth_parameter(world):
    world.write("P.COM", "$ SHOW TIME")
    assert world.type("@P 1 2 3 4 5 6 7 8 9", "SHOW SYMBOL $STATUS") == [
        "%DCL-W-DEFOVF, too many command procedure parameters - limit to eight", '  $STATUS == "%X00038028"',
    ]  # fmt: skip


EXITS = [
    ("Q64", "EXIT 0", ["%NONAME-W-NOMSG, Message number 00000000"], "00000000"),
    ("Q65", "EXIT 3", [], "00000003"),
    ("exit1", "EXIT 1", [], "00000001"),
    ("exit2", "EXIT 2", ["%NONAME-E-NOMSG, Message number 00000002"], "00000002"),
    ("exit4", "EXIT 4", ["%NONAME-F-NOMSG, Message number 00000004"], "00000004"),
    ("Q67", "EXIT 44", ["%SYSTEM-F-ABORT, abort"], "0000002C"),
    ("inhibited", "EXIT %X10000002", [], "10000002"),
]


@pytest.mark.parametrize(("line", "shown", "status"), [pytest.param(*rest, id=i) for i, *rest in EXITS])
def test_an_exit_status_is_shown_by_the_caller_when_it_failed(world, line, shown, status):
    world.write("P.COM", "$ " + line)
    assert world.type("@P", "SHOW SYMBOL $STATUS") == [*shown, f'  $STATUS == "%X{status}"']


def test_q66_exit_without_a_value_marks_the_status_as_shown(world):
    world.write("P.COM", "$ SET NOON", "$ @Q 1 2 3 4 5 6 7 8 9", "$ EXIT")
    world.write("Q.COM", "$ EXIT")
    shown = world.type("@P", "SHOW SYMBOL $STATUS")
    assert shown[-1] == '  $STATUS == "%X10038028"'


def test_q69_recursion_stops_below_level_32(world):
    world.write("P.COM", "$ N = 'P1' + 1", "$ @P 'N'", "$ WRITE SYS$OUTPUT P1, \" \", $STATUS")
    shown = world.type("@P 1")
    assert shown[0] == "%DCL-W-STKOVF, command procedures too deeply nested - limit to 32 levels"
    assert shown[1:] == [f"{n} %X000{status}" for n, status in zip(range(31, 0, -1), ["38128"] + ["30001"] * 30, strict=True)]


def test_q72_a_missing_goto_target_ends_the_procedure(world):
    shown = world.run("$ GOTO NOWHERE", "$ WRITE SYS$OUTPUT \"not here\"")
    assert shown == ["%DCL-W-USGOTO, target of GOTO not found - check spelling and presence of label"]


def test_q73_the_nearest_preceding_duplicate_label_wins(world):
    shown = world.run(
        "$ N = 0", "$L: N = N + 1", "$ IF N .EQ. 3 THEN EXIT", "$ WRITE SYS$OUTPUT N", "$ GOTO L", "$L: WRITE SYS$OUTPUT \"last\""
    )  # fmt: skip
    assert shown == ["1", "2"]


def test_q74_gosub_to_a_missing_label_leaves_its_return_point(world):
    shown = world.run(
        "$ ON WARNING THEN GOTO HERE", "$ GOSUB NOWHERE", "$ WRITE SYS$OUTPUT \"back\"", "$ EXIT", "$HERE:", "$ WRITE SYS$OUTPUT \"here\"", "$ RETURN"
    )
    assert shown == ["%DCL-W-USGOSUB, target of GOSUB not found - check spelling and presence of label", "here", "back"]


def test_q75_local_symbols_vanish_and_global_ones_stay(world):
    world.write("P.COM", '$ LOC = "B"', '$ GLO == "B"')
    assert world.type('LOC = "A"', 'GLO == "A"', "@P", "SHOW SYMBOL LOC", "SHOW SYMBOL GLO") == ['  LOC = "A"', '  GLO == "B"']


def test_q76_a_subroutine_sees_outer_symbols_and_does_not_change_them(world):
    shown = world.run(
        "$ X = 1", "$ CALL S one", "$ SHOW SYMBOL X", "$ EXIT", "$S: SUBROUTINE", "$ SHOW SYMBOL X", "$ X = 5", "$ SHOW SYMBOL P1", "$ ENDSUBROUTINE"
    )
    assert shown == [integer(1), '  P1 = "ONE"', integer(1)]


def test_q77_an_on_action_is_used_once(world):
    shown = world.run("$ ON ERROR THEN WRITE SYS$OUTPUT \"caught\"", "$ @NOSUCH", "$ @NOSUCH", "$ WRITE SYS$OUTPUT \"not here\"")
    missing = ["%DCL-E-OPENIN, error opening DUA1:[000000]NOSUCH.COM; as input", "-RMS-E-FNF, file not found"]
    assert shown == [*missing, "caught", *missing]


def test_q78_set_noon_is_not_inherited(world):
    world.write("Q.COM", "$ @NOSUCH", "$ WRITE SYS$OUTPUT \"not here\"")
    shown = world.run("$ SET NOON", "$ @Q", "$ WRITE SYS$OUTPUT $STATUS")
    assert shown[-1] == "%X10018292"


def test_q79_an_undefined_symbol_in_if_skips_the_then(world):
    assert world.run("$ IF UNDEFD .EQ. 1 THEN SHOW TIME", '$ WRITE SYS$OUTPUT "next"') == [UNDSYM, " \\UNDEFD\\", "next"]


def test_q80_a_substring_overlay(world):
    assert world.type('X = "PRINT"', "X[4,2] := ER", "SHOW SYMBOL X") == ['  X = "PRINER"']


def test_q81_a_bit_field_makes_a_character(world):
    assert world.type("BELL[0,8] = 7", "WRITE SYS$OUTPUT \"Hello''BELL'\"") == ["Hello\x07"]


def test_q82_a_bit_field_of_an_integer(world):
    assert world.type("A = 7", "A[5,1] = 1", "SHOW SYMBOL A") == ["  A = 39   Hex = 00000027  Octal = 00000000047"]


def test_q87_the_time_has_a_blank_before_a_one_digit_day(world):
    assert world.type("X = F$LENGTH(F$TIME())", "SHOW SYMBOL X") == [integer(23)]


def test_q89a_a_string_that_is_a_number_has_type_integer(world):
    assert world.type('NUM="52"', "WRITE SYS$OUTPUT F$TYPE(NUM)", 'NUM="FIVE"', "WRITE SYS$OUTPUT F$TYPE(NUM)") == ["INTEGER", "STRING"]


def test_q93_defining_a_name_twice(world):
    assert world.type("DEFINE X Y", "DEFINE X Y") == ["%DCL-I-SUPERSEDE, previous value of X has been superseded"]


def test_q96_only_the_first_command_belongs_to_then(world):
    assert world.run('$ IF 0 THEN WRITE SYS$OUTPUT "one"', '$ WRITE SYS$OUTPUT "two"') == ["two"]


def test_q97_data_that_nobody_reads_is_skipped_with_one_message(world):
    shown = world.run("$ X = 1", "data", "more data", '$ WRITE SYS$OUTPUT "next"', "again")
    skipped = '%DCL-W-SKPDAT, image data (records not beginning with "$") ignored'
    assert shown == [skipped, "next", skipped]


def test_q98_verification_shows_the_line_as_written(world):
    assert world.run("$ SET VERIFY", "$ X := Verify  ! text", "$ SET NOVERIFY", "$ SHOW SYMBOL X") == [
        "$ X := Verify  ! text", "$ SET NOVERIFY", '  X = "VERIFY"',
    ]  # fmt: skip


def test_q29_an_ampersand_in_an_apostrophe_of_a_comment_is_shown_replaced(world):
    shown = world.run('$ DIR = "DIRECTORY/SIZE=ALL"', "$ SET VERIFY", "$ ! DIR = '&DIR'", "$ ! it's 'DIR'", "$ SET NOVERIFY")
    assert shown == ["$ ! DIR = 'DIRECTORY/SIZE=ALL'", "$ ! it's 'DIR'", "$ SET NOVERIFY"]
