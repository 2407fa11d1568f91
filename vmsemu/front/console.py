"""The host's terminal as a terminal of the node: keys in, text out.

The emulated terminal driver does the editing; here the host's terminal is put into raw mode and its escape sequences are named.
"""

from __future__ import annotations

import os
import selectors
import sys
import termios
import tty
from collections.abc import Callable
from typing import Any

from vmsemu.host.driver import HostDriver

_NAMED = {
    "c-m": "\r",
    "c-j": "\n",
    "c-i": "\t",
    "c-h": "\x7f",
    "up": "UP",
    "down": "DOWN",
    "left": "LEFT",
    "right": "RIGHT",
    "home": "E1",
    "insert": "E2",
    "delete": "\x7f",
    "end": "E4",
    "pageup": "E5",
    "pagedown": "E6",
    **{f"f{n}": f"F{n}" for n in range(1, 21)},
}


class HostConsole:
    """Raw mode on the host's terminal while it is a terminal of the node."""

    def __init__(self, driver: HostDriver, keys: Callable[[list[str]], None], hang_up: Callable[[], None]) -> None:
        self._driver = driver
        self._keys = keys
        self._hang_up = hang_up
        self._saved: Any = None
        self._parser: Any = None
        self._pressed: list[str] = []

    def open(self) -> None:
        """Enter raw mode and begin to deliver keys."""
        from prompt_toolkit.input.vt100_parser import Vt100Parser

        self._saved = termios.tcgetattr(0)
        tty.setraw(0)
        self._parser = Vt100Parser(self._press)
        self._driver.watch(0, selectors.EVENT_READ, self._ready)

    def _press(self, press: Any) -> None:
        key = str(getattr(press.key, "value", press.key))
        if key in _NAMED:
            self._pressed.append("\x08" if key == "c-h" and press.data == "\x08" else _NAMED[key])
        elif len(key) == 3 and key.startswith("c-") and key[2].isalpha():
            self._pressed.append(chr(ord(key[2].upper()) - 64))
        elif len(key) == 1:
            self._pressed.append(key)

    def _ready(self, events: int) -> None:
        try:
            data = os.read(0, 4096)
        except OSError:
            data = b""
        if not data:
            self._driver.unwatch(0)
            self._driver.kernel.post(self._hang_up)
            return
        self._parser.feed(data.decode("utf-8", "replace"))
        self._parser.flush()
        pressed, self._pressed = self._pressed, []
        if pressed:
            self._driver.kernel.post(self._keys, pressed)

    def write(self, text: str) -> None:
        """Text of the node to the host's screen."""
        write_text(text)

    def close(self) -> None:
        """Give the host's terminal back as it was."""
        self._driver.unwatch(0)
        if self._saved is not None:
            termios.tcsetattr(0, termios.TCSADRAIN, self._saved)
            self._saved = None


def write_text(text: str) -> None:
    """Write to standard output at once. A reader that has gone away is not an error of ours."""
    try:
        data = text.encode("utf-8", "replace")
        while data:
            data = data[os.write(1, data) :]
    except BrokenPipeError:
        sys.stderr.close()
        os._exit(1)
