"""Terminal devices: OPA0:, FTAn:, TNAn:. One device, one screen; reads are line reads with the driver's editing.

The screen is a sink of text; keys come in through `keys`, which the front calls from the kernel's door. Broadcasts interrupt a read, are
shown, and the line being typed is shown again.

Left out: escape-sequence reads, read-verify, modem signals. Source: I/O User's Reference Manual, "Terminal driver".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vmsemu.base.time import VmsTime
from vmsemu.files.mount import DeviceClass
from vmsemu.kernel.event import Completion, TimedOut
from vmsemu.services.process import ControlC, ControlY, Process, ProcessDeleted
from vmsemu.services.system import System
from vmsemu.tables.facilities import RMS
from vmsemu.terminal.editor import LineEditor, ReadEnd

HISTORY = 254
_CONTROL_C, _CONTROL_Y = "\x03", "\x19"


class TerminalDevice:
    """A terminal: what is typed at it, what it shows, and the process that has it."""

    device_class = DeviceClass.TERM
    is_terminal = True

    def __init__(self, system: System, name: str, screen: Callable[[str], None], *, width: int = 80, page: int = 24) -> None:
        self.system = system
        self.name = name
        self.width = width
        self.page = page
        self.broadcast_enabled = True
        self.owner: Process | None = None
        self.control_enabled: set[str] = {"Y"}
        self.history: list[str] = []
        self._screen = screen
        self._type_ahead: list[str] = []
        self._editor: LineEditor | None = None
        self._reading: Completion[ReadEnd] | None = None
        self._column = 0

    def open_stream(self, process: Process, mode: str) -> TerminalDevice:
        """The device as a record stream."""
        return self

    # -- the screen -----------------------------------------------------------------------------------------------------------------

    def write(self, text: str) -> None:
        """One record, on a line of its own."""
        self._put(text + "\r\n")

    def write_raw(self, text: str) -> None:
        self._put(text)

    def _put(self, text: str) -> None:
        if not text:
            return
        tail = text.rpartition("\n")[2]
        self._column = len(tail) if "\n" in text else self._column + len(tail)
        self._screen(text)

    def broadcast(self, lines: Sequence[str]) -> None:
        """$BRKTHRU: show lines at once, with a bell; a line being typed is shown again afterwards."""
        if not self.broadcast_enabled:
            return
        lead = "\r\n" if self._column else ""
        self._put(lead + "\x07" + "".join(line + "\r\n" for line in lines))
        if self._editor is not None:
            self._put(self._editor.redraw()[2:])

    # -- keys -----------------------------------------------------------------------------------------------------------------------

    def keys(self, keys: Sequence[str]) -> None:
        """Keys typed: characters, or names (UP, F10). Called inside the kernel (through its door)."""
        for key in keys:
            self._key(key)

    def _key(self, key: str) -> None:
        if self._editor is None or self._reading is None:
            if key in (_CONTROL_Y, _CONTROL_C):
                self._interrupt("INTERRUPT" if key == _CONTROL_Y else "CANCEL")
                return
            self._type_ahead.append(key)
            return
        self._feed(key)

    def _interrupt(self, word: str) -> None:
        self._type_ahead.clear()
        if "Y" not in self.control_enabled:
            return
        self._put(("\r\n" if self._column else "") + f"*{word}*\r\n")
        if self.owner is not None and self.owner.task is not None:
            self.owner.task.interrupt(ControlY())

    def _feed(self, key: str) -> None:
        editor, reading = self._editor, self._reading
        assert editor is not None
        assert reading is not None
        self._put(editor.key(key))
        if editor.ended is not None:
            if editor.ended in (ReadEnd.CONTROL_Y, ReadEnd.CONTROL_C) and "Y" not in self.control_enabled:
                editor.ended = None
                return
            self._reading = None
            reading.complete(editor.ended)

    # -- reads ------------------------------------------------------------------------------------------------------------------------

    async def read(self, prompt: str = "", *, echo: bool = True, deadline: VmsTime | None = None) -> str:
        """Read a line. Errors: RMS.EOF at Ctrl/Z, RMS.TMO at `deadline`; ControlY is raised at Ctrl/Y, ControlC at Ctrl/C."""
        editor = LineEditor(prompt, self.history, echo=echo)
        self._put(prompt)
        reading: Completion[ReadEnd] = Completion(self.system.kernel)
        self._editor, self._reading = editor, reading
        try:
            while self._type_ahead and not reading.done:
                self._feed(self._type_ahead.pop(0))
            end = await reading.wait(deadline=deadline)
        except TimedOut:
            raise RMS.TMO.error() from None
        finally:
            self._editor = self._reading = None
        if end is ReadEnd.CONTROL_Y:
            raise ControlY
        if end is ReadEnd.CONTROL_C:
            raise ControlC
        if end is ReadEnd.END_OF_FILE:
            if editor.line:
                self._type_ahead.insert(0, "\x1a")
            else:
                raise RMS.EOF.error()
        elif echo and editor.line and editor.line != (self.history[-1] if self.history else None):
            self.history.append(editor.line)
            del self.history[:-HISTORY]
        return editor.line

    def hang_up(self) -> None:
        """The line is gone: the process that has it is deleted."""
        if self.owner is not None and self.owner.task is not None:
            self.owner.task.interrupt(ProcessDeleted())

    def close(self) -> None:
        pass
