"""Parameters, verification, data lines, output files, continuation, scope: DCL reference 1 and 3."""

import pytest

from tests.dcl.dcl_world import END
from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.tables.facilities import RMS, SS


@pytest.fixture
def reading(world):
    """An image READER that copies SYS$INPUT to SYS$OUTPUT until end of file."""

    async def reader(ctx):
        while True:
            try:
                ctx.write("[" + await ctx.read() + "]")
            except VmsError as error:
                assert error.matches(RMS.EOF)
                return None

    world.images["PROBE"] = reader
    return world


PARAMETERS = [
    ("plain", "a b", ["A", "B"]),
    ("comma", "a,b c", ["A,B", "C"]),
    ("quoted", '"Mixed Case" x', ["Mixed Case", "X"]),
    ("null", '"" x', ["", "X"]),
    ("inner quotes", 'abc"def"ghi', ['ABC"def"GHI']),
    ("doubled", '"say ""hi"" now"', ['say "hi" now']),
    ("slash", '"/x"', ["/x"]),
]


@pytest.mark.parametrize(("text", "values"), [pytest.param(t, v, id=i) for i, t, v in PARAMETERS])
def test_parameters_arrive_in_p1_to_p8(world, text, values):
    values = values + [""] * (3 - len(values))
    world.write("P.COM", "$ SHOW SYMBOL P1", "$ SHOW SYMBOL P2", "$ SHOW SYMBOL P3", "$ SHOW SYMBOL P8")
    expected = [f'  P{n} = "{v}"' for n, v in enumerate(values, 1)]
    assert world.type("@P " + text) == [*expected, '  P8 = ""']


def test_a_continued_command_is_joined_without_a_blank(world):
    assert world.run("$ X := A_VERY_LONG-", "_SYMBOL", "$ SHOW SYMBOL X") == ['  X = "A_VERY_LONG_SYMBOL"']


def test_a_comment_may_follow_the_hyphen(world):
    assert world.run("$ WRITE SYS$OUTPUT - ! what", '  "a", - ! more', '  "b"') == ["ab"]


def test_a_hyphen_in_quotes_does_not_continue(world):
    assert world.run('$ X = "a-"', "$ SHOW SYMBOL X") == ['  X = "a-"']


def test_blank_lines_and_comments_do_nothing(world):
    assert world.run("$", "$ ! comment", "$!", "$LABEL:", "$ FOOBAR ! comment", "$ ! more", "$ WRITE SYS$OUTPUT $STATUS")[-1] == "%X00038090"


# -- verification ----------------------------------------------------------------------------------------------------------------------------


def test_verification_shows_substituted_lines_and_not_those_skipped(world):
    shown = world.run(
        '$ NAME = "abc"', "$ SET VERIFY", "$   X = \"''NAME'\"   ! why", "$ IF 0", "$ THEN", "$ Y = 1", "$ ELSE", "$ Y = 2", "$ ENDIF", "$ V = 'F$VERIFY(0)'",
        "$ Z = 1",
    )  # fmt: skip
    assert shown == ['$   X = "abc"   ! why', "$ IF 0", "$ ELSE", "$ Y = 2", "$ ENDIF"]


def test_f_verify_returns_the_old_state(world):
    assert world.run("$ A = F$VERIFY(1)", "$ B = F$VERIFY(0)", "$ WRITE SYS$OUTPUT A, B") == ["$ B = F$VERIFY(0)", "01"]


def test_a_prefix_stands_before_verified_lines(world):
    shown = world.run('$ SET PREFIX "(!5%T) "', "$ SET VERIFY", "$ X = 1 + -", "  2", "$ SET NOVERIFY")
    assert shown == ["(13:05) $ X = 1 + -", "          2", "(13:05) $ SET NOVERIFY"]


# -- data --------------------------------------------------------------------------------------------------------------------------------------


def test_an_image_reads_the_data_lines_after_its_command(reading):
    assert reading.run("$ PROBE x", "one", "", "  two 'X' & ! three", '$ WRITE SYS$OUTPUT "next"') == ["[one]", "[]", "[  two 'X' & ! three]", "next"]


def test_an_image_without_data_is_at_end_of_file(reading):
    assert reading.run("$ PROBE x", "$ X = 1") == []


