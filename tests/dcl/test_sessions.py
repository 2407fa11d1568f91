"""Login, batch, network and detached processes, PIPE: DCL reference 3.15, 3.16."""

import pytest

from tests.dcl.dcl_world import INTERRUPT, Typing
from vmsemu.base.condition import ConditionValue
from vmsemu.dcl import session
from vmsemu.security.sysuaf import UafFlags
from vmsemu.services.process import ProcessMode
from vmsemu.services.stream import ListInput, NullStream


def login(world, *lines, mode=ProcessMode.INTERACTIVE, flags=None, username="SMITH"):
    world.output.clear()

    async def main(process):
        return await session.commands(process, lines, login=True)

    world.finish(world._process(main, ListInput([]), mode=mode, username=username, flags=flags))
    return list(world.output)


@pytest.fixture
def sylogin(world):
    world.write("SYLOGIN.COM", '$ WRITE SYS$OUTPUT "sylogin ", F$ENVIRONMENT("DEPTH")', "$ SYL == 1", disk="DKA0:[SYS0.SYSMGR]")
    world.system.logical_names.define_system("SYS$SYLOGIN", "SYS$MANAGER:SYLOGIN")
    return world


def test_the_login_procedures_run_in_order_at_level_one(sylogin):
    sylogin.write("LOGIN.COM", '$ WRITE SYS$OUTPUT "login ", SYL, F$MODE()', disk="DUA1:[SMITH]")
    assert login(sylogin, "SHOW DEFAULT", 'WRITE SYS$OUTPUT F$ENVIRONMENT("DEPTH")') == ["sylogin 1", "login 1INTERACTIVE", "  DUA1:[SMITH]", "0"]


def test_a_missing_login_com_is_no_error(world):
    assert login(world, "WRITE SYS$OUTPUT $STATUS") == ["%X00000001"]


def test_a_login_com_that_fails_still_gives_the_prompt(world):
    world.write("LOGIN.COM", "$ EXIT 44", disk="DUA1:[SMITH]")
    assert login(world, 'WRITE SYS$OUTPUT "here"') == ["%SYSTEM-F-ABORT, abort", "here"]


def test_a_login_com_that_logs_out_ends_the_session(world):
    world.write("LOGIN.COM", "$ LOGOUT", disk="DUA1:[SMITH]")
    assert login(world, 'WRITE SYS$OUTPUT "here"') == []


CAPTIVE = [
    ("SPAWN", UafFlags.CAPTIVE, "%DCL-E-CAPTSPAWN, captive account - SPAWN command not allowed"),
    ("INQUIRE X", UafFlags.CAPTIVE, "%DCL-E-CAPTINQ, captive account - INQUIRE command not allowed"),
    ("RUN X", UafFlags.RESTRICTED, "%DCL-E-NORUNMCR, account restricted - RUN and MCR commands not valid"),
    ("MCR X", UafFlags.CAPTIVE, "%DCL-E-NORUNMCR, account restricted - RUN and MCR commands not valid"),
    ("FOO", UafFlags.RESTRICTED, "%DCL-E-NOFORCMD, account restricted - foreign commands not valid"),
]


@pytest.mark.parametrize(("line", "flags", "shown"), CAPTIVE)
def test_confined_accounts_may_not_do_everything(world, line, flags, shown):
    assert world.type("FOO := $FOO", line, flags=flags) == [shown]


# -- batch -------------------------------------------------------------------------------------------------------------------------------------


def test_a_batch_job_verifies_its_lines_and_ends_with_the_accounting_block(world):
    shown = world.batch("$ WRITE SYS$OUTPUT F$MODE(), P1, F$ENVIRONMENT(\"DEPTH\")", "$ SET NOVERIFY", "$ SHOW DEFAULT", parameters=["Ab c"])
    assert shown == [
        "$ WRITE SYS$OUTPUT F$MODE(), P1, F$ENVIRONMENT(\"DEPTH\")", "BATCHAb c0", "$ SET NOVERIFY", "  DUA1:[000000]",
        "  SYSTEM       job terminated at 14-DEC-2001 13:05:30.12", "", "  Accounting information:",
        "  Buffered I/O count:               0         Peak working set size:    2000",
        "  Direct I/O count:                 0         Peak page file size:     16000",
        "  Page faults:                      0         Mounted volumes:             0",
        "  Charged CPU time:           0 00:00:00.00   Elapsed time:     0 00:00:00.00",
    ]  # fmt: skip


