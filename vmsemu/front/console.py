"""The host's terminal as a terminal of the node: keys in, text out.

The emulated terminal driver does the editing and knows the keys; here the host's terminal is put into raw mode, and its text is decoded.
"""

from __future__ import annotations

import codecs
import os
import sys
import termios
import tty
from collections.abc import Callable
from typing import Any

from vmsemu.host.driver import READ, HostDriver

_DUMB = ("", "dumb", "unknown")


class HostConsole:
    """Raw mode on the host's terminal while it is a terminal of the node."""

    def __init__(self, driver: HostDriver, keys: Callable[[list[str]], None], hang_up: Callable[[], None]) -> None:
        self._driver = driver
        self._keys = keys
        self._hang_up = hang_up
        self._saved: Any = None
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._reader: Any = None

    def open(self) -> None:
        """Enter raw mode and begin to deliver keys."""
        from vmsemu.terminal.keypad import KeyReader

        self._reader = KeyReader()
        self._saved = termios.tcgetattr(0)
        tty.setraw(0)
        self._driver.watch(0, READ, self._ready)

    def _ready(self, events: int) -> None:
        try:
            data = os.read(0, 4096)
        except OSError:
            data = b""
        if not data:
            self._driver.unwatch(0)
            self._driver.kernel.post(self._hang_up)
            return
        pressed = self._reader.feed(self._decoder.decode(data))
        if pressed:
            self._driver.kernel.post(self._keys, [_latin(key) for key in pressed])

    def close(self) -> None:
        """Give the host's terminal back as it was."""
        self._driver.unwatch(0)
        if self._saved is not None:
            termios.tcsetattr(0, termios.TCSADRAIN, self._saved)
            self._saved = None


def _latin(key: str) -> str:
    """A key within the eight bits of the node's character set."""
    return key if len(key) > 1 or key < "\u0100" else "?"


def host_terminal() -> tuple[str, int, int]:
    """What the host's terminal is: a type of types.txt, columns, lines."""
    kind = "UNKNOWN" if os.environ.get("TERM", "").lower() in _DUMB else "VT300"
    try:
        size = os.get_terminal_size(0)
    except OSError:
        return kind, 80, 24
    return kind, min(size.columns, 511) or 80, min(size.lines, 255) or 24


def write_text(text: str) -> None:
    """Write to standard output at once. A reader that has gone away is not an error of ours."""
    try:
        data = text.encode("utf-8", "replace")
        while data:
            data = data[os.write(1, data) :]
    except BrokenPipeError:
        sys.stderr.close()
        os._exit(1)
