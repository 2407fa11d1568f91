"""What the DCL bench measures: procedures of our own, the answers they must give, and plain Python loops that do the same.

The files of procedures/ run unchanged on vmsemu and on PC-DCL: P1 is the number of rounds, the last line they write begins with `answer`. A figure
is counts per second, `per_round` counts in each round.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """One procedure: the file, rounds of a run, the answer after n rounds, and the Python function that takes n and gives that answer."""

    file: str
    title: str
    rounds: int
    python: Callable[[int], str]
    per_round: int = 1


def _loop(n: int) -> str:
    i = 0
    while i < n:
        i = i + 1
    return f"{i}"


def _calls(n: int) -> str:
    total = t = 0

    def twice(i: int) -> int:
        return i + i

    def add(value: int) -> int:
        return total + value

    for i in range(1, n + 1):
        t = twice(i)
        total = add(t)
    return f"{t} {total}"


def _strings(n: int) -> str:
    text = "alpha/beta/gamma/delta"
    total = 0
    a = b = d = ""
    for _ in range(n):
        a = text.split("/")[2]
        b = a[1:4]
        c = a.find("m")
        d = a.upper()
        total = total + len(b) + c
    return f"{a} {b} {d} {total}"


def _names(n: int) -> str:
    names: dict[str, str] = {}
    a = ""
    for i in range(1, n + 1):
        names["BENCH_NAME"] = f"VALUE_{i}"
        a = names["BENCH_NAME"]
    return a


def _records(n: int) -> str:
    total = 0
    line = ""
    with tempfile.TemporaryFile("w+") as file:
        for i in range(1, n + 1):
            file.write(f"a record of the bench, number {i}\n")
        file.seek(0)
        for record in file:
            line = record.rstrip("\n")
            total = total + len(line)
    return f"{total} {line}"


MEASURES = (
    Measure("loop", "I = I + 1, IF I .LT. N THEN GOTO", 300_000, _loop),
    Measure("calls", "GOSUB and CALL", 30_000, _calls),
    Measure("strings", "five string functions", 50_000, _strings),
    Measure("names", "DEFINE and F$TRNLNM", 50_000, _names),
    Measure("records", "records written and read", 50_000, _records, 2),
)

# What procedures look like: commands of one round of a counting loop, measured without the loop itself.
KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("string assignment", ('A = "abc" + B', "C := some text")),
    ("IF block", ("IF I .EQ. 5", "THEN", "X = 1", "ELSE", "X = 2", "ENDIF")),
    ("comparison of strings", ('IF B .EQS. "three" THEN GOTO DONE', 'IF B .NES. "one,two" .OR. I .GT. N THEN GOTO DONE')),
    ("GOSUB and RETURN", ("GOSUB SUB", "GOTO SKIP", "SUB: RETURN", "SKIP:")),
    ("CALL", ("CALL INNER ONE TWO",)),
    ("@ a procedure", ("@BENCH_SUB ONE TWO",)),
    ("lexical functions", ("A = F$LENGTH(B)", 'A = F$ELEMENT(1,",",B)', "A = F$EXTRACT(0,2,B)")),
    ("F$TRNLNM and F$PARSE", ('A = F$TRNLNM("SYS$SYSTEM")', 'A = F$PARSE("X",".DAT",,"TYPE")')),
    ("apostrophes, same text", ("A = \"''B'\"", "C = 'K' + 1")),
    ("apostrophes, new number each time", ("A = 'I' + 1", "IF 'I' .LT. 0 THEN GOTO DONE")),
    ("apostrophes in a string", ("A = \"number ''I' of ''N'\"",)),
    ("apostrophes in a symbol's name", ("ITEM_'I' = I", "A = ITEM_'I'", "DELETE/SYMBOL ITEM_'I'")),
    ("apostrophes in a parameter", ("DEFINE/NOLOG BENCH_X 'I'", "CALL INNER 'I'")),
    ("a verb that is a symbol", ("WRITING I",)),
    ("WRITE SYS$OUTPUT", ("WRITE SYS$OUTPUT \"number ''I'\"", "WRITE SYS$OUTPUT I, B")),
    ("DEFINE", ("DEFINE/NOLOG BENCH_X Y",)),
    ("ON and SET NOON", ("ON ERROR THEN GOTO DONE", "SET NOON")),
    ("under SET VERIFY", ("SET VERIFY", "A = I + 1", 'B = "one,two"', "IF A .EQ. 0 THEN GOTO DONE", "SET NOVERIFY")),
)

# Commands and functions that ask or change the system: commands of one round, each measured by itself.
COMMANDS: tuple[tuple[str, str], ...] = (
    ("SHOW TIME", "SHOW TIME"),
    ("SHOW SYMBOL", "SHOW SYMBOL B"),
    ("SHOW LOGICAL", "SHOW LOGICAL SYS$SYSTEM"),
    ("SHOW DEFAULT", "SHOW DEFAULT"),
    ("SET DEFAULT", "SET DEFAULT SYS$LOGIN"),
    ("SET PROCESS/NAME", "SET PROCESS/NAME=BENCH"),
    ("F$GETJPI", 'A = F$GETJPI("","USERNAME")'),
    ("F$GETSYI", 'A = F$GETSYI("NODENAME")'),
    ("F$GETDVI", 'A = F$GETDVI("SYS$SYSDEVICE","FREEBLOCKS")'),
    ("F$TIME and F$CVTIME", 'A = F$CVTIME(F$TIME(),,"DATE")'),
    ("F$FAO", 'A = F$FAO("!5UL !AS",I,B)'),
    ("F$SEARCH", 'A = F$SEARCH("SYS$SYSTEM:STARTUP.COM;")'),
    ("OPEN and CLOSE", "@BENCH_OPEN"),
    ("COPY", "COPY BENCH_SUB.COM BENCH_COPY.TMP"),
    ("PURGE", "PURGE BENCH_COPY.TMP"),
    ("DIRECTORY", "DIRECTORY BENCH_SUB.COM"),
    ("TYPE", "TYPE BENCH_SUB.COM"),
)


def long_procedure(lines: int) -> list[str]:
    """A procedure of that many lines as configuration scripts are: questions of symbols, blocks, labels, texts; it ends at once."""
    out = ["$ VERIFY = F$VERIFY(0)", "$ GOTO FINISH"]
    number = 0
    while len(out) < lines - 3:
        number += 1
        out += [
            f"$! Part {number}: look for a library and note what was found",
            f"$PART_{number}:",
            f'$ IF F$SEARCH("SYS$LIBRARY:LIB{number}.OLB") .NES. "" THEN GOTO HAVE_{number}',
            f'$ name = "part_{number}" ! the name as the user knows it',
            f"$ dflt_{number} = \"''name' of ''device'\"",
            f'$ IF (count .GT. {number}) .AND. ("\'\'ans\'" .EQS. "Y")',
            "$ THEN",
            f"$   WRITE CONFIG \"d_part{number}='define'\"",
            f"$   total = total + {number}",
            "$ ELSE",
            f"$   WRITE CONFIG \"d_part{number}='undef'\"",
            "$   CALL NOTE 'name' \"no library ''name'\" -",
            f"      {number}",
            "$ ENDIF",
            f"$ GOSUB ASK_{number}",
            "$ DEFINE/NOLOG WHERE 'device''directory'",
            "$ bits = f$integer(f$extract(0,3,value)) + 4*(f$length(name)-1)",
            f'$HAVE_{number}: found_{number} = "define"',
            f"$ASK_{number}:",
            '$ READ/END_OF_FILE=FINISH/PROMPT="Answer [Y] " SYS$COMMAND ans',
            "$ RETURN",
        ]
    return [*out[: lines - 3], "$ ENDIF", "$FINISH:", '$ WRITE SYS$OUTPUT "answer started"']
