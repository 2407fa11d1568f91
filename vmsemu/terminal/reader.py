"""The way in of a terminal: type-ahead, the read in progress, recalled lines, keys that DEFINE/KEY gave a meaning.

Theory of operation. There is at most one read. Keys that come while there is none wait, without an echo, in the type-ahead buffer, and are
echoed when a read takes them. DCL's own reads have its recalled commands and key definitions, lent by the process that has the terminal
(services/command_line.py; fidelity: that the keys also work at INQUIRE and READ is inferred); a read of an image has what was typed to that
image since it was activated.

Source: I/O User's Reference Manual, terminal driver, "Type-ahead", "Line editing"; DEFINE/KEY; DCL reference 8.
"""

from __future__ import annotations

from collections.abc import Sequence

from vmsemu.base.time import VmsTime
from vmsemu.kernel.event import Completion, TimedOut
from vmsemu.kernel.kernel import Kernel
from vmsemu.services.command_line import CommandLine
from vmsemu.tables.facilities import RMS
from vmsemu.terminal.characteristics import Characteristics
from vmsemu.terminal.editor import BELL, LineEditor, ReadEnd
from vmsemu.terminal.plain import PlainEditor
from vmsemu.terminal.screen import Screen

IMAGE_HISTORY = 20
_CONTROL_Z = "\x1a"
_TYPE_AHEAD, _ALTERNATE_TYPE_AHEAD = 78, 200  # TTY_TYPAHDSZ, TTY_ALTYPAHD
_NUMERIC = {**{f"KP{n}": str(n) for n in range(10)}, "PERIOD": ".", "COMMA": ",", "MINUS": "-", "ENTER": "\r"}
_AFTER_QUOTE = frozenset(f"F{n}" for n in range(7, 15))
Editor = LineEditor | PlainEditor


class Reader:
    """The input side of one terminal. `lent` is what DCL lends to its own read; `takes_control_c` is set by a read that handles Ctrl/C."""

    def __init__(self, kernel: Kernel, screen: Screen) -> None:
        self.editor: Editor | None = None
        self.takes_control_c = False
        self._kernel = kernel
        self._screen = screen
        self._type_ahead: list[str] = []
        self._reading: Completion[ReadEnd] | None = None
        self._lent: CommandLine | None = None
        self._image_history: tuple[object, list[str]] = (None, [])

    @property
    def settings(self) -> Characteristics:
        return self._screen.settings

    @property
    def reads(self) -> bool:
        """Somebody is reading."""
        return self._reading is not None

    @property
    def quotes(self) -> bool:
        """Ctrl/V was pressed: the next key stands for itself."""
        return self.editor is not None and self.editor.literal

    def purge(self) -> None:
        """Forget what was typed ahead."""
        self._type_ahead.clear()

    # -- keys -----------------------------------------------------------------------------------------------------------------------

    def take(self, key: str) -> None:
        """A key for the read, now or later."""
        settings = self.settings
        key = self._received(key)
        if self._reading is not None:
            self._feed(key)
        elif "TYPE_AHEAD" in settings:
            limit = _ALTERNATE_TYPE_AHEAD if "ALTYPEAHD" in settings else _TYPE_AHEAD
            if "HOSTSYNC" in settings or len(self._type_ahead) < limit:  # who obeys XOFF loses nothing
                self._type_ahead.append(key)
            else:
                self._screen.echo(BELL)

    def _received(self, key: str) -> str:
        """A key as the line delivers it: numeric keypad, seven bits, capital letters only."""
        if "APPLICATION_KEYPAD" not in self.settings:
            key = _NUMERIC.get(key, key)
        if len(key) == 1:
            if "EIGHT_BIT" not in self.settings:
                key = chr(ord(key) & 0x7F)
            if "LOWERCASE" not in self.settings:
                key = key.upper()
        return key

    def _feed(self, key: str) -> None:
        editor = self.editor
        assert editor is not None
        if not self._pressed(key, editor):
            self._screen.echo(editor.key(key))
        if editor.ended is not None:
            self.end(editor.ended)

    def _pressed(self, key: str, editor: Editor) -> bool:
        """A key that DEFINE/KEY may have given a meaning, at a read of DCL."""
        keys = self._lent.keys if self._lent is not None else None
        if keys is None or len(key) == 1 or key in ("UP", "DOWN"):
            return False
        if isinstance(editor, LineEditor) and (key in ("LEFT", "RIGHT", "F6") or (key in _AFTER_QUOTE and not editor.literal)):
            return False
        editor.literal = False
        definition = keys.press(key)
        if definition is None:
            return key != "ENTER"
        if definition.erase:
            self._screen.echo(editor.replace(""))
        if definition.echo:
            for character in definition.text:
                self._screen.echo(editor.type(character))
        else:
            editor.enter_silently(definition.text)
        if definition.terminate:
            self._screen.echo(editor.key("\r"))
        return True

    # -- reads ------------------------------------------------------------------------------------------------------------------------

    async def read_command(self, prompt: str, lent: CommandLine | None, echo: bool, deadline: VmsTime | None) -> tuple[ReadEnd, str]:
        """Read a line for DCL: how it ended, and the line. Errors: RMS.TMO."""
        self._lent = lent
        try:
            return await self._read(prompt, lent.history if lent is not None else [], echo, deadline)
        finally:
            self._lent = None

    async def read_for_image(
        self, prompt: str, running: object, echo: bool, deadline: VmsTime | None, takes_control_c: bool
    ) -> tuple[ReadEnd, str]:
        """Read a line for an image; `running` tells one activation from another. Errors: RMS.TMO."""
        if self._image_history[0] != running:
            self._image_history = (running, [])
        history = self._image_history[1]
        self.takes_control_c = takes_control_c
        try:
            end, line = await self._read(prompt, history, echo, deadline)
        finally:
            self.takes_control_c = False
        if echo and line and history[-1:] != [line]:
            history.append(line)
            del history[:-IMAGE_HISTORY]
        return end, line

    async def _read(self, prompt: str, history: Sequence[str], echo: bool, deadline: VmsTime | None) -> tuple[ReadEnd, str]:
        self._screen.put(prompt)
        editor = self._new_editor(prompt, history, echo)
        reading: Completion[ReadEnd] = Completion(self._kernel)
        self.editor, self._reading = editor, reading
        try:
            if self._lent is not None and (line := self._lent.take_recalled()):
                self._screen.echo(editor.replace(line))
            while self._type_ahead and not reading.done:
                self._feed(self._type_ahead.pop(0))
            end = await reading.wait(deadline=deadline)
        except TimedOut:
            raise RMS.TMO.error() from None
        finally:
            self.editor = self._reading = None
        if end is ReadEnd.END_OF_FILE and editor.line:
            self._type_ahead.insert(0, _CONTROL_Z)
            end = ReadEnd.LINE
        return end, editor.line

    def _new_editor(self, prompt: str, history: Sequence[str], echo: bool) -> Editor:
        settings = self.settings
        shows = echo and "ECHO" in settings and "LOCAL_ECHO" not in settings
        if "LINE_EDITING" not in settings or "SCOPE" not in settings:
            return PlainEditor(prompt, echo=shows, scope="SCOPE" in settings)
        width = settings.width if "WRAP" in settings else 0
        return LineEditor(prompt, history, echo=shows, insert="INSERT" in settings, origin=self._screen.column, width=width)

    def end(self, end: ReadEnd) -> None:
        """The read is over."""
        reading, self._reading = self._reading, None
        if self._lent is not None and self._lent.keys is not None:
            self._lent.keys.line_ended()
        if reading is not None:
            reading.complete(end)
