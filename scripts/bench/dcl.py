#!/usr/bin/env python3
"""The speed of DCL, in one run: against plain Python loops always, against PC-DCL when PCDCL names its binary.

    [PCDCL=/path/of/dcl] .venv/bin/python scripts/bench/dcl.py [--runs N] [--quick]

The procedures are in procedures/ and run unchanged on both (measures.py says what they are). A figure is the median of several runs, without what
an empty procedure takes; a wrong answer counts as a loss and prints as one. Then come the cost of each kind of statement and of commands, and the
times from nothing to a prompt. Ratios are what to compare between machines. PC-DCL is the public interpreter in C of that name, built with
optimisation and without its debugging log (NDEBUG); it is given a time zone so that it does not look for one with every statement.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from measures import COMMANDS, KINDS, MEASURES, Measure, long_procedure

from vmsemu.base.condition import ConditionValue
from vmsemu.dcl import session
from vmsemu.host.live import open_node
from vmsemu.host.options import NodeOptions
from vmsemu.host.site import ephemeral_site
from vmsemu.services.process import Process
from vmsemu.services.stream import CallbackOutput, NullStream

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PROCEDURES = HERE / "procedures"
WRONG = "wrong answer"
_ANSWER = re.compile(r"answer ([ -~]*)")
_PREPARE = (
    "$ CREATE BENCH_SUB.COM", "$ DECK", "$ X = P1", "$ EXIT", "$ EOD",
    "$ CREATE BENCH_OPEN.COM", "$ DECK", "$ OPEN/READ F BENCH_SUB.COM", "$ CLOSE F", "$ EOD",
)  # fmt: skip
_TAIL = ("$DONE:", "$ EXIT", "$INNER: SUBROUTINE", "$ X = P1", "$ ENDSUBROUTINE")

Rows = list[tuple[str, ...]]


class Machine:
    """A node in memory that procedures are timed on."""

    def __init__(self) -> None:
        self._live = open_node(ephemeral_site(), NodeOptions())
        self._live.boot(NullStream())
        self.run(_PREPARE)

    def run(self, lines: Sequence[str], parameters: Sequence[str] = ()) -> tuple[float, str]:
        """Seconds of a procedure in a process of its own, and what it wrote."""
        output: list[str] = []

        async def main(process: Process) -> ConditionValue:
            return await session.procedure_lines(process, list(lines), list(parameters), login=False)

        start = time.perf_counter()
        process = self._live.node.login("SYSTEM", NullStream(), CallbackOutput(output.append), main)
        self._live.run_until_ended(process)
        return time.perf_counter() - start, "".join(output)

    def close(self) -> None:
        self._live.shut_down(NullStream())


class Rival:
    """PC-DCL, a process for each procedure, in a folder of its own."""

    def __init__(self, binary: str, folder: Path) -> None:
        self._binary = str(Path(binary).resolve())
        self._folder = folder
        for each in PROCEDURES.glob("*.com"):
            shutil.copy(each, folder)
        (folder / "empty.com").write_text("$ EXIT\n")

    def run(self, name: str, rounds: int) -> tuple[float, str]:
        command = [self._binary, f"@{name}.com", str(rounds)]
        environment = {"TZ": "UTC0", "TERM": "dumb", "HOME": str(self._folder), "PATH": os.environ["PATH"]}
        start = time.perf_counter()
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, cwd=self._folder, env=environment, timeout=300)
        return time.perf_counter() - start, done.stdout.decode("latin-1")


def answer_in(output: str) -> str:
    """The answer a procedure wrote; empty when it wrote none."""
    found = _ANSWER.search(output)
    return found[1].strip() if found is not None else ""


def figures(measure: Measure, runs: int, contestants: Sequence[tuple[float, Callable[[], tuple[float, str]]]], answer: str) -> list[float]:
    """Counts per second of each contestant, the median of runs that take turns; 0 when an answer is wrong. With each goes its empty time."""
    spent: list[list[float]] = [[] for _ in contestants]
    for _ in range(runs):
        for times, (_, run) in zip(spent, contestants, strict=True):
            seconds, output = run()
            times.append(seconds if answer_in(output) == answer else float("inf"))
    counts = measure.rounds * measure.per_round
    return [
        0.0 if float("inf") in times else counts / max(statistics.median(times) - empty, 1e-9)
        for times, (empty, _) in zip(spent, contestants, strict=True)
    ]


def timed(function: Callable[[int], str], rounds: int) -> tuple[float, str]:
    start = time.perf_counter()
    answer = function(rounds)
    return time.perf_counter() - start, f"answer {answer}"


def compare(machine: Machine, rival: Rival | None, runs: int) -> Rows:
    """The five measures on each that is there."""
    empty = statistics.median(machine.run(["$ EXIT"])[0] for _ in range(5))
    rival_empty = statistics.median(rival.run("empty", 0)[0] for _ in range(5)) if rival is not None else 0.0
    rows: Rows = []
    for measure in MEASURES:
        lines = (PROCEDURES / f"{measure.file}.com").read_text().splitlines()
        contestants = [
            (empty, partial(machine.run, lines, [str(measure.rounds)])),
            (0.0, partial(timed, measure.python, measure.rounds)),
        ]
        if rival is not None:
            contestants.append((rival_empty, partial(rival.run, measure.file, measure.rounds)))
        ours, python, *others = figures(measure, runs, contestants, measure.python(measure.rounds))
        row = [measure.title, rate(ours), f"{ours / python:.4f}"]
        for theirs in others:
            row += [rate(theirs), "won" if not theirs else f"{ours / theirs:.2f}" if ours else "lost"]
        rows.append(tuple(row))
    return rows


def rate(value: float) -> str:
    return f"{value / 1000:,.0f} k/s" if value else WRONG


def cost(machine: Machine, commands: Sequence[str], rounds: int, runs: int, baseline: float) -> float:
    """Microseconds of one of the commands, the loop around them taken away."""
    body = [f"${each}" if re.match(r"\w+:", each) else f"$ {each}" for each in commands]
    head = ['$ B = "one,two"', "$ K = 5", '$ WRITING = "WRITE SYS$OUTPUT"', f"$ N = {rounds}", "$ I = 0", "$LOOP:"]
    lines = [*head, *body, "$ I = I + 1", "$ IF I .LT. N THEN GOTO LOOP", *_TAIL]
    seconds = statistics.median(machine.run(lines)[0] for _ in range(runs))
    return ((seconds * 1e6 / rounds) - baseline) / max(len(body), 1)


def kinds(machine: Machine, rounds: int, runs: int) -> Rows:
    """Each kind of statement beside a round of the counting loop."""
    loop = cost(machine, (), rounds, runs, 0.0)
    rows: Rows = [("the loop: I = I + 1, IF I .LT. N THEN GOTO", f"{loop:.2f} us", "1.0")]
    for title, commands in KINDS:
        spent = cost(machine, commands, rounds, runs, loop)
        rows.append((title, f"{spent:.2f} us", f"{spent * 2 / loop:.1f}"))
    for title, command in COMMANDS:
        few = max(rounds // 20, 20)
        spent = cost(machine, (command,), few, runs, loop)
        rows.append((title, f"{spent:.1f} us", f"{spent * 2 / loop:.1f}"))
    return rows


def started(machine: Machine, runs: int) -> Rows:
    """A long procedure from its records to its last statement; each time another text, so that nothing is kept."""
    text = long_procedure(7000)
    spent = []
    for number in range(runs):
        seconds, output = machine.run([*text[:2], f"$! run {number}", *text[2:]])
        spent.append(seconds if answer_in(output) == "started" else float("inf"))
    return [("a procedure of 7,000 lines, parsed and started", f"{statistics.median(spent) * 1000:.0f} ms", "")]


def host_time(command: list[str], runs: int) -> float:
    """Median seconds of a host command."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    spent = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd=ROOT, env=environment)
        spent.append(time.perf_counter() - start)
    return statistics.median(spent[1:])


