"""DCL's own errors: a condition and the text that is shown below it between backslashes.

Source: DCL reference 6.3 (which messages have a segment line).
"""

from __future__ import annotations

from typing import Any

from vmsemu.base.condition import Message, MessageDefinition, VmsError
from vmsemu.dcl.lines import NAME
from vmsemu.tables.facilities import CLI


class SegmentError(VmsError):
    """A condition that points at a part of the command line: ` \\TEXT\\` is displayed below it."""

    def __init__(self, message: Message, segment: str | None) -> None:
        super().__init__(message)
        self.segment = segment


def at_segment(definition: MessageDefinition, segment: str | None, *parameters: Any) -> SegmentError:
    """The error `definition`, shown with the offending text."""
    return SegmentError(definition(*parameters), segment)


def segment_of(error: VmsError) -> str | None:
    """The text to show between backslashes, for our own errors and for the command parser's."""
    segment = getattr(error, "segment", None)
    return segment if isinstance(segment, str) else None


def bad_result_symbol(name: str) -> VmsError | None:
    """What is wrong with the name of the symbol that READ or INQUIRE is to define: CLI.SYMABR, CLI.IVSYMB, or nothing."""
    if "*" in name:
        return CLI.SYMABR.error()
    return None if NAME.fullmatch(name) else CLI.IVSYMB.error()
