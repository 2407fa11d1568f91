"""Lexical functions: DCL reference 4 and 5.2."""

from dataclasses import replace

import pytest

from vmsemu.base.privilege import PrivilegeSet
from vmsemu.base.time import DeltaTime
from vmsemu.base.uic import Uic
from vmsemu.dcl.lexical_functions.registry import all_lexicals
from vmsemu.images.help.library import system_library
from vmsemu.services.creprc import create_process

V73 = """CONTEXT CSID CVSI CVTIME CVUI DEVICE DIRECTORY EDIT ELEMENT ENVIRONMENT EXTRACT FAO FILE_ATTRIBUTES GETDVI GETENV GETJPI GETQUI GETSYI IDENTIFIER
INTEGER LENGTH LOCATE LOGICAL MESSAGE MODE PARSE PID PRIVILEGE PROCESS SEARCH SETPRV STRING TIME TRNLNM TYPE USER VERIFY"""

VALUES = [
    ('F$CVTIME("14-MAY-2001 10:11:12.13")', "2001-05-14 10:11:12.13"),
    ('F$CVTIME("14-MAY-2001",,"WEEKDAY")', "Monday"),
    ('F$CVTIME("14-MAY-2001","ABSOLUTE","MONTH")', "MAY"),
    ('F$CVTIME("14-MAY-2001",,"MONTH")', "05"),
    ('F$CVTIME("4-MAY-2001",,"DAY")', "04"),
    ('F$CVTIME("14-MAY-2001",,"DAYOFYEAR")', "134"),
    ('F$CVTIME("TODAY")', "2001-12-14 00:00:00.00"),
    ('F$CVTIME("TOMORROW",,"DATE")', "2001-12-15"),
    ('F$CVTIME("-1-",,"DATE")', "2001-12-13"),
    ('F$CVTIME("+0:30",,"TIME")', "13:35:30.12"),
    ('F$CVTIME("5:","DELTA","HOUR")', "05"),
    ("F$TIME()", "14-DEC-2001 13:05:30.12"),
    ('F$EDIT(" a  b ","COLLAPSE")', "ab"),
    ('F$EDIT("a ""b  c""  d","COMPRESS,UPCASE")', 'A "b  c" D'),
    ('F$EDIT("ab ! c","UNCOMMENT,TRIM")', "ab"),
    ('F$EDIT("ABC","LOWERCASE")', "abc"),
    ('F$ELEMENT(1,",","a,b,c")', "b"),
    ('F$ELEMENT(3,",","a,b,c")', ","),
    ('F$EXTRACT(1,2,"abcd")', "bc"),
    ('F$EXTRACT(1,99,"abcd")', "bcd"),
    ('F$EXTRACT(1,-1,"abcd")', "bcd"),
    ('F$EXTRACT(-1,2,"abcd")', ""),
    ('F$EDIT(" a  b ! c ","TRIM,COMPRESS,UNCOMMENT") + "."', "a b."),
    ('F$LOCATE("","abc")', "0"),
    ('F$PARSE("X.Y;3",,,"VERSION")', ";3"),
    ('F$PARSE("X","[NOSUCH].DAT",,"TYPE")', ".DAT"),
    ('F$PARSE("X")', "DUA1:[000000]X.;"),
    ('F$PARSE("[NOSUCH]X")', ""),
    ('F$PARSE("[NOSUCH]X",,,,"SYNTAX_ONLY")', "DUA1:[NOSUCH]X.;"),
    ('F$PARSE("[bad")', ""),
    ('F$SEARCH("A.TXT")', "DUA1:[000000]A.TXT;2"),
    ('F$SEARCH("NOSUCH.TXT")', ""),
    ('F$SEARCH("[NOSUCH]A.TXT")', ""),
    ('F$FILE_ATTRIBUTES("A.TXT;1","RFM")', "VAR"),
    ('F$FILE("A.TXT","RAT")', "CR"),
    ('F$FILE("A.TXT","ORG")', "SEQ"),
    ('F$FILE("A.TXT","EOF")', "1"),
    ('F$FILE("A.TXT","PRO")', "SYSTEM=RWED, OWNER=RWED, GROUP=RE, WORLD=RE"),
    ('F$FILE("A.TXT","DIRECTORY")', "FALSE"),
    ('F$GETDVI("DUA1:","VOLNAM")', "WORK"),
    ('F$GETDVI("DUA1","MNT")', "TRUE"),
    ('F$GETDVI("SYS$SYSDEVICE","DEVNAM")', "_DKA0:"),
    ('F$GETDVI("NOSUCH","EXISTS")', "FALSE"),
    ('F$GETDVI("NL:","EXISTS")', "TRUE"),
    ('F$GETJPI("","USERNAME")', "SYSTEM      "),
    ('F$GETSYI("NODENAME")', "ALPHA1"),
    ('F$GETSYI("VERSION")', "V7.3    "),
    ('F$IDENTIFIER("SYSTEM","NAME_TO_NUMBER")', "65540"),
    ('F$IDENTIFIER(65540,"NUMBER_TO_NAME")', "SYSTEM"),
    ('F$IDENTIFIER("NOPE","NAME_TO_NUMBER")', "0"),
    ("F$USER()", "[SYSTEM]"),
    ("F$MODE()", "INTERACTIVE"),
    ("F$PROCESS()", "SYSTEM"),
    ("F$DIRECTORY()", "[000000]"),
    ('F$ENVIRONMENT("DEFAULT")', "DUA1:[000000]"),
    ('F$ENVIRONMENT("MESSAGE")', "/FACILITY/SEVERITY/IDENT/TEXT"),
    ('F$ENVIRONMENT("PROMPT")', "$ "),
    ('F$PRIVILEGE("SYSPRV")', "TRUE"),
    ('F$PRIVILEGE("NOSYSPRV")', "FALSE"),
    ('F$SETPRV("NOOPER,GROUP")', "OPER,GROUP"),
    ('F$TRNLNM("SYS$SYSDEVICE")', "DKA0:"),
    ('F$TRNLNM("sys$sysdevice")', "DKA0:"),
    ('F$TRNLNM("SYS$SYSDEVICE",,,,"CASE_SENSITIVE","TABLE_NAME")', "LNM$SYSTEM_TABLE"),
    ('F$TRNLNM("SYS$SYSDEVICE",,,,,"ACCESS_MODE")', "EXECUTIVE"),
    ('F$TRNLNM("SYS$SYSDEVICE",,,,,"MAX_INDEX")', "0"),
    ('F$TRNLNM("NOSUCH")', ""),
    ("F$MESSAGE(44)", "%SYSTEM-F-ABORT, abort"),
    ('F$MESSAGE(44,"TEXT")', "abort"),
    ("F$MESSAGE(6)", "%NONAME-?-NOMSG, Message number 00000006"),
    ("F$STRING(5)", "5"),
    ('F$FAO("!3*-!AS!5SL","x",-3)', "---x   -3"),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_the_value_of_a_lexical_function(world, text, value):
    for _ in range(2):
        world.write("A.TXT", "hello")
    assert world.type("WRITE SYS$OUTPUT " + text) == [value]


def test_exactly_the_functions_of_v73_exist():
    assert sorted(all_lexicals()) == [f"F${word}" for word in V73.split()]


TIMES = [
    ("4-JUL", "2001-07-04 00:00:00.00"),
    ("4-JUL-2001:9", "2001-07-04 09:00:00.00"),
    ("-JUL-", "2001-07-14 00:00:00.00"),
    ("--2000", "2000-12-14 00:00:00.00"),
    ("4-", "2001-12-04 00:00:00.00"),
    ("9:", "2001-12-14 09:00:00.00"),
    (":20", "2001-12-14 00:20:00.00"),
    ("::7.255", "2001-12-14 00:00:07.26"),
    ("today", "2001-12-14 00:00:00.00"),
    ("TOMORROW-0:0:1", "2001-12-14 23:59:59.00"),
    ("YESTERDAY+1-12", "2001-12-14 12:00:00.00"),
    ("4-JUL-2001:9+1-", "2001-07-05 09:00:00.00"),
    ("29-FEB-2000-366-", "1999-02-28 00:00:00.00"),
    ("+1-1:1:1.5", "2001-12-15 14:06:31.62"),
    ("  14-DEC-2001  13:05:30.12  ", "2001-12-14 13:05:30.12"),
]


@pytest.mark.parametrize(("text", "value"), TIMES)
def test_f_cvtime_reads_every_form_of_a_time(world, text, value):
    assert world.type(f'WRITE SYS$OUTPUT F$CVTIME("{text}")') == [value]


@pytest.mark.parametrize("text", ["32-JAN", "29-FEB-2001", "14-DEZ-2001", "25:00", "12:60", "1-JAN-1858", "NOON", "TODAY+", "14 DEC 2001", "1-JAN-10000"])
def test_f_cvtime_refuses_what_is_no_time(world, text):
    shown = ["%DCL-W-IVATIME, invalid absolute time - use DD-MMM-YYYY:HH:MM:SS.CC format", f" \\{text}\\"]
    assert world.type(f'X = F$CVTIME("{text}")') == shown


ERRORS = [
    ('F$GETDVI("NOSUCH","MNT")', ["%SYSTEM-W-NOSUCHDEV, no such device available"]),
    ('F$GETJPI("FFFF","PRCNAM")', ["%SYSTEM-W-NONEXPR, nonexistent process"]),
    ('F$FILE_ATTRIBUTES("NOSUCH.TXT","EOF")', ["%RMS-E-FNF, file not found"]),
    ('F$ENVIRONMENT("NOPE")', ["%DCL-W-IVKEYW, unrecognized keyword - check validity and spelling", " \\NOPE\\"]),
    ('F$CVTIME("bad")', ["%DCL-W-IVATIME, invalid absolute time - use DD-MMM-YYYY:HH:MM:SS.CC format", " \\bad\\"]),
    ("F$TIME(1)", ["%DCL-W-SYMDEL, invalid symbol or value delimiter - check command syntax"]),
    ("F$CVTIME(,,,)", ["%DCL-W-SYMDEL, invalid symbol or value delimiter - check command syntax"]),
    ('F$FAO()', ["%DCL-W-ARGREQ, missing argument - supply all required arguments"]),
    ('F$ELEMENT(1,,"a")', ["%DCL-W-ARGREQ, missing argument - supply all required arguments"]),
    ('F$GETJPI("XYZ","PID")', ["%DCL-W-IVCHAR, invalid numeric value - check for invalid digits", " \\XYZ\\"]),
    ('F$DEVICE("*",,"RZ28D")', ["%DCL-W-ARGREQ, missing argument - supply all required arguments"]),
    ('F$CVSI(0,33,"abcdefgh")', ["%DCL-W-INVRANGE, field specification is out of bounds - check sign and size"]),
]


@pytest.mark.parametrize(("text", "shown"), ERRORS)
def test_a_lexical_function_that_fails(world, text, shown):
    assert world.type("X = 1", "X = " + text, "SHOW SYMBOL X")[:-1] == shown


def test_f_cvsi_and_f_cvui(world):
    assert world.type("A[0,32]=%X2B", "WRITE SYS$OUTPUT F$CVSI(0,4,A), F$CVUI(0,4,A)") == ["-511"]


def test_f_search_goes_through_wildcards_and_starts_again(world):
    for name in ("A.TXT", "B.TXT"):
        world.write(name, "x")
    shown = world.run(*['$ WRITE SYS$OUTPUT "[", F$SEARCH("*.TXT"), "]"'] * 4)
    assert shown == ["[DUA1:[000000]A.TXT;1]", "[DUA1:[000000]B.TXT;1]", "[]", "[DUA1:[000000]A.TXT;1]"]


def test_f_search_streams_are_apart(world):
    for name in ("A.TXT", "B.TXT"):
        world.write(name, "x")
    shown = world.run(*['$ WRITE SYS$OUTPUT F$SEARCH("*.TXT",1), F$SEARCH("*.TXT",2)'] * 2)
    assert shown == ["DUA1:[000000]A.TXT;1" * 2, "DUA1:[000000]B.TXT;1" * 2]


def test_f_pid_steps_through_processes(world):
    shown = world.run(
        '$ X = F$CONTEXT("PROCESS",C,"PRCNAM","SYS*","EQL")', "$ WRITE SYS$OUTPUT F$TYPE(C)", "$ P = F$PID(C)", '$ WRITE SYS$OUTPUT F$GETJPI(P,"PRCNAM")',
        '$ WRITE SYS$OUTPUT "[", F$PID(C), F$TYPE(C), "]"',
    )  # fmt: skip
    assert shown == ["PROCESS_CONTEXT", "SYSTEM", "[]"]


@pytest.mark.parametrize(("privileges", "seen"), [("", ["SMITH"]), ("GROUP", ["SMITH", "CLERK"]), ("GROUP,WORLD", ["SYSTEM_1", "SMITH", "CLERK"])])
def test_f_pid_sees_whom_the_privileges_allow(world, privileges, seen):
    names = {"SYSTEM_1": Uic(1, 4), "CLERK": Uic(0o200, 0o202)}
    record = replace(world.system.sysuaf.require("SMITH"), authorized=PrivilegeSet.ALL)
    world.system.sysuaf.put(record)
    for name, uic in names.items():
        create_process(world.system, record=replace(record, username=name, uic=uic), name=name, main=stay)
    shown = world.run(
        f'$ X = F$SETPRV("{privileges or "NOWORLD"}")', "$LOOP: P = F$PID(C)", '$ IF P .EQS. "" THEN EXIT', '$ WRITE SYS$OUTPUT F$GETJPI(P,"PRCNAM")',
        "$ GOTO LOOP", username="SMITH",
    )  # fmt: skip
    assert sorted(shown) == sorted(seen)


async def stay(process):
    await process.hibernate()


def test_f_pid_with_a_symbol_that_is_no_context(world):
    assert world.type('C = "abc"', "X = F$PID(C)") == ["%DCL-W-NOTCTX, symbol specified is not a valid context symbol"]


def test_nested_calls_and_apostrophes(world):
    shown = world.type('F = "A.B"', "WRITE SYS$OUTPUT \"''F$ELEMENT(1,\".\",F)' and ''F$EDIT(F$EXTRACT(0,1,F),\"LOWERCASE\")'\"", "X = 'F$LENGTH(F)' + 1", "SHOW SYMBOL X")
    assert shown == ["B and a", "  X = 4   Hex = 00000004  Octal = 00000000004"]


def test_elapsed_time_is_seen(world):
    world.kernel.clock.advance_to(world.kernel.now + DeltaTime.of(hours=1))
    assert world.type("WRITE SYS$OUTPUT F$TIME()", "WAIT 0:0:10", "SHOW TIME") == ["14-DEC-2001 14:05:30.12", "  14-DEC-2001 14:05:40"]


def test_help_describes_every_function():
    (topic,) = system_library().matching("LEXICALS")
    assert sorted(topic.children) == sorted(all_lexicals())