def start_up(folder: Path, runs: int) -> Rows:
    """The host command; the first run of each warms what Python keeps, and makes the site."""
    bare = host_time([sys.executable, "-c", "pass"], runs)
    vmsemu = [sys.executable, "-m", "vmsemu"]
    site = ["--site", str(folder / "site")]
    start = time.perf_counter()
    subprocess.run([*vmsemu, *site, "-c", "SHOW TIME"], check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd=ROOT)
    fresh = time.perf_counter() - start
    rows: Rows = [("python -c pass", f"{bare * 1000:.0f} ms", "1.0")]
    for title, command in (
        ("vmsemu --version", [*vmsemu, "--version"]),
        ("vmsemu -c 'SHOW TIME' on an existing site", [*vmsemu, *site, "-c", "SHOW TIME"]),
        ("vmsemu --ephemeral -c 'SHOW TIME'", [*vmsemu, "--ephemeral", "-c", "SHOW TIME"]),
    ):
        spent = host_time(command, runs)
        rows.append((title, f"{spent * 1000:.0f} ms", f"{spent / bare:.1f}"))
    return [*rows, ("vmsemu -c 'SHOW TIME' on a new site, once", f"{fresh * 1000:.0f} ms", f"{fresh / bare:.1f}")]


def show(heading: Sequence[str], rows: Rows) -> None:
    """Print a table: the first column to the left, the others to the right."""
    table = [tuple(heading), *rows]
    widths = [max(len(row[i]) for row in table if i < len(row)) for i in range(max(len(row) for row in table))]
    for row in table:
        print("  ".join(f"{cell:<{widths[i]}}" if i == 0 else f"{cell:>{widths[i]}}" for i, cell in enumerate(row)).rstrip())
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="the five measures only")
    arguments = parser.parse_args()
    binary = os.environ.get("PCDCL", "")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        machine = Machine()
        rival = Rival(binary, folder) if binary else None
        heading = ["per second", "vmsemu", "of Python", *(("PC-DCL", "times it") if binary else ())]
        show(heading, compare(machine, rival, arguments.runs))
        if not arguments.quick:
            show(("one statement or command", "costs", "simple ones"), kinds(machine, 2000, 3))
            show(("from nothing", "takes", "bare Pythons"), started(machine, arguments.runs) + start_up(folder, arguments.runs))
        machine.close()


if __name__ == "__main__":
    main()
