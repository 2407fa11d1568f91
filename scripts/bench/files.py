#!/usr/bin/env python3
"""The speed of files, in one run: on a live node with its disk in an SQLite store, beside bare sqlite3 and host files in Python.

    .venv/bin/python scripts/bench/files.py [--runs N]

Each goal stands beside its figure: `met` or `MISSED`. A figure is the median of several runs. The node commits at the end of each tick, as always;
bare sqlite3 writes the same number of rows in one transaction of a database with a write-ahead log, Python the same files on the host's disk, without
syncs. Ratios are what to compare between machines.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from dcl import Rows, show

from vmsemu.base.condition import ConditionValue
from vmsemu.dcl import session
from vmsemu.host.live import open_node
from vmsemu.host.options import NodeOptions
from vmsemu.host.site import open_site
from vmsemu.services.process import Process
from vmsemu.services.stream import CallbackOutput, NullStream
from vmsemu.tables.facilities import SS

RECORDS = 20_000
FILES = 2_000
LISTED = 10_000
CALLS = 50_000
RECORD = "a record of the bench, number "
WHERE = "[.BENCH]"


class LiveMachine:
    """A node on a site, and what it writes."""

    def __init__(self, folder: Path) -> None:
        self._live = open_node(open_site(folder), NodeOptions())
        self._live.boot(NullStream())
        self.first = 0.0
        self.run("$ CREATE/DIRECTORY " + WHERE)

    def drive(self, main: Callable[[Process], object], write: Callable[[str], object]) -> float:
        """Seconds of a process with this main line."""
        start = time.perf_counter()
        process = self._live.node.login("SYSTEM", NullStream(), CallbackOutput(write), main)  # type: ignore[arg-type]
        self._live.run_until_ended(process)
        return time.perf_counter() - start

    def run(self, *lines: str) -> tuple[float, str]:
        """Seconds of a procedure, and what it wrote; `first` is when it wrote for the first time."""
        output: list[str] = []
        start = time.perf_counter()

        def write(text: str) -> None:
            if not output:
                self.first = time.perf_counter() - start
            output.append(text)

        async def main(process: Process) -> ConditionValue:
            return await session.procedure_lines(process, ["$ SET DEFAULT SYS$LOGIN", *lines], [], login=False)

        return self.drive(main, write), "".join(output)

    def close(self) -> None:
        self._live.shut_down(NullStream())


def loop(count: int, *body: str) -> list[str]:
    """A procedure that does `body` so many times."""
    return ["$ I = 0", "$LOOP:", *body, "$ I = I + 1", f"$ IF I .LT. {count} THEN GOTO LOOP"]


def repeat(runs: int, action: Callable[[], float]) -> float:
    return statistics.median(action() for _ in range(runs))


# -- the baselines -------------------------------------------------------------------------------------------------------------------


def bare_rows(folder: Path, count: int) -> float:
    """So many rows through sqlite3: written in one transaction, read back in order."""
    database = sqlite3.connect(folder / "bare.db", isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("DROP TABLE IF EXISTS rows")
    database.execute("CREATE TABLE rows (key INTEGER PRIMARY KEY, value BLOB)")
    start = time.perf_counter()
    database.execute("BEGIN")
    for number in range(count):
        database.execute("INSERT INTO rows VALUES (?, ?)", (number, f"{RECORD}{number}".encode()))
    database.execute("COMMIT")
    read = sum(1 for _ in database.execute("SELECT value FROM rows ORDER BY key"))
    spent = time.perf_counter() - start
    database.close()
    assert read == count
    return spent


def host_lines(folder: Path, count: int) -> float:
    """So many lines written to a host file and read back."""
    start = time.perf_counter()
    with open(folder / "lines", "w") as file:
        for number in range(count):
            file.write(f"{RECORD}{number}\n")
    with open(folder / "lines") as file:
        read = sum(1 for _ in file)
    assert read == count
    return time.perf_counter() - start


def host_files(folder: Path, count: int) -> float:
    """So many host files made, searched, listed and deleted."""
    place = folder / "files"
    place.mkdir(exist_ok=True)
    start = time.perf_counter()
    for number in range(count):
        (place / f"F{number}.TMP").write_text("some text\n")
    found = sum("text" in path.read_text() for path in sorted(place.iterdir()))
    listed = [(path.name, path.stat().st_size) for path in sorted(place.iterdir())]
    for path in list(place.iterdir()):
        path.unlink()
    assert found == len(listed) == count
    return time.perf_counter() - start


def host_listing(folder: Path, count: int) -> float:
    """A host folder of so many files, listed with their sizes."""
    place = folder / "listed"
    if not place.exists():
        place.mkdir()
        for number in range(count):
            (place / f"N{number:05}.DAT").touch()
    start = time.perf_counter()
    lines = [f"{path.name:20}{path.stat().st_size:12}" for path in sorted(place.iterdir())]
    assert len(lines) == count
    return time.perf_counter() - start


# -- the machine ---------------------------------------------------------------------------------------------------------------------


def records_of_dcl(machine: LiveMachine) -> float:
    """WRITE and READ."""
    seconds, output = machine.run(
        f"$ OPEN/WRITE F {WHERE}R.DAT", *loop(RECORDS, f"$ WRITE F \"{RECORD}''I'\""), "$ CLOSE F",
        f"$ OPEN/READ F {WHERE}R.DAT", "$READ: READ/END_OF_FILE=DONE F X", "$ GOTO READ", "$DONE: CLOSE F", "$ WRITE SYS$OUTPUT X",
    )  # fmt: skip
    assert output == f"{RECORD}{RECORDS - 1}\n", output
    return seconds


def records_of_rms(machine: LiveMachine) -> float:
    """$PUT and $GET."""

    async def main(process: Process) -> ConditionValue:
        with process.files.create(WHERE + "R.DAT") as file:
            for number in range(RECORDS):
                file.put(f"{RECORD}{number}".encode())
        with process.files.open(WHERE + "R.DAT") as file:
            assert sum(1 for _ in file) == RECORDS
        return SS.NORMAL.value

    return machine.drive(main, lambda text: None)


def many_files(machine: LiveMachine) -> float:
    """CREATE by a procedure, one by one; SEARCH, DIRECTORY/SIZE, DELETE."""
    seconds, output = machine.run(
        f"$ SET DEFAULT {WHERE}", *loop(FILES, "$ CREATE F'I'.TMP", "some text"),
        '$ SEARCH F*.TMP "text"', "$ DIRECTORY/SIZE F*.TMP", "$ DELETE F*.TMP;*",
    )  # fmt: skip
    assert output.count("some text") == FILES and f"Total of {FILES} files" in output
    return seconds


def make_listed(machine: LiveMachine) -> None:
    async def main(process: Process) -> ConditionValue:
        for number in range(LISTED):
            process.files.create(f"{WHERE}N{number:05}.DAT").close()
        return SS.NORMAL.value

    machine.drive(main, lambda text: None)


def listing(machine: LiveMachine, qualifiers: str = "") -> tuple[float, float]:
    """DIRECTORY: (until it begins to print, until its end)."""
    seconds, output = machine.run(f"$ DIRECTORY{qualifiers} {WHERE}N*.DAT")
    assert f"Total of {LISTED} files" in output
    return machine.first, seconds


def calls(machine: LiveMachine, function: str, runs: int) -> float:
    """Calls per second, without the loop around them."""
    empty = repeat(runs, lambda: machine.run(*loop(CALLS))[0])
    return CALLS / (repeat(runs, lambda: machine.run(*loop(CALLS, f"$ X = {function}"))[0]) - empty)


def row(title: str, seconds: float, goal: float, baseline: float) -> tuple[str, ...]:
    """One line: the figure, the goal and whether it is met, the ratio to the baseline."""
    return title, f"{seconds * 1000:,.0f} ms", f"{goal * 1000:,.0f} ms", "met" if seconds <= goal else "MISSED", f"{seconds / baseline:.1f}"


def measure(folder: Path, runs: int) -> Rows:
    rows_base = repeat(runs, lambda: bare_rows(folder, RECORDS))
    lines_base = repeat(runs, lambda: host_lines(folder, RECORDS))
    files_base = repeat(runs, lambda: host_files(folder, FILES))
    listing_base = repeat(runs, lambda: host_listing(folder, LISTED))
    machine = LiveMachine(folder / "site")
    rows: Rows = [
        (f"bare sqlite3: {RECORDS:,} rows written and read", f"{rows_base * 1000:,.0f} ms", "", "", "1.0"),
        ("  records through RMS", *row("", repeat(runs, lambda: records_of_rms(machine)), 0.5, rows_base)[1:]),
        ("  records by WRITE and READ of DCL", *row("", repeat(runs, lambda: records_of_dcl(machine)), 0.5, rows_base)[1:]),
        (f"Python: {RECORDS:,} lines of a host file", f"{lines_base * 1000:,.0f} ms", "", "", f"{lines_base / rows_base:.1f}"),
        (f"Python: {FILES:,} host files made, searched, listed, deleted", f"{files_base * 1000:,.0f} ms", "", "", "1.0"),
        row("  CREATE, SEARCH, DIRECTORY, DELETE", repeat(runs, lambda: many_files(machine)), 2.0, files_base),
        (f"Python: a host folder of {LISTED:,} files listed", f"{listing_base * 1000:,.0f} ms", "", "", "1.0"),
    ]
    make_listed(machine)
    for qualifiers in ("", "/SIZE/DATE"):
        pairs = [listing(machine, qualifiers) for _ in range(runs)]
        rows.append(row(f"  DIRECTORY{qualifiers} begins to print", statistics.median(p[0] for p in pairs), 0.05, listing_base))
        rows.append(row(f"  DIRECTORY{qualifiers} has ended", statistics.median(p[1] for p in pairs), 0.5, listing_base))
    machine.close()
    machine = LiveMachine(folder / "site")
    begins, ends = listing(machine)
    rows.append(row("  the first DIRECTORY after a boot begins to print", begins, 0.05, listing_base))
    rows.append(row("  the first DIRECTORY after a boot has ended", ends, 0.5, listing_base))
    for title, function in FUNCTIONS:
        rate = calls(machine, function, runs)
        rows.append((title, f"{rate:,.0f} /s", "100,000 /s", "met" if rate >= 100_000 else "MISSED", ""))
    machine.close()
    return rows


FUNCTIONS: Sequence[tuple[str, str]] = (
    ("F$TRNLNM", 'F$TRNLNM("SYS$SYSTEM")'),
    ("F$PARSE", 'F$PARSE("X",".DAT",,"TYPE")'),
    ("F$PARSE, each time another name", 'F$PARSE("X\'\'I\'",".DAT",,"TYPE")'),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        show(("files", "takes", "goal", "", "of the baseline"), measure(Path(name), arguments.runs))


if __name__ == "__main__":
    main()
