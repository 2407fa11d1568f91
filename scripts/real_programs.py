#!/usr/bin/env python3
"""Run public command procedures on the machine and report what became of them.

    .venv/bin/python scripts/real_programs.py gather MIRRORS FOLDER     fill FOLDER from git repositories
    .venv/bin/python scripts/real_programs.py run FOLDER [NAME ...]     run the programs in FOLDER
        --report FILE       write the report page (docs/real_programs.md is the committed one)
        --screens DIR       write what each terminal showed, one file per program

The programs are other people's and none of them is part of this project: real_programs.yaml beside this file says where each one is published,
how it is started, what is typed at which prompt and what must then be seen. To fill a folder, clone the repositories the manifest names:

    git clone --filter=blob:none --no-checkout https://github.com/OWNER/NAME MIRRORS/OWNER/NAME

and let `gather` take the files out of them at the pinned commits. A folder FOLDER/PROGRAM/ with the files by their last names does as well.

Each program has a node of its own, in memory and in virtual time. Files that hold raw variable-length records (a 16-bit count, the record, a pad
byte to an even length), as many archives keep .COM files, are recognised and unpacked; all others are taken as lines.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.dcl.caches import ProcedureCache
from vmsemu.dcl.procedure import Procedure
from vmsemu.scenario.document import Scenario
from vmsemu.scenario.matching import line_matches
from vmsemu.scenario.world import World
from vmsemu.terminal.characteristics import find_type

MANIFEST = Path(__file__).with_suffix(".yaml")
HOME = "SYS$SYSDEVICE:[REAL]"
NODE, USER = "ALPHA1", "SYSTEM"
WALL_LIMIT = 60.0
VIRTUAL_LIMIT = "1 00:00:00"
END_OF_BLOCK = 0xFFFF
_MESSAGE = re.compile(r"[%-][A-Z][A-Z0-9$_]*-[WEF]-[A-Z0-9$_]+, ")


class ManifestError(Exception):
    """The manifest, or the folder of programs, is not usable; the text says where."""


# -- the manifest ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One published file, or some of its lines (a file may hold several programs), and the name it gets on the emulated disk."""

    path: str
    to: str
    first: int = 1
    last: int | None = None

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def shown(self) -> str:
        """The path, with the lines when not all are taken."""
        return self.path if self.last is None else f"{self.path}, lines {self.first} to {self.last}"


@dataclass(frozen=True, slots=True)
class Program:
    """One entry of the manifest. Its `commit` is that of its repository there, unless it has one of its own.

    `dialogue` is a list of (prompt, answer) pairs taken in order; a read whose prompt is not the next pair's gets `otherwise`, and without that
    the program is stopped there. It has ended when DCL asks with its `prompt`. `terminal` is the type of terminal the program finds. `after` are
    commands typed when it has ended, whose output is seen too. `expect` are lines that must be seen in this order (`[..]` matches any text),
    `messages` the warnings and errors that may be seen, `status` the $STATUS it must leave. `stand_ins` are small files of our own: data the
    program works on, and procedures that take the place of programs which cannot be had, such as compilers.
    """

    name: str
    kind: str
    repository: str
    commit: str
    files: tuple[SourceFile, ...]
    start: tuple[str, ...]
    setup: tuple[str, ...] = ()
    stand_ins: tuple[tuple[str, str], ...] = ()
    dialogue: tuple[tuple[str, str], ...] = ()
    otherwise: str | None = None
    prompt: str = "$"
    terminal: str = ""
    after: tuple[str, ...] = ()
    expect: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    status: str = ""
    virtual: str = VIRTUAL_LIMIT
    note: str = ""


class _Loader(yaml.SafeLoader):
    """YAML in which every scalar is a text; `<<` merges."""

    yaml_implicit_resolvers = {"<": [("tag:yaml.org,2002:merge", re.compile("<<"))]}


def read_manifest(path: Path = MANIFEST) -> list[Program]:
    """The programs of a manifest. Errors: ManifestError."""
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    commits = document.get("repositories") or {}
    return [_program(entry, commits) for entry in document["programs"]]


