"""Command levels: what each `@`, each CALL and level 0 own.

A level that runs a procedure has its text; the others (the terminal, a mailbox) read lines from a stream, and jumps in them do nothing.
Source: DCL reference 3.1, 3.2, 3.3, 3.7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmsemu.base.condition import MessageDefinition, Severity, VmsError
from vmsemu.dcl.evaluate import Test
from vmsemu.dcl.procedure import BLOCK_LIMIT, NOWHERE, Procedure, first_word
from vmsemu.dcl.requests import LevelError
from vmsemu.services.stream import InputStream, OutputStream
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

_RANK = {Severity.WARNING: 0, Severity.ERROR: 1, Severity.FATAL: 2}
_TRIGGER = {"WARNING": 0, "ERROR": 1, "SEVERE_ERROR": 2}


class CommandLevel:
    """One command level. `pc` is the unit to run next (or the one running, while a statement runs that asks for it).

    `interrupted` marks the prompt that Ctrl/Y gave; `abandoned` such a prompt below a procedure that was started there and ran an image, so that
    what was interrupted is gone; `retry` a level whose command (not an image) Ctrl/Y broke off, to be run again by CONTINUE.
    """

    __slots__ = (
        "abandoned",
        "blocks",
        "checking",
        "control_y",
        "data_record",
        "data_unit",
        "depth",
        "else_entry",
        "gosubs",
        "input",
        "interrupted",
        "labels",
        "name",
        "on_action",
        "on_severity",
        "output",
        "owns_output",
        "pc",
        "procedure",
        "retry",
        "stream",
        "subroutine",
    )

    def __init__(self, depth: int, *, procedure: Procedure | None = None, name: str = "", stream: InputStream | None = None) -> None:
        self.depth = depth
        self.procedure = procedure
        self.name = name
        self.stream = stream
        self.pc = 0
        self.subroutine = NOWHERE
        self.else_entry = False
        self.gosubs: list[int] = []
        self.labels: dict[str, int] = {}
        self.checking = True
        self.on_severity = "ERROR"
        self.on_action = ""
        self.control_y = ""
        self.output: OutputStream | None = None
        self.owns_output = False
        self.input: InputStream | None = None
        self.blocks: list[TypedBlock] = []
        self.interrupted = False
        self.abandoned = False
        self.retry = False
        self.data_unit = NOWHERE
        self.data_record = 0

    # -- ON ---------------------------------------------------------------------------------------------------------------------------

    def set_action(self, condition: str, command: str) -> None:
        """ON condition THEN command."""
        if condition == "CONTROL_Y":
            self.control_y = command
        else:
            self.on_severity, self.on_action = condition, command

    def take_action(self, severity: Severity) -> str | None:
        """The command to run for a failing status ("" is the default EXIT), None when ON does not apply. The action is used up."""
        if not self.checking or _RANK.get(severity, 2) < _TRIGGER[self.on_severity]:
            return None
        command = self.on_action
        self.on_severity, self.on_action = "ERROR", ""
        return command

    # -- labels -------------------------------------------------------------------------------------------------------------------------

    def target(self, label: str, missing: MessageDefinition, source: int | None = None) -> int:
        """The unit that a jump from `source` (the present unit) to `label` goes to. Errors: `missing`, which ends the level."""
        procedure = self.procedure
        assert procedure is not None
        here = self.pc if source is None else source
        candidates = procedure.candidates(here, label)
        known = self.labels.get(label)
        if known is not None and known in candidates:
            return known
        if not candidates:
            raise LevelError(missing())
        found = next((i for i in candidates if i > here), candidates[0])
        if procedure.has_duplicates:
            self._enter_labels(procedure, here, found)
        return found

    def _enter_labels(self, procedure: Procedure, here: int, target: int) -> None:
        """The search for a label reads the lines up to it, and enters the labels it passes. fidelity: that it does is inferred."""
        for unit in procedure.units[here + 1 : target]:
            if unit.label and unit.index in procedure.candidates(here, unit.label):
                self.labels[unit.label] = unit.index


class TypedBlock:
    """An IF block typed at a terminal: what has been seen of it, and whether its lines are being run.

    `taken` is the condition, or None when it was in error: then neither branch is run.
    """

    __slots__ = ("nested", "running", "seen", "taken")

    def __init__(self, taken: bool | None) -> None:
        self.taken = taken
        self.seen = "IF"
        self.running = True
        self.nested = 0

    def line(self, word: str, begins_block: bool) -> bool:
        """Take note of a line by its first word; True when the line (its rest, after THEN or ELSE) is to be run. Errors: CLI.INVIFNEST."""
        if self.seen == "IF":
            if word != "THEN":
                raise CLI.INVIFNEST.error()
            return self._branch("THEN", self.taken is True, begins_block)
        if self.nested:
            self.nested += begins_block
            self.nested -= word == "ENDI"
            return False
        if word == "ELSE" and self.seen == "THEN":
            return self._branch("ELSE", self.taken is False, begins_block)
        if word in ("THEN", "ELSE"):
            raise CLI.INVIFNEST.error()
        if word == "ENDI":
            self.seen = "ENDIF"
            return False
        if not self.running and begins_block:
            self.nested = 1
        return self.running

    def _branch(self, word: str, runs: bool, begins_block: bool) -> bool:
        self.seen, self.running = word, runs
        self.nested = int(begins_block and not runs)
        return runs


def begin_block(dcl: Interpreter, level: CommandLevel, test: Test) -> None:
    """An IF without THEN was typed."""
    if level.procedure is not None:
        raise CLI.INVIFNEST.error()
    if len(level.blocks) >= BLOCK_LIMIT:
        raise CLI.INVIFNEST.error()
    try:
        level.blocks.append(TypedBlock(bool(test(dcl))))
    except VmsError:
        level.blocks.append(TypedBlock(None))
        raise


def filter_line(level: CommandLevel, text: str) -> str:
    """What of a typed line is to be run, given the blocks that are open. Errors: CLI.INVIFNEST."""
    from vmsemu.dcl.procedure import begins_block

    word = first_word(text)
    block = level.blocks[-1]
    if not text:
        return ""
    try:
        runs = block.line(word, begins_block(text))
    except Exception:
        level.blocks.pop()
        raise
    if block.seen == "ENDIF":
        level.blocks.pop()
        return ""
    if not runs:
        return ""
    if word in ("THEN", "ELSE"):
        return text[4:].lstrip(" \t")
    return text
