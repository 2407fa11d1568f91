"""What a person at a terminal sees: prompts, Ctrl/Y, CONTINUE, SPAWN, ATTACH, RECALL, LOGOUT: DCL reference 1.1, 1.7, 3.8, 3.14, 8."""

import pytest

from tests.dcl.dcl_world import END, INTERRUPT
from vmsemu.base.time import DeltaTime
from vmsemu.kernel.kernel import sleep
from vmsemu.services.creprc import force_exit
from vmsemu.services.process import ControlY
from vmsemu.tables.facilities import SS

GOODBYE = ["$ LOGOUT", "  SYSTEM       logged out at 14-DEC-2001 13:05:30.12"]


def test_prompts_and_continuation(world):
    assert world.terminal("X = 1 + -", "2", "$ SHOW SYMBOL X", "") == [
        "$ X = 1 + -", "_$ 2", "$ $ SHOW SYMBOL X", "  X = 3   Hex = 00000003  Octal = 00000000003", "$ ", *GOODBYE,
    ]  # fmt: skip


def test_a_new_prompt_is_used_for_continuation_too(world):
    assert world.terminal('SET PROMPT="Ready> "', "X = 1 + -", "2")[1:3] == ["Ready> X = 1 + -", "_Ready> 2"]


def test_set_prompt_without_a_text_gives_the_usual_prompt(world):
    assert world.terminal('SET PROMPT="Ready> "', "SET PROMPT", "X = 1")[1:3] == ["Ready> SET PROMPT", "$ X = 1"]


def test_missing_parameters_are_asked_for(world):
    shown = world.terminal("DEFINE", "", "ABC", "DEF", "SHOW TRANSLATION ABC")
    assert shown[:6] == ["$ DEFINE", "_Log name: ", "_Log name: ABC", "_Equ name: DEF", "$ SHOW TRANSLATION ABC", '  "ABC" = "DEF" (LNM$PROCESS_TABLE)']


def test_control_z_at_a_parameter_prompt_cancels_the_command(world):
    assert world.terminal("DEFINE", END, "SHOW DEFAULT")[:3] == ["$ DEFINE", "$ SHOW DEFAULT", "  DUA1:[000000]"]


def test_control_z_at_the_prompt_does_nothing(world):
    assert world.terminal(END, "SHOW DEFAULT")[:2] == ["$ SHOW DEFAULT", "  DUA1:[000000]"]


def test_q70_a_label_at_the_terminal_is_ignored_with_a_message(world):
    assert world.type("FOO: SHOW DEFAULT") == ["%DCL-W-NOLBLS, label ignored - use only within command procedures", "  DUA1:[000000]"]


def test_exit_at_the_terminal_shows_its_status_and_stays(world):
    assert world.terminal("EXIT 44", "WRITE SYS$OUTPUT $STATUS")[:4] == ["$ EXIT 44", "%SYSTEM-F-ABORT, abort", "$ WRITE SYS$OUTPUT $STATUS", "%X0000002C"]


def test_logout_full_shows_the_accounting_block(world):
    assert world.terminal("LOGOUT/FULL")[2:5] == ["", "  Accounting information:", "  Buffered I/O count:               0         Peak working set size:    2000"]


# -- Ctrl/Y ------------------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def editor(world):
    """An image that asks for a line, waits, and says what it got; it tells when it runs down."""

    async def image(ctx):
        ctx.on_rundown(lambda: ctx.write("rundown"))
        ctx.write("got " + await ctx.read("Edit> "))

    world.images["PROBE"] = image
    return world


def test_continue_resumes_an_interrupted_image(editor):
    shown = editor.terminal("PROBE x", INTERRUPT, "X = 5", "SHOW SYMBOL X", "CONTINUE", "text")
    assert shown[:7] == ["$ PROBE x", "$ X = 5", "$ SHOW SYMBOL X", "  X = 5   Hex = 00000005  Octal = 00000000005", "$ CONTINUE", "Edit> text", "got text"]
    assert shown[7] == "rundown"


def test_another_image_runs_the_interrupted_one_down(editor):
    shown = editor.terminal("PROBE x", INTERRUPT, "PROBE y", "text")
    assert shown[:5] == ["$ PROBE x", "$ PROBE y", "rundown", "Edit> text", "got text"]


