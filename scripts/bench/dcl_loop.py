#!/usr/bin/env python3
"""Statements per second of DCL, by kind, on a node in memory; the baseline is a Python loop measured in the same run.

    .venv/bin/python scripts/bench/dcl_loop.py [ROUNDS]
"""

from __future__ import annotations

import sys
import time

from vmsemu.base.condition import ConditionValue
from vmsemu.dcl import session
from vmsemu.host.live import open_node
from vmsemu.host.options import NodeOptions
from vmsemu.host.site import ephemeral_site
from vmsemu.services.process import Process
from vmsemu.services.stream import NullStream

KINDS: list[tuple[str, list[str]]] = [
    ("IF, GOTO and I = I + 1", []),
    ("string assignment", ['$ A = "abc" + B', "$ C := some text"]),
    ("IF block", ["$ IF I .EQ. 5", "$ THEN", "$ X = 1", "$ ELSE", "$ X = 2", "$ ENDIF"]),
    ("GOSUB and RETURN", ["$ GOSUB S", "$ GOTO N", "$S: RETURN", "$N:"]),
    ("lexical functions", ['$ A = F$LENGTH(B)', '$ A = F$ELEMENT(1,",",B)', "$ A = F$EXTRACT(0,2,B)"]),
    ("F$TRNLNM and F$PARSE", ['$ A = F$TRNLNM("SYS$SYSTEM")', '$ A = F$PARSE("X",".DAT",,"TYPE")']),
    ("apostrophes, same text", ["$ A = \"''B'\"", "$ C = 'K' + 1"]),
    ("apostrophes, new text each time", ["$ A = 'I' + 1"]),
    ("commands inside DCL", ["$ SET NOON", "$ DEFINE/NOLOG X Y"]),
    ("WRITE", ["$ WRITE NUL I"]),
]


def run(lines: list[str]) -> float:
    """Seconds that a procedure takes."""
    live = open_node(ephemeral_site(), NodeOptions())
    live.boot(NullStream())

    async def main(process: Process) -> ConditionValue:
        return await session.procedure_lines(process, lines, login=False)

    start = time.perf_counter()
    process = live.node.login("SYSTEM", NullStream(), NullStream(), main)
    live.run_until_ended(process)
    spent = time.perf_counter() - start
    live.shut_down(NullStream())
    return spent


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    start = time.perf_counter()
    i = 0
    while i < rounds:
        i = i + 1
    python = 2 * rounds / (time.perf_counter() - start)
    print(f"{'plain Python loop':34} {python / 1000:8.0f} k/s")
    frame = ['$ B = "one,two"', "$ K = 5", "$ OPEN/WRITE NUL NL:", f"$ N = {rounds}", "$ I = 0", "$LOOP:"]
    tail = ["$ I = I + 1", "$ IF I .LT. N THEN GOTO LOOP"]
    empty = run([*frame[:-2], "$ EXIT"])
    for name, body in KINDS:
        spent = run([*frame, *body, *tail]) - empty
        rate = rounds * (len(body) + len(tail)) / spent
        print(f"{name:34} {rate / 1000:8.0f} k/s   {rate / python:.3f}")


main()
