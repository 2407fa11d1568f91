"""Lines typed without line editing: on paper, on a terminal that is set NOLINE_EDITING, on one of which nothing is known.

What can be done is to delete the last character, to delete or to cancel the line, and to see it again. On paper deleted characters are
shown between backslashes. Same interface as LineEditor.

Source: I/O User's Reference Manual, terminal driver, "Control characters".
"""

from __future__ import annotations

from vmsemu.terminal.editor import BELL, LINE_LIMIT, ReadEnd


class PlainEditor:
    """The line being typed at one read."""

    def __init__(self, prompt: str, *, echo: bool = True, scope: bool = False) -> None:
        self.prompt = prompt.rpartition("\n")[2].rpartition("\r")[2]
        self.echo = echo
        self.line = ""
        self.literal = False
        self.ended: ReadEnd | None = None
        self._scope = scope
        self._rubbing = False

    def key(self, key: str) -> str:
        """Handle one key; the result is to be written to the screen."""
        if key == "\x7f":
            return self._delete()
        close = "\\" if self._rubbing and self.echo else ""
        self._rubbing = False
        if key in ("\r", "ENTER"):
            self.ended = ReadEnd.LINE
            return close + "\r\n"
        if key == "\x1a":
            self.ended = ReadEnd.END_OF_FILE
            return close + ("*EXIT*\r\n" if self.echo else "\r\n")
        if key in _LINE_KEYS:
            return close + self._line_key(key)
        if len(key) == 1 and (key >= " " or key == "\t"):
            return close + self.type(key)
        return close

    def type(self, text: str) -> str:
        """Put text at the end of the line."""
        if len(self.line) + len(text) > LINE_LIMIT:
            return BELL
        self.line += text
        return text if self.echo else ""

    def replace(self, line: str) -> str:
        """Make it another line."""
        again = "\r\n" + self.prompt if self.line and self.echo else ""
        self.line = line
        return again + line if self.echo else ""

    def enter_silently(self, text: str) -> None:
        """Text that a key with /NOECHO types."""
        self.line += text

    def redraw(self) -> str:
        """The prompt and the line again."""
        return self.prompt + (self.line if self.echo else "")

    def _line_key(self, key: str) -> str:
        if key != "\x12":
            self.line = ""
        return (_LINE_KEYS[key] if self.echo else "") + "\r\n" + self.redraw()

    def _delete(self) -> str:
        if not self.line:
            return ""
        gone, self.line = self.line[-1], self.line[:-1]
        if not self.echo:
            return ""
        if self._scope:
            return "\b \b"
        opening = "" if self._rubbing else "\\"
        self._rubbing = True
        return opening + gone


_LINE_KEYS = {"\x12": "^R", "\x15": "^U", "\x18": "^X"}