def test_exit_runs_exit_handlers_of_the_interrupted_image_and_stop_does_not(editor):
    assert editor.terminal("PROBE x", INTERRUPT, "EXIT", "SHOW DEFAULT")[1:4] == ["$ EXIT", "rundown", "$ SHOW DEFAULT"]
    assert editor.terminal("PROBE x", INTERRUPT, "STOP", "SHOW DEFAULT")[1:3] == ["$ STOP", "$ SHOW DEFAULT"]


def test_continue_resumes_an_interrupted_procedure(editor):
    editor.write("P.COM", "$ DEFINE/USER_MODE SYS$INPUT SYS$COMMAND", "$ PROBE x", '$ WRITE SYS$OUTPUT "after"')
    shown = editor.terminal("@P", INTERRUPT, 'WRITE SYS$OUTPUT F$ENVIRONMENT("DEPTH")', "CONTINUE", "text", 'WRITE SYS$OUTPUT F$ENVIRONMENT("DEPTH")')
    assert shown[2:10] == ["1", "$ CONTINUE", "Edit> text", "got text", "rundown", "after", '$ WRITE SYS$OUTPUT F$ENVIRONMENT("DEPTH")', "0"]


def test_an_interrupted_procedure_is_given_up_by_exit(editor):
    editor.write("P.COM", "$ DEFINE/USER_MODE SYS$INPUT SYS$COMMAND", "$ PROBE x", '$ WRITE SYS$OUTPUT "after"')
    assert editor.terminal("@P", INTERRUPT, "EXIT", 'WRITE SYS$OUTPUT F$ENVIRONMENT("DEPTH")')[1:5] == ["$ EXIT", "rundown", '$ WRITE SYS$OUTPUT F$ENVIRONMENT("DEPTH")', "0"]


def test_on_control_y_runs_its_command_and_the_procedure_goes_on(editor):
    editor.write(
        "P.COM", '$ ON CONTROL_Y THEN WRITE SYS$OUTPUT "interrupted"', "$ DEFINE/USER_MODE SYS$INPUT SYS$COMMAND", "$ PROBE x", '$ WRITE SYS$OUTPUT "after"'
    )
    assert editor.terminal("@P", INTERRUPT)[1:4] == ["rundown", "interrupted", "after"]


def test_a_read_that_was_interrupted_is_asked_again(world):
    world.write("P.COM", '$ READ/PROMPT="Name: " SYS$COMMAND X', '$ WRITE SYS$OUTPUT "hello ", X')
    assert world.terminal("@P", INTERRUPT, "CONTINUE", "Joe")[1:4] == ["$ CONTINUE", "Name: Joe", "hello Joe"]


def test_a_wait_that_is_over_meanwhile_does_not_wait_again(world):
    async def image(ctx):
        await sleep(ctx.kernel, DeltaTime.of(seconds=5))
        ctx.write("awake at " + ctx.now.to_text()[12:])

    world.images["PROBE"] = image

    def typed_later() -> str:
        world.kernel.call_at(world.kernel.now, lambda: None)
        return "CONTINUE"

    world.kernel.call_at(world.kernel.now + DeltaTime.of(seconds=2), lambda: world.last.task.interrupt(ControlY()))
    shown = world.terminal("PROBE x", "SHOW TIME", "WAIT 0:0:10", typed_later)
    assert shown[1:3] == ["$ SHOW TIME", "  14-DEC-2001 13:05:32"]
    assert shown[3:6] == ["$ WAIT 0:0:10", "$ CONTINUE", "awake at 13:05:42.12"]


def test_a_loop_is_interrupted(world):
    world.write("P.COM", "$ I = 0", "$L: I = I + 1", "$ GOTO L")

    def start() -> str:
        world.kernel.call_at(world.kernel.now, lambda: world.last.task.interrupt(ControlY()))
        return "@P"

    shown = world.terminal(start, "SHOW SYMBOL I", "STOP", 'WRITE SYS$OUTPUT F$ENVIRONMENT("DEPTH")')
    assert shown[1] == "$ SHOW SYMBOL I"
    assert shown[2].startswith("  I = ")
    assert shown[5] == "0"


def test_forced_exit_ends_the_image_and_dcl_goes_on(world):
    async def image(ctx):
        force_exit(ctx.system, ctx.process.pid)
        await sleep(ctx.kernel, DeltaTime.of(seconds=1))

    world.images["PROBE"] = image
    assert world.type("PROBE x", "WRITE SYS$OUTPUT $STATUS")[-1] == f"%X{int(SS.FORCEDEXIT):08X}"


# -- SPAWN, ATTACH -----------------------------------------------------------------------------------------------------------------------------


