"""What EDT's commands need of the session, and what they share: ranges, qualifiers, and how a line is shown."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Protocol

from vmsemu.images.edt.buffer import Buffer, Line
from vmsemu.images.edt.ranges import EdtError, Range, RangeReader
from vmsemu.images.edt.settings import Settings

_QUALIFIER = re.compile(r"/([A-Za-z]+)(?::(\S+))?\s*")


class Editor(Protocol):
    """What commands need of the session."""

    buffers: dict[str, Buffer]
    buffer: Buffer
    previous: Buffer | None
    settings: Settings
    substitution: tuple[str, str] | None
    after: tuple[int, int]
    macros: set[str]
    keys: dict[str, str]

    def write(self, text: str) -> None: ...
    def help(self, words: str) -> list[str]: ...
    def files(self) -> list[str]: ...
    def carry_out(self, spec: str) -> None: ...
    async def new_lines(self) -> list[str]: ...
    async def confirm(self) -> str: ...
    def write_file(self, spec: str, texts: list[str], numbers: list[int] | None = None) -> None: ...
    def read_file(self, spec: str) -> list[str]: ...


Command = Callable[[Editor, str], Awaitable[None]]


def read_range(editor: Editor, text: str, default: str = ".") -> tuple[Range, str]:
    """The range at the start of the text, and what follows it. Errors: EdtError."""
    reader = RangeReader(text, editor.buffer, editor.buffers, editor.previous, exact=editor.settings.exact)
    found = reader.read(default)
    return found, reader.text.strip()


def read_qualifiers(text: str, *known: str) -> dict[str, str]:
    """`/QUERY/BRIEF:10` as a dictionary with the names in full. Errors: EdtError for those a command has not, and for anything else."""
    out: dict[str, str] = {}
    while text:
        match = _QUALIFIER.match(text)
        if match is None:
            raise EdtError("Unrecognized command")
        name = next((word for word in known if word.startswith(match[1].upper())), None)
        if name is None:
            raise EdtError("Invalid option for that command")
        out[name] = match[2] or ""
        text = text[match.end() :]
    return out


def shown(editor: Editor, line: Line) -> str:
    """A line as TYPE displays it."""
    settings = editor.settings
    return (
        line.shown(numbers=settings.numbers)
        if settings.words["CASE"] == "NONE"
        else Line(line.number, settings.flagged(line.text)).shown(numbers=settings.numbers)
    )


def show_current(editor: Editor) -> None:
    """The current line, or [EOB]."""
    buffer = editor.buffer
    editor.write(shown(editor, buffer.lines[buffer.at]) if buffer.at < len(buffer.lines) else editor.settings.end)
