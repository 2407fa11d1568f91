"""Terminal devices: OPA0:, FTAn:, TNAn:. One device, one screen; reads are line reads with the driver's editing.

Theory of operation. Keys come in through `keys`, which the front calls from the kernel's door. Some act at once, whether anybody reads or not
(Ctrl/C, Ctrl/Y, Ctrl/T, Ctrl/O, Ctrl/S, Ctrl/Q, Ctrl/X); the rest goes to the read, or waits in the type-ahead buffer, without an echo, for
the next one. DCL's own reads (`read`) have its recalled commands and key definitions, found in the process that has the terminal; reads of
images (`read_for_image`) have what was typed to that image. Whatever interrupts a read (a broadcast, Ctrl/T) is shown on lines of its own, and
the line being typed is shown again.

Left out: read-verify, modem signals, terminator masks. Source: I/O User's Reference Manual, "Terminal driver"; DCL reference 3.8 and 8.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.kernel.event import Completion, TimedOut
from vmsemu.services.command_line import COMMAND_LINE, CommandLine, lent_control
from vmsemu.services.process import ControlC, ControlY, Process, ProcessDeleted
from vmsemu.services.system import System
from vmsemu.tables.facilities import RMS
from vmsemu.terminal.characteristics import Characteristics
from vmsemu.terminal.editor import BELL, LineEditor, ReadEnd
from vmsemu.terminal.plain import PlainEditor
from vmsemu.terminal.screen import Screen
from vmsemu.terminal.settings import TerminalSettings

IMAGE_HISTORY = 20
_CONTROL_C, _CONTROL_X, _CONTROL_Y, _CONTROL_Z = "\x03", "\x18", "\x19", "\x1a"
_TYPE_AHEAD, _ALTERNATE_TYPE_AHEAD = 78, 200  # TTY_TYPAHDSZ, TTY_ALTYPAHD
_NUMERIC = {**{f"KP{n}": str(n) for n in range(10)}, "PERIOD": ".", "COMMA": ",", "MINUS": "-", "ENTER": "\r"}
_AFTER_QUOTE = frozenset(f"F{n}" for n in range(7, 15))
_ANSWER_TIME = DeltaTime.of(seconds=2)


class TerminalDevice(TerminalSettings):
    """A terminal: what is typed at it, what it shows, and the process that has it."""

    def __init__(self, system: System, name: str, screen: Callable[[str], None], settings: Characteristics | None = None) -> None:
        super().__init__(settings or Characteristics())
        self.system = system
        self.name = name
        self.owner: Process | None = None
        self.screen = Screen(screen, self.characteristics, self._hold_writer, self._free_writer)
        self._type_ahead: list[str] = []
        self._editor: LineEditor | PlainEditor | None = None
        self._reading: Completion[ReadEnd] | None = None
        self._takes_control_c = False
        self._lent: CommandLine | None = None
        self._answer: Completion[str] | None = None
        self._interrupted = False
        self._held_process: Process | None = None
        self._image_history: tuple[tuple[int, int], list[str]] = ((0, 0), [])

    def open_stream(self, process: Process, mode: str) -> TerminalDevice:
        """The device as a record stream."""
        return self

    def _command_line(self) -> CommandLine | None:
        return self.owner.attributes.get(COMMAND_LINE) if self.owner is not None else None

    # -- the screen -----------------------------------------------------------------------------------------------------------------

    def write(self, text: str) -> None:
        """One record, on a line of its own."""
        self.write_raw(text + "\r\n")

    def write_raw(self, text: str) -> None:
        self._interrupted = False
        if self.owner is not None:
            self.owner.accounting.buffered_io += 1
        self.screen.put(text)

    def tell(self, sequence: str) -> None:
        self.screen.echo(sequence)

    def resume_output(self) -> None:
        self.screen.resume()

    def change(self, settings: Characteristics) -> None:
        self.screen.settings = settings
        super().change(settings)

    def broadcast(self, lines: Sequence[str]) -> None:
        """$BRKTHRU: show lines at once, with a bell; a line being typed is shown again afterwards."""
        if self.broadcast_enabled:
            self._interject(BELL, lines)

    def _interject(self, lead: str, lines: Sequence[str]) -> None:
        self.screen.new_line()
        self.screen.echo(lead)
        for line in lines:
            self.screen.put(line + "\r\n")
        if self._editor is not None:
            self.screen.echo(self._editor.redraw())

    def _hold_writer(self) -> None:
        """Too much is written while output is stopped: whoever has the terminal waits."""
        owner = self.owner
        if owner is not None and owner.task is not None and not owner.suspended:
            owner.task.suspend()
            self._held_process = owner

    def _free_writer(self) -> None:
        held, self._held_process = self._held_process, None
        if held is not None and held.task is not None:
            held.task.resume()

    # -- keys -----------------------------------------------------------------------------------------------------------------------

    def keys(self, keys: Sequence[str]) -> None:
        """Keys typed: characters, names (UP, F10), answers to a question (REPORT:62). Called inside the kernel (through its door)."""
        for key in keys:
            if key.startswith("REPORT:"):
                if self._answer is not None:
                    self._answer.complete(key[7:])
            elif "PASTHRU" in self.characteristics or not self._at_once(key):
                self._deliver(self._received(key))

    def _received(self, key: str) -> str:
        """A key as the line delivers it: numeric keypad, seven bits, capital letters only."""
        if "APPLICATION_KEYPAD" not in self.characteristics:
            key = _NUMERIC.get(key, key)
        if len(key) == 1:
            if "EIGHT_BIT" not in self.characteristics:
                key = chr(ord(key) & 0x7F)
            if "LOWERCASE" not in self.characteristics:
                key = key.upper()
        return key

    def _at_once(self, key: str) -> bool:
        """Keys that act when they arrive. False for all others, and after Ctrl/V."""
        if self._editor is not None and self._editor.literal:
            return False
        sync = "TTSYNC" in self.characteristics
        if key in (_CONTROL_C, _CONTROL_Y, "F6"):
            self._interrupt(control_c=key != _CONTROL_Y)
        elif key == "\x14":
            self._show_status()
        elif key == "\x0f":
            self._toggle_output()
        elif sync and key == "\x13":
            self.screen.stop()
        elif sync and key == "\x11":
            self.screen.resume()
        elif key == _CONTROL_X:
            self._type_ahead.clear()
            return self._editor is None
        else:
            return False
        return True

    def _show_status(self) -> None:
        from vmsemu.terminal.status import status_line

        if self.owner is not None and lent_control(self.owner, "T"):
            self._interject("", [status_line(self.owner)])

    def _toggle_output(self) -> None:
        """Ctrl/O: while somebody is reading there is no output to discard."""
        if self._editor is not None:
            return
        self.screen.discarding = not self.screen.discarding
        self.screen.new_line()
        self.screen.echo(f"*OUTPUT {'OFF' if self.screen.discarding else 'ON'}*\r\n")

    def _interrupt(self, *, control_c: bool) -> None:
        """Ctrl/Y, and Ctrl/C, which is Ctrl/Y for whoever does not take it himself."""
        self._type_ahead.clear()
        self.screen.discarding = False
        self.screen.resume()
        cancels = control_c and self._takes_control_c and self._reading is not None
        self.screen.new_line()
        self.screen.echo("*CANCEL*\r\n" if cancels else "*INTERRUPT*\r\n")
        self._interrupted = not cancels
        reading = self._reading
        if reading is not None:
            allowed = cancels or self.owner is None or lent_control(self.owner, "Y")
            self._end_read(ReadEnd.LINE if not allowed else ReadEnd.CONTROL_C if control_c else ReadEnd.CONTROL_Y)
        elif self.owner is not None and self.owner.task is not None and lent_control(self.owner, "Y"):
            self.owner.task.interrupt(ControlY())

    def _deliver(self, key: str) -> None:
        """A key for the read, now or later."""
        if self._reading is not None:
            self._feed(key)
        elif "TYPE_AHEAD" in self.characteristics:
            limit = _ALTERNATE_TYPE_AHEAD if "ALTYPEAHD" in self.characteristics else _TYPE_AHEAD
            if "HOSTSYNC" in self.characteristics or len(self._type_ahead) < limit:  # who obeys XOFF loses nothing
                self._type_ahead.append(key)
            else:
                self.screen.echo(BELL)

    def _feed(self, key: str) -> None:
        editor = self._editor
        assert editor is not None
        if not self._pressed(key, editor):
            self.screen.echo(editor.key(key))
        if editor.ended is not None:
            self._end_read(editor.ended)

    def _pressed(self, key: str, editor: LineEditor | PlainEditor) -> bool:
        """A key that DEFINE/KEY may have given a meaning, at a read of DCL."""
        keys = self._lent.keys if self._lent is not None else None
        if keys is None or len(key) == 1 or key in ("UP", "DOWN"):
            return False
        edits = isinstance(editor, LineEditor)
        if edits and (key in ("LEFT", "RIGHT", "F6") or (key in _AFTER_QUOTE and not editor.literal)):
            return False
        editor.literal = False
        definition = keys.press(key)
        if definition is None:
            return key != "ENTER"
        if definition.erase:
            self.screen.echo(editor.replace(""))
        if definition.echo:
            for character in definition.text:
                self.screen.echo(editor.type(character))
        else:
            editor.enter_silently(definition.text)
        if definition.terminate:
            self.screen.echo(editor.key("\r"))
        return True

    def _end_read(self, end: ReadEnd) -> None:
        reading, self._reading = self._reading, None
        if self._lent is not None and self._lent.keys is not None:
            self._lent.keys.line_ended()
        if reading is not None:
            reading.complete(end)

    # -- reads ------------------------------------------------------------------------------------------------------------------------

    async def read(self, prompt: str = "", *, echo: bool = True, deadline: VmsTime | None = None) -> str:
        """Read a line for DCL. Errors: RMS.EOF at Ctrl/Z, RMS.TMO at `deadline`; ControlY at Ctrl/Y, ControlC at Ctrl/C."""
        self._lent = self._command_line()
        history = self._lent.history if self._lent is not None else []
        try:
            return await self._read(prompt, history, echo, deadline)
        finally:
            self._lent = None

    async def read_for_image(
        self, prompt: str = "", *, echo: bool = True, deadline: VmsTime | None = None, takes_control_c: bool = False
    ) -> str:
        """Read a line for an image: what was typed to it before can be recalled. Errors: as read."""
        history = self._history_of_image()
        self._takes_control_c = takes_control_c
        try:
            line = await self._read(prompt, history, echo, deadline)
        finally:
            self._takes_control_c = False
        if echo and line and history[-1:] != [line]:
            history.append(line)
            del history[:-IMAGE_HISTORY]
        return line

    def _history_of_image(self) -> list[str]:
        """What was typed to the running image; a new one begins with nothing."""
        owner = self.owner
        running = (owner.pid, owner.accounting.images) if owner is not None else (0, 0)
        if self._image_history[0] != running:
            self._image_history = (running, [])
        return self._image_history[1]

    def _new_editor(self, prompt: str, history: Sequence[str], echo: bool) -> LineEditor | PlainEditor:
        settings = self.characteristics
        shows = echo and "ECHO" in settings and "LOCAL_ECHO" not in settings
        if "LINE_EDITING" not in settings or "SCOPE" not in settings:
            return PlainEditor(prompt, echo=shows, scope="SCOPE" in settings)
        width = settings.width if "WRAP" in settings else 0
        return LineEditor(prompt, history, echo=shows, insert="INSERT" in settings, origin=self.screen.column, width=width)

    async def _read(self, prompt: str, history: Sequence[str], echo: bool, deadline: VmsTime | None) -> str:
        self.screen.discarding = False
        self.screen.put("\r\n" * self._interrupted + prompt)
        self._interrupted = False
        editor = self._new_editor(prompt, history, echo)
        reading: Completion[ReadEnd] = Completion(self.system.kernel)
        self._editor, self._reading = editor, reading
        if self.owner is not None:
            self.owner.accounting.buffered_io += 1
        try:
            if self._lent is not None and (line := self._lent.take_recalled()):
                self.screen.echo(editor.replace(line))
            while self._type_ahead and not reading.done:
                self._feed(self._type_ahead.pop(0))
            end = await reading.wait(deadline=deadline)
        except TimedOut:
            raise RMS.TMO.error() from None
        finally:
            self._editor = self._reading = None
        return self._result(end, editor)

    def _result(self, end: ReadEnd, editor: LineEditor | PlainEditor) -> str:
        if end is ReadEnd.CONTROL_Y:
            raise ControlY
        if end is ReadEnd.CONTROL_C:
            raise ControlC
        if end is ReadEnd.END_OF_FILE:
            if not editor.line:
                raise RMS.EOF.error()
            self._type_ahead.insert(0, _CONTROL_Z)
        return editor.line

    async def inquire(self) -> str | None:
        self._type_ahead.clear()
        self._answer = Completion(self.system.kernel)
        self.screen.echo("\x1b[c")
        try:
            return await self._answer.wait(deadline=VmsTime(self.system.now + _ANSWER_TIME))
        except TimedOut:
            return None
        finally:
            self._answer = None

    def reset(self) -> None:
        """The session is over: the settings are the permanent ones again."""
        self.screen.resume()
        self.change(self.permanent.copy())

    def hang_up(self) -> None:
        """The line is gone: the process that has it is deleted."""
        if self.owner is not None and self.owner.task is not None:
            self.owner.task.interrupt(ProcessDeleted())

    def close(self) -> None:
        pass
