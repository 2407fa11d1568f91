"""Command-line editing: keys in, an edited line and what to send to the screen out.

Theory of operation. Sans-I/O: `LineEditor.key` takes one key (a character, or a name such as UP), changes the line, and returns the text to
echo. It knows one line of one read; history belongs to whoever reads. A place on the screen is counted in columns from the start of the
row where the line begins, as if rows were not wrapped; the cursor goes to the next row as soon as a row is full. Every change of the line
is shown by going to the first column that differs and writing the rest.

Source: OpenVMS User's Manual, "Line editing"; I/O User's Reference Manual, terminal driver; DCL reference 8.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

LINE_LIMIT = 255
BELL = "\x07"
_TAB = 8


class ReadEnd(Enum):
    """What ended a read."""

    LINE = "line"
    END_OF_FILE = "ctrl/z"
    CONTROL_Y = "ctrl/y"
    CONTROL_C = "ctrl/c"


def displayed(line: str, origin: int) -> str:
    """How a line looks that begins in column `origin`: tabs as blanks, control characters not at all."""
    shown = ""
    for character in line:
        if character == "\t":
            shown += " " * (_TAB - (origin + len(shown)) % _TAB)
        elif character >= " " and character != "\x7f":
            shown += character
    return shown


class LineEditor:
    """The line being typed at one read; `cursor` is an index into it. `origin` is the column where it begins, `width` 0 where rows do not wrap."""

    def __init__(
        self,
        prompt: str,
        history: Sequence[str] = (),
        *,
        echo: bool = True,
        insert: bool = False,
        origin: int | None = None,
        width: int = 0,
    ) -> None:
        self.prompt = prompt.rpartition("\n")[2].rpartition("\r")[2]
        self.echo = echo
        self.line = ""
        self.cursor = 0
        self.insert = insert
        self.literal = False
        self.ended: ReadEnd | None = None
        self._history = history
        self._at = len(history)
        self._origin = len(displayed(self.prompt, 0)) if origin is None else origin
        self._width = width

    def key(self, key: str) -> str:
        """Handle one key; the result is to be written to the screen."""
        if self.literal:
            self.literal = False
            return self.type(key) if len(key) == 1 else ""
        action = _KEYS.get(key)
        if action is not None:
            return str(getattr(self, action)())
        if len(key) == 1 and (key >= " " or key == "\t") and key != "\x7f":
            return self.type(key)
        return ""  # fidelity: vertical tabs and form feeds are data to VMS, invisible here and so left out

    def type(self, text: str) -> str:
        """Put text where the cursor is."""
        over = 0 if self.insert else min(len(text), len(self.line) - self.cursor)
        if len(self.line) - over + len(text) > LINE_LIMIT:
            return BELL
        return self.replace(self.line[: self.cursor] + text + self.line[self.cursor + over :], self.cursor + len(text))

    def replace(self, line: str, cursor: int | None = None) -> str:
        """Make it another line, with the cursor at its end or where it is told."""
        old, here = self._shown(), self._place(self.cursor)
        self.line, self.cursor = line, len(line) if cursor is None else cursor
        if not self.echo:
            return ""
        new = self._shown()
        same = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
        rest = new[same:] + " " * max(0, len(old) - len(new))
        start = self._origin + same
        if not rest:
            return self._go(here, self._place(self.cursor))
        return self._go(here, start) + self._written(rest, start) + self._go(start + len(rest), self._place(self.cursor))

    def enter_silently(self, text: str) -> None:
        """Text that a key with /NOECHO types."""
        self.line = self.line[: self.cursor] + text + self.line[self.cursor :]
        self.cursor += len(text)

    def redraw(self) -> str:
        """The prompt and the line again, where the cursor stands at the beginning of a line."""
        self._origin = len(displayed(self.prompt, 0))
        if not self.echo:
            return self.prompt
        shown = self._shown()
        end = self._origin + len(shown)
        return self.prompt + self._written(shown, self._origin) + self._go(end, self._place(self.cursor))

    # -- places on the screen -------------------------------------------------------------------------------------------------------

    def _shown(self) -> str:
        return displayed(self.line, self._origin)

    def _place(self, index: int) -> int:
        return self._origin + len(displayed(self.line[:index], self._origin))

    def _written(self, text: str, start: int) -> str:
        """Text from a place on, a new row wherever one is full."""
        if not self._width:
            return text
        room = self._width - start % self._width
        rows = [text[:room], *(text[at : at + self._width] for at in range(room, len(text), self._width))]
        full = "\r\n" if text and (start + len(text)) % self._width == 0 else ""
        return "\r\n".join(rows) + full

    def _go(self, here: int, there: int) -> str:
        """From one place to another. fidelity: that the cursor goes back over the edge of a row is inferred."""
        if here == there:
            return ""
        width = self._width or max(here, there) + 1
        rows = there // width - here // width
        if rows == 0:
            forward = self._shown()[here - self._origin : there - self._origin]
            return "\b" * (here - there) if there < here else forward
        column = there % width
        return f"\x1b[{abs(rows)}{'B' if rows > 0 else 'A'}\r" + (f"\x1b[{column}C" if column else "")

    # -- what keys do ---------------------------------------------------------------------------------------------------------------

    def _enter(self) -> str:
        self.ended = ReadEnd.LINE
        return (self._go(self._place(self.cursor), self._place(len(self.line))) if self.echo else "") + "\r\n"

    def _end_of_file(self) -> str:
        self.ended = ReadEnd.END_OF_FILE
        return (self._go(self._place(self.cursor), self._place(len(self.line))) + "*EXIT*\r\n") if self.echo else "\r\n"

    def _delete(self) -> str:
        if self.cursor == 0:
            return ""
        return self.replace(self.line[: self.cursor - 1] + self.line[self.cursor :], self.cursor - 1)

    def _delete_word(self) -> str:
        kept = self.line[: self.cursor].rstrip(" ")
        kept = kept[: kept.rfind(" ") + 1]
        return self.replace(kept + self.line[self.cursor :], len(kept))

    def _delete_to_start(self) -> str:
        return self.replace(self.line[self.cursor :], 0)

    def _cancel_line(self) -> str:
        return self.replace("")

    def _left(self) -> str:
        return self._move(max(0, self.cursor - 1))

    def _right(self) -> str:
        return self._move(min(len(self.line), self.cursor + 1))

    def _home(self) -> str:
        return self._move(0)

    def _end(self) -> str:
        return self._move(len(self.line))

    def _move(self, index: int) -> str:
        here, self.cursor = self._place(self.cursor), index
        return self._go(here, self._place(index)) if self.echo else ""

    def _up(self) -> str:
        if self._at == 0:
            return ""
        self._at -= 1
        return self.replace(self._history[self._at])

    def _down(self) -> str:
        if self._at >= len(self._history):
            return ""
        self._at += 1
        return self.replace(self._history[self._at] if self._at < len(self._history) else "")

    def _toggle_insert(self) -> str:
        self.insert = not self.insert
        return ""

    def _quote(self) -> str:
        self.literal = True
        return ""

    def _retype(self) -> str:
        return "\r\n" + self.redraw()

    def _refresh(self) -> str:
        row = self._place(self.cursor) // self._width if self._width else 0
        return (f"\x1b[{row}A" if row else "") + "\r\x1b[J" + self.redraw()


_KEYS = {
    "\r": "_enter",
    "ENTER": "_enter",
    "\x1a": "_end_of_file",
    "F10": "_end_of_file",
    "\x7f": "_delete",
    "\n": "_delete_word",
    "F13": "_delete_word",
    "\x15": "_delete_to_start",
    "\x18": "_cancel_line",
    "\x04": "_left",
    "LEFT": "_left",
    "\x06": "_right",
    "RIGHT": "_right",
    "\x08": "_home",
    "F12": "_home",
    "\x05": "_end",
    "\x02": "_up",
    "UP": "_up",
    "DOWN": "_down",
    "\x01": "_toggle_insert",
    "F14": "_toggle_insert",
    "\x16": "_quote",
    "\x12": "_retype",
    "\x17": "_refresh",
}
