"""What a compiled statement may return, besides None (go on) and an index (go on there); how an interpreter parses.

An awaitable is awaited by the interpreter; its result is again one of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from vmsemu.base.condition import VmsError


class Request(Enum):
    """RESUME: levels, verification or streams changed, look again. CHECK: $STATUS has been set by a command, apply ON."""

    RESUME = "resume"
    CHECK = "check"


class Parsing(Enum):
    """What the parse of a command depends on besides its text and the table: batch jobs, SET PROCESS/PARSE_STYLE=EXTENDED."""

    PLAIN = "plain"
    BATCH = "batch"
    EXTENDED = "extended"
    BATCH_EXTENDED = "batch, extended"

    @staticmethod
    def of(batch: bool, extended: bool) -> Parsing:
        if batch:
            return Parsing.BATCH_EXTENDED if extended else Parsing.BATCH
        return Parsing.EXTENDED if extended else Parsing.PLAIN


RESUME = Request.RESUME
CHECK = Request.CHECK


@dataclass(frozen=True, slots=True)
class Failed:
    """An error was signalled; afterwards go on at `target` instead of at the next unit."""

    error: VmsError
    target: int


@dataclass(frozen=True, slots=True)
class Jump:
    """Go on at `target`, after looking again at levels, verification and streams."""

    target: int


@dataclass(frozen=True, slots=True)
class Returned:
    """RETURN with a failing status: go on at `target`, after the ON check."""

    target: int


class LevelError(VmsError):
    """A warning or error that ends the procedure unless an ON action diverts it (missing targets of GOTO, GOSUB, CALL)."""
