"""A terminal as SET TERMINAL, SHOW TERMINAL and $GETDVI see it: what every kind of terminal device has.

Source: DCL Dictionary, SET TERMINAL.
"""

from __future__ import annotations

from vmsemu.files.mount import DeviceClass
from vmsemu.terminal.characteristics import Characteristics


class TerminalSettings:
    """Base of terminal devices. `permanent` is what SET TERMINAL/PERMANENT set, for the next login."""

    device_class = DeviceClass.TERM
    is_terminal = True

    def __init__(self, settings: Characteristics) -> None:
        self.characteristics = settings
        self.permanent = settings.copy()

    @property
    def width(self) -> int:
        """Columns of a line."""
        return self.characteristics.width

    @property
    def page(self) -> int:
        """Lines of a page."""
        return self.characteristics.page

    @property
    def broadcast_enabled(self) -> bool:
        return "BROADCAST" in self.characteristics

    def tell(self, sequence: str) -> None:
        """Send a control sequence of the driver's own to the terminal."""

    def resume_output(self) -> None:
        """SET TERMINAL/XON."""

    def change(self, settings: Characteristics) -> None:
        """Take other settings; a terminal that has modes for them is told."""
        before, now = self.characteristics, settings
        self.characteristics = settings
        application = "APPLICATION_KEYPAD" in now
        if "ANSI_CRT" in now and ("APPLICATION_KEYPAD" in before) is not application:
            self.tell("\x1b=" if application else "\x1b>")
        if "DEC_CRT" in now and before.width != now.width and now.width in (80, 132):
            self.tell(f"\x1b[?3{'h' if now.width == 132 else 'l'}")

    async def inquire(self) -> str | None:
        """Ask the terminal what it is: its answer to CSI c, without CSI ? and c; None when it does not answer."""
        return None