def test_deck_lets_data_begin_with_a_dollar(reading):
    assert reading.run("$ PROBE x", "$ DECK", "$ inside", "more", "$ EOD", '$ WRITE SYS$OUTPUT "next"') == ["[$ inside]", "[more]", "next"]


def test_deck_ends_at_its_own_string(reading):
    assert reading.run("$ PROBE x", '$ DECK/DOLLARS="%END"', "$ EOD", "more", "%END", '$ WRITE SYS$OUTPUT "next"') == ["[$ EOD]", "[more]", "next"]


def test_data_an_image_leaves_is_reported(world):
    async def one(ctx):
        ctx.write(await ctx.read())

    world.images["PROBE"] = one
    assert world.run("$ PROBE x", "one", "two", '$ WRITE SYS$OUTPUT "next"') == [
        "one", '%DCL-W-SKPDAT, image data (records not beginning with "$") ignored', "next",
    ]  # fmt: skip


def test_sys_input_defined_to_sys_command_reads_the_terminal(reading):
    reading.write("P.COM", "$ DEFINE/USER_MODE SYS$INPUT SYS$COMMAND", "$ PROBE x", "$ PROBE x", "data")
    assert reading.terminal("@P", "typed", END)[:4] == ["$ @P", "typed", "[typed]", "[data]"]


# -- output ------------------------------------------------------------------------------------------------------------------------------------


def test_q68_output_goes_to_a_file_and_errors_to_the_terminal_as_well(world):
    world.write("P.COM", '$ WRITE SYS$OUTPUT "hello"', "$ FOOBAR")
    error = ["%DCL-W-IVVERB, unrecognized command verb - check validity and spelling", " \\FOOBAR\\"]
    assert world.type("@P/OUTPUT=.LOG X") == error
    assert world.read(".LOG;1") == ["hello", *error]


def test_sys_output_defined_to_a_file_until_deassigned(world):
    assert world.type("DEFINE/NOLOG SYS$OUTPUT X.LIS", "SHOW TIME", 'WRITE SYS$OUTPUT "a"', "DEASSIGN SYS$OUTPUT", 'WRITE SYS$OUTPUT "b"') == ["b"]
    assert world.read("X.LIS") == ["  14-DEC-2001 13:05:30", "a"]


def test_a_user_mode_sys_output_is_for_the_next_image_only(world):
    async def writer(ctx):
        ctx.write("written")

    world.images["PROBE"] = writer
    assert world.type("DEFINE/USER_MODE SYS$OUTPUT X.LIS", "PROBE x", "PROBE x") == ["written"]
    assert world.read("X.LIS") == ["written"]


def test_output_to_the_null_device(world):
    world.write("P.COM", "$ SHOW TIME")
    assert world.type("@P/OUTPUT=NL:", "SHOW DEFAULT") == ["  DUA1:[000000]"]


# -- images ------------------------------------------------------------------------------------------------------------------------------------

STATUSES = [
    ("nothing", None, [], "10000001"),
    ("normal", SS.NORMAL, [], "00000001"),
    ("informational", ConditionValue(3), [], "00000003"),
    ("failure", SS.NOPRIV, ["%SYSTEM-F-NOPRIV, insufficient privilege or object protection violation"], "00000024"),
    ("shown", SS.NOPRIV.value.shown(), [], "10000024"),
]


@pytest.mark.parametrize(("result", "shown", "status"), [pytest.param(*rest, id=i) for i, *rest in STATUSES])
def test_the_exit_status_of_an_image_becomes_the_status(world, result, shown, status):
    async def image(ctx):
        return result

    world.images["PROBE"] = image
    assert world.type("PROBE x", "WRITE SYS$OUTPUT $STATUS") == [*shown, f"%X{status}"]


def test_an_error_signalled_by_an_image_is_shown_once(world):
    async def image(ctx):
        raise RMS.FNF.error(cause=SS.NOSUCHFILE)

    world.images["PROBE"] = image
    assert world.run("$ PROBE x") == ["%RMS-E-FNF, file not found", "-SYSTEM-W-NOSUCHFILE, no such file"]