def _program(entry: dict[str, Any], commits: dict[str, str]) -> Program:
    for key in entry:
        if key not in Program.__dataclass_fields__:
            raise ManifestError(f"{entry.get('name')}: unknown key {key!r}")
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    values["files"] = tuple(_source_file(path, to) for file in entry["files"] for path, to in file.items())
    values["stand_ins"] = tuple((entry.get("stand_ins") or {}).items())
    values["dialogue"] = tuple((prompt, answer) for pair in entry.get("dialogue") or () for prompt, answer in pair.items())
    values["start"] = (entry["start"],) if isinstance(entry["start"], str) else tuple(entry["start"])
    values.setdefault("commit", commits.get(entry["repository"], "HEAD"))
    return Program(**values)


def _source_file(path: str, to: str) -> SourceFile:
    path, _, lines = path.partition("#")
    first, _, last = lines.partition("-")
    return SourceFile(path, to, int(first), int(last)) if lines else SourceFile(path, to)


# -- files ----------------------------------------------------------------------------------------------------------------------------


def records_of(data: bytes) -> list[bytes]:
    """The records of a file: unpacked when it holds raw variable-length records, otherwise its lines."""
    raw = _raw_records(data)
    if raw is not None:
        return raw
    lines = data.replace(b"\r\n", b"\n").split(b"\n")
    return lines[:-1] if lines[-1] == b"" else lines


