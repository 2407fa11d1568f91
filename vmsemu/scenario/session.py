"""A terminal session in a scenario: what a block types, and the screen it gets.

Theory of operation. The session's terminal is asked to read with a prompt. The block's next line that begins with that prompt holds what is
typed; for a read without a prompt it is simply the next line of the block. The screen is prompts, typed text and output, line by line, and
is compared with the block afterwards. When the block has nothing more to type, the session waits, and a later block goes on with it.
`^Z`, `^C`, `^Y` and `^T` at the end of a typed line are the control characters; after `^T` the line goes on. What is typed where nothing is
echoed stands in braces, as in `Password: {secret}`; where it is echoed the braces are typed too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vmsemu.base.time import VmsTime
from vmsemu.kernel.event import TimedOut, WaitQueue
from vmsemu.kernel.kernel import Kernel
from vmsemu.scenario.matching import lines_match
from vmsemu.services.command_line import COMMAND_LINE, CommandLine, lent_control
from vmsemu.services.process import ControlC, ControlY, Process
from vmsemu.tables.facilities import RMS
from vmsemu.terminal.characteristics import Characteristics
from vmsemu.terminal.settings import TerminalSettings
from vmsemu.terminal.status import status_line

_WAITS_FOR_DATA = "(the terminal waits for data of the block before, not for a command)"


class SessionTerminal(TerminalSettings):
    """An interactive terminal played by a scenario: input stream, output stream and device in one. It has no pages."""

    def __init__(self, kernel: Kernel, name: str) -> None:
        super().__init__(Characteristics(page=0))
        self.name = name
        self.owner: Process | None = None
        self.waiting_prompt: str | None = None
        self.waiting_echo = True
        self._typed: WaitQueue[str] = WaitQueue(kernel)
        self._text: list[str] = []

    # -- the node's side ------------------------------------------------------------------------------------------------------------

    def write(self, text: str) -> None:
        self._text.append(text + "\n")

    def write_raw(self, text: str) -> None:
        self._text.append(text.replace("\r\n", "\n").replace("\r", ""))

    def broadcast(self, lines: Sequence[str]) -> None:
        if self.broadcast_enabled:
            for line in lines:
                self.write(line)

    async def read(self, prompt: str = "", *, echo: bool = True, deadline: VmsTime | None = None) -> str:
        lent: CommandLine | None = self.owner.attributes.get(COMMAND_LINE) if self.owner is not None else None
        line = await self._line(prompt, lent.take_recalled() if lent is not None else "", echo, deadline)
        if not echo and line.startswith("{") and line.endswith("}"):
            line = line[1:-1]
        text, control = _split_control(line)
        if control == "^Y":
            raise ControlY
        if control == "^C":
            raise ControlC
        if control == "^Z":
            if not text:
                raise RMS.EOF.error()
            self._typed.put_back("^Z")
        return text

    async def _line(self, prompt: str, begun: str, echo: bool, deadline: VmsTime | None) -> str:
        """What is typed at the prompt, after what stands there already. Errors: RMS.TMO."""
        while True:
            self.waiting_prompt, self.waiting_echo = prompt + begun, echo
            try:
                line = await self._typed.get(deadline=deadline)
            except TimedOut:
                self.write_raw(prompt + begun + "\n")
                raise RMS.TMO.error() from None
            finally:
                self.waiting_prompt = None
            self.write_raw(prompt + begun + line + "\n")
            begun += line
            if not begun.endswith("^T"):
                return begun
            begun = begun[:-2]
            if self.owner is not None and lent_control(self.owner, "T"):
                self.write(status_line(self.owner))

    def close(self) -> None:
        pass

    def open_stream(self, process: Process, mode: str) -> SessionTerminal:
        return self

    # -- the scenario's side ----------------------------------------------------------------------------------------------------------

    def type(self, line: str) -> None:
        self.waiting_prompt = None
        self._typed.put(line)

    def take_screen(self) -> list[str]:
        """The lines that appeared since the last call."""
        text = "".join(self._text)
        self._text.clear()
        lines = text.split("\n")
        if lines and lines[-1] == "":
            lines.pop()
        return [line.replace("\x07", "") for line in lines]


def _split_control(line: str) -> tuple[str, str]:
    for control in ("^Z", "^Y", "^C"):
        if line.endswith(control):
            return line[:-2], control
    return line, ""


class BlockTyping:
    """Walks through one dcl block: gives, for each read, the line to type, or None when the block has none left."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._at = 0
        self._seen = 0

    def next(self, prompt: str, screen: Sequence[str]) -> str | None:
        """The text typed at a read with `prompt`, when the screen so far is `screen`.

        It stands in the first line with the prompt before which the block expects just the output since the last typed line; when no line fits
        (something unexpected happened), in the next line with the prompt. So output that looks like a prompt is not typed.
        """
        output, self._seen = screen[self._seen :], len(screen) + 1
        visible = prompt.rpartition("\n")[2]
        if not visible.strip():
            return self._take(self._at + min(len(output), len(self._lines) - self._at), len(visible))
        places = [at for at in range(self._at, len(self._lines)) if self._lines[at].startswith(visible) or self._lines[at] == visible.rstrip()]
        fitting = (at for at in places if lines_match(self._lines[self._at : at], output))
        at = next(fitting, places[0] if places else -1)
        return self._take(at, len(visible)) if at >= 0 else None

    def _take(self, at: int, width: int) -> str | None:
        if at >= len(self._lines):
            return None
        self._at = at + 1
        return self._lines[at][width:]

    @property
    def left(self) -> Sequence[str]:
        return self._lines[self._at :]


def play(terminal: SessionTerminal, lines: Sequence[str], run: Callable[[], bool], ended: Callable[[], bool]) -> list[str]:
    """Type a block at the terminal and return the screen. `run` runs the world until the terminal waits or nothing more happens."""
    typing = BlockTyping(lines)
    screen: list[str] = []
    first = True
    while True:
        moved = run()
        screen += terminal.take_screen()
        if ended() or terminal.waiting_prompt is None:
            return screen
        if first and lines and lines[0].startswith("$ ") and not terminal.waiting_prompt.strip():
            return [*screen, _WAITS_FOR_DATA]  # else the commands would be typed as data, and the screen would look as expected
        first = False
        text = typing.next(terminal.waiting_prompt, screen)
        if text is None or not moved:
            return screen
        terminal.type(text)
