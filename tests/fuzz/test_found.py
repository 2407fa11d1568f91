"""The smallest inputs that fuzzing found faults with. Each was a Python exception, a hang, or a node that stopped answering."""

import pytest

from tests.fuzz.ways import run_case

FOUND = [
    pytest.param("pipe", "SMITH", b"TYPE<A.TXT &", id="a background segment of PIPE asks for a parameter"),
    pytest.param("pipe", "SMITH", b"PIPE (TYPE ; SHOW TIME)\n\x19", id="Ctrl/Y while a segment of PIPE reads from the terminal"),
    pytest.param("procedure", "SMITH", b"$L: NOSUCHVERB\n$ GOTO L", id="a loop in which every statement fails"),
    pytest.param("terminal", "SMITH", b"TYPE SYS$OUTPUT\rA\x19CONTINUE\r", id="Ctrl/Y while an image reads the terminal under another name"),
    pytest.param("terminal", "SMITH", b"OPEN F TT:\rREAD F X\r\x19SHOW TIME\r", id="Ctrl/Y while DCL reads a terminal that was opened"),
    pytest.param("terminal", "SMITH", b"RECALL \xb2\r", id="a superscript digit as a number"),
    pytest.param("terminal", "SMITH", b"SEARCH/WINDOW=\xb2 A.TXT X\r", id="a superscript digit as a window"),
    pytest.param("arguments", "SMITH", b"!2000000000*x!%D", id="a repeat count of $FAO that fills the memory, and a time from a string"),
    pytest.param("arguments", "SMITH", b"!" + b"9" * 900 + b"UL", id="a width of $FAO that is no machine integer"),
    pytest.param("help", "SMITH", b"*" * 60 + b"x", id="many wildcards in a topic of HELP"),
    pytest.param("command", "SMITH", b"CREATE S.X\n" + b"a" * 80 + b"\n\x1aSEARCH/WILDCARD S.X " + b"*a" * 30 + b"b", id="many wildcards in a string of SEARCH"),
    pytest.param("command", "SYSTEM", b"INI DK100 \xff", id="a label whose letter has no upper case in the character set"),
    pytest.param("databases", "SYSTEM", b"LPHA1      NEG   31-feb-2001  smtp=1\x00ecH\xff=", id="a record of the services database that is cut off"),
]


@pytest.mark.parametrize(("way", "username", "data"), FOUND)
def test_what_was_found_stays_repaired(way, username, data):
    run_case(way, username, data)
