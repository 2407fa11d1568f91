"""Corners of the language: commands of another age, limits, scopes, the middle of commands. DCL reference 1 to 3."""

import struct

import pytest

from tests.dcl.dcl_world import DclWorld
from vmsemu.formats.accdef import LENGTH, MSG_DELPROC
from vmsemu.images.context import ImageContext
from vmsemu.services.mailbox import MailboxDevice, create_mailbox

# -- cards, virtual terminals, generic devices -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["JOB SMITH", "PASSWORD SECRET"])
def test_cards_of_a_card_deck_are_no_commands(world: DclWorld, line: str) -> None:
    assert world.type(line) == ["%DCL-E-CMDGONE, this is no longer a valid command - see documentation"]


def test_eoj_logs_out(world: DclWorld) -> None:
    assert world.terminal("EOJ", "SHOW TIME")[1:] == ["  SYSTEM       logged out at 14-DEC-2001 13:05:30.12"]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("CONNECT VTA1", "%DCL-E-NOTDISCON, terminal is not disconnectable - explicitly specify LOGOUT"),
        ("CONNECT/LOGOUT VTA1", "%SYSTEM-W-NOSUCHDEV, no such device available"),
        ("ALLOCATE/GENERIC TU81", "%SYSTEM-W-NOSUCHDEV, no such device available"),
        ("ALLOCATE/GENERIC RZ28D", "%SYSTEM-F-DEVMOUNT, device is already mounted"),
    ],
)
def test_devices_that_are_not_to_be_had(world: DclWorld, line: str, shown: str) -> None:
    assert world.type(line) == [shown]


# -- recall ------------------------------------------------------------------------------------------------------------------------------------


def test_the_recall_buffer_goes_to_a_file_and_comes_back(world: DclWorld) -> None:
    shown = world.terminal("X = 1", "Y = 2", "RECALL/OUTPUT=R.TXT", "RECALL/ERASE", "RECALL/INPUT=R.TXT", "RECALL/ALL")
    assert world.read("R.TXT") == ["X = 1", "Y = 2"]
    assert [line.split(None, 1)[1] for line in shown if line.startswith("  ") and " = " in line] == ["Y = 2", "X = 1"]


def test_a_recall_file_that_is_not_there(world: DclWorld) -> None:
    assert world.type("RECALL/INPUT=NOSUCH.TXT")[0] == "%DCL-E-OPENIN, error opening DUA1:[000000]NOSUCH.TXT; as input"


# -- the middle of a command ---------------------------------------------------------------------------------------------------------------------


def test_the_rest_of_a_command_comes_from_a_file_with_its_apostrophes(world: DclWorld) -> None:
    shown = world.type('WHAT = "SHOWN.TXT"', "DIRECTORY/NOHEADING/NOTRAILING @LIST", "SHOW DEFAULT")
    assert shown[0] == "%DCL-E-OPENIN, error opening DUA1:[000000]LIST.COM; as input"
    world.write("SHOWN.TXT", "")
    world.write("LIST.COM", "/NOHEADING -  ! short", "/NOTRAILING 'WHAT'")
    assert world.type('WHAT = "SHOWN.TXT"', "DIRECTORY @LIST") == ["DUA1:[000000]SHOWN.TXT;1"]


def test_a_file_that_names_itself_in_the_middle_ends(world: DclWorld) -> None:
    world.write("SELF.COM", "@SELF")
    assert world.type("TYPE @SELF") == ["%DCL-W-STKOVF, command procedures too deeply nested - limit to 32 levels"]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("@T/", ["%DCL-W-NOKEYW, qualifier name is missing - append the name to the slash", " \\/\\"]),
        ("@T/OUTPUT", ["%DCL-W-VALREQ, missing qualifier or keyword value - supply all required values", " \\OUTPUT\\"]),
        ("@T/INPUT=X", ["%DCL-W-IVQUAL, unrecognized qualifier - check validity, spelling, and placement", " \\INPUT\\"]),
    ],
)
def test_bad_qualifiers_of_a_procedure(world: DclWorld, line: str, shown: list[str]) -> None:
    assert world.type(line) == shown


# -- limits --------------------------------------------------------------------------------------------------------------------------------------

LONG = 'L = F$FAO("!1000*x")'


def test_read_takes_no_more_than_its_buffer(world: DclWorld) -> None:
    shown = world.run(
        "$ " + LONG, "$ OPEN/WRITE F LONG.DAT", "$ WRITE/SYMBOL F L, L", "$ CLOSE F", "$ OPEN F LONG.DAT", "$ READ/ERROR=E F X", "$E:",
        "$ WRITE SYS$OUTPUT F$MESSAGE($STATUS), F$TYPE(X)",
    )  # fmt: skip
    assert shown == ["%RMS-W-RTB, !UL byte record too large for user's buffer"]


@pytest.mark.parametrize("line", ["WRITE SYS$OUTPUT L, L", "WRITE/SYMBOL SYS$OUTPUT L, L, L"])
def test_write_has_a_buffer_too(world: DclWorld, line: str) -> None:
    assert world.type(LONG, line) == ["%DCL-W-BUFOVF, command buffer overflow - shorten expression or command line"]