def _raw_records(data: bytes) -> list[bytes] | None:
    """The records, when `data` is counts and records to the end; None when it is not. An FFFF count ends a block; blocks may be padded with NUL."""
    records: list[bytes] = []
    at = 0
    while at + 1 < len(data):
        count = int.from_bytes(data[at : at + 2], "little")
        if count == END_OF_BLOCK:
            at = (at // 512 + 1) * 512
            continue
        if count == 0 and not data[at:].strip(b"\0"):
            break
        end = at + 2 + count
        if end > len(data) or b"\n" in data[at + 2 : end]:
            return None
        records.append(data[at + 2 : end])
        at = end + count % 2
    return records if any(record[:1] == b"$" for record in records) else None


def gather(programs: Sequence[Program], mirrors: Path, folder: Path) -> list[str]:
    """Copy every program's files out of the repositories below `mirrors`; the result names those that could not be had."""
    missing = []
    for program in programs:
        for file in program.files:
            data = _show(mirrors / program.repository, program.commit, file.path)
            if data is None:
                missing.append(f"{program.name}: {program.repository} {file.path}")
                continue
            target = folder / program.name / file.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    return missing


def _show(repository: Path, commit: str, path: str) -> bytes | None:
    if not repository.exists():
        return None
    found = subprocess.run(["git", "-C", str(repository), "show", f"{commit}:{path}"], capture_output=True, check=False)
    return found.stdout if found.returncode == 0 else None


# -- running --------------------------------------------------------------------------------------------------------------------------


class Stopped(Exception):
    """The program did not come to its end; the text says why."""


class CountedCode(list[Any]):
    """The code of a procedure, counting the statements that are run."""

    executed = 0

    def __getitem__(self, at: Any) -> Any:
        CountedCode.executed += 1
        return super().__getitem__(at)


class CountingCache(ProcedureCache):
    """Procedures whose statements are counted."""

    def get(self, records: list[str]) -> Procedure:
        procedure = super().get(records)
        if not isinstance(procedure.code, CountedCode):
            procedure.code = CountedCode(procedure.code)
            procedure.verified = CountedCode(procedure.verified)
        return procedure


@dataclass(slots=True)
class Outcome:
    """What became of one program."""

    program: Program
    lines: int
    failure: str = ""
    screen: list[str] = field(default_factory=list)
    statements: int = 0
    seconds: float = 0.0
    status: str = ""

    @property
    def passed(self) -> bool:
        return not self.failure


class Session:
    """The terminal session in which one program runs."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.world = World(Scenario(program.name, {"nodes": {NODE: {}}}))
        self.world.node(NODE).system.parts[ProcedureCache] = CountingCache()
        self.terminal, self.process = self.world.session(NODE, USER)
        self.screen: list[str] = []
        self._pairs = list(reversed(program.dialogue))
        self._limit = VmsTime(self.world.kernel.now + DeltaTime.from_text(program.virtual))
        self._deadline = time.monotonic() + WALL_LIMIT
        if program.terminal:
            self.command(f"SET TERMINAL/DEVICE={program.terminal}")
            self.terminal.inquire = self._answer  # type: ignore[method-assign]

    async def _answer(self) -> str | None:
        """What the terminal says it is."""
        found = find_type(self.program.terminal)
        return found.answer if found is not None else None

    def command(self, line: str) -> list[str]:
        """Type one command at the DCL prompt and run it to its end."""
        self._until_read()
        self._take()
        self.terminal.type(line)
        self._until_read()
        return self._take()

    def _take(self) -> list[str]:
        shown = [line.replace("\r", "") for line in self.terminal.take_screen()]
        self.screen += shown
        return shown

    def _until_read(self) -> str | None:
        """Run until the terminal waits for input; the prompt, or None when the process has ended. Errors: Stopped."""
        kernel, terminal = self.world.kernel, self.terminal
        while True:
            kernel.tick()
            if time.monotonic() > self._deadline:
                raise Stopped(f"still running after {WALL_LIMIT:.0f} s")
            due = kernel.next_deadline()
            if not kernel.idle or (due is not None and due <= kernel.now):
                continue
            if terminal.waiting_prompt is not None or self.process.ended.done:
                return terminal.waiting_prompt
            if due is None:
                raise Stopped("nothing is left to run")
            if due > self._limit:
                raise Stopped(f"still waiting after {self.program.virtual} of virtual time")
            kernel.clock.advance_to(due)

    def run(self, line: str) -> None:
        """Type a command and answer the prompts of what it starts, until DCL's own prompt returns. Errors: Stopped."""
        self._until_read()
        self.terminal.type(line)
        while True:
            prompt = self._until_read()
            self._take()
            if prompt is None:
                return
            shown = visible(prompt)
            if self._pairs and line_matches(self._pairs[-1][0], shown):
                self.terminal.type(self._pairs.pop()[1])
            elif line_matches(self.program.prompt, shown):
                return
            elif self.program.otherwise is not None:
                self.terminal.type(self.program.otherwise)
            else:
                raise Stopped(f"asked {shown!r}" + (f" instead of {self._pairs[-1][0]!r}" if self._pairs else ""))

    def finish(self) -> None:
        """Errors: Stopped when answers are left."""
        if self._pairs:
            raise Stopped(f"ended before it asked {self._pairs[-1][0]!r}")

    def put_file(self, spec: str, records: Sequence[bytes]) -> None:
        """Create a file, in the program's directory when `spec` names no other."""
        if spec.startswith("[."):
            spec = HOME[:-1] + spec[1:]
        elif ":" not in spec:
            spec = HOME + spec
        if "]" in spec:
            self.command(f"CREATE/DIRECTORY {spec.partition(']')[0]}]")
        stream = self.process.files.create(spec)
        for record in records:
            stream.put(record)
        stream.close()


def visible(prompt: str) -> str:
    """The last line of a prompt as a manifest writes it: without escape sequences, control characters and trailing blanks."""
    last = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b.", "", prompt.rpartition("\n")[2])
    return "".join(character for character in last if character >= " ").rstrip()


def run_program(program: Program, folder: Path) -> Outcome:
    """Run one program on a node of its own."""
    outcome = Outcome(program, 0)
    session = Session(program)
    start = time.perf_counter()
    CountedCode.executed = 0
    try:
        for file in program.files:
            source = folder / program.name / file.name
            if not source.exists():
                raise Stopped(f"{source.name} is not in the folder")
            records = records_of(source.read_bytes())[file.first - 1 : file.last]
            session.put_file(file.to, records)
            outcome.lines += len(records)
        for spec, text in program.stand_ins:
            session.put_file(spec, text.encode("latin-1").splitlines())
        session.command(f"SET DEFAULT {HOME}")
        for line in program.setup:
            session.command(line)
        session.screen.clear()
        CountedCode.executed = 0
        start = time.perf_counter()
        for line in program.start:
            session.run(line)
        session.finish()
        outcome.status = session.command("WRITE SYS$OUTPUT $STATUS")[-1]
        del session.screen[-2:]
        for line in program.after:
            session.command(line)
        outcome.failure = _judge(program, session.screen, outcome.status)
    except (Stopped, VmsError) as reason:
        session._take()
        outcome.failure = str(reason) or type(reason).__name__
    outcome.screen = session.screen
    outcome.statements = CountedCode.executed
    outcome.seconds = time.perf_counter() - start
    return outcome


def _judge(program: Program, screen: Sequence[str], status: str) -> str:
    """Why the run was not right; empty when it was."""
    rest: Iterator[str] = iter(screen)
    for expected in program.expect:
        if not any(line_matches(expected, line) for line in rest):
            return f"did not show {expected!r}"
    for line in screen:
        if _MESSAGE.match(line) and not any(line_matches(allowed, line) for allowed in program.messages):
            return f"unexpected message {line}"
    if program.status and program.status != status:
        return f"ended with {status}, not {program.status}"
    return ""


# -- the report -----------------------------------------------------------------------------------------------------------------------


def report(outcomes: Sequence[Outcome]) -> str:
    """The report page."""
    passed = sum(outcome.passed for outcome in outcomes)
    out = [
        "# Real programs",
        "",
        "Public command procedures, run unchanged on the machine with a scripted terminal. `scripts/real_programs.py` writes this page; the",
        "manifest `scripts/real_programs.yaml` names where each program is published, what is typed and what must be seen. None of the programs",
        "is part of this project. Statements are those run in procedures; times are of one machine and only tell small from large.",
        "",
        f"{passed} of {len(outcomes)} ran to the end that was expected of them.",
        "",
        "| program | what it is | repository | files | records | result | statements | seconds |",
        "| --- | --- | --- | --- | ---: | --- | ---: | ---: |",
    ]
    out += [_row(outcome) for outcome in outcomes]
    return "\n".join([*out, ""])


def _row(outcome: Outcome) -> str:
    program = outcome.program
    paths = "<br>".join(file.shown for file in program.files)
    result = (f"as expected: {program.note}" if program.note else "as expected") if outcome.passed else f"stopped: {outcome.failure}"
    cells = [program.name, program.kind, program.repository, paths, str(outcome.lines), result.replace("|", "\\|")]
    return f"| {' | '.join(cells)} | {outcome.statements:,} | {outcome.seconds:.2f} |"


# -- the command ----------------------------------------------------------------------------------------------------------------------


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Run public command procedures and report.")
    parser.add_argument("--manifest", type=Path, default=MANIFEST)
    commands = parser.add_subparsers(dest="command", required=True)
    gathering = commands.add_parser("gather", help="fill the folder from git repositories")
    gathering.add_argument("mirrors", type=Path)
    gathering.add_argument("folder", type=Path)
    running = commands.add_parser("run", help="run the programs of a folder")
    running.add_argument("folder", type=Path)
    running.add_argument("names", nargs="*")
    running.add_argument("--report", type=Path)
    running.add_argument("--screens", type=Path)
    arguments = parser.parse_args(argv)
    programs = read_manifest(arguments.manifest)
    if arguments.command == "gather":
        missing = gather(programs, arguments.mirrors, arguments.folder)
        for line in missing:
            print("missing:", line)
        return 1 if missing else 0
    return _run(arguments, programs)


def _run(arguments: argparse.Namespace, programs: Sequence[Program]) -> int:
    outcomes = []
    for program in programs:
        if arguments.names and program.name not in arguments.names:
            continue
        outcome = run_program(program, arguments.folder)
        outcomes.append(outcome)
        result = "ok" if outcome.passed else f"STOPPED: {outcome.failure}"
        print(f"{program.name:24} {outcome.statements:9} statements {outcome.seconds:7.2f} s  {result}", flush=True)
        if arguments.screens:
            arguments.screens.mkdir(parents=True, exist_ok=True)
            (arguments.screens / f"{program.name}.txt").write_text("\n".join(outcome.screen) + "\n", encoding="utf-8")
    if arguments.report:
        arguments.report.write_text(report(outcomes), encoding="utf-8")
    return 0 if all(outcome.passed for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