def test_spawn_copies_symbols_as_global_ones_and_logical_names(world):
    shown = world.terminal("LOC = 1", "GLO == 2", "DEFINE ABC DEF", "SPAWN SHOW SYMBOL LOC", 'SPAWN WRITE SYS$OUTPUT F$TRNLNM("ABC"), F$PROCESS()')
    assert "  LOC == 1   Hex = 00000001  Octal = 00000000001" in shown
    assert "DEFSYSTEM_1" in shown


def test_spawn_without_a_command_is_a_session_of_its_own(world):
    shown = world.terminal("SPAWN", "SHOW DEFAULT", "LOGOUT", "SHOW TIME")
    assert shown[:9] == [
        "$ SPAWN", "%DCL-S-SPAWNED, process SYSTEM_1 spawned", "%DCL-S-ATTACHED, terminal now attached to process SYSTEM_1", "$ SHOW DEFAULT", "  DUA1:[000000]",
        "$ LOGOUT", "  Process SYSTEM_1 logged out at 14-DEC-2001 13:05:30.12", "%DCL-S-RETURNED, control returned to process SYSTEM", "$ SHOW TIME",
    ]  # fmt: skip


Q90 = [("FOOBAR", "%X00038090"), ("SHOW SYMBOL NOSUCH", "%X00038140"), ("RUN NOSUCH", "%X100388B2"), ("EXIT 7", "%X00000007"), ("@EX3", "%X00000003")]


@pytest.mark.parametrize(("line", "status"), Q90)
def test_q90_the_status_of_a_subprocess_is_its_last_status(world, line, status):
    world.write("EX3.COM", "$ EXIT 3")
    assert world.type("SPAWN/NOLOG " + line, "WRITE SYS$OUTPUT $STATUS")[-1] == status


def test_attach_goes_back_and_forth(world):
    shown = world.terminal("SPAWN/PROCESS=OTHER", "ATTACH SYSTEM", "WRITE SYS$OUTPUT F$PROCESS()", "ATTACH OTHER", "WRITE SYS$OUTPUT F$PROCESS()", "LOGOUT")
    assert [line for line in shown if line in ("SYSTEM", "OTHER")] == ["SYSTEM", "OTHER"]


def test_attach_to_a_process_that_does_not_wait_is_refused(world):
    assert world.type("ATTACH SYSTEM") == ["%DCL-E-REFUSED, you cannot attach to that process"]
    assert world.type("ATTACH NOSUCH") == ["%SYSTEM-W-NONEXPR, nonexistent process"]


def test_spawn_output_goes_to_a_file(world):
    assert world.type("SPAWN/NOLOG/OUTPUT=X.LIS SHOW DEFAULT") == []
    assert world.read("X.LIS") == ["  DUA1:[000000]"]


def test_spawn_reads_commands_from_a_file(world):
    world.write("IN.COM", "$ SHOW DEFAULT", "$ WRITE SYS$OUTPUT F$MODE()")
    assert world.type("SPAWN/NOLOG/INPUT=IN.COM") == ["  DUA1:[000000]", "INTERACTIVE"]


def test_stop_deletes_another_process(world):
    assert world.type("SPAWN/NOWAIT/NOLOG/PROCESS=SLEEPER WAIT 1", "WAIT 0:0:1", "STOP SLEEPER", "WAIT 0:0:1", "STOP SLEEPER") == ["%SYSTEM-W-NONEXPR, nonexistent process"]


# -- RECALL ------------------------------------------------------------------------------------------------------------------------------------


def test_recall_all_numbers_the_newest_first(world):
    assert world.terminal("SHOW TIME", "SHOW DEFAULT", "RECALL/ALL")[5:7] == ["  1 SHOW DEFAULT", "  2 SHOW TIME"]


def test_recall_of_what_was_not_typed(world):
    assert world.terminal("RECALL XYZ")[1] == "%DCL-W-CMDNOTFND, command not found - use RECALL/ALL to display saved commands"


def test_keys_are_defined_and_deleted(world):
    assert world.type('DEFINE/KEY PF1 "SHOW TIME"/TERMINATE', "DELETE/KEY PF1", "DELETE/KEY PF1", "DEFINE/KEY XX y") == [
        "%DCL-I-DEFKEY, DEFAULT key PF1 has been defined", "%DCL-I-DELKEY, DEFAULT key PF1 has been deleted", "%DCL-W-UNDKEY, DEFAULT key PF1 is undefined",
        "%DCL-W-IVKEYNAM, unrecognized key name - check validity and spelling", " \\XX\\",
    ]  # fmt: skip


