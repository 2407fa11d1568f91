"""Every condition of the CLI facility: a command that provokes it, with what is shown and left in $STATUS, or why nobody here can meet it.

A case is made of typed lines (or procedure lines, or a terminal session), the last of which provokes the message; `about` is the text between
backslashes; `rest` are the lines below. The first line is worked out from the list of the message file (tests/tables/conditions.txt).
Source: DCL reference 6.3; which messages have a segment line is as captured there, the others as inferred.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.dcl.dcl_world import DclWorld
from tests.tables.conditions import TEXTS, VALUES
from vmsemu.base.fao import fao
from vmsemu.files.attributes import UDF_NONE
from vmsemu.formats.message_section import MessageSection, to_blocks
from vmsemu.formats.uafdef import UafFlags

SHOWN = 0x10000000
NO_DIRECTORY = ("-RMS-E-DNF, directory not found", "-SYSTEM-W-NOSUCHFILE, no such file")


@dataclass(frozen=True)
class Case:
    """`kind` is the way of running: type, run or terminal. `status` is what is left, the condition itself when None."""

    ident: str
    lines: tuple[str, ...]
    about: str | None = None
    parameters: tuple[Any, ...] = ()
    status: int | None = None
    rest: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    kind: str = "type"
    options: tuple[tuple[str, Any], ...] = ()
    prepare: Callable[[DclWorld], None] | None = None
    lead: str = "%DCL"


def case(ident: str, *lines: str, **more: Any) -> Case:
    for key in ("parameters", "rest", "before"):
        if isinstance(more.get(key), str):
            more[key] = (more[key],)
    return Case(ident, lines, **more)


def run(ident: str, *lines: str, **more: Any) -> Case:
    """A procedure; in its records the dollar signs are given."""
    return case(ident, *lines, kind="run", **more)


def confined(flag: UafFlags) -> dict[str, Any]:
    return {"options": (("flags", flag),)}


def definitions(*lines: str) -> Callable[[DclWorld], None]:
    return lambda world: world.write("V.CLD", *lines)


def unformatted(world: DclWorld) -> None:
    with world.files() as files:
        files.create("DUA1:[000000]U.DAT", attributes=UDF_NONE).close()


def message_image(world: DclWorld) -> None:
    with world.files() as files, files.create("DUA1:[000000]M.EXE") as file:
        for block in to_blocks([MessageSection("M")]):
            file.put(block)


def locked_password(world: DclWorld) -> None:
    world.system.sysuaf.put(replace(world.system.sysuaf.require("SMITH"), flags=UafFlags.LOCKPWD))


def tool_image(world: DclWorld) -> None:
    world.write("T.EXE", "IMAGE TYPE".ljust(512, "\0"))


def changing_verb(world: DclWorld) -> None:
    """A verb with a qualifier that changes the syntax."""

    async def probe(ctx: Any) -> None:
        return None

    world.images["PROBE"] = probe
    verb = ("DEFINE VERB PROBE", "IMAGE PROBE", "QUALIFIER ONE", "QUALIFIER TWO, SYNTAX=OTHER")
    world.write("V.CLD", *verb, "DEFINE SYNTAX OTHER", "IMAGE PROBE", "QUALIFIER TWO")


PROCEDURE = "@DUA1:[000000]T"
VERB = "SET COMMAND DUA1:[000000]V"
HERE = "DUA1:[000000]"

CASES = [
    # -- the parser
    case("ABVERB", "S", about="S"),
    case("ABKEYW", "DIRECTORY/S", about="S"),
    case("ABKEYW", "SHOW S", about="S"),
    case("BUFOVF", f'X = "{"A" * 1100}"'),
    case("BUFOVF", f'X = "{"A" * 600}"', "X = X + X"),
    case("COMPLX", "X = " + "(" * 200 + "1" + ")" * 200),
    case("DEFOVF", f"{PROCEDURE} 1 2 3 4 5 6 7 8 9"),
    case("DIRECT", "SET DEFAULT [A", about="[A"),
    case("EXPSYN", "X = 1 +"),
    case("EXPSYN", "X = (1", about=None),
    case("INSFPRM", "SHOW"),
    case("IVCHAR", "X = 1A", about="1A"),
    case("IVKEYW", "SHOW WEATHER", about="WEATHER"),
    case("IVKEYW", 'X = F$GETSYI("WEATHER")', about="WEATHER"),
    case("IVOPER", "X = 1 .XX. 2", about=".XX."),
    case("IVPROT", "SET PROTECTION=(S:X)/DEFAULT", about="S:X"),
    case("IVQLOC", VERB, "PROBE/Q A", about="Q",
         prepare=definitions("DEFINE VERB PROBE", "IMAGE PROBE", "PARAMETER P1, VALUE(LIST)", "QUALIFIER Q, PLACEMENT=LOCAL")),
    case("IVSYMB", "INQUIRE 1A"),
    case("IVVALU", "SET PROTECTION=(,)/DEFAULT", about="PROTECTION"),
    case("IVVERB", "FROBNICATE", about="FROBNICATE"),
    case("MAXPARM", "SHOW TIME NOW", about="NOW"),
    case("NOATFIL", "@"),
    case("NOCCAT", "RENAME A+B C", about="B"),
    case("NOCOMD", "()"),
    case("NOKEYW", "DIRECTORY/", about="/"),
    case("NOLIST", "RUN A,B", about="B"),
    case("NOQUAL", "EOD/X", about="X"),
    case("NOVALU", "DIRECTORY/TOTAL=1", about="TOTAL"),
    case("NOTNEG", "DIRECTORY/NOTOTAL", about="NOTOTAL"),
    case("NULFIL", "TYPE A,,B", about=","),
    case("NUMBER", "SUBMIT/PRIORITY=HIGH X", about="HIGH"),
    case("PARMDEL", "TYPE (A)", about="("),
    case("RSLOVF", "TYPE " + ",".join("A" for _ in range(140))),
    case("VALREQ", "DIRECTORY/COLUMNS=", about="COLUMNS"),
    case("ONEVAL", "DIRECTORY/OUTPUT=(A,B)", about="OUTPUT"),
    case("INVUIC", "SET UIC [1,2,3]", about="[1,2,3]"),
    case("IVQUAL", "DIRECTORY/WEATHER", about="WEATHER"),
    case("CONFLICT", "DEFINE/JOB/GROUP A B", about="GROUP"),
    case("NOPAREN", "DIRECTORY/DATE=(CREATED", about="(CREATED"),
    case("IVATIME", "DIRECTORY/SINCE=SOMEDAY", about="SOMEDAY"),
    case("IVDTIME", "WAIT SOON", about="SOON"),
    case("TKNOVF", "TYPE " + "A" * 300, about="A" * 300),
    case("IGNQUAL", VERB, "PROBE/ONE/TWO", about="TWO", status=SHOWN | 1, prepare=changing_verb),
    case("INVROUT", VERB, "PROBE", prepare=definitions("DEFINE VERB PROBE", "CLIROUTINE NOSUCH")),
    case("CMDGONE", "PASSWORD X"),
    # -- expressions and symbols
    case("SYMDEL", 'X = F$LENGTH("A"'),
    case("UNDSYM", "X = NOSUCH", about="NOSUCH"),
    case("UNDSYM", "SHOW SYMBOL NOSUCH"),
    case("UNDSYM", "DELETE/SYMBOL NOSUCH"),
    case("ABSYMD", "DEL*ETE = 1", "DE*LAY = 2"),
    case("INVRANGE", "X[-1,1] = 1"),
    case("SYMLNG", "A" * 256 + " = 1"),
    case("SYMABR", "READ SYS$INPUT A*B"),
    case("PERMSYM", "DELETE/SYMBOL/GLOBAL $STATUS"),
    case("GBLNDF", "SET SYMBOL/SCOPE=NOGLOBAL", "X == 1"),
    case("DELSYM", "A = 1", "DELETE/SYMBOL/LOG A", parameters=("LOCAL", "A"), status=0x30001),
    # -- lexical functions
    case("ABFNAM", 'X = F$L("A")', about="F$L("),
    case("IVFNAM", "X = F$NOSUCH(1)", about="F$NOSUCH("),
    case("ARGREQ", "X = F$LENGTH()"),
    case("FRZNCTX", 'X = F$CONTEXT("PROCESS",C,"USERNAME","S*")', "P = F$PID(C)", 'X = F$CONTEXT("PROCESS",C,"GRP","1")'),
    case("NOTCTX", 'C = "1"', "P = F$PID(C)"),
    case("INVCTXTYP", "C = F$CSID(D)", "P = F$PID(D)"),
    # -- procedures
    run("ONCOMD", f'$ ON ERROR THEN X = "{"A" * 300}"'),
    run("ONERR", "$ ON RAIN THEN EXIT"),
    case("ONLEVL", "ON ERROR THEN EXIT"),
    run("NOTHEN", "$ ON ERROR EXIT"),
    case("NOTHEN", "IF 1 FOO"),
    run("SKPDAT", "$ X = 1", "DATA", "DATA"),
    run("STKOVF", "$ SET NOON", f'$ IF F$ENVIRONMENT("DEPTH") .LT. 32 THEN {PROCEDURE}'),
    run("USGOTO", "$ GOTO NOWHERE", status=SHOWN | 0x38148),
    run("USGOSUB", "$ GOSUB NOWHERE", status=SHOWN | 0x382E0),
    run("USCALL", "$ CALL NOWHERE", parameters="NOWHERE", status=SHOWN | 0x382D8),
    run("MSNGENDS", "$ CALL A", "$ EXIT", "$ A: SUBROUTINE", status=SHOWN | 0x382D8,
        rest="%DCL-W-USCALL, CALL target A either missing, misspelled, or inaccessible"),
    run("BADRET", "$ RETURN"),
    case("INVGOSUB", "GOSUB X"),
    run("GOSUBMAX", "$ A:", "$ GOSUB A"),
    case("NOLBLS", "A: SHOW TIME", status=0x30001, rest="  14-DEC-2001 13:05:30"),
    case("INVCALL", "ENDSUBROUTINE"),
    case("INVIFNEST", "ENDIF"),
    case("OPENIN", f"@{HERE}NOSUCH", parameters=f"{HERE}NOSUCH.COM;", status=SHOWN | 0x18292, rest="-RMS-E-FNF, file not found"),
    case("CMDNOTFND", "RECALL 5"),
    # -- files
    case("UNDFIL", "READ NOSUCH X"),
    case("OPENOUT", "OPEN/WRITE F DUA1:[NOSUCH]A", parameters="DUA1:[NOSUCH]A.DAT;", status=SHOWN | 0x1C04A, rest=NO_DIRECTORY),
    case("INVRFM", "OPEN F DUA1:[000000]U.DAT", prepare=unformatted),
    case("INVOUTSPE", "DEFINE/NOLOG SYS$OUTPUT DUA1:[NOSUCH]A.LIS", status=SHOWN | 0x1C04A, rest=NO_DIRECTORY),
    case("INVDEF", "SET DEFAULT [NOSUCH]", "SHOW DEFAULT", parameters="DUA1:[NOSUCH]", status=0x30001, before="  DUA1:[NOSUCH]"),
    # -- images and processes
    case("ACTIMAGE", f"RUN {HERE}NOSUCH", parameters=f"{HERE}NOSUCH", status=SHOWN | 0x388B2,
         rest=f"-CLI-E-IMAGEFNF, image file not found {HERE}NOSUCH.EXE;"),
    case("NOTIFY", "SPAWN/NOTIFY SHOW TIME"),
    case("SYMTOOLNG", f'A = "{"A" * 450}"', f'{"X" * 200} = A + A', "SPAWN/NOLOG SHOW TIME", parameters="X" * 200, status=0x30001,
         rest="  14-DEC-2001 13:05:30"),
    case("REFUSED", "ATTACH SYSTEM"),
    case("NOSPAWN", "SPAWN/CLI=MCR"),
    case("SPWNIO", f"SPAWN/INPUT={HERE}A.X/OUTPUT={HERE}A.X"),
    case("INVTAB", f"SPAWN/TABLE={HERE}T.EXE", prepare=tool_image),
    case("NOTDISCON", "DISCONNECT"),
    case("INSPRIV", "SET UIC [1,1]", options=(("username", "SMITH"),), status=SHOWN | 0x24,
         rest="%SYSTEM-F-NOPRIV, insufficient privilege or object protection violation"),
    case("CAPTSPAWN", "SPAWN", **confined(UafFlags.CAPTIVE)),
    case("CAPTINQ", "INQUIRE X", **confined(UafFlags.CAPTIVE)),
    case("NOFORCMD", "X := $NOSUCH", "X", **confined(UafFlags.RESTRICTED)),
    case("NORUNMCR", "RUN X", **confined(UafFlags.RESTRICTED)),
    case("PWDLOCKED", "SET PASSWORD", lead="%SET", status=SHOWN | 0x38892, options=(("username", "SMITH"),), prepare=locked_password),
    case("INVPREFIX", 'SET PREFIX "!ZZZ"'),
    case("ALLOC", "ALLOCATE NL:", parameters="_NLA0:", status=0x30001),
    case("SUPERSEDE", "DEFINE A B", "DEFINE A C", parameters="A", status=0x30001),
    case("TABEXIST", "CREATE/NAME_TABLE MINE", "CREATE/NAME_TABLE MINE", parameters="MINE", status=0x30001),
    case("TABSUPER", "CREATE/NAME_TABLE MINE", "CREATE/NAME_TABLE/ATTRIBUTES=SUPERSEDE MINE", parameters="MINE", status=0x30001),
    case("TABNOTFND", "CREATE/NAME_TABLE/ATTRIBUTES=SUPERSEDE MINE", parameters="MINE", status=0x30001),
    # -- keys
    case("UNDKEY", "DELETE/KEY PF1", parameters=("DEFAULT", "PF1")),
    case("IVKEYNAM", 'DEFINE/KEY ZZ "X"', about="ZZ"),
    case("DEFKEY", 'DEFINE/KEY PF1 "X"', parameters=("DEFAULT", "PF1"), status=0x30001),
    case("DELKEY", 'DEFINE/KEY/NOLOG PF1 "X"', "DELETE/KEY PF1", parameters=("DEFAULT", "PF1"), status=0x30001),
    case("SETKEY", "SET KEY/STATE=GOLD", parameters="GOLD", status=0x30001),
    case("KEYCNV", 'DEFINE/KEY/NOLOG FIND "X"', parameters=("FIND", "E1"), status=0x30001),
    # -- PIPE
    case("NULLPIPE", "PIPE SHOW TIME |"),
    case("INVNULLCMD", "PIPE SHOW TIME && ; SHOW TIME"),
    case("WRGSUBSHSYN", "PIPE ()"),
    case("UNTERMSUBSH", "PIPE (SHOW TIME"),
    case("DUPREDSYN", "PIPE SHOW TIME > A > B"),
    case("INCREDSYN", "PIPE SHOW TIME >"),
    case("INVREDSYN", "PIPE SHOW TIME > A | SHOW TIME"),
    case("INVCONCHAR", "PIPE SHOW TIME - ; SHOW TIME"),
    case("CMDNOTALLINPIP", "PIPE GOTO X"),
    case("LBLNOTALLINPIP", "PIPE A: SHOW TIME"),
    case("TOOMANYPIPCMD", "PIPE " + " ; ".join("SHOW TIME" for _ in range(70))),
]  # fmt: skip

BELOW = [
    (f"RUN {HERE}NOSUCH", None, "IMAGEFNF", (f"{HERE}NOSUCH.EXE;",)),
    (f"RUN {HERE}T.EXE", lambda world: world.write("T.EXE", "no image"), "IMGNAME", (f"{HERE}T.EXE;1",)),
    (f"RUN {HERE}M", message_image, "NOTFR", ()),
]
"""Conditions that stand below ACTIMAGE."""

HERE_BELOW = {"SPAWNED", "ATTACHED", "RETURNED", "PROC_ID"}
"""Conditions with a test of their own below."""

ELSEWHERE = {
    "CAPTINT": "dcl/test_sessions.py", "NOCMDPROC": "dcl/test_sessions.py", "CMDFILERR": "dcl/test_sessions.py",
    "PWDNOTVAL": "scenarios/set.md", "PWDNOTVER": "scenarios/set.md",
}  # fmt: skip
"""Where else a condition is tested."""

_RESULT = "a result of CLI$PRESENT or CLI$GET_VALUE, which nobody displays"
_OLD = "a condition of the interface for images of compatibility mode (RSX), which Alpha does not have"
_UNUSED = "in the message file, but V7.3 documents no command that leads to it"
_MAILBOX = "no image of this machine associates a mailbox with a terminal"
REASONS = {
    **dict.fromkeys(("ABSENT", "NEGATED", "LOCNEG", "PRESENT", "DEFAULTED", "CONCAT", "LOCPRES", "COMMA"), _RESULT),
    **dict.fromkeys(("CONFQUAL", "INVQUAL", "REQPRMABS", "INVQUALNUM", "INVREQTYP", "NOVALUE", "VALCNVERR", "ILLVAL", "NOOPTPRS"), _OLD),
    **dict.fromkeys(("UNPROQUAL", "UNPROPARM", "INVKEY", "INVRSP", "NOCLINT", "BADCTLMSK", "ENTNF"), "an answer of DCL to a call of a program"),
    **dict.fromkeys(("BLKOVRFLOW", "BLKUNDFLOW", "BADBLK"), "the BEGIN and END commands it speaks of do not exist"),
    **dict.fromkeys(("TRMMBX", "ATTRMBX"), _MAILBOX),
    **dict.fromkeys(("ONOVF", "SYMOVF"), "the memory for symbols has no fixed size here"),
    **dict.fromkeys(("BADSTRLVL", "OLDTAB"), "command tables are not kept in image files here, so none can be of another version"),
    **dict.fromkeys(("DEVALSPL", "DEVNOTSPL"), "SET DEVICE/SPOOLED is not served"),
    **dict.fromkeys(("NOCHANGE", "NODIRCHG"), "SET UIC does not change the default directory"),
    **dict.fromkeys(("CREQUEJOB", "SUBMITERR", "QUEJOBCRE"), "SUBMIT and PRINT are images on V7.3 and have messages of their own"),
    **dict.fromkeys(("IMGFNF", "PWDSYNTAX"), "IMAGEFNF, and the SYSTEM facility's PWDSYNTAX, are what V7.3 shows"),
    "IMCHNG": "no verb of V7.3 has two qualifiers that change the image and may stand together",
    "OVRFLW": "DEPOSIT has no image memory to put data into here",
    "FILOPN": "OPEN of a name that is open is passed over; whether V7.3 reports it is not known",
    "INVFILSPE": "a specification of more than 255 characters is refused by the parser before (TKNOVF)",
    "INVLOGFIL": "the job controller opens the logs of batch jobs",
    "ASTDCL": "no image of this machine enables out-of-band ASTs",
    "INVNOD": "it speaks of the full names of DECnet-Plus",
    "UNSUPITEM": "it answers for items of other architectures; those answer IVKEYW here",
    "IVDEVTYPE": "RUN/MAILBOX takes a unit number",
    "DEVNOTFOR": _UNUSED,
    "STRTOOLNG": "strings that are too long are cut off or refused by the parser (TKNOVF, BUFOVF)",
    "NOREADCP": "what reads an interrupted procedure again is not documented",
    "SYMTRUNC": "symbol values fit the display buffer",
    "MISSPELL": "spelling correction is not part of V7.3",
}  # fmt: skip


def expected(each: Case) -> list[str]:
    """The lines a case has to show."""
    line = f"{each.lead}-{'WSEIF'[VALUES[each.ident] & 7]}-{each.ident}, {fao(TEXTS[each.ident], each.parameters)}"
    return [*each.before, line, *([] if each.about is None else [f" \\{each.about}\\"]), *each.rest]


@pytest.mark.parametrize("each", CASES, ids=lambda each: f"{each.ident}: {each.lines[-1][:40]}")
def test_the_command_shows_the_message_and_leaves_its_status(world: DclWorld, each: Case) -> None:
    world.write("T.COM", "$ X = 1")
    if each.prepare is not None:
        each.prepare(world)
    shown = getattr(world, each.kind)(*each.lines, **dict(each.options))
    assert shown == expected(each)
    assert world.status == (VALUES[each.ident] if each.status is None else each.status)


@pytest.mark.parametrize(("line", "prepare", "ident", "parameters"), BELOW, ids=lambda value: value if isinstance(value, str) else "")
def test_why_an_image_cannot_run_stands_below_actimage(world: DclWorld, line: str, prepare: Any, ident: str, parameters: Any) -> None:
    if prepare is not None:
        prepare(world)
    shown = world.type(line)
    assert shown[1] == f"-CLI-E-{ident}, {fao(TEXTS[ident], parameters)}"
    assert world.status == SHOWN | VALUES[ident]


def test_spawn_tells_what_it_does(world: DclWorld) -> None:
    assert [line for line in world.terminal("SPAWN", "LOGOUT") if line.startswith("%")] == [
        "%DCL-S-SPAWNED, process SYSTEM_1 spawned",
        "%DCL-S-ATTACHED, terminal now attached to process SYSTEM_1",
        "%DCL-S-RETURNED, control returned to process SYSTEM",
    ]


def test_run_detached_names_the_process_with_the_facility_run(world: DclWorld) -> None:
    (line,) = world.type("RUN/DETACHED SYS$SYSTEM:LOGINOUT")
    assert line.startswith("%RUN-S-PROC_ID, identification of created process is 0000")


@pytest.mark.parametrize("ident", ELSEWHERE)
def test_the_place_that_is_named_speaks_of_the_condition(ident: str) -> None:
    assert ident in (Path(__file__).parents[1] / ELSEWHERE[ident]).read_text(encoding="utf-8")


def test_every_condition_has_a_case_or_a_reason() -> None:
    met = {each.ident for each in CASES} | {ident for _, _, ident, _ in BELOW} | HERE_BELOW | set(ELSEWHERE)
    assert met & set(REASONS) == set()
    assert met | set(REASONS) == {ident for ident in VALUES} | {"OPENIN", "OPENOUT", "ACTIMAGE"}