def test_exit_handlers_run_and_user_mode_names_go_at_image_exit(world):
    async def image(ctx):
        ctx.on_rundown(lambda: ctx.write("rundown"))
        ctx.write(ctx.process.names.translate("U").equivalence)

    world.images["PROBE"] = image
    assert world.type("DEFINE/USER_MODE U V", "SHOW TIME", "PROBE x", 'WRITE SYS$OUTPUT "[", F$TRNLNM("U"), "]"') == ["  14-DEC-2001 13:05:30", "V", "rundown", "[]"]


def test_files_an_image_leaves_open_are_closed(world):
    async def image(ctx):
        ctx.files.create("LEFT.TXT").put(b"x")

    world.images["PROBE"] = image
    assert world.type("OPEN/WRITE F MINE.TXT", "PROBE x", 'WRITE F "still open"', "CLOSE F", "OPEN/READ F LEFT.TXT", "READ F X", "SHOW SYMBOL X") == ['  X = "x"']


def test_run_finds_the_image_that_a_file_names(world):
    async def image(ctx):
        ctx.write("hello from " + ctx.name)

    world.images["HELLO"] = image
    world.write("HI.EXE", "IMAGE HELLO")
    assert world.type("RUN HI") == ["hello from HELLO"]


def test_a_file_that_is_no_image(world):
    world.write("BAD.EXE", "nothing of the kind")
    assert world.type("RUN BAD") == [
        "%DCL-W-ACTIMAGE, error activating image BAD", "-CLI-E-IMGNAME, image file DUA1:[000000]BAD.EXE;1", "-SYSTEM-F-BADIMGHDR, bad image header",
    ]  # fmt: skip


def test_a_foreign_command_gets_its_line(world):
    async def image(ctx):
        ctx.write(f"[{ctx.cli.line}]")

    world.images["ZIP"] = image
    world.write("ZIP.EXE", "IMAGE ZIP")
    assert world.type("ZIP := $DUA1:[000000]ZIP", 'ZIP -r "Mixed Case"   x.zip ! comment', "ZIP/LIST a") == ['[-R "Mixed Case" X.ZIP]', "[/LIST A]"]


def test_an_unknown_verb_is_looked_for_in_dcl_path(world):
    world.write("GREET.COM", '$ WRITE SYS$OUTPUT "hello ", P1')
    assert world.type("DEFINE DCL$PATH DUA1:[000000]", "GREET you", "NOGREET you")[:1] == ["hello YOU"]


# -- scope -------------------------------------------------------------------------------------------------------------------------------------


def test_scope_hides_outer_and_global_symbols_until_the_level_ends(world):
    world.write("P.COM", "$ SET SYMBOL/SCOPE=(NOLOCAL,NOGLOBAL)", "$ SHOW SYMBOL LOC", "$ SHOW SYMBOL GLO", "$ GLO == 2", '$ WRITE SYS$OUTPUT F$ENVIRONMENT("SYMBOL_SCOPE")')
    undefined = "%DCL-W-UNDSYM, undefined symbol - check validity and spelling"
    assert world.type("LOC = 1", "GLO == 1", "@P", "SHOW SYMBOL GLO") == [
        undefined, undefined, "%DCL-W-GBLNDF, cannot define symbol - symbol scope set to NOGLOBAL", "NOLOCAL,NOGLOBAL",
        "  GLO == 1   Hex = 00000001  Octal = 00000000001",
    ]  # fmt: skip


def test_verb_scope_hides_aliases_only(world):
    shown = world.run('$ HI = "WRITE SYS$OUTPUT ""hi"""', "$ HI", "$ SET SYMBOL/VERB/SCOPE=NOLOCAL", "$ CALL S", "$ EXIT", "$S: SUBROUTINE", "$ SHOW SYMBOL HI", "$ ENDSUBROUTINE")
    assert shown == ["hi", '  HI = "WRITE SYS$OUTPUT "hi""']


CONFLICTS = [("PRI*NT = 1", "PRIN = 2"), ("PRIN = 2", "PRI*NT = 1"), ("PRI*NT = 1", "PR*INTER = 2")]


@pytest.mark.parametrize("lines", CONFLICTS)
def test_an_ambiguous_abbreviation_is_refused(world, lines):
    assert world.type(*lines) == ["%DCL-W-ABSYMD, abbreviated symbol definition conflict - rename symbol"]


