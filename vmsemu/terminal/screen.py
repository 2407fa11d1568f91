"""The way out of a terminal: where the cursor is, wrap at the width, and output that is stopped (Ctrl/S) or discarded (Ctrl/O).

Theory of operation. `put` takes what processes write and `echo` what the driver says itself; only `put` wraps and is discarded. Both go
through `_send`, which holds everything back while output is stopped. Writing never waits, so a process that goes on writing to a stopped
terminal is suspended once much is held, and resumed with the output.

Source: I/O User's Reference Manual, terminal driver, "Output"; DCL reference 8.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from vmsemu.terminal.characteristics import Characteristics

_TOKENS = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[^\[]|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+")
_ADDRESS = re.compile(r"\x1b\[\d*;?(\d*)[Hf]\Z")
_TAB = 8
HELD_LIMIT = 32768  # characters


class Screen:
    """The output side of one terminal. `column` counts from 0; `when_full` and `when_free` stop and start who writes too much."""

    def __init__(
        self, sink: Callable[[str], None], settings: Characteristics, when_full: Callable[[], None], when_free: Callable[[], None]
    ) -> None:
        self.column = 0
        self.discarding = False
        self.stopped = False
        self._sink = sink
        self.settings = settings
        self._held: list[str] = []
        self._held_size = 0
        self._when_full = when_full
        self._when_free = when_free

    def put(self, text: str) -> None:
        """What a process writes."""
        if self.discarding or not text:
            return
        text = self._coded(text)
        if text.isprintable() and self._fits(text):
            self.column += len(text)
            self._send(text)
        else:
            self._send("".join(map(self._place, _TOKENS.findall(text))))

    def echo(self, text: str) -> None:
        """What the driver itself shows; it has been wrapped already, and nobody can discard it."""
        if text:
            self._place_cursor(text)
            self._send(text)

    def new_line(self) -> None:
        """To the beginning of a line, if the cursor is not there."""
        if self.column:
            self.echo("\r\n")

    def stop(self) -> None:
        """Ctrl/S."""
        self.stopped = True

    def resume(self) -> None:
        """Ctrl/Q, and whatever else lets output go on."""
        if not self.stopped:
            return
        self.stopped = False
        held, self._held, self._held_size = "".join(self._held), [], 0
        if held:
            self._sink(held)
        self._when_free()

    def _send(self, text: str) -> None:
        if not self.stopped:
            self._sink(text)
            return
        self._held.append(text)
        self._held_size += len(text)
        if self._held_size > HELD_LIMIT:
            self._when_full()

    def _fits(self, text: str) -> bool:
        return "WRAP" not in self.settings or self.column + len(text) <= self.settings.width

    def _coded(self, text: str) -> str:
        """For terminals of seven bits, and of capital letters only."""
        if "EIGHT_BIT" not in self.settings and not text.isascii():
            text = "".join(chr(ord(c) & 0x7F) for c in text)
        if "LOWERCASE" not in self.settings:
            text = "".join(t if t[0] == "\x1b" else t.upper() for t in _TOKENS.findall(text))
        return text

    def _place(self, token: str) -> str:
        """One piece of output, as it is sent; the cursor moves with it."""
        if token >= " " and token[0] != "\x7f":
            return self._wrapped(token)
        if token == "\n":
            alone, self.column = self.column > 0, 0
            return "\r\n" if alone else "\n"
        if token == "\t":
            blanks = _TAB - self.column % _TAB
            self.column += blanks
            return token if "TAB" in self.settings else " " * blanks
        self._place_cursor(token)
        return token

    def _wrapped(self, text: str) -> str:
        parts = []
        width = self.settings.width if "WRAP" in self.settings else 0
        while width and self.column + len(text) > width:
            room = max(0, width - self.column)
            parts.append(text[:room])
            text = text[room:]
            self.column = 0
        self.column += len(text)
        return "\r\n".join([*parts, text])

    def _place_cursor(self, text: str) -> None:
        """Follow text that is sent as it is."""
        for token in _TOKENS.findall(text):
            if token >= " " and token[0] != "\x7f":
                self.column += len(token)
            elif token in ("\r", "\n", "\f"):
                self.column = 0
            elif token == "\b":
                self.column = max(0, self.column - 1)
            elif address := _ADDRESS.match(token):
                self.column = int(address[1] or 1) - 1
