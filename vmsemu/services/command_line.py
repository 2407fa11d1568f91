"""What the command interpreter lends the terminal for its own reads: recalled commands, key definitions, the control keys that are on.

The terminal finds it in the process that has the terminal, as the attribute COMMAND_LINE. Reads of images do without it.
Source: DCL reference 8.3; SET CONTROL, DEFINE/KEY, RECALL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vmsemu.services.process import Process

COMMAND_LINE = "COMMAND_LINE"


class CommandLine:
    """One per process that runs DCL. `keys` is a KeyTable (terminal/keypad.py), None until a key is defined or a state is set."""

    __slots__ = ("control", "history", "keys", "recalled")

    def __init__(self) -> None:
        self.control: set[str] = {"Y"}
        self.history: list[str] = []
        self.keys: Any = None
        self.recalled = ""

    @property
    def key_state(self) -> str:
        """The locked keypad state."""
        return "DEFAULT" if self.keys is None else str(self.keys.locked_state)

    def copied_keys(self) -> Any:
        """The key definitions for a subprocess."""
        return None if self.keys is None else self.keys.copy()

    def take_recalled(self) -> str:
        """The line that RECALL puts into the next read; it is taken once."""
        line, self.recalled = self.recalled, ""
        return line


def lent_control(process: Process, key: str) -> bool:
    """Ctrl/T or Ctrl/Y (T, Y) is turned on in that process. One that runs no DCL has Ctrl/Y."""
    lent: CommandLine | None = process.attributes.get(COMMAND_LINE)
    return key in lent.control if lent is not None else key == "Y"