def test_an_abbreviated_alias_is_a_verb(world):
    assert world.type('GRE*ET = "WRITE SYS$OUTPUT ""hi"""', "GREE", "GR")[:2] == ["hi", "%DCL-W-IVVERB, unrecognized command verb - check validity and spelling"]


def test_q71_a_longer_spelling_bypasses_an_alias(world):
    assert world.type('SHOW = "WRITE SYS$OUTPUT ""alias"""', "SHOW", "SHOWXX DEFAULT") == ["alias", "  DUA1:[000000]"]


def test_show_symbol_lists_and_matches(world):
    assert world.type("B = 2", 'A = "x"', "AB == 1", "SHOW SYMBOL/ALL", "SHOW SYMBOL A*")[:4] == [
        '  A = "x"', "  B = 2   Hex = 00000002  Octal = 00000000002", '  A = "x"', "  AB == 1   Hex = 00000001  Octal = 00000000001",
    ]  # fmt: skip


def test_the_status_cannot_be_deleted(world):
    assert world.type("DELETE/SYMBOL/GLOBAL $STATUS") == ["%DCL-W-PERMSYM, deletion of permanent symbols not allowed"]


def test_delete_symbol_logs(world):
    assert world.type("X = 1", "DELETE/SYMBOL/LOG X", "SHOW SYMBOL X")[0] == "%DCL-I-DELSYM, LOCAL symbol X has been deleted"


def test_a_missing_parameter_in_a_procedure(world):
    assert world.run("$ DEFINE X") == ["%DCL-W-INSFPRM, missing command parameters - supply all required parameters"]


def test_too_long_a_command(world):
    assert world.run('$ A = F$FAO("!200*x")', "$ B = A + A + A", "$ X := 'B''B'")[0].startswith("%DCL-W-BUFOVF")


# -- SET COMMAND, SET MESSAGE ----------------------------------------------------------------------------------------------------------------------


def test_a_verb_of_ones_own(world):
    async def hello(ctx):
        ctx.write(f"hello {ctx.cli.value('P1')} {ctx.cli.present('LOUD')}")

    world.images["HELLO"] = hello
    world.write("HELLO.EXE", "IMAGE HELLO")
    world.write("GREET.CLD", "DEFINE VERB GREET", '    IMAGE "DUA1:[000000]HELLO"', "    PARAMETER P1", "    QUALIFIER LOUD")
    assert world.type("SET COMMAND GREET", "GREET/LOUD you", "SET COMMAND/DELETE=GREET", "GREET you")[:2] == [
        "hello YOU True", "%DCL-W-IVVERB, unrecognized command verb - check validity and spelling",
    ]  # fmt: skip


MESSAGES = [
    ("/NOFACILITY", "%W-IVVERB, unrecognized command verb - check validity and spelling"),
    ("/NOFACILITY/NOSEVERITY/NOIDENTIFICATION", "unrecognized command verb - check validity and spelling"),
    ("/NOTEXT", "%DCL-W-IVVERB"),
]


@pytest.mark.parametrize(("qualifiers", "shown"), MESSAGES)
def test_parts_of_messages_can_be_left_out(world, qualifiers, shown):
    assert world.type("SET MESSAGE" + qualifiers, "FOOBAR")[0] == shown


def test_no_part_of_a_message_is_nothing(world):
    assert world.type("SET MESSAGE/NOFACILITY/NOSEVERITY/NOIDENT/NOTEXT", "FOOBAR", 'WRITE SYS$OUTPUT F$ENVIRONMENT("MESSAGE")') == [
        "/NOFACILITY/NOSEVERITY/NOIDENT/NOTEXT",
    ]  # fmt: skip


def test_an_image_may_have_dcl_run_a_command(world):
    async def outer(ctx):
        ctx.on_rundown(lambda: ctx.write("outer ends"))
        await ctx.dcl.execute("WRITE SYS$OUTPUT F$PROCESS()")
        await ctx.dcl.execute("PROBE/READ x")
        ctx.write("outer goes on")

    async def inner(ctx):
        ctx.write("inner")

    async def either(ctx):
        await (inner if ctx.cli.present("READ") else outer)(ctx)

    world.images["PROBE"] = either
    assert world.type("PROBE x") == ["SYSTEM", "inner", "outer goes on", "outer ends"]