def test_sylogin_may_turn_verification_off_for_the_job(sylogin):
    sylogin.write("SYLOGIN.COM", "$ V = F$VERIFY(0)", disk="DKA0:[SYS0.SYSMGR]")
    assert sylogin.batch("$ SHOW DEFAULT", login=True)[:2] == ["$ V = F$VERIFY(0)", "  DUA1:[000000]"]


def test_an_error_ends_a_batch_job_with_its_status(world):
    shown = world.batch("$ @NOSUCH", "$ SHOW TIME")
    assert shown[:3] == ["$ @NOSUCH", "%DCL-E-OPENIN, error opening DUA1:[000000]NOSUCH.COM; as input", "-RMS-E-FNF, file not found"]
    assert world.status == 0x10018292


@pytest.mark.parametrize(("line", "status"), [("EXIT 7", 7), ("LOGOUT", 0x30001), ("GOTO NOWHERE", 0x10038148), ("STOP", 0x30001), ("X = 1", 0x30001)])
def test_the_status_of_a_batch_job(world, line, status):
    world.batch("$ " + line)
    assert world.status == status


def test_jumps_and_data_lines_work_in_a_batch_job(world):
    shown = world.batch("$ SET NOVERIFY", "$ GOTO L", "$ SHOW TIME", "$L: INQUIRE X", "some answer", "$ SHOW SYMBOL X", "$ READ SYS$INPUT Y", "data", "$ SHOW SYMBOL Y")
    assert shown[1:3] == ['  X = "SOME ANSWER"', '  Y = "data"']


def test_a_restarted_job_knows_it(world):
    world.write("B.COM", "$ SET NOVERIFY", "$ SHOW SYMBOL $RESTART")
    world.output.clear()

    async def main(process):
        return await session.batch(process, "DUA1:[000000]B.COM", login=False, restart=True)

    world.finish(world._process(main, NullStream(), mode=ProcessMode.BATCH))
    assert world.output[1] == '  $RESTART == "TRUE"'


# -- network and detached ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [ProcessMode.NETWORK, ProcessMode.OTHER])
def test_a_procedure_runs_as_the_input_of_a_process(world, mode):
    world.write("N.COM", "$ WRITE SYS$OUTPUT F$MODE(), P2", "$ EXIT 5")
    world.output.clear()

    async def main(process):
        return await session.procedure(process, "DUA1:[000000]N.COM", ("a", "b"))

    assert world.finish(world._process(main, NullStream(), mode=mode)) == ConditionValue(5)
    assert world.output == [mode.value + "b"]


def test_a_procedure_that_is_not_there_is_the_final_status(world):
    world.output.clear()

    async def main(process):
        return await session.procedure(process, "DUA1:[000000]NO.COM")

    assert world.finish(world._process(main, NullStream(), mode=ProcessMode.OTHER)) == 0x10018292
    assert world.output == ["%DCL-E-OPENIN, error opening DUA1:[000000]NO.COM; as input", "-RMS-E-FNF, file not found"]


def test_lines_from_outside_run_as_a_procedure(world):
    world.output.clear()

    async def main(process):
        return await session.procedure_lines(process, ["$ WRITE SYS$OUTPUT P1", "$ GOTO L", "$ EXIT 3", "$L: EXIT 44"], ["x"], login=False)

    assert world.finish(world._process(main, ListInput([]))) == 44
    assert world.output == ["x", "%SYSTEM-F-ABORT, abort"]


def test_input_that_is_no_terminal_ends_the_session(world):
    world.output.clear()

    async def main(process):
        return await session.interactive(process, login=False)

    world.finish(world._process(main, ListInput(["WRITE SYS$OUTPUT 1", "X = -", "5", "SHOW SYMBOL X"])))
    assert world.output == ["1", "  X = 5   Hex = 00000005  Octal = 00000000005"]


# -- PIPE ----------------------------------------------------------------------------------------------------------------------------------------

