"""Terminal devices: OPA0:, FTAn:, TNAn:. One device, one screen; reads are line reads with the driver's editing.

Theory of operation. Keys come in through `keys`, which the front calls from the kernel's door. Some act at once, whether anybody reads or not
(Ctrl/C, Ctrl/Y, Ctrl/T, Ctrl/O, Ctrl/S, Ctrl/Q, Ctrl/X); the rest goes to the reader (reader.py). Whatever interrupts a read (a broadcast,
Ctrl/T, another process's output) is shown on lines of its own, and the line being typed is shown again. Output other than that waits, once
something has been typed, until the read is over.

Left out: read-verify, modem signals, terminator masks. Source: I/O User's Reference Manual, "Terminal driver"; DCL reference 3.8 and 8.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.kernel.event import Completion, TimedOut
from vmsemu.services.command_line import COMMAND_LINE, CommandLine, lent_control
from vmsemu.services.control_c import takes_control_c
from vmsemu.services.process import ControlC, ControlY, Process, ProcessDeleted
from vmsemu.services.system import System
from vmsemu.tables.facilities import RMS
from vmsemu.terminal.characteristics import Characteristics
from vmsemu.terminal.editor import BELL, ReadEnd
from vmsemu.terminal.reader import Reader
from vmsemu.terminal.screen import Screen
from vmsemu.terminal.settings import TerminalSettings

_CONTROL_C, _CONTROL_X, _CONTROL_Y = "\x03", "\x18", "\x19"
_ANSWER_TIME = DeltaTime.of(seconds=2)


class TerminalDevice(TerminalSettings):
    """A terminal: what is typed at it, what it shows, and the process that has it."""

    def __init__(self, system: System, name: str, screen: Callable[[str], None], settings: Characteristics | None = None) -> None:
        super().__init__(settings or Characteristics())
        self.system = system
        self.name = name
        self.owner: Process | None = None
        self.screen = Screen(screen, self.characteristics, self._hold_writer, self._free_writer)
        self.reader = Reader(system.kernel, self.screen)
        self._answer: Completion[str] | None = None
        self._interrupted = False
        self._held_process: Process | None = None
        self._waiting: list[str] = []

    def open_stream(self, process: Process, mode: str) -> TerminalDevice:
        """The device as a record stream."""
        return self

    # -- the screen -----------------------------------------------------------------------------------------------------------------

    def write(self, text: str) -> None:
        """One record, on a line of its own."""
        self.write_raw(text + "\r\n")

    def write_raw(self, text: str) -> None:
        self._interrupted = False
        if self.owner is not None:
            self.owner.accounting.buffered_io += 1
        editor = self.reader.editor
        if editor is None:
            self.screen.put(text)
        elif editor.line:
            self._waiting.append(text)
        else:
            self.screen.new_line()
            self.screen.put(text)
            self.screen.new_line()
            self.screen.echo(editor.redraw())

    def _write_waiting(self) -> None:
        """The read is over: what other processes wrote meanwhile appears."""
        waiting, self._waiting = self._waiting, []
        for text in waiting:
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
        if self.reader.editor is not None:
            self.screen.echo(self.reader.editor.redraw())

    def _hold_writer(self) -> None:
        """Too much is written while output is stopped: whoever has the terminal waits. fidelity: VMS shows him in LEF, here he is in SUSP."""
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
                self.reader.take(key)

    def _at_once(self, key: str) -> bool:
        """Keys that act when they arrive. False for all others, and after Ctrl/V."""
        if self.reader.quotes:
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
            self.reader.purge()
            return not self.reader.reads
        else:
            return False
        return True

    def _show_status(self) -> None:
        from vmsemu.terminal.status import status_line

        if self.owner is not None and lent_control(self.owner, "T"):
            self._interject("", [status_line(self.owner)])

    def _toggle_output(self) -> None:
        """Ctrl/O: while somebody is reading there is no output to discard."""
        if self.reader.reads:
            return
        self.screen.discarding = not self.screen.discarding
        self.screen.new_line()
        self.screen.echo(f"*OUTPUT {'OFF' if self.screen.discarding else 'ON'}*\r\n")

    def _interrupt(self, *, control_c: bool) -> None:
        """Ctrl/Y, and Ctrl/C, which is Ctrl/Y for whoever does not take it himself. Where Ctrl/Y is off the line typed so far is entered."""
        self.reader.purge()
        self.screen.discarding = False
        self.screen.resume()
        reads = self.reader.reads
        handled = self.owner is not None and takes_control_c(self.owner)
        cancels = control_c and (self.reader.takes_control_c if reads else handled)
        self.screen.new_line()
        self.screen.echo("*CANCEL*\r\n" if cancels else "*INTERRUPT*\r\n")
        self._interrupted = not cancels
        allowed = cancels or self.owner is None or lent_control(self.owner, "Y")
        if reads:
            self.reader.end(ReadEnd.LINE if not allowed else ReadEnd.CONTROL_C if control_c else ReadEnd.CONTROL_Y)
        elif allowed and self.owner is not None and self.owner.task is not None:
            self.owner.task.interrupt(ControlC() if cancels else ControlY())

    # -- reads ------------------------------------------------------------------------------------------------------------------------

    async def read(self, prompt: str = "", *, echo: bool = True, deadline: VmsTime | None = None) -> str:
        """Read a line for DCL. Errors: RMS.EOF at Ctrl/Z, RMS.TMO at `deadline`; ControlY at Ctrl/Y, ControlC at Ctrl/C."""
        self._begin_read()
        lent: CommandLine | None = self.owner.attributes.get(COMMAND_LINE) if self.owner is not None else None
        try:
            return _line(*await self.reader.read_command(prompt, lent, echo, deadline))
        finally:
            self._write_waiting()

    async def read_for_image(
        self, prompt: str = "", *, echo: bool = True, deadline: VmsTime | None = None, takes_control_c: bool = False
    ) -> str:
        """Read a line for an image: what was typed to it before can be recalled. Errors: as read."""
        self._begin_read()
        running = (self.owner.pid, self.owner.accounting.images) if self.owner is not None else None
        try:
            return _line(*await self.reader.read_for_image(prompt, running, echo, deadline, takes_control_c))
        finally:
            self._write_waiting()

    def _begin_read(self) -> None:
        """Output is no longer discarded; after an interrupt the prompt stands below an empty line."""
        self.screen.discarding = False
        if self._interrupted:
            self._interrupted = False
            self.screen.put("\r\n")
        if self.owner is not None:
            self.owner.accounting.buffered_io += 1

    async def inquire(self) -> str | None:
        self.reader.purge()
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


def _line(end: ReadEnd, line: str) -> str:
    """What a read gives to its caller. Errors: as read."""
    if end is ReadEnd.CONTROL_Y:
        raise ControlY
    if end is ReadEnd.CONTROL_C:
        raise ControlC
    if end is ReadEnd.END_OF_FILE:
        raise RMS.EOF.error()
    return line
