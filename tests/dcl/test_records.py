"""OPEN, READ, WRITE, CLOSE, INQUIRE: DCL reference 3.9 and 3.10."""

from tests.dcl.dcl_world import END
from vmsemu.files.attributes import CarriageControl, RecordFormat
from vmsemu.files.keys import KeyDefinition

UNDFIL = "%DCL-W-UNDFIL, file has not been opened by DCL - check logical name"


def test_what_is_written_is_read_back(world):
    shown = world.run(
        "$ OPEN/WRITE F A.TXT", '$ WRITE F "one", 2, " ", "three"', '$ WRITE F ""', "$ CLOSE F", "$ OPEN/READ F A.TXT", "$LOOP:", "$ READ/END_OF_FILE=DONE F REC",
        '$ WRITE SYS$OUTPUT "[", REC, "]"', "$ GOTO LOOP", "$DONE: CLOSE F",
    )  # fmt: skip
    assert shown == ["[one2 three]", "[]"]


def test_open_write_makes_a_print_file_and_the_name_a_logical_name(world):
    shown = world.type("OPEN/WRITE F A", 'WRITE SYS$OUTPUT F$TRNLNM("F")', 'WRITE F "x"', "CLOSE F", 'WRITE SYS$OUTPUT "[", F$TRNLNM("F"), "]"')
    assert shown == ["_DUA1:", "[]"]
    with world.files() as files, files.open("A.DAT") as file:
        assert (file.attributes.format, file.attributes.carriage) == (RecordFormat.VFC, CarriageControl.PRN)
        assert (file.get(), file.record_header) == (b"x", b"\x01\x8d")


def test_append_and_update(world):
    world.write("A.TXT", "one", "two")
    world.type("OPEN/APPEND F A.TXT", 'WRITE F "new"', "CLOSE F", "OPEN/READ/WRITE F A.TXT", "READ F X", 'WRITE/UPDATE F "ONE"', "CLOSE F")
    assert world.read("A.TXT") == ["ONE", "two", "new"]


def test_end_of_file_without_a_label_is_an_error(world):
    world.write("A.TXT")
    shown = world.run("$ SET NOON", "$ OPEN F A.TXT", "$ READ F X", "$ WRITE SYS$OUTPUT $STATUS", "$ CLOSE F")
    assert shown == ["%RMS-E-EOF, end of file detected", "%X1001827A"]


def test_error_labels_take_precedence_and_show_nothing(world):
    shown = world.run("$ ON ERROR THEN WRITE SYS$OUTPUT \"on\"", "$ OPEN/ERROR=BAD F NOSUCH.TXT", "$ EXIT", '$BAD: WRITE SYS$OUTPUT "bad ", $STATUS')
    assert shown == ["bad %X10018292"]


def test_end_of_file_goes_to_the_error_label_when_it_is_the_only_one(world):
    world.write("A.TXT")
    assert world.run("$ OPEN F A.TXT", "$ READ/ERROR=BAD F X", "$ EXIT", '$BAD: WRITE SYS$OUTPUT "bad"', "$ CLOSE F") == ["bad"]


def test_a_label_is_found_from_where_the_command_stands(world):
    world.write("A.TXT")
    shown = world.run(
        "$ CALL S", "$ EXIT", "$DONE: WRITE SYS$OUTPUT \"wrong\"", "$S: SUBROUTINE", "$ OPEN F A.TXT", "$ READ/END=DONE F X", "$ EXIT", '$DONE: WRITE SYS$OUTPUT "right"',
        "$ CLOSE F", "$ ENDSUBROUTINE",
    )  # fmt: skip
    assert shown == ["right"]


def test_files_that_cannot_be_opened(world):
    assert world.type("OPEN F NOSUCH.TXT") == ["%DCL-E-OPENIN, error opening DUA1:[000000]NOSUCH.TXT; as input", "-RMS-E-FNF, file not found"]
    assert world.type("OPEN/WRITE F [NOSUCH]X.TXT")[:2] == ["%DCL-E-OPENOUT, error opening DUA1:[NOSUCH]X.TXT; as output", "-RMS-E-DNF, directory not found"]


def test_names_that_are_not_open(world):
    assert world.type("READ F X", 'WRITE F "x"', "CLOSE F", "CLOSE/NOLOG F") == [UNDFIL, UNDFIL, UNDFIL]


def test_a_name_defined_as_sys_output(world):
    assert world.type("DEFINE OUT SYS$OUTPUT", 'WRITE OUT "x"') == ["x"]


def test_read_from_sys_input_takes_a_data_line(world):
    assert world.run("$ READ SYS$INPUT X", "the  Data ' line", "$ SHOW SYMBOL X") == ['  X = "the  Data \' line"']


def test_read_from_the_terminal_prompts(world):
    world.write("P.COM", '$ READ/PROMPT="Name: " SYS$COMMAND X', "$ READ SYS$COMMAND Y", "$ SHOW SYMBOL X", "$ SHOW SYMBOL Y", "$ READ/END=E SYS$COMMAND Z", '$E: WRITE SYS$OUTPUT "end"')
    assert world.terminal("@P", "Joe", "more", END)[1:6] == ["Name: Joe", "Data: more", '  X = "Joe"', '  Y = "more"', "end"]


def test_read_gives_local_symbols_and_no_abbreviations(world):
    world.write("A.TXT", "x")
    assert world.type("OPEN F A.TXT", "READ F A*B") == ["%DCL-W-SYMABR, abbreviated symbols not allowed - remove \"*\" from symbol name"]


def test_write_symbol_writes_expressions(world):
    assert world.type('A = "x"', "B = 5", 'WRITE/SYMBOL SYS$OUTPUT A,"=",B', "WRITE/SYMBOL SYS$OUTPUT C") == [
        "x=5", "%DCL-W-UNDSYM, undefined symbol - check validity and spelling", " \\C\\",
    ]  # fmt: skip


def test_keyed_reads_of_an_indexed_file(world):
    with world.files() as files, files.create_indexed("I.DAT", [KeyDefinition(((0, 4),))]) as file:
        for record in (b"AAAA one", b"CCCC three"):
            file.put(record)
    shown = world.run(
        "$ OPEN/READ/WRITE F I.DAT", '$ READ/KEY="CCCC" F X', "$ SHOW SYMBOL X", '$ READ/KEY="BBBB"/MATCH=GE/DELETE F X', '$ READ/KEY="CCCC"/ERROR=GONE F X', "$ EXIT",
        "$GONE: WRITE SYS$OUTPUT F$MESSAGE($STATUS)", "$ CLOSE F",
    )  # fmt: skip
    assert shown == ['  X = "CCCC three"', "%RMS-E-RNF, record not found"]


# -- INQUIRE -----------------------------------------------------------------------------------------------------------------------------------


def test_inquire_prompts_with_the_symbol_and_cleans_the_answer(world):
    shown = world.terminal('A = "sub"', "INQUIRE X", "  some   text  \"Kept  Case\" 'A' ", "SHOW SYMBOL X")
    assert shown[2:5] == ["X:   some   text  \"Kept  Case\" 'A' ", "$ SHOW SYMBOL X", '  X = "SOME TEXT Kept  Case SUB"']


def test_inquire_with_its_own_prompt(world):
    shown = world.terminal('INQUIRE/NOPUNCTUATION/GLOBAL X "Really? "', END, "SHOW SYMBOL X")
    assert shown[1:3] == ["$ SHOW SYMBOL X", '  X == ""']
    assert "Really? " in world.typing.prompts
