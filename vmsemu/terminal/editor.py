"""Command-line editing: keys in, an edited line and what to send to the screen out.

Sans-I/O: `LineEditor.key` takes one key (a character, or a name such as UP), changes the line, and returns the text to echo. It knows one
line of one read; history belongs to the terminal.

Source: OpenVMS User's Manual, "Line editing"; I/O User's Reference Manual, terminal driver.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum


class ReadEnd(Enum):
    """What ended a read."""

    LINE = "line"
    END_OF_FILE = "ctrl/z"
    CONTROL_Y = "ctrl/y"
    CONTROL_C = "ctrl/c"


class LineEditor:
    """The line being typed at one read. Columns count from the end of the prompt."""

    def __init__(self, prompt: str, history: Sequence[str], *, echo: bool = True, insert: bool = False) -> None:
        self.prompt = prompt.rpartition("\n")[2].rpartition("\r")[2]
        self.echo = echo
        self.line = ""
        self.cursor = 0
        self.insert = insert
        self.ended: ReadEnd | None = None
        self._history = history
        self._at = len(history)
        self._literal = False

    def key(self, key: str) -> str:
        """Handle one key; the result is to be written to the screen."""
        if self._literal:
            self._literal = False
            return self._type(key) if len(key) == 1 else ""
        action = _KEYS.get(key)
        if action is not None:
            return str(getattr(self, action)())
        if len(key) == 1 and (key >= " " or key == "\t") and key != "\x7f":
            return self._type(key)
        return ""

    def redraw(self) -> str:
        """The prompt and the line again, on a fresh line."""
        return "\r\n" + self._shown_again()

    def _shown_again(self) -> str:
        if not self.echo:
            return self.prompt
        return self.prompt + self.line + "\b" * (len(self.line) - self.cursor)

    def _type(self, text: str) -> str:
        over = not self.insert and self.cursor < len(self.line)
        rest = self.line[self.cursor + (1 if over else 0) :]
        self.line = self.line[: self.cursor] + text + rest
        self.cursor += 1
        return text + rest + "\b" * len(rest) if self.echo else ""

    def _replace(self, line: str, cursor: int) -> str:
        old, at = self.line, self.cursor
        self.line, self.cursor = line, cursor
        if not self.echo:
            return ""
        blank = max(0, len(old) - len(line))
        return "\b" * at + line + " " * blank + "\b" * (blank + len(line) - cursor)

    def _enter(self) -> str:
        self.ended = ReadEnd.LINE
        return "\r\n"

    def _end_of_file(self) -> str:
        self.ended = ReadEnd.END_OF_FILE
        return "*EXIT*\r\n" if self.echo else "\r\n"

    def _control_y(self) -> str:
        self.ended = ReadEnd.CONTROL_Y
        return "*INTERRUPT*\r\n"

    def _control_c(self) -> str:
        self.ended = ReadEnd.CONTROL_C
        return "*CANCEL*\r\n"

    def _delete(self) -> str:
        if self.cursor == 0:
            return ""
        return self._replace(self.line[: self.cursor - 1] + self.line[self.cursor :], self.cursor - 1)

    def _delete_word(self) -> str:
        left = self.line[: self.cursor]
        kept = left.rstrip(" ")
        kept = kept[: kept.rfind(" ") + 1]
        return self._replace(kept + self.line[self.cursor :], len(kept))

    def _delete_to_start(self) -> str:
        return self._replace(self.line[self.cursor :], 0)

    def _cancel_line(self) -> str:
        return self._replace("", 0)

    def _left(self) -> str:
        if self.cursor == 0:
            return ""
        self.cursor -= 1
        return "\b" if self.echo else ""

    def _right(self) -> str:
        if self.cursor == len(self.line):
            return ""
        self.cursor += 1
        return self.line[self.cursor - 1] if self.echo else ""

    def _home(self) -> str:
        back, self.cursor = self.cursor, 0
        return "\b" * back if self.echo else ""

    def _end(self) -> str:
        rest = self.line[self.cursor :]
        self.cursor = len(self.line)
        return rest if self.echo else ""

    def _up(self) -> str:
        if self._at == 0:
            return ""
        self._at -= 1
        return self._replace(self._history[self._at], len(self._history[self._at]))

    def _down(self) -> str:
        if self._at >= len(self._history):
            return ""
        self._at += 1
        line = self._history[self._at] if self._at < len(self._history) else ""
        return self._replace(line, len(line))

    def _toggle_insert(self) -> str:
        self.insert = not self.insert
        return ""

    def _quote(self) -> str:
        self._literal = True
        return ""

    def _retype(self) -> str:
        return self.redraw()


_KEYS = {
    "\r": "_enter",
    "\x1a": "_end_of_file",
    "F10": "_end_of_file",
    "\x19": "_control_y",
    "\x03": "_control_c",
    "F6": "_control_c",
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
    "\x17": "_retype",
}