PIPES = [
    ("sequence", 'PIPE WRITE SYS$OUTPUT 1 ; WRITE SYS$OUTPUT 2', ["1", "2"]),
    ("and", "PIPE WRITE SYS$OUTPUT 1 && WRITE SYS$OUTPUT 2", ["1", "2"]),
    ("or", "PIPE WRITE SYS$OUTPUT 1 || WRITE SYS$OUTPUT 2", ["1"]),
    ("pipeline", 'PIPE WRITE SYS$OUTPUT "a;1|" | (READ SYS$INPUT L ; WRITE SYS$OUTPUT &L, "!", L)', ["%DCL-W-UNDSYM, undefined symbol - check validity and spelling", " \\a;1|\\"]),
    ("pipe name", 'PIPE WRITE SYS$OUTPUT "x" | (READ SYS$PIPE L ; SHOW SYMBOL L)', ['  L = "x"']),
    ("three", 'PIPE (WRITE SYS$OUTPUT 1 ; WRITE SYS$OUTPUT 2) | @CAT | @CAT', ["1", "2"]),
    ("symbols stay", "PIPE X = 5 ; SHOW SYMBOL X", ["  X = 5   Hex = 00000005  Octal = 00000000005"]),
    ("version", "PIPE SHOW SYMBOL NOSUCH;1 || WRITE SYS$OUTPUT 2", None),
    ("null", "PIPE | X", ["%DCL-W-NULLPIPE, null pipe segment found; please specify the missing pipe segment"]),
    ("null command", "PIPE X = 1 && && X = 2", ["%DCL-W-INVNULLCMD, null command sequence found; please specify the missing command sequence"]),
    ("open", "PIPE ( SHOW TIME", ["%DCL-W-UNTERMSUBSH, subshell syntax not delimited with matching parentheses; add missing parenthesis"]),
    ("goto", "PIPE GOTO X ; X = 1", ["%DCL-W-CMDNOTALLINPIP, the specified command sequence is not allowed in a PIPE command"]),
    ("label", "PIPE X: SHOW TIME", ["%DCL-W-LBLNOTALLINPIP, labels are not allowed in a PIPE command"]),
    ("no file", "PIPE SHOW TIME >", ["%DCL-W-INCREDSYN, incomplete redirection syntax; supply missing file parameter"]),
    ("bad place", "PIPE SHOW TIME > X | SHOW TIME", ["%DCL-W-INVREDSYN, invalid redirection type specified in a pipe segment"]),
    ("if", 'PIPE X = 1 ; IF X .EQ. 1 THEN WRITE SYS$OUTPUT "yes"', ["yes"]),
]  # fmt: skip


@pytest.mark.parametrize(("line", "shown"), [pytest.param(l, s, id=i) for i, l, s in PIPES])
def test_pipe(world, line, shown):
    world.write("CAT.COM", "$LOOP: READ/END=DONE SYS$PIPE L", "$ WRITE SYS$OUTPUT L", "$ GOTO LOOP", "$DONE:")
    output = world.type(line)
    if shown is not None:
        assert output == shown


def test_q83_ampersands_wait_for_the_pipe_and_apostrophes_do_not(world):
    shown = world.type('L = "old"', 'PIPE WRITE SYS$OUTPUT "new" | (READ SYS$INPUT L ; DEFINE/JOB R &L ; DEFINE/JOB S \'L\')', 'WRITE SYS$OUTPUT F$TRNLNM("R"), F$TRNLNM("S")')
    assert shown == ["newOLD"]


def test_pipe_redirections(world):
    world.type("PIPE SHOW DEFAULT > A.LIS", "PIPE SHOW DEFAULT >> A.LIS ; FOO 2> E.LIS", "PIPE (WRITE SYS$OUTPUT 1 ; WRITE SYS$OUTPUT 2) > B.LIS")
    assert world.read("A.LIS") == ["  DUA1:[000000]"] * 2
    assert world.read("B.LIS") == ["1", "2"]
    assert world.read("E.LIS") == ["%DCL-W-IVVERB, unrecognized command verb - check validity and spelling", " \\FOO\\"]


def test_the_status_of_a_pipe_is_that_of_its_last_command(world):
    assert world.type("PIPE SHOW TIME > NL: ; FOOBAR > NL:", "WRITE SYS$OUTPUT $STATUS")[-1] == "%X00038090"
    assert world.type("PIPE FOOBAR > NL: ; X = 1", "WRITE SYS$OUTPUT $STATUS")[-1] == "%X00030001"


# -- RUN/DETACHED ----------------------------------------------------------------------------------------------------------------------------------


