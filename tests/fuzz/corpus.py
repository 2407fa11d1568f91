"""What the byte fuzzer begins with: our own sources, small handmade inputs for each way in, and the words it inserts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random

import vmsemu

ROOT = Path(vmsemu.__file__).resolve().parents[1]

TOKENS = (
    *(line[1:-1].encode().decode("unicode_escape") for line in (Path(__file__).parent / "dictionary.txt").read_text().splitlines() if line[:1] == '"'),
    "X" * 300,
    "'" * 40,
    "9" * 5000,
    "(" * 400,
    ".NOT." * 180,
    "*" * 60 + "x",
)

PROCEDURES = (
    b"$ A = 1\n$L:\n$ A = A + 1\n$ IF A .LT. 5 THEN GOTO L\n$ WRITE SYS$OUTPUT \"A is ''A'\"\n$ EXIT 1",
    b"$ ON ERROR THEN GOTO E\n$ CALL S \"a b\" c\n$ GOSUB G\n$ EXIT\n$G: RETURN\n$E: EXIT 44\n$S: SUBROUTINE\n$ SHOW SYMBOL P1\n$ ENDSUBROUTINE",
    b"$ OPEN/WRITE F A.TXT\n$ WRITE F \"x\"\n$ CLOSE F\n$ OPEN/READ F A.TXT\n$N: READ/END_OF_FILE=D/ERROR=D F R\n$ GOTO N\n$D: CLOSE F",
    b"$ IF P1 .EQS. \"\"\n$ THEN\n$ SHOW TIME\n$ ELSE\n$ IF 1\n$ THEN SHOW DEFAULT\n$ ENDIF\n$ ENDIF",
    b"$ CREATE B.TXT\nline\n\nline\n$ DECK\n$ X\n$ EOD\n$ TYPE B.TXT\n$ SEARCH B.TXT line\n$ SORT B.TXT C.TXT",
    b"$ X = \"PRINT\"\n$ X[4,2] := er\n$ Y[0,32] = %X41424344\n$ LONG*NAME = 5\n$ SHOW SYMBOL/ALL\n$ DELETE/SYMBOL X\n$ SET SYMBOL/SCOPE=NOLOCAL",
    b"$ SET VERIFY\n$ SET PREFIX \"(!5%T) \"\n$ A := -\ntext -\nmore ! c\n$ SET NOVERIFY\n$ SET NOON\n$ @NOSUCH\n$ STOP",
    b"$ C = \"\"\n$ X = F$CONTEXT(\"PROCESS\",C,\"USERNAME\",\"*\",\"EQL\")\n$P: P = F$PID(C)\n$ IF P .EQS. \"\" THEN EXIT\n$ GOTO P",
)
TYPED = (
    b"SHOW TIME\rDIR\rA = 5\rSHOW SYMBOL A\r\x02\x02\rRECALL/ALL\rDIRECTORY/FULL SYS$SYSTEM:*.COM\r",
    b"SET TERMINAL/WIDTH=132\rDEFINE X Y\rSHOW LOGICAL X\rINQUIRE Q\rabc\rSHOW SYMBOL Q\rHELP SHOW\r\x1aMAIL\rDIR\rEXIT\r",
    b"SPAWN\rSHOW PROCESS\rLOGOUT\rCREATE A.TXT\rtext\r\x1aTYPE A.TXT\rWAIT 00:00:10\r\x19CONTINUE\rCOPY A.TXT\rB.TXT\r",
    b"SET PROCESS/PRIVILEGE=ALL\rSHOW SYSTEM\rSHOW QUEUE/ALL/FULL\rSUBMIT X\rSET PROMPT=\"x \"\rSET MESSAGE/NOTEXT\rSET NOCONTROL=Y\r",
    b"DEFINE/KEY PF1 \"SHOW TIME\"/TERMINATE\rSHOW KEY/ALL\rIF 1\rTHEN SHOW TIME\rENDIF\rREAD/PROMPT=\"x\" SYS$COMMAND Z\rq\r",
)
PIPES = (
    b"PIPE SHOW TIME | TYPE SYS$INPUT",
    b"PIPE (A = 1 ; SHOW SYMBOL A) && WRITE SYS$OUTPUT \"x\" || SHOW DEFAULT",
    b"PIPE DIRECTORY > A.LIS 2> B.LIS ; TYPE A.LIS",
    b"PIPE WRITE SYS$OUTPUT \"a\" | (READ SYS$INPUT L ; DEFINE/JOB R &L) | SEARCH SYS$PIPE a >> C.LIS",
    b"PIPE/OUTPUT=X.LIS TYPE < A.TXT &",
)
LEXICAL_CALLS = tuple(
    text.encode()
    for text in (
        'F$CONTEXT("PROCESS",C,"PRCNAM","*","EQL")', "F$CSID(C)", 'F$CVSI(0,4,"abcd")', 'F$CVTIME("TOMORROW",,"WEEKDAY")', 'F$CVUI(3,29,"abcd")',
        'F$DEVICE("*","DISK",,1)', 'F$EDIT("a  b","COMPRESS,UPCASE")', 'F$ELEMENT(1,",","a,b")', 'F$ENVIRONMENT("DEFAULT")', 'F$EXTRACT(1,2,"abc")',
        'F$FAO("!AS !8UL!%S !%D","a",5,0)', 'F$FILE_ATTRIBUTES("SYS$SYSTEM:STARTUP.COM","EOF")', 'F$GETDVI("SYS$SYSDEVICE","FREEBLOCKS")',
        'F$GETJPI("","USERNAME")', 'F$GETQUI("DISPLAY_QUEUE","QUEUE_NAME","*","WILDCARD")', 'F$GETSYI("VERSION","ALPHA1")',
        'F$IDENTIFIER("SMITH","NAME_TO_NUMBER")', "F$INTEGER(\"12\")", 'F$LOCATE("b","abc")', 'F$MESSAGE(%X18292,"TEXT")',
        'F$PARSE("A.B","[X]C.D;3",,"NAME","SYNTAX_ONLY")', "F$PID(C)", 'F$PRIVILEGE("SYSPRV")', 'F$SEARCH("SYS$SYSTEM:*.EXE;*",2)', 'F$SETPRV("NOOPER")',
        "F$STRING(5)", 'F$TRNLNM("SYS$SYSTEM",,0,"EXECUTIVE","CASE_BLIND","MAX_INDEX")', "F$TYPE(X)", "F$VERIFY(0,1)", "F$LENGTH(\"x\")", "F$MODE()",
    )
)  # fmt: skip
TEXTS = (
    b"!AS !UL !8XL", b"!3(UL)!/!_!%D!%S", b"SYS$SYSTEM:[A.B...]C*.D%;-1", b"ALPHA1\"SMITH pw\"::DKA0:[X]A.B;3", b"[-.X]Y", b"14-MAY-2001 10:00:00.00",
    b"TODAY+1-00:00", b"5-12:30:00.5", b"-1-", b"[1,4]", b"[SMITH]", b"(S:RWED,O:RWED,G:RE,W)", b"SYSPRV,NOOPER,ALL", b"TRIM,COMPRESS", b"*", b"", b"%X910",
    b"DISPLAY_JOB", b"WILDCARD,ALL_JOBS", b"SYS$INPUT", b"LNM$PROCESS", b"2147483648", b"DISK$X:<A.B>C.D", b"\"quoted", b"A^.B^_C.D", b"!*x", b"!#*=!#UL",
)  # fmt: skip
MAIL_LINES = (
    b"SEND\nSMITH\nsubject\ntext\n\x1aDIR\nREAD\n1\nNEXT\nBACK\nDELETE\nEXIT",
    b"SEND/SUBJECT=\"a b\"/SELF A.TXT SMITH,SYSTEM\nSELECT MAIL\nDIRECTORY/FOLDER\nMOVE X\nYes\nCOPY Y\nEXTRACT/ALL Z.TXT\nPRINT\nQUIT",
    b"SET FORWARD JONES\nSHOW ALL\nSET PERSONAL_NAME \"x\"\nSET FOLDER Q\nSEARCH x\nMARK 1-3\nSELECT/MARKED\nREPLY\nFORWARD\nSMITH\n\nHELP SEND\n\nERASE\nCOMPRESS",
    b"SEND\nSMTP%\"a@example.org\"\nx\ny\n\x1aSEND\nalpha1::smith,@DIS.DIS/NOLOG\nREMOVE SMITH\nDEFINE/KEY KP0 \"DIR\"\nSPAWN SHOW TIME\nATTACH X",
)
TCPIP_LINES = (
    b"SHOW VERSION\nSHOW HOST\nSET HOST a.example.com/ADDRESS=192.0.2.7/ALIAS=(a,b)\nSHOW MX_RECORDS\nSHOW CONFIGURATION SMTP\nEXIT",
    b"SET CONFIGURATION SMTP/ZONE=example.com/OPTIONS=(TOP,RECEIVE)\nSHOW SERVICE/FULL *\nSHOW MAIL/ENTRY=1\nSEND MAIL\nSTART MAIL\nSTOP MAIL\nANALYZE MAIL",
    b"SET NAME_SERVICE/SERVER=192.0.2.1\nSHOW NAME_SERVICE\nSET COMMUNICATION\nSHOW COMMUNICATION/MEMORY\nHELP\n\nDISABLE SERVICE SMTP\nENABLE SERVICE SMTP\nREMOVE MAIL/ENTRY=1",
)
HELP_LINES = (b"SHOW\nTIME\n\n\n", b"@X\nSET *\n/FULL\n...\n?\n", b"LEXICALS F$FAO Arguments\n\x1a", b"*...", b"S%OW T*E")
CLD_TEXTS = (
    b"DEFINE VERB FUZZ\n IMAGE \"SHOW\"\n PARAMETER P1, LABEL=A, PROMPT=\"What\", VALUE(REQUIRED,LIST,TYPE=$FILE)\n"
    b" QUALIFIER Q, NONNEGATABLE, VALUE(DEFAULT=5,TYPE=$NUMBER)\n QUALIFIER R, DEFAULT, PLACEMENT=LOCAL, SYNTAX=S\n DISALLOW Q AND R OR NEG A\n"
    b"DEFINE SYNTAX S\n CLIROUTINE X\n NOQUALIFIERS\nDEFINE TYPE T\n KEYWORD A, DEFAULT\n KEYWORD B, NEGATABLE, VALUE(TYPE=T)\n",
    b"MODULE X\nIDENT \"1\"\nDEFINE VERB FUZZ\n SYNONYM FZ\n ROUTINE R\n PARAMETER P1, VALUE(TYPE=T)\n PARAMETER P2, VALUE(TYPE=$REST_OF_LINE)\n"
    b"DEFINE TYPE T\n KEYWORD ONE, SYNTAX=U\n KEYWORD TWO, LABEL=Z, DEFAULT\nDEFINE SYNTAX U\n IMAGE TYPE\n DISALLOW ANY2(A,B,C) AND (D OR NOT E.F)\n",
)
MSG_TEXTS = (
    b".FACILITY FUZZ,2001/PREFIX=FZ_\n.SEVERITY ERROR\nNOGOOD <no good !AS>/FAO_COUNT=1\n.BASE 10\nOTHER \"text\"/WARNING/IDENTIFICATION=ABC\n.END\n",
    b".TITLE X\n.FACILITY /SHARED A,5 ! c\n.SEVERITY FATAL\nX <y>\n.LITERAL Z=3\n.PAGE\n.IDENT 'v'\n.SEVERITY I\nY <!UL!%S>/FAO=1\n.END\n",
)


@cache
def sources(suffix: str, limit: int = 6000) -> tuple[bytes, ...]:
    """The texts of our own files with that suffix, the long ones cut."""
    return tuple(path.read_bytes()[:limit] for part in ("vmsemu", "smtp") for path in sorted((ROOT / part).rglob("*" + suffix)))


_VALUES = (
    *(text.decode("latin-1") for text in TEXTS),
    *["A.TXT", "B.TXT;1", "*.*", "[SMITH]", "DKA0:", "SMITH", "SYS$BATCH", "SYS$LOGIN:", "X", "1", "0", "-1", "99999999999", "(A,B)", '(A=1,B="c', 'd")', "ALL", "NONE", '""', "TODAY", "²", "ÿ", "!UL", "F.COM", "DKA100:", "OPA0:", "TT:"],
)  # fmt: skip
_CLAUSE = re.compile(r"^[ \t]*(?:DEFINE[ \t]+(VERB|SYNTAX)[ \t]+(\S+)|(QUALIFIER|PARAMETER)[ \t]+([\w$]+))", re.MULTILINE | re.IGNORECASE)
_KEYWORDS = re.compile(r"^[ \t]*KEYWORD[ \t]+([\w$]+)", re.MULTILINE | re.IGNORECASE)


def _commands(source: str, random: Random) -> Iterator[str]:
    """Commands with qualifiers of a .CLD file, each with or without a value. A syntax SHOW_TIME is the command SHOW TIME."""
    verbs: dict[str, tuple[list[str], list[str]]] = {}
    here: tuple[list[str], list[str]] = ([], [])
    for kind, verb, clause, name in _CLAUSE.findall(source):
        if kind:
            here = verbs.setdefault(verb.replace("_", " "), ([], []))
        else:
            here[clause.upper() == "PARAMETER"].append(name)
    values = (*_VALUES, *_KEYWORDS.findall(source)) if "KEYWORD" in source.upper() else _VALUES
    for verb, (qualifiers, parameters) in verbs.items():
        for _ in range(1 + len(qualifiers) // 3):
            line = verb
            for name in random.sample(qualifiers, min(len(qualifiers), random.choice((0, 1, 1, 2, 3)))):
                line += "/" + random.choice(("", "", "NO")) + name
                if random.random() < 0.6:
                    line += "=" + random.choice(values)
            for _ in range(random.choice((0, len(parameters), len(parameters) + 1)) if parameters else random.choice((0, 1))):
                line += " " + random.choice(values)
            yield line


@cache
def commands(folder: str, every: int = 8) -> tuple[bytes, ...]:
    """Commands of the .CLD files below a folder of ours, some of them to a seed."""
    random = Random(folder)
    lines: list[str] = []
    for _ in range(4):
        for path in sorted((ROOT / folder).rglob("*.cld")):
            lines += _commands(path.read_text(encoding="utf-8"), random)
    random.shuffle(lines)
    return tuple("\n".join(lines[at : at + every]).encode("latin-1") for at in range(0, len(lines), every))