def test_a_symbol_too_long_for_a_subprocess_is_named(world: DclWorld) -> None:
    shown = world.type('LENGTHY = F$FAO("!1020*x")', "SPAWN SHOW DEFAULT")
    assert "%DCL-W-SYMTOOLNG, symbol LENGTHY is too long to copy to subprocess" in shown


# -- SET SYMBOL/SCOPE ----------------------------------------------------------------------------------------------------------------------------


def test_a_scope_ends_with_its_level(world: DclWorld) -> None:
    shown = world.run(
        "$ X = 1", "$ CALL S", '$ WRITE SYS$OUTPUT X, F$ENVIRONMENT("SYMBOL_SCOPE")', "$ EXIT",
        "$S: SUBROUTINE", "$ SET SYMBOL/SCOPE=(NOLOCAL,NOGLOBAL)", "$ WRITE SYS$OUTPUT F$TYPE(X), F$TYPE(P1), \"|\"", "$ G == 1",
        "$ SET SYMBOL/SCOPE=LOCAL", "$ WRITE SYS$OUTPUT X", "$ ENDSUBROUTINE",
    )  # fmt: skip
    assert shown == ["STRING|", "%DCL-W-GBLNDF, cannot define symbol - symbol scope set to NOGLOBAL", "1", "1LOCAL,GLOBAL"]


def test_the_scope_of_verbs_is_one_of_its_own(world: DclWorld) -> None:
    shown = world.type('WHERE == "SHOW DEFAULT"', "SET SYMBOL/VERB/SCOPE=NOGLOBAL", "WHERE", 'WRITE SYS$OUTPUT WHERE')
    assert shown == ["%DCL-W-IVVERB, unrecognized command verb - check validity and spelling", " \\WHERE\\", "SHOW DEFAULT"]


# -- DCL$PATH and foreign commands ------------------------------------------------------------------------------------------------------------------


def test_an_unknown_verb_may_be_a_procedure_of_dcl_path(world: DclWorld) -> None:
    world.write("GREET.COM", '$ WRITE SYS$OUTPUT "Hello ", P1')
    define = "DEFINE DCL$PATH DUA1:[000000]"
    assert world.type("GREET x") == ["%DCL-W-IVVERB, unrecognized command verb - check validity and spelling", " \\GREET\\"]
    assert world.type(define, 'GREET "World"') == ["Hello World"]
    assert world.type(define, 'GREE "World"') == ["%DCL-W-IVVERB, unrecognized command verb - check validity and spelling", " \\GREE\\"]


# -- wakeups and mailboxes ---------------------------------------------------------------------------------------------------------------------------


def test_a_mailbox_is_told_of_the_end_of_a_process(world: DclWorld) -> None:
    boxes: list[MailboxDevice] = []

    async def box(ctx: ImageContext) -> None:
        boxes.append(create_mailbox(ctx.process, permanent=True))

    async def nothing(ctx: ImageContext) -> None:
        return None

    world.images["PROBE"], world.images["NOTHING"] = box, nothing
    world.write("N.EXE", "IMAGE NOTHING")
    shown = world.type("PROBE X", "RUN/MAILBOX=1/PROCESS_NAME=ENDING N", "WAIT 0:0:1")
    message = boxes[0].read_now().encode("latin-1")
    assert boxes[0].name == "MBA1:"
    assert len(message) == LENGTH == 84
    kind, _, status, pid = struct.unpack_from("<HHII", message)
    assert (kind, status & 1, f"{pid:08X}") == (MSG_DELPROC, 1, shown[0][-8:])
    assert message[32:44] == b"SYSTEM      "


def test_wakeups_come_until_they_are_cancelled(world: DclWorld) -> None:
    runs: list[str] = []

    async def tick(ctx: ImageContext) -> None:
        runs.append(ctx.system.now.to_text()[12:20])

    world.images["TICK"] = tick
    world.write("T.EXE", "IMAGE TICK")
    shown = world.type(
        "RUN/DELAY=0:0:10/INTERVAL=0:1/PROCESS_NAME=TICKER T", "WAIT 0:1:30", "CANCEL TICKER", "WAIT 0:5", "STOP TICKER", "WAIT 0:0:1", "CANCEL TICKER"
    )
    assert runs == ["13:05:40", "13:06:40"]
    assert shown[1:] == ["%SYSTEM-W-NONEXPR, nonexistent process"]


def test_stop_image_ends_the_image_and_not_the_process(world: DclWorld) -> None:
    async def wait(ctx: ImageContext) -> None:
        await ctx.process.hibernate()

    world.images["PROBE"] = wait
    world.write("W.COM", "$ SET NOON", "$ PROBE X", '$ WRITE SYS$OUTPUT "goes on ", $STATUS')
    shown = world.type("SPAWN/NOWAIT/NOLOG/PROCESS=KID @W", "WAIT 0:0:1", "STOP/IMAGE KID", "WAIT 0:0:1")
    assert shown[-1].startswith("goes on ")