def test_run_detached_makes_a_process_that_reads_commands(world):
    world.write("X.COM", "$ WRITE SYS$OUTPUT F$MODE(), F$PROCESS()", "$ SHOW DEFAULT")
    shown = world.type("RUN/DETACHED/INPUT=X.COM/OUTPUT=X.LOG/PROCESS_NAME=WORKER SYS$SYSTEM:LOGINOUT", "WAIT 0:0:1")
    assert shown[0].startswith("%RUN-S-PROC_ID, identification of created process is ")
    log = world.read("X.LOG")
    assert log[:2] == ["OTHERWORKER", "  DUA1:[000000]"]
    assert log[2].startswith("  SYSTEM       job terminated at ")


def test_run_with_a_process_name_makes_a_subprocess_for_an_image(world):
    async def hello(ctx):
        ctx.write("hello from " + ctx.process.name)

    world.images["HELLO"] = hello
    world.write("HI.EXE", "IMAGE HELLO")
    shown = world.type("RUN/PROCESS_NAME=SUB/OUTPUT=X.LOG HI", "RUN/PROCESS_NAME=SYSTEM HI", "WAIT 0:0:1")
    assert shown[1:] == ["%RUN-F-CREPRC, process creation failed", "-SYSTEM-F-DUPLNAM, duplicate name"]
    assert world.read("X.LOG") == ["hello from SUB"]


# -- confined accounts at login --------------------------------------------------------------------------------------------------------------------


def confined(world, flags, procedure, *typed):
    """Log in SMITH with the flags at a terminal; the screen after the procedure's own lines."""
    if procedure:
        world.write("LOGIN.COM", *procedure, disk="DUA1:[SMITH]")

    async def main(process):
        return await session.interactive(process)

    world.output.clear()
    world.typing = Typing([*typed, "LOGOUT"], world.output)
    world.finish(world._process(main, world.typing, username="SMITH", flags=flags))
    return [line for line in world.output if "logged out" not in line]


ASK = '$ READ SYS$COMMAND X/PROMPT="choice: "'


def test_a_captive_account_is_logged_out_when_its_procedure_ends(world):
    shown = confined(world, UafFlags.CAPTIVE, [ASK, "$ SHOW SYMBOL X"], INTERRUPT, "a")
    assert shown == ["choice: a", '  X = "a"', "%DCL-E-CAPTINT, captive account - interactive access denied"]


def test_a_captive_account_without_its_procedure_is_logged_out(world):
    assert confined(world, UafFlags.CAPTIVE, None) == ["%DCL-E-NOCMDPROC, error opening captive command procedure - access denied"]


def test_a_restricted_account_gets_the_prompt_and_control_y_after_login(world):
    shown = confined(world, UafFlags.RESTRICTED, [ASK], INTERRUPT, "a", 'WRITE SYS$OUTPUT F$ENVIRONMENT("CONTROL")')
    assert shown[:1] == ["choice: a"]
    assert shown[2] == "Y"


def test_disctly_keeps_control_y_off_after_login(world):
    assert confined(world, UafFlags.DISCTLY, [ASK], INTERRUPT, "a", 'WRITE SYS$OUTPUT F$ENVIRONMENT("CONTROL")')[2] == ""


@pytest.mark.parametrize("line", ["PIPE SHOW TIME", "SPAWN SHOW TIME"])
def test_captive_accounts_make_subprocesses_only_when_trusted(world, line):
    verb, _, rest = line.partition(" ")
    assert world.type(line, flags=UafFlags.CAPTIVE) == ["%DCL-E-CAPTSPAWN, captive account - SPAWN command not allowed"]
    assert "  14-DEC-2001 13:05:30" in world.type(f"{verb}/TRUSTED {rest}", flags=UafFlags.CAPTIVE)


def test_a_login_procedure_that_may_not_be_read_is_told(world):
    world.write("LOGIN.COM", "$ EXIT", disk="DUA1:[SMITH]")
    world.type("SET PROTECTION=(S:RWED,O,G,W) DUA1:[SMITH]LOGIN.COM")
    assert login(world, "SHOW DEFAULT") == [
        "%DCL-W-CMDFILERR, login command file initialization error", "-RMS-E-PRV, insufficient privilege or file protection violation",
        "-SYSTEM-F-NOPRIV, insufficient privilege or object protection violation", "  DUA1:[SMITH]",
    ]  # fmt: skip
