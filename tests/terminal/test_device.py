"""A person at a terminal: DCL reference 3.8 and 8. What is expected is what appears on the screen."""

import pytest

from vmsemu.base.time import DeltaTime
from vmsemu.kernel.kernel import sleep
from vmsemu.kernel.task import ProcessState
from vmsemu.services.brkthru import BroadcastClass, broadcast_to_all, broadcast_to_user
from vmsemu.services.control_c import taking_control_c
from vmsemu.services.process import ControlC
from vmsemu.terminal.characteristics import Characteristics, all_types

CTRL = {letter: chr(ord(letter) - 64) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
STATUS = "ALPHA1::SYSTEM 13:05:30   (DCL)   CPU=00:00:00.00 PF=0 IO="


# -- type-ahead and interrupts ------------------------------------------------------------------------------------------------------------------


def test_what_is_typed_while_a_command_runs_waits_without_an_echo(console):
    console.enter("WAIT 0:0:5")
    assert console.type("SHOW DEFAULT\r") == ""
    assert console.wait(5) == "$ SHOW DEFAULT\n  DUA1:[000000]\n$ "


def test_ctrl_x_forgets_what_was_typed_ahead(console):
    console.enter("WAIT 0:0:5")
    console.type("SHOW DEFAULT\r", CTRL["X"])
    assert console.wait(5) == "$ "


def test_a_terminal_without_type_ahead_forgets_everything(console):
    console.enter("SET TERMINAL/NOTYPE_AHEAD", "WAIT 0:0:5")
    console.type("SHOW DEFAULT\r")
    assert console.wait(5) == "$ "


def test_a_full_type_ahead_buffer_rings_the_bell_where_nobody_obeys_xoff(console):
    console.enter("SET TERMINAL/NOHOSTSYNC", "WAIT 0:0:5")
    assert console.type("x" * 80) == "\x07\x07"
    console.press(CTRL["X"])
    console.wait(5)
    console.enter("SET TERMINAL/ALTYPEAHD", "WAIT 0:0:5")
    assert console.type("x" * 80) == ""


@pytest.mark.parametrize("key", [CTRL["Y"], CTRL["C"], "F6"])
def test_an_interrupt_at_the_prompt_gives_up_the_line(console, key):
    assert console.type("SHOW", key) == "SHOW\n*INTERRUPT*\n\n$ "


def test_an_interrupt_ends_a_wait_and_forgets_what_was_typed_ahead(console):
    console.enter("WAIT 1:0:0")
    assert console.type("SHOW DEFAULT\r", CTRL["Y"]) == "*INTERRUPT*\n\n$ "


def test_without_control_y_the_word_appears_and_nothing_is_interrupted(console):
    console.enter("SET NOCONTROL=Y")
    assert console.type("SHOW DEFAULT", CTRL["Y"]) == "SHOW DEFAULT\n*INTERRUPT*\n  DUA1:[000000]\n$ "
    console.enter("WAIT 0:0:5")
    assert console.press(CTRL["Y"]) == "*INTERRUPT*\n"
    assert console.wait(5) == "\n$ "


def test_an_image_with_a_ctrl_c_handler_is_cancelled(console):
    async def image(ctx):
        ctx.dcl.input.takes_control_c = True
        try:
            await ctx.read("Image> ")
        except BaseException as error:
            ctx.write(type(error).__name__)

    console.world.images["PROBE"] = image
    console.enter("PROBE x")
    assert console.type("abc", CTRL["C"]) == "abc\n*CANCEL*\nControlC\n$ "


def test_an_image_that_takes_ctrl_c_while_it_works_is_not_left_at_it_but_at_ctrl_y(console):
    async def image(ctx):
        with taking_control_c(ctx.process):
            try:
                await sleep(ctx.kernel, DeltaTime.of(hours=1))
            except ControlC:
                ctx.write("cancelled")

    console.world.images["PROBE"] = image
    console.enter("PROBE x")
    assert console.press(CTRL["C"]) == "*CANCEL*\ncancelled\n$ "
    console.enter("PROBE x")
    assert console.press(CTRL["Y"]) == "*INTERRUPT*\n\n$ "


def test_control_z_is_the_end_of_an_answer_and_does_nothing_at_the_prompt(console):
    assert console.press(CTRL["Z"]) == "*EXIT*\n$ "
    assert console.press("F10") == "*EXIT*\n$ "


# -- Ctrl/T -----------------------------------------------------------------------------------------------------------------------------------


def test_ctrl_t_is_off_until_it_is_turned_on(console):
    assert console.type("abc", CTRL["T"]) == "abc"
    console.press(CTRL["U"])
    assert console.enter("SET CONTROL=T") == "$ "
    assert console.enter('WRITE SYS$OUTPUT F$ENVIRONMENT("CONTROL")') == "T,Y\n$ "


def test_ctrl_t_shows_the_status_and_the_line_again(console):
    console.enter("SET CONTROL=T")
    shown = console.type("SHOW DEFAULT", "LEFT", CTRL["T"])
    assert shown.startswith("SHOW DEFAULT\b\n" + STATUS)
    assert shown.endswith("\n$ SHOW DEFAULT\b")
    assert console.press("\r") == "T\n  DUA1:[000000]\n$ "


def test_ctrl_t_works_while_dcl_waits_and_in_an_image(console):
    async def image(ctx):
        await sleep(ctx.kernel, DeltaTime.of(seconds=5))

    console.world.images["PROBE"] = image
    console.enter("SET CONTROL=T", "WAIT 0:0:5")
    assert console.press(CTRL["T"]).startswith(STATUS)
    console.wait(5)
    console.enter("PROBE x")
    assert console.press(CTRL["T"]).startswith("ALPHA1::SYSTEM 13:05:35   PROBE   CPU=")


# -- Ctrl/O, Ctrl/S ---------------------------------------------------------------------------------------------------------------------------


def test_ctrl_o_discards_output_until_the_next_read(console):
    console.world.write("P.COM", "$ WAIT 0:0:5", '$ WRITE SYS$OUTPUT "lost"', "$ WAIT 0:0:5")
    console.enter("@DUA1:[000000]P")
    assert console.press(CTRL["O"]) == "*OUTPUT OFF*\n"
    assert console.wait(5) == ""
    assert console.wait(5) == "$ "


def test_ctrl_o_a_second_time_shows_output_again(console):
    console.world.write("P.COM", "$ WAIT 0:0:5", '$ WRITE SYS$OUTPUT "seen"', "$ WAIT 0:0:5")
    console.enter("@DUA1:[000000]P")
    console.press(CTRL["O"])
    assert console.press(CTRL["O"]) == "*OUTPUT ON*\n"
    assert console.wait(5) == "seen\n"


def test_ctrl_o_at_the_prompt_does_nothing(console):
    assert console.type("abc", CTRL["O"], "d") == "abcd"


def test_ctrl_s_stops_output_and_ctrl_q_shows_it(console):
    console.press(CTRL["S"])
    assert console.type("SHOW DEFAULT\r") == ""
    assert console.press(CTRL["Q"]) == "SHOW DEFAULT\n  DUA1:[000000]\n$ "


def test_without_ttsync_ctrl_s_stops_nothing(console):
    console.enter("SET TERMINAL/NOTTSYNC")
    assert console.press(CTRL["S"], "a") == "a"


def test_whoever_writes_without_end_to_a_stopped_terminal_waits(console):
    console.world.write("P.COM", '$L: WRITE SYS$OUTPUT F$FAO("!80*x")', "$ GOTO L")
    console.enter("SET TERMINAL/WIDTH=132")
    console.device.keys([*"@DUA1:[000000]P\r", CTRL["S"]])
    console.world.kernel.run_until_idle()
    assert console.process.suspended
    console.press(CTRL["Y"])
    assert not console.process.suspended
    assert console.process.state is ProcessState.LEF


def test_output_of_another_process_appears_above_the_prompt(console):
    console.device.write("from elsewhere")
    assert console.press() == "\nfrom elsewhere\n$ "


def test_output_of_another_process_waits_while_a_line_is_typed(console):
    console.type("SHOW DEF")
    console.device.write("from elsewhere")
    assert console.press() == ""
    assert console.type("AULT\r") == "AULT\nfrom elsewhere\n  DUA1:[000000]\n$ "


# -- recall -----------------------------------------------------------------------------------------------------------------------------------


def test_recall_puts_the_command_into_the_next_line(console):
    console.enter("SHOW DEFAULT", "X = 1")
    assert console.type("RECALL SHOW\r").endswith("\n$ SHOW DEFAULT")
    assert console.press("\r") == "\n  DUA1:[000000]\n$ "
    assert console.type("RECALL 2\r").endswith("\n$ X = 1")
    assert console.press(CTRL["Y"]) == "\n*INTERRUPT*\n\n$ "


def test_recall_comes_before_what_was_typed_ahead(console):
    console.enter("SHOW DEFAULT", "WAIT 0:0:5")
    console.type("RECALL SHOW\r\r")
    assert console.wait(5) == "$ RECALL SHOW\n$ SHOW DEFAULT\n  DUA1:[000000]\n$ "


def test_the_arrows_recall_what_recall_all_shows(console):
    console.enter("X = 1", "Y = 2")
    assert console.enter("RECALL/ALL") == "  1 Y = 2\n  2 X = 1\n$ "
    assert console.press("UP") == "Y = 2"
    console.press(CTRL["U"])
    console.enter("RECALL/ERASE")
    assert console.press("UP") == ""


def test_recall_all_of_some_and_by_way_of_a_file(console):
    console.enter("SHOW DEFAULT", "X = 1")
    assert console.enter("RECALL/ALL SH") == "  2 SHOW DEFAULT\n$ "
    console.enter("RECALL/OUTPUT=DUA1:[000000]R.LIS", "RECALL/ERASE", "RECALL/INPUT=DUA1:[000000]R.LIS")
    assert console.enter("RECALL/ALL") == "  1 X = 1\n  2 SHOW DEFAULT\n$ "


def test_recall_is_not_kept_but_names_that_begin_like_it_are(console):
    console.enter("RECEIVED = 1", "RECALLED = 2", "RECALL/ALL", "REC/ALL")
    assert console.enter("RECALL/ALL") == "  1 RECALLED = 2\n  2 RECEIVED = 1\n$ "


def test_an_image_has_a_recall_of_its_own_and_forgets_it(console):
    async def image(ctx):
        while await ctx.read("Image> ") != "out":
            pass

    console.world.images["PROBE"] = image
    console.enter("X = 1", "PROBE x")
    assert console.press("UP") == ""
    console.enter("word")
    assert console.press("UP") == "word"
    console.press(CTRL["U"])
    console.enter("out")
    assert console.press("UP") == "PROBE x"
    console.press("\r")
    assert console.press("UP") == ""


def test_answers_to_inquire_are_not_kept(console):
    console.type("INQUIRE X\r")
    assert console.enter("answer") == "$ "
    assert console.enter("RECALL/ALL") == "  1 INQUIRE X\n$ "


# -- keys -------------------------------------------------------------------------------------------------------------------------------------


def test_a_key_types_its_text(console):
    console.enter('DEFINE/KEY PF1 "SHOW "')
    assert console.press("PF1", *"DEFAULT", "\r") == "SHOW DEFAULT\n  DUA1:[000000]\n$ "


def test_a_key_may_end_the_line_and_replace_it(console):
    console.enter('DEFINE/KEY/TERMINATE/ERASE PF1 "SHOW DEFAULT"')
    assert console.type("abc", "PF1").endswith("\n  DUA1:[000000]\n$ ")


def test_a_key_without_echo_shows_nothing_of_its_text(console):
    console.enter('DEFINE/KEY/TERMINATE/NOECHO PF1 "SHOW DEFAULT"')
    assert console.press("PF1") == "\n  DUA1:[000000]\n$ "


def test_keys_in_states(console):
    console.enter('DEFINE/KEY PF1 "SHOW "/SET_STATE=GOLD', 'DEFINE/KEY/IF_STATE=GOLD PF2 "DEFAULT"/TERMINATE', 'DEFINE/KEY PF2 "X = 1"')
    assert console.press("PF1", "PF2") == "SHOW DEFAULT\n  DUA1:[000000]\n$ "
    assert console.press("PF2", "\r") == "X = 1\n$ "
    assert console.enter("SET KEY/STATE=GOLD") == "%DCL-I-SETKEY, keypad state has been set to GOLD\n$ "
    assert console.enter('WRITE SYS$OUTPUT F$ENVIRONMENT("KEY_STATE")') == "GOLD\n$ "
    assert console.press("PF1") == ""
    assert console.enter("SET KEY/STATE/NOLOG", 'WRITE SYS$OUTPUT F$ENVIRONMENT("KEY_STATE")') == "DEFAULT\n$ "


def test_a_key_that_is_not_defined_does_nothing(console):
    console.enter('DEFINE/KEY PF1 "SHOW "')
    assert console.press("PF2", "F17", "KP7" if "APPLICATION_KEYPAD" in console.device.characteristics else "HELP") == ""


def test_keys_of_line_editing_are_defined_after_ctrl_v_or_without_line_editing(console):
    console.enter('DEFINE/KEY F12 "SHOW DEFAULT"/TERMINATE', 'DEFINE/KEY LEFT "X = 1"/TERMINATE')
    assert console.type("ab", "F12", "LEFT", CTRL["U"]) == "ab\b\b"
    console.press(CTRL["X"])
    assert console.press(CTRL["V"], "F12") == "SHOW DEFAULT\n  DUA1:[000000]\n$ "
    console.enter("SET TERMINAL/NOLINE_EDITING")
    assert console.press("LEFT") == "X = 1\n$ "


def test_the_keypad_types_digits_until_it_is_an_application_keypad(console):
    console.enter('DEFINE/KEY KP1 "SHOW DEFAULT"')
    assert (
        console.press("KP1", "MINUS", "COMMA", "PERIOD", "ENTER")
        == "1-,.\n%DCL-W-NOCOMD, no command on line - reenter with alphabetic first character\n$ "
    )
    console.type("SET TERMINAL/APPLICATION_KEYPAD\r")
    assert console.press("KP1", "KP2", "ENTER") == "SHOW DEFAULT\n  DUA1:[000000]\n$ "
    assert console.model.modes == ["="]
    console.type("SET TERMINAL/NUMERIC_KEYPAD\r")
    assert console.model.modes == ["=", ">"]


def test_a_subprocess_has_the_keys_unless_it_is_told_otherwise(console):
    console.enter('DEFINE/KEY/NOLOG PF1 "X = 1"')
    assert console.enter("SPAWN/NOLOG SHOW KEY PF1") == 'DEFAULT keypad definitions:\n  PF1 = "X = 1"\n$ '
    assert console.enter("SPAWN/NOLOG/NOKEYPAD SHOW KEY PF1") == "%DCL-W-UNDKEY, DEFAULT key PF1 is undefined\n$ "


def test_keys_mean_nothing_to_the_read_of_an_image(console):
    async def image(ctx):
        ctx.write(repr(await ctx.read("Image> ")))

    console.world.images["PROBE"] = image
    console.enter('DEFINE/KEY PF1 "X = 1"', "PROBE x")
    assert console.press("PF1", "a", "\r") == "a\n'a'\n$ "


# -- broadcasts -------------------------------------------------------------------------------------------------------------------------------


def test_a_broadcast_is_shown_and_the_line_again(console):
    console.type("SHOW DEF", "LEFT")
    broadcast_to_all(console.world.system, ["hello", "there"])
    assert console.press() == "\n\x07hello\nthere\n$ SHOW DEF\b"


def test_broadcasts_of_a_class_and_all_of_them_can_be_turned_off(console):
    console.enter("SET BROADCAST=NOMAIL")
    assert broadcast_to_user(console.world.system, "SYSTEM", "mail", BroadcastClass.MAIL) == 0
    assert broadcast_to_user(console.world.system, "SYSTEM", "phone", BroadcastClass.PHONE) == 1
    console.enter("SET TERMINAL/NOBROADCAST")
    assert broadcast_to_all(console.world.system, "hello") == 0


# -- what the terminal is -----------------------------------------------------------------------------------------------------------------------


def test_a_terminal_that_is_no_screen_is_typed_at_as_on_paper(new_console):
    settings = Characteristics()
    settings.set_type(all_types()["UNKNOWN"])
    console = new_console(settings)
    assert console.type("SHOX", "\x7f", "W", "UP", CTRL["R"]) == "SHOX\\X\\W^R\n$ SHOW"
    console.type(" DEFAULT")
    assert console.press("\r") == "\n  DUA1:[000000]\n$ "


def test_echo_can_be_turned_off(console):
    console.enter("SET TERMINAL/NOECHO")
    assert console.type("SHOW DEFAULT\r") == "\n  DUA1:[000000]\n$ "
    assert console.enter('WRITE SYS$OUTPUT F$GETDVI("TT:","TT_NOECHO")') == "TRUE\n$ "


def test_insert_is_the_mode_of_every_new_line(console):
    console.enter("SET TERMINAL/INSERT")
    assert console.type("bc", CTRL["H"], "a") == "bc\b\babc\b\b"


def test_capital_letters_and_seven_bits(console):
    console.enter("SET TERMINAL/UPPERCASE/NOEIGHT_BIT")
    assert console.type("show\xe1") == "SHOWA"


def test_pasthru_takes_the_meaning_from_control_characters(console):
    console.enter("SET TERMINAL/PASTHRU")
    assert console.press("a", CTRL["Y"], CTRL["O"], "b") == "ab"


def test_a_line_is_wrapped_at_the_width(console):
    console.enter("SET TERMINAL/WIDTH=20")
    assert console.type("WRITE SYS$OUTPUT 12345") == "WRITE SYS$OUTPUT 1\n2345"
    assert console.press("\r") == "\n12345\n$ "


def test_132_columns_are_told_to_the_terminal(console):
    console.type("SET TERMINAL/WIDTH=132\r")
    console.type("SET TERMINAL/WIDTH=100\r")
    console.type("SET TERMINAL/WIDTH=80\r")
    assert console.model.modes == ["?3h", "?3l"]


def test_a_terminal_is_asked_what_it_is(console):
    console.type("SET TERMINAL/INQUIRE\r")
    assert console.model.modes == ["c"]
    console.press("REPORT:62;1;2;6")
    assert console.enter('WRITE SYS$OUTPUT F$GETDVI("TT:","DEVICE_TYPE_NAME")') == "VT200_Series\n$ "
    console.type("SET TERMINAL/INQUIRE\r")
    console.wait(3)
    assert console.enter('WRITE SYS$OUTPUT F$GETDVI("TT:","DEVICE_TYPE_NAME")') == "Unknown\n$ "
